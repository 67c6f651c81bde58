"""The GeoPackage, FlatGeobuf and one GeoParquet or Parquet file a table, for GIS users."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from geo import findings
from geo.arrays import Frames
from geo.geometry.keys import take_text
from geo.model.tables import SHIPPED, TABLES, names
from geo.project import Settings
from geo.publish.gis.attributes import opened, write_attributes
from geo.publish.gis.coded import FROM as CODED_FROM
from geo.publish.gis.coded import write_coded
from geo.publish.stable import unclocked_gdal
from geo.run import Run
from geo.run.files import plain, table_file, write_table
from geo.run.held import VERDICTS
from geo.run.pieces import OUTLINE, Pieces
from geo.run.verdict_files import LONG, write_verdicts
from geo.run.verdict_files import PARTS as CODED
from geo.standards.table import shortened

MOST_ROWS = 100_000
"""Most rows of `figures`, `zones` and the tables of `LEFT_OUT` that a GeoPackage has in full."""
LEFT_OUT = ("allocation", "ways", "score_items", "hotspots")
"""Tables that a GeoPackage has not where they are longer."""
ABOVE = ("park", "industry", "field", "project")
"""Subjects of the figures that stay in a GeoPackage where there are very many."""
NOT_LISTED = "not_listed"
"""The table that says of which tables a GeoPackage has not all rows."""
DATABASE_TABLES = (*names(table for table in SHIPPED if table.stored), *CODED, "failing_verdicts")
"""What is written to a database: every table, codes of verdicts, the view of those that fail."""
_KINDS = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point", "any": "Unknown"}


def tables(run: Run) -> Iterator[tuple[str, Any]]:
    """Every table of a run by its name in the contract, each made when its turn comes."""
    for name in run.tables:
        yield name, run.published(name)


def _kind(name: str) -> str:
    """What the outlines of a table are called by GDAL."""
    return _KINDS[TABLES[name].geometry] if name in TABLES else "MultiPolygon"


def write_geopackage(run: Run, file: Path) -> None:
    """All tables in one GeoPackage; of long ones what asks for something, and the sums.

    The table `not_listed` says of which tables not all rows are here, and where they are.
    """
    short: list[dict[str, Any]] = []
    with GeoPackage(file, run.settings) as written:
        for name in run.tables:
            if name == VERDICTS:
                table, rows = shortened(run.verdict_codes), run.verdict_codes.count
            else:
                table, rows = _listed(name, run), run.count(name)
            shown = 0 if table is None else len(table)
            if shown < rows:
                place = run.verdicts_place if name == VERDICTS else f"{TABLES[name].place}.parquet"
                short.append({"table": name, "rows": rows, "listed": shown, "all_rows": place})
            if table is not None and len(table.columns):
                written.append(table, name)
        if short:
            written.append(pd.DataFrame(short), NOT_LISTED)


def _listed(name: str, run: Run) -> Any:
    """The rows of a table that a GeoPackage has: all, or of a long one what people read of it.

    None of one that it has not.
    """
    if is_left_out(name, run):
        return None
    if name == "figures" and run.count(name) > MOST_ROWS:
        return run.about(name, ABOVE).reset_index(drop=True)
    table = run.published(name)
    if name == "zones" and len(table) > MOST_ROWS:
        return table[table["control"] != "clear"].reset_index(drop=True)
    return table


def is_left_out(name: str, run: Run) -> bool:
    """Whether a GeoPackage of the run has no table of this name."""
    return name in LEFT_OUT and run.count(name) > MOST_ROWS


def layers_of(geopackage: Path) -> set[str]:
    """The layers and tables of a GeoPackage."""
    return set(pyogrio.list_layers(geopackage)[:, 0].tolist())


def write_parquet(run: Run, folder: Path) -> None:
    """GeoParquet 1.1 for parcels and parks, Parquet for the tables."""
    for name in run.tables:
        if name == VERDICTS and run.verdict_codes.count > LONG:
            write_verdicts(run.verdict_codes, folder)
        else:  # as the run has it, so that equal runs give equal files
            write_table(run.published(name), table_file(folder, name))


def write_flatgeobuf(run: Run, folder: Path) -> None:
    """One FlatGeobuf a layer that has outlines, with a spatial index.

    The format has no index over rows without an outline: a layer that has such has none.
    """
    settings = run.settings
    folder.mkdir(parents=True, exist_ok=True)
    named = [name for name in run.tables if name in TABLES]
    drawn = [name for name in named if TABLES[name].geometry != "none"]  # rows-ok: tables
    for name in drawn:
        pieces = run.pieces(name)
        if pieces.crs is None or not pieces.rows:
            continue
        kind = _kind(name)
        pyogrio.write_arrow(
            _as_drawn(pieces, kind),
            folder / f"{name}.fgb",
            layer=name,
            driver="FlatGeobuf",
            geometry_name=OUTLINE,
            geometry_type=kind,
            crs=pieces.crs.to_wkt(),
            TITLE=name,
            DESCRIPTION=settings.synthetic or settings.title,
            SPATIAL_INDEX="YES" if _all_drawn(pieces) else "NO",
        )


_SINGLE: dict[str, tuple[int, Any]] = {
    "MultiPolygon": (shapely.GeometryType.POLYGON, shapely.multipolygons),
    "MultiLineString": (shapely.GeometryType.LINESTRING, shapely.multilinestrings),
}
"""What of a layer of several outlines a row is one of alone, and what makes it several."""


def _as_drawn(pieces: Pieces, kind: str) -> pa.RecordBatchReader:
    """The pieces as a stream, outlines of the layer's kind."""

    def batches() -> Iterator[pa.RecordBatch]:
        for piece in pieces.tables():
            shapes = shapely.from_wkb(piece[OUTLINE].to_numpy())
            if kind in _SINGLE:
                one, several = _SINGLE[kind]
                single = shapely.get_type_id(shapes) == one
                shapes[single] = several(shapes[single][:, None])
            outlines = pa.array(shapely.to_wkb(shapes), pa.binary())
            at = piece.schema.get_field_index(OUTLINE)
            yield from piece.set_column(at, piece.schema.field(at), outlines).to_batches()

    return pa.RecordBatchReader.from_batches(pieces.schema, batches())


