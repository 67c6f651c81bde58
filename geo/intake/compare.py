"""Last year's and this year's frames side by side: ids that are new, gone or renamed, areas, sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Frame, Frames, Series
from geo.geometry.area import ellipsoidal_area
from geo.geometry.keys import isin_text
from geo.intake.keys import close_misses
from geo.model import LAYERS, MEASURES
from geo.text import Message, Wording

IDS = {"parks": "park_id", "parcels": "parcel_id", "enterprises": "enterprise_id"}
"""Layers that define ids, and their columns."""
_SAME_GROUND = 0.9
"""Share of a parcel's area that another must cover to be the same land under another id."""
_SCALE = 200.0
"""Times by which the middle of a measure may not move: a unit was changed."""
_FEW = 10


@dataclass(frozen=True)
class Renamed:
    """An id that is gone, the new one that is likely the same thing, and why."""

    was: str
    now: str
    why: Wording


@dataclass(frozen=True)
class IdChange:
    """Ids of a layer: how many there were and are, which are new, gone, and likely renamed."""

    layer: str
    before: int
    after: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[Renamed, ...]


@dataclass(frozen=True)
class AreaChange:
    """A park or parcel of one id whose area is another by more than the tolerance (m²)."""

    layer: str
    id: str
    before: float
    after: float


@dataclass(frozen=True)
class ScaleChange:
    """A measure whose figures are many times those of last year: its unit is likely another."""

    table: str
    column: str
    times: float


def id_changes(before: Frames, after: Frames) -> list[IdChange]:
    """What changed in the ids of parks, parcels and enterprises."""
    return [
        _id_change(layer, column, before[layer], after[layer])
        for layer, column in IDS.items()
        if column in before.get(layer, ()) and column in after.get(layer, ())
    ]


def _id_change(layer: str, column: str, before: Frame, after: Frame) -> IdChange:
    was = before[column].dropna().drop_duplicates()
    now = after[column].dropna().drop_duplicates()
    gone, new = was[~isin_text(was, now)], now[~isin_text(now, was)]
    found = _by_name(column, before, after, gone, new)
    found |= _by_ground(column, before, after, gone, new, found)
    rest = gone[~isin_text(gone, list(found))]
    free = new[~isin_text(new, [one.now for one in found.values()])]
    counts = pd.Series(1, index=pd.Index(rest))
    likely = [miss for miss in close_misses(counts, free) if miss.like]
    found |= {miss.value: Renamed(miss.value, miss.like, miss.how) for miss in likely}
    return IdChange(layer, len(was), len(now), tuple(new), tuple(gone), tuple(found.values()))


def _by_name(
    column: str, before: Frame, after: Frame, gone: Series, new: Series
) -> dict[str, Renamed]:
    """Things of one name, once on each side, whose id is another."""
    if "name" not in before or "name" not in after:
        return {}
    old = before[isin_text(before[column], gone)].dropna(subset=["name"])
    fresh = after[isin_text(after[column], new)].dropna(subset=["name"])
    once = [
        pd.DataFrame(frame.drop_duplicates("name", keep=False)[["name", column]])
        for frame in (old, fresh)
    ]
    both = once[0].merge(once[1], on="name", suffixes=("_was", "_now"))
    why = Message("new_year.same_name")
    pairs = zip(both[f"{column}_was"], both[f"{column}_now"], strict=True)
    return {str(was): Renamed(str(was), str(now), why) for was, now in pairs}


def _by_ground(
    column: str,
    before: Frame,
    after: Frame,
    gone: Series,
    new: Series,
    found: Mapping[str, Renamed],
) -> dict[str, Renamed]:
    """Outlines that cover the same land under another id."""
    drawn = isinstance(before, gpd.GeoDataFrame) and isinstance(after, gpd.GeoDataFrame)
    if not drawn or before.crs is None or after.crs is None:
        return {}
    taken = {one.now for one in found.values()}
    was_left = isin_text(before[column], gone) & ~isin_text(before[column], list(found))
    now_left = isin_text(after[column], new) & ~isin_text(after[column], list(taken))
    old, fresh = gpd.GeoDataFrame(before[was_left]), gpd.GeoDataFrame(after[now_left])
    if old.empty or fresh.empty:
        return {}
    shapes = np.asarray(old.to_crs(after.crs).geometry.make_valid().array)
    others = np.asarray(fresh.geometry.make_valid().array)
    left, right = shapely.STRtree(others).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[left], others[right]))
    larger = np.maximum(shapely.area(shapes[left]), shapely.area(others[right]))
    same = shared >= _SAME_GROUND * larger
    was, now = old[column].to_numpy()[left[same]], fresh[column].to_numpy()[right[same]]
    why = Message("new_year.same_ground")
    return {str(a): Renamed(str(a), str(b), why) for a, b in zip(was, now, strict=True)}


def area_changes(before: Frames, after: Frames, tolerance: float) -> list[AreaChange]:
    """Parks and parcels whose area is another by more than the tolerance, the largest first."""
    out: list[AreaChange] = []
    for layer in ("parks", "parcels"):
        if layer not in before or layer not in after:
            continue
        column = IDS[layer]
        was, now = (_areas(frame, column) for frame in (before[layer], after[layer]))
        both = pd.DataFrame({"was": was, "now": now}).dropna()
        both["by"] = (both["now"] - both["was"]).abs()
        changed = both[both["by"] > tolerance * both["was"]].sort_values("by", ascending=False)
        out += [
            AreaChange(layer, str(name), float(was), float(now))
            for name, was, now in zip(changed.index, changed["was"], changed["now"], strict=True)
        ]
    return out


def _areas(frame: Frame, column: str) -> pd.Series[float]:
    """m² on the ellipsoid by id."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return pd.Series(dtype="float64")
    area = ellipsoidal_area(frame.geometry)
    return area.groupby(frame[column].to_numpy()).sum()


def scale_changes(before: Frames, after: Frames) -> list[ScaleChange]:
    """Measures whose middle figure is hundreds of times larger or smaller than last year's."""
    out = []
    for table in ("indicators", "park_indicators", "parcels"):
        one, other = before.get(table), after.get(table)
        if one is None or other is None:
            continue
        columns = [c.name for c in MEASURES if c.name in LAYERS[table].by_name]
        for column in columns:
            if column not in one or column not in other:
                continue
            was, now = (_middle(frame[column]) for frame in (one, other))
            times = now / was if was > 0 and now > 0 else 1.0
            if times >= _SCALE or times <= 1 / _SCALE:
                out.append(ScaleChange(table, column, times))
    return out


def _middle(values: Series) -> float:
    known = values.dropna().abs()
    return float(known[known > 0].median()) if (known > 0).any() else 0.0
