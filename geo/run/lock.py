"""One writer a folder: a lock that names who writes, and ends with the process that holds it.

The system's own lock on `.mujun-lock` ends with its process, however that ends. What the file says
names the writer to others, and is all that is known of a writer on another machine, whose lock does
not always reach this one.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.errors import OutputError
from geo.text import Message

LOCK = ".mujun-lock"
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What a system says of a lock that another process holds."""
_PLACE = 1 << 30
"""The byte that Windows locks: beyond the text, which others read."""
_holders: dict[str, tuple[int, int]] = {}
"""Folders that this process holds: the thread, and how many blocks are open."""
_guard = threading.Lock()
_handles: set[int] = set()


def _let_go() -> None:
    """In a forked worker: the lock is its parent's, and must end with the parent."""
    for handle in _handles:
        os.close(handle)
    _handles.clear()
    _holders.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


@contextmanager
def locked(folder: Path, command: str = "") -> Iterator[bool]:
    """Hold a folder while the block runs; True in the outermost block of this thread.

    `command` is what others are told of it. Raises OutputError at once where another process or
    thread holds the folder.
    """
    key = os.path.normcase(folder.resolve())
    with _guard:
        thread, depth = _holders.get(key, (threading.get_ident(), 0))
        if thread != threading.get_ident():
            raise _taken(folder, {"pid": os.getpid(), "host": platform.node()})
        _holders[key] = (thread, depth + 1)
    handle = None
    try:
        if depth == 0:
            handle = _acquired(folder, command)
        yield depth == 0
    finally:
        if handle is not None:
            _released(handle, folder / LOCK)
        with _guard:
            if depth:
                _holders[key] = (thread, depth)
            else:
                del _holders[key]


def _acquired(folder: Path, command: str) -> int:
    file = folder / LOCK
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            free = _lock(handle)
            if free is not False and not _is(handle, file):
                os.close(handle)  # who held it took the file away just now
                continue
            _refuse_other(folder, free)
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(_this(command), ensure_ascii=False).encode())
        except BaseException:  # whatever it was, an interrupt too: the handle is given back
            os.close(handle)
            raise
        _handles.add(handle)
        return handle


def _refuse_other(folder: Path, free: bool | None) -> None:
    """OutputError where another writer has the lock, or may have it on another machine."""
    holder = _said(folder / LOCK)
    if free is False or (holder and _may_live(holder, known=free is True)):
        raise _taken(folder, holder)


def _released(handle: int, file: Path) -> None:
    _handles.discard(handle)
    if os.name == "nt":  # an open file cannot be removed there
        os.ftruncate(handle, 0)
        os.close(handle)
        with suppress(OSError):
            file.unlink()
    else:
        with suppress(OSError):
            file.unlink()
        os.close(handle)


def _lock(handle: int) -> bool | None:
    """Whether this process has the lock now; None where the file system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows has no other, and nobody else has it

            os.lseek(handle, _PLACE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


def _is(handle: int, file: Path) -> bool:
    """Whether a file still is the one that was opened."""
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except OSError:
        return False


def _this(command: str) -> dict[str, Any]:
    """What a lock says of this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in containers
        user = "?"
    return {
        "pid": os.getpid(),
        "host": platform.node(),
        "user": user,
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": command,
    }


def _said(file: Path) -> dict[str, Any]:
    """What a lock says; nothing where its writer died before it wrote."""
    try:
        text = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return text if isinstance(text, dict) else {}


def _may_live(holder: dict[str, Any], *, known: bool) -> bool:
    """Whether a writer may be at work although this process was not refused the lock.

    On this machine the system would have refused it where locks are `known`; locks of other
    machines do not always show.
    """
    if holder.get("host", "") != platform.node():
        return True
    return not known and _alive(int(holder.get("pid", 0)))


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


def _taken(folder: Path, holder: dict[str, Any]) -> OutputError:
    said = {key: str(holder.get(key, "?")) for key in ("user", "host", "pid", "since", "command")}
    who = Message(
        "lock.process_since_mujun",
        user=said["user"],
        host=said["host"],
        pid=said["pid"],
        since=said["since"],
        command=said["command"],
    )
    if holder and holder.get("host") != platform.node():
        return OutputError(
            "lock.another_computer_writes", folder=folder, who=who, folder_2=folder / LOCK
        )
    return OutputError("lock.another_mujun_writes", folder=folder, who=who)


def awaited(done: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether `done()` held within some seconds; it is asked again and again."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
