"""What is drawn for the start page, as another process hands it over: loads nothing that draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.text import Wording


@dataclass(frozen=True)
class Picture:
    """A theme: its title, its classes with parcels and 亩, the picture, the way to it on the map."""

    title: Wording
    classes: list[dict[str, Any]]
    source: str
    hash: str
