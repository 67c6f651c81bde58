"""The outlines and the zone of 报盘 plots, told from their coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import Floats, Ints, Mask
from geo.errors import CrsError
from geo.text import Message, Wording, join

_OTHER_DATUM = ("80", "西安", "54", "北京")


@dataclass(frozen=True)
class Outlines:
    """One entry a plot.

    Its outline (None if it has none), how many of its rings are closed, whether one is open, and
    whether one has fewer than three points.
    """

    shape: NDArray[np.object_]
    closed: Ints
    open: Mask
    short: Mask


def axes(a: Floats, b: Floats) -> tuple[Floats, Floats, bool]:
    """Northing, easting (or latitude, longitude), and whether they stood the other way round."""
    one, other = np.median(np.abs(a)), np.median(np.abs(b))
    if max(one, other) <= 180:
        swapped = bool(one > other)  # in China a longitude is the larger of the two
    else:  # a northing is 1.9 to 6 million; an easting less than a million, or 13 million and more
        swapped = bool(not 1.5e6 < one < 6.5e6 and 1.5e6 < other < 6.5e6)
    return (b, a, True) if swapped else (a, b, False)


def zone_crs(
    east: Floats, header: dict[str, str], file: str, name: str
) -> tuple[str, Wording | None]:
    """The CGCS2000 system of the coordinates, and a note where the header says another zone.

    Raises CrsError if there is no zone, or several, or a datum that needs local parameters.
    """
    datum = header.get("坐标系", "")
    if any(word in datum for word in _OTHER_DATUM) and "2000" not in datum:
        raise CrsError(
            "survey_shape.in_cgcs2000_needs_local_parameters", file=file, datum=datum, name=name
        )
    if np.median(np.abs(east)) <= 180:
        return "EPSG:4490", None
    prefix = np.unique(np.floor(east / 1e6).astype(int))
    if len(prefix) > 1:
        raise CrsError(
            "survey_shape.points_lie_in_several_zones", file=file, prefix=join(map(str, prefix))
        )
    stated = pd.to_numeric(header.get("带号", ""), errors="coerce")
    stated_zone = int(stated) if stated == stated and 13 <= stated <= 45 else 0  # noqa: PLR0124 -- NaN
    zone = int(prefix[0]) or stated_zone
    if not (13 <= zone <= 23 or 25 <= zone <= 45):
        raise CrsError("survey_shape.neither_eastings_nor_header_name", file=file, name=name)
    note = None
    if prefix[0] and stated == stated and stated != zone:  # noqa: PLR0124 -- NaN
        note = Message("survey_shape.header_says_zone_eastings", stated=stated, zone=zone)
    # Zones of six degrees are 13 to 23, of three degrees 25 to 45; each with or without its number.
    base = (4478 if prefix[0] else 4489) if zone < 25 else (4488 if prefix[0] else 4509)
    return f"EPSG:{base + zone}", note


def outlines(plot: Ints, ring: Ints, xy: Floats, count: int) -> Outlines:
    """The outlines of `count` plots from their points, in order: plot (from 0), ring, (n, 2).

    Rings inside others are holes, the others parts: where an even number of rings overlap there is
    no land.
    """
    starts = np.r_[True, (plot[1:] != plot[:-1]) | (ring[1:] != ring[:-1])]
    # The point that closes a ring may bear the wrong ring number: alone, and equal to its first.
    first = np.maximum.accumulate(np.where(starts, np.arange(len(plot)), 0))
    before = np.r_[0, first[:-1]]
    alone = starts & np.r_[starts[1:], True]
    starts &= ~(alone & (xy == xy[before]).all(axis=1) & (np.r_[-1, plot[:-1]] == plot))
    number = np.cumsum(starts) - 1
    head = np.flatnonzero(starts)
    tail = np.r_[head[1:], len(plot)] - 1
    closed = (xy[head] == xy[tail]).all(axis=1) & (tail > head)
    size = tail - head + 1 - closed
    owner = plot[head]
    out = Outlines(
        np.full(count, None, dtype=object),
        np.bincount(owner[closed], minlength=count),
        np.bincount(owner[~closed], minlength=count) > 0,
        (np.bincount(owner[size < 3], minlength=count) > 0)
        | (np.bincount(owner, minlength=count) == 0),
    )
    kept = np.flatnonzero(size >= 3)
    of_kept = np.isin(number, kept)
    if not kept.size:
        return out
    areas = shapely.polygons(
        shapely.linearrings(xy[of_kept], indices=np.searchsorted(kept, number[of_kept]))
    )
    of = owner[kept]
    single = np.bincount(of, minlength=count)[of] == 1
    out.shape[of[single]] = areas[single]
    for at in np.unique(of[~single]):  # rows-ok: the plots of several rings
        out.shape[at] = reduce(shapely.symmetric_difference, shapely.make_valid(areas[of == at]))
    return out
