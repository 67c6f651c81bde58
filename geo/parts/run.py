"""One part worked out: read, assessed, written down. Done twice, it gives the same files."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from geo import findings
from geo.assess.work import Place, Rules, Worked, work_out
from geo.parts.closure import Share
from geo.parts.spread import read_rows
from geo.project import Settings
from geo.sources.load import Layers
from geo.sources.raster import Raster

SHARED = "shared.pickle"
BY_PARK = ("park_indicators", "platforms", "services")
"""Tables that are not cut, of which a part needs what is about its parks."""
AROUND_M = 1_000.0
"""How far around its parcels a part keeps control lines, m."""


@dataclass(frozen=True)
class Shared:
    """What every part reads: settings, rules, the layers that are not cut, rasters."""

    settings: Settings
    rules: Rules
    place: Place
    rasters: dict[str, Raster]


@dataclass(frozen=True)
class Job:
    """A part to be worked out, and the folder that all workers see."""

    folder: Path
    number: int

    @property
    def input(self) -> Path:
        """What the part reads: its `Share`, and its rows of the tables."""
        return self.folder / f"part-{self.number:05d}.pickle"

    @property
    def output(self) -> Path:
        """What it leaves."""
        return self.folder / f"worked-{self.number:05d}"


def write_pickle(file: Path, value: Any) -> None:
    """Write whole or not at all. Only files of a run's own folder are ever read back."""
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        pickle.dump(value, stream, protocol=5)
    Path(stream.name).replace(file)


def read_pickle(file: Path) -> Any:
    """What `write_pickle` left."""
    with file.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 -- our own file, in a folder that is ours


@lru_cache(maxsize=2)
def _shared(folder: Path) -> Shared:
    """The shared layers, read once a process."""
    out: Shared = read_pickle(folder / SHARED)
    return out


def run_part(job: Job) -> int:
    """Work out a part and leave its tables in `job.output`; how many parcels it has."""
    shared = _shared(job.folder)
    share, tables = read_pickle(job.input)
    layers, place = _read(job.folder, share, tables, shared)
    worked = work_out(layers, shared.settings, shared.rules, place, share.own)
    write_worked(job.output, worked)
    return len(worked.tables["parcels"])


def _read(
    folder: Path, share: Share, tables: dict[str, Any], shared: Shared
) -> tuple[Layers, Place]:
    parcels = read_rows(folder, share.batches, share.span)
    place = shared.place
    parks = place.shared["parks"].iloc[share.parks].reset_index(drop=True)
    zones = place.zones
    if zones is not None:
        both = pd.concat([parcels.geometry, parks.geometry]).dropna().to_crs(zones.plane)
        x0, y0, x1, y1 = both.total_bounds
        zones = zones.near((x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M))
    told = {name: _of_parks(table, place.shared["parks"], share)
            for name, table in place.shared.items() if name in BY_PARK}
    own = replace(place, zones=zones, shared=place.shared | told | {"parks": parks})
    return Layers({"parcels": parcels, **tables}, findings.none(), {}, shared.rasters), own


def _of_parks(table: pd.DataFrame, parks: pd.DataFrame, share: Share) -> pd.DataFrame:
    """The rows about the part's own parks; the first part also has those about none."""
    mine = parks.loc[parks["source_row"].isin(share.own.rows["parks"]), "park_id"]
    kept = table["park_id"].isin(mine)
    if share.own.first:
        kept |= ~table["park_id"].isin(parks["park_id"])
    return table[kept].reset_index(drop=True)


def write_worked(folder: Path, worked: Worked) -> None:
    """A folder of what a part found; another worker's of the same part is as good."""
    stage = Path(tempfile.mkdtemp(prefix=".worked-", dir=folder.parent))
    write_pickle(stage / "worked.pickle", worked)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    stage.rename(folder)


def read_worked(folder: Path) -> Worked:
    """What `write_worked` left."""
    out: Worked = read_pickle(folder / "worked.pickle")
    return out
