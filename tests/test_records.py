"""What is said of a parcel or park is the same in every layout, in both languages and currencies."""

from __future__ import annotations

import doctest
import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from geo.cli import app
from geo.publish.paper import atlas, cards
from geo.publish.paper.cards import without_address
from geo.publish.records import numbers, tables
from geo.publish.records.as_json import as_json
from geo.publish.records.as_text import as_text
from geo.publish.records.conclusions import project_conclusions
from geo.publish.records.headline import ALL, headlines
from geo.publish.records.parcel import ParcelRecord
from geo.publish.records.park import ParkRecord, park_records
from geo.publish.records.rules import judged_rules, rule_line
from geo.publish.records.run_result import run_result
from geo.publish.records.subjects import explain
from geo.publish.webmap.map import map_table
from geo.publish.word import report
from geo.run import Run
from geo.standards.cited import said_in
from geo.standards.sets import Intervals
from geo.standards.shown import shown
from geo.standards.vocabulary import REASON_CODES

READERS = [("zh", "CNY"), ("en", "CNY"), ("zh", "USD"), ("en", "USD")]
Said = dict[tuple[str, str], dict[str, str]]
"""Of each subject and topic, what each layout says."""


@pytest.fixture(scope="module")
def parcel_ids(run: Run) -> list[str]:
    """Parcels of every kind: each verdict, each finding on a control line, each reason."""
    zones = run.zones[(run.zones["subject"] == "parcel") & (run.zones["control"] != "clear")]
    judged = run.verdicts[run.verdicts["subject"] == "parcel"]
    first = [
        run.parcels.drop_duplicates("compliance")["parcel_id"],
        zones.drop_duplicates(["kind", "control"])["subject_id"],
        judged.drop_duplicates(["verdict", "reason"])["subject_id"],
        run.parcels["parcel_id"].iloc[::150],
    ]
    return [*dict.fromkeys(str(key) for ids in first for key in ids)]


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, Any]]:
    """What the map is told, by currency."""
    return {}


def shown_to(run: Run, lang: str, currency: str) -> Run:
    """The run in a language and a currency."""
    settings = run.settings.model_copy(update={"lang": lang, "currency": currency})
    return replace(run, basis=replace(run.basis, settings=settings))


def test_a_change_is_told_as_far_as_the_sums_allow(run: Run) -> None:
    """All of it, without the sums, not compared, and no rate: each loud, in both languages."""
    sums = run.figures.assign(missing=0)
    later = sums["year"] == run.settings.year
    tables = {
        "whole": sums,
        "blank": sums.assign(missing=later.astype(int)),
        "short": sums.assign(missing=later.astype(int), land_basis="park"),
        "loss": sums.assign(per_mu=sums["per_mu"].where(later, -1.0)),
    }
    said = {
        (name, lang): _conclusions(shown_to(run, lang, "CNY").with_tables(figures=table))
        for name, table in tables.items()
        for lang in ("zh", "en")
    }
    for lang, halves in {
        "zh": ("其中合计数", "不比较"),
        "en": ("the land that divides it", "not compared"),
    }.items():
        told = {name: [half in said[name, lang] for half in halves] for name in tables}
        assert told == {
            "whole": [True, False],
            "blank": [False, True],
            "short": [False, True],
            "loss": [False, False],
        }
    tax = sums.query("subject == 'project' and measure == 'tax'").set_index("year")
    first, last = tax.loc[2021], tax.loc[2023]
    assert (
        f"；其中合计数增长{last['value'] / first['value'] - 1:.1%}，"
        f"所除的用地下降{1 - last['land_m2'] / first['land_m2']:.1%}。"
    ) in said["whole", "zh"]
    assert "；两年共1行未填报，合计数不全，不比较。" in said["short", "zh"]
    assert "以下亩均偏低：亩均营业收入1行" in said["short", "zh"]
    assert "偏低" not in said["blank", "zh"]
    assert "前一年的数值不为正，不计增减幅。" in said["loss", "zh"]
    assert "no rate of change" in said["loss", "en"]


def _conclusions(run: Run) -> str:
    parks, settings = park_records(run, run.settings), run.settings
    sentences = project_conclusions(run, run_result(run, settings), parks)
    return "".join(sentence(settings.lang) for sentence in sentences)


