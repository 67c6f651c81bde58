"""Verdicts as codes: what each rule says of each subject in small integers, and what it judged by.

What is the rule's (clause, citation, operator, thresholds) stands once, a row a rule and cell; a
figure that several rules judge stands once, too. The long table of the contract
(`geo.standards.table`) is made of this, and holds nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Ints, Mask, Objects
from geo.standards.cell import Cell
from geo.standards.comply import Codes, Judged, Rule, on_threads
from geo.standards.model import Column
from geo.standards.sets import Intervals
from geo.standards.vocabulary import REASON_CODES, REASONS, VERDICT_CODES, VERDICTS

Small = NDArray[np.int16]
SILENT = 0
"""The code of a rule that says nothing of a subject: it is for other parks or parcels."""
_WIDTH = len(REASONS)
_NONE = "none"
"""The figure of a side that a rule has not: missing for all subjects."""
OF_RULE = (
    "subject",
    "rule_id",
    "indicator",
    "unit",
    "mandatory",
    "decimals",
    "clause",
)
OF_CELL = ("operator", "threshold", "threshold_high", "industry_row", "citation", "cell_text")
PLACES = ("said_at", "cell_at", "value_at", "numerator_at", "denominator_at")
"""Columns of the dictionary that name the columns of codes and figures of its rule."""
RULES = ("rule", "cell", *OF_RULE, *OF_CELL, "low", "high", *PLACES)
"""Columns of the dictionary: a row a rule and cell. `low` and `high` are the ends of the set that
the cell admits, ±inf where it has none there, NaN for a cell of words."""


def said_of(verdict: Codes, reason: Codes, has_gap: Mask) -> Small:
    """One code of a verdict, its reason, and whether it has a gap."""
    code = (verdict.astype(np.int16) * _WIDTH + reason) * 2 + has_gap + 1
    # SILENT is 0
    return np.asarray(code * (reason != REASON_CODES["other_place"]), dtype=np.int16)


def _meanings() -> pd.DataFrame:
    """What codes mean: `said`, verdict, reason, and whether there is a gap; a row a code."""
    size = len(VERDICTS) * _WIDTH * 2
    code = np.arange(size)
    table = pd.DataFrame(
        {
            "said": (code + 1).astype(np.int16),
            "verdict": np.array(list(VERDICTS), object)[code // (2 * _WIDTH)],
            "reason": np.array(list(REASONS), object)[code // 2 % _WIDTH],
            "has_gap": code % 2 == 1,
        }
    )
    return table.astype({"verdict": "str", "reason": "str"})


MEANINGS = _meanings()


@dataclass(frozen=True, eq=False)
class RuleCodes:
    """One rule and what it says of its subjects, all in the order of `ids`.

    Attributes
    ----------
    id, indicator, subject, unit, clause, mandatory, decimals
        The rule's.
    cells
        A row a cell of the rule (columns `OF_CELL`, `low`, `high`), by place.
    ids
        Subject ids, object (n,).
    verdict, reason
        uint8 (n,), of `VERDICT_CODES` and `REASON_CODES`; both 0 where the rule is silent.
    told
        bool (n,): whether the rule says anything of the subject, which then is a row of the table.
    cell
        int16 (n,), into `cells`.
    value, numerator, denominator, gap
        float64 (n,), in the rule's unit; the gap negative where short.
    """

    number: int
    id: str
    indicator: str
    subject: str
    unit: str
    clause: str
    mandatory: bool
    decimals: int
    cells: pd.DataFrame
    ids: Objects
    said: Small
    cell: Small
    value: Floats
    numerator: Floats
    denominator: Floats

    @cached_property
    def told(self) -> Mask:  # noqa: D102 -- see the class
        return np.not_equal(self.said, SILENT)

    @cached_property
    def verdict(self) -> Codes:  # noqa: D102
        return np.take(_VERDICT, self.said)

    @cached_property
    def reason(self) -> Codes:  # noqa: D102
        return np.take(_REASON, self.said)

    @cached_property
    def gap(self) -> Floats:  # noqa: D102
        return self.gaps_at(slice(None))

    def gaps_at(self, rows: Ints | Mask | slice) -> Floats:
        """The gaps of some subjects: of few it takes less than those of all."""
        low, high = (self.cells[end].to_numpy(float) for end in ("low", "high"))
        closed = np.zeros(len(low), bool)
        gap = Intervals(low, high, closed, closed).take(self.cell[rows]).gap(self.value[rows])
        gap[~_HAS_GAP[self.said[rows]]] = np.nan
        return gap

    def of_cell(self, name: str) -> Any:
        """A column of `cells` for each subject."""
        return self.cells[name].to_numpy()[self.cell]


_VERDICT = np.r_[0, MEANINGS["verdict"].map(VERDICT_CODES)].astype(np.uint8)
_REASON = np.r_[0, MEANINGS["reason"].map(REASON_CODES)].astype(np.uint8)
_HAS_GAP = np.r_[False, MEANINGS["has_gap"]].astype(bool)


@dataclass(frozen=True, eq=False)
class SubjectCodes:
    """Codes and figures of all subjects of one kind, in arrays by the names in the dictionary."""

    subject: str
    ids: Objects
    codes: dict[str, Small]
    figures: dict[str, Floats]

    @cached_property
    def _places(self) -> pd.Index:
        return pd.Index(self.ids)

    def of_ids(self, ids: Any) -> SubjectCodes:
        """Those of the subjects with these ids, in this order; ids of no subject are passed over."""
        rows = self._places.get_indexer(pd.Index(ids).astype(object))
        return self.take(rows[rows >= 0])

    def take(self, rows: NDArray[np.integer] | Mask) -> SubjectCodes:
        """Those of some subjects, in this order."""
        return replace(
            self,
            ids=self.ids[rows],
            codes={name: own[rows] for name, own in self.codes.items()},
            figures={name: own[rows] for name, own in self.figures.items()},
        )


@dataclass(frozen=True, eq=False)
class VerdictCodes:
    """All verdicts of a run: the dictionary of rules and cells, and the codes of each subject.

    `rules` has the columns `RULES`, sorted by rule and cell; `kinds` an entry a kind of subject that
    has rules, parcels before enterprises. `spoken`, of a part of a run, are the ids of the rules that
    say something of a parcel anywhere.
    """

    rules: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*RULES]))
    kinds: tuple[SubjectCodes, ...] = ()
    spoken: frozenset[str] | None = None

    @classmethod
    def of(cls, parts: list[Judged]) -> VerdictCodes:
        """The verdicts of judged subjects."""
        parts = [part for part in parts if part.rules]
        if not parts:
            return cls()
        tables, kinds, start = [], [], 0
        for part in parts:
            names = _Names(part.rules, start)
            tables.append(names.dictionary(part.subject))
            kinds.append(_coded(part, names))
            start += len(part.rules)
        return cls(pd.concat(tables, ignore_index=True)[[*RULES]], tuple(kinds))

    @cached_property
    def _places(self) -> list[tuple[dict[str, Any], pd.DataFrame]]:
        """Each rule's own columns, and its cells."""
        groups = self.rules.groupby("rule", sort=False)
        return [(dict(cells.iloc[0]), cells) for _, cells in groups]  # rows-ok: rules

    def of_subject(self, subject: str = "parcel") -> Iterator[RuleCodes]:
        """The rules on one kind of subject, in their order."""
        for kind in self.kinds:
            if kind.subject == subject:
                yield from self._of_kind(kind)

    def speaking(self, subject: str = "parcel") -> Iterator[RuleCodes]:
        """Those of them that say something of one, here or in another part of the run."""
        for rule in self.of_subject(subject):
            if rule.told.any() if self.spoken is None else rule.id in self.spoken:
                yield rule

    def __iter__(self) -> Iterator[RuleCodes]:
        """All rules in the order of the long table."""
        for kind in self.kinds:
            yield from self._of_kind(kind)

    def _of_kind(self, kind: SubjectCodes) -> Iterator[RuleCodes]:
        for own, cells in self._places:
            if own["subject"] != kind.subject:
                continue
            yield RuleCodes(
                int(own["rule"]),
                str(own["rule_id"]),
                str(own["indicator"]),
                kind.subject,
                own["unit"],
                own["clause"],
                bool(own["mandatory"]),
                int(own["decimals"]),
                cells,
                kind.ids,
                kind.codes[own["said_at"]],
                kind.codes[own["cell_at"]],
                kind.figures[own["value_at"]],
                kind.figures[own["numerator_at"]],
                kind.figures[own["denominator_at"]],
            )

    @cached_property
    def count(self) -> int:
        """How many verdicts there are: the rows of the long table."""
        return sum(int(rule.told.sum()) for rule in self)

    def counts(self) -> pd.DataFrame:
        """How many verdicts of each kind a rule and cell gives: `RULES` and a column a verdict."""
        width = len(VERDICTS)
        found = []
        for rule in self:
            told = rule.told
            pair = rule.cell[told].astype(np.intp) * width + rule.verdict[told]
            tally = np.bincount(pair, minlength=len(rule.cells) * width)
            found.append(tally.reshape(len(rule.cells), width))
        numbers = np.concatenate(found) if found else np.zeros((0, width), np.intp)
        return self.rules.assign(**dict(zip(VERDICTS, numbers.T, strict=True)))

    def take(self, subject: str, rows: NDArray[np.integer] | Mask) -> VerdictCodes:
        """Those of some subjects of one kind, in this order; other kinds stay."""
        return replace(
            self, kinds=tuple(k.take(rows) if k.subject == subject else k for k in self.kinds)
        )

    def of_ids(self, subject: str, ids: Any) -> VerdictCodes:
        """Those of the subjects of one kind with these ids, in this order, and of no other kind."""
        own = (kind.of_ids(ids) for kind in self.kinds if kind.subject == subject)
        return replace(self, kinds=tuple(own))

    def cited(self) -> list[str]:
        """The citations of all cells that say anything, each once, sorted."""
        counts = self.counts()
        told = counts[[*VERDICTS]].any(axis=1)
        return sorted(set(counts.loc[told, "citation"].dropna().astype("str")))

    def without_rows(self) -> VerdictCodes:
        """The rules, and no subject."""
        return replace(self, kinds=tuple(kind.take(slice(0)) for kind in self.kinds))  # type: ignore[arg-type]


