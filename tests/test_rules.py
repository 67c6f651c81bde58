"""Rule packs and verdicts: every cell of the first real table is accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import RuleError
from geo.model import INDICATORS, RULE_FIGURES
from geo.standards.cell import Cell
from geo.standards.comply import EXEMPT, FAIL, NO_DATA, PASS, judge
from geo.standards.model import Decision, read_pack, shipped
from geo.standards.precedence import compliance, settle
from geo.standards.shown import shown
from geo.standards.table import verdict_table
from geo.standards.vocabulary import VERDICTS
from tests.builders import RATIO_PACK, parcel_row, written_pack

PACK = "longchang-neirong-2022"

# The table of 隆府办发〔2022〕58号, typed from the reference: 投资, 税收, 产出, R&D.
TABLE = {
    "3054": (150, 8, 250, None),
    "3071": (150, 8, 250, None),
    "3484": (150, 8, 350, 2),
    "1353": (150, 8, 300, 1),
    "新材料": (150, 8, 250, 2),
}


def verdicts(pack=None, **columns):
    table = verdict_table([settle(judge(parcel_row(**columns), [pack or read_pack(PACK)]))])
    return table.set_index(table["rule_id"].str.split("/").str[1])


@pytest.mark.parametrize(("industry", "row"), TABLE.items())
def test_every_number_of_the_table(industry, row):
    code, name = (industry, "") if industry.isdigit() else (None, industry)
    table = verdicts(industry_code=code, industry_name=name)
    names = ["fixed_investment", "tax", "output", "rd"]
    for column, threshold in zip(names, row, strict=True):
        if threshold is None:
            assert table.loc[column, ["verdict", "reason"]].tolist() == ["exempt", "not_applicable"]
        else:
            assert table.loc[column, "threshold"] == threshold


@pytest.mark.parametrize("industry", TABLE)
def test_cells_that_are_no_numbers(industry):
    code, name = (industry, "") if industry.isdigit() else (None, industry)
    table = verdicts(industry_code=code, industry_name=name)
    assert table.loc["floor_area_ratio", ["verdict", "reason"]].tolist() == ["no_data", "reference"]
    assert "内府发〔2022〕16号" in table.loc["floor_area_ratio", "cell_text"]
    assert table.loc["environment", "verdict"] == "pass"


def test_other_industries_are_case_by_case():
    table = verdicts(industry_code="1711")
    assert set(table["verdict"]) == {"no_data"}  # nobody has decided yet
    assert set(table["reason"]) == {"case_by_case"}
    assert table.loc["tax", "cell_text"] == "一事一议"


def test_an_unknown_industry_is_no_data_not_other():
    table = verdicts(industry_code=None, industry_name=None)
    assert set(table["verdict"]) == {"no_data"}
    assert set(table["reason"]) == {"industry_unknown"}


def test_on_the_threshold_passes_and_a_hair_below_fails():
    assert verdicts().loc["tax", "verdict"] == "pass"
    # 7.995 is shown as 8.00 and judged so; 7.994 is shown as 7.99.
    assert verdicts(tax_per_mu=7.995).loc["tax", "verdict"] == "pass"
    short = verdicts(tax_per_mu=7.994).loc["tax"]
    assert (short["verdict"], short["value"], short["gap"]) == ("fail", 7.99, -0.01)


def test_a_missing_input_is_no_data():
    row = verdicts(tax_per_mu=np.nan).loc["tax"]
    assert (row["verdict"], row["reason"]) == ("no_data", "input_missing")


@pytest.mark.parametrize(("said", "verdict"), [(True, "pass"), (False, "fail"), (None, "no_data")])
def test_an_attested_requirement(said, verdict):
    assert verdicts(environment_attested=said).loc["environment", "verdict"] == verdict


@pytest.mark.parametrize(
    ("columns", "verdict", "reason"),
    [
        ({"supplied_on": "2022-12-24"}, "exempt", "before_force"),
        ({"supplied_on": None}, "no_data", "supply_date_missing"),
        ({"land_use_industrial": None}, "no_data", "land_use_missing"),
        ({"land_use_industrial": False}, "exempt", "not_industrial"),
    ],
)
def test_scope(columns, verdict, reason):
    table = verdicts(**columns)
    assert set(table["verdict"]) == {verdict}
    assert set(table["reason"]) == {reason}


def test_a_given_reference_is_judged_and_cited():
    given = {f"{PACK}/floor_area_ratio": (1.2, "内府发〔2022〕16号 表1")}
    pack = read_pack(PACK).with_references(given)
    row = verdicts(pack).loc["floor_area_ratio"]
    assert (row["verdict"], row["gap"]) == ("fail", -0.2)
    assert row["citation"].endswith("内府发〔2022〕16号 表1")
    with pytest.raises(RuleError, match="no column `nothing`"):
        read_pack(PACK).with_references({f"{PACK}/nothing": (1.2, "x")})


DECIDED = Cell(kind="number", low=6, citation="某市会议纪要〔2023〕3号")


def decided(**more):
    return read_pack(PACK).with_references({f"{PACK}/tax": [Decision(cell=DECIDED, **more)]})


@pytest.mark.parametrize("more", [{}, {"row": "其他"}, {"subjects": ["x"]}])
def test_a_case_by_case_clause_is_judged_by_its_decision(more):
    row = verdicts(decided(**more), industry_code="1711", tax_per_mu=5.99).loc["tax"]
    assert (row["verdict"], row["threshold"], row["gap"]) == ("fail", 6, -0.01)
    assert row["citation"].endswith("某市会议纪要〔2023〕3号")
    others = verdicts(decided(**more), industry_code="1711").drop("tax")
    assert set(others["reason"]) == {"case_by_case"}


def test_a_decision_is_for_the_parcels_that_it_names():
    pack = decided(subjects=["x"])
    both = pd.concat([parcel_row(industry_code="3484", tax_per_mu=6.5)] * 2).set_axis(["x", "y"])
    table = verdict_table([settle(judge(both, [pack]))])
    own = table[table["rule_id"] == f"{PACK}/tax"].set_index("subject_id")
    assert own["verdict"].to_dict() == {"x": "pass", "y": "fail"}  # 6 was agreed for x, 8 holds
    assert own["threshold"].to_dict() == {"x": 6, "y": 8}
    assert own["industry_row"].to_dict() == {"x": "议定", "y": "装备制造"}


def test_an_exemption_is_registered_with_its_source():
    cell = Cell(kind="exempted", text="豁免", citation="某市会议纪要〔2023〕4号")
    pack = read_pack(PACK).with_references({f"{PACK}/tax": [Decision(cell=cell)]})
    row = verdicts(pack, industry_code="1711").loc["tax"]
    assert (row["verdict"], row["reason"], row["cell_text"]) == ("exempt", "exempted", "豁免")
    assert "〔2023〕4号" in row["citation"]
    # The row of machines has its number: nothing was left open there.
    assert verdicts(pack).loc["tax", "threshold"] == 8


def test_a_reference_of_another_document_decides_no_case_by_case_cell():
    pack = read_pack(PACK).with_references(
        {f"{PACK}/floor_area_ratio": (1.2, "内府发〔2022〕16号")}
    )
    row = verdicts(pack, industry_code="1711").loc["floor_area_ratio"]
    assert (row["verdict"], row["reason"]) == ("no_data", "case_by_case")


@pytest.mark.parametrize(
    ("decisions", "why"),
    [
        ([Decision(cell=DECIDED, row="无此行")], "no row"),
        ([Decision(cell=DECIDED, row="装备制造")], "has no open cell"),
        ([Decision(cell=DECIDED, subjects=["x"])] * 2, "two decisions"),
        ([Decision(cell=Cell(kind="range", low=3, high=2, citation="文件"))], "no figure"),
    ],
)
def test_a_decision_that_means_nothing_is_refused(decisions, why):
    with pytest.raises(RuleError, match=why):
        read_pack(PACK).with_references({f"{PACK}/tax": decisions})


def test_a_decision_on_a_requirement():
    cell = Cell(kind="requirement", text="符合园区环保要求", citation="某市会议纪要〔2023〕5号")
    pack = read_pack(PACK).with_references(
        {f"{PACK}/environment": [Decision(cell=cell, row="其他")]}
    )
    assert verdicts(pack, industry_code="1711").loc["environment", "verdict"] == "pass"
    with pytest.raises(RuleError, match="attested"):
        read_pack(PACK).with_references(
            {f"{PACK}/environment": [Decision(cell=DECIDED, row="其他")]}
        )


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("9999", "", "industry_unknown"),
        ("99", "", "industry_unknown"),
        ("99XX", "未分类", "industry_unknown"),
        ("3388", "", "industry_unknown"),
        ("ABC", "", "industry_unknown"),
        ("1711", "", "case_by_case"),
        ("17", "", "case_by_case"),
        ("9999", "新材料", ""),
        ("", "纺织", "case_by_case"),
    ],
)
def test_a_code_that_the_standard_does_not_know_is_not_other(code, name, reason):
    row = verdicts(industry_code=code or None, industry_name=name).loc["tax"]
    assert row["reason"] == reason
    assert row["verdict"] == ("no_data" if reason else "pass")


def test_rounding_that_decides_is_said():
    row = verdicts(tax_per_mu=7.995).loc["tax"]
    assert (row["verdict"], row["value"], row["reason"]) == ("pass", 8, "rounded")
    assert verdicts(tax_per_mu=8.004).loc["tax", "reason"] == ""
    assert verdicts(tax_per_mu=7.994).loc["tax", "reason"] == ""


def test_half_up_as_a_table_prints():
    assert shown(np.array([2.345, 2.344999, 1.005, -0.005]), 2).tolist() == [2.35, 2.34, 1.01, 0.0]


def ratio_pack(folder, operator=">=", unit="", cell="{ min = 0.7, max = 1.8 }", text=RATIO_PACK):
    """A pack of one rule on the floor area ratio."""
    return written_pack(folder, text.format(operator=operator, unit=unit, cell=cell))


@pytest.mark.parametrize(
    ("value", "verdict", "gap"),
    [
        (0.7, "pass", 0.0),
        (1.0, "pass", 0.3),
        (1.8, "pass", 0.0),
        (1.9, "fail", -0.1),
        (0.5, "fail", -0.2),
    ],
)
def test_a_rule_with_two_sides(tmp_path, value, verdict, gap):
    row = verdicts(ratio_pack(tmp_path), floor_area_ratio=value).iloc[0]
    assert (row["verdict"], row["gap"]) == (verdict, pytest.approx(gap))


@pytest.mark.parametrize(
    ("operator", "value", "verdict"),
    [
        ("<=", 1.0, "pass"),
        ("<=", 1.01, "fail"),
        ("<", 1.0, "fail"),
        (">", 1.0, "fail"),
        (">", 1.01, "pass"),
    ],
)
def test_operators(tmp_path, operator, value, verdict):
    pack = ratio_pack(tmp_path, operator=operator, cell="1.0")
    assert verdicts(pack, floor_area_ratio=value).iloc[0]["verdict"] == verdict


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": RATIO_PACK.replace('document = "某发〔2023〕1号"\n', "")}, "is required"),
        ({"text": RATIO_PACK.replace('clause = "第一条"\n', "")}, "is required"),
        ({"unit": "%"}, "is in , the rule in %"),
        ({"cell": '"many"'}, "is not a cell"),
        ({"text": RATIO_PACK.replace("floor_area_ratio", "shoe_size")}, "not an indicator"),
        ({"text": RATIO_PACK + '[given]\nratio = [1.0, "nobody"]\n'}, "not for files"),
        ({"text": RATIO_PACK + "[[["}, "rule pack office.toml"),
    ],
)
def test_a_pack_that_is_not_whole_is_refused(tmp_path, change, why):
    with pytest.raises(RuleError, match=why):
        ratio_pack(tmp_path, **change)


def test_an_unknown_pack_names_the_known():
    with pytest.raises(RuleError, match=PACK):
        read_pack("nowhere-1999")


def test_every_shipped_pack_reads_and_is_cited():
    for name in shipped():
        head = read_pack(name).head
        assert head.document
        assert head.url.startswith("http")
        assert head.document in head.citation


def variant(pack, name, cell, **head):
    """The pack under another id, with another cell."""
    return pack.model_copy(
        update={
            "head": pack.head.model_copy(update={"id": name, **head}),
            "rows": [pack.rows[0].model_copy(update={"cells": {"ratio": cell}})],
        }
    )


def together(packs, **columns):
    return verdict_table([settle(judge(parcel_row(**columns), packs))]).set_index("rule_id")


def test_rules_that_no_value_meets_are_a_conflict_both_cited(tmp_path):
    strict = ratio_pack(tmp_path, cell="1.5")
    table = together(
        [strict, variant(strict, "other", {"max": 0.5}), variant(strict, "third", 0.4)]
    )
    assert table["verdict"].tolist() == ["conflict", "conflict", "pass"]
    assert table["reason"].tolist() == ["apart", "apart", ""]
    assert table.index.tolist() == ["office/ratio", "other/ratio", "third/ratio"]
    assert table["citation"].notna().all()


def test_floors_beside_each_other_contradict_nothing(tmp_path):
    strict = ratio_pack(tmp_path, cell="1.5")
    table = together([strict, variant(strict, "other", 0.5), variant(strict, "third", 0.6)])
    assert table["verdict"].tolist() == ["fail", "pass", "pass"]


@pytest.mark.parametrize(
    ("stands", "cell", "exempt", "reason", "stays"),
    [
        ("local", 0.5, "office/ratio", "local_rule", "pass"),
        ("stricter", 0.5, "local/ratio", "stricter_rule", "fail"),
        ("stricter", 1.6, "office/ratio", "stricter_rule", "fail"),
    ],
)
def test_the_more_local_or_the_stricter_rule_stands(tmp_path, stands, cell, exempt, reason, stays):
    nation = variant(ratio_pack(tmp_path, cell="1.5"), "office", 1.5, level="national")
    table = together([nation, variant(nation, "local", cell, level="city", stands=stands)])
    assert table.loc[exempt, ["verdict", "reason"]].tolist() == ["exempt", reason]
    assert table["verdict"].drop(exempt).tolist() == [stays]


def test_a_local_rule_without_a_number_does_not_push_the_general_one_aside(tmp_path):
    nation = variant(ratio_pack(tmp_path, cell="1.5"), "office", 1.5, level="national")
    table = together([nation, variant(nation, "local", "/", level="city", stands="local")])
    assert table["verdict"].tolist() == ["fail", "exempt"]


EITHER = RATIO_PACK.replace(
    'clause = "第一条"',
    """clause = "第一条"
