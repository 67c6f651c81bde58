"""Rules of other shapes: bands of a figure, years of production, totals, one row of several.

Every answer is worked by hand from the notices as they are printed.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.economy.production import full_years, in_production_on, with_production
from geo.errors import RuleError
from geo.evaluate.compliance_options import compliance_options
from geo.intake.packs.bands import printed_bands
from geo.standards.as_printed import cell_text
from geo.standards.cell import Cell, read_cell
from geo.standards.comply import FAIL, NO_DATA, PASS, judge
from geo.standards.model import Column, Decision, read_pack
from geo.standards.precedence import settle
from geo.standards.table import verdict_table
from tests.builders import column_text, pack_text, row_text, written_pack
from tests.lane import examples

BANDS = {
    "by": "revenue",
    "bands": [
        {"max": 20_000, "cell": 5},
        {"above": 20_000, "below": 50_000, "cell": 4},
        {"min": 50_000, "cell": 3},
    ],
}


def column_verdicts(pack, key, **columns):
    """Verdicts of one column on parcels with these figures, in their order."""
    pack = read_pack(pack) if isinstance(pack, str) else pack
    count = max(len(v) for v in columns.values())
    base = {"supplied_on": "2026-03-01", "land_use_industrial": True}
    frame = pd.DataFrame(base | columns, index=[f"p{n}" for n in range(count)])
    table = verdict_table([settle(judge(frame, [pack.for_places([], [])]))])
    return table[table["rule_id"] == f"{pack.head.id}/{key}"].set_index("subject_id")


def words(table, *columns):
    return table[list(columns)].astype(str).to_numpy().tolist()


def test_research_by_bands_of_revenue_in_nanchuan():
    """2 亿元 itself is in the first band; 5 亿元 itself in the last, as the pack's note says."""
    revenue = [15_000.0, 20_000.0, 20_000.01, 49_999.99, 50_000.0, np.nan, 15_000.0]
    share = [4.99, 5.0, 4.0, 3.99, 3.0, 6.0, np.nan]
    table = column_verdicts("nanchuan-2022-5", "rd", revenue=revenue, rd_intensity=share)
    assert table["verdict"].tolist() == [
        "fail",
        "pass",
        "pass",
        "fail",
        "pass",
        "no_data",
        "no_data",
    ]
    assert table["threshold"].tolist()[:5] == [5, 5, 4, 4, 3]
    assert table["gap"].tolist()[:5] == [-0.01, 0, 0, -0.01, 0]
    assert table["reason"].tolist()[5:] == ["band_missing", "input_missing"]
    row = "汽车零部件及配件制造业"
    assert table.loc["p0", "industry_row"] == f"{row} · 营业收入≤20000万元"
    assert table.loc["p2", "industry_row"] == f"{row} · 营业收入＞20000万元且＜50000万元"
    # Without its revenue the parcel is told the whole cell, and so by which figure it goes.
    assert table.loc["p5", "cell_text"].startswith("营业收入≤20000万元：≥5%；")
    assert np.isnan(table.loc["p5", "threshold"])


def test_a_figure_is_in_the_band_in_which_it_is_shown():
    """20,000.004 万元 are shown as 20,000.00, and so within the first band."""
    table = column_verdicts(
        "nanchuan-2022-5", "rd", revenue=[20_000.004, 20_000.006], rd_intensity=[4.5, 4.5]
    )
    assert table["verdict"].tolist() == ["fail", "pass"]


def test_output_by_the_year_of_production_in_huadu():
    years = [1.0, 1.0, 2.0, 2.0, 3.0, 0.0, np.nan]
    output = [10_899.99, 10_900.0, 21_799.99, 21_800.0, 99_999.0, 99_999.0, 99_999.0]
    table = column_verdicts(
        "huadu-2025-32", "output", full_years_in_production=years, output_value=output
    )
    assert table["verdict"].tolist() == ["fail", "pass", "fail", "pass", *["no_data"] * 3]
    assert table["reason"].tolist()[4:] == ["reference", "outside_bands", "band_missing"]
    assert table.loc["p2", ["gap", "unit"]].tolist() == [-0.01, "万元"]


