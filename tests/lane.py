"""Which tests the fast lane runs (`make check-fast`), and how many examples a property has there."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

FAST = bool(os.environ.get("MUJUN_FAST"))
MOST = 8
"""Examples of a property in the fast lane; the whole suite has as many as the property asks for."""

SLOW_FIXTURES = frozenset({"finished_demo", "project", "browser"})
"""What runs a whole project or opens Chromium makes a test slow."""


def examples(count: int, **options: Any) -> settings:
    """Settings of a property that is tried so many times; a slow machine is no failure."""
    return settings(max_examples=min(count, MOST) if FAST else count, deadline=None, **options)
