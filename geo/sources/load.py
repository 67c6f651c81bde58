"""All layers of a project read into one `Layers`, in the parcels' reference system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj

from geo import findings
from geo.arrays import CRS, Frames
from geo.errors import SourceError
from geo.model import LAYERS, MEASURES, Exchange, LayerSpec
from geo.project import Join, LayerSource, Project, TableSource
from geo.sources.columns import columns_by_name
from geo.sources.datum import check_datum, one_datum
from geo.sources.digest import sha256
from geo.sources.dissolve import dissolved, parks_of
from geo.sources.fields import canonical
from geo.sources.finite import finite_outlines
from geo.sources.ids import match_ids
from geo.sources.parcel_figures import spec_of, with_parcel_figures
from geo.sources.raster import Raster, open_raster
from geo.sources.registry import source_of
from geo.sources.repairs import FILE as REPAIRS
from geo.sources.repairs import mended, read_repairs
from geo.sources.repeats import without_repeats
from geo.sources.reserved import free_of_results
from geo.sources.source import Read, Spec
from geo.sources.tables import read_table
from geo.text import Message, join

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Layers:
    """Canonical frames by layer name, what was found while reading, files read, open rasters.

    `rows` are counts of what was read by layer (read, sums, repeats, notes), `sheets` the names of
    the sheets of each table, in the order of their rows.
    """

    frames: Frames
    findings: pd.DataFrame = field(default_factory=findings.no_findings)
    files: dict[str, str] = field(default_factory=dict)
    rasters: dict[str, Raster] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    sheets: dict[str, list[str]] = field(default_factory=dict)

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
    parcels_crs: CRS | None = None,
    one_crs: bool = True,
) -> Layers:
    """Read every layer and table of the project file, with its repairs unless told otherwise.

    With `parcels_crs` all but the parcels, in that reference system; without `one_crs` each layer
    in that of its own file.
    """
    frames: Frames = {}
    notes: list[pd.DataFrame] = []
    files: dict[str, str] = {}
    rows: dict[str, dict[str, int]] = {}
    sheets: dict[str, list[str]] = {}
    repairs = read_repairs(project.folder) if repaired else {}
    if project.legend:
        files[project.legend] = sha256(project.path(project.legend))
    if repairs:
        files[REPAIRS] = sha256(project.folder / REPAIRS)
    sources: dict[str, Spec] = {**project.layers, **project.tables}
    for name, source in sources.items():
        if name == "parcels" and parcels_crs is not None:
            continue
        progress(name)
        read = _read(project, name, source)
        raw = read.frame
        files |= read.files
        if raw.empty:
            raise SourceError(
                "sources_load.layer_empty", path=source.path, layers=LAYERS[name].title, name=name
            )
        frame, typed = canonical(
            raw,
            spec_of(name, source.fields),
            source.fields,
            Path(source.path).name,
            project.settings.currency,
            source.constants,
            Exchange(source.currency, project.settings.rates),
        )
        frame, reserved = free_of_results(
            frame, name, project.settings.catalogue, Path(source.path).name, source.fields
        )
        notes += [read.findings, typed, reserved]
        _require_measure(LAYERS[name], frame, raw, source.path, typed)
        rows[name] = _counts(raw)
        sheets[name] = list(raw.attrs.get("sheets", []))
        if name in repairs:
            frame, done = mended(frame, repairs[name], name)
            notes.append(done)
        frames[name] = frame
    own = project.layers["parcels"].fields
    frames, figures = with_parcel_figures(frames, own, project.settings.year, rows)
    frames, matched = completed(frames, rows)
    notes += [figures, matched]
    rasters = {}
    for name, raster in project.rasters.items():
        progress(name)
        rasters[name] = open_raster(name, project.path(raster.path), raster)
        files[raster.path] = sha256(project.path(raster.path))
    crs = parcels_crs if parcels_crs is not None else frames["parcels"].crs
    notes.append(one_datum(frames, crs))
    for name, opened in rasters.items():
        check_datum(pyproj.CRS.from_user_input(opened.crs), crs, name)
    laid, broken = in_one_crs(frames, crs if one_crs else None)
    return Layers(laid, findings.gather_findings([*notes, broken]), files, rasters, rows, sheets)


def completed(
    frames: dict[str, Any], rows: dict[str, dict[str, int]]
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Canonical frames with their ids alike, without repeated rows, and with parks; findings.

    `rows` are the counts of what was read by layer: repeats are told there.
    """
    frames, matched = match_ids(frames)
    notes = [matched]
    if "occupancy" in frames:
        frames["occupancy"], repeats = without_repeats(frames["occupancy"])
        notes.append(repeats)
        rows["occupancy"]["repeats"] = len(repeats)
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


