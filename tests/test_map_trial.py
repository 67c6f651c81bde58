"""Trials on the map: thresholds, weights and shares dragged there give what the engine gives."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.evaluate.grades import GRADE_WORDS, grade
from geo.evaluate.method import method_of
from geo.project import read_project
from geo.publish.webmap import packing
from geo.publish.webmap.scores import scores
from geo.run import Run
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.precedence import compliance
from geo.standards.selection import packs_of
from geo.standards.vocabulary import VERDICT_CODES
from tests.browser import Page, open_parcel
from tests.builders import PAPERS, column_text, pack_text, row_text

UNITS = {
    "tax_per_mu": "万元/亩",
    "output_value_per_mu": "万元/亩",
    "floor_area_ratio": "",
    "green_ratio": "%",
    "fixed_investment_per_mu": "万元/亩",
    "rd_intensity": "%",
}


def write_pack(folder, name, level, stands, columns, rows):
    """A pack file; `columns` are (key, indicator, operator, decimals, any_of, divide_by)."""
    texts = [
        column_text(
            key,
            indicator,
            operator,
            UNITS[indicator],
            clause="条款",
            mandatory=not key.startswith("wish"),
            decimals=decimals,
            any_of=any_of,
            divide_by=divide,
            printed_unit="另一单位" if divide != 1 else "",
        )
        for key, indicator, operator, decimals, any_of, divide in columns
    ]
    for industry, codes, cells in rows:
        limits = ", ".join(f"{c[0]} = {v}" for c, v in zip(columns, cells, strict=True))
        texts.append(row_text(limits, industry, f"codes = {codes}"))
    head = {"pack_id": name, "level": level, "stands": stands, "in_force_from": "2010-01-01"}
    (folder / f"{name}.toml").write_text(pack_text(*texts, **head), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, demo):
    """The demo under packs of every level, standing in every way, with ranges and alternatives."""
    folder = tmp_path_factory.mktemp("trial")
    shutil.copy(demo / "mujun.toml", folder)
    shutil.copytree(demo / "layers", folder / "layers")
    machines, glass = '["34", "35", "36"]', '["30"]'
    write_pack(
        folder,
        "nation",
        "national",
        "beside",
        [
            ("tax", "tax_per_mu", ">=", 2, "", 1),
            ("green", "green_ratio", "<=", 1, "", 1),
            ("far", "floor_area_ratio", ">=", 2, "", 1),
        ],
        [("其他", '["*"]', [9, 15, "{ min = 0.7, max = 2 }"]), ("玻璃", glass, [6, '"/"', 0.6])],
    )
    write_pack(
        folder,
        "city",
        "city",
        "stricter",
        [
            ("tax", "tax_per_mu", ">", 0, "", 1),
            ("green", "green_ratio", "<", 2, "", 1),
            ("far", "floor_area_ratio", ">=", 1, "a", 1),
            ("output", "output_value_per_mu", ">=", 2, "a", 15),
        ],
        [("机械", machines, [10, 18, 1.1, 6000]), ("其他", '["*"]', [8, 14, 0.9, 4000])],
    )
    write_pack(
        folder,
        "estate",
        "park",
        "local",
        [
            ("investment", "fixed_investment_per_mu", ">=", 2, "", 1),
            ("rd", "rd_intensity", ">=", 2, "", 1),
            ("wish", "tax_per_mu", ">=", 2, "", 1),
        ],
        [
            ("机械", machines, [200, 2.5, 20]),
            ("玻璃", glass, ['{ case_by_case = "一事一议" }', 1, 12]),
        ],
    )
    file = folder / "mujun.toml"
    file.write_text(
        file.read_text("utf-8")
        .replace(
            'standards = ["longchang-neirong-2022"]',
            'standards = ["longchang-neirong-2022", "nation.toml", "city.toml", "estate.toml"]',
        )
        .replace(PAPERS, "also = []"),
        encoding="utf-8",
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(folder)]).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def opened(browser, folder):
    page = Page(browser, folder / "outputs/map.html")
    yield page.page
    assert page.complaints == []
    page.context.close()


def changed(packs, setting):
    """The packs with one column's numbers set: all rows', or one row's."""
    rule, row = setting["rule"], setting["row"]
    out = []
    for one in packs:
        name, key = rule.split("/")
        if one.head.id != name:
            out.append(one)
            continue
        rows = []
        for old, cell in zip(one.rows, one.cells(key), strict=True):
            new = cell
            if cell.kind in ("number", "range") and row in (None, old.industry):
                new = (
                    setting.get("low", setting.get("high"))
                    if cell.kind == "number"
                    else {"min": setting["low"], "max": setting.get("high", cell.high)}
                )
            elif cell.kind == "number":
                new = cell.low / one.columns[key].divide_by
                new = float(np.floor(new * 100 + 0.5 + 1e-9) / 100)
            else:
                new = old.cells[key]
            rows.append(old.model_copy(update={"cells": {**old.cells, key: new}}))
        column = one.columns[key].model_copy(update={"divide_by": 1})
        out.append(
            one.model_copy(
                update={
                    "rows": rows,
                    "columns": {**one.columns, key: column},
                    "given": {k: v for k, v in one.given.items() if k != key},
                }
            )
        )
    return out