def test_totals_are_of_the_whole_parcel():
    """800 万元 and 400 jobs on any land; in 双流 the floor area is asked in square metres."""
    table = column_verdicts(
        "nanchuan-2022-5", "total_tax", tax=[799.99, 800.0], area_mu=[1.0, 9999.0]
    )
    assert words(table, "verdict", "gap") == [["fail", "-0.01"], ["pass", "0.0"]]
    assert (table["numerator"].tolist(), table["denominator"].tolist()) == ([799.99, 800], [1, 1])
    jobs = column_verdicts("nanchuan-2022-5", "jobs", employees=[399.0, 400.0])
    assert jobs["verdict"].tolist() == ["fail", "pass"]
    floor = column_verdicts(
        "shuangliu-2020-slg017",
        "floor_area",
        floor_area_m2=[31_509.0, 31_510.0, 94_529.0, 94_530.0],
    )
    assert floor["verdict"].tolist() == ["fail", "pass", "pass", "fail"]
    assert floor["operator"].tolist() == ["[]"] * 4
    # 12 亿元 a year are 1,076.23 per mu on 111.5 mu, and 1,081 are printed: both are asked.
    both = {"output_value": [120_000.0], "output_value_per_mu": [120_000 / 111.5]}
    assert column_verdicts("zhangzhou-2022", "total_output", **both)["verdict"].tolist() == ["pass"]
    assert column_verdicts("zhangzhou-2022", "output", **both)["gap"].tolist() == [-4.77]


def test_full_years_begin_with_the_first_whole_calendar_year():
    days = pd.Series(pd.to_datetime(["2019-01-01", "2019-01-02", "2024-12-31", "2026-05-01", None]))
    assert full_years(days, 2024).tolist()[:4] == [6, 5, 0, 0]
    assert np.isnan(full_years(days, 2024)[4])


def reported(parcel, **years):
    return pd.DataFrame(
        [
            {"subject": "parcel", "subject_id": parcel, "year": int(y[1:]), "measure": "tax"}
            | {"value": value}
            for y, value in years.items()
        ]
    )


def test_five_years_of_tax_are_summed_once_all_are_there():
    """In production from 2019-07: 2020 to 2024 are the five. 7 full years: the first five of them."""
    parcels = pd.DataFrame({"parcel_id": ["A", "B", "C", "D", "E"]})
    since = pd.Series(
        pd.to_datetime(["2019-07-01", "2019-07-01", "2017-06-01", "2022-01-01", None])
    )
    whole = {f"y{year}": 7_000.0 for year in range(2018, 2025)}
    figures = pd.concat(
        [
            reported("A", **whole | {"y2019": 99.0, "y2024": 6_999.0}),
            reported("B", **{k: v for k, v in whole.items() if k != "y2022"}, y2022=np.nan),
            reported("C", **whole | {"y2024": 1.0, "y2023": 1.0}),
            reported("D", **whole),
            reported("E", **whole),
        ]
    )
    out = with_production(parcels, since, figures, 2024, [SimpleNamespace(figures=["tax_5y"])])
    assert out["tax_5y"].tolist()[0] == 4 * 7_000 + 6_999  # A: one short of 35,000
    assert out["tax_5y"].tolist()[2] == 35_000  # C: 2018 to 2022
    assert out["tax_5y"].isna().tolist() == [False, True, False, True, True]
    assert out["tax_5y_years"].tolist()[:4] == [5, 4, 5, 3]
    assert "full_years_in_production" not in out  # nothing asks for it


def test_five_years_as_longgang_asks_for_them(tmp_path):
    """每5年 产值/营收 ≥ 40 亿元, 增加值 ≥ 5 亿元, 纳税 ≥ 35,000 万元; one of output and revenue."""
    text = pack_text(
        column_text("output", "output_value_5y", ">=", unit="万元", any_of="产值营收"),
        column_text("revenue", "revenue_5y", ">=", unit="万元", any_of="产值营收"),
        column_text("tax", "tax_5y", ">=", unit="万元"),
        row_text("output = 400000, revenue = 400000, tax = 35000"),
    )
    pack = written_pack(tmp_path, text)
    five = {
        "output_value_5y": [399_999.99, np.nan, 400_000.0],
        "revenue_5y": [400_000.0, np.nan, np.nan],
        "tax_5y": [34_999.99, np.nan, 35_000.0],
    }
    assert column_verdicts(pack, "tax", **five)["verdict"].tolist() == ["fail", "no_data", "pass"]
    assert column_verdicts(pack, "output", **five)["reason"].tolist() == [
        "alternative_met",
        "input_missing",
        "",
    ]


