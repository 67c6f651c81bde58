"""Several files of one layer made one: rows under one another, or rows of one key joined into one.

Each file is read and typed by itself, with its own columns and units; what is put together here is
canonical already. Nothing is decided between files that contradict each other: it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import Ints, Mask, Series
from geo.errors import ProjectError
from geo.geometry.keys import match_key
from geo.model import LayerSpec
from geo.sources.datum import check_datum
from geo.sources.places import RowPlaces
from geo.text import Message, join

_CLOSE = 1e-9
"""Relative difference of two figures that are one: 元 and 万元 of the same sum."""
_SHOWN = 8


@dataclass(frozen=True)
class Rows:
    """Canonical rows of a layer: of one file, or of several that were put together.

    `counts` are rows read, sums, repeats, notes and rows set aside; `files` are SHA-256 by name;
    `places` say which file and sheet each `source_row` stands in; `read` the rows of each file.
    """

    frame: Any
    findings: pd.DataFrame
    files: dict[str, str]
    counts: dict[str, int]
    places: RowPlaces
    read: dict[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What messages call its files."""
        names = list(dict.fromkeys(PurePosixPath(file).name for file in self.places.files))
        return ", ".join(names[:3]) + ("…" if len(names) > 3 else "")


def appended(parts: Sequence[Rows], spec: LayerSpec) -> Rows:
    """Rows under one another, in the order of the parts, in the reference system of the first."""
    first = parts[0]
    if len(parts) == 1:
        return first
    frames, notes, places = [first.frame], [p.findings for p in parts], first.places
    for number, part in enumerate(parts[1:], 1):
        frame, crs_note = _in_crs(part.frame, first.frame, spec.name, first.label, part.label)
        frames.append(frame.assign(source_row=frame["source_row"] + places.end))
        notes[number] = _moved(part.findings, places.end)
        notes.append(crs_note)
        places = places.then(part.places)
    counts = {key: sum(p.counts[key] for p in parts) for key in first.counts}
    files = {name: digest for p in parts for name, digest in p.files.items()}
    read = {label: n for p in parts for label, n in p.read.items()}
    return Rows(_stacked(frames), findings.once_per_layer(notes), files, counts, places, read)


def _moved(found: pd.DataFrame, start: int) -> pd.DataFrame:
    rows = pd.to_numeric(found["row"])
    return found.assign(row=(rows + start).astype(object).where(rows.notna(), pd.NA))


