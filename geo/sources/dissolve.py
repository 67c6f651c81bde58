"""Rows of one park, parcel or zone joined into one (`dissolve`), and parks made of parcels.

Polygons stay polygons: an outline that crosses itself is made valid before it is joined, and what
is then no area is left out. An attribute that differs between the rows is nobody's: it is missing,
and told.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.errors import SourceError, Text
from geo.geometry.overlay import POLYGONAL, Shapes, usable_shapes


def dissolved(
    frame: gpd.GeoDataFrame, column: str, file: str, name: str, needed: Collection[str] = ()
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One row for each value of a column, in the order of their first rows, and what was lost.

    A row without a value stays by itself. Raises SourceError for a column that is not there, and
    where a column that is `needed` differs between rows that are joined.
    """
    if column not in frame or column == frame.geometry.name:
        held = [c for c in frame.columns if c not in ("geometry", "source_row")]
        raise SourceError(
            f"{file}：没有“{column}”列（dissolve 所指）；现有：{'、'.join(map(str, held))}。",
            f"{file}: no column `{column}` (named by dissolve); it has:"
            f" {', '.join(map(str, held))}.",
        )
    number = pd.factorize(frame[column])[0]
    alone = number < 0
    number[alone] = number.max(initial=-1) + 1 + np.arange(alone.sum())
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    group = np.argsort(order)[group]
    out = frame.iloc[first[order]].reset_index(drop=True)
    shapes = joined_shapes(np.asarray(frame.geometry.array), group, len(out))
    out = out.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))
    notes = [_joined_rows(frame, group, name)]
    for other in frame.columns.difference([column, "source_row", frame.geometry.name], sort=False):
        values = frame[other]
        texts = values.astype("str").where(values.notna())  # a cell may be a list
        distinct = texts.groupby(group).nunique()
        differs = (distinct > 1).to_numpy()
        if other in needed and differs.any():
            whole = int(np.argmax(differs))
            raise _undecided(out[column].iloc[whole], texts[group == whole], column, file)
        # A value that only some of the rows have is the whole's.
        known = pd.Series(np.flatnonzero(values.notna()), index=group[values.notna()])
        at = known.groupby(level=0).first().reindex(range(len(out)))
        taken = values.iloc[at.fillna(0).astype(int)].reset_index(drop=True)
        out[other] = taken.where(at.notna() & ~differs)
        if differs.any():
            notes.append(_differing(out, differs, str(other), column, name))
    return out, findings.gather_findings(notes)


def joined_shapes(shapes: Shapes, group: Any, count: int) -> Shapes:
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
        raise SourceError(
            "没有园区图层，宗地也没有 park_id 列：两者至少要有一个。",
            "there is no parks layer and the parcels have no park_id: one of them is needed.",
        )
    usable = parcels[parcels.geometry.notna() & parcels["park_id"].notna()]
    group, names = pd.factorize(usable["park_id"], sort=True)
    shapes = joined_shapes(np.asarray(usable.geometry.array), group, len(names))
    return gpd.GeoDataFrame(
        {"park_id": names, "name": names, "source_row": range(1, len(names) + 1)},
        geometry=gpd.GeoSeries(shapes, crs=parcels.crs),
    )


def _joined_rows(frame: gpd.GeoDataFrame, group: Any, name: str) -> pd.DataFrame:
    rows, whole = len(frame), int(group.max(initial=-1)) + 1
    if rows == whole:
        return findings.no_findings()
    return findings.about_layer(
        name,
        "dissolved",
        Text(f"{rows} 行按 dissolve 合并为 {whole} 行", f"{rows} rows joined into {whole}"),
        Text("无须处理", "nothing to do"),
        "info",
    )


def _undecided(whole: object, texts: pd.Series[str], column: str, file: str) -> SourceError:
    """A column without which there is no park, parcel or zone, and the rows do not agree on it."""
    found = list(dict.fromkeys(texts.dropna()))[:3]
    return SourceError(
        f"{file}：dissolve 要合并的各行（{column} 为“{whole}”）“{texts.name}”不同："
        f"{'、'.join(found)}。该列必填：请统一各行，或在 fields 中另指一列。",
        f"{file}: the rows that dissolve joins (`{whole}` in {column}) differ in `{texts.name}`:"
        f" {', '.join(found)}. It is needed: give these rows one, or name another column under"
        " fields.",
    )


def _differing(
    out: gpd.GeoDataFrame, differs: Any, other: str, column: str, name: str
) -> pd.DataFrame:
    return findings.about_rows(
        out,
        differs,
        layer=name,
        key=column,
        code="dissolve_differs",
        severity="warning",
        message=Text(
            f"合并的各行“{other}”不同：合并后按缺失处理",
            f"`{other}` differs between the rows that were joined: it is missing",
        ),
        mend=Text(f"在源数据中统一各行的“{other}”", f"give these rows one `{other}` in the source"),
    )