def test_the_day_of_production_is_the_parcels_own_or_its_only_occupiers():
    parcels = pd.DataFrame(
        {"parcel_id": ["A", "B", "C"], "in_production_on": [pd.Timestamp("2020-03-01"), None, None]}
    )
    rows = pd.DataFrame(
        {
            "parcel_id": ["A", "B", "C", "C"],
            "enterprise_id": ["x", "y", "x", "y"],
            "year": 2024,
        }
    )
    firms = pd.DataFrame(
        {"enterprise_id": ["x", "y"], "in_production_on": pd.to_datetime(["2011-01-01"] * 2)}
    )
    days = in_production_on(parcels, SimpleNamespace(rows=rows), firms, 2024)
    assert [None if pd.isna(day) else day.year for day in days] == [2020, 2011, None]


@pytest.mark.parametrize(
    ("bands", "part"),
    [
        ([{"max": 2, "cell": 5}, {"min": 2, "cell": 3}], "营业收入|revenue|overlap"),
        ([{"max": 2.005, "cell": 5}], "revenue"),
        ([{"above": 2, "max": 2, "cell": 5}], "revenue"),
        ([], "revenue"),
        ([{"cell": 5}], "cell"),
        ([{"max": 2, "cell": {"by": "tax", "bands": [{"max": 1, "cell": 1}]}}], "cell"),
    ],
)
def test_bands_that_cannot_be_told_apart_are_refused(bands, part):
    with pytest.raises(RuleError, match=part):
        read_cell({"by": "revenue", "bands": bands})


def test_bands_go_by_a_known_figure(tmp_path):
    cell = '{ by = "rainfall", bands = [{ max = 1, cell = 2 }] }'
    with pytest.raises(RuleError, match="rainfall"):
        written_pack(
            tmp_path, pack_text(column_text("v", "floor_area_ratio", ">="), row_text(f"v = {cell}"))
        )


def test_what_would_mend_a_banded_rule_goes_by_the_subjects_band():
    """Revenue 30,000, R&D 900 (3 %): 4 % is shown from 3.995 % on, 1,198.50 万元."""
    subjects = pd.DataFrame(
        {
            "supplied_on": ["2024-03-01"],
            "land_use_industrial": True,
            "revenue": 30_000.0,
            "rd_expense": 900.0,
            "rd_intensity": 3.0,
        },
        index=["p"],
    )
    pack = read_pack("nanchuan-2022-5").for_places([], [])
    pack = pack.model_copy(
        update={
            "columns": {"rd": pack.columns["rd"]},
            "rows": [pack.rows[0].model_copy(update={"cells": {"rd": BANDS}})],
        }
    )
    ways = compliance_options([settle(judge(subjects, [pack]))])
    assert ways["quantity"].tolist() == ["rd_expense"]
    assert round(ways["needed"].iloc[0], 2) == 1198.50
    assert ways["after"].tolist() == ["pass"]


def test_one_of_seven_industries_is_chosen_in_luqiao():
    pack = read_pack("luqiao-2025-55")
    code = {"industry_code": [None, "3411", "1353"], "floor_area_ratio": [1.5, 2.6, 2.0]}
    # The planning figures hold whichever is chosen, an industry of the seven or none yet.
    assert column_verdicts(pack, "floor_area_ratio", **code)["verdict"].tolist() == [
        "pass",
        "fail",
        "pass",
    ]
    tax = column_verdicts(pack, "tax", **code)
    assert tax["reason"].tolist() == ["not_chosen", "reference", "not_chosen"]
    assert tax.loc["p1", "industry_row"] == "通用设备制造业"
    chosen = column_verdicts(pack.with_choice("33"), "tax", **code)
    assert chosen["industry_row"].astype(str).unique().tolist() == ["金属制品业"]
    assert chosen["reason"].astype(str).unique().tolist() == ["reference"]
    for other in (pack, read_pack("nanchuan-2022-5")):
        with pytest.raises(RuleError, match=r"择一|choose_one"):
            other.with_choice("99")


