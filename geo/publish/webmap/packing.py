"""Tables as compact bytes: JSON, and behind it each array once, gzip.

What repeats is sent once: arrays that are equal share their bytes, and a list or an array of few
distinct entries goes as `Coded`, small integers into them.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from isal import isal_zlib
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Ints

HOLE = -(2**31)
"""A missing value among whole numbers."""
_LEVEL = 3
"""Of ISA-L: a map of 50,000 parcels is 5 % larger than by zlib's level 4, in a fifth of the time."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_KINDS = {np.dtype(kind): kind for kind in ("f8", "f4", "i4", "u1")}


@dataclass(frozen=True, eq=False)
class Coded:
    """A list or an array whose entries are few: the i-th is ``entries[codes[i]]``.

    `codes` is integers (n,), `entries` a list of what JSON holds, an array of numbers or `Records`.
    """

    codes: NDArray[Any]
    entries: Any

    @classmethod
    def of(cls, values: pd.Series[Any] | Array, missing: Any = None) -> Coded:
        """A column by its distinct values, in the order of their first; `missing` for none.

        >>> one = Coded.of(np.array(["b", "a", None, "b"], object), "")
        >>> one.codes.tolist(), one.entries, list(one)
        ([0, 1, 2, 0], ['b', 'a', ''], ['b', 'a', '', 'b'])
        """
        code, found = pd.factorize(values)
        texts: list[Any] = np.asarray(found, dtype=object).tolist()
        if (code < 0).any():
            code = np.where(code < 0, len(texts), code)
            texts.append(missing)
        return cls(code, texts)

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """Of the entries where they are numbers; None of a list."""
        return self.entries.dtype if isinstance(self.entries, np.ndarray) else None

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        """The entries."""
        return iter([self.entries[code] for code in self.codes.tolist()])

    def __getitem__(self, row: int) -> Any:
        """One entry."""
        return self.entries[self.codes[row]]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """The entries as an array; those of a list as objects."""
        values = self.entries if self.dtype is not None else _objects(self.entries)
        return np.asarray(values[self.codes], dtype)


@dataclass(frozen=True, eq=False)
class Records:
    """Records by field: as entries of `Coded`, with None behind the last.

    Each of `fields` is an array (NaN is null), a list or `Coded`, all of one length.
    """

    fields: dict[str, Any]

    def __len__(self) -> int:
        """How many there are, with None."""
        return len(next(iter(self.fields.values()))) + 1

    def __getitem__(self, row: int) -> dict[str, Any] | None:
        """One of them."""
        if row == len(self) - 1:
            return None
        found = {name: values[row] for name, values in self.fields.items()}
        return {name: None if one != one else one for name, one in found.items()}  # noqa: PLR0124


@dataclass(frozen=True, eq=False)
class Json:
    """A value that is JSON already, UTF-8: of many records a tenth of what they take as objects."""

    text: bytes

    @classmethod
    def of(cls, entries: Iterable[Any]) -> Json:
        """A list of what JSON can hold, each entry let go before the next is made.

        >>> Json.of(entry for entry in ({"a": 1}, {"b": Json(b"[]")})).text
        b'[{"a":1},{"b":[]}]'
        """
        return cls(b"[%b]" % b",".join(b"".join(_texts_of(entry)) for entry in entries))


class Cut:
    """Entries of some rows of several columns: an array that they share is cut once.

    With `alike`, arrays that are equal become one.
    """

    def __init__(self, rows: Ints | slice, *, alike: bool = False) -> None:
        self._rows, self._alike = rows, alike
        # What is cut is held, so that its id stays its own.
        self._arrays: dict[int, tuple[Array, Array]] = {}
        self._codes: dict[tuple[int, int], tuple[Array, Ints, Array]] = {}
        self._by_sum: dict[tuple[str, int], list[Array]] = {}

    def of(self, values: Any) -> Any:
        """The entries of an array, a list or `Coded`, with the values that they have and no others."""
        if isinstance(values, np.ndarray):
            return self._array(values)
        if isinstance(values, Coded):
            used, codes = self._used(values)
            return Coded(codes, _entries(values.entries, used))
        if isinstance(self._rows, slice):
            return values[self._rows]
        return [values[row] for row in self._rows.tolist()]

    def _array(self, values: Array) -> Array:
        if id(values) not in self._arrays:
            self._arrays[id(values)] = values, self._one(values[self._rows])
        return self._arrays[id(values)][1]

    def _used(self, coded: Coded) -> tuple[Ints, Array]:
        """Numbers of the entries that the rows have, and the codes into those."""
        count = len(coded.entries)
        key = id(coded.codes), count
        if key not in self._codes:
            codes = coded.codes[self._rows]
            there = np.bincount(codes, minlength=count) > 0
            used = np.flatnonzero(there)
            kind = np.uint8 if len(used) <= np.iinfo(np.uint8).max + 1 else np.int32
            number = (np.cumsum(there) - 1).astype(kind)
            self._codes[key] = coded.codes, used, self._one(number[codes])
        return self._codes[key][1:]

    def _one(self, values: Array) -> Array:
        """The first array of the same bytes, if that is wanted."""
        if not self._alike:
            return values
        raw = np.ascontiguousarray(values).view(np.uint8)
        alike = self._by_sum.setdefault((values.dtype.char, zlib.crc32(raw.data)), [])
        for other in alike:
            if np.array_equal(other.view(np.uint8), raw):
                return other
        alike.append(np.ascontiguousarray(values))
        return alike[-1]


