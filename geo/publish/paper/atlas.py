"""`atlas.pdf`: a contents page, the whole project, then one A3 page a park.

A page has the park's map, its figures, the plan's targets, verdicts, trends, and its best and
worst parcels. The layout is `templates/atlas.typ`, which an office may replace.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.look.style import result_color, verdict_color
from geo.publish.lookup import ready
from geo.publish.paper.fonts import chinese
from geo.publish.paper.ground import plane_text
from geo.publish.paper.plain import draw_plain, draw_trends
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.typeset import typeset
from geo.publish.records.numbers import number, today
from geo.publish.records.park import ParkRecord, Ranking, park_records, trend_lines
from geo.publish.records.rules import VerdictCount, verdict_counts
from geo.run import Run
from geo.standards.asof import days, days_text
from geo.text import words_of

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
    ready(file.parent)
    scene = Scene(run, options)
    settings, lang = run.settings, run.settings.lang
    chosen = scene.theme(theme)
    records = park_records(run, settings)
    parks = [park_page(record) for record in records]
    trends = trend_lines(run, "project", "", settings)
    data = {
        "lang": lang,
        "words": words_of("paper", lang),
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
        "verdicts": _verdicts(verdict_counts(pd.DataFrame(scene.parcels), lang)),
        "mu": float(scene.parcels["area_mu"].sum()),
        "parcels": len(scene.parcels),
        "trends": bool(trends),
    }

    def pictures(folder: Path) -> None:
        with chinese():
            progress(settings.title)
            data["legend"] = draw_plain(scene, View(theme=chosen.id), SIZE, folder / "whole.svg")
            if data["trends"]:
                draw_trends(trends, folder / "trend.svg")
            for at, (record, park) in enumerate(zip(records, parks, strict=True)):
                progress(record.name)
                view = View(theme=chosen.id, park=record.park_id)
                park["legend"] = draw_plain(scene, view, SIZE, folder / f"map-{at}.svg")
                if record.trends:
                    draw_trends(record.trends, folder / f"trend-{at}.svg")

    typeset("atlas", data, file, pictures, scene.templates)
    return len(parks)


def park_page(record: ParkRecord) -> dict[str, Any]:
    """A park's record as `atlas.typ` lays it out."""
    return {
        "id": record.park_id,
        "name": record.name,
        "level": record.level,
        "grade": record.grade.word if record.grade else "",
        "figures": [
            *(
                {"title": title, "value": shown, "unit": "", "growth": ""}
                for title, shown in record.land
            ),
            *(
                {"title": one.title, "value": one.shown, "unit": one.unit, "growth": one.growth}
                for one in record.figures
            ),
        ],
        "targets": [
            {
                "id": line.id,
                "title": line.title,
                "value": line.shown,
                "limit": line.limit,
                "result": line.word,
                "color": result_color(line.result),
                "rounding": line.rounding,
                "gap": line.gap,
                "clause": line.clause,
                "citation": line.citation,
                "need": line.need,
            }
            for line in record.targets
        ],
        "verdicts": _verdicts(record.verdicts),
        "trends": [one.title for one in record.trends],
        "rules": [
            {
                "rule": one.id,
                "title": one.title,
                **one.counts,
                "fail_mu": one.fail_mu,
                "clause": one.clause,
                "citations": one.citations,
            }
            for one in record.rules
        ],
        "supply": [
            {
                "title": one.title,
                "value": number(one.value),
                "unit": one.unit,
                "formula": one.formula,
            }
            for one in record.supply
        ],
        **_ranking(record.ranking),
    }


def _verdicts(counts: tuple[VerdictCount, ...]) -> list[dict[str, Any]]:
    return [
        {
            "word": one.word,
            "color": verdict_color(one.verdict),
            "parcels": one.parcels,
            "mu": one.mu,
        }
        for one in counts
    ]


def _ranking(ranking: Ranking) -> dict[str, Any]:
    sides = {"best": ranking.best, "worst": ranking.worst}
    return {"ranked_by": ranking.title, "unranked": ranking.unranked} | {
        side: [
            {
                "parcel": one.parcel_id,
                "enterprise": one.enterprise,
                "value": one.shown,
                "mu": number(one.area_mu, 1),
                "verdict": one.word,
                "color": verdict_color(one.compliance),
            }
            for one in ranked
        ]
        for side, ranked in sides.items()
    }
