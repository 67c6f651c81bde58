"""Overlay at scale: many small polygons met with a few large ones, or with each other.

A large polygon is prepared once, so that a small one wholly inside it costs no intersection: it is
there whole. One of more than `MOST` vertices is first cut into pieces, since every intersection at
its edge would walk all of it. Areas and the band's width are in units of the coordinates, so both
sides are in one plane CRS.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.runtime import threads

POLYGONAL = (3, 6)
"""Types of shapely's Polygon and MultiPolygon."""

MOST_CORNERS = 8_192
"""Most vertices of a piece."""
_DEPTH = 60
_MANY_CORNERS = 100


@dataclass(frozen=True)
class Overlaps:
    """One entry a shape and zone that share an area, ordered by shape and zone.

    `shape` and `zone` are positions in the inputs (int64), `part` what they share (object), `area`
    its area (float64), `whole` where the shape is known to lie inside one piece, and is itself
    the part.
    """

    shape: Ints
    zone: Ints
    part: Shapes
    area: Floats
    whole: Mask

    def only(self, kept: Mask) -> Overlaps:
        """The entries of a mask."""
        return Overlaps(
            self.shape[kept], self.zone[kept], self.part[kept], self.area[kept], self.whole[kept]
        )


def cut(polygons: Shapes, most: int = MOST_CORNERS) -> tuple[Shapes, Ints]:
    """Pieces of at most `most` vertices that make up the (Multi)Polygons, and whose each is.

    A piece is halved across its longer side until it is small enough.
    """
    pieces, owner = shapely.get_parts(polygons, return_index=True)
    done: list[tuple[Shapes, Ints]] = []
    for _ in range(_DEPTH):
        large = shapely.get_num_coordinates(pieces) > most
        done.append((pieces[~large], owner[~large]))
        pieces, owner = pieces[large], owner[large]
        if not pieces.size:
            break
        halves = threaded(shapely.intersection, np.r_[pieces, pieces], _halves(pieces))
        parts, of = shapely.get_parts(halves, return_index=True)
        flat = shapely.get_type_id(parts) == 3
        pieces, owner = parts[flat], np.r_[owner, owner][of[flat]]
    done.append((pieces, owner))
    return np.concatenate([p for p, _ in done]), np.concatenate([o for _, o in done])


def _halves(pieces: Shapes) -> Shapes:
    """The two halves of each piece's box, all first halves before all second ones."""
    x0, y0, x1, y1 = shapely.bounds(pieces).T
    wide = x1 - x0 >= y1 - y0
    x, y = np.where(wide, (x0 + x1) / 2, x1), np.where(wide, y1, (y0 + y1) / 2)
    one = shapely.box(x0, y0, x, y)
    other = shapely.box(np.where(wide, x, x0), np.where(wide, y0, y), x1, y1)
    return np.concatenate([one, other])


def overlaps(shapes: Shapes, zones: Shapes) -> Overlaps:
    """Every shared area of a shape and a zone (both valid (Multi)Polygons)."""
    return overlaps_with(shapes, *cut(zones))


def overlaps_with(shapes: Shapes, pieces: Shapes, owner: Ints) -> Overlaps:
    """`overlaps` with zones that are already cut: pieces, and the number of each one's zone."""
    tree = shapely.STRtree(pieces)

    def boxes(start: int, end: int) -> tuple[Ints, Ints]:
        shape, piece = tree.query(shapes[start:end])
        return shape + start, piece

    shape, piece = in_slices(boxes, len(shapes))
    order = np.argsort(piece, kind="stable")
    shape, piece = shape[order], piece[order]
    # A prepared polygon is used by one thread only: its index is built on first use, unguarded.
    first = np.searchsorted(piece, np.arange(len(pieces) + 1))

    def meet(start: int, end: int) -> tuple[Ints, Ints, Shapes, Mask]:
        candidate, at = piece[first[start] : first[end]], shape[first[start] : first[end]]
        shapely.prepare(pieces[start:end])
        hit = shapely.intersects(pieces[candidate], shapes[at])
        candidate, at = candidate[hit], at[hit]
        part = shapes[at]
        edge = ~shapely.contains_properly(pieces[candidate], part)
        part[edge] = polygonal(shapely.intersection(pieces[candidate[edge]], part[edge]))
        return at, owner[candidate], part, ~edge

    shape, zone, part, inside_whole = in_slices(meet, len(pieces))
    return _gathered(shape, zone, part, inside_whole, int(owner.max(initial=0)) + 1)


