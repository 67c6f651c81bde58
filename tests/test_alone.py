"""What a large run makes of all its rows: by a process of its own, which may end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geo import runtime
from geo.engine import Local
from geo.publish import alone
from geo.publish.alone import make_alone, too_large
from geo.publish.registry import Making, Product
from geo.publish.side_by_side import Unwatched
from geo.run import Run
from geo.text import Text

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


def _half_made(_name: str, _source: Path, stage: Path, *_: object) -> None:
    (stage / "own.txt").write_text("half", encoding="utf-8")
    os._exit(9)


def _out_of_memory(_name: str, _source: Path, stage: Path, *_: object) -> None:
    (stage / "own.txt").write_text("half", encoding="utf-8")
    raise MemoryError


def _refused(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.slow
@pytest.mark.parametrize("happens", [_half_made, _out_of_memory])
def test_a_process_that_ends_costs_its_product(demo, tmp_path, monkeypatch, happens):
    monkeypatch.setattr(alone, "make_apart", happens)
    (tmp_path / "before.txt").write_text("whole", encoding="utf-8")
    watch = Unwatched()
    said = make_alone(OWN, Making(Run.load(demo / "outputs"), tmp_path), watch)
    assert said is not None
    assert "own.txt" in said("zh")
    assert "mujun export --format own" in said("zh")
    assert [file.name for file in tmp_path.iterdir()] == ["before.txt"]
    assert "own" not in watch.seconds


@pytest.mark.slow
def test_another_error_is_told_as_it_is(demo, tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "make_apart", _refused)
    with pytest.raises(OSError, match="No space left"):
        make_alone(OWN, Making(Run.load(demo / "outputs"), tmp_path), Unwatched())


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
