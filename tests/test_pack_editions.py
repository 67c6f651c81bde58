"""Two editions of one document: each parcel judged by exactly one, or told; who signed a pack off."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.assess import assess
from geo.assess.edition_findings import about_packs, check_editions
from geo.cli import app
from geo.errors import MujunError, ProjectError, RuleError
from geo.project import read_project
from geo.sources.load import load
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.comply import judge
from geo.standards.editions import ALWAYS, in_editions
from geo.standards.model import Pack, read_pack, shipped
from geo.standards.selection import packs_of, with_thresholds
from geo.standards.signing import content_of
from geo.standards.table import rules_table, verdict_table
from geo.standards.vocabulary import REASONS
from tests.builders import column_text, edit_project, mujun, pack_text, row_text, written_pack
from tests.lane import examples

TODAY = dt.date(2026, 11, 29)
FIRST, SECOND, THIRD = dt.date(2020, 1, 1), dt.date(2023, 7, 1), dt.date(2025, 3, 1)
TAX = column_text("tax", "tax_per_mu", ">=", "万元/亩")


def edition(folder, name, first, tax=8, **head):
    """A pack of one requirement, in force from a day."""
    dates = {key: head.pop(key) for key in ("transition", "in_force_to") if key in head}
    extra = "".join(f"{key} = {value}\n" for key, value in dates.items())
    text = pack_text(
        extra, TAX, row_text(f"tax = {tax}"), pack_id=name, in_force_from=first, **head
    )
    return written_pack(folder, text, f"{name}.toml")


def supplied(*days):
    """Parcels by their day of supply, each of 10 a mu."""
    return pd.DataFrame(
        {
            "parcel_id": [f"P{at}" for at in range(len(days))],
            "source_row": range(1, len(days) + 1),
            "supplied_on": pd.to_datetime(list(days)),
            "judged_as_of": pd.to_datetime(list(days)),
            "tax_per_mu": 10.0,
            "land_use_industrial": True,
        }
    )


def judging(parcels, packs):
    """The packs that judge each parcel, by verdict: none of them says it is out of its days."""
    judged = judge_parcels(parcels, packs)
    reasons = list(REASONS)
    return [
        [
            rule.pack.head.id
            for at, rule in enumerate(judged.rules)
            if reasons[judged.reason[at, who]] not in ("before_force", "after_force")
        ]
        for who in range(len(parcels))
    ]


DAYS = ("2019-12-31", "2020-01-01", "2023-06-30", "2023-07-01", "2026-01-01")


def test_parcels_supplied_before_keep_the_old_edition(tmp_path):
    packs = [
        edition(tmp_path, "new", SECOND, replaces="old"),
        edition(tmp_path, "old", FIRST),
    ]
    chosen = in_editions(packs, "supplied", TODAY)
    assert judging(supplied(*DAYS), chosen) == [[], ["old"], ["old"], ["new"], ["new"]]
    assert len(check_editions(supplied(*DAYS), judge_parcels(supplied(*DAYS), chosen))) == 0


@pytest.mark.parametrize(
    ("today", "want"),
    [
        ("2023-12-31", [[], ["old"], ["old"], ["new"], ["new"]]),
        ("2024-01-01", [["new"]] * 5),
    ],
)
def test_all_parcels_from_a_day(tmp_path, today, want):
    """Until the day of transition the old edition keeps its parcels; from it on it has none."""
    packs = [
        edition(tmp_path, "old", FIRST),
        edition(
            tmp_path,
            "new",
            SECOND,
            replaces="old",
            transition="2024-01-01",
            transition_clause="第八条",
        ),
    ]
    chosen = in_editions(packs, "supplied", dt.date.fromisoformat(today))
    assert judging(supplied(*DAYS), chosen) == want


def test_where_one_day_counts_for_all_it_alone_says_which_edition(tmp_path):
    """对标 as of 2023-06-30: the transition of 2024 moves nothing."""
    packs = [
        edition(tmp_path, "old", FIRST),
        edition(
            tmp_path, "new", SECOND, replaces="old", transition="2024-01-01", transition_clause="八"
        ),
    ]
    day = dt.date(2023, 6, 30)
    assert judging(supplied(day, day), in_editions(packs, day, TODAY)) == [["old"]] * 2


def test_of_three_editions_the_one_for_all_ends_all_before_it(tmp_path):
    packs = [
        edition(tmp_path, "c", THIRD, replaces="b"),
        edition(tmp_path, "a", FIRST),
        edition(
            tmp_path, "b", SECOND, replaces="a", transition="2024-01-01", transition_clause="八"
        ),
    ]
    chosen = in_editions(packs, "supplied", TODAY)
    days = ("2019-01-01", "2021-01-01", "2024-01-01", "2025-02-28", "2025-03-01")
    assert judging(supplied(*days), chosen) == [["b"], ["b"], ["b"], ["b"], ["c"]]
    head = next(pack.head for pack in chosen if pack.head.id == "b")
    assert (head.in_force_from, head.in_force_to) == (ALWAYS, dt.date(2025, 2, 28))


@examples(20)
@given(
    firsts=st.lists(
        st.dates(dt.date(2010, 1, 1), dt.date(2026, 1, 1)), min_size=2, max_size=4, unique=True
    ),
    data=st.data(),
)
def test_no_parcel_is_judged_by_two_editions_and_by_none_only_before_the_first(
    tmp_path_factory, firsts, data
):
    """Whatever the days, transitions and order of the editions."""
    folder = tmp_path_factory.mktemp("packs")
    packs = []
    for at, first in enumerate(sorted(firsts)):
        head = {"replaces": f"e{at - 1}"} if at else {}
        if at and data.draw(st.booleans()):
            head |= {
                "transition": str(data.draw(st.dates(first, dt.date(2027, 1, 1)))),
                "transition_clause": "八条",
            }
        packs.append(edition(folder, f"e{at}", first, **head))
    days = data.draw(
        st.lists(st.dates(dt.date(2009, 1, 1), dt.date(2026, 11, 1)), min_size=1, max_size=6)
    )
    chosen = in_editions(data.draw(st.permutations(packs)), "supplied", TODAY)
    found = judging(supplied(*days), chosen)
    for day, ids in zip(days, found, strict=True):
        assert len(ids) <= 1
        assert ids or day < min(firsts)


def test_a_gap_between_editions_is_told_of_each_parcel(tmp_path):
    packs = [
        edition(tmp_path, "old", FIRST, in_force_to="2022-12-31"),
        edition(tmp_path, "new", SECOND, replaces="old"),
    ]
    parcels = supplied("2019-01-01", "2022-12-31", "2023-01-01", "2023-06-30", "2023-07-01")
    found = check_editions(parcels, judge_parcels(parcels, in_editions(packs, "supplied", TODAY)))
    assert found["id"].tolist() == ["P2", "P3"]
    assert set(found["code"]) == {"edition_gap"}
    assert found["value"].tolist() == ["2023-01-01", "2023-06-30"]


def test_an_earlier_edition_that_is_not_chosen_is_a_gap(tmp_path):
    packs = in_editions([edition(tmp_path, "new", SECOND, replaces="old")], "supplied", TODAY)
    parcels = supplied("2021-01-01", "2024-01-01")
    found = check_editions(parcels, judge_parcels(parcels, packs))
    assert found["id"].tolist() == ["P0"]


def test_two_that_replace_one_overlap_and_are_told(tmp_path):
    packs = [
        edition(tmp_path, "old", FIRST),
        edition(tmp_path, "b", SECOND, replaces="old"),
        edition(tmp_path, "c", THIRD, replaces="old"),
    ]
    chosen = in_editions(packs, "supplied", TODAY)
    parcels = supplied("2021-01-01", "2024-01-01", "2026-01-01")
    assert judging(parcels, chosen) == [["old"], ["b"], ["b", "c"]]
    found = check_editions(parcels, judge_parcels(parcels, chosen))
    assert found[["code", "id"]].to_numpy().tolist() == [["edition_overlap", "P2"]]


def test_enterprises_have_the_edition_of_the_day_of_the_run(tmp_path):
    """They have no day of supply: both editions would judge them."""
    packs = [
        edition(tmp_path, "old", FIRST, subject="enterprise"),
        edition(tmp_path, "new", SECOND, subject="enterprise", replaces="old"),
    ]
    for today, want in (("2023-06-30", "old"), ("2023-07-01", "new")):
        chosen = in_editions(packs, "supplied", dt.date.fromisoformat(today))
        assert [pack.head.id for pack in chosen] == [want]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"replaces": "x"}, "replaces"),
        ({"transition": '"supplied"'}, "transition_clause"),
        ({"transition": '"supplied"', "replaces": "y"}, "transition_clause"),
        ({"transition": '"soon"', "replaces": "y", "transition_clause": "八条"}, "transition"),
    ],
)
def test_a_transition_that_cannot_be_is_refused_in_one_sentence(tmp_path, head, said):
    with pytest.raises(RuleError) as error:
        edition(tmp_path, "x", FIRST, **head)
    assert said in error.value.text.zh
    assert said in error.value.text.en


def test_editions_in_a_circle_are_refused(tmp_path):
    packs = [
        edition(tmp_path, "a", FIRST, replaces="b"),
        edition(tmp_path, "b", SECOND, replaces="a"),
    ]
    with pytest.raises(ProjectError):
        in_editions(packs, "supplied", TODAY)


@pytest.mark.parametrize("judge_as", ["supplied", "today", dt.date(2024, 1, 1)])
@pytest.mark.parametrize("first", ["2010-01-01", "2020-01-01"])
def test_an_edition_no_later_than_the_one_it_replaces_is_refused(tmp_path, first, judge_as):
    """2010 is written for 2021: by its days the old edition would judge nothing, unsaid."""
    packs = [edition(tmp_path, "new", first, replaces="old"), edition(tmp_path, "old", FIRST)]
    with pytest.raises(ProjectError) as error:
        in_editions(packs, judge_as, TODAY)
    assert all(said in error.value.text.zh for said in ("new", "old", first, "2020-01-01"))
    assert "no later" in error.value.text.en
    day_after = edition(tmp_path, "new", "2020-01-02", replaces="old")
    assert len(in_editions([day_after, packs[1]], judge_as, TODAY)) == 2


def test_an_overlap_names_the_editions_that_judge_and_no_other(tmp_path):
    """Two packs replace one: from the later of their days on both judge, and the old one ended."""
    packs = [
        edition(tmp_path, "base-2020", FIRST),
        edition(tmp_path, "first-2023", SECOND, replaces="base-2020"),
        edition(tmp_path, "second-2025", THIRD, replaces="base-2020"),
    ]
    parcels = supplied("2021-01-01", "2024-01-01", "2025-03-01")
    found = check_editions(parcels, judge_parcels(parcels, in_editions(packs, "supplied", TODAY)))
    assert list(zip(found["id"], found["code"], strict=True)) == [("P2", "edition_overlap")]
    assert "first-2023" in found["message"][0]
    assert "second-2025" in found["message"][0]
    assert "base-2020" not in found["message"][0]


# Signed off.


@pytest.fixture
def office_pack(tmp_path):
    """An office's pack file with comments, CRLF and no newline at its end."""
    text = pack_text(TAX, "# by the table\n", row_text("tax = 8"), pack_id="own").rstrip("\n")
    file = tmp_path / "own.toml"
    file.write_bytes(text.replace("\n", "\r\n").encode())
    return file


