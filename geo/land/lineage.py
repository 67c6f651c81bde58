"""Lineage (宗地沿革): which parcels of the earlier layer are which of this year's, by geometry.

Two parcels are linked where they share at least `LINK` of the smaller one; parcels so linked make
a group, and its shape says what happened. What they share below that is a line that moved. Every
square metre of both layers is in one row, or in the noise that is summed by park (negative where
parcels of one layer overlap each other, and count twice).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.geometry.keys import match_key
from geo.geometry.overlay import (
    as_metres,
    back,
    no_rows,
    plane_of,
    shared_with,
    threaded,
    union,
    wider,
)
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

_LAND = ["side", "park_id", "relation"]
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


@dataclass(frozen=True)
class Meeting:
    """Two layers laid over each other, in metres.

    Attributes
    ----------
    before, after
        The layers, with `parcel_id` and `park_id`.
    old, new
        Their outlines in the plane.
    zone, shape, part
        Each pair that shares land, as positions in `before` and `after`, and that land; in order of
        `shape`, then `zone`.
    link
        Whether a pair is one history.
    open_old, open_new
        Parcels with land as wide as the band beyond the largest of their parts.
    band
        Width of noise, m.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    old: Shapes
    new: Shapes
    zone: Ints
    shape: Ints
    part: Shapes
    link: Mask
    open_old: Mask
    open_new: Mask
    band: float

    @classmethod
    def of(
        cls, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, band: float, plane: CRS
    ) -> Meeting:
        """The layers, of valid polygons, laid over each other in the plane."""
        new, _ = as_metres(after.geometry, plane)
        old = np.array(before.geometry.to_crs(plane).array, dtype=object)
        shape, zone, part = shared_with(new, old, band)
        smaller = np.minimum(shapely.area(new)[shape], shapely.area(old)[zone])
        link = shapely.area(part) >= LINK * smaller
        ends = _open(old, zone, part, band), _open(new, shape, part, band)
        one, other = (pd.DataFrame(frame.drop(columns="geometry")) for frame in (before, after))
        return cls(one, other, old, new, zone, shape, part, link, *ends, band)

    @classmethod
    def of_old(
        cls, before: pd.DataFrame, old: Shapes, zone: Ints, part: Shapes, band: float
    ) -> Meeting:
        """Earlier parcels with all that is shared with them, and none of those that share it."""
        none = np.empty(0, dtype=object)
        after = pd.DataFrame({"parcel_id": none, "park_id": none})
        shape, link = np.full(len(zone), -1), np.zeros(len(zone), dtype=bool)
        ends = _open(old, zone, part, band), np.empty(0, dtype=bool)
        return cls(before, after, old, none, zone, shape, part, link, *ends, band)

    def met(self) -> Meeting:
        """Without the old parcels that share land with none."""
        met, zone = np.unique(self.zone, return_inverse=True)
        before = self.before.iloc[met].reset_index(drop=True)
        return replace(
            self, before=before, old=self.old[met], zone=zone, open_old=self.open_old[met]
        )

    def beside(self, unmet: gpd.GeoDataFrame) -> Meeting:
        """With old parcels of the plane that share land with none."""
        flat = pd.DataFrame(unmet.drop(columns="geometry"))
        return replace(
            self,
            before=pd.concat([self.before, flat], ignore_index=True),
            old=np.append(self.old, np.asarray(unmet.geometry.array)),
            open_old=np.append(self.open_old, np.ones(len(unmet), dtype=bool)),
        )

    def groups(self) -> tuple[Ints, Ints]:
        """The group of each old and each new parcel: those that links lead from one to the other."""
        size = len(self.old) + len(self.new)
        one, other = self.shape[self.link] + len(self.old), self.zone[self.link]
        from scipy.sparse import coo_array  # noqa: PLC0415 -- slow to load, and not in every run
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
        _, label = connected_components(graph, directed=False)
        return label[: len(self.old)], label[len(self.old) :]

    @property
    def number(self) -> Ints:
        """What a history is called by: the row of this year's layer that comes first in it."""
        if "source_row" not in self.after:
            return np.arange(len(self.after))
        return self.after["source_row"].to_numpy(np.int64)


