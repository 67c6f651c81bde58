"""`atlas.pdf`: a contents page, the whole project, then one A3 page a park.

A page has the park's map, its figures, the plan's targets, verdicts, trends, and its best and
worst parcels. The layout is `templates/atlas.typ`, which an office may replace.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.paper.fonts import chinese
from geo.publish.paper.ground import plane_text
from geo.publish.paper.plain import draw_plain, draw_trends
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.typeset import typeset
from geo.publish.profile import profiles, today, trends, verdicts
from geo.run import Run
from geo.standards.asof import days, days_text

Progress = Callable[[str], None]

SIZE = (240.0, 240.0)
"""Width and height of a page's map with its scale, mm."""


def write_atlas(
    run: Run,
    file: Path,
    theme: str = "",
    options: Publish = DEFAULT_OPTIONS,
    progress: Progress = lambda _: None,
) -> int:
    """Write the atlas; the number of its park pages. `theme` colours the maps."""
    scene = Scene(run, options)
    settings, lang = run.settings, run.settings.lang
    chosen = scene.theme(theme)
    parks = profiles(run, settings)
    data = {
        "lang": lang,
        "title": settings.title,
        "year": settings.year,
        "theme": chosen.title(lang),
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "judged": days_text(days(pd.DataFrame(scene.parcels)))(lang),
        "maker": scene.options.maker,
        "map_number": scene.options.map_number,
        "map": {"width": SIZE[0], "height": SIZE[1]},
        "parks": parks,
        "date": today(),
        "plane": plane_text(scene.plane)(lang),
        "verdicts": verdicts(scene.parcels, lang),
        "mu": float(scene.parcels["area_mu"].sum()),
        "parcels": len(scene.parcels),
        "trends": bool(trends(run, "project", None, settings)),
    }

    def pictures(folder: Path) -> None:
        with chinese():
            progress(settings.title)
            data["legend"] = draw_plain(scene, View(theme=chosen.id), SIZE, folder / "whole.svg")
            if data["trends"]:
                draw_trends(trends(run, "project", None, settings), folder / "trend.svg")
            for at, park in enumerate(parks):
                progress(park["name"])
                view = View(theme=chosen.id, park=park["id"])
                park["legend"] = draw_plain(scene, view, SIZE, folder / f"map-{at}.svg")
                if park["trends"]:
                    draw_trends(park["trends"], folder / f"trend-{at}.svg")

    typeset("atlas", data, file, pictures, scene.templates)
    return len(parks)