def test_headlines_say_what_a_sum_lacks(run: Run) -> None:
    sums = run.figures.assign(missing=(run.figures["year"] == run.settings.year).astype(int))
    short = run.with_tables(figures=sums.assign(land_basis="park"))
    for told in (run, short):
        lines = {line.id: line for line in headlines(told, run_result(told, run.settings))}
        tax = [text.zh for text in lines["tax_per_mu"].figures[ALL].lines]
        park = [text.zh for text in lines["tax_per_mu"].figures["SYN-01"].lines]
        for texts in (tax, park):  # of occupied land the figure leaves them out, and stands
            assert ("1行未填，偏低" in texts) is (told is short)
            # Not all report in both years: of two sets of enterprises there is no change of all.
            assert any(text.startswith("2021年") and "（" not in text for text in texts)
    rows = run.figures.query("subject == 'project' and measure == 'revenue' and year == 2023")
    revenue = list(headlines(run, run_result(run, run.settings)))[1]
    first = revenue.figures[ALL].lines[0]
    assert first.zh.endswith(f"，{rows['missing'].iloc[0]}行未填")


def client_number(value: float | None, digits: int = 2) -> str:
    """As the map's client writes a number."""
    if value is None or np.isnan(value):
        return "—"
    return numbers.number(value, digits).rstrip("0").rstrip(".") if digits else f"{value:,.0f}"


