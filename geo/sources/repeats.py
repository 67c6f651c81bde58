"""Rows that say the same again: land is held once, and a town sent twice is counted once."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Mask, Series
from geo.model import LayerSpec
from geo.sources.combine import Rows, key_columns, merged_rows
from geo.text import Message

_NUMBERING = re.compile(r"^(序号|编号|行号|顺序号|no\.?|id|fid|index|#)$", re.IGNORECASE)
_FIRST = 100
"""Rows of a column that are looked at before all."""


def without_repeats(occupancy: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first of rows that are alike in every column, but for those that number the rows.

    The others are findings (`repeated_row`): the same row twice would halve what it has of a share.
    """
    again = _again(occupancy, ["enterprise_id", "parcel_id"])
    if not again.any():
        return occupancy, findings.no_findings()
    return occupancy[~again].reset_index(drop=True), findings.about_rows(
        occupancy,
        again,
        layer="occupancy",
        key="enterprise_id",
        code="repeated_row",
        severity="warning",
        set_aside=True,
        value=occupancy["parcel_id"],
        message=Message("repeats.says_same_row_above"),
        mend=Message("repeats.delete_repeat"),
    )


def counted_once(rows: Rows, spec: LayerSpec) -> Rows:
    """The rows of a table without those that say the same again in every column: copied twice.

    The others are findings (`repeated_row`). Outlines that repeat are told by the checks.
    """
    if not spec.key or spec.geometry != "none":
        return rows
    again = _again(rows.frame, list(spec.key))
    message = Message("repeats.says_same_row")
    return _without(rows, again, spec, message, Message("repeats.delete_or_correct"))


def sent_once(rows: Rows, spec: LayerSpec) -> Rows:
    """The rows without those that another file or sheet has with the same key and values.

    The others are findings (`repeated_row`). Of one key with other values both stay: the checks
    find them as `duplicate_id`, and use none.
    """
    if not spec.key or not rows.places.several:
        return rows
    frame = rows.frame
    place = rows.places.number(frame["source_row"])
    keys = key_columns(frame, spec)
    complete = frame[list(spec.key)].notna().all(axis=1).to_numpy(dtype=bool)
    repeated = keys.duplicated(keep=False).to_numpy() & complete
    if not repeated.any():
        return rows
    same = _compared(frame[repeated], keys[repeated], spec)
    first = same.duplicated(keep="first").to_numpy()
    leader = same.groupby(list(same), dropna=False, sort=False).ngroup().to_numpy()
    place_of_first = pd.Series(place[repeated]).groupby(leader).transform("first").to_numpy()
    again = np.zeros(len(frame), dtype=bool)
    again[repeated] = first & (place[repeated] != place_of_first)
    message = Message("repeats.in_another_file")
    return _without(rows, again, spec, message, Message("repeats.leave_file_out"))


def one_row_a_key(rows: Rows, spec: LayerSpec) -> Rows:
    """A ledger's rows of one key that do not contradict each other, as one row.

    In a ledger of all roles an enterprise stands on a row for each of its parcels or years; what
    it is, and what it reports, stands there again or in the first row alone. Rows that differ stay
    for the checks.
    """
    if not spec.key:
        return rows
    merged = merged_rows(rows.frame, spec, np.arange(len(rows.frame)))
    odd = np.zeros(len(rows.frame), dtype=bool)
    for other in merged.differing.values():
        odd |= np.isin(merged.group, merged.group[other]) & (merged.group >= 0)
    if odd.all() or merged.kept.all():
        return rows
    alone = rows.frame[odd]
    agreeing = merged_rows(rows.frame[~odd], spec, np.arange(int((~odd).sum())))
    frame = agreeing.frame
    if len(alone):
        order = pd.concat([frame, alone], ignore_index=True)
        frame = order.sort_values("source_row", kind="stable", ignore_index=True)
    count = len(rows.frame) - len(frame)
    if not count:
        return rows
    reports = _reports_twice(rows.frame[~odd], agreeing.kept, spec)
    note = findings.about_layer(
        spec.name,
        "rows_merged",
        Message("repeats.rows_of_one_key", count=count, title=spec.title, rows=len(frame)),
        Message("repeats.figures_once" if reports else "common.nothing_to_do"),
        "warning" if reports else "info",
    )
    return replace(
        rows,
        frame=frame,
        findings=findings.gather_findings([rows.findings, note]),
        counts=rows.counts | {"repeats": rows.counts["repeats"] + count},
    )


