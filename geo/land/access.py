"""Access (可达性): how far each parcel is from each kind of facility, and what a park has of it.

Straight distances run from the parcel's outline to the facility, 0 if it lies inside; along roads,
from the outline straight to the road nearest the parcel's middle, along it, and straight to the
facility from the road nearest its own. Facilities that are only planned count for what a park has
planned, not for any distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.errors import DataError
from geo.geometry.overlay import as_metres, no_rows, threaded
from geo.guards import require_columns, require_crs, require_on_earth, require_same_crs
from geo.land.facility_kinds import STATES, kind_of, kinds, listed, planned
from geo.land.network import Network, Spots, network
from geo.land.roads import JOIN_M, RoadLines, join_lines, road_lines
from geo.text import Message, Wording

ACCESS = (
    "park_id",
    "kind",
    "family",
    "state",
    "facilities",
    "capacity",
    "facility_unit",
    "nearest_name",
    "nearest_m",
    "parcels",
    "parcels_covered",
    "land_covered_share",
    "workers",
    "workers_covered",
    "clause",
    "citation",
)
"""One row a park and kind. Covered: within a facility's own service radius. `clause` and `citation`
are the plan's, and empty until one is applied (`geo.evaluate.plan.with_clauses`)."""

PLACES = ("facility_id", "kind", "name", "state")
"""Columns of the layer of facilities."""


@cache
def amenities() -> tuple[str, ...]:
    """Kinds of facilities of daily life."""
    return tuple(name for name, k in kinds().items() if k["family"] == "amenity")


@dataclass(frozen=True)
class Access:
    """`parcels`, aligned with the parcels: `to_<kind>_m`, `road_<kind>_m`, `amenities_15min`.

    A category of the office's own has its columns under its own name. `table` has the columns
    `ACCESS`, `places` those of `PLACES`. `cut_off` is how many parcels no road leads from, by kind;
    None without roads.
    """

    parcels: pd.DataFrame
    table: pd.DataFrame
    places: gpd.GeoDataFrame
    cut_off: dict[str, int] | None


def access(
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | RoadLines | None,
    walk_m: float | None = None,
    plane: CRS | None = None,
    join_m: float = JOIN_M,
) -> Access:
    """Distances, coverage and the plan's list; `walk_m` is what 15 minutes on foot are.

    All layers in one CRS. `parcels` may hold `employees`, by which coverage is weighted too. Roads
    that come within `join_m` metres of each other meet; those that are joined already have their
    own `plane`, which has to be this one. Raises CrsError or DataError where they are not so.
    """
    require_columns(facilities, ("facility_id", "category"), "facilities")
    require_columns(parcels, ("parcel_id", "park_id", "area_m2"), "parcels")
    if facilities.empty:
        raise DataError("access.layer_facilities_no_rows")
    require_same_crs(parcels, parks, "access")
    require_same_crs(parcels, facilities, "access")
    require_crs(parcels.geometry, "parcels")
    require_on_earth(parcels.geometry, "parcels")
    require_on_earth(facilities.geometry, "facilities")
    shapes, plane = as_metres(parcels.geometry, plane)
    if isinstance(roads, gpd.GeoDataFrame):
        roads = road_lines(roads, plane, join_m)
    places = _places(facilities)
    spots: Shapes = np.asarray(places.geometry.to_crs(plane).array)
    nowhere = shapely.is_missing(spots) | shapely.is_empty(spots)
    built = (places["state"] == "have").to_numpy() & ~nowhere
    kind, standing = places["kind"][built], spots[built]
    straight = Nearest(shapes)
    ways = _Ways(roads, standing, straight)
    reach = facilities.get("service_radius_m", pd.Series(np.nan, index=facilities.index))
    radius = reach.to_numpy(float)[built]
    columns: dict[str, Any] = {}
    cut_off: dict[str, int] = {}
    covered: dict[str, Mask] = {}
    for name in kind.dropna().unique():
        of_this_kind = np.flatnonzero(kind == name)
        columns[f"to_{name}_m"] = straight.to(standing[of_this_kind])
        if ways.net is not None:
            columns[f"road_{name}_m"] = ways.to(of_this_kind)
            cut_off[name] = int(np.isnan(columns[f"road_{name}_m"]).sum())
        if np.isfinite(radius[of_this_kind]).any():
            covered[name] = ways.covered(of_this_kind, radius)
    out = pd.DataFrame(columns, index=parcels.index)
    held = [n for n in amenities() if f"to_{n}_m" in out]
    if held:
        way = "road" if ways.net is not None else "to"
        walk = walk_m or float(listed()["walk"]["metres"])
        out["amenities_15min"] = sum((out[f"{way}_{n}_m"] <= walk).astype(int) for n in held)
    table = _matrix(parcels, parks.to_crs(plane), facilities, places, spots, covered)
    return Access(out, table, places, cut_off if ways.net is not None else None)