def drawn(said, rng):
    """A setting for a random rule: a bar some parcel meets exactly, a hair beside it, or any."""
    rule = said[rng.integers(len(said))]
    values = np.array([v for v in rule["values"] if not np.isnan(v)])
    low = float(rng.choice(values)) + float(rng.choice([0, 0, 0.01, -0.01, 0.005]))
    low = float(rng.choice([low, round(low * rng.uniform(0.2, 3), 3)]))
    row = None if rng.random() < 0.4 else str(rng.choice(rule["rows"]))
    end = "high" if rule["upper"] else "low"
    out = {"rule": rule["id"], "number": rule["number"], "row": row, end: low}
    if rule["ranged"] and not rule["upper"]:
        out["high"] = low + float(rng.choice([0, 0.3, 1.2]))
    return out


def test_thresholds_dragged_on_the_map_judge_as_the_engine_does(opened, folder):
    """700 settings, every parcel and rule; levels, alternatives, conflicts, ties and rounding."""
    rng = np.random.default_rng(11)
    packs, result = packs_of(read_project(folder)), Run.load(folder / "outputs")
    said = opened.evaluate("""() => mujunReady.data.rules.map((r, number) => ({id: r.id, number,
        rows: r.industries, ranged: r.high.some(v => !Number.isNaN(v)),
        upper: r.low.every(Number.isNaN),
        values: [...r.value].filter((v, i) => !(Number.isNaN(r.low[i]) && Number.isNaN(r.high[i])))
        }))
        .filter(r => r.values.some(v => !Number.isNaN(v)))""")
    assert len(said) >= 12
    settings = [drawn(said, rng) for _ in range(700)]
    told = opened.evaluate(
        """settings => settings.map(({number, row, low, high}) => {
        const {data, rejudge} = mujunReady;
        const at = row === null ? null : data.rules[number].industries.indexOf(row);
        const {rules, compliance} = rejudge(data, [{rule: number, row: at, low, high}]);
        return [compliance, ...rules.map(r => r.verdict)].map(v => v.join("")).join(" ");
    })""",
        settings,
    )
    order = opened.evaluate("mujunReady.data.rules.map(r => r.id)")
    seen = set()
    for setting, words in zip(settings, told, strict=True):
        judged = judge_parcels(result.parcels, changed(packs, setting))
        place = {rule.id: at for at, rule in enumerate(judged.rules)}
        mine = compliance(judged).map(VERDICT_CODES).astype(str).str.cat()
        assert words.split()[0] == mine, setting
        for name, own in zip(order, words.split()[1:], strict=True):
            verdict = "".join(map(str, judged.verdict[place[name]]))
            assert own == verdict, (setting, name)
            seen |= set(verdict)
    assert seen == set("01234")  # every verdict was among them


def project_with(folder, method):
    file = folder / "other.toml"
    text = (folder / "mujun.toml").read_text("utf-8")
    text = text.replace('evaluation = "sichuan-2020"', f'evaluation = "{method}"')
    file.write_text(text, "utf-8")
    return read_project(file)


