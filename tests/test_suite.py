"""What holds for every test of the suite, read from its source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("*.py"))
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time", "time_ns"}
PAUSES = {"sleep", "wait_for_timeout"}


def used(file: Path, names: set[str]) -> list[str]:
    """Where the source names one of these: as an attribute, or imported."""
    out = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in names:
            out.append(f"{file.name}:{node.lineno} {ast.unparse(node)}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            out += [f"{file.name}:{node.lineno} {a.name}" for a in node.names if a.name in names]
    return out


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_nothing_sleeps(file):
    """What takes time is waited for (`tests/waiting.py`), or the wait is too long or too short."""
    assert used(file, PAUSES) == []


@pytest.mark.parametrize(
    "file", [f for f in FILES if f.name.startswith("test_")], ids=lambda f: f.stem
)
def test_no_test_looks_at_a_clock(file):
    """A loaded machine is no failure: tests count work, not seconds."""
    assert [use for use in used(file, CLOCKS) if use.rsplit(" ", 1)[1].startswith("time.")] == []


PRIVATE = {"at", "given", "here", "mine", "ours", "own", "said", "some", "told", "whole"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_helpers_are_named_for_what_they_are(file):
    """No function, fixture or class has a private word for its name."""
    definitions = ast.FunctionDef | ast.ClassDef
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {node.name for node in ast.walk(tree) if isinstance(node, definitions)}
    assert named & PRIVATE == set()
