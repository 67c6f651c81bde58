"""Growth like-for-like (可比口径): of the enterprises that report a measure in both years.

A sum in which one enterprise leaves its figure blank has no growth: the blank could be anything.
What can be compared is the same enterprises in both years, as 国家统计局 compares (“同期数与本期的
企业统计范围相一致”). It says nothing of the others, so it is never the growth of the whole: it has
columns of its own, and how many of how many, and how much of the year's sum, stand beside it.

100 and 150 of A, 50 and blank of B, blank and 30 of C, on land that stays: A alone is compared, and
grows by 50 %. It is one of three enterprises, and holds 150 of the 180 that are known this year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Frames, Index, Ints, Mask, Series
from geo.economy.allocate import SHARE_TOLERANCE, Allocation
from geo.economy.growth import relative_change, yearly_change
from geo.economy.intensity import figures
from geo.geometry.keys import factorize_text, isin_text, position_of, take_text
from geo.model import MEASURES, MU_M2, industries
from geo.text import Message, Wording

STANDINGS: dict[str, Wording] = {
    "compared": Message("comparable.compared"),
    "entered": Message("comparable.entered"),
    "left": Message("comparable.left"),
    "blank_before": Message("comparable.blank_before"),
    "blank_after": Message("comparable.blank_after"),
    "blank_both": Message("comparable.blank_both"),
    "off_land": Message("comparable.off_land"),
}
"""Whether an enterprise's two years are compared in a park, and if not, why."""
_COMPARED, _ENTERED, _LEFT, _BLANK_BEFORE, _BLANK_AFTER, _BLANK_BOTH, _OFF_LAND = range(7)
_COUNTS = ("compared", "entered", "left", "blank", "off_land")
_SUBJECTS = ("project", "park", "industry")

COMPARABLE_GROWTH = (
    "subject",
    "subject_id",
    "name",
    "measure",
    "year_before",
    "year",
    "comparable_enterprises",
    "of_enterprises",
    "comparable_share_before",
    "comparable_share",
    "comparable_before",
    "comparable_after",
    "comparable_land_before_mu",
    "comparable_land_after_mu",
    "comparable_per_mu_before",
    "comparable_per_mu_after",
    "comparable_change",
    "comparable_land_change",
    "comparable_per_mu_change",
    "comparable_growth",
    "comparable_per_mu_growth",
    "comparable_contribution",
    "entered_enterprises",
    "left_enterprises",
    "blank_enterprises",
    "off_land_enterprises",
)
"""One row a subject and measure; 1 + change = (1 + change of the land) × (1 + change per mu).

`comparable_enterprises` of `of_enterprises` (all with land there in either year) are compared, and
hold `comparable_share` of what is known this year. `*_change` are over all years between,
`*_growth` a year. `comparable_contribution` is the part that a park or an industry has in the
project's change.
"""

NOT_COMPARABLE = (
    "park_id",
    "enterprise_id",
    "name",
    "measure",
    "standing",
    "year_before",
    "year",
    "known_before",
    "known_after",
)
"""Each enterprise that is not compared in a park, by measure: why, and what is known of it there."""


@dataclass(frozen=True)
class Comparable:
    """Of a part of a project: additive sums of what is compared, and the rows `NOT_COMPARABLE`."""

    sums: pd.DataFrame
    others: pd.DataFrame


@dataclass(frozen=True)
class _TwoYears:
    """Rows of both years: whose (`firm`), of the later year or not, and whose land is unsettled.

    `moved_off` by enterprise: what part of its year is on no parcel differs between the years, so
    that its sums on land would change with the records. `later` by enterprise: it went into
    production after the earlier year.
    """

    allocation: Allocation
    firm: Ints
    after: Mask
    moved_off: Mask
    later: Mask


@dataclass(frozen=True)
class _Pairs:
    """Enterprises in groups, each pair once: its group, its enterprise, its standing by measure.

    `number` is the pair of each row, −1 where the row is in no group.
    """

    group: Ints
    firm: Ints
    number: Ints
    standing: dict[str, Ints]

    def compared(self, allocation: Allocation) -> Allocation:
        """The rows with only those amounts that are compared; all others are missing."""
        amounts = {}
        for name, standing in self.standing.items():
            known = np.append(standing == _COMPARED, False)[self.number]
            amounts[name] = allocation.rows[name].where(known)
        return replace(allocation, rows=allocation.rows.assign(**amounts))