def test_the_national_value_by_industry_counts_beside_the_parcels_own():
    """绵竹: ≥ 0.6 and the nation's value of the industry; both must be met, the longest code counts."""
    key = "mianzhu-2022-07/floor_area_ratio_national"
    values = [
        Decision(
            cell=Cell(kind="number", low=0.7, citation="国土资发〔2008〕24号"), industries=["34"]
        ),
        Decision(
            cell=Cell(kind="number", low=0.5, citation="国土资发〔2008〕24号"), industries=["3411"]
        ),
    ]
    pack = read_pack("mianzhu-2022-07").with_references({key: values})
    figures = {
        "industry_code": ["3421", "3411", "1353", None],
        "floor_area_ratio": [0.65, 0.65, 0.65, 0.65],
    }
    own, national = (
        column_verdicts(pack, name, **figures)
        for name in ("floor_area_ratio", "floor_area_ratio_national")
    )
    assert own["verdict"].tolist() == ["pass"] * 4
    assert national["verdict"].tolist() == ["fail", "pass", "no_data", "no_data"]
    assert national["reason"].tolist()[2:] == ["reference", "reference"]
    assert national.loc["p0", "industry_row"] == "34 通用设备制造业"
    assert "国土资发〔2008〕24号" in national.loc["p0", "citation"]
    with pytest.raises(RuleError, match="34"):
        read_pack("mianzhu-2022-07").with_references({key: [values[0], values[0]]})


EDGES = st.lists(st.integers(0, 2_000), min_size=1, max_size=5, unique=True).map(sorted)


@st.composite
def banded(draw):
    """Bands between edges, each edge in the band below or above it, some bands left out."""
    edges = [edge / 4 for edge in draw(EDGES)]
    bands = []
    below: dict[str, float] = {}
    for edge in [*edges, None]:
        ends = dict(below)
        if edge is not None:
            up = draw(st.booleans())
            ends |= {"max" if up else "below": edge}
            below = {"above" if up else "min": edge}
        bands.append(ends | {"cell": draw(st.integers(1, 9))})
    kept = [band for band in bands if draw(st.integers(0, 4))] or bands[:1]
    return kept, draw(st.permutations(kept))


def band_of(bands, figure):
    """The cell of the figure's band by plain comparison, None without one."""
    for band in bands:
        asked = (
            figure >= band.get("min", -np.inf),
            figure > band.get("above", -np.inf),
            figure <= band.get("max", np.inf),
            figure < band.get("below", np.inf),
        )
        if all(asked):
            return band["cell"]
    return None


@examples(40)
@given(banded(), st.lists(st.integers(-10, 2_010).map(lambda n: n / 4), min_size=1, max_size=8))
def test_any_bands_in_any_order_are_judged_as_plain_comparison_has_it(drawn, figures):
    bands, shuffled = drawn
    pack = read_pack("nanchuan-2022-5")
    cells = {"rd": {"by": "revenue", "bands": shuffled}}
    update = {
        "columns": {"rd": pack.columns["rd"]},
        "rows": [pack.rows[0].model_copy(update={"cells": cells})],
    }
    pack = pack.model_copy(update=update).for_places([], [])
    frame = pd.DataFrame(
        {"revenue": figures, "rd_intensity": 5.0, "supplied_on": "2024-01-01"}
    ).assign(land_use_industrial=True)
    judged = judge(frame, [pack])
    want = [band_of(bands, figure) for figure in figures]
    found = judged.verdict[0].tolist()
    assert found == [NO_DATA if w is None else PASS if w <= 5 else FAIL for w in want]
    inside = judged.rules[0].admitted.take(judged.row[0]).holds(judged.value[0])
    assert (inside == (judged.verdict[0] == PASS)).all()


@examples(40)
@given(banded())
def test_any_bands_are_read_back_as_they_are_printed(drawn):
    cell = read_cell({"by": "revenue", "bands": drawn[0]})
    column = Column(
        indicator="rd_intensity", operator=">=", unit="%", mandatory=True, clause="条款"
    )
    back = printed_bands(cell_text(cell, column))
    assert [dict(band.ends) | {"cell": int(band.text[1:-1])} for band in back] == [
        {key: float(end) for key, end in band.items() if key != "cell"} | {"cell": band["cell"]}
        for band in sorted(
            drawn[0],
            key=lambda b: (b.get("min", b.get("above", -1)), b.get("max", b.get("below", 1e9))),
        )
    ]
