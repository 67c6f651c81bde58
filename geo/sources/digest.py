"""SHA-256 of what was read or written."""

from __future__ import annotations

import hashlib
from pathlib import Path


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
