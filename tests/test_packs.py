"""Shipped packs: each table cell by cell, each rule cited, rows matched as the document means."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import RuleError
from geo.model import MU_M2, RULE_FIGURES
from geo.standards.as_printed import as_printed
from geo.standards.comply import judge
from geo.standards.model import read_pack, shipped
from geo.standards.precedence import settle
from geo.standards.table import verdict_table
from tests.builders import column_text, pack_text, row_text, written_pack
from tests.published import TABLES


def test_every_shipped_pack_has_its_published_table():
    assert set(TABLES) == set(shipped())


@pytest.mark.parametrize("name", TABLES)
def test_the_published_table_is_reproduced_cell_by_cell(name):
    printed = as_printed(read_pack(name))
    assert printed.index.tolist() == list(TABLES[name])
    for row, cells in TABLES[name].items():
        own = printed.loc[row].tolist()
        assert len(own) == len(cells)
        for said, cell in zip(own, cells, strict=True):
            worded = cell[0] not in "≥≤/"
            assert said.startswith(cell) if worded else said == cell


@pytest.mark.parametrize("name", shipped())
def test_every_rule_has_a_citation_a_clause_and_a_unit(name):
    pack = read_pack(name)
    head = pack.head
    assert head.document in head.citation
    assert head.url.startswith("http")
    assert str(head.date) in head.citation
    assert head.note_zh
    assert head.note_en
    for column in pack.columns.values():
        assert len(column.clause) > 3
        if column.operator != "attested":
            assert column.unit == RULE_FIGURES[column.indicator].unit
            assert RULE_FIGURES[column.indicator].source


SUBJECT = {
    "supplied_on": "2024-03-01",
    "land_use_industrial": True,
    "park_name": "高新区",
    "park_level": "国家级",
    "industry_code": "2614",
}


def judged(name, frame):
    pack = read_pack(name).for_places([], [])  # in scope everywhere
    return verdict_table([settle(judge(frame, [pack]))])


def verdicts(name, **columns):
    table = judged(name, pd.DataFrame([SUBJECT | columns], index=["2023GC07007"]))
    return table.set_index(table["rule_id"].str.split("/").str[1])


@pytest.mark.parametrize(
    ("park", "code", "row"),
    [
        ("孝感高新技术产业开发区", "3484", "高新区"),
        ("临空经济区", "5990", "临空经济区仓储项目"),
        ("临空经济区", "3484", "临空经济区其他项目"),
        ("临空经济区", None, ""),
        ("应城经济开发区", None, "孝南、汉川、应城、云梦、安陆经济开发区"),
        ("别处", "3484", ""),
    ],
)
def test_rows_by_park_name_and_industry(park, code, row):
    table = verdicts("xiaogan-2013", park_name=park, industry_code=code)
    assert table["industry_row"].unique().tolist() == [row]
    if not row:
        assert set(table["verdict"]) == {"no_data"}


def test_million_yuan_per_mu_is_judged_in_wan_yuan():
    row = verdicts("xiaogan-2013", fixed_investment_per_mu=299.99).loc["fixed_investment"]
    assert (row["threshold"], row["verdict"], row["gap"]) == (300, "fail", -0.01)
    assert row["cell_text"] == ">= 3 百万元/亩"


def test_a_figure_per_hectare_is_judged_per_mu():
    """5,000 万元 a hectare on 15 mu of land: exactly the bar, as shown with two decimals."""
    at = {"output_value_per_mu": 5000 / 15, "tax_per_mu": 19.99}
    table = verdicts("liaocheng-hitech-2013", **at)
    assert table.loc["output", ["threshold", "verdict"]].tolist() == [333.33, "pass"]
    assert table.loc["tax", ["threshold", "verdict"]].tolist() == [20, "fail"]


def test_investment_or_tax_is_enough_in_anqing():
    table = verdicts("anqing-2019", fixed_investment_per_mu=100.0, tax_per_mu=31.0)
    assert table["verdict"].tolist() == ["exempt", "pass"]
    assert table.loc["fixed_investment", "reason"] == "alternative_met"


def test_the_notice_of_one_parcel_by_hand():
    """2023GC07007 as its notice has it: 68,507.52 m² are 102.76 mu."""
    mu = 68_507.52 / MU_M2
    assert round(mu, 2) == 102.76
    table = verdicts(
        "tieshangang-2023GC07007",
        floor_area_ratio=1.85,
        building_density=65.0,
        green_ratio=20.0,
        office_land_share=7.01,
        office_floor_share=15.0,
        fixed_investment_per_mu=25_690 / mu,
        tax_per_mu=20.0,
    )
    want = {
        "floor_area_ratio": "fail",
        "building_density": "pass",
        "green": "pass",
        "office_land": "fail",
        "office_floor": "pass",
        "fixed_investment": "pass",
        "output": "no_data",
        "tax": "pass",
    }
    assert table["verdict"].to_dict() == want
    assert table.loc["floor_area_ratio", "gap"] == -0.05


@pytest.mark.parametrize(
    ("supplied", "reason"),
    [
        ("2006-05-01", ""),
        ("2004-05-01", "before_force"),
        ("2010-05-01", "after_force"),
        (None, "supply_date_missing"),
    ],
)
def test_the_edition_goes_by_the_supply_date(supplied, reason):
    row = verdicts("national-2004-trial", supplied_on=supplied, building_coverage=31.0).iloc[0]
    assert row["reason"] == reason
    assert row["verdict"] == {"": "pass", "supply_date_missing": "no_data"}.get(reason, "exempt")


@pytest.mark.slow
def test_blanking_any_input_gives_no_pass_and_no_fail():
    """One subject a column, each with that column blank, and one with all of them."""
    everything = SUBJECT | dict.fromkeys(RULE_FIGURES, 50.0) | {"environment_attested": True}
    blank = {c: everything | {c: np.nan if c in RULE_FIGURES else None} for c in everything}
    frame = pd.DataFrame([everything, *blank.values()], index=["all", *blank])
    for name in shipped():
        table = judged(name, frame).set_index(["subject_id", "rule_id"])["verdict"].astype(str)
        before = table["all"]
        assert set(table.index.levels[0]) == {"all", *blank}
        assert len(before)
        for column in blank:
            after = table[column][before.index]
            moved = before != after
            assert set(after[moved]) <= {"no_data", "exempt"}, (name, column)
            freed = after[moved & (after == "exempt")]
            assert name == "anqing-2019" or freed.empty, (name, column)


def test_packs_lists_documents_and_prints_tables():
    run = CliRunner()
    listed = json.loads(run.invoke(app, ["packs", "--json", "--lang", "en"]).stdout)
    assert {row["id"] for row in listed} == set(shipped())
    held = {row["id"]: (row["held"], row["refer"]) for row in listed}
    assert held["longchang-neirong-2022"] == (31, 5)
    assert held["national-2023"] == (0, 6)
    assert "≥350" in run.invoke(app, ["packs", "longchang-neirong-2022"]).stdout


@pytest.mark.parametrize(
    ("cells", "options", "refused"),
    [
        ("v = 0.001", {}, True),
        ("v = 0.001", {"decimals": 3}, False),
        ("v = { min = 0.7, max = 1.255 }", {}, True),
        ("v = 0.001", {"printed_unit": "‰", "divide_by": 10}, False),
    ],
)
def test_a_threshold_finer_than_values_are_judged_is_refused(tmp_path, cells, options, refused):
    """0.0049 is shown as 0.00 and would pass under 0.001: write decimals = 3."""
    column = column_text("v", "floor_area_ratio", "<=", **options)
    text = pack_text(column, row_text(cells))
    if not refused:
        assert written_pack(tmp_path, text).columns["v"].decimals == options.get("decimals", 2)
        return
    with pytest.raises(RuleError, match=r"decimals = 3"):
        written_pack(tmp_path, text)


def _printed(*asked: str) -> str:
    done = CliRunner().invoke(app, ["packs", *asked])
    assert done.exit_code == 0, done.output
    return done.output


def test_packs_are_printed_in_the_readers_words_with_units():
    zh, en = (_printed("longchang-neirong-2022", "--lang", lang) for lang in ("zh", "en"))
    assert "亩均税收（万元/亩）                              ≥8\n" in zh
    assert "符合环境标准（填报）                             项目必须" in zh
    assert "Tax per mu (10,000 CNY/mu)" in en
    assert "层级                  市、县\n" in _printed("--lang", "zh")
    assert "Level                        a city or county\n" in _printed("--lang", "en")
    for asked in ([], ["longchang-neirong-2022"]):
        listed = json.loads(_printed(*asked, "--lang", "zh", "--json"))
        keys = re.compile(rf"^({'|'.join(map(re.escape, listed[0]))}) ", re.MULTILINE)
        assert not keys.search(_printed(*asked, "--lang", "zh"))  # JSON has names, people words
