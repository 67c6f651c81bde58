"""Figures of money that the parcel layer bears itself: assessed value, rent, a parcel's own tax.

They are read as what enterprises report, each parcel standing for its only occupier, so that they
are conserved, summed and divided by land as allocated money is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from geo import findings
from geo.errors import SourceError
from geo.model import LAYERS, MEASURES, LayerSpec
from geo.text import Message, join

MARK = "of_parcel"
"""The column of `occupancy` that says that a row is the parcel's own figure."""


def named_measures(fields: Iterable[str]) -> tuple[str, ...]:
    """The measures of enterprises that `[layers.parcels] fields` names, in their usual order.

    >>> named_measures(["tax", "parcel_id", "revenue", "fixed_investment"])
    ('revenue', 'tax')
    """
    asked, parcels = set(fields), LAYERS["parcels"].by_name
    return tuple(c.name for c in MEASURES if c.name in asked and c.name not in parcels)


def spec_of(name: str, fields: Iterable[str]) -> LayerSpec:
    """What a layer's columns are; parcels have the measures too that their fields name."""
    spec = LAYERS[name]
    measures = named_measures(fields) if name == "parcels" else ()
    return replace(spec, columns=(*spec.columns, *(c for c in MEASURES if c.name in measures)))


def with_parcel_figures(
    frames: Mapping[str, Any], fields: Iterable[str], year: int, rows: dict[str, dict[str, int]]
) -> tuple[dict[str, Any], pd.DataFrame]:
    """The frames with the parcels' own figures as tables of the project's year; and a finding.

    Raises SourceError where tables of enterprises stand beside them: land would be counted twice.
    """
    out, measures = dict(frames), named_measures(fields)
    if not measures or "parcels" not in out:
        return out, findings.no_findings()
    beside = [name for name in ("enterprises", "occupancy", "indicators") if name in out]
    if beside:
        raise SourceError("parcel_figures.twice", measures=join(measures), tables=join(beside))
    parcels = out["parcels"]
    ids, row = parcels["parcel_id"], parcels["source_row"]
    figures = pd.DataFrame(parcels[list(measures)])
    out["parcels"] = parcels.drop(columns=list(measures))
    held = pd.DataFrame({"enterprise_id": ids, "parcel_id": ids, "source_row": row, MARK: True})
    out["occupancy"] = held[ids.notna()].reset_index(drop=True)
    table = figures.assign(enterprise_id=ids, year=float(year), source_row=row)
    out["indicators"] = table[ids.notna()].reset_index(drop=True)
    for name in ("occupancy", "indicators"):
        rows[name] = {"read": len(out[name]), "sums": 0, "repeats": 0, "notes": 0}
    return out, findings.about_layer(
        "parcels",
        "parcel_figures",
        Message(
            "parcel_figures.read",
            measures=join(c for c in MEASURES if c.name in measures),
            year=str(year),
            count=int(figures.notna().any(axis=1).sum()),
        ),
        Message("common.nothing_to_do"),
        "info",
    )
