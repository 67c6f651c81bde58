"""Datums of layers: two that differ are never laid over each other without a stated transformation.

PROJ has none from Xian 1980 or Beijing 1954 to CGCS2000: it would take the degrees as they are (a
“ballpark” transformation), metres to over 100 m wrong. Offices have local parameters; a `crs` with
`+towgs84` states them.
"""

from __future__ import annotations

import re
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

from geo import findings
from geo.arrays import Floats, Frames
from geo.errors import CrsError
from geo.text import Message

CGCS2000, WGS84 = 4490, 4326
_GEOCENTRIC = re.compile(
    r"china.*2000|cgcs.?2000|world geodetic system 1984|wgs.?(19)?84|itrf|igs\d|"
    r"international terrestrial reference frame",
    re.IGNORECASE,
)
"""Datums that agree within a metre: by decimetres of plate motion since their epochs."""
_COARSE_M = 5.0
"""Metres beyond which a published transformation is too coarse to lay parcels over parks."""
_EARTH_M = 6378137.0
_INVERSE_FLATTENING = 298.257


def datum_name(crs: pyproj.CRS) -> str:
    """Name of the datum of a reference system; raises CrsError for a local one that has none."""
    base = crs.source_crs if crs.is_bound else crs
    geodetic = base.geodetic_crs
    if geodetic is None or geodetic.ellipsoid is None:
        raise CrsError("datum.reference_system_local_without_datum", crs=crs.name)
    name = str(geodetic.datum.name if geodetic.datum else geodetic.name)
    return name if not _nameless(name) else f"{name} ({geodetic.ellipsoid.name})"


def _nameless(name: str) -> bool:
    return name.lower().startswith(("unknown", "unnamed", "not specified"))


