"""Land: areas, 亩, what is shared with zones and with each other, distances."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.api.edges import column_of, in_plane, outlines_of, require_number, shapes_of
from geo.arrays import Floats, Index, Ints
from geo.checks.topology import same_outline
from geo.errors import DataError
from geo.geometry.area import ellipsoidal_area, ground_area, plane_area
from geo.geometry.overlay import back, shared
from geo.guards import require_crs, require_known, require_on_earth
from geo.land.access import distances
from geo.land.roads import JOIN_M
from geo.land.zone_shares import shares_within
from geo.model import MU_M2

Amount = TypeVar("Amount", float, "pd.Series[float]", pd.DataFrame, Floats)


def area(
    shapes: gpd.GeoSeries | gpd.GeoDataFrame,
    kind: Literal["ellipsoidal", "plane"] = "ellipsoidal",
) -> pd.Series[float]:
    """Area of each polygon, on the ellipsoid or in its 3-degree Gauss-Krüger zone.

    Parameters
    ----------
    shapes
        Polygons in any CRS with a datum, degrees or metres; a GeoDataFrame's active geometry.
    kind
        `"ellipsoidal"` (椭球面积) is what land is surveyed in; `"plane"` is the area on the map.

    Returns
    -------
    Series of float64, m², on the index of the input. NaN where the geometry is missing, 0 where it
    is empty.

    Raises
    ------
    CrsError
        Without a CRS, or with one that has no datum.
    DataError
        Where a shape is a line, a point or an outline that crosses itself, lies where its CRS is
        not used (swapped axes, degrees taken for metres), or the input is no geometry at all.

    Notes
    -----
    TD/T 1055 第三次全国国土调查技术规程: the area of a 图斑 on the ellipsoid, integrated along its
    edges. Holes are subtracted, Z is left aside.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries([box(500000, 3400000, 500100, 3400100)], index=["A"], crs=4544)
    >>> geo.area(parcels).round(2).to_dict()
    {'A': 10000.0}
    """
    outlines = outlines_of(shapes, "area")
    require_known((kind,), ("ellipsoidal", "plane"), "area: kind")
    measured = ellipsoidal_area(outlines) if kind == "ellipsoidal" else plane_area(outlines)
    return measured.rename("area_m2")


def to_mu(area_m2: Amount) -> Amount:
    """Square metres as mu (亩): 1 mu is 2000/3 m².

    Parameters
    ----------
    area_m2
        A number, an array, a Series or a frame of them, m².

    Returns
    -------
    The same kind of thing, in mu.

    Raises
    ------
    DataError
        At texts, lists and all else that is no figure.

    Examples
    --------
    >>> import geo
    >>> round(geo.to_mu(10_000), 6)
    15.0
    """
    try:
        return area_m2 / MU_M2
    except TypeError as error:
        raise DataError("api_land.no_figures", kind=type(area_m2).__name__) from error


def zone_shares(
    parcels: gpd.GeoSeries | gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    kind: str | None = None,
    *,
    measure: Literal["share", "m2"] = "share",
) -> pd.DataFrame:
    """How much of each parcel lies inside each kind of zone.

    Parameters
    ----------
    parcels
        Polygons in any CRS; degrees are brought into metres first.
    zones
        Polygons in any CRS on the same datum; zones of one kind may overlap each other.
    kind
        The column of `zones` that tells their kind; None takes all of them as one.
    measure
        `"share"`, from 0 to 1 of the parcel; or `"m2"`, that share of its ellipsoidal area.

    Returns
    -------
    DataFrame of float64 on the index of the parcels, a column for each kind in the order of the
    zones (`inside` without `kind`). 0 is land outside every zone of the kind in this layer; whether
    the layer has all zones there are, it cannot tell. NaN where a parcel has no outline.

    Raises
    ------
    CrsError
        Where a layer has no CRS.
    DataError
        At lines and points, outlines that cross themselves, zones without a kind, and a measure that
        is none.

    Notes
    -----
    Ground that several zones of a kind cover counts once. The control lines of a run use the same
    figure.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries([box(500000, 3400000, 500100, 3400100)], index=["A"], crs=4544)
    >>> zones = gpd.GeoDataFrame(
    ...     {"use": ["farm", "farm", "wood"]},
    ...     geometry=[
    ...         box(500000, 3400000, 500030, 3400100),
    ...         box(500020, 3400000, 500050, 3400100),
    ...         box(500090, 3400000, 500200, 3400100),
    ...     ],
    ...     crs=4544,
    ... )
    >>> geo.zone_shares(parcels.to_crs(4490), zones.to_crs(4490), kind="use").round(4)
       farm  wood
    A   0.5   0.1
    """
    require_known((measure,), ("share", "m2"), "zone_shares: measure")
    outlines, areas = outlines_of(parcels, "parcels"), outlines_of(zones, "zones")
    kinds = (
        pd.Series("inside", index=areas.index) if kind is None else column_of(zones, kind, "zones")
    )
    blank = int(kinds.isna().sum())
    if blank:
        raise DataError("api_land.rows_column_blank", kind=kind, blank=blank)
    code, names = pd.factorize(kinds) if kind is not None else (np.zeros(len(kinds)), ["inside"])
    shapes, plane = in_plane(outlines)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    share = np.full((len(shapes), len(names)), np.nan)
    share[there] = shares_within(
        shapes[there], in_plane(areas, plane)[0], code.astype(np.int64), len(names)
    )
    if measure == "m2":
        share *= ellipsoidal_area(outlines).to_numpy()[:, None]
    return pd.DataFrame(share, index=outlines.index, columns=pd.Index(names))


def distance_to(
    parcels: gpd.GeoSeries | gpd.GeoDataFrame,
    places: gpd.GeoSeries | gpd.GeoDataFrame,
    roads: gpd.GeoSeries | gpd.GeoDataFrame | None = None,
    *,
    join_m: float = JOIN_M,
) -> pd.Series[float]:
    """Metres from each parcel to the nearest place, straight or along roads.

    Parameters
    ----------
    parcels
        Shapes in any CRS.
    places
        Points, lines or polygons in any CRS; the nearest one counts.
    roads
        Lines in any CRS. With them the way is: straight from the outline to the road nearest the
        parcel's middle, along roads, and straight to the place.
    join_m
        Roads that come within so many metres of each other meet.

    Returns
    -------
    Series of float64, metres, on the index of the parcels. Straight, 0 where a place lies inside;
    along roads the way to the road and back counts there too. NaN where a parcel has no outline,
    where there is no place, and where no road leads.

    Raises
    ------
    CrsError
        Where a layer has no CRS.
    DataError
        Where a road is no line, or `join_m` is below 0.

    Notes
    -----
    Measured in the 3-degree Gauss-Krüger zone of the parcels' middle.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import LineString, Point, box
    >>> parcels = gpd.GeoSeries([box(500000, 3400000, 500100, 3400100)], index=["A"], crs=4544)
    >>> places = gpd.GeoSeries([Point(500400, 3400100)], crs=4544)
    >>> geo.distance_to(parcels, places).round(2).to_dict()
    {'A': 300.0}
    >>> roads = gpd.GeoSeries([LineString([(500100, 3400050), (500400, 3400050)])], crs=4544)
    >>> geo.distance_to(parcels, places, roads).round(2).to_dict()
    {'A': 350.0}
    """
    require_number(join_m, "distance_to: join_m")
    layers = {"parcels": parcels, "places": places}
    shapes = {name: shapes_of(layer, name) for name, layer in layers.items()}
    if roads is not None:
        shapes["roads"] = shapes_of(roads, "roads")
    for name, layer in shapes.items():
        require_crs(layer, name)
        require_on_earth(layer, name)
    if "roads" in shapes:
        _require_lines(shapes["roads"])
    own, plane = in_plane(shapes["parcels"])
    targets = in_plane(shapes["places"], plane)[0]
    lines = in_plane(shapes["roads"], plane)[0] if roads is not None else None
    there = np.flatnonzero(~shapely.is_missing(own))
    metres = np.full(len(own), np.nan)
    metres[there] = distances(own[there], targets[~shapely.is_missing(targets)], lines, join_m)
    return pd.Series(metres, index=shapes["parcels"].index, name="distance_m")


def _require_lines(roads: gpd.GeoSeries) -> None:
    """DataError where a road is no line."""
    shapes = np.asarray(roads.array)
    other = ~np.isin(shapely.get_type_id(shapes), (-1, 1, 2, 5)) & ~shapely.is_empty(shapes)
    if other.any():
        kind = shapes[other][0].geom_type
        raise DataError("api_land.roads_no_lines", other=int(other.sum()), kind=kind)


def overlaps(parcels: gpd.GeoSeries | gpd.GeoDataFrame, band: float = 0.1) -> gpd.GeoDataFrame:
    """Pairs of polygons that share land, with that land.

    Parameters
    ----------
    parcels
        Polygons in any CRS.
    band
        Metres. What is nowhere as wide as this is a difference of digitising, and no overlap.

    Returns
    -------
    GeoDataFrame in the input's CRS, one row a pair, ordered by their rows: `left` and `right` (the
    index labels), `area_m2` (ellipsoidal), `left_share` and `right_share` (from 0 to 1 of each
    one's area), `same_outline`, and the shared land as geometry.

    Raises
    ------
    CrsError
        Without a CRS.
    DataError
        At lines, points, outlines that cross themselves, and a band below 0.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries(
    ...     [box(500000, 3400000, 500100, 3400100), box(500090, 3400000, 500190, 3400100)],
    ...     index=["A", "B"],
    ...     crs=4544,
    ... )
    >>> geo.overlaps(parcels)[["left", "right", "area_m2", "left_share"]].round(3)
      left right  area_m2  left_share
    0    A     B   1000.0         0.1
    """
    require_number(band, "overlaps: band")
    outlines = outlines_of(parcels, "overlaps")
    shapes, plane = in_plane(outlines)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    left, right, part = shared(shapes[there], band)
    left, right = there[left], there[right]
    land, whole = shapely.area(part), shapely.area(shapes)
    return gpd.GeoDataFrame(
        {
            "left": _labels(outlines.index, left),
            "right": _labels(outlines.index, right),
            "area_m2": ground_area(part, plane),
            "left_share": land / whole[left],
            "right_share": land / whole[right],
            "same_outline": same_outline(land, whole[left], whole[right]),
        },
        geometry=back(part, plane, outlines.crs),
        crs=outlines.crs,
    )


def _labels(index: Index, rows: Ints) -> Any:
    """Index labels of rows; of a MultiIndex as tuples."""
    return index.to_flat_index().take(rows)
