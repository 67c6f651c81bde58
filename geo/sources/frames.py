"""Frames that somebody has in memory, as the layers of a run: nothing is read from disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from geo import findings
from geo.errors import DataError
from geo.guards import require_crs, require_known
from geo.model import LAYERS, Exchange
from geo.project import Fields, Settings
from geo.sources.datum import one_datum
from geo.sources.enterprise_names import ids_for_names
from geo.sources.fields import canonical
from geo.sources.load import Layers, completed, in_one_crs
from geo.sources.parcel_figures import spec_of, with_parcel_figures
from geo.sources.reserved import free_of_results
from geo.text import Message

_FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)

ONE_PARK = "all"
"""The id of the park that parcels are of where nothing tells their parks."""


def layers_of(
    frames: Mapping[str, Any],
    settings: Settings,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
) -> Layers:
    """Canonical layers of frames by layer name, as `load` makes them of files.

    `fields` says by layer which of its columns stands for a canonical one. A row is told in
    findings by its place, from 1. Without a frame of parks they are the parcels joined by park_id,
    or all of them together. Raises DataError, CrsError or SourceError where a frame is not what its
    layer asks for; the frames themselves are not changed.
    """
    require_known(frames, LAYERS, "assess")
    require_known(fields or {}, LAYERS, "assess: fields")
    if "parcels" not in frames:
        raise DataError("frames.parcels_needed")
    out: dict[str, Any] = {}
    notes: list[pd.DataFrame] = []
    rows = {}
    for name, frame in frames.items():
        raw = _as_layer(frame, name)
        own = _FIELDS.validate_python((fields or {}).get(name, {}))
        spec = spec_of(name, own)
        rates = Exchange("", settings.rates)
        typed, said = canonical(raw, spec, own, name, settings.currency, exchange=rates)
        out[name], reserved = free_of_results(typed, name, settings.catalogue, name, own)
        notes += [said, reserved]
        rows[name] = {"read": len(raw), "sums": 0, "repeats": 0, "notes": 0}
    out, by_name = ids_for_names(out)
    notes.append(by_name)
    mapped = (fields or {}).get("parcels", {})
    out, figures = with_parcel_figures(out, mapped, settings.year, rows)
    notes.append(figures)
    if "parks" not in out and "park_id" not in out["parcels"]:
        out["parcels"] = out["parcels"].assign(park_id=ONE_PARK)
        notes.append(_one_park())
    out, matched = completed(out, rows)
    crs = out["parcels"].crs
    notes += [matched, one_datum(out, crs)]
    laid, broken = in_one_crs(out, crs)
    return Layers(laid, findings.gather_findings([*notes, broken]), rows=rows)


def _as_layer(frame: Any, name: str) -> pd.DataFrame:
    """The frame with its rows numbered and its outlines, if it has any, in `geometry`."""
    outlined = LAYERS[name].geometry != "none"
    if not isinstance(
        frame, gpd.GeoDataFrame if outlined and name != "buildings" else pd.DataFrame
    ):
        wanted = "GeoDataFrame" if outlined else "DataFrame"
        kind = type(frame).__name__
        raise DataError("frames.must_not", name=name, wanted=wanted, kind=kind)
    if frame.empty:
        raise DataError("frames.no_rows", name=name)
    numbered = frame.reset_index(drop=True)
    if isinstance(numbered, gpd.GeoDataFrame):
        if not outlined:
            numbered = pd.DataFrame(numbered.drop(columns=numbered.active_geometry_name))
        else:
            require_crs(numbered.geometry, name)
            numbered = numbered.set_geometry(numbered.geometry.force_2d())
            if numbered.active_geometry_name != "geometry":
                numbered = numbered.rename_geometry("geometry")
    return numbered.assign(source_row=np.arange(1, len(numbered) + 1))


def _one_park() -> pd.DataFrame:
    return findings.about_layer(
        "parks",
        "one_park",
        Message("frames.no_parks_parcels_no_park"),
        Message("frames.give_park_outlines_park_id"),
        "info",
    )
