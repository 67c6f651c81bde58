"""Folder maps read back: two of one run hold the same of every parcel, in whatever order."""

from __future__ import annotations

import gzip
import json
import math
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np

_KINDS = {"f8": np.float64, "f4": np.float32, "i4": np.int32, "u1": np.uint8}
_HOLE = -(2**31)
_APART = "\ue000"


def table_of(text: str) -> Any:
    """What `packing.table` wrote, in a page (base64) or in a script (letters of two bytes)."""
    raw = gzip.decompress(b64decode(text) if text.isascii() else _bytes_of(text))
    size = int.from_bytes(raw[:4], "little")
    return _filled(json.loads(raw[4 : 4 + size]), raw[4 + size :])


def _filled(value: Any, raw: bytes) -> Any:
    if isinstance(value, list):
        return [_filled(one, raw) for one in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        return _array(value["$"], raw)
    if "#" in value:
        codes, entries = (_filled(one, raw) for one in value["#"])
        if isinstance(entries, dict):  # records by field, and none behind the last
            fields = [_nulls(values) for values in entries["="].values()]
            entries = [
                dict(zip(entries["="], one, strict=True)) for one in zip(*fields, strict=True)
            ]
            entries.append(None)
        return entries[codes] if isinstance(entries, np.ndarray) else [entries[c] for c in codes]
    return {name: _filled(one, raw) for name, one in value.items()}


def _nulls(values: Any) -> list[Any]:
    """As the client has them: NaN is null."""
    return [None if one != one else one for one in map(_plain, values)]  # noqa: PLR0124


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _array(place: list[Any], raw: bytes) -> Any:
    kind, first, length, decimals = place
    dtype = np.dtype(_KINDS[kind] if decimals < 0 else np.int32)
    planes = np.frombuffer(raw, np.uint8, length * dtype.itemsize, first)
    values = np.ascontiguousarray(planes.reshape(dtype.itemsize, length).T).view(dtype).ravel()
    if decimals < 0:
        return values
    return np.where(values == _HOLE, np.nan, values / 10.0**decimals).astype(_KINDS[kind])


def _bytes_of(text: str) -> bytes:
    """The bytes of a script's letters (`scripts.letters`)."""
    odd = text.endswith(_APART)
    parts = iter(text.removesuffix(_APART))
    flipped = (ord(next(parts)) ^ 0x8000 if one == _APART else ord(one) for one in parts)
    raw = np.fromiter(flipped, "<u2").tobytes()
    return raw[: len(raw) - odd]


def handed(file: Path) -> list[Any]:
    """The arguments of the call that a script is; texts stand in it as they are."""
    source = file.read_bytes().decode("utf-16")
    found = re.fullmatch(r"mujun\.\w+\((.*)\);", source, re.DOTALL)
    assert found is not None
    arguments: list[Any] = json.loads(f"[{found[1]}]", strict=False)
    return arguments


def _column_file(folder: Path, index: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The pieces of a name's columns, in its own file or in the one it shares."""
    file = index["same"].get(name, name)
    return [table_of(piece) for piece in handed(folder / "columns" / f"{file}.js")[1]]


def index_of(folder: Path) -> dict[str, Any]:
    """The index of a folder map."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r'id="[^"]*_table">([^<]+)<', page)
    assert found is not None
    index: dict[str, Any] = table_of(found[1])
    return index


def tiles_of(folder: Path) -> list[dict[str, Any]]:
    """The tables of the tiles in the order of the index."""
    files = [tile[0] for tile in index_of(folder)["tiles"]]
    return [table_of(handed(folder / "tiles" / f"{file}.js")[1][1]) for file in files]


def _column(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """A file of columns, its pieces one behind the other."""
    return {field: np.concatenate([piece[field] for piece in pieces]) for field in pieces[0]}


def assert_same_folders(folder: Path, other: Path) -> None:
    """Index, tiles, columns, sums and names of both say the same of each parcel."""
    both = folder, other
    indices = [index_of(one) for one in both]
    files = ("tiles", "same")  # a part may have two columns alike that are not in another
    own, beside = ({k: v for k, v in one.items() if k not in files} for one in indices)
    _same("index", own, beside)
    parcels = [_by_id(tiles_of(one), index) for one, index in zip(both, indices, strict=True)]
    assert len(set(parcels[0])) == len(parcels[0])
    for id_, one in parcels[0].items():
        _same(id_, one, parcels[1][id_])
    assert set(parcels[0]) == set(parcels[1])
    orders = [[*one] for one in parcels]
    place = {id_: at for at, id_ in enumerate(orders[1])}
    rows = np.array([place[id_] for id_ in orders[0]])
    names = [
        {file.stem for file in (one / "columns").iterdir()} | set(index["same"])
        for one, index in zip(both, indices, strict=True)
    ]
    assert names[0] == names[1]
    for name in names[0] - {"scores"}:
        pieces = [_column_file(one, index, name) for one, index in zip(both, indices, strict=True)]
        if name.startswith("sums-"):
            classes = len(indices[0]["themes"][int(name[5:])]["legend"])
            parks = len(indices[0]["parks"]) + 1
            _same(name, *(_by_park(one, classes, parks) for one in pieces))
        else:
            own, beside = map(_column, pieces)
            _same(name, own, {field: values[rows] for field, values in beside.items()})
    if "scores" in names[0]:
        _same("scores", *(table_of(handed(one / "columns/scores.js")[1][0]) for one in both))
    _same("search", *(_searched(one) for one in both))


def _by_id(tiles: list[dict[str, Any]], index: dict[str, Any]) -> dict[str, Any]:
    """What the tiles say of each parcel, with words where they have numbers."""
    out = {}
    for tile in tiles:
        for at, id_ in enumerate(tile["ids"]):
            out[id_] = {
                **{name: tile[name][at] for name in ("mu", "park_of", "compliance")},
                "grade": tile["grades"] and tile["grades"][at],
                "columns": [one["values"][at] for one in tile["columns"]],
                "themes": [one["codes"][at] for one in tile["themes"]],
                "figures": [one["values"][at] for one in tile["history"]["figures"]],
                "rules": [
                    {
                        **{name: values[at] for name, values in rule.items()},
                        "source": told["sources"][rule["source"][at]],
                        "industry": told["industries"][rule["industry"][at]],
                    }
                    for rule, told in zip(tile["rules"], index["rules"], strict=True)
                ],
                "zones": [],
                "occupiers": [],
            }
        zones, firms = tile["zones"], tile["occupiers"]
        for pair, parcel in enumerate(zones["parcel"]):
            said = [zones[name][pair] for name in zones if name not in ("parcel", "kind")]
            kind = index["zones"]["kinds"][zones["kind"][pair]]["names"][0]
            out[tile["ids"][parcel]]["zones"].append((kind, *said))
        for parcel, firm in zip(firms["parcel"], firms["enterprise"], strict=True):
            said = firms["ids"][firm], firms["names"][firm]
            out[tile["ids"][parcel]]["occupiers"].append(said)
    for parcel in out.values():
        parcel["zones"].sort(key=str)
        parcel["occupiers"].sort()
    return out


def _by_park(pieces: list[dict[str, Any]], classes: int, parks: int) -> dict[str, Any]:
    """Sums of all parks, those of parts added up; several sums of a field stand below each other."""
    out: dict[str, Any] = {}
    for name in ("count", "land", "total", "known"):
        cut = [piece[name].reshape(-1, len(piece["parks"]), classes) for piece in pieces]
        out[name] = np.zeros((len(cut[0]), parks, classes))
        for piece, values in zip(pieces, cut, strict=True):
            out[name][:, piece["parks"]] += values
    return out


def _searched(folder: Path) -> set[tuple[str, ...]]:
    """Parcels by id and name; enterprises by id, name, initials and a parcel."""
    found: set[tuple[str, ...]] = set()
    for piece in map(table_of, handed(folder / "search.js")[0]):
        names = piece["columns"][0]["values"] if piece["columns"] else [""] * len(piece["ids"])
        found |= set(zip(piece["ids"], map(str, names), strict=True))
        firms = piece["occupiers"]
        said = [*zip(firms["ids"], firms["names"], firms["initials"], strict=True)]
        pairs = zip(firms["enterprise"], firms["parcel"], strict=True)
        found |= {(*said[firm], piece["ids"][parcel]) for firm, parcel in pairs}
    return found


def _same(where: str, one: Any, other: Any) -> None:
    assert type(one) is type(other), where
    if isinstance(one, dict):
        assert set(one) == set(other), where
        for name, value in one.items():
            _same(f"{where} {name}", value, other[name])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for at, (first, second) in enumerate(zip(one, other, strict=True)):
            _same(f"{where} {at}", first, second)
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other, rtol=1e-9, err_msg=where)
    elif isinstance(one, float | np.floating):
        assert math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other)), (
            where
        )
    else:
        assert one == other, (where, one, other)
