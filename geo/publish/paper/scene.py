"""What a run's maps on paper are drawn from: outlines in metres, themes, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import OutputError
from geo.project import Project
from geo.publish.look.style import Theme
from geo.publish.look.themes import Overlay, overlays, themes
from geo.publish.paper.ground import Bounds, plane_of
from geo.publish.words import code_words
from geo.run import Run
from geo.text import Message, Wording

Papers = Literal["A4", "A3", "A2", "A1", "A0"]
Grid = Literal["km", "degrees", "none"]
AROUND = 0.8
"""How much more ground a parcel's own map shows on each side, as a share of the parcel."""


@dataclass(frozen=True)
class View:
    """What a snapshot shows and on which paper.

    `theme` is an id of `themes` (the first if empty); at most one of `park` (id or name), `parcel`
    (id) and `box` (west, south, east, north in degrees) says where, else it is the whole project.
    `scale` is the denominator, else the largest round one that fits; `labels` is "auto", "none",
    or a column of the parcels; `grid` lines are kilometres of the plane or degrees.
    """

    theme: str = ""
    park: str = ""
    parcel: str = ""
    box: Bounds | None = None
    paper: Papers = "A3"
    portrait: bool = False
    scale: float | None = None
    grid: Grid = "km"
    labels: str = "auto"
    title: str = ""
    subtitle: str = ""


class Scene:
    """A run ready to be drawn; outlines are brought into a plane once and kept."""

    def __init__(self, result: Run, project: Project) -> None:
        self.result, self.project = result, project
        self.settings, self.publish = project.settings, project.publish
        self.parcels, self.parks = result.parcels, result.parks
        self._planes: dict[Any, tuple[NDArray[np.object_], NDArray[np.object_]]] = {}

    @cached_property
    def themes(self) -> dict[str, Theme]:
        """Themes by their ids; of a run that has none, where the parcels are."""
        made = themes(self.result) or [
            Theme(
                "parcels",
                Message("scene.parcels"),
                (Message("scene.parcel"),),
                ("#b9cbdc",),
                np.zeros(len(self.parcels), np.uint8),
            )
        ]
        return {theme.id: theme for theme in made}

    @cached_property
    def plane(self) -> Any:
        """The plane of the whole project."""
        return self.subject(View()).plane

    @property
    def templates(self) -> Path | None:
        """The office's own folder of templates, where it has one."""
        return self.project.path(self.publish.templates) if self.publish.templates else None

    @cached_property
    def words(self) -> dict[str, Mapping[str, Wording]]:
        """What the codes of each column say."""
        return code_words(self.settings, self.result.basis.plan)

    @cached_property
    def overlays(self) -> dict[str, list[Overlay]]:
        """What is drawn over the parcels with a theme."""
        return overlays(self.result)

    def theme(self, name: str) -> Theme:
        """A theme by its id, or the first; OutputError names those there are."""
        if not name:
            return next(iter(self.themes.values()))
        if name not in self.themes:
            known = ", ".join(self.themes)
            raise OutputError("scene.no_theme", name=name, known=known)
        return self.themes[name]

    def park_id(self, wanted: str) -> str:
        """The id of a park called so; OutputError if there is none."""
        return str(
            self.parks["park_id"].iloc[_one(self.parks, ("park_id", "name"), wanted, "park")]
        )

    def park_name(self, park_id: str) -> str:
        """The name of a park by its id."""
        at = _one(self.parks, ("park_id",), park_id, "park")
        return str(self.parks["name"].iloc[at])

    def within(self, plane: Any) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Parcels and parks in metres of a plane."""
        if plane not in self._planes:
            self._planes[plane] = (
                np.asarray(self.parcels.geometry.to_crs(plane).array, dtype=object),
                np.asarray(self.parks.geometry.to_crs(plane).array, dtype=object),
            )
        return self._planes[plane]

    def subject(self, view: View) -> Subject:
        """The ground and the parcels that a view is of; OutputError if there is no such place."""
        if (view.park != "") + (view.parcel != "") + (view.box is not None) > 1:
            raise OutputError("scene.give_park_parcel_box")
        if view.box is not None:
            return self._box(view.box)
        parks, parcels = self.parks, self.parcels
        every = np.ones(len(parcels), dtype=bool)
        if view.park:
            at = _one(parks, ("park_id", "name"), view.park, "park")
            row = parks.iloc[at]
            own = (parcels["park_id"] == row["park_id"]).to_numpy()
            return self._around(parks.geometry.iloc[[at]], own, str(row["name"]), park=at)
        if view.parcel:
            at = _one(parcels, ("parcel_id",), view.parcel, "parcel")
            park = np.flatnonzero((parks["park_id"] == parcels["park_id"].iloc[at]).to_numpy())
            return self._around(
                parcels.geometry.iloc[[at]],
                every,
                view.parcel,
                parcel=at,
                park=int(park[0]) if len(park) else None,
                wider=AROUND,
            )
        return self._around(parks.geometry if len(parks) else parcels.geometry, every, "")

    def _around(
        self,
        shapes: Any,
        own: NDArray[np.bool_],
        name: str,
        *,
        park: int | None = None,
        parcel: int | None = None,
        wider: float = 0.0,
    ) -> Subject:
        plane = plane_of(tuple(shapes.to_crs(4326).total_bounds))
        x0, y0, x1, y1 = shapes.to_crs(plane).total_bounds
        more = wider * max(x1 - x0, y1 - y0)
        bounds = (float(x0 - more), float(y0 - more), float(x1 + more), float(y1 + more))
        return Subject(plane, bounds, own, name, park, parcel)

    def _box(self, box: Bounds) -> Subject:
        west, south, east, north = box
        if not (-180 <= west < east <= 180 and -90 < south < north < 90):
            raise OutputError("scene.box_west_south_east_north")
        plane = plane_of(box)
        edge = shapely.segmentize(shapely.box(*box), max(east - west, north - south) / 16)
        x0, y0, x1, y1 = gpd.GeoSeries([edge], crs=4326).to_crs(plane).total_bounds
        return Subject(
            plane,
            (float(x0), float(y0), float(x1), float(y1)),
            np.ones(len(self.parcels), dtype=bool),
            "",
        )


@dataclass(frozen=True)
class Subject:
    """What a map is of: its plane, its ground in metres, its parcels, its name.

    `park` and `parcel` are row numbers where it is about one.
    """

    plane: Any
    bounds: Bounds
    own: NDArray[np.bool_]
    name: str
    park: int | None = None
    parcel: int | None = None


def _one(table: pd.DataFrame, columns: tuple[str, ...], wanted: str, subject: str) -> int:
    for column in columns:
        found = np.flatnonzero((table[column].astype("str") == wanted).to_numpy())
        if len(found):
            return int(found[0])
    raise OutputError("scene.no_such_subject", subject=Message(f"subject.{subject}"), wanted=wanted)
