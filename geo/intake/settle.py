"""Roles, columns and units settled: what is sure is taken, the rest is asked."""

from __future__ import annotations

from collections.abc import Callable

from geo.intake.model import ColumnGuess, Evidence, RoleGuess, SourceProfile
from geo.intake.plan import Part
from geo.intake.questions import Choice, Interview, Question
from geo.model import LAYERS
from geo.text import Message, Wording

UNUSED = "-"
"""The answer that a source or column is not used."""

_SHOWN = 5
"""Roles that are offered for one source."""

GuessAs = Callable[[SourceProfile, str], RoleGuess]
"""What a source is if it is this role: its columns guessed for it."""


def role_title(role: str | None) -> Wording:
    """What a role is called before a user."""
    if role is None or role == UNUSED:
        return Message("intake_plan.not_used")
    return LAYERS[role].title if role in LAYERS else Message("intake_plan.raster")


def reasons(evidence: tuple[Evidence, ...], *, speaks_for: bool = True) -> tuple[Wording, ...]:
    """The reasons for a guess, or those against it, the weightiest first."""
    chosen = [one for one in evidence if one.speaks_for is speaks_for]
    return tuple(one.text for one in sorted(chosen, key=lambda one: -one.weight))


def settled_roles(
    guesses: tuple[RoleGuess, ...], talk: Interview, guess_as: GuessAs
) -> list[RoleGuess]:
    """The roles of all sources, those that are not sure as they were answered."""
    several = {id(g.profile) for g in guesses if _count(guesses, g.profile) > 1}
    parcels = any(g.role == "parcels" and g.sure for g in guesses)
    roles = [
        _settled_ledger(guess, talk)
        if id(guess.profile) in several
        else _settled_role(guess, talk, guess_as, parcels=parcels)
        for guess in guesses
    ]
    if any(guess.role == "parcels" for guess in roles):
        return roles
    return _with_parcels(roles, talk, guess_as)


def _count(guesses: tuple[RoleGuess, ...], profile: SourceProfile) -> int:
    return sum(guess.profile is profile for guess in guesses)


def role_subject(guess: RoleGuess) -> str:
    """What the question about one role of a source is about."""
    return f"{guess.profile.name}:{guess.role or UNUSED}"


def _settled_ledger(guess: RoleGuess, talk: Interview) -> RoleGuess:
    """One of several roles of a sheet: it has it or not."""
    if guess.sure or guess.role is None:
        return guess
    role = role_title(guess.role)
    score = dict(guess.scores).get(guess.role, 0.0)
    yes = Message("intake_plan.role_and_score", role=role, score=score)
    choices = (
        Choice(guess.role, yes, reasons(guess.reasons)),
        Choice(UNUSED, Message("intake_plan.not_that", role=role)),
    )
    text = Message("intake_question.also", source=guess.profile.name, role=role)
    answer = talk.put(Question("role", role_subject(guess), text, choices))
    return guess if answer != UNUSED else _unused(guess)


def _settled_role(
    guess: RoleGuess, talk: Interview, guess_as: GuessAs, *, parcels: bool
) -> RoleGuess:
    """The role as it was answered; `parcels` where another source is sure to hold them.

    Not using a source is the first answer where more speaks for that: three towns' outlines with an
    area are no parcels beside 7,234 of them. The only outlines that may be parcels are offered first.
    """
    if guess.sure or guess.summary:
        return guess
    score = dict(guess.scores)
    unlikely = score.get(None, 0) > score.get(guess.role, 0)
    first = None if unlikely and (parcels or guess.role != "parcels") else guess.role
    named = (role for role, _ in guess.scores[:_SHOWN])
    offered = dict.fromkeys([first, guess.role, *named, None])
    choices = tuple(
        Choice(
            role or UNUSED,
            Message("intake_plan.role_and_score", role=role_title(role), score=score.get(role, 0)),
            reasons(guess.reasons) if role == guess.role else (),
        )
        for role in offered
    )
    text = Message("intake_question.role", source=guess.profile.name, rows=guess.profile.rows)
    role = talk.put(Question("role", role_subject(guess), text, choices))
    if role == (guess.role or UNUSED):
        return guess
    return _unused(guess) if role == UNUSED else guess_as(guess.profile, role)


def _unused(guess: RoleGuess) -> RoleGuess:
    return RoleGuess(guess.profile, None, sure=True, scores=guess.scores, reasons=guess.reasons)


