"""Fields of industry (产业领域): parcels by their main enterprise, and by the field of their park."""

from __future__ import annotations

import pandas as pd

from geo.arrays import Series
from geo.industry_fields import NO_DATA, WITHOUT_FIELD, IndustryFields
from geo.publish.look.style import Theme, coded_as, distinct_colors, palette
from geo.publish.look.themes.declaration import LAND, ThemeDeclaration
from geo.run import Run
from geo.text import Message, Wording


def field_colors(table: IndustryFields) -> dict[str, str]:
    """The colour of each field: its own, else the next of the palette."""
    turn = distinct_colors(len(table.field))
    return {name: one.colour or turn[at] for at, (name, one) in enumerate(table.field.items())}


def _theme(name: str, title: Wording, values: Series, table: IndustryFields) -> Theme:
    """Parcels by field, then by why they have none; the note says whether the table is confirmed."""
    present = set(values.dropna())
    without = [word for word in WITHOUT_FIELD if word in present]
    words = [*table.field, *without, NO_DATA]
    colors = field_colors(table) | palette()["without_field"] | {NO_DATA: palette()["no_data"]}
    return Theme(
        name,
        title,
        tuple(table.titles[word] for word in words),
        tuple(colors[word] for word in words),
        coded_as(values, words, NO_DATA)[:-1],
        table.mark,
        words=tuple(words),
        keys=tuple(words),
    )


def _of_parcels(run: Run) -> list[Theme]:
    table, parcels = run.settings.fields, run.parcels
    if table is None or "field_id" not in parcels:
        return []
    return [_theme("field", Message("themes.field"), parcels["field_id"], table)]


def _of_parks(run: Run) -> list[Theme]:
    table, parks = run.settings.fields, pd.DataFrame(run.parks)
    if table is None or "field_id" not in parks:
        return []
    fields = parks.drop_duplicates("park_id").set_index("park_id")["field_id"]
    values = run.parcels["park_id"].map(fields)
    return [_theme("park_field", Message("themes.park_field"), values, table)]


THEMES = (
    ThemeDeclaration("field", LAND, _of_parcels, filter=True),
    ThemeDeclaration("park_field", LAND, _of_parks, filter=True),
)
