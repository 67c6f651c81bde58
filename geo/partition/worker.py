"""One part worked out: read, assessed, written down. Done twice, it gives the same files."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import CRS, Frames
from geo.assess.part import PartResult, RulePacks, RunFrame
from geo.assess.work import work_out
from geo.geometry.overlay import as_metres
from geo.land.terrain import not_beside
from geo.land.zones import ZoneIndex
from geo.partition.layout import read_rows
from geo.partition.neighbourhood import Share
from geo.partition.spill import (
    FOUND,
    LINEAGE,
    LOCAL,
    OF_GRADES,
    Kinds,
    SpillRequest,
    SpillSummary,
    read_final,
    spill,
    with_kinds,
)
from geo.pickles import read_pickle, write_pickle
from geo.project import Settings
from geo.run.files import QUICK, write_table
from geo.run.run import MESSAGES
from geo.run.verdict_files import CODES
from geo.runtime import keep_memory
from geo.sources.load import Layers
from geo.sources.raster import Raster

SHARED = "shared.pickle"
PLACES = "places.parquet"
"""A part's parcels in metres, with their places in its file and their source rows."""
WORKED = "worked.pickle"
CONCLUDED = "concluded.pickle"
PUBLISHED = "published"
BY_PARK = ("park_indicators", "platforms", "services")
"""Tables that are not cut, of which a part needs what is about its parks."""


@dataclass(frozen=True)
class SharedInput:
    """What every part reads: settings, rules, the layers that are not cut, rasters.

    With `wanted` large tables go to files.
    """

    settings: Settings
    rules: RulePacks
    place: RunFrame
    rasters: dict[str, Raster]
    wanted: SpillRequest | None = None


@dataclass(frozen=True)
class PartInput:
    """What one part reads: its share, its neighbours; tables and zones are without their rows.

    Its rows of those lie beside, in files of `piece_file`.
    """

    share: Share
    tables: Frames
    neighbours: gpd.GeoDataFrame
    zones: ZoneIndex | None


@dataclass(frozen=True)
class FinalTypes:
    """What the whole says of all kept tables: their types, and which rasters cover any parcel."""

    kinds: dict[str, Kinds]
    covered: dict[str, bool]
    lang: str
    crs: CRS


@dataclass(frozen=True)
class PartJob:
    """A part to be worked out, and the folder that all workers see.

    `size` is how many parcels it has. Of its kept tables those in `as_is` are published as they
    are. `other_units` are those than m² that most of all occupied areas are in.
    """

    folder: Path
    number: int
    size: int = 0
    as_is: frozenset[str] = frozenset()
    other_units: frozenset[str] = frozenset()

    @property
    def input(self) -> Path:
        """What the part reads: its `Given`."""
        return self.folder / f"part-{self.number:05d}.pickle"

    @property
    def grades(self) -> Path:
        """What it gets from the whole: `Graded` of its enterprises, and every grade it shows."""
        return self.folder / f"graded-{self.number:05d}.pickle"

    @property
    def output(self) -> Path:
        """What it leaves."""
        return self.folder / f"worked-{self.number:05d}"


def piece_file(folder: Path, name: str, part: int, number: int) -> Path:
    """What a part reads of a table or of the zones: of those rows that were handed out at once."""
    return folder / f"piece-{name}-{part:05d}-{number:05d}.pickle"


def _pieces(folder: Path, name: str, part: int) -> list[Any]:
    """All that a part reads of it, in order."""
    pattern = piece_file(folder, name, part, 0).name.replace("-00000.pickle", "-*.pickle")
    return [read_pickle(file) for file in sorted(folder.glob(pattern))]


@lru_cache(maxsize=2)
def _shared(folder: Path) -> SharedInput:
    """The shared layers, read once a process."""
    keep_memory()
    out: SharedInput = read_pickle(folder / SHARED)
    return out


def run_part(job: PartJob) -> SpillSummary | None:
    """Work out a part and leave it in `job.output`; the tally of what it kept there as tables."""
    shared = _shared(job.folder)
    part_input: PartInput = read_pickle(job.input)
    layers, place = _read(job.folder, part_input, shared)
    place = replace(place, other_units=job.other_units)
    part_result = work_out(layers, shared.settings, shared.rules, place, part_input.share.scope)
    stage = Path(tempfile.mkdtemp(prefix=".worked-", dir=job.folder))
    if shared.wanted and shared.settings.hotspots.figures:
        _keep_places(part_result.tables["parcels"], place.plane, stage / PLACES)
    part_result, summary = (
        spill(part_result, stage, shared.wanted) if shared.wanted else (part_result, None)
    )
    write_pickle(stage / WORKED, part_result)
    if job.output.exists():  # another worker's of the same part is as good
        shutil.rmtree(job.output, ignore_errors=True)
    stage.rename(job.output)
    return summary