@dataclass(frozen=True)
class Histories:
    """Of each pair: its history (−1 for no link), and whether several parcels of a year are in it."""

    history: Ints
    several_old: Mask
    several_new: Mask

    @classmethod
    def of(cls, meeting: Meeting, wider_groups: pd.DataFrame | None = None) -> Histories:
        """Those of layers that are whole; of groups that are part of a wider one, what it is.

        `wider_groups` has the columns of this class by label of the group.
        """
        old, new = meeting.groups()
        size = max(old.max(initial=-1), new.max(initial=-1)) + 1
        first = np.full(size, np.iinfo(np.int64).max)
        np.minimum.at(first, new, meeting.number)
        several_old = np.bincount(old, minlength=size) > 1
        several_new = np.bincount(new, minlength=size) > 1
        if wider_groups is not None:
            label = wider_groups.index.to_numpy()
            first[label] = wider_groups["history"]
            several_old[label] = wider_groups["several_old"]
            several_new[label] = wider_groups["several_new"]
        group = new[meeting.shape]
        return cls(np.where(meeting.link, first[group], -1), several_old[group], several_new[group])


def lineage(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, band: float, plane: CRS | None = None
) -> Lineage:
    """The histories between two layers of valid polygons with `parcel_id` and `park_id`.

    Areas are plane, m²; land narrower than `band` metres everywhere is noise.
    """
    plane = plane or plane_of(after.geometry)
    meeting = Meeting.of(before, after, band, plane)
    table, outlines = rows_of(meeting, Histories.of(meeting))
    totals = [land_of(meeting.before, meeting.old, "before")]
    totals += [land_of(meeting.after, meeting.new, "after")]
    return Lineage(
        as_layer(table, outlines, plane, after.crs),
        change_of([changes_of(meeting, table)], totals),
        main_relation(table, after),
    )


def as_layer(table: pd.DataFrame, outlines: Shapes, plane: CRS, crs: CRS) -> gpd.GeoDataFrame:
    """Rows of `rows_of` as the table `lineage`, in the layer's CRS."""
    return gpd.GeoDataFrame(
        table[list(LINEAGE)].reset_index(drop=True), geometry=back(outlines, plane, crs), crs=crs
    )


def rows_of(
    meeting: Meeting, histories: Histories, elsewhere: Mask | None = None
) -> tuple[pd.DataFrame, Shapes]:
    """All rows with the positions `_before` and `_after` (−1 for none), and the land of each.

    What is gone of the old parcels `elsewhere` is left out.
    """
    area, kind = shapely.area(meeting.part), _kinds(meeting, histories)
    pairs = _rows(meeting, meeting.zone, meeting.shape, kind, histories.history, area)
    at, rest = _rest(meeting.new, meeting.shape, meeting.part, meeting.open_new, meeting.band)
    none = np.full(len(at), -1)
    new = _rows(meeting, none, at, np.full(len(at), "new", object), none, shapely.area(rest))
    gone, lost = gone_of(meeting, elsewhere)
    table = pd.concat([pairs, new, gone], ignore_index=True)
    return table, np.concatenate([meeting.part, rest, lost])


def gone_of(meeting: Meeting, elsewhere: Mask | None = None) -> tuple[pd.DataFrame, Shapes]:
    """The rows of `rows_of` that tell what is gone, and the land of each."""
    left = meeting.open_old if elsewhere is None else meeting.open_old & ~elsewhere
    at, rest = _rest(meeting.old, meeting.zone, meeting.part, left, meeting.band)
    none = np.full(len(at), -1)
    kind = np.full(len(at), "gone", dtype=object)
    return _rows(meeting, at, none, kind, none, shapely.area(rest)), rest


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


