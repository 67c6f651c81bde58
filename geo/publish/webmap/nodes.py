"""What a field of the map's data may be: how often it stands, and of what kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geo.publish.webmap.packing import Coded, Json

Value: TypeAlias = (
    "str | float | bool | list[Value] | Mapping[str, Value] | NDArray[np.generic] | Coded"
    " | Json | None"
)
Kind = Literal["text", "list", "column", "u1", "i4", "f4", "f8"]

ARRAYS = {
    "u1": ("uint8", "Uint8Array"),
    "i4": ("int32", "Int32Array"),
    "f4": ("float32", "Float32Array"),
    "f8": ("float64", "Float64Array"),
}
"""Kinds that travel as bytes: numpy's name and JavaScript's."""


@dataclass(frozen=True)
class Once:
    """A value of the page: its type in TypeScript, and what it is where nothing is said of it.

    `only` names the one form of the map that has it, where not both do.
    """

    type: str
    default: Value = None
    only: Literal["", "page", "folder"] = ""


@dataclass(frozen=True)
class PerParcel:
    """An entry a parcel: an array of numbers, texts, or a `list` of entries of a type.

    A `column` is figures or texts. `source` is the column of the run's parcels that it is, where
    it is one; `words` the vocabulary whose places in it are sent. Without parcels' data it is null.
    """

    kind: Kind
    type: str = ""
    source: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class PerPair:
    """An entry a pair of a parcel and something else."""

    kind: Kind
    type: str = ""


@dataclass(frozen=True)
class Named:
    """An entry each of what the pairs' field `by` counts; a file has those that its pairs name."""

    kind: Kind
    by: str
    type: str = ""


@dataclass(frozen=True)
class Record:
    """Fields under one name; `optional` may be null."""

    name: str
    fields: Mapping[str, Node]
    optional: bool = False


@dataclass(frozen=True)
class Each:
    """A list of records: the page's rules, themes, parks."""

    of: Record


Node: TypeAlias = Once | PerParcel | PerPair | Named | Record | Each


def varies(node: Node) -> bool:
    """Whether a node holds anything that parcels have each."""
    if isinstance(node, Record):
        return any(map(varies, node.fields.values()))
    return varies(node.of) if isinstance(node, Each) else not isinstance(node, Once)


def form(node: Node) -> str:
    """The one form of the map that has the field, empty for both."""
    return node.only if isinstance(node, Once) else ""
