"""A plan written as `mujun.toml`: every entry with its reasons, every open question with its answers.

What offices write in names and headings never becomes TOML by itself: values are written by
tomlkit, comments have no line breaks and no characters that are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import tomlkit

from geo.intake.paths import path_from
from geo.intake.plan import Entry, Part, Plan, source_keys
from geo.intake.questions import Answer
from geo.intake.settle import reasons, role_title
from geo.intake.summary import unused_lines
from geo.model import LAYERS
from geo.text import EMPTY, Message, Wording, colon, join

_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_LONGEST = 300
_MOST_REASONS = 4


class _Lines:
    """Lines of the file in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.lines: list[str] = []

    def text(self, wording: Wording) -> str:
        """A sentence as a comment may hold it."""
        return comment_text(wording(self.lang))

    def say(self, wording: Wording, indent: int = 0) -> None:
        """A comment."""
        self.lines.append(f"# {' ' * indent}{self.text(wording)}".rstrip())

    def set(self, key: str, value: Any, why: Wording = EMPTY) -> None:
        """A key with its value, and why it has it."""
        line = f"{key_text(key)} = {value_text(value)}"
        self.lines.append(f"{line}  # {self.text(why)}" if self.text(why) else line)

    def alternative(self, key: str, value: Any, why: Wording = EMPTY) -> None:
        """A key as it may be written instead."""
        self.set(key, value, why)
        self.lines[-1] = f"# {self.lines[-1]}"

    def head(self, name: str, *, listed: bool = False) -> None:
        """The head of a table."""
        dotted = ".".join(key_text(part) for part in name.split("."))
        self.lines += ["", f"[[{dotted}]]" if listed else f"[{dotted}]"]


def comment_text(text: str) -> str:
    r"""A text of one line for a comment, without what an editor would obey.

    >>> comment_text("a\n[project]\u202e")
    'a [project]'
    """
    plain = _NOT_SHOWN.sub(" ", text).strip()
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def key_text(key: str) -> str:
    """A key as TOML has it: in quotes where it needs them."""
    return str(tomlkit.key(key).as_string())


def value_text(value: Any) -> str:
    r"""A value as TOML has it, on one line.

    >>> value_text({"column": "税\"收\n", "unit": "元"})
    '{column = "税\\"收\\n", unit = "元"}'
    """
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_text(str(k))} = {value_text(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(value_text(one) for one in value)}]"
    return str(tomlkit.item(value).as_string())


def project_text(plan: Plan) -> str:
    """The whole file."""
    out = _Lines(plan.lang)
    out.say(Message("intake_project.made", folder=plan.intake.folder))
    if plan.open_answers:
        out.say(Message("intake_project.open", count=len(plan.open_answers)))
    _write_project(out, plan)
    groups: dict[str, list[Entry]] = {"layers": [], "tables": []}
    for entry in plan.entries.values():
        groups[entry.group].append(entry)
    for entry in groups["layers"]:
        _write_entry(out, plan, entry)
    for name, part in zip(raster_names(plan.rasters), plan.rasters, strict=True):
        out.head(f"rasters.{name}")
        _write_reasons(out, part)
        out.set("path", path_from(plan, part))
        out.set("statistic", ["mean", "min", "max"])
        _write_answers(out, part.answers)
    for entry in groups["tables"]:
        _write_entry(out, plan, entry)
    _write_matches(out, plan)
    _write_unused(out, plan)
    _write_aside(out, plan)
    return "\n".join(out.lines) + "\n"


def _write_project(out: _Lines, plan: Plan) -> None:
    out.head("project")
    for note in plan.notes:
        out.say(note)
    out.set("title", plan.title)
    out.set("year", plan.year)
    if plan.compare_to is not None:
        out.set("compare_to", plan.compare_to)
    out.set("lang", plan.lang)
    if plan.currency != "CNY":
        out.set("currency", plan.currency)
    if plan.land_use is not None:
        scheme, edition = plan.land_use
        out.set("land_use_scheme", scheme)
        if scheme == "yongdiyonghai":
            out.set("land_use_edition", edition)
    if plan.place is not None:
        place = plan.place
        out.set("place", {"lon": place.lon, "lat": place.lat, "radius_km": place.radius_km})
    if plan.packs:  # a line of the list taken in must be the only one of its key
        out.say(Message("intake_project.packs"))
    else:
        out.set("standards", [], Message("intake_project.no_packs"))
    for name, title in plan.packs:
        out.alternative("standards", [name], title)
    _write_answers(out, [a for a in plan.answers if a.question.subject == "project"])


def raster_names(parts: list[Part]) -> list[str]:
    """A name for each raster: what it shows, or its file's in letters, each once."""
    names: list[str] = []
    for part in parts:
        shown = str(part.constants.get("name", ""))
        stem = shown or part.profile.path.rpartition("/")[2].rpartition(".")[0]
        plain = re.sub(r"[^0-9A-Za-z_]+", "_", stem).strip("_").lower() or "raster"
        plain = f"r_{plain}" if plain[0].isdigit() else plain
        count = sum(name == plain or name.startswith(f"{plain}_") for name in names)
        names.append(f"{plain}_{count + 1}" if count else plain)
    return names


