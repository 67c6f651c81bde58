"""What a result table is, and what its declarations are written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from geo.model.columns import Column, Geometry
from geo.model.indicators import INDICATORS
from geo.model.layers import LAYERS, MEASURES, PER_MU
from geo.model.result_columns import RESULT_COLUMNS
from geo.text import Text

FOLDER = "tables"
"""Folder of a run's results in which its tables lie."""

Combine = Literal["rows", "first", "measures", "layers", "fields", "grades", "findings", "whole"]


@dataclass(frozen=True)
class Table:
    """A result table.

    Parameters
    ----------
    name
        Of its file, its layer in the GeoPackage and its attribute of a `Run`.
    title
        Of its sheet, and in a GIS.
    columns
        In the files' order; `open` tables have the office's own and made-up ones beside them.
    key
        Columns that tell its rows apart.
    geometry
        What its outlines are, in the input's CRS.
    combine
        How the tables of parts become one: `rows` one below the other, the `first` (all are
        alike), sums by `measures`, `layers` or `fields`; of `grades`, `findings` and the `whole` there is
        one.
    things
        The column of what its rows are about, of each all parks; without one they stand by parks.
    large
        Whether there is a row or more a parcel, enterprise or verdict: in large runs it stays a
        folder of files, a file a part, and has no sheet.
    graded
        The column that names the enterprise whose grade a row gets, and what it gets of it.
    sheet
        Its place in the workbook; 0 for none.
    of_plan
        Whether only a project with a plan has a sheet of it.
    stored
        Whether it is a file of a run; else it is made of others for the workbook or a command.
    make
        Makes the table of a run, for tables that are not mujun's own.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    geometry: Geometry = "none"
    combine: Combine = "whole"
    things: str = ""
    large: bool = False
    graded: tuple[str, tuple[str, ...]] = ("", ())
    sheet: int = 0
    of_plan: bool = False
    open: bool = False
    stored: bool = True
    make: Callable[[Any], Any] | None = None

    @property
    def place(self) -> str:
        """Its file in a run's folder without the suffix; in parts, the folder of them."""
        return f"{FOLDER}/{self.name}"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}


def columns_named(names: str, *others: Column) -> tuple[Column, ...]:
    """Columns of these names: as `others` say, else as all result tables say."""
    known = RESULT_COLUMNS | {column.name: column for column in (*MEASURED, *others)}
    return tuple(known[name] for name in names.split())


def _growth(name: str) -> Column:
    indicator = INDICATORS[name]
    title = f"{indicator.zh}年均增长", f"{indicator.en}, yearly growth"
    return Column(f"{name}_growth", *title, "number", form="share")


def _beside(column: Column) -> Column:
    title = f"无用地企业{column.zh}（不入亩均）", f"{column.en} without land (beside)"
    return Column(f"{column.name}_beside", *title, "number", column.unit)


MEASURED = (*MEASURES, *(indicator.column for indicator in INDICATORS.values()))


def _classed(measure: str) -> tuple[Column, Column]:
    name = f"{measure}_per_mu"
    indicator = INDICATORS[name]
    return (
        Column(
            f"{name}_hotspot",
            f"{indicator.zh}热点（Gi*）",
            f"{indicator.en}, hotspot (Gi*)",
            vocabulary="hotspot",
        ),
        Column(
            f"{name}_cluster",
            f"{indicator.zh}集聚与异常（局部莫兰）",
            f"{indicator.en}, cluster or outlier (local Moran)",
            vocabulary="cluster",
        ),
    )


GROWTH = tuple(_growth(name) for name in INDICATORS)
HOTSPOT_CLASSES = {column.name: column for name in PER_MU for column in _classed(name)}
"""Classes of parcels by local statistics of an indicator (`geo.evaluate.hotspots`)."""
BESIDE = tuple(_beside(column) for column in MEASURES if column.name in PER_MU)
CITED = "clause citation"


def subject_columns(layer: str, names: str) -> tuple[Column, ...]:
    """The layer's own columns, what computing adds, then measures, indicators and their growth."""
    given = (*LAYERS[layer].columns, *columns_named(f"source_row {names} grade score"))
    taken = {column.name for column in given}
    return (*given, *(column for column in (*MEASURED, *GROWTH) if column.name not in taken))


KIND_OF_ZONE = Column("kind", "类型", "Kind", vocabulary="zone_kind")
KIND_OF_FACILITY = Column("kind", "类别", "Kind", vocabulary="facility_kind")
FIRM = Column("name", "企业名称", "Enterprise name")
PARK = Column("name", "园区名称", "Park name")


def reason(vocabulary: str) -> Column:
    """The column of reasons of a table that gives them in these words."""
    return Column("reason", "原因", "Reason", vocabulary=vocabulary)
