"""Whether two runs found the same.

Every word to the letter, every column of the same type, figures to `FIGURES`, geometry point by
point to `METRES` (`DEGREES` where the layer is in degrees), and what was not computed. The order
of rows is a part's own and is not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.model.tables import names as names_of
from geo.model.tables import stored_tables
from geo.run import Run
from geo.run.files import plain, read_file, write_table
from geo.text import Wording, to_json

FIGURES = 1e-9
"""How far two figures may lie apart, relative and absolute: sums are made in another order."""
METRES = 1e-6
"""How far two points of an outline may lie apart: overlays round to the last bit of a metre."""
DEGREES = 1e-11
"""`METRES`, on the ground, of a layer in degrees."""


def ordered(table: Any) -> pd.DataFrame:
    """The table in an order that is its own: by its words, its figures, where its outlines lie."""
    table = table.reset_index(drop=True)
    if len(table) < 2:  # nothing to put in order: most tables of a small project are empty
        return table
    keys = pd.DataFrame(plain(table).drop(columns="geometry", errors="ignore"))
    for column in keys:
        if not pd.api.types.is_numeric_dtype(keys[column].dtype):
            keys[column] = keys[column].astype("str")
    texts = [c for c in keys if not pd.api.types.is_numeric_dtype(keys[c].dtype)]
    keys = keys[[*texts, *(c for c in keys if c not in texts)]]
    if "geometry" in table:
        boxes = pd.DataFrame(shapely.bounds(np.asarray(table["geometry"]))).round(3)
        keys = pd.concat([keys, boxes.add_prefix("box_")], axis=1)
    order = keys.sort_values(list(keys), kind="stable").index if keys.shape[1] else keys.index
    return table.loc[order].reset_index(drop=True)


def assert_geometry_equal(one: Any, other: Any, name: str) -> None:
    """Outlines point by point, wherever a ring begins and whichever way it runs.

    Findings hold outlines of several layers, each in its layer's CRS: their column says none.
    """
    crs, of_other = (getattr(column, "crs", None) for column in (one, other))
    assert crs == of_other, (name, crs, of_other)
    tolerance = DEGREES if crs is not None and crs.is_geographic else METRES
    both = [np.asarray(shapely.normalize(np.asarray(column))) for column in (one, other)]
    assert (shapely.is_missing(both[0]) == shapely.is_missing(both[1])).all(), name
    same = shapely.equals_exact(*both, tolerance) | shapely.is_missing(both[0])
    if not same.all():
        # Of two corners a hair apart in x, either may be where a ring begins.
        snapped = [shapely.set_precision(b[~same], tolerance * 10) for b in both]
        same[~same] = shapely.equals_exact(
            *(shapely.normalize(s) for s in snapped), tolerance * 10
        ) & (shapely.hausdorff_distance(both[0][~same], both[1][~same]) <= tolerance)
    assert same.all(), (name, [(both[0][i].wkt, both[1][i].wkt) for i in np.flatnonzero(~same)[:3]])


def assert_table_equal(one: Any, other: Any, name: str) -> None:
    """Two tables with the same rows, in any order."""
    assert list(one.columns) == list(other.columns), name
    one, other = ordered(one), ordered(other)
    if "geometry" in one:
        assert len(one) == len(other), name
        assert_geometry_equal(one["geometry"], other["geometry"], name)
    first, second = (
        pd.DataFrame(t.drop(columns="geometry", errors="ignore")) for t in (one, other)
    )
    pd.testing.assert_frame_equal(
        first, second, check_categorical=False, rtol=FIGURES, atol=FIGURES, obj=name
    )


def assert_same(
    one: Run,
    other: Run,
    names: Iterable[str] = names_of(stored_tables()),
    also_left_out: Iterable[Wording] = (),
) -> None:
    """Every table has the same rows, and the same is said not to have been computed.

    `also_left_out` is what `other` leaves out beyond that.
    """
    for name in names:
        assert_table_equal(getattr(one, name), getattr(other, name), name)
    expected, said = (
        sorted(json.dumps(to_json(text), sort_keys=True) for text in texts)
        for texts in ((*one.basis.not_computed, *also_left_out), other.basis.not_computed)
    )
    assert said == expected


def as_stored(run: Run, names: Iterable[str], folder: Path) -> Run:
    """The run with these tables as they come back from their files: Parquet has fewer types."""
    tables = dict(run.tables)
    for name in names:
        file = folder / f"{name}.parquet"
        write_table(tables[name], file)
        tables[name] = read_file(file, name)
    return replace(run, tables=tables)


def assert_alike(one: object, other: object) -> None:
    """Equal but for the order in which floats were added."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other)
        for key in one:
            assert_alike(one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            assert_alike(first, second)
    elif isinstance(one, float):
        assert one == pytest.approx(other)
    else:
        assert one == other
