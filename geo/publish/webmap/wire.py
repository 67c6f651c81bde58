"""The map's data format, declared once.

`PAGE` names each field of what the page is told, how often it stands and of what kind it is:

- `Once`: for the page as a whole;
- `PerParcel`: an entry a parcel, in the order of the parcels;
- `PerPair`: an entry a pair of a parcel and something else, in a record whose field `parcel` says
  which parcel;
- `Named`: an entry each of what another field of the pairs counts.

All else follows from it: what the encoder lets through and which columns of a run it takes
(`tables.py`), how a folder is cut into files and put together again by the client (`tables.part`,
`tables.index`, `tables.plan`), and the types that the client is checked by (`spec.py`).
"""

from __future__ import annotations

from geo.publish.webmap.nodes import Each, Named, Once, PerPair, PerParcel, Record
from geo.publish.webmap.wire_notes import NOTES
from geo.standards.vocabulary import VERDICTS

_TEXT, _WORDS, _NUMBER = Once("string", ""), Once("Words"), Once("number | null")
_NAMED = {"zh": _TEXT, "en": _TEXT}

COLUMN = Record(
    "Column",
    {
        "name": _TEXT,
        **_NAMED,
        "unit": _WORDS,
        "kind": Once('"number" | "text"'),
        "group": Once('"" | "land" | "access" | "money" | "figures"', ""),
        "coded": Once("Record<string, Words>", {}),
        "values": PerParcel("column"),
    },
)
CLASS = Record(
    "Class",
    {
        "key": _TEXT,
        **_NAMED,
        "color": _TEXT,
        "hatch": _TEXT,
        "parcels": Once("number"),
        "mu": Once("number"),
    },
)
THEME = Record(
    "Theme",
    {
        "id": _TEXT,
        **_NAMED,
        "note": _WORDS,
        "group": _WORDS,
        "codes": PerParcel("u1"),
        "edges": Once("number[]"),
        "column": _TEXT,
        "filter": Once("boolean", default=False),
        "first": Once("boolean", default=False),
        "searched": _TEXT,
        "trial": Once('"" | "compliance" | "grade" | "rule"', ""),
        "rule": _TEXT,
        "legend": Each(CLASS),
    },
)
"""`column` is the column of parcels that is classed; `first`: whether it is among the themes at hand, `searched` what
it is found by; `filter`: whether the page has a filter of it; `trial`: which verdicts of
a trial it shows, those of the rule `rule` where it is one's."""
CELLS = Record(
    "Cells",
    {
        "industry": Once("Int32Array"),
        "low": Once("Float64Array"),
        "high": Once("Float64Array"),
        "ends": Once("Uint8Array"),
    },
)
RULE = Record(
    "Rule",
    {
        "id": _TEXT,
        **_NAMED,
        "unit": _WORDS,
        "operator": _TEXT,
        "clause": _TEXT,
        "sources": Once("string[]"),
        "industries": Once("string[]"),
        "mend": _WORDS,
        "indicator": _TEXT,
        "mandatory": Once("boolean"),
        "decimals": Once("number"),
        "pack": _TEXT,
        "pack_title": _WORDS,
        "level": Once("number"),
        "stands": _TEXT,
        "any_of": _TEXT,
        "source": PerParcel("i4"),
        "verdict": PerParcel("u1"),
        "reason": PerParcel("u1"),
        "industry": PerParcel("i4"),
        "value": PerParcel("f8"),
        "change": PerParcel("f8"),
        "land": PerParcel("f8"),
        "low": PerParcel("f8"),
        "high": PerParcel("f8"),
        "ends": PerParcel("u1"),
        "cells": Once("Cells", only="folder"),
    },
)
"""`low`, `high` (NaN: no such end) and `ends` (1: the lower is open, 2: the upper) are what a
parcel's cell admits, `cells` the distinct ones of a folder; `change` and `land` what would mend a failing one."""
GRADE = Record(
    "Grade",
    {
        "grade": _TEXT,
        "score": _NUMBER,
        "rank": _NUMBER,
        "of": _NUMBER,
        "better": _NUMBER,
        "sure": _NUMBER,
        "reason": _WORDS,
        "source": _TEXT,
    },
)
CUT = Record(
    "Cut",
    {
        "grade": Once("number"),
        "name": _TEXT,
        "to": _NUMBER,
        "above_last": _NUMBER,
        "least": _NUMBER,
        "round": _TEXT,
    },
)
BAND = Record("Band", {"sign": _TEXT, "end": _NUMBER, "points": Once("number")})
FURTHER_FIGURE = Record("FurtherFigure", {"values": Once("Float64Array")})
SCORE_ITEM = Record(
    "ScoreItem",
    {
        "indicator": _TEXT,
        **_NAMED,
        "family": _TEXT,
        "weight": _NUMBER,
        "baseline": _NUMBER,
        "cap": _NUMBER,
        "cap_times": _NUMBER,
        "bands": Each(BAND),
        "mean": Once("boolean"),
        "missing": _NUMBER,
        "values": Once("Float64Array"),
    },
)
SCORE_GROUP = Record(
    "ScoreGroup",
    {
        "id": _TEXT,
        **_NAMED,
        "own_cuts": Once("boolean"),
        "cuts": Each(CUT),
        "further": Each(FURTHER_FIGURE),
        "member": Once("Int32Array"),
        "scale": Once("Uint8Array"),
        "mean": Once("Uint8Array"),
        "items": Each(SCORE_ITEM),
    },
)
GRADING = Record(
    "Grading",
    {
        "by": _TEXT,
        "ties": _TEXT,
        "least": Once("number"),
        "shares_of": _TEXT,
        "promotion": _TEXT,
        "cuts": Each(CUT),
    },
)
SCORES = Record(
    "Scores",
    {
        "decimals": Once("number"),
        "grading": GRADING,
        "groups": Each(SCORE_GROUP),
        "state": Once("Uint8Array"),
        "best": Once("Uint8Array"),
        "least": Once("Uint8Array"),
        "bonus": Once("Float64Array"),
        "penalty": Once("Float64Array"),
        "grade": Once("Uint8Array"),
        "main": PerParcel("i4"),
    },
    optional=True,
)
FIGURE = Record("Figure", {"name": _TEXT, "year": Once("number"), "values": PerParcel("f4")})
HISTORY = Record("History", {"years": Once("number[]", []), "figures": Each(FIGURE)})
ZONE_KIND = Record(
    "ZoneKind", {"names": _WORDS, "clause": _TEXT, "consequence": _WORDS, "source": _TEXT}
)
ZONES = Record(
    "Zones",
    {
        "kinds": Each(ZONE_KIND),
        "words": Once("[string, string, string][]", []),
        "parcel": PerPair("i4"),
        "kind": PerPair("i4"),
        "control": PerPair("i4"),
        "share": PerPair("list", "number | null"),
        "area": PerPair("list", "number | null"),
        "name": PerPair("text"),
        "requirement": PerPair("text"),
    },
)
OCCUPIERS = Record(
    "Occupiers",
    {
        "ids": Named("text", "enterprise"),
        "names": Named("text", "enterprise"),
        "initials": Once("string[]", [], only="page"),
        "enterprise": PerPair("i4"),
        "parcel": PerPair("i4"),
    },
)
FACT = Record("Fact", {**_NAMED, "shown": _WORDS})
TARGET = Record(
    "Target",
    {
        **_NAMED,
        "result": _TEXT,
        "words": _WORDS,
        "shown": _WORDS,
        "limit": _WORDS,
        "need": _WORDS,
        "ahead": _WORDS,
        "clause": _TEXT,
        "notes": Once("[string[], string[]]"),
        "source": _TEXT,
    },
)
FACILITY = Record(
    "Facility",
    {
        "kind": _WORDS,
        "state": _TEXT,
        "words": _WORDS,
        "count": Once("number"),
        "nearest": Once("string | null"),
        "metres": _NUMBER,
        "covered": _NUMBER,
    },
)
BENCHMARK = Record(
    "Benchmark",
    {"title": _WORDS, "value": _NUMBER, "mean": Once("number"), "of": _WORDS, "source": _TEXT},
)
PARK = Record(
    "Park",
    {
        "id": _TEXT,
        "name": _TEXT,
        "rings": Once("[number, number][][]", []),
        "parcels": Once("number"),
        "mu": _NUMBER,
        "facts": Each(FACT),
        "trend": Once("Record<string, (number | null)[]>", {}),
        "targets": Each(TARGET),
        "facilities": Each(FACILITY),
        "benchmarks": Each(BENCHMARK),
    },
)
PHOTO = Record(
    "Photo",
    {"image": _TEXT, "bounds": Once("[[number, number], [number, number]]")},
    optional=True,
)
_GROUND = "lon lat start kind name place_lon place_lat place_name level room"
_WHOLE = {name: Once("Int32Array") for name in _GROUND.split()}
_NAMED_LINES = _WHOLE | {"names": Once("string[]"), "total": Once("number")}
BACKDROP = Record("Backdrop", _NAMED_LINES, optional=True)  # as `backdrop.backdrop` has it
OVERLAY = Record(
    "Overlay",
    {
        **_NAMED,
        "color": _TEXT,
        "dash": _TEXT,
        "symbol": _WORDS,
        "shape": _TEXT,
        "lines": Once("[number, number][][]"),
        "points": Once("[number, number, string][]"),
    },
)
BRIEFING_STEP = Record(
    "BriefingStep",
    {
        "title": _WORDS,
        "text": _WORDS,
        "view": Once("Record<string, unknown>", {}),
        "box": Once("[number, number, number, number] | null"),
    },
)
"""A step of the project's briefing: `view` as `map/address.js` declares it, `box` in degrees (south,
west, north, east)."""

