"""What the map's client is told of parks: outlines, and their records in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.model import INDICATORS, PER_MU
from geo.project import Settings
from geo.publish.records.comparable import comparable_lines
from geo.publish.records.land import FacilityLine, facility_line
from geo.publish.records.numbers import known, rounded
from geo.publish.records.park import FigureLine, figure_lines
from geo.publish.records.tables import Row, rows_by
from geo.publish.records.targets import TargetLine, lines_by_park
from geo.publish.webmap import encode
from geo.run import Run

Line = TypeVar("Line")


def parks(run: Run) -> Iterator[dict[str, Any]]:
    """Park outlines as rings of (lat, lon), with their figures, one made after the other."""
    settings, rings = run.settings, _rings(run.parks)
    both = [settings.model_copy(update={"lang": lang}) for lang in ("zh", "en")]
    facilities, benchmarks = (rows_by(t, "park_id") for t in (run.access, run.benchmarks))
    progress = run.plan_progress[run.plan_progress["subject"] == "park"]
    targets = [
        lines_by_park(run.park_targets, run.basis.plan, one, progress=progress) for one in both
    ]
    trends, compared = _trends(run), comparable_lines(run, "park")
    rows = pd.DataFrame(run.parks).drop(columns="geometry").to_dict("records")
    for row, outline in zip(rows, rings, strict=True):  # rows-ok: one a park
        key = row["park_id"]
        served, alike = facilities.get(key, []), compared.get(str(key), {})
        yield {
            "trend": trends.get(key, {}),
            "targets": _each(_target, (lines.get(str(key), ()) for lines in targets)),
            "facilities": _each(
                _facility, ([facility_line(r, s.lang) for r in served] for s in both)
            ),
            "benchmarks": _benchmarks(benchmarks.get(key, []), settings),
            "id": str(key),
            "name": str(row["name"]),
            "rings": [ring.tolist() for ring in outline],
            "parcels": int(row["parcels"]),
            "mu": float(rounded(row["parcel_mu"], 2)) if known(row["parcel_mu"]) else None,
            "facts": [*chain(*_each(_facts, (figure_lines(row, s, alike) for s in both)))],
        }


def _trends(run: Run) -> dict[str, dict[str, list[float | None]]]:
    """Figures per mu over the years, by park and indicator."""
    rows = run.about("figures", "park")
    rows = rows[rows["measure"].isin(PER_MU)].sort_values("year", kind="stable")
    found: dict[str, dict[str, list[float | None]]] = {}
    shown = encode.numbers(rows["per_mu"])
    for park, measure, value in zip(
        rows["subject_id"], rows["measure"], shown, strict=True
    ):  # rows-ok: parks × measures × years
        found.setdefault(park, {}).setdefault(f"{measure}_per_mu", []).append(value)
    order = [f"{measure}_per_mu" for measure in PER_MU]
    return {park: {name: own[name] for name in order if name in own} for park, own in found.items()}


def _rings(parks: gpd.GeoDataFrame) -> list[list[Floats]]:
    """The outlines of each park, arrays (n, 2) of latitude and longitude."""
    lines = gpd.GeoSeries(parks.geometry).to_crs(4326).simplify(2e-6).boundary.explode()
    rings: dict[Any, list[Floats]] = {i: [] for i in parks.index}
    for at, line in lines.items():  # rows-ok: one a park
        rings[at].append(np.round(np.asarray(line.coords)[:, 1::-1], 7))
    return [*rings.values()]


def _each(lay_out: Callable[[Line, Line], Any], both: Iterable[Sequence[Line]]) -> list[Any]:
    """Each line laid out with itself in the other language."""
    chinese, english = both
    return [lay_out(zh, en) for zh, en in zip(chinese, english, strict=True)]


def _target(zh: TargetLine, en: TargetLine) -> dict[str, Any]:
    """A target: titles, result, value, limit, what is needed, clause and document."""
    return {
        "zh": zh.title,
        "en": en.title,
        "result": zh.result,
        "words": [zh.word, en.word],
        "shown": [zh.shown_exact, en.shown_exact],
        "limit": [zh.limit, en.limit],
        "need": [zh.need_text, en.need_text],
        "ahead": [zh.trend, en.trend],
        "notes": [list(zh.notes), list(en.notes)],
        "clause": zh.clause,
        "source": zh.citation,
    }


def _facility(zh: FacilityLine, en: FacilityLine) -> dict[str, Any]:
    """What a park has of a kind: state, how many, the nearest and how far."""
    return {
        "kind": [zh.title, en.title],
        "state": zh.state,
        "words": [zh.word, en.word],
        "count": zh.built,
        "nearest": zh.nearest,
        "metres": encode.numbers([zh.nearest_m])[0],
        "covered": encode.numbers([zh.land_covered_share * 100])[0],
    }


def _facts(zh: FigureLine, en: FigureLine) -> list[dict[str, Any]]:
    """A figure, its growth and that like-for-like, each with its titles and how it is shown."""
    figure = {"zh": zh.heading, "en": en.heading, "shown": [zh.shown, en.shown]}
    growth = {"zh": zh.growth_heading, "en": en.growth_heading, "shown": [zh.growth, en.growth]}
    comparable = {
        "zh": zh.comparable_heading,
        "en": en.comparable_heading,
        "shown": [zh.comparable, en.comparable],
    }
    return [figure, *(line for line in (growth, comparable) if line["shown"][0])]


def _benchmarks(rows: list[Row], settings: Settings) -> list[dict[str, Any]]:
    """A park's figures beside the published means: title, value, mean, where it is from."""
    columns = [INDICATORS[row["indicator"]].column for row in rows]
    return [
        {
            "title": [column.label(lang, settings.currency) for lang in ("zh", "en")],
            "value": encode.numbers([row["value"]])[0],
            "mean": row["published"],
            "of": [row["title_zh"], row["title_en"]],
            "source": row["citation"],
        }
        for row, column in zip(rows, columns, strict=True)
    ]
