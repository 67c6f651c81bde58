"""两图一表: seats worked by hand, links that lack, the path, the page offline, both pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser
from pypdf import PdfReader
from typer.testing import CliRunner

from geo.cli import app
from geo.economy.allocate import allocate
from geo.evaluate.chain import chains
from geo.evaluate.plan import read_plan
from geo.publish.chain import write_page, write_panorama
from geo.publish.chain.growth_path import write_path
from geo.publish.chain.steps import step_lines
from geo.run import Run
from tests.saying import spoken

CHAIN = pd.DataFrame(
    [
        ("玻璃", "原料", "上游", "101"),
        ("玻璃", "玻璃制造", "中游", "305"),
        ("玻璃", "日用玻璃", "中游", "3054"),
        ("玻璃", "检测", "下游", "745"),
        ("食品", "屠宰", "上游", "135"),
        ("食品", "包装", "下游", "3054;2927"),
    ],
    columns=["chain", "segment", "stage", "industry_codes"],
)


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


def usable(parcels: gpd.GeoDataFrame, enterprises: pd.DataFrame) -> dict:
    return {
        "parcels": parcels.assign(park_id=["P", "P", "Q", "Q"], area_m2=10_000.0),
        "parks": pd.DataFrame({"park_id": ["P", "Q"], "name": ["甲", "乙"]}),
        "chain": CHAIN,
        "enterprises": enterprises,
        "platforms": pd.DataFrame(
            {"park_id": ["P"], "name": ["中心"], "level": ["省级"], "year": [2022]}
        ),
        "services": pd.DataFrame(
            {
                "park_id": ["P", "P", "Q"],
                "service": ["园保贷"] * 3,
                "status": ["已有", "规划", "没有"],
            }
        ),
    }


TARGETS = ["leading_share", "high_tech_share", "platforms"]
"""In the plan's order, which is not the alphabet's."""


def found(parcels: gpd.GeoDataFrame, enterprises: pd.DataFrame, occupancy: pd.DataFrame):
    frames = usable(parcels, enterprises)
    indicators = pd.DataFrame(
        {
            "enterprise_id": enterprises["enterprise_id"],
            "year": 2023,
            "revenue": [100.0, 200.0, 300.0, 400.0],
            "tax": 1.0,
        }
    )
    land = frames["parcels"].set_index("parcel_id")["area_m2"]
    allocation = allocate(indicators, occupancy, land)
    targets = pd.DataFrame(
        {"park_id": "P", "year": 2023, "target": TARGETS[::-1], "value": 1.0, "result": "met"}
    )
    return chains(
        frames,
        allocation,
        enterprises,
        targets,
        pd.DataFrame(),
        2023,
        read_plan("sichuan-5plus1-2021"),
    )


@pytest.fixture
def enterprises() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_row": [2, 3, 4, 5],
            "enterprise_id": ["E1", "E2", "E3", "E4"],
            "name": ["玻璃厂", "某厂", "平板玻璃", "不明"],
            "role": ["龙头", "配套", "配套", None],
            "industry_code": ["C3054", "1353", "3051", None],
            "chain_segment": [None, "检测；原料", "没有的环节", None],
            "in_production_on": pd.to_datetime(["2020-05-01", "2023-01-01", None, "2021-01-01"]),
        }
    )


@pytest.fixture
def occupancy() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "enterprise_id": ["E1", "E1", "E2", "E3", "E4"],
            "parcel_id": ["A", "C", "B", "B", "D"],
            "area_m2": [7500.0, 2500.0, 5000.0, 5000.0, 10_000.0],
        }
    )


def test_seats_by_hand(parcels, enterprises, occupancy) -> None:
    """E1 by its code in two chains (longer prefix), E2 where it says, E3 outside, E4 nowhere."""
    members = found(parcels, enterprises, occupancy).members
    seats = {
        (
            m["enterprise_id"],
            m["park_id"],
            m["chain"] if pd.notna(m["chain"]) else "",
            m["segment"] if pd.notna(m["segment"]) else "",
            m["seated_by"],
        )
        for m in members.to_dict("records")
    }
    assert seats == {
        ("E1", "P", "玻璃", "日用玻璃", "code"),
        ("E1", "P", "食品", "包装", "code"),
        ("E1", "Q", "玻璃", "日用玻璃", "code"),
        ("E1", "Q", "食品", "包装", "code"),
        ("E2", "P", "玻璃", "检测", "segment"),
        ("E2", "P", "玻璃", "原料", "segment"),
        ("E3", "P", "", "", "outside"),
        ("E4", "Q", "", "", "unknown"),
    }
    first = members.set_index(["enterprise_id", "park_id", "chain"])
    assert first.loc[("E1", "P", "玻璃"), "revenue"] == pytest.approx(75.0)
    assert first.loc[("E1", "Q", "玻璃"), "land_mu"] == pytest.approx(3.75)
    assert first.loc[("E1", "P", "玻璃"), "revenue_per_mu"] == pytest.approx(75 / 11.25)


def test_links_lack_only_where_everyone_is_known(parcels, enterprises, occupancy) -> None:
    result = found(parcels, enterprises, occupancy)
    state = result.links.set_index(["park_id", "chain", "segment"])["link_state"].to_dict()
    assert state == {
        ("P", "玻璃", "原料"): "have",
        ("P", "玻璃", "玻璃制造"): "lack",
        ("P", "玻璃", "日用玻璃"): "have",
        ("P", "玻璃", "检测"): "have",
        ("P", "食品", "屠宰"): "lack",
        ("P", "食品", "包装"): "have",
        ("Q", "玻璃", "原料"): "no_data",
        ("Q", "玻璃", "玻璃制造"): "no_data",
        ("Q", "玻璃", "日用玻璃"): "have",
        ("Q", "玻璃", "检测"): "no_data",
        ("Q", "食品", "屠宰"): "no_data",
        ("Q", "食品", "包装"): "have",
    }
    assert result.links["clause"].str.contains("两图一表").all()
    notes = result.findings
    assert notes[["id", "code"]].to_numpy().tolist() == [["E3", "chain_segment_unlisted"]]
    assert "没有的环节" in spoken(notes)["message_zh"].iloc[0]


def test_money_is_conserved_in_every_chain(parcels, enterprises, occupancy) -> None:
    members = found(parcels, enterprises, occupancy).members
    once = members.drop_duplicates(["enterprise_id", "park_id"])
    assert once["revenue"].sum() == pytest.approx(1000.0)
    assert once["land_mu"].sum() * 2000 / 3 == pytest.approx(30_000)


def test_the_path_says_what_came_when(parcels, enterprises, occupancy) -> None:
    path = found(parcels, enterprises, occupancy).path
    rows = {
        (
            r["park_id"],
            r["year"] if pd.notna(r["year"]) else None,
            r["lane"],
            r["item"],
            r["state"],
        ): r["count"]
        for r in path.to_dict("records")
    }
    assert rows[("P", 2020, "enterprise", "中游", "have")] == 1
    assert rows[("P", 2023, "enterprise", "上游", "have")] == 1
    assert rows[("P", 2023, "enterprise", "下游", "have")] == 1
    assert rows[("Q", 2021, "enterprise", "", "have")] == 1
    assert ("P", 2022, "platform", "省级 中心", "have") in rows
    assert ("P", None, "service", "园保贷", "planned") in rows
    assert ("Q", None, "service", "园保贷", "lack") in rows
    assert ("P", 2023, "target", "platforms", "met") in rows
    assert path.loc[path["lane"] == "target", "item"].tolist() == TARGETS


@pytest.mark.slow
@given(st.permutations(range(4)))
def test_the_order_of_rows_moves_nothing(order: list[int]) -> None:
    shape = gpd.GeoSeries.from_wkt(["POLYGON((0 0,1 0,1 1,0 0))"] * 4)
    parcels = gpd.GeoDataFrame({"parcel_id": list("ABCD")}, geometry=shape)
    firms = pd.DataFrame(
        {
            "source_row": range(4),
            "enterprise_id": ["E1", "E2", "E3", "E4"],
            "name": list("甲乙丙丁"),
            "role": ["龙头", None, None, None],
            "industry_code": ["3054", "3054", "1353", "999"],
            "chain_segment": [None] * 4,
        }
    )
    land = pd.DataFrame(
        {"enterprise_id": ["E1", "E2", "E3", "E4"], "parcel_id": list("ABCD"), "area_m2": 10_000.0}
    )
    frames = [
        found(parcels, firms.iloc[rows].reset_index(drop=True), land) for rows in (range(4), order)
    ]
    same = frames[0].links.assign(revenue=0)
    assert same.equals(frames[1].links.assign(revenue=0))


@pytest.mark.products("chain")
def test_a_project_without_the_table_has_a_directory_only(project: Path) -> None:
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    assert "产业链" in done.output
    result = Run.load(project / "outputs")
    assert result.chain_links.empty
    assert set(result.chain_members["enterprise_id"]) == {"E1", "E2", "E3"}
    done = CliRunner().invoke(app, ["export", "-q", "-p", str(project), "-f", "chain"])
    assert done.exit_code == 0, done.output
    assert (project / "outputs/chain/chain.html").is_file()
    assert not list((project / "outputs/chain").glob("panorama-*"))


@pytest.fixture(scope="module")
def folder(demo: Path) -> Path:
    done = CliRunner().invoke(app, ["export", "-q", "-p", str(demo), "-f", "chain"])
    assert done.exit_code == 0, done.output
    return demo / "outputs/chain"


def test_the_pictures_of_one_park_leave_those_of_others(demo: Path, folder: Path) -> None:
    before = {file.name for file in folder.iterdir()}
    outcome = CliRunner().invoke(
        app, ["export", "-q", "-p", str(demo), "-f", "chain", "--park", "SYN-02", "--json"]
    )
    assert outcome.exit_code == 0, outcome.output
    assert {file.name for file in folder.iterdir()} == before
    made = {Path(name).name for name in json.loads(outcome.stdout)["files"]}
    assert made == {n for n in before if "SYN" not in n or "SYN-02" in n}


def test_pictures_and_directory(demo: Path, folder: Path) -> None:
    result = Run.load(demo / "outputs")
    links = result.chain_links[result.chain_links["park_id"] == "SYN-02"]
    text = "".join(PdfReader(folder / "panorama-SYN-02.pdf").pages[0].extract_text().split())
    for row in links.to_dict("records"):
        assert row["segment"] in text
        if row["enterprises"]:
            assert f"{row['enterprises']}户" in text
    lacking = (links["link_state"] == "lack").sum()
    assert lacking > 3
    assert len(re.findall("缺链", text)) == lacking + 1  # and the legend's
    path = "".join(PdfReader(folder / "path-SYN-01.pdf").pages[0].extract_text().split())
    assert "2023" in path
    assert "供应链金融" in path
    with Image.open(folder / "path-SYN-01.png") as picture:
        assert picture.width == pytest.approx(420 / 25.4 * 200, abs=1)
    sheet = openpyxl.load_workbook(folder / "chain.xlsx")["重点企业、配套企业名录"]
    assert sheet.max_row == len(result.chain_members) + 1


def test_the_page_offline(demo: Path, folder: Path, browser: Browser) -> None:
    result = Run.load(demo / "outputs")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto((folder / "chain.html").as_uri())
    own = result.chain_links[result.chain_links["park_id"] == "SYN-01"]
    assert page.locator("button.link").count() == len(own)
    assert page.locator("button.link.have").count() == (own["link_state"] == "have").sum()
    page.select_option("select", "SYN-02")
    assert (
        page.locator("button.link.lack").count()
        == (
            (result.chain_links["park_id"] == "SYN-02")
            & (result.chain_links["link_state"] == "lack")
        ).sum()
    )
    page.locator("button.link", has_text="白酒酿造").click()
    wanted = result.chain_members[
        (result.chain_members["park_id"] == "SYN-02")
        & (result.chain_members["segment"] == "白酒酿造")
    ]
    assert page.locator("#directory tbody tr").count() == len(wanted)
    name = wanted["name"].iloc[3]
    page.fill("#directory input", name)
    assert page.locator("#directory tbody tr").count() == 1
    assert page.inner_text("#directory tbody td >> nth=0") == name
    page.fill("#directory input", "")
    page.locator("#directory thead button", has_text="税收").click()
    taxes = page.locator("#directory tbody tr td:nth-child(10)").all_inner_texts()
    numbers = [float(t.replace(",", "")) for t in taxes if t != "—"]
    assert numbers == sorted(numbers, reverse=True)
    with page.expect_download() as got:
        page.click("#csv")
    table = pd.read_csv(got.value.path())
    assert len(table) == len(wanted)
    assert asked == [(folder / "chain.html").as_uri(), "data:,"] or len(asked) == 1
    assert complaints == []
    context.close()


def test_page_and_sheet_say_the_same_steps(demo: Path, folder: Path, browser: Browser) -> None:
    """Targets with their unit, range and what they were before rounding; the planned with its year."""
    run = Run.load(demo / "outputs")
    steps = run.chain_path.assign(line=step_lines(run)).query("park_id == 'SYN-01'")
    steps = steps[(steps["lane"] != "enterprise") & (steps["state"] != "lack")]
    targets = steps[(steps["lane"] == "target") & (steps["year"] == 2023)]["line"]
    assert [line for line in targets if "（舍入前6.66%、可比口径）" in line]
    assert [line for line in targets if "78.84–79.40%" in line]
    page = browser.new_page()
    page.goto((folder / "chain.html").as_uri())
    shown = page.locator("#path tbody div").all_inner_texts()
    page.close()
    sheet = "".join(PdfReader(folder / "path-SYN-01.pdf").pages[0].extract_text().split())
    for line in steps["line"]:
        assert line in shown
        assert "".join(line.split()) in sheet


def test_enterprises_without_a_year_are_on_the_sheet(demo: Path, tmp_path: Path) -> None:
    run = Run.load(demo / "outputs")
    lane = (run.chain_path["lane"] == "enterprise") & (run.chain_path["park_id"] == "SYN-01")
    undated = run.chain_path.assign(
        year=run.chain_path["year"].mask(lane & (run.chain_path["year"] < 2014))
    )
    write_path(run.with_tables(chain_path=undated), "SYN-01", [tmp_path / "x.pdf"])
    sheet = "".join(PdfReader(tmp_path / "x.pdf").pages[0].extract_text().split())
    early = run.chain_path[lane & (run.chain_path["year"] < 2014)].groupby("item")["count"].sum()
    assert early.sum() > 20
    for stage, count in early.items():
        assert f"{stage or '链外'}{count:.0f}" in sheet


def test_names_are_never_markup(demo: Path, browser: Browser, tmp_path: Path) -> None:
    result = Run.load(demo / "outputs")
    name = "</script><img src=x onerror=alert(1)>`${1}` $x$ #panic()"
    members = result.chain_members.assign(name=name)
    links = result.chain_links.assign(segment=name)
    run = result.with_tables(chain_members=members, chain_links=links)
    write_page(run, tmp_path / "x.html")
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("dialog", lambda d: complaints.append(d.message))
    page.goto((tmp_path / "x.html").as_uri())
    assert page.inner_text("button.link strong >> nth=0") == name
    assert page.locator("img").count() == 0
    assert complaints == []
    page.close()
    write_panorama(run, "SYN-01", [tmp_path / "x.pdf", tmp_path / "x.svg"])
    text = "".join(PdfReader(tmp_path / "x.pdf").pages[0].extract_text().split())
    assert "</script><img" in text