def _entries(entries: Any, used: Ints) -> Any:
    if len(used) == len(entries):
        return entries
    if isinstance(entries, np.ndarray):
        return entries[used]
    if not isinstance(entries, Records):
        return [entries[one] for one in used.tolist()]
    some = Cut(used[used < len(entries) - 1])
    return Records({name: some.of(values) for name, values in entries.fields.items()})


def texts(values: pd.Series[Any], missing: Any = None) -> Coded | list[Any]:
    """A column of texts: by its distinct ones where these are few, else as it is."""
    coded = Coded.of(values, missing)
    return coded if 2 * len(coded.entries) <= len(coded) else list(coded)


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def table(value: Any) -> bytes:
    """Anything JSON can hold, arrays and `Coded`, packed for the client's `decodeTable`.

    A field of a dict may be `Json`. Arrays (float64, float32, int32, uint8) stand behind the JSON as they are in memory, each byte
    plane of the numbers by itself, which packs better; in the JSON is their kind, place, length.
    Floats that have few decimals travel as whole numbers of the last one.
    """
    return packed(flat(value))


def flat(value: Any) -> bytes:
    """The same before it is deflated."""
    arrays = _Arrays()
    text = [*_texts_of(arrays.without(value))]
    return b"".join([sum(map(len, text)).to_bytes(4, "little"), *text, *arrays.parts])


def _texts_of(value: Any) -> Iterator[bytes]:
    """JSON of a value, in pieces: one of `Json`, or of a dict that holds some, as it stands."""
    if isinstance(value, Json):
        yield value.text
    elif isinstance(value, dict) and _holds_json(value):
        before = b"{"
        for name, field in value.items():
            yield b"%b%b:" % (before, _encoded(name))
            yield from _texts_of(field)
            before = b","
        yield b"}"
    else:
        yield _encoded(value)


def _encoded(value: Any) -> bytes:
    return _JSON.encode(value).encode("utf-8", "replace")


class _Arrays:
    """Arrays put aside, equal ones once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.end = 0
        self.by_bytes: dict[tuple[str, int, bytes], list[Any]] = {}
        # Arrays are held, so that their ids stay their own.
        self.by_id: dict[int, tuple[Array, list[Any]]] = {}
        self.codes_by_id: dict[tuple[int, bool], tuple[Array, list[Any]]] = {}

    def without(self, value: Any) -> Any:
        """The value with each array told by its kind, first byte, length and decimals."""
        if isinstance(value, np.ndarray):
            return {"$": self.place(value)}
        if isinstance(value, Coded):
            values = value.entries
            plain = not isinstance(values, np.ndarray | Records)
            own = list(values) if plain else self.without(values)
            return {"#": [{"$": self._codes(value)}, own]}
        if isinstance(value, Records):
            return {"=": self.without(value.fields)}
        if isinstance(value, dict):
            own = {key: self.without(item) for key, item in value.items()}
            return value if all(own[key] is item for key, item in value.items()) else own
        if isinstance(value, list) and value and isinstance(value[0], dict | np.ndarray | Coded):
            return [self.without(item) for item in value]
        return value

    def _codes(self, coded: Coded) -> list[Any]:
        """Where codes stand; several columns may share them."""
        small = len(coded.entries) <= np.iinfo(np.uint8).max + 1
        key = id(coded.codes), small
        if key not in self.codes_by_id:
            kind = np.uint8 if small else np.int32
            self.codes_by_id[key] = coded.codes, self.place(coded.codes.astype(kind))
        return self.codes_by_id[key][1]

    def place(self, value: Array) -> list[Any]:
        """Where an array stands."""
        known = self.by_id.get(id(value))
        if known is not None:
            return known[1]
        kind = _KINDS[value.dtype]
        whole, decimals = _whole(value)
        raw = whole.view(np.uint8).reshape(-1, whole.itemsize).T.tobytes()
        place = self.by_bytes.get((kind, decimals, raw))
        if place is None:
            place = [kind, self.end, len(value), decimals]
            self.by_bytes[kind, decimals, raw] = place
            self.parts.append(raw)
            self.end += len(raw)
        self.by_id[id(value)] = value, place
        return place


def _whole(values: Array) -> tuple[Array, int]:
    """Floats as int32 of their last decimal, and how many decimals; −1 and as they are if not."""
    if values.dtype.kind != "f" or not len(values):
        return np.ascontiguousarray(values), -1
    there = ~np.isnan(values)
    known = values[there]
    first = known[:1000]
    with np.errstate(over="ignore"):
        few = _scaled(first, 4) is not None  # else fewer would not do either
    for decimals in range(5 if few else 0):
        scaled = None if _scaled(first, decimals) is None else _scaled(known, decimals)
        if scaled is not None and np.abs(scaled).max(initial=0) < -HOLE:
            out = np.full(len(values), HOLE, np.int32)
            out[there] = scaled
            return out, decimals
    return np.ascontiguousarray(values), -1


def _scaled(values: Array, decimals: int) -> Floats | None:
    """Floats in whole units of the last of so many decimals; None where they have more."""
    power = 10.0**decimals
    scaled = np.rint(values.astype(np.float64) * power)
    same = (scaled / power).astype(values.dtype) == values
    return scaled if same.all() else None


def _holds_json(value: Any) -> bool:
    nested = value.values() if isinstance(value, dict) else ()
    return isinstance(value, Json) or any(map(_holds_json, nested))


def base64_text(raw: bytes) -> str:
    """Bytes as text that may stand in a page."""
    return base64.b64encode(raw).decode("ascii")


def packed(raw: bytes) -> bytes:
    """Gzip (without a time stamp, so that equal input gives an equal file)."""
    whole: bytes = isal_zlib.compress(raw, _LEVEL, 16 + isal_zlib.MAX_WBITS)
    return whole
