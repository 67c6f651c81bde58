"""What is said of a parcel (宗地): its record, made from a run for one, for some or for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.low_efficiency import LOW_WORDS
from geo.model import PER_MU
from geo.model.land_use import class_titles
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.records.idle import IdleLine, idle_line
from geo.publish.records.land import (
    DefectLine,
    FactLine,
    HistoryLine,
    defect_line,
    fact_lines,
    history_line,
)
from geo.publish.records.notes import NoteLine, note_line
from geo.publish.records.numbers import known, number, short, text
from geo.publish.records.rules import RuleLine, column_title, judged_rules, rule_line
from geo.publish.records.tables import Row, about, rows_by
from geo.publish.records.zones import ZoneLine, reported_zones, zone_line
from geo.publish.words import BASES, DEFECTS, words_of
from geo.run import Run
from geo.standards.asof import day_text
from geo.standards.vocabulary import VERDICTS
from geo.text import Message

MONEY = ("revenue", "output_value", "tax", "fixed_investment", "rd_expense")
"""What is said of each occupier."""

LAND = (
    "name",
    "land_use",
    "supply_status",
    "supplied_on",
    "area_contract_m2",
    "area_plane_m2",
    "area_ellipsoid_m2",
    "floor_area_m2",
    "footprint_area_m2",
    "office_area_m2",
    "green_area_m2",
    "floor_area_ratio",
    "building_coverage",
    "green_ratio",
    "lineage",
)
"""What is said of the land itself, where the parcels have the column."""


@dataclass(frozen=True)
class OccupierLine:
    """An enterprise on the parcel: its share of it, its part of the money (万元) by measure.

    `name` is the id where it has none; `grade` is empty where it was not evaluated.
    """

    enterprise_id: str
    name: str
    share: float
    area_m2: float
    money: Mapping[str, float]
    grade: str


@dataclass(frozen=True)
class YearTable:
    """Figures per mu over the years: a heading and a figure a year, empty where there is none."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ParcelRecord:
    """A parcel in the reader's language; `compliance` is the code of its overall verdict.

    `name` is empty where the parcel has none. `land` are pairs of a heading and what it says;
    `facts` distances and statistics of rasters; `per_mu` how the year's figures per mu came about;
    `low_efficiency` the word over the office's `criteria` of it, empty without any; `notes` what people found on it.
    """

    parcel_id: str
    name: str
    park_id: str
    park: str
    compliance: str
    word: str
    area_m2: float
    area_mu: float
    area_basis: str
    year: int
    judged: str
    occupiers: tuple[OccupierLine, ...]
    rules: tuple[RuleLine, ...]
    zones: tuple[ZoneLine, ...]
    history: tuple[HistoryLine, ...]
    defects: tuple[DefectLine, ...]
    facts: tuple[FactLine, ...]
    land: tuple[tuple[str, str], ...]
    figures: YearTable
    per_mu: tuple[str, ...]
    idle: IdleLine | None
    low_efficiency: str
    criteria: tuple[RuleLine, ...]
    notes: tuple[NoteLine, ...]


def class_name(code: str, settings: Settings) -> str:
    """What a land-use code is called in the project's classification; empty where it is not known."""
    own = settings.land_use.get(code)
    if own is not None:
        return (own.en if settings.lang == "en" else "") or own.title
    if settings.land_use:
        return ""
    title = class_titles(settings.land_use_scheme, settings.land_use_edition).get(code)
    return title(settings.lang) if title else ""


