"""Files written to a temporary folder beside their place, then moved in whole.

A run that dies leaves the last good outputs as they were.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import OutputError


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A temporary folder whose files replace those of `folder` when the block ends well."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield stage
        for file in sorted(stage.iterdir(), key=lambda f: f.name == "run.json"):
            if file.is_dir():  # a folder is replaced whole, so that nothing stale stays in it
                shutil.rmtree(folder / file.name, ignore_errors=True)
            file.replace(folder / file.name)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def file_stem(text: str) -> str:
    """A file's name from a text of the data: what some file system refuses becomes a hyphen."""
    return re.sub(r"[^\w.\-]+", "-", text).strip("-.")[:80] or "unnamed"


def _unwritable(folder: Path, error: OSError) -> OutputError:
    why = error.strerror or str(error)
    return OutputError(
        f"无法写入输出文件夹 {folder}（{why}）：请换一个文件夹（--output）或检查权限与磁盘空间。",
        f"cannot write to the output folder {folder} ({why}): choose another with --output, or"
        " check its permissions and the disk.",
    )
