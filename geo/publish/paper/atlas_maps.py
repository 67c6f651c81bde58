"""The further maps of an atlas: land use, a figure per mu, compliance and control lines of a park."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.publish.paper.plain import draw_plain, legend_lines
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.titles import map_title
from geo.publish.records.park import RANKED

PAIR = (194.0, 250.0)
"""Width and height of a map beside another, mm."""
SINGLE = (240.0, 250.0)
"""Of a map with its scale beside figures."""


@dataclass(frozen=True)
class Picture:
    """A map to be drawn: its view, its size in mm, its file."""

    view: View
    size: tuple[float, float]
    name: str


def further_themes(scene: Scene, first: str) -> tuple[str, ...]:
    """Land use, a figure per mu, compliance, control lines: those that the run has, but `first`."""
    per_mu = next((name for name in RANKED if name in scene.themes), "")
    wanted = ("land_use", per_mu, "compliance", "control")
    return tuple(name for name in wanted if name in scene.themes and name != first)


def pages_of(scene: Scene, first: str, park: str, number: int) -> list[list[Picture]]:
    """A park's further pages: maps two by two; the last of an odd number stands beside figures."""
    themes = further_themes(scene, first)
    sides = [themes[at : at + 2] for at in range(0, len(themes), 2)]
    return [
        [
            Picture(
                View(theme=name, park=park), PAIR if len(side) > 1 else SINGLE, f"{name}-{number}"
            )
            for name in side
        ]
        for side in sides
    ]


def draw_pages(
    scene: Scene, pages: list[list[Picture]], folder: Path
) -> list[list[dict[str, Any]]]:
    """Draw them as SVG; of each its file, size and title."""
    return [[*_drawn(scene, page, folder)] for page in pages]


def _drawn(scene: Scene, page: list[Picture], folder: Path) -> Iterator[dict[str, Any]]:
    room = max(legend_lines(scene, one.view, one.size[0]) for one in page)
    for picture in page:  # maps beside each other are as high
        file = f"{picture.name}.svg"
        draw_plain(scene, picture.view, picture.size, folder / file, legend=True, room=room)
        subject, theme = scene.subject(picture.view), scene.theme(picture.view.theme)
        yield {
            "file": file,
            "width": picture.size[0],
            "height": picture.size[1],
            "title": map_title(scene, subject, theme, picture.view),
        }
