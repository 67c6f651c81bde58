"""Products that a large run makes of all its rows: each by a process of its own, as memory allows.

The memory goes with the process, and a process that ends costs its product, not the run.
"""

from __future__ import annotations

import time
from typing import Any

from geo.publish.registry import Making, Product
from geo.publish.side_by_side import Watch, make_apart
from geo.run.record import files_in
from geo.runtime import PROCESS, threads, usable_memory
from geo.text import Message, Wording, join
from geo.workers import Crew, WorkerDiedError, can_start


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


def make_alone(product: Product[Any], making: Making, watch: Watch) -> Wording | None:
    """Make a product of the run that is kept in the stage; what is said where that ended half-way.

    What it had written is gone then.
    """
    before = set(files_in(making.stage))
    watch.begin(product.name)
    began = time.perf_counter()
    try:
        _in_own_process(product, making)
    except (WorkerDiedError, MemoryError):
        for name in set(files_in(making.stage)) - before:
            (making.stage / name).unlink()
        return Message("in_parts.process_ended", names=named(product), product=product.name)
    watch.over(product.name, time.perf_counter() - began)
    return None


def named(product: Product[Any]) -> Wording:
    """A product by its files, or by what it is called."""
    return join(product.places) if product.places else product.title


def _in_own_process(product: Product[Any], making: Making) -> None:
    given = (product.name, making.stage, making.stage, making.options, None, making.run.settings)
    if not can_start():
        make_apart(*given, {})
        return
    crew = Crew(1, threads(), (make_apart.__module__,), tries=1)

    def work() -> None:
        with crew.worker() as do:
            do(make_apart, *given, {})

    try:
        crew.in_threads([work])
    finally:
        crew.stop()
