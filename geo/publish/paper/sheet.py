"""A sheet of paper in millimetres: (0, 0) is its upper left corner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from geo.publish.paper.fonts import POINT, drawable, wrap_into

PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
"""Short and long side, mm (ISO 216)."""

INCH = 25.4
MOST_LINES = 16
"""Of a paragraph on a sheet."""

INK, SOFT, LINE, MARK = "#1f2328", "#5b6470", "#b5bac2", "#1d3557"


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, mm."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h


def dashes(text: str) -> Any:
    """A line's style from its dashes and gaps, such as "6 3"; empty for a whole line."""
    return (0, [float(part) for part in text.split()]) if text else "solid"


class Sheet:
    """A figure of the paper's size; `size` is how much larger letters are than on A4."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.size = math.sqrt(min(width, height) / PAPERS["A4"][0])
        self.figure = Figure(figsize=(width / INCH, height / INCH), facecolor="white")
        self.page: Any = self.axes(Box(0, 0, width, height))
        self.page.set(xlim=(0, width), ylim=(height, 0))
        self.page.set_zorder(5)
        self.page.patch.set_alpha(0)

    def axes(self, box: Box, ground: str = "") -> Any:
        """Axes that fill a box of the sheet, without frame or ticks; `ground` is their colour."""
        axes = self.figure.add_axes(
            (
                box.x / self.width,
                1 - box.bottom / self.height,
                box.w / self.width,
                box.h / self.height,
            )
        )
        axes.set_axis_off()
        if ground:
            axes.add_artist(
                Rectangle(
                    (0, 0),
                    1,
                    1,
                    transform=axes.transAxes,
                    facecolor=ground,
                    edgecolor="none",
                    zorder=-2,
                )
            )
        return axes

    def text(self, x: float, y: float, text: str, points: float, **style: Any) -> None:
        """One line; (x, y) is the left end of its baseline unless `ha`, `va` say otherwise."""
        style.setdefault("color", INK)
        self.page.text(
            x,
            y,
            drawable(text),
            fontsize=points * self.size,
            parse_math=False,
            **{"ha": "left", "va": "baseline", **style},
        )

    def paragraph(
        self, box: Box, text: str, points: float, lines: int = MOST_LINES, **style: Any
    ) -> float:
        """Text wrapped into the box's width, in at most so many lines; the y below the last."""
        step = points * self.size * POINT * 1.42
        y = box.y
        for line in wrap_into(text, points * self.size, box.w, lines):
            y += step
            self.text(box.x, y - step * 0.25, line, points, **style)
        return y

    def rectangle(self, box: Box, **style: Any) -> None:
        """A rectangle; no fill unless `facecolor` says so."""
        self.page.add_artist(
            Rectangle(
                (box.x, box.y),
                box.w,
                box.h,
                **{"facecolor": "none", "edgecolor": INK, "linewidth": 0.6, **style},
            )
        )

    def line(self, *points: tuple[float, float], **style: Any) -> None:
        """A line through points."""
        xs, ys = zip(*points, strict=True)
        self.page.add_artist(Line2D(xs, ys, **{"color": INK, "linewidth": 0.6, **style}))

    def polygon(self, *points: tuple[float, float], **style: Any) -> None:
        """A filled outline."""
        self.page.add_artist(Polygon(points, **{"linewidth": 0, **style}))
