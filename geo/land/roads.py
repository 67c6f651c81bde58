"""Road lines (路网) as straight segments that meet: where they cross, and where they nearly touch.

Computed junctions miss by rounding (1e-10 m), drawn ones by centimetres. Every vertex that lies
within `join_m` of another segment is joined to the foot of its perpendicular by a straight link of
that length; no line is moved. Two places that the roads already join within `NEAR` times that
distance are left as they are: consecutive vertices of a curve, the acute corner at a junction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Floats, Ints, Mask, Series, Shapes
from geo.geometry.overlay import as_metres, back
from geo.text import Message

JOIN_M = 0.5
"""Default of `[project] road_join_m`: half a millimetre on a plan of 1:1000, as well as such plans
are drawn, and less than the half width of any road."""

NEAR = 10
"""Places that are joined along the road within so many times `join_m` are not joined again."""

ROUNDING_M = 1e-3
"""A joint that is shorter is rounding, and counted only."""

OPEN_M = 5.0
"""An end that stops this near another road, beyond `join_m`, is told as open."""

_LEAST_M = 1e-6


@dataclass(frozen=True)
class Joints:
    """One entry a link: from vertex `point` (n, 2) of road `line` to its `foot` (n, 2).

    The foot lies on `segment` (n,); `metres` (n,) is the link's length.
    """

    line: Ints
    point: Floats
    segment: Ints
    foot: Floats
    metres: Floats


@dataclass(frozen=True)
class RoadLines:
    """Segments `start`, `end` (n, 2) in the plane's metres, `line` (n,) the row of each.

    `part` (n,) is the line string of each, `along` (n,) the metres from its start to the segment's.
    `cut_segment` and `cut_at` (m, 2) are places where a segment meets another; `link` (k, 2, 2)
    the two ends of the links that bridge what the lines miss each other by.
    """

    start: Floats
    end: Floats
    line: Ints
    part: Ints
    along: Floats
    cut_segment: Ints
    cut_at: Floats
    link: Floats
    joints: Joints
    join_m: float
    plane: CRS

    @cached_property
    def shapes(self) -> Shapes:
        """The segments as line strings."""
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Of the segments."""
        return shapely.STRtree(self.shapes)

    def feet(self, points: Floats) -> tuple[Ints, Ints, Floats]:
        """Each point and segment within `join_m` of it, and the place on it that is nearest."""
        point, segment = self.tree.query(
            shapely.points(points), predicate="dwithin", distance=self.join_m
        )
        return point, segment, _foot(points[point], self.start[segment], self.end[segment])


def road_lines(roads: gpd.GeoDataFrame, plane: CRS = None, join_m: float = JOIN_M) -> RoadLines:
    """The lines of a layer cut and joined where they meet; lines of no length are left out.

    `roads` are (Multi)LineStrings in any CRS, `plane` one in metres.
    """
    shapes, plane = as_metres(roads.geometry, plane)
    return join_lines(shapes, join_m, plane)


def join_lines(shapes: Shapes, join_m: float = JOIN_M, plane: CRS = None) -> RoadLines:
    """`road_lines` of (Multi)LineStrings in metres."""
    join_m = max(join_m, _LEAST_M)
    start, end, line, part, along = _segments(shapes)
    none = np.empty((0, 2))
    bare = RoadLines(
        start,
        end,
        line,
        part,
        along,
        line[:0],
        none,
        none.reshape(0, 2, 2),
        Joints(line[:0], none, line[:0], none, none[:, 0]),
        join_m,
        plane,
    )
    if not len(line):
        return bare
    one, other = bare.tree.query(bare.shapes, predicate="dwithin", distance=join_m)
    one, other = one[one != other], other[one != other]
    crossing = _crossings(bare, one, other)
    joints = _joints(bare, one, other, crossing)
    met = ~np.isnan(crossing[:, 0])
    # A foot may lie within reach of a third line (a street that was drawn twice).
    point, segment, foot = bare.feet(joints.foot)
    again = np.hypot(*(joints.foot[point] - foot).T) > 0
    point, segment, foot = point[again], segment[again], foot[again]
    return replace(
        bare,
        cut_segment=np.concatenate([one[met], joints.segment, segment]),
        cut_at=np.concatenate([crossing[met], joints.foot, foot]),
        link=np.concatenate(
            [
                np.stack([joints.point, joints.foot], axis=1),
                np.stack([joints.foot[point], foot], axis=1),
            ]
        ),
        joints=joints,
    )


