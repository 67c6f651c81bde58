"""Figures per mu and the other ratios, for parcels, enterprises, industries, parks, the project.

Which land divides a figure is said beside it. A parcel is divided by its own area; an enterprise
and an industry by the land occupied; a park and the project by the project's denominator:
`occupied` (land of the enterprises that report the measure), `industrial`, or `park`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Series
from geo.economy.allocate import NOT_ON_LAND, SHARE_REST, Allocation, counted_once
from geo.formula import evaluate, names
from geo.geometry.keys import factorize_text, group_numbers, map_text
from geo.land.own_land_use import own_industrial_use
from geo.model import (
    INDICATORS,
    INDUSTRIAL,
    MU_M2,
    PER_MU,
    USE_SEPARATOR,
    Indicator,
    land_use_classes,
)
from geo.project_parts import LandUseClass

Amounts = TypeVar("Amounts", "pd.Series[float]", pd.DataFrame)

FIGURES = (
    "subject",
    "subject_id",
    "year",
    "measure",
    "value",
    "land_m2",
    "land_basis",
    "per_mu",
    "reporting",
    "missing",
    "beside",
    "beside_value",
)
"""Columns of the figures table: every sum with the land it is divided by.

`value` and `land_m2` are the two sides of the figure, `reporting` the rows in it, `missing` rows
that do not report. `beside` are the enterprises that report and are not in the figure, with what
they report (`beside_value`): without land, or on a parcel where another occupier does not report.
`value` + `beside_value` is all that the subject's enterprises report.
"""


@dataclass(frozen=True)
class _Rows:
    """Allocation rows by the number of their subject and year (`group`, below `count`).

    `at` are their positions among all rows, `firm` the enterprise of every row.
    """

    group: Ints
    count: int
    at: Ints
    firm: Series
    area: Floats
    place: pd.DataFrame

    @cached_property
    def landed(self) -> Mask:
        """The rows that are on land of the map."""
        return (self.place["reason"] < 0).to_numpy()

    def sum(self, values: Floats, of: Mask) -> Floats:
        """Sums of the rows of a mask, by group."""
        return _summed(self.group[of], values[of], self.count)

    def rows(self, of: Mask) -> Ints:
        """How many rows of a mask each group has."""
        return np.bincount(self.group[of], minlength=self.count)

    def firms(self, of: Mask) -> Ints:
        """How many enterprises each group has among the rows of a mask."""
        group, (firm, firms) = self.group[of], pd.factorize(self.firm.iloc[self.at[of]])
        pairs = np.unique(group * (len(firms) + 1) + firm + 1)
        return np.bincount(pairs // (len(firms) + 1), minlength=self.count)

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """The first row of each group and parcel, and each row's number among them."""
        parcel = self.place["parcel"].to_numpy()
        pair = self.group * (parcel.max(initial=-1) + 2) + parcel + 1
        number, pairs = pd.factorize(pair)
        first = np.empty(len(pairs), dtype=np.int64)
        first[number[::-1]] = np.arange(len(pair))[::-1]
        return first, number.astype(np.int64)

    def land(self, of: Mask) -> Floats:
        """Land occupied in the rows of a mask, m² by group, each parcel counted at most once."""
        first, number = self.pairs
        claimed = _summed(number[of], self.area[of], len(first))
        held = counted_once(claimed, self._parcel_m2)
        return _summed(self._of_first, held, self.count)

    @cached_property
    def _parcel_m2(self) -> Floats:
        return self.place["parcel_m2"].to_numpy()[self.pairs[0]]

    @cached_property
    def _of_first(self) -> Ints:
        return self.group[self.pairs[0]]

    @cached_property
    def all_land(self) -> Floats:
        """All land that each group claims, m², whatever it reports; NaN where some is not known."""
        claims = (self.place["reason"] != SHARE_REST).to_numpy()
        void = np.isnan(self.area)
        return np.where(self.rows(claims & void) > 0, np.nan, self.land(claims & ~void))


def _summed(number: Ints, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(number, values, minlength=count), dtype=np.float64)


