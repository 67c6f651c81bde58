"""Tables for the client by their declaration in `wire.py`: filled out, checked, cut into files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Ints, Series
from geo.publish.webmap import encode
from geo.publish.webmap.nodes import (
    ARRAYS,
    Each,
    Named,
    Node,
    Once,
    PerPair,
    PerParcel,
    Record,
    Value,
    form,
    varies,
)
from geo.publish.webmap.packing import Coded, Cut, Json, texts
from geo.publish.webmap.wire import PAGE

Rows = Ints
_DTYPES = {js: name for name, js in ARRAYS.values()}
Table = Mapping[str, Any]


def checked(values: Table, record: Record = PAGE) -> dict[str, Any]:
    """The record's fields in full: what nothing is said of has its default.

    Raises TypeError for a field that is not declared or an array of another kind: a program's
    mistake, which no page may hide.
    """
    unknown = sorted(set(values) - set(record.fields))
    if unknown:
        raise TypeError(f"{record.name}: not declared in wire.py: {', '.join(unknown)}")
    return {
        name: _checked(f"{record.name}.{name}", node, values.get(name))
        for name, node in record.fields.items()
        if name in values or not form(node)
    }


def as_json(records: Iterable[Table], record: Record) -> Json:
    """A list of records that stand once, each checked: of many never more than one as objects."""
    return Json.of(index(checked(one, record), record) for one in records)


def _checked(where: str, node: Node, value: Value) -> Value:
    if isinstance(value, Json):
        return value
    if isinstance(node, Each):
        records = cast("list[Table]", value or [])
        return [checked(one, node.of) for one in records]
    if isinstance(node, Record):
        absent = value is None and node.optional
        return None if absent else checked(cast("Table", value or {}), node)
    if value is None:
        return _absent(node)
    return _of_dtype(where, value, _dtype(node, value))


def _absent(node: Once | PerParcel | PerPair | Named) -> Value:
    """What stands for a value that nothing is said of."""
    if isinstance(node, Once):
        return node.default
    if isinstance(node, PerParcel):
        return None
    return np.empty(0, ARRAYS[node.kind][0]) if node.kind in ARRAYS else []


def _dtype(node: Once | PerParcel | PerPair | Named, value: Value) -> str | None:
    """The dtype that a value's array must have; None where it must be none."""
    if isinstance(node, Once):
        return _DTYPES.get(node.type)
    if node.kind == "column":
        return "float32" if _found(value) else None
    return ARRAYS[node.kind][0] if node.kind in ARRAYS else None


def _of_dtype(where: str, value: Value, wanted: str | None) -> Value:
    found = _found(value)
    if wanted != found:
        raise TypeError(f"{where} is {found or 'no array'}, declared as {wanted or 'no array'}")
    return value


def _found(value: Value) -> str | None:
    """The dtype of an array, straight or `Coded`; None of what is none."""
    dtype = value.dtype if isinstance(value, np.ndarray | Coded) else None
    return None if dtype is None else str(dtype)


def of_columns(parcels: pd.DataFrame) -> dict[str, Any]:
    """The fields that are columns of a run's parcels, each in its kind; no such column, no field."""
    return {
        name: _of_column(parcels[node.source], node)
        for name, node in PAGE.fields.items()
        if isinstance(node, PerParcel) and node.source in parcels
    }


def _of_column(values: Series, node: PerParcel) -> Value:
    if node.words:
        place = {word: code for code, word in enumerate(node.words)}
        return values.map(place).to_numpy(np.uint8)
    if node.kind == "text":
        return cast("Value", texts(values.astype("str"), ""))
    array = encode.exact(values)
    return array.astype(ARRAYS[node.kind][0])


def part(values: Table, rows: Rows | slice, parcels: int, *, alike: bool = False) -> dict[str, Any]:
    """What the parcels of some rows have each, of `parcels` in all: a file of a folder.

    With `alike`, arrays that are equal become one.
    """
    place = np.full(parcels, -1, dtype=np.int32)
    place[rows] = np.arange(len(place[rows]), dtype=np.int32)
    return _Part(place, Cut(rows, alike=alike)).of(PAGE, values)


class _Part:
    """Records of some parcels: `place` is that of each parcel in the part, −1 of others."""

    def __init__(self, place: NDArray[np.int32], cut: Cut) -> None:
        self._place, self._cut = place, cut
        self._varying: dict[str, list[tuple[str, Node]]] = {}

    def of(self, record: Record, values: Table) -> dict[str, Any]:
        if any(isinstance(node, PerPair) for node in record.fields.values()):
            return self._pairs(record, values)
        return self._fields(record, values, self._cut)

    def _pairs(self, record: Record, values: Table) -> dict[str, Any]:
        cut = Cut(np.flatnonzero(self._place[np.asarray(values["parcel"])] >= 0))
        out = self._fields(record, values, cut)
        out["parcel"] = self._place[out["parcel"]]
        for counted in {node.by for node in record.fields.values() if isinstance(node, Named)}:
            named, number = np.unique(out[counted], return_inverse=True)
            out[counted], of_named = number.astype(np.int32), Cut(named)
            for name, node in record.fields.items():
                if isinstance(node, Named) and node.by == counted and name in values:
                    out[name] = of_named.of(values[name])
        return out

    def _fields(self, record: Record, values: Table, cut: Cut) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, node in self._nodes(record):
            value = values.get(name)
            if value is None or isinstance(node, Named):
                continue
            if isinstance(node, Record):
                out[name] = self.of(node, cast("Table", value))
            elif isinstance(node, Each):
                out[name] = [self.of(node.of, one) for one in cast("list[Table]", value)]
            else:
                out[name] = cut.of(value)
        return out

    def _nodes(self, record: Record) -> list[tuple[str, Node]]:
        """The fields that parcels have each."""
        if record.name not in self._varying:
            own = [(name, node) for name, node in record.fields.items() if varies(node)]
            self._varying[record.name] = own
        return self._varying[record.name]


_IN_FILES = (PerParcel, PerPair, Named)


def index(values: Table, record: Record = PAGE) -> dict[str, Any]:
    """The record without what parcels have each: what a folder's first page holds."""
    out: dict[str, Any] = {}
    for name, node in record.fields.items():
        value = values.get(name)
        if form(node) == "page" or isinstance(node, _IN_FILES) or name not in values:
            continue
        if isinstance(value, Json):
            out[name] = value
        elif isinstance(node, Record) and value is not None:
            out[name] = index(cast("Table", value), node)
        elif isinstance(node, Each):
            out[name] = [index(one, node.of) for one in cast("list[Table]", value)]
        else:
            out[name] = value
    return out


def plan(record: Record = PAGE) -> dict[str, Any]:
    """How the client puts the files of a folder together: kinds, by field.

    A kind as text; `{"each": …}` for lists of records, `{"record": …}`, and `{"pairs": …}` where
    the field `parcel` counts on from file to file; `{"counts": NAME}` of a field that counts on as
    there are entries of NAME.
    """
    counted = {node.by: field for field, node in record.fields.items() if isinstance(node, Named)}
    out: dict[str, Any] = {}
    for name, node in record.fields.items():
        if not varies(node):
            continue
        if isinstance(node, Each):
            out[name] = {"each": plan(node.of)}
        elif isinstance(node, Record):
            pairs = any(isinstance(one, PerPair) for one in node.fields.values())
            out[name] = {"pairs" if pairs else "record": plan(node)}
        elif name in counted:
            out[name] = {"counts": counted[name]}
        elif isinstance(node, PerParcel | PerPair | Named):
            out[name] = node.kind
    return out