def _segments(shapes: Shapes) -> tuple[Floats, Floats, Ints, Ints, Floats]:
    """`start`, `end`, `line`, `part` and `along` of `RoadLines`, of segments that have a length."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    same = (part[1:] == part[:-1]) & (shapely.get_dimensions(parts) == 1)[part[1:]]
    same &= (points[1:] != points[:-1]).any(axis=1)
    start, end, part = points[:-1][same], points[1:][same], part[1:][same].astype(np.int64)
    reach = np.r_[0.0, np.cumsum(np.hypot(*(end - start).T))][:-1]
    first = np.searchsorted(part, part)
    return start, end, row[part].astype(np.int64), part, reach - reach[first]


def places_of(points: Floats) -> tuple[Floats, Ints]:
    """Distinct places of points (n, 2), and the number of each point's: equal in every digit."""
    # As one complex number each: sorting rows takes several times as long.
    places, number = np.unique(
        np.ascontiguousarray(points).view(np.complex128).ravel(), return_inverse=True
    )
    return places.view(np.float64).reshape(-1, 2), number


def _foot(point: Floats, start: Floats, end: Floats) -> Floats:
    """The place on each segment that is nearest to each point, its ends exactly."""
    along = end - start
    share = ((point - start) * along).sum(axis=1) / (along**2).sum(axis=1)
    out: Floats = start + np.clip(share, 0, 1)[:, None] * along
    out[share >= 1] = end[share >= 1]
    return out


def _cross(one: Floats, other: Floats) -> Floats:
    out: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return out


def _along(roads: RoadLines, one: Ints, point: Floats, other: Ints, foot: Floats) -> Floats:
    """Metres along the line between places on two of its segments; NaN on two lines."""
    along_one = roads.along[one] + np.hypot(*(point - roads.start[one]).T)
    there = roads.along[other] + np.hypot(*(foot - roads.start[other]).T)
    return np.where(roads.part[one] == roads.part[other], np.abs(along_one - there), np.nan)


def _crossings(roads: RoadLines, one: Ints, other: Ints) -> Floats:
    """Where the pairs of segments cross inside both (n, 2), NaN where they do not.

    The same digits for a pair and its reverse, so that both segments are cut at one node.
    """
    low, high = np.minimum(one, other), np.maximum(one, other)
    origin, along = roads.start[low], (roads.end - roads.start)[low]
    apart, across = roads.start[high] - origin, (roads.end - roads.start)[high]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = _cross(along, across)
        share = _cross(apart, across) / turn
        back_share = _cross(apart, along) / turn
    inside = (share > 0) & (share < 1) & (back_share > 0) & (back_share < 1)
    out = np.full((len(one), 2), np.nan)
    step = share[inside, None] * along[inside]
    # Nearly parallel lines cross at a place that rounding may put on one of them only.
    off = np.hypot(*(apart[inside] + back_share[inside, None] * across[inside] - step).T)
    out[inside] = np.where((off <= _LEAST_M)[:, None], origin[inside] + step, np.nan)
    return out


def _joints(roads: RoadLines, one: Ints, other: Ints, crossing: Floats) -> Joints:
    """Links from ends of the first of each pair of segments to the second."""
    ends = np.stack([roads.start, roads.end])
    node = places_of(ends.reshape(-1, 2))[1].reshape(2, -1)
    first = np.r_[np.zeros(len(one), dtype=np.int64), np.ones(len(one), dtype=np.int64)]
    pair = np.tile(np.arange(len(one)), 2)
    one, other, crossing = one[pair], other[pair], crossing[pair]
    point = ends[first, one]
    foot = _foot(point, roads.start[other], roads.end[other])
    metres = np.hypot(*(point - foot).T)
    detour = np.hypot(*(crossing - point).T) + np.hypot(*(crossing - foot).T)
    detour = np.fmin(detour, _along(roads, one, point, other, foot))
    for this_end in range(2):
        for other_end in range(2):
            meet = np.where(
                (node[this_end, one] == node[other_end, other])[:, None],
                ends[this_end, one],
                np.nan,
            )
            detour = np.fmin(detour, np.hypot(*(meet - point).T) + np.hypot(*(meet - foot).T))
    key = node[first, one] * len(roads.line) + other
    joined = np.isin(key, key[detour <= NEAR * roads.join_m])
    kept = (metres <= roads.join_m) & ~joined
    _, once = np.unique(key[kept], return_index=True)
    at = np.flatnonzero(kept)[once]
    return Joints(roads.line[one[at]], point[at], other[at], foot[at], metres[at])


