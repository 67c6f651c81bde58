"""The chains as one page that opens by double click: panorama, path, directory; no request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import Text
from geo.evaluate.chain import LANES, LINK_STATES, SEATED
from geo.evaluate.grades import GRADE_WORDS
from geo.model import show_unit
from geo.publish.headings import heading
from geo.publish.page import call, data, document, json_text, policy, script, stylesheet, tag
from geo.publish.paper.scene import Scene
from geo.publish.profile import today
from geo.publish.webmap.map import client

SHOWN = (
    "name",
    "enterprise_id",
    "role",
    "chain",
    "stage",
    "segment",
    "seated_by",
    "industry_code",
    "revenue",
    "tax",
    "land_mu",
    "revenue_per_mu",
    "grade",
    "since",
)
"""Columns of the directory."""

_WORDS = {
    "park": Text("园区", "Park"),
    "panorama": Text("产业链全景图", "Chains"),
    "path": Text("产业生态发展路径图", "Path"),
    "directory": Text("重点企业、配套企业名录", "Directory"),
    "firms": Text("家企业", "enterprises"),
    "leaders": Text("龙头", "leading"),
    "revenue": Text("营收", "revenue"),
    "mu": Text("亩", "mu"),
    "undated": Text("年份未报", "undated"),
    "planned": Text("规划", "planned"),
    "noData": Text("无数据", "no data"),
    "outside": Text("链外", "outside"),
    "search": Text("搜索企业、代码、环节", "search"),
    "rows": Text("行", "rows"),
    "csv": Text("存为 CSV", "Save as CSV"),
    "firstOnly": Text("此处只列前300行，CSV 为全部", "the first 300; the CSV has all"),
    "none": Text("没有产业链数据：在项目中提供 chain 表", "no chains: give the table `chain`"),
    "twice": Text(
        "同一企业可在几条链中，各链之和不相加；点击环节可筛选名录",
        "an enterprise may sit in several chains: do not add chains; click a link to"
        " filter the directory",
    ),
}


def write_page(scene: Scene, file: Path) -> None:
    """Write the page of all parks."""
    settings, lang = scene.settings, scene.settings.lang
    title = f"{settings.title} · {Text('两图一表', 'Chains')(lang)}"
    head = [
        policy(),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        stylesheet(client("chain.css")),
    ]
    body = [
        data("chain-data", json_text(_data(scene)), "application/json"),
        script(client("chain.js"), call("chain.open")),
    ]
    file.write_text(document(head, body, lang), encoding="utf-8")


def _data(scene: Scene) -> dict[str, Any]:
    settings, lang, result = scene.settings, scene.settings.lang, scene.result
    words: dict[str, Any] = {name: text(lang) for name, text in _WORDS.items()}
    money = show_unit("万元", lang, settings.currency)
    words["revenue"] = Text(f"营收（{money}）", f"revenue ({money})")(lang)
    words["states"] = {name: text(lang) for name, text in LINK_STATES.items()}
    words["lanes"] = {name: text(lang) for name, text in LANES.items()}
    parks = scene.parks[["park_id", "name"]].astype("str")
    targets = {name: text(lang) for name, text in scene.words["item"].items()}
    path = result.chain_path.assign(item=result.chain_path["item"].astype("str").replace(targets))
    return {
        "title": settings.title,
        "year": settings.year,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "maker": scene.publish.maker,
        "date": today(),
        "words": words,
        "parks": [{"id": p, "name": n} for p, n in parks.to_numpy()],
        "heads": [heading(c, lang, settings.currency) for c in SHOWN],
        "links": _records(
            result.chain_links,
            {
                "park_id": "park",
                "chain": "chain",
                "stage": "stage",
                "segment": "segment",
                "link_state": "state",
                "enterprises": "enterprises",
                "leaders": "leaders",
                "revenue": "revenue",
                "land_mu": "mu",
            },
        ),
        "path": _records(
            path,
            {
                "park_id": "park",
                "year": "year",
                "lane": "lane",
                "item": "item",
                "count": "count",
                "value": "value",
                "state": "state",
            },
        ),
        "members": _members(result.chain_members, lang),
    }


def _members(table: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    said = table[table["park_id"].notna()].assign(
        since=lambda t: t["since"].map("{:.0f}".format, na_action="ignore"),
        seated_by=lambda t: t["seated_by"].map({k: v(lang) for k, v in SEATED.items()}),
        grade=lambda t: t["grade"].map({k: v(lang) for k, v in GRADE_WORDS.items()}),
    )
    keys = _records(said, {"park_id": "park", "chain": "chain", "segment": "segment"})
    cells = _records(said, {c: c for c in SHOWN})
    return [key | {"cells": list(row.values())} for key, row in zip(keys, cells, strict=True)]


def _records(table: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    """Rows as plain values: text, numbers rounded to six digits, None where missing."""
    out = {}
    for column, name in names.items():
        values = table[column]
        if pd.api.types.is_numeric_dtype(values.dtype):
            values = values.astype(float).round(4)
        else:
            values = values.astype("str")
        out[name] = values.astype(object).where(table[column].notna(), None).tolist()
    return [dict(zip(out, row, strict=True)) for row in zip(*out.values(), strict=True)]
