"""Result tables of hotspots: the statistics of each parcel, and how many parcels are of which class."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.table import Table, columns_named
from geo.text import Text


def _parcels(name: str, zh: str, en: str) -> Column:
    return Column(f"{name}_parcels", f"{zh}宗数", f"Parcels, {en}", "integer")


_STATISTICS = (
    Column("value", "数值", "Value", "number"),
    Column("neighbours", "相邻宗地数", "Neighbours", "integer"),
    Column("hotspot", "热点（Gi*）", "Hotspot (Gi*)", vocabulary="hotspot"),
    Column("gi_z", "Gi* z 值", "Gi* z", "number"),
    Column("gi_p", "Gi* p 值", "Gi* p", "number"),
    Column("gi_q", "Gi* 校正 p 值", "Gi* p, corrected", "number"),
    Column(
        "cluster",
        "集聚与异常（局部莫兰）",
        "Cluster or outlier (local Moran)",
        vocabulary="cluster",
    ),
    Column("moran_i", "局部莫兰指数", "Local Moran's I", "number"),
    Column("moran_z", "局部莫兰 z 值", "Local Moran z", "number"),
    Column("moran_p", "局部莫兰 p 值", "Local Moran p", "number"),
    Column("moran_q", "局部莫兰校正 p 值", "Local Moran p, corrected", "number"),
)
_COUNTS = (
    Column("parcels", "有数据宗数", "Parcels with data", "integer"),
    _parcels("no_data", "无数据", "without data (left out)"),
    _parcels("alone", "无相邻", "without neighbours"),
    Column("neighbours_mean", "平均相邻宗地数", "Neighbours, mean", "number"),
    Column("within_m", "相邻距离", "Neighbours within", "number", "米"),
    Column("fdr", "错误发现率", "False discovery rate", "number", form="share"),
    _parcels("hot", "热点", "hot spot"),
    _parcels("cold", "冷点", "cold spot"),
    _parcels("high_high", "高值集聚", "high among high"),
    _parcels("low_low", "低值集聚", "low among low"),
    _parcels("high_low", "高低异常", "high among low"),
    _parcels("low_high", "低高异常", "low among high"),
)
HOTSPOT_TABLES = (
    Table(
        "hotspots",
        Text("热点统计量", "Hotspot statistics"),
        columns_named(
            f"parcel_id measure {' '.join(one.name for one in _STATISTICS)}", *_STATISTICS
        ),
        ("parcel_id", "measure"),
    ),
    Table(
        "hotspot_counts",
        Text("热点汇总", "Hotspots, summary"),
        columns_named(f"measure {' '.join(one.name for one in _COUNTS)}", *_COUNTS),
        ("measure",),
        sheet=41,
    ),
)
