"""What else speaks for a role and against it: what its columns hold, and how often.

Parks are few and called so, parcels have an id each, a register lists firms, figures are a year's.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from geo.intake.agreement import control_words
from geo.intake.columns import SURE, columns_of
from geo.intake.lexicon import folded, words
from geo.intake.model import ColumnGuess, Evidence
from geo.intake.names import control_line, names_of
from geo.intake.view import View
from geo.land.place_levels import levels_of
from geo.model import MEASURES
from geo.text import Message, Wording, join

_MEASURES = {c.name for c in MEASURES}
_FEW_ROWS = 5
_OFTEN = 0.1
"""Share of rows that repeat an enterprise and year, from which they are parts of its figures."""
_LIKELY = 0.6
"""Certainty from which a column of figures speaks for a table of figures."""
_DOUBTED = 0.5
_MANY_PARKS = 300
"""Rows beyond which outlines are no parks."""

Adjusted = tuple[float, list[Evidence]]


def _against(text: Wording, weight: float) -> Evidence:
    return Evidence(text, speaks_for=False, weight=weight)


def _parks(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """Parks are few, bear names of parks, and have no parcel's code."""
    score, reasons = 0.0, []
    held = {c.column: c for c in columns}
    if view.profile.rows > _MANY_PARKS:
        score -= 0.4
        reasons.append(_against(Message("intake_reason.many_rows", rows=view.profile.rows), 0.4))
    name = held.get("name")
    if name is not None and view.contents[name.heading].share("park") >= 0.5:
        score += 0.25
        reasons.append(Evidence(Message("intake_reason.park_names"), speaks_for=True, weight=0.25))
    parcel = next((c for c in columns_of("parcels", view) if c.column == "parcel_id"), None)
    if parcel is not None and parcel.certainty > 0.9 and view.contents[parcel.heading].unique:
        score -= 0.5
        text = Message("intake_reason.has_column", heading=parcel.heading)
        reasons.append(_against(text, 0.5))
    return score, reasons


