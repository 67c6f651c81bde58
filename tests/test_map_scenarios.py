"""Trials kept on the map: what they flip, side by side, and as drafts of packs, against the engine."""

from __future__ import annotations

import csv
import json
import re

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import RuleError
from geo.project import read_project
from geo.run import Run
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.model import read_pack
from geo.standards.precedence import compliance
from geo.standards.selection import packs_of
from geo.standards.vocabulary import VERDICT_CODES
from tests.builders import PROJECT, column_text, pack_text, row_text

PACK = "longchang-neirong-2022"
FILLED = {"title_zh": "试", "title_en": "try", "issuer": "某办", "document": "某〔2026〕1号"}


@pytest.fixture
def tried(page):
    """Tax per mu 50 % higher in all rows, output of one row lower."""
    opened = page.page
    opened.evaluate(
        """pack => {
        const {dispatch, data} = mujunReady;
        const at = key => data.rules.findIndex(r => r.id === `${pack}/${key}`);
        localStorage.clear();
        dispatch({type: "try", subject: `rule:${at("tax")}`});
        dispatch({type: "try-bar", side: "lowBy", value: 50});
        dispatch({type: "try", subject: `rule:${at("output")}`});
        const row = data.rules[at("output")].industries.indexOf("装备制造");
        dispatch({type: "try-row", row});
        dispatch({type: "try-bar", side: "low", value: 200}); }""",
        PACK,
    )
    yield opened
    opened.evaluate("""() => { for (const type of ["end-trial", "close"])
        mujunReady.dispatch({type}); }""")
    assert page.complaints == []


def invoke(*arguments):
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def filled(text):
    """The draft as an office completes it."""
    for key, value in FILLED.items():
        text = re.sub(rf'^{key} = "".*$', f'{key} = "{value}"', text, flags=re.MULTILINE)
    text = re.sub(r'^clause = "".*$', 'clause = "第一条"', text, flags=re.MULTILINE)
    text = re.sub(r'^url = "".*$', 'url = "https://example.org"', text, flags=re.MULTILINE)
    return re.sub(r"^# (date|in_force_from) = .*$", r"\1 = 2022-12-25", text, flags=re.MULTILINE)


def office_pack(draft, folder):
    """The draft once all of it is filled in and decided on; refused at each step before."""
    (folder / "draft.toml").write_text(draft, "utf-8")
    with pytest.raises(RuleError):
        read_pack("draft.toml", folder)
    (folder / "cited.toml").write_text(filled(draft), "utf-8")
    with pytest.raises(RuleError, match="open"):  # cited, but nobody decided on the figures
        read_pack("cited.toml", folder)
    decided = re.sub(r"^open = \[.*?^\]", "", filled(draft), flags=re.MULTILINE | re.DOTALL)
    (folder / "office.toml").write_text(decided, "utf-8")
    return read_pack("office.toml", folder)


def drafted(opened, folder):
    """The trial kept on the map, saved as a file, and drafted by the command: file and draft."""
    opened.fill("#mujun-scenario-name", "税收提高一半")
    opened.click("#mujun-scenario-keep")
    opened.evaluate("mujunReady.dispatch({type: 'try-bar', side: 'low', value: 500})")
    opened.fill("#mujun-scenario-name", "<b>另一案")
    opened.press("#mujun-scenario-name", "Enter")
    opened.click("#mujun-scenarios-open")
    with opened.expect_download() as kept:
        opened.click("#mujun-scenario-save")
    file = folder / "scenarios.json"
    kept.value.save_as(file)
    names = [one["name"] for one in json.loads(file.read_text("utf-8"))["scenarios"]]
    assert names == ["税收提高一半", "<b>另一案"]
    code, said = invoke("packs", "draft", file, "-o", folder / "d.toml")
    assert code != 0
    assert names[0] in said  # two scenarios: which?
    code, said = invoke("packs", "draft", file, names[0], "-o", folder / "d.toml")
    assert code == 0, said
    assert "tax · 食品饮料：8 → 12" in said
    return file, (folder / "d.toml").read_text("utf-8")


def flips_on(opened):
    """The card of what flips, and its rows as they are saved."""
    opened.click("[data-of=flips-compliance]")
    with opened.expect_download() as saved:
        opened.click(".mujun-flips button.mujun-keep")
    rows = list(csv.reader(saved.value.path().read_text("utf-8-sig").splitlines()))
    drawn = opened.evaluate("""() => {
        const pane = mujunReady.map.getPane("mujun-flips").querySelector("canvas");
        const {data} = pane.getContext("2d").getImageData(0, 0, pane.width, pane.height);
        return data.filter((v, k) => k % 4 === 3 && v).length; }""")
    assert drawn > 500
    return opened.inner_text(".mujun-card"), rows[2:]


