"""The zones of a large project, read and checked some at a time: nobody holds all their outlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Ints
from geo.assess.rows import rows_used
from geo.checks.run import check_rows, usable_rows
from geo.checks.schema import check_keys, key_columns
from geo.errors import SourceError
from geo.model import LAYERS
from geo.partition.outlines import keep_outlines, keep_zone_outlines
from geo.pickles import read_pickle, write_pickle
from geo.project import Project, Settings
from geo.sources.batch_findings import of_layer
from geo.sources.batches import batches, digest_read
from geo.sources.database import source_name
from geo.sources.finite import finite_outlines
from geo.sources.streams import Stream

CORNERS = 1_000_000
"""Vertices of zones that are checked and cut at once."""
ROWS_READ = 500
"""Zones that are read at once: one of a province may have a hundred thousand vertices."""
ZONES = "zones"

Batch = tuple[gpd.GeoDataFrame, pd.DataFrame]


@dataclass(frozen=True)
class ZoneFiles:
    """The usable zones, some to a file, without those of the source rows `set_aside`.

    `none` is the layer without rows; `findings` what was found of it, `rows` what became of its
    rows (`assess.rows.rows_used`).
    """

    files: tuple[Path, ...]
    set_aside: Ints
    none: gpd.GeoDataFrame
    findings: pd.DataFrame
    rows: pd.DataFrame

    @classmethod
    def of(
        cls,
        zones: Iterable[Batch],
        parks: gpd.GeoDataFrame,
        settings: Settings,
        plane: CRS,
        folder: Path,
    ) -> ZoneFiles:
        """Check and write batches of zones, with what was found as they were read.

        Their lines around the parks are written beside them.
        """
        spec, files = LAYERS[ZONES], []
        keys, used, notes = [], [], []
        for number, (some, read) in enumerate(_in_runs(zones)):
            found = check_rows(some, ZONES, settings, plane)
            usable = usable_rows(some, found)
            keep_outlines(some, ZONES, folder, number)
            files.append(folder / f"parked-zones-{number:05d}.pickle")
            write_pickle(files[-1], usable.take(np.arange(len(usable))))
            notes += [read, found]
            keys.append(pd.DataFrame(some[[c for c in key_columns(spec) if c in some]]))
            used.append(usable["source_row"])
            none = usable.iloc[:0]
        every = pd.concat(keys, ignore_index=True)
        repeated = check_keys(every, spec)
        aside = repeated.loc[repeated["set_aside"].astype(bool), "row"].to_numpy(np.int64)
        kept = pd.DataFrame({"source_row": pd.concat(used, ignore_index=True)})
        kept = kept[~kept["source_row"].isin(aside)]
        found = of_layer([*notes, repeated])
        rows = rows_used({ZONES: every}, {ZONES: kept}, found, [ZONES])
        out = cls(tuple(files), aside, none, found, rows)
        keep_zone_outlines(folder, out.runs(), parks, plane)
        return out

    def runs(self) -> Iterator[gpd.GeoDataFrame]:
        """The usable zones, some after others; where there are none, the layer without rows."""
        empty = True
        for file in self.files:
            zones = read_pickle(file)
            zones = zones[~zones["source_row"].isin(self.set_aside)]
            if len(zones):
                empty = False
                yield zones
        if empty:
            yield self.none


def streamed_zones(
    project: Project, stream: Stream, parks: gpd.GeoDataFrame, plane: CRS, folder: Path
) -> tuple[ZoneFiles, dict[str, str]]:
    """The zones of a stream in the parks' reference system, in files; SHA-256 of what was read."""
    read = read_zones(project, stream, parks.crs)
    zones = ZoneFiles.of(read, parks, project.settings, plane, folder)
    return zones, digest_read(project, stream, ZONES)


def read_zones(project: Project, stream: Stream, crs: CRS) -> Iterator[Batch]:
    """The zones of a stream in a reference system. Raises SourceError where it has none."""
    count = 0
    for zones, found in batches(project, stream, ROWS_READ, ZONES):
        laid, broken = finite_outlines(zones.to_crs(crs), ZONES)
        count += len(laid)
        yield laid, findings.gather_findings([found, broken])
    if not count:
        source, spec = project.layers[ZONES], LAYERS[ZONES]
        path = source_name(source.path, source.layer)
        raise SourceError("sources_load.layer_empty", path=path, layers=spec.title, name=ZONES)


def _in_runs(zones: Iterable[Batch]) -> Iterator[Batch]:
    """Batches of about `CORNERS` vertices: small ones together, large ones cut; at least one."""
    held: list[gpd.GeoDataFrame] = []
    notes: list[pd.DataFrame] = []
    corners = 0
    for some, found in chain.from_iterable(map(_cut, zones)):
        more = int(shapely.get_num_coordinates(np.asarray(some.geometry.array)).sum())
        if held and corners + more > CORNERS:
            yield pd.concat(held, ignore_index=True), findings.gather_findings(notes)
            held, notes, corners = [], [], 0
        held.append(some)
        notes.append(found)
        corners += more
    yield pd.concat(held, ignore_index=True), findings.gather_findings(notes)


def _cut(batch: Batch) -> Iterator[Batch]:
    """A batch in runs of about `CORNERS` vertices; what was found of it goes with the first."""
    zones, found = batch
    corners = shapely.get_num_coordinates(np.asarray(zones.geometry.array))
    run = np.cumsum(corners) // CORNERS
    starts = np.flatnonzero(np.diff(run, prepend=-1)) if len(zones) else np.zeros(1, dtype=int)
    for start, end in zip(starts, [*starts[1:], len(zones)], strict=True):
        yield zones.iloc[start:end], found
        found = findings.no_findings()
