"""Chains by field of industry: their order, and the colour and name of each link's field."""

from __future__ import annotations

import pandas as pd

from geo.arrays import Series
from geo.project import Settings
from geo.publish.look.themes.industry_fields import field_colors


def by_field(links: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The links with the chains of a field together, in the table's order; the others last.

    A chain is of a field where all of its links that have one have the same.
    """
    table = settings.fields
    if table is None or "field_id" not in links:
        return links
    order = list(table.field)
    place = chain_fields(links).map({name: at for at, name in enumerate(order)})
    rank = links["chain"].map(place.fillna(len(order))).to_numpy()
    at = pd.Series(rank, index=links.index).fillna(len(order)).sort_values(kind="stable").index
    return links.loc[at]


def chain_fields(links: pd.DataFrame) -> Series:
    """By chain the one field of its links; missing where they have none, or several."""
    by = links.groupby("chain", sort=False)["field_id"]
    first: Series = by.first().astype("str")
    return first.where((by.min() == by.max()).to_numpy())


def field_looks(settings: Settings) -> dict[str, tuple[str, str]]:
    """Name, in the settings' language, and colour of each field; none without a table."""
    table = settings.fields
    if table is None:
        return {}
    colors = field_colors(table)
    return {name: (one.title(settings.lang), colors[name]) for name, one in table.field.items()}