def figures(
    allocation: Allocation,
    subject: str,
    ids: Series,
    land_m2: pd.Series[float] | None,
    basis: str,
) -> pd.DataFrame:
    """Sums of each measure by subject and year, and per mu (columns `FIGURES`).

    `ids` gives each allocation row's subject (aligned with its rows); that of a parcel is what the
    row occupies. `land_m2`, by subject id,
    is the denominator; without it, the land of exactly those in the sum is: occupied, in m², each
    parcel at most once. A row without land on the map is in neither side.

    A parcel is divided by its whole area, so it has no figure where an occupier does not report.
    An enterprise's value is all that it reports; it has no figure per mu where a part of that is
    on no land. E4 without land reports 9,000 beside 6,000 on 72.66 亩: 6,000 ÷ 72.66 = 82.57.
    """
    rows = allocation.rows
    number, keys = group_numbers(pd.DataFrame({"subject_id": ids, "year": rows["year"]}))
    counted = number >= 0
    place = allocation.place[["parcel", "parcel_m2", "reason", "before_production"]]
    every = _Rows(
        number[counted],
        len(keys),
        np.flatnonzero(counted),
        rows["enterprise_id"],
        rows["area_m2"].to_numpy(float)[counted],
        place[counted],
    )
    make = {"parcel": _of_parcels, "enterprise": _of_enterprises}.get(subject, _of_groups)
    measures = allocation.measures
    if not measures:
        return pd.DataFrame(columns=list(FIGURES))
    parts = [make(every, rows[name].to_numpy(float)[counted]) for name in measures]
    below = np.tile(np.arange(len(keys)), len(measures))
    of = np.repeat(range(len(measures)), len(keys))
    made = {
        name: np.concatenate([np.broadcast_to(part[name], len(keys)) for part in parts])
        for name in parts[0]
    }
    if land_m2 is not None:
        made["land_m2"] = map_text(keys["subject_id"], land_m2).to_numpy(float)[below]
    # A row that is loose (an enterprise with money on no land) has no figure per mu.
    shown = np.isin(measures, list(PER_MU))[of] & ~made.pop("loose", np.False_)
    made["per_mu"] = np.where(shown, _over_land(made["value"], made["land_m2"]), np.nan)
    words = {
        name: pd.array([word], dtype="str").repeat(len(of))
        for name, word in (("subject", subject), ("land_basis", basis))
    }
    named = {name: keys[name].array.take(below) for name in keys}
    named["measure"] = pd.array(measures, dtype="str").take(of)
    return pd.DataFrame(words | named | made, columns=list(FIGURES))


def _of_groups(every: _Rows, value: Floats) -> dict[str, Any]:
    """Parks, industries, the project: what is on land, over the land of exactly those.

    Who was not yet in production leaves nothing blank.
    """
    known = ~np.isnan(value)
    blank = ~known & ~every.place["before_production"].to_numpy()
    inside = known & every.landed
    reporting = every.rows(inside)
    return {
        "value": np.where(reporting > 0, every.sum(value, inside), np.nan),
        "land_m2": every.land(inside),
        "reporting": reporting,
        "missing": every.rows(blank),
        "beside": every.firms(known & ~every.landed),
        "beside_value": every.sum(value, known & ~every.landed),
    }


def _of_parcels(every: _Rows, value: Floats) -> dict[str, Any]:
    """What is on each parcel; nothing where an occupier's part of it is not known.

    Such an occupier does not report, or has several parcels and nothing tells their parts.
    """
    known = ~np.isnan(value) & every.landed
    missing, reporting = every.rows(~known), every.rows(known)
    total, silent = every.sum(value, known), missing > 0
    beside = every.firms(known & silent[every.group])
    return {
        "value": np.where(silent | (reporting == 0), np.nan, total),
        "land_m2": np.nan,
        "reporting": np.where(silent, 0, reporting),
        "missing": missing,
        "beside": beside,
        "beside_value": np.where(silent, total, 0.0),
    }