def shared(shapes: Shapes, band: float) -> tuple[Ints, Ints, Shapes]:
    """Pairs of valid polygons (first before second) that share land `band` wide, and that land."""
    shrunk = _shrunk(shapes, band)
    return _meeting(shapes, shrunk, shapes, shrunk, lambda one, other: one < other)


def shared_with(shapes: Shapes, others: Shapes, band: float) -> tuple[Ints, Ints, Shapes]:
    """Pairs of a shape and one of `others` (all valid) that share land `band` wide; that land."""
    return _meeting(shapes, _shrunk(shapes, band), others, _shrunk(others, band))


def _shrunk(shapes: Shapes, band: float) -> Shapes:
    """The shapes less half the band all round.

    A disc of the band's diameter fits into what two shapes share just where the two, so shrunk,
    still meet: neighbours drawn a little over each other never come to be compared.
    """
    return threaded(lambda s: shapely.buffer(s, -band / 2 * (1 - 1e-9), quad_segs=2), shapes)


def _meeting(
    shapes: Shapes,
    small: Shapes,
    others: Shapes,
    small_others: Shapes,
    wanted: Callable[[Ints, Ints], Mask] | None = None,
) -> tuple[Ints, Ints, Shapes]:
    tree = shapely.STRtree(small_others)

    def boxes(start: int, end: int) -> tuple[Ints, Ints]:
        one, other = tree.query(small[start:end])
        one = one + start
        kept = wanted(one, other) if wanted else slice(None)
        return one[kept], other[kept]

    one, other = in_slices(boxes, len(shapes))

    def meet(start: int, end: int) -> tuple[Mask]:
        return (shapely.intersects(small[one[start:end]], small_others[other[start:end]]),)

    (hit,) = in_slices(meet, len(one))
    one, other = one[hit], other[hit]
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    return one, other, polygonal(threaded(shapely.intersection, shapes[one], others[other]))


def prepare_large(shapes: Shapes) -> None:
    """Prepare, in place, the polygons whose index pays for itself.

    A parcel of few corners is asked whether it lies near another in half the time without one.
    """
    shapely.prepare(shapes[shapely.get_num_coordinates(shapes) > _MANY_CORNERS])


