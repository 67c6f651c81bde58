"""Layers with curved outlines (CURVEPOLYGON, MULTISURFACE): read as lines, and by how much it errs.

GDAL draws each arc as chords of one angle. The area between arc and chords falls with the square
of that angle, so the areas at two angles tell what is left of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo import findings
from geo.geometry.overlay import as_metres
from geo.sources.gdal import read_layer
from geo.text import Message

STEP = 0.1
"""Degrees of arc of one chord: one of 100 m radius is met within 0.04 mm."""
_COARSE = 4 * STEP


def read_curved(file: Path, name: str, **how: object) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A layer that has curves, its arcs as chords of `STEP`, and a finding with the error in m²."""
    frame = _stroked(file, STEP, **how)
    coarse = _stroked(file, _COARSE, **how)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return frame, _about(file, name, None)
    fine_m2, coarse_m2 = (shapely.area(as_metres(f.geometry)[0]) for f in (frame, coarse))
    # E(step) ~ step²: A(fine) − A(coarse) = E(coarse) − E(fine) = (4² − 1) E(fine).
    error = np.abs(fine_m2 - coarse_m2) / ((_COARSE / STEP) ** 2 - 1)
    return frame, _about(file, name, error)


def _stroked(file: Path, step: float, **how: object) -> gpd.GeoDataFrame:
    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(step)})
    try:
        return read_layer(file, use_arrow=False, **how)
    finally:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": before})


def _about(file: Path, name: str, error: Any) -> pd.DataFrame:
    known = error is not None and len(error)
    most = f"{np.nanmax(error):.4f} m²" if known else "—"
    total = f"{np.nansum(error):.4f} m²" if known else "—"
    count = int((error > 0).sum()) if known else 0
    return findings.about_layer(
        name,
        "curves_as_lines",
        Message(
            "curves.outlines_arcs_read_chords",
            file=file.name,
            count=count,
            step=STEP,
            most=most,
            total=total,
        ),
        Message("curves.turn_arcs_lines_in_source"),
        "info",
    )
