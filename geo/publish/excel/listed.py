"""What of a table its sheet lists: all of it, or past a stated size what is read first.

Nothing is left out in silence: a sheet that is cut says above its heading how much it lists of how
much, by which order, and where the rest is; the workbook's first sheet says it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Array, Ints, Mask
from geo.model.tables import TABLES
from geo.publish.headings import heading
from geo.publish.words import words_of
from geo.run import Run
from geo.run.held import VERDICTS
from geo.standards.table import ASKING
from geo.text import Message, Wording, join

MOST = 100_000
"""Rows that a sheet lists; of parcels and enterprises it lists all."""

WIDE = 20_000
"""Parcels or enterprises from which on their sheets have the columns of `MAIN` alone."""

MAIN = {
    "verdicts": [
        "subject",
        "subject_id",
        "rule_id",
        "indicator",
        "clause",
        "verdict",
        "value",
        "threshold",
        "threshold_high",
        "gap",
        "reason",
    ],
    "parks": [
        "park_id",
        "name",
        "level",
        "parcels",
        "parcel_mu",
        "parcels_pass",
        "parcels_fail",
        "parcels_no_data",
        "revenue_per_mu",
        "tax_per_mu",
        "output_value_per_mu",
        "value_added_per_mu",
        "revenue",
        "tax",
        "grade",
    ],
    "enterprises": [
        "enterprise_id",
        "name",
        "industry_code",
        "industry",
        "area_mu",
        "revenue",
        "tax",
        "revenue_per_mu",
        "tax_per_mu",
        "output_value_per_mu",
        "value_added_per_mu",
        "grade",
        "score",
    ],
    "parcels": [
        "parcel_id",
        "name",
        "park_id",
        "main_enterprise",
        "land_use",
        "supply_status",
        "area_mu",
        "compliance",
        "grade",
        "control",
        "revenue_per_mu",
        "tax_per_mu",
        "output_value_per_mu",
        "fixed_investment_per_mu",
        "floor_area_ratio",
        "building_coverage",
        "idle",
        "low_efficiency",
        "value_added_per_mu",
        "green_ratio",
        "rd_intensity",
        "industry_code",
    ],
}
"""Columns of a sheet that stand first and are printed, where the table has them; of a great many
parcels or enterprises the only ones."""


@dataclass(frozen=True)
class Order:
    """Which rows of a long table are listed: of each `by` those with the largest `size`.

    `size` is taken without its sign, `smallest` turns the order round; `only` names a column and
    the codes that are listed at all.
    """

    by: str
    size: str
    smallest: bool = False
    only: tuple[str, tuple[str, ...]] | None = None


ORDERS = {
    "verdicts": Order("rule_id", "gap", only=("verdict", ASKING)),
    "ways": Order("rule_id", "change"),
    "score_items": Order("indicator", "score", smallest=True),
    "grades": Order("grade", "score", smallest=True),
    "zones": Order(
        "kind",
        "overlap_m2",
        only=("control", ("conflict", "review", "sliver", "noted", "no_data")),
    ),
    "chain_members": Order("park_id", "revenue"),
    "flips": Order("rule_id", "value"),
}
"""By table; of one that has no order the first rows are listed."""

WHOLE = ("parcels", "enterprises", "parks", "rules")
STORED = {"unallocated": "allocation"}
"""The file of a table that is made of another."""


@dataclass(frozen=True)
class Listed:
    """What a sheet lists of how many rows; of a cut one the note that says so, and the whole's file."""

    table: pd.DataFrame
    every: int
    note: str = ""
    file: str = ""


def listed(run: Run, name: str, table: pd.DataFrame, every: int = 0) -> Listed:
    """The rows, or the columns, of a table that its sheet lists; it may be a part of `every`."""
    every = every or len(table)
    if name in WHOLE:
        return _main_columns(run, name, table)
    if every <= MOST:
        return Listed(table, every)
    order = ORDERS.get(name)
    if order is None:
        rows, each = np.arange(min(MOST, len(table))), 0
        kept = len(table)
    else:
        asked = _asked(table, order)
        rows, each = rows_listed(table, order, asked)
        kept = int(asked.sum())
    note = _note(run, name, order, (len(rows), kept, every), each)
    return Listed(table.iloc[rows].reset_index(drop=True), every, note, _file(name, run))


