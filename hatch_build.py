"""A wheel and a source archive hold the built client of the map, or are not made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("mujun.js", "mujun.css", "chain.js", "chain.css")


class ClientHook(BuildHookInterface[Any]):
    """Stops a build that could draw no map; an editable install may build the client later."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Look for the built client before anything is packed."""
        build = Path(self.root) / "geo" / "publish" / "webmap" / "client" / "build"
        missing = [name for name in BUILT if not (build / name).is_file()]
        if missing and version != "editable":
            raise RuntimeError(
                f"the map's client is not built ({', '.join(missing)} missing in {build}): run"
                " `make client` first, or what is packed could draw no map"
            )
