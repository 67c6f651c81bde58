"""What a project declares of a file beside its columns: what is dropped, its year, its ids.

Runs on the rows as they stand, before their columns are known by canonical names.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from geo import findings
from geo.errors import ProjectError, SourceError
from geo.model import LAYERS, LayerSpec
from geo.model.periods import years_named
from geo.source_spec import YearPlace
from geo.sources.columns import columns_by_name
from geo.sources.places import RowPlaces
from geo.sources.source import Spec
from geo.sources.wide import YEAR_COLUMN
from geo.text import Message, join

ROW = "R"
"""What stands before a row number that is an id: R12, 绵竹-R12."""
_PLACES = {
    "file": Message("file_place.file_name"),
    "sheet": Message("file_place.sheet"),
    "title": Message("file_place.title"),
}


def as_declared(
    raw: Any, name: str, spec: Spec, path: str, places: RowPlaces, *, among: Sequence[str] = ()
) -> tuple[Any, pd.DataFrame]:
    """The rows without dropped columns, with the year and the ids that the project declares.

    `path` is the file as the project names it; `among` are the paths of several files that are put
    together: an id then holds what tells its file from the others, and a column to drop need not
    be in each.
    """
    layer = LAYERS[name]
    frame = _without_dropped(raw, spec, path, several=bool(among))
    if spec.year_from:
        frame = _with_year(frame, layer, spec, spec.year_from, path, places)
    if spec.row_id is None:
        return frame, findings.no_findings()
    return _with_ids(frame, layer, spec, path, places, _head_of(path, among))


def _head_of(path: str, among: Sequence[str]) -> str:
    """What tells a file from the others: 绵竹 in 台账/, 甲-台账 where two are called 台账; else "".

    >>> _head_of("台账/绵竹.xlsx", ["台账/绵竹.xlsx", "台账/什邡.xlsx"])
    '绵竹'
    >>> _head_of("甲/l.xlsx", ["甲/l.xlsx", "乙/l.xlsx"]), _head_of("l.xlsx", [])
    ('甲-l', '')
    """
    if not among:
        return ""
    stems = [PurePosixPath(one).with_suffix("") for one in among]
    own = PurePosixPath(path).with_suffix("")
    count = next((n for n in range(1, len(own.parts)) if _ends(stems, own, n) == 1), len(own.parts))
    return "-".join(own.parts[-count:])


def _ends(stems: Sequence[PurePosixPath], own: PurePosixPath, count: int) -> int:
    """How many of the paths end like this one in so many parts."""
    return sum(stem.parts[-count:] == own.parts[-count:] for stem in stems)


def _without_dropped(raw: Any, spec: Spec, path: str, *, several: bool) -> Any:
    held = [str(c) for c in raw.columns if c not in ("source_row", "geometry")]
    unknown = [column for column in spec.drop if column not in held]
    if unknown and not several:
        raise SourceError(
            "declared.no_column_to_drop",
            file=PurePosixPath(path).name,
            column=unknown[0],
            headings=join(held),
        )
    wanted = {f.column for f in spec.fields.values()} & set(spec.drop)
    if wanted:
        raise ProjectError("declared.dropped_and_mapped", column=min(wanted))
    if not spec.drop:
        return raw
    out = raw.drop(columns=[column for column in spec.drop if column in held])
    out.attrs.update(raw.attrs)
    return out


def _with_year(
    frame: Any, layer: LayerSpec, spec: Spec, place: YearPlace, path: str, places: RowPlaces
) -> Any:
    """The rows with the one year that their file, sheet or title states."""
    file = PurePosixPath(path).name
    known = columns_by_name(layer, spec.fields, [str(c) for c in frame.columns])
    if "year" in known or "year" in spec.constants:
        column = known.get("year", "constants.year")
        raise ProjectError("declared.year_twice", file=file, place=place, column=column)
    texts = _stating(frame, place, path, len(places.starts))
    years = [_one_year(text, place, file) for text in texts]
    year = np.array(years, dtype=object)[places.number(frame["source_row"])]
    out = frame.assign(**{YEAR_COLUMN: pd.Series(year, index=frame.index, dtype=object)})
    out.attrs.update(frame.attrs)
    return out


def _stating(frame: Any, place: YearPlace, path: str, count: int) -> list[Sequence[str]]:
    """For each sheet the texts that may state its year; a file without sheets is one."""
    if place == "file":
        return [(PurePosixPath(path).name,)] * count
    if place == "sheet":
        return [(sheet,) for sheet in frame.attrs.get("sheets", [])] or [()] * count
    titles = frame.attrs.get("titles") or [frame.attrs.get("units", [])]
    return list(titles) * (count if len(titles) == 1 else 1)


def _one_year(texts: Sequence[str], place: YearPlace, file: str) -> int:
    years = sorted({year for text in texts for year in years_named(str(text))})
    if len(years) == 1:
        return years[0]
    raise SourceError(
        "declared.years_many" if years else "declared.year_none",
        file=file,
        place=_PLACES[place],
        texts=join([t for t in texts if str(t).strip()] or ["—"], most=3),
        years=join(years),
    )


def _with_ids(
    frame: Any, layer: LayerSpec, spec: Spec, path: str, places: RowPlaces, head: str
) -> tuple[Any, pd.DataFrame]:
    """The rows with ids made of their numbers: R12, 2023-R12 of a sheet, 绵竹-2023-R12 of files."""
    column = layer.id_column
    file = PurePosixPath(path)
    known = columns_by_name(layer, spec.fields, [str(c) for c in frame.columns])
    if column in known:
        raise ProjectError("declared.id_twice", file=file.name, column=known[column], name=column)
    sheets = [s if len(set(places.sheets)) > 1 else "" for s in places.sheets]
    heads = ["-".join(filter(None, (head, s, ROW))) for s in sheets]
    rows = frame["source_row"].to_numpy()
    ids = np.array(heads, dtype=object)[places.number(rows)] + places.within(rows).astype(str)
    out = frame.assign(**{column: pd.Series(ids, index=frame.index, dtype=object)})
    out.attrs.update(frame.attrs)
    note = findings.about_layer(
        layer.name,
        "row_numbers_as_ids",
        Message("declared.rows_are_ids", file=file.name, column=layer.by_name[column], first=ids[0])
        if len(ids)
        else Message("declared.rows_are_ids", file=file.name, column=column, first=f"{ROW}1"),
        Message("declared.add_ids"),
        "info",
    )
    return out, note
