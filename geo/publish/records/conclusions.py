"""What a report concludes, in sentences: best and worst, what changed and why, what it would take.

Every figure is one of the run's tables, or their sum or difference as the sentence says. What the
tables do not hold is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from geo.economy.growth import changes
from geo.model import INDICATORS, Indicator, show_unit
from geo.project import Settings
from geo.publish.records.comparable import ComparableLine, comparable_lines
from geo.publish.records.numbers import known, number, percent, with_unit
from geo.publish.records.park import RANKED, ParkRecord
from geo.publish.records.result_lines import ReasonLine, blank_rows
from geo.publish.records.rules import column_title, judged_rules
from geo.publish.records.run_result import RunResult
from geo.publish.records.tables import Row, about
from geo.publish.records.targets import TargetLine
from geo.publish.records.zones import zone_counts
from geo.run import Run
from geo.standards.table import long_table
from geo.text import Message, Wording, join

MOST = 3
"""Reasons, and figures that changed, of one sentence."""


def project_conclusions(
    run: Run, result: RunResult, parks: tuple[ParkRecord, ...]
) -> tuple[Wording, ...]:
    """Of all parks together, a sentence each; nothing where there is nothing to say.

    Examples
    --------
    ``[said("zh") for said in project_conclusions(run, result, park_records(run, run.settings))]``
    """
    lines = [(park.name, line) for park in parks for line in park.targets]
    earlier = result.earlier_year
    return (
        *_best_and_worst(parks),
        *blank_rows(result.measures, short=True),
        *_pass_shares(parks),
        *_changes(run, run.about("figures", "project"), ("project", "project"), earlier),
        *_reasons(result.fails, "conclusions.fails", _count(parks, "fail")),
        *_takes(run, run.parcels["parcel_id"], run.settings),
        *_reasons(result.undetermined, "conclusions.undetermined", _count(parks, "no_data")),
        *_targets(lines),
        *_control(run.zones, run.settings.lang),
    )


def park_conclusions(
    run: Run, result: RunResult, park: ParkRecord, parks: tuple[ParkRecord, ...]
) -> tuple[Wording, ...]:
    """Of one park, beside all of `parks`."""
    parcels = run.parcels
    own = parcels["parcel_id"][(parcels["park_id"].astype("str") == park.park_id).to_numpy()]
    zones = about(run.zones, "parcel")
    zones = zones[zones["subject_id"].astype("str").isin(own.astype("str"))]
    figures = run.about("figures", "park")
    figures = figures[figures["subject_id"].astype("str") == park.park_id]
    return (
        *_standing(park, parks),
        *_changes(run, figures, ("park", park.park_id), result.earlier_year),
        *_park_fails(park),
        *_takes(run, own, run.settings),
        *_targets([("", line) for line in park.targets]),
        *_control(zones, run.settings.lang),
    )


def _figures(parks: Iterable[ParkRecord]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each figure per mu by which parks are ranked, by park."""
    for name in RANKED:
        found = {
            park.name: line
            for park in parks
            for line in park.figures
            if line.indicator == name and known(line.value)
        }
        if len(found) > 1:
            yield name, found


def _best_and_worst(parks: tuple[ParkRecord, ...]) -> Iterator[Wording]:
    for _, found in [*_figures(parks)][:2]:
        order = sorted(found, key=lambda name: -found[name].value)
        best, worst = found[order[0]], found[order[-1]]
        if best.shown == worst.shown:
            continue
        yield Message(
            "conclusions.best_worst",
            title=best.title,
            best=order[0],
            high=with_unit(best.shown, best.unit),
            worst=order[-1],
            low=with_unit(worst.shown, worst.unit),
            gap=with_unit(number(best.value - worst.value), best.unit),
        )


def pass_share(parks: Iterable[ParkRecord]) -> float:
    """The land that passes over that which passes or fails; NaN where no land is judged."""
    land = {"pass": 0.0, "fail": 0.0}
    for park in parks:
        for one in park.verdicts:
            if one.verdict in land:
                land[one.verdict] += one.mu
    judged = sum(land.values())
    return land["pass"] / judged if judged else float("nan")


