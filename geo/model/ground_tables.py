"""Result tables of the quiet ground of maps: lines, water areas and place names around the parks."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.table import Table, columns_named
from geo.text import Text

_NAME = Column("name", "名称", "Name")

GROUND_TABLES = (
    Table(
        "ground",
        Text("底图", "Ground"),
        columns_named("kind name", _NAME),
        geometry="line",
    ),
    Table(
        "water_areas",
        Text("水面", "Water areas"),
        (_NAME,),
        geometry="polygon",
    ),
    Table(
        "place_names",
        Text("地名", "Place names"),
        (_NAME, Column("level", "级别", "Level", vocabulary="place_level")),
        geometry="point",
    ),
)
