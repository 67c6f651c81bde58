"""Low-efficiency land (低效用地) by an office's own rule packs, whose columns are the criteria.

Texts differ in how many criteria must fail and in what they leave out; the project says both of a
pack, with the clause (`[project.low_efficiency_rules]`). Without it one mandatory criterion that
fails is enough, as in every other pack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Mask, Series
from geo.evaluate.idle_land import day_numbers, years_after
from geo.project import Settings
from geo.project_parts import LowEfficiencyRule
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.comply import CONFLICT, EXEMPT, FAIL, NO_DATA, PASS, Judged
from geo.standards.model import Pack
from geo.standards.precedence import WORST
from geo.standards.table import verdict_table
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Wording

LOW_WORDS: dict[str, Wording] = {
    "fail": Message("low_efficiency.fail"),
    "pass": Message("low_efficiency.pass"),
    "no_data": Message("low_efficiency.no_data"),
    "exempt": Message("low_efficiency.exempt"),
    "conflict": Message("low_efficiency.conflict"),
}
"""What the verdict of a pack of low-efficiency criteria means: to fail it is to be 低效."""
ANY = LowEfficiencyRule(citation="any")
"""How a pack counts of which the project says nothing."""


def with_low_efficiency(
    parcels: gpd.GeoDataFrame, packs: list[Pack], settings: Settings
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The parcels with `low_efficiency`, and each criterion's verdict as `verdict_table` has it.

    Without a pack of criteria there is no such column, and no row.
    """
    judged = judge_parcels(parcels, packs, settings.rule_figures)
    if packs:
        rules, day = settings.low_efficiency_rules, settings.idle_day
        found = low_efficiency(judged, parcels, rules, day)
        parcels = parcels.assign(low_efficiency=found.to_numpy())
    return parcels, verdict_table([judged])


def low_efficiency(
    judged: Judged,
    parcels: pd.DataFrame,
    rules: Mapping[str, LowEfficiencyRule],
    as_of: dt.date,
) -> Series:
    """Each parcel's verdict over all packs of criteria, in order of `parcels`.

    Parameters
    ----------
    judged
        The packs' verdicts on these parcels, in their order.
    parcels
        parcel_id; completed_on (dates) where a rule leaves out land completed lately.
    rules
        How packs count, by their ids.
    as_of
        The day as of which land was completed so many years ago.

    Returns
    -------
    pd.Series
        Words of `LOW_WORDS`: `fail` where any pack says low-efficiency; then conflict, no_data (what
        is missing could make it so, a day of completion too), pass, and exempt where none applies.
    """
    by_pack: dict[str, list[int]] = {}
    for at, rule in enumerate(judged.rules):
        if rule.column.mandatory:
            by_pack.setdefault(rule.pack.head.id, []).append(at)
    worst = np.full(len(parcels), WORST[EXEMPT if by_pack else NO_DATA])
    for name, rows in by_pack.items():
        counting = rules.get(name, ANY)
        codes = _counted(judged.verdict[rows], counting)
        excluded, unknown = _excluded(parcels, counting, as_of)
        codes[(codes == FAIL) & unknown] = NO_DATA
        codes[excluded] = EXEMPT
        worst = np.minimum(worst, WORST[codes])
    names = np.array(list(VERDICTS), dtype=object)
    return pd.Series(names[np.argsort(WORST)[worst]]).astype("str")


def _counted(verdict: NDArray[np.uint8], rule: LowEfficiencyRule) -> NDArray[np.uint8]:
    """One code a parcel from the criteria of a pack (criterion, parcel), by how many must fail."""
    failed, conflict = (verdict == FAIL).sum(axis=0), (verdict == CONFLICT).sum(axis=0)
    open_ = (verdict == NO_DATA).sum(axis=0) + conflict
    in_force = (verdict == PASS).sum(axis=0) + failed + open_
    needed = 1 if rule.fails == "any" else in_force if rule.fails == "all" else rule.fails
    return np.asarray(
        np.select(
            [in_force == 0, failed >= needed, failed + open_ < needed, conflict > 0],
            [EXEMPT, FAIL, PASS, CONFLICT],
            NO_DATA,
        ),
        dtype=np.uint8,
    )


def _excluded(parcels: pd.DataFrame, rule: LowEfficiencyRule, as_of: dt.date) -> tuple[Mask, Mask]:
    """Parcels that the rule leaves out; those of which it cannot be told without a date."""
    excluded = parcels["parcel_id"].isin(rule.except_parcels).to_numpy(bool)
    if rule.completed_within_years is None:
        return excluded, np.zeros(len(parcels), dtype=bool)
    completed = day_numbers(parcels, "completed_on")
    young = years_after(completed, rule.completed_within_years) > np.datetime64(as_of)
    return excluded | young, np.isnat(completed) & ~excluded