def _count(parks: Iterable[ParkRecord], verdict: str) -> tuple[int, float]:
    """Parcels and 亩 of one verdict."""
    rows = [one for park in parks for one in park.verdicts if one.verdict == verdict]
    return sum(one.parcels for one in rows), sum(one.mu for one in rows)


def _pass_shares(parks: tuple[ParkRecord, ...]) -> Iterator[Wording]:
    shares = {park.name: pass_share([park]) for park in parks}
    shares = {name: share for name, share in shares.items() if known(share)}
    if not shares:
        return
    order = sorted(shares, key=lambda name: -shares[name])
    every = Message("conclusions.pass_share", share=percent(pass_share(parks), 1))
    if len(order) < 2 or shares[order[0]] == shares[order[-1]]:
        yield every
        return
    yield Message(
        "conclusions.pass_shares",
        said=every,
        best=order[0],
        high=percent(shares[order[0]], 1),
        worst=order[-1],
        low=percent(shares[order[-1]], 1),
    )


def _standing(park: ParkRecord, parks: tuple[ParkRecord, ...]) -> Iterator[Wording]:
    """The park's place among the others by the first figure per mu, and its share that passes."""
    found = next((found for _, found in _figures(parks)), {})
    if park.name in found:
        order = sorted(found, key=lambda one: -found[one].value)
        line = found[park.name]
        yield Message(
            "conclusions.standing",
            title=line.title,
            value=with_unit(line.shown, line.unit),
            place=order.index(park.name) + 1,
            of=len(order),
        )
    own, every = pass_share([park]), pass_share(parks)
    if known(own):
        share = Message("conclusions.pass_share", share=percent(own, 1))
        beside = Message("conclusions.beside_all", said=share, share=percent(every, 1))
        yield beside if len(parks) > 1 else share


def _changes(
    run: Run, figures: pd.DataFrame, of: tuple[str, str], earlier: int
) -> Iterator[Wording]:
    """How figures per mu changed, each with its sum and its land told apart, and like-for-like.

    `of` is the kind of the subject and its id.
    """
    settings = run.settings
    table = changes(figures, earlier, settings.year)
    alike = comparable_lines(run, *of).get(of[1], {})
    rows: dict[str, Row] = {f"{row['measure']}_per_mu": row for row in table.to_dict("records")}
    for name in [name for name in RANKED if name in rows and _in_both(rows[name])][:2]:
        yield _change(rows[name], INDICATORS[name], earlier, settings, alike.get(name))


def _in_both(row: Row) -> bool:
    return known(row["per_mu_before"]) and known(row["per_mu_after"])


def _change(
    row: Row,
    indicator: Indicator,
    earlier: int,
    settings: Settings,
    alike: ComparableLine | None,
) -> Wording:
    unit = show_unit(indicator.unit, settings.lang, settings.currency)
    before, after = (with_unit(number(row[f"per_mu_{end}"]), unit) for end in ("before", "after"))
    went = Message(
        "conclusions.went",
        title=indicator.column,
        first=earlier,
        before=before,
        last=settings.year,
        after=after,
    )
    blank = int(row["missing"])
    if blank and alike:
        return Message(
            "conclusions.comparable",
            said=Message("conclusions.not_compared", said=went, rows=blank),
            growth=_grown(alike.change),
            value=_grown(alike.sum_change),
            compared=alike.compared,
            of=alike.of,
        )
    if not known(row["per_mu_change"]):
        if blank and row["per_mu_before"] > 0:
            return Message("conclusions.not_compared", said=went, rows=blank)
        return Message("conclusions.no_base", said=went)
    grown = _grown(row["per_mu_change"])
    if not (known(row["value_change"]) and known(row["land_change"])):
        return Message("conclusions.change_alone", said=went, growth=grown)
    return Message(
        "conclusions.change",
        said=went,
        growth=grown,
        value=_grown(row["value_change"]),
        land=_grown(row["land_change"]),
    )


def _grown(change: float) -> Wording:
    code = "conclusions.fell" if change < 0 else "conclusions.grew"
    return Message(code, share=percent(abs(change), 1))


