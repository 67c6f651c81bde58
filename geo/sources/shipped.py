"""The sources that come with mujun: databases, 勘测定界 text, tables of every kind, map layers."""

from __future__ import annotations

from pathlib import PurePath

import geopandas as gpd
import pandas as pd

from geo.errors import ProjectError, SourceError
from geo.paths import local_path
from geo.project import LayerSource, Project, TableSource
from geo.sources.database import is_database, source_name
from geo.sources.digest import sha256
from geo.sources.kinds import missing
from geo.sources.postgis import read_postgis
from geo.sources.source import Read, Spec
from geo.sources.survey_txt import read_survey
from geo.sources.tables import EXCEL, read_table
from geo.sources.vector import read_vector, with_crs

TABLE_FILES = EXCEL | {".csv", ".tsv", ".txt"}


def _suffix(path: str) -> str:
    return PurePath(path).suffix.lower()


class MapLayer:
    """A layer of a file that GDAL, pyarrow or mujun itself reads (`geo.sources.vector`)."""

    name = "vector"

    def accepts(self, path: str, spec: Spec) -> bool:  # noqa: ARG002
        """Every layer that no other source reads."""
        return isinstance(spec, LayerSource)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        """The layer as the file has it."""
        file = project.path(spec.path)
        frame, notes = read_vector(file, _layer(spec), layer)
        return Read(frame, notes, {spec.path: sha256(file)})


class TableFile:
    """A table of a text, a workbook, a page, Parquet, DBF, or the attributes of a map layer."""

    name = "table"

    def accepts(self, path: str, spec: Spec) -> bool:
        """Every table, and what ends as one."""
        return isinstance(spec, TableSource) or _suffix(path) in TABLE_FILES

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        """The table as it stands; SourceError where a layer is asked for."""
        if isinstance(spec, LayerSource):
            raise SourceError("sources_load.table_without_geometry", path=spec.path, name=layer)
        file = project.path(spec.path)
        if spec.where or (spec.layer and _suffix(spec.path) in TABLE_FILES):
            raise ProjectError("sources_load.tables_database", path=spec.path)
        frame, notes = read_table(file, spec, layer)
        return Read(frame, notes, {spec.path: sha256(file)})


class SurveyText:
    """勘测定界 coordinate text (报盘 TXT): one file, or all that a pattern names."""

    name = "survey"
    patterns = True
    """It reads all files of a pattern itself: their plots are numbered through."""

    def accepts(self, path: str, spec: Spec) -> bool:
        """Layers that end in .txt."""
        return isinstance(spec, LayerSource) and _suffix(path) == ".txt"

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        """The plots of all files, `txt/*.txt` in the order of their names."""
        several = "*" in spec.path
        files = (
            sorted(project.folder.glob(local_path(spec.path)))
            if several
            else [project.path(spec.path)]
        )
        if not files or not files[0].exists():
            raise missing(project.path(spec.path))
        frame, notes = read_survey(files, _layer(spec).crs, layer)
        named = {
            file.relative_to(project.folder).as_posix() if several else spec.path: sha256(file)
            for file in files
        }
        return Read(frame, notes, named)


class Database:
    """A table or view of PostGIS."""

    name = "postgis"

    def accepts(self, path: str, spec: Spec) -> bool:  # noqa: ARG002
        """What begins with postgresql://."""
        return is_database(path)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:  # noqa: ARG002
        """The rows that `where` leaves; a table is read without its outlines."""
        frame, digest = read_postgis(spec.path, spec.layer, spec.where)
        place = source_name(spec.path, spec.layer)
        files = {f"{place} {spec.where or ''}".strip(): digest}
        if not isinstance(spec, LayerSource):
            plain = pd.DataFrame(frame).drop(columns="geometry", errors="ignore")
            return Read(plain, files=files)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise SourceError("sources_load.no_geometry_column", where=place, name=layer)
        laid, notes = with_crs(frame, spec, place, layer)
        return Read(laid, notes, files)


def _layer(spec: Spec) -> LayerSource:
    """The declaration of a layer; only such a one is accepted where this is asked."""
    if not isinstance(spec, LayerSource):
        raise TypeError(spec)
    return spec


SHIPPED = (MapLayer(), TableFile(), SurveyText(), Database())
"""From the most general to the most particular: the last one that accepts a path reads it."""
