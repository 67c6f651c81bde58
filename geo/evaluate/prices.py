"""What a change costs, as the office declares it under `[project.costs]`: nothing is invented.

A figure of money (税收, 研发费用 …) without a declared cost counts 万元 for 万元, and may only rise.
Any other quantity without one cannot be changed. A plain number is for both directions, except
money, which it lets rise only, and land, which can only be given back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.errors import DataError
from geo.model import MEASURES
from geo.project_parts import Cost

LAND = "area_mu"
"""The land of a parcel; given back, it becomes less."""
_MONEY = frozenset(column.name for column in MEASURES if column.unit == "万元")


@dataclass(frozen=True)
class Price:
    """万元 a unit, None where that direction is no way; `source` is whose figure it is.

    `declared` is False where money counts as itself; `at_most` is the share of today's figure by
    which it may change.
    """

    up: float | None
    down: float | None
    source: str = ""
    declared: bool = True
    at_most: float = np.inf


def prices(costs: Mapping[str, float | Cost] | None = None) -> dict[str, Price]:
    """The price of every quantity that may be changed.

    Raises DataError for a price below zero or no number, and for land that is to grow.

    >>> prices({"floor_area_m2": 0.2})["floor_area_m2"]
    Price(up=0.2, down=0.2, source='', declared=True, at_most=inf)
    >>> prices()["tax"]
    Price(up=1.0, down=None, source='', declared=False, at_most=inf)
    """
    out = {name: Price(1.0, None, declared=False) for name in sorted(_MONEY)}
    for name, cost in (costs or {}).items():
        if name == "area_m2":
            raise DataError("prices.land_by_mu")
        price = _declared(name, cost)
        if not all(one is None or 0 <= one < float("inf") for one in (price.up, price.down)):
            raise DataError("compliance_options.price_must_number_least_0")
        if name == LAND and price.up is not None:
            raise DataError("prices.land_cannot_grow")
        out[name] = price
    return out


def _declared(column: str, cost: float | Cost) -> Price:
    if isinstance(cost, Cost):
        return Price(cost.more, cost.less, cost.citation, at_most=cost.at_most or np.inf)
    return Price(None if column == LAND else cost, None if column in _MONEY else cost)
