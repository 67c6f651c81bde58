"""The paths that tables and layers had before December 2026: at the top of the results.

Where a folder has results under them, or `[publish] old_paths = true`, files stand there too for one
release, as second names of the same files; `moved` in `run.json` says which is whose. This module,
the setting and `geo.run.record.tables_folder` go with the release after.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from geo.model.table import FOLDER
from geo.run.record import Record

_BELOW = (FOLDER, "layers")
"""Folders whose files lay at the top."""
_LINKED_UP, _LINKED_DOWN = '="../', '="./'


def old_path(name: str) -> str:
    """Where a file of the results lay; empty if it lies where it lay.

    >>> old_path("tables/parcels.parquet"), old_path("layers/fgb/parks.fgb"), old_path("map.html")
    ('parcels.parquet', 'fgb/parks.fgb', '')
    """
    first, _, rest = name.partition("/")
    return rest if first in _BELOW else ""


def wanted(names: Iterable[str], record: Record, asked: bool | None) -> dict[str, str]:
    """Old paths that files of these names shall have, and whose each is.

    `asked` is `[publish] old_paths`; where it says nothing, a folder keeps old paths whose last
    results, by its `record`, lie at them.
    """
    pairs = {old_path(name): name for name in names if old_path(name)}
    listed = set(record.get("outputs", {}))
    keeps = bool(record.get("moved")) or not listed.isdisjoint(pairs)
    return pairs if asked or (asked is None and keeps) else {}


def stand_at_old_paths(stage: Path, pairs: dict[str, str]) -> None:
    """Give the files of a stage their old paths too: hard links, copies where there are none."""
    for old, name in pairs.items():
        place = stage / old
        place.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".qgs"):  # what it refers to in the folder above lies beside it here
            text = (stage / name).read_text(encoding="utf-8")
            text = text.replace(">../", ">./").replace(_LINKED_UP, _LINKED_DOWN)
            place.write_text(text, encoding="utf-8")
            continue
        try:
            os.link(stage / name, place)
        except OSError:  # a disk without links (FAT, some shares)
            shutil.copy2(stage / name, place)
