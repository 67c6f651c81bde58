"""Styles stored in the GeoPackage, so that its layers open in the map's colours in QGIS.

A GeoPackage keeps styles in the table `layer_styles` (QGIS's own: one row a style, its QML, and
which is the default); parcels have one style a theme, under Styles in QGIS's menu. Classes, colours
and words are those of the map. Field names get the headings as aliases.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from geo.land.facility_kinds import kinds as facility_kinds
from geo.land.facility_kinds import title as facility_title
from geo.land.zone_kinds import kinds as zone_kinds
from geo.model import USE_SEPARATOR
from geo.project import Settings
from geo.publish.gis.vectors import layers_of
from geo.publish.headings import heading
from geo.publish.look.style import Theme, palette
from geo.publish.look.themes import LINEAGE, themes
from geo.publish.page import xml_text
from geo.publish.stable import STAMP
from geo.publish.words import DEFECTS
from geo.run import Run
from geo.text import Message, Text

VERSION = "3.22.0"
"""Of QGIS, whose format this is; later versions read it."""

DOCTYPE = "qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'"
_TABLE = """CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""


@dataclass(frozen=True)
class Class:
    """A class of a style: its rule (a QGIS expression), label and colour; `dash` of a line."""

    rule: str
    label: str
    color: str
    dash: str = ""
    shape: str = "fill"


@dataclass(frozen=True)
class Style:
    """How a layer of the GeoPackage is drawn: its classes, under a name; `theme` is one's id.

    `label` is the column that is written beside it, in `ink`.
    """

    layer: str
    name: str
    classes: list[Class]
    label: str = ""
    theme: str = ""
    ink: str = "#1d3557"


def write_styles(run: Run, file: Path) -> None:
    """Add the styles of its layers to a GeoPackage that mujun wrote; a layer's first is its default."""
    settings = run.settings
    there = layers_of(file)
    made = styles(run, themes(run) if "parcels" in there else [], there)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(_TABLE)
        database.execute(
            "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier,"
            " srs_id, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', 0, ?)",
            (STAMP,),
        )
        seen: set[str] = set()
        for style in made:
            table = getattr(run, style.layer)
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                " f_geometry_column, styleName, styleQML, useAsDefault, description,"
                " update_time) VALUES ('', '', ?, 'geom', ?, ?, ?, ?, ?)",
                (
                    style.layer,
                    style.name[:30],
                    qml(style, table, settings),
                    style.layer not in seen,
                    settings.synthetic or settings.title,
                    STAMP,
                ),
            )
            seen.add(style.layer)


def styles(run: Run, made: list[Theme], there: Collection[str] | None = None) -> list[Style]:
    """The styles of the layers that are `there`, or of all; of parcels the themes `made` that are columns.

    Of a layer that is not there nothing is read.
    """
    by_layer: dict[str, Callable[[Run], list[Style]]] = {
        "parks": _parks,
        "parcels": partial(_parcels, made=made),
        "zone_outlines": _zone_outlines,
        "zone_conflicts": _zone_conflicts,
        "lineage": _lineage,
        "defects": _defects,
        "facilities": _facilities,
        "place_names": _place_names,
        "ground": _ground,
        "water_areas": _water_areas,
    }
    return [
        style
        for layer, make in by_layer.items()
        if there is None or layer in there
        for style in make(run)
        if style.classes and len(getattr(run, layer))
    ]


def _parks(run: Run) -> list[Style]:
    lang = run.settings.lang
    line = Class("", Message("common.park")(lang), "#1d3557", "6;3", "outline")
    return [Style("parks", Message("styles.parks")(lang), [line], "name")]


def _parcels(run: Run, made: list[Theme]) -> list[Style]:
    lang, parcels = run.settings.lang, run.parcels
    return [
        Style("parcels", theme.title(lang), _theme_classes(theme, parcels, lang), theme=theme.id)
        for theme in made
    ]


def _zone_outlines(run: Run) -> list[Style]:
    lang, there = run.settings.lang, set(run.zone_outlines["kind"])
    classes = [
        Class(
            _is("kind", kind["zh"]),
            Text(kind["zh"], kind["en"])(lang),
            palette()["zone_line"][name][0],
            palette()["zone_line"][name][1].replace(" ", ";"),
            "line",
        )
        for name, kind in zone_kinds().items()
        if kind["zh"] in there
    ]
    return [Style("zone_outlines", Message("common.control_lines")(lang), classes)]


