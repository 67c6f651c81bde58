"""`make faults`: results under kills, busy files, a full disk and two writers at once.

Children are forked, so that hundreds of kills take seconds; each is ended by SIGKILL in the middle
of its work. A generation is a whole set of files with its number in each: what is found afterwards
must be of one generation, as its `run.json` says, with the office's files untouched.
"""

from __future__ import annotations

import errno
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from geo.errors import OutputError
from geo.publish.staging import staged
from geo.run import swap
from geo.run.record import RECORD, files_in
from geo.run.run import settle
from geo.sources.digest import sha256

FOREIGN = {"notes.txt": "the office's", "surfaces/theirs.tif": "the office's too"}
REFUSED = 3


def names(number: int) -> list[str]:
    """Files of a generation: some of every one, some of odd or even ones only."""
    every = ["map.html", "assessment.xlsx", "surfaces/tax.tif", "surfaces/a/b.tif"]
    return [*every, *(f"{'odd' if number % 2 else 'even'}/{i}.parquet" for i in range(6))]


def write(folder: Path, number: int, kilobytes: int = 1) -> None:
    """One generation, as a run writes it."""
    with staged(folder) as stage:
        for name in names(number):
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_text(f"{number} " * 256 * kilobytes)
        (stage / RECORD).write_text(json.dumps({"outputs": {}, "number": number}))


def prepared(folder: Path) -> Path:
    """A folder with the first generation, and files of the office's own among it."""
    write(folder, 0)
    for name, text in FOREIGN.items():
        (folder / name).write_text(text)
    return folder


def listed(folder: Path) -> dict[str, str]:
    """Hashes of all that the record names; empty without one."""
    if not (folder / RECORD).is_file():
        return {}
    outputs: dict[str, str] = json.loads((folder / RECORD).read_text())["outputs"]
    return outputs


def generation(folder: Path) -> int:
    """The generation that a reader finds; AssertionError if it is not whole."""
    for name, digest in listed(folder).items():  # what run.json says holds before any recovery
        assert sha256(folder / name) == digest, name
    settle(folder)
    record = json.loads((folder / RECORD).read_text())
    number = record["number"]
    there = [name for name in files_in(folder) if not name.startswith(".")]
    assert there == sorted([*names(number), *FOREIGN, RECORD]), there
    assert all(sha256(folder / n) == digest for n, digest in record["outputs"].items())
    assert all((folder / n).read_text().startswith(f"{number} ") for n in names(number))
    assert {n: (folder / n).read_text() for n in FOREIGN} == FOREIGN
    return int(number)


def child(work: Callable[[], None]) -> int:
    """The id of a forked process at some work; it ends with `REFUSED` where it was refused."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work()
            code = 0
        except OutputError:
            code = REFUSED
        finally:
            os._exit(code)
    return process


def ended(process: int) -> int:
    """How a child ended: its exit code, or the signal below zero."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill_at_random(folder: Path, times: int, seed: int = 0) -> dict[str, int]:
    """Kills at random moments of a writing; how many came before and after its end."""
    chance, found = random.Random(seed), {"old": 0, "new": 0}
    started = time.perf_counter()
    write(folder, 0)
    long = time.perf_counter() - started
    for _ in range(times):
        before = generation(folder)
        process = child(lambda before=before: write(folder, before + 1))
        watch = os.pidfd_open(process)
        select.select([watch], [], [], chance.uniform(0, 1.3 * long))  # till its end, or this
        os.close(watch)
        os.kill(process, signal.SIGKILL)
        ended(process)
        found["old" if generation(folder) == before else "new"] += 1
    return found


def kill_at_move(folder: Path, at: int) -> int:
    """A kill just before the move of this number; how the child ended."""
    moved, move = [0], swap._move

    def dying(file: Path, to: Path) -> None:
        if moved[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        moved[0] += 1
        move(file, to)

    def work() -> None:
        swap._move = dying
        write(folder, 1)

    return ended(child(work))


def kill_at_every_move(folder: Path) -> int:
    """Kills before every move, each recovered by a process that is killed too; how many."""
    at = 0
    while True:
        before = generation(folder)
        code = kill_at_move(folder, at)
        if code == 0:
            return at
        for again in range(0, at, 3):
            kill_at_recovery(folder, again)
        assert code == -signal.SIGKILL
        assert generation(folder) == before
        at += 1


def kill_at_recovery(folder: Path, at: int) -> None:
    """A reader that is killed at a move of what it puts back."""
    moved, move = [0], swap._move

    def dying(file: Path, to: Path) -> None:
        if moved[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        moved[0] += 1
        move(file, to)

    def work() -> None:
        swap._move = dying
        settle(folder)

    ended(child(work))


def busy_at_every_file(folder: Path) -> int:
    """Each file in turn refuses to be moved, as one that Excel has open does on Windows."""
    move, before = swap._move, generation(folder)
    for name in [RECORD, *names(before)]:

        def refusing(file: Path, to: Path, name: str = name) -> None:
            if file == folder / name:
                raise PermissionError(errno.EACCES, "used by another process", str(file))
            move(file, to)

        swap._move = refusing
        try:
            write(folder, before + 1)
            raise AssertionError(f"{name} was replaced")
        except OutputError as error:
            assert Path(name).name in str(error), error  # noqa: PT017 - a script too
        finally:
            swap._move = move
        assert generation(folder) == before, name
    return len(names(before)) + 1


def race(folder: Path, times: int) -> dict[str, int]:
    """Two writers at once: each is whole or refused, and never do their files mix."""
    found = {"one refused": 0, "both in turn": 0}
    for at in range(times):
        go = time.monotonic() + 0.002

        def work(number: int, go: float = go) -> None:
            while time.monotonic() < go:
                pass
            write(folder, number)

        pair = [child(lambda number=number: work(number)) for number in (2 * at, 2 * at + 1)]
        codes = sorted(ended(process) for process in pair)
        assert codes in ([0, 0], [0, REFUSED]), codes
        number = generation(folder)
        assert number in (2 * at, 2 * at + 1)
        found["both in turn" if codes == [0, 0] else "one refused"] += 1
    return found


def fill(folder: Path) -> int:
    """Generations that grow until the disk is full; how many were written before."""
    for number in range(1, 200):
        before = generation(folder)
        try:
            write(folder, number, kilobytes=number)
        except OutputError as error:
            assert os.strerror(errno.ENOSPC) in str(error), error  # noqa: PT017 - a script too
            assert generation(folder) == before
            return number
    raise AssertionError("the disk never was full")


def full_disk(place: Path) -> int | None:
    """`fill` on a file system of 400 kB; None where none may be mounted."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        return None
    try:
        return fill(prepared(place / "outputs"))
    finally:
        subprocess.run(["umount", str(place)], check=True)


def main(kills: int = 200, races: int = 200) -> None:
    """All of them, with their counts."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        print("kills at random moments:", kill_at_random(prepared(root / "random"), kills))
        print(
            "kills before a move, and in the recovery:",
            kill_at_every_move(prepared(root / "aimed")),
        )
        print("files that refuse:", busy_at_every_file(prepared(root / "busy")))
        print("two at once:", race(prepared(root / "race"), races))
        full = full_disk(root / "full")
        print("a full disk:", "may not be mounted here" if full is None else f"after {full}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
