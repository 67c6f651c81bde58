"""Rows of a pack: a code falls in one row, however it is written, and no row stays empty."""

import pandas as pd
import pytest

from geo.errors import RuleError
from geo.model import industry_prefixes
from geo.standards.matching import Keys
from tests.builders import column_text, pack_text, row_text, written_pack


def tax_pack(folder, *rows, by="industry"):
    """A pack of one rule on tax; its n-th row asks for n, and names what it is for."""
    texts = [
        row_text(f"tax = {limit}", name, keys) for limit, (name, keys) in enumerate(rows, start=1)
    ]
    column = column_text("tax", "tax_per_mu", unit="万元/亩")
    return written_pack(folder, pack_text(column, *texts, rows_by=by))


def row_of(rules, *codes):
    return rules.match(Keys(pd.DataFrame({"industry_code": codes}), {"industry"})).tolist()


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [
        ("C", ["13", "3054", "4390"], ["0610", "44", "51"]),
        ("C30", ["30", "3054"], ["31"]),
        ("c3054", ["3054"], ["3051"]),
        ("3000", ["3054"], ["31"]),
        (" 30 ", ["3054"], ["31"]),
        ("３０", ["3054"], ["31"]),
        ("B", ["0610", "1200"], ["13"]),
        ("30", ["30"], ["03"]),
    ],
)
def test_a_code_is_one_however_it_is_written(tmp_path, written, inside, outside):
    rules = tax_pack(tmp_path, ("甲", f'codes = ["{written}"]'), ("其他", 'codes = ["*"]'))
    assert row_of(rules, *inside) == [0] * len(inside)
    assert row_of(rules, *outside) == [1] * len(outside)


@pytest.mark.parametrize("keys", ["", "codes = []", "names = []"])
def test_a_row_that_nothing_falls_in_is_refused(tmp_path, keys):
    with pytest.raises(RuleError, match="no parcel can match it: write its codes"):
        tax_pack(tmp_path, ("非金属矿物制品业", keys), ("其他", 'codes = ["*"]'))


def test_by_park_a_row_needs_a_name(tmp_path):
    with pytest.raises(RuleError, match="write its names"):
        tax_pack(tmp_path, ("仓储", 'codes = ["59"]'), by="park_name")
    two = tax_pack(
        tmp_path,
        ("仓储", 'names = ["临空"]\ncodes = ["59"]'),
        ("其他", 'names = ["临空"]'),
        ("高新", 'names = ["高新"]\ncodes = ["59"]'),
        by="park_name",
    )
    assert len(two.rows) == 3


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ('codes = ["30"]', 'codes = ["13", "C30"]', "30"),
        ('codes = ["*"]', 'codes = ["*"]', "*"),
        ('names = ["玻璃"]', 'codes = ["31"]\nnames = ["玻璃"]', "玻璃"),
        ('codes = ["C"]', 'codes = ["30", "C"]', "C"),
    ],
)
def test_two_rows_of_one_industry_are_refused(tmp_path, one, other, shared):
    with pytest.raises(RuleError) as refused:
        tax_pack(tmp_path, ("甲", one), ("乙", other))
    assert f"rows 甲 and 乙 both apply to `{shared}`" in refused.value.text.en


@pytest.mark.parametrize("code", ["13-43", "30、31", "非金属"])
def test_what_is_no_code_is_refused(tmp_path, code):
    with pytest.raises(RuleError, match="is not an industry code"):
        tax_pack(tmp_path, ("甲", f'codes = ["{code}"]'))


def test_a_section_and_a_division_of_it_stand_together(tmp_path):
    rules = tax_pack(tmp_path, ("制造业", 'codes = ["C"]'), ("玻璃", 'codes = ["305"]'))
    assert row_of(rules, "3054", "3061", "51") == [1, 0, -1]


def test_every_division_is_of_one_section():
    sections = [industry_prefixes([letter])[1:] for letter in "ABCDEFGHIJKLMNOPQRST"]
    held = [division for one in sections for division in one]
    assert len(held) == len(set(held)) == 97
    assert (sections[2][0], sections[2][-1]) == ("13", "43")


GLASS = (("玻璃", 'codes = ["305"]\nnames = ["玻璃制品"]'), ("陶瓷", 'codes = ["307"]'))
OTHERS = ("其他", 'codes = ["*"]')


def test_a_code_too_short_for_the_table_falls_in_no_row(tmp_path):
    """30 holds 305, 307 and others: the row of others would judge glass by another's threshold."""
    rules = tax_pack(tmp_path, *GLASS, ("食品", 'codes = ["13", "14"]'), OTHERS)
    assert row_of(rules, "30", "C30", "C", "3000") == [-1, -1, -1, -1]
    assert row_of(rules, "305", "3054", "301", "14", "1", "A") == [0, 0, 3, 2, -1, 3]
    nested = tax_pack(tmp_path, *GLASS, ("非金属", 'codes = ["30"]'), OTHERS)
    assert row_of(nested, "30", "303", "31") == [-1, 2, 3]
    every = tax_pack(tmp_path, ("制造业", 'codes = ["C"]'), OTHERS)
    assert row_of(every, "C", "30", "B") == [0, 0, 1]


def test_a_name_tells_the_row_of_a_code_that_is_too_short(tmp_path):
    """Among the rows that the code may be of: 30 and 食品 contradict each other."""
    rules = tax_pack(tmp_path, *GLASS, ("食品", 'codes = ["13"]\nnames = ["食品"]'), OTHERS)
    table = pd.DataFrame({"industry_code": "30", "industry_name": ["玻璃制品制造", "食品", "水泥"]})
    assert rules.match(Keys(table, {"industry"})).tolist() == [0, -1, -1]


def test_a_code_too_short_for_a_parks_narrow_row_falls_nowhere(tmp_path):
    narrow = ("省级玻璃", 'codes = ["305"]\nnames = ["省级"]')
    rules = tax_pack(tmp_path, narrow, ("省级", 'names = ["省级"]'), OTHERS, by="park_level")
    codes = ["3054", "30", "31", ""]
    table = pd.DataFrame({"industry_code": codes, "park_level": "省级"})
    assert rules.match(Keys(table, {"park_level"})).tolist() == [0, -1, 1, -1]


def test_a_pack_on_enterprises_for_some_parks_is_refused(tmp_path):
    """Else it would say nothing of anybody: an enterprise has no park of its own."""
    column = column_text("tax", "tax_per_mu", unit="万元/亩")
    rules = pack_text(column, row_text("tax = 8"), subject="enterprise")
    pack = written_pack(tmp_path, rules)
    with pytest.raises(RuleError, match="judges enterprises"):
        pack.for_places(["P"], [])
    with pytest.raises(RuleError, match="judges enterprises"):
        written_pack(
            tmp_path, rules.replace("[columns.tax]", '[scope]\nparks = ["P"]\n[columns.tax]')
        )
