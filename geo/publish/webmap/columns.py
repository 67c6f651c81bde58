"""What the whole of a folder's parcels is counted, filtered and tried by: a file a column.

The order of parcels is that of the tiles. A file is loaded when a filter, a class cut or a trial
first needs it, so a province of a million parcels takes a few megabytes for most questions. It is
of pieces, a part of the run each, that stand one behind the other: who makes a part writes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from geo.arrays import Array, Floats
from geo.publish.webmap import packing, tables
from geo.publish.webmap.scripts import letters

FOLDER = "columns"
_BARS = ("low", "high", "ends", "industry", "reason")
"""What a rule judges values by."""
_CHUNK = 1 << 20
Field = tuple[str, dict[str, Any]]
"""The name of a file, and what it holds of some parcels."""


@dataclass(frozen=True)
class Pieces:
    """Packed tables in one file, by name: first byte and length of each; equal ones stand once."""

    file: Path
    places: dict[str, tuple[int, int]]


def write_pieces(fields: Iterator[Field], file: Path) -> Pieces:
    """Pack each table, once what is equal, and write it behind the one before."""
    first: dict[bytes, str] = {}
    places: dict[str, tuple[int, int]] = {}
    end = 0
    with file.open("wb") as out:
        for name, values in fields:
            flat = packing.flat(values)
            known = first.setdefault(blake2b(flat, digest_size=16).digest(), name)
            if known == name:
                text = letters(packing.packed(flat))
                places[name] = end, len(text)
                end += out.write(text)
            else:
                places[name] = places[known]
    return Pieces(file, places)


def equal(parts: Sequence[Pieces]) -> dict[str, str]:
    """Names whose pieces are those of another in every part, and the first such name."""
    first: dict[tuple[tuple[int, int], ...], str] = {}
    found = {
        name: first.setdefault(tuple(part.places[name] for part in parts), name)
        for name in parts[0].places
    }
    return {name: other for name, other in found.items() if name != other}


def texts(parts: Sequence[Pieces], name: str) -> Iterator[Iterator[bytes]]:
    """The pieces of a name in the order of the parts, each a block after the other."""
    for part in parts:
        yield _blocks(part.file, *part.places[name])


def _blocks(file: Path, start: int, length: int) -> Iterator[bytes]:
    with file.open("rb") as source:
        source.seek(start)
        while length:
            block = source.read(min(length, _CHUNK))
            length -= len(block)
            yield block


def fields_of(table: dict[str, Any], own: dict[str, Any]) -> Iterator[Field]:
    """Names of files, and the fields that each holds: of a page's table, and what parcels have."""
    yield "mu", {"mu": own["mu"]}
    for k, theme in enumerate(own["themes"]):
        yield f"theme-{k}", theme
    asked = {theme["column"] for theme in table["themes"]} | {*table["sums"], table["trial_sum"]}
    for k, (column, values) in enumerate(zip(table["columns"], own["columns"], strict=True)):
        if column["kind"] == "number" and column["name"] in asked:
            yield f"column-{k}", values
    for k, figure in enumerate(own["history"]["figures"]):
        yield f"figure-{k}", figure
    for k, rule in enumerate(own["rules"]):
        yield f"verdict-{k}", {"verdict": rule["verdict"]}
        yield f"rule-{k}", {name: rule[name] for name in _BARS}
        yield f"value-{k}", {"value": rule["value"]}
    if "compliance" in own:
        yield "compliance", {"compliance": own["compliance"]}
    if "scores" in own:
        yield "main", own["scores"]


def sums_of(table: dict[str, Any], own: dict[str, Any], park: tables.Rows) -> Iterator[Field]:
    """Parcels and 亩 of each theme by park and class, as far as these parcels go.

    `parks` are the parks' numbers, the other fields have each park's classes together: `count`,
    `land`, and `total` and `known` of each of the page's sums in turn: what it adds up to, and over how
    many parcels.
    """
    parks, place = np.unique(park, return_inverse=True)
    figures = {
        column["name"]: values["values"].astype(np.float64)
        for column, values in zip(table["columns"], own["columns"], strict=True)
        if column["kind"] == "number" and column["name"] in table["sums"]
    }
    nothing = np.full(len(park), np.nan)
    sums = _Sums(
        place, len(parks), own["mu"], [figures.get(name, nothing) for name in table["sums"]]
    )
    for k, (theme, codes) in enumerate(zip(table["themes"], own["themes"], strict=True)):
        made = sums.by_class(codes["codes"], len(theme["legend"]))
        yield f"sums-{k}", {"parks": parks.astype(np.int32), **made}


class _Sums:
    """What parcels add up to by park and class; of codes that themes share it is worked out once."""

    def __init__(self, park: tables.Rows, parks: int, mu: Floats, money: list[Floats]) -> None:
        self._park, self._parks = park, parks
        self._mu = np.nan_to_num(mu.astype(np.float64))
        self._money = [np.nan_to_num(values) for values in money]
        self._known = [(~np.isnan(values)).astype(np.float64) for values in money]
        self._made: dict[tuple[int, int], dict[str, Any]] = {}

    def by_class(self, codes: Array, classes: int) -> dict[str, Any]:
        key = id(codes), classes  # the table holds the codes
        if key not in self._made:
            self._made[key] = self._of_cells(self._park * classes + codes, self._parks * classes)
        return self._made[key]

    def _of_cells(self, cell: tables.Rows, cells: int) -> dict[str, Any]:
        def by_cell(weights: Floats | None = None) -> Floats:
            return np.bincount(cell, weights, minlength=cells).astype(np.float64)

        return {
            "count": by_cell(),
            "land": by_cell(self._mu),
            "total": np.concatenate([np.empty(0), *map(by_cell, self._money)]),
            "known": np.concatenate([np.empty(0), *map(by_cell, self._known)]),
        }


def cells(rule: dict[str, Any]) -> dict[str, Any]:
    """The distinct bars of a rule: row of its table, both ends, how they are closed."""
    names = ("industry", "low", "high", "ends")
    # Codes of one rule are the same in each of these: their entries are bars already.
    bars = {n: rule[n].entries if isinstance(rule[n], packing.Coded) else rule[n] for n in names}
    low, high = (bars[end].view(np.int64) for end in ("low", "high"))
    keys = np.stack([bars["industry"].astype(np.int64), low, high, bars["ends"].astype(np.int64)])
    _, first = np.unique(keys, axis=1, return_index=True)
    first = np.sort(first)
    return {name: own[first] for name, own in bars.items()}
