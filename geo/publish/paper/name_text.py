"""Names in the middle of their parcels, all in one artist.

A sheet has hundreds of them, their widths are known already (`geo.publish.paper.fonts.width`), and
Matplotlib's own texts cost a millisecond each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties

from geo.arrays import Floats
from geo.publish.paper.fonts import POINT, drawable, width
from geo.publish.paper.sheet import INCH

RISE = 0.365
"""From the baseline to the middle of a digit, in em."""


class Names(Artist):
    """One line each about its place: centred, upright, in so many points and a colour."""

    def __init__(
        self, places: Floats, names: Sequence[str], points: Floats, colors: Sequence[str]
    ) -> None:
        super().__init__()
        self.set_zorder(7)
        self.places, self.points, self.colors = places, points, colors
        self.names = [drawable(name) for name in names]
        self.wide = np.array([width(name, size) for name, size in zip(names, points, strict=True)])

    def draw(self, renderer: Any) -> None:
        """Draw every name where its width says."""
        mm = renderer.points_to_pixels(72.0) / INCH
        x, y = self.get_transform().transform(self.places).T
        x = x - self.wide * mm / 2
        y = y - self.points * POINT * RISE * mm
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        gc, fonts = renderer.new_gc(), {p: FontProperties(size=p) for p in set(self.points)}
        for at, name in enumerate(self.names):
            gc.set_foreground(self.colors[at])
            renderer.draw_text(gc, x[at], y[at], name, fonts[self.points[at]], 0)
        gc.restore()
        self.stale = False

    def boxes(self, renderer: Any) -> Floats:
        """Left, lower, right and upper end of each name, in pixels."""
        mm = renderer.points_to_pixels(72.0) / INCH
        middle = self.get_transform().transform(self.places)
        half = np.c_[self.wide, self.points * POINT] * mm / 2
        return np.asarray(np.c_[middle - half, middle + half])
