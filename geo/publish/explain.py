"""Why a parcel or enterprise passes or fails: rule, clause, source, inputs, arithmetic, mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import DataError
from geo.model import INDICATORS, show_unit
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.stored import read_table
from geo.publish.workbook import BASES
from geo.standards.words import REASONS, VERDICTS


def explain(folder: Path, wanted: str, settings: Settings) -> list[dict[str, Any]]:
    """One record a parcel: its areas, occupiers and rules, all in words and numbers.

    `wanted` is a parcel id, or an enterprise's id or name: then the rules on the enterprise itself
    come first (`enterprise_id`, `rules`), and all its parcels after.
    """
    parcels = read_table(folder, "parcels").set_index("parcel_id", drop=False)
    allocation = read_table(folder, "allocation")
    now = allocation[(allocation["year"] == settings.year) & allocation["parcel_id"].notna()]
    names = read_table(folder, "enterprises").set_index("enterprise_id")
    called = names.index[(names.index == wanted) | (names.get("name", "") == wanted)]
    if wanted in parcels.index:
        ids, called = [wanted], called[:0]
    else:
        ids = _parcels_of(wanted, called, now)
    verdicts = read_table(folder, "verdicts")
    on_parcels = verdicts[verdicts["subject"] == "parcel"]
    return _enterprises(called, verdicts, settings) + [
        _record(parcels.loc[i], on_parcels[on_parcels["subject_id"] == i],
                now[now["parcel_id"] == i], names, settings) for i in ids]


def _enterprises(
    called: pd.Index[Any], verdicts: pd.DataFrame, settings: Settings
) -> list[dict[str, Any]]:
    """A record each of these enterprises that packs for enterprises judge."""
    judged = verdicts[(verdicts["subject"] == "enterprise") & verdicts["subject_id"].isin(called)]
    return [{"enterprise_id": key, "rules": [_rule(row, settings)
                                             for row in rows.to_dict("records")]}
            for key, rows in judged.groupby("subject_id")]


def _parcels_of(wanted: str, called: pd.Index[Any], now: pd.DataFrame) -> list[str]:
    """The parcels that the enterprises `called` that way occupy; DataError if none."""
    held = now[now["enterprise_id"].isin(called)]["parcel_id"]
    if called.empty:
        raise DataError(f"没有编号或名称为“{wanted}”的宗地或企业。",
                        f"no parcel or enterprise is called `{wanted}`.")
    if held.empty:
        raise DataError(f"企业“{wanted}”在 {_year(now)} 年没有用地。",
                        f"the enterprise `{wanted}` has no land in {_year(now)}.")
    return sorted(held.unique())


def _year(now: pd.DataFrame) -> str:
    """The year of allocation rows, as text."""
    return str(int(now["year"].max())) if len(now) else "—"


def _record(
    parcel: pd.Series[Any], verdicts: pd.DataFrame, held: pd.DataFrame, names: pd.DataFrame,
    settings: Settings,
) -> dict[str, Any]:
    lang = settings.lang
    measures = [m for m in ("revenue", "output_value", "tax", "fixed_investment", "rd_expense")
                if m in held]
    occupiers = [
        {"enterprise_id": row["enterprise_id"],
         "name": names["name"].get(row["enterprise_id"], "") if "name" in names else "",
         "share": row["share"], "area_m2": row["area_m2"],
         **{m: row[m] for m in measures}} for row in held.to_dict("records")]
    return {
        "parcel_id": parcel["parcel_id"], "park_id": parcel["park_id"],
        "compliance": VERDICTS[parcel["compliance"]](lang),
        "area_m2": parcel["area_m2"], "area_mu": parcel["area_mu"],
        "area_basis": BASES[parcel["area_basis"]](lang), "year": settings.year,
        "enterprises": occupiers,
        "rules": [_rule(row, settings) for row in verdicts.to_dict("records")]}


def _rule(row: Any, settings: Settings) -> dict[str, Any]:
    lang = settings.lang
    return {
        "rule": row["rule_id"], "indicator": heading(row["indicator"], lang, settings.currency),
        "verdict": VERDICTS[row["verdict"]](lang), "reason": REASONS[row["reason"]](lang),
        "arithmetic": arithmetic(row, settings), "mend": _mend(row, settings),
        "industry_row": row["industry_row"], "cell": row["cell_text"],
        "clause": row["clause"], "source": row["citation"]}


def arithmetic(row: dict[str, Any], settings: Settings) -> str:
    """The computation of one verdict, with its inputs: a ÷ b × scale = value ≥ threshold."""
    indicator = INDICATORS.get(row["indicator"])
    if indicator is None or pd.isna(row["value"]):
        return ""
    lang, currency = settings.lang, settings.currency
    above = f"{heading(indicator.numerator, lang, currency)} {row['numerator']:,.6g}"
    below = f"{heading(indicator.denominator, lang, currency)} {row['denominator']:,.6g}"
    times = f" × {indicator.scale:g}" if indicator.scale != 1 else ""
    shown = f"{above} ÷ {below}{times} = {row['value']:,.2f}"
    if pd.isna(row["threshold"]):
        return shown
    unit = f" {show_unit(row['unit'], lang, currency)}" if row["unit"] else ""
    sign = "✓" if row["verdict"] == "pass" else "✗" if row["verdict"] == "fail" else ""
    return f"{shown} {row['operator']} {row['threshold']:,.6g}{unit} {sign}".rstrip()


def _mend(row: dict[str, Any], settings: Settings) -> str:
    indicator = INDICATORS.get(row["indicator"])
    if row["verdict"] != "fail" or indicator is None or pd.isna(row["gap"]):
        return ""
    name = heading(indicator.numerator, settings.lang, settings.currency)
    needed = row["threshold"] * row["denominator"] / indicator.scale
    apart = abs(needed - row["numerator"])
    if settings.lang == "en":
        return f"{name} would have to be {needed:,.2f}, {apart:,.2f} away"
    return f"{name}需达到 {needed:,.2f}，还差 {apart:,.2f}"


def as_text(record: dict[str, Any], lang: str) -> str:
    """A record as a page of text for the terminal."""
    zh = lang == "zh"
    if "enterprise_id" in record:
        return "\n".join([record["enterprise_id"], *_rule_lines(record, zh=zh)])
    land = (f"  {record['area_m2']:,.2f} m² = {record['area_mu']:,.4f} {'亩' if zh else 'mu'}"
            f"（{record['area_basis']}） · {record['year']}")
    lines = [f"{record['parcel_id']}  {record['compliance']}", land]
    for one in record["enterprises"]:
        figures = "  ".join(
            f"{heading(name, lang)} {value:,.2f}" for name, value in one.items()
            if isinstance(value, float) and name not in ("share", "area_m2"))
        lines.append(f"  {one['name'] or one['enterprise_id']}（{one['share']:.2%}）  {figures}")
    return "\n".join([*lines, *_rule_lines(record, zh=zh)])


def _rule_lines(record: dict[str, Any], *, zh: bool) -> list[str]:
    lines: list[str] = []
    for rule in record["rules"]:
        lines.append(f"\n  [{rule['verdict']}] {rule['indicator']}")
        extras = (rule["arithmetic"], rule["reason"], rule["mend"],
                  f"{'行业：' if zh else 'Row: '}{rule['industry_row']} {rule['cell']}".rstrip(),
                  f"{'条款：' if zh else 'Clause: '}{rule['clause']}",
                  f"{'文件：' if zh else 'Document: '}{rule['source']}")
        lines += [f"      {text}" for text in extras if text]
    return lines