def comparable(
    allocation: Allocation,
    usable: Frames,
    own: Index | None,
    first: int | None,
    last: int,
    reported: tuple[int, ...],
) -> Comparable:
    """What a part compares of the years `first` and `last`: its parks, and its share of the rest.

    `allocation` is all rows of the enterprises that touch the part, `usable["parcels"]` and
    `usable["parks"]` its own land, `own` the enterprises it counts for the project (None: all).
    `reported` are the years of the whole project: without one of the two nobody entered or left,
    and nothing is compared.
    """
    both = allocation.rows["year"].isin([first, last]).to_numpy()
    nothing = not allocation.measures or not both.any()
    if first is None or first >= last or nothing or not {first, last} <= {*reported}:
        return Comparable(pd.DataFrame(), pd.DataFrame(columns=list(NOT_COMPARABLE)))
    years, firms = _two_years(allocation.only(both), last)
    rows, parcels = years.allocation.rows, usable["parcels"]
    (park,), parks = factorize_text(parcels["park_id"])
    on = position_of(rows["parcel_id"], parcels["parcel_id"])
    # Land in no park is a group of its own: its enterprises are named, and in no park's sums.
    park_of = np.where(on < 0, -1, np.append(np.where(park < 0, len(parks), park), -1)[on])
    in_parks = _pairs(years, park_of)
    anywhere = (years.allocation.place["reason"] < 0).to_numpy()
    in_project = _pairs(years, np.where(anywhere, 0, -1))
    counted = np.ones(len(firms), dtype=bool) if own is None else isin_text(firms, own)
    whose = counted[in_project.firm]
    project = pd.Index(["project"])
    groups = [
        ("park", in_parks, park_of, in_parks.group, parks),
        (
            "project",
            in_project,
            np.zeros(len(rows), dtype=np.int64),
            np.where(whose, 0, -1),
            project,
        ),
    ]
    listed = usable.get("enterprises")
    if listed is not None and "industry_code" in listed:
        division, divisions = _divisions(firms, listed)
        of_pair = np.where(whose, division[in_project.firm], -1)
        groups.append(("industry", in_project, division[years.firm], of_pair, divisions))
    here = on >= 0
    return Comparable(
        pd.concat([_sums(years, here, *group, first, last) for group in groups], ignore_index=True),
        _others(years, in_parks, firms, parks, usable, first, last),
    )


def _two_years(both: Allocation, last: int) -> tuple[_TwoYears, Index]:
    rows = both.rows
    (firm,), firms = factorize_text(rows["enterprise_id"])
    after = (rows["year"] == last).to_numpy()
    off = (both.place["reason"] >= 0).to_numpy() & (firm >= 0)
    share = rows["share"].to_numpy(float)
    now, then = (
        np.bincount(firm[off & side], share[off & side], minlength=len(firms))
        for side in (after, ~after)
    )
    before = both.place["before_production"].to_numpy() & ~after & (firm >= 0)
    later = np.bincount(firm[before], minlength=len(firms)) > 0
    return _TwoYears(both, firm, after, np.abs(now - then) > SHARE_TOLERANCE, later), firms


