"""What must not get worse in how the code reads (`python -m tests.measures` prints all of it)."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.measures import Counts, count

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> Counts:
    return count(ROOT / "geo")


def test_functions_stay_short(found):
    """At most 2 % of them have more than 45 lines beside their docstring."""
    assert sum(n > 45 for n in found.bodies) <= 0.02 * len(found.bodies)


def test_any_becomes_no_more_common(found):
    """Under 12 per 1,000 lines."""
    assert found.anys < 0.012 * sum(found.lines)


def test_no_file_becomes_large(found):
    assert found.large == []


def test_the_measures_of_a_small_package_by_hand(tmp_path):
    (tmp_path / "one.py").write_text(
        textwrap.dedent('''
            """A module."""
            from typing import Any

            # why
            def area(shape: Any) -> float:
                """Area.

                Returns
                -------
                float

                >>> area(1)
                """
                return float(abs(shape))  # noqa: X


            class _Hidden:
                def run(self) -> None:
                    def inner() -> None:
                        pass
        '''),
        encoding="utf-8",
    )
    found = count(tmp_path)
    assert (found.comments, found.anys, found.calls) == (1, 1, 2)
    assert sorted(found.functions) == [2, 3, 10]
    assert sorted(found.bodies) == [2, 2, 3]
    assert sorted(found.letters) == [3, 4, 5]
    assert len(found.public) == 1
    # from typing import Any · def area(…) -> float: · return … · class · def run · def inner · pass
    assert found.code_lines == 7
    assert found.statements == 5
