"""Control lines (管控线): how much of each parcel and park lies in which zone, and what conflicts.

A conflict is real where it is somewhere as wide as the stated band; what is narrower everywhere
is a digitising sliver (误差带内), listed as such. Zones of a kind are one area: a strip that two
of them make up together is as wide as both. Shares are of the area in one plane CRS; m² are
that share of the ellipsoidal area. Where zones of a kind overlap each other, `kind_share` counts
the ground once. Land that no environmental unit covers is no data, never approval, and a kind that
was not there to check is named as not checked, never as no conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from geo.arrays import CRS, Array, Floats, Ints, Mask, Series, Shapes
from geo.errors import DataError
from geo.geometry.area import ellipsoidal_area
from geo.geometry.overlay import (
    Overlaps,
    cut,
    no_rows,
    overlaps_with,
    threaded,
    union,
    wider,
)
from geo.guards import (
    require_columns,
    require_crs,
    require_metres,
    require_on_earth,
    require_polygons,
    require_same_crs,
    with_numbers,
)
from geo.land.zone_kinds import (
    CONTROL,
    UNCHECKED,
    UNIT,
    families,
    joined_kinds,
    kind_of,
    kinds,
    missing_kinds,
    zone_words,
)
from geo.land.zone_shares import LEAST_M2, covered_m2, outside
from geo.model import MU_M2
from geo.text import Wording

ZONES = (
    "subject",
    "subject_id",
    "kind",
    "zone_id",
    "zone_name",
    "control",
    "overlap_m2",
    "overlap_mu",
    "share",
    "kind_share",
    "consequence_zh",
    "consequence_en",
    "requirement",
    "clause",
    "citation",
)
"""One row a subject and zone; `zone_id` is blank in the row of what lies outside all zones."""

CONFLICTS = (
    "subject",
    "subject_id",
    "kind",
    "zone_id",
    "zone_name",
    "overlap_m2",
    "share",
    "clause",
    "citation",
)
"""Columns of the layer of conflicting pieces."""

NATURAL = r"(?:0[1-5]|17)\d*"
"""用地用海 classes that are no construction land: farm, garden, woods, grass, wetland, water."""

COVERED_M = 2_000.0
"""How far beyond the box of all zones a layer is taken to say what there is and is not, m."""


SEAM_M = 0.01
"""Zones of a kind that are drawn less than this apart (m; a tenth of the band, if that is less)
are one area."""


@dataclass(frozen=True)
class ZoneFindings:
    """`table` has the columns `ZONES`; `conflicts` the conflicting pieces in the layers' CRS.

    `parcels`, aligned with the parcels: the gravest verdict (`control`, clear where every kind was
    checked and no zone says anything) and the percent inside each kind of zone (`in_<kind>`,
    missing where it was not checked).
    """

    table: pd.DataFrame
    conflicts: gpd.GeoDataFrame
    parcels: pd.DataFrame
    missing: list[Wording]


@dataclass(frozen=True)
class ZoneIndex:
    """Zones cut into pieces, once for all that is met with them.

    `owner` is the number of each piece's zone in `kind` and `words`; `present` are the kinds in the
    whole layer, near or far, `extent` its box, and `absent` the families that the office states do
    not exist here.
    """

    pieces: Shapes
    owner: Ints
    kind: Ints
    words: pd.DataFrame
    plane: CRS
    present: Ints
    extent: tuple[float, float, float, float]
    absent: frozenset[str] = frozenset()

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Of the pieces."""
        return shapely.STRtree(self.pieces)

    def only(self, at: Ints) -> ZoneIndex:
        """The pieces at these positions, and the zones that they are of."""
        zone, owner = np.unique(self.owner[at], return_inverse=True)
        return replace(
            self,
            pieces=self.pieces[at],
            owner=owner,
            kind=self.kind[zone],
            words=self.words.iloc[zone].reset_index(drop=True),
        )

    def with_pieces(self, parts: list[ZoneIndex]) -> ZoneIndex:
        """The pieces of indices that were cut each of other zones, in what is said of the layer."""
        starts = np.cumsum([0, *(len(one.kind) for one in parts)])
        return replace(
            self,
            pieces=np.concatenate([self.pieces[:0], *(one.pieces for one in parts)]),
            owner=np.concatenate(
                [
                    self.owner[:0],
                    *(one.owner + first for one, first in zip(parts, starts, strict=False)),
                ]
            ),
            kind=np.concatenate([self.kind[:0], *(one.kind for one in parts)]),
            words=pd.concat(
                [self.words.iloc[:0], *(one.words for one in parts)], ignore_index=True
            ),
        )

    def and_layer(self, other: ZoneIndex) -> ZoneIndex:
        """Without pieces: what is said of the layer that both are cut of."""
        (x0, y0, x1, y1), (u0, v0, u1, v1) = self.extent, other.extent
        empty = np.empty(0, dtype=np.int64)
        return replace(
            self,
            pieces=self.pieces[:0],
            owner=empty,
            kind=empty,
            words=self.words.iloc[:0],
            present=np.union1d(self.present, other.present),
            extent=(min(x0, u0), min(y0, v0), max(x1, u1), max(y1, v1)),
        )