def check_roads(frame: gpd.GeoDataFrame, roads: RoadLines) -> pd.DataFrame:
    """What was joined, and ends that stay open though another road is within `OPEN_M`."""
    return findings.gather_findings([*_joined(frame, roads), _open_ends(frame, roads)])


def _joined(frame: gpd.GeoDataFrame, roads: RoadLines) -> list[pd.DataFrame]:
    joints = roads.joints
    rounding = int(((joints.metres > 0) & (joints.metres <= ROUNDING_M)).sum())
    parts = []
    if rounding:
        parts.append(
            findings.about_layer(
                "roads",
                "road_rounding",
                Message("roads.meetings_roads_miss_less_1", rounding=rounding),
                Message("common.nothing_to_do"),
                "info",
            )
        )
    seen = np.flatnonzero(joints.metres > ROUNDING_M)
    row, group = np.unique(joints.line[seen], return_inverse=True)
    widest = np.zeros(len(row))
    np.maximum.at(widest, group, joints.metres[seen])
    order = np.argsort(group, kind="stable")
    pairs = np.stack([joints.point, joints.foot], axis=1)[seen][order]
    drawn = shapely.multilinestrings(shapely.linestrings(pairs), indices=group[order])
    count = pd.Series(np.bincount(group, minlength=len(row))).astype("str")
    rows = frame.iloc[row].reset_index(drop=True)
    parts.append(
        findings.about_rows(
            rows,
            np.ones(len(rows), dtype=bool),
            layer="roads",
            key="road_id",
            code="road_joined",
            severity="info",
            value=count + _shown(widest, " / {:.3f}"),
            message=Message("roads.just_misses_other_roads"),
            mend=Message("roads.check_joints", join_m=roads.join_m),
            shapes=back(drawn, roads.plane, frame.crs),
            mend_at="source",
        )
    )
    return parts


def _shown(values: Floats, form: str) -> Series:
    """Numbers as text; `Series.map` of none would be no text."""
    return pd.Series([form.format(v) for v in values], dtype="str")


def _open_ends(frame: gpd.GeoDataFrame, roads: RoadLines) -> pd.DataFrame:
    """Ends of roads that no road meets, with one beside them that they may have been meant for."""
    ends = np.concatenate([roads.start, roads.end])
    segment = np.tile(np.arange(len(roads.line)), 2)
    met = np.concatenate([ends, roads.cut_at, roads.link.reshape(-1, 2)])
    number = places_of(met)[1]
    lone = np.bincount(number)[number[: len(ends)]] == 1
    point, segment = ends[lone], segment[lone]
    at, near = roads.tree.query(shapely.points(point), predicate="dwithin", distance=OPEN_M)
    foot = _foot(point[at], roads.start[near], roads.end[near])
    is_beside = _beside(roads, segment[at], near, point[at], foot)
    far = np.where(is_beside, np.inf, np.hypot(*(point[at] - foot).T))
    order = np.lexsort((far, at))
    order = order[np.isfinite(far[order])]
    at, first = np.unique(at[order], return_index=True)
    order = order[first]
    rows = frame.iloc[roads.line[segment[at]]].reset_index(drop=True)
    names = frame["road_id"].astype("str").to_numpy()[roads.line[near[order]]]
    lines = shapely.linestrings(np.stack([point[at], foot[order]], axis=1))
    return findings.about_rows(
        rows,
        np.ones(len(rows), dtype=bool),
        layer="roads",
        key="road_id",
        code="road_open",
        severity="warning",
        value=pd.Series(names, dtype="str") + _shown(far[order], " / {:.2f} m"),
        message=Message("roads.end_stops_short_road"),
        mend=Message("roads.if_meet_draw_end_raise"),
        shapes=back(lines, roads.plane, frame.crs),
        mend_at="source",
    )


def _beside(roads: RoadLines, home: Ints, near: Ints, point: Floats, foot: Floats) -> Mask:
    """Whether the foot is on the point's own road, or one that this meets, not far along it."""
    out = _along(roads, home, point, near, foot) <= NEAR * OPEN_M
    ends = [
        (roads.start[home], near),
        (roads.end[home], near),
        (roads.start[near], home),
        (roads.end[near], home),
    ]
    met = [_crossings(roads, home, near)]
    for end, other in ends:
        gap = np.hypot(*(_foot(end, roads.start[other], roads.end[other]) - end).T)
        met.append(np.where((gap <= roads.join_m)[:, None], end, np.nan))
    for place in met:
        detour = np.hypot(*(place - point).T) + np.hypot(*(place - foot).T)
        out |= detour <= NEAR * OPEN_M
    return out
