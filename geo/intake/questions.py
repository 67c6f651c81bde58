"""What is not sure is asked: a question has numbered answers, the likeliest first, with reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from geo.text import Text, Wording


@dataclass(frozen=True)
class Choice:
    """One answer: its value as the project file or `--json` has it, its words, its reasons."""

    value: str
    text: Wording
    reasons: tuple[Wording, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question to the office.

    Parameters
    ----------
    about
        "role", "column", "unit", "sources", "crs", "year", "period", "currency", "key",
        "land_use"; for a table of requirements "operator", "row", "cell" and others.
    subject
        The source, layer or column that it is about, as `--json` names it.
    text
        The question.
    choices
        The answers, best first; never empty.
    accepts
        Whether words of the office's own are an answer; None where a choice has to be taken.
    """

    about: str
    subject: str
    text: Wording
    choices: tuple[Choice, ...]
    accepts: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Answer:
    """What was answered; `asked` is False where nobody did and the first answer was taken."""

    question: Question
    choice: Choice
    asked: bool


Ask = Callable[[Question], int | str | None]
"""Puts a question to somebody: the number of the answer from 0, the office's own words where the
question accepts them, or None where nobody answers."""


def nobody(_: Question) -> int | str | None:
    """Nobody answers: the first answer of each question is taken, and said to be open."""
    return None


@dataclass
class Interview:
    """Questions put one by one, and what was answered.

    Examples
    --------
    >>> from geo.text import Text
    >>> year = Question("year", "", Text("年份？", "Year?"), (Choice("2023", Text("2023", "2023")),))
    >>> talk = Interview(nobody)
    >>> talk.put(year)
    '2023'
    >>> talk.answers[0].asked
    False
    """

    ask: Ask
    answers: list[Answer] = field(default_factory=list)

    def put(self, question: Question) -> str:
        """The value of the answer to a question."""
        told = self.ask(question)
        if isinstance(told, str):
            choice = Choice(told, Text(told, told))
        else:
            choice = question.choices[told or 0]
        self.answers.append(Answer(question, choice, told is not None))
        return choice.value

    def of(self, about: str, subject: str) -> Answer | None:
        """The answer to the question about a subject, if it was asked."""
        found = (
            answer
            for answer in self.answers
            if (answer.question.about, answer.question.subject) == (about, subject)
        )
        return next(found, None)
