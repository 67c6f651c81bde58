"""Which tests the fast lane runs (`make check-fast`), and how many examples a property has there."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

FAST = bool(os.environ.get("MUJUN_FAST"))
MOST = 8 if FAST else 20
"""Most examples of a property: fewer in the fast lane. `MUJUN_THOROUGH=1` tries all it asks for."""
THOROUGH = bool(os.environ.get("MUJUN_THOROUGH"))

SLOW_FIXTURES = frozenset({"finished_demo", "project", "run_project", "browser"})
"""What runs a whole project or opens Chromium makes a test slow."""


def examples(count: int, **options: Any) -> settings:
    """Settings of a property that is tried so many times; a slow machine is no failure."""
    return settings(max_examples=count if THOROUGH else min(count, MOST), deadline=None, **options)


LONG = frozenset({"test_engine_faults", "test_faults", "test_fuzz"})
"""Modules of damaged files, kills and faults: minutes of processor, by `make long` and not by
`make test`."""
