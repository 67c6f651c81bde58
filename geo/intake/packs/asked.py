"""What is not sure in a table of requirements, asked: headings, units, signs, rows, cells.

A question groups all that one answer settles: a mark of a footnote, a column's blank cells. The
first answer is the likeliest one; where nobody answers it is written as a proposal, and the draft
stays closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from rapidfuzz import fuzz, process

from geo.intake.packs.cells import PrintedCell, read_printed
from geo.intake.packs.divisors import divisor
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.printed_units import unit_of_column
from geo.intake.packs.rows import RowKeys, codes_in, excepts, industries_like, places_named
from geo.intake.packs.words import folded, indicator_words
from geo.intake.questions import Choice, Interview, Question
from geo.intake.settle import UNUSED
from geo.model import RULE_FIGURES, Indicator
from geo.sources.titles import plain
from geo.text import Message, Text, Wording, join

OPEN = "open"
"""The answer that a cell stays as it is printed, for another document or the office to decide."""
NONE = "/"
"""The answer that a cell asks for nothing."""
_ALIKE, _MOST_LIKE = 55, 3
_SHOWN = 4
"""Cells that a question shows."""
_UNITS = ("万元/亩", "万元/公顷", "元/㎡", "亿元/平方公里", "%")
_LARGE = 1000
"""万元/亩 of investment or tax that no place asks for: the figures are 万元/公顷."""
_BY_HECTARE = ("fixed_investment_per_mu", "tax_per_mu", "value_added_per_mu")


def ask_source(doubts: Iterable[Wording], talk: Interview) -> None:
    """What reading the file left open: the office compares its cells with the source."""
    for doubt in doubts:
        choices = (Choice("compared", Message("packs_ask.compared")),)
        talk.put(Question("source", doubt("zh"), doubt, choices))


def ask_heading(heading: str, cells: Sequence[str], talk: Interview) -> str:
    """The indicator of a heading that names none; "" where it is left out."""
    words = dict(indicator_words())
    like = process.extract(
        folded(plain(heading)), list(words), scorer=fuzz.ratio, limit=12, score_cutoff=_ALIKE
    )
    names = list(dict.fromkeys(words[word] for word, _, _ in like))
    offered = [
        Choice(name, Message("packs_ask.indicator", name=_title(RULE_FIGURES[name])))
        for name in names[:_MOST_LIKE]
        if name in RULE_FIGURES
    ]
    leave = Choice(UNUSED, Message("packs_ask.leave_out"), (_seen(cells),))
    text = Message("packs_import.left_column", heading=heading)
    answer = talk.put(
        Question("column", heading, text, (leave, *offered), lambda typed: typed in RULE_FIGURES)
    )
    return "" if answer == UNUSED else answer


def _title(known: Indicator) -> Wording:
    return Text(known.zh, known.en)


def _seen(cells: Iterable[str]) -> Wording:
    shown = list(dict.fromkeys(text for text in cells if text))[:_SHOWN]
    return Message("packs_ask.cells", cells=join(shown))


def ask_unit(
    heading: str, cells: list[PrintedCell], known: Indicator, table: PrintedTable, talk: Interview
) -> tuple[str, Fraction] | None:
    """The unit of a column and its divisor; None where the column is left out."""
    unit, factor, stated = unit_of_column(heading, cells, known.unit, table)
    bare = [cell for cell in cells if not (cell.percent or cell.unit)]
    figures = [end for cell in bare for end in (cell.low, cell.high) if end is not None]
    small_share = known.unit == "%" and bool(figures) and max(figures) <= 1
    if factor is not None and (stated or not known.unit or not figures):
        return unit, factor
    if factor is not None and known.unit == "%" and not small_share:
        return unit, factor
    proposed = (unit,) if factor is not None else ()
    turned = {
        one: by for one in (*proposed, known.unit, *_UNITS) if (by := divisor(one, known.unit))
    }
    if known.name in _BY_HECTARE and figures and min(figures) > _LARGE:
        turned = dict(sorted(turned.items(), key=lambda pair: pair[0] != "万元/公顷"))
    offered = [Choice(one, Message("intake_plan.unit", unit=one)) for one in turned]
    leave = Choice(UNUSED, Message("packs_ask.leave_out"), (_seen(cell.text for cell in cells),))
    choices = (leave, *offered) if factor is None or small_share else (*offered, leave)
    text: Wording = Message("packs_ask.no_unit", heading=heading)
    if factor is None:
        text = Message("packs_import.unit_unknown", heading=heading, unit=unit, known=known.unit)
    answer = talk.put(Question("unit", heading, text, choices))
    return None if answer == UNUSED else (answer, turned[answer])


def ask_operator(heading: str, usual: str, cells: list[PrintedCell], talk: Interview) -> str:
    """The operator of a column that prints none."""
    other = {">=": "<=", "<=": ">="}
    choices = tuple(
        Choice(sign, Message("packs_ask.operator", sign=sign), why)
        for sign, why in (
            (usual, (_seen(cell.text for cell in cells),)),
            (other.get(usual, ">="), ()),
        )
    )
    text = Message("packs_import.no_sign", heading=heading, operator=usual)
    return talk.put(Question("operator", heading, text, choices))


def ask_class(classes: list[str], talk: Interview) -> str:
    """The office's class of land or kind of project; "" while it is open."""
    text = Message("packs_import.land_class", classes=join(classes))
    leave = Choice(UNUSED, Message("packs_ask.none_yet"))
    choices = (leave, *(Choice(one, Text(one, one)) for one in classes))
    answer = talk.put(Question("class", "land_class", text, choices))
    return "" if answer == UNUSED else answer