def _of_enterprises(every: _Rows, value: Floats) -> dict[str, Any]:
    """What each enterprise reports, and all its land, whether it reports or not."""
    known = ~np.isnan(value)
    reporting = every.rows(known)
    reason = every.place["reason"].to_numpy()
    # Part of its money is on no land: a figure per mu of the rest would flatter it.
    loose = every.rows(known & np.isin(reason, NOT_ON_LAND) & (value != 0)) > 0
    return {
        "value": np.where(reporting > 0, every.sum(value, known), np.nan),
        "land_m2": every.all_land,
        "reporting": reporting,
        "missing": every.rows(~known),
        "beside": 0,
        "beside_value": 0.0,
        "loose": loose,
    }


def with_per_mu(table: pd.DataFrame) -> pd.DataFrame:
    """The table of sums with `per_mu`, of the measures that are shown so."""
    shown = table["measure"].isin(PER_MU)
    return table.assign(per_mu=value_per_mu(table["value"], table["land_m2"]).where(shown))


def value_per_mu(value: Amounts, land_m2: pd.Series[float]) -> Amounts:
    """Amounts over land in mu, missing where the land is not positive: 600 on 10,000 m² are 40."""
    land = (land_m2 / MU_M2).where(land_m2 > 0)
    return value.div(land, axis=0)