def cut_zones(
    zones: gpd.GeoDataFrame, plane: CRS, absent: frozenset[str] = frozenset()
) -> ZoneIndex:
    """The layer of zones, ready for `control_lines`; `plane` is a CRS in metres.

    Raises CrsError for another plane, DataError without the column `kind` or with lines or points.
    """
    require_columns(zones, ("kind",), "zones")
    require_polygons(zones.geometry, "zones")
    require_crs(zones.geometry, "zones")
    require_metres(plane, "zones")
    if zones.empty:
        raise DataError("zones.layer_zones_no_rows")
    kind = kind_of(zones["kind"])
    shapes: Shapes = np.asarray(zones.to_crs(plane).geometry.array)
    pieces, owner = cut(shapes)
    x0, y0, x1, y1 = shapely.total_bounds(shapes).tolist()
    return ZoneIndex(
        pieces,
        owner,
        kind,
        zone_words(zones, kind),
        plane,
        np.unique(kind),
        (x0, y0, x1, y1),
        absent,
    )


def control_lines(
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    zones: ZoneIndex,
    band: float,
    scheme: str = "yongdiyonghai",
) -> ZoneFindings:
    """Shares and conflicts of all parcels and parks; `band` is a width in metres.

    Parcels and parks in one CRS. A parcel whose land use is no construction land conflicts with
    nothing. Raises CrsError or DataError where they are not so.
    """
    require_columns(parcels, ("parcel_id", "area_ellipsoid_m2"), "parcels")
    require_columns(parks, ("park_id",), "parks")
    parcels = with_numbers(parcels, ("area_ellipsoid_m2",), "parcels")
    require_same_crs(parcels, parks, "control_lines")
    for layer in (parcels, parks):
        require_on_earth(layer.geometry, "control_lines")
    use = parcels.get("land_use", pd.Series(None, index=parcels.index, dtype="str")).astype("str")
    natural = (use.str.fullmatch(NATURAL) & (scheme == "yongdiyonghai")).fillna(False)
    one = _Subject(
        "parcel",
        parcels["parcel_id"],
        parcels.geometry,
        parcels["area_ellipsoid_m2"].to_numpy(float),
        natural.to_numpy(dtype=bool),
    )
    other = _Subject(
        "park",
        parks["park_id"],
        parks.geometry,
        ellipsoidal_area(parks.geometry).to_numpy(dtype=np.float64),
        np.zeros(len(parks), dtype=bool),
    )
    tables, shapes, places = zip(*(_judge(s, zones, band) for s in (one, other)), strict=True)
    table = pd.concat(tables, ignore_index=True)
    torn = np.flatnonzero(table["control"] == "conflict")
    pieces = gpd.GeoSeries(np.concatenate(shapes)[torn], crs=zones.plane).to_crs(parcels.crs)
    columns = _by_parcel(tables[0], places[0], len(parcels), zones.present)
    columns = columns.set_axis(parcels.index)
    conflicts = gpd.GeoDataFrame(
        table.iloc[torn][list(CONFLICTS)].reset_index(drop=True), geometry=pieces
    )
    return ZoneFindings(table, conflicts, columns, missing_kinds(zones.present, zones.absent))


def no_zones(parcels: gpd.GeoDataFrame) -> ZoneFindings:
    """Of a project without a layer of zones: nothing, and no columns on the parcels."""
    return ZoneFindings(
        pd.DataFrame(columns=list(ZONES)),
        no_rows(CONFLICTS, parcels.crs),
        pd.DataFrame(index=parcels.index),
        [],
    )


