"""A rule of one's own (自定规则), without a file: judged by the same code as a published table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.errors import RuleError
from geo.model import Indicator
from geo.standards.model import Head, Pack
from geo.standards.sets import BRACKETS, limit_text

_ONE_SIDED = (">=", ">", "<=", "<")
_ENDS = {True: ("above", "below"), False: ("min", "max")}
"""How a cell writes an end that is open, and one that is closed."""


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
        Values are rounded half up to so many, then judged, as they are shown.

    Raises
    ------
    RuleError
        Where no value can meet it, or the operator is none.

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
    decimals: int = 2

    def __post_init__(self) -> None:
        """Refuse what is no rule."""
        ranged = isinstance(self.threshold, tuple | list)
        if self.operator not in (BRACKETS.values() if ranged else _ONE_SIDED):
            known = ", ".join((*_ONE_SIDED, *BRACKETS.values()))
            raise RuleError(
                "rule.operator_rule_does_not_go",
                indicator=self.indicator,
                operator=self.operator,
                known=known,
            )

    def __str__(self) -> str:
        """The requirement, as people read it."""
        ends = self.threshold if isinstance(self.threshold, tuple | list) else (self.threshold,)
        return self.name or f"{self.indicator} {limit_text(self.operator, *_shown(ends), zh=False)}"

    @property
    def cell(self) -> Any:
        """The threshold as a cell of a table."""
        if not isinstance(self.threshold, tuple | list):
            return self.threshold
        low, high = self.threshold
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
            "clause": self.source or str(self),
            "decimals": self.decimals,
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
            raise RuleError("rule.rule_cannot_used", title=title) from error


def _shown(ends: Any) -> tuple[str, ...]:
    return tuple(f"{end:g}" for end in ends)


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
