"""Tables too large for one machine's memory: a folder of Parquet files each, a file a part.

A part writes its own, once without grades; when the whole has concluded they get them, and the
types that all parts agree on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Series
from geo.assess.conclude import column_order
from geo.assess.part import PartResult
from geo.geometry.keys import isin_text, map_text, rows_where
from geo.model.tables import SHIPPED, TABLES, names
from geo.pickles import read_pickle
from geo.run.files import QUICK, plain, write_table
from geo.run.gaps import with_medians, without_gaps
from geo.run.held import VERDICTS
from geo.run.verdict_files import CODES, write_codes
from geo.standards.outcome import Outcome, outcome, total

_LARGE = [table for table in SHIPPED if table.large and table.stored]
OF_PARTS = names(table for table in _LARGE if table.combine == "rows" and table.name != VERDICTS)
"""The tables of a part with a row or more a parcel or enterprise; verdicts lie beside, as codes."""
OF_GRADES = names(table for table in _LARGE if table.combine == "grades")
"""Those that come of the evaluation of all enterprises."""
OF_FINDINGS = names(table for table in _LARGE if table.combine == "findings")
"""Those that are made of what was found."""
SPILLED = (*OF_PARTS, VERDICTS, *OF_GRADES, *OF_FINDINGS)
FOUND = "found.pickle"
"""What a part found of its rows and subjects."""
COMPETING = "competing.pickle"
"""A part's enterprises: id, source row, and the columns that they are graded by."""
GAPS = "gaps.parquet"
"""How far the part's failing parcels stand from their limits (`Outcome.gaps`): a row a parcel."""
MONEY = "money.parquet"
"""A part's rows of the ledger that have land (`Tallies.money`)."""
LOCAL, CLASSES = "hotspots.parquet", "classes.pickle"
"""A part's rows of the table of hotspots, and the classes of each of its parcels (`hotspots`)."""
LINEAGE, RELATIONS = "lineage.parquet", "relations.pickle"
"""A part's rows of the table of histories, and what became of each of its parcels (`histories`)."""
LISTED = 500_000
"""Most findings about rows and subjects that the workbook and GeoPackage of a large run list."""
ABOVE = ("park", "industry", "field", "project")
"""Subjects of figures that the whole needs too."""
GRADED = {table.name: table.graded for table in _LARGE if table.graded[0]}
"""Tables that get an enterprise's grade: the column that names it, and what they get."""

Kinds = dict[str, tuple[Any, bool]]
"""Type of each column, and whether any row has a value."""