def _zone_conflicts(run: Run) -> list[Style]:
    lang, color = run.settings.lang, palette()["control"]["conflict"]
    conflict = Class("", Message("styles.conflicting_part")(lang), color)
    return [Style("zone_conflicts", Message("styles.conflicts")(lang), [conflict])]


def _lineage(run: Run) -> list[Style]:
    lang, colors = run.settings.lang, palette()["lineage"]
    classes = [
        Class(_is("relation", name), text(lang), colors[name])
        for name, text in LINEAGE.items()
        if name in colors
    ]
    return [Style("lineage", Message("themes.lineage")(lang), classes)]


def _defects(run: Run) -> list[Style]:
    lang, there = run.settings.lang, set(run.defects["code"])
    classes = [
        Class(_is("code", name), text(lang), palette()["topology"][name])
        for name, text in DEFECTS.items()
        if name in there
    ]
    return [Style("defects", Message("styles.defects")(lang), classes)]


def _facilities(run: Run) -> list[Style]:
    lang, there = run.settings.lang, set(run.facilities["kind"])
    classes = [
        Class(_is("kind", name), facility_title(name)(lang), color, "", "point")
        for name, color in zip(facility_kinds(), _cycle(), strict=False)
        if name in there
    ]
    return [Style("facilities", Message("common.facilities")(lang), classes, "name")]


def _place_names(run: Run) -> list[Style]:
    lang, ink = run.settings.lang, palette()["ground"]["place"]
    title = Message("styles.places")(lang)
    return [Style("place_names", title, [Class("", title, ink, "", "dot")], "name", ink=ink)]


def _ground(run: Run) -> list[Style]:
    lang, look = run.settings.lang, palette()["ground"]
    classes = [
        Class(_is("kind", kind), Message(f"styles.{name}")(lang), look[color], "", "line")
        for kind, name, color in (("water", "water", "water"), ("road", "roads", "casing"))
    ]
    return [Style("ground", Message("styles.roads_waters")(lang), classes)]


def _water_areas(run: Run) -> list[Style]:
    lang, look = run.settings.lang, palette()["ground"]
    title = Message("styles.water_areas")(lang)
    area = Class("", title, look["water"], "", "water")
    return [Style("water_areas", title, [area], "name", ink=look["water_name"])]


def _cycle() -> Iterator[str]:
    colors = palette()["industry"]
    return (colors[i % len(colors)] for i in count())


def _is(column: str, value: str) -> str:
    """A QGIS expression: a column equals a text."""
    said = value.replace("\\", "\\\\").replace("'", "''")
    return f"{_column(column)} = '{said}'"


def _column(name: str) -> str:
    """A column in a QGIS expression, whatever its name: a category of the data may be in it."""
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


_MIXED = f"regexp_match(\"land_use\", '{USE_SEPARATOR}') > 0"
"""A QGIS expression: a parcel has several land-use codes."""


def _theme_classes(theme: Theme, parcels: pd.DataFrame, lang: str) -> list[Class]:
    """The classes of a theme that is about a column of the parcels; none of another."""
    if theme.words and theme.column == "land_use":  # an office's own classes
        own = [_is(theme.column, code) for code in theme.words]
        mixed = [_MIXED] * (len(theme.labels) - len(own) - 1)
        return [
            Class(rule, label(lang), color)
            for rule, label, color in zip(
                [*own, *mixed, "ELSE"], theme.labels, theme.colors, strict=True
            )
        ]
    if theme.words:
        rules = {word: _is(theme.column, word) for word in theme.words}
        rules["no_data"] += f" OR {_column(theme.column)} IS NULL"
        return [
            Class(rule, label(lang), color)
            for rule, label, color in zip(rules.values(), theme.labels, theme.colors, strict=True)
        ]
    if theme.column in ("land_use", "industry_code"):
        return [
            Class(rule, label(lang), color)
            for rule, label, color in zip(
                _code_rules(theme), theme.labels, theme.colors, strict=True
            )
        ]
    if theme.column not in parcels or not theme.edges:
        return []
    column = _column(theme.column)
    spans = [
        f"{column} < {theme.edges[0]!r}",
        *(
            f"{column} >= {a!r} AND {column} < {b!r}"
            for a, b in zip(theme.edges, theme.edges[1:], strict=False)
        ),
        f"{column} >= {theme.edges[-1]!r}",
        f"{column} IS NULL",
    ]
    return [
        Class(rule, label(lang), color)
        for rule, label, color in zip(spans, theme.labels, theme.colors, strict=True)
    ]


