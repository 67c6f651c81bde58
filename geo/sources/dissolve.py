"""Rows of one park, parcel or zone joined into one (`dissolve`), and parks made of parcels.

Polygons stay polygons: an outline that crosses itself is made valid before it is joined, and what
is then no area is left out. An attribute that differs between the rows is nobody's: it is missing,
and told.
"""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import Ints, Mask, Shapes
from geo.errors import SourceError
from geo.geometry.keys import without_hidden
from geo.geometry.overlay import POLYGONAL, usable_shapes
from geo.sources.cells import as_text
from geo.text import Message, join


def dissolved(
    frame: gpd.GeoDataFrame, column: str, file: str, name: str, needed: Collection[str] = ()
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One row for each value of a column, in the order of their first rows, and what was lost.

    A row without a value stays by itself. Raises SourceError for a column that is not there, and
    where a column that is `needed` differs between rows that are joined.
    """
    if column not in frame or column == frame.geometry.name:
        held = [c for c in frame.columns if c not in ("geometry", "source_row")]
        raise SourceError("dissolve.no_column", file=file, column=column, held=join(map(str, held)))
    # As ids are typed: 1 and 1.0, and "P1" with a blank behind it, are one.
    key = without_hidden(as_text(frame[column])[0])
    number = pd.factorize(key.mask(key == ""))[0]
    alone = number < 0
    number[alone] = number.max(initial=-1) + 1 + np.arange(alone.sum())
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    group = np.argsort(order)[group]
    out = frame.iloc[first[order]].reset_index(drop=True)
    shapes = joined_shapes(np.asarray(frame.geometry.array), group, len(out))
    out = out.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))
    notes = [_joined_rows(frame, group, name)]
    kept_apart = [column, "source_row", frame.geometry.name]
    for other in frame.columns.difference(kept_apart, sort=False):
        values = frame[other]
        texts = values.astype("str").where(values.notna())  # a cell may be a list
        distinct = texts.groupby(group).nunique()
        differs = (distinct > 1).to_numpy()
        if other in needed and differs.any():
            first_conflict = int(np.argmax(differs))
            raise _undecided(
                out[column].iloc[first_conflict], texts[group == first_conflict], column, file
            )
        # A value that only some of the rows have is the whole's.
        known = pd.Series(np.flatnonzero(values.notna()), index=group[values.notna()])
        at = known.groupby(level=0).first().reindex(range(len(out)))
        taken = values.iloc[at.fillna(0).astype(int)].reset_index(drop=True)
        out[other] = taken.where(at.notna() & ~differs)
        if differs.any():
            notes.append(_differing(out, differs, str(other), column, name))
    return out, findings.gather_findings(notes)


def joined_shapes(shapes: Shapes, group: Ints, count: int) -> Shapes:
    """The union of each group's shapes; polygons made valid first, and polygonal always."""
    shapes = usable_shapes(shapes)
    flat = np.isin(shapely.get_type_id(shapes), POLYGONAL)
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(count + 1))
    out = np.full(count, None, dtype=object)
    for at in range(count):  # rows-ok: one a park
        rows = order[ends[at] : ends[at + 1]]
        some = shapes[rows][flat[rows]] if flat[rows].any() else shapes[rows]
        out[at] = some[0] if len(some) == 1 else shapely.union_all(some)
    return out


def parks_of(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The parks that the parcels name, each the union of its parcels.

    Raises SourceError where parcels name none.
    """
    if "park_id" not in parcels:
        raise SourceError("dissolve.no_parks_layer_parcels_no")
    drawn = ~shapely.is_missing(np.asarray(parcels.geometry.array))
    usable = parcels[drawn & parcels["park_id"].notna()]
    group, names = pd.factorize(usable["park_id"], sort=True)
    shapes = joined_shapes(np.asarray(usable.geometry.array), group, len(names))
    return gpd.GeoDataFrame(
        {"park_id": names, "name": names, "source_row": range(1, len(names) + 1)},
        geometry=gpd.GeoSeries(shapes, crs=parcels.crs),
    )


def _joined_rows(frame: gpd.GeoDataFrame, group: Ints, name: str) -> pd.DataFrame:
    rows, groups = len(frame), int(group.max(initial=-1)) + 1
    if rows == groups:
        return findings.no_findings()
    return findings.about_layer(
        name,
        "dissolved",
        Message("dissolve.rows_joined", rows=rows, groups=groups),
        Message("common.nothing_to_do"),
        "info",
    )


def _undecided(whole: str, texts: pd.Series[str], column: str, file: str) -> SourceError:
    """A column without which there is no park, parcel or zone, and the rows do not agree on it."""
    found = list(dict.fromkeys(texts.dropna()))[:3]
    return SourceError(
        "dissolve.rows_dissolve_joins",
        file=file,
        column=column,
        whole=whole,
        name=str(texts.name),
        found=join(found),
    )


def _differing(
    out: gpd.GeoDataFrame, differs: Mask, other: str, column: str, name: str
) -> pd.DataFrame:
    return findings.about_rows(
        out,
        differs,
        layer=name,
        key=column,
        code="dissolve_differs",
        severity="warning",
        message=Message("dissolve.differs_between_rows_joined", other=other),
        mend=Message("dissolve.give_these_rows_in_source", other=other),
    )
