"""All layers of a project read into one `Layers`, in the parcels' reference system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj

from geo import findings
from geo.arrays import CRS, Frames
from geo.model import LAYERS
from geo.project import Project
from geo.runtime import give_back_memory
from geo.source_spec import leaves
from geo.sources.books import books_kept
from geo.sources.combine import Rows
from geo.sources.datum import check_datum, one_datum
from geo.sources.digest import sha256
from geo.sources.dissolve import parks_of
from geo.sources.enterprise_names import BY_NAME, EnterpriseNames
from geo.sources.finite import finite_outlines
from geo.sources.ids import LAYERS_OF, match_ids
from geo.sources.parcel_figures import with_parcel_figures
from geo.sources.parked import ParkedTable, ids_of, whole_of
from geo.sources.places import RowPlaces
from geo.sources.project_notes import note_tables, read_project_notes
from geo.sources.raster import Raster, open_raster
from geo.sources.read import finished, read_rows
from geo.sources.repairs import FILE as REPAIRS
from geo.sources.repairs import mended, read_repairs
from geo.sources.repeats import without_repeats
from geo.sources.source import Spec
from geo.sources.tables_apart import Each, known_names, read_apart
from geo.text import Message

Progress = Callable[[str], None]
_LARGE = 100_000
"""Rows of a table after which what reading took is given back."""


@dataclass(frozen=True)
class Layers:
    """Canonical frames by layer name, what was found while reading, files read, open rasters.

    `rows` are counts of what was read by layer (read, sums, repeats, aside, notes), `places` the
    files and sheets that its rows stand in, `by_file` how many rows each file has; `notes` the
    tables of 核查 notes.
    """

    frames: Frames
    findings: pd.DataFrame = field(default_factory=findings.no_findings)
    files: dict[str, str] = field(default_factory=dict)
    rasters: dict[str, Raster] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, RowPlaces] = field(default_factory=dict)
    by_file: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: Frames = field(default_factory=lambda: note_tables([], {}))

    def __getitem__(self, name: str) -> Any:
        """The frame of a layer; KeyError if the project does not have it."""
        return self.frames[name]

    def get(self, name: str) -> Any:
        """The frame of a layer, or None."""
        return self.frames.get(name)


def load(
    project: Project,
    progress: Progress = lambda _: None,
    *,
    repaired: bool = True,
    batched: Mapping[str, CRS] | None = None,
    folder: Path | None = None,
    one_crs: bool = True,
    each: Each | None = None,
) -> Layers:
    """Read every layer and table of the project file, with its repairs unless told otherwise.

    All but those that are read in `batched`, by their reference systems. With `folder` tables of
    enterprises are left there (`ParkedTable`), of which `each` reads those that it can; without
    `one_crs` each layer is in the reference system of its own file, and not in that of the parcels.
    """
    frames: Frames = {}
    notes: list[pd.DataFrame] = []
    files: dict[str, str] = {}
    rows: dict[str, dict[str, int]] = {}
    places: dict[str, RowPlaces] = {}
    by_file: dict[str, dict[str, int]] = {}
    repairs = read_repairs(project.folder) if repaired else {}
    if project.legend:
        files[project.legend] = sha256(project.path(project.legend))
    if repairs:
        files[REPAIRS] = sha256(project.folder / REPAIRS)
    sources: dict[str, Spec] = {**project.layers, **project.tables}
    batched = batched or {}
    sources = {name: source for name, source in sources.items() if name not in batched}
    for name, read in _read_all(project, sources, progress, folder, each):
        frame = read.frame
        files |= read.files
        notes.append(read.findings)
        rows[name], places[name], by_file[name] = dict(read.counts), read.places, dict(read.read)
        if name in repairs:
            frame, done = mended(frame, repairs[name], name)
            notes.append(done)
        frames[name] = _parked(frame, name, folder)
        del read, frame
    own = {column for leaf in leaves(project.layers["parcels"]) for column in leaf.fields}
    frames, figures = with_parcel_figures(frames, own, project.settings.year, rows)
    frames, matched = completed(frames, rows, folder)
    notes += [figures, matched]
    rasters = {}
    for name, raster in project.rasters.items():
        progress(name)
        rasters[name] = open_raster(name, project.path(raster.path), raster)
        files[raster.path] = sha256(project.path(raster.path))
    crs = batched["parcels"] if "parcels" in batched else frames["parcels"].crs
    empty = {name: gpd.GeoDataFrame(geometry=[], crs=own) for name, own in batched.items()}
    notes.append(one_datum(frames | empty, crs))
    for name, opened in rasters.items():
        check_datum(pyproj.CRS.from_user_input(opened.crs), crs, name)
    laid, broken = in_one_crs(frames, crs if one_crs else None)
    checked = read_project_notes(project)
    found = findings.gather_findings([*notes, broken, checked.findings])
    files |= checked.files
    return Layers(laid, found, files, rasters, rows, places, by_file, checked.tables)


def _read_all(
    project: Project,
    sources: dict[str, Spec],
    progress: Progress,
    folder: Path | None,
    each: Each | None,
) -> Iterator[tuple[str, Rows]]:
    """Every layer's rows; a workbook that several are read from is parsed once."""
    named = Counter(
        path for source in sources.values() for path in {leaf.path for leaf in leaves(source)}
    )
    shared = [PurePosixPath(path).name for path, count in named.items() if count > 1]
    out = read_apart(project, sources, folder, each, progress) if folder and each else {}
    apart, left = frozenset(out), [name for name in sources if name not in out]
    names = known_names(folder) if set(left) & set(BY_NAME) else None
    # The register first: other tables may name its enterprises. Outlines last: reading a table
    # takes twice its memory.
    order = sorted(left, key=lambda n: (n != "enterprises", LAYERS[n].geometry != "none"))
    with books_kept(shared):
        for name in order:
            progress(name)
            read = read_rows(project, name, sources[name], names)
            if name == "enterprises":
                names = EnterpriseNames.of(read.frame)
            large = len(read.frame) > _LARGE
            out[name] = replace(read, frame=_parked(read.frame, name, folder))
            del read
            if large:
                give_back_memory()
    del names
    give_back_memory()
    sheets = Counter(
        place
        for name, rows in out.items()
        if LAYERS[name].geometry == "none"
        for place in set(zip(rows.places.files, rows.places.sheets, strict=True))
    )
    for name, source in sources.items():
        rows = out.pop(name)
        if name in apart:
            yield name, rows
            continue
        places = zip(rows.places.files, rows.places.sheets, strict=True)
        ledger = LAYERS[name].geometry == "none" and any(sheets[place] > 1 for place in places)
        whole = replace(rows, frame=whole_of(rows.frame))
        yield name, finished(whole, project, name, source, ledger=ledger)
        del whole


