"""What was decided, as it is printed at the end: a line a source, open questions, what comes next."""

from __future__ import annotations

import unicodedata

from geo.intake.plan import Part, Plan
from geo.intake.settle import role_title
from geo.text import Message, Wording, colon, join

_MOST_ASIDE = 12
_MOST_UNUSED = 12
_WIDEST = 44


def summary(plan: Plan, folder: str) -> str:
    """The lines for a terminal, in the plan's language."""
    lang = plan.lang
    lines: list[str] = []
    if plan.parts:
        lines += _table(plan)
    for match in plan.matches:
        lines.append(match.sentence(lang))
        likely = [miss for miss in match.misses if miss.like]
        lines += [
            "  " + Message("intake_keys.miss", value=m.value, like=m.like, how=m.how)(lang)
            for m in likely[:3]
        ]
    lines += [note(lang) for note in (*plan.notes, *plan.intake.findings)]
    lines += [warning(lang) for part in plan.parts for warning in _warnings(part)]
    if plan.aside:
        lines += ["", Message("intake_summary.aside", count=len(plan.aside))(lang)]
        ordered = sorted(plan.aside, key=lambda one: not one.open)  # what may be wanted is listed
        lines += [
            f"{'?' if one.open else ' '} {one.name}  {one.why(lang)}"
            for one in ordered[:_MOST_ASIDE]
        ]
        if len(plan.aside) > _MOST_ASIDE:
            lines.append("  …")
    if plan.unused:
        lines += ["", Message("intake_summary.unused")(lang)]
        lines += [f"  {said(lang)}" for said in unused_lines(plan)[:_MOST_ASIDE]]
        if len(plan.unused) > _MOST_ASIDE:
            lines.append("  …")
    if plan.open_answers and folder:
        lines += ["", Message("intake_summary.open", count=len(plan.open_answers))(lang)]
        lines += [
            "  "
            + Message("intake_summary.taken", question=a.question.text, answer=a.choice.text)(lang)
            for a in plan.open_answers
        ]
    if folder:
        lines += ["", Message("intake_summary.next", folder=folder)(lang)]
    return "\n".join(lines)


def unused_lines(plan: Plan) -> list[Wording]:
    """A line a source: the columns that it has and that nothing takes."""
    return [
        colon(name, join(headings, most=_MOST_UNUSED)) for name, headings in plan.unused.items()
    ]


def _warnings(part: Part) -> list[Wording]:
    if part.crs is None:
        return []
    source = part.profile.name
    return [Message("list.colon", head=source, tail=warning) for warning in part.crs.warnings]


def _table(plan: Plan) -> list[str]:
    """A line a source: file, role, rows, columns with units, reference system."""
    rows = []
    for part in plan.parts:
        profile = part.profile
        crs = "" if part.crs is None or part.crs.crs is None else part.crs.crs
        columns = _columns(part)(plan.lang)
        rows.append(
            (
                profile.name,
                role_title(part.guess.role)(plan.lang),
                f"{profile.rows:,}",
                columns,
                crs,
            )
        )
    heads = [Message(f"intake_summary.{name}")(plan.lang) for name in _HEADS]
    every = [tuple(heads), *rows]
    width = [min(max(_width(row[k]) for row in every), _WIDEST) for k in range(3)]
    return [
        "  ".join([*(_padded(row[k], width[k]) for k in range(3)), *(t for t in row[3:] if t)])
        for row in every
    ]


_HEADS = ("file", "role", "rows", "columns", "crs")


def _columns(part: Part) -> Wording:
    """The columns that are taken, with the units that are written."""
    named = {c.column: c.heading for c in part.guess.columns if c.known}
    shown = dict.fromkeys(
        heading if unit is None else Message("list.bracket", text=heading, note=unit)
        for heading, unit in (
            *((heading, None) for column, heading in named.items() if column not in part.fields),
            *part.fields.values(),
        )
    )
    return join(shown, most=8)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Chinese letter."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - _width(text), 0)
