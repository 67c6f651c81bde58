"""The chains as one page that opens by double click: panorama, path, directory; no request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geo.evaluate.chain import LANES, LINK_STATES, SEATED
from geo.evaluate.grades import GRADE_WORDS
from geo.model import show_unit
from geo.project import DEFAULT_OPTIONS, Publish, Settings
from geo.publish.built import client
from geo.publish.chain.fields import by_field, field_looks
from geo.publish.chain.steps import step_lines
from geo.publish.headings import heading
from geo.publish.page import call, data, document, json_text, policy, script, stylesheet, tag
from geo.publish.records.numbers import today
from geo.run import Run
from geo.text import Message, Wording

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

_WORDS: dict[str, Wording] = {
    "park": Message("chain_page.park"),
    "panorama": Message("chain_page.panorama"),
    "path": Message("chain_page.path"),
    "directory": Message("chain_page.directory"),
    "firms": Message("chain_page.firms"),
    "leaders": Message("chain_page.leaders"),
    "revenue": Message("chain_page.revenue"),
    "mu": Message("chain_page.mu"),
    "undated": Message("chain_page.undated"),
    "planned": Message("chain_page.planned"),
    "search": Message("chain_page.search"),
    "rows": Message("chain_page.rows"),
    "csv": Message("chain_page.csv"),
    "firstOnly": Message("chain_page.firstonly"),
    "none": Message("chain_page.none"),
    "twice": Message("chain_page.twice"),
}


def write_page(run: Run, file: Path, options: Publish = DEFAULT_OPTIONS) -> None:
    """Write the page of all parks."""
    settings, lang = run.settings, run.settings.lang
    title = f"{settings.title} · {Message('chain_page.title')(lang)}"
    head = [
        policy(),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        stylesheet(client("chain.css")),
    ]
    body = [
        data("chain-data", json_text(_data(run, options.maker)), "application/json"),
        script(client("chain.js"), call("chain.open")),
    ]
    file.write_text(document(head, body, lang), encoding="utf-8")


def _data(run: Run, maker: str) -> dict[str, Any]:
    settings, lang, shown = run.settings, run.settings.lang, _shown(run)
    looks = field_looks(settings)
    links = by_field(run.chain_links, settings)
    field = links.get("field_id", pd.Series(index=links.index, dtype="str"))
    words: dict[str, Any] = {name: text(lang) for name, text in _WORDS.items()}
    money = show_unit("万元", lang, settings.currency)
    words["revenue"] = Message("chain_page.revenue_in", money=money)(lang)
    words["states"] = {name: text(lang) for name, text in LINK_STATES.items()}
    words["lanes"] = {name: text(lang) for name, text in LANES.items()}
    parks = run.parks[["park_id", "name"]].astype("str")
    path = run.chain_path.assign(line=step_lines(run))
    return {
        "title": settings.title,
        "year": settings.year,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "maker": maker,
        "date": today(),
        "words": words,
        "parks": [{"id": p, "name": n} for p, n in parks.to_numpy()],
        "heads": [heading(c, lang, settings.currency) for c in shown],
        "fields": settings.fields.mark(lang) if settings.fields else "",
        "links": _records(
            links.assign(
                field=field.map({name: look[0] for name, look in looks.items()}).astype("str"),
                color=field.map({name: look[1] for name, look in looks.items()}).astype("str"),
            ),
            {
                "field": "field",
                "color": "color",
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
                "line": "line",
                "count": "count",
                "state": "state",
            },
        ),
        "members": _members(run.chain_members, shown, settings),
    }


def _shown(run: Run) -> tuple[str, ...]:
    """Columns of the directory, with the field of industry where enterprises have one."""
    at = SHOWN.index("industry_code") + 1
    field = ("field_id",) if "field_id" in run.chain_members else ()
    return (*SHOWN[:at], *field, *SHOWN[at:])


def _members(
    table: pd.DataFrame, shown: tuple[str, ...], settings: Settings
) -> list[dict[str, Any]]:
    lang = settings.lang
    said = table[table["park_id"].notna()].assign(
        since=lambda t: t["since"].map("{:.0f}".format, na_action="ignore"),
        seated_by=lambda t: t["seated_by"].map({k: v(lang) for k, v in SEATED.items()}),
        grade=lambda t: t["grade"].map({k: v(lang) for k, v in GRADE_WORDS.items()}),
    )
    keys = _records(said, {"park_id": "park", "chain": "chain", "segment": "segment"})
    if "field_id" in said and settings.fields:
        titles = {name: title(lang) for name, title in settings.fields.titles.items()}
        said = said.assign(field_id=said["field_id"].map(titles).astype("str"))
    cells = _records(said, {c: c for c in shown})
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
