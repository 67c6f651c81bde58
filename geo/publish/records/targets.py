"""The plan's targets for a park as they are said: value, limit, result, and what is still needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from geo.evaluate.compliance_options import target_needs
from geo.evaluate.park_years import GROWTHS
from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import Target
from geo.evaluate.plan_project import REFERENCE
from geo.evaluate.plan_targets import RESULTS, rounding_text
from geo.evaluate.plan_trend import METHODS, STATES
from geo.model import show_unit
from geo.model.currency import LARGE, in_large_unit
from geo.project import Settings
from geo.publish.records.numbers import known, limit, number, percent, span, text, with_unit
from geo.publish.records.tables import Row
from geo.standards.cited import said_in
from geo.text import EMPTY, Joined, Message, Wording, bracket, join


@dataclass(frozen=True)
class TargetLine:
    """One target in the reader's language; `id` and `result` are codes.

    `value` to `value_high` is what the share may be; `shown` is it as it is judged, with its unit,
    empty without data, and `shown_exact` the same with what it was before rounding, where that
    decides, and whether it is like-for-like. `reporting` says where growth is not of all
    enterprises. `need` is what is still to be added, empty where nothing or nobody knows;
    `need_text` says it as a sentence. `trend` says where the figure goes by the year `due`, and what
    is still needed a year.
    """

    id: str
    title: str
    result: str
    word: str
    value: float
    value_high: float
    shown: str
    limit: str
    gap: str
    rounding: str
    reporting: str
    numerator: float
    denominator: float
    need: str
    need_text: str
    clause: str
    citation: str
    due: str = ""
    trend: str = ""
    shown_exact: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be read with the result: sentences without a stop."""
        return tuple(said for said in (self.rounding, self.reporting) if said)


def lines_by_park(
    targets: pd.DataFrame,
    plan: Plan,
    settings: Settings,
    year: int | None = None,
    progress: pd.DataFrame | None = None,
) -> dict[str, tuple[TargetLine, ...]]:
    """The targets of a year (else the project's) by park, from rows of `park_targets`.

    Sums that are still needed have one unit in all of them. `progress` are the parks' rows of
    `plan_progress`: with them a line says its trend.

    Examples
    --------
    A share that unknown enterprises leave between 78.84 and 79.40 is shown as 78.84–79.40%.
    """
    now = targets[targets["year"] == (settings.year if year is None else year)]
    keys = ["park_id", "target"]
    needs = _by_keys(target_needs(now, plan), keys)
    money = [row["change"] for row in needs.values() if _is_money(row)]
    large = any(change >= LARGE for change in money)
    trends = {} if progress is None else _by_keys(progress, ["subject_id", "target"])
    out: dict[str, list[TargetLine]] = {}
    for row in now.to_dict("records"):  # rows-ok: parks × targets
        key = row["park_id"], row["target"]
        needed = _needed(needs.get(key, {}), plan.targets[row["target"]], large, settings)
        line = _target(row, needed, trends.get(key), plan, settings)
        out.setdefault(str(row["park_id"]), []).append(line)
    return {park: tuple(lines) for park, lines in out.items()}


def _by_keys(table: pd.DataFrame, keys: list[str]) -> dict[tuple[str, str], Row]:
    return {(row[keys[0]], row[keys[1]]): row for row in table.to_dict("records")}


def project_lines(
    targets: pd.DataFrame, progress: pd.DataFrame, plan: Plan, settings: Settings
) -> tuple[TargetLine, ...]:
    """The targets of all parks together in the project's year, from `project_targets`."""
    now = targets[targets["year"] == settings.year]
    whole = progress[progress["subject"] == "project"]
    trends = {row["target"]: row for row in whole.to_dict("records")}
    return tuple(
        _target(row, "", trends.get(row["target"]), plan, settings)
        for row in now.to_dict("records")  # rows-ok: targets of the project
    )