def test_signing_leaves_the_rest_of_the_file_byte_for_byte(office_pack):
    before = office_pack.read_bytes()
    mujun("packs", "sign", office_pack, "--by", '王 "二" 某', "--date", "2026-11-01")
    after = office_pack.read_bytes()
    assert after.startswith(before)
    signed = read_pack(office_pack.name, office_pack.parent).head.signed_off
    assert (signed.by, signed.date, signed.holds) == ('王 "二" 某', dt.date(2026, 11, 1), True)
    mujun("packs", "sign", office_pack, "--by", "李某", "--date", "2026-11-02")
    again = office_pack.read_bytes()
    assert again.startswith(before)
    assert again.count(b"[pack.signed_off]") == 1
    assert not list(office_pack.parent.glob(".own*"))


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ("# by the table", "# by table 3", True),
        ("tax = 8 ", "tax   =   8.0", True),
        ("tax = 8 ", "tax = 9", False),
        ("第一条", "第二条", False),
        ("2023-01-01", "2024-01-01", False),
        ("industry =", 'names = ["x"]\r\nindustry =', False),
    ],
)
def test_what_is_signed_is_what_the_file_says(office_pack, old, new, holds):
    mujun("packs", "sign", office_pack, "--by", "王某")
    text = office_pack.read_bytes().decode()
    assert old in text
    office_pack.write_bytes(text.replace(old, new).encode())
    pack = read_pack(office_pack.name, office_pack.parent)
    assert pack.head.signed_off.holds is holds
    assert ("签核版本与本文件不同" in pack.head.citation) is not holds
    assert len(about_packs([pack])) == (not holds)


