"""The parcels of a project laid out: at once, or in batches, by all workers where the file allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import call
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.engine import Engine
from geo.partition.layout import LaidBatch, ParcelIndex, Parks, lay_out_batch, put_together
from geo.pickles import read_pickle, write_pickle
from geo.project import Project
from geo.runtime import give_back_memory
from geo.sources.batch_ids import BatchIds, check_repeats
from geo.sources.batches import Decided, canonical_rows, check_decided, digest_read
from geo.sources.ids import match_ids
from geo.sources.load import Layers
from geo.sources.parked import ParkedTable
from geo.sources.streams import Batch, ParquetStream, Stream

BATCHES = "batches.pickle"


@dataclass(frozen=True)
class BatchedParcels:
    """What whoever lays out a batch of a project's parcels reads, from a file of the run's folder."""

    project: Project
    stream: Stream
    parks: Parks
    ids: BatchIds


@dataclass(frozen=True)
class BatchJob:
    """Rows to be laid out, from a place in the file on, and the folder that all workers see."""

    folder: Path
    number: int
    first: int
    count: int


@dataclass(frozen=True)
class ReadBatch:
    """A batch that is laid out, what was found of it, and what its rows alone have decided."""

    laid: LaidBatch
    found: pd.DataFrame
    matched: pd.DataFrame
    written: dict[str, str]
    decided: Decided


@dataclass(frozen=True)
class LaidParcels:
    """All parcels of a project, laid out in files: their spine, outlines of some, what was found.

    `answers` are those of the works that were done beside the reading of a stream.
    """

    index: ParcelIndex
    sample: gpd.GeoDataFrame
    found: list[pd.DataFrame]
    answers: list[Any]


def lay_out_parcels(
    project: Project,
    engine: Engine,
    folder: Path,
    stream: Stream | None,
    layers: Layers,
    parks: Parks,
    beside: list[Callable[[], Any]],
) -> LaidParcels:
    """Those of the layers, or of a stream, with the ids of their parks as the parks write them.

    Raises SourceError, DataError, and ReadWholeError where batches would be read otherwise than all.
    """
    if stream is None:
        laid = [lay_out_batch(layers["parcels"], 0, parks, folder)]
        return LaidParcels(*put_together(laid, folder), [], [])
    batched = BatchedParcels(project, stream, parks, BatchIds(layers.frames))
    answers, read = _read(batched, engine, folder, beside)
    check_decided({batch.decided for batch in read})
    for batch in read:
        batched.ids.see(batch.written)
    batched.ids.check()
    index, sample = put_together([batch.laid for batch in read], folder)
    found = [*(batch.found for batch in read), *(batch.matched for batch in read)]
    layers.files.update(digest_read(project, stream))
    return LaidParcels(index, sample, found, answers)


def ids_of_tables(
    parcels: ParcelIndex, tables: dict[str, ParkedTable], layers: Layers, *, streamed: bool
) -> tuple[Frames, pd.DataFrame]:
    """The ids of the tables as the parcels write them, and findings about them.

    Raises ReadWholeError where a `streamed` layer's ids change what was added up by those of a table.
    """
    ids = {name: table.ids for name, table in tables.items()}
    if "buildings" in ids:
        ids["buildings"] = ids["buildings"].assign(twin=tables["buildings"].twins("building_id"))
    if not streamed:  # they were matched when all layers were read
        return ids, findings.no_findings()
    own = pd.DataFrame({"parcel_id": parcels.id, "source_row": parcels.row})
    fitted, found = match_ids({"parcels": own, **ids})
    if "occupancy" in ids:
        repeats = layers.rows["occupancy"]["repeats"]
        check_repeats(tables["occupancy"], fitted["occupancy"], repeats)
    return {name: fitted[name] for name in ids}, found


def _read(
    batched: BatchedParcels, engine: Engine, folder: Path, beside: list[Callable[[], Any]]
) -> tuple[list[Any], list[ReadBatch]]:
    """All batches: by the engine's workers where the source gives any rows and they see it."""
    most = batched.project.engine.batch
    if isinstance(batched.stream, ParquetStream) and engine.here:
        write_pickle(folder / BATCHES, batched)
        rows = batched.stream.count
        starts = range(0, rows, most)
        jobs = [BatchJob(folder, n, at, min(most, rows - at)) for n, at in enumerate(starts)]
        works: list[Callable[[], Any]] = [*beside, *(partial(lay_out_rows, job) for job in jobs)]
        answers = engine.map(call, works)
        return answers[: len(beside)], answers[len(beside) :]
    answers = [work() for work in beside]
    out = []
    for number, batch in enumerate(batched.stream.batches(most)):
        out.append(_lay_out(batch, number, batched, folder))
        del batch  # before the next one is read
        give_back_memory()
    return answers, out


def lay_out_rows(job: BatchJob) -> ReadBatch:
    """Read a batch and lay it out, in files of the folder. Raises as `canonical_rows`."""
    batched = _batched(job.folder)
    assert isinstance(batched.stream, ParquetStream)
    batch = batched.stream.rows(job.first, job.count)
    out = _lay_out(batch, job.number, batched, job.folder)
    del batch
    give_back_memory()
    return out


@lru_cache(maxsize=1)
def _batched(folder: Path) -> BatchedParcels:
    out: BatchedParcels = read_pickle(folder / BATCHES)
    return out


def _lay_out(batch: Batch, number: int, batched: BatchedParcels, folder: Path) -> ReadBatch:
    rows, found, decided = canonical_rows(batched.project, batch)
    fitted, matched, written = batched.ids.matched(rows)
    laid = lay_out_batch(fitted, number, batched.parks, folder)
    return ReadBatch(laid, found, matched, written, decided)
