"""What was decided of a folder, for other programs: `mujun init --from … --json`."""

from __future__ import annotations

from typing import Any

from geo.intake.keys import KeyMatch
from geo.intake.model import ColumnGuess, Evidence, RoleGuess
from geo.intake.plan import Part, Plan
from geo.intake.questions import Answer


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as plain objects, its sentences in the plan's language.

    `files` are the sources that are used and those that are not, `keys` the joins, `questions` all
    that was not sure, with the answer that was taken; `asked` is false where nobody answered.
    """
    lang = plan.lang
    parts = {id(part.guess): part for part in plan.parts}
    shown = {id(part.guess.profile) for part in plan.parts}
    unused = [
        guess
        for guess in plan.intake.roles
        if guess.role is None and id(guess.profile) not in shown
    ]
    return {
        "title": plan.title,
        "year": plan.year,
        "compare_to": plan.compare_to,
        "lang": lang,
        "currency": plan.currency,
        "land_use_scheme": None if plan.land_use is None else plan.land_use[0],
        "place": None if plan.place is None else plan.place.model_dump(),
        "files": [_used(part, lang) for part in parts.values()]
        + [_source(guess, lang) | {"role": None} for guess in unused],
        "set_aside": [
            {"name": one.name, "why": one.why(lang), "open": one.open} for one in plan.aside
        ],
        "not_read": [
            {"path": one.path, "why": one.why(lang), "data": one.is_data}
            for one in plan.intake.not_read
        ],
        "unused_columns": plan.unused,
        "keys": [_match(match, lang) for match in plan.matches],
        "questions": [answer_json(answer, lang) for answer in plan.answers],
        "packs": [{"id": name, "title": title(lang)} for name, title in plan.packs],
        "notes": [note(lang) for note in (*plan.intake.findings, *plan.notes)],
    }


def _source(guess: RoleGuess, lang: str) -> dict[str, Any]:
    profile = guess.profile
    return {
        "path": profile.path,
        "part": profile.part,
        "rows": profile.rows,
        "role": guess.role,
        "sure": guess.sure,
        "certainty": dict(guess.scores).get(guess.role, 1.0 if guess.sure else 0.0),
        "scores": [[role, score] for role, score in guess.scores],
        "reasons": [_evidence(one, lang) for one in guess.reasons],
        "years": {place: list(years) for place, years in profile.years.items()},
    }


def _used(part: Part, lang: str) -> dict[str, Any]:
    """A source that is used: its role with its columns, as they are written or known."""
    guesses = {column.column: column for column in part.guess.columns}
    taken = {c.column: c.heading for c in part.guess.columns if c.known}
    taken |= {column: heading for column, (heading, _) in part.fields.items()}
    profile = part.profile
    stated = None if profile.crs is None else _crs_name(profile.crs)
    crs = part.crs
    return _source(part.guess, lang) | {
        "columns": [
            _column(column, heading, part, guesses.get(column), lang)
            for column, heading in taken.items()
        ],
        "constants": dict(part.constants),
        "crs": stated if crs is None or crs.crs is None else crs.crs,
        "crs_sure": crs is None or crs.sure,
        "crs_reasons": []
        if crs is None
        else [why(lang) for one in crs.candidates[:1] for why in one.reasons]
        + [why(lang) for why in crs.warnings],
        "row_id": part.row_id,
    }


def _crs_name(crs: Any) -> str:
    """A reference system by its code, or, without one, as WKT: a name alone names none."""
    code = crs.to_epsg()
    return str(crs.to_wkt()) if code is None else f"EPSG:{code}"


def _column(
    column: str, heading: str, part: Part, guess: ColumnGuess | None, lang: str
) -> dict[str, Any]:
    unit = part.fields[column][1] if column in part.fields else None
    return {
        "column": column,
        "heading": heading,
        "unit": unit,
        "sure": guess is not None and guess.sure,
        "certainty": 0.0 if guess is None else guess.certainty,
        "reasons": [] if guess is None else [_evidence(one, lang) for one in guess.reasons],
    }


def _evidence(evidence: Evidence, lang: str) -> dict[str, Any]:
    return {
        "text": evidence.text(lang),
        "speaks_for": evidence.speaks_for,
        "weight": evidence.weight,
    }


def _match(match: KeyMatch, lang: str) -> dict[str, Any]:
    return {
        "column": match.column,
        "table": match.table,
        "other": match.other,
        "rows": match.rows,
        "blank": match.blank,
        "matched": match.matched,
        "by_name": match.by_name,
        "ids": match.ids,
        "used": match.used,
        "unmatched_ids": match.unmatched_ids,
        "sentence": match.sentence(lang),
        "misses": [
            {"value": miss.value, "rows": miss.rows, "like": miss.like, "how": miss.how(lang)}
            for miss in match.misses
        ],
    }


def answer_json(answer: Answer, lang: str) -> dict[str, Any]:
    """A question with its choices, and the one that was taken."""
    question = answer.question
    return {
        "about": question.about,
        "subject": question.subject,
        "question": question.text(lang),
        "choices": [
            {
                "value": choice.value,
                "text": choice.text(lang),
                "reasons": [why(lang) for why in choice.reasons],
            }
            for choice in question.choices
        ],
        "answer": answer.choice.value,
        "asked": answer.asked,
    }
