"""A rule of one's own (自定规则), without a file: judged by the same code as a published table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.declaration import why_refused
from geo.errors import RuleError
from geo.model import Indicator
from geo.standards.model import Head, Pack
from geo.standards.sets import BRACKETS, PLACES, Intervals, limit_text
from geo.standards.shown import decimals_of

_ONE_SIDED = (">=", ">", "<=", "<")
_ENDS = {True: ("above", "below"), False: ("min", "max")}
"""How a cell writes an end that is open, and one that is closed."""
_LEAST_DECIMALS = 2


@dataclass(frozen=True)
class Rule:
    """One requirement on one column: `Rule("tax_per_mu", ">=", 8)`.

    Parameters
    ----------
    indicator
        The column that is judged, or a ratio that mujun knows (`geo.ratios`).
    operator
        `">="`, `">"`, `"<="` or `"<"`; for a range `"[]"`, `"(]"`, `"[)"` or `"()"`, by whether its
        ends are open.
    threshold
        A number; for a range both ends.
    source
        Where the requirement is written; it stands beside each verdict as its citation.
    name
        What the rule is called in the results; else the requirement itself.
    mandatory
        Whether a parcel's overall verdict hangs on it.
    decimals
        Values are rounded half up to so many (0 to 6), then judged, as they are shown. None: 2, or
        as many as the threshold has, if those are more. Fewer than the threshold has would pass
        what breaks it (0.0049 as 0.00 under 0.001), and are refused.

    Raises
    ------
    RuleError
        Where the threshold is no finite number, no value can meet it, the operator is none, or the
        decimals are too few.

    Examples
    --------
    >>> import geo
    >>> str(geo.Rule("floor_area_ratio", "[]", (0.7, 2)))
    'floor_area_ratio ≥0.7 and ≤2'
    """

    indicator: str
    operator: str
    threshold: float | tuple[float, float]
    source: str = ""
    name: str = ""
    mandatory: bool = True
    decimals: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no rule."""
        if not (isinstance(self.indicator, str) and self.indicator):
            raise RuleError("rule.indicator_no_name", indicator=repr(self.indicator))
        ranged = isinstance(self.threshold, tuple | list)
        if len(self.ends) != 1 + ranged or not all(map(_is_finite, self.ends)):
            raise RuleError(
                "rule.threshold_no_number",
                indicator=self.indicator,
                threshold=repr(self.threshold)[:40],
            )
        if self.operator not in (BRACKETS.values() if ranged else _ONE_SIDED):
            known = ", ".join((*_ONE_SIDED, *BRACKETS.values()))
            raise RuleError(
                "rule.operator_rule_does_not_go",
                indicator=self.indicator,
                operator=self.operator,
                known=known,
            )
        self._check_decimals()
        if ranged:
            self._check_range()

    @property
    def ends(self) -> tuple[float, ...]:
        """The threshold, or both ends of a range."""
        return tuple(np.atleast_1d(np.asarray(self.threshold, dtype=object)))

    @property
    def places(self) -> int:
        """The decimals that values are rounded to."""
        if self.decimals is not None:
            return self.decimals
        return max(_LEAST_DECIMALS, *map(decimals_of, self.ends))

    def _check_decimals(self) -> None:
        """RuleError where they are no number of decimals, or fewer than the threshold has."""
        digits = max(map(decimals_of, self.ends))
        if digits > PLACES:
            raise RuleError(
                "rule.threshold_too_fine",
                indicator=self.indicator,
                threshold=str(self.threshold),
                most=PLACES,
            )
        chosen = self.decimals
        if chosen is None:
            return
        if isinstance(chosen, bool) or not isinstance(chosen, int) or not 0 <= chosen <= PLACES:
            raise RuleError(
                "rule.decimals_no_number",
                indicator=self.indicator,
                decimals=repr(chosen)[:40],
                most=PLACES,
            )
        if chosen < digits:
            raise RuleError(
                "rule.decimals_too_few",
                indicator=self.indicator,
                decimals=chosen,
                threshold=str(self.threshold),
                digits=digits,
            )

    def _check_range(self) -> None:
        """RuleError where no value that can be shown lies within."""
        low, high = self.ends
        ends = Intervals.of([(low, high, self.operator[0] == "(", self.operator[1] == ")")])
        first, last = ends.raw(self.places)
        if first[0] >= last[0]:
            raise RuleError("rule.range_empty", indicator=self.indicator, low=low, high=high)

    def __str__(self) -> str:
        """The requirement, as people read it."""
        ends = [f"{float(end):.12g}" for end in self.ends]
        return self.name or f"{self.indicator} {limit_text(self.operator, *ends, zh=False)}"

    @property
    def cell(self) -> Any:
        """The threshold as a cell of a table."""
        if not isinstance(self.threshold, tuple | list):
            return float(self.threshold)
        low, high = map(float, self.threshold)
        return {
            _ENDS[self.operator[0] == "("][0]: low,
            _ENDS[self.operator[1] == ")"][1]: high,
        }

    def pack(self, catalogue: Mapping[str, Indicator], subject: str = "parcel") -> Pack:
        """The rule as a table of one cell for everything; `catalogue` knows its unit."""
        known = catalogue.get(self.indicator)
        unit = "" if known is None else known.unit
        column = {
            "indicator": self.indicator,
            "operator": ">=" if self.operator in BRACKETS.values() else self.operator,
            "unit": unit,
            "mandatory": self.mandatory,
            "clause": self.source if len(self.source) > 1 else str(self),
            "decimals": self.places,
        }
        title = str(self)
        raw = {
            "head": {
                "id": title,
                "title_zh": title,
                "title_en": title,
                "source": self.source,
                "subject": subject,
                "in_force_from": dt.date.min,
                "date": dt.date.min,
            },
            "columns": {self.indicator: column},
            "rows": [{"industry": "*", "codes": ["*"], "cells": {self.indicator: self.cell}}],
        }
        plain_column = Indicator(
            self.indicator, self.indicator, self.indicator, unit, self.indicator, "1"
        )
        try:
            return _OwnPack.model_validate(raw, context={**catalogue, self.indicator: plain_column})
        except ValueError as error:  # pydantic's too
            why = why_refused(error, raw, _OwnPack)[1]
            raise RuleError("rule.rule_cannot_used", title=title, why=why) from error


def _is_finite(end: Any) -> bool:
    number = isinstance(end, int | float | np.number) and not isinstance(end, bool)
    return number and bool(np.isfinite(end))


class _OwnHead(Head):
    """Of a rule without a document: its source is what its author says."""

    issuer: str = ""
    document: str = ""
    url: str = ""
    source: str = ""

    @property
    def citation(self) -> str:
        """The source as it was given; nothing where there is none."""
        return self.source


class _OwnPack(Pack):
    head: _OwnHead
