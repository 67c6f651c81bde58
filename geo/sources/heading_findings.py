"""What is said of the headings of a file: read as another column, alike, not decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo import findings
from geo.errors import SourceError
from geo.model import LayerSpec
from geo.model.periods import first_part_of_year
from geo.project import Fields
from geo.sources.columns import undecided
from geo.text import Message, join

_SHOWN = 5
"""Headings that a finding lists."""


def read_as_another(spec: LayerSpec, fields: Fields, found: dict[str, str]) -> pd.DataFrame:
    """A finding on the columns that are known by other headings than their own names."""
    known = [
        f"{column} → {name}"
        for name, column in found.items()
        if name not in fields and column != name
    ]
    if not known:
        return findings.no_findings()
    said = join(known, "semicolon")
    return findings.about_layer(
        spec.name,
        "columns_by_heading",
        Message("fields.columns_known_chinese_headings", said=said),
        Message("fields.if_wrong_say_in_fields"),
        "info",
    )


def alike_headings(
    spec: LayerSpec, fields: Fields, headings: list[str], found: dict[str, str]
) -> pd.DataFrame:
    """Figures that no heading gives, though one holds their name: 全年营业收入."""
    several = undecided(spec, fields, headings)
    free = [h for h in headings if h not in found.values()]
    near = [
        Message("fields.is_it", heading=heading, column=column.name)
        for column in spec.columns
        if column.kind == "number" and column.name not in {*found, *several}
        for heading in free
        if column.zh in heading
    ]
    if not near:
        return findings.no_findings()
    shown = join(near, "semicolon", most=_SHOWN)
    return findings.about_layer(
        spec.name,
        "columns_alike",
        Message("fields.columns_like_name_not_used", shown=shown),
        Message("fields.name_in_fields_if_meant"),
        "info",
    )


def undecided_headings(spec: LayerSpec, fields: Fields, headings: list[str]) -> pd.DataFrame:
    """Columns of which several may be a canonical one, so that none was taken."""
    return findings.gather_findings(
        [
            findings.about_layer(
                spec.name,
                "columns_undecided",
                Message(
                    "fields.may_any_columns",
                    by_name=spec.by_name[name],
                    several=join(several),
                    name=name,
                ),
                Message("fields.name_in_fields", name=name),
            )
            for name, several in undecided(spec, fields, headings).items()
        ]
    )


def figures_of_part_of_year(
    spec: LayerSpec, attrs: Mapping[Any, Any], source: str, *, dated: bool
) -> pd.DataFrame:
    """A warning where a title, a sheet's or the file's name speaks of a part of a year (上半年, 1-9月).

    `attrs` are those of the table (`geo.sources.ledger`).

    Raises SourceError where nothing else gives the rows a year: their figures are not a year's.
    """
    year = spec.by_name.get("year")
    titles = [str(text) for text in attrs.get("units", [])]
    sheets = [str(name) for name in attrs.get("sheets", [])]
    text, part = first_part_of_year([*titles, source], sheets)
    if year is None or not year.required or not text:
        return findings.no_findings()
    if not dated:
        raise SourceError("fields.part_of_year_only", source=source, text=text)
    return findings.about_layer(
        spec.name,
        "part_of_year",
        Message("fields.part_of_year", text=text, part=part),
        Message("fields.check_whole_year"),
    )