class Layouts:
    """What every layout says of parcels and parks to one reader."""

    def __init__(self, run: Run, page: dict[str, Any], ids: list[str], folder: Path) -> None:
        self.page, self.settings = page, run.settings
        self.said: Said = defaultdict(dict)
        settings = self.settings
        self.at = 1 if settings.lang == "en" else 0
        self.parks = park_records(run, settings)
        self.parcels = [explain(run, key)[0] for key in ids]
        with pytest.MonkeyPatch.context() as patched:
            self.cards, self.atlas = [], {}
            patched.setattr(
                cards, "typeset", lambda _, data, *__, **___: self.cards.extend(data["cards"])
            )
            patched.setattr(atlas, "typeset", lambda _, data, *__: self.atlas.update(data))
            patched.setattr(report.PlainMaps, "draw", _blank)
            patched.setattr(report, "draw_trends", lambda _, file: _blank(file))
            cards.write_cards(run, folder, ids, workers=1)
            atlas.write_atlas(run, folder / "atlas.pdf")
            report.write_report(run, folder / "report.docx")
        self._parcels()
        self._parks(docx.Document(str(folder / "report.docx")))

    def say(self, layout: str, subject: str, topic: str, text: object) -> None:
        self.said[subject, topic][layout] = str(text)

    def _parcels(self) -> None:
        for record, card in zip(self.parcels, self.cards, strict=True):
            assert isinstance(record, ParcelRecord)
            key, settings = record.parcel_id, self.settings
            told, page = as_json(record), as_text(record, settings.lang, settings.currency)
            self.say("json", key, "verdict", told["compliance"])
            self.say("card", key, "verdict", card["verdict"])
            self.say("terminal", key, "verdict", page.split("\n")[0].split("  ")[1])
            self.say("json", key, "basis", told["area_basis"])
            self.say("card", key, "basis", card["basis"])
            for line, rule in zip(told["rules"], card["rules"], strict=True):
                for name, other in (("verdict", "verdict"), ("mend", "mend"), ("clause", "clause")):
                    self.say("json", key, f"{line['indicator']} {name}", line[name])
                    self.say("card", key, f"{line['indicator']} {name}", rule[other])
                sums = (line["arithmetic"], line["reason"])
                self.say("json", key, f"{line['indicator']} sum", [s for s in sums if s])
                sums = (rule["arithmetic"], rule["reason"])
                self.say("card", key, f"{line['indicator']} sum", [s for s in sums if s])
                self.say("json", key, f"{line['indicator']} citation", line["source"])
                assert rule["citation"] == without_address(line["source"])  # it is to be signed
                assert line["limit"] in line["arithmetic"] or not line["arithmetic"]
                for text in (line["arithmetic"], line["reason"], line["mend"], line["source"]):
                    assert text in page
            for line, zone in zip(told["control_lines"], card["zones"], strict=True):
                topic = f"{line['kind']} {line['zone_id']}"
                for name in ("control", "name", "consequence", "requirement", "clause"):
                    self.say("json", key, f"{topic} {name}", line[name])
                    self.say("card", key, f"{topic} {name}", zone[name])
                    assert line[name] in page
                self.say("json", key, f"{topic} share", numbers.percent(line["share"]))
                self.say("card", key, f"{topic} share", zone["share"])
                self.say("json", key, f"{topic} citation", line["source"])
                assert zone["citation"] == without_address(line["source"])
            self._of_map(key, told)

    def _of_map(self, key: str, told: dict[str, Any]) -> None:
        """What the map's card says of a parcel, as its client writes it."""
        page, at = self.page, self.at
        i = page["ids"].index(key)
        self.say("map", key, "verdict", page["verdicts"][page["compliance"][i]][1 + at])
        basis = next(c for c in page["columns"] if c["name"] == "area_basis")
        self.say("map", key, "basis", basis["coded"][basis["values"][i]][at])
        lines = {line["rule"]: line for line in told["rules"]}
        for rule in page["rules"]:
            if rule["reason"][i] == REASON_CODES["other_place"]:
                continue
            line, topic = lines[rule["id"]], lines[rule["id"]]["indicator"]
            assert topic.startswith(rule[self.settings.lang])  # its unit stands by the limit
            self.say("map", key, f"{topic} verdict", page["verdicts"][rule["verdict"][i]][1 + at])
            self.say("map", key, f"{topic} clause", rule["clause"])
            self.say(
                "map",
                key,
                f"{topic} citation",
                said_in(rule["sources"][rule["source"][i]], self.settings.lang),
            )
            assert page["reasons"][rule["reason"][i]][at] == line["reason"]
            assert client_number(rule["value"][i], max(2, rule["decimals"])).replace("—", "") in (
                line["value"],
                re.sub(r"\.?0+$", "", line["value"]),
            )
            ends = [(s, rule[e][i]) for s, e in (("≥ ", "low"), ("≤ ", "high"))]
            limit = [f"{s}{client_number(v, 6)}" for s, v in ends if not np.isnan(v)]
            asked = numbers.with_unit(" ".join(limit), rule["unit"][at])
            assert asked == line["limit"]
            amounts = re.findall(r"\d[\d,]*\.\d+", line["mend"])
            change, land = rule["change"][i], rule["land"][i]
            if amounts:
                assert numbers.number(abs(change)) == amounts[0]
                assert rule["mend"][at] in line["mend"]
            else:
                assert np.isnan(change)
            if len(amounts) > 2:
                assert numbers.number(land, 4) == amounts[2]
        rows = np.flatnonzero(page["zones"]["parcel"] == i)
        for row, line in zip(rows, told["control_lines"], strict=True):
            kind = page["zones"]["kinds"][page["zones"]["kind"][row]]
            topic = f"{line['kind']} {line['zone_id']}"
            words = {
                "control": page["zones"]["words"][page["zones"]["control"][row]][1 + at],
                "name": page["zones"]["name"][row],
                "consequence": kind["consequence"][at],
                "requirement": page["zones"]["requirement"][row],
                "clause": kind["clause"],
                "citation": kind["source"],
            }
            for name, text in words.items():
                self.say("map", key, f"{topic} {name}", text)

    def _parks(self, written: Any) -> None:
        tables = [[[c.text for c in row.cells] for row in t.rows] for t in written.tables]
        rows = [row for table in tables for row in table]
        for record, drawn in zip(self.parks, self.atlas["parks"], strict=True):
            settings, key = self.settings, record.park_id
            told, page = as_json(record), as_text(record, settings.lang, settings.currency)
            card = next(park for park in self.page["parks"] if park["id"] == key)
            for line, sheet, spot in zip(
                told["targets"], drawn["targets"], card["targets"], strict=True
            ):
                topic = line["target"]
                # The report in Chinese prints a unit close to its figure: 1个, ≥7%.
                exact = spot["shown"][self.at]  # with the figure before rounding, and whose it is
                shown, asked = (said.replace(" ", "") for said in (exact, line["limit"]))
                told_of = [
                    [cell.replace(" ", "") for cell in row[1:]] for row in rows if row[0] == topic
                ]
                found = [row for row in told_of if row[0] == shown]
                assert any(row[1:3] == [asked, line["result"].replace(" ", "")] for row in found)
                assert any(bool(row[3]) == bool(line["mend"]) for row in found)
                assert any(row[3] in line["mend"].replace(" ", "") for row in found)
                self.say("json", key, f"{topic} value", line["shown"])
                self.say("json", key, f"{topic} limit", line["limit"])
                self.say("json", key, f"{topic} result", line["result"])
                notes = [said for said in (line["rounding"], line["reporting"]) if said]
                self.say("json", key, f"{topic} notes", "".join(notes))
                self.say("json", key, f"{topic} clause", line["clause"])
                self.say("json", key, f"{topic} citation", line["source"])
                self.say("atlas", key, f"{topic} notes", "".join(sheet["notes"]))
                for name in ("value", "limit", "result", "clause", "citation"):
                    self.say("atlas", key, f"{topic} {name}", sheet[name])
                assert (exact != line["shown"]) is bool(notes)
                self.say("map", key, f"{topic} value", exact[: len(line["shown"])])
                self.say("map", key, f"{topic} limit", spot["limit"][self.at])
                self.say("map", key, f"{topic} result", spot["words"][self.at])
                self.say("map", key, f"{topic} notes", "".join(spot["notes"][self.at]))
                self.say("map", key, f"{topic} clause", spot["clause"])
                self.say(
                    "map", key, f"{topic} citation", said_in(spot["source"], self.settings.lang)
                )
                assert spot["need"][self.at] == line["mend"]
                assert sheet["need"] in line["mend"]
                assert f"[{line['result']}] {topic}  {line['shown']}  {line['limit']}" in page
            self._figures(record, drawn, card)
            for line, sheet in zip(told["land_supply"], drawn["supply"], strict=True):
                written_as = numbers.with_unit(sheet["value"], sheet["unit"])
                assert written_as == line["shown"]
                why = [r for r in rows if r[0] == line["title"] and r[2].endswith(line["formula"])]
                assert why[0][1]
                lacks = line["value"] is None and line["unknown_mu"] > 0
                assert any(r[2] != line["formula"] for r in why) or not lacks

    def _figures(self, record: ParkRecord, drawn: dict[str, Any], card: dict[str, Any]) -> None:
        key, lang = record.park_id, self.settings.lang
        on_map = {fact[lang]: fact["shown"][self.at] for fact in card["facts"]}
        for one, sheet in zip(record.figures, drawn["figures"][2:], strict=True):
            self.say("map", key, one.title, on_map[one.heading])
            self.say("atlas", key, one.title, sheet["value"])
            assert (one.growth_heading in on_map) is bool(one.growth)
            self.say("map", key, one.growth_heading, on_map.get(one.growth_heading, ""))
            self.say("atlas", key, one.growth_heading, sheet["growth"])
            self.say("map", key, one.comparable_heading, on_map[one.comparable_heading])
            self.say("atlas", key, one.comparable_heading, sheet["comparable"])
        self.say("map", key, "mu", client_number(card["mu"]))
        self.say("atlas", key, "mu", client_number(record.parcel_mu))
        assert drawn["figures"][1]["value"] == numbers.number(record.parcel_mu)


