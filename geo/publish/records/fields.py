"""What is said of the fields of industry (产业领域): parks, enterprises and money, line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.economy.industry_fields import EVIDENCE
from geo.industry_fields import NO_DATA
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.records.numbers import known, text
from geo.publish.records.tables import Row
from geo.run import Run
from geo.standards.cited import said_in
from geo.text import EMPTY, Message, Text, bracket, join


@dataclass(frozen=True)
class FieldLine:
    """A field, or a reason to have none: `field` is its id; a figure that is missing is NaN.

    `published` is the published number of parks, None without one; `revenue_share` of all revenue
    is between 0 and 1, and `revenue_per_mu` and `tax_per_mu` are of the year.
    """

    field: str
    word: str
    parks: int
    published: int | None
    enterprises: int
    land_mu: float
    revenue_share: float
    revenue_per_mu: float
    tax_per_mu: float


@dataclass(frozen=True)
class FieldsResult:
    """The fields of a run with what their table is: `mark` says a proposal, or who confirmed it."""

    title: str
    mark: str
    note: str
    citation: str
    published_title: str
    published_citation: str
    per_mu_heading: str
    lines: tuple[FieldLine, ...]


def fields_result(run: Run, settings: Settings) -> FieldsResult | None:
    """The fields of a run; None of a project that names no table of them."""
    table, lang = settings.fields, settings.lang
    if table is None or "fields" not in run.tables:
        return None
    published = table.published
    words = {name: title(lang) for name, title in table.titles.items()}
    return FieldsResult(
        title=table.title(lang),
        mark=table.mark(lang),
        note=table.note_en if lang == "en" else table.note_zh,
        citation=said_in(table.citation, lang),
        published_title=published.title(lang) if published else "",
        published_citation=said_in(published.citation, lang) if published else "",
        per_mu_heading=heading("revenue_per_mu", lang, settings.currency),
        lines=tuple(
            _line(row, words[str(row["field_id"])])
            for row in run.fields.to_dict("records")  # rows-ok: fields
        ),
    )


def park_field(park: Row, settings: Settings) -> str:
    """The field of a park, what it rests on and whether the table is confirmed; empty without one."""
    table, lang = settings.fields, settings.lang
    if table is None or "field_id" not in park:
        return ""
    field = text(park["field_id"]) or NO_DATA
    evidence = EVIDENCE.get(text(park["field_evidence"]), EMPTY)
    said = Message("records.park_field", field=table.titles.get(field, Text(field, field)))
    marks = join([one for one in (evidence, table.mark) if one(lang)], "semicolon")
    return bracket(said, marks)(lang)


def _line(row: Row, word: str) -> FieldLine:
    published = row["published_parks"]
    return FieldLine(
        field=str(row["field_id"]),
        word=word,
        parks=int(row["parks"]),
        published=int(published) if known(published) else None,
        enterprises=int(row["enterprises"]),
        **{
            name: float(row[name]) if known(row[name]) else math.nan
            for name in ("land_mu", "revenue_share", "revenue_per_mu", "tax_per_mu")
        },
    )
