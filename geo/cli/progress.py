"""How far a command is: its step, how many of how many, the time left; a line, or lines in a log.

On a terminal one line is drawn over and over. Where the output goes into a file or to another
program, a plain line says which step begins, at most one in two seconds, and every ten seconds how
far a long one is; what is over within two seconds says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from geo.cli.terminal import printable
from geo.text import Lang, Message, join

SHORT_S, SELDOM_S = 2.0, 10.0
"""What takes less is not worth a line; how often a log is told of one step."""
MOST_SLOWER = 20.0
"""A run is expected to take at most so many times the last one's time, and at least a part of it."""


class Steps:
    """The steps of a command, timed, and how far the one is that is worked on.

    Parameters
    ----------
    expected
        Seconds that each step of the last run took, in their order; none for a first run.
    """

    def __init__(
        self,
        lang: Lang,
        expected: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.lang, self.clock = lang, clock
        self.expected = dict(expected or {})
        self.seconds: dict[str, float] = {}
        self.name, self.text = "start", "…"
        self.beside: dict[str, str] = {}
        self.count = (0, 0)
        self.began = self.since = clock()
        self.logged = float("-inf")

    def step(self, name: str, text: str) -> None:
        """Another step begins."""
        now = self.clock()
        if self.name:
            self.seconds[self.name] = self.seconds.get(self.name, 0.0) + now - self.since
        self.name, self.text, self.since, self.count = name, text, now, (0, 0)

    def begin(self, name: str, text: str) -> None:
        """A piece of work begins, maybe beside others; who does it says how long it took."""
        self.step("", "")
        self.beside[name] = text

    def over(self, name: str, seconds: float) -> None:
        """It is done."""
        self.beside.pop(name, None)
        self.seconds[name] = seconds
        self.since, self.count = self.clock(), (0, 0)

    def dropped(self, name: str) -> None:
        """It is given up: it took no time that the next run is to expect."""
        self.beside.pop(name, None)

    def counted(self, done: int, total: int) -> None:
        """So many pieces of the step are done."""
        self.count = (done, total)

    @property
    def elapsed(self) -> float:
        """Seconds since the command began."""
        return self.clock() - self.began

    def left(self) -> float | None:
        """Seconds to the end, as the last run and what is counted let one expect.

        Worked example: the last run took 4 s and 6 s for two steps. The first took 8 s this time,
        so the second is expected to take 12 s; 5 s into it, 7 s are left. With 1 of 4 pieces done
        after 5 s it is 15 s, whatever the last run took.
        """
        here = self._left_of_step()
        if not self.expected:
            return here
        begun = {self.name, *self.seconds, *self.beside}
        later = [name for name in self.expected if name not in begun]
        rest = sum(self.expected[name] for name in later) * self._slower()
        return rest + (here or 0.0)

    def _left_of_step(self) -> float | None:
        spent, (done, total) = self.clock() - self.since, self.count
        if done:
            return spent * (total - done) / done
        known = [self.expected[name] for name in (self.name, *self.beside) if name in self.expected]
        return max(max(known) * self._slower() - spent, 0.0) if known else None

    def _slower(self) -> float:
        """How many times the last run's time the steps took that are over."""
        over = [name for name in self.seconds if name in self.expected]
        before = sum(self.expected[name] for name in over)
        now = sum(self.seconds[name] for name in over)
        ratio = now / before if before > 0 else 1.0
        return min(max(ratio, 1 / MOST_SLOWER), MOST_SLOWER)

    def line(self) -> str:
        """What a user reads now."""
        done, total = self.count
        text = join(self.beside.values())(self.lang) if self.beside else self.text
        parts = [text if not total else f"{text} {done:,}/{total:,}"]
        if self.elapsed >= SHORT_S:
            parts.append(Message("progress.elapsed", time=span(self.elapsed)(self.lang))(self.lang))
            left = self.left()
            if left is not None and left >= SHORT_S:
                parts.append(Message("progress.left", time=span(left)(self.lang))(self.lang))
        return "  ".join(parts)

    def due(self, *, begins: bool) -> bool:
        """Whether a log should be told now."""
        since = self.clock() - self.logged
        if self.elapsed < SHORT_S or since < (SHORT_S if begins else SELDOM_S):
            return False
        self.logged = self.clock()
        return True


def span(seconds: float) -> Message:
    """A length of time as one says it: 8 s, 45 s, 3 min.

    >>> span(7.6).en, span(43).en, span(130).en
    ('8 s', '45 s', '3 min')
    """
    if seconds < 10:
        return Message("progress.seconds", seconds=round(seconds))
    if seconds <= 55:
        return Message("progress.seconds", seconds=5 * -int(-seconds // 5))
    return Message("progress.minutes", minutes=-int(-seconds // 60))


class Silent:
    """Shows nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def changed(self, *, begins: bool) -> None:
        """Nothing."""


class Log(Silent):
    """Plain lines, for a file or another program."""

    def __init__(self, steps: Steps, write: Callable[[str], None]) -> None:
        self.steps, self.write = steps, write

    def note(self, text: str) -> None:
        """A line of its own."""
        self.write(text)

    def changed(self, *, begins: bool) -> None:
        """A line where one is due."""
        if self.steps.due(begins=begins):
            self.write(printable(self.steps.line()))


class Bar(Silent):
    """One line of a terminal, drawn over and over."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def note(self, text: str) -> None:
        """A line above it."""
        self.bar.console.print(text, highlight=False, markup=False)


@contextmanager
def shown(steps: Steps, write: Callable[[str], None], *, quiet: bool) -> Iterator[Silent]:
    """Show the steps while the block runs."""
    if quiet:
        yield Silent()
        return
    from rich.console import Console  # noqa: PLC0415 -- what is quiet needs none of it
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Line(ProgressColumn):
        """What the steps say, as often as it is drawn."""

        def render(self, task: Task) -> Text:  # noqa: ARG002 -- rich's signature
            """The line as it is now."""
            return Text(printable(steps.line()))

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Log(steps, write)
        return
    # Four strokes that every code page has.
    bar = Progress(SpinnerColumn("line"), Line(), console=console, transient=True)
    with bar:
        bar.add_task("")
        yield Bar(bar)
