"""Lineage (宗地沿革): which parcels of the earlier layer are which of this year's, by geometry.

Two parcels are linked where they share at least `LINK` of the smaller one; parcels so linked make
a group, and its shape says what happened. What they share below that is a line that moved. Every
square metre of both layers is in one row, or in the noise that is summed by park (negative where
parcels of one layer overlap each other, and count twice).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.geometry.overlay import as_metres, back, no_rows, shared_with, threaded, union, wider
from geo.model import MU_M2
from geo.text import Message, Wording

LINK = 0.1
"""Least share of the smaller parcel that makes two parcels one history."""

RELATIONS: dict[str, Wording] = {
    "unchanged": Message("relation.unchanged"),
    "renumbered": Message("relation.renumbered"),
    "redrawn": Message("relation.redrawn"),
    "split": Message("relation.split"),
    "merged": Message("relation.merged"),
    "rearranged": Message("relation.rearranged"),
    "border": Message("relation.border"),
    "new": Message("relation.new"),
    "gone": Message("relation.gone"),
    "noise": Message("relation.noise"),
}
"""What a row says of its two parcels; the first six are links."""

LINKS = tuple(RELATIONS)[:6]

LINEAGE = (
    "before_id",
    "after_id",
    "relation",
    "history",
    "shared_m2",
    "shared_mu",
    "share_before",
    "share_after",
)
"""One row a pair that shares land, and one a parcel with land that is new or gone."""

LAND_CHANGE = ("side", "park_id", "relation", "parcels", "land_m2", "land_mu")
"""Land of each park by what became of it; the rows of a side add up to its layer."""


@dataclass(frozen=True)
class Lineage:
    """`table` has the columns `LINEAGE` and the outline of each row's land, `change` LAND_CHANGE.

    `relation`, aligned with this year's parcels, is that of the link that holds most of each.
    """

    table: gpd.GeoDataFrame
    change: pd.DataFrame
    relation: pd.Series[str]


def lineage(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, band: float, plane: CRS | None = None
) -> Lineage:
    """The histories between two layers of valid polygons with `parcel_id` and `park_id`.

    Areas are plane, m²; land narrower than `band` metres everywhere is noise.
    """
    new, plane = as_metres(after.geometry, plane)
    old = np.array(before.geometry.to_crs(plane).array, dtype=object)
    total_m2 = {"before": shapely.area(old), "after": shapely.area(new)}
    shape, zone, part = shared_with(new, old, band)
    area = shapely.area(part)
    link = area >= LINK * np.minimum(total_m2["after"][shape], total_m2["before"][zone])
    open_new, open_old = _open(new, shape, part, band), _open(old, zone, part, band)
    group, kind = _histories(shape, zone, link, open_new, open_old, before, after)
    rows = [_rows(before, after, total_m2, zone, shape, kind, group, area)]
    shapes = [part]
    for side, side_shapes, position, left in (
        ("new", new, shape, open_new),
        ("gone", old, zone, open_old),
    ):
        at, rest = _rest(side_shapes, position, part, left, band)
        none = np.full(len(at), -1)
        old_at, new_at = (none, at) if side == "new" else (at, none)
        name = np.full(len(at), side, dtype=object)
        rows.append(_rows(before, after, total_m2, old_at, new_at, name, none, shapely.area(rest)))
        shapes.append(rest)
    table = pd.concat(rows, ignore_index=True)
    outlines = back(np.concatenate(shapes), plane, after.crs)
    change = pd.concat(
        [
            _change(table, side, frame, total_m2[side])
            for side, frame in (("before", before), ("after", after))
        ],
        ignore_index=True,
    )
    return Lineage(
        gpd.GeoDataFrame(table[list(LINEAGE)], geometry=outlines, crs=after.crs),
        change,
        _main(table, after),
    )


def no_lineage(parcels: gpd.GeoDataFrame) -> Lineage:
    """Of a project without an earlier layer: nothing."""
    return Lineage(
        no_rows(LINEAGE, parcels.crs),
        pd.DataFrame(columns=list(LAND_CHANGE)),
        pd.Series(dtype="str"),
    )


def _open(side_shapes: Shapes, position: Ints, part: Shapes, band: float) -> Mask:
    """Shapes with land as wide as the band beyond the largest of their parts."""
    order = np.lexsort((-shapely.area(part), position))
    at, first = np.unique(position[order], return_index=True)
    out = np.ones(len(side_shapes), dtype=bool)
    rest = threaded(shapely.difference, side_shapes[at], part[order[first]])
    out[at] = wider(rest, band)
    return out


def _histories(
    shape: Ints,
    zone: Ints,
    link: Mask,
    open_new: Mask,
    open_old: Mask,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
) -> tuple[Ints, NDArray[np.object_]]:
    """The history of each pair (−1 where it is no link), and its relation."""
    size = len(open_new) + len(open_old)
    one, other = shape[link], zone[link] + len(open_new)
    from scipy.sparse import coo_array  # noqa: PLC0415 -- slow to load, and not in every run
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    news = np.bincount(label[: len(open_new)], minlength=size)
    olds = np.bincount(label[len(open_new) :], minlength=size)
    group = np.where(link, label[shape], -1)
    many_new, many_old = news[group] > 1, olds[group] > 1
    moved = open_new[shape] | open_old[zone]
    same = after["parcel_id"].to_numpy()[shape] == before["parcel_id"].to_numpy()[zone]
    kind = np.select(
        [~link, many_new & many_old, many_new, many_old, moved, same],
        ["border", "rearranged", "split", "merged", "redrawn", "unchanged"],
        "renumbered",
    )
    return group, kind.astype(object)


def _rest(
    side_shapes: Shapes, position: Ints, part: Shapes, left: Mask, band: float
) -> tuple[Ints, Shapes]:
    """What of the shapes marked `left` the other layer does not cover, as wide as the band."""
    remaining = left[position]
    rest = side_shapes.copy()
    if remaining.any():
        at, inside = union(part[remaining], position[remaining])
        rest[at] = threaded(shapely.difference, side_shapes[at], inside)
    kept = np.flatnonzero(left)
    kept = kept[wider(rest[kept], band)]
    return kept, rest[kept]


def _rows(
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    total_m2: dict[str, Any],
    old: Ints,
    new: Ints,
    kind: NDArray[np.object_],
    group: Ints,
    area: Floats,
) -> pd.DataFrame:
    out: dict[str, Any] = {}
    for side, frame, at in (("before", before, old), ("after", after, new)):
        out[f"{side}_id"] = pd.Series(frame["parcel_id"].to_numpy()[at], dtype="str").mask(at < 0)
        out[f"share_{side}"] = pd.Series(area / total_m2[side][at]).mask(at < 0)
        out[f"_{side}"] = at
    history = pd.Series(group).mask(group < 0).astype("Int64")
    frame = pd.DataFrame(out).assign(
        relation=kind.astype("str"), history=history, shared_m2=area, shared_mu=area / MU_M2
    )
    return frame[[*LINEAGE, "_before", "_after"]]


def _change(table: pd.DataFrame, side: str, frame: gpd.GeoDataFrame, area: Floats) -> pd.DataFrame:
    """Land of one side by park and relation; what no row holds is the noise."""
    park = frame["park_id"].astype("str").fillna("").to_numpy()
    of_side = table[table[f"_{side}"] >= 0]
    at = of_side[f"_{side}"].to_numpy()
    out = (
        of_side.assign(park_id=park[at])
        .groupby(["park_id", "relation"])
        .agg(parcels=(f"_{side}", "nunique"), land_m2=("shared_m2", "sum"))
        .reset_index()
    )
    rest = (
        pd.Series(area)
        .groupby(park)
        .sum()
        .sub(out.groupby("park_id")["land_m2"].sum(), fill_value=0)
    )
    noise = pd.DataFrame(
        {"park_id": rest.index, "relation": "noise", "parcels": 0, "land_m2": rest.to_numpy()}
    )
    out = pd.concat([out, noise], ignore_index=True)
    out["side"], out["land_mu"] = side, out["land_m2"] / MU_M2
    return out[list(LAND_CHANGE)]


def _main(table: pd.DataFrame, after: gpd.GeoDataFrame) -> pd.Series[str]:
    """Relation of the row that holds most of each of this year's parcels."""
    matched = table[table["_after"] >= 0].sort_values("shared_m2", ascending=False)
    first = matched.drop_duplicates("_after").set_index("_after")["relation"]
    return first.reindex(range(len(after))).set_axis(after.index)