@pytest.mark.parametrize("method", ["sichuan-2020", "huangyan-2021", "huangyan-2022", "own.toml"])
def test_weights_and_shares_dragged_on_the_map_grade_as_the_engine_does(opened, folder, method):
    """100 settings a method; shares, scores, min-max, exempt ones, filled means, vetoes, ties."""
    (folder / "own.toml").write_text(OWN, "utf-8")
    rng = np.random.default_rng(5)
    project = project_with(folder, method)
    chosen, result = method_of(project), Run.load(folder / "outputs")
    table = result.enterprises.drop(columns=["grade", "score"]).set_index("enterprise_id")
    table["best_grade"] = rng.choice(["", "B", "D"], len(table), p=[0.9, 0.05, 0.05])
    table["least_grade"] = rng.choice(["", "A", "C"], len(table), p=[0.9, 0.05, 0.05])
    table["bonus_points"] = rng.choice([np.nan, 1.0, 7.0], len(table), p=[0.9, 0.05, 0.05])
    table["tax_per_mu"] = table["tax_per_mu"].round(0)  # ties
    for item in (item for group in chosen.groups for item in group.items):
        if item.indicator not in table or table[item.indicator].isna().all():
            table[item.indicator] = rng.lognormal(2, 1, len(table)).round(1)
    base = grade(table, chosen, 2023)
    judged = replace(result, basis=replace(result.basis, method=chosen))
    result = judged.with_tables(
        enterprises=table.reset_index(), grades=base.grades, score_items=base.score_items
    )
    packed = packing.base64_text(packing.table(scores(result)))
    by_share = chosen.grading.by == "share"
    settings = []
    for _ in range(100):
        cuts = {
            c.grade: float(rng.integers(1, 99))
            for c in chosen.grading.cuts
            if (c.to if by_share else c.least) is not None and c.to != 100
        }
        cuts = dict(zip(cuts, sorted(cuts.values(), reverse=not by_share), strict=True))
        settings.append(
            {
                "cuts": cuts if rng.random() < 0.7 else {},
                "weights": {
                    f"{g.id}/{i.indicator}": float(rng.integers(0, 500)) / 10
                    for g in chosen.groups
                    for i in g.items
                    if rng.random() < 0.5
                },
            }
        )
    told = opened.evaluate(
        """async ([packed, settings]) => {
        const scores = await mujunReady.decodeTable(packed);
        return settings.map((s) => {
            const {grade, score} = mujunReady.regrade(scores, s);
            return [grade.join(""), [...score]];
        });
    }""",
        [packed, settings],
    )
    codes = {name: i for i, name in enumerate(GRADE_WORDS)}
    kinds = set()
    for setting, (own, score) in zip(settings, told, strict=True):
        wanted = grade(table, with_setting(chosen, setting), 2023).grades
        assert own == "".join(map(str, wanted["grade"].map(codes))), setting
        assert np.array_equal(score, wanted["score"].astype(float), equal_nan=True), setting
        kinds |= set(own)
    assert len(kinds) > (1 if chosen.grading.by == "none" else 3)


OWN = """
[method]
id = "own"
title_zh = "测试"
title_en = "test"
issuer = "测试"
document = "测试〔2020〕2号"
date = 2020-01-01
url = "https://example.org/own"
decimals = 1
[grading]
by = "score"
cuts = [{ grade = "A", least = 80 }, { grade = "B", least = 60 }, { grade = "C", least = 40 },
  { grade = "D" }]
bonus_cap = 5
mean_of = "all"
[exempt]
industries = ["30"]
[[groups]]
id = "all"
zh = "全部"
en = "all"
where = "all"
family = "minmax"
items = [{ indicator = "tax_per_mu", weight = 60, missing = "mean" },
  { indicator = "revenue_per_mu", weight = 40, cap = 30 }]
"""


def with_setting(method, setting):
    groups = [
        g.model_copy(
            update={
                "items": [
                    i.model_copy(
                        update={"weight": setting["weights"].get(f"{g.id}/{i.indicator}", i.weight)}
                    )
                    for i in g.items
                ]
            }
        )
        for g in method.groups
    ]
    side = "to" if method.grading.by == "share" else "least"
    cuts = [
        c.model_copy(update={side: setting["cuts"].get(c.grade, getattr(c, side))})
        for c in method.grading.cuts
    ]
    return method.model_copy(
        update={"groups": groups, "grading": method.grading.model_copy(update={"cuts": cuts})}
    )


def test_a_bar_dragged_by_hand_says_who_fails_and_goes_back(page, demo):
    """Tax of 12 万元/亩 for all: the numbers in the box are the engine's."""
    opened = page.page
    project, result = read_project(demo), Run.load(demo / "outputs")
    opened.click("#mujun-trial summary")
    pack = "隆昌市内荣工业园工业用地“标准地”指标体系"  # its title, not its id
    opened.select_option("#mujun-trial-subject", label=f"亩均税收 · {pack}")
    assert opened.input_value("#mujun-theme") == "亩均税收达标情况"
    opened.fill("#mujun-trial-low-number", "12")  # each row asks for 8
    opened.press("#mujun-trial-low-number", "Enter")
    assert opened.inner_text(".mujun-on-trial span") == (
        "试算中：亩均税收 · 表中各行业 ≥ 12 万元/亩（原 8）"
    )
    setting = {"rule": "longchang-neirong-2022/tax", "row": None, "low": 12.0}
    judged = judge_parcels(result.parcels, changed(packs_of(project), setting))
    fails = (compliance(judged) == "fail").to_numpy()
    own = result.parcels[fails]
    text = opened.inner_text(".mujun-outcome[data-of='不达标']")
    before = result.parcels["compliance"] == "fail"
    assert f"{len(own)} 宗" in text
    assert f"· {own['area_mu'].sum():,.2f} 亩" in text
    assert f"税收 {own['tax'].sum():,.2f} 万元" in text.replace("\n", "")
    assert f"原 {before.sum()} 宗" in text
    legend = opened.locator("button.mujun-class", has_text="不达标").inner_text()
    tax = next(v for r, v in zip(judged.rules, judged.verdict, strict=True) if r.key == "tax")
    assert legend.split("\n")[1] == f"{(tax == 1).sum():,}"
    index = int(np.flatnonzero(fails & ~before.to_numpy())[0])
    open_parcel(opened, index)
    card = opened.inner_text(".mujun-card")
    assert "不达标" in card
    assert opened.locator("[data-rule='longchang-neirong-2022/tax'] .mujun-tried").count() == 1
    opened.click("#mujun-trial summary")  # folded, the trial still says so
    opened.click(".mujun-on-trial button")
    assert opened.locator(".mujun-on-trial").count() == 0
    opened.click("#mujun-trial summary")
    counts = opened.evaluate("[...mujunReady.now.compliance].reduce((n, v) => n + (v === 1), 0)")
    assert counts == before.sum()
    assert opened.locator(".mujun-outcome").count() == 0
    opened.keyboard.press("Escape")


