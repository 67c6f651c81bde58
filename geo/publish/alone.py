"""Products of a large run: made at once, each by itself, as cores and memory allow.

Those of which every part is made alike are made by the workers of the run's engine, meanwhile others
each by a process of its own: the memory goes with the process, and what fails costs its product, not
the run. Each is made in a folder of its own, and takes its places when it is whole.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from geo.engine import PARCEL as OF_WORKER
from geo.engine import Engine
from geo.errors import MujunError, first_line
from geo.publish.registry import Making, Product
from geo.publish.side_by_side import PARCEL, Watch, Work, make_apart
from geo.publish.staging import FAULTS
from geo.run import Run
from geo.run.record import files_in
from geo.runtime import PROCESS, threads, usable_memory
from geo.source_spec import EngineSource
from geo.text import Message, Value, Wording, join
from geo.workers import Crew, WorkerDiedError, can_start


class Room:
    """So many bytes of memory, of which everyone at work holds a share."""

    def __init__(self, size: float) -> None:
        self.size, self._held, self._sharing = size, 0.0, 0
        self._changed = threading.Condition()

    @contextmanager
    def share(self, need: float) -> Iterator[None]:
        """A share, once it is free; who needs more than there is gets it when nobody else has any."""
        with self._changed:
            self._changed.wait_for(lambda: not self._sharing or self._held + need <= self.size)
            self._held, self._sharing = self._held + need, self._sharing + 1
        try:
            yield
        finally:
            with self._changed:
                self._held, self._sharing = self._held - need, self._sharing - 1
                self._changed.notify_all()


def too_large(product: Product[Any], parcels: int) -> Wording | None:
    """Why there is no memory for a product of so many parcels; None if there is."""
    need, room = PROCESS + product.memory * parcels, usable_memory()
    if need <= room:
        return None
    return Message(
        "in_parts.too_little_memory",
        names=named(product),
        need=need / 1e9,
        room=room / 1e9,
        product=product.name,
    )


def make_beside(
    products: Sequence[Product[Any]],
    making: Making,
    parcels: int,
    source: EngineSource,
    engine: Engine,
    watch: Watch,
) -> dict[str, Wording]:
    """Make products of the run that is kept in the stage; what is said of those that failed, by name.

    Parameters
    ----------
    parcels
        Of the whole run; a part of it has at most `source.part`.
    source, engine
        As it is declared, and its workers, who make what is made by parts.
    watch
        Told at once what is begun, made or failed.
    """
    alone = [one for one in products if can_start() and one.apart and not one.by_parts]
    others = [one for one in products if one not in alone]
    count = min(len(alone), threads())
    crew = Crew(count, threads() // max(count, 1), (make_apart.__module__,))
    work, room, shared = Work(products, parcels), Room(usable_memory()), _SharedWatch(watch)

    def beside() -> None:
        for product in work.taken(alone):
            need = product.memory * parcels or PARCEL * min(source.part, parcels)
            with room.share(PROCESS + need):
                _made_whole(product, making, shared, partial(_alone, product, crew))

    def here() -> None:
        with own:
            for product in work.taken(others):
                _made_whole(product, making, shared, partial(_here, product))
            engine.rest()

    with ExitStack() as own:  # before any other has a share
        if source.kind == "local" and any(product.by_parts for product in others):
            size = PROCESS + OF_WORKER * min(source.part, parcels)
            own.enter_context(room.share(engine.workers * size))
        try:
            crew.in_threads([work.guarded(beside)] * count, work.guarded(here))
        finally:
            crew.stop()
    return shared.why


def named(product: Product[Any]) -> Wording:
    """A product by its files, or by what it is called."""
    return join(product.places) if product.places else product.title


class _SharedWatch:
    """A watch that several threads tell, one at a time; `why` products failed, by their names."""

    def __init__(self, watch: Watch) -> None:
        self.why: dict[str, Wording] = {}
        self._watch, self._lock = watch, threading.Lock()

    def begin(self, name: str) -> None:
        with self._lock:
            self._watch.begin(name)

    def over(self, name: str, seconds: float) -> None:
        with self._lock:
            self._watch.over(name, seconds)

    def failed(self, name: str, why: Wording) -> None:
        with self._lock:
            self.why[name] = why
            self._watch.failed(name, why)


def _made_whole(
    product: Product[Any], making: Making, shared: _SharedWatch, make: Callable[[Making], object]
) -> None:
    """A product made in a folder of its own, whole then moved to the stage; or told why it is not.

    Raises what the libraries raise where the disk is full: no other could be written either.
    """
    folder = making.stage / f".{product.name}"
    folder.mkdir()
    shared.begin(product.name)
    began = time.perf_counter()
    why: Wording | None = None
    try:
        make(replace(making, stage=folder, results=making.stage))
        for name in files_in(folder):
            making.file(name)
            (folder / name).replace(making.stage / name)
    except (WorkerDiedError, MemoryError):
        why = Message("in_parts.process_ended", names=named(product), product=product.name)
    except MujunError as error:
        why = _failed(product, error.text)
    except FAULTS:
        raise
    except Exception as error:  # whatever a library raises costs its product, not the run
        if os.environ.get("MUJUN_DEBUG"):
            raise
        why = _failed(product, f"{type(error).__name__}: {first_line(error)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if why is None:
        shared.over(product.name, time.perf_counter() - began)
    else:
        shared.failed(product.name, why)


def _failed(product: Product[Any], why: Value) -> Wording:
    return Message("in_parts.failed", names=named(product), why=why, product=product.name)


def _here(product: Product[Any], making: Making) -> None:
    """By this process; what is made of the files alone is made of a run whose tables lie there."""
    if product.apart and making.results is not None:
        stored = Run.load(making.results).shown_as(making.run.settings)
        making = replace(making, run=stored)
    list(product.write(making, product.asked()))


def _alone(product: Product[Any], crew: Crew, making: Making) -> None:
    """By a process of its own, which reads the run from the stage."""
    home, options, settings = making.results, making.options, making.run.settings
    asked: dict[str, Any] = {}
    given = (product.name, home, making.stage, options, home, settings, asked, making.counts)
    crew.once(make_apart, *given)