def joined(parts: Sequence[VerdictCodes]) -> VerdictCodes:
    """The verdicts of parts that were judged by the same rules, one below the other."""
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first, kinds=tuple(_one_below(k) for k in zip(*(p.kinds for p in parts), strict=True))
    )


def _one_below(kinds: Sequence[SubjectCodes]) -> SubjectCodes:
    def stacked(of: str) -> dict[str, Any]:
        return {
            name: np.concatenate([getattr(kind, of)[name] for kind in kinds])
            for name in getattr(kinds[0], of)
        }

    return SubjectCodes(
        kinds[0].subject,
        np.concatenate([kind.ids for kind in kinds]),
        stacked("codes"),
        stacked("figures"),
    )


class _Names:
    """Which columns hold the codes and figures of rules: the same for the same rules, always."""

    def __init__(self, rules: list[Rule], start: int) -> None:
        self.rules, self.start = rules, start
        self.figures: dict[Any, str] = {}
        self.cells: dict[str, str] = {}
        self.at: list[dict[str, str]] = []
        for number, rule in enumerate(rules, start):
            column, known = rule.column, rule.indicator
            shown = (column.indicator, column.decimals, column.operator == "attested")
            # Rules of one pack without bands and decisions are judged by the same row of its table.
            key = rule.pack.head.id if rule.flat.are_rows else rule.id
            self.at.append(
                {
                    "said_at": f"said_{number}",
                    "cell_at": self.cells.setdefault(key, f"cell_{number}"),
                    "value_at": self.figures.setdefault(shown, f"value_{number}"),
                    "numerator_at": self._side(known.numerator if known else _NONE, start),
                    "denominator_at": self._side(known.denominator if known else _NONE, start),
                }
            )

    def _side(self, formula: str, start: int) -> str:
        return self.figures.setdefault(formula, f"input_{start + len(self.figures)}")

    def dictionary(self, subject: str) -> pd.DataFrame:
        """The rows of all rules: one a cell."""
        cells = [_cells(rule) for rule in self.rules]
        own = pd.DataFrame(
            {
                "rule": np.arange(self.start, self.start + len(self.rules), dtype=np.int16),
                "subject": subject,
                "rule_id": [rule.id for rule in self.rules],
                "indicator": [rule.column.indicator for rule in self.rules],
                "unit": [rule.column.unit for rule in self.rules],
                "mandatory": [rule.column.mandatory for rule in self.rules],
                "decimals": np.array([rule.column.decimals for rule in self.rules], np.int8),
                "clause": [rule.column.clause for rule in self.rules],
                **{name: [places[name] for places in self.at] for name in PLACES},
            }
        )
        of_rule = np.repeat(np.arange(len(own)), [len(rule.cells) for rule in self.rules])
        of_cell = {name: np.concatenate([one[name] for one in cells]) for name in cells[0]}
        return own.iloc[of_rule].reset_index(drop=True).assign(**of_cell)