def test_of_bars_for_one_row_and_for_all_the_last_counts(page, demo):
    opened = page.page
    project, result = read_project(demo), Run.load(demo / "outputs")
    opened.evaluate("mujunReady.dispatch({type: 'try', subject: 'rule:1'})")
    assert "tax" in opened.evaluate("mujunReady.data.rules[1].id")
    for row, bar in (("装备制造", "20"), ("表中各行业", "12"), ("装备制造", "16")):
        opened.select_option("#mujun-trial-row", label=row)
        opened.fill("#mujun-trial-low-number", bar)
        opened.press("#mujun-trial-low-number", "Enter")
    packs = packs_of(project)
    for row, low in ((None, 12.0), ("装备制造", 16.0)):
        packs = changed(packs, {"rule": "longchang-neirong-2022/tax", "row": row, "low": low})
    fails = (compliance(judge_parcels(result.parcels, packs)) == "fail").sum()
    assert f"{fails} 宗" in opened.inner_text(".mujun-outcome[data-of='不达标']")
    opened.click("#mujun-reset")


OUTPUT = {"玻璃制品制造": 250, "陶瓷制品制造": 250, "装备制造": 350, "食品饮料": 300, "新材料": 250}


def test_all_rows_are_moved_by_per_cent_of_each_ones_bar(page, demo):
    """A key press is one per cent; nothing is levelled, and the engine agrees row by row."""
    opened = page.page
    project, result = read_project(demo), Run.load(demo / "outputs")
    output = "longchang-neirong-2022/output"
    place = opened.evaluate("id => mujunReady.data.rules.findIndex((r) => r.id === id)", output)
    opened.evaluate("subject => mujunReady.dispatch({type: 'try', subject})", f"rule:{place}")
    opened.focus("#mujun-trial-low")
    opened.keyboard.press("ArrowRight")
    packs = packs_of(project)
    for row, bar in OUTPUT.items():
        packs = changed(packs, {"rule": output, "row": row, "low": round(bar * 1.01, 6)})
    judged = compliance(judge_parcels(result.parcels, packs)).map(VERDICT_CODES).tolist()
    assert opened.evaluate("[...mujunReady.now.compliance]") == judged
    said = opened.inner_text(".mujun-on-trial span")
    assert said.endswith("表中各行业 +1%（250→252.5、300→303、350→353.5 万元/亩）")
    assert opened.get_attribute("#mujun-trial-low-run option", "value") == "0"
    opened.select_option("#mujun-trial-row", label="装备制造")
    slider = opened.locator("#mujun-trial-low")
    assert [slider.get_attribute(n) for n in ("value", "step")] == ["350", "2"]
    opened.click("#mujun-reset")


def test_a_share_dragged_by_hand_moves_grades(page, demo):
    opened = page.page
    opened.evaluate("mujunReady.dispatch({type: 'try', subject: 'grades'})")
    opened.fill("#mujun-cut-A-number", "10")
    opened.press("#mujun-cut-A-number", "Enter")
    project, result = read_project(demo), Run.load(demo / "outputs")
    method = method_of(project)
    new = grade(
        result.enterprises.drop(columns=["grade", "score"]).set_index("enterprise_id"),
        with_setting(method, {"weights": {}, "cuts": {"A": 10.0}}),
        2023,
    ).grades
    text = opened.inner_text(".mujun-outcome[data-of='grades']")
    was = result.grades[result.grades["subject"] == "enterprise"]
    assert f"A {(new['grade'] == 'A').sum()}（原 {(was['grade'] == 'A').sum()}）" in text
    parcels = result.parcels["main_enterprise_id"].map(new.set_index("subject_id")["grade"])
    legend = opened.locator("button.mujun-class").first.inner_text().split("\n")
    assert legend[:2] == ["A", f"{(parcels == 'A').sum()}"]
    opened.click("#mujun-reset")
