"""The whole assessment of frames in memory: no project file, no folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.api.grades import read_method_of
from geo.api.rules import read_rule_pack
from geo.assess.pipeline import assess as assess_layers
from geo.errors import DataError
from geo.evaluate.method import Method
from geo.evaluate.plan import Plan
from geo.project import Settings
from geo.run import Run
from geo.sources.frames import layers_of
from geo.sources.load import Layers
from geo.standards.model import Pack

Packs = Sequence[Pack | str | Path]


def assess(
    layers: Layers | None = None,
    settings: Settings | None = None,
    packs: Packs = (),
    progress: Callable[[str], None] = lambda _: None,
    method: Method | str | Path | None = None,
    low_efficiency: Packs | None = None,
    plan: Plan | None = None,
    *,
    year: int | None = None,
    parcels: gpd.GeoDataFrame | None = None,
    parks: gpd.GeoDataFrame | None = None,
    buildings: pd.DataFrame | None = None,
    enterprises: pd.DataFrame | None = None,
    occupancy: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    park_indicators: pd.DataFrame | None = None,
    facilities: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    waters: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    parcels_before: gpd.GeoDataFrame | None = None,
    zones: gpd.GeoDataFrame | None = None,
    platforms: pd.DataFrame | None = None,
    chain: pd.DataFrame | None = None,
    services: pd.DataFrame | None = None,
    fields: dict[str, dict[str, str]] | None = None,
) -> Run:
    """Everything that `mujun run` works out, of frames in memory or of a project's layers.

    Parameters
    ----------
    layers
        What `geo.load` read of a project; or leave it out and give frames by name.
    settings
        Of `[project]`; for frames `year` alone will do.
    packs, low_efficiency
        Rule packs: `geo.Pack`s, ids of shipped ones, or files.
    progress
        Is told each step's name as it begins.
    method
        The grading method: a `geo.Method`, an id, or a file.
    plan
        The plan whose targets are shown; else the one that the settings name.
    year
        The year assessed.
    parcels
        Polygons with `parcel_id`. All other layers are optional; each switches on what it feeds,
        and `run.basis.not_computed` says what was left out. Without `parks` these are the parcels
        joined by their `park_id`, or all parcels together.
    fields
        By layer, which column stands for a canonical one: `{"parcels": {"parcel_id": "宗地编号"}}`.
        Canonical names and the usual Chinese headings are known without it.

    Returns
    -------
    A `geo.Run`: its tables as attributes (`parcels`, `parks`, `verdicts`, `findings`, …) and what
    they were judged by (`basis`). `geo.park_map`, `geo.snapshot` and `Run.save` take it from there.

    Raises
    ------
    DataError, SourceError, CrsError
        Where a frame lacks a column that its layer needs, a CRS, or any usable row.
    RuleError
        Where a pack or a method is not there.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoDataFrame(
    ...     {"parcel_id": ["A", "B"], "floor_area_m2": [12_000, 9_000]},
    ...     geometry=[
    ...         box(500000, 3400000, 500100, 3400100),
    ...         box(500100, 3400000, 500200, 3400100),
    ...     ],
    ...     crs=4544,
    ... )
    >>> run = geo.assess(parcels=parcels, year=2023)
    >>> run.parcels[["parcel_id", "park_id", "floor_area_ratio"]].round(3)
      parcel_id park_id  floor_area_ratio
    0         A     all               1.2
    1         B     all               0.9
    """
    frames = {
        "parks": parks,
        "parcels": parcels,
        "buildings": buildings,
        "enterprises": enterprises,
        "occupancy": occupancy,
        "indicators": indicators,
        "park_indicators": park_indicators,
        "facilities": facilities,
        "roads": roads,
        "waters": waters,
        "places": places,
        "parcels_before": parcels_before,
        "zones": zones,
        "platforms": platforms,
        "chain": chain,
        "services": services,
    }
    given = {name: frame for name, frame in frames.items() if frame is not None}
    settings = _settings(settings, year)
    if (layers is None) != bool(given):
        raise DataError("api_whole.give_frames_name")
    read = layers_of(given, settings, fields) if layers is None else layers
    return assess_layers(
        read,
        settings,
        _packs(packs, settings),
        progress,
        None if method is None else read_method_of(method, settings.weights, settings.baselines),
        _packs(low_efficiency or (), settings),
        plan,
    )


def _settings(settings: Settings | None, year: int | None) -> Settings:
    """The settings, for the year where one is named."""
    if settings is None and year is None:
        raise DataError("api_whole.give_year_settings")
    named: dict[str, Any] = {} if year is None else {"year": year}
    return Settings(**named) if settings is None else settings.model_copy(update=named)


def _packs(packs: Packs, settings: Settings) -> list[Pack]:
    one = isinstance(packs, Pack | str | Path) or not isinstance(packs, Iterable)
    listed: Any = [packs] if one else packs
    return [read_rule_pack(one, settings.rule_figures) for one in listed]
