"""Whose the cause of idle land is, as an office writes it: by exact words, never by a guess.

Article 14 takes money or the land itself by this cause, so a wording that is not wholly known, or
that denies or doubts, is an open cause and never the opposite one. `supply.toml` holds the words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from geo.evaluate.land_supply import words

OPEN, GOVERNMENT, ENTERPRISE = range(3)
_CLAUSE = re.compile(r"[:,;\u3001\u3002()]+")
_BLANK = re.compile(r"[\s'’.—-]+")


def cause_of(text: str) -> int:
    """GOVERNMENT, ENTERPRISE, or OPEN: nobody named, both, or in words that are not known.

    Who it is stands alone or among the plain words listed, in the first clauses; what follows
    explains, and must neither name the other one nor deny or doubt.

    >>> [cause_of(text) for text in ("政府原因:未按期交地", "企业自身原因", "非企业原因", "与政府无关")]
    [1, 2, 0, 0]
    """
    clauses = [part for part in _CLAUSE.split(_folded(text)) if _BLANK.sub("", part)]
    named = next((at for at, part in enumerate(clauses) if _party().search(part)), None)
    if named is None:
        return OPEN
    parties = {cause for cause, known in _parties().items() if known.search(" ".join(clauses))}
    head, rest = clauses[: named + 1], clauses[named + 1 :]
    strange = any(_BLANK.sub("", _plain().sub(" ", _party().sub(" ", part))) for part in head)
    denied = any(_denial().search(_fact().sub(" ", part)) for part in rest)
    return OPEN if strange or denied or len(parties) != 1 else parties.pop()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@cache
def _parties() -> dict[int, re.Pattern[str]]:
    """The words of each party; those of neither (OPEN) make two with any other."""
    codes = {"government": GOVERNMENT, "enterprise": ENTERPRISE, "open": OPEN}
    listed = words()["idle"]["causes"]
    return {code: _any_of(listed[name]) for name, code in codes.items()}


@cache
def _party() -> re.Pattern[str]:
    listed = words()["idle"]["causes"]
    return _any_of([*listed["government"], *listed["enterprise"]])


@cache
def _plain() -> re.Pattern[str]:
    listed = words()["idle"]["cause_words"]
    return _any_of([*listed["plain"], *listed["facts"]])


@cache
def _fact() -> re.Pattern[str]:
    return _any_of(words()["idle"]["cause_words"]["facts"])


@cache
def _denial() -> re.Pattern[str]:
    return _any_of(words()["idle"]["cause_words"]["denials"])


def _any_of(several: list[str]) -> re.Pattern[str]:
    """Any of these words, the longest first; those in Latin letters as whole words."""
    ordered = sorted(map(_folded, several), key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"\b{re.escape(w)}\b" if w.isascii() and w[0].isalpha() else re.escape(w)
            for w in ordered
        )
    )
