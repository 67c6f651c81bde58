"""A reader in a process of its own: what it answers, and every way in which it can end."""

from __future__ import annotations

import datetime as dt

import pytest

from geo.sources.apart import ReaderDiedError, ReaderError, read_apart

READERS = """
import os, threading

def echo(*values):
    print("a library's own words")
    os.write(1, b"and those of C")
    return list(values)

def fails(): raise ValueError("no table")
def panics(): raise BaseException("index out of bounds")
def dies(): os.abort()
def leaves(): os._exit(3)
def leaves_well(): os._exit(0)
def hangs(): threading.Event().wait()
def grows(): return len(bytearray(64 << 30))
"""


@pytest.fixture
def readers(tmp_path):
    file = tmp_path / "readers.py"
    file.write_text(READERS, encoding="utf-8")
    return file


def test_the_answer_comes_back_as_it_is(readers):
    values = [1, 2.5, "宗地", None, True, dt.date(2023, 3, 1), b"\0\xff"]
    assert read_apart(readers, "echo", *values) == values


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        ("fails", "ValueError", "no table"),
        ("panics", "BaseException", "index out of bounds"),
        ("missing", "KeyError", "missing"),
    ],
)
def test_what_a_reader_raises_is_an_error_of_ours(readers, function, kind, words):
    with pytest.raises(ReaderError, match=words) as caught:
        read_apart(readers, function)
    assert caught.value.kind == kind
    assert not isinstance(caught.value, ReaderDiedError)


@pytest.mark.parametrize(
    ("function", "kind"),
    [("dies", "crash"), ("leaves", "crash"), ("leaves_well", "crash"), ("grows", "memory")],
)
def test_a_reader_that_dies_takes_nothing_with_it(readers, function, kind):
    with pytest.raises(ReaderDiedError) as caught:
        read_apart(readers, function)
    assert caught.value.kind == kind


def test_a_reader_that_hangs_is_ended_in_time(readers):
    with pytest.raises(ReaderDiedError) as caught:
        read_apart(readers, "hangs", seconds=0.5)
    assert caught.value.kind == "time"


def test_it_starts_without_importing_the_package(readers):
    readers.write_text(
        "import sys\ndef held(): return [m for m in sys.modules if m[:3] == 'geo']",
        encoding="utf-8",
    )
    assert read_apart(readers, "held") == []
