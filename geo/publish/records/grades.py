"""A grade as it is said: score, place, how each point came about, how far the next grade is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.evaluate.eligibility import REASONS
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.scoring import SHARED
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.records.numbers import number, short, text
from geo.publish.records.tables import Row, about
from geo.standards.cited import said_in
from geo.text import Message


@dataclass(frozen=True)
class ScoreLine:
    """The points of one item: `sum` is how they came about, or why there are none."""

    title: str
    sum: str


@dataclass(frozen=True)
class GradeLine:
    """The grade of an enterprise or park in the reader's language; `grade` is the code.

    Scores and distances are in points of the method; `stability` is the share of draws in which
    the grade stays, between 0 and 1; `tie` says what orders it among equal scores.
    """

    grade: str
    word: str
    score: float
    rank: float
    of: float
    evaluation: str
    reason: str
    to_better: float
    to_worse: float
    stability: float
    items: tuple[ScoreLine, ...]
    bonus: float
    penalty: float
    deduction: float
    tie: str
    citation: str

    def phrase(self, lang: str) -> str:
        """The grade in a line of other facts: grade A, no grade."""
        if self.grade == "ungraded":
            return Message("grade.of_none")(lang)
        return f"{Message('paper.grade')(lang)} {self.word}"


def grade_line(
    grades: pd.DataFrame, items: pd.DataFrame, subject: str, key: str, settings: Settings
) -> GradeLine | None:
    """The grade of one subject with its items; None where it was not evaluated."""
    rows = about(grades, subject)
    rows = rows[rows["subject_id"] == key]
    if rows.empty:
        return None
    row: Row = rows.iloc[0].to_dict()
    points = about(items, subject)
    points = points[points["subject_id"] == key]
    return GradeLine(
        grade=str(row["grade"]),
        word=GRADE_WORDS[row["grade"]](settings.lang),
        score=row["score"],
        rank=row["rank"],
        of=row["of"],
        evaluation=text(row["evaluation"]),
        reason=REASONS[row["reason"]](settings.lang),
        to_better=row["to_better"],
        to_worse=row["to_worse"],
        stability=row["stability"],
        items=tuple(
            _score(item, settings)
            for item in points.to_dict("records")  # rows-ok: items of one subject
        ),
        bonus=row["bonus"],
        penalty=row["penalty"],
        deduction=row["deduction"],
        tie=_tie(text(row["tie"]), settings),
        citation=said_in(text(row["citation"]), settings.lang),
    )


def _tie(code: str, settings: Settings) -> str:
    """What set a subject apart from those of its score; nothing where nobody has it."""
    if not code:
        return ""
    if code == SHARED:
        return Message("records.tie_shared")(settings.lang)
    figure = heading(code, settings.lang, settings.currency, settings.catalogue)
    return Message("records.tie", figure=figure)(settings.lang)


def _score(item: Row, settings: Settings) -> ScoreLine:
    """How an item's points came about, by its family."""
    title = heading(item["indicator"], settings.lang, settings.currency, settings.catalogue)
    if pd.isna(item["score"]):
        return ScoreLine(title, Message("common.no_data")(settings.lang))
    points = number(item["score"], 4)
    if item["filled"]:
        return ScoreLine(title, Message("records.mean_of_group", points=points)(settings.lang))
    if pd.isna(item["value"]):
        return ScoreLine(title, Message("records.points_of_missing", points=points)(settings.lang))
    said = _arithmetic(item)
    if pd.notna(item["cap"]) and item["score"] >= item["cap"]:
        most = short(item["cap"])
        said = Message("records.capped", arithmetic=said, points=most)(settings.lang)
    return ScoreLine(title, f"{said} = {points}")


def _arithmetic(item: Row) -> str:
    """The points of an item by the formula of its family, before a cap."""
    value, weight = short(item["value"]), f"{item['weight']:g}"
    if item["family"] == "ratio":
        return f"{value} ÷ {short(item['baseline'])} × {weight}"
    if item["family"] == "minmax":
        low, high = short(item["least"]), short(item["largest"])
        return f"{weight} × (20 + 80 × ({value} − {low}) ÷ ({high} − {low})) ÷ 100"
    if item["family"] == "banded":
        return f"x = {value}: {item['band']}"
    if item["family"] == "inverse":
        base = short(item["mean" if pd.isna(item["baseline"]) else "baseline"])
        return f"max(2 − {value} ÷ {base}, 0) × {weight} ÷ 2"
    if item["family"] == "best":
        return f"{value} ÷ {short(item['largest'])} × {weight}"
    return f"{value} × {weight}"