def _write_entry(out: _Lines, plan: Plan, entry: Entry) -> None:
    name = f"{entry.group}.{entry.role}"
    out.head(name)
    out.say(LAYERS[entry.role].title)
    for note in entry.notes:
        out.say(note, 2)
    _write_answers(out, entry.answers)
    if len(entry.parts) == 1:
        _write_part(out, plan, entry.parts[0], name)
        return
    if entry.combine != "append":
        out.set("combine", entry.combine)
    for part in entry.parts:
        out.head(f"{name}.parts", listed=True)
        _write_part(out, plan, part, f"{name}.parts")


def _write_part(out: _Lines, plan: Plan, part: Part, name: str) -> None:
    _write_reasons(out, part)
    keys = source_keys(part, path_from(plan, part))
    fields = keys.pop("fields", {})
    constants = keys.pop("constants", {})
    for key, value in keys.items():
        out.set(key, value)
    if constants:
        out.set("constants", constants)
    _write_answers(out, [a for a in part.answers if a.question.about in ("role", "crs")])
    if fields:
        out.head(f"{name}.fields")
        del out.lines[-2]
    certainty = {column.column: column for column in part.guess.columns}
    for column, value in fields.items():
        guess = certainty.get(column)
        why = join(reasons(guess.reasons)[:2], "semicolon") if guess else EMPTY
        out.set(column, value, why)
    _write_answers(out, [a for a in part.answers if a.question.about not in ("role", "crs")])


def _write_reasons(out: _Lines, part: Part) -> None:
    """Why a source has its role, and what spoke against it."""
    guess = part.guess
    certainty = dict(guess.scores).get(guess.role, 1.0 if guess.sure else 0.0)
    out.say(
        Message(
            "intake_project.source",
            source=guess.profile.name,
            rows=guess.profile.rows,
            role=role_title(guess.role),
            certainty=certainty,
        )
    )
    _say_all(out, "intake_project.because", reasons(guess.reasons)[:_MOST_REASONS])
    _say_all(
        out, "intake_project.against", reasons(guess.reasons, speaks_for=False)[:_MOST_REASONS]
    )
    for note in part.notes:
        out.say(note, 2)
    if part.crs is None:
        return
    for candidate in part.crs.candidates[:1]:
        for why in candidate.reasons:
            out.say(why, 2)
    for warning in part.crs.warnings:
        out.say(warning, 2)


def _say_all(out: _Lines, code: str, sentences: Iterable[Wording]) -> None:
    joined = join(sentences, "semicolon")
    if joined(out.lang):
        out.say(Message(code, reasons=joined), 2)


def _write_answers(out: _Lines, answers: list[Answer]) -> None:
    """Questions with their answers: what was taken, and what may stand instead."""
    for answer in answers:
        code = "intake_project.answered" if answer.asked else "intake_project.not_answered"
        number = answer.question.choices.index(answer.choice) + 1
        out.lines.append(
            f"# {'' if answer.asked else '? '}"
            f"{out.text(Message(code, question=answer.question.text, number=number))}"
        )
        for k, choice in enumerate(answer.question.choices, 1):
            why = join(choice.reasons[:2], "semicolon")
            out.say(Message("intake_project.choice", number=k, choice=choice.text, why=why), 4)
        _write_alternatives(out, answer)


def _write_alternatives(out: _Lines, answer: Answer) -> None:
    """The other answers as lines of TOML, ready to be put in place of the one taken."""
    question = answer.question
    others = [c for c in question.choices if c is not answer.choice and c.value != "-"]
    column = question.subject.rpartition(".")[2]
    for choice in others:
        if question.about == "crs":
            out.alternative("crs", choice.value)
        elif question.about == "column":
            out.alternative(column, choice.value)
        elif question.about == "year" and question.subject == "project":
            out.alternative("year", int(choice.value))
        elif question.about == "year":
            out.alternative("constants", {"year": int(choice.value)})
        elif question.about == "land_use":
            out.alternative("land_use_scheme", choice.value.partition(" ")[0])
        elif question.about == "currency":
            out.alternative("currency", choice.value)


def _write_matches(out: _Lines, plan: Plan) -> None:
    if not plan.matches:
        return
    out.lines.append("")
    out.say(Message("intake_project.matches"))
    for match in plan.matches:
        out.say(match.sentence, 2)
        for miss in match.misses[:3]:
            if miss.like:
                out.say(
                    Message("intake_keys.miss", value=miss.value, like=miss.like, how=miss.how),
                    4,
                )


def _write_unused(out: _Lines, plan: Plan) -> None:
    """Columns that nothing takes: a heading that was not recognised is found here."""
    if not plan.unused:
        return
    out.lines.append("")
    out.say(Message("intake_summary.unused"))
    for said in unused_lines(plan):
        out.say(said, 2)


def _write_aside(out: _Lines, plan: Plan) -> None:
    if not plan.aside:
        return
    out.lines.append("")
    out.say(Message("intake_project.aside"))
    for one in plan.aside:
        mark = "? " if one.open else "  "
        out.lines.append(f"# {mark}{out.text(colon(one.name, one.why))}")
