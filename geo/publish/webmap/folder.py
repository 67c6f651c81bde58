"""A map of any size as a folder: the province, then parks, then parcels, loaded as one looks.

`index.html` holds the client, the parks and the sums of every class; `tiles/N.js` hold up to `TILE`
neighbouring parcels of a park each, in the compact form of the single file; `search.js` all names.
They are scripts, so that the folder opens by double click as well as from a static server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Series
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.page import Code, Html, PageElement, Variable, call, data, document, tag
from geo.publish.stable import page_text
from geo.publish.webmap import encode, tables
from geo.publish.webmap.map import empty_map, map_table, park_map
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
    table = map_table(run, options)
    shapes = run.parcels.geometry.to_crs(4326)
    rows = _tiles(shapes, run.parcels["park_id"], size)
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    boxes = shapes.bounds.to_numpy()
    index = []
    for number, own in enumerate(rows):  # rows-ok: tiles
        part = encode.table(tables.part(table, own, len(shapes)))
        (folder / "tiles" / f"{number}.js").write_text(
            call("mujun.tile", number, encode.geometry(shapes.iloc[own]), part).source,
            encoding="ascii",
        )
        box = boxes[own]
        index.append([len(own), *box[:, :2].min(axis=0).tolist(), *box[:, 2:].max(axis=0).tolist()])
    order = np.concatenate(rows)
    (folder / "search.js").write_text(
        call("mujun.names", encode.table(_names(table, order))).source, encoding="ascii"
    )
    page = empty_map(run, options, scripts="'self' file:")
    page.add_child(_Index(encode.table(_index(table, run) | {"tiles": index})))
    (folder / "index.html").write_text(page_text(page), encoding="utf-8")


def _tiles(shapes: gpd.GeoSeries, park: Series, size: int) -> list[tables.Rows]:
    """Rows of each tile: of one park, neighbours along a Hilbert curve, at most `size`."""
    number, _ = pd.factorize(park)
    order = np.lexsort((shapes.hilbert_distance().to_numpy(), number))
    parks = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
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


def _index(table: dict[str, Any], run: Run) -> dict[str, Any]:
    """The table without what parcels have each, and the sums of each class by park."""
    parks = [park["id"] for park in table["parks"]]
    number = pd.Series(table["park_of"]).map({park: i for i, park in enumerate(parks)})
    park = number.fillna(len(parks)).to_numpy(np.int64)
    mu = np.nan_to_num(run.parcels["area_mu"].to_numpy(float))
    sums = [_sums(theme, park, len(parks) + 1, mu) for theme in table["themes"]]
    out = tables.index(table) | {"plan": tables.plan()}
    out["themes"] = [theme | add for theme, add in zip(out["themes"], sums, strict=True)]
    return out


def _sums(theme: dict[str, Any], park: tables.Rows, parks: int, mu: Floats) -> dict[str, Any]:
    """Parcels and 亩 by park (the last: in none) and class, each park's classes together."""
    classes = len(theme["legend"])
    cell = park * classes + theme["codes"]
    return {
        "count": np.bincount(cell, minlength=parks * classes).astype(np.float64),
        "land": np.bincount(cell, weights=mu, minlength=parks * classes),
    }
