"""What published tables call their indicators and rows (`words.toml`), as headings are compared."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from geo.model import INDICATORS, TOTALS
from geo.model.indicators import total_title
from geo.model.units import squashed
from geo.sources.titles import plain


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """`words.toml` as it stands."""
    text = (files("geo.intake.packs") / "words.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    return found


def folded(text: str) -> str:
    """A text as it is compared: width, case, blanks and marks away."""
    return re.sub(r"[_\s·:：*★☆※#、,，]", "", squashed(text).casefold())


@cache
def indicator_words() -> list[tuple[str, str]]:
    """Every word for an indicator with the indicator, the longest first."""
    pairs = {(folded(name), one.name) for one in INDICATORS.values() for name in (one.zh, one.en)}
    pairs |= {(folded(total_title(one)), one.name) for one in TOTALS.values()}
    for group in ("indicators", "attested"):
        for name, listed in words()[group].items():
            pairs |= {(folded(word), name) for word in listed}
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def indicator_of(heading: str) -> str:
    """The indicator that a heading names; "" where it names none.

    >>> indicator_of("固定资产投资强度（万元/亩）"), indicator_of("行业")
    ('fixed_investment_per_mu', '')
    """
    declared = re.search(r"[a-z]\w*_attested", heading)
    if declared:
        return declared[0]
    text = folded(heading)
    return next((name for word, name in indicator_words() if word in text), "")


def is_attested(indicator: str) -> bool:
    """Whether the office declares it as yes or no."""
    return indicator in words()["attested"] or indicator.endswith("_attested")


def heading_is(kind: str, heading: str) -> bool:
    """Whether a heading is one of a kind of `[rows]` or `[lines]`, units and brackets left out."""
    held = words()["rows"].get(kind) or words()["lines"][kind]
    return folded(heading) in {folded(word) for word in held} or folded(plain(heading)) in {
        folded(word) for word in held
    }


@cache
def heading_words() -> set[str]:
    """Every word by which a line of headings is known, without blanks and brackets."""
    found = {plain(word) for listed in words()["indicators"].values() for word in listed}
    found |= {plain(one.zh) for one in INDICATORS.values()}
    return found | {plain(word) for key in ("title", "indicator") for word in words()["rows"][key]}
