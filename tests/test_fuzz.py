"""Two thousand damaged files: each is read or refused in one sentence (`make fuzz` feeds more)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import feed

COUNT, SEED = 2000, 20261128


pytestmark = pytest.mark.slow


def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    assert feed(COUNT, SEED, tmp_path) == []
