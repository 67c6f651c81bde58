"""What a run concludes of each parcel: verdict over all rules, grade, idle land, control lines."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.idle_land import IDLE_STATES, IDLE_WORDS
from geo.evaluate.land_actions import NOT_LISTED
from geo.evaluate.low_efficiency import LOW_WORDS
from geo.land.zone_kinds import CONTROL, kinds
from geo.publish.look.style import Theme, by_words, coded_as, of_codes, palette
from geo.publish.look.themes.declaration import CONCLUSIONS, Overlay, ThemeDeclaration, worded
from geo.publish.look.themes.overlays import overlay
from geo.publish.look.themes.rules import ParcelRules
from geo.run import Run
from geo.standards.scope import SCOPE, rule_scope
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Text

OVERALL = worded(
    "compliance",
    Message("themes.standard_land_overall"),
    VERDICTS,
    "verdict",
    group=CONCLUSIONS,
)


def _overall(run: Run) -> list[Theme]:
    """Nothing where no rule is about parcels."""
    return list(OVERALL.make(run)) if ParcelRules(run).rules else []


def _scope(run: Run) -> list[Theme]:
    """Nothing where no rule is about parcels."""
    if not ParcelRules(run).rules:
        return []
    words = rule_scope(pd.DataFrame(run.parcels), run.verdict_codes)
    codes = coded_as(words, SCOPE, "unchecked")[:-1]
    return [of_codes("scope", Message("scope.title"), codes, SCOPE, "scope")]


def _idle(run: Run) -> list[Theme]:
    if not len(run.idle):
        return []
    listed = run.idle.set_index("parcel_id")["idle"]
    state = run.parcels["parcel_id"].map(listed).fillna(NOT_LISTED)
    # Land that was not supplied is not asked: the same parcels as in the theme of what follows.
    words = IDLE_WORDS | {NOT_LISTED: IDLE_STATES[NOT_LISTED]}
    return [by_words("idle", Message("themes.idle_land"), state, words, "idle")]


def _idle_state(run: Run) -> list[Theme]:
    if not len(run.idle) or "idle_state" not in run.idle:
        return []
    listed = run.idle.set_index("parcel_id")["idle_state"]
    state = run.parcels["parcel_id"].map(listed).fillna(NOT_LISTED)
    title = Message("themes.idle_state", day=f"{run.settings.idle_day:%Y-%m-%d}")
    return [by_words("idle_state", title, state, IDLE_STATES, "idle_state")]


def _control_lines(run: Run) -> dict[str, list[Overlay]]:
    """One entry a kind of control line, by the theme's id."""
    return {"control": list(_lines(run.zone_outlines))}


def _lines(outlines: gpd.GeoDataFrame) -> list[Overlay]:
    out = []
    for name, kind in kinds().items():
        rings = outlines.geometry[(outlines["kind"] == kind["zh"]).to_numpy()]
        if len(rings):
            color, dash = palette()["zone_line"][name]
            drawn = overlay(Text(kind["zh"], kind["en"]), color, rings, dash=dash)
            out.append(replace(drawn, sided=True))
    return out


CONTROL_LINES = worded(
    "control", Message("common.control_lines"), CONTROL, "control", group=CONCLUSIONS
)
THEMES = (
    ThemeDeclaration(
        "compliance",
        CONCLUSIONS,
        _overall,
        filter=True,
        trial="compliance",
        main=True,
        of_all=False,
    ),
    worded(
        "grade",
        Message("themes.grade_main_enterprise"),
        GRADE_WORDS | {"no_data": Message("themes.no_firm_or_grade")},
        "grade",
        group=CONCLUSIONS,
        filter=True,
        trial="grade",
        main=True,
    ),
    ThemeDeclaration("scope", CONCLUSIONS, _scope, filter=True, of_all=False),
    ThemeDeclaration("idle", CONCLUSIONS, _idle, filter=True, of_all=False),
    ThemeDeclaration("idle_state", CONCLUSIONS, _idle_state, filter=True, of_all=False),
    ThemeDeclaration(
        "control",
        CONCLUSIONS,
        CONTROL_LINES.make,
        filter=True,
        main=True,
        over=_control_lines,
        of_all=False,
    ),
    worded(
        "low_efficiency",
        Message("themes.low_efficiency_land"),
        LOW_WORDS,
        "verdict",
        group=CONCLUSIONS,
        filter=True,
    ),
)