def test_a_file_cannot_say_itself_that_its_signature_holds(office_pack):
    mujun("packs", "sign", office_pack, "--by", "王某")
    text = office_pack.read_bytes().decode().replace("tax = 8 ", "tax = 1 ")
    content = "f" * 64
    office_pack.write_bytes((text + f'content_read = "{content}"\r\n').encode())
    assert not read_pack(office_pack.name, office_pack.parent).head.signed_off.holds


def test_another_threshold_for_a_trial_is_not_signed(office_pack):
    mujun("packs", "sign", office_pack, "--by", "王某")
    (changed,) = with_thresholds([read_pack(office_pack.name, office_pack.parent)], ["own/tax=9"])
    assert not changed.head.signed_off.holds


def test_the_signature_stands_with_the_verdicts(office_pack):
    mujun("packs", "sign", office_pack, "--by", "王某", "--date", "2026-11-01")
    parcels = supplied("2024-01-01").set_index("parcel_id")
    table = verdict_table([judge(parcels, [read_pack(office_pack.name, office_pack.parent)])])
    assert rules_table(table)["citation"].iloc[0].endswith("签核：王某，2026-11-01")
    kept = Pack.model_validate_json(
        read_pack(office_pack.name, office_pack.parent).model_dump_json()
    )
    assert kept.head.signed_off.holds


