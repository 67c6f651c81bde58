"""The rows of a pack against each other and against GB/T 4754-2017: which wins, what none covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, permutations

import numpy as np
import pandas as pd

from geo.arrays import Mask
from geo.model import industries, within_industry
from geo.standards.matching import Keys
from geo.standards.model import Pack, Row
from geo.standards.remark import Remark
from geo.text import Message, join

_SHOWN = 6
"""Pairs and industries that a remark names; the count says how many there are."""


def check_rows(pack: Pack) -> Iterator[Remark]:
    """Rows that overlap, with the one that wins; names that two rows share; industries without a row."""
    yield from _nested_codes(pack)
    if pack.head.rows_by == "industry":
        yield from _shared_names(pack)
        yield from _uncovered(pack)
    else:
        yield from _nested_names(pack)


def _nested_codes(pack: Pack) -> Iterator[Remark]:
    """A row within another: 331 within 33. The longer code wins, in whatever order they stand."""
    by_industry = pack.head.rows_by == "industry"
    pairs = [
        f"{inner.industry} {code} ⊂ {outer.industry} {listed}"
        for inner, outer in permutations(pack.rows, 2)
        if by_industry or _of_one_park(inner, outer)
        for code in inner.codes
        for listed in outer.codes
        if "*" not in (code, listed) and code != listed and code.startswith(within_industry(listed))
    ]
    if pairs:
        shown = join(pairs[:_SHOWN])
        yield Remark("info", Message("pack_check.nested", count=len(pairs), pairs=shown))


def _of_one_park(one: Row, other: Row) -> bool:
    """Whether two rows by level or name of park are for the same parks."""
    return one.names == other.names or bool(set(one.names) & set(other.names))


def _shared_names(pack: Pack) -> Iterator[Remark]:
    """Industries that two rows claim by name, where no code decides.

    An order of rows decides then, which no document says: an error where their cells differ.
    """
    table = _classes()
    named = [
        np.fromiter((any(n in name for n in row.names) for name in table["industry_name"]), bool)
        for row in pack.rows
    ]
    coded = _by_codes_alone(pack).match(_keys()) >= 0
    torn: dict[str, list[str]] = {}
    for i, j in combinations(range(len(pack.rows)), 2):
        both = named[i] & named[j] & ~coded
        if both.any() and pack.rows[i].cells != pack.rows[j].cells:
            pair = f"{pack.rows[i].industry} / {pack.rows[j].industry}"
            torn[pair] = table["industry_name"][both].tolist()
    for pair, names in torn.items():
        yield Remark(
            "error",
            Message(
                "pack_check.ambiguous", rows=pair, names=join(names[:_SHOWN]), count=len(names)
            ),
            Message("pack_check.ambiguous_mend"),
        )
    yield from _names_beside_codes(pack, named, coded)


def _by_codes_alone(pack: Pack) -> Pack:
    """The pack whose rows go by their codes alone, without `*` and names."""
    rows = [
        row.model_copy(update={"names": [], "codes": [c for c in row.codes if c != "*"]})
        for row in pack.rows
    ]
    return pack.model_copy(update={"rows": rows})


def _names_beside_codes(pack: Pack, named: list[Mask], coded: Mask) -> Iterator[Remark]:
    """Industries that go to one row by their code, and to another by their name alone."""
    by_code = pack.match(_keys())
    elsewhere = [mask & (by_code != at) for at, mask in enumerate(named)]
    moved = np.logical_or.reduce(elsewhere) & coded
    if moved.any():
        names = _classes()["industry_name"][moved].tolist()
        yield Remark(
            "info",
            Message("pack_check.name_elsewhere", count=len(names), names=join(names[:_SHOWN])),
        )


def _nested_names(pack: Pack) -> Iterator[Remark]:
    """Rows by park of which one name lies within another: the first row wins."""
    for first, later in combinations(pack.rows, 2):
        if bool(first.codes) != bool(later.codes) or first.cells == later.cells:
            continue
        if set(first.codes) and not set(first.codes) & set(later.codes):
            continue
        hidden = [n for n in later.names if any(own in n for own in first.names)]
        if hidden:
            yield Remark(
                "error",
                Message(
                    "pack_check.hidden_row",
                    row=later.industry,
                    first=first.industry,
                    names=join(hidden),
                ),
                Message("pack_check.hidden_row_mend"),
            )


def _uncovered(pack: Pack) -> Iterator[Remark]:
    """Classes of the classification that fall in no row, as divisions."""
    missing = pack.match(_keys()) < 0
    if not missing.any():
        return
    codes = _classes()["industry_code"]
    division = codes.str[:2]
    partly = sorted(set(division[missing]) & set(division[~missing]))
    whole = sorted(set(division[missing]) - set(partly))
    yield Remark(
        "info",
        Message(
            "pack_check.uncovered",
            count=int(missing.sum()),
            classes=len(codes),
            whole=join(in_ranges(whole)) or "—",
            partly=join(in_ranges(partly)) or "—",
        ),
    )


def in_ranges(codes: Sequence[str]) -> list[str]:
    """Codes of divisions, those that follow each other as one range.

    >>> in_ranges(["01", "02", "03", "13", "31"])
    ['01–03', '13', '31']
    """
    known = sorted({code for code in industries().index if len(code) == 2 and code.isdecimal()})
    place = {code: at for at, code in enumerate(known)}
    runs: list[list[str]] = []
    for code in codes:
        if runs and place[code] == place[runs[-1][-1]] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return [run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


@cache
def _classes() -> pd.DataFrame:
    """The classes (小类) of GB/T 4754-2017: industry_code, industry_name."""
    names = industries()
    four = names[names.index.str.fullmatch(r"\d{4}")]
    return pd.DataFrame({"industry_code": four.index, "industry_name": four.to_numpy()})


@cache
def _keys() -> Keys:
    return Keys(_classes(), {"industry"})