def _with_parcels(roles: list[RoleGuess], talk: Interview, guess_as: GuessAs) -> list[RoleGuess]:
    """A project needs parcels: where nothing was taken for them, outlines are offered."""
    outlines = [
        guess
        for guess in roles
        if guess.profile.shape in ("polygon", "mixed") and guess.profile.kind == "layer"
    ]
    outlines.sort(key=lambda guess: (-dict(guess.scores).get("parcels", 0), -guess.profile.rows))
    if not outlines:
        return roles
    choices = tuple(
        Choice(
            guess.profile.name,
            Message(
                "intake_plan.source_and_role",
                source=guess.profile.name,
                rows=guess.profile.rows,
                role=role_title(guess.role),
            ),
        )
        for guess in outlines
    )
    nothing = Choice(UNUSED, Message("intake_plan.no_parcels_choice"))
    text = Message("intake_question.parcels")
    name = talk.put(Question("role", "parcels", text, (*choices, nothing)))
    if name == UNUSED:
        return roles
    return [
        guess_as(guess.profile, "parcels") if guess.profile.name == name else guess
        for guess in roles
    ]


def settled_part(guess: RoleGuess, talk: Interview) -> Part:
    """A source with its columns, units and constants; what is not sure is asked."""
    part = Part(guess, row_id=guess.row_id)
    before = len(talk.answers)
    plain: dict[str, str] = {}
    for column in guess.columns:
        heading = column.heading if column.sure else _asked_heading(guess, column, talk)
        if heading == UNUSED:
            continue
        unit = _settled_unit(guess, column, heading, talk)
        if unit is not None or not column.known or heading != column.heading or not column.sure:
            part.fields[column.column] = (heading, unit)
        else:
            plain[column.column] = heading
    taken = {heading for heading, _ in part.fields.values()}
    # A heading that `fields` names for one column is not known for another by itself.
    part.fields |= {c: (heading, None) for c, heading in plain.items() if heading in taken}
    _stand_in(part)
    for constant in guess.constants:
        part.constants[constant.column] = constant.value
    part.answers += talk.answers[before:]
    return part


def _stand_in(part: Part) -> None:
    """A required id that is not there is its thing's name, and a name its id, where one is there."""
    if part.guess.role not in LAYERS:
        return
    spec = LAYERS[str(part.guess.role)]
    held = {c.column: c.heading for c in part.guess.columns}
    held |= {column: heading for column, (heading, _) in part.fields.items()}
    if "name" not in spec.by_name or not spec.by_name["name"].required:
        return
    for lacking, other in (("name", spec.id_column), (spec.id_column, "name")):
        if lacking not in held and other in held:
            part.fields[lacking] = part.fields[other] = (held[other], None)
            part.notes.append(
                Message("intake_plan.stands_in", heading=held[other], column=spec.by_name[lacking])
            )


def _asked_heading(guess: RoleGuess, column: ColumnGuess, talk: Interview) -> str:
    """The heading of a column by its answer; `UNUSED` where the source has none."""
    spec = LAYERS[str(guess.role)].by_name[column.column]
    headings = dict.fromkeys([column.heading, *column.alternatives])
    choices = [
        Choice(
            heading,
            Message("intake_plan.heading", heading=heading),
            reasons(column.reasons) if heading == column.heading else (),
        )
        for heading in headings
    ]
    if not spec.required:
        choices.append(Choice(UNUSED, Message("intake_plan.no_column")))
    subject = f"{guess.profile.name}:{guess.role}.{column.column}"
    text = Message("intake_question.column", source=guess.profile.name, column=spec)
    return talk.put(Question("column", subject, text, tuple(choices)))


def _settled_unit(
    guess: RoleGuess, column: ColumnGuess, heading: str, talk: Interview
) -> str | None:
    """The unit that has to be written; None where the heading or the table states it."""
    if column.unit_sure or not column.units:
        return column.unit or None
    spec = LAYERS[str(guess.role)].by_name[column.column]
    units = dict.fromkeys([*([column.unit] if column.unit else []), *column.units])
    choices = tuple(Choice(unit, Message("intake_plan.unit", unit=unit)) for unit in units)
    subject = f"{guess.profile.name}:{guess.role}.{column.column}"
    text = Message("intake_question.unit", source=guess.profile.name, heading=heading, column=spec)
    return talk.put(Question("unit", subject, text, choices))