def same_datum(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether two reference systems share a datum, to within a metre."""
    names = datum_name(one), datum_name(other)
    return names[0] == names[1] or (_geocentric(one) and _geocentric(other))


def _geocentric(crs: pyproj.CRS) -> bool:
    """Whether it is CGCS2000, WGS 84 or ITRF, or nameless on their ellipsoid."""
    base = crs.source_crs if crs.is_bound else crs
    geodetic = base.geodetic_crs
    name = datum_name(crs)
    if not _nameless(name):
        return bool(_GEOCENTRIC.search(name))
    shape = geodetic.ellipsoid
    return bool(
        abs(shape.semi_major_metre - _EARTH_M) < 0.5
        and abs(shape.inverse_flattening - _INVERSE_FLATTENING) < 0.01
    )


def stated(crs: pyproj.CRS) -> bool:
    """Whether a reference system states its transformation to WGS 84 (`+towgs84`, not all zero)."""
    if not crs.is_bound or crs.coordinate_operation is None:
        return False
    return any(value for value in crs.coordinate_operation.towgs84)


def one_datum(frames: Frames, crs: pyproj.CRS, parcels: str = "parcels") -> pd.DataFrame:
    """Findings on layers that are transformed from a like datum, or by stated parameters.

    `crs` is that of the run. Raises CrsError at a layer on another datum that states nothing.
    """
    home = datum_name(crs)
    notes = []
    for name, frame in frames.items():
        if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
            continue
        accuracy = None
        if not same_datum(frame.crs, crs):
            accuracy = published_accuracy(frame.crs, crs, frame.total_bounds)
            if accuracy is None:
                check_datum(frame.crs, crs, name, parcels)
        if datum_name(frame.crs) != home:
            notes.append(_like_datum(name, datum_name(frame.crs), home, accuracy))
    if not _geocentric(crs):
        notes.append(
            findings.about_layer(
                parcels,
                "other_datum",
                Message("datum.all_layers", home=home),
                Message("datum.transform_cgcs2000_local_parameters"),
            )
        )
    return findings.gather_findings(notes)


def _like_datum(name: str, layer_datum: str, home: str, accuracy: float | None) -> pd.DataFrame:
    """A layer on another datum that is laid on the run's: as it is, or by what is published."""
    mend = Message("datum.give_datum_if_too_coarse")
    if accuracy is None:
        taken = Message("datum.datum_taken", datum_name=layer_datum, home=home)
        return findings.about_layer(name, "like_datum", taken, mend, "info")
    laid = Message(
        "datum.published_transformation",
        datum_name=layer_datum,
        home=home,
        accuracy=f"{accuracy:g}",
    )
    return findings.about_layer(name, "like_datum", laid, mend)


def published_accuracy(crs: pyproj.CRS, run: pyproj.CRS, bounds: Floats) -> float | None:
    """Accuracy in metres of the published transformation where a layer lies; None without a good one.

    Parameters
    ----------
    crs, run
        The reference system of the layer, and that of the run.
    bounds
        Left, bottom, right, top of the layer in `crs`.

    Notes
    -----
    NAD 83 → WGS 84 is published for North America with 4 m (EPSG:1188), OSGB36 → WGS 84 with 2 m;
    Xian 1980 and Beijing 1954 → CGCS2000 are not, and PROJ's stopgap for them has no accuracy.

    Examples
    --------
    >>> boston = np.array([-71.2, 42.2, -71.0, 42.4])
    >>> published_accuracy(pyproj.CRS(4269), pyproj.CRS(4326), boston)
    4.0
    >>> neijiang = np.array([105.0, 29.3, 105.4, 29.6])
    >>> published_accuracy(pyproj.CRS(4610), pyproj.CRS(4490), neijiang) is None
    True
    """
    base = crs.source_crs if crs.is_bound else crs
    if not np.isfinite(bounds).all() or base.geodetic_crs is None:
        return None
    to_degrees = pyproj.Transformer.from_crs(base, base.geodetic_crs, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*map(float, bounds))
    if not np.isfinite([west, south, east, north]).all():
        return None
    with warnings.catch_warnings():  # PROJ says so where a finer one needs a grid that is not there
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(
            crs, run, always_xy=True, area_of_interest=AreaOfInterest(west, south, east, north)
        )
    accuracies = [t.accuracy for t in group.transformers if 0 <= t.accuracy <= _COARSE_M]
    return float(accuracies[0]) if accuracies else None


def check_datum(crs: pyproj.CRS, run: pyproj.CRS, name: str, other: str = "parcels") -> None:
    """Raise CrsError where a source's datum is not that of the run."""
    if same_datum(crs, run):
        return
    if _geocentric(crs):  # it is the run's own datum that needs parameters
        name, other, crs, run = other, name, run, crs
    layer_datum, home = datum_name(crs), datum_name(run)
    raise CrsError(
        "datum.no_published_transformation_between_laid",
        name=name,
        layer_datum=layer_datum,
        other=other,
        home=home,
    )


def unbound(frame: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A layer whose reference system states a transformation, in CGCS2000 by it; others as is.

    Projected layers go to their 3-degree Gauss-Krüger zone.
    """
    crs = frame.crs
    if crs is None or not crs.is_bound:
        return frame, findings.no_findings()
    if not stated(crs):  # zeros are what software writes where it knows nothing
        return frame.set_crs(crs.source_crs, allow_override=True), findings.no_findings()
    # The parameters lead to WGS 84; on the way to any other system PROJ would not follow them.
    degrees = frame.to_crs(WGS84).set_crs(CGCS2000, allow_override=True)
    box = shapely.bounds(np.asarray(degrees.geometry.array))
    middles = (box[:, 0] + box[:, 2]) / 2
    zone = round(float(np.nanmedian(middles)) / 3) if np.isfinite(middles).any() else 0
    planar = crs.source_crs.is_projected and 25 <= zone <= 45
    shown = ", ".join(f"{v:g}" for v in crs.coordinate_operation.towgs84)
    out = degrees.to_crs(4509 + zone) if planar else degrees
    return out, findings.about_layer(
        name,
        "datum_transformed",
        Message(
            "datum.transformed_cgcs2000_parameters_stated", datum_name=datum_name(crs), shown=shown
        ),
        Message("datum.check_parameters_local_ones"),
        "info",
    )
