"""Answers that are kept: from a file in place of somebody who types, and who gave each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.declaration import parse_toml
from geo.errors import SourceError
from geo.intake.questions import Answer, Ask, Question
from geo.text import Message, join


@dataclass(frozen=True)
class Kept:
    """One answer of a file: what the question was about, the answer, who gave it and on what day."""

    about: str
    subject: str
    answer: str
    by: str = ""
    on: str = ""


@dataclass
class KeptAnswers:
    """Answers of a file, put before whoever is asked otherwise.

    The file is TOML with a table `[[answers]]` for each: `about`, `subject`, `answer`, and `by` and
    `on` where they are known. A draft that was made with answers is such a file.
    """

    kept: dict[tuple[str, str], Kept]
    then: Ask
    used: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, question: Question) -> int | str | None:
        """The kept answer to a question; else whatever is said now.

        SourceError for an answer that the question does not have.
        """
        key = (question.about, question.subject)
        found = self.kept.get(key)
        if found is None:
            return self.then(question)
        self.used.add(key)
        values = [choice.value for choice in question.choices]
        if found.answer in values:
            return values.index(found.answer)
        if question.accepts is not None and question.accepts(found.answer):
            return found.answer
        raise SourceError(
            "answers.no_choice",
            about=question.about,
            subject=question.subject,
            answer=found.answer,
            choices=join(values),
        )

    @property
    def unused(self) -> list[Kept]:
        """Answers that no question asked for."""
        return [one for key, one in self.kept.items() if key not in self.used]

    def recorded(self, answers: list[Answer], by: str, today: dt.date) -> list[Kept]:
        """What was answered as it is kept: an earlier answer with who gave it, a new one with `by`."""
        out = []
        for answer in answers:
            if not answer.asked:
                continue
            key = (answer.question.about, answer.question.subject)
            new = Kept(*key, answer.choice.value, by, today.isoformat())
            out.append(self.kept[key] if key in self.used else new)
        return out


def answers_of(file: Path | None, then: Ask) -> KeptAnswers:
    """The answers of a file, none without one; SourceError where it is no such file."""
    if file is None:
        return KeptAnswers({}, then)
    try:
        listed = parse_toml(file.read_bytes()).get("answers", [])
        kept = [Kept(**_texts(one)) for one in listed]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SourceError("answers.cannot_read", file=file) from error
    return KeptAnswers({(one.about, one.subject): one for one in kept}, then)


def _texts(one: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in one.items()}


def unused_answers(kept: KeptAnswers) -> list[Message]:
    """A sentence for each answer that no question asked for."""
    return [
        Message("answers.unused", about=one.about, subject=one.subject, answer=one.answer)
        for one in kept.unused
    ]
