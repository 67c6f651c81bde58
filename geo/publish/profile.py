"""A park's or the project's profile in words and numbers: what the atlas and the report say.

Everything is text in the reader's language or a plain number, ready for a template. A missing
figure is “无数据 / no data”, never a zero.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from geo.evaluate.compliance_options import target_needs
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.land_supply import words as supply_words
from geo.evaluate.plan_targets import RESULTS, rounding_text
from geo.model import MEASURES, PER_MU, show_unit
from geo.project import Settings
from geo.publish.explain import target_need
from geo.publish.headings import heading
from geo.publish.look.style import palette
from geo.publish.look.themes import indicator_title, of_parcels
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Text

MOST = 6
"""Parcels listed as the best and as the worst."""

RANKED = ("tax_per_mu", "revenue_per_mu", "output_value_per_mu", "value_added_per_mu")
"""The first of these that parcels have ranks them."""

SIGNS = {">=": "≥", "<=": "≤"}
RESULT_COLORS = {"met": "pass", "not_met": "fail", "no_data": "no_data"}


def profiles(result: Run, settings: Settings) -> list[dict[str, Any]]:
    """One profile a park, in the order of the parks."""
    rows: list[Any] = result.parks.drop(columns="geometry").to_dict("records")
    return [park_profile(result, row, settings) for row in rows]


def park_profile(result: Run, park: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Figures, targets, verdicts, trends, best and worst parcels of a park."""
    key = park["park_id"]
    parcels = pd.DataFrame(
        result.parcels[result.parcels["park_id"] == key].drop(columns="geometry")
    )
    whole = [
        {
            "title": heading(n, settings.lang, settings.currency),
            "value": number(park.get(n), 0),
            "unit": "",
            "growth": "",
        }
        for n in ("parcels", "parcel_mu")
    ]
    return {
        "id": str(key),
        "name": str(park["name"]),
        "level": text(park.get("level")),
        "figures": [*whole, *_figures(park, settings)],
        "grade": GRADE_WORDS[park["grade"]](settings.lang) if "grade" in park else "",
        "targets": _targets(result, key, settings),
        "verdicts": verdicts(parcels, settings.lang),
        "trends": trends(result, "park", key, settings),
        **_ranked(parcels, settings),
        "rules": failing(result, parcels, settings),
        "supply": _supply(result, key, settings),
    }


def today() -> str:
    """The day, as sheets and reports are dated."""
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d")


def number(value: Any, decimals: int = 2) -> str:
    """A number with separators; empty when it is missing."""
    return "" if value is None or pd.isna(value) else f"{value:,.{decimals}f}"


def span(low: Any, high: Any) -> str:
    """A number, or the two ends of what it may be."""
    return number(low) if pd.isna(high) or low == high else f"{number(low)}–{number(high)}"


def text(value: Any) -> str:
    """A text of the data; empty when it is missing."""
    return "" if value is None or pd.isna(value) else str(value)


def _figures(park: dict[str, Any], settings: Settings) -> list[dict[str, str]]:
    """Figures per mu with their yearly growth."""
    titles = {c.name: Text(c.zh, c.en)(settings.lang) for c in MEASURES}
    out = []
    for name in (f"{m}_per_mu" for m in PER_MU if f"{m}_per_mu" in park):
        growth = park.get(f"{name}_growth")
        per = Message("profile.per_mu")(settings.lang)
        title = titles[name.removesuffix("_per_mu")]
        out.append(
            {
                "title": per + title if settings.lang == "zh" else title + per,
                "value": number(park[name]),
                "unit": show_unit("万元/亩", settings.lang, settings.currency),
                "growth": "" if growth is None or pd.isna(growth) else f"{growth:+.1%}",
            }
        )
    return out


def _targets(result: Run, key: Any, settings: Settings) -> list[dict[str, str]]:
    """The plan's targets in the project's year, each with what it still needs."""
    lang = settings.lang
    own = result.park_targets
    own = own[(own["park_id"] == key) & (own["year"] == settings.year)]
    plan = result.basis.plan
    titles = {name: title(lang) for name, title in plan.target_titles.items()}
    needs = target_needs(own, plan).set_index("target")
    rows: list[Any] = own.to_dict("records")
    out = []
    for row in rows:
        sign, mark = row["operator"], show_unit(row["unit"], lang, settings.currency)
        out.append(
            {
                "id": str(row["target"]),
                "title": titles[row["target"]],
                "value": span(row["value"], row["value_high"]),
                "limit": f"{SIGNS.get(sign, sign)} {row['threshold']:g} {mark}".rstrip(),
                "result": RESULTS[row["result"]](lang),
                "color": palette()["verdict"][RESULT_COLORS[row["result"]]],
                "rounding": rounding_text(row)(lang),
                "gap": number(row["gap"]),
                "clause": text(row["clause"]),
                "citation": text(row["citation"]),
                "need": target_need(row["target"], needs, settings),
            }
        )
    return out


