"""Products made at once: by this process, and by others that read the run from its files.

Each is begun by whoever is idle, the dearest first, once those are made that it is made of.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from geo.errors import OutputError
from geo.project import Publish, Settings
from geo.publish.records.counts import RunCounts, run_counts
from geo.publish.registry import PRODUCTS, Making, Product, silent
from geo.run import Run
from geo.runtime import processes_that_fit, threads
from geo.text import Wording
from geo.workers import Crew, WorkerDiedError, can_start

WORTHWHILE_S = 2.5
"""What others take off this process, in seconds of one core, or they are not started."""
PARCEL = 15_000
"""Bytes that a process takes for each parcel."""


class Watch(Protocol):
    """Who is told how far a command is; `seconds` are what each step took that is over."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """By name of the step."""

    def step(self, name: str) -> None:
        """Another step begins, and the last is over."""

    def begin(self, name: str) -> None:
        """A product is begun, maybe beside others."""

    def over(self, name: str, seconds: float) -> None:
        """It is made."""

    def failed(self, name: str, why: Wording) -> None:
        """It is not made, and others are."""

    def count(self, done: int, total: int) -> None:
        """So many pieces of it are made."""


@dataclass
class Unwatched:
    """Nobody is told."""

    seconds: dict[str, float] = field(default_factory=dict)

    def step(self, name: str) -> None:
        """Nothing."""

    def begin(self, name: str) -> None:
        """Nothing."""

    def over(self, name: str, seconds: float) -> None:
        """It is kept how long it took."""
        self.seconds[name] = seconds

    def failed(self, name: str, why: Wording) -> None:
        """Nothing."""

    def count(self, done: int, total: int) -> None:
        """Nothing."""


def helpers(products: Sequence[Product[Any]], parcels: int, asked: int = 0) -> int:
    """How many processes are worth having beside this one; `asked` are all, this one among them.

    As many as there are cores, memory and products for, and none where there is little to do.
    """
    apart = [cost(product, parcels) for product in products if product.apart]
    if not can_start() or sum(apart) - max(apart, default=0) < WORTHWHILE_S:
        return 0
    fit = processes_that_fit(parcels * PARCEL)
    return max(0, min((asked or threads()) - 1, len(apart) - 1, fit))


def cost(product: Product[Any], parcels: int) -> float:
    """Seconds of one core that a product takes, about."""
    base, more = product.cost
    return base + more * parcels / 1_000


@contextmanager
def helping(count: int, products: Sequence[Product[Any]] = ()) -> Iterator[Crew | None]:
    """So many processes, which load what products need while this one does something else."""
    if not count:
        yield None
        return
    loaded = [name for product in products if product.apart for name in product.loads]
    crew = Crew(count, max(threads() // (count + 1), 1), (__name__, *dict.fromkeys(loaded)))
    try:
        crew.start(count)
        yield crew
    finally:
        crew.stop()


def make(product: Product[Any], making: Making, watch: Watch, **values: Any) -> list[str]:
    """Make a product with what it takes of the values; what it wrote beside files of the stage."""
    asked = product.asked(**values)
    watch.begin(product.name)
    began = time.perf_counter()
    made = list(product.write(making, asked))
    watch.over(product.name, time.perf_counter() - began)
    return made


def make_all(
    products: Sequence[Product[Any]],
    making: Making,
    source: Path,
    watch: Watch,
    crew: Crew | None = None,
    **values: Any,
) -> list[str]:
    """Make products of the run that is kept in `source`; what they wrote beside files of the stage.

    Of those that are made last, what can be is made beside the others. Raises what the first of
    them raised that failed, and OutputError where its process ended.
    """
    for product in products:
        product.asked(**values)  # a slip is told before anything is made
    if crew is None or len(products) < 2:
        return [name for product in products for name in make(product, making, watch, **values)]
    making = replace(making, count=silent)  # of several at once no count is of use
    work = Work([p for p in products if p.early or not p.last], making.run.count("parcels"))
    answers: dict[str, Any] = {}
    lock = threading.Lock()

    def beside() -> None:
        with crew.worker() as do:
            for product in work.taken([one for one in products if one.apart]):
                with lock:
                    watch.begin(product.name)
                given = (product.name, source, making.stage, making.options, making.results)
                known = (making.run.settings, values, making.counts)
                try:
                    answer, seconds = do(make_apart, *given, *known)
                except WorkerDiedError as error:
                    raise OutputError("product.process_ended", title=product.title) from error
                with lock:
                    answers[product.name] = answer
                    watch.over(product.name, seconds)

    def here() -> None:
        # What is drawn early is drawn by others, who have loaded the library.
        for product in work.taken([one for one in products if not one.early]):
            answers[product.name] = make(product, making, watch, **values)

    crew.in_threads([work.guarded(beside)] * crew.count, meanwhile=work.guarded(here))
    for product in products:
        if product.last:
            own = replace(making, early=answers.get(product.name))
            answers[product.name] = make(product, own, watch, **values)
    return [name for product in products for name in answers[product.name]]


def make_apart(
    name: str,
    source: Path,
    stage: Path,
    options: Publish,
    results: Path | None,
    settings: Settings,
    values: dict[str, Any],
    counts: RunCounts | None = None,
) -> tuple[Any, float]:
    """Make a product in another process; what it wrote, and the seconds it took.

    Of one that is made last, what can be made early is given back.
    """
    began = time.perf_counter()
    product = PRODUCTS[name]
    run = _run(source).shown_as(settings)
    if counts:
        run_counts.take(run, counts)
    making = Making(run, stage, options, results)
    if product.early:
        return product.early(making), time.perf_counter() - began
    for place in product.files:  # a process may have died over them
        (stage / place).unlink(missing_ok=True)
    for place in product.folders:
        shutil.rmtree(stage / place, ignore_errors=True)
    made = [str(one) for one in product.write(making, product.asked(**values))]
    return made, time.perf_counter() - began


@lru_cache(maxsize=1)
def _run(source: Path) -> Run:
    return Run.load(source)


class Work:
    """Which products are left, which may be begun, and whether one failed."""

    def __init__(self, products: Sequence[Product[Any]], parcels: int) -> None:
        self._left = sorted(products, key=lambda product: -cost(product, parcels))
        self.unmade = {product.name for product in products}
        self._changed = threading.Condition()
        self._failed = False

    def taken(self, ours: Sequence[Product[Any]]) -> Iterator[Product[Any]]:
        """One of `ours` after the other, as they may be begun: what only we can make before others."""
        while product := self._next([one.name for one in ours]):
            yield product
            with self._changed:
                self.unmade.remove(product.name)
                self._changed.notify_all()

    def _next(self, ours: Sequence[str]) -> Product[Any] | None:
        with self._changed:
            while True:
                fit = [one for one in self._left if one.name in ours]
                if self._failed or not fit:
                    return None
                ready = [one for one in fit if not self.unmade.intersection(one.after)]
                if ready:
                    first = min(ready, key=lambda one: one.apart)
                    self._left.remove(first)
                    return first
                self._changed.wait(0.5)

    def guarded(self, work: Callable[[], None]) -> Callable[[], None]:
        """The work; where it fails, nobody begins another product."""

        def done() -> None:
            try:
                work()
            except BaseException:  # Ctrl+C, too; it is raised again
                with self._changed:
                    self._failed = True
                    self._changed.notify_all()
                raise

        return done
