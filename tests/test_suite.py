"""What holds for every test of the suite, read from its source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time", "time_ns"}
EVALUATES = {"wait_for_function"}
MOVES = re.compile(r"\.(?:setView|setZoom|panBy|panTo|fitBounds|flyTo)\(")
PAUSES = {"sleep", "wait_for_timeout"}
PRIVATE = {"at", "given", "here", "mine", "ours", "own", "said", "some", "told", "whole"}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """Each module of `tests/`, parsed."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return {file.name: ast.parse(file.read_text(encoding="utf-8")) for file in files}


def uses(trees: dict[str, ast.Module], names: set[str], module: str = "") -> list[str]:
    """Where one of these is used: an attribute (of `module`, where one is named), or an import."""
    out = []
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in names:
                owner = ast.unparse(node.value)
                if module in ("", owner):
                    out.append(f"{file}:{node.lineno} {owner}.{node.attr}")
            elif isinstance(node, ast.ImportFrom) and node.module == "time":
                out += [f"{file}:{node.lineno} {a.name}" for a in node.names if a.name in names]
    return out


def test_nothing_sleeps(trees):
    """What takes time is waited for (`tests/waiting.py`), or the wait is too long or too short."""
    assert uses(trees, PAUSES) == []


def test_no_test_has_a_page_evaluate_text(trees):
    """Our pages forbid it: what is waited for in a page is an expression (`page_until`)."""
    assert uses(trees, EVALUATES) == []


def glides(trees: dict[str, ast.Module]) -> list[str]:
    """Where a text for a page moves its map oftener than it says that nothing is animated."""
    return [
        f"{file}:{node.lineno}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if len(MOVES.findall(node.value)) > node.value.count("animate: false")
    ]


def test_no_map_is_looked_at_while_it_moves(trees):
    """A place read off a map that still glides is another place when it is clicked."""
    assert glides(trees) == []


def test_no_test_looks_at_a_clock(trees):
    """A loaded machine is no failure: tests count work, not seconds."""
    tests = {file: tree for file, tree in trees.items() if file.startswith("test_")}
    assert uses(tests, CLOCKS, "time") == []


def test_helpers_are_named_for_what_they_are(trees):
    """No function, fixture or class has a private word for its name."""
    definitions = ast.FunctionDef | ast.ClassDef
    named = {
        f"{file} {node.name}"
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, definitions) and node.name in PRIVATE
    }
    assert named == set()


def test_the_rules_above_find_what_they_forbid():
    moves = "setZoom"
    text = "import time\nfrom time import sleep\ntime.monotonic()\npage.wait_for_timeout(3)\n"
    text += "page.wait_for_function('ready')\n"
    text += f"page.evaluate('map.{moves}(9)')\n"
    wrong = {"test_x.py": ast.parse(text)}
    assert uses(wrong, PAUSES) == ["test_x.py:2 sleep", "test_x.py:4 page.wait_for_timeout"]
    assert uses(wrong, EVALUATES) == ["test_x.py:5 page.wait_for_function"]
    assert glides(wrong) == ["test_x.py:6"]
    assert uses(wrong, CLOCKS, "time") == ["test_x.py:3 time.monotonic"]
