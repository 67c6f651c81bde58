"""Files written to a temporary folder inside their place, then moved in all together.

Killed at any moment, a run leaves results that are all old or all new to whoever reads them with
mujun, which first ends what was cut off (`geo.run.swap`); to other programs `run.json` says so:
it stands only beside whole results. Only files that it lists are replaced or removed. Of those, one
that somebody changed since stays, under another name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioIOError
from xlsxwriter.exceptions import FileCreateError

from geo.errors import MujunError, OutputError, system_reason
from geo.publish.old_paths import old_path, stand_at_old_paths, wanted
from geo.publish.registry import shared_folders
from geo.run.lock import locked
from geo.run.record import RECORD, Record, changed_since, files_in, read_record, renewed, to_json
from geo.run.swap import BACKUP, STAGE, recover, still_movable, swap
from geo.sources.digest import digests
from geo.text import Message, join

FAULTS = (
    OSError,
    FileCreateError,
    DataSourceError,
    DataLayerError,
    RasterioIOError,
    sqlite3.Error,
)
"""What the libraries raise when a disk is full or a folder refuses."""
_SHOWN = 5
"""Most names that a message lists."""


@contextmanager
def staged(
    folder: Path,
    command: str = "run",
    *,
    beside: bool = False,
    old_paths: bool | None = None,
) -> Iterator[Path]:
    """A temporary folder whose files take their places in `folder` when the block ends well.

    With a `run.json` among them all files go that the last one lists. Else those go that stand in
    the way, and those in folders that are made anew, unless the new ones come `beside` them.
    `old_paths` is `[publish] old_paths`.
    Raises OutputError where a file stands in the way that no record lists, or that refuses.
    """
    with scratch(folder, command) as stage:
        yield stage
        _commit(folder, stage, command, beside=beside, old_paths=old_paths)


@contextmanager
def scratch(folder: Path, command: str = "run") -> Iterator[Path]:
    """A temporary folder in `folder`, gone afterwards; what a killed run left is swept.

    `folder` is locked as long as the block runs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, command) as first:
            if first:
                recover(folder)
                _sweep(folder)
            own = Path(tempfile.mkdtemp(prefix=STAGE, dir=folder))
            try:
                yield own
            finally:
                shutil.rmtree(own, ignore_errors=True)
    except FAULTS as error:
        if isinstance(error, MujunError):
            raise
        raise _unwritable(folder, error) from error


@contextmanager
def writing(folder: Path, command: str, names: Iterable[str] = ()) -> Iterator[None]:
    """A folder held for a whole command, and what would stop it at its end found at its start.

    `names` are files that the command will write; with any, all earlier ones must be movable.
    """
    with scratch(folder, command):
        if names:
            record = read_record(folder)
            _refuse_foreign(folder, names, record)
            still_movable(folder, record.get("outputs", {}))
        yield


def _commit(
    folder: Path, stage: Path, command: str, *, beside: bool, old_paths: bool | None
) -> None:
    if not files_in(stage):
        return
    record, fresh = read_record(folder), read_record(stage)
    new = [name for name in files_in(stage) if name != RECORD]
    moved = wanted(new, record, old_paths)
    stand_at_old_paths(stage, moved)
    new += moved
    listed = list(record.get("outputs", {}))
    if not fresh:
        anew = set() if beside else {_made_anew(name) for name in new} - {""}
        taken = set(new)
        listed = [n for n in listed if n in taken or _made_anew(n) in anew]
    _refuse_foreign(folder, new, record)
    made = digests(stage, new)
    kept = [_keep(folder, stage, name) for name in changed_since(folder, listed, record)]
    old = [name for name in (RECORD, *listed) if os.path.lexists(folder / name)]
    gone = {*made, *(old_path(name) for name in made), RECORD}
    removed = [name for name in old if name not in gone]
    after = renewed(fresh or record, command, made, listed, {"kept": kept, "removed": removed})
    earlier = {} if fresh else record.get("moved", {})
    pairs = {name: to for name, to in (earlier | moved).items() if name in after["outputs"]}
    if pairs:
        after["moved"] = pairs
    (stage / RECORD).write_text(to_json(after), encoding="utf-8")
    swap(folder, stage, old, [*made, *kept, RECORD], RECORD)


def _made_anew(name: str) -> str:
    """The folder that a file is made anew with: not one in which other products have files."""
    shared = shared_folders()
    parents = [parent.as_posix() for parent in Path(name).parents][-2::-1]
    return next((parent for parent in parents if parent not in shared), "")


def _keep(folder: Path, stage: Path, name: str) -> str:
    """A copy of a file that somebody changed, to stand beside the new one; its name.

    No record lists it, so that nothing will replace it.
    """
    place = Path(name)
    for number in range(1, 10_000):
        more = "" if number == 1 else f"-{number}"
        to = place.with_name(f"{place.stem}（已改{more}）{place.suffix}")
        if not (os.path.lexists(folder / to) or (stage / to).exists()):
            (stage / to).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / place, stage / to)
            return to.as_posix()
    raise OutputError("staging.too_many_changed_copies", folder=folder / name)


def _refuse_foreign(folder: Path, names: Iterable[str], record: Record) -> None:
    """OutputError where something stands in the way of a file that the tool did not write."""
    known = {name.casefold() for name in (RECORD, *record.get("outputs", {}))} if record else set()
    wanted = list(names)
    ways = {parent.as_posix() for name in wanted for parent in Path(name).parents} - {"."}
    odd = [
        name
        for name in wanted
        if os.path.lexists(folder / name)
        and (name.casefold() not in known or not (folder / name).is_file())
    ]
    odd += [
        way
        for way in ways
        if os.path.lexists(folder / way)
        and ((folder / way).is_symlink() or not (folder / way).is_dir())
    ]
    if not odd:
        return
    shown = sorted(odd)[:_SHOWN]
    more = len(odd) - len(shown)
    raise OutputError(
        "staging.holds_does_not_list",
        folder=folder,
        shown=join(shown),
        more=(Message("staging.more", count=len(odd), more=more) if more else ""),
        record=RECORD,
    )


def _sweep(folder: Path) -> None:
    """Remove what killed commands left; the folder is locked, so none of them is at work."""
    for begin in (STAGE, BACKUP):
        for left in folder.glob(f"{begin}*"):
            shutil.rmtree(left, ignore_errors=True)


def _unwritable(folder: Path, error: Exception) -> OutputError:
    return OutputError(
        "staging.cannot_write_output_folder", folder=folder, why=system_reason(error)
    )
