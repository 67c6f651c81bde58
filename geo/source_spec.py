"""`[layers.NAME]` and `[tables.NAME]` of a project file: where rows come from and how they are read.

A source is one file, or parts that are sources themselves: `parts`, or a list of paths. A pattern
(`台账/*.xlsx`) is found to be files where it is read (`geo.sources.locate`).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from geo.errors import ProjectError
from geo.paths import local_path
from geo.project_parts import STRICT, Currency

_BESIDE_PARTS = {"path", "parts", "combine"}
"""Keys that may stand beside parts: all others are said of each part."""

MOST_STATES, LONGEST_STATE = 20, 40
"""Of `[notes] states`."""


class _Strict(BaseModel):
    model_config = STRICT


class FieldSource(_Strict):
    """Where a canonical column comes from, and its unit when it is not the canonical one."""

    column: str
    unit: str | None = None


def _as_field(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Fields = dict[str, Annotated[FieldSource, BeforeValidator(_as_field)]]


def _as_path(value: Any) -> Any:
    """A path with `/` between its folders, however it is written; an address of a database stays."""
    if not isinstance(value, str) or "://" in value:
        return value
    return local_path(value).replace("\\", "/")


FilePath = Annotated[str, BeforeValidator(_as_path)]
"""A path of the project file, relative to it; `\\` is read as `/`."""


class Join(_Strict):
    """Columns taken from a table onto a layer: the first record of each key."""

    path: FilePath
    left: str
    right: str
    take: list[str]


Constants = dict[str, str | int | float | bool | dt.date]
Statistic = Literal["mean", "sum", "min", "max", "stdev", "count", "majority", "variety", "share"]
YearPlace = Literal["file", "sheet", "title"]


def _as_parts(values: Any) -> Any:
    """A list of paths as parts that are read alike."""
    if not isinstance(values, dict):
        return values
    paths = values.get("path")
    if not isinstance(paths, list):
        return {"path": "", **values} if "parts" in values else values
    if not paths:
        raise ProjectError("project.path_list_empty")
    if "parts" in values:
        raise ProjectError("project.parts_beside_key", key="path")
    alike = {key: value for key, value in values.items() if key not in _BESIDE_PARTS}
    combine = {"combine": values["combine"]} if "combine" in values else {}
    return {"path": "", "parts": [alike | {"path": path} for path in paths], **combine}


class TableSource(_Strict):
    """A table: CSV, Excel, Parquet, or one of a database."""

    path: FilePath
    sheet: str | int | list[str] | None = Field(
        default=None, description='a sheet, several that are read as one table, or "*" for all'
    )
    layer: str | None = Field(
        default=None, description="the table of a database or of a GeoPackage"
    )
    where: str | None = Field(default=None, description="SQL on the rows of a database to read")
    header: int | None = Field(
        default=None, ge=1, description="row of the headings, from 1; an Excel sheet's is found"
    )
    encoding: str | None = None
    currency: Currency = Field(
        default="", description="ISO 4217 code of the table's money, where not the project's"
    )
    fields: Fields = {}
    constants: Constants = Field(
        default={}, description="columns of one value that the file does not have, such as year"
    )
    year_from: YearPlace | None = Field(
        default=None, description="what states the one year of the rows: file, sheet or title"
    )
    drop: list[str] = Field(default=[], description="columns that are not carried along")
    row_id: Literal["number"] | None = Field(
        default=None, description="the row number is the id, where the file has none"
    )
    combine: Literal["append", "join"] = Field(
        default="append", description="parts one under another, or rows of one key joined"
    )
    parts: list[TableSource] = Field(
        default=[], description="sources in place of a path, each with fields and units"
    )

    _listed = model_validator(mode="before")(_as_parts)

    @model_validator(mode="after")
    def _alone(self) -> TableSource:
        _check_parts(self)
        return self


class LayerSource(_Strict):
    """A vector layer, or (for a layer that may have no geometry) a table."""

    path: FilePath
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    where: str | None = Field(default=None, description="an OGR SQL condition on the rows to read")
    join: Join | None = None
    dissolve: str | None = Field(default=None, description="join rows sharing this column into one")
    currency: Currency = Field(
        default="", description="ISO 4217 code of the layer's money, where not the project's"
    )
    fields: Fields = {}
    constants: Constants = Field(
        default={}, description="columns of one value that the file does not have"
    )
    year_from: YearPlace | None = Field(
        default=None, description="what states the one year of the rows: file"
    )
    drop: list[str] = Field(default=[], description="columns that are not carried along")
    row_id: Literal["number"] | None = Field(
        default=None, description="the row number is the id, where the file has none"
    )
    combine: Literal["append", "join"] = Field(
        default="append", description="parts one under another, or rows of one key joined"
    )
    parts: list[LayerSource] = Field(
        default=[], description="sources in place of a path, each with fields and crs"
    )

    _listed = model_validator(mode="before")(_as_parts)

    @model_validator(mode="after")
    def _alone(self) -> LayerSource:
        _check_parts(self)
        return self


class RasterSource(_Strict):
    """`[rasters.NAME]`."""

    path: FilePath
    statistic: Statistic | list[Statistic] = "mean"
    derive: Literal["slope"] | None = Field(
        default=None, description="slope in degrees from a raster of elevations in metres"
    )
    band: int = 1
    nodata: float | None = None

    @property
    def statistics(self) -> tuple[Statistic, ...]:
        """What is asked of the raster."""
        return (self.statistic,) if isinstance(self.statistic, str) else tuple(self.statistic)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_states(states: list[str]) -> list[str]:
    """What may be found on a parcel: few, short, each once."""
    for k, state in enumerate(states):
        odd = not state.strip() or len(state) > LONGEST_STATE or not state.isprintable()
        if odd or state in states[:k] or k >= MOST_STATES:
            raise ProjectError("project.note_state_odd", state=state)
    return states


NoteStates = Annotated[list[str], AfterValidator(_as_states)]


class NotesSource(_Strict):
    """`[notes]`: 核查 notes that came back from the map, and what may be found on a parcel."""

    files: Annotated[list[FilePath], BeforeValidator(_as_list)] = Field(
        default=[], description="files that the map or `mujun notes merge` saved; * and ? too"
    )
    states: NoteStates = Field(
        default=[], description="the office's list of what may be found on a parcel"
    )


def _check_parts(source: TableSource | LayerSource) -> None:
    """Raise ProjectError for a key beside parts that is to be said of each of them."""
    if not source.parts:
        return
    beside = sorted(source.model_fields_set - _BESIDE_PARTS)
    if source.path:
        beside.insert(0, "path")
    if beside:
        raise ProjectError("project.parts_beside_key", key=beside[0])


def leaves(source: TableSource | LayerSource) -> list[TableSource | LayerSource]:
    """The sources that name a path: the source itself, or its parts' in their order."""
    if not source.parts:
        return [source]
    return [leaf for part in source.parts for leaf in leaves(part)]


def _as_kind(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


class EngineSource(_Strict):
    """`engine = "dask"`, or `[engine]`: where a project is worked out, and in which parts."""

    kind: Literal["local", "dask"] = "local"
    scheduler: str = Field(default="", description="tcp://… of a dask cluster that runs already")
    workers: int = Field(
        default=0, ge=0, description="processes of this machine; 0: one a core, as memory allows"
    )
    part: int = Field(default=50_000, ge=1, description="parcels of a part, about")
    batch: int = Field(default=200_000, ge=1, description="parcels read at once")
    whole: int = Field(
        default=100_000, ge=0, description="most parcels whose tables are held in memory"
    )


Engine = Annotated[EngineSource, BeforeValidator(_as_kind)]
