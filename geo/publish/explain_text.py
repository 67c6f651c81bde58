"""Records of `explain` as pages of text for the terminal."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.publish.headings import heading
from geo.text import Message, Text


def as_text(record: dict[str, Any], lang: str, currency: str) -> str:
    """A record as a page of text; money is headed in the project's currency."""
    if "park" in record:
        return _park(record, lang)
    if "enterprise_id" in record:
        return "\n".join(
            [record["enterprise_id"], *_grade(record["grade"], lang), *_rules(record, lang)]
        )
    land = (
        f"  {record['area_m2']:,.2f} m² = {record['area_mu']:,.4f} {Text('亩', 'mu')(lang)}"
        f"（{record['area_basis']}） · {record['year']}"
    )
    judged = f"  {Text('判定依据日期：', 'judged ')(lang)}{record['judged']}"
    lines = [f"{record['parcel_id']}  {record['compliance']}", land, judged]
    for one in record["enterprises"]:
        figures = "  ".join(
            f"{heading(name, lang, currency)} {'—' if pd.isna(value) else f'{value:,.2f}'}"
            for name, value in one.items()
            if isinstance(value, float) and name not in ("share", "area_m2")
        )
        lines.append(f"  {one['name'] or one['enterprise_id']}（{one['share']:.2%}）  {figures}")
    return "\n".join([*lines, *_rules(record, lang), *_control(record, lang), *_land(record)])


def _land(record: dict[str, Any]) -> list[str]:
    """History, defects, distances and rasters."""
    lines = [
        f"  {past['relation']}  {past['before'] if pd.notna(past['before']) else ''}"
        f"  {past['shared_m2']:,.2f} m²"
        for past in record["history"]
    ]
    lines += [f"  ! {one['defect']}  {one['area_m2']:,.2f} m²" for one in record["defects"]]
    lines += [f"  {fact['name']} {fact['value']:,.2f}" for fact in record["land"]]
    return ["", *lines] if lines else []


def _facilities(record: dict[str, Any]) -> list[str]:
    """The plan's list, a line a kind."""
    lines = []
    for one in record["facilities"]:
        far = "" if pd.isna(one["nearest_m"]) else f"{one['nearest']} {one['nearest_m']:,.0f} m"
        covered = "" if pd.isna(one["land_covered_share"]) else f"{one['land_covered_share']:.0%}"
        lines.append(
            f"  [{one['state']}] {one['kind']}  {one['built']}  {far}  {covered}"
            f"  {one['clause']}".rstrip()
        )
    return ["", *lines] if lines else []


def _park(record: dict[str, Any], lang: str) -> str:
    counts = "  ".join(f"{name} {count}" for name, count in record["parcels"].items())
    lines = [
        f"{record['park']}  {record['name']}",
        f"  {Text('宗地', 'parcels')(lang)}: {counts}",
        *_grade(record["grade"], lang),
    ]
    for target in record["targets"]:
        value = "—" if pd.isna(target["value"]) else f"{target['value']:,.2f}"
        lines.append(f"\n  [{target['result']}] {target['target']}  {value} {target['limit']}")
        inputs = [
            f"{part:,.6g}"
            for part in (target["numerator"], target["denominator"])
            if pd.notna(part)
        ]
        extras = (
            " ÷ ".join(inputs),
            target["rounding"],
            target["mend"],
            target["clause"],
            target["source"],
        )
        lines += [f"      {text}" for text in extras if text]
    for one in record["land_supply"]:
        value = (
            Message("common.no_data")(lang)
            if pd.isna(one["value"])
            else (f"{one['value']:,.2f} {one['unit']}".rstrip())
        )
        lines.append(f"  {one['formula']}: {value}")
    return "\n".join([*lines, *_facilities(record), *_control(record, lang)])


def _control(record: dict[str, Any], lang: str) -> list[str]:
    zh = lang == "zh"
    lines: list[str] = []
    for line in record["control_lines"]:
        size = (
            ""
            if pd.isna(line["share"])
            else (f"  {line['share']:.2%}  {line['overlap_m2']:,.2f} m²")
        )
        lines.append(
            f"\n  [{line['control']}] {line['kind']}{size}"
            f"  {line['name'] or line['zone_id']}".rstrip()
        )
        extras = (
            line["consequence"],
            line["requirement"],
            f"{'条款：' if zh else 'Clause: '}{line['clause']}" if line["clause"] else "",
            f"{'文件：' if zh else 'Document: '}{line['source']}" if line["source"] else "",
        )
        lines += [f"      {text}" for text in extras if text]
    return lines


def _grade(grade: dict[str, Any] | None, lang: str) -> list[str]:
    if grade is None:
        return []
    zh = lang == "zh"
    score = "—" if pd.isna(grade["score"]) else f"{grade['score']:,.2f}"
    place = "" if pd.isna(grade["rank"]) else f"  {grade['rank']:.0f}/{grade['of']:.0f}"
    lines = [
        f"\n  [{Text('等级', 'grade')(lang)} {grade['grade']}] {score}{place}"
        f"  {grade['reason']}".rstrip()
    ]
    lines += [f"      {item}" for item in grade["items"]]
    for key, text in (
        ("bonus", Message("explain_text.bonus")),
        ("penalty", Message("explain_text.penalty")),
    ):
        if grade[key] > 0:
            lines.append(f"      {text(lang)} {grade[key]:g}")
    if pd.notna(grade["to_better"]):
        lines.append(
            f"      {'距上一等级' if zh else 'to the better grade'} {grade['to_better']:,.10g}"
        )
    if pd.notna(grade["stability"]):
        lines.append(
            f"      {'等级稳定性' if zh else 'the grade holds in'}"
            f" {grade['stability']:.0%}{'' if zh else ' of draws'}"
        )
    return [*lines, f"      {Text('文件：', 'Document: ')(lang)}{grade['source']}"]


def _rules(record: dict[str, Any], lang: str) -> list[str]:
    zh = lang == "zh"
    lines: list[str] = []
    for rule in record["rules"]:
        lines.append(f"\n  [{rule['verdict']}] {rule['indicator']}")
        extras = (
            rule["arithmetic"],
            rule["reason"],
            rule["mend"],
            f"{'行业：' if zh else 'Row: '}{rule['industry_row']} {rule['cell']}".rstrip(),
            f"{'条款：' if zh else 'Clause: '}{rule['clause']}",
            f"{'文件：' if zh else 'Document: '}{rule['source']}",
        )
        lines += [f"      {text}" for text in extras if text]
    return lines