def _in_crs(frame: Any, first: Any, name: str, home: str, file: str) -> tuple[Any, pd.DataFrame]:
    """A layer in the first one's reference system, and the note that says so."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs == first.crs:
        return frame, findings.no_findings()
    check_datum(frame.crs, first.crs, file, home)
    return frame.to_crs(first.crs), findings.about_layer(
        name,
        "parts_crs",
        Message("combine.other_crs", file=file, was=frame.crs.name, home=home, now=first.crs.name),
        Message("common.nothing_to_do"),
        "info",
    )


def _stacked(frames: list[Any]) -> Any:
    """Frames under one another; a column that some do not have keeps its kind, missing there."""
    names = list(dict.fromkeys(c for f in frames for c in f.columns))
    kinds = {c: next(f[c].dtype for f in frames if c in f) for c in names}
    whole = []
    for frame in frames:
        lacking = {
            c: pd.Series([None] * len(frame), index=frame.index, dtype=_missing_kind(kinds[c]))
            for c in names
            if c not in frame
        }
        whole.append(frame.assign(**lacking)[names])
    out = pd.concat(whole, ignore_index=True)
    if isinstance(frames[0], gpd.GeoDataFrame):
        out = gpd.GeoDataFrame(out, geometry="geometry", crs=frames[0].crs)
    return out


def _missing_kind(dtype: Any) -> Any:
    """A kind that can hold missing values."""
    return (
        dtype if dtype.kind not in "iub" or pd.api.types.is_extension_array_dtype(dtype) else object
    )


def joined(parts: Sequence[Rows], spec: LayerSpec) -> Rows:
    """Rows of one key (id, and year where the layer has one) made one row.

    A row that only one part has stays. A canonical column that two parts give with different
    values is missing from then on, and told with both; a text that must be there keeps the first.
    Raises ProjectError for a layer whose rows have no key.
    """
    if not spec.key:
        raise ProjectError("combine.no_key", name=spec.name)
    every = appended([_renumbered(p, k, parts, spec) for k, p in enumerate(parts)], spec)
    number = every.places.number(every.frame["source_row"])
    ends = np.cumsum([len(p.places.starts) for p in parts])
    part = np.searchsorted(ends, number, side="right")
    merged = merged_rows(every.frame, spec, part)
    labels = [p.label for p in parts]
    notes = [
        _different(merged, column, spec, [labels[k] for k in part]) for column in merged.differing
    ]
    counts = every.counts | {"read": every.counts["read"] - len(every.frame) + len(merged.frame)}
    notes.append(_about_join(merged, part, labels, spec.name))
    return replace(
        every,
        frame=merged.frame,
        findings=findings.gather_findings([every.findings, *notes]),
        counts=counts,
    )


def _renumbered(part: Rows, k: int, parts: Sequence[Rows], spec: LayerSpec) -> Rows:
    """A part whose own columns bear other names where an earlier part has another under theirs.

    序号 of two files counts the rows of each: both are kept, 序号 and 序号_2.
    """
    earlier = {c for p in parts[:k] for c in p.frame.columns}
    kept = {"source_row", "geometry", *spec.by_name}
    renamed = {c: f"{c}_{k + 1}" for c in part.frame.columns if c in earlier and c not in kept}
    return replace(part, frame=part.frame.rename(columns=renamed)) if renamed else part


@dataclass(frozen=True)
class Merged:
    """Rows made one by their key: `group` of each row that went in, −1 for one that stays alone.

    `differing` are the rows (of what went in) whose value is not that of the first of its group.
    """

    frame: Any
    source: Any
    group: Ints
    kept: Mask
    differing: dict[str, Mask]


def merged_rows(frame: Any, spec: LayerSpec, part: Ints) -> Merged:
    """Rows of different parts that have one key as one row: the first value that is known of each.

    Of rows of one part that have one key the first is joined; the checks find the others.
    """
    keys = key_columns(frame, spec)
    complete = frame[list(spec.key)].notna().all(axis=1).to_numpy(dtype=bool)
    again = keys.assign(part=part).duplicated(keep="first").to_numpy()
    usable = complete & ~again
    group = np.full(len(frame), -1, dtype=np.int64)
    group[usable] = keys[usable].groupby(list(keys), sort=False).ngroup()
    kept = (group < 0) | ~pd.Series(group).duplicated().to_numpy()
    out, differing = frame[kept].reset_index(drop=True), {}
    group_kept = group[kept]
    for column in frame.columns:
        if column in ("source_row", *spec.key):
            continue
        values = frame[column]
        known = values.notna().to_numpy(dtype=bool) & (group >= 0)
        first = pd.Series(np.flatnonzero(known)).groupby(group[known]).first()
        position = first.reindex(group).fillna(-1).to_numpy(dtype=np.int64)
        taken = values.take(np.where(position < 0, 0, position)).reset_index(drop=True)
        source = np.where(group_kept >= 0, position[kept], np.flatnonzero(kept))
        at = np.where(source < 0, np.flatnonzero(kept), source)
        out[column] = values.take(at).reset_index(drop=True)
        if column not in (*spec.by_name, "geometry"):
            continue  # the office's own, which may hold texts beside numbers: nothing reads it
        other = known & _unlike(values.reset_index(drop=True), taken)
        if other.any():
            differing[str(column)] = other
            named = column in spec.by_name and spec.by_name[column].required
            odd = np.isin(group_kept, group[other])
            if not named:
                out[column] = out[column].mask(odd)
    return Merged(out, frame, group, kept, differing)


def key_columns(frame: Any, spec: LayerSpec) -> pd.DataFrame:
    """What rows are matched by: ids without differences of width, blanks, dashes and case."""
    return pd.DataFrame(
        {
            name: match_key(frame[name], credit_codes=name == "enterprise_id").to_numpy()
            if pd.api.types.is_string_dtype(frame[name].dtype)
            else pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)
            for name in spec.key
        }
    )


def _unlike(values: Series, first: Series) -> Mask:
    """Whether each value is another than the first of its group; figures by `_CLOSE`."""
    if isinstance(values, gpd.GeoSeries):
        return np.asarray(~shapely.equals_exact(np.asarray(values), np.asarray(first), 1e-6))
    if pd.api.types.is_float_dtype(values.dtype):
        near = np.isclose(values, first, rtol=_CLOSE, atol=0.0)
        return np.asarray(~near, dtype=bool)
    if pd.api.types.is_string_dtype(values.dtype):
        values, first = match_key(values), match_key(first)
    return (values != first).fillna(False).to_numpy(dtype=bool)


def _different(merged: Merged, column: str, spec: LayerSpec, labels: list[str]) -> pd.DataFrame:
    """A finding for each row whose files contradict each other, with both values."""
    other = merged.differing[column]
    names = pd.Series(labels, dtype="str")
    told = names + " " + _shown(merged.source[column]).to_numpy()
    known = merged.source[column].notna().to_numpy(dtype=bool)
    odd = np.isin(merged.group, merged.group[other]) & known
    value = told[odd].groupby(merged.group[odd]).agg(findings.ITEM.join)
    text = pd.Series(merged.group[merged.kept]).map(value)
    in_words = spec.by_name.get(column)
    first = in_words is not None and in_words.required
    code = "first_taken" if first else "not_used"
    return findings.about_rows(
        merged.frame,
        text.notna().to_numpy(dtype=bool),
        layer=spec.name,
        key=spec.id_column,
        code="parts_differ",
        severity="warning" if first else "error",
        set_aside=False,
        value=text,
        message=Message(f"combine.{code}", column=in_words or column),
        mend=Message("combine.correct_one_file"),
    )


def _shown(values: Series) -> Series:
    if isinstance(values, gpd.GeoSeries):
        return pd.Series(values.area.map("{:.2f} m²".format))
    if pd.api.types.is_float_dtype(values.dtype):
        return values.map("{:.12g}".format)
    return values.astype("str")


def _about_join(merged: Merged, part: Ints, labels: list[str], name: str) -> pd.DataFrame:
    """How many rows all files have, and how many only one."""
    held = pd.DataFrame({"group": merged.group, "part": part})[merged.group >= 0]
    count = held.groupby("group")["part"].agg(["count", "min"])
    alone = count.loc[count["count"] == 1, "min"].value_counts()
    only = [
        Message("combine.only_in", file=label, count=int(alone[k]))
        for k, label in enumerate(labels)
        if k in alone.index
    ]
    return findings.about_layer(
        name,
        "parts_joined",
        Message(
            "combine.joined",
            files=join(dict.fromkeys(labels), most=_SHOWN),
            rows=len(merged.frame),
            both=int((count["count"] > 1).sum()),
            only=join(only, "semicolon") if only else Message("combine.none_alone"),
        ),
        Message("combine.check_rows_in_one_file") if only else Message("common.nothing_to_do"),
        "info",
    )
