"""One cell of a published table: a figure, a range, words, or bands of another figure.

A banded cell (分档) has a cell of its own for each band: R&D ≥ 5 % up to 2 亿元 of revenue, ≥ 3 %
from 5 亿元 on; or output ≥ 10,900 万元 in the first full year of production, ≥ 21,800 in the second.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import Field

from geo.arrays import Floats, Ints
from geo.errors import RuleError
from geo.standards.cited import Strict
from geo.standards.shown import decimals_of, shown

CellKind = Literal[
    "number",
    "range",
    "reference",
    "requirement",
    "case_by_case",
    "none",
    "exempted",
    "banded",
    "band_missing",
    "outside_bands",
]
OPEN = ("reference", "case_by_case")
"""Kinds of cells that another document decides, in the order in which a decision is taken."""
NO_BAND = ("band_missing", "outside_bands")
"""Kinds of what stands for a banded cell where no band does."""
BAND_DECIMALS = 2
"""Decimals to which the figure that tells the band is shown, and taken."""


class Ends(Strict):
    """From where to where; an end that is open is not within."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


class Cell(Ends):
    """One cell of a published table; a banded one has its `bands` of the figure `by`."""

    kind: CellKind
    text: str = ""
    citation: str = ""
    by: str = ""
    bands: list[Band] = Field(default_factory=list)

    @property
    def leaves(self) -> list[Cell]:
        """What a subject may be judged by: the cells of the bands, or the cell itself."""
        return [band.cell for band in self.bands] if self.bands else [self]

    def decided(self, by: Cell, kinds: tuple[str, ...] = OPEN) -> Cell:
        """The cell with `by` in place of what it leaves to other documents (`kinds`)."""
        if self.bands:
            bands = [
                band.model_copy(update={"cell": band.cell.decided(by, kinds)})
                for band in self.bands
            ]
            return self.model_copy(update={"bands": bands})
        if self.kind not in kinds:
            return self
        return by.model_copy(update={"text": by.text or self.text})

    def bands_of(self, figure: Floats) -> Ints:
        """The band of each figure as it is shown, int64 (n,).

        With k bands, k where the figure is missing and k + 1 where no band has it.
        """
        figure = shown(figure, BAND_DECIMALS)
        out = np.where(np.isnan(figure), len(self.bands), len(self.bands) + 1)
        with np.errstate(invalid="ignore"):
            for number, band in enumerate(self.bands):
                low, high = _infinite(band)
                above = figure > low if band.low_open else figure >= low
                below = figure < high if band.high_open else figure <= high
                out[above & below] = number
        return out


class Band(Ends):
    """A band of the figure that a banded cell goes by, and the cell that holds in it."""

    cell: Cell


Cell.model_rebuild()


def _infinite(ends: Ends) -> tuple[float, float]:
    """Both ends, infinite where there is none."""
    low = -np.inf if ends.low is None else ends.low
    return low, np.inf if ends.high is None else ends.high


_LOW, _HIGH = ("min", "above"), ("max", "below")
_WORDS: dict[str, CellKind] = {
    "reference": "reference",
    "requirement": "requirement",
    "case_by_case": "case_by_case",
}


def read_cell(value: Any) -> Cell:
    """A cell as the TOML file writes it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(kind="number", low=float(value))
    if value == "/":
        return Cell(kind="none", text="/")
    if isinstance(value, dict):
        if value and set(value) <= {*_LOW, *_HIGH}:
            return Cell(kind="range", **_ends(value))
        if set(value) == {"by", "bands"} and value["by"] and isinstance(value["bands"], list):
            return _banded(value)
        if len(value) == 1 and (key := next(iter(value))) in _WORDS and value[key]:
            return Cell(kind=_WORDS[key], text=str(value[key]))
    raise RuleError("standards_model.no_cell_rule_table", value=repr(value))


def _ends(ends: dict[str, Any]) -> dict[str, Any]:
    """`min` and `max` are within, `above` and `below` are not."""
    if any(len(set(ends) & {*side}) > 1 for side in (_LOW, _HIGH)) or not all(
        isinstance(end, int | float) and not isinstance(end, bool) for end in ends.values()
    ):
        raise RuleError("standards_model.no_range", ends=repr(ends))
    low, high = (
        next((float(ends[key]) for key in side if key in ends), None) for side in (_LOW, _HIGH)
    )
    return {"low": low, "high": high, "low_open": "above" in ends, "high_open": "below" in ends}


def _banded(value: dict[str, Any]) -> Cell:
    """`{ by = "revenue", bands = [{ max = 20000, cell = 5 }, { above = 20000, cell = 3 }] }`."""
    bands = []
    for one in value["bands"]:
        if not isinstance(one, dict) or "cell" not in one or set(one) == {"cell"}:
            raise RuleError("standards_model.no_band", band=repr(one))
        cell = read_cell(one["cell"])
        if cell.bands:
            raise RuleError("standards_model.no_band", band=repr(one))
        ends = {key: end for key, end in one.items() if key != "cell"}
        bands.append(Band(cell=cell, **_ends(ends)))
    bands.sort(key=_infinite)
    if not bands or any(_meet(*pair) for pair in pairwise(bands)) or any(map(_is_void, bands)):
        raise RuleError("standards_model.bands_overlap", by=value["by"])
    return Cell(kind="banded", by=str(value["by"]), bands=bands)


def _meet(lower: Band, upper: Band) -> bool:
    """Whether a figure is in both of two bands, the lower first."""
    end, start = _infinite(lower)[1], _infinite(upper)[0]
    return end > start or (end == start and not (lower.high_open or upper.low_open))


def _is_void(band: Band) -> bool:
    """Whether no figure is in the band, or an end is finer than figures are shown."""
    low, high = _infinite(band)
    finer = any(
        decimals_of(end) > BAND_DECIMALS for end in (band.low, band.high) if end is not None
    )
    return finer or low > high or (low == high and (band.low_open or band.high_open))
