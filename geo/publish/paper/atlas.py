"""`atlas.pdf`: a contents page with the project's figures, then A3 pages of each park.

The first has the park's map, its figures, the plan's targets, verdicts, trends, and its best and
worst parcels; the next its maps of land use, figures per mu, compliance and control lines, with the
parcels in conflict, land supply and facilities beside the last. The layout is
`templates/atlas.typ`, which an office may replace.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.look.style import result_color, verdict_color
from geo.publish.lookup import ready
from geo.publish.paper.atlas_maps import SINGLE, draw_pages, pages_of
from geo.publish.paper.fonts import chinese
from geo.publish.paper.ground import plane_text
from geo.publish.paper.plain import MOST, draw_plain
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.titles import map_title
from geo.publish.paper.typeset import typeset
from geo.publish.records.conclusions import project_conclusions
from geo.publish.records.numbers import number, percent, today, with_unit
from geo.publish.records.park import (
    FigureLine,
    ParkRecord,
    Ranking,
    TrendLine,
    park_records,
    trend_lines,
)
from geo.publish.records.result_lines import ReasonLine
from geo.publish.records.rules import RuleCount, VerdictCount, rule_counts, verdict_counts
from geo.publish.records.run_result import run_result
from geo.publish.records.tables import about
from geo.publish.records.zones import zone_line
from geo.run import Run
from geo.text import Message, join, words_of

Progress = Callable[[str], None]

CONTENTS = ("revenue_per_mu", "tax_per_mu")
"""Figures of parks in the contents."""
MOST_CONFLICTS = 12
"""Parcels in conflict that are listed of a park."""


def write_atlas(
    run: Run,
    file: Path | str,
    theme: str = "",
    options: Publish = DEFAULT_OPTIONS,
    progress: Progress = lambda _: None,
) -> int:
    """Write the atlas; the number of its park pages. `theme` colours the maps."""
    file = Path(file)
    ready(file.parent)
    scene = Scene(run, options)
    settings, lang = run.settings, run.settings.lang
    chosen = scene.theme(theme)
    keyed = chosen.id != "compliance"  # whose key stands beside the map, with its counts
    records = park_records(run, settings)
    parks = [park_page(record, lang) | conflicts(run, record) for record in records]
    result = run_result(run, settings)
    frame = pd.DataFrame(scene.parcels).drop(columns="geometry")
    data = {
        "lang": lang,
        "words": words_of("paper", lang),
        "title": settings.title,
        "year": settings.year,
        "theme": chosen.title(lang),
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "judged": result.judged,
        "reasons": [*map(_reason, result.fails)],
        "rules": [*map(_rule, rule_counts(run.verdict_codes, frame, settings))],
        "targets": _target_key(records),
        "per_mu": [one.heading for one in _first_figures(records[0])] if records else [],
        "maker": scene.options.maker,
        "map_number": scene.options.map_number,
        "map": {"width": SINGLE[0], "height": SINGLE[1]},
        "parks": parks,
        "date": today(),
        "plane": plane_text(scene.plane)(lang),
        "verdicts": _verdicts(verdict_counts(frame, lang)),
        "conclusions": [said(lang) for said in project_conclusions(run, result, records)],
        "counts": _counts(len(parks), scene.parcels)(lang),
        "trends": _trends(trend_lines(run, "project", "", settings)),
    }

    def pictures(folder: Path) -> None:
        with chinese():
            progress(settings.title)
            draw = partial(draw_plain, scene, size=SINGLE, legend=keyed)
            whole = View(theme=chosen.id)
            data["legend"] = draw(whole, file=folder / "whole.svg")
            data["map_title"] = map_title(scene, scene.subject(whole), chosen, whole)
            for at, (record, park) in enumerate(zip(records, parks, strict=True)):
                progress(record.name)
                view = View(theme=chosen.id, park=record.park_id)
                park["legend"] = draw(view, file=folder / f"map-{at}.svg")
                park["map_title"] = map_title(scene, scene.subject(view), chosen, view)
                pages = pages_of(scene, chosen.id, record.park_id, at)
                park["pages"] = draw_pages(scene, pages, folder)

    typeset("atlas", data, file, pictures, scene.templates)
    return len(parks)


def park_page(record: ParkRecord, lang: str = "zh") -> dict[str, Any]:
    """A park's record as `atlas.typ` lays it out."""
    land_units = (Message("plain.parcels_unit")(lang), "")
    return {
        "id": record.park_id,
        "name": record.name,
        "level": record.level,
        "grade": record.grade.word if record.grade else "",
        "graded": record.grade.phrase(lang) if record.grade else "",
        "figures": [
            *(
                {"title": title, "value": shown, "unit": unit, "growth": "", "comparable": ""}
                for (title, shown), unit in zip(record.land, land_units, strict=True)
            ),
            *(
                {
                    "title": one.title,
                    "value": one.shown,
                    "unit": one.unit,
                    "growth": one.growth,
                    "comparable": one.comparable,
                }
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
                "notes": line.notes,
                "gap": line.gap,
                "clause": line.clause,
                "citation": line.citation,
                "need": line.need,
            }
            for line in record.targets
        ],
        "verdicts": _verdicts(record.verdicts),
        "per_mu": [one.shown for one in _first_figures(record)],
        "trends": _trends(record.trends),
        "rules": [*map(_rule, record.rules)],
        "facilities": [
            {
                "title": one.title,
                "state": one.word,
                "built": str(one.built),
                "nearest": one.nearest,
                "metres": number(one.nearest_m, 0),
                "covered": percent(one.land_covered_share, 1),
            }
            for one in record.facilities
        ],
        "supply": [
            {
                "title": one.title,
                "value": number(one.value),
                "unit": one.unit,
                "formula": join(filter(None, (one.lack, one.formula)), "semicolon")(lang),
            }
            for one in record.supply
        ],
        **_ranking(record.ranking),
    }


