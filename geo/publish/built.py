"""The client of the map and of the chains' page, as it was built."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from geo.errors import OutputError


def build() -> Traversable:
    """The folder of what is built; it may not be there."""
    return files("geo.publish") / "webmap" / "client" / "build"


@cache
def client(name: str) -> str:
    """The built client (`mujun.js` or `mujun.css`); OutputError says how to build it."""
    built = build() / name
    if not built.is_file():
        raise OutputError("built.installation_lacks_map_client_can")
    return built.read_text(encoding="utf-8")