def verdicts(parcels: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Parcels and mu by verdict over all rules; every verdict, those without parcels too."""
    land = parcels.groupby("compliance")["area_mu"].agg(["size", "sum"])
    return [
        {
            "word": said(lang),
            "color": palette()["verdict"][name],
            "parcels": int(land["size"].get(name, 0)),
            "mu": float(land["sum"].get(name, 0.0)),
        }
        for name, said in VERDICTS.items()
    ]


def trends(result: Run, subject: str, key: Any, settings: Settings) -> list[dict[str, Any]]:
    """Figures per mu over the years; a year without a figure is null."""
    own = result.figures
    own = own[(own["subject"] == subject) & own["measure"].isin(PER_MU)]
    if subject == "park":
        own = own[own["subject_id"] == key]
    out = []
    for measure in (m for m in PER_MU if (own["measure"] == m).any()):
        rows = own[own["measure"] == measure].sort_values("year")
        out.append(
            {
                "title": heading(f"{measure}_per_mu", settings.lang, settings.currency),
                "years": [int(y) for y in rows["year"]],
                "values": [None if pd.isna(v) else float(v) for v in rows["per_mu"]],
            }
        )
    return out


def _ranked(parcels: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """`best` and `worst` parcels by the first figure of `RANKED`, and how many have none."""
    name = next((n for n in RANKED if n in parcels and parcels[n].notna().any()), None)
    if name is None:
        return {"ranked_by": "", "unranked": len(parcels), "best": [], "worst": []}
    known = parcels[parcels[name].notna()].sort_values([name, "parcel_id"], ascending=[False, True])
    # A park of few parcels has no parcel in both lists.
    most = min(MOST, len(known) // 2)
    best, worst = known.head(max(most, 1)), known.iloc[len(known) - most :][::-1]
    return {
        "ranked_by": heading(name, settings.lang, settings.currency),
        "unranked": len(parcels) - len(known),
        **{
            side: [_line(row, name, settings.lang) for row in rows.to_dict("records")]
            for side, rows in (("best", best), ("worst", worst))
        },
    }


def _line(row: dict[Any, Any], name: str, lang: str) -> dict[str, str]:
    return {
        "parcel": str(row["parcel_id"]),
        "enterprise": text(row.get("main_enterprise")),
        "value": number(row[name]),
        "mu": number(row["area_mu"], 1),
        "verdict": VERDICTS[row["compliance"]](lang),
        "color": palette()["verdict"][row["compliance"]],
    }


def failing(result: Run, parcels: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Each rule: parcels and mu that pass, fail or have no data, with clause and source."""
    judged = of_parcels(result)
    judged = judged.assign(
        area_mu=judged["subject_id"].astype("str").map(parcels.set_index("parcel_id")["area_mu"])
    )
    judged = judged[judged["area_mu"].notna()]
    out = []
    for rule, rows in judged.groupby("rule_id", sort=False, observed=True):
        land = rows.groupby(rows["verdict"].astype("str"))["area_mu"].agg(["size", "sum"])
        first = rows.iloc[0]
        out.append(
            {
                "rule": str(rule),
                "title": indicator_title(str(first["indicator"]), settings)(settings.lang),
                **{name: int(land["size"].get(name, 0)) for name in VERDICTS},
                "fail_mu": float(land["sum"].get("fail", 0.0)),
                "clause": text(first["clause"]),
                "citations": sorted({str(c) for c in rows["citation"].unique() if pd.notna(c)}),
            }
        )
    return out


def _supply(result: Run, key: Any, settings: Settings) -> list[dict[str, str]]:
    measures = supply_words()["measures"]
    own: list[Any] = result.land_supply[result.land_supply["park_id"] == key].to_dict("records")
    return [
        {
            "title": measures[row["measure"]][settings.lang],
            "value": number(row["value"]),
            "unit": show_unit(row["unit"], settings.lang, settings.currency),
            "formula": text(row["formula"]),
        }
        for row in own
    ]