TERM = Record(
    "Term",
    {
        "kind": Once('"park" | "industry" | "land_use"'),
        **_NAMED,
        "text": _TEXT,
        "park": _TEXT,
        "theme": _TEXT,
        "code": Once("number", -1),
    },
)
"""What search finds beside parcels and enterprises, and the park or class of a theme it leads to."""
HEADLINE_PART = Record(
    "HeadlinePart",
    {
        **_NAMED,
        "count": Once("number"),
        "color": _TEXT,
        "theme": _TEXT,
        "code": Once("number"),
    },
)
HEADLINE_FIGURE = Record(
    "HeadlineFigure",
    {
        "value": _NUMBER,
        "shown": _WORDS,
        "unit": _WORDS,
        "rank": _WORDS,
        "lines": Once("Words[]", []),
        "parts": Each(HEADLINE_PART),
    },
)
HEADLINE = Record(
    "Headline",
    {
        "id": _TEXT,
        **_NAMED,
        "theme": _TEXT,
        "rank": _WORDS,
        "mean": _NUMBER,
        "mean_shown": _WORDS,
        "mean_title": _WORDS,
        "source": _TEXT,
        "note": _WORDS,
        "of": Each(HEADLINE_FIGURE),
    },
)
"""`of`: the figure of all parks together, then of each park; `theme`, and `theme` and `code` of a
part, are what the map shows of it. `value` and `mean` measure bars, all else is written out."""

