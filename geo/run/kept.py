"""What is worked out of a run once, for everyone who asks, and kept no longer than the run."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from geo.run.run import Run

T = TypeVar("T")


def kept(of_run: Callable[[Run], T]) -> Callable[[Run], T]:
    """A function of a run that works once for each run; nobody may change what it gives."""
    known: WeakKeyDictionary[Run, T] = WeakKeyDictionary()

    @wraps(of_run)
    def once(run: Run) -> T:
        if run not in known:
            known[run] = of_run(run)
        return known[run]

    return once
