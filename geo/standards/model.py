"""A rule pack: one published table, cell by cell, with its citation.

No cell is dropped: what is not a number is a reference, a requirement, a case-by-case clause or
not applicable, and each of these has its own verdict.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator, model_validator

from geo.errors import RuleError
from geo.model import RULE_FIGURES, Indicator, listed_industries
from geo.project_parts import Currency
from geo.standards.cell import OPEN, Cell, read_cell
from geo.standards.cited import Shelf, Strict
from geo.standards.edition import Edition
from geo.standards.matching import Keys, row_of_industry, row_of_place
from geo.standards.sets import NO_SET, End, Intervals
from geo.standards.shown import decimals_of, shown
from geo.standards.signing import content_of
from geo.text import Message, join

Operator = Literal[">=", ">", "<=", "<", "attested"]
Level = Literal["national", "province", "city", "park", "parcel"]


class Decision(Strict):
    """What another document sets in place of a cell: for a row, some industries, named subjects.

    Without any of them it is for the column's cells that name another document; where there are
    none, for those that are case by case. One for industries stands wherever such a subject's cell
    is open, whatever its row.
    """

    cell: Cell
    row: str = ""
    industries: list[str] = Field(default_factory=list)
    subjects: list[str] = Field(default_factory=list)

    @property
    def is_of_column(self) -> bool:
        """Whether it changes the table itself, and not what some subjects are judged by."""
        return not (self.subjects or self.industries)


class Column(Strict):
    """One heading of the table: what is judged, how, and under which clause."""

    indicator: str
    operator: Operator
    unit: str
    mandatory: bool
    clause: str = Field(min_length=2)
    decimals: int = Field(default=2, ge=0, le=6)
    any_of: str = Field(default="", description="columns sharing this word: one met is enough")
    printed_unit: str = Field(default="", description="the unit of the cells, if another")
    divide_by: float = Field(default=1, gt=0, description="printed figure ÷ this = figure in unit")

    @model_validator(mode="after")
    def _known(self, info: ValidationInfo) -> Column:
        if self.operator == "attested":
            return self
        known = (info.context or RULE_FIGURES).get(self.indicator)
        if known is None:
            raise RuleError("common.not_indicator", indicator=self.indicator)
        if known.unit != self.unit:
            raise RuleError(
                "standards_model.in_rule_in",
                indicator=self.indicator,
                unit=known.unit,
                unit_2=self.unit,
            )
        return self

    def ends(self, cell: Cell) -> End:
        """The set that a cell of this column admits, in the rule's unit.

        A figure printed in another unit is rounded as the value is.
        """
        if cell.kind == "number" and cell.low is not None and self.operator != "attested":
            figure, strict = self._in_unit(cell.low), self.operator in (">", "<")
            if self.operator in (">=", ">"):
                return figure, math.inf, strict, False
            return -math.inf, figure, False, strict
        if cell.kind == "range":
            low = -math.inf if cell.low is None else self._in_unit(cell.low)
            high = math.inf if cell.high is None else self._in_unit(cell.high)
            return low, high, cell.low_open, cell.high_open
        return NO_SET

    def _in_unit(self, printed: float) -> float:
        if self.divide_by == 1:
            return printed
        return float(shown(np.array(printed / self.divide_by), self.decimals))

    def refuse(self, cell: Cell) -> None:
        """RuleError where nothing that can be shown meets the cell, or it is no cell of this."""
        if self.operator == "attested":
            if any(leaf.kind in ("number", "range") for leaf in cell.leaves):
                raise RuleError("standards_model.attested_column_takes_requirement_not")
            return
        if cell.bands:
            for leaf in cell.leaves:
                self.refuse(leaf)
            return
        ends = Intervals.of([self.ends(cell)])
        first, last = ends.raw(self.decimals)
        if first[0] >= last[0]:
            low, high = ends.low[0], ends.high[0]
            raise RuleError(
                "standards_model.no_figure_decimals_lies_within",
                decimals=self.decimals,
                low=low,
                high=high,
            )

    def refuse_finer(self, cell: Cell) -> None:
        """RuleError for a threshold finer than values are judged: 0.0049 would pass under 0.001.

        One that is printed in another unit is rounded with the value.
        """
        if self.operator == "attested":
            return
        printed = [end for leaf in cell.leaves for end in (leaf.low, leaf.high) if end is not None]
        for end in printed if self.divide_by == 1 else []:
            digits = decimals_of(end)
            if digits > self.decimals:
                raise RuleError(
                    "standards_model.finer_than_decimals",
                    figure=f"{end:.12g}",
                    digits=digits,
                    decimals=self.decimals,
                )


class Row(Strict):
    """One row of the table, most often an industry. Code `*` takes all that no other row names."""

    industry: str
    codes: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    cells: dict[str, Any]

    @field_validator("codes")
    @classmethod
    def _plain(cls, codes: list[str]) -> list[str]:
        """Codes as the parcels' are compared: C, C30 and 3000 are of GB/T 4754, too."""
        plain = listed_industries(codes)
        odd = next((c for c in plain if c != "*" and not re.fullmatch("[0-9A-Z]+", c)), None)
        if odd is not None:
            raise RuleError("standards_model.no_industry_code", odd=odd)
        return plain


