"""`report.docx`: the assessment written out, for the project or for one park.

Every number is one of the run's tables; each rule stands with its clause and source, each target
with its inputs' gap, and what was not computed is said.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from geo.evaluate.grades import GRADE_WORDS
from geo.land.zone_kinds import CONTROL, kind_names
from geo.model import show_unit
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.headings import heading
from geo.publish.lookup import park_row
from geo.publish.paper.fonts import chinese
from geo.publish.paper.plain import PlainMaps, draw_trends
from geo.publish.paper.scene import View
from geo.publish.profile import failing, number, profiles, today, trends, verdicts
from geo.publish.totals import totals
from geo.publish.word.document import MARK, Word
from geo.publish.words import BASES, LAND
from geo.run import Run
from geo.standards.outcome import lines, outcome
from geo.text import Message, Value, colon

WIDE = 16.0
"""Of the text, cm."""


def write_report(run: Run, file: Path, park: str = "", options: Publish = DEFAULT_OPTIONS) -> None:
    """Write the report of the project, or of one park by its id or name."""
    lang, settings = run.settings.lang, run.settings
    template = Path(options.templates) / "report.docx" if options.templates else None
    told = {
        "title": settings.title,
        "year": str(settings.year),
        "date": today(),
        "maker": options.maker,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
    }
    doc = Word(template if template is not None and template.is_file() else None, told, lang)
    known = profiles(run, settings)
    if park:
        known = [known[park_row(run, park)]]
    with tempfile.TemporaryDirectory() as place, chinese():
        writer = _Report(run, options, doc, Path(place))
        writer.cover(known[0]["name"] if park else "")
        if not park:
            writer.whole(known)
        writer.basis()
        for one in known:
            writer.park(one)
        if not park:
            writer.enterprises()
            writer.control()
        writer.data()
    doc.save(file)


class _Report:
    def __init__(self, run: Run, options: Publish, doc: Word, folder: Path) -> None:
        self.result, self.options, self.doc, self.folder = run, options, doc, folder
        self.settings, self.lang = run.settings, run.settings.lang
        self.maps = PlainMaps(run, options)
        self.pictures = 0

    def say(self, code: str, /, **arguments: Value) -> str:
        return Message(code, **arguments)(self.lang)

    def head(self, column: str) -> str:
        """The heading of a column in the report's language and the project's currency."""
        return heading(column, self.lang, self.settings.currency, self.settings.catalogue)

    def cover(self, park: str) -> None:
        doc, settings = self.doc, self.settings
        if doc.own:
            doc.paragraph(settings.title, "Title", MARK)
            doc.paragraph(
                " · ".join(
                    t
                    for t in (
                        park,
                        self.say("report.assessment_report", year=settings.year),
                        self.options.maker,
                        today(),
                    )
                    if t
                )
            )
        if settings.synthetic:
            doc.paragraph(f"※ {settings.synthetic}")
        doc.table_of_contents(self.say("report.contents"))
        doc.page_break()

    def whole(self, parks: list[dict[str, Any]]) -> None:
        doc, parcels = self.doc, self.result.parcels
        doc.heading(self.say("report.overview"), 1)
        land = float(parcels["area_mu"].sum())
        counts = [v for v in verdicts(parcels, self.lang) if v["parcels"]]
        if self.lang == "zh":
            said = "、".join(f"{v['word']}{v['parcels']:,}宗（{v['mu']:,.0f}亩）" for v in counts)
            doc.paragraph(
                f"本次评估{len(parks):,}个园区、{len(parcels):,}宗地，共{land:,.2f}亩"
                f"（{BASES[self.settings.area_basis].zh}）。按所列规则，标准地总体判定："
                f"{said}。"
            )
        else:
            said = ", ".join(f"{v['word']} {v['parcels']:,} ({v['mu']:,.0f} mu)" for v in counts)
            doc.paragraph(
                f"{len(parks):,} parks and {len(parcels):,} parcels, {land:,.2f} mu"
                f" ({BASES[self.settings.area_basis].en} area). Standard land, overall:"
                f" {said}."
            )
        counted = outcome(pd.DataFrame(self.result.parcels), self.result.verdicts)
        for line in lines(counted, self.settings.catalogue)[1:]:
            doc.paragraph(line(self.lang) + self.say("report.full_stop"))
        self._map(View(paper="A4"), self.say("report.all_parks"))
        for total in totals(self.result):
            if total.measure in ("revenue", "tax"):
                doc.paragraph(total.line(self.settings)(self.lang) + self.say("report.full_stop"))
        self._trend(
            trends(self.result, "project", None, self.settings), self.say("report.all_parks")
        )
        heads = [
            self.say("common.park"),
            self.say("report.parcels"),
            self.say("common.mu"),
            *(f["title"] for f in parks[0]["figures"][2:6]),
        ]
        self.doc.table(
            heads,
            [
                [p["name"], *(f["value"] or self.nothing for f in p["figures"][: len(heads) - 1])]
                for p in parks
            ],
            _widths(len(heads), 4.6),
        )
        if parks[0]["targets"]:
            self._targets(parks)
        self._rules(failing(self.result, parcels.drop(columns="geometry"), self.settings))

    def _targets(self, parks: list[dict[str, Any]]) -> None:
        """The plan's targets of all parks."""
        plan = self.result.basis.plan
        self.doc.heading(plan.head.title(self.lang), 2)
        titles = [plan.target_titles[t["id"]](self.lang) for t in parks[0]["targets"]]
        self.doc.table(
            [self.say("common.park"), *titles],
            [
                [
                    p["name"],
                    *(f"{t['value'] or self.nothing} · {t['result']}" for t in p["targets"]),
                ]
                for p in parks
            ],
            _widths(len(titles) + 1, 4.6),
        )

    @property
    def nothing(self) -> str:
        return self.say("common.no_data")

    def basis(self) -> None:
        doc, settings = self.doc, self.settings
        doc.heading(self.say("report.basis"), 1)
        doc.paragraph(
            self.say(
                "report.figures_per_mu_parks_over",
                bases=BASES[settings.area_basis],
                land=LAND[settings.denominator],
            )
        )
        cited = sorted(
            {str(c) for c in self.result.verdicts["citation"].dropna().unique() if c}
            | {str(c) for c in self.result.grades["citation"].dropna().unique() if c}
            | {str(c) for c in self.result.park_targets["citation"].dropna().unique()}
        )
        for at, citation in enumerate(cited):
            doc.paragraph(f"［{at + 1}］ {citation}")

    def park(self, one: dict[str, Any]) -> None:
        doc = self.doc
        doc.heading(one["name"], 1, new_page=True)
        said = [
            self.say(
                "report.figure",
                title=f["title"],
                value=f["value"],
                unit=f["unit"] and f" {f['unit']}",
                growth=Message("report.year", growth=f["growth"]) if f["growth"] else "",
            )
            for f in one["figures"]
            if f["value"]
        ]
        doc.paragraph(self.say("report.comma").join(said) + self.say("report.full_stop"))
        self._map(View(park=one["id"], paper="A4", labels="none"), one["name"])
        if one["targets"]:
            doc.heading(self.say("report.targets_plan"), 2)
            doc.table(
                [
                    self.say("report.target"),
                    self.say("report.value"),
                    self.say("report.asked"),
                    self.say("report.result"),
                    self.say("report.needs"),
                ],
                [
                    [t["title"], t["value"] or self.nothing, t["limit"], t["result"], t["need"]]
                    for t in one["targets"]
                ],
                [5.2, 2.2, 2.4, 2.2, 4.0],
            )
            for t in one["targets"]:
                if t["rounding"]:
                    doc.paragraph(
                        colon(t["title"], t["rounding"])(self.lang) + self.say("report.full_stop")
                    )
        self._rules(one["rules"])
        self._trend(one["trends"], one["name"])
        if one["supply"]:
            doc.heading(self.say("report.land_supply"), 2)
            doc.table(
                [
                    self.say("report.measure"),
                    self.say("report.supply_value"),
                    self.say("report.formula"),
                ],
                [
                    [
                        s["title"],
                        f"{s['value']} {s['unit']}".strip() if s["value"] else self.nothing,
                        s["formula"],
                    ]
                    for s in one["supply"]
                ],
                [4.0, 2.6, 9.4],
            )
        if one["ranked_by"]:
            self._best(one)

    def _best(self, one: dict[str, Any]) -> None:
        doc = self.doc
        doc.heading(self.say("report.parcels_ranked"), 2)
        heads = [
            self.say("report.parcel"),
            self.say("report.enterprise"),
            one["ranked_by"],
            self.say("common.mu"),
            self.say("report.verdict"),
        ]
        for title, rows in (
            (self.say("report.highest"), one["best"]),
            (self.say("report.lowest"), one["worst"]),
        ):
            doc.paragraph(title)
            doc.table(
                heads,
                [[r["parcel"], r["enterprise"], r["value"], r["mu"], r["verdict"]] for r in rows],
                [3.6, 4.8, 3.2, 2.0, 2.4],
            )
        if one["unranked"]:
            doc.paragraph(self.say("report.more_parcels_no_such_figure", unranked=one["unranked"]))

    def _rules(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        self.doc.heading(self.say("common.rule_by_rule"), 2)
        self.doc.table(
            [
                self.say("report.indicator"),
                self.say("report.pass"),
                self.say("report.fail"),
                self.say("report.fail_mu"),
                self.say("report.no_data"),
                self.say("report.clause"),
            ],
            [
                [
                    r["title"],
                    f"{r['pass']:,}",
                    f"{r['fail']:,}",
                    number(r["fail_mu"], 1),
                    f"{r['no_data']:,}",
                    r["clause"],
                ]
                for r in rows
            ],
            [3.6, 1.6, 1.8, 2.2, 1.8, 5.0],
        )

    def _map(self, view: View, name: str) -> None:
        picture = self._file()
        theme = self.maps.theme(view.theme).title(self.lang)
        self.maps.draw(view, (WIDE * 10, 128), picture, legend=True)
        self.doc.figure(
            picture,
            WIDE,
            f"{name} · {theme}",
            self.say("report.map", name=name, theme=theme),
        )

    def _trend(self, series: list[dict[str, Any]], name: str) -> None:
        if not series:
            return
        picture = self._file()
        draw_trends(series, picture)
        self.doc.figure(
            picture,
            WIDE,
            self.say("report.per_mu_year", name=name),
            "; ".join(f"{s['title']}: {s['values']}" for s in series),
        )

    def _file(self) -> Path:
        self.pictures += 1
        return self.folder / f"{self.pictures}.png"

    def enterprises(self) -> None:
        own = self.result.grades[self.result.grades["subject"] == "enterprise"]
        if own.empty:
            return
        self.doc.heading(self.say("common.number_of_enterprises_2"), 1)
        count = own["grade"].value_counts()
        self.doc.table(
            [self.say("report.grade"), self.say("common.number_of_enterprises")],
            [
                [text(self.lang), f"{int(count.get(name, 0)):,}"]
                for name, text in GRADE_WORDS.items()
            ],
            [8, 8],
        )

    def control(self) -> None:
        zones = self.result.zones
        own = zones[(zones["subject"] == "parcel") & (zones["control"] != "clear")]
        if own.empty:
            return
        self.doc.heading(self.say("common.control_lines"), 1)
        by = own.groupby(["kind", "control"], observed=True)["overlap_mu"]
        sums = by.agg(["size"]).join(by.sum(min_count=1).rename("sum")).reset_index()
        kinds = kind_names()
        self.doc.table(
            [
                self.say("report.kind"),
                self.say("report.finding"),
                self.say("report.parcels"),
                self.say("report.concerned_mu"),
            ],
            [
                [
                    kinds[r["kind"]](self.lang) if r["kind"] in kinds else str(r["kind"]),
                    CONTROL[r["control"]](self.lang),
                    f"{r['size']:,.0f}",
                    number(r["sum"], 2),
                ]
                for r in sums.to_dict("records")
            ],
            [5, 4, 3, 4],
        )

    def data(self) -> None:
        doc, lang = self.doc, self.lang
        doc.heading(self.say("report.data"), 1)
        now = self.result.conserved
        now = now[now["year"] == self.settings.year]
        if len(now):
            columns = ["input", "allocated", "unallocated", "set_aside"]
            money = show_unit("万元", lang, self.settings.currency)
            doc.paragraph(self.say("report.sums_in", year=self.settings.year, money=money))
            doc.table(
                [self.head("measure"), *(self.head(c) for c in columns)],
                [
                    [self.head(r["measure"]), *(number(r[c]) for c in columns)]
                    for r in now.to_dict("records")
                ],
                [4.4, 2.9, 2.9, 2.9, 2.9],
            )
        severity = self.result.findings["severity"].value_counts()
        doc.paragraph(
            self.say(
                "report.those_rows_not_used_warnings",
                error=int(severity.get("error", 0)),
                warning=int(severity.get("warning", 0)),
            )
        )
        for said in self.result.basis.not_computed:
            doc.paragraph(said(lang))
        if self.settings.sources:
            doc.paragraph(self.say("report.sources") + self.settings.sources)


def _widths(columns: int, first: float) -> list[float]:
    return [first, *[(WIDE - first) / (columns - 1)] * (columns - 1)]
