"""`report.docx`: the assessment written out, for the project or for one park.

Every number is one of the run's tables; each rule stands with its clause and source, each target
with its inputs' gap, and what was not computed is said.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pandas as pd

from geo.model import HEADLINE, show_unit
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.headings import heading
from geo.publish.lookup import park_row, ready
from geo.publish.paper.fonts import chinese
from geo.publish.paper.plain import PlainMaps, draw_trends
from geo.publish.paper.scene import View
from geo.publish.records.conclusions import park_conclusions, project_conclusions
from geo.publish.records.land import SupplyLine
from geo.publish.records.numbers import known, number, today, with_unit
from geo.publish.records.park import ParkRecord, RankedParcel, TrendLine, park_records, trend_lines
from geo.publish.records.rules import RuleCount, rule_counts, verdict_counts
from geo.publish.records.run_result import run_result
from geo.publish.records.targets import project_lines
from geo.publish.totals import totals
from geo.publish.word.document import Word
from geo.publish.word.layout import chosen_layout
from geo.publish.word.run_tables import write_control_lines, write_grades
from geo.publish.words import BASES, LAND
from geo.run import Run
from geo.standards.cited import said_in
from geo.text import Message, Value, Wording, colon, join

WIDE = 15.6
"""Of the text, cm."""
_BLANK = re.compile(r"(?<=[0-9≥≤<>]) (?=[^ -~×]|[0-9])")
"""Between a sign and its figure, a figure and its unit."""
MOST_FIGURES = 4
"""Figures per mu in the table of all parks."""


def write_report(
    run: Run,
    file: Path | str,
    park: str = "",
    options: Publish = DEFAULT_OPTIONS,
    template: str = "",
) -> None:
    """Write the report of the project, or of one park by its id or name.

    `template` is a layout of `LAYOUTS` or an office's .docx, else what `options` say.
    OutputError where there is no such file.
    """
    file = Path(file)
    ready(file.parent)
    lang, settings = run.settings.lang, run.settings
    told = {
        "title": settings.title,
        "year": str(settings.year),
        "date": today(),
        "maker": options.maker,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
    }
    doc = Word(*chosen_layout(template, options), told, lang)
    doc.properties(settings.title, options.maker or "mujun", settings.synthetic, today())
    every = park_records(run, settings)
    parks = (every[park_row(run, park)],) if park else every
    with tempfile.TemporaryDirectory() as place, chinese():
        writer = _Report(run, options, doc, Path(place), every)
        writer.cover(parks[0].name if park else "")
        if not park:
            writer.whole(parks)
        writer.basis()
        for record in parks:
            writer.park(record)
        if not park:
            write_grades(doc, run)
            write_control_lines(doc, run)
        writer.data()
    doc.save(file)


class _Report:
    def __init__(
        self, run: Run, options: Publish, doc: Word, folder: Path, parks: tuple[ParkRecord, ...]
    ) -> None:
        self.result, self.options, self.doc, self.folder = run, options, doc, folder
        self.settings, self.lang = run.settings, run.settings.lang
        self.maps = PlainMaps(run, options)
        self.parks = parks
        self.found = run_result(run, run.settings)
        self.pictures = 0

    def say(self, code: str, /, **arguments: Value) -> str:
        return Message(code, **arguments)(self.lang)

    def head(self, column: str) -> str:
        """The heading of a column in the report's language and the project's currency."""
        return heading(column, self.lang, self.settings.currency, self.settings.catalogue)

    def cover(self, park: str) -> None:
        doc, settings = self.doc, self.settings
        if doc.own:
            doc.title(settings.title)
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

    def whole(self, parks: tuple[ParkRecord, ...]) -> None:
        doc, parcels = self.doc, self.result.parcels
        doc.heading(self.say("report.overview"), 1, new_page=True)
        land = float(parcels["area_mu"].sum())
        frame = pd.DataFrame(parcels).drop(columns="geometry")
        counts = [one for one in verdict_counts(frame, self.lang) if one.parcels]
        verdicts = join(
            Message("report.verdict_count", word=one.word, parcels=one.parcels, mu=one.mu)
            for one in counts
        )
        doc.paragraph(
            self.say(
                "report.overview_sentence",
                parks=len(parks),
                parcels=len(parcels),
                land=land,
                basis=BASES[self.settings.area_basis],
                verdicts=verdicts,
            )
        )
        if self.found.judged:
            doc.paragraph(self.found.judged + self.say("report.full_stop"))
        parcels_idle, idle_mu = self.found.idle_land
        if known(idle_mu):
            day = self.found.idle_as_of
            doc.paragraph(self.say("report.idle", parcels=parcels_idle, mu=idle_mu, day=day))
        self._map(View(paper="A4"), self.say("report.all_parks"))
        self._conclusions(project_conclusions(self.result, self.found, parks))
        for total in totals(self.result):
            if total.measure in HEADLINE:
                doc.paragraph(total.line(self.settings)(self.lang) + self.say("report.full_stop"))
        self._trend(
            trend_lines(self.result, "project", "", self.settings), self.say("report.all_parks")
        )
        heads = [
            self.say("common.park"),
            self.say("report.parcels"),
            self.say("report.land_mu"),
            *(one.title for one in parks[0].figures[:MOST_FIGURES]),
        ]
        self.doc.table(
            heads,
            [
                [
                    park.name,
                    *(shown or self.nothing for _, shown in park.land),
                    *(one.shown or self.nothing for one in park.figures[:MOST_FIGURES]),
                ]
                for park in parks
            ],
            _widths(len(heads), 4.6),
        )
        self._targets(parks)
        self._rules(rule_counts(self.result.verdict_codes, frame, self.settings))

    def _targets(self, parks: tuple[ParkRecord, ...]) -> None:
        """The plan's targets of every park, and those of all parks together."""
        run, plan = self.result, self.result.basis.plan
        whole = project_lines(run.project_targets, run.plan_progress, plan, self.settings)
        titles = {line.id: line.title for park in parks for line in park.targets}
        if titles or whole:
            self.doc.heading(self.say("report.targets_plan"), 2)
        if titles:
            self.doc.table(
                [self.say("common.park"), *titles.values()],
                [[park.name, *(self._result(park, target) for target in titles)] for park in parks],
                _widths(len(titles) + 1, 4.6),
            )
        for line in whole:
            shown = self.close(line.shown) or self.nothing
            limit = f"{line.title} {self.close(line.limit)}"
            parts = (limit, shown, line.word, *line.notes, line.trend)
            self.doc.paragraph(" · ".join(part for part in parts if part))

    def _result(self, park: ParkRecord, target: str) -> str:
        """A park's figure and result of a target; a dash where the target is not for it."""
        for line in park.targets:
            if line.id == target:
                return f"{self.close(line.shown_exact) or self.nothing} · {line.word}"
        return "—"

    @property
    def nothing(self) -> str:
        return self.say("common.no_data")

    def basis(self) -> None:
        doc, settings = self.doc, self.settings
        doc.heading(self.say("report.basis"), 1, new_page=not doc.counts)
        doc.paragraph(
            self.say(
                "report.figures_per_mu_parks_over",
                bases=BASES[settings.area_basis],
                land=LAND[settings.denominator],
            )
        )
        cited = sorted(
            {c for c in self.result.verdict_codes.cited() if c}
            | {str(c) for c in self.result.grades["citation"].dropna().unique() if c}
            | {str(c) for c in self.result.park_targets["citation"].dropna().unique()}
        )
        for at, citation in enumerate(cited, 1):
            told = said_in(citation, settings.lang)
            doc.paragraph(self.say("report.reference", number=at, citation=told))

    def park(self, park: ParkRecord) -> None:
        doc = self.doc
        doc.heading(park.name, 1, new_page=True)
        doc.paragraph(self._figures(park))
        self._map(View(park=park.park_id, paper="A4", labels="none"), park.name)
        self._conclusions(park_conclusions(self.result, self.found, park, self.parks))
        if "land_use" in self.maps.themes and self.maps.theme("").id != "land_use":
            view = View(theme="land_use", park=park.park_id, paper="A4", labels="none")
            self._map(view, park.name)
        if park.targets:
            self._park_targets(park)
        self._rules(park.rules)
        self._trend(park.trends, park.name)
        if park.supply:
            doc.heading(self.say("report.land_supply"), 2)
            doc.table(
                [
                    self.say("report.measure"),
                    self.say("report.supply_value"),
                    self.say("report.formula"),
                ],
                [
                    [one.title, self.close(one.shown) or self.nothing, self._said(one)]
                    for one in park.supply
                ],
                [4.0, 2.6, 9.4],
            )
        if park.ranking.title:
            self._best(park)

    def _said(self, line: SupplyLine) -> str:
        """Why a ratio is missing, and how it is worked out."""
        return join(filter(None, (line.lack, line.formula)), "semicolon")(self.lang)

    def _figures(self, park: ParkRecord) -> str:
        """The park's figures in one sentence; what is missing is left out."""
        parts = [self.say("report.land", parcels=park.parcels, land=park.parcel_mu)] + [
            self.say(
                "report.figure",
                title=one.title,
                value=self.close(with_unit(one.shown, one.unit)),
                growth=one.growth_in_text(),
            )
            for one in park.figures
            if one.shown
        ]
        return self.say("report.semicolon").join(parts) + self.say("report.full_stop")

    def close(self, shown: str) -> str:
        """A figure with its unit as Chinese documents print it: 447.80万元/亩, ≥1个."""
        return _BLANK.sub("", shown) if self.lang == "zh" else shown

    def _park_targets(self, park: ParkRecord) -> None:
        self.doc.heading(self.say("report.targets_plan"), 2)
        self.doc.table(
            [
                self.say("report.target"),
                self.say("report.value"),
                self.say("report.asked"),
                self.say("report.result"),
                self.say("report.needs"),
            ],
            [
                [
                    line.title,
                    self.close(line.shown_exact) or self.nothing,
                    self.close(line.limit),
                    line.word,
                    self.close(line.need),
                ]
                for line in park.targets
            ],
            [5.0, 3.0, 2.2, 2.0, 3.8],
        )
        for line in (target for target in park.targets if target.trend):
            self.doc.paragraph(
                colon(line.title, line.trend)(self.lang) + self.say("report.full_stop")
            )
        for line in park.targets:
            for said in line.notes:
                sentence = colon(line.title, said)(self.lang)
                self.doc.paragraph(sentence + self.say("report.full_stop"))

    def _best(self, park: ParkRecord) -> None:
        doc = self.doc
        doc.heading(self.say("report.parcels_ranked"), 2)
        heads = [
            self.say("report.parcel"),
            self.say("report.enterprise"),
            park.ranking.title,
            self.say("report.land_mu"),
            self.say("report.verdict"),
        ]
        for title, rows in (
            (self.say("report.highest"), park.ranking.best),
            (self.say("report.lowest"), park.ranking.worst),
        ):
            doc.paragraph(title, leads=True)
            doc.table(
                heads,
                [_cells(one) for one in rows],
                [3.2, 4.6, 3.2, 2.0, 3.0],
            )
        left_out = park.ranking.unranked
        if left_out:
            doc.paragraph(self.say("report.more_parcels_no_such_figure", unranked=left_out))

    def _rules(self, rows: tuple[RuleCount, ...]) -> None:
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
                    one.title,
                    f"{one.counts['pass']:,}",
                    f"{one.counts['fail']:,}",
                    number(one.fail_mu, 1),
                    f"{one.counts['no_data']:,}",
                    one.clause,
                ]
                for one in rows
            ],
            [3.8, 1.4, 1.5, 2.1, 2.3, 4.9],
        )

    def _map(self, view: View, name: str) -> None:
        picture = self._file()
        theme = self.maps.theme(view.theme).title(self.lang)
        self.maps.draw(view, (WIDE * 10, self.doc.layout.map_high), picture, legend=True)
        caption, alt = self.maps.title(view), self.say("report.map", name=name, theme=theme)
        self.doc.figure(picture, WIDE, caption, alt)

    def _conclusions(self, sentences: tuple[Wording, ...]) -> None:
        """What is best and worst, what changed, and what it would take; numbered."""
        if not sentences:
            return
        self.doc.heading(self.say("report.conclusions"), 2)
        for place, sentence in enumerate(sentences, 1):
            said = self.close(sentence(self.lang))
            self.doc.paragraph(self.say("report.numbered", number=place, said=said))
        self.doc.paragraph(self.say("report.in_tables"))

    def _trend(self, series: tuple[TrendLine, ...], name: str) -> None:
        if not series:
            return
        picture = self._file()
        draw_trends(series, picture)
        self.doc.figure(
            picture,
            WIDE,
            self.say("report.per_mu_year", name=name),
            "; ".join(f"{one.title}: {[*one.per_mu]}" for one in series),
        )

    def _file(self) -> Path:
        self.pictures += 1
        return self.folder / f"{self.pictures}.png"

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
        if left_out := self.result.basis.not_computed:
            doc.paragraph(self.say("report.not_computed"), leads=True)
        for said in left_out:
            doc.paragraph(said(lang))
        if self.settings.sources:
            doc.paragraph(self.say("report.sources") + self.settings.sources)


def _cells(one: RankedParcel) -> list[str]:
    return [one.parcel_id, one.enterprise, one.shown, number(one.area_mu, 1), one.word]


def _widths(columns: int, first: float) -> list[float]:
    return [first, *[(WIDE - first) / (columns - 1)] * (columns - 1)]
