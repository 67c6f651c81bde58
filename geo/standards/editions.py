"""Editions of one document (版本): which of two chosen packs judges a parcel, and from when.

A pack that names in `replaces` the one before it ends that one. There is one mechanism: the days
from which and to which a pack is in force, compared with the day by which a parcel is judged
(`judge_as`). What an edition says of transition only moves these days:

- nothing, or `transition = "supplied"`: parcels supplied before the new edition keep the old one;
- `transition = 2026-01-01`: from that day on all parcels are judged by the new edition, those
  supplied before it too. Where the project judges all parcels as of one day, that day alone says
  which edition is in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from geo.errors import ProjectError
from geo.standards.model import Head, Pack

ALWAYS = dt.date.min
"""The first day of an edition that judges all parcels, whenever they were supplied."""

JudgeAs = Literal["supplied", "today"] | dt.date


def in_editions(packs: Sequence[Pack], judge_as: JudgeAs, today: dt.date) -> list[Pack]:
    """The packs with their days in force as the editions among them leave these.

    `judge_as` and `today` are the project's. Of editions that judge enterprises, which have no day
    of supply, the ones in force on the day of the run stay, where that day does not count for all.
    Raises ProjectError where packs replace each other in a circle, or one replaces another that is
    in force no earlier: the days of neither would say what they judge.
    """
    heads = [pack.head for pack in packs]
    later = {head.id: list(_later(head, heads)) for head in heads}
    _refuse_disorder(heads)
    kept = [
        _with_days(pack, *_days(pack.head, later[pack.head.id], judge_as, today)) for pack in packs
    ]
    return [pack for pack in kept if _judges_enterprises(pack, kept, judge_as, today)]


def _refuse_disorder(heads: Sequence[Head]) -> None:
    """ProjectError for an edition that is in force no later than the one that it replaces."""
    by_id = {head.id: head for head in heads}
    for head in heads:
        earlier = by_id.get(head.replaces)
        if earlier is not None and not head.comes_after(earlier):
            raise ProjectError(
                "editions.no_later",
                pack=head.id,
                first=str(head.in_force_from),
                earlier=earlier.id,
                earlier_first=str(earlier.in_force_from),
            )


def _days(
    head: Head, later: list[Head], judge_as: JudgeAs, today: dt.date
) -> tuple[dt.date, dt.date | None]:
    """The first and the last day on which an edition judges, beside those that came later."""
    if any(_for_all(other, judge_as, today) for other in later):
        return head.in_force_from, _day_before(head.in_force_from)  # it judges nothing any more
    last = [_day_before(other.in_force_from) for other in later if other.replaces == head.id]
    last += [head.in_force_to] if head.in_force_to else []
    first = ALWAYS if _for_all(head, judge_as, today) else head.in_force_from
    return first, min(last, default=None)


def families(packs: Sequence[Pack]) -> list[list[Pack]]:
    """The packs by document: all editions that lead back to one, that oldest one last.

    A pack without editions stands alone.
    """
    by_oldest: dict[str, list[Pack]] = {}
    for pack in packs:
        chain = [pack, *_earlier(pack, packs)]
        by_oldest.setdefault(chain[-1].head.id, []).append(pack)
    return [
        sorted(family, key=lambda pack: len(list(_earlier(pack, packs))), reverse=True)
        for family in by_oldest.values()
    ]


def _earlier(pack: Pack, packs: Sequence[Pack]) -> Iterator[Pack]:
    """The chosen editions before this one, the latest first."""
    by_id = {one.head.id: one for one in packs}
    while pack.head.replaces in by_id:
        pack = by_id[pack.head.replaces]
        yield pack


def _later(head: Head, heads: Sequence[Head]) -> Iterator[Head]:
    """The chosen editions that came after this one, step by step."""
    seen, found = {head.id}, [head]
    for one in found:
        for other in heads:
            if other.replaces != one.id:
                continue
            if other.id in seen:
                raise ProjectError("editions.circle", pack=head.id, other=one.id)
            seen.add(other.id)
            found.append(other)
            yield other


def _for_all(head: Head, judge_as: JudgeAs, today: dt.date) -> bool:
    """Whether the edition has come to judge parcels supplied before it."""
    by_supply = judge_as == "supplied"
    return by_supply and isinstance(head.transition, dt.date) and head.transition <= today


def _day_before(day: dt.date) -> dt.date:
    return day if day == dt.date.min else day - dt.timedelta(days=1)


def _with_days(pack: Pack, first: dt.date, last: dt.date | None) -> Pack:
    if (first, last) == (pack.head.in_force_from, pack.head.in_force_to):
        return pack
    head = pack.head.model_copy(update={"in_force_from": first, "in_force_to": last})
    return pack.model_copy(update={"head": head})


def _judges_enterprises(
    pack: Pack, packs: Sequence[Pack], judge_as: JudgeAs, today: dt.date
) -> bool:
    """Whether a pack stays: an edition for enterprises only while it is in force."""
    head = pack.head
    alone = head.replaces not in {other.head.id for other in packs} and not any(
        other.head.replaces == head.id for other in packs
    )
    if head.subject != "enterprise" or judge_as != "supplied" or alone:
        return True
    return head.in_force_from <= today <= (head.in_force_to or today)
