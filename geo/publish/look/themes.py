"""The map's themes: how parcels may be coloured, and what is drawn over them with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.land_supply import IDLE_WORDS, LOW_WORDS
from geo.geometry.keys import position_of, rows_by_group
from geo.land.facility_kinds import kinds as facility_kinds
from geo.land.facility_kinds import title
from geo.land.lineage import RELATIONS
from geo.land.zone_kinds import CONTROL, kinds
from geo.model import Column, show_unit
from geo.project import Settings
from geo.publish.headings import heading, made_of
from geo.publish.look.style import (
    Theme,
    by_industry,
    by_land_use,
    by_value,
    by_words,
    coded_as,
    of_codes,
    palette,
)
from geo.publish.words import DEFECTS
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Text, Wording

LINEAGE = {name: text for name, text in RELATIONS.items() if name not in ("noise", "gone")} | {
    "no_data": Message("common.no_data")
}
"""What a parcel of this year may be, in the earlier layer's light."""


WORDED = {
    "compliance": (Message("themes.standard_land_overall"), VERDICTS, "verdict"),
    "grade": (Message("themes.grade_main_enterprise"), GRADE_WORDS, "grade"),
    "control": (Message("common.control_lines"), CONTROL, "control"),
    "low_efficiency": (Message("themes.low_efficiency_land"), LOW_WORDS, "verdict"),
    "lineage": (Message("themes.lineage"), LINEAGE, "lineage"),
}
"""Columns of parcels that hold a word: title, words, palette."""


def themes(result: Run, settings: Settings) -> list[Theme]:
    """All themes of the map, each under its heading."""
    groups = (
        (Message("themes.conclusions"), _conclusions(result)),
        (Message("themes.land"), _of_land(result, settings)),
        (Message("themes.facilities"), _of_access(result)),
        (Message("themes.indicators"), _of_indicators(result, settings)),
        (Message("themes.rules"), _of_rules(result, settings)),
    )
    return [replace(theme, group=title) for title, some in groups for theme in some]


def _conclusions(result: Run) -> list[Theme]:
    """Verdicts over all rules, grades, idle land, control lines."""
    parcels = result.parcels
    out = [_worded(parcels, "compliance")] if len(of_parcels(result)) else []
    if "grade" in parcels:
        out.append(_worded(parcels, "grade"))
    if len(result.idle):
        idle = parcels["parcel_id"].map(result.idle.set_index("parcel_id")["idle"])
        out.append(by_words("idle", Message("themes.idle_land"), idle, IDLE_WORDS, "idle"))
    return out + [_worded(parcels, c) for c in ("control", "low_efficiency") if c in parcels]


def _worded(parcels: pd.DataFrame, column: str) -> Theme:
    title, words, colors = WORDED[column]
    return by_words(column, title, parcels[column], words, colors)


def _of_indicators(result: Run, settings: Settings) -> list[Theme]:
    parcels, out = result.parcels, []
    for name, indicator in settings.catalogue.items():
        if name in parcels and parcels[name].notna().any():
            unit = Text(
                *(show_unit(indicator.unit, lang, settings.currency) for lang in ("zh", "en"))
            )
            out.append(by_value(name, Text(indicator.zh, indicator.en), parcels[name], unit))
    return out


def _of_rules(result: Run, settings: Settings) -> list[Theme]:
    judged, out = of_parcels(result), []
    verdicts = coded_as(judged["verdict"], VERDICTS, "exempt")
    for rule, first, row in rows_by_rule(judged, result.parcels["parcel_id"]):
        said = indicator_title(str(judged["indicator"].iloc[first]), settings)
        said = Message("themes.verdict", said=said)
        out.append(of_codes(f"rule:{rule}", said, verdicts[row], VERDICTS, "verdict"))
    return out


def of_parcels(result: Run) -> pd.DataFrame:
    """The verdicts on parcels."""
    return result.verdicts[result.verdicts["subject"] == "parcel"].reset_index(drop=True)


def rows_by_rule(
    judged: pd.DataFrame, parcel_id: pd.Series[Any]
) -> Iterator[tuple[str, int, NDArray[np.int64]]]:
    """Each rule, its first row in `judged`, and for each parcel the row that is about both.

    −1 where none is: the rule is for other parks or parcels.
    """
    subject, names = pd.factorize(judged["subject_id"])
    rule, ids = pd.factorize(judged["rule_id"])
    place = position_of(parcel_id, pd.Series(names, dtype="str"))
    for name, own in zip(ids, rows_by_group(rule, len(ids)), strict=True):
        about = np.full(len(names) + 1, -1)  # the last is of the parcels that nothing is about
        about[subject[own]] = own
        yield str(name), int(own[0]), about[place]


def indicator_title(name: str, settings: Settings) -> Wording:
    """What an indicator is called."""
    return Text(
        heading(name, "zh", settings.currency, settings.catalogue),
        heading(name, "en", settings.currency, settings.catalogue),
    )


def land_columns(parcels: pd.DataFrame) -> list[Column]:
    """Columns of distances and rasters, in the order they stand in."""
    made = ((str(name), made_of(str(name))) for name in parcels.columns)
    return [
        column
        for name, column in made
        if column is not None and pd.api.types.is_numeric_dtype(parcels[name].dtype)
    ]


