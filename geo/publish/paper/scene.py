"""What a run's maps on paper are drawn from: outlines in metres, themes, names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.arrays import CRS, Mask
from geo.errors import OutputError
from geo.project import Publish
from geo.publish.look.style import Theme
from geo.publish.look.themes import Overlay, overlays_of, theme_called, themes_by_id
from geo.publish.lookup import parcel_row, park_row
from geo.publish.paper.ground import Bounds, Frame, plane_of
from geo.publish.paper.marks import Mark, marks_in
from geo.publish.paper.surroundings import Surroundings
from geo.run import Run

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

    def __init__(self, run: Run, options: Publish) -> None:
        self.run, self.options = run, options
        self.settings = run.settings
        self.parcels, self.parks = run.parcels, run.parks
        self._planes: dict[Any, tuple[NDArray[np.object_], NDArray[np.object_]]] = {}
        self._ground: dict[Any, Surroundings] = {}
        self._overlays: dict[str, list[Overlay]] = {}
        self._marks: dict[Any, list[Mark]] = {}  # of the map being drawn

    @cached_property
    def themes(self) -> dict[str, Theme]:
        """Themes by their ids."""
        return themes_by_id(self.run)

    @cached_property
    def plane(self) -> Any:
        """The plane of the whole project."""
        return self.subject(View()).plane

    @property
    def templates(self) -> Path | None:
        """The office's own folder of templates, where it has one."""
        return Path(self.options.templates) if self.options.templates else None

    def theme(self, name: str) -> Theme:
        """A theme by its id, or the first; OutputError names those there are."""
        return theme_called(self.themes, name)

    def marks(self, frame: Frame, theme: Theme) -> list[Mark]:
        """What a theme draws over the parcels, as far as the frame shows it."""
        key = (theme.id, frame.plane, frame.bounds)
        if key not in self._marks:
            self._marks = {key: marks_in(frame, self.overlays(theme))}
        return self._marks[key]

    def overlays(self, theme: Theme) -> list[Overlay]:
        """What a theme draws over the parcels, on any frame."""
        if theme.id not in self._overlays:
            self._overlays[theme.id] = overlays_of(self.run, theme.id)
        return self._overlays[theme.id]

    def within(self, plane: CRS) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Parcels and parks in metres of a plane."""
        if plane not in self._planes:
            self._planes[plane] = (
                np.asarray(self.parcels.geometry.to_crs(plane).array, dtype=object),
                np.asarray(self.parks.geometry.to_crs(plane).array, dtype=object),
            )
        return self._planes[plane]

    def ground(self, plane: CRS) -> Surroundings:
        """The quiet ground around the parks, in metres of a plane."""
        if plane not in self._ground:
            self._ground[plane] = Surroundings.of(self.run, plane)
        return self._ground[plane]

    def subject(self, view: View) -> Subject:
        """The ground and the parcels that a view is of; OutputError if there is no such place."""
        if (view.park != "") + (view.parcel != "") + (view.box is not None) > 1:
            raise OutputError("scene.give_park_parcel_box")
        if view.box is not None:
            return self._box(view.box)
        parks, parcels = self.parks, self.parcels
        every = np.ones(len(parcels), dtype=bool)
        if view.park:
            at = park_row(self.run, view.park)
            row = parks.iloc[at]
            own = (parcels["park_id"] == row["park_id"]).to_numpy()
            return self._around(parks.geometry.iloc[[at]], own, str(row["name"]), park=at)
        if view.parcel:
            at = parcel_row(self.run, view.parcel)
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
        own: Mask,
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
        ground = shapely.box(x0, y0, x1, y1)
        if not any(shapely.intersects(ground, shapes).any() for shapes in self.within(plane)):
            shapes = self.parks.geometry if len(self.parks) else self.parcels.geometry
            place = ",".join(f"{side:.3f}" for side in shapes.to_crs(4326).total_bounds)
            raise OutputError("scene.box_without_land", place=place)
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

    plane: CRS
    bounds: Bounds
    own: Mask
    name: str
    park: int | None = None
    parcel: int | None = None
