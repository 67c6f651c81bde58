"""SHA-256 of what was read or written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from geo.runtime import threads


def sha256(file: Path) -> str:
    """SHA-256 of a file's bytes, or of all files of a folder by name, in hexadecimal."""
    if file.is_dir():  # a file geodatabase
        parts = [
            f"{f.relative_to(file).as_posix()} {sha256(f)}"
            for f in sorted(file.rglob("*"))
            if f.is_file()
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digests(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of files of a folder by their names; several are read at once."""
    with ThreadPoolExecutor(threads()) as pool:
        found = pool.map(lambda name: sha256(folder / name), names)
        return dict(zip(names, found, strict=True))