def _of_land(result: Run, settings: Settings) -> list[Theme]:
    """Land use, history, defects of outlines, rasters."""
    parcels = result.parcels
    out = []
    if "land_use" in parcels:
        out.append(
            by_land_use(parcels["land_use"], settings.land_use_edition, settings.land_use_scheme)
        )
    if "industry_code" in parcels and parcels["industry_code"].notna().any():
        out.append(by_industry(parcels["industry_code"], parcels["area_mu"]))
    if "lineage" in parcels:
        out.append(_worded(parcels, "lineage"))
    if len(result.defects):
        worst = result.defects.dropna(subset="id").assign(
            rank=lambda d: d["code"].map({c: i for i, c in enumerate(DEFECTS)})
        )
        first = worst.sort_values("rank").drop_duplicates("id").set_index("id")["code"]
        code = parcels["parcel_id"].map(first).fillna("none")
        out.append(
            by_words("topology", Message("themes.defects_outlines"), code, DEFECTS, "topology")
        )
    return out + _measured(parcels, "raster_")


def _of_access(result: Run) -> list[Theme]:
    """Amenities within a walk, and distances: by road where there are roads, else straight."""
    parcels = result.parcels
    out = []
    if "amenities_15min" in parcels:
        out.append(
            by_value(
                "amenities_15min",
                Message("themes.amenities_within_15_minutes"),
                parcels["amenities_15min"],
                Message("themes.kinds"),
            )
        )
    return out + (_measured(parcels, "road_") or _measured(parcels, "to_"))


def _measured(parcels: pd.DataFrame, prefix: str) -> list[Theme]:
    shown = [
        c
        for c in land_columns(parcels)
        if c.name.startswith(prefix) and not c.name.endswith("_covered")
    ]
    return [
        by_value(
            c.name, Text(c.zh, c.en), parcels[c.name], Text(c.unit, show_unit(c.unit, "en", "CNY"))
        )
        for c in shown
        if parcels[c.name].notna().any()
    ]


def overlays(result: Run) -> dict[str, list[dict[str, Any]]]:
    """What is drawn over the parcels with a theme, by the theme's id.

    Each entry has names, colour, dashes, `lines` of (lat, lon) and `points` of (lat, lon, name).
    """
    out = {"control": _zone_lines(result.zone_outlines), "topology": _defects(result.defects)}
    spots = {name: _spots(result.facilities, name) for name in result.facilities["kind"].unique()}
    for name, entry in spots.items():
        out |= {f"to_{name}_m": [entry], f"road_{name}_m": [entry]}
    out["amenities_15min"] = [
        entry
        for name, entry in spots.items()
        if facility_kinds().get(name, {}).get("family") == "amenity"
    ]
    return {theme: entries for theme, entries in out.items() if entries}


def _zone_lines(outlines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """One entry a kind of control line."""
    out = []
    for name, kind in kinds().items():
        own = outlines.geometry[(outlines["kind"] == kind["zh"]).to_numpy()]
        if len(own):
            color, dash = palette()["zone_line"][name]
            out.append(_entry(Text(kind["zh"], kind["en"]), color, dash, lines=_lonlat(own)))
    return out


def _defects(defects: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """One entry a code; a point is drawn as a ring of four metres."""
    out = []
    for code, text in DEFECTS.items():
        own = gpd.GeoSeries(defects.geometry[(defects["code"] == code).to_numpy()].dropna())
        if len(own):
            point = own.geom_type == "Point"
            metres = own[point].to_crs(own.estimate_utm_crs()).buffer(4).to_crs(own.crs)
            shapes = pd.concat([own[~point], metres])
            flat = shapely.get_dimensions(np.asarray(shapes.array)) == 2
            lines = pd.concat([shapes[flat].boundary, shapes[~flat]])
            out.append(_entry(text, palette()["topology"][code], "", lines=_lonlat(lines)))
    return out


def _spots(facilities: gpd.GeoDataFrame, kind: str) -> dict[str, Any]:
    """The facilities of a kind: points by their names, lines and outlines drawn."""
    own = facilities[(facilities["kind"] == kind).to_numpy()]
    flat = shapely.get_dimensions(np.asarray(own.geometry.array))
    lines = pd.concat([own.geometry[flat == 1], own.geometry[flat == 2].boundary])
    points = own[flat == 0].to_crs(4326)
    xy = np.round(shapely.get_coordinates(shapely.centroid(np.asarray(points.geometry.array))), 6)
    names = points["name"].astype("str").fillna("").tolist()
    return _entry(
        title(kind),
        palette()["facility"],
        "",
        lines=_lonlat(lines),
        points=[[float(y), float(x), n] for (x, y), n in zip(xy, names, strict=True)],
    )


def _entry(
    text: Wording, color: str, dash: str, lines: list[Any], points: Any = ()
) -> dict[str, Any]:
    return {
        "zh": text.zh,
        "en": text.en,
        "color": color,
        "dash": dash,
        "lines": lines,
        "points": list(points),
    }


def _lonlat(shapes: gpd.GeoSeries) -> list[Any]:
    """Lines as lists of (lat, lon)."""
    if not len(shapes):
        return []
    parts = gpd.GeoSeries(shapes).to_crs(4326).simplify(5e-6).explode()
    return [np.round(np.asarray(line.coords)[:, 1::-1], 6).tolist() for line in parts]