def _by_parcel(table: pd.DataFrame, place: Ints, n: int, present: Ints) -> pd.DataFrame:
    """The columns of `Control.parcels` from the parcels' rows and their positions."""
    rank, names = table["control"].cat.codes.to_numpy(), table["control"].cat.categories
    worst = np.full(n, len(names) - 1)
    np.minimum.at(worst, place, rank)
    out: dict[str, Any] = {"control": pd.Series(names.to_numpy()[worst]).astype("str")}
    inside = (table["zone_id"] != "").to_numpy()
    listed = list(kinds().items())
    for name, kind in (listed[i] for i in present):
        of_kind = inside & (table["kind"] == kind["zh"]).to_numpy()
        out[f"in_{name}"] = np.zeros(n)
        out[f"in_{name}"][place[of_kind]] = table["kind_share"].to_numpy()[of_kind] * 100
        # Far from all zones, a kind that would forbid is not known to be absent.
        out[f"in_{name}"][place[_names_kind(table, kind["zh"])]] = np.nan
    return pd.DataFrame(out)


def _names_kind(table: pd.DataFrame, kind: str) -> Mask:
    """Rows of kinds that were not checked, this one among them."""
    listed = table["kind"].cat.categories
    some = listed[[kind in str(name).split("、") for name in listed]]
    return np.asarray((table["control"] == "unchecked") & table["kind"].isin(some))


@dataclass(frozen=True)
class _Subject:
    name: str
    ids: Series
    outlines: gpd.GeoSeries
    area: Array
    natural: Mask


def _judge(subject: _Subject, zones: ZoneIndex, band: float) -> tuple[pd.DataFrame, Shapes, Ints]:
    """The subject's rows of the table, what each row is about, and its subject's position."""
    shapes = np.asarray(subject.outlines.to_crs(zones.plane).array)
    land_m2 = shapely.area(shapes)
    found = overlaps_with(shapes, zones.pieces, zones.owner)
    found = found.only(found.area > LEAST_M2)
    kind = zones.kind[found.zone]
    state = _inside(kind, _wide(found, kind, band), subject.natural[found.shape])
    inside = _rows(subject, land_m2, found.shape, kind, found.area)
    inside["control"] = state
    inside["kind_share"] = np.minimum(
        covered_m2(found, kind, land_m2, len(kinds())) / land_m2[found.shape], 1.0
    )
    for name in ("zone_id", "zone_name", "requirement"):
        inside[name] = zones.words[name].to_numpy()[found.zone]
    parts, pieces, places = [inside], [found.part], [found.shape]
    for family, treat in _families(zones.present).items():
        member = np.array([k["family"] == family for k in kinds().values()])[kind]
        at, rest = outside(shapes, found.only(member))
        wide = wider(rest, band)
        first = next(i for i, k in enumerate(kinds().values()) if k["family"] == family)
        row = _rows(subject, land_m2, at, np.full(len(at), first), shapely.area(rest))
        open_ = "conflict" if treat == "stay_in" else "no_data"
        row["control"] = np.where(wide, np.where(subject.natural[at], "clear", open_), "sliver")
        if treat == "list":
            row["kind"] = pd.Categorical([UNIT.zh] * len(row), row["kind"].cat.categories)
        parts.append(row.assign(kind_share=row["share"], zone_id="", zone_name="", requirement=""))
        pieces.append(rest)
        places.append(at)
    row, at = _unchecked(subject, shapes, zones)
    parts.append(row)
    pieces.append(np.full(len(at), None, dtype=object))
    places.append(at)
    table = pd.concat(_same_words(parts), ignore_index=True)[list(ZONES)]
    words = ["subject_id", "zone_id", "zone_name", "requirement"]
    table[words] = table[words].astype("str")  # of a part without rows, too
    table["control"] = pd.Categorical(table["control"], list(CONTROL))
    return table, np.concatenate(pieces), np.concatenate(places)


def _rows(
    subject: _Subject, land_m2: Floats, shape: Ints, kind: Ints, area: Floats
) -> pd.DataFrame:
    share = np.minimum(area / land_m2[shape], 1.0)
    out = pd.DataFrame(
        {
            "subject": subject.name,
            "subject_id": subject.ids.to_numpy()[shape],
            "overlap_m2": share * subject.area[shape],
            "overlap_mu": share * subject.area[shape] / MU_M2,
            "share": share,
        }
    )
    names = pd.Index([*(k["zh"] for k in kinds().values()), UNIT.zh], dtype="str")
    out["kind"] = pd.Categorical.from_codes(kind, names)
    for column in ("consequence_zh", "consequence_en", "clause", "citation"):
        codes, words = pd.factorize(pd.Index([k[column] for k in kinds().values()], dtype="str"))
        out[column] = pd.Categorical.from_codes(codes[kind], words)
    return out


