"""A map of any size as a folder: the province, then parks, then parcels, loaded as one looks.

`index.html` holds the client, the parks and what names and numbers all else; `tiles/NAME.js` hold up
to `TILE` neighbouring parcels each, in the compact form of the single file; `columns/NAME.js` what
sums, filters and trials of all parcels need (`columns.py`); `search.js` all names.
They are scripts, so that the folder opens by double click as well as from a static server. A part of
a run writes its own tiles and pieces of columns (`by_parts.py`); a run in one piece is one part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.page import Code, Html, PageElement, Variable, call, data, document, tag
from geo.publish.stable import page_text
from geo.publish.webmap import columns, encode, packing, scripts, tables
from geo.publish.webmap.map import OfflineMap, empty_map, map_table, park_map
from geo.publish.webmap.nodes import varies
from geo.publish.webmap.scripts import letters
from geo.publish.webmap.wire import PAGE
from geo.run import Run

TILE = 4_000
"""Most parcels in a file: neighbouring parks share one, a large park has several."""
ONE_FILE = 200_000
"""Most parcels that a single file is written for."""
FOLDER = "map"
SCRIPTS = "'self' file:"
SEARCH, SCORES = "search", "scores"


_TABLE = "table-of-the-folder"
"""Stands in a page for the table, which is written after it: of a province 60 MB."""


class _Index(PageElement):
    """The index of a folder on an `OfflineMap`."""

    def __init__(self) -> None:
        super().__init__()
        self._name = "FolderIndex"

    def body(self) -> Html:
        """Where the table stands, for the client to read."""
        return data(f"{self.get_name()}_table", _TABLE)

    def code(self) -> Code:
        """The client is told where it is."""
        return call("mujun.showFolder", Variable(self._parent.get_name()), self.get_name())


@dataclass(frozen=True)
class PartFiles:
    """What a part has written, and what the index says of it.

    `tiles` as `wire.PAGE` has them; `index` is the part's table without what parcels have each, its
    legends of its own parcels.
    """

    tiles: list[Any]
    pieces: columns.Pieces
    index: dict[str, Any]


def write_map(run: Run, folder: Path, options: Publish = DEFAULT_OPTIONS) -> None:
    """`map.html`: the map as one file; past `ONE_FILE` parcels, a way into the folder `map`."""
    if len(run.parcels) <= ONE_FILE:
        (folder / "map.html").write_text(page_text(park_map(run, options)), encoding="utf-8")
        return
    write_folder(run, folder / FOLDER, options)
    lead_into(folder, run.settings.lang)


def lead_into(folder: Path, lang: str) -> None:
    """Write a `map.html` that goes to the folder beside it."""
    there = f"{FOLDER}/index.html"
    page = document(
        [tag("meta", http_equiv="refresh", content=f"0; url={there}")],
        [tag("a", there, href=there)],
        lang,
    )
    (folder / "map.html").write_text(page, encoding="utf-8")


def write_folder(
    run: Run, folder: Path, options: Publish = DEFAULT_OPTIONS, size: int = TILE
) -> None:
    """Write the folder's files; it may be there already, empty."""
    page = empty_map(run, options, scripts=SCRIPTS)
    write_tables(map_table(run, options), run.parcels.geometry, page, folder, size)


def write_tables(
    table: dict[str, Any], outlines: gpd.GeoSeries, page: OfflineMap, folder: Path, size: int = TILE
) -> None:
    """The same of a page's table (`wire.PAGE`), its parcels' outlines, any CRS, and its page."""
    ids = [park["id"] for park in table["parks"]]
    with tempfile.TemporaryDirectory() as scratch:
        part = write_part("0", table, outlines, ids, folder, Path(scratch), size)
        once = tables.index(table)
        once["scores"] = write_scores(once["scores"], folder)
        join_parts([part], once, page, folder)


def write_part(
    name: str,
    table: dict[str, Any],
    outlines: gpd.GeoSeries,
    park_ids: list[str],
    folder: Path,
    scratch: Path,
    size: int = TILE,
) -> PartFiles:
    """Write the tiles of some parcels, and their pieces of columns into `scratch`."""
    shapes = outlines.to_crs(4326)
    park = _park_numbers(table["park_of"], park_ids)
    rows = _tiles(shapes, park, len(park_ids), size)
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    boxes = shapes.bounds.to_numpy()
    tiles = []
    order = np.concatenate(rows)
    own = tables.part(table, order, len(shapes), alike=True)
    end = 0
    for number, of_tile in enumerate(rows):  # rows-ok: tiles
        file, start, end = f"{name}-{number}", end, end + len(of_tile)
        outlines = letters(encode.geometry(shapes.iloc[of_tile]))
        part = letters(packing.table(tables.part(own, slice(start, end), len(shapes))))
        to = folder / "tiles" / f"{file}.js"
        scripts.write(to, "mujun.tile", [file], [[outlines], [part]])
        tiles.append([file, *_box(boxes[of_tile]), _in_turn(park[of_tile])])
    fields = _fields(table, own, park[order])
    pieces = columns.write_pieces(fields, scratch / f"{name}.pieces")
    return PartFiles(tiles, pieces, _index(table))