any_of = "供地"
[columns.tax]
indicator = "tax_per_mu"
operator = ">="
unit = "万元/亩"
mandatory = true
clause = "第一条"
any_of = "供地\"""",
).replace("ratio = {cell} ", "ratio = {cell}, tax = 8 ")


@pytest.mark.parametrize(
    ("ratio", "tax", "verdicts_", "whole"),
    [
        (1.0, 5.0, ["pass", "exempt"], "pass"),
        (0.5, 9.0, ["exempt", "pass"], "pass"),
        (0.5, 5.0, ["fail", "fail"], "fail"),
        (0.5, np.nan, ["no_data", "no_data"], "no_data"),
        (1.0, np.nan, ["pass", "exempt"], "pass"),
    ],
)
def test_one_of_several_is_enough(tmp_path, ratio, tax, verdicts_, whole):
    pack = ratio_pack(tmp_path, text=EITHER, cell="0.8")
    judged = settle(judge(parcel_row(floor_area_ratio=ratio, tax_per_mu=tax), [pack]))
    assert verdict_table([judged])["verdict"].tolist() == verdicts_
    assert compliance(judged)["x"] == whole


def test_a_pack_for_other_places_has_no_rows_and_fails_nobody(tmp_path):
    pack = ratio_pack(tmp_path, cell="1.5").for_places(["Q"], [])
    judged = settle(judge(parcel_row(park_id="P"), [pack]))
    assert verdict_table([judged]).empty
    assert compliance(judged)["x"] == "exempt"
    assert together([pack.for_places([], ["x"])], park_id="P")["verdict"].tolist() == ["fail"]


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (["pass", "fail", "no_data"], "fail"),
        (["pass", "no_data"], "no_data"),
        (["pass", "exempt"], "pass"),
        (["exempt", "exempt"], "exempt"),
        (["conflict", "no_data"], "conflict"),
    ],
)
def test_compliance_over_mandatory_rules(tmp_path, given, whole):
    pack = ratio_pack(tmp_path)
    column = pack.columns["ratio"]
    names = [f"c{i}" for i in range(len(given) + 1)]
    many = pack.model_copy(
        update={
            "columns": {n: column.model_copy(update={"mandatory": n != names[-1]}) for n in names},
            "rows": [pack.rows[0].model_copy(update={"cells": dict.fromkeys(names, 1.0)})],
        }
    )
    judged = judge(parcel_row(), [many])
    judged.verdict[:, 0] = [list(VERDICTS).index(v) for v in [*given, "fail"]]
    assert compliance(judged)["x"] == whole


