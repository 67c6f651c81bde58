"""The pictures of the start page: the map in its main themes, small, by the renderer for paper."""

from __future__ import annotations

import base64
import math
import tempfile
from pathlib import Path

from geo.project import Publish
from geo.publish.paper.fonts import chinese
from geo.publish.paper.plain import PlainMaps
from geo.publish.start.drawn import Picture
from geo.run import Run

SIZE = (120.0, 76.0)
"""Of a picture, mm: its letters and lines are drawn for it."""
MOST_PARCELS = 150_000
"""Most parcels that are drawn: a hundred thousand take about three seconds of processor."""
SHOWN = ("compliance", "grade", "tax_per_mu", "revenue_per_mu")
"""Themes in the order in which they are wanted."""
_PIXELS = 800.0
"""Of the map's window that a link leads to."""


def pictures(run: Run, options: Publish, most: int = 2) -> list[Picture]:
    """So many themes that the run has; none of a run whose parcels are not at hand or too many."""
    if not 0 < run.count("parcels") <= MOST_PARCELS:
        return []
    maps = PlainMaps(run, options)
    found = {name: theme for name, theme in maps.themes.items() if theme.main}
    chosen = list(dict.fromkeys(name for name in (*SHOWN, *found) if name in found))[:most]
    view = _view(run)
    out: list[Picture] = []
    with chinese(), tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            file = Path(folder) / f"{len(out)}.png"
            classes = maps.sketch(name, SIZE, file)
            text = base64.b64encode(file.read_bytes()).decode("ascii")
            out.append(
                Picture(
                    found[name].title, classes, f"data:image/png;base64,{text}", f"{view}/{name}/"
                )
            )
    return out


def _view(run: Run) -> str:
    """Zoom, latitude and longitude that show all parks, as the map's address has them."""
    west, south, east, north = map(float, run.parks.to_crs(4326).total_bounds)
    span = max(east - west, (north - south) * 1.4, 1e-4)
    zoom = min(18, max(2, math.floor(math.log2(_PIXELS / 256 * 360 / span))))
    return f"#{zoom}/{(south + north) / 2:.5f}/{(west + east) / 2:.5f}"
