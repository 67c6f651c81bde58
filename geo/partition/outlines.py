"""Outlines of a large project's layers, kept in files: few of them are asked for again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import CRS, Frames, Ints
from geo.land.zone_outlines import park_surroundings, zone_outlines
from geo.partition.layout import ROWS, read_picked

_ZONES = "zone-outlines.parquet"


@dataclass(frozen=True)
class OutlineFiles:
    """The outlines of layers of these names by source row, and the parcels in their batches.

    `last_rows` are the last source rows of the batches.
    """

    folder: Path
    names: tuple[str, ...]
    last_rows: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @classmethod
    def of(cls, frames: Frames, folder: Path, there: tuple[str, ...] = ()) -> OutlineFiles:
        """Write them; parcels, and the layers that are `there`, are written."""
        names = [n for n, f in frames.items() if isinstance(f, gpd.GeoDataFrame) and n != "parcels"]
        for name in names:
            keep_outlines(frames[name], name, folder)
        return cls(folder, (*names, *there))

    def about(self, found: pd.DataFrame) -> dict[str, gpd.GeoDataFrame]:
        """The outlines that findings are about, by layer."""
        wanted = {
            name: found.loc[found["layer"] == name, "row"].dropna().to_numpy("int64")
            for name in ("parcels", *self.names)
        }
        rows = np.unique(wanted.pop("parcels"))
        batch = np.minimum(np.searchsorted(self.last_rows, rows), len(self.last_rows) - 1)
        return {
            "parcels": read_picked(self.folder, rows, batch, ["source_row", "geometry"]),
            **{
                name: gpd.read_parquet(
                    _outlines(self.folder, name), filters=[("source_row", "in", of_layer)]
                )
                for name, of_layer in wanted.items()
            },
        }


def keep_outlines(frame: gpd.GeoDataFrame, name: str, folder: Path, number: int = 0) -> None:
    """Write the outlines of a layer by source row, or of some of its rows."""
    place = _outlines(folder, name)
    place.mkdir(exist_ok=True)
    outlines = gpd.GeoDataFrame(frame[["source_row", "geometry"]])
    outlines.to_parquet(place / f"{number:05d}.parquet", index=False, row_group_size=ROWS)


def _outlines(folder: Path, name: str) -> Path:
    return folder / f"outlines-{name}"


def keep_zone_outlines(
    folder: Path, runs: Iterable[gpd.GeoDataFrame], parks: gpd.GeoDataFrame, plane: CRS
) -> None:
    """Write the lines of the zones around the parks, made of some zones after others."""
    around = park_surroundings(parks, plane)
    lines = [zone_outlines(some, around, plane, parks.crs) for some in runs]
    pd.concat(lines, ignore_index=True).to_parquet(folder / _ZONES, index=False)


def kept_zone_outlines(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """The table of them, where there are zones."""
    file = folder / _ZONES
    return {"zone_outlines": gpd.read_parquet(file)} if file.exists() else {}