def _parcels(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """Parcels have an id each; survey text and drawings hold nothing else."""
    held = {c.column: c for c in columns}
    if view.profile.form == "survey":
        text = Message("intake_reason.survey_text")
        return 0.6, [Evidence(text, speaks_for=True, weight=0.6)]
    ident = held.get("parcel_id")
    if (
        ident is not None
        and view.contents[ident.heading].distinct < 0.5 * view.contents[ident.heading].filled
    ):
        text = Message("intake_reason.id_repeats", heading=ident.heading)
        return -0.35, [_against(text, 0.35)]
    floors = next(
        (
            c
            for c in columns_of("buildings", view)
            if c.column in ("storeys", "building_id") and c.sure
        ),
        None,
    )
    if floors is not None:
        text = Message("intake_reason.has_column", heading=floors.heading)
        return -0.3, [_against(text, 0.3)]
    return 0.0, []


def _buildings(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """A table of buildings (assessors', 不动产's) names their parcel and their floors, and no firm."""
    if view.profile.kind != "table":
        return 0.0, []
    held = {c.column: c.certainty for c in columns}
    sized = max(held.get("floor_area_m2", 0.0), held.get("storeys", 0.0))
    if min(held.get("parcel_id", 0.0), sized) < _DOUBTED:
        return -1.0, []
    firm = next((c for c in columns_of("enterprises", view) if c.column == "enterprise_id"), None)
    if firm is not None and firm.certainty >= SURE:
        text = Message("intake_reason.has_column", heading=firm.heading)
        return -0.5, [_against(text, 0.5)]
    return 0.25, []


def _zones(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """Control lines are known by their kind, in a column or in their name."""
    held = {c.column: c for c in columns}
    kind = held.get("kind")
    if kind is not None and names_lines(view, kind.heading):
        return 0.35, []
    if control_line(view.profile):
        return 0.35, []
    return -0.2, [_against(Message("intake_reason.no_control_line"), 0.2)]


def names_lines(view: View, heading: str) -> bool:
    """Whether the cells of a column name control lines."""
    cells = view.contents[heading].common
    return any(word in cell for cell in cells for word in control_words() if not word.isdigit())


def _roads(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    return _by_names(columns, view, _is_road, Message("intake_reason.road_names"))


def _waters(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    return _by_names(columns, view, _is_water, Message("intake_reason.water_names"))


def _places(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """Points with names of places; outlines with them may be of anything that lies there."""
    if view.profile.shape != "point":
        return 0.0, []
    return _by_names(columns, view, _is_place, Message("intake_reason.place_names"))


def _by_names(
    columns: tuple[ColumnGuess, ...], view: View, fits: Callable[[str], bool], text: Wording
) -> Adjusted:
    """What it says that half of the names, or more, are names of such things."""
    name = next((c for c in columns if c.column == "name"), None)
    cells = () if name is None else view.contents[name.heading].common
    if not cells or sum(fits(cell) for cell in cells) < 0.5 * len(cells):
        return 0.0, []
    return 0.35, [Evidence(text, speaks_for=True, weight=0.35)]


_ROAD_ENDS = (
    "路",
    "街",
    "道",
    "巷",
    "线",
    "高速",
    "road",
    "street",
    "avenue",
    "rd",
    "st",
    "ave",
    "dr",
    "way",
    "lane",
    "ln",
    "blvd",
    "drive",
    "ct",
    "hwy",
)


def _is_road(cell: str) -> bool:
    return cell.strip().lower().rstrip(".0123456789（）()东西南北段").endswith(_ROAD_ENDS)


_WATER_ENDS = (
    *("河", "江", "溪", "沟", "渠", "湖", "水库", "塘", "堰", "干渠", "水"),
    *("river", "creek", "lake", "stream", "canal", "reservoir", "pond", "brook"),
)


def _is_water(cell: str) -> bool:
    return cell.strip().lower().rstrip("0123456789（）()").endswith(_WATER_ENDS)


def _is_place(cell: str) -> bool:
    return bool(levels_of(pd.Series([cell], dtype="str"))[0].iloc[0] != "other")


def _figures(columns: tuple[ColumnGuess, ...]) -> Adjusted:
    """Figures of a year, each known by its heading."""
    measures = [c for c in columns if c.column in _MEASURES and c.certainty >= _LIKELY]
    if not measures:
        return -1.0, []
    text = Message("intake_reason.figures", columns=join((c.heading for c in measures), most=6))
    weight = min(0.55, 0.25 + 0.1 * len(measures)) * max(c.certainty for c in measures)
    return weight, [Evidence(text, speaks_for=True, weight=weight)]


def _indicators(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    score, reasons = _figures(columns)
    ident = next(c for c in columns if c.column == "enterprise_id")
    if ident.certainty >= SURE:
        score += 0.2
    return score, [*reasons, *_parts_of_a_year(columns, view)]


def _parts_of_a_year(columns: tuple[ColumnGuess, ...], view: View) -> list[Evidence]:
    """What makes rows less than a year's: a column of months, an enterprise twice in one year.

    An enterprise on two parcels stands twice as well, in a sheet that names its parcels.
    """
    months = [h for h in view.profile.headings if folded(h) in words("never", "months")]
    if months:
        text = Message("intake_reason.has_months", heading=months[0])
        return [_against(text, 1.0)]
    held = {c.column: c.heading for c in columns}
    keys = [held[name] for name in ("enterprise_id", "year") if name in held]
    named = view.profile.sample[keys].dropna()
    parcels = any(c.column == "parcel_id" and c.sure for c in columns_of("occupancy", view))
    if parcels or len(named) < _FEW_ROWS or named.duplicated().mean() < _OFTEN:
        return []
    return [_against(Message("intake_reason.rows_repeat", heading=keys[0]), 1.0)]


def _park_indicators(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """A park's figures: no enterprise stands in the table."""
    score, reasons = _figures(columns)
    firm = [
        c
        for c in columns_of("enterprises", view)
        if c.column in ("enterprise_id", "name") and c.certainty > 0.7
    ]
    if firm:
        text = Message("intake_reason.has_column", heading=firm[0].heading)
        return -1.0, [_against(text, 1.0)]
    ident = next(c for c in columns if c.column == "park_id")
    if view.contents[ident.heading].share("park") >= 0.5 or ident.certainty > 0.9:
        score += 0.2
    return score, reasons


def _enterprises(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    """A register: its rows are firms, each by a code."""
    held = {c.column: c for c in columns}
    score, reasons = 0.0, []
    ident, name = held.get("enterprise_id"), held["name"]
    if (
        ident is not None
        and ident.heading != name.heading
        and ident.certainty >= SURE
        and name.certainty >= SURE
    ):
        score += 0.15
    if view.contents[name.heading].share("firm") < 0.2 and name.certainty < 0.95:
        score -= 0.4
        reasons.append(_against(Message("intake_reason.no_firms"), 0.4))
    return score, reasons


def _occupancy(columns: tuple[ColumnGuess, ...], _: View) -> Adjusted:
    held = {c.column: c for c in columns}
    both = (held["enterprise_id"].certainty, held["parcel_id"].certainty)
    return (0.3 if min(both) >= SURE else 0.0), []


def _platforms(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    held = {c.column: c for c in columns}
    if view.contents[held["level"].heading].share("level") >= 0.6:
        return 0.2, []
    return -0.2, []


ADJUST: dict[str, Callable[[tuple[ColumnGuess, ...], View], Adjusted]] = {
    "parks": _parks,
    "parcels": _parcels,
    "buildings": _buildings,
    "zones": _zones,
    "roads": _roads,
    "waters": _waters,
    "places": _places,
    "indicators": _indicators,
    "park_indicators": _park_indicators,
    "enterprises": _enterprises,
    "occupancy": _occupancy,
    "platforms": _platforms,
}
"""What else speaks for a role and against it, by what its columns hold."""


def is_summary(view: View) -> bool:
    """Whether a table has sums of what others list: by town, by industry, with counts.

    A list of enterprises is none, whatever its title says (汇总表).
    """
    firms = [
        c
        for c in columns_of("enterprises", view)
        if c.column in ("enterprise_id", "name") and c.certainty > 0.6
    ]
    if firms or view.profile.shape != "none":
        return False
    headings = [folded(h) for h in view.profile.headings]
    grouped = bool(set(headings[:3]) & words("summary", "groups"))
    counted = any(any(c in h for c in words("summary", "counts")) for h in headings)
    named = any(
        word in folded(name)
        for name, _ in names_of(view.profile)
        for word in words("summary", "words")
    )
    return grouped + counted + named >= 2 or (
        grouped and any(c.column in _MEASURES for c in columns_of("park_indicators", view))
    )
