"""The list of a large map as files: made beside the page, which stays alive, or called off."""

from __future__ import annotations

import csv

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from geo.publish.look.style import by_value
from geo.publish.webmap.map import OfflineMap, ParcelLayer
from geo.text import Text
from tests.browser import Page, longest_task
from tests.builders import GK, square
from tests.waiting import page_until

ROWS = 100_000
GROWN = """(n) => {
  const {data, layer, dispatch} = mujunReady;
  const grown = (values) => values.map ? values.constructor.from({length: n}, (_, i) => values[i % 4])
                                       : values;
  const columns = Array.from({length: 20}, (_, k) => ({...data.columns[0], name: `c${k}`,
    zh: k ? `列${k}` : "税收", values: Float32Array.from({length: n}, (_, i) =>
      (i % 10 === 0 ? NaN : (i * 7919 % 100003) / 100 + k))}));
  columns.push({...data.columns[1], values: grown(data.columns[1].values)});
  const themes = data.themes.map((t) => ({...t, column: "c0", codes: grown(t.codes)}));
  const shape = {n, ringStart: new Uint32Array(n + 1), vertexStart: new Uint32Array(1),
    x: new Float64Array(0), y: new Float64Array(0), box: new Float64Array(4 * n)};
  const ids = Array.from({length: n}, (_, i) => `SC-${i}`);
  dispatch({type: "take", data: {...data, ids, mu: new Float32Array(n).fill(15), columns, themes},
            shape, whole: false});
  dispatch({type: "open", card: {kind: "list"}});
}"""


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    """Four parcels as a page, which then takes the columns of many."""
    parcels = gpd.GeoDataFrame(
        {"id": list("ABCD"), "tax": [1.0, 2.0, 3.0, 4.0]},
        geometry=[square(i, 0) for i in range(4)],
        crs=GK,
    )
    columns = [
        {"name": "tax", "zh": "税收", "en": "tax", "unit": ["万元", "万元"]},
        {"name": "note", "zh": "注", "en": "note", "unit": ["", ""]},
    ]
    values = [parcels["tax"].to_numpy("float32"), ["=1+1", "甲,乙", None, "<b>"]]
    made = OfflineMap(location=[29.3, 105.2])
    made.forbid_network()
    made.add_child(
        ParcelLayer(
            parcels,
            label="id",
            area_mu=pd.Series(15.0, parcels.index),
            columns=[one | {"values": own} for one, own in zip(columns, values, strict=True)],
            themes=[by_value("tax", Text("税收", "tax"), parcels["tax"], Text("", ""))],
            extra={"synthetic": "示例"},
        )
    )
    file = tmp_path_factory.mktemp("export") / "map.html"
    made.save(str(file))
    page = Page(browser, file)
    page.page.evaluate(GROWN, ROWS)
    yield page
    assert page.complaints == []
    page.context.close()


def saved(page, button, file):
    with page.expect_download(timeout=120_000) as download:
        page.click(f"text={button}")
    download.value.save_as(file)
    return download.value.suggested_filename


def test_a_hundred_thousand_rows_are_saved_while_the_page_stays_alive(opened, tmp_path):
    """No task of the page takes a twentieth of a second of its processor."""
    page, names = opened.page, []
    longest = longest_task(
        page, lambda: names.append(saved(page, "导出 CSV", tmp_path / "list.csv"))
    )
    assert longest < 50
    [name] = names
    assert name.startswith("mujun_税收_")
    assert name.endswith(".csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert "示例" in rows[0][0]
    assert rows[1][:3] == ["宗地", "税收（万元）", "面积（亩）"]
    assert len(rows) == ROWS + 2
    figures = [float(row[1]) for row in rows[2:] if row[1]]
    assert len(figures) == ROWS * 9 // 10  # what is missing is the last tenth
    assert figures == sorted(figures, reverse=True)
    assert not any(row[1] for row in rows[2 + len(figures) :])
    assert {row[-1] for row in rows[2:]} == {"'=1+1", "甲,乙", "", "<b>"}


def test_an_excel_file_is_made_beside_the_page_and_may_be_called_off(opened, tmp_path):
    page = opened.page
    page.click("text=导出 Excel >> visible=true")
    page_until(page, "document.querySelector('.mujun-saving progress')?.value > 0")
    page.click("text=取消")
    page.wait_for_selector("text=导出 Excel >> visible=true")
    page.evaluate(
        """() => { const {data, dispatch} = mujunReady;
        dispatch({type: "only-class", theme: 0, code: 0}); }"""
    )
    assert page.inner_text(".mujun-listing h2").endswith("25,000 宗")
    page.click(".mujun-list thead button:has-text('税收')")  # ascending now
    assert page.get_attribute(".mujun-list thead th:nth-child(2)", "aria-sort") == "ascending"
    name = saved(page, "导出 Excel", tmp_path / "list.xlsx")
    assert "_" in name
    assert name.endswith(".xlsx")
    book = openpyxl.load_workbook(tmp_path / "list.xlsx", read_only=True)
    rows = list(book.active.iter_rows(max_row=6, values_only=True))
    assert rows[2][:3] == ("宗地", "税收（万元）", "面积（亩）")
    assert rows[3][1] <= rows[4][1]
    assert rows[3][-1] == "=1+1"  # a text