def _pairs(years: _TwoYears, group: Ints) -> _Pairs:
    """Each enterprise in each group that it has land in, in either year."""
    inside = (group >= 0) & (years.firm >= 0)
    width = int(years.firm.max(initial=0)) + 1
    number = np.full(len(group), -1, dtype=np.int64)
    number[inside], keys = pd.factorize(group[inside] * width + years.firm[inside])
    firm = keys % width

    def has(mask: Mask) -> Mask:
        return np.bincount(number[inside & mask], minlength=len(keys)) > 0

    after = years.after
    there = has(~after), has(after)
    standing = {}
    for name in years.allocation.measures:
        known = years.allocation.rows[name].notna().to_numpy()
        before, now = has(known & ~after), has(known & after)
        standing[name] = np.select(
            [
                ~there[1],
                ~there[0] | (years.later[firm] & ~before),
                ~before & ~now,
                ~before,
                ~now,
                years.moved_off[firm],
            ],
            [_LEFT, _ENTERED, _BLANK_BOTH, _BLANK_BEFORE, _BLANK_AFTER, _OFF_LAND],
            _COMPARED,
        )
    return _Pairs(np.asarray(keys // width), np.asarray(firm), number, standing)


def _divisions(firms: Index, listed: pd.DataFrame) -> tuple[Ints, Index]:
    """The industry division of each enterprise, and the divisions; "" is one that is not known."""
    codes = listed["industry_code"].astype("str").str[:2]
    at = position_of(firms, listed["enterprise_id"])
    of_firm = take_text(at, pd.Index(codes)).fillna("")
    (division,), divisions = factorize_text(of_firm)
    return division, divisions


def _sums(
    years: _TwoYears,
    here: Mask,
    subject: str,
    pairs: _Pairs,
    group: Ints,
    of_pair: Ints,
    names: Index,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Sums and land of both years of what is compared, and how many enterprises are and are not."""
    measures = years.allocation.measures
    kept = here & (group >= 0) & (group < len(names))
    ids = take_text(group[kept], names)
    table = figures(pairs.compared(years.allocation).only(kept), subject, ids, None, "occupied")
    wide = table.pivot(index=["subject_id", "measure"], columns="year", values=["value", "land_m2"])
    wide = wide.reindex(
        columns=pd.MultiIndex.from_product([["value", "land_m2"], [float(first), float(last)]])
    )
    wide.columns = pd.Index(["before", "after", "land_before", "land_after"])
    counted = (of_pair >= 0) & (of_pair < len(names))
    kinds = len(STANDINGS)
    counts = [
        np.bincount(
            of_pair[counted] * kinds + pairs.standing[name][counted], minlength=len(names) * kinds
        ).reshape(-1, kinds)
        for name in measures
    ]
    found = np.concatenate(counts)
    blank = [_BLANK_BEFORE, _BLANK_AFTER, _BLANK_BOTH]
    out = pd.DataFrame(
        {
            "subject": subject,
            "subject_id": np.tile(names.astype("str"), len(measures)),
            "measure": np.repeat(measures, len(names)),
            "compared": found[:, _COMPARED],
            "entered": found[:, _ENTERED],
            "left": found[:, _LEFT],
            "blank": found[:, blank].sum(axis=1),
            "off_land": found[:, _OFF_LAND],
        }
    ).astype(dict.fromkeys(_COUNTS, "int64"))
    return out.join(wide, on=["subject_id", "measure"])


def _others(
    years: _TwoYears,
    pairs: _Pairs,
    firms: Index,
    parks: Index,
    usable: Frames,
    first: int,
    last: int,
) -> pd.DataFrame:
    """Who is not compared in each park, by measure, with what is known of it there."""
    order = position_of(pd.Series(parks), usable["parks"]["park_id"])
    place = np.append(np.where(order < 0, len(order), order), len(order) + 1)[pairs.group]
    out = []
    for name in years.allocation.measures:
        amount = years.allocation.rows[name].to_numpy(float)
        known: dict[str, Floats] = {}
        for side, mask in (("known_before", ~years.after), ("known_after", years.after)):
            inside = mask & (pairs.number >= 0) & ~np.isnan(amount)
            count = np.bincount(pairs.number[inside], minlength=len(pairs.firm))
            total = np.bincount(pairs.number[inside], amount[inside], minlength=len(pairs.firm))
            known[side] = np.where(count > 0, total, np.nan)
        left = np.flatnonzero(pairs.standing[name] != _COMPARED)
        left = left[np.lexsort((pairs.firm[left], place[left]))]
        park = np.where(pairs.group[left] < len(parks), pairs.group[left], -1)
        out.append(
            pd.DataFrame(
                {
                    "park_id": take_text(park, parks),
                    "enterprise_id": take_text(pairs.firm[left], firms),
                    "measure": name,
                    "standing": take_text(pairs.standing[name][left], pd.Index(list(STANDINGS))),
                    **{side: values[left] for side, values in known.items()},
                    "place": place[left],
                }
            )
        )
    table = pd.concat(out, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
    listed = usable.get("enterprises")
    called = pd.Series(None, index=table.index, dtype="str")
    if listed is not None and "name" in listed:
        at = position_of(table["enterprise_id"], listed["enterprise_id"])
        called = take_text(at, pd.Index(listed["name"].astype("str")))
    return table.assign(name=called, year_before=first, year=last)[list(NOT_COMPARABLE)]


def comparable_growth(
    parts: Sequence[pd.DataFrame],
    sums: pd.DataFrame,
    parks: pd.DataFrame,
    first: int | None,
    last: int,
) -> pd.DataFrame:
    """The table of growth like-for-like (`COMPARABLE_GROWTH`) of all parts' sums.

    `parts` are those of the years `first` and `last` (`Comparable.sums`), `sums` is the table of
    figures, which says what is known in all; `parks` names the parks. A change from nothing or from
    a loss is missing, and so is a share where some figures are negative.
    """
    given = [part for part in parts if len(part)]
    if first is None or not given:
        return pd.DataFrame(columns=list(COMPARABLE_GROWTH))
    keys = ["subject", "subject_id", "measure"]
    by = pd.concat(given, ignore_index=True).groupby(keys, sort=False)
    table = by[list(_COUNTS)].sum().join(by[["before", "after"]].sum(min_count=1))
    table = _in_order(table.join(by[["land_before", "land_after"]].sum()).reset_index(), parks)
    of = pd.MultiIndex.from_frame(table[keys])
    every = sums[sums["subject"].isin(_SUBJECTS)].set_index(keys)
    known = {
        year: every.loc[every["year"] == year, "value"].reindex(of).set_axis(table.index)
        for year in (first, last)
    }
    before, after = table["before"], table["after"]
    land = {side: table[f"land_{side}"] / MU_M2 for side in ("before", "after")}
    per_mu = {side: table[side] / land[side].where(land[side] > 0) for side in ("before", "after")}
    whole = table[table["subject"] == "project"].set_index("measure")["before"]
    base = table["measure"].map(whole)
    return table.assign(
        year_before=first,
        year=last,
        comparable_enterprises=table["compared"],
        of_enterprises=table[list(_COUNTS)].sum(axis=1),
        comparable_share_before=_share(before, known[first]),
        comparable_share=_share(after, known[last]),
        comparable_before=before,
        comparable_after=after,
        comparable_land_before_mu=land["before"],
        comparable_land_after_mu=land["after"],
        comparable_per_mu_before=per_mu["before"],
        comparable_per_mu_after=per_mu["after"],
        comparable_change=relative_change(after, before),
        comparable_land_change=relative_change(land["after"], land["before"]),
        comparable_per_mu_change=relative_change(per_mu["after"], per_mu["before"]),
        comparable_growth=yearly_change(after, before, last - first),
        comparable_per_mu_growth=yearly_change(per_mu["after"], per_mu["before"], last - first),
        comparable_contribution=(after - before) / base.where(base > 0),
        **{f"{name}_enterprises": table[name] for name in _COUNTS[1:]},
    )[list(COMPARABLE_GROWTH)]


def _in_order(table: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """The rows with names: the project, parks as they are listed, industries; measures as ever."""
    place = position_of(table["subject_id"], parks["park_id"])
    of_park = (table["subject"] == "park").to_numpy()
    name = table["subject_id"].map(industries()).astype("str")
    titles = take_text(np.where(of_park, place, -1), pd.Index(parks["name"].astype("str")))
    measures = pd.Index([column.name for column in MEASURES])
    known: dict[str, Any] = {
        "name": titles.set_axis(table.index).fillna(name.mask(of_park)),
        "first": table["subject"].map({one: at for at, one in enumerate(_SUBJECTS)}),
        "second": np.where(of_park, place, 0),
        "third": table["subject_id"],
        "fourth": measures.get_indexer(pd.Index(table["measure"])),
    }
    order = ["first", "second", "third", "fourth"]
    return table.assign(**known).sort_values(order, ignore_index=True).drop(columns=order)


def _share(part: Series, of: Series) -> Series:
    """A part of a sum; missing where sums of both signs make it none.

    >>> _share(pd.Series([150.0, 150.0]), pd.Series([180.0, -5.0])).round(4).tolist()
    [0.8333, nan]
    """
    share = part / of.where(of > 0)
    return share.where(share.between(0, 1 + SHARE_TOLERANCE)).clip(upper=1.0)
