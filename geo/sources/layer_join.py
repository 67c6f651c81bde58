"""Columns of a table put to the rows of a layer (`join`), by a key, and nothing lost in silence.

Keys are compared as ids are: 1001, 1001.0 and １００１ name one thing. With a column come the units
above its table, its number formats, and what was found while the table was read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Ints, Series
from geo.errors import SourceError
from geo.geometry.keys import isin_text, match_key, position_of
from geo.model import LAYERS
from geo.project import Join, TableSource
from geo.sources.cells import as_text
from geo.sources.tables import read_table
from geo.text import Message, Wording, join, within

_SHOWN = 5
"""Keys that a finding names."""


def with_joined(
    frame: gpd.GeoDataFrame, asked: Join, file: Path, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The layer with the columns of the table `file`, and what was found of it.

    Of several records of one key the first is taken, which is told where they differ. The attrs
    `units_of` are the texts that state units of a column (`geo.sources.fields`).

    Raises SourceError for a column that is not there, one that the layer has already, and where no
    row finds a record.
    """
    table, notes = read_table(file, TableSource(path=asked.path))
    _require_columns(frame, table, asked)
    excel = "letters" in table.attrs
    wanted, keys = (_keys(one, excel=excel) for one in (frame[asked.left], table[asked.right]))
    first = np.flatnonzero((keys.notna() & ~keys.duplicated()).to_numpy())
    at = position_of(wanted, keys.iloc[first])
    if (at < 0).all() and wanted.notna().any():
        examples = join([*wanted.dropna().head(2), *keys.dropna().head(2)])
        raise SourceError(
            "layer_join.nothing_matches",
            path=asked.path,
            left=asked.left,
            right=asked.right,
            examples=examples,
        )
    record = np.where(at < 0, -1, np.append(first, -1)[at])
    out = frame.assign(**{column: _taken(table[column], record) for column in asked.take})
    out.attrs = _attributes(frame, table, record, asked)
    found = [
        *_of_table(notes, asked.path, name),
        _unmatched(wanted[(at < 0) & wanted.notna().to_numpy()], len(frame), asked, name),
        _left_over(keys[~isin_text(keys, wanted)], asked, name),
        _repeats(table, keys, asked, name),
    ]
    return out, findings.gather_findings(found)


def _require_columns(frame: gpd.GeoDataFrame, table: pd.DataFrame, asked: Join) -> None:
    for side, columns, held in (
        ("left", [asked.left], frame.columns),
        ("right", [asked.right], table.columns),
        ("take", asked.take, table.columns),
    ):
        lacking = next((column for column in columns if column not in held), None)
        if lacking is not None:
            names = join(str(c) for c in held if c not in ("geometry", "source_row"))
            raise SourceError(
                "layer_join.no_column", path=asked.path, side=side, column=lacking, names=names
            )
    twice = next((column for column in asked.take if column in frame.columns), None)
    if twice is not None:
        raise SourceError("layer_join.column_twice", path=asked.path, column=twice)


def _keys(values: Series, *, excel: bool) -> Series:
    """What keys are compared by; a blank cell is none."""
    key = match_key(as_text(values, excel=excel)[0])
    return key.mask(key == "")


def _taken(values: Series, record: Ints) -> Any:
    """A column's cells of these records, missing where there is none; whole numbers stay whole."""
    if pd.api.types.is_integer_dtype(values.dtype) and (record < 0).any():
        values = values.astype(object)
    return values.reset_index(drop=True).reindex(record).array


def _attributes(
    frame: gpd.GeoDataFrame, table: pd.DataFrame, record: Ints, asked: Join
) -> dict[str, Any]:
    """The layer's own attrs, and what those of the table say of the columns that are taken."""
    rows = table["source_row"].reset_index(drop=True).reindex(record).to_numpy()
    own = frame["source_row"].to_numpy()
    out = dict(frame.attrs)
    out["units_of"] = {column: list(table.attrs.get("units", [])) for column in asked.take}
    for kind in ("percent", "formats"):
        held = table.attrs.get(kind, {})
        out[kind] = dict(out.get(kind, {})) | {c: held[c] for c in asked.take if c in held}
    for column in asked.take:
        if column in out["percent"]:
            out["percent"][column] = own[np.isin(rows, out["percent"][column])].tolist()
    return out


def _of_table(notes: pd.DataFrame, path: str, name: str) -> list[pd.DataFrame]:
    """What was found of the table, as findings on the layer: their rows are not the layer's."""
    told = [
        findings.about_layer(
            name,
            str(note["code"]),
            Message("layer_join.of_table", path=path, text=findings.sentence(note, "message")),
            findings.sentence(note, "mend"),
            note["severity"],
        )
        for _, note in notes.iterrows()  # rows-ok: findings
    ]
    return [findings.once_per_layer(told)]


def _unmatched(keys: Series, rows: int, asked: Join, name: str) -> pd.DataFrame:
    return _about(
        "join_unmatched",
        keys,
        name,
        Message(
            "layer_join.rows_without_record",
            path=asked.path,
            count=len(keys),
            rows=rows,
            layer=within(LAYERS[name].title),
            left=asked.left,
            keys=_listed(keys),
        ),
        "warning",
    )


def _left_over(keys: Series, asked: Join, name: str) -> pd.DataFrame:
    distinct = keys.dropna().drop_duplicates()
    message = Message(
        "layer_join.records_without_row",
        path=asked.path,
        count=len(distinct),
        right=asked.right,
        keys=_listed(distinct),
    )
    return _about("join_left_over", distinct, name, message, "info")


def _repeats(table: pd.DataFrame, keys: Series, asked: Join, name: str) -> pd.DataFrame:
    """Keys whose records differ in what is taken."""
    several = keys.notna() & keys.duplicated(keep=False)
    texts = table.loc[several.to_numpy(), asked.take].astype("str").set_axis(keys[several], axis=0)
    differ = texts.groupby(level=0, sort=False).nunique(dropna=False).gt(1).any(axis=1)
    odd = pd.Series(differ.index[differ], dtype="str")
    message = Message(
        "layer_join.records_differ",
        path=asked.path,
        count=len(odd),
        right=asked.right,
        keys=_listed(odd),
    )
    return _about("join_repeats", odd, name, message, "warning")


def _about(
    code: str, keys: Series, name: str, message: Message, severity: findings.Severity
) -> pd.DataFrame:
    if not len(keys):
        return findings.no_findings()
    return findings.about_layer(name, code, message, Message("layer_join.correct_keys"), severity)


def _listed(keys: Series) -> Wording:
    return join([str(key) for key in keys.drop_duplicates()], most=_SHOWN)
