"""Headings of every column that mujun writes, with units, in both languages."""

from __future__ import annotations

from functools import cache

from geo.land.facility_kinds import title
from geo.land.zone_kinds import kinds
from geo.model import INDICATORS, LAYERS, TOTALS, Column, Indicator
from geo.model.indicators import YEARS_REPORTED
from geo.model.result_columns import RESULT_COLUMNS
from geo.model.table import BESIDE, GROWTH, HOTSPOT_CLASSES, MEASURED
from geo.model.tables import TABLES


@cache
def columns() -> dict[str, Column]:
    """Every known column by name, of whatever table; results go before layers."""
    layers = {c.name: c for spec in reversed(LAYERS.values()) for c in spec.columns}
    measured = {c.name: c for c in (*MEASURED, *GROWTH, *BESIDE)}
    totals = {name: total.column for name, total in TOTALS.items()}
    totals |= {c.name: c for c in YEARS_REPORTED}
    return totals | layers | measured | HOTSPOT_CLASSES | RESULT_COLUMNS


def column_of(name: str, table: str = "") -> Column | None:
    """The column of this name: as its table declares it, else as all tables do."""
    own = TABLES[table].by_name.get(name) if table in TABLES else None
    return own or columns().get(name) or made_of(name)


def heading(
    name: str,
    lang: str,
    currency: str,
    catalogue: dict[str, Indicator] = INDICATORS,
    table: str = "",
    *,
    unit: bool = True,
) -> str:
    """A column's heading with its unit, if wanted; an office's own column keeps its own name.

    Examples
    --------
    >>> heading("name", "zh", "CNY", table="enterprises")
    '企业名称'
    >>> heading("floor_area_m2", "zh", "CNY", table="parcels")
    '总建筑面积（m²）'
    """
    column = column_of(name, table)
    if column is None and name in catalogue:
        column = catalogue[name].column
    if column is None:
        return name
    return column.label(lang, currency) if unit else column(lang)


_STATISTICS = {
    "mean": ("均值", "mean"),
    "sum": ("合计", "sum"),
    "min": ("最小", "least"),
    "max": ("最大", "largest"),
    "stdev": ("标准差", "standard deviation"),
    "count": ("像元数", "cells"),
    "majority": ("众数", "majority"),
    "variety": ("类数", "classes"),
    "share": ("占比", "share"),
    "covered": ("有数据占比", "with data"),
}


_RASTERS = {
    "elevation": ("高程", "Elevation"),
    "dem": ("高程", "Elevation"),
    "slope": ("坡度", "Slope"),
    "aspect": ("坡向", "Aspect"),
}
"""Rasters that projects name in English."""


def made_of(name: str) -> Column | None:
    """The column whose name is made of a kind of control line or facility, or of a raster."""
    way, _, rest = name.partition("_")
    if way == "in" and rest in kinds():
        zone = kinds()[rest]
        return Column(name, f"{zone['zh']}占比", f"In {zone['en']}", "number", "%")
    if way in ("to", "road") and rest.endswith("_m"):
        kind = title(rest.removesuffix("_m"))
        zh, en = ("直线", "straight") if way == "to" else ("路网", "by road")
        return Column(name, f"距{kind.zh}（{zh}）", f"To {kind.en} ({en})", "number", "米")
    raster, _, statistic = rest.rpartition("_")
    if way == "raster" and raster and statistic in _STATISTICS:
        zh, en = _STATISTICS[statistic]
        unit = "%" if statistic in ("share", "covered") else ""
        known = _RASTERS.get(raster.lower())
        if known:
            return Column(name, f"{known[0]}{zh}", f"{known[1]}, {en}", "number", unit)
        return Column(name, f"{raster} {zh}", f"{raster}, {en}", "number", unit)
    return None
