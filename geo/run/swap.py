"""Files that take the place of others all together, or not at all.

No system moves many files in one step, so what is to be moved is written down first. While
`.mujun-swap.json` stands in a folder, its files are part old and part new; whoever finds it there
puts everything back. The step that decides is its removal: before it all old files come back, after
it all new ones stay. `run.json` goes first and comes last, so that it stands only beside whole
results.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from geo.errors import OutputError, system_reason

JOURNAL = ".mujun-swap.json"
STAGE, BACKUP = ".writing-", ".replaced-"
"""How the folders of new and of old files begin."""


@dataclass(frozen=True)
class Swap:
    """What moves: names of new files in the folder `stage`, of old ones that go to `backup`."""

    stage: str
    backup: str
    old: list[str]
    new: list[str]


def swap(folder: Path, stage: Path, old: Iterable[str], new: Iterable[str], record: str) -> None:
    """Put the files `new` of `stage` in place of the files `old` of its parent `folder`.

    Names are relative, with `/`; `record` goes first and comes last. Raises OutputError that names
    the file which refused, with everything as it was before.
    """
    plan = Swap(
        stage.name,
        BACKUP + stage.name.removeprefix(STAGE),
        sorted(old, key=lambda name: name != record),
        sorted(new, key=lambda name: name == record),
    )
    _write(folder, plan)
    try:
        for name in plan.old:
            _move(folder / name, folder / plan.backup / name)
        for name in plan.new:
            _move(stage / name, folder / name)
    except BaseException as error:  # an interrupt in the middle too
        recover(folder)
        if isinstance(error, OSError):
            raise _refused(folder, error) from error
        raise
    (folder / JOURNAL).unlink()
    _clear(folder, plan)


def unfinished(folder: Path) -> bool:
    """Whether files of a folder are part old and part new."""
    return (folder / JOURNAL).is_file()


def recover(folder: Path) -> None:
    """Put everything back where a swap was cut off; nothing otherwise.

    The caller holds the folder's lock. Raises OutputError where a file refuses.
    """
    if not unfinished(folder):
        return
    try:
        raw = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
        plan = Swap(raw["stage"], raw["backup"], raw["old"], raw["new"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError("swap.cannot_read", folder=folder / JOURNAL, folder_2=folder) from error
    try:
        _put_back(folder, plan)
    except OSError as error:
        raise _stuck(folder, error) from error


def _put_back(folder: Path, plan: Swap) -> None:
    """All old files where they were. Done twice, or cut off and done again, it is the same."""
    stage, backup = folder / plan.stage, folder / plan.backup
    replaced = set(plan.old)
    for name in reversed(plan.new):
        moved = os.path.lexists(backup / name) if name in replaced else not (stage / name).exists()
        if moved and os.path.lexists(folder / name):
            _move(folder / name, stage / name)
    for name in reversed(plan.old):
        if os.path.lexists(backup / name):
            _move(backup / name, folder / name)
    (folder / JOURNAL).unlink()
    _clear(folder, plan)


def _clear(folder: Path, plan: Swap) -> None:
    """Take away both folders, and those that the moves have emptied."""
    for name in (plan.stage, plan.backup):
        shutil.rmtree(folder / name, ignore_errors=True)
    emptied = {parent for name in (*plan.old, *plan.new) for parent in Path(name).parents}
    for parent in sorted(emptied - {Path()}, key=lambda p: len(p.parts), reverse=True):
        place = folder / parent
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def _write(folder: Path, plan: Swap) -> None:
    draft = folder / plan.stage / JOURNAL
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(asdict(plan), stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())  # a file that names nothing after a power cut would lose both
    draft.replace(folder / JOURNAL)


def _move(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    file.rename(to)


def _refused(folder: Path, error: OSError) -> OutputError:
    name = Path(str(error.filename or folder)).name
    return OutputError("swap.cannot_replace_in", folder=folder, name=name, why=system_reason(error))


def _stuck(folder: Path, error: OSError) -> OutputError:
    name = Path(str(error.filename or folder)).name
    return OutputError(
        "swap.in_cannot_put_back", folder=folder, name=name, why=system_reason(error)
    )


def still_movable(folder: Path, names: Iterable[str]) -> None:
    """OutputError where a file refuses to be moved, as one that Excel has open does on Windows."""
    for name in names:
        file = folder / name
        try:
            if os.path.lexists(file):
                file.rename(file)  # moves nothing, and is refused where a move would be
        except OSError as error:
            raise _refused(folder, error) from error