def _main_columns(run: Run, name: str, table: pd.DataFrame) -> Listed:
    main = MAIN.get(name, ())
    own = [column for column in main if column in table]
    if len(table) <= WIDE or name not in ("parcels", "enterprises") or not own:
        return Listed(table, len(table))
    every = table.shape[1] - ("geometry" in table)
    parts = Message("listed.columns", shown=len(own), every=every), _rest(name, run)
    note = join(parts, "semicolon")(run.settings.lang)
    return Listed(pd.DataFrame(table[own]), len(table), note, _file(name, run))


def _asked(table: pd.DataFrame, order: Order) -> Mask:
    if order.only is None:
        return np.ones(len(table), bool)
    column, codes = order.only
    return table[column].isin(codes).to_numpy(bool)


def rows_listed(table: pd.DataFrame, order: Order, asked: Mask) -> tuple[Ints, int]:
    """Positions of the rows listed, and the most of each `by` (0: all that are asked for).

    Examples
    --------
    >>> table = pd.DataFrame({"rule_id": list("aaab"), "gap": [-1.0, -9.0, -4.0, 2.0]})
    >>> rows_listed(table, Order("rule_id", "gap"), np.ones(4, bool))[0].tolist()
    [1, 2, 0, 3]
    """
    at = np.flatnonzero(asked)
    codes, _ = pd.factorize(table[order.by].iloc[at], use_na_sentinel=False)
    size = np.abs(table[order.size].to_numpy(float)[at])
    rank = np.lexsort((size if order.smallest else -size, codes))
    counts = np.bincount(codes)
    each = share(counts, MOST)
    if each:
        place = np.arange(len(rank)) - np.repeat(np.cumsum(counts) - counts, counts)
        rank = rank[place < each]
    return at[rank], each


def share(counts: Array, most: int) -> int:
    """The most of each that makes no more than `most` in all; 0 where all together are no more.

    Examples
    --------
    >>> share(np.array([5, 100, 80]), 45)
    20
    """
    if counts.sum() <= most:
        return 0
    sizes = np.sort(counts)
    left = most - (np.cumsum(sizes) - sizes)
    each = left // np.arange(len(sizes), 0, -1)
    return int(each[np.argmax(each < sizes)])


def _note(run: Run, name: str, order: Order | None, sizes: tuple[int, int, int], each: int) -> str:
    """`sizes` are the rows listed, those asked for and all."""
    shown, kept, every = sizes
    settings, lang = run.settings, run.settings.lang

    def title(column: str) -> str:
        return heading(column, lang, settings.currency, settings.catalogue, name)

    parts: list[Wording] = [Message("listed.rows", shown=shown, every=every)]
    if order is not None and order.only is not None:
        column, codes = order.only
        said: Mapping[str, Wording] = words_of(name, settings, run.basis.plan).get(column, {})
        words = join(said.get(code, code) for code in codes)
        parts.append(Message("listed.only", column=title(column), words=words, kept=kept))
    if order is not None:
        by, size = title(order.by), title(order.size)
        if order.smallest:
            parts.append(Message("listed.smallest_first", by=by, size=size))
        else:
            parts.append(Message("listed.largest_first", by=by, size=size))
        if each:
            parts.append(Message("listed.each", each=each, by=by))
    parts.append(_rest(name, run))
    return join(parts, "semicolon")(lang)


def _rest(name: str, run: Run) -> Wording:
    return Message("listed.rest", file=_file(name, run))


def _file(name: str, run: Run) -> str:
    if name == VERDICTS:
        return run.verdicts_place
    return f"{TABLES[STORED.get(name, name)].place}.parquet"