def _blank(*arguments: Any, **_: Any) -> list[Any]:
    file = next(a for a in arguments if isinstance(a, Path))
    Image.new("RGB", (2, 2)).save(file)
    return []


@pytest.mark.parametrize(("lang", "currency"), READERS)
def test_every_layout_says_the_same(
    run: Run,
    parcel_ids: list[str],
    pages: dict[str, dict[str, Any]],
    tmp_path: Path,
    lang: str,
    currency: str,
) -> None:
    """Terminal, JSON, map, card, atlas and report: value, limit, unit, verdict, mend, citation."""
    shown_run = shown_to(run, lang, currency)
    if currency not in pages:  # one page says both languages
        pages[currency] = map_table(shown_run)
    layouts = Layouts(shown_run, pages[currency], parcel_ids, tmp_path)
    differ = {topic: said for topic, said in layouts.said.items() if len(set(said.values())) > 1}
    assert differ == {}
    assert sum(len(said) for said in layouts.said.values()) > 1000
    if currency == "USD":
        own = json.dumps([*map(as_json, [*layouts.parcels, *layouts.parks])], ensure_ascii=False)
        clauses = {rule.clause for record in layouts.parcels for rule in record.rules}
        for clause in clauses:
            own = own.replace(clause, "")
        assert not re.search(r"万元|CNY", own)


def test_what_is_printed_to_be_added_is_enough(run: Run) -> None:
    """A failing parcel that adds the printed change, or gives back the printed land, passes."""
    rules = judged_rules(run.verdicts, "parcel", run.settings.catalogue)
    rules = rules[rules["mend_change"].notna()].reset_index(drop=True)
    scales = {name: one.scale for name, one in run.settings.catalogue.items()}
    scale = rules["indicator"].astype(str).map(scales).to_numpy(float)
    low, high = (rules[c].to_numpy(float) for c in ("threshold", "threshold_high"))
    admits = Intervals.of_table(rules["operator"], low, high)
    above, below = rules["numerator"].to_numpy(float), rules["denominator"].to_numpy(float)
    added = shown((above + rules["mend_change"].to_numpy(float)) / below * scale, 2)
    assert len(rules) > 400
    assert admits.holds(added).all()
    per_mu = (
        rules["indicator"].astype(str).str.endswith("_per_mu").to_numpy()
        & rules["mend_land_mu"].notna()
    )
    left = below - rules["mend_land_mu"].to_numpy(float)
    kept = shown(above / left * scale, 2)
    assert per_mu.sum() > 200
    assert admits.holds(kept)[per_mu].all()


