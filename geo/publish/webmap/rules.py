"""What the map's client is told of each rule, and of each parcel under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Array, Floats, Ints
from geo.model import show_unit
from geo.project import Settings
from geo.publish.look.themes import ParcelRules, indicator_title
from geo.publish.records.rules import column_title, rule_mends
from geo.publish.webmap import encode
from geo.publish.webmap.packing import Coded
from geo.run import Run
from geo.standards.codes import RuleCodes
from geo.standards.model import Pack
from geo.standards.precedence import LEVELS
from geo.standards.sets import Intervals
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES

Used = Mapping[str, Ints]
"""Numbers of the cells that a rule judges any parcel by, ascending, −1 first where it is not for all."""


def used_cells(run: Run) -> dict[str, Ints]:
    """The cells that parcels are judged by, of each rule that says something of one, by its id."""
    of_parcels = ParcelRules(run)
    return {rule.id: np.unique(_cell(of_parcels, rule)) for rule in of_parcels.rules}


def rules(run: Run, used: Used | None = None) -> list[dict[str, Any]]:
    """Each rule on parcels with its citation and, in parcel order, what each was judged.

    With it goes what a trial of another threshold needs: how its pack stands beside the others.
    The gap is not sent: the client has the value and the bar. `used` are the cells of a run of which
    this is a part.
    """
    settings = run.settings
    packs = {pack.head.id: pack for pack in run.basis.packs}
    parcels = _Cells(run, used_cells(run) if used is None else used)
    out = []
    for rule in parcels.rules:
        title = indicator_title(rule.indicator, settings, unit=False)
        cell = parcels.of(rule)
        out.append(
            {
                "id": rule.id,
                "zh": title.zh,
                "en": title.en,
                "unit": [show_unit(rule.unit, lang, settings.currency) for lang in ("zh", "en")],
                "operator": str(cell.table["operator"].iloc[0]),
                "clause": rule.clause,
                "mend": _numerator(rule.indicator, settings),
                "verdict": parcels.verdicts(rule),
                "reason": parcels.laid_out(rule, rule.reason, REASON_CODES["other_place"]),
                "value": parcels.laid_out(rule, rule.value, np.nan),
                **cell.fields(),
                **_mends(rule, parcels, settings),
                "indicator": rule.indicator,
                "mandatory": rule.mandatory,
                "decimals": rule.decimals,
                **_standing(rule.id, packs),
            }
        )
    return out


def _cell(of_parcels: ParcelRules, rule: RuleCodes) -> Ints:
    """The cell of each parcel, −1 where the rule says nothing of it."""
    return of_parcels.laid_out(rule, rule.cell.astype(np.int32), -1)


class _Cells(ParcelRules):
    """Which cells parcels are judged by; what rules share stays one array."""

    def __init__(self, run: Run, used: Used) -> None:
        super().__init__(run)
        self._used = used
        self._numbered: dict[tuple[int, bytes], tuple[Array, Ints]] = {}

    def of(self, rule: RuleCodes) -> _Cell:
        """A rule's cells by parcel, numbered in the order of its table."""
        used = self._used[rule.id]
        if not self.is_whole(rule):
            return _Cell(rule, np.searchsorted(used, _cell(self, rule)), used)
        key = id(rule.cell), used.tobytes()
        if key not in self._numbered:  # the array is held, so that its id stays its own
            self._numbered[key] = rule.cell, np.searchsorted(used, rule.cell)
        return _Cell(rule, self._numbered[key][1], used)


class _Cell:
    """The bars of a rule that parcels are judged by: `found` are its cells, −1 none, by code."""

    def __init__(self, rule: RuleCodes, codes: Ints, found: Array) -> None:
        self.codes = codes
        self.table = rule.cells.iloc[found[found >= 0]]
        # An entry a code: its row of the table, or what stands behind the last.
        self.row = np.where(found >= 0, np.cumsum(found >= 0) - 1, len(self.table))

    def fields(self) -> dict[str, Any]:
        """Documents, rows of the rule's table, and the set that each admits.

        `low`, `high` are NaN where there is no such end; `ends` is 1 where the lower end is open,
        plus 2 where the upper one is.
        """
        low, high = (self.table[name].to_numpy(float) for name in ("threshold", "threshold_high"))
        admits = Intervals.of_table(self.table["operator"], low, high)
        ends = admits.low_open + 2 * admits.high_open.astype(np.uint8)
        source, sources = self._words("citation")
        industry, industries = self._words("industry_row")
        return {
            "sources": sources,
            "source": source,
            "industries": industries,
            "industry": industry,
            "low": self._by_cell(encode.exact(admits.low), np.nan),
            "high": self._by_cell(encode.exact(admits.high), np.nan),
            "ends": self._by_cell(ends.astype(np.uint8), 0),
        }

    def _by_cell(self, values: Array, silent: float) -> Coded:
        return Coded(self.codes, np.append(values, np.array(silent, values.dtype))[self.row])

    def _words(self, name: str) -> tuple[Coded, list[str]]:
        """A column of words as numbers into the distinct ones; a missing word is empty."""
        texts = self.table[name].fillna("").astype("str").to_numpy(object)
        texts = np.append(texts, "")[self.row]
        number, distinct = pd.factorize(texts)
        return Coded(self.codes, number.astype(np.int32)), distinct.tolist()


def _mends(rule: RuleCodes, parcels: _Cells, settings: Settings) -> dict[str, Floats]:
    """What would mend each failing parcel: more or less of a figure, or land given back."""
    fails = np.flatnonzero(rule.told & (rule.verdict == VERDICT_CODES["fail"]))
    out = {}
    changes = rule_mends(rule, fails, settings.rule_figures)
    for name, change in zip(("change", "land"), changes, strict=True):
        values = np.full(len(rule.told), np.nan)
        values[fails] = encode.exact(change)
        out[name] = parcels.laid_out(rule, values, np.nan)
    return out


def _standing(rule: str, packs: dict[str, Pack]) -> dict[str, Any]:
    """How a rule counts beside those of other packs: its level, how it stands, its alternatives."""
    name, key = rule.split("/", 1)
    if name not in packs:  # judged by a pack that the project does not name
        other = {"pack": name, "pack_title": [name, name]}
        return {**other, "level": 0, "stands": "beside", "any_of": ""}
    head = packs[name].head
    return {
        "pack": name,
        "pack_title": [head.title_zh, head.title_en or head.title_zh],
        "level": LEVELS.index(head.level),
        "stands": head.stands,
        "any_of": packs[name].columns[key].any_of,
    }


def _numerator(name: str, settings: Settings) -> list[str]:
    """What would have to be added to, with its unit, in both languages."""
    indicator = settings.rule_figures.get(name)
    column = indicator.numerator if indicator else name
    both = (settings.model_copy(update={"lang": lang}) for lang in ("zh", "en"))
    return [column_title(column, "parcel", one) for one in both]
