"""Tables whose rows are indicators are refused by their shape, and no other table is."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.errors import SourceError
from geo.model import LAYERS
from geo.sources.fields import canonical
from geo.sources.measure_rows import measures_in_rows

MONEY = ["营业收入（万元）", "税收（万元）", "利润总额"]


def table(columns: dict[str, list[object]]) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return frame.assign(source_row=range(2, len(frame) + 2))


@pytest.mark.parametrize(
    ("layer", "columns", "said"),
    [
        ("indicators", {"指标": MONEY, "甲公司": [1, 2, 3], "乙公司": [4, 5, 6]}, "transpose"),
        ("indicators", {"项目": MONEY, "2022年": [1, 2, 3], "2023年": [4, 5, 6]}, "transpose"),
        ("park_indicators", {"序号": [1, 2, 3], "指标名称": MONEY, "数值": [1, 2, 3]}, "transpose"),
        ("indicators", {"统一社会信用代码": MONEY, "91510000": [1, 2, 3]}, "transpose"),
        (
            "indicators",
            {"统一社会信用代码": ["E1"] * 3, "年份": [2023] * 3, "指标": MONEY, "值": [1, 2, 3]},
            "pivot table",
        ),
    ],
)
def test_the_shape_and_its_mend_are_named(layer, columns, said):
    with pytest.raises(SourceError, match=said):
        canonical(table(columns), LAYERS[layer], {}, "t.xlsx", "CNY")


def test_a_ledger_that_mentions_indicators_is_read():
    columns = {"统一社会信用代码": ["E1", "E2"], "年份": [2023, 2023], "税收": [1, 2]}
    frame = table({**columns, "缺报指标": ["营业收入", "综合能耗"]})
    out, _ = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert out["tax"].tolist() == [1, 2]
    assert measures_in_rows(table({"名称": ["甲", "税收", "乙", "丙", "丁"]})) == ("", [])


@pytest.mark.parametrize(
    ("heading", "column", "value"),
    [
        ("综合能源消费量（吨标准煤）", "energy_tce", 50),
        ("能源消费总量（万吨标准煤）", "energy_tce", 500_000),
        ("平均用工人数（人）", "employees", 50),
        ("从业人员平均人数", "employees", 50),
        ("工业总产值（千元）", "output_value", 5),
    ],
)
def test_measures_by_their_statistical_names(heading, column, value):
    frame = table({"统一社会信用代码": ["E1"], "年份": [2023], heading: [50]})
    out, _ = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert out[column].tolist() == [value]
