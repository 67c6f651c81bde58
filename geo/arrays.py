"""Types of arrays, columns and tables, each named once.

Frames are pandas' and GeoPandas' own; their columns are declared in `geo.model`. An array is
aligned with the rows of the frame that it was made from, unless a docstring says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyproj

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Shapes = NDArray[np.object_]
"""Geometries of shapely."""
Objects = NDArray[np.object_]
"""Texts and other values of Python."""
Array = NDArray[Any]
"""An array of any dtype."""

Series: TypeAlias = "pd.Series[Any]"
"""A column of any dtype."""
Index: TypeAlias = "pd.Index[Any]"
Frame: TypeAlias = "gpd.GeoDataFrame | pd.DataFrame"
"""A layer, or a table without geometry."""
Frames: TypeAlias = "dict[str, gpd.GeoDataFrame]"
"""Layers and tables by name; those without geometry are plain DataFrames."""
CRS: TypeAlias = "pyproj.CRS"
