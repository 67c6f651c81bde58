"""The land itself: land use, industry, history, defects of outlines, rasters."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from geo.geometry.overlay import as_metres, back
from geo.land.lineage import RELATIONS
from geo.publish.look.style import (
    Theme,
    by_industry,
    by_land_use,
    by_own_land_use,
    by_words,
    palette,
)
from geo.publish.look.themes.declaration import LAND, Overlay, ThemeDeclaration, worded
from geo.publish.look.themes.measured import measured
from geo.publish.look.themes.overlays import overlay
from geo.publish.words import DEFECTS
from geo.run import Run
from geo.text import Message

LINEAGE = {name: text for name, text in RELATIONS.items() if name not in ("noise", "gone")} | {
    "no_data": Message("common.no_data")
}
"""What a parcel of this year may be, in the earlier layer's light."""


def _land_use(run: Run) -> list[Theme]:
    if "land_use" not in run.parcels:
        return []
    settings = run.settings
    if settings.land_use:
        own = by_own_land_use(run.parcels["land_use"], settings.land_use, settings.land_use_edition)
        return [replace(own, column="land_use")]
    theme = by_land_use(
        run.parcels["land_use"], settings.land_use_edition, settings.land_use_scheme
    )
    return [replace(theme, column="land_use")]


def _industry(run: Run) -> list[Theme]:
    parcels = run.parcels
    if "industry_code" not in parcels or not parcels["industry_code"].notna().any():
        return []
    theme = by_industry(parcels["industry_code"], parcels["area_mu"])
    return [replace(theme, column="industry_code")]


def _topology(run: Run) -> list[Theme]:
    """The gravest defect of each parcel."""
    if not len(run.defects):
        return []
    rank = {code: place for place, code in enumerate(DEFECTS)}
    found = run.defects.dropna(subset="id")
    found = found.assign(rank=found["code"].map(rank)).sort_values("rank")
    gravest = found.drop_duplicates("id").set_index("id")["code"]
    code = run.parcels["parcel_id"].map(gravest).fillna("none")
    return [by_words("topology", Message("themes.defects_outlines"), code, DEFECTS, "topology")]


def _defects(run: Run) -> dict[str, list[Overlay]]:
    """One entry a code; a point is drawn as a ring of four metres."""
    defects, out = run.defects, []
    for code, title in DEFECTS.items():
        found = gpd.GeoSeries(defects.geometry[(defects["code"] == code).to_numpy()].dropna())
        if len(found):
            out.append(overlay(title, palette()["topology"][code], _with_rings(found)))
    return {"topology": out}


def _with_rings(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """The shapes, and after them a ring of four metres around each point in its place."""
    point = shapes.geom_type == "Point"
    if not point.any():
        return shapes
    metres, plane = as_metres(shapes[point])
    rings = gpd.GeoSeries(back(shapely.buffer(metres, 4), plane, shapes.crs), crs=shapes.crs)
    return gpd.GeoSeries(pd.concat([shapes[~point], rings]), crs=shapes.crs)


THEMES = (
    ThemeDeclaration("land_use", LAND, _land_use, filter=True, main=True),
    ThemeDeclaration("industry", LAND, _industry, filter=True),
    worded("lineage", Message("themes.lineage"), LINEAGE, "lineage", group=LAND),
    ThemeDeclaration("topology", LAND, _topology, over=_defects, of_all=False),
    ThemeDeclaration("rasters", LAND, lambda run: measured(run.parcels, "raster_")),
)