class ParcelRecords:
    """The records of parcels: the run's tables cut by parcel once, a record when it is asked for.

    Parameters
    ----------
    run
        The run.
    settings
        Those that the run was judged by; their `lang` is the reader's.
    parcel_ids
        The parcels that will be asked for; all of the run if None.

    Examples
    --------
    ``ParcelRecords(run, settings, ["SYN-01-0002"]).record("SYN-01-0002")``
    """

    def __init__(
        self, run: Run, settings: Settings, parcel_ids: Collection[str] | None = None
    ) -> None:
        self.settings, ids = settings, parcel_ids
        year = settings.year
        verdicts = run.verdicts
        if ids is not None:
            verdicts = verdicts[verdicts["subject_id"].isin(list(ids))]
        rules = judged_rules(verdicts, "parcel", settings.rule_figures)
        occupied = occupied_in(run, year)
        criteria = run.tables.get("low_criteria", run.verdicts.iloc[:0])
        if ids is not None:
            criteria = criteria[criteria["subject_id"].isin(list(ids))]
        defects = run.defects
        defects = defects[(defects["layer"] == "parcels") & defects["code"].isin(list(DEFECTS))]
        figures = about(run.figures, "parcel")
        figures = figures[figures["measure"].isin(PER_MU)]
        self._parcels = rows_by(run.parcels, "parcel_id", ids)
        self._rules = rows_by(rules, "subject_id")
        self._criteria = rows_by(
            judged_rules(criteria, "parcel", settings.rule_figures), "subject_id"
        )
        self._idle = rows_by(run.idle, "parcel_id", ids)
        self._occupied = rows_by(occupied, "parcel_id", ids)
        self._zones = rows_by(reported_zones(run.zones, "parcel"), "subject_id", ids)
        self._history = rows_by(run.lineage, "after_id", ids)
        self._defects = rows_by(defects, "id", ids)
        self._figures = rows_by(figures, "subject_id", ids)
        self._names = enterprise_names(run)
        graded = about(run.grades, "enterprise")
        self._grades = graded.set_index("subject_id")["grade"].to_dict()
        self._notes = rows_by(notes_of(run), "parcel_id", ids)
        self._words = words_of("parcels", settings, run.basis.plan)

    def record(self, parcel_id: str) -> ParcelRecord:
        """The record of one parcel; KeyError for one that was not to be asked for."""
        row, lang = self._parcels[parcel_id][0], self.settings.lang
        return ParcelRecord(
            parcel_id=str(parcel_id),
            name=text(row.get("name")),
            park_id=text(row["park_id"]),
            park=text(row.get("park_name")) or text(row["park_id"]),
            compliance=str(row["compliance"]),
            word=self._verdict(row),
            area_m2=row["area_m2"],
            area_mu=row["area_mu"],
            area_basis=BASES[row["area_basis"]](lang),
            year=self.settings.year,
            judged=day_text(row, lang),
            occupiers=tuple(map(self._occupier, self._occupied.get(parcel_id, []))),
            rules=tuple(rule_line(r, self.settings, row) for r in self._rules.get(parcel_id, [])),
            zones=tuple(zone_line(z, lang) for z in self._zones.get(parcel_id, [])),
            history=tuple(history_line(h, lang) for h in self._history.get(parcel_id, [])),
            defects=tuple(defect_line(d, lang) for d in self._defects.get(parcel_id, [])),
            facts=fact_lines(row, self.settings),
            land=tuple(self._land(name, row[name]) for name in LAND if name in row),
            figures=self._over_years(self._figures.get(parcel_id, [])),
            per_mu=tuple(self._per_mu(row)),
            idle=next(
                (idle_line(one, self.settings) for one in self._idle.get(parcel_id, [])), None
            ),
            low_efficiency=self._low(row.get("low_efficiency")),
            criteria=tuple(rule_line(r, self.settings) for r in self._criteria.get(parcel_id, [])),
            notes=tuple(
                note_line(one, str(row["compliance"]), lang)
                for one in self._notes.get(parcel_id, [])
            ),
        )

    def _verdict(self, row: Row) -> str:
        """The word of the overall verdict; of a parcel that no mandatory rule is for, that."""
        mandatory = any(rule["mandatory"] for rule in self._rules.get(row["parcel_id"], []))
        word = VERDICTS[row["compliance"]] if mandatory else Message("run_result.not_checked")
        return word(self.settings.lang)

    def _occupier(self, row: Row) -> OccupierLine:
        key, grade = row["enterprise_id"], self._grades.get(row["enterprise_id"])
        return OccupierLine(
            enterprise_id=str(key),
            name=text(self._names.get(key)) or str(key),
            share=row["share"],
            area_m2=row["area_m2"],
            money={name: row[name] for name in MONEY if name in row},
            grade=GRADE_WORDS[grade](self.settings.lang) if grade in GRADE_WORDS else "",
        )

    def _low(self, verdict: object) -> str:
        return LOW_WORDS[str(verdict)](self.settings.lang) if verdict in LOW_WORDS else ""

    def _land(self, name: str, value: object) -> tuple[str, str]:
        words = self._words.get(name, {})
        if isinstance(value, pd.Timestamp):
            shown = f"{value:%Y-%m-%d}"
        elif isinstance(value, float):
            shown = number(value)
        elif value in words:
            shown = words[str(value)](self.settings.lang)
        elif name == "land_use" and text(value):
            shown = f"{value} {class_name(str(value), self.settings)}".rstrip()
        else:
            shown = text(value)
        return column_title(name, "parcel", self.settings), shown

    def _per_mu(self, row: Row) -> Iterator[str]:
        """The arithmetic of each figure per mu that the parcel has, rules or none.

        亩均税收（万元/亩）＝ 税收（万元） 320 ÷ 面积（亩） 31.4772 ＝ 10.17.
        """
        for measure in PER_MU:
            if known(value := row.get(f"{measure}_per_mu")):
                money, land = (
                    f"{column_title(name, 'parcel', self.settings)} {short(row[name])}"
                    for name in (measure, "area_mu")
                )
                title = column_title(f"{measure}_per_mu", "parcel", self.settings)
                yield f"{title} = {money} ÷ {land} = {number(value)}"

    def _over_years(self, rows: list[Row]) -> YearTable:
        years = tuple(sorted({int(row["year"]) for row in rows}))
        found = {(row["measure"], int(row["year"])): row["per_mu"] for row in rows}
        reported = [name for name in PER_MU if any(name == measure for measure, _ in found)]
        return YearTable(
            years,
            tuple(
                (
                    heading(f"{name}_per_mu", self.settings.lang, self.settings.currency),
                    *(number(found.get((name, year))) for year in years),
                )
                for name in reported
            ),
        )


def notes_of(run: Run) -> pd.DataFrame:
    """The notes that are not withdrawn; none of a run before there were any."""
    notes: pd.DataFrame = run.tables.get("notes", pd.DataFrame(columns=["parcel_id", "standing"]))
    kept: pd.DataFrame = notes[notes["standing"] != "withdrawn"]
    return kept


def occupied_in(run: Run, year: int) -> pd.DataFrame:
    """The rows of `allocation` of a year that are on a parcel."""
    rows = run.allocation
    occupied = rows["parcel_id"].notna() & (rows["method"] != "parcel_layer")
    return rows[(rows["year"] == year) & occupied]


def enterprise_names(run: Run) -> dict[str, str]:
    """The names of enterprises by their ids; none where the project has no names."""
    table = run.enterprises
    if "name" not in table:
        return {}
    return dict(zip(table["enterprise_id"], table["name"], strict=True))