def with_land(rows: Rows, spec: LayerSpec) -> Rows:
    """A ledger's rows of occupancy that name a parcel: who has no land stands there too."""
    if spec.name != "occupancy":
        return rows
    landless = rows.frame["parcel_id"].isna().to_numpy(dtype=bool)
    if not landless.any():
        return rows
    note = findings.about_layer(
        spec.name,
        "no_land",
        Message("repeats.rows_without_parcel", count=int(landless.sum())),
        Message("repeats.add_parcel_if_land"),
        "info",
    )
    return replace(
        rows,
        frame=rows.frame[~landless].reset_index(drop=True),
        findings=findings.gather_findings([rows.findings, note]),
        counts=rows.counts | {"aside": rows.counts["aside"] + int(landless.sum())},
    )


def _reports_twice(frame: pd.DataFrame, kept: Mask, spec: LayerSpec) -> bool:
    """Whether rows that were joined to others hold figures again, and not blanks."""
    figures = [c.name for c in spec.columns if c.kind == "number" and c.name in frame]
    return bool(frame.loc[~kept, figures].notna().to_numpy().any())


def _compared(frame: pd.DataFrame, keys: pd.DataFrame, spec: LayerSpec) -> pd.DataFrame:
    """What two rows must have alike to be one: keys, canonical columns, and the outline."""
    columns = [c for c in spec.by_name if c in frame and c not in spec.key]
    out = keys.join(pd.DataFrame(frame[columns]).set_axis(keys.index))
    if "geometry" in frame:
        out["geometry"] = frame.geometry.to_wkb().to_numpy()
    return out


def _without(rows: Rows, again: Mask, spec: LayerSpec, message: Message, mend: Message) -> Rows:
    """The rows but for those that are there again, each of which is a finding."""
    if not again.any():
        return rows
    note = findings.about_rows(
        rows.frame,
        again,
        layer=spec.name,
        key=spec.id_column,
        code="repeated_row",
        severity="warning",
        set_aside=True,
        message=message,
        mend=mend,
    )
    return replace(
        rows,
        frame=rows.frame[~again].reset_index(drop=True),
        findings=findings.gather_findings([rows.findings, note]),
        counts=rows.counts | {"repeats": rows.counts["repeats"] + int(again.sum())},
    )


def _again(frame: pd.DataFrame, key: list[str]) -> Mask:
    """Rows with a whole key that are alike an earlier one, but for columns that number the rows."""
    alike = (frame.duplicated(key, keep=False) & frame[key].notna().all(axis=1)).to_numpy(bool)
    if not alike.any():
        return alike
    beside = [c for c in frame.columns if c not in ("source_row", *key)]
    compared = [*key, *(c for c in beside if not _numbers_rows(frame[c], str(c)))]
    again: Mask = alike & frame.duplicated(compared, keep="first").to_numpy()
    return again


def _numbers_rows(values: Series, name: str) -> bool:
    """Whether a column only counts the rows."""
    if _NUMBERING.match(name.strip()):
        return True
    if not (values.dtype == object or pd.api.types.is_string_dtype(values.dtype)):
        return False
    for part in (values.iloc[:_FIRST], values):  # the first rows of most columns say it
        number = pd.to_numeric(part, errors="coerce")
        if number.isna().any() or (np.diff(number.to_numpy(float)) != 1).any():
            return False
    return len(values) > 2