def _parked(frame: Any, name: str, folder: Path | None) -> Any:
    """A table of enterprises in files of the folder, where there is one; anything else as it is."""
    if folder is None or name not in LAYERS_OF["enterprise_id"] or isinstance(frame, ParkedTable):
        return frame
    return ParkedTable.of(frame, name, folder)


def completed(
    frames: dict[str, Any], rows: dict[str, dict[str, int]], folder: Path | None = None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Canonical frames with their ids alike, without repeated rows, and with parks; findings.

    `rows` are the counts of what was read by layer: repeats are told there. Tables may be parked in
    `folder`. Ids of parcels that are read in batches wait for these.
    """
    columns = [c for c in LAYERS_OF if c != "parcel_id" or "parcels" in frames]
    alike, matched = match_ids({name: ids_of(frame) for name, frame in frames.items()}, columns)
    frames = {
        name: replace(frame, ids=alike[name]) if isinstance(frame, ParkedTable) else alike[name]
        for name, frame in frames.items()
    }
    notes = [matched]
    if "occupancy" in frames:
        occupancy = whole_of(frames["occupancy"])
        kept, repeats = without_repeats(occupancy)
        notes.append(repeats)
        if len(repeats):
            frames["occupancy"] = _parked(kept, "occupancy", folder)
            rows["occupancy"]["repeats"] += len(repeats)
    if "parks" not in frames:
        frames["parks"] = parks_of(finite_outlines(frames["parcels"], "parcels")[0])
        notes.append(
            findings.about_layer(
                "parks",
                "parks_from_parcels",
                Message("sources_load.no_parks_layer"),
                Message("sources_load.give_layer_park_boundaries"),
                "info",
            )
        )
    return frames, findings.gather_findings(notes)


def in_one_crs(frames: Frames, crs: CRS) -> tuple[Frames, pd.DataFrame]:
    """Every layer in one reference system (None: as they are), without outlines that have none."""
    out, notes = dict(frames), []
    for name, frame in frames.items():
        if isinstance(frame, gpd.GeoDataFrame):
            laid = frame if crs is None else frame.to_crs(crs)
            out[name], broken = finite_outlines(laid, name)
            notes.append(broken)
    return out, findings.gather_findings(notes)
