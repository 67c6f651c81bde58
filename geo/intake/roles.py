"""What a source may be taken for: roles weighed by columns, outlines, cells and names.

A name alone is never enough: of what is a role's, its columns and its outlines have to be there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from geo.intake.agreement import control_words
from geo.intake.columns import SURE, columns_of, generic_id
from geo.intake.lexicon import Named, folded, roles_named, without_role, words
from geo.intake.model import ColumnGuess, ConstantGuess, Evidence, SourceProfile
from geo.intake.needs import NEEDS, Need
from geo.intake.view import View
from geo.land.zone_kinds import kinds as zone_kinds
from geo.model import LAYERS, MEASURES
from geo.text import Message, Wording, join

_MEASURES = {c.name for c in MEASURES}
_ROW_IDS = ("roads", "zones", "facilities", "buildings", "parcels", "parcels_before")
"""Roles whose rows need no id of the office's: the row number serves."""
_FEW_ROWS = 5
_OFTEN = 0.1
"""Share of rows that repeat an enterprise and year, from which they are parts of its figures."""
_LIKELY = 0.6
"""Certainty from which a column of figures speaks for a table of figures."""
_DOUBTED = 0.5
"""Certainty below which another id that is unique goes before."""
_MANY_PARKS = 300
"""Rows beyond which outlines are no parks."""


@dataclass(frozen=True)
class Weighed:
    """A role of a source with its score (0 to 1), columns and reasons."""

    role: str
    score: float
    columns: tuple[ColumnGuess, ...]
    reasons: tuple[Evidence, ...]
    constants: tuple[ConstantGuess, ...] = ()
    lacking: tuple[str, ...] = ()
    row_id: bool = False

    @property
    def by_name(self) -> dict[str, ColumnGuess]:
        """Its columns by canonical name."""
        return {c.column: c for c in self.columns}

    @property
    def measures(self) -> list[ColumnGuess]:
        """Columns of figures of a year."""
        return [c for c in self.columns if c.column in _MEASURES]


def names_of(profile: SourceProfile) -> list[tuple[str, float]]:
    """The names by which a source may be known, with how much each says."""
    place = PurePosixPath(profile.path)
    stem = place.name.removesuffix(place.suffix)
    out = [(stem, 1.0)] if profile.part is None else [(profile.part, 1.0), (stem, 0.7)]
    out += [(title, 0.6) for title in profile.titles[:3]]
    return [*out, (str(place.parent), 0.3)]


def spoken_roles(profile: SourceProfile) -> dict[str, tuple[float, str]]:
    """Roles that its names speak of: how much (0 to 1), and the word."""
    out: dict[str, tuple[float, str]] = {}
    for name, weight in names_of(profile):
        for place, named in enumerate(roles_named(name)):
            says = weight * (1.0 if place == 0 else 0.4)
            if says > out.get(named.role, (0.0, ""))[0]:
                out[named.role] = (says, named.word)
    return out


def unused_word(profile: SourceProfile) -> str:
    """The word by which a source is one that mujun has no use for; "" where there is none.

    The sheet's or layer's own name goes before the file's.
    """
    for name, weight in names_of(profile)[:2]:
        word = without_role(name)
        named: tuple[Named, ...] = roles_named(name)
        if word and not (named and len(named[0].word) >= len(word) and not word.isascii()):
            return word
        if named and weight >= 1:
            return ""
    return ""


def weigh(view: View) -> list[Weighed]:
    """Every role that a source may have, the likeliest first."""
    spoken = spoken_roles(view.profile)
    out = []
    for role, need in NEEDS.items():
        if view.profile.shape not in need.shapes:
            continue
        columns = columns_of(role, view)
        held = {c.column for c in columns}
        if role in ("enterprises", "occupancy", "indicators"):
            columns = _by_name_alone(columns, view)
            held = {c.column for c in columns}
        if not held >= set(need.all_of):
            continue
        weighed = _weighed(role, need, columns, spoken, view)
        if weighed.score > 0.05:
            out.append(weighed)
    return sorted(out, key=lambda w: -w.score)


def _weighed(
    role: str,
    need: Need,
    columns: tuple[ColumnGuess, ...],
    spoken: dict[str, tuple[float, str]],
    view: View,
) -> Weighed:
    says, word = spoken.get(role, (0.0, ""))
    score = need.base + need.named * says
    reasons = []
    marks = [c for c in columns if c.column in need.marks]
    if marks:
        score += sum(need.marks[c.column] * c.certainty for c in marks)
        text = Message("intake_reason.marks", columns=join(_shown(role, c) for c in marks))
        reasons.append(Evidence(text, speaks_for=True, weight=min(score, 1.0)))
    if says:
        text = Message("intake_reason.name_says", word=word)
        reasons.append(Evidence(text, speaks_for=True, weight=need.named * says))
    columns, lacking, row_id = _required(role, columns, view)
    change, more = _ADJUST[role](columns, view) if role in _ADJUST else (0.0, [])
    constants = _constants(role, columns, view)
    # 城镇集中建设区 is a part of the line 城镇开发边界, which the layer's name says of all its rows.
    named = {c.column for c in constants}
    columns = tuple(c for c in columns if c.column not in named)
    lacking = tuple(name for name in lacking if name not in {c.column for c in constants})
    score += change - 0.15 * len(lacking)
    return Weighed(
        role, max(0.0, min(score, 1.0)), columns, (*reasons, *more), constants, lacking, row_id
    )


