"""A source as it is looked at for every role: what each column's cells are, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats
from geo.geometry.area import ellipsoidal_area
from geo.intake.content import Content, content_of
from geo.intake.model import ColumnGuess, SourceProfile
from geo.model.units import squashed

FOUND = 0.8
"""Share of the different cells of a column that are ids of another source, to refer to it."""

_DEGREES = "EPSG:4490"
_FARTHEST_DEGREE = 360.0
_FARTHEST = np.array([360.0, 90.0, 360.0, 90.0])
"""Degrees of a box (west, south, east, north) beyond which it is nowhere."""


@dataclass(frozen=True, eq=False)
class View:
    """A profile with what its columns hold."""

    profile: SourceProfile
    columns: dict[str, tuple[ColumnGuess, ...]] = field(default_factory=dict)
    """The columns of each role that was asked about, once they are worked out."""

    references: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids that other sources hold, by the column that refers to them."""

    def beside(self, references: dict[str, frozenset[str]]) -> View:
        """The same source beside others, whose ids its columns may name."""
        out = View(self.profile, references=references)
        for name in ("contents", "areas"):
            if name in self.__dict__:
                out.__dict__[name] = self.__dict__[name]
        return out

    def keys(self, heading: str) -> dict[str, float]:
        """The columns of whose ids nearly all different cells are: share found in other sources."""
        if not self.references:
            return {}
        if heading not in self._keys:
            cells = {
                squashed(c) for c in self.profile.sample[heading].dropna().astype("str").unique()
            }
            shares = {
                n: len(cells & ids) / max(len(cells), 1) for n, ids in self.references.items()
            }
            self._keys[heading] = {n: s for n, s in shares.items() if s >= FOUND}
        return self._keys[heading]

    @cached_property
    def _keys(self) -> dict[str, dict[str, float]]:
        return {}

    @cached_property
    def contents(self) -> dict[str, Content]:
        """What each column's cells are, by heading."""
        sample = self.profile.sample
        return {h: content_of(sample[h]) for h in self.profile.headings if h in sample}

    @cached_property
    def areas(self) -> Floats:
        """The ellipsoidal area of each outline of the sample, in m²; NaN where it has none.

        Without a reference system that of the plane, or of degrees where they are degrees.
        """
        sample = self.profile.sample
        if self.profile.shape not in ("polygon", "mixed") or not isinstance(
            sample, gpd.GeoDataFrame
        ):
            return np.full(len(sample), np.nan)
        shapes = np.asarray(sample.geometry.array)
        box = shapely.total_bounds(shapes)
        if sample.crs is None and np.nanmax(np.abs(box)) > _FARTHEST_DEGREE:
            return np.asarray(shapely.area(shapes), dtype=np.float64)
        if not np.all(np.abs(box) <= _FARTHEST) and (
            sample.crs is None or sample.crs.is_geographic
        ):
            return np.full(
                len(sample), np.nan
            )  # degrees in the wrong order are none: reading tells
        # What is no area has none; a point among outlines stops nothing.
        areal = np.isin(shapely.get_type_id(shapes), (3, 6))
        shapes = shapes.copy()
        shapes[~areal] = None
        outlines = gpd.GeoSeries(shapes, crs=sample.crs or _DEGREES)
        return np.asarray(ellipsoidal_area(outlines), dtype=np.float64)

    def numbers(self, heading: str) -> Floats:
        """The numbers of a column, NaN where a cell is none."""
        cells = self.profile.sample[heading].astype("str").str.replace(",", "")
        return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
