"""Why a parcel, enterprise or park stands where it stands: inputs, arithmetic, source, mend."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from geo.errors import DataError
from geo.evaluate.compliance_options import target_changes, target_needs
from geo.evaluate.eligibility import REASONS as GRADE_REASONS
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.plan import Plan
from geo.evaluate.plan_targets import RESULTS, rounding_text
from geo.land.zone_kinds import CONTROL, kind_names
from geo.model import Indicator, show_unit
from geo.project import Settings
from geo.publish.explain_land import of_parcel, of_park
from geo.publish.headings import heading
from geo.publish.words import BASES
from geo.run import Run
from geo.standards.asof import day_text
from geo.standards.sets import limit_text
from geo.standards.vocabulary import REASONS, VERDICTS
from geo.text import Message

Read = Callable[[str], Any]
"""A table of the run by its name, read once."""


def explain(run: Run, wanted: str) -> list[dict[str, Any]]:
    """One record a subject: its land, figures, grade and rules, all in words and numbers.

    `wanted` is the id of a parcel, or the id or name of an enterprise or a park. An enterprise's
    own record (`enterprise_id`) comes first, then those of all parcels it occupies. DataError if
    nothing is called so.
    """
    read, settings = run.tables.__getitem__, run.settings
    parcels = read("parcels").set_index("parcel_id", drop=False)
    names = read("enterprises").set_index("enterprise_id")
    parks = read("parks")
    verdicts = read("verdicts")
    if wanted in parcels.index:
        return [_parcel(read, parcels.loc[wanted], verdicts, names, settings)]
    park = parks[(parks["park_id"].astype("str") == wanted) | (parks["name"] == wanted)]
    if len(park):
        plan = run.basis.plan
        return [_park(read, row, settings, plan) for row in park.to_dict("records")]
    called = names.index[(names.index == wanted) | (names.get("name", "") == wanted)]
    if called.empty:
        raise DataError("explain.no_parcel_enterprise_park_called", wanted=wanted)
    held = _held(read, settings)
    ids = sorted(held[held["enterprise_id"].isin(called)]["parcel_id"].unique())
    records = [_enterprise(read, key, verdicts, settings) for key in called]
    if not ids and not any(r["rules"] or r["grade"] for r in records):
        raise DataError("explain.enterprise_no_land_in", wanted=wanted, year=settings.year)
    return [r for r in records if r["rules"] or r["grade"]] + [
        _parcel(read, parcels.loc[i], verdicts, names, settings) for i in ids
    ]


def _held(read: Read, settings: Settings) -> pd.DataFrame:
    allocation = read("allocation")
    now: pd.DataFrame = allocation[
        (allocation["year"] == settings.year) & allocation["parcel_id"].notna()
    ]
    return now


def _parcel(
    read: Read,
    parcel: pd.Series[Any],
    verdicts: pd.DataFrame,
    names: pd.DataFrame,
    settings: Settings,
) -> dict[str, Any]:
    lang = settings.lang
    held = _held(read, settings)
    held = held[held["parcel_id"] == parcel["parcel_id"]]
    measures = [
        m for m in ("revenue", "output_value", "tax", "fixed_investment", "rd_expense") if m in held
    ]
    occupiers = [
        {
            "enterprise_id": row["enterprise_id"],
            "name": names["name"].get(row["enterprise_id"], "") if "name" in names else "",
            "share": row["share"],
            "area_m2": row["area_m2"],
            **{m: row[m] for m in measures},
        }
        for row in held.to_dict("records")
    ]
    return {
        "parcel_id": parcel["parcel_id"],
        "park_id": parcel["park_id"],
        "compliance": VERDICTS[parcel["compliance"]](lang),
        "area_m2": parcel["area_m2"],
        "area_mu": parcel["area_mu"],
        "area_basis": BASES[parcel["area_basis"]](lang),
        "year": settings.year,
        "judged": day_text(parcel, lang),
        "enterprises": occupiers,
        "rules": _rules(verdicts, "parcel", parcel["parcel_id"], settings),
        "control_lines": _control(read, "parcel", parcel["parcel_id"], settings.lang),
        **of_parcel(read, parcel, settings.lang, settings.currency),
    }


def _enterprise(read: Read, key: Any, verdicts: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    return {
        "enterprise_id": key,
        "grade": _grade(read, "enterprise", key, settings),
        "rules": _rules(verdicts, "enterprise", key, settings),
    }


def _park(read: Read, park: dict[str, Any], settings: Settings, plan: Plan) -> dict[str, Any]:
    lang = settings.lang
    targets = read("park_targets")
    own = targets[(targets["park_id"] == park["park_id"]) & (targets["year"] == settings.year)]
    needs = target_needs(own, plan).set_index("target")
    titles = {name: title(lang) for name, title in plan.target_titles.items()}
    supply = read("land_supply")
    counts = {VERDICTS[v](lang): int(park[f"parcels_{v}"]) for v in VERDICTS}
    return {
        "park": park["park_id"],
        "name": park["name"],
        "parcels": counts,
        "grade": _grade(read, "park", park["park_id"], settings),
        "targets": [_target(row, titles, needs, settings) for row in own.to_dict("records")],
        "land_supply": supply[supply["park_id"] == park["park_id"]].to_dict("records"),
        "facilities": of_park(read, park["park_id"], lang),
        "control_lines": _control(read, "park", park["park_id"], lang),
    }


def _control(read: Read, subject: str, key: Any, lang: str) -> list[dict[str, Any]]:
    """What control lines say of a parcel or park, but for `clear`."""
    table = read("zones")
    own = table[
        (table["subject"] == subject) & (table["subject_id"] == key) & (table["control"] != "clear")
    ]
    names = kind_names()
    return [
        {
            "control": CONTROL[row["control"]](lang),
            "zone_id": row["zone_id"],
            "kind": names[row["kind"]](lang),
            "name": row["zone_name"],
            "share": row["share"],
            "overlap_m2": row["overlap_m2"],
            "consequence": row[f"consequence_{lang}"],
            "requirement": row["requirement"],
            "clause": row["clause"],
            "source": row["citation"],
        }
        for row in own.to_dict("records")
    ]


def target_need(target: str, needs: pd.DataFrame, settings: Settings) -> str:
    """What a target still needs, with its unit; empty where nothing or nobody knows.

    `needs` are the rows of `target_needs` for a park and year, by target.
    """
    if target not in needs.index:
        return ""
    row: dict[Any, Any] = needs.loc[target].to_dict()
    more, unit = float(row["change"]), show_unit(row["unit"], settings.lang, settings.currency)
    return "" if math.isnan(more) else f"{more:,.2f} {unit}".rstrip()


def _target(
    row: dict[str, Any], titles: dict[str, str], needs: pd.DataFrame, settings: Settings
) -> dict[str, Any]:
    more = target_need(row["target"], needs, settings)
    mend = f"{'还需' if settings.lang == 'zh' else 'needs'} {more}" if more else ""
    return {
        "target": titles[row["target"]],
        "result": RESULTS[row["result"]](settings.lang),
        "value": row["value"],
        "limit": f"{row['operator']} {row['threshold']:g} {row['unit']}",
        "rounding": rounding_text(row)(settings.lang),
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "mend": mend,
        "clause": row["clause"],
        "source": row["citation"],
    }


def _grade(read: Read, subject: str, key: Any, settings: Settings) -> dict[str, Any] | None:
    """The grade of a subject with its items; nothing where it was not evaluated."""
    table = read("grades")
    own = table[(table["subject"] == subject) & (table["subject_id"] == key)]
    if own.empty:
        return None
    row = own.iloc[0]
    items = read("score_items")
    items = items[(items["subject"] == subject) & (items["subject_id"] == key)]
    return {
        "grade": GRADE_WORDS[row["grade"]](settings.lang),
        "score": row["score"],
        "rank": row["rank"],
        "of": row["of"],
        "evaluation": row["evaluation"],
        "reason": GRADE_REASONS[row["reason"]](settings.lang),
        "to_better": row["to_better"],
        "to_worse": row["to_worse"],
        "stability": row["stability"],
        "items": [score_arithmetic(i, settings) for i in items.to_dict("records")],
        "bonus": row["bonus"],
        "penalty": row["penalty"],
        "source": row["citation"],
    }


def score_arithmetic(item: dict[str, Any], settings: Settings) -> str:
    """How an item's points came about, by its family."""
    zh = settings.lang == "zh"
    name = heading(item["indicator"], settings.lang, settings.currency, settings.catalogue)
    if pd.isna(item["score"]):
        return f"{name}: {'无数据' if zh else 'no data'}"
    if item["filled"]:
        said = "无数据，按本组该项平均得分" if zh else "no data: the mean of the group"
        return f"{name}: {said} = {item['score']:,.4f}"
    value, weight = item["value"], item["weight"]
    if pd.notna(item["baseline"]):
        sum_ = f"{value:,.6g} ÷ {item['baseline']:,.6g} × {weight:g}"
    elif pd.notna(item["least"]):
        low, high = item["least"], item["largest"]
        sum_ = (
            f"{weight:g} × (20 + 80 × ({value:,.6g} − {low:,.6g}) ÷ ({high:,.6g} −"
            f" {low:,.6g})) ÷ 100"
        )
    else:
        sum_ = f"{value:,.6g} × {weight:g}"
    return f"{name}: {sum_} = {item['score']:,.4f}"


