"""What is wrong or doubtful in a rule pack by itself (规则包检查): its source, dates, units, cells.

What a file may not hold at all (a column without a clause, a set that no figure meets, a threshold
finer than its column's decimals) is refused where the file is read, and told from there.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from geo.model.units import parse, squashed
from geo.standards.cell import OPEN
from geo.standards.model import Column, Head, Pack
from geo.standards.pack_rows import check_rows
from geo.standards.remark import Remark
from geo.text import Message, Text, join


def check_pack(pack: Pack, others: Mapping[str, Head], today: dt.date) -> list[Remark]:
    """Every remark on a pack, errors first.

    `others` are the heads of the packs beside it, by id: its earlier editions are looked up there.
    """
    found = [
        *_source(pack.head),
        *_days(pack.head, today),
        *_editions(pack.head, others),
        *_clauses(pack),
        *_units(pack),
        *check_rows(pack),
        *_open_cells(pack),
        *_signature(pack.head),
    ]
    return sorted(found, key=lambda remark: remark.rank)


def _source(head: Head) -> Iterator[Remark]:
    """What is said of where the text was read, and what is doubtful in it."""
    if head.found:
        yield Remark("warning", Message("pack_check.copy", found=head.found))
    if head.note_zh or head.note_en:
        note = Text(head.note_zh or head.note_en, head.note_en or head.note_zh)
        yield Remark("info", Message("pack_check.doubtful", note=note))


def _days(head: Head, today: dt.date) -> Iterator[Remark]:
    """Days that contradict each other."""
    first, last = head.in_force_from, head.in_force_to
    if last is not None and last < first:
        yield Remark("error", Message("pack_check.ends_before", first=str(first), last=str(last)))
    issued = head.date
    late = issued > first if isinstance(issued, dt.date) else issued > first.year
    if late:
        yield Remark(
            "warning", Message("pack_check.before_issue", first=str(first), issued=str(issued))
        )
    if isinstance(issued, dt.date) and issued > today:
        yield Remark("warning", Message("pack_check.issued_later", issued=str(issued)))
    if isinstance(head.transition, dt.date) and head.transition < first:
        yield Remark(
            "error",
            Message("pack_check.transition_before", day=str(head.transition), first=str(first)),
        )


def _editions(head: Head, others: Mapping[str, Head]) -> Iterator[Remark]:
    """How the days join those of the edition before, and editions that do not name each other."""
    if head.replaces:
        before = others.get(head.replaces)
        if before is None:
            yield Remark("info", Message("pack_check.no_earlier", earlier=head.replaces))
        else:
            yield from _joined(head, before)
        if not head.transition:
            yield Remark("info", Message("pack_check.no_transition", earlier=head.replaces))
    for other in others.values():
        if _looks_like_edition(head, other):
            yield Remark("warning", Message("pack_check.same_document", other=other.id))


def _joined(head: Head, before: Head) -> Iterator[Remark]:
    first, last = head.in_force_from, before.in_force_to
    if not head.comes_after(before):
        yield Remark(
            "error",
            Message(
                "pack_check.no_later",
                earlier=before.id,
                first=str(first),
                earlier_first=str(before.in_force_from),
            ),
        )
    elif last is not None and last != first - dt.timedelta(days=1):
        code = "pack_check.gap" if last < first else "pack_check.overlap"
        yield Remark("warning", Message(code, earlier=before.id, last=str(last), first=str(first)))


def _looks_like_edition(head: Head, other: Head) -> bool:
    """Whether two packs bear one title of one issuer, in force at once, and neither says how."""
    same = (head.issuer, head.title_zh, head.region, head.subject) == (
        other.issuer,
        other.title_zh,
        other.region,
        other.subject,
    )
    linked = head.replaces == other.id or other.replaces == head.id
    ends = head.in_force_to or dt.date.max, other.in_force_to or dt.date.max
    meet = head.in_force_from <= ends[1] and other.in_force_from <= ends[0]
    return same and head.id != other.id and not linked and meet and head.level != "parcel"


def _clauses(pack: Pack) -> Iterator[Remark]:
    """Columns whose clause names none: a draft's question mark."""
    bare = [key for key, column in pack.columns.items() if not any(map(str.isalnum, column.clause))]
    if bare:
        yield Remark("error", Message("pack_check.uncited", columns=join(bare)))


def _units(pack: Pack) -> Iterator[Remark]:
    """Printed units against what their figures are divided by."""
    for key, column in pack.columns.items():
        if column.printed_unit == "":
            if column.divide_by != 1:
                yield Remark(
                    "error",
                    Message("pack_check.divided", column=key, divisor=f"{column.divide_by:g}"),
                )
            continue
        divisor = divisor_of(column)
        if divisor is None:
            yield Remark(
                "warning",
                Message(
                    "pack_check.unit_unknown",
                    column=key,
                    printed=column.printed_unit,
                    unit=column.unit,
                    divisor=f"{column.divide_by:g}",
                ),
            )
        elif not math.isclose(float(divisor), column.divide_by, rel_tol=1e-6):
            yield Remark(
                "error",
                Message(
                    "pack_check.unit_differs",
                    column=key,
                    printed=column.printed_unit,
                    unit=column.unit,
                    divisor=f"{column.divide_by:g}",
                    right=f"{float(divisor):.12g}",
                ),
            )


def divisor_of(column: Column) -> Fraction | None:
    """What a figure in the printed unit is divided by to be in the rule's; None if not known.

    3,750 万元/公顷 ÷ 15 are 250 万元/亩.
    """
    printed, own = _rate(column.printed_unit), _rate(column.unit)
    if printed is None or own is None or printed[0] != own[0]:
        return None
    return own[1] / printed[1]


def _rate(unit: str) -> tuple[str, Fraction] | None:
    """A unit's dimensions and its size in base units: 万元/亩 is 15 yuan a m²; none is a ratio."""
    if not unit:
        return "share", Fraction(1)
    head, _, tail = squashed(unit).partition("/")
    above, below = parse(head), parse(tail) if tail else None
    if above is None or (tail and below is None):
        return None
    if below is None:
        return above.dimension, above.scale
    return f"{above.dimension} per {below.dimension}", above.scale / below.scale


def _open_cells(pack: Pack) -> Iterator[Remark]:
    """Cells that another document decides, and for which the project gives none."""
    for key in pack.columns:
        count = open_cells(pack, key)
        if count:
            yield Remark(
                "warning",
                Message(
                    "pack_check.open",
                    column=key,
                    count=count,
                    cells=len(pack.cells(key)),
                    reference=f"{pack.head.id}/{key}",
                ),
            )


def open_cells(pack: Pack, key: str) -> int:
    """How many cells of a column are left to another document, or to a decision."""
    return sum(any(leaf.kind in OPEN for leaf in cell.leaves) for cell in pack.cells(key))


def _signature(head: Head) -> Iterator[Remark]:
    if head.signed_off is None:
        yield Remark("info", Message("pack_check.unsigned"))
    elif head.signed_off.holds:
        yield Remark("info", head.signed_off.text)
    else:
        yield Remark("error", head.signed_off.text)