def _kinds(meeting: Meeting, histories: Histories) -> NDArray[np.object_]:
    """The relation of each pair."""
    shape, zone = meeting.shape, meeting.zone
    many_old, many_new = histories.several_old, histories.several_new
    moved = meeting.open_new[shape] | meeting.open_old[zone]
    # Two years may write one id in two ways: 1-02 and １－02 are no renumbering.
    new, old = (match_key(side["parcel_id"]) for side in (meeting.after, meeting.before))
    same = new.to_numpy(object)[shape] == old.to_numpy(object)[zone]
    kind = np.select(
        [~meeting.link, many_new & many_old, many_new, many_old, moved, same],
        ["border", "rearranged", "split", "merged", "redrawn", "unchanged"],
        "renumbered",
    )
    return kind.astype(object)


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
    meeting: Meeting,
    old: Ints,
    new: Ints,
    kind: NDArray[np.object_],
    history: Ints,
    area: Floats,
) -> pd.DataFrame:
    out: dict[str, Any] = {}
    for side, frame, shapes, at in (
        ("before", meeting.before, meeting.old, old),
        ("after", meeting.after, meeting.new, new),
    ):
        ids, total = frame["parcel_id"].to_numpy(object), shapely.area(shapes)
        out[f"{side}_id"] = pd.Series(np.r_[ids, [None]][at], dtype="str")  # -1 is the last
        out[f"share_{side}"] = pd.Series(area / np.r_[total, np.nan][at])
        out[f"_{side}"] = at
    number = pd.Series(history, dtype="Int64").mask(history < 0)
    frame = pd.DataFrame(out).assign(
        relation=kind.astype("str"), history=number, shared_m2=area, shared_mu=area / MU_M2
    )
    return frame[[*LINEAGE, "_before", "_after"]]


def changes_of(meeting: Meeting, table: pd.DataFrame) -> pd.DataFrame:
    """Land of both layers by park and relation, of these rows of `rows_of`."""
    out = []
    for side, frame in (("before", meeting.before), ("after", meeting.after)):
        of_side = table[table[f"_{side}"] >= 0]
        park = _parks(frame)[of_side[f"_{side}"].to_numpy()]
        out.append(
            of_side.assign(park_id=park, side=side)
            .groupby(_LAND, as_index=False)
            .agg(parcels=(f"_{side}", "nunique"), land_m2=("shared_m2", "sum"))
        )
    return pd.concat(out, ignore_index=True)


def land_of(frame: pd.DataFrame, shapes: Shapes, side: str) -> pd.DataFrame:
    """All land of one layer by park."""
    table = pd.DataFrame({"side": side, "park_id": _parks(frame), "land_m2": shapely.area(shapes)})
    return table.groupby(["side", "park_id"], as_index=False)[["land_m2"]].sum()


def change_of(changes: list[pd.DataFrame], totals: list[pd.DataFrame]) -> pd.DataFrame:
    """The table `land_change` of what `changes_of` and `land_of` say; the rest is the noise."""
    told = pd.concat(changes).groupby(_LAND, as_index=False)[["parcels", "land_m2"]].sum()
    by_park = ["side", "park_id"]
    every = pd.concat(totals).groupby(by_park)["land_m2"].sum()
    rest = every.sub(told.groupby(by_park)["land_m2"].sum(), fill_value=0).reset_index()
    out = pd.concat([told, rest.assign(relation="noise", parcels=0)], ignore_index=True)
    last = out["relation"] == "noise"
    out = out.assign(last=last, after=out["side"] == "after", land_mu=out["land_m2"] / MU_M2)
    out = out.sort_values(["after", "last", "park_id", "relation"], ignore_index=True)
    return out.astype({"side": "str", "park_id": "str", "relation": "str"})[list(LAND_CHANGE)]


def _parks(frame: pd.DataFrame) -> NDArray[np.object_]:
    parks: NDArray[np.object_] = frame["park_id"].astype("str").fillna("").to_numpy(object)
    return parks


def main_relation(table: pd.DataFrame, after: pd.DataFrame) -> pd.Series[str]:
    """Relation of the row that holds most of each of this year's parcels."""
    matched = table[table["_after"] >= 0].sort_values("shared_m2", ascending=False)
    first = matched.drop_duplicates("_after").set_index("_after")["relation"]
    return first.reindex(range(len(after))).set_axis(after.index)
