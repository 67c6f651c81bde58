"""Names that several parts list, in the order that they have in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def in_one_order(parts: Iterable[Sequence[str]]) -> list[str]:
    """All names, each behind the one that it follows in its part; the longest lists go before.

    >>> in_one_order([["id", "judged"], ["id", "revenue", "judged"]])
    ['id', 'revenue', 'judged']
    """
    names: list[str] = []
    for part in sorted(parts, key=len, reverse=True):
        if set(part) <= set(names):
            continue
        at = 0
        for name in part:
            if name in names:
                at = names.index(name) + 1
            else:
                names.insert(at, name)
                at += 1
    return names