def _cells(rule: Rule) -> dict[str, Any]:
    """What the dictionary says of each cell of a rule."""
    document = rule.pack.head.citation
    operator, low, high = rule.printed
    citation = [f"{document}；{c.citation}" if c.citation else document for c in rule.cells]
    return {
        "cell": np.arange(len(rule.cells), dtype=np.int16),
        "operator": np.array(operator, object),
        "threshold": low,
        "threshold_high": high,
        "industry_row": np.array(rule.row_names, object),
        "citation": np.array(citation, object),
        "cell_text": np.array([_printed(cell, rule.column) for cell in rule.cells], object),
        "low": rule.admitted.low,
        "high": rule.admitted.high,
    }


def _printed(cell: Cell, column: Column) -> str:
    """The cell as its table has it, where that is not the threshold in the rule's unit."""
    if cell.kind == "number" and column.printed_unit:
        return f"{column.operator} {cell.low:g} {column.printed_unit}"
    return cell.text


def _coded(part: Judged, names: _Names) -> SubjectCodes:
    """The judged subjects as codes."""
    count = len(part.ids)
    figures = {
        name: np.full(count, np.nan) if formula == _NONE else part.figure(formula)
        for formula, name in names.figures.items()
        if isinstance(formula, str)
    }
    codes: dict[str, Small] = {name: np.empty(0, np.int16) for at in names.at for name in _both(at)}
    for at, places in enumerate(names.at):
        if places["value_at"] not in figures:
            figures[places["value_at"]] = part.value[at].copy()

    places_of = names.at

    def work(at: int) -> None:
        places, row = places_of[at], part.row[at]
        codes[places["said_at"]] = said_of(
            part.verdict[at], part.reason[at], ~np.isnan(part.gap[at])
        )
        if places["cell_at"] == f"cell_{names.start + at}":
            last = np.int16(len(part.rules[at].cells) - 1)  # of those without a row
            codes[places["cell_at"]] = row + (row < 0) * (last - row)

    on_threads(work, len(names.at), len(names.at) * count)
    return SubjectCodes(part.subject, part.ids.to_numpy(dtype=object), codes, figures)


def _both(places: dict[str, str]) -> tuple[str, str]:
    return places["said_at"], places["cell_at"]