ALL = [read_pack(name) for name in shipped()]
VALUES = st.one_of(st.just(np.nan), st.floats(0, 5000, width=32))
SUBJECTS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(RULE_FIGURES, VALUES)
        | {
            "industry_code": st.sampled_from(["3054", "3484", "1353", "26", "36", "3921", None]),
            "park_level": st.sampled_from(["国家级", "省级", None]),
        }
    ),
    min_size=1,
    max_size=6,
)


def frame(rows):
    return pd.DataFrame(rows).assign(
        land_use_industrial=True, supplied_on="2024-05-01", industry_name=None
    )


@given(SUBJECTS, st.sampled_from(sorted(INDICATORS)), st.floats(0, 500))
def test_a_better_figure_never_turns_pass_into_fail(rows, name, more):
    subjects = frame(rows)
    low, high = (judge(subjects.assign(**{name: subjects[name] + d}), ALL) for d in (0, more))
    for at, rule in enumerate(low.rules):
        one, other = low.verdict[at], high.verdict[at]
        if rule.column.indicator != name:
            assert (one == other).all()
            continue
        plain = np.isnan(rule.limits(low.row[at])[1])
        worse, better = (one, other) if rule.column.operator in (">=", ">") else (other, one)
        assert not ((worse == PASS) & (better == FAIL) & plain).any()


@given(SUBJECTS, st.randoms())
def test_the_order_of_rows_and_packs_moves_no_verdict(rows, rng):
    subjects = frame(rows)
    order, packs = rng.sample(range(len(rows)), len(rows)), rng.sample(ALL, len(ALL))
    one, other = settle(judge(subjects, ALL)), settle(judge(subjects.iloc[order], packs))
    mine = pd.DataFrame(one.verdict, [r.id for r in one.rules], subjects.index)
    yours = pd.DataFrame(other.verdict, [r.id for r in other.rules], subjects.index[order])
    pd.testing.assert_frame_equal(mine, yours.loc[mine.index, mine.columns])
    pd.testing.assert_series_equal(compliance(one), compliance(other).loc[subjects.index])


@given(SUBJECTS)
def test_without_figures_nothing_passes_or_fails(rows):
    subjects = frame(rows).assign(**dict.fromkeys(RULE_FIGURES, np.nan))
    assert np.isin(settle(judge(subjects, ALL)).verdict, (NO_DATA, EXEMPT)).all()
