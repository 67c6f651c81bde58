"""Tables too large for one machine's memory: a folder of Parquet files each, a file a part.

A part writes its own, once without grades; when the whole has concluded they get them, and the
types that all parts agree on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assess.tables import OUTLINED, plain, write_table
from geo.assess.work import Worked
from geo.standards.table import rules_table
from geo.standards.words import VERDICTS

KEPT = ("parcels", "verdicts", "allocation", "figures", "flips", "ways", "idle", "zones",
        "zone_conflicts", "chain_members")
"""The tables with a row or more a parcel or verdict."""
ABOVE = ("park", "industry", "project")
"""Subjects of figures that the whole needs too."""
GRADED = {"parcels": ("main_enterprise_id", ("grade", "score")),
          "chain_members": ("enterprise_id", ("grade",))}
"""Kept tables that get an enterprise's grade: the column that names it, and what they get."""

Kinds = dict[str, tuple[Any, bool]]
"""Type of each column, and whether any row has a value."""


@dataclass(frozen=True)
class Tally:
    """What was counted of tables before they went to disk: rows, land, verdicts by rule."""

    rows: dict[str, int]
    land_mu: float
    compliance: dict[str, int]
    verdicts: pd.DataFrame
    kinds: dict[str, Kinds]


def keep(worked: Worked, folder: Path) -> tuple[Worked, Tally]:
    """Write a part's kept tables; the part without their rows, and the tally of them."""
    parcels = worked.tables["parcels"]
    tally = Tally(
        {name: len(worked.tables[name]) for name in KEPT}, float(parcels["area_mu"].sum()),
        parcels["compliance"].value_counts().to_dict(), rules_table(worked.tables["verdicts"]), {})
    thin = dict(worked.tables)
    for name in KEPT:
        own = worked.tables[name]
        thin[name] = own.iloc[:0]
        if name == "figures":
            above = own["subject"].isin(ABOVE)
            own, thin[name] = own[~above], own[above].reset_index(drop=True)
        flat = own if isinstance(own, gpd.GeoDataFrame) else plain(own)
        tally.kinds[name] = {c: (flat[c].dtype, bool(flat[c].notna().any())) for c in flat}
        write_table(flat, folder / f"{name}.parquet")
    return replace(worked, tables=thin), tally


def summed(tallies: list[Tally]) -> Tally:
    """The tally of all parts."""
    counts = pd.concat([t.verdicts for t in tallies])
    keys = [c for c in counts if c not in VERDICTS]
    compliance = pd.concat([pd.Series(t.compliance, dtype="int64") for t in tallies])
    return Tally(
        {name: sum(t.rows[name] for t in tallies) for name in KEPT},
        sum(t.land_mu for t in tallies),
        {str(k): int(v) for k, v in compliance.groupby(level=0).sum().items()},
        counts.groupby(keys, sort=False, as_index=False).sum(),
        {name: _agreed([t.kinds[name] for t in tallies]) for name in KEPT})


def _agreed(given: list[Kinds]) -> Kinds:
    """One type for each column: that of the parts which have values; numbers widen."""
    out: Kinds = {}
    for name in dict.fromkeys(c for kinds in given for c in kinds):
        told = [k[name] for k in given if name in k]
        types = list(dict.fromkeys(t for t, some in told if some)) or [told[0][0]]
        one = types[0]
        if not all(_same(one, t) for t in types):
            numbers = all(pd.api.types.is_numeric_dtype(t) for t in types)
            one = np.dtype("float64") if numbers else pd.StringDtype(na_value=np.nan)
        out[name] = (one, any(some for _, some in told))
    return out


def as_agreed(own: Tally, agreed: dict[str, Kinds]) -> frozenset[str]:
    """The tables of a part that can be published as they are."""
    return frozenset(
        name for name, kinds in agreed.items()
        if name not in GRADED and list(kinds) == list(own.kinds[name])
        and all(_same(kinds[c][0], own.kinds[name][c][0]) for c in kinds))


def _same(one: Any, other: Any) -> bool:
    sorts = [isinstance(kind, pd.CategoricalDtype) for kind in (one, other)]
    return all(sorts) or bool(one == other)


def finished(source: Path, name: str, kinds: Kinds, grades: pd.DataFrame) -> Any:
    """A part's table as it is published: with grades, and the columns and types of all parts.

    `grades` has a row an enterprise. A share in a zone that the part did not meet is 0.
    """
    file = source / f"{name}.parquet"
    table = gpd.read_parquet(file) if name in OUTLINED else pd.read_parquet(file)
    for column, (kind, _) in kinds.items():
        if column not in table:
            table[column] = 0.0 if column.startswith("in_") else None
        if column != "geometry" and not _same(table[column].dtype, kind):
            table[column] = table[column].astype(kind)
    table = table[list(kinds)]
    key, given = GRADED.get(name, ("", ()))
    if len(grades) and key in table:
        for column in given:
            found = table[key].map(grades[column])
            table[column] = found.astype("str" if column == "grade" else "float64")
    return table