def _over_land(value: Floats, land_m2: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(value / np.where(land_m2 > 0, land_m2 / MU_M2, np.nan), dtype=np.float64)


def wide(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """One row a subject for one year: each measure and `<name>_per_mu`, indexed by subject id.

    Ids are text, or the numbers of groups; the index is of their kind.
    """
    read = ["subject_id", "measure", "value", "per_mu"]
    now = table[read][(table["year"] == year).to_numpy()]
    row, ids = pd.factorize(now["subject_id"], sort=True)
    (column,), measures = factorize_text(now["measure"])
    out: dict[str, Floats] = {}
    for name, end in (("value", ""), ("per_mu", "_per_mu")):
        cells = np.full((len(measures), len(ids)), np.nan)
        cells[column, row] = now[name]
        shown = measures if name == "value" else measures[measures.isin(PER_MU)]
        out |= {f"{one}{end}": cells[measures.get_loc(one)] for one in shown}
    return pd.DataFrame(out, index=ids.rename("subject_id"))


def ratios(frame: pd.DataFrame, catalogue: dict[str, Indicator] = INDICATORS) -> pd.DataFrame:
    """Every indicator of the catalogue whose inputs the frame has, as new columns.

    A missing input or a denominator that is not positive gives a missing value.
    """
    out = {}
    for name, indicator in catalogue.items():
        if names(indicator.numerator) | names(indicator.denominator) <= set(frame):
            out[name] = ratio(
                evaluate(indicator.numerator, frame, len(frame)),
                evaluate(indicator.denominator, frame, len(frame)),
                indicator,
            )
    return pd.DataFrame(out, index=frame.index)


def ratio(above: Floats, below: Floats, indicator: Indicator) -> Floats:
    """The indicator from its two sides; missing where the lower is not positive, or too small."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.where(below > 0, above / below, np.nan) * indicator.scale
    return np.where(np.isfinite(value), value, np.nan)


OFFICE_WORDS = "办公|生活|宿舍|食堂|office|dormitory"
"""Uses of buildings that count as 行政办公及生活服务设施."""


def from_buildings(
    buildings: pd.DataFrame, footprint_m2: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Floor, base and office floor area of each parcel from its buildings, m², by parcel_id.

    `footprint_m2`, aligned with the buildings, is what they cover; a building without a floor
    area has footprint × storeys. A storey higher than 8 m counts twice (工业项目建设用地控制指标).
    A parcel with a building of unknown area (or, for offices, unknown use) gets no sum. 建筑系数 is
    not taken from here: it counts structures and yards too, so buildings alone would judge a parcel
    too low; 建筑密度 counts buildings only, and is.
    """
    void = pd.Series(np.nan, index=buildings.index)
    base = void if footprint_m2 is None else footprint_m2.astype(float)
    floor = buildings.get("floor_area_m2", void).astype(float)
    floor = floor.fillna(base * buildings.get("storeys", void).astype(float))
    if "storey_height_m" in buildings:
        floor = floor * np.where(buildings["storey_height_m"] > 8, 2.0, 1.0)
    use = buildings.get("use", pd.Series(None, index=buildings.index, dtype="str")).astype("str")
    office = floor.where(use.str.contains(OFFICE_WORDS).fillna(False), 0.0).where(use.notna())
    parts = {"floor_area_m2": floor, "building_base_m2": base, "office_floor_area_m2": office}
    out = {}
    for name, area in parts.items():
        grouped = area.groupby(buildings["parcel_id"])
        out[name] = grouped.sum().where(grouped.count() == grouped.size())
    return pd.DataFrame(out)


def with_buildings(
    parcels: gpd.GeoDataFrame, buildings: pd.DataFrame | None, footprint_m2: pd.Series[float] | None
) -> gpd.GeoDataFrame:
    """The parcels with areas from the buildings where they have none, and the office fallback.

    Where the land of 行政办公及生活服务设施 is not known, its share of floor area stands for its
    share of land, as the control indicators allow; `office_area_basis` says which it was.
    """
    out = parcels.copy()
    if buildings is not None and "parcel_id" in buildings:
        for name, sums in from_buildings(buildings, footprint_m2).items():
            built = out["parcel_id"].map(sums).astype(float)
            out[name] = out.get(name, built).fillna(built)
    if {"office_floor_area_m2", "floor_area_m2"} <= set(out):
        office_m2 = out.get("office_area_m2", pd.Series(np.nan, index=out.index)).astype(float)
        share = out["office_floor_area_m2"] / out["floor_area_m2"].where(out["floor_area_m2"] > 0)
        stand_in = office_m2.isna() & share.notna()
        out["office_area_m2"] = office_m2.fillna(share * out["area_m2"])
        out["office_area_basis"] = np.select(
            [stand_in, office_m2.notna()], ["floor_share", "land"], ""
        )
    return out


def _is_class(text: str, industrial: str, known: set[str] | None) -> bool:
    """Whether a code is a class of its own beside 工业用地; None: the scheme's are not listed."""
    listed = bool(re.match(r"\d\d", text)) if known is None else text in known
    return listed and not industrial.startswith(text)


def industrial_use(
    land_use: Series, scheme: str, legend: Mapping[str, LandUseClass] | None = None
) -> pd.DataFrame:
    """`land_use_industrial` and `land_use_mixed` of land-use codes; missing where the code is.

    So it is of a code that the scheme does not know, and of a class that holds 工业用地 and others
    (用地用海 10): whether that land is industrial cannot be told.

    Land with several codes, one of them industrial, is mixed (混合产业用地). It counts as
    industrial, as the plan lets it be managed (三、（二）), and keeps its own mark. With a `legend`
    the office's own classes say what is industrial.
    """
    if legend:
        return own_industrial_use(land_use, legend)
    code = INDUSTRIAL[scheme]
    number, texts = pd.factorize(land_use)
    parts = [re.split(USE_SEPARATOR, str(text)) for text in texts]  # rows-ok: distinct codes
    works = [any(p.strip().startswith(code) for p in ps) for ps in parts]
    mixed = [w and len(ps) > 1 for w, ps in zip(works, parts, strict=True)]
    known = (
        {*land_use_classes("2020").index, *land_use_classes("2023").index}
        if (scheme == "yongdiyonghai")
        else None
    )
    is_known = [
        w or all(_is_class(p.strip(), code, known) for p in ps)
        for w, ps in zip(works, parts, strict=True)
    ]
    marks: dict[str, list[Any]] = {
        "land_use_industrial": [w if t else pd.NA for w, t in zip(works, is_known, strict=True)],
        "land_use_mixed": mixed,
    }
    return pd.DataFrame(
        {name: pd.array([*flags, pd.NA], dtype="boolean")[number] for name, flags in marks.items()},
        index=land_use.index,
    )
