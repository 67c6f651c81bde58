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
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import Text
from geo.model import MU_M2
from geo.overlay import Ints, Overlaps, Shapes, as_metres, back, overlaps, union, wider

LINK = 0.1
"""Least share of the smaller parcel that makes two parcels one history."""

RELATIONS = {
    "unchanged": Text("未变", "unchanged"), "renumbered": Text("改号", "renumbered"),
    "redrawn": Text("界线调整", "redrawn"), "split": Text("分割", "split"),
    "merged": Text("合并", "merged"), "rearranged": Text("重划", "rearranged"),
    "border": Text("界线移动", "moved border"), "new": Text("新增", "new"),
    "gone": Text("不再存在", "gone"), "noise": Text("误差带内", "within the band"),
}
"""What a row says of its two parcels; the first six are links."""

LINKS = tuple(RELATIONS)[:6]

LINEAGE = ("before_id", "after_id", "relation", "history", "shared_m2", "shared_mu",
           "share_before", "share_after")
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


def lineage(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, band: float) -> Lineage:
    """The histories between two layers of valid polygons with `parcel_id` and `park_id`.

    Areas are plane, m²; land narrower than `band` metres everywhere is noise.
    """
    new, plane = as_metres(after.geometry)
    old = np.array(before.geometry.to_crs(plane).array, dtype=object)
    found = overlaps(new, old)
    wide = wider(found.part, band)
    real = found.only(wide)
    least = np.minimum(shapely.area(new)[real.shape], shapely.area(old)[real.zone])
    link = real.area >= LINK * least
    group, kind = _histories(real, link, new, old, before, after, band)
    rows = [_rows(before, after, real.zone, real.shape, kind, group, real.area)]
    shapes = [real.part]
    for side, own, position in (("new", new, found.shape), ("gone", old, found.zone)):
        at, rest = _rest(own, position, found.part, band)
        none = np.full(len(at), -1)
        old_at, new_at = (none, at) if side == "new" else (at, none)
        name = np.full(len(at), side, dtype=object)
        rows.append(_rows(before, after, old_at, new_at, name, none, shapely.area(rest)))
        shapes.append(rest)
    table = pd.concat(rows, ignore_index=True)
    outlines = back(np.concatenate(shapes), plane, after.crs)
    change = pd.concat([_change(table, "before", before, shapely.area(old)),
                        _change(table, "after", after, shapely.area(new))], ignore_index=True)
    return Lineage(gpd.GeoDataFrame(table[list(LINEAGE)], geometry=outlines, crs=after.crs),
                   change, _main(table, after))


def no_lineage(parcels: gpd.GeoDataFrame) -> Lineage:
    """Of a project without an earlier layer: nothing."""
    void = gpd.GeoDataFrame({name: pd.Series(dtype="str") for name in LINEAGE},
                            geometry=gpd.GeoSeries([], crs=parcels.crs))
    return Lineage(void, pd.DataFrame(columns=list(LAND_CHANGE)), pd.Series(dtype="str"))


def _histories(
    real: Overlaps, link: NDArray[np.bool_], new: Shapes, old: Shapes,
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, band: float,
) -> tuple[Ints, NDArray[np.object_]]:
    """The history of each pair (−1 where it is no link), and its relation."""
    size = len(new) + len(old)
    one, other = real.shape[link], real.zone[link] + len(new)
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    news = np.bincount(label[:len(new)], minlength=size)
    olds = np.bincount(label[len(new):], minlength=size)
    group = np.where(link, label[real.shape], -1)
    many_new, many_old = news[group] > 1, olds[group] > 1
    kind = np.select([~link, many_new & many_old, many_new, many_old],
                     ["border", "rearranged", "split", "merged"], "").astype(object)
    pair = np.flatnonzero(kind == "")
    a, b, part = new[real.shape[pair]], old[real.zone[pair]], real.part[pair]
    moved = wider(shapely.difference(a, part), band) | wider(shapely.difference(b, part), band)
    ids = (after["parcel_id"].to_numpy()[real.shape[pair]]
           == before["parcel_id"].to_numpy()[real.zone[pair]])
    kind[pair] = np.select([moved, ids], ["redrawn", "unchanged"], "renumbered")
    return group, kind


def _rest(own: Shapes, position: Ints, part: Shapes, band: float) -> tuple[Ints, Shapes]:
    """What of each shape the other layer does not cover, where that is as wide as the band."""
    at, inside = union(part, position)
    rest = own.copy()
    rest[at] = shapely.difference(own[at], inside)
    kept = np.flatnonzero(wider(rest, band))
    return kept, rest[kept]


def _rows(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, old: Ints, new: Ints,
    kind: NDArray[np.object_], group: Ints, area: NDArray[np.float64],
) -> pd.DataFrame:
    out: dict[str, Any] = {}
    for side, frame, at in (("before", before, old), ("after", after, new)):
        out[f"{side}_id"] = pd.Series(frame["parcel_id"].to_numpy()[at], dtype="str").mask(at < 0)
        whole = shapely.area(as_metres(frame.geometry)[0])
        out[f"share_{side}"] = pd.Series(area / whole[at]).mask(at < 0)
        out[f"_{side}"] = at
    history = pd.Series(group).mask(group < 0).astype("Int64")
    frame = pd.DataFrame(out).assign(relation=kind.astype("str"), history=history, shared_m2=area,
                                     shared_mu=area / MU_M2)
    return frame[[*LINEAGE, "_before", "_after"]]


def _change(
    table: pd.DataFrame, side: str, frame: gpd.GeoDataFrame, area: NDArray[np.float64]
) -> pd.DataFrame:
    """Land of one side by park and relation; what no row holds is the noise."""
    park = frame["park_id"].astype("str").fillna("").to_numpy()
    own = table[table[f"_{side}"] >= 0]
    at = own[f"_{side}"].to_numpy()
    out = own.assign(park_id=park[at]).groupby(["park_id", "relation"]).agg(
        parcels=(f"_{side}", "nunique"), land_m2=("shared_m2", "sum")).reset_index()
    rest = pd.Series(area).groupby(park).sum().sub(
        out.groupby("park_id")["land_m2"].sum(), fill_value=0)
    noise = pd.DataFrame({"park_id": rest.index, "relation": "noise", "parcels": 0,
                          "land_m2": rest.to_numpy()})
    out = pd.concat([out, noise], ignore_index=True)
    out["side"], out["land_mu"] = side, out["land_m2"] / MU_M2
    return out[list(LAND_CHANGE)]


def _main(table: pd.DataFrame, after: gpd.GeoDataFrame) -> pd.Series[str]:
    """Relation of the row that holds most of each of this year's parcels."""
    own = table[table["_after"] >= 0].sort_values("shared_m2", ascending=False)
    first = own.drop_duplicates("_after").set_index("_after")["relation"]
    return first.reindex(range(len(after))).set_axis(after.index)
