"""An office's columns whose names are taken: by what mujun works out, or by formats of the outputs.

Runs once the canonical columns are mapped, so that `fields` may still name any column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.model import LAYERS
from geo.model.computed import WRITERS, computed_names
from geo.text import Message, join

_MARKS = ("area_basis", "area_ellipsoid_m2", "compliance")
"""Columns of the results that no office's layer has all of."""


def free_of_results(
    frame: gpd.GeoDataFrame,
    layer: str,
    indicators: Iterable[str],
    file: str,
    mapped: Iterable[str] = (),
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The layer without the columns that are worked out anew, the others under names of their own.

    Returns the frame and a finding that lists the columns left out, and one that lists those
    renamed: `fid` and the like, and names that differ from another only in case. `mapped` are the
    canonical columns that the project's `fields` name.
    """
    again = set(_MARKS) <= set(frame.columns)
    named = set(mapped)
    dropped = [c for c in computed_names(layer, frame.columns, indicators) if c not in named]
    out = frame.drop(columns=dropped)
    notes = [_about_dropped(dropped, layer, file)]
    if again and layer == "parcels":
        out, stale = _without_last_results(out, frame, named, file)
        notes.append(stale)
    renamed = _renamed(list(out.columns), set(LAYERS[layer].by_name))
    notes.append(_about_renamed(renamed, layer, file))
    return out.rename(columns=renamed), findings.gather_findings(notes)


def _without_last_results(
    out: Any, frame: gpd.GeoDataFrame, mapped: set[str], file: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Parcels of an earlier run: without the sums and estimates that it put in place of inputs.

    `fixed_investment` may be what enterprises reported then, `office_area_m2` an estimate by share
    of floor area: both would go before this year's.
    """
    stale = [c for c in ("fixed_investment",) if c in out and c not in mapped]
    out = out.drop(columns=stale)
    if {"office_area_m2"} - mapped and {"office_area_m2", "office_area_basis"} <= set(frame):
        estimated = frame["office_area_basis"].astype("str") == "floor_share"
        out["office_area_m2"] = out["office_area_m2"].mask(estimated)
        stale.append("office_area_m2")
    if not stale:
        return out, findings.no_findings()
    shown = join(stale)
    return out, findings.about_layer(
        "parcels",
        "earlier_results",
        Message("reserved.holds_results_earlier_run", file=file, shown=shown),
        Message("reserved.name_in_fields_if_used"),
    )


def _renamed(columns: list[str], canonical: set[str]) -> dict[str, str]:
    """New names of the columns that a writer keeps for itself or that repeat but for case."""
    taken = {c.lower() for c in (*canonical, *WRITERS) if c in columns}
    ordinary = [c for c in columns if c not in canonical and c not in ("geometry", "source_row")]
    out: dict[str, str] = {}
    for column in ordinary:
        name, base, number = column, column.strip() or "column", 1
        if name.lower() in WRITERS or not name.strip():
            base = name = f"{base}_source"
        while name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.lower())
        if name != column:
            out[column] = name
    return out


def _about_dropped(dropped: list[str], layer: str, file: str) -> pd.DataFrame:
    if not dropped:
        return findings.no_findings()
    return findings.about_layer(
        layer,
        "computed_columns",
        Message("reserved.these_columns_bear_names_worked", file=file, dropped=join(dropped)),
        Message("reserved.if_input_map_canonical_column"),
    )


def _about_renamed(renamed: dict[str, str], layer: str, file: str) -> pd.DataFrame:
    if not renamed:
        return findings.no_findings()
    shown = join((f"{old} → {new}" for old, new in renamed.items()), "semicolon")
    return findings.about_layer(
        layer,
        "columns_renamed",
        Message("reserved.renamed_formats_outputs_keep_these", file=file, shown=shown),
        Message("common.nothing_to_do"),
        "info",
    )