def _counts(raw: pd.DataFrame) -> dict[str, int]:
    """Rows that were read, that were sums, and that were notes."""
    counts = raw.attrs.get("rows", {})
    sums = int(counts.get("sums", 0))
    return {
        "read": len(raw) + sums,
        "sums": sums,
        "repeats": 0,
        "notes": int(counts.get("notes", 0)) + int(counts.get("continued", 0)),
    }


def _require_measure(
    spec: LayerSpec, frame: pd.DataFrame, raw: pd.DataFrame, source: str, found: pd.DataFrame
) -> None:
    """Raise SourceError for a table of figures in which no figure is known by its heading.

    Where each was stopped by its unit, that is the cause that is told.
    """
    measures = [c for c in MEASURES if c.name in spec.by_name]
    if spec.geometry != "none" or not measures or any(c.name in frame for c in measures):
        return
    stopped = found[found["code"] == "unit_unknown"]
    if not stopped.empty:
        first = stopped.iloc[0]
        raise SourceError(
            "sources_load.measures_stopped",
            source=source,
            message=findings.sentence(first, "message"),
            mend=findings.sentence(first, "mend"),
        )
    headings = [str(c) for c in raw.columns if c not in ("source_row", "geometry")]
    raise SourceError(
        "sources_load.no_column_known_measure",
        source=source,
        known=join(measures),
        name=measures[0].name,
        headings=join(headings),
        names=join(c.name for c in measures),
    )


def _read(project: Project, name: str, spec: Spec) -> Read:
    """A layer or table as its source gives it, with what `join` and `dissolve` make of it."""
    read = source_of(spec.path, spec).read(project, name, spec)
    if not isinstance(spec, LayerSource):
        return read
    frame, notes, files = read.frame, read.findings, dict(read.files)
    if spec.join:
        frame = _joined(frame, spec.join, project)
        files[spec.join.path] = sha256(project.path(spec.join.path))
    if spec.dissolve:
        file, needed = Path(spec.path).name, _needed(name, spec, frame)
        frame, merged = dissolved(frame, spec.dissolve, file, name, needed)
        notes = findings.gather_findings([notes, merged])
    return Read(frame, notes, files)


def _needed(name: str, source: LayerSource, frame: gpd.GeoDataFrame) -> list[str]:
    """Columns of a file that the layer cannot do without, by the file's headings."""
    spec = LAYERS[name]
    headings = columns_by_name(spec, source.fields, [str(c) for c in frame.columns])
    return [heading for column, heading in headings.items() if spec.by_name[column].required]


def _joined(frame: gpd.GeoDataFrame, join: Join, project: Project) -> gpd.GeoDataFrame:
    table, _ = read_table(project.path(join.path), TableSource(path=join.path))
    for side, column, columns in (
        ("left", join.left, frame.columns),
        ("right", join.right, table.columns),
    ):
        if column not in columns:
            raise SourceError(
                "sources_load.names_column_not", path=join.path, side=side, column=column
            )
    firsts = table.drop_duplicates(join.right).set_index(join.right)[join.take]
    return frame.join(firsts, on=join.left)


def in_one_crs(frames: Frames, crs: CRS) -> tuple[Frames, pd.DataFrame]:
    """Every layer in one reference system (None: as they are), without outlines that have none."""
    out, notes = dict(frames), []
    for name, frame in frames.items():
        if isinstance(frame, gpd.GeoDataFrame):
            laid = frame if crs is None else frame.to_crs(crs)
            out[name], broken = finite_outlines(laid, name)
            notes.append(broken)
    return out, findings.gather_findings(notes)
