"""What the map's client is told of parks: outlines, figures, trend, targets, facilities."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.evaluate.plan import Plan
from geo.evaluate.plan_targets import RESULTS, rounding_text
from geo.land.facility_kinds import STATES, title
from geo.model import INDICATORS, PER_MU
from geo.project import Settings
from geo.publish.webmap import encode
from geo.run import Run


def parks(run: Run) -> list[dict[str, Any]]:
    """Park outlines as rings of (lat, lon), with their figures."""
    settings = run.settings
    table = run.parks
    fields = [c for c in table if c.endswith(("_per_mu", "_per_mu_growth"))]
    lines = gpd.GeoSeries(table.geometry).to_crs(4326).simplify(2e-6).boundary.explode()
    rings: dict[Any, list[Any]] = {i: [] for i in table.index}
    for at, line in lines.items():  # rows-ok: one a park
        rings[at].append(np.round(np.asarray(line.coords)[:, 1::-1], 7).tolist())
    trend = _trend(run)
    now = run.park_targets[run.park_targets["year"] == settings.year]
    targets, facilities, benchmarks = (
        _by_park(table) for table in (now, run.access, run.benchmarks)
    )
    out = []
    for at, row in table.iterrows():  # rows-ok: one a park
        facts = [
            _figure(c, settings.currency) | {"value": encode.numbers([row[c]])[0]} for c in fields
        ]
        out.append(
            {
                "trend": trend.get(row["park_id"], {}),
                "targets": _targets(targets[row["park_id"]], run.basis.plan),
                "facilities": _facilities(facilities[row["park_id"]]),
                "benchmarks": _benchmarks(benchmarks[row["park_id"]], settings),
                "id": str(row["park_id"]),
                "name": str(row["name"]),
                "rings": rings[at],
                "parcels": int(row["parcels"]),
                "mu": float(round(row["parcel_mu"], 2)) if pd.notna(row["parcel_mu"]) else 0.0,
                "facts": facts,
            }
        )
    return out


def _trend(run: Run) -> dict[Any, dict[str, list[float | None]]]:
    """Of each park, each figure per mu over the years of `history`."""
    own = run.figures[run.figures["subject"] == "park"]
    own = own[own["measure"].isin(PER_MU)]
    out: dict[Any, dict[str, list[float | None]]] = {}
    for (park, measure), rows in own.groupby(["subject_id", "measure"]):  # rows-ok: parks
        values = encode.numbers(rows.sort_values("year")["per_mu"])
        out.setdefault(park, {})[f"{measure}_per_mu"] = values
    return out


def _by_park(table: pd.DataFrame) -> defaultdict[Any, list[dict[Any, Any]]]:
    """The rows about each park."""
    out: defaultdict[Any, list[dict[Any, Any]]] = defaultdict(list)
    for row in table.to_dict("records"):  # rows-ok: some a park
        out[row["park_id"]].append(row)
    return out


def _benchmarks(own: list[dict[Any, Any]], settings: Settings) -> list[dict[str, Any]]:
    """A park's figures beside the published means: title, value, mean, where it is from."""
    return [
        {
            "title": list(_figure_title(b["indicator"], settings.currency)),
            "value": encode.numbers([b["value"]])[0],
            "mean": b["published"],
            "of": [b["title_zh"], b["title_en"]],
            "source": b["citation"],
        }
        for b in own
    ]


def _facilities(own: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """What a park has of the plan's list: kind, state, how many, the nearest and how far."""
    return [
        {
            "kind": [title(r["kind"]).zh, title(r["kind"]).en],
            "state": r["state"],
            "words": [STATES[r["state"]].zh, STATES[r["state"]].en],
            "count": r["facilities"],
            "nearest": r["nearest_name"],
            "metres": encode.numbers([r["nearest_m"]])[0],
            "covered": encode.numbers([r["land_covered_share"] * 100])[0],
        }
        for r in own
    ]


def _targets(own: list[dict[Any, Any]], plan: Plan) -> list[dict[str, Any]]:
    """A park's targets of the year: titles, result, value, limit, clause and document."""
    titles = plan.target_titles
    return [
        {
            "zh": titles[t["target"]].zh,
            "en": titles[t["target"]].en,
            "result": t["result"],
            "words": [RESULTS[t["result"]].zh, RESULTS[t["result"]].en],
            "value": encode.numbers([t["value"]])[0],
            "high": encode.numbers([t["value_high"]])[0],
            "limit": f"{t['operator']} {t['threshold']:g} {t['unit']}",
            "clause": t["clause"],
            "rounding": [rounding_text(t).zh, rounding_text(t).en],
            "source": t["citation"],
        }
        for t in own
    ]


def _figure(column: str, currency: str) -> dict[str, str]:
    """Titles of a figure, and how it is written: a growth rate is a share."""
    zh, en = _figure_title(column, currency)
    growth = column.endswith("_growth")
    return {"zh": zh, "en": en, "format": "growth" if growth else "number"}


def _figure_title(column: str, currency: str) -> tuple[str, str]:
    growth = column.endswith("_growth")
    indicator = INDICATORS[column.removesuffix("_growth")]
    zh, en = indicator.column.label("zh", currency), indicator.column.label("en", currency)
    return (f"{indicator.zh}年均增长", f"{indicator.en}, yearly growth") if growth else (zh, en)