def rings_of(shapes: Shapes) -> tuple[Shapes, Ints]:
    """All rings of (Multi)Polygons, and the position of each one's shape."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return rings, owner[part]


def in_metres(crs: CRS) -> bool:
    """Whether the CRS is a plane in metres."""
    return bool(crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1)


def plane_of(shapes: gpd.GeoSeries) -> CRS:
    """The 3-degree Gauss-Krüger zone of the shapes' middle, in metres, on their own datum.

    Their own CRS where it is that plane: of scale 1, so that m² are those of `plane_area`.
    """
    crs = shapes.crs
    x0, y0, x1, y1 = shapes.total_bounds
    if crs is None or crs.geodetic_crs is None or not np.isfinite([x0, y0, x1, y1]).all():
        return crs
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    if not crs.is_geographic:
        middle = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
            *middle
        )
    zone = gauss_kruger(float(np.round(middle[0] / 3) * 3), crs)
    return crs if same_plane(crs, zone) else zone


def gauss_kruger(meridian: float, crs: pyproj.CRS) -> pyproj.CRS:
    """The 3-degree Gauss-Krüger CRS of a central meridian, on the datum of `crs`."""
    base = crs.geodetic_crs
    if base is not None and base.name == "China Geodetic Coordinate System 2000":
        zone = round(meridian / 3)
        if 25 <= zone <= 45:
            return pyproj.CRS.from_epsg(4509 + zone)
    conversion = pyproj.crs.coordinate_operation.TransverseMercatorConversion(
        0, meridian, 500_000, 0, 1
    )
    return pyproj.crs.ProjectedCRS(conversion, geodetic_crs=base)


def same_plane(crs: pyproj.CRS, zone: pyproj.CRS) -> bool:
    """Whether the CRS is that zone but for its false easting."""
    if not crs.is_projected or crs.coordinate_operation is None:
        return False
    if crs.geodetic_crs != zone.geodetic_crs or zone.coordinate_operation is None:
        return False
    wanted = {p.name: p.value for p in zone.coordinate_operation.params}
    parameters = {p.name: p.value for p in crs.coordinate_operation.params}
    same = ("Longitude of natural origin", "Scale factor at natural origin")
    metres = all(axis.unit_name == "metre" for axis in crs.axis_info)
    return (
        metres
        and crs.coordinate_operation.method_name == "Transverse Mercator"
        and all(wanted[name] == parameters.get(name) for name in same)
    )


def as_metres(shapes: gpd.GeoSeries, plane: CRS | None = None) -> tuple[Shapes, CRS]:
    """The shapes in metres (an array of their own), and the plane CRS that they are then in.

    Parts of one layer are measured alike if they are given the `plane` of the whole.
    """
    plane = plane or plane_of(shapes)
    projected = shapes if plane == shapes.crs else shapes.to_crs(plane)
    return np.array(projected.array, dtype=object), plane


def no_rows(columns: tuple[str, ...], crs: CRS) -> gpd.GeoDataFrame:
    """A layer of text columns without a row; `geometry` among the names or not."""
    return gpd.GeoDataFrame(
        {name: pd.Series(dtype="str") for name in columns}, geometry=gpd.GeoSeries([], crs=crs)
    )


def back(shapes: Shapes, plane: CRS, crs: CRS) -> Shapes:
    """Shapes in metres brought back into a layer's CRS."""
    return (
        shapes
        if plane == crs
        else np.array(gpd.GeoSeries(shapes, crs=plane).to_crs(crs).array, dtype=object)
    )


