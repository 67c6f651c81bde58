"""What is said of the headings of a file: read as another column, alike, not decided."""

from __future__ import annotations

import pandas as pd

from geo import findings
from geo.model import LayerSpec
from geo.project import Fields
from geo.sources.columns import (
    undecided,
)
from geo.text import Message, join

_SHOWN = 5
"""Headings that a finding lists."""


def read_as_another(spec: LayerSpec, fields: Fields, found: dict[str, str]) -> pd.DataFrame:
    """A finding on the columns that were known by their Chinese headings."""
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
