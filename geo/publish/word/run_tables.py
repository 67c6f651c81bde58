"""Tables of a report that are about all parks: enterprises by grade, parcels by control line."""

from __future__ import annotations

from geo.evaluate.grades import GRADE_WORDS
from geo.publish.records.numbers import number
from geo.publish.records.zones import zone_counts
from geo.publish.word.document import Word
from geo.run import Run
from geo.text import Message


def write_grades(doc: Word, run: Run) -> None:
    """How many enterprises have each grade; nothing where none was evaluated."""
    own = run.grades[run.grades["subject"] == "enterprise"]
    if own.empty:
        return
    lang, count = run.settings.lang, own["grade"].value_counts()
    doc.heading(Message("common.enterprise_evaluation")(lang), 1)
    heads = (Message("report.grade"), Message("common.number_of_enterprises"))
    rows = [[text(lang), f"{int(count.get(name, 0)):,}"] for name, text in GRADE_WORDS.items()]
    doc.table([head(lang) for head in heads], rows, [8, 8])


def write_control_lines(doc: Word, run: Run) -> None:
    """How many parcels each kind of control line concerns; nothing where there is none."""
    lang = run.settings.lang
    counts = zone_counts(run.zones, lang)
    if not counts:
        return
    doc.heading(Message("common.control_lines")(lang), 1)
    heads = (
        Message("report.kind"),
        Message("report.finding"),
        Message("report.parcels"),
        Message("report.concerned_mu"),
    )
    rows = [[one.kind, one.word, f"{one.parcels:,}", number(one.mu)] for one in counts]
    doc.table([head(lang) for head in heads], rows, [5, 4, 3, 4])