PAGE = Record(
    "Page",
    {
        "ids": PerParcel("text", source="parcel_id"),
        "mu": PerParcel("f4", source="area_mu"),
        "park_of": PerParcel("text", source="park_id"),
        "compliance": PerParcel("u1", source="compliance", words=tuple(VERDICTS)),
        "grades": PerParcel("list", "Grade | null"),
        "columns": Each(COLUMN),
        "tooltip": Once("string[] | null"),
        "popup": Once("string[] | null"),
        "themes": Each(THEME),
        "rules": Each(RULE),
        "scores": SCORES,
        "history": HISTORY,
        "zones": ZONES,
        "occupiers": OCCUPIERS,
        "parks": Each(PARK),
        "title": _TEXT,
        "lang": Once('"zh" | "en"', "zh"),
        "year": _NUMBER,
        "extent": Once("[[number, number], [number, number]] | null"),
        "synthetic": _TEXT,
        "sources": _TEXT,
        "basis": _TEXT,
        "ramp": Once("string[]", []),
        "blank": Once("string", "#cccccc"),
        "photo": PHOTO,
        "backdrop": BACKDROP,
        "notes": NOTES,
        "overlays": Once("Record<string, Overlay[]>", {}),
        "sums": Once("string[]", []),
        "trial_sum": _TEXT,
        "totals": Once("Record<string, Words>", {}),
        "outcome": Once("Words[]", []),
        "board": Each(HEADLINE),
        "terms": Each(TERM),
        "briefing": Each(BRIEFING_STEP),
        "verdicts": Once("[string, string, string][]", []),
        "reasons": Once("Words[]", []),
        "grade_words": Once("Record<string, Words>", {}),
        "tiles": Once("Tile[]", only="folder"),
        "plan": Once("Plan", only="folder"),
        "same": Once("Record<string, string>", only="folder"),
    },
)
"""`tooltip` and `popup` are the columns told under the pointer beside the name (null: area and class)
and those of a card (null: all); `sums` are the columns that the legend adds up, `trial_sum` the one that a trial does; `outcome`
is the run in a few lines; a tile is its file, west, south, east, north, and its parks in turn with how many parcels of each; `plan` is what `tables.plan` makes; `same` names the file of columns that a name without one shares."""

FURTHER = (CELLS, GRADE, OVERLAY)
"""Records that only a list's entries are."""