@pytest.mark.products
def test_a_parcel_without_a_contract_says_that_its_area_is_another(project: Path) -> None:
    """The project counts by contract; B has none, and every layout says so of B alone."""

    file = project / "parcels.gpkg"
    parcels = gpd.read_file(file)
    parcels["contract_area_m2"] = [10_000.0, None, 10_000.0, 10_000.0]
    parcels.to_file(file, layer="parcels")
    toml = project / "mujun.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(
        text.replace("[project]", '[project]\narea_basis = "contract"'), encoding="utf-8"
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    found = Run.load(project / "outputs")
    page = map_table(found)
    column = next(c for c in page["columns"] if c["name"] == "area_basis")
    said = [column["coded"][code][0] for code in column["values"]]
    records = [explain(found, key)[0] for key in page["ids"]]
    assert said == [record.area_basis for record in records]
    assert len({*said}) == 2
    assert said[1] != said[0] == said[2] == said[3]


def test_figures_are_rounded_as_a_spreadsheet_rounds_them() -> None:
    assert doctest.testmod(numbers).failed == doctest.testmod(tables).failed == 0
    assert numbers.number(2.675) == "2.68"
    assert numbers.number(-0.004) == "0.00"
    assert numbers.number(1e16 + 2) == "10,000,000,000,000,002.00"
    assert numbers.percent(0.00285, 1) == "0.3%"
    assert numbers.percent(float("nan")) == ""
    assert numbers.short(1e-7) == "0.0000001"
    assert numbers.limit("()", 0.7, 2, "%") == "> 0.7且< 2%"
    assert numbers.limit("<=", 7.0, float("nan"), "%") == "≤ 7%"
    assert numbers.limit("attested", float("nan"), float("nan")) == ""


def test_a_range_is_said_as_a_range(run: Run) -> None:
    """Enterprises of unknown industry leave a share between 78.84 and 79.40%."""
    ranged = run.park_targets[run.park_targets["value"] != run.park_targets["value_high"]]
    row = ranged[ranged["year"] == run.settings.year].iloc[0]
    record = explain(run, row["park_id"])[0]
    assert isinstance(record, ParkRecord)
    line = next(one for one in record.targets if one.id == row["target"])
    assert line.shown == f"{row['value']:.2f}–{row['value_high']:.2f}%"
    assert pd.notna(line.value_high)


@pytest.mark.parametrize(
    ("indicator", "subject", "told"),
    [
        ("tax_5y", {"tax_5y_years": float("nan")}, ("缺少投产日期", "day of first production")),
        ("tax_5y", {"tax_5y_years": 1.0}, ("已报1年", "1 of five full years in production is")),
        ("tax_5y", {"tax_5y_years": 4.0}, ("已报4年", "4 of five full years in production are")),
        ("full_years_in_production", {}, ("缺少投产日期", "day of first production")),
        ("tax_5y", {}, ("缺数据", "data needed for the calculation are missing")),
    ],
)
def test_a_sum_over_five_years_says_what_it_lacks(
    run: Run, indicator: str, subject: dict[str, float], told: tuple[str, str]
) -> None:
    rules = judged_rules(run.verdicts, "parcel", run.settings.rule_figures)
    row = rules.iloc[0].to_dict() | {"indicator": indicator, "reason": "input_missing"}
    row |= {"value": float("nan"), "mend_change": float("nan")}
    for lang, words in zip(("zh", "en"), told, strict=True):
        settings = run.settings.model_copy(update={"lang": lang})
        assert words in rule_line(row, settings, subject).reason


def test_a_cell_that_no_document_has_is_not_said(run: Run) -> None:
    """Without a row of the table there is no line “行业：?”."""
    rules = judged_rules(run.verdicts, "parcel", run.settings.rule_figures)
    row = rules.iloc[0].to_dict() | {"industry_row": "", "cell_text": "?"}
    assert rule_line(row, run.settings).row == ""


def test_a_copy_is_said_in_the_language_of_the_reader(run: Run) -> None:
    rules = judged_rules(run.verdicts, "parcel", run.settings.rule_figures)
    row = rules.iloc[0].to_dict() | {"citation": "甲局《乙》 转载：https://e5.net/b"}
    told = [
        rule_line(row, run.settings.model_copy(update={"lang": lang})).citation
        for lang in ("zh", "en")
    ]
    assert told == ["甲局《乙》 转载：https://e5.net/b", "甲局《乙》 copy: https://e5.net/b"]
    assert {without_address(one) for one in told} == {"甲局《乙》"}
