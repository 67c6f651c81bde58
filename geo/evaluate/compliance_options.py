"""The way to comply: the smallest change that makes a failing rule, parcel or target pass.

A value passes as soon as it is shown as the threshold, so the smallest change reaches the lowest
value that rounds to it. Two ways are worked out for a parcel: raise (or lower) each figure that
falls short, or give back land, as far as rules on land ratios with an upper limit allow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Ints, Mask
from geo.economy.intensity import ratio
from geo.errors import DataError
from geo.evaluate.park_indicators import unit_of
from geo.evaluate.park_years import GROWTHS
from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import Target
from geo.evaluate.prices import Price, prices
from geo.formula import names
from geo.guards import require_columns, with_numbers
from geo.model import INDICATORS, MU_M2, Indicator
from geo.project_parts import Cost
from geo.standards.codes import RuleCodes
from geo.standards.comply import FAIL, Judged, inputs, judge
from geo.standards.matching import Keys
from geo.standards.precedence import overall_codes, settle
from geo.standards.sets import UNIT, Intervals
from geo.standards.vocabulary import VERDICTS

WAYS = ("subject", "subject_id", "way", "rule_id", "quantity", "now", "needed", "change", "after")
"""`way` is `figures` (a row a failing rule) or `land` (one row: 亩 to give back); `after` is the
overall verdict once the way is taken, judged again: a change may settle a conflict or make one."""

_HAIR = 1e-6
"""Room for float noise where a value rounds over to the next, in units of the last decimal."""


def least_value(limit: Floats, decimals: int, operator: str) -> Floats:
    """The value nearest the limit that is shown as meeting it: lowest for ≥ >, highest for ≤ <."""
    figures = np.atleast_1d(np.asarray(limit, dtype=float))
    signs = pd.Series(np.full(len(figures), operator), dtype="str")
    admits = Intervals.of_table(signs, figures, np.full(len(figures), np.nan))
    least, most = passing(admits, decimals)
    return (least if operator in (">=", ">") else most).reshape(np.shape(limit))


def passing(admits: Intervals, decimals: int | NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Lowest and highest value that is shown within each set (NaN: no such end)."""
    hair = _HAIR * 10.0 ** -np.asarray(decimals, dtype=float)
    least, most = admits.raw(decimals)
    return (
        np.where(np.isfinite(least), least * UNIT + hair, np.nan),
        np.where(np.isfinite(most), most * UNIT - hair, np.nan),
    )


@dataclass(frozen=True)
class RequiredChanges:
    """Per rule and subject, NaN where nothing is asked: the numerator needed, and land bounds (m²).

    `numerator` and `now` are of failing rules only. `most_land` is the largest area at which a
    failing rule on land passes; `least_land` the smallest at which a rule with an upper limit still
    does. All float64 (rule, subject).
    """

    numerator: Floats
    now: Floats
    most_land: Floats
    least_land: Floats


def required_changes(judged: Judged, fails: Mask) -> RequiredChanges:
    """What every failing rule asks for, and what every rule allows when land is given back.

    A figure that one rule changes may divide another rule's (floor area under the office share,
    revenue under R&D): that rule is asked again on the changed figure, failing now or not.
    """
    out = RequiredChanges(*(np.full(judged.verdict.shape, np.nan) for _ in range(4)))
    rules = [
        (at, r, r.indicator)
        for at, r in enumerate(judged.rules)
        if r.indicator is not None and r.column.operator != "attested"
    ]
    changed: dict[str, Floats] = {}
    for at, _rule, indicator in rules:
        needed = _ask(judged, out, at, judged.figure(indicator.denominator), fails[at])
        old = changed.get(indicator.numerator, judged.figure(indicator.numerator))
        changed[indicator.numerator] = np.where(np.isnan(needed), old, needed)
        if _on_land(indicator.denominator):
            _bound_land(judged, out, at, fails[at])
    for at, rule, indicator in rules:
        if indicator.denominator in changed and rule.column.mandatory:
            _ask(judged, out, at, changed[indicator.denominator], judged.verdict[at] <= FAIL)
    return out


def _ask(judged: Judged, out: RequiredChanges, at: int, below: Floats, asked: Mask) -> Floats:
    """Set the numerator that rule `at` needs over `below`, where asked and not met; return it."""
    indicator = judged.rules[at].indicator
    assert indicator is not None
    above, scale = judged.figure(indicator.numerator), indicator.scale
    low, high = _bounds(judged, at)
    with np.errstate(invalid="ignore", divide="ignore"):
        short, over = above * scale < low * below, above * scale > high * below
        wanted = np.where(short, low, high) * below / scale
    needed = np.where(asked & (short | over), wanted, np.nan)
    out.numerator[at] = needed
    out.now[at] = np.where(asked & (short | over), above, np.nan)
    return needed


