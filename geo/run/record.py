"""`run.json`: which files of a folder are mujun's, what each was made by, and from what.

Only files that it names are the tool's to replace or to remove; every command that writes renews
it. Hashes say which of them were changed since by somebody else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from geo.errors import OutputError
from geo.model.table import FOLDER
from geo.sources.digest import sha256

RECORD = "run.json"
Record = dict[str, Any]


def read_record(folder: Path) -> Record:
    """The record of a folder, empty if there is none.

    Raises OutputError where `run.json` is damaged or another program's: it no longer says which
    files are the tool's.
    """
    file = folder / RECORD
    if not os.path.lexists(file):
        return {}
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        names = list(record["outputs"].items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(file) from error
    if not all(_inside(name) and isinstance(digest, str) for name, digest in names):
        raise _damaged(file)
    return dict(record)


def tables_folder(record: Record) -> str:
    """The folder of a record's tables; before December 2026 they lay at the top."""
    laid = any(name.startswith(f"{FOLDER}/") for name in record.get("outputs", {}))
    return FOLDER if laid else ""


def _inside(name: str) -> bool:
    """Whether a name of a record stays in its folder."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and not path.is_absolute()
        and ".." not in path.parts
        and ("\\" not in name and ":" not in name and "\0" not in name)
    )


def _damaged(file: Path) -> OutputError:
    return OutputError("record.damaged_not_mujun", file=file, parent=file.parent)


def now() -> str:
    """The moment, as records write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def renewed(
    record: Record,
    command: str,
    made: dict[str, str],
    gone: Iterable[str],
    notes: dict[str, list[str]],
) -> Record:
    """The record with the files that a command made, by hash, and without those that are gone.

    `products` says of each command when it made which files, the last first; `notes` are further
    lists of names in it.
    """
    taken = {*made, *gone}
    outputs = {
        name: digest for name, digest in record.get("outputs", {}).items() if name not in taken
    }
    earlier = [
        entry | {"files": [n for n in entry["files"] if n not in taken]}
        for entry in record.get("products", [])
    ]
    products = [
        {
            "command": command,
            "made": now(),
            "files": sorted(made),
            **{key: names for key, names in notes.items() if names},
        },
        *(entry for entry in earlier if entry["files"]),
    ]
    return {
        "made": now(),
        **record,
        "outputs": dict(sorted((outputs | made).items())),
        "products": products,
    }


def changed_since(folder: Path, names: Iterable[str], record: Record) -> list[str]:
    """Those of the record's files that somebody changed after they were written."""
    listed = record.get("outputs", {})
    return [
        name
        for name in names
        if (folder / name).is_file() and sha256(folder / name) != listed[name]
    ]


def files_in(folder: Path) -> list[str]:
    """Names of all files below a folder, relative, with `/`."""
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if not f.is_dir())


def to_json(value: object) -> str:
    """Indented JSON in UTF-8 without escapes."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
