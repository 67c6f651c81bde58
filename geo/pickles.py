"""Files of a run's own folder, which nobody but that run reads back."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.arrays import Array


def write_pickle(file: Path, value: Any) -> None:
    """Write whole or not at all. Only files of a run's own folder are ever read back."""
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        _Pickler(stream, protocol=5).dump(value)
    Path(stream.name).replace(file)


def read_pickle(file: Path) -> Any:
    """What `write_pickle` left."""
    with file.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 -- our own file, in a folder that is ours


class _Pickler(pickle.Pickler):
    """Takes an array of outlines at once; pickle itself takes them one by one."""

    def reducer_override(self, value: Any) -> Any:
        if not (isinstance(value, np.ndarray) and _are_outlines(value)):
            return NotImplemented
        return shapely.from_wkb, (shapely.to_wkb(value, include_srid=True),)


def _are_outlines(values: Array) -> bool:
    """Whether all are outlines or missing, of kinds that well-known binary tells apart."""
    if values.dtype != object:
        return False
    outlines = shapely.is_geometry(values)
    if not outlines.any() or not (outlines | shapely.is_missing(values)).all():
        return False
    return bool((shapely.get_type_id(values) != shapely.GeometryType.LINEARRING).all())