def no_access(parcels: gpd.GeoDataFrame) -> Access:
    """Of a project without facilities: nothing."""
    return Access(
        pd.DataFrame(index=parcels.index),
        pd.DataFrame(columns=list(ACCESS)),
        no_rows(PLACES, parcels.crs),
        {},
    )


def _places(facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The columns `PLACES`: where the facilities are, for drawing."""
    name = facilities.get("name", facilities["facility_id"]).fillna(facilities["facility_id"])
    state = np.where(planned(facilities), "planned", "have")
    return gpd.GeoDataFrame(
        {
            "facility_id": facilities["facility_id"],
            "kind": kind_of(facilities["category"]),
            "name": name,
            "state": state,
        },
        geometry=facilities.geometry,
    )


def distances(
    shapes: Shapes, places: Shapes, roads: Shapes | None = None, join_m: float = JOIN_M
) -> Floats:
    """Metres from each shape to the nearest place, along roads where there are any: float64 (n,).

    All in metres of one plane. NaN without a place, and where no road leads.
    """
    if not len(places):
        return np.full(len(shapes), np.nan)
    straight = Nearest(shapes)
    if roads is None:
        return straight.to(places)
    ways = _Ways(join_lines(roads, join_m), places, straight)
    return np.full(len(shapes), np.nan) if ways.net is None else ways.to(np.arange(len(places)))


class Nearest:
    """Polygons whose straight distances to many sets of places are asked for."""

    def __init__(self, shapes: Shapes) -> None:
        box = shapely.bounds(shapes)
        self.shapes = shapes
        self.middle = (box[:, :2] + box[:, 2:]) / 2
        self.wide = np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])

    def to(self, places: Shapes) -> Floats:
        """Metres from each polygon's outline to the nearest place; 0 where one lies inside.

        For points, the two nearest to a polygon's middle settle all whose second is further than
        the polygon is wide; only the others are looked up in the tree.
        """
        if not (shapely.get_type_id(places) == 0).all() or len(places) < 2:
            return _looked_up(self.shapes, places)
        from scipy.spatial import KDTree  # noqa: PLC0415 -- slow to load, and only facilities need it

        far, at = KDTree(shapely.get_coordinates(places)).query(self.middle, k=2, workers=2)
        out: Floats = threaded(shapely.distance, self.shapes, places[at[:, 0]]).astype(np.float64)
        unsure = np.flatnonzero(far[:, 1] - far[:, 0] <= self.wide)
        out[unsure] = _looked_up(self.shapes[unsure], places)
        return out


def _looked_up(shapes: Shapes, places: Shapes) -> Floats:
    tree = shapely.STRtree(places)

    def query(some: Shapes) -> Shapes:
        return np.asarray(
            tree.query_nearest(some, all_matches=False, return_distance=True)[1], dtype=object
        )

    return threaded(query, shapes).astype(np.float64)


class _Ways:
    """The roads, and where facilities and parcels meet them."""

    def __init__(self, roads: RoadLines | None, places: Shapes, straight: Nearest) -> None:
        self.net: Network | None = None
        self.straight, self.places = straight, places
        if roads is None or not len(roads.line) or not len(places):
            return
        self.net = network(roads, places)
        self.stops, self.parcels = self.net.spots(places), self.net.spots(straight.shapes)

    def to(self, of_this_kind: Ints, limit: float = np.inf) -> Floats:
        """Metres along roads from each parcel to the nearest of these facilities."""
        assert self.net is not None
        reach = self.net.reach(
            Spots(self.stops.node[of_this_kind], self.stops.metres[of_this_kind]), limit
        )
        out = self.net.at(self.parcels, reach)
        return np.where(np.isinf(out), np.nan, out)

    def covered(self, of_this_kind: Ints, radius: Floats) -> Mask:
        """Which parcels lie within the service radius of one of these facilities."""
        out = np.zeros(len(self.straight.shapes), dtype=bool)
        for reach in np.unique(radius[of_this_kind][np.isfinite(radius[of_this_kind])]):
            same = of_this_kind[radius[of_this_kind] == reach]
            far = self.straight.to(self.places[same]) if self.net is None else self.to(same, reach)
            out |= far <= reach
        return out


def road_notes(cut_off: dict[str, int] | None) -> list[Wording]:
    """What could not be computed along the roads."""
    if cut_off is None:
        return [Message("access.no_roads")]
    most = max(cut_off.values(), default=0)
    if not most:
        return []
    return [Message("access.roads_do_not_connect", most=most)]


def _matrix(
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    spots: Shapes,
    covered: dict[str, Mask],
) -> pd.DataFrame:
    """The plan's kinds, and the office's own, for every park."""
    kind, names = places["kind"].to_numpy(), places["name"].to_numpy()
    outlines: Shapes = np.asarray(parks.geometry.array)
    radius = facilities.get("service_radius_m", pd.Series(0.0, index=facilities.index))
    # A park has a facility that lies in it, or whose service radius reaches it.
    place, park = shapely.STRtree(outlines).query(
        spots, predicate="dwithin", distance=radius.fillna(0).to_numpy(float)
    )
    later = (places["state"] == "planned").to_numpy()
    present = list(dict.fromkeys([*kinds(), *pd.unique(kind)]))
    size = parcels["area_m2"].to_numpy(float)
    own_park = parcels["park_id"].to_numpy()
    workers = parcels.get("employees", pd.Series(np.nan, index=parcels.index)).to_numpy(float)
    rows = []
    for at, park_id in enumerate(parks["park_id"]):  # rows-ok: parks × kinds
        inside = own_park == park_id
        for name in present:
            of_kind = place[(park == at) & (kind[place] == name)]
            known = kinds().get(name, {"family": "other"})
            held = {
                "have": (~later[of_kind]).any(),
                "planned": later[of_kind].any(),
                "lack": (kind == name).any(),
                "no_data": True,
            }
            near, far = _nearest_built(outlines[at], spots, (kind == name) & ~later)
            got = covered.get(name)
            rows.append(
                (
                    park_id,
                    name,
                    known["family"],
                    next(s for s in STATES if held[s]),
                    int((~later[of_kind]).sum()),
                    *_capacity(facilities, of_kind[~later[of_kind]]),
                    "" if near < 0 else str(names[near]),
                    far,
                    int(inside.sum()),
                    *_served(got, inside, size, workers),
                    "",
                    "",
                )
            )
    return pd.DataFrame(rows, columns=list(ACCESS))


def _capacity(facilities: gpd.GeoDataFrame, of_kind: Ints) -> tuple[float, str]:
    """The sum of what a park's facilities can carry, if all say it in one unit."""
    rows = facilities.iloc[of_kind].reindex(columns=["capacity", "unit"])
    unit = rows["unit"].astype("str").fillna("").unique()
    if rows.empty or rows["capacity"].isna().any() or len(unit) != 1:
        return np.nan, ""
    return float(rows["capacity"].sum()), str(unit[0])


def _nearest_built(outline: shapely.Geometry, spots: Shapes, wanted: Mask) -> tuple[int, float]:
    at = np.flatnonzero(wanted)
    if not at.size:
        return -1, np.nan
    far = shapely.distance(outline, spots[at])
    return int(at[far.argmin()]), float(far.min())


def _served(
    got: Mask | None, inside: Mask, size: Floats, workers: Floats
) -> tuple[float, float, float, float]:
    """Parcels, share of land, workers known, and workers, within a service radius."""
    people = workers[inside]
    known = float(np.nansum(people)) if np.isfinite(people).any() else np.nan
    if got is None or not inside.any():
        return np.nan, np.nan, known, np.nan
    reached = got[inside]
    return (
        float(reached.sum()),
        float(size[inside][reached].sum() / size[inside].sum()),
        known,
        float(np.nansum(people[reached])) if np.isfinite(people).any() else np.nan,
    )