def ask_edition(rows: list[RowKeys], talk: Interview) -> bool:
    """Whether rows with names of GB/T 4754-2002 take their industries of 2017."""
    text = Message("packs_ask.edition", rows=join(row.title for row in rows))
    pairs = tuple(
        Message("packs_ask.older", title=row.title, codes=join(row.codes)) for row in rows[:2]
    )
    choices = (
        Choice("2017", Message("packs_ask.as_2017"), pairs),
        Choice(UNUSED, Message("packs_ask.by_name_only")),
    )
    return talk.put(Question("edition", "rows", text, choices)) == "2017"


def ask_row(keys: RowKeys, talk: Interview) -> tuple[str, ...]:
    """The codes of a row whose industries are not sure; none where it goes by its name."""
    listed = "、".join(keys.codes)
    own = [Choice(listed, Text(listed, listed))] if listed else []
    alike = [] if listed else industries_like(keys.title)
    choices = (
        *own,
        Choice(UNUSED, Message("packs_ask.by_name_only")),
        *(Choice(code, Text(f"{code} {name}", f"{code} {name}")) for code, name in alike),
    )
    text = Message("packs_import.row_unsure", title=keys.title)
    if excepts(keys.title):
        text = Message("packs_ask.excepts", title=keys.title)
    answer = talk.put(
        Question("row", keys.title, text, choices, lambda typed: bool(codes_in(typed)))
    )
    return () if answer == UNUSED else tuple(codes_in(answer))


def ask_park_names(titles: list[str], talk: Interview) -> bool:
    """Whether rows for parks go by the parks' short names."""
    full, short = (
        join(name for title in titles[:_SHOWN] for name in places_named(title, shortened=way))
        for way in (False, True)
    )
    choices = (
        Choice("full", Message("packs_ask.full_names", names=full)),
        Choice("short", Message("packs_ask.short_names", names=short)),
    )
    text = Message("packs_ask.park_names", count=len(titles))
    return talk.put(Question("park_names", "rows", text, choices)) == "short"


def ask_mark(mark: str, places: list[str], notes: Iterable[str], talk: Interview) -> bool:
    """Whether figures with a footnote's mark hold as they are printed."""
    note = next((text for text in notes if mark.strip() and mark[0] in text), "")
    why = (Text(note, note),) if note else ()
    choices = (
        Choice("holds", Message("packs_ask.holds"), why),
        Choice(OPEN, Message("packs_ask.stays_open")),
    )
    text = Message("packs_ask.mark", mark=mark, cells=join(places[:_SHOWN]), count=len(places))
    return talk.put(Question("mark", mark, text, choices)) == "holds"


def ask_dashed(heading: str, cells: list[PrintedCell], talk: Interview) -> str:
    """How 15～20 of a column is meant: "range", ">=" or "<=" of its one end, or "open"."""
    texts = join(dict.fromkeys(cell.text for cell in cells))
    choices = (
        Choice("range", Message("packs_ask.as_range")),
        Choice(">=", Message("packs_ask.lower_end")),
        Choice(OPEN, Message("packs_ask.stays_open")),
    )
    text = Message("packs_ask.dashed", heading=heading, cells=texts)
    return talk.put(Question("range", heading, text, choices))


def ask_blank(heading: str, rows: list[str], talk: Interview) -> str:
    """What a column's blank cells say: nothing ("/"), the same as above ("above"), or "open"."""
    choices = (
        Choice(NONE, Message("packs_ask.asks_nothing")),
        Choice("above", Message("packs_ask.as_above")),
        Choice(OPEN, Message("packs_ask.stays_open")),
    )
    text = Message("packs_ask.blank", heading=heading, rows=join(rows[:_SHOWN]), count=len(rows))
    return talk.put(Question("blank", heading, text, choices))


def ask_words(
    heading: str,
    printed: str,
    rows: list[str],
    in_column: Callable[[PrintedCell], PrintedCell],
    talk: Interview,
) -> PrintedCell | str:
    """What words of a cell say: "open", "/", or the figure, in the column's unit, that is typed."""

    def is_figure(typed: str) -> bool:
        return in_column(read_printed(typed)).kind in ("number", "range")

    choices = (
        Choice(OPEN, Message("packs_ask.stays_open")),
        Choice(NONE, Message("packs_ask.asks_nothing")),
    )
    text = Message("packs_import.open_cell", row=join(rows[:_SHOWN]), heading=heading, text=printed)
    answer = talk.put(Question("cell", f"{heading}：{printed}", text, choices, is_figure))
    return answer if answer in (OPEN, NONE) else in_column(read_printed(answer))
