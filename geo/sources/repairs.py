"""`repairs.gpkg`: outlines mended on request, put in place of those they were made from.

The office's own files are never written. A layer of the file has the name of the layer it mends,
and `id`, `source_row`, `mended` (what was wrong), `area_before_m2`, `area_after_m2` and `digest`
(of the outline before). To take the file away is to undo it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from geo import findings
from geo.arrays import Shapes
from geo.errors import SourceError
from geo.text import Message

FILE = "repairs.gpkg"


def read_repairs(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """The mended outlines of a project by layer; empty if none were made."""
    file = folder / FILE
    if not file.is_file():
        return {}
    try:
        return {
            str(name): pyogrio.read_dataframe(file, layer=name)
            for name in pyogrio.list_layers(file)[:, 0]
        }
    except (DataSourceError, ValueError) as error:
        raise SourceError("repairs.damaged_run", file=FILE) from error


def mended(
    frame: gpd.GeoDataFrame, repairs: gpd.GeoDataFrame, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The frame with the mended outlines in place, and what was done and what no longer fits.

    A row is mended only while its outline is the one that was mended.
    """
    place = pd.Series(range(len(frame)), index=frame["source_row"])
    at = repairs["source_row"].map(place).fillna(-1).to_numpy(dtype=int)
    shapes = np.array(frame.geometry.array, dtype=object)
    fits = np.zeros(len(repairs), dtype=bool)
    held = at >= 0
    fits[held] = digests(shapes[at[held]]).to_numpy() == repairs["digest"].to_numpy()[held]
    shapes[at[fits]] = np.asarray(repairs.geometry.to_crs(frame.crs).array)[fits]
    out = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    areas = repairs["area_before_m2"].map("{:,.2f} → ".format) + repairs["area_after_m2"].map(
        "{:,.2f} m²".format
    )
    return out, findings.gather_findings(
        [
            findings.about_rows(
                repairs,
                fits,
                layer=name,
                key="id",
                code="repaired",
                severity="info",
                value=areas,
                message=Message("repairs.outline_mended_repairs_gpkg"),
                mend=Message("repairs.mujun_repair_undo"),
            ),
            findings.about_rows(
                repairs,
                ~fits,
                layer=name,
                key="id",
                code="repair_stale",
                severity="warning",
                message=Message("repairs.repair_stale"),
                mend=Message("repairs.run_mujun_repair_again"),
            ),
        ]
    )


def digests(shapes: Shapes) -> pd.Series[str]:
    """A short SHA-256 of each outline as it is drawn."""
    return pd.Series(
        [hashlib.sha256(w).hexdigest()[:16] for w in shapely.to_wkb(shapes)], dtype="str"
    )