def _bound_land(judged: Judged, out: RequiredChanges, at: int, failing: Mask) -> None:
    """The areas between which a rule on land passes, m²."""
    indicator = judged.rules[at].indicator
    assert indicator is not None
    above, below = judged.figure(indicator.numerator), judged.figure(indicator.denominator)
    low, high = _bounds(judged, at)
    unit = indicator.scale * (MU_M2 if indicator.denominator == "area_mu" else 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        short = failing & (above * indicator.scale < low * below)
        out.most_land[at] = np.where(short, above * unit / low, np.nan)
        out.least_land[at] = np.where(judged.verdict[at] <= FAIL, above * unit / high, np.nan)


def _on_land(denominator: str) -> bool:
    return denominator in ("area_mu", "area_m2")


def _bounds(judged: Judged, at: int) -> tuple[Floats, Floats]:
    """Lowest and highest value that passes (NaN: no such bound)."""
    rule = judged.rules[at]
    least, most = passing(rule.admitted, rule.column.decimals)
    return least[judged.row[at]], most[judged.row[at]]


def compliance_options(parts: list[Judged]) -> pd.DataFrame:
    """The ways of every failing subject (columns `WAYS`), over its mandatory rules."""
    kept = [table for part in parts if part.rules for table in _ways(part) if len(table)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(WAYS))


def _ways(judged: Judged) -> list[pd.DataFrame]:
    mandatory = np.array([r.column.mandatory for r in judged.rules], dtype=bool)
    fails = (judged.verdict == FAIL) & mandatory[:, None]
    asked = required_changes(judged, fails)
    parts = [_figures(judged, asked, fails)]
    if "area_m2" in judged.subjects:
        parts.append(_land(judged, asked, fails))
    return parts


def _read(judged: Judged) -> list[str]:
    """The subjects' columns that judging them reads; most others are words, slow to copy."""
    pairs = Keys.COLUMNS.values()
    known = {"judged_as_of", "supplied_on", "land_use_industrial", "park_id", *chain(*pairs)}
    known |= {name for pack in judged.packs for name in pack.figures}
    for indicator in judged.catalogue.values():
        known |= names(indicator.numerator) | names(indicator.denominator)
    return [name for name in judged.subjects if name in known]


def _after(judged: Judged, who: NDArray[np.intp], changed: dict[str, Floats]) -> Ints:
    """The code of the overall verdict of subjects `who`, judged again with numerators or columns `changed`."""
    subjects = judged.subjects[_read(judged)].iloc[who].assign(**changed)
    catalogue, values = judged.catalogue, {}
    for name, indicator in catalogue.items():
        above, below = inputs(subjects, indicator)
        values[name] = ratio(changed.get(indicator.numerator, above), below, indicator)
    again = settle(judge(subjects.assign(**values), judged.packs, judged.subject, catalogue))
    return overall_codes(again, again.verdict)


def _figures(judged: Judged, asked: RequiredChanges, fails: Mask) -> pd.DataFrame:
    """A row a failing rule whose figure can be named; a subject with another failing has none."""
    able = ~np.isnan(asked.numerator)
    solvable = np.asarray(fails.any(axis=0) & (~fails | able).all(axis=0))
    changed: dict[str, Floats] = {}
    for at, rule in enumerate(judged.rules):
        if rule.indicator is not None and able[at, solvable].any():
            name = rule.indicator.numerator
            now = judged.figure(name)[solvable]
            known, needed = changed.get(name, now), asked.numerator[at, solvable]
            further = np.abs(needed - now) > np.abs(known - now)
            changed[name] = np.where(further, needed, known)
    after = np.full(len(solvable), FAIL)
    after[solvable] = _after(judged, np.flatnonzero(solvable), changed)
    rule_at, who = np.nonzero(able & (after != FAIL))
    quantities = [r.indicator.numerator if r.indicator else "" for r in judged.rules]
    now, needed = asked.now[rule_at, who], asked.numerator[rule_at, who]
    return pd.DataFrame(
        {
            "subject": judged.subject,
            "subject_id": judged.ids[who],
            "way": "figures",
            "rule_id": _words([r.id for r in judged.rules], rule_at),
            "quantity": _words(quantities, rule_at),
            "now": now,
            "needed": needed,
            "change": needed - now,
            "after": _words([*VERDICTS], after[who]),
        }
    )


def _words(words: list[str], code: Ints) -> pd.Series[str]:
    return pd.Series(pd.array(words, dtype="str").take(code))


def _land(judged: Judged, asked: RequiredChanges, fails: Mask) -> pd.DataFrame:
    """One row a subject whose failing rules all pass on less land, and none breaks on it."""
    able = ~np.isnan(asked.most_land)
    who = np.flatnonzero(fails.any(axis=0) & (~fails | able).all(axis=0))
    area = judged.subjects["area_m2"].to_numpy(float)[who]
    most = np.nanmin(np.where(fails, asked.most_land, np.inf)[:, who], axis=0)
    least = np.nanmax(np.nan_to_num(asked.least_land[:, who], nan=0.0), axis=0)
    good = (most >= least) & (most > 0)
    who, area, most = who[good], area[good] / MU_M2, most[good] / MU_M2
    after = _after(judged, who, {"area_m2": most * MU_M2, "area_mu": most})
    kept = after != FAIL
    who, area, most = who[kept], area[kept], most[kept]
    return pd.DataFrame(
        {
            "subject": judged.subject,
            "subject_id": judged.ids[who],
            "way": "land",
            "rule_id": "",
            "quantity": "area_mu",
            "now": area,
            "needed": most,
            "change": most - area,
            "after": _words([*VERDICTS], after[kept]),
        }
    )


def cheapest(
    table: pd.DataFrame,
    parcels: pd.DataFrame,
    share: float,
    costs: Mapping[str, float | Cost] | None = None,
) -> pd.DataFrame:
    """For each park the cheapest parcels to mend until `share` of its judged parcels pass.

    Cost is the sum of the changes in money (万元), and of other quantities at the prices in `costs`
    (万元 a unit, `geo.evaluate.prices`); a parcel that needs a quantity without one is left out. Judged parcels are
    those that pass or fail. Columns: park_id, parcel_id, cost, running, passing_share. Raises
    DataError for a share outside 0 to 1, a price below 0 or a column that is not there.
    """
    require_columns(table, ("way", "after", "change", "quantity", "subject_id"), "ways")
    require_columns(parcels, ("park_id", "parcel_id", "compliance"), "parcels")
    table = with_numbers(table, ("change",), "ways")
    if not 0 < share <= 1:
        raise DataError("compliance_options.share_must_over_0_most")
    cost = _costs(table[(table["way"] == "figures") & (table["after"] == "pass")], prices(costs))
    counted = parcels[parcels["compliance"].isin(["pass", "fail"])]
    count = (
        (counted["compliance"] == "pass")
        .groupby(counted["park_id"])
        .agg(judged="size", passing="sum")
    )
    frame = counted[["park_id", "parcel_id"]].assign(
        cost=counted["parcel_id"].map(cost).astype(float)
    )
    frame = frame.dropna().sort_values(["park_id", "cost", "parcel_id"]).join(count, on="park_id")
    step = frame.groupby("park_id").cumcount() + 1
    wanted = np.ceil(share * frame["judged"] - 1e-9) - frame["passing"]
    frame["running"] = frame.groupby("park_id")["cost"].cumsum()
    frame["passing_share"] = (frame["passing"] + step) / frame["judged"]
    chosen: pd.DataFrame = frame[step <= wanted].drop(columns=["judged", "passing"])
    return chosen.reset_index(drop=True)


def _costs(options: pd.DataFrame, price: dict[str, Price]) -> pd.Series[float]:
    """Cost of each subject's changes; none where one of them has no price.

    Two rules on one figure are both met by the larger change.
    """
    up, down = (
        options["quantity"].map({name: getattr(one, side) for name, one in price.items()})
        for side in ("up", "down")
    )
    change = options["change"].astype(float)
    worth = change.abs() * up.where(change > 0, down).astype(float)
    keys = [options["subject_id"], options["quantity"]]
    each = worth.groupby(keys).max().groupby(level=0)
    return each.sum().where(each.count() == each.size())


def target_needs(targets: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """What would meet each of the plan's targets that a park misses.

    Columns park_id, year, target, change, unit. Shares: leading (or high-tech) revenue to be added,
    万元: 60 of 100 is 70 % once 33.34 are added to both. Growth: what the indicator lacks, in its
    own unit. Counts and values: how much more, in the target's; nothing is said where less is asked
    for.
    """
    missed = targets[targets["result"] == "not_met"].copy()
    asked = [plan.targets[name] for name in missed["target"]]  # rows-ok: parks × targets
    how = np.array([target.aggregate for target in asked], dtype=object)
    decimals = [target.decimals for target in asked]
    least = np.array(
        [  # rows-ok: parks × targets
            float(least_value(np.array(t), d, o))
            for t, d, o in zip(missed["threshold"], decimals, missed["operator"], strict=True)
        ]
    )
    part, divisor = missed["numerator"].to_numpy(float), missed["denominator"].to_numpy(float)
    base = missed["basis"].str.extract(r"(\d{4})", expand=False).astype(float)
    span = (missed["year"] - base).to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        more = np.where(
            how == "share",
            (least / 100 * divisor - part) / (1 - least / 100),
            missed["threshold"].to_numpy(float) - missed["value"].to_numpy(float),
        )
        grown = divisor * (1 + least / 100) ** np.where(how == "growth", span, 1.0)
        more = np.where(np.isin(how, GROWTHS), grown - part, more)
    upward = missed["operator"].isin([">", ">="]).to_numpy()
    out = missed[["park_id", "year", "target"]].assign(
        change=np.where(upward, more, np.nan), unit=[_need_unit(target) for target in asked]
    )
    return out.reset_index(drop=True)


def _need_unit(target: Target) -> str:
    """The unit of what a target still needs."""
    if target.aggregate in GROWTHS:
        return unit_of("value", target.indicator, INDICATORS)
    return "万元" if target.aggregate == "share" else target.unit


def target_changes(verdicts: pd.DataFrame, catalogue: dict[str, Indicator]) -> pd.DataFrame:
    """For each failing row of a verdict table, by itself: what would mend it, aligned with it.

    `mend_change` is added to the numerator (below zero: taken off), `mend_land_mu` the 亩 to give
    back instead, NaN where neither is asked or can be told.
    """
    code, names = pd.factorize(verdicts["indicator"])
    known = [catalogue.get(str(name)) for name in names]
    scale = np.array([i.scale if i else np.nan for i in known] or [np.nan])[code]
    unit = np.array([_land_unit(i) if i else np.nan for i in known] or [np.nan])[code]
    above, below = (verdicts[c].to_numpy(float) for c in ("numerator", "denominator"))
    change, land = _changes(above, below, _edges(verdicts), scale, unit)
    failing = (verdicts["verdict"] == "fail").to_numpy()
    return pd.DataFrame(
        {
            "mend_change": np.where(failing, change, np.nan),
            "mend_land_mu": np.where(failing, land, np.nan),
        },
        index=verdicts.index,
    )


def rule_changes(
    rule: RuleCodes, fails: Ints, indicator: Indicator | None
) -> tuple[Floats, Floats]:
    """The same of the subjects `fails` of one rule: change of the numerator, and 亩."""
    least, most = _edges(rule.cells.assign(decimals=rule.decimals))
    cell = rule.cell[fails]
    scale, unit = (indicator.scale, _land_unit(indicator)) if indicator else (np.nan, np.nan)
    sides = rule.numerator[fails], rule.denominator[fails]
    return _changes(*sides, (least[cell], most[cell]), scale, unit)


def _changes(
    above: Floats,
    below: Floats,
    edges: tuple[Floats, Floats],
    scale: Floats | float,
    unit: Floats | float,
) -> tuple[Floats, Floats]:
    """What both sides of a failing indicator would have to change by, one or the other."""
    least, most = edges
    with np.errstate(invalid="ignore", divide="ignore"):
        short = above * scale < least * below
        wanted = np.where(short, least, most) * below / scale
        land = (below - above * scale / least) * unit
    return wanted - above, np.where(short & (above > 0), land, np.nan)


def _land_unit(indicator: Indicator) -> float:
    """亩 in a unit of the land that an indicator divides by; NaN where it divides by none."""
    if not _on_land(indicator.denominator):
        return np.nan
    return 1.0 if indicator.denominator == "area_mu" else 1 / MU_M2


def _edges(verdicts: pd.DataFrame) -> tuple[Floats, Floats]:
    """Lowest and highest value that passes each row's rule."""
    low, high = (verdicts[c].to_numpy(float) for c in ("threshold", "threshold_high"))
    return passing(
        Intervals.of_table(verdicts["operator"], low, high), verdicts["decimals"].to_numpy(int)
    )
