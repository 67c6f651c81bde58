"""What is worked out of a run once, for everyone who asks, and kept no longer than the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from geo.run.run import Run

T = TypeVar("T")


class kept(Generic[T]):  # noqa: N801 -- a decorator
    """A function of a run that works once for each run; nobody may change what it gives."""

    def __init__(self, of_run: Callable[[Run], T]) -> None:
        self.__doc__ = of_run.__doc__
        self._of_run = of_run
        self._known: WeakKeyDictionary[Run, T] = WeakKeyDictionary()

    def __call__(self, run: Run) -> T:
        """What the function gives."""
        if run not in self._known:
            self._known[run] = self._of_run(run)
        return self._known[run]

    def __contains__(self, run: Run) -> bool:
        """Whether it was worked out."""
        return run in self._known

    def take(self, run: Run, value: T) -> None:
        """Have what was worked out of the same run before: by another process, or before it was kept.

        What was taken or worked out first stays.
        """
        self._known.setdefault(run, value)
