"""Parcels written back as 报盘 TXT: CGCS2000, their own 3-degree zone, GBK as offices read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import OutputError
from geo.geometry.overlay import rings_of
from geo.project import Settings
from geo.run import Run

DECIMALS = 4

_CONTROLS = map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029))
_TAKEN = str.maketrans(
    {
        ",": "、",
        "，": "、",
        "@": "（at）",
        "＠": "（at）",
        "[": "（",
        "]": "）",
        **dict.fromkeys(_CONTROLS, " "),
        **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),
    }
)
"""What would break a line of the format for any reader, or once an input method made it wide."""


def write_survey(run: Run, file: Path) -> None:
    """Every parcel of a run as one plot, a part of a large run after the other."""
    pieces = run.pieces("parcels")
    write_plots(pieces.frames, run.settings, file)


def write_plots(
    frames: Callable[[], Iterable[gpd.GeoDataFrame]], settings: Settings, file: Path
) -> None:
    """Every parcel as one plot; rings from the north-west corner, clockwise, then holes and parts.

    `frames` gives the parcels, twice: first it is seen where they lie. X is the northing, Y the
    easting with its zone number; the area is in hectares.
    """
    ends = [some.geometry.to_crs(4490).bounds[["minx", "maxx"]].to_numpy() for some in frames()]
    lon = float(np.median(np.concatenate(ends)))
    zone = round(lon / 3)
    if not 25 <= zone <= 45:
        raise OutputError("gis_survey_txt.parcels_lie_e_beyond_zones", lon=lon)
    with file.open("wb") as out:
        out.write(_header(settings, zone).encode("gb18030"))
        for parcels in (some for some in frames() if len(some)):
            out.write((_plots(parcels, zone) + "\r\n").encode("gb18030"))


def _plots(parcels: gpd.GeoDataFrame, zone: int) -> str:
    """The lines of these parcels."""
    shapes = np.asarray(parcels.geometry.to_crs(4488 + zone).array)
    rings, owner = rings_of(shapely.orient_polygons(shapes, exterior_cw=True))
    points, ring = shapely.get_coordinates(_from_north_west(rings), return_index=True)
    plot = owner[ring]
    first_ring = np.searchsorted(owner, np.arange(len(shapes)))
    part = ring - first_ring[plot] + 1
    number = _numbers(ring, plot)
    lines = (
        pd.Series(number, dtype="str").radd("J")
        + ","
        + pd.Series(part).astype("str")
        + ","
        + _fixed(points[:, 1])
        + ","
        + _fixed(points[:, 0])
    )
    counts = np.bincount(plot, minlength=len(shapes))
    text = pd.concat([pd.Series(_heads(parcels, counts)), lines], ignore_index=True)
    order = np.lexsort(
        (
            np.r_[np.zeros(len(shapes)), np.arange(1, len(plot) + 1)],
            np.r_[np.arange(len(shapes)), plot],
        )
    )
    return "\r\n".join(text.to_numpy()[order])


def _header(settings: Settings, zone: int) -> str:
    said = {
        "格式版本号": "1.01版本",
        "数据产生单位": "",
        "数据产生日期": datetime.now(UTC).date().isoformat(),
        "坐标系": "2000国家大地坐标系",
        "几度分带": "3",
        "投影类型": "高斯克吕格",
        "计量单位": "米",
        "带号": str(zone),
        "精度": f"{10**-DECIMALS:.{DECIMALS}f}",
        "转换参数": ",,,,,,",
    }
    if settings.synthetic:
        said["备注"] = settings.synthetic.translate(_TAKEN)
    rows = "".join(f"{key}={value}\r\n" for key, value in said.items())
    return f"[属性描述]\r\n{rows}[地块坐标]\r\n"


def _heads(parcels: gpd.GeoDataFrame, counts: Any) -> list[str]:
    """The line of each plot."""

    def column(name: str) -> pd.Series[str]:
        given = parcels.get(name, pd.Series("", index=parcels.index)).astype("str").fillna("")
        return pd.Series(given.str.translate(_TAKEN).to_numpy(), dtype="str")

    area = _fixed(parcels["area_m2"].to_numpy() / 1e4)
    heads = (
        pd.Series(counts).astype("str")
        + ","
        + area
        + ","
        + column("parcel_id")
        + ","
        + column("name")
        + ",面,,"
        + column("地块用途")
        + ","
        + column("land_use")
        + ",@"
    )
    return heads.tolist()


def _from_north_west(rings: Any) -> Any:
    """The rings, each begun at its most north-western corner."""
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings)))
    size = np.diff(np.r_[starts, len(ring)]) - 1
    corner = pd.Series(points[:, 0] - points[:, 1]).groupby(ring).idxmin().to_numpy()
    step = np.arange(len(ring)) - starts[ring]
    turned = starts[ring] + (step + (corner - starts)[ring]) % size[ring]
    return shapely.linearrings(points[turned], indices=ring)


def _numbers(ring: Any, plot: Any) -> pd.Series[str]:
    """Numbers of the points: on and on within a plot, the last of a ring that of its first."""
    last = np.r_[ring[1:] != ring[:-1], True]
    first = np.r_[True, ring[1:] != ring[:-1]]
    new_plot = np.r_[True, plot[1:] != plot[:-1]]
    total = np.cumsum(~last)
    begin = np.maximum.accumulate(np.where(new_plot, total - 1, -1))
    number = total - begin
    own = np.maximum.accumulate(np.where(first, np.arange(len(ring)), 0))
    return pd.Series(np.where(last, number[own], number)).astype("str")


def _fixed(values: Any) -> pd.Series[str]:
    return pd.Series([f"{v:.{DECIMALS}f}" for v in np.asarray(values, dtype=float)], dtype="str")