def conflicts(run: Run, record: ParkRecord) -> dict[str, Any]:
    """Parcels of a park that a control line forbids, those with most land in it first."""
    found = about(run.zones, "parcel")
    own = run.parcels["parcel_id"][run.parcels["park_id"].astype("str") == record.park_id]
    found = found[found["control"] == "conflict"]
    found = found[found["subject_id"].astype("str").isin(own.astype("str"))]
    shown = found.sort_values(["overlap_m2", "subject_id"], ascending=[False, True])
    rows: list[Any] = shown.head(MOST_CONFLICTS).to_dict("records")
    lines = [(str(row["subject_id"]), zone_line(row, run.settings.lang)) for row in rows]
    return {
        "conflicts": [
            {
                "parcel": parcel,
                "kind": line.kind,
                "zone": line.name,
                "area": number(line.overlap_m2, 0),
                "share": percent(line.share, 1),
            }
            for parcel, line in lines
        ],
        "more_conflicts": len(found) - len(rows),
        "zones": [
            {
                "kind": one.kind,
                "word": one.word,
                "zone": one.name,
                "share": percent(one.share, 1),
                "consequence": one.consequence,
            }
            for one in record.zones
        ],
    }


def _first_figures(record: ParkRecord) -> list[FigureLine]:
    """Revenue and tax per mu, where parks have them: those of the contents."""
    by = {one.indicator: one for one in record.figures}
    return [by[name] for name in CONTENTS if name in by]


def _counts(parks: int, parcels: pd.DataFrame) -> Message:
    """How many parks and parcels there are, and their land."""
    return Message(
        "paper.counts", parks=parks, parcels=len(parcels), mu=float(parcels["area_mu"].sum())
    )


def _rule(one: RuleCount) -> dict[str, Any]:
    return {
        "rule": one.id,
        "title": one.title,
        **one.counts,
        "fail_mu": one.fail_mu,
        "clause": one.clause,
        "citations": one.citations,
    }


def _reason(one: ReasonLine) -> dict[str, str]:
    gap = with_unit(number(one.gap), one.unit)
    return {"text": one.text, "parcels": f"{one.parcels:,}", "mu": number(one.mu), "gap": gap}


def _trends(series: tuple[TrendLine, ...]) -> list[dict[str, Any]]:
    """The first figures over the years, for bars from zero."""
    return [
        {
            "title": one.title,
            "years": [str(year) for year in one.years],
            "values": [value if value is None else max(value, 0.0) for value in one.per_mu],
            "shown": [number(value) for value in one.per_mu],
        }
        for one in series[:MOST]
    ]


def _target_key(records: tuple[ParkRecord, ...]) -> list[dict[str, str]]:
    """What the columns of targets in the contents are: each target once, with what is asked."""
    lines = {line.id: line for record in records for line in record.targets}
    return [{"id": one.id, "title": one.title, "limit": one.limit} for one in lines.values()]


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
