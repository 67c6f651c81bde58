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
from geo.partition.hand_out import some_at_once
from geo.partition.layout import ROWS, read_picked
from geo.partition.worker import write_pickle

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
    def of(cls, frames: Frames, folder: Path) -> OutlineFiles:
        """Write them; parcels are there."""
        names = [n for n, f in frames.items() if isinstance(f, gpd.GeoDataFrame) and n != "parcels"]
        out = cls(folder, tuple(names))
        for name in names:
            outlines = gpd.GeoDataFrame(frames[name][["source_row", "geometry"]])
            outlines.to_parquet(out._file(name), index=False, row_group_size=ROWS)
        return out

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
                name: gpd.read_parquet(self._file(name), filters=[("source_row", "in", of_layer)])
                for name, of_layer in wanted.items()
            },
        }

    def _file(self, name: str) -> Path:
        return self.folder / f"outlines-{name}.parquet"


def park_zones(folder: Path, zones: gpd.GeoDataFrame) -> list[Path]:
    """Write the zones, some to a file, to be read one file after another."""
    files = []
    for number, some in enumerate(some_at_once(zones)):
        files.append(folder / f"parked-zones-{number:05d}.pickle")
        write_pickle(files[-1], some.take(np.arange(len(some))))
    return files


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
