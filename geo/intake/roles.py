"""What a source may be taken for: roles weighed by columns, outlines, cells and names.

A name alone is never enough: of what is a role's, its columns and its outlines have to be there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.intake.columns import columns_of, generic_id
from geo.intake.model import ColumnGuess, ConstantGuess, Evidence
from geo.intake.names import control_line, spoken_roles
from geo.intake.needs import NEEDS, Need
from geo.intake.view import View
from geo.intake.weights import ADJUST, names_lines
from geo.model import LAYERS, MEASURES
from geo.text import Message, Wording, join

_MEASURES = {c.name for c in MEASURES}
_ROW_IDS = ("roads", "zones", "facilities", "buildings", "parcels", "parcels_before")
"""Roles whose rows need no id of the office's: the row number serves."""
_CODES = 0.9
"""Share of a column's cells that are parcel codes, from which it is the id."""
_DOUBTED = 0.5
"""Certainty below which another id that is unique goes before."""


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
    change, more = ADJUST[role](columns, view) if role in ADJUST else (0.0, [])
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
    coded = _parcel_codes(view) if role in ("parcels", "parcels_before") else ""
    if coded:
        reason = Evidence(Message("intake_reason.parcel_codes"), speaks_for=True, weight=0.6)
        return ColumnGuess(ident, coded, 0.9, sure=True, reasons=(reason,))
    heading, is_called = generic_id(view)
    if role in _ROW_IDS and heading and heading not in {c.heading for c in columns}:
        sure = is_called and role not in ("parcels", "parcels_before")
        text = Message("intake_reason.generic_id")
        reason = Evidence(text, speaks_for=True, weight=0.3)
        return ColumnGuess(ident, heading, 0.86 if sure else 0.6, sure, reasons=(reason,))
    return None


def _parcel_codes(view: View) -> str:
    """The heading whose cells are parcel codes of 19 places, each once: the name of a placemark."""
    codes = (h for h, c in view.contents.items() if c.unique and c.share("parcel_code") > _CODES)
    return next(codes, "")


def _constants(
    role: str,
    columns: tuple[ColumnGuess, ...],
    view: View,
) -> tuple[ConstantGuess, ...]:
    """What the names of a source say of all its rows: the kind of control line."""
    held = {c.column: c for c in columns}
    if role != "zones" or ("kind" in held and names_lines(view, held["kind"].heading)):
        return ()
    kind = control_line(view.profile)
    if not kind:
        return ()
    text = Message("intake_reason.name_says", word=kind)
    return (
        ConstantGuess(
            "kind", kind, sure=True, reasons=(Evidence(text, speaks_for=True, weight=0.6),)
        ),
    )