def _rules(
    verdicts: pd.DataFrame, subject: str, key: Any, settings: Settings
) -> list[dict[str, Any]]:
    own = verdicts[(verdicts["subject"] == subject) & (verdicts["subject_id"] == key)]
    own = own.join(target_changes(own, settings.catalogue))
    return [_rule(row, settings) for row in own.to_dict("records")]


def _rule(row: Any, settings: Settings) -> dict[str, Any]:
    lang = settings.lang
    return {
        "rule": row["rule_id"],
        "indicator": heading(row["indicator"], lang, settings.currency, settings.catalogue),
        "verdict": VERDICTS[row["verdict"]](lang),
        "reason": REASONS[row["reason"]](lang),
        "arithmetic": arithmetic(row, settings),
        "mend": mend_text(row, settings),
        "industry_row": row["industry_row"],
        "cell": row["cell_text"],
        "clause": row["clause"],
        "source": row["citation"],
    }


def arithmetic(row: dict[str, Any], settings: Settings) -> str:
    """The computation of one verdict, with its inputs: a ÷ b × scale = value ≥ threshold."""
    indicator = settings.catalogue.get(row["indicator"])
    if indicator is None or pd.isna(row["value"]):
        return ""
    lang, currency = settings.lang, settings.currency
    above = f"{_side(indicator, 'numerator', settings)} {row['numerator']:,.6g}"
    below = f"{_side(indicator, 'denominator', settings)} {row['denominator']:,.6g}"
    times = f" × {indicator.scale:g}" if indicator.scale != 1 else ""
    places = int(row["decimals"])
    shown = f"{above} ÷ {below}{times} = {row['value']:,.{places}f}"
    exact = ""
    if row["reason"] == "rounded":  # the figure before rounding would be judged otherwise
        figure = f"{row['numerator'] / row['denominator'] * indicator.scale:,.{places + 3}f}"
        exact = Message("explain.before_rounding", figure=figure)(lang)
    low, high = row["threshold"], row["threshold_high"]
    unit = f" {show_unit(row['unit'], lang, currency)}" if row["unit"] else ""
    sign = "✓" if row["verdict"] == "pass" else "✗" if row["verdict"] == "fail" else ""
    if pd.notna(high):
        asked = limit_text(row["operator"], f"{low:,.6g}", f"{high:,.6g}", zh=lang == "zh")
        return f"{shown} [{asked}]{unit} {sign}".rstrip() + exact
    if pd.isna(low):
        return shown
    return f"{shown} {row['operator']} {low:,.6g}{unit} {sign}".rstrip() + exact


def _side(indicator: Indicator, side: str, settings: Settings) -> str:
    return heading(getattr(indicator, side), settings.lang, settings.currency, settings.catalogue)


def mend_text(row: dict[str, Any], settings: Settings) -> str:
    """The smallest change that would pass this rule by itself, rounded so that it is enough."""
    change, land = row["mend_change"], row["mend_land_mu"]
    indicator = settings.catalogue.get(row["indicator"])
    if pd.isna(change) or indicator is None:
        return ""
    zh = settings.lang == "zh"
    name = _side(indicator, "numerator", settings)
    amount = math.ceil(abs(change) * 100 - 1e-6) / 100
    reached = row["numerator"] + math.copysign(amount, change)
    verb = ("再增" if change > 0 else "减少") if zh else ("add" if change > 0 else "take off")
    text = (
        f"{name} {verb} {amount:,.2f}（→ {reached:,.2f}）"
        if zh
        else (f"{name}: {verb} {amount:,.2f} (to {reached:,.2f})")
    )
    if pd.notna(land):
        back = math.ceil(land * 10_000 - 1e-6) / 10_000
        text += f"，或退出土地 {back:,.4f} 亩" if zh else f", or give back {back:,.4f} mu"
    return text
