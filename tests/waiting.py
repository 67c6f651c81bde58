"""Waiting for something to be so, for as long as a slow machine needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

PATIENCE_S = 120
"""After this what is waited for will not come: a machine is never that slow."""

SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const seen = (image) => image.complete || new Promise((done) => {
        image.addEventListener("load", done);
        image.addEventListener("error", done);
    });
    await frame();
    await Promise.all([...document.images].map(seen));
    await frame();
}"""
"""Every image of the page has come or failed, and what that set off has been drawn."""


def until(holds: Callable[[], Any], what: str) -> None:
    """Return once `holds()`; fail with `what` was waited for."""
    last = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < last, f"never: {what}"
        pause.wait(0.02)


def page_until(tab: Any, condition: str) -> None:
    """Return once an expression holds in a page.

    Playwright's own `wait_for_function` evaluates text in the page, which our pages forbid.
    """
    met = tab.evaluate(
        f"""async (ms) => {{
            const last = Date.now() + ms;
            while (!({condition})) {{
                if (Date.now() > last) return false;
                await new Promise(requestAnimationFrame);
            }}
            return true;
        }}""",
        PATIENCE_S * 1000,
    )
    assert met, f"never: {condition}"


def settle(tab: Any) -> None:
    """Return once a page shows all that it was going to show by itself."""
    tab.evaluate(SETTLED)