def test_a_scenario_flips_what_the_engine_flips_and_its_draft_waits_for_the_office(
    tried, demo, tmp_path
):
    card, listed = flips_on(tried)
    file, draft = drafted(tried, tmp_path)
    run = Run.load(demo / "outputs")
    (pack,) = packs_of(read_project(demo))  # with what the project decided on
    packs = [pack, office_pack(draft, tmp_path).model_copy(update={"given": pack.given})]
    before, after = (
        compliance(judge_parcels(run.parcels, [one])).map(VERDICT_CODES).to_numpy() for one in packs
    )
    flipped = after != before
    ids = run.parcels["parcel_id"].to_numpy()
    words = {"达标": 0, "不达标": 1, "无法判定": 2, "不适用": 3, "规则冲突": 4}
    assert {row[0]: words[row[4]] for row in listed} == dict(
        zip(ids[flipped], after[flipped], strict=True)
    )
    assert flipped.sum() > 20
    assert f"{flipped.sum()}宗" in card
    fails, more = (after == 1).sum(), (after == 1).sum() - (before == 1).sum()
    rows = tried.locator(".mujun-scenarios tbody tr").all_inner_texts()
    assert f"{fails} 宗 ({more:+d})" in rows[1]
    assert "<b>另一案" in rows[2]

    tried.evaluate("mujunReady.dispatch({type: 'scenarios', scenarios: []})")
    tried.set_input_files("#mujun-scenario-file", file)
    tried.wait_for_selector(".mujun-scenarios tbody tr:nth-child(3)")
    tried.click(".mujun-scenarios tbody tr:nth-child(2) button")
    assert tried.evaluate("[...mujunReady.now.compliance]") == after.tolist()
    bad = tmp_path / "bad.json"
    bad.write_text(file.read_text("utf-8").replace('"lowBy"', '"sideways"'), "utf-8")
    tried.set_input_files("#mujun-scenario-file", bad)
    tried.wait_for_selector(".mujun-error")
    assert invoke("packs", "draft", bad, "税收提高一半")[0] != 0
    tried.evaluate("""() => { for (const action of [{type: "error", text: ""},
        {type: "scenarios", scenarios: []}]) mujunReady.dispatch(action); }""")


def test_a_draft_changes_printed_units_ends_and_bands_and_says_what_it_leaves(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    text = pack_text(
        column_text("tax", "tax_per_mu", ">=", "万元/亩", printed_unit="万元/公顷", divide_by=15),
        column_text("far", "floor_area_ratio", ">=", ""),
        row_text("tax = 120, far = { min = 0.8, max = 2 }", "甲", 'codes = ["30"]'),
        row_text(
            'tax = { by = "revenue", bands = [{ max = 10, cell = 60 }, { above = 10, cell = 90 }] },'
            ' far = "/"',
            "乙",
            'codes = ["31"]',
        ),
        pack_id="ours",
    )
    (tmp_path / "ours.toml").write_text(text, "utf-8")
    (tmp_path / "mujun.toml").write_text(
        PROJECT.replace("longchang-neirong-2022", "ours.toml"), "utf-8"
    )
    bars = [
        ["ours/tax", "甲", "low", 10],
        ["ours/tax", "乙", "lowBy", 10],
        ["ours/tax", "乙", "low", 7],
        ["ours/far", None, "high", 1.5],
        ["ours/far", "乙", "lowBy", 5],
        ["ours/none", None, "low", 1],
    ]
    trial = {"subject": "", "row": None, "bars": bars, "weights": {"g/i": 1}, "cuts": {}}
    scenarios = [{"name": "甲案", "made": "", "trial": trial}]
    json_text = json.dumps({"kind": "mujun-scenarios", "version": 1, "scenarios": scenarios})
    (tmp_path / "s.json").write_text(json_text, "utf-8")
    code, said = invoke("packs", "draft", "s.json", "--json")
    assert code == 0, said
    (draft,) = json.loads(said)["drafts"]
    bands = '{{ by = "revenue", bands = [{{ max = 10, cell = {} }}, {{ above = 10, cell = {} }}] }}'
    assert [line.split("（")[0] for line in draft["changed"]] == [
        "tax · 甲：120 → 150",
        f"tax · 乙：{bands.format(60, 90)} → {bands.format(66, 99)}",
        "far · 甲：{ min = 0.8, max = 2 } → { min = 0.8, max = 1.5 }",
    ]
    assert len(draft["left"]) == 4  # one figure for bands, no figure, no column, weights
    assert invoke("packs", "draft", "s.json")[0] != 0  # it is there already
    assert invoke("packs", "check", "ours-draft.toml")[0] != 0
