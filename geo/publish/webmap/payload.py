"""What the map's client is told: columns, themes, rules, enterprises, parks, words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Series
from geo.evaluate.eligibility import REASONS as GRADE_REASONS
from geo.geometry.keys import position_of
from geo.land.zone_kinds import CONTROL, kinds
from geo.model import (
    FIVE_YEARS,
    HEADLINE,
    INDICATORS,
    LAYERS,
    MEASURES,
    TOTALS,
    Indicator,
    show_unit,
)
from geo.model.indicators import YEARS_REPORTED
from geo.publish.headings import column_of
from geo.publish.headings import columns as headings
from geo.publish.look.style import Theme, counted_classes, palette
from geo.publish.look.themes import Overlay, land_columns, overlays
from geo.publish.look.themes.own import own_columns, plain_words
from geo.publish.records.zones import ZoneLine, reported_zones, zone_line
from geo.publish.totals import totals as every_total
from geo.publish.webmap import encode, packing
from geo.publish.words import BASES
from geo.run import Run
from geo.standards.outcome import Outcome, lines
from geo.text import Text, Wording

_AREAS = ("area_mu", "area_contract_m2", "area_plane_m2", "area_ellipsoid_m2", "stack_share")
_FACTS = (
    "name",
    "land_use",
    "supplied_on",
    "supply_status",
    "floor_area_m2",
    "footprint_area_m2",
    "office_area_m2",
    "green_area_m2",
)
TRIAL_SUM = "tax"
"""The measure that a trial adds up over the parcels that fail."""
_CODED = {"area_basis": {name: [text.zh, text.en] for name, text in BASES.items()}}
"""Columns of codes, and what each says in both languages."""


def layer_table(
    ids: Series,
    area_mu: pd.Series[float],
    columns: list[dict[str, Any]],
    themes: list[Theme],
) -> dict[str, Any]:
    """What the client needs of any layer of parcels: ids, areas, columns, themes, colours."""
    return {
        "ids": ids.astype(str).tolist(),
        "mu": encode.floats(area_mu),
        "columns": [{"kind": kind_of(column["values"]), **column} for column in columns],
        "ramp": palette()["sequential"],
        "blank": palette()["no_data"],
        "themes": [theme_table(t, encode.exact(area_mu)) for t in themes],
    }


def kind_of(values: object) -> str:
    """Whether a column is of figures or of texts, as `wire.COLUMN` has it."""
    return "number" if isinstance(values, np.ndarray) else "text"


def labelled(
    table: pd.DataFrame, currency: str, catalogue: dict[str, Indicator] = INDICATORS
) -> list[tuple[str, Wording, Wording, str]]:
    """(column, title, unit, group) of what a parcel's card shows, in order."""
    known = LAYERS["parcels"].by_name
    groups = {
        "land": [
            *(headings()[n] for n in _AREAS),
            *(known[n] for n in _FACTS),
            headings()["area_basis"],
            headings()["judged_as_of"],
            *(found for kind in kinds() if (found := column_of(f"in_{kind}"))),
        ],
        "access": land_columns(table),
        "money": MEASURES,
        "figures": [
            *(i.column for i in catalogue.values()),
            *(TOTALS[f"{name}_5y"].column for name in FIVE_YEARS),
            *YEARS_REPORTED,
        ],
    }
    every = {c.name: (c, group) for group, columns in groups.items() for c in columns}
    return [
        (
            c.name,
            Text(c.zh, c.en),
            Text(show_unit(c.unit, "zh", currency), show_unit(c.unit, "en", currency)),
            group,
        )
        for c, group in every.values()
        if c.name in table
    ]


def parcel_columns(
    parcels: pd.DataFrame,
    currency: str,
    catalogue: dict[str, Indicator] = INDICATORS,
    land_use: Mapping[str, Wording] | None = None,
) -> list[dict[str, Any]]:
    """The card's columns with their values: numbers to six digits, text as it is.

    `land_use` says what the project's own land-use codes mean.
    """
    out = []
    titles = {code: [text.zh, text.en] for code, text in (land_use or {}).items()}
    coded = _CODED | {"land_use": titles}
    for name, said, unit, group in labelled(parcels, currency, catalogue):
        values = parcels[name]
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        shown = encode.floats(values) if numeric else _texts(values)
        out.append(
            {
                "name": name,
                "zh": said.zh,
                "en": said.en,
                "unit": [unit.zh, unit.en],
                "group": group,
                "coded": coded.get(name, {}),
                "values": shown,
            }
        )
    return out


def own_theme_columns(
    run: Run, shown: Collection[str], figures: Mapping[str, bool] | None = None
) -> list[dict[str, Any]]:
    """Columns of the project's own themes for the card, but those that it has already.

    `figures` as `own_columns` has it.
    """
    out: list[dict[str, Any]] = []
    for _, theme, values in own_columns(run, figures):
        if theme.column in shown or any(theme.column == one["name"] for one in out):
            continue
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        out.append(
            {
                "name": theme.column,
                "zh": theme.title or theme.column,
                "en": theme.en or theme.title or theme.column,
                "unit": [theme.unit, theme.unit],
                "coded": {},
                "values": encode.floats(values) if numeric else _texts(plain_words(values)),
            }
        )
    return out


def theme_table(theme: Theme, area_mu: Floats) -> dict[str, Any]:
    """A theme for the client, with its legend's counts and 亩."""
    return {
        "id": theme.id,
        "zh": theme.title.zh,
        "en": theme.title.en,
        "note": [theme.note.zh, theme.note.en],
        "group": [theme.group.zh, theme.group.en],
        "codes": theme.codes,
        "edges": list(theme.edges),
        "column": theme.column or theme.id,  # a theme of one's own is named by its column
        "filter": theme.filter,
        "trial": theme.trial,
        "rule": theme.rule,
        "legend": _classes(theme, area_mu),
    }


