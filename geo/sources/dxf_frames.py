"""Outlines of a drawing that are no parcels: its frame (图框), and what lies around all others."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import Mask, Shapes
from geo.text import Message

_FRAME = re.compile(
    r"图框|边框|外框|内框|图廓|图幅|图签|图例|标题栏|签字栏|会签|指北针|比例尺"
    r"|(?<![A-Za-z])TK(?![A-Za-z])|frame|border|title|legend|defpoints",
    re.IGNORECASE,
)
"""Layers on which offices draw the sheet, and not the land."""
_LAND = re.compile(
    r"宗地|地块|用地|界址|权属|红线|(?<![A-Za-z])(?:ZD|JZD|JZX|DK)(?![A-Za-z])|parcel|lot",
    re.IGNORECASE,
)
"""Layers of land: an outline on one is never a frame."""
_INSIDE = 0.95
"""Share of the other outlines that lie in one that is none of them."""
_SAME_FRAME = 0.8
"""Share of the outer line's area that the inner line of a double frame takes, at least."""
_RECTANGULAR = 0.999
_PAPER = (1.39, 1.44)
"""Long side to short side of a sheet of paper (ISO 216: the root of 2)."""
_LEAST, _LEAST_OF_ANY_SHAPE = 2, 3
"""Outlines within a rectangle, and within another shape, from which it is around all others."""


def frames_of(areas: Shapes, layers: pd.Series[str], *, chosen: bool) -> Mask:
    """Which closed outlines are the drawing's frame or a boundary around all others.

    Those on a layer of frames; and one that holds nearly all others: two or more in a rectangle
    (one, where it has the sides of a sheet of paper), three or more in another shape, with the inner
    line of a double frame. Where the project has `chosen` lines, their layers alone tell.
    """
    named: Mask = layers.str.contains(_FRAME).to_numpy(dtype=bool)
    land: Mask = layers.str.contains(_LAND).to_numpy(dtype=bool)
    out: Mask = named & ~land
    if chosen or out.all():
        return out & ~out.all()
    size = np.where(out | land, 0.0, shapely.area(areas))
    outer = np.argmax(size)
    if not size[outer] or not _is_around(areas, int(outer), ~out):
        return out
    out[outer] = True
    size[outer] = 0.0
    inner = np.argmax(size)
    if size[inner] >= _SAME_FRAME * shapely.area(areas[outer]) and _rectangular(areas[inner]):
        out[inner] = _is_around(areas, int(inner), ~out)
    return out


def _is_around(areas: Shapes, number: int, among: Mask) -> bool:
    """Whether an outline holds nearly all others."""
    others = np.flatnonzero(among)
    others = others[others != number]
    if not len(others):
        return False
    shapely.prepare(areas[number])
    inside = int(shapely.covers(areas[number], areas[others]).sum())
    least = _LEAST_OF_ANY_SHAPE
    if _rectangular(areas[number]):
        least = 1 if _is_paper(areas[number]) else _LEAST
    return inside >= max(least, _INSIDE * len(others))


def _rectangular(area: shapely.Polygon) -> bool:
    box = shapely.minimum_rotated_rectangle(area)
    return bool(shapely.area(area) >= _RECTANGULAR * shapely.area(box) > 0)


def _is_paper(area: shapely.Polygon) -> bool:
    """Whether a rectangle has the sides of a sheet of paper."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(area))
    sides = np.hypot(*np.diff(corners[:3], axis=0).T)
    return bool(_PAPER[0] <= sides.max() / sides.min() <= _PAPER[1])


def about_frames(drawn: gpd.GeoDataFrame, areas: Shapes, frames: Mask, name: str) -> pd.DataFrame:
    """A finding on each outline that was left out as a frame."""
    handles = "#" + drawn["EntityHandle"].astype("str")
    rows = pd.DataFrame({"source_row": pd.NA, "handle": handles})
    return findings.about_rows(
        rows,
        frames,
        layer=name,
        key="handle",
        code="drawing_frame",
        severity="warning",
        value=drawn["Layer"].astype("str"),
        message=Message("dxf.frame_left_out"),
        mend=Message("dxf.choose_with_where"),
        set_aside=False,
        shapes=areas,
        mend_at="source",
    )
