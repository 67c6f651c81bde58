"""A map of any size as a folder: the province, then parks, then parcels, loaded as one looks.

`index.html` holds the client, the parks and the sums of every class; `tiles/N.js` hold up to `TILE`
neighbouring parcels of a park each, in the compact form of the single file; `columns/NAME.js` what
filters and trials of all parcels need (`columns.py`); `search.js` all names.
They are scripts, so that the folder opens by double click as well as from a static server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.page import Code, Html, PageElement, Variable, call, data, document, tag
from geo.publish.stable import page_text
from geo.publish.webmap import columns, encode, packing, tables
from geo.publish.webmap.map import OfflineMap, empty_map, map_table, park_map
from geo.run import Run

TILE = 20_000
"""Most parcels in a file."""
ONE_FILE = 1_000_000
"""Most parcels that a single file is written for."""


class _Index(PageElement):
    """The index of a folder on an `OfflineMap`."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self._name = "FolderIndex"
        self.table = table

    def body(self) -> Html:
        """The table, for the client to read."""
        return data(f"{self.get_name()}_table", self.table)

    def code(self) -> Code:
        """The client is told where it is."""
        return call("mujun.showFolder", Variable(self._parent.get_name()), self.get_name())


def write_map(run: Run, folder: Path, options: Publish = DEFAULT_OPTIONS) -> None:
    """`map.html`: the map as one file; past `ONE_FILE` parcels, a way into the folder `map`."""
    if len(run.parcels) <= ONE_FILE:
        page = page_text(park_map(run, options))
    else:
        write_folder(run, folder / "map", options)
        there = "map/index.html"
        page = document(
            [tag("meta", http_equiv="refresh", content=f"0; url={there}")],
            [tag("a", there, href=there)],
            run.settings.lang,
        )
    (folder / "map.html").write_text(page, encoding="utf-8")


def write_folder(
    run: Run, folder: Path, options: Publish = DEFAULT_OPTIONS, size: int = TILE
) -> None:
    """Write the folder's files; it may be there already, empty."""
    page = empty_map(run, options, scripts="'self' file:")
    write_tables(map_table(run, options), run.parcels.geometry, page, folder, size)


def write_tables(
    table: dict[str, Any], outlines: gpd.GeoSeries, page: OfflineMap, folder: Path, size: int = TILE
) -> None:
    """The same of a page's table (`wire.PAGE`), its parcels' outlines, any CRS, and its page."""
    shapes = outlines.to_crs(4326)
    parks, park = _park_numbers(table)
    rows = _tiles(shapes, park, size)
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    boxes = shapes.bounds.to_numpy()
    index = []
    for number, own in enumerate(rows):  # rows-ok: tiles
        part = packing.table(tables.part(table, own, len(shapes)))
        (folder / "tiles" / f"{number}.js").write_text(
            call("mujun.tile", number, encode.geometry(shapes.iloc[own]), part).source,
            encoding="ascii",
        )
        box = boxes[own]
        corners = [*box[:, :2].min(axis=0).tolist(), *box[:, 2:].max(axis=0).tolist()]
        index.append([len(own), *corners, int(park[own[0]])])
    order = np.concatenate(rows)
    columns.write(table, order, folder)
    (folder / "search.js").write_text(
        call("mujun.names", packing.table(_names(table, order))).source, encoding="ascii"
    )
    page.add_child(_Index(packing.table(_index(table, parks, park) | {"tiles": index})))
    (folder / "index.html").write_text(page_text(page), encoding="utf-8")


def _tiles(shapes: gpd.GeoSeries, park: tables.Rows, size: int) -> list[tables.Rows]:
    """Rows of each tile: of one park, neighbours along a Hilbert curve, at most `size`."""
    order = np.lexsort((shapes.hilbert_distance().to_numpy(), park))
    parks = np.split(order, np.flatnonzero(np.diff(park[order])) + 1)
    return [
        tile
        for own in parks  # rows-ok: parks
        for tile in np.array_split(own, -(-len(own) // size))
    ]


def _names(table: dict[str, Any], order: tables.Rows) -> dict[str, Any]:
    """What is searched: ids and names in order of the tiles, enterprises and their parcels."""
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    occupiers = table["occupiers"]
    return {
        "ids": tables.take(table["ids"], order),
        "columns": [
            column | {"values": tables.take(column["values"], order)}
            for column in table["columns"]
            if column["name"] == "name"
        ],
        "occupiers": occupiers | {"parcel": place[occupiers["parcel"]]},
    }


def _park_numbers(table: dict[str, Any]) -> tuple[int, tables.Rows]:
    """How many parks there are, and each parcel's; those in none have the number after the last."""
    ids = [park["id"] for park in table["parks"]]
    number = pd.Series(table["park_of"]).map({park: i for i, park in enumerate(ids)})
    return len(ids), number.fillna(len(ids)).to_numpy(np.int64)


def _index(table: dict[str, Any], parks: int, park: tables.Rows) -> dict[str, Any]:
    """The table without what parcels have each; sums of each class by park, bars of each rule."""
    mu = np.nan_to_num(table["mu"].astype(np.float64))
    figures = {
        column["name"]: column["values"].astype(np.float64)
        for column in table["columns"]
        if column["kind"] == "number"
    }
    nothing = np.full(len(mu), np.nan)
    money = [figures.get(name, nothing) for name in table["sums"]]
    out = tables.index(table) | {"plan": tables.plan()}
    sums = [columns.sums(theme, park, parks + 1, mu, money) for theme in table["themes"]]
    out["themes"] = [theme | add for theme, add in zip(out["themes"], sums, strict=True)]
    cells = map(columns.cells, table["rules"])
    out["rules"] = [rule | {"cells": own} for rule, own in zip(out["rules"], cells, strict=True)]
    return out
