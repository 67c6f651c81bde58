"""The tables of a run by their names in the contract, and how each lies in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.arrays import Floats, Series
from geo.model.table import FOLDER
from geo.model.tables import TABLES

SOUGHT = ("subject", "year", "measure", "verdict", "severity", "code")
"""Columns beside ids by which readers leave out rows of a file."""
_HARDLY_REPEAT = ("subject_id", "parcel_id", "enterprise_id", "occupied_id")
"""Texts of which a dictionary would be nearly as long as the column."""
QUICK = "lz4"
"""How a file is packed that is read once more and then thrown away."""
_NO_TEXT, _NOTHING = pd.array([], dtype="str"), np.empty(0, object)


def table_file(folder: Path, name: str, part: str = "") -> Path:
    """The file of a table among the results in `folder`, or of a part of it, its folder made."""
    place = TABLES[name].place if name in TABLES else f"{FOLDER}/{name}"
    file = folder / (f"{place}/{part}.parquet" if part else f"{place}.parquet")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def write_table(table: Any, file: Path, compression: str = "zstd") -> None:
    """GeoParquet 1.1 with a column of boxes for what has outlines, Parquet for the rest."""
    coarse = {c: "datetime64[ms]" for c in table if table[c].dtype == "datetime64[s]"}
    if coarse:  # Parquet has no seconds: written again, the file would be another
        table = table.astype(coarse)
    # A dictionary of what hardly repeats, as outlines, is made for nothing.
    if isinstance(table, gpd.GeoDataFrame):
        table.to_parquet(
            file,
            compression=compression,
            schema_version="1.1.0",
            write_covering_bbox=True,
            index=False,
            use_dictionary=[
                name
                for name, kind in table.dtypes.items()
                if str(kind) != "geometry" and _repeats(name, pd.api.types.is_float_dtype(kind))
            ],
        )
    else:
        rows = _same_codes(pa.Table.from_pandas(plain(table), preserve_index=False))
        # Bounds of columns that no reader leaves rows out by cost a third of the writing.
        pq.write_table(
            rows,
            file,
            compression=compression,
            use_dictionary=[
                f.name for f in rows.schema if _repeats(f.name, pa.types.is_floating(f.type))
            ],
            write_statistics=[
                name for name in rows.column_names if name.endswith("_id") or name in SOUGHT
            ],
        )


def _repeats(name: Any, is_figure: bool) -> bool:
    return name == "year" or not (is_figure or name in _HARDLY_REPEAT)


def _same_codes(rows: pa.Table) -> pa.Table:
    """The table with 32-bit codes, so that files of different categories are of one schema."""
    kinds = [
        pa.field(f.name, pa.dictionary(pa.int32(), pa.string()))
        if pa.types.is_dictionary(f.type)
        else f
        for f in rows.schema
    ]
    return rows.cast(pa.schema(kinds, rows.schema.metadata))


def plain(table: Any) -> Any:
    """A copy whose object columns are text, so that every writer takes them; rows are numbers."""
    out = table.copy(deep=False)
    for name, kind in table.dtypes.items():
        if name != "geometry" and pd.api.types.is_object_dtype(kind):
            numbered = name in ("row", "source_row")
            out[name] = _as_rows(table[name]) if numbered else _as_text(table[name])
        elif kind == "boolean":
            out[name] = table[name].astype("Int8").astype("float64")
    return out


def _as_rows(values: Series) -> Series:
    """Numbers of rows, where there are any and all are numbers."""
    numbers = pd.to_numeric(values, errors="coerce")
    known = values.notna()
    return numbers if known.any() and numbers[known].notna().all() else _as_text(values)


def _as_text(values: Series) -> Series:
    if not len(values):  # as most columns of a small project's tables: no cast has to be found
        return pd.Series(_NO_TEXT, index=values.index)
    text, known = values.astype("str"), values.notna()
    return text if known.all() else text.where(known)


def read_arrow(file: Path, _: str = "") -> Any:
    """A file, or a folder of them, as an Arrow table."""
    return pq.read_table(file)


def bounds_of_file(file: Path) -> Floats:
    """The bounds of a layer's outlines by the boxes that its file has of them; NaN without any."""
    boxes = pq.read_table(file, columns=["bbox"])["bbox"].combine_chunks()
    if not len(boxes):
        return np.full(4, np.nan)
    low = [pc.min(boxes.field(side)).as_py() for side in ("xmin", "ymin")]
    high = [pc.max(boxes.field(side)).as_py() for side in ("xmax", "ymax")]
    return np.array([*low, *high], dtype=np.float64)


def read_file(file: Path, name: str, **which: Any) -> Any:
    """One table of this name from its file, or from a folder of its parts; `which` rows and columns.

    A column of a table without rows holds no type: Parquet gives it back as text, which cannot be
    counted with, so it is any type again, as where it was made. Layers are only drawn, and stay.
    """
    drawn = name in TABLES and TABLES[name].geometry != "none"
    if drawn and "geometry" in (which.get("columns") or ["geometry"]):
        return gpd.read_parquet(file)
    table = _whole(file) if file.is_file() and not which else pd.read_parquet(file, **which)
    if len(table):
        return table
    columns = {
        column: _NOTHING if kind == "str" else table[column].array
        for column, kind in table.dtypes.items()
    }
    return pd.DataFrame(columns, index=table.index)


def _whole(file: Path) -> pd.DataFrame:
    """One file as `pd.read_parquet` has it, which takes twice as long over a small one."""
    with pq.ParquetFile(file) as opened:
        table: pd.DataFrame = opened.read().to_pandas()
    return table