class Scope(Strict):
    """Which subjects the pack is for."""

    industrial_land_only: bool = False
    parks: list[str] = Field(default_factory=list)
    parcels: list[str] = Field(default_factory=list)


class Head(Edition):
    """What a pack says of itself beside its citation: when, where and for what it is in force."""

    basis: str = ""
    region: str = ""
    subject: Literal["parcel", "enterprise"] = "parcel"
    level: Level = "park"
    stands: Literal["beside", "local", "stricter"] = Field(
        default="beside", description="against a more general pack on the same indicator"
    )
    rows_by: Literal["industry", "park_level", "park_name"] = "industry"
    choose_one: bool = Field(
        default=False, description="the subject chooses one of the rows, and none else holds"
    )
    found: str = Field(default="", description="where the text was read, if not at the issuer's")
    currency: Currency = Field(
        default="CNY", min_length=3, description="currency of the thresholds, a code of ISO 4217"
    )


class Answered(Strict):
    """What an office answered of a table that was imported, who did and on what day."""

    about: str
    subject: str
    answer: str
    by: str = ""
    on: str = ""


class Pack(Strict):
    """A rule pack file. `open` are questions of an imported draft: it is refused while one is left."""

    head: Head = Field(alias="pack")
    scope: Scope = Scope()
    columns: dict[str, Column]
    rows: list[Row]
    given: dict[str, list[Decision]] = Field(default_factory=dict)
    chosen: str = Field(default="", description="the row that the project says was chosen")
    open: list[str] = Field(default_factory=list, exclude=True)
    answers: list[Answered] = Field(default_factory=list, exclude=True)

    @field_validator("open")
    @classmethod
    def _decided_on(cls, questions: list[str]) -> list[str]:
        if questions:
            raise RuleError(
                "standards_model.open_questions", count=len(questions), first=questions[0]
            )
        return questions

    @property
    def figures(self) -> list[str]:
        """What subjects are judged by: the columns' indicators, and those that bands go by."""
        judged = [column.indicator for column in self.columns.values()]
        by = [cell.by for key in self.columns for cell in self.cells(key) if cell.by]
        return list(dict.fromkeys((*judged, *by)))

    @property
    def counts_money(self) -> bool:
        """Whether a column is of money, in the currency of the head."""
        return any("万元" in column.unit for column in self.columns.values())

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Pack:
        self._check_rows()
        self._refuse_places(self.scope)
        for row in self.rows:
            if set(row.cells) != set(self.columns):
                odd = set(row.cells) ^ set(self.columns)
                raise RuleError(
                    "standards_model.cells_and_columns_differ",
                    industry=row.industry,
                    names=join(sorted(odd)),
                )
            self._check_cells(row, Column.refuse)
        self._check_bands(info.context or RULE_FIGURES)
        return self

    def _check_bands(self, known: dict[str, Indicator]) -> None:
        """RuleError where the bands of a cell go by what is no figure of a subject."""
        attested = {c.indicator for c in self.columns.values() if c.operator == "attested"}
        for name in self.figures:
            if name not in known and name not in attested:
                raise RuleError("common.not_indicator", indicator=name)

    def refuse_finer(self) -> None:
        """RuleError for a threshold of a file that is finer than its column's values are judged."""
        for row in self.rows:
            self._check_cells(row, Column.refuse_finer)

    def _check_cells(self, row: Row, check: Callable[[Column, Cell], None]) -> None:
        """Check each cell by its column; RuleError that names the row and the column."""
        for key, value in row.cells.items():
            try:
                check(self.columns[key], read_cell(value))
            except RuleError as error:
                raise RuleError(
                    "standards_model.row", industry=row.industry, key=key, error=error.text
                ) from error

    def _check_rows(self) -> None:
        """RuleError for a row that nothing can fall in, and for two rows of the same subjects."""
        by_industry = self.head.rows_by == "industry"
        taken: dict[tuple[str, str], str] = {}
        for row in self.rows:
            if not (row.names or "*" in row.codes or (row.codes and by_industry)):
                keys_that_name = (
                    Message("standards_model.codes_or_names") if by_industry else "names"
                )
                raise RuleError(
                    "standards_model.nothing_can_fall_in",
                    industry=row.industry,
                    keys=keys_that_name,
                )
            names = [""] if by_industry or not row.names else row.names
            keys = {(c, n) for c in row.codes or [""] for n in ([""] if c == "*" else names)}
            keys |= {("", n) for n in row.names if by_industry}
            keys.discard(("", ""))
            for code, name in sorted(keys & set(taken)):
                one = taken[code, name]
                raise RuleError(
                    "standards_model.rows_both_stand",
                    one=one,
                    industry=row.industry,
                    name=code or name,
                )
            taken |= dict.fromkeys(keys, row.industry)

    def cells(self, column: str) -> list[Cell]:
        """One column's cells, in the order of the rows; open ones as far as they were decided."""
        cells = [read_cell(row.cells[column]) for row in self.rows]
        for one in self.given.get(column, []):
            if one.is_of_column:
                kinds = self._decides(cells, one)
                cells = [
                    cell.decided(one.cell, kinds) if one.row in ("", row.industry) else cell
                    for cell, row in zip(cells, self.rows, strict=True)
                ]
        return cells

    def decisions(self, column: str, of: Literal["subjects", "industries"]) -> list[Decision]:
        """What was decided on a column for subjects by name, or for some industries."""
        return [one for one in self.given.get(column, []) if getattr(one, of)]

    def _decides(self, cells: list[Cell], one: Decision) -> tuple[str, ...]:
        """Kinds of the cells that a decision without subjects stands for; none: it meets none."""
        rows = zip(cells, self.rows, strict=True)
        reached = [cell for cell, row in rows if one.row in ("", row.industry)]
        kinds = [leaf.kind for cell in reached for leaf in cell.leaves if leaf.kind in OPEN]
        first = next((kind for kind in OPEN if kind in kinds), None)
        if first is None:
            return ()
        return OPEN if one.row or one.industries else (first,)

    def with_references(self, values: Mapping[str, tuple[float, str] | list[Decision]]) -> Pack:
        """The pack with what it leaves to other documents, by `pack/column`, each cited.

        A pair is a figure and its source. RuleError where a decision meets no cell, names a row
        that is not there, or is not of the column's kind.
        """
        taken: dict[str, list[Decision]] = {}
        for key, value in values.items():
            pack, _, column = key.partition("/")
            if pack == self.head.id:
                taken[column] = (
                    value
                    if isinstance(value, list)
                    else [Decision(cell=Cell(kind="number", low=value[0], citation=value[1]))]
                )
        for column, decisions in taken.items():
            self._check_decisions(column, decisions)
        return self.model_copy(update={"given": taken})

    def _check_decisions(self, column: str, decisions: list[Decision]) -> None:
        where = f"references: {self.head.id}/{column}"
        if column not in self.columns:
            raise RuleError("standards_model.pack_no_column", pack=self.head.id, column=column)
        cells = [read_cell(row.cells[column]) for row in self.rows]
        named: set[str] = set()
        for one in decisions:
            try:
                self.columns[column].refuse(one.cell)
                self.columns[column].refuse_finer(one.cell)
            except RuleError as error:
                raise RuleError("standards_model.invalid", where=where, error=error.text) from error
            if one.row and one.row not in [row.industry for row in self.rows]:
                raise RuleError("standards_model.table_no_row", where=where, row=one.row)
            if not one.subjects and not self._decides(cells, one):
                raise RuleError("standards_model.column_leaves_no_cell_open", where=where)
            twice = sorted(named.intersection((*one.subjects, *one.industries)))
            if twice:
                raise RuleError("standards_model.two_decisions", where=where, twice=twice[0])
            named.update(one.subjects, one.industries)

    def for_places(self, parks: list[str], parcels: list[str]) -> Pack:
        """The pack for these parks and parcels of the project only.

        RuleError where it judges enterprises, which may be in several.
        """
        scope = self.scope.model_copy(update={"parks": parks, "parcels": parcels})
        self._refuse_places(scope)
        return self.model_copy(update={"scope": scope})

    def _refuse_places(self, scope: Scope) -> None:
        if self.head.subject == "enterprise" and (scope.parks or scope.parcels):
            raise RuleError("standards_model.enterprises_in_places", pack=self.head.id)

    def with_content(self, content: str) -> Pack:
        """The pack with the hash of what its file says, beside the one that was signed."""
        if self.head.signed_off is None:
            return self
        signed = self.head.signed_off.model_copy(update={"content_read": content})
        head = self.head.model_copy(update={"signed_off": signed})
        return self.model_copy(update={"head": head})

    def with_choice(self, row: str) -> Pack:
        """The pack with the row that its subjects chose, by name or by a code that it lists.

        RuleError where it leaves nothing to choose, or has no such row.
        """
        found = next((r.industry for r in self.rows if row == r.industry or row in r.codes), None)
        if found is None or not self.head.choose_one:
            listed = join([r.industry for r in self.rows])
            raise RuleError("standards_model.no_choice", pack=self.head.id, row=row, rows=listed)
        return self.model_copy(update={"chosen": found})

    def match(self, keys: Keys) -> NDArray[np.int16]:
        """Row number for each subject, −1 where what the rows go by is not known.

        By industry, the longest code prefix wins; then a row's name found in the industry's name;
        then `*`. By park level or name, a row's name found in it (and the row's industries, where
        it names any); then `*`.
        """
        by = self.head.rows_by
        if self.chosen:
            at = [row.industry for row in self.rows].index(self.chosen)
            return np.full(len(keys.number[by]), at, dtype=np.int16)
        if len(self.rows) == 1 and "*" in self.rows[0].codes:  # one row for all: nothing to know
            return np.zeros(len(keys.number[by]), dtype=np.int16)
        find = row_of_industry if by == "industry" else row_of_place
        found = [find(self.rows, code, name) for code, name in keys.pairs(by)]
        return np.array([*found, -1], dtype=np.int16)[keys.number[by]]


def declared_columns(packs: Iterable[Pack]) -> list[str]:
    """The columns that the packs' attested requirements are read from, each once."""
    return sorted(
        {
            column.indicator
            for pack in packs
            for column in pack.columns.values()
            if column.operator == "attested"
        }
    )


SHELF = Shelf("geo.standards", "packs", Message("standards_model.rule_pack"))


def shipped() -> list[str]:
    """Ids of the packs that come with mujun."""
    return SHELF.ids()


def read_pack(
    name: str, folder: Path | str = Path(), catalogue: dict[str, Indicator] = RULE_FIGURES
) -> Pack:
    """A shipped pack by id, or a pack file (`*.toml`) beside the project.

    `catalogue` holds the indicators that its columns may name. Raises RuleError for an unknown
    id, a missing citation, or a cell that cannot be read.
    """
    raw = SHELF.read(name, folder)
    try:
        if {"given", "chosen"} & set(raw):
            raise RuleError("standards_model.not_files")
        pack = Pack.model_validate(raw, context=catalogue)
        pack.refuse_finer()
    except ValueError as error:
        raise SHELF.refused(name, error, raw, Pack) from error
    return pack.with_content(content_of(raw))