def listed_of_each(parts: int) -> int:
    """How many findings each of so many parts lists at most."""
    return -(-LISTED // parts)


@dataclass(frozen=True)
class SpillSummary:
    """What was counted of tables before they went to disk: rows, land, verdicts, reasons.

    `graded` are other parts' enterprises whose grades the part's tables show; `listed` the first of what
    was found of its rows and subjects, errors before warnings; `found` counts all of it, as
    `findings.grouped`, and `grades` all enterprises, as `run_grades.grade_counts`: of the whole
    only.
    """

    rows: dict[str, int]
    land_mu: float
    compliance: dict[str, int]
    outcome: Outcome
    kinds: dict[str, Kinds]
    graded: Series
    listed: pd.DataFrame
    found: pd.DataFrame = field(default_factory=pd.DataFrame)
    grades: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class SpillRequest:
    """What the whole wants of a part whose tables go to disk.

    Columns of enterprises by which they are graded, and how many findings at most.
    """

    competing: tuple[str, ...]
    listed: int


def spill(
    part_result: PartResult, folder: Path, wanted: SpillRequest
) -> tuple[PartResult, SpillSummary]:
    """Write a part's kept tables; the part without their rows, and the tally of them."""
    # Of an id without a row, too (more claims than land): there may be one a parcel.
    own_rows = part_result.findings["row"].notna() | part_result.findings["id"].notna()
    found = part_result.findings[own_rows].reset_index(drop=True)
    found.to_pickle(folder / FOUND)
    parcels, verdicts = (part_result.tables[name] for name in ("parcels", VERDICTS))
    counted = outcome(pd.DataFrame(parcels), verdicts)
    summary = SpillSummary(
        {name: len(part_result.tables[name]) for name in OF_PARTS} | {VERDICTS: verdicts.count},
        float(parcels["area_mu"].sum()),
        parcels["compliance"].value_counts().to_dict(),
        without_gaps(counted, folder / GAPS),
        {},
        _graded(part_result.tables),
        found.head(wanted.listed),
    )
    write_codes(verdicts, folder / f"{CODES}.parquet")
    thin = dict(part_result.tables) | {VERDICTS: verdicts.without_rows()}
    for name in OF_PARTS:
        own = part_result.tables[name]
        thin[name] = own.iloc[:0]
        if name == "enterprises":
            asked = ("enterprise_id", "source_row", *wanted.competing)
            own[[c for c in asked if c in own]].to_pickle(folder / COMPETING)
        if name == "figures":
            above = isin_text(own["subject"], ABOVE)
            own, thin[name] = rows_where(own, ~above), rows_where(own, above).reset_index(drop=True)
        flat = own if isinstance(own, gpd.GeoDataFrame) else plain(own)
        summary.kinds[name] = kinds_of(flat)
        write_table(flat, folder / f"{name}.parquet", QUICK if name in GRADED else "zstd")
    rest = part_result.findings[~own_rows].reset_index(drop=True)
    tallies = part_result.tallies
    if tallies.money is not None:
        write_table(tallies.money, folder / MONEY, QUICK)
        tallies = tallies.without_money()
    return replace(part_result, tables=thin, findings=rest, tallies=tallies), summary


def kinds_of(table: Any) -> Kinds:
    """The types of a table's columns."""
    return {str(c): (table[c].dtype, bool(table[c].notna().any())) for c in table}


def _graded(tables: Frames) -> Series:
    """Ids of the enterprises that a part's tables show the grade of and that are not its own."""
    named = [
        tables[name][key].astype("str") for name, (key, _) in GRADED.items() if key in tables[name]
    ]
    shown: Series = pd.concat(named).dropna().drop_duplicates()
    others = ~isin_text(shown, tables["enterprises"]["enterprise_id"])
    return shown[others].reset_index(drop=True)


def sum_summaries(summaries: list[SpillSummary], folders: list[Path]) -> SpillSummary:
    """The tally of all parts, which lie in these folders."""
    compliance = pd.concat([pd.Series(t.compliance, dtype="int64") for t in summaries])
    return SpillSummary(
        {name: sum(t.rows[name] for t in summaries) for name in summaries[0].rows},
        sum(t.land_mu for t in summaries),
        {str(k): int(v) for k, v in compliance.groupby(level=0).sum().items()},
        with_medians(total([t.outcome for t in summaries]), [one / GAPS for one in folders]),
        {name: _agreed([t.kinds[name] for t in summaries]) for name in OF_PARTS},
        pd.concat([t.graded for t in summaries], ignore_index=True),
        findings.gather_findings([t.listed for t in summaries]),
    )


def _agreed(given: list[Kinds]) -> Kinds:
    """One type for each column: that of the parts which have values; numbers widen."""
    out: Kinds = {}
    for name in column_order([list(kinds) for kinds in given]):
        told = [k[name] for k in given if name in k]
        types = list(dict.fromkeys(t for t, some in told if some)) or [told[0][0]]
        one = types[0]
        if not all(_same(one, t) for t in types):
            numbers = all(pd.api.types.is_numeric_dtype(t) for t in types)
            one = np.dtype("float64") if numbers else pd.StringDtype(na_value=np.nan)
        out[name] = (one, any(some for _, some in told))
    return out


def kinds_to_convert(own: SpillSummary, agreed: dict[str, Kinds]) -> frozenset[str]:
    """The tables of a part that can be published as they are."""
    return frozenset(
        name
        for name, kinds in agreed.items()
        if name not in GRADED
        and list(kinds) == list(own.kinds[name])
        and all(_same(kinds[c][0], own.kinds[name][c][0]) for c in kinds)
    )


def _same(one: Any, other: Any) -> bool:
    sorts = [isinstance(kind, pd.CategoricalDtype) for kind in (one, other)]
    return all(sorts) or bool(one == other)


def read_final(source: Path, name: str, kinds: Kinds, grades: pd.DataFrame) -> Any:
    """A part's table as it is published: with grades, and the columns and types of all parts.

    `grades`, by id, has a row an enterprise.
    """
    file = source / f"{name}.parquet"
    table = with_kinds(
        gpd.read_parquet(file) if TABLES[name].geometry != "none" else pd.read_parquet(file), kinds
    )
    if name == "parcels" and (source / RELATIONS).exists():
        table["lineage"] = read_pickle(source / RELATIONS).to_numpy()
    if name == "parcels" and (source / CLASSES).exists():
        classes = read_pickle(source / CLASSES)
        table = table.assign(**{column: classes[column].to_numpy() for column in classes})
    key, given = GRADED.get(name, ("", ()))
    if len(grades) and key in table:
        for column in given:
            found = map_text(table[key], grades[column])
            table[column] = found.astype("str" if column == "grade" else "float64")
    return table


def with_kinds(table: Any, kinds: Kinds) -> Any:
    """The table with these columns, of these types."""
    for column, (kind, _) in kinds.items():
        if column not in table:
            table[column] = None
        if column != "geometry" and not _same(table[column].dtype, kind):
            table[column] = table[column].astype(kind)
    return table[list(kinds)]
