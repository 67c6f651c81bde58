"""What a large run makes: at once, each by itself; what fails costs its product."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from geo import runtime
from geo.engine import Local
from geo.errors import ProjectError
from geo.project import Settings
from geo.publish import alone
from geo.publish.alone import Room, make_beside, too_large
from geo.publish.registry import Making, Options, Product
from geo.publish.side_by_side import Unwatched
from geo.source_spec import EngineSource
from geo.text import Text, Wording

OWN = Product("own", Text("自", "own"), ("own.txt",), lambda *_: [], memory=20_000)


def test_what_a_product_needs_is_held_to_what_is_free(monkeypatch):
    """400 MB and 100,000 parcels of 20 kB are 2.4 GB; four fifths of what is free may be taken."""
    monkeypatch.setattr(runtime, "free_memory", lambda: 3_000_000_000)
    assert too_large(OWN, 100_000) is None
    said = too_large(OWN, 100_001)
    assert said is not None
    assert said("zh").startswith("内存不足，未生成 own.txt：约需2.4 GB，可用2.4 GB")
    assert "mujun export --format own" in said("en")
    monkeypatch.setattr(runtime, "free_memory", lambda: 0)  # nothing says how much there is
    assert too_large(OWN, 1) is not None


class Telling(Unwatched):
    """What is told, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def over(self, name: str, seconds: float) -> None:
        self.told.append(f"{name} made")

    def failed(self, name: str, why: Wording) -> None:
        self.told.append(f"{name} failed")


def _half_then(name: str, _source: Path, stage: Path, *_: object) -> None:
    """What a process makes: half of it, then what its product's name says."""
    (stage / "layers").mkdir()
    (stage / "layers/half.bin").write_text("half", encoding="utf-8")
    if name == "killed":
        os._exit(9)
    if name == "memory":
        raise MemoryError
    if name == "fault":
        raise ValueError("odd\ntwice")
    (stage / "layers/half.bin").rename(stage / f"layers/{name}.bin")


def _refused(making: Making, _: Options) -> list[str]:
    (making.stage / "half.txt").write_text("half", encoding="utf-8")
    raise ProjectError("registry.also_unknown", name="x", known="y")


def _kept(making: Making, _: Options) -> list[str]:
    (making.stage / "here.txt").write_text(str(making.results), encoding="utf-8")
    return []


def _apart(*names: str) -> list[Product]:
    own = Text("自", "own")
    return [Product(name, own, (f"{name}.bin",), lambda *_: [], apart=True) for name in names]


def _made(stage: Path, products: list[Product]) -> tuple[dict[str, Wording], Telling]:
    making, watch = Making(SimpleNamespace(settings=Settings(year=2023)), stage), Telling()
    source = EngineSource(part=1_000)
    return make_beside(products, making, 1_000, source, Local(1), watch), watch


def _of_here(name: str, write: Callable[[Making, Options], list[str]]) -> Product:
    return replace(*_apart(name), apart=False, write=write)


def test_what_fails_costs_its_product_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "make_apart", _half_then)
    monkeypatch.setattr(alone, "threads", lambda: 2)
    (tmp_path / "before.txt").write_text("whole", encoding="utf-8")
    here = [_of_here("refused", _refused), _of_here("kept", _kept)]
    said, watch = _made(tmp_path, [*_apart("killed", "memory", "fault", "well"), *here])
    assert set(said) == {"killed", "memory", "fault", "refused"}
    made = ["well made", "kept made"]
    assert sorted(watch.told) == sorted([*(f"{name} failed" for name in said), *made])
    for name in ("killed", "memory"):
        assert said[name]("zh").startswith(f"未生成 {name}.bin：计算进程中途被终止")
    assert "not made: ValueError: odd; " in said["fault"]("en")
    assert "x" in said["refused"]("zh")
    assert all(f"mujun export --format {name}" in said[name]("zh") for name in said)
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*")}
    assert files == {"before.txt", "here.txt", "layers", "layers/well.bin"}
    assert (tmp_path / "here.txt").read_text(encoding="utf-8") == str(tmp_path)


def _full(making: Making, _: Options) -> list[str]:
    (making.stage / "half.txt").write_text("half", encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_as_it_is(tmp_path):
    with pytest.raises(OSError, match="No space left"):
        _made(tmp_path, [_of_here("disk", _full)])
    assert not list(tmp_path.iterdir())


def test_where_no_process_can_be_started_one_is_made_after_the_other(tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "can_start", lambda: False)
    monkeypatch.setattr(alone.Run, "load", lambda _: SimpleNamespace(shown_as=lambda _: None))
    one, *_ = _apart("kept")
    said, watch = _made(tmp_path, [replace(one, write=_kept)])
    assert (said, watch.told) == ({}, ["kept made"])


def test_shares_of_memory_are_no_more_than_there_is():
    """Of 10, shares of 6 and 4 are had at once, another 3 when one of them is given back; 20 alone."""
    room, order = Room(10), []
    first, second = room.share(6), room.share(4)
    first.__enter__()
    second.__enter__()

    def take(need: float) -> None:
        with room.share(need):
            order.append(need)

    threads = [threading.Thread(target=take, args=(need,)) for need in (3, 20)]
    for thread in threads:
        thread.start()
    threads[0].join(0.2)
    assert order == []
    second.__exit__(None, None, None)
    threads[0].join(30)
    assert order == [3]
    first.__exit__(None, None, None)
    threads[1].join(30)
    assert order == [3, 20]


def _own_id(_: int) -> int:
    return os.getpid()


def test_processes_that_rest_are_ended_and_others_start_where_there_is_work():
    workers = Local(2)
    try:
        first = set(workers.map(_own_id, [1, 2]))
        workers.rest()
        assert workers.crew._all == []
        again = set(workers.map(_own_id, [1, 2]))
    finally:
        workers.crew.stop()
    assert first.isdisjoint(again)
    assert os.getpid() not in first | again


def test_a_lone_job_is_done_here_unless_a_process_waits_for_work():
    workers = Local(2)
    try:
        assert workers.map(_own_id, [1]) == [os.getpid()]
        there = set(workers.map(_own_id, [1, 2]))
        (lone,) = workers.map(_own_id, [1])
        assert lone in there
        assert workers.map(_own_id, []) == []
    finally:
        workers.crew.stop()