def _reasons(
    lines: tuple[ReasonLine, ...], code: str, count: tuple[int, float]
) -> Iterator[Wording]:
    if not lines or not count[0]:
        return
    parts = [
        _reason(line.text, line.parcels, line.mu, with_unit(number(line.gap), line.unit))
        for line in lines[:MOST]
    ]
    parcels, mu = count
    yield Message(code, parcels=parcels, mu=mu, reasons=join(parts, "semicolon"))


def _reason(text: str, parcels: int, mu: float, gap: str) -> Wording:
    """How much land one rule fails; `gap` is of the median parcel."""
    said = Message("conclusions.reason", text=text, parcels=parcels, mu=mu)
    return Message("conclusions.reason_gap", said=said, gap=gap) if gap else said


def _park_fails(park: ParkRecord) -> Iterator[Wording]:
    parcels, mu = _count([park], "fail")
    worst = sorted((one for one in park.rules if one.counts["fail"]), key=lambda o: -o.fail_mu)
    if not parcels or not worst:
        return
    parts = [_reason(o.name, o.counts["fail"], o.fail_mu, o.gap) for o in worst[:MOST]]
    said = join(parts, "semicolon")
    yield Message("conclusions.fails", parcels=parcels, mu=mu, reasons=said)


def _takes(run: Run, parcels: Any, settings: Settings) -> Iterator[Wording]:
    """Of each failing rule, what all its parcels together must add or take off to pass it."""
    judged = long_table(run.verdict_codes.of_ids("parcel", parcels), ("fail",))
    failing = judged[judged["mandatory"].astype(bool)]
    if failing.empty:
        return
    options = judged_rules(failing, "parcel", settings.rule_figures)
    options = options[options["mend_change"].notna()]
    options = options.assign(
        quantity=options["indicator"].astype("str").map(_numerators(settings)),
        up=np.where(options["mend_change"] > 0, "conclusions.add", "conclusions.take_off"),
        size=options["mend_change"].abs(),
    )
    by = options.groupby(["quantity", "up", "indicator"], observed=True)["size"]
    sums = by.agg(["sum", "size"]).reset_index().sort_values("size", ascending=False)
    parts = [
        Message(
            str(row["up"]),
            indicator=column_title(str(row["indicator"]), "parcel", settings),
            quantity=column_title(str(row["quantity"]), "parcel", settings),
            amount=number(row["sum"]),
            parcels=int(row["size"]),
        )
        for row in sums.head(MOST).to_dict("records")  # rows-ok: rules
    ]
    if parts:
        yield Message("conclusions.takes", said=join(parts, "semicolon"))


def _numerators(settings: Settings) -> dict[str, str]:
    return {name: one.numerator for name, one in settings.rule_figures.items()}


def _targets(lines: list[tuple[str, TargetLine]]) -> Iterator[Wording]:
    if not lines:
        return
    met = sum(line.result == "met" for _, line in lines)
    missed = [(park, line) for park, line in lines if line.result == "not_met"]
    count = Message("conclusions.targets", of=len(lines), met=met)
    if not missed:
        yield Message("conclusions.sentence", said=count)
        return
    parts: list[Wording] = []
    for park, line in missed:
        said = Message(
            "conclusions.target", title=line.title, shown=line.shown_exact, limit=line.limit
        )
        said = Message("conclusions.of_park", park=park, said=said) if park else said
        parts.append(
            Message("conclusions.target_needs", said=said, need=line.need) if line.need else said
        )
    yield Message("conclusions.targets_missed", said=count, missed=join(parts, "semicolon"))


def _control(zones: pd.DataFrame, lang: str) -> Iterator[Wording]:
    torn = zones[zones["control"] == "conflict"]
    parcels = about(torn, "parcel")["subject_id"].nunique()
    if not parcels:
        return
    parts = [
        Message("conclusions.reason", text=one.kind, parcels=one.parcels, mu=one.mu)
        for one in zone_counts(torn, lang)
    ]
    yield Message("conclusions.conflicts", parcels=int(parcels), kinds=join(parts, "semicolon"))