def _classes(theme: Theme, area_mu: Floats) -> list[dict[str, Any]]:
    """The classes of a theme with their parcels and 亩."""
    counted = counted_classes(theme, area_mu)
    fields = {"key": theme.keys or counted["zh"], **counted}
    rows = zip(*fields.values(), strict=True)
    return [dict(zip(fields, row, strict=True)) for row in rows]  # rows-ok: classes


def overlay_tables(run: Run) -> dict[str, packing.Json]:
    """The overlays by the theme that each is drawn with; of a province, millions of vertices."""
    return {
        name: packing.Json.of(map(_overlay_table, several))
        for name, several in overlays(run).items()
    }


def _overlay_table(overlay: Overlay) -> dict[str, Any]:
    """An overlay for the client: `lines` of (lat, lon), `points` of (lat, lon, name), in degrees.

    Lines are simplified to half a metre, coordinates rounded to a decimetre.
    """
    points = overlay.points.to_crs(4326)
    centres = shapely.centroid(np.asarray(points.geometry.array))
    xy = np.round(shapely.get_coordinates(centres), 6)
    return {
        "zh": overlay.title.zh,
        "en": overlay.title.en,
        "color": overlay.color,
        "dash": overlay.dash,
        "symbol": [overlay.symbol.zh, overlay.symbol.en],
        "shape": overlay.shape,
        "lines": _degrees(overlay.lines),
        "points": [
            [float(y), float(x), name] for (x, y), name in zip(xy, points["name"], strict=True)
        ],
    }


def _degrees(lines: gpd.GeoSeries) -> packing.Json:
    """Lines as lists of (lat, lon)."""
    parts = lines.to_crs(4326).simplify(5e-6).explode() if len(lines) else []
    return packing.Json.of(
        np.round(np.asarray(line.coords)[:, 1::-1], 6).tolist() for line in parts
    )


def grades(run: Run) -> packing.Coded | None:
    """In parcel order, the grade of the main enterprise with what it hangs on; None ungraded."""
    own = run.grades[run.grades["subject"] == "enterprise"]
    if own.empty or "main_enterprise_id" not in run.parcels:
        return None
    figures = {
        key: encode.rounded(own[name])
        for key, name in (
            ("score", "score"),
            ("rank", "rank"),
            ("of", "of"),
            ("better", "to_better"),
            ("sure", "stability"),
        )
    }
    said = {key: [text.zh, text.en] for key, text in GRADE_REASONS.items()}
    reason = packing.Coded.of(own["reason"])
    table = packing.Records(
        {
            "grade": packing.Coded.of(own["grade"]),
            **figures,
            "reason": replace(reason, entries=[said[one] for one in reason.entries]),
            "source": packing.Coded.of(own["citation"].astype("str")),
        }
    )
    main = position_of(run.parcels["main_enterprise_id"], own["subject_id"])
    return packing.Coded(np.where(main < 0, len(own), main), table)


def zone_kinds(run: Run) -> pd.DataFrame:
    """The first row of `zones` on a parcel of each kind of control line."""
    return reported_zones(run.zones, "parcel").drop_duplicates("kind")


def zones(run: Run, kinds: pd.DataFrame | None = None) -> dict[str, Any]:
    """What control lines say of parcels, but for `clear`: one entry a parcel and zone.

    `kinds` as `zone_kinds` has them, of a run of which this is a part.
    """
    own = reported_zones(run.zones, "parcel")
    place = position_of(own["subject_id"], run.parcels["parcel_id"])
    first: list[Any] = (zone_kinds(run) if kinds is None else kinds).to_dict("records")
    order = {row["kind"]: i for i, row in enumerate(first)}
    return {
        "kinds": [_kind(zone_line(row, "zh"), zone_line(row, "en")) for row in first],
        "words": [[name, text.zh, text.en] for name, text in CONTROL.items()],
        "parcel": place.astype(np.int32),
        "kind": own["kind"].map(order).to_numpy(np.int32),
        "control": own["control"].map({n: i for i, n in enumerate(CONTROL)}).to_numpy(np.int32),
        "share": encode.numbers(own["share"] * 100),
        "area": encode.numbers(own["overlap_m2"]),
        "name": own["zone_name"].where(own["zone_name"] != "", own["zone_id"]).tolist(),
        "requirement": own["requirement"].tolist(),
    }


def _kind(zh: ZoneLine, en: ZoneLine) -> dict[str, Any]:
    """What is the same of all zones of a kind."""
    return {
        "names": [zh.kind, en.kind],
        "clause": zh.clause,
        "consequence": [zh.consequence, en.consequence],
        "source": zh.citation,
    }


def outcome_lines(run: Run, counted: Outcome) -> list[list[str]]:
    """The run in a few lines, as `mujun run` ends with: verdicts, days, first reasons."""
    return [[line.zh, line.en] for line in lines(counted, run.settings.rule_figures)]


def totals(run: Run) -> dict[str, list[str]]:
    """The year's total of each measure of `HEADLINE` and its parts, in both languages, by measure."""
    shown = [one for one in every_total(run) if one.measure in HEADLINE]
    lined = {one.measure: one.line(run.settings) for one in shown}
    return {measure: [line.zh, line.en] for measure, line in lined.items()}


def _texts(values: Series) -> packing.Coded | list[str | None]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = packing.Coded.of(values)
        return replace(days, entries=[day and f"{day:%Y-%m-%d}" for day in days.entries])
    return packing.texts(values)
