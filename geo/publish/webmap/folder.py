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
from numpy.typing import NDArray

from geo.project import Project
from geo.publish.page import Code, Html, PageElement, Variable, call, data, document, tag
from geo.publish.stable import page_text
from geo.publish.webmap import encode
from geo.publish.webmap.map import empty_map, map_table, park_map
from geo.run import Run

TILE = 20_000
"""Most parcels in a file."""
ONE_FILE = 1_000_000
"""Most parcels that a single file is written for."""
_RULE = (
    "source",
    "verdict",
    "reason",
    "value",
    "low",
    "high",
    "ends",
    "gap",
    "industry",
    "change",
    "land",
)
_ZONE = ("kind", "control", "share", "area", "name", "requirement")

Rows = NDArray[np.int64]


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


def write_map(result: Run, project: Project, folder: Path) -> None:
    """`map.html`: the map as one file; past `ONE_FILE` parcels, a way into the folder `map`."""
    if len(result.parcels) <= ONE_FILE:
        page = page_text(park_map(result, project))
    else:
        write_folder(result, project, folder / "map")
        there = "map/index.html"
        page = document(
            [tag("meta", http_equiv="refresh", content=f"0; url={there}")],
            [tag("a", there, href=there)],
            project.project.lang,
        )
    (folder / "map.html").write_text(page, encoding="utf-8")


def write_folder(result: Run, project: Project, folder: Path, size: int = TILE) -> None:
    """Write the folder's files; it may be there already, empty."""
    table = map_table(result, project)
    shapes = result.parcels.geometry.to_crs(4326)
    rows = _tiles(shapes, result.parcels["park_id"], size)
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    boxes = shapes.bounds.to_numpy()
    index = []
    for number, own in enumerate(rows):  # rows-ok: tiles
        part = encode.table(_part(table, own))
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
    page = empty_map(result, project, scripts="'self' file:")
    page.add_child(_Index(encode.table(_skeleton(table, result) | {"tiles": index})))
    (folder / "index.html").write_text(page_text(page), encoding="utf-8")


def _tiles(shapes: gpd.GeoSeries, park: pd.Series[Any], size: int) -> list[Rows]:
    """Rows of each tile: of one park, neighbours along a Hilbert curve, at most `size`."""
    number, _ = pd.factorize(park)
    order = np.lexsort((shapes.hilbert_distance().to_numpy(), number))
    parks = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    return [
        tile
        for own in parks  # rows-ok: parks
        for tile in np.array_split(own, -(-len(own) // size))
    ]


def _taken(values: Any, rows: Rows) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else [values[i] for i in rows]


def _part(data: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """What the parcels of a tile have: each list and array of the whole table cut to them."""
    own = {key: _taken(data[key], rows) for key in ("ids", "mu", "park_of", "compliance")}
    place = np.full(len(data["ids"]), -1, dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    return own | {
        "columns": [_taken(c["values"], rows) for c in data["columns"]],
        "themes": [t["codes"][rows] for t in data["themes"]],
        "rules": [{key: rule[key][rows] for key in _RULE} for rule in data["rules"]],
        "history": {
            name: [v[rows] for v in years]
            for name, years in data["history"].get("figures", {}).items()
        },
        "grades": _taken(data["grades"], rows) if data["grades"] else [],
        "main": data["scores"]["main"][rows] if data["scores"] else [],
        "occupiers": _pairs(data["occupiers"], place, ("enterprise",)),
        "zones": _pairs(data["zones"], place, _ZONE),
    }


def _pairs(
    pairs: dict[str, Any], place: NDArray[np.int32], keys: tuple[str, ...]
) -> dict[str, Any]:
    """Pairs of a parcel and something else, of the parcels that have a place."""
    at = place[np.asarray(pairs["parcel"], dtype=np.int64)]
    rows = np.flatnonzero(at >= 0)
    return {"parcel": at[rows]} | {key: _taken(pairs[key], rows) for key in keys}


def _names(data: dict[str, Any], order: Rows) -> dict[str, Any]:
    """What is searched: ids in order of the tiles, enterprises and their parcels in that order."""
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    said = data["occupiers"]
    return {
        "ids": _taken(data["ids"], order),
        "occupiers": {key: said[key] for key in ("names", "ids", "initials", "enterprise")}
        | {"parcel": place[said["parcel"]]},
    }


def _skeleton(data: dict[str, Any], result: Run) -> dict[str, Any]:
    """The whole table without what parcels have, and the sums of each class by park."""
    parks = [park["id"] for park in data["parks"]]
    number = pd.Series(data["park_of"]).map({p: i for i, p in enumerate(parks)})
    park = number.fillna(len(parks)).to_numpy(np.int64)
    mu = np.nan_to_num(result.parcels["area_mu"].to_numpy(float))
    return {
        key: value
        for key, value in data.items()
        if key not in ("ids", "mu", "park_of", "compliance", "grades")
    } | {
        "columns": [{**c, "values": []} for c in data["columns"]],
        "themes": [
            {**t, "codes": [], **_sums(t, park, len(parks) + 1, mu)} for t in data["themes"]
        ],
        "rules": [{k: v for k, v in rule.items() if k not in _RULE} for rule in data["rules"]],
        "history": {"years": data["history"].get("years", [])},
        "scores": {k: v for k, v in data["scores"].items() if k != "main"},
        "occupiers": {"names": data["occupiers"]["names"], "ids": data["occupiers"]["ids"]},
        "zones": {k: data["zones"][k] for k in ("kinds", "words")},
    }


def _sums(theme: dict[str, Any], park: Rows, parks: int, mu: NDArray[np.float64]) -> dict[str, Any]:
    """Parcels and 亩 by park (the last: in none) and class, each park's classes together."""
    classes = len(theme["legend"])
    cell = park * classes + theme["codes"]
    return {
        "count": np.bincount(cell, minlength=parks * classes).astype(np.float64),
        "land": np.bincount(cell, weights=mu, minlength=parks * classes),
    }