def _code_rules(theme: Theme) -> list[str]:
    """Rules of the classes of land use or industry: a code each, then those that have no own."""
    land = theme.column == "land_use"
    side = '"land_use"' if land else 'substr("industry_code", 1, 2)'
    codes = [label.zh.split(" ")[0] for label in theme.labels]
    rules = [f"{side} = '{code}'" for code in codes if code.isdigit()]
    if land:  # the last is any other; before it may be mixed land
        mixed = [_MIXED] * (len(codes) - len(rules) - 1)
        return [*rules, *mixed, "ELSE"]
    none = '"industry_code" IS NULL OR regexp_match("industry_code", \'^[0-9][0-9]\') = 0'
    return [*rules, "ELSE", none]


def qml(style: Style, table: Any, settings: Settings) -> str:
    """A style as QGIS's own XML."""
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology|Labeling|Fields")
    style_into(root, style, table, settings)
    return xml_text(root, DOCTYPE)


def style_into(root: ET.Element, style: Style, table: Any, settings: Settings) -> None:
    """A style's renderer, labels and aliases as children of `root`."""
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby="0",
    )
    rules = ET.SubElement(renderer, "rules", key="{all}")
    symbols = ET.SubElement(renderer, "symbols")
    for at, one in enumerate(style.classes):
        rule = ET.SubElement(rules, "rule", key=f"{{{at}}}", symbol=str(at), label=one.label)
        if one.rule:
            rule.set("filter", one.rule)
        _symbol(symbols, str(at), one)
    if style.label:
        _labels(root, style.label, style.ink)
    aliases = ET.SubElement(root, "aliases")
    for at, name in enumerate(c for c in table.columns if c != "geometry"):
        ET.SubElement(
            aliases,
            "alias",
            index=str(at + 1),
            field=str(name),
            name=heading(str(name), settings.lang, settings.currency, settings.catalogue),
        )


def _symbol(symbols: ET.Element, name: str, one: Class) -> None:
    kind = {"line": "line", "point": "marker", "dot": "marker"}.get(one.shape, "fill")
    symbol = ET.SubElement(
        symbols, "symbol", type=kind, name=name, alpha="1", force_rhr="0", clip_to_extent="1"
    )
    color, dark = _rgba(one.color), _rgba("#4a4f57")
    dashed = {
        "use_custom_dash": "1" if one.dash else "0",
        "customdash": one.dash or "5;2",
        "customdash_unit": "Pixel",
    }
    layer, options = {
        "fill": (
            "SimpleFill",
            {
                "color": color,
                "style": "solid",
                "outline_color": dark,
                "outline_width": "0.1",
                "outline_style": "solid",
            },
        ),
        "water": ("SimpleFill", {"color": color, "style": "solid", "outline_style": "no"}),
        "outline": ("SimpleLine", {"line_color": color, "line_width": "0.5"} | dashed),
        "line": ("SimpleLine", {"line_color": color, "line_width": "0.6"} | dashed),
        "point": (
            "SimpleMarker",
            {"color": color, "name": "circle", "size": "3", "outline_color": _rgba("#ffffff")},
        ),
        "dot": ("SimpleMarker", {"color": color, "name": "circle", "size": "0.8"}),
    }[one.shape]
    own = ET.SubElement(
        symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"}
    )
    listed = ET.SubElement(own, "Option", type="Map")
    for key, value in options.items():
        ET.SubElement(listed, "Option", name=key, value=value, type="QString")
        ET.SubElement(own, "prop", k=key, v=value)  # read by versions before 3.20


def _rgba(color: str) -> str:
    return ",".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _labels(root: ET.Element, column: str, ink: str) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=column,
        fontSize="9",
        fontFamily="Noto Sans SC",
        textColor=_rgba(ink),
    )
    ET.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor="255,255,255,220"
    )
    ET.SubElement(settings, "placement", placement="1", centroidInside="1")