def _all_drawn(pieces: Pieces) -> bool:
    """Whether every row has an outline."""
    return not any(
        (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
        for piece in pieces.tables([OUTLINE])
        for shapes in [shapely.from_wkb(piece[OUTLINE].to_numpy())]
    )


def write_layers(layers: dict[str, gpd.GeoDataFrame], file: Path) -> None:
    """Layers of polygons in one GeoPackage."""
    for name, layer in layers.items():
        _write(layer, file, name, "MultiPolygon")


def _apart(columns: list[str]) -> dict[str, str]:
    """New names of the columns that SQLite takes for another's: it looks at no case.

    >>> _apart(["Name", "tax", "name", "NAME"])
    {'name': 'name_2', 'NAME': 'NAME_3'}
    """
    taken, renamed = {name.casefold() for name in columns}, {}
    seen: set[str] = set()
    for name in columns:
        if name.casefold() in seen:
            free = next(n for n in (f"{name}_{i}" for i in count(2)) if n.casefold() not in taken)
            renamed[name] = free
            taken.add(free.casefold())
        seen.add(name.casefold())
    return renamed


def _as_written(table: Any) -> Any:
    """Words as text, columns by names that SQLite tells apart."""
    words = {
        str(c): table[c].array for c in table if isinstance(table[c].dtype, pd.CategoricalDtype)
    }
    said = {c: take_text(w.codes, w.categories).array for c, w in words.items()}
    return table.assign(**said).rename(columns=_apart([*map(str, table.columns)]))


def _write(table: Any, file: Path, layer: str, geometry: str | None, **options: Any) -> None:
    """A layer of a GeoPackage by Arrow, which takes a quarter of the time."""
    unclocked_gdal()
    pyogrio.write_dataframe(
        _as_written(table),
        file,
        layer=layer,
        driver="GPKG",
        geometry_type=geometry,
        promote_to_multi=geometry not in (None, "Unknown", "Point"),
        append=file.exists(),
        use_arrow=True,
        **options,
    )


def write_findings_layer(
    table: pd.DataFrame, frames: Frames, settings: Settings, file: Path
) -> None:
    """Findings with their own geometry, else that of the row they are about, where it has one."""
    crs = frames["parcels"].crs
    where = table["geometry"].copy() if len(table) else pd.Series(dtype=object)
    for name, rows in table[where.isna()].groupby("layer"):
        frame = frames.get(str(name))
        if isinstance(frame, gpd.GeoDataFrame):
            places = frame.drop_duplicates("source_row").set_index("source_row").geometry
            where[rows.index] = rows["row"].map(places)
    layer = gpd.GeoDataFrame(
        plain(findings.in_language(table, settings.lang)),
        geometry=gpd.GeoSeries(where.to_list(), index=where.index, crs=crs),
        crs=crs,
    )
    _write(layer, file, "findings", "Unknown")


class GeoPackage:
    """A GeoPackage being written, a table after the other, each a layer of its name."""

    def __init__(self, file: Path, settings: Settings) -> None:
        self._file, self._note = file, settings.synthetic or settings.title
        self._words: dict[str, int] = {}
        self._base: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        """Itself; it makes the file with its first table."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the file go."""
        if self._base is not None:
            self._base.close()

    def append(self, table: Any, name: str) -> None:
        """One more table; of a long one each word once (`coded`)."""
        own = plain(table)
        drawn = isinstance(table, gpd.GeoDataFrame)
        if not drawn and self._file.exists():
            self._base = self._base or opened(self._file)
            if len(own) >= CODED_FROM:
                write_coded(own, name, self._base, self._note, self._words)
                return
            if write_attributes(_as_written(own), name, self._base, self._note):
                return
        kind = _kind(name) if drawn else None
        _write(own, self._file, name, kind, layer_metadata={"DESCRIPTION": self._note})