def _trend(row: Row | None, unit: str, decimals: int, settings: Settings) -> str:
    """Where the figure goes, and what is still needed: empty where there is nothing ahead."""
    if row is None or row["trend_state"] in ("reached", "due_passed"):
        return ""
    lang, due = settings.lang, str(int(row["due"]))
    said: list[Wording] = []
    ahead = span(row["projected"], row["projected_high"], decimals)
    if ahead:
        years = text(row["years_used"]).split(";")
        said.append(
            Message(
                "records.trend",
                due=due,
                value=with_unit(ahead, unit),
                method=METHODS[row["trend_method"]],
                first=years[0],
                last=years[-1],
                state=STATES[row["trend_state"]],
            )
        )
    if known(row["needed_rate"]):
        rate = percent(row["needed_rate"], 2, signed=True)
        said.append(Message("records.needed_rate", due=due, rate=rate))
    elif known(row["needed_change"]):
        change = with_unit(number(row["needed_change"], max(decimals, 2)), unit)
        said.append(Message("records.needed_change", due=due, change=change))
    return Joined(tuple(said), "semicolon")(lang)


def _is_money(need: Row) -> bool:
    return text(need["unit"]) == "万元" and known(need["change"])


def _needed(need: Row, target: Target, large: bool, settings: Settings) -> str:
    """What is still to be added; money in 亿元 throughout where one of the sums is `large`.

    Such a sum is rounded up to the 万元, so that it is enough.
    """
    if not need:
        return ""
    unit = show_unit(text(need["unit"]), settings.lang, settings.currency)
    if large and _is_money(need):
        return in_large_unit(math.ceil(need["change"]), unit)
    # A count or a value is asked for with the decimals that it is judged with, money with two.
    places = target.decimals if target.aggregate in ("count", "value") else 2
    return with_unit(number(need["change"], places), unit)


def _reporting(row: Row, target: Target, unit: str) -> Wording:
    """Whose growth it is, where not all enterprises report in both years."""
    of_base_year = str(row["basis"]).endswith(f" {row['year']:.0f}")
    if target.aggregate not in GROWTHS or of_base_year or not row["missing"] > 0:
        return EMPTY
    if not known(row.get("comparable_value")):  # runs of earlier editions have none
        return Message("records.growth_not_of_all")
    compared, of = int(row["comparable_enterprises"]), int(row["of_enterprises"])
    if _is_comparable(row):
        return Message("records.growth_comparable", compared=compared, of=of)
    said = Message("records.growth_not_of_all")
    alike = with_unit(number(row["comparable_value"], max(target.decimals, 2)), unit)
    return Message("records.growth_beside", said=said, value=alike, compared=compared, of=of)


def _is_comparable(row: Row) -> bool:
    return str(row["basis"]).startswith("comparable")


def _target(row: Row, needed: str, trend: Row | None, plan: Plan, settings: Settings) -> TargetLine:
    lang, target = settings.lang, plan.targets[row["target"]]
    unit = show_unit(text(row["unit"]), lang, settings.currency)
    shown = with_unit(span(row["value"], row["value_high"], target.decimals), unit)
    rounding = rounding_text(dict(row) | {"unit": unit})(lang)
    exact = Message("records.unrounded", figure=with_unit(number(row["exact"], 2), unit))
    beside = [
        *([exact] if rounding else []),
        *([Message("records.comparable")] if _is_comparable(row) else []),
    ]
    return TargetLine(
        id=str(row["target"]),
        title=target.title(lang),
        result=str(row["result"]),
        word=(RESULTS | REFERENCE)[row["result"]](lang),
        value=row["value"],
        value_high=row["value_high"],
        shown=shown,
        shown_exact=bracket(shown, join(beside))(lang) if beside else shown,
        limit=limit(row["operator"], row["threshold"], unit=unit, lang=lang),
        gap=number(row["gap"], target.decimals),
        rounding=rounding,
        reporting=_reporting(row, target, unit)(lang),
        numerator=row["numerator"],
        denominator=row["denominator"],
        need=needed,
        need_text=Message("records.needs", amount=needed)(lang) if needed else "",
        clause=text(row["clause"]),
        citation=said_in(text(row["citation"]), lang),
        due=number(row["due"], 0).replace(",", ""),
        trend=_trend(trend, unit, target.decimals, settings),
    )