def _gathered(shape: Ints, zone: Ints, part: Shapes, entire: Mask, zones: int) -> Overlaps:
    """Parts of the same shape and zone joined; parts without an area left out."""
    area = shapely.area(part)
    real = area > 0
    shape, zone, part, area, entire = (a[real] for a in (shape, zone, part, area, entire))
    first, group = np.unique(shape * zones + zone, return_inverse=True)
    count = np.bincount(group, minlength=len(first))
    joined = np.empty(len(first), dtype=object)
    single = count[group] == 1
    joined[group[single]] = part[single]
    several = np.flatnonzero(~single)
    if several.size:
        at, one = union(part[several], group[several])
        joined[at] = one
    total = np.bincount(group, area, minlength=len(first)).astype(np.float64)
    inside = np.zeros(len(first), dtype=bool)
    inside[group[entire]] = True
    return Overlaps(first // zones, first % zones, joined, total, inside)


def usable_shapes(shapes: Shapes) -> Shapes:
    """The shapes in 2-D, invalid polygons made valid."""
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    shapes = shapely.force_2d(shapes) if high.any() else shapes.copy()
    bad = ~shapely.is_valid(shapes)
    bad &= np.isin(shapely.get_type_id(shapes), POLYGONAL)
    if bad.any():
        shapes[bad] = made_valid(shapes[bad])
    return shapes


def made_valid(shapes: Shapes) -> Shapes:
    """The polygons made valid, without what is then no area."""
    mended = shapely.make_valid(_without_stray_holes(shapes), method="structure")
    parts, owner = shapely.get_parts(mended, return_index=True)
    keep = np.isin(shapely.get_type_id(parts), POLYGONAL)
    flat, index = shapely.get_parts(parts[keep], return_index=True)
    made: Shapes = np.full(len(shapes), shapely.MultiPolygon())
    if flat.size:
        shapely.multipolygons(flat, indices=owner[keep][index], out=made)
    return made


def _without_stray_holes(shapes: Shapes) -> Shapes:
    """Polygons without holes that do not meet their outline: GEOS would make land of them."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    holed = np.isin(np.arange(len(shapes)), owner[shapely.get_num_interior_rings(parts) > 0])
    out = shapes.copy()
    for at in np.flatnonzero(holed):  # rows-ok: invalid ones that have holes
        kept = [_with_holes_inside(part) for part in shapely.get_parts(shapes[at])]
        out[at] = kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
    return out


def _with_holes_inside(polygon: shapely.Polygon) -> shapely.Polygon:
    shell = shapely.make_valid(shapely.Polygon(polygon.exterior), method="structure")
    holes = [ring for ring in polygon.interiors if shapely.intersects(shell, ring)]
    return (
        polygon
        if len(holes) == len(polygon.interiors)
        else shapely.Polygon(polygon.exterior, holes)
    )


def polygonal(shapes: Shapes) -> Shapes:
    """The shapes, those of mixed kinds without their lines and points."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == 7)
    if mixed.size:
        at, flat = union(shapes[mixed], mixed)
        shapes[mixed] = shapely.MultiPolygon()
        shapes[at] = flat
    return shapes


def union(parts: Shapes, group: Ints) -> tuple[Ints, Shapes]:
    """Groups that hold a polygon (int64, sorted), and the union of each one's polygons."""
    names, sets = collected(parts, group, "MultiPolygon")
    return names, threaded(lambda s: shapely.union_all(s[:, None], axis=1), sets)


def collected(
    parts: Shapes, group: Ints, into: Literal["MultiPolygon", "MultiLineString"]
) -> tuple[Ints, Shapes]:
    """Groups that hold such a part (int64, sorted), and all of each one's in one shape."""
    kind, make = {
        "MultiPolygon": (3, shapely.multipolygons),
        "MultiLineString": (1, shapely.multilinestrings),
    }[into]
    flat, of = shapely.get_parts(parts, return_index=True)
    wanted = shapely.get_type_id(flat) == kind
    names, position = np.unique(group[of[wanted]], return_inverse=True)
    order = np.argsort(position, kind="stable")
    return names, make(flat[wanted][order], indices=position[order])


def wider(parts: Shapes, band: float) -> Mask:
    """Whether a part is somewhere as wide as `band`: a disc of that diameter fits into it.

    A polygon without holes has area ≤ inradius × perimeter, and a convex one at least half of that:
    so much of a part, and so little of its hull, settle most without shrinking.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = shapely.area(parts) / shapely.length(parts)
    out: Mask = np.asarray(ratio >= band / 2)
    holes = shapely.get_num_interior_rings(parts) > 0
    many = shapely.get_type_id(parts) == 6  # their holes are not counted above
    todo = np.flatnonzero(~out | holes | many)
    hull = threaded(shapely.convex_hull, parts[todo])
    out[todo] = 2 * shapely.area(hull) >= band / 2 * shapely.length(hull)
    todo = todo[out[todo]]
    shrunk = threaded(lambda p: shapely.buffer(p, -band / 2 * (1 - 1e-9), quad_segs=2), parts[todo])
    out[todo] = ~shapely.is_empty(shrunk)
    return out


def in_slices(
    work: Callable[[int, int], tuple[Any, ...]], count: int, slices: int = 16
) -> tuple[Any, ...]:
    """`work(start, end)` over all of `count` on threads, so many slices each; its arrays joined."""
    workers = threads()
    step = -(-count // (slices * workers)) or 1
    with ThreadPoolExecutor(workers) as pool:
        done = list(
            pool.map(lambda i: work(i, min(i + step, count)), range(0, max(count, 1), step))
        )
    return tuple(np.concatenate(arrays) for arrays in zip(*done, strict=True))


def threaded(work: Callable[..., Any], *arrays: Shapes) -> Shapes:
    """`work` on slices of the arrays, on threads (shapely lets go of the GIL)."""
    n = len(arrays[0])
    if n < 64:
        return np.asarray(work(*arrays), dtype=object)
    workers = threads()
    step = -(-n // (4 * workers))
    with ThreadPoolExecutor(workers) as pool:
        parts = list(
            pool.map(lambda i: work(*(a[i : i + step] for a in arrays)), range(0, n, step))
        )
    return np.concatenate(parts)
