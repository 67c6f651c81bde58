"""What is said of a park (园区), and of all parks together: figures, targets, verdicts, trends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.model import INDICATORS, PER_MU, show_unit
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.records.comparable import (
    NOT_COMPARED,
    ComparableLine,
    comparable_lines,
    with_coverage,
)
from geo.publish.records.fields import park_field
from geo.publish.records.grades import GradeLine, grade_line
from geo.publish.records.land import FacilityLine, SupplyLine, facility_line, supply_line
from geo.publish.records.numbers import known, number, percent, text
from geo.publish.records.rules import RuleCount, VerdictCount, rule_counts, verdict_counts
from geo.publish.records.tables import Row, about
from geo.publish.records.targets import TargetLine, lines_by_park
from geo.publish.records.zones import ZoneLine, reported_zones, zone_line
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from geo.text import EMPTY, Message, Wording

MOST_RANKED = 6
"""Parcels listed as the best and as the worst."""

RANKED = (
    "tax_per_mu",
    "revenue_per_mu",
    "output_value_per_mu",
    "value_added_per_mu",
    "fixed_investment_per_mu",
)
"""The first of these that parcels have ranks them."""


@dataclass(frozen=True)
class FigureLine:
    """A figure per mu of the project's year, with its yearly growth; both may be missing.

    `heading` is the title with its unit, `growth_heading` that of the growth. `comparable` is the
    yearly growth like-for-like (可比口径) with what it covers, where that is not the growth of all.
    """

    indicator: str
    title: str
    heading: str
    value: float
    shown: str
    unit: str
    growth_heading: str
    growth: str
    comparable_heading: str
    comparable: str

    def growth_in_text(self) -> Wording:
        """+6.8% a year is 年均增长6.8%, a fall 年均下降; like-for-like where reports are missing."""
        if self.comparable:
            return Message("report.yearly_comparable", growth=self.comparable)
        if not self.growth:
            return EMPTY
        code = "report.yearly_fall" if self.growth[0] in "-−" else "report.yearly_growth"
        return Message(code, growth=self.growth.lstrip("+-−"))


@dataclass(frozen=True)
class TrendLine:
    """A figure per mu over the years; a year without a figure is None."""

    indicator: str
    title: str
    years: tuple[int, ...]
    per_mu: tuple[float | None, ...]


@dataclass(frozen=True)
class RankedParcel:
    """A parcel among the best or worst of a park; `compliance` is a code."""

    parcel_id: str
    enterprise: str
    shown: str
    area_mu: float
    compliance: str
    word: str


@dataclass(frozen=True)
class Ranking:
    """Best and worst parcels by the figure `title`, and how many have none; no title: none has."""

    title: str
    unranked: int
    best: tuple[RankedParcel, ...] = ()
    worst: tuple[RankedParcel, ...] = ()


@dataclass(frozen=True)
class ParkRecord:
    """A park in the reader's language; `land` are pairs of a heading and what it says.

    `field` is its field of industry with what that rests on; empty without a table of fields.
    """

    park_id: str
    name: str
    level: str
    field: str
    parcels: int
    parcel_mu: float
    land: tuple[tuple[str, str], ...]
    grade: GradeLine | None
    figures: tuple[FigureLine, ...]
    targets: tuple[TargetLine, ...]
    verdicts: tuple[VerdictCount, ...]
    trends: tuple[TrendLine, ...]
    ranking: Ranking
    rules: tuple[RuleCount, ...]
    supply: tuple[SupplyLine, ...]
    facilities: tuple[FacilityLine, ...]
    zones: tuple[ZoneLine, ...]


def park_records(run: Run, settings: Settings) -> tuple[ParkRecord, ...]:
    """The records of all parks, in their order.

    Parameters
    ----------
    run
        The run.
    settings
        Those that the run was judged by; their `lang` is the reader's.

    Examples
    --------
    ``[park.name for park in park_records(run, settings)]``
    """
    parks = pd.DataFrame(run.parks).drop(columns="geometry", errors="ignore")
    targets = _targets(run, settings)
    return tuple(
        _record(run, row, settings, targets)
        for row in parks.to_dict("records")  # rows-ok: parks
    )


def park_record(run: Run, park: Row, settings: Settings) -> ParkRecord:
    """The record of one park, a row of `parks`; its sums are in the unit of all parks' sums."""
    return _record(run, park, settings, _targets(run, settings))


def _targets(run: Run, settings: Settings) -> dict[str, tuple[TargetLine, ...]]:
    progress = about(run.plan_progress, "park")
    return lines_by_park(run.park_targets, run.basis.plan, settings, progress=progress)