def _inside(kind: Ints, wide: Mask, natural: Mask) -> NDArray[np.object_]:
    """What a zone says of land inside it."""
    treat = np.array([k["treat"] for k in kinds().values()], dtype=object)[kind]
    keep_out = np.where(wide, np.where(natural, "clear", "conflict"), "sliver")
    return np.select(
        [treat == "keep_out", treat == "stay_in", treat == "list"],
        [keep_out, "clear", np.where(wide, "review", "sliver")],
        "noted",
    )


def _wide(found: Overlaps, kind: Ints, band: float) -> Mask:
    """Rows whose part lies where all zones of its kind together are as wide as `band`."""
    out = wider(found.part, band)
    _, group = np.unique(found.shape * len(kinds()) + kind, return_inverse=True)
    several = np.bincount(group)[group] > 1
    open_ = np.bincount(group, ~out) > 0  # a group of which nothing is still to be told is left
    todo = np.flatnonzero(several & open_[group])
    if not todo.size:
        return out
    seam = min(SEAM_M, band / 10) / 2
    at, joined = union(found.part[todo], group[todo])
    closed = threaded(lambda s: shapely.buffer(s, seam, join_style="mitre"), joined)
    # Centres of the discs of the band's diameter that fit in: a part that one meets is wide.
    reach = band / 2 * (1 - 1e-9)
    core = threaded(lambda s: shapely.buffer(s, -seam - reach, quad_segs=2), closed)
    core_part = core[np.searchsorted(at, group[todo])]
    out[todo] |= ~shapely.is_empty(core_part) & shapely.dwithin(found.part[todo], core_part, reach)
    return out


def _unchecked(subject: _Subject, shapes: Shapes, zones: ZoneIndex) -> tuple[pd.DataFrame, Ints]:
    """A row a subject that names the families which no zone was there to check, and its position.

    A family of which the layer holds none; and, far from all zones, those that forbid what lies
    inside them: the layer does not say that there are none.
    """
    listed = list(families())
    members = {f: {i for i, k in enumerate(kinds().values()) if k["family"] == f} for f in listed}
    lacking = [
        f not in zones.absent and not members[f] & set(zones.present.tolist()) for f in listed
    ]
    forbids = [f not in zones.absent and kinds_treated(f) == "keep_out" for f in listed]
    low, high = np.array(zones.extent[:2]) - COVERED_M, np.array(zones.extent[2:]) + COVERED_M
    box = shapely.bounds(shapes)
    near = ((box[:, :2] <= high) & (box[:, 2:] >= low)).all(axis=1)
    open_ = np.where(near[:, None], np.array(lacking), np.array(lacking) | np.array(forbids))
    at = np.flatnonzero(open_.any(axis=1))
    sets, code = np.unique(open_[at] @ (1 << np.arange(len(listed))), return_inverse=True)
    names = pd.Index(
        [joined_kinds([f for i, f in enumerate(listed) if one >> i & 1]) for one in sets.tolist()],
        dtype="str",
    )
    row = pd.DataFrame({"subject": subject.name, "subject_id": subject.ids.to_numpy()[at]})
    row["kind"] = pd.Categorical.from_codes(code, names)
    row[["overlap_m2", "overlap_mu", "share", "kind_share"]] = np.nan
    row[["zone_id", "zone_name", "requirement"]] = ""
    for column, word in (
        ("consequence_zh", UNCHECKED.zh),
        ("consequence_en", UNCHECKED.en),
        ("clause", ""),
        ("citation", ""),
    ):
        row[column] = pd.Categorical.from_codes(
            np.zeros(len(at), dtype=int), pd.Index([word], dtype="str")
        )
    return row.assign(control="unchecked"), at


def _same_words(parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The parts with columns of words in the same categories: else they become text, and slow."""
    for column in ("kind", "consequence_zh", "consequence_en", "clause", "citation"):
        words = union_categoricals([p[column].iloc[:0] for p in parts]).categories
        parts = [p.assign(**{column: p[column].cat.set_categories(words)}) for p in parts]
    return parts


def kinds_treated(family: str) -> str:
    """What is done with a family."""
    return next(str(k["treat"]) for k in kinds().values() if k["family"] == family)


def _families(present: Ints) -> dict[str, str]:
    """Families in the layer for which land outside says something, and how they are treated."""
    listed = list(kinds().values())
    return {
        listed[i]["family"]: listed[i]["treat"]
        for i in np.unique(present)
        if listed[i]["treat"] in ("stay_in", "list")
    }