def refused(*words):
    outcome = CliRunner().invoke(app, ["packs", *map(str, words)])
    assert outcome.exit_code != 0
    return (
        outcome.exception.text.zh if isinstance(outcome.exception, MujunError) else outcome.output
    )


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--by", " "],
        ["--by", "王\n某"],
        ["--by", "王某", "--date", "2999-01-01"],
        ["--by", "王某", "--date", "2026"],
        ["--by", "王某", "--date", "昨天"],
    ],
)
def test_a_sign_off_without_name_or_day_changes_nothing(office_pack, options):
    before = office_pack.read_bytes()
    assert refused("sign", office_pack, *options)
    assert office_pack.read_bytes() == before


def test_shipped_packs_and_strange_sign_offs_are_refused(office_pack, tmp_path):
    assert "随 mujun 提供" in refused("sign", "national-2023", "--by", "王某")
    assert "不是可签核" in refused("sign", tmp_path / "none.toml", "--by", "王某")
    text = office_pack.read_text("utf-8").replace(
        "[columns.tax]",
        f'signed_off = {{ by = "a", date = 2026-01-01, content = "{"0" * 64}" }}\n[columns.tax]',
    )
    office_pack.write_text(text, "utf-8")
    before = office_pack.read_bytes()
    assert "手工" in refused("sign", office_pack, "--by", "王某")
    assert office_pack.read_bytes() == before


def test_signing_as_json(office_pack):
    facts = json.loads(mujun("packs", "sign", office_pack, "--by", "王某", "--json").output)
    assert (
        facts["content"] == read_pack(office_pack.name, office_pack.parent).head.signed_off.content
    )


def test_no_shipped_pack_is_signed():
    assert all(read_pack(name).head.signed_off is None for name in shipped()[:3])


@examples(20)
@given(
    st.dictionaries(
        st.text(max_size=4), st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
    )
)
def test_the_order_of_keys_is_no_content(values):
    turned = dict(reversed(list(values.items())))
    assert content_of({"rows": [values]}) == content_of({"rows": [turned]})
    assert content_of({"rows": [values]}) != content_of({"rows": [values | {"another": 1}]})


def test_a_run_says_which_edition_judges_when_and_who_falls_between(project):
    """The two parcels of the project, supplied before the new edition, which alone is chosen."""
    edition(project, "new", dt.date(2026, 1, 1), replaces="old")
    edit_project(project, '["longchang-neirong-2022"]', '["new.toml"]')
    chosen = read_project(project)
    run = assess(load(chosen), chosen.settings, packs_of(chosen))
    codes = run.findings["code"].value_counts()
    assert codes["edition_chosen"] == 1
    dated = run.parcels["judged_as"].eq("supplied").sum()
    assert 0 < dated == codes["edition_gap"]
