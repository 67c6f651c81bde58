"""Files of a run's own folder, which nobody but that run reads back."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Any


def write_pickle(file: Path, value: Any) -> None:
    """Write whole or not at all. Only files of a run's own folder are ever read back."""
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        pickle.dump(value, stream, protocol=5)
    Path(stream.name).replace(file)


def read_pickle(file: Path) -> Any:
    """What `write_pickle` left."""
    with file.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 -- our own file, in a folder that is ours