def _record(
    run: Run, park: Row, settings: Settings, targets: dict[str, tuple[TargetLine, ...]]
) -> ParkRecord:
    lang, key = settings.lang, park["park_id"]
    compared = comparable_lines(run, "park", str(key))
    parcels = pd.DataFrame(run.parcels).drop(columns="geometry", errors="ignore")
    parcels = parcels[parcels["park_id"] == key]
    zones = reported_zones(run.about("zones", "park"), "park")

    def rows_of(table: pd.DataFrame, column: str = "park_id") -> list[Row]:
        return [*table[table[column] == key].to_dict("records")]

    return ParkRecord(
        park_id=str(key),
        name=str(park["name"]),
        level=text(park.get("level")),
        field=park_field(park, settings),
        parcels=int(park["parcels"]),
        parcel_mu=park["parcel_mu"],
        land=tuple(
            (heading(name, lang, settings.currency), number(park[name], places))
            for name, places in (("parcels", 0), ("parcel_mu", 2))
        ),
        grade=grade_line(
            run.about("grades", "park"), run.about("score_items", "park"), "park", key, settings
        ),
        figures=figure_lines(park, settings, compared.get(str(key), {})),
        targets=targets.get(str(key), ()),
        verdicts=verdict_counts(parcels, lang),
        trends=trend_lines(run, "park", str(key), settings),
        ranking=_ranking(parcels, settings),
        rules=rule_counts(run.verdict_codes, parcels, settings),
        supply=tuple(supply_line(row, settings) for row in rows_of(run.land_supply)),
        facilities=tuple(facility_line(row, lang) for row in rows_of(run.access)),
        zones=tuple(zone_line(row, lang) for row in rows_of(zones, "subject_id")),
    )


def figure_lines(
    park: Row, settings: Settings, comparable: Mapping[str, ComparableLine]
) -> tuple[FigureLine, ...]:
    """Figures per mu of a park, in the order of the measures, with their yearly growth.

    `comparable` is the park's growth like-for-like, by indicator.
    """
    out, lang = [], settings.lang
    for name in (f"{measure}_per_mu" for measure in PER_MU):
        if name not in park:
            continue
        indicator, line = INDICATORS[name], comparable.get(name, NOT_COMPARED)
        out.append(
            FigureLine(
                indicator=name,
                title=indicator.en if settings.lang == "en" else indicator.zh,
                heading=heading(name, settings.lang, settings.currency),
                value=park[name],
                shown=number(park[name]),
                unit=show_unit(indicator.unit, settings.lang, settings.currency),
                growth_heading=heading(f"{name}_growth", settings.lang, settings.currency),
                growth=percent(park.get(f"{name}_growth"), 1, signed=True),
                comparable_heading=Message("comparable.yearly", title=indicator.column)(lang),
                comparable=with_coverage(line.yearly, line, lang),
            )
        )
    return tuple(out)


def trend_lines(run: Run, subject: str, key: str, settings: Settings) -> tuple[TrendLine, ...]:
    """Figures per mu over the years of a park, or of the project (`key` is not asked for)."""
    figures = run.about("figures", subject)
    figures = figures[figures["measure"].isin(PER_MU)]
    if subject == "park":
        figures = figures[figures["subject_id"] == key]
    out = []
    for measure in (name for name in PER_MU if (figures["measure"] == name).any()):
        rows = figures[figures["measure"] == measure].sort_values("year")
        out.append(
            TrendLine(
                indicator=f"{measure}_per_mu",
                title=heading(f"{measure}_per_mu", settings.lang, settings.currency),
                years=tuple(int(year) for year in rows["year"]),
                per_mu=tuple(float(v) if known(v) else None for v in rows["per_mu"]),
            )
        )
    return tuple(out)


def _ranking(parcels: pd.DataFrame, settings: Settings) -> Ranking:
    name = next((n for n in RANKED if n in parcels and parcels[n].notna().any()), None)
    if name is None:
        return Ranking("", len(parcels))
    ranked = parcels[parcels[name].notna()].sort_values(
        [name, "parcel_id"], ascending=[False, True]
    )
    # A park of few parcels has no parcel in both lists.
    most = min(MOST_RANKED, len(ranked) // 2)
    best, worst = ranked.head(max(most, 1)), ranked.iloc[len(ranked) - most :][::-1]
    return Ranking(
        heading(name, settings.lang, settings.currency),
        len(parcels) - len(ranked),
        *(
            tuple(_ranked(row, name, settings.lang) for row in rows.to_dict("records"))
            for rows in (best, worst)  # rows-ok: at most `MOST_RANKED` each
        ),
    )


def _ranked(row: Row, name: str, lang: str) -> RankedParcel:
    return RankedParcel(
        parcel_id=str(row["parcel_id"]),
        enterprise=text(row.get("main_enterprise")),
        shown=number(row[name]),
        area_mu=row["area_mu"],
        compliance=str(row["compliance"]),
        word=VERDICTS[row["compliance"]](lang),
    )