def join_parts(
    parts: Iterable[PartFiles], once: dict[str, Any], page: OfflineMap, folder: Path
) -> None:
    """Write the files of all parts together; `once` is what the index has beside theirs.

    Its `scores` are without entries, which `write_scores` wrote.
    """
    index: dict[str, Any] = {}
    tiles, pieces, legends = [], [], []
    for part in parts:
        index = index or part.index
        tiles += part.tiles
        pieces.append(part.pieces)
        legends.append([theme["legend"] for theme in part.index["themes"]])
    (folder / columns.FOLDER).mkdir(parents=True, exist_ok=True)
    same = columns.equal(pieces)
    for name in pieces[0].places:
        texts = columns.texts(pieces, name)
        if name == SEARCH:
            scripts.write(folder / f"{SEARCH}.js", "mujun.names", [], texts)
        elif name not in same:
            file = folder / columns.FOLDER / f"{name}.js"
            scripts.write(file, "mujun.column", [name], texts)
    index = once | index | {"plan": tables.plan(), "same": same}
    for theme, of_parts in zip(index["themes"], zip(*legends, strict=True), strict=True):
        theme["legend"] = [_added(classes) for classes in zip(*of_parts, strict=True)]
    index["tiles"] = tiles
    page.add_child(_Index())
    head, tail = page_text(page).split(_TABLE)
    with (folder / "index.html").open("w", encoding="utf-8") as out:
        out.writelines([head, packing.base64_text(packing.table(index)), tail])


def _added(classes: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """A class of a legend with the parcels and 亩 of all parts."""
    counts = {name: sum(one[name] for one in classes) for name in ("parcels", "mu")}
    return classes[0] | counts


def write_scores(scores: dict[str, Any] | None, folder: Path) -> Any:
    """Write what enterprises have each into a file of its own, for who tries other grades.

    Returns the index's `scores`: the same without entries.
    """
    if scores is None:
        return None
    file = folder / columns.FOLDER / f"{SCORES}.js"
    file.parent.mkdir(parents=True, exist_ok=True)
    scripts.write(file, "mujun.column", [SCORES], [[letters(packing.table(scores))]])
    return _emptied(scores)


def _emptied(value: Any) -> Any:
    """A table whose arrays have no entries."""
    if isinstance(value, np.ndarray):
        return value[:0]
    if isinstance(value, dict):
        return {name: _emptied(one) for name, one in value.items()}
    return [_emptied(one) for one in value] if isinstance(value, list) else value


def _fields(
    table: dict[str, Any], own: dict[str, Any], park: tables.Rows
) -> Iterator[columns.Field]:
    yield from columns.fields_of(table, own)
    yield from columns.sums_of(table, own, park)
    yield SEARCH, _names(table, own)


def _tiles(shapes: gpd.GeoSeries, park: tables.Rows, parks: int, size: int) -> list[tables.Rows]:
    """Rows of each tile, at most `size`: neighbours along a Hilbert curve, park by park.

    Parks follow each other along the curve; those that fit share a tile. What lies in none
    (`parks`) has tiles of its own.
    """
    along = shapes.hilbert_distance().to_numpy(np.float64)
    count = np.maximum(np.bincount(park, minlength=parks + 1), 1)
    middle = np.bincount(park, along, minlength=parks + 1) / count
    middle[parks] = np.inf
    order = np.lexsort((along, park, middle[park]))
    ends = np.flatnonzero(np.diff(park[order])) + 1
    out: list[tables.Rows] = []
    for own in np.split(order, ends):  # rows-ok: parks
        apart = not out or park[own[0]] == parks or len(out[-1]) + len(own) > size
        pieces = np.array_split(own, -(-len(own) // size))
        out[len(out) - (not apart) :] = pieces if apart else [np.concatenate([out[-1], own])]
    return out


def _in_turn(park: tables.Rows) -> list[list[int]]:
    """Numbers of parks as they follow each other, each with how many parcels it has there."""
    first = np.r_[0, np.flatnonzero(np.diff(park)) + 1]
    runs: list[list[int]] = np.column_stack(
        [park[first], np.diff(np.r_[first, len(park)])]
    ).tolist()
    return runs


def _box(boxes: Floats) -> list[float]:
    """West, south, east, north of several boxes."""
    return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]


def _names(table: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What is searched: ids and names in order of the tiles, enterprises and their parcels."""
    named = zip(table["columns"], own["columns"], strict=True)
    return {
        "ids": own["ids"],
        "columns": [column | values for column, values in named if column["name"] == "name"],
        "occupiers": table["occupiers"] | own["occupiers"],
    }


def _park_numbers(park_of: Any, ids: list[str]) -> tables.Rows:
    """Each parcel's park by its place among `ids`; those in none have the number after the last."""
    number = pd.Series(np.asarray(park_of, object)).map({park: i for i, park in enumerate(ids)})
    return np.asarray(number.fillna(len(ids)), np.int64)


def _index(table: dict[str, Any]) -> dict[str, Any]:
    """What of a table names and numbers what parcels have each, with the bars of each rule."""
    named = (
        *(name for name, node in PAGE.fields.items() if varies(node)),
        *("ramp", "blank", "sums", "trial_sum"),
    )
    out = tables.index({name: table[name] for name in named if name in table})
    cells = map(columns.cells, table["rules"])
    out["rules"] = [rule | {"cells": own} for rule, own in zip(out["rules"], cells, strict=True)]
    del out["scores"]
    return out