def _keep_places(parcels: gpd.GeoDataFrame, plane: CRS, file: Path) -> None:
    outlines, _ = as_metres(parcels.geometry, plane)
    rows = {"place": np.arange(len(parcels)), "source_row": parcels["source_row"].to_numpy()}
    write_table(gpd.GeoDataFrame(rows, geometry=outlines, crs=plane), file, QUICK)


def read_part_result(job: PartJob) -> PartResult:
    """What `run_part` left."""
    out: PartResult = read_pickle(job.output / WORKED)
    return out


def finish_part(job: PartJob) -> pd.DataFrame:
    """Publish a part's kept tables, a file a table in `published/`; its findings by kind."""
    final_types = _concluded(job.folder)
    _publish_as_is(job, CODES)
    for name, file in (("lineage", LINEAGE), ("hotspots", LOCAL)):
        if (job.output / file).exists():
            _publish_as_is(job, name)
    graded, grades = read_pickle(job.grades)
    for name, kinds in final_types.kinds.items():
        if name in job.as_is:
            _publish_as_is(job, name)
        elif name in OF_GRADES:
            _publish(with_kinds(getattr(graded, name), kinds), job, name)
        else:
            _publish(read_final(job.output, name, kinds, grades), job, name)
    found = not_beside(pd.read_pickle(job.output / FOUND), final_types.covered)  # noqa: S301 -- ours
    _publish(findings.published(found, final_types.lang), job, "findings")
    _publish(findings.sayings(found), job, MESSAGES)
    _publish(findings.located(found, final_types.crs), job, "defects")
    return findings.grouped(found)


def _publish_as_is(job: PartJob, name: str) -> None:
    target = _published(job, name)
    target.unlink(missing_ok=True)
    _linked(job.output / f"{name}.parquet", target)


def _linked(file: Path, to: Path) -> None:
    """A second name of a file; a copy where the disk has none, as one formatted as exFAT."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _published(job: PartJob, name: str) -> Path:
    return job.folder / PUBLISHED / name / f"part-{job.number:05d}.parquet"


def _publish(table: Any, job: PartJob, name: str) -> None:
    target = _published(job, name)
    aside = target.with_name(f".{target.name}-{os.getpid()}")
    write_table(table, aside)
    aside.replace(target)


@lru_cache(maxsize=1)
def _concluded(folder: Path) -> FinalTypes:
    out: FinalTypes = read_pickle(folder / CONCLUDED)
    return out


def _read(folder: Path, part_input: PartInput, shared: SharedInput) -> tuple[Layers, RunFrame]:
    share, place = part_input.share, shared.place
    both = [read_rows(folder, share.batches, share.span), part_input.neighbours]
    parcels = pd.concat([p for p in both if len(p)]).sort_values("source_row", ignore_index=True)
    parks = place.shared["parks"].iloc[share.parks].reset_index(drop=True)
    shared_tables = {
        name: _of_parks(table, place.shared["parks"], share)
        for name, table in place.shared.items()
        if name in BY_PARK
    }
    zones = part_input.zones
    if zones is not None:
        zones = zones.with_pieces(_pieces(folder, "zones", share.number))
    frame_of_part = replace(
        place,
        zones=zones,
        shared=place.shared | shared_tables | {"parks": parks},
        every_park=place.shared["parks"],
    )
    tables = {
        name: pd.concat([none, *_pieces(folder, name, share.number)], ignore_index=True)
        for name, none in part_input.tables.items()
    }
    return Layers(
        {"parcels": parcels, **tables}, findings.no_findings(), {}, shared.rasters
    ), frame_of_part


def _of_parks(table: pd.DataFrame, parks: pd.DataFrame, share: Share) -> pd.DataFrame:
    """The rows about the part's own parks; the first part also has those about none."""
    part_parks = parks.loc[parks["source_row"].isin(share.scope.rows["parks"]), "park_id"]
    kept = table["park_id"].isin(part_parks)
    if share.scope.first:
        kept |= ~table["park_id"].isin(parks["park_id"])
    return table[kept].reset_index(drop=True)