def _shown(role: str, column: ColumnGuess) -> Wording:
    return Message(
        "intake_reason.as_column",
        heading=column.heading,
        column=LAYERS[role].by_name[column.column],
    )


def _by_name_alone(columns: tuple[ColumnGuess, ...], view: View) -> tuple[ColumnGuess, ...]:
    """Columns with the enterprise's name as its id, where the table has no other: to be asked."""
    if any(c.column == "enterprise_id" for c in columns):
        return columns
    names = [c for c in columns_of("enterprises", view) if c.column == "name"]
    if not names or names[0].certainty < 0.6:
        return columns
    text = Message("intake_reason.name_as_id")
    stand_in = replace(
        names[0],
        column="enterprise_id",
        certainty=0.5,
        sure=False,
        known=False,
        reasons=(Evidence(text, speaks_for=False, weight=0.5),),
    )
    return (stand_in, *columns)


def _required(
    role: str, columns: tuple[ColumnGuess, ...], view: View
) -> tuple[tuple[ColumnGuess, ...], tuple[str, ...], bool]:
    """Columns with a stand-in for the id where one serves, what is lacking, and row numbers."""
    held = {c.column for c in columns}
    spec = LAYERS[role]
    lacking = [c.name for c in spec.columns if c.required and c.name not in held]
    if "year" in lacking and view.profile.years:
        lacking.remove("year")  # a title, a heading or a name says it
    ident = spec.id_column
    row_id = False
    doubted = next((c for c in columns if c.column == ident and c.certainty < _DOUBTED), None)
    if doubted is not None and role in _ROW_IDS:
        others = tuple(c for c in columns if c is not doubted)
        stand_in = _stand_in(role, ident, others, view)
        if stand_in is not None:
            also = (doubted.heading, *doubted.alternatives)
            columns = (replace(stand_in, alternatives=also), *others)
    if ident in lacking:
        stand_in = _stand_in(role, ident, columns, view)
        if stand_in is not None:
            columns = (stand_in, *columns)
            lacking.remove(ident)
        elif role in _ROW_IDS:
            row_id = True
            lacking.remove(ident)
    if role == "parks" and "name" in lacking and "park_id" in held:
        code = next(c for c in columns if c.column == "park_id")
        columns = (*columns, replace(code, column="name", known=False))
        lacking.remove("name")
    return columns, tuple(lacking), row_id


def _stand_in(
    role: str, ident: str, columns: tuple[ColumnGuess, ...], view: View
) -> ColumnGuess | None:
    """What can serve as an id: a park's name, or the number that a program gave."""
    name = next((c for c in columns if c.column == "name"), None)
    if role == "parks" and name is not None and view.contents[name.heading].unique:
        text = Message("intake_reason.name_serves_as_id")
        reason = Evidence(text, speaks_for=True, weight=0.5)
        return replace(name, column=ident, known=False, reasons=(reason,))
    heading, is_called = generic_id(view)
    if role in _ROW_IDS and heading and heading not in {c.heading for c in columns}:
        sure = is_called and role not in ("parcels", "parcels_before")
        text = Message("intake_reason.generic_id")
        reason = Evidence(text, speaks_for=True, weight=0.3)
        return ColumnGuess(ident, heading, 0.86 if sure else 0.6, sure, reasons=(reason,))
    return None


def _constants(
    role: str,
    columns: tuple[ColumnGuess, ...],
    view: View,
) -> tuple[ConstantGuess, ...]:
    """What the names of a source say of all its rows: the kind of control line."""
    held = {c.column: c for c in columns}
    if role != "zones" or ("kind" in held and _names_lines(view, held["kind"].heading)):
        return ()
    kind = _control_line(view.profile)
    if not kind:
        return ()
    text = Message("intake_reason.name_says", word=kind)
    return (
        ConstantGuess(
            "kind", kind, sure=True, reasons=(Evidence(text, speaks_for=True, weight=0.6),)
        ),
    )


def _control_line(profile: SourceProfile) -> str:
    """The kind of control line that a name speaks of: 永久基本农田 for YJJBNTTB."""
    for name, _ in names_of(profile)[:2]:
        plain = folded(name)
        for kind in zone_kinds().values():
            if any(folded(word) in plain for word in kind["words"] if not word.isdigit()):
                return str(kind["zh"])
    return ""


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
    if kind is not None and _names_lines(view, kind.heading):
        return 0.35, []
    if _control_line(view.profile):
        return 0.35, []
    return -0.2, [_against(Message("intake_reason.no_control_line"), 0.2)]


def _names_lines(view: View, heading: str) -> bool:
    """Whether the cells of a column name control lines."""
    cells = view.contents[heading].common
    return any(word in cell for cell in cells for word in control_words() if not word.isdigit())


def _roads(columns: tuple[ColumnGuess, ...], view: View) -> Adjusted:
    held = {c.column: c for c in columns}
    name = held.get("name")
    if name is None:
        return 0.0, []
    roads = [cell for cell in view.contents[name.heading].common if _is_road(cell)]
    if len(roads) >= 0.5 * len(view.contents[name.heading].common):
        text = Message("intake_reason.road_names")
        return 0.35, [Evidence(text, speaks_for=True, weight=0.35)]
    return 0.0, []


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


_ADJUST = {
    "parks": _parks,
    "parcels": _parcels,
    "buildings": _buildings,
    "zones": _zones,
    "roads": _roads,
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
