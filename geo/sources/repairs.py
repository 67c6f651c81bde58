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
from geo.errors import SourceError, Text
from geo.geometry.overlay import Shapes

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
        raise SourceError(
            f"{FILE} 已损坏：请运行 mujun repair --undo，再运行 mujun repair。",
            f"{FILE} is damaged: run `mujun repair --undo`, then `mujun repair`.",
        ) from error


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
                message=Text(
                    "图形已按 repairs.gpkg 修正：{value}",
                    "its outline was mended by repairs.gpkg: {value}",
                ),
                mend=Text("撤销：mujun repair --undo", "to undo: mujun repair --undo"),
            ),
            findings.about_rows(
                repairs,
                ~fits,
                layer=name,
                key="id",
                code="repair_stale",
                severity="warning",
                message=Text(
                    "repairs.gpkg 中的修正已不适用：源图形在修正之后改过，按源图形计算",
                    "its repair is stale: the source changed since, and the source is used",
                ),
                mend=Text("重新运行 mujun repair", "run mujun repair again"),
            ),
        ]
    )


def digests(shapes: Shapes) -> pd.Series[str]:
    """A short SHA-256 of each outline as it is drawn."""
    return pd.Series(
        [hashlib.sha256(w).hexdigest()[:16] for w in shapely.to_wkb(shapes)], dtype="str"
    )
