"""Files written to a temporary folder beside their place, then moved in whole.

A run that dies while it writes leaves the last good outputs as they were. The moment in which files
take their places is short but no single step: `run.json` is taken away before and comes back last,
so that what was cut off there is known for no result.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioIOError
from xlsxwriter.exceptions import FileCreateError

from geo.errors import MujunError, OutputError, reason
from geo.publish.names import file_stem

RECORD = "run.json"
_PREFIX = ".writing-"
_FAULTS = (OSError, FileCreateError, DataSourceError, DataLayerError, RasterioIOError,
           sqlite3.Error)
"""What the libraries raise when a disk is full or a folder refuses."""


@contextmanager
def staged(folder: Path, instead_of: Iterable[str] = ()) -> Iterator[Path]:
    """A temporary folder whose files replace those of `folder` when the block ends well.

    `instead_of` are files and folders of an earlier run that go when the new ones come.
    """
    with scratch(folder) as stage:
        yield stage
        if (stage / RECORD).exists():
            (folder / RECORD).unlink(missing_ok=True)
        for name in instead_of:
            _remove(folder / name)
        for file in sorted(stage.iterdir(), key=lambda f: f.name == RECORD):
            if file.is_dir():  # a folder is replaced whole, so that nothing stale stays in it
                shutil.rmtree(folder / file.name, ignore_errors=True)
            file.replace(folder / file.name)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A temporary folder in `folder`, gone afterwards; what a killed run left is swept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        own = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{_here()}{os.getpid()}-", dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield own
    except _FAULTS as error:
        if isinstance(error, MujunError):
            raise
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def _here() -> str:
    """This machine's name, as part of a file's."""
    return file_stem(platform.node()) + "-"


def _sweep(folder: Path) -> None:
    """Remove what a run of this machine left that was killed while it wrote."""
    for left in folder.glob(f"{_PREFIX}{_here()}*"):
        owner = left.name.removeprefix(_PREFIX + _here()).split("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there a signal would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _unwritable(folder: Path, error: Exception) -> OutputError:
    why = getattr(error, "strerror", None) or reason(error)
    return OutputError(
        f"无法写入输出文件夹 {folder}（{why}）：请换一个文件夹（--output）或检查权限与磁盘空间。",
        f"cannot write to the output folder {folder} ({why}): choose another with --output, or"
        " check its permissions and the disk.",
    )
