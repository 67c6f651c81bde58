"""一地一卡: one A4 sheet a parcel, vector PDF, a file a park: `cards/<park>.pdf`.

A sheet has the parcel's map at a true scale and its record (`geo.publish.records`): land,
enterprises, figures over the years, verdicts with arithmetic, clause and source, control lines.
Outlines are clipped for all sheets together, so that a sheet costs a few milliseconds. The layout
is `templates/card.typ`, which an office may replace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.arrays import Shapes
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.look.style import verdict_color
from geo.publish.lookup import parcel_row, ready
from geo.publish.names import JOIN, file_stems
from geo.publish.paper.ground import plane_text, round_scale
from geo.publish.paper.photos import Photos
from geo.publish.paper.scene import Scene
from geo.publish.paper.typeset import typeset
from geo.publish.records.notes import NoteLine
from geo.publish.records.numbers import number, percent, today
from geo.publish.records.parcel import ParcelRecord, ParcelRecords
from geo.publish.records.rules import RuleLine
from geo.publish.records.zones import ZoneLine
from geo.run import Run
from geo.runtime import threads
from geo.text import Message, words_of

SIDE = 92.0
"""Of a card's map, mm."""

SHEETS = 250
"""Of one PDF; a park with more is cut into several."""

NEAREST = 60
"""Other parcels drawn around one, the nearest by their bounds."""


def write_cards(
    run: Run,
    folder: Path,
    parcels: list[str] | None = None,
    options: Publish = DEFAULT_OPTIONS,
    workers: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write the sheets of all parcels, a file a park, or of these ids, a file each; their names.

    `workers` processes set them side by side (0: as many as `geo.runtime.threads`); `progress` is
    told of each file that is done.
    """
    ready(folder)
    for parcel in parcels or []:
        parcel_row(run, parcel)
    scene = Scene(run, options)
    sheets, common = _Sheets(scene, parcels), _common(scene)

    def write(job: tuple[str, Any]) -> str:
        name, rows = job
        typeset(
            "card",
            common | {"cards": sheets.cards(rows)},
            folder / name,
            partial(sheets.photos.write, parcel_ids=sheets.ids[rows]),
            own=scene.templates,
            apart=True,
        )
        return name

    names = []
    with ThreadPoolExecutor(workers or threads()) as pool:
        for name in pool.map(write, list(_files(scene, parcels))):
            progress(name)
            names.append(name)
    return names


def _files(scene: Scene, parcels: list[str] | None) -> Iterator[tuple[str, Any]]:
    """Name and rows of each file; a park's parcels stand in the order of their ids."""
    ids = scene.parcels["parcel_id"].astype("str")
    park, known = pd.factorize(scene.parcels["park_id"].astype("str"), sort=True)
    names = [*file_stems(known).values()]
    taken = {name.casefold() for name in names}
    if parcels is not None:
        # A parcel that is called like a park does not take the park's file.
        for key, name in file_stems(parcels, ids.unique()).items():
            more = f"{JOIN}parcel" if name.casefold() in taken else ""
            yield f"{name}{more}.pdf", np.flatnonzero(ids == key)
        return
    names.append("none" if "none" not in taken else f"none{JOIN}")  # parcels in no park: -1
    order = np.lexsort((ids.rank(method="dense").to_numpy(), park))
    for rows in np.split(order, np.flatnonzero(np.diff(park[order])) + 1):  # rows-ok: parks
        yield from _in_parts(names[park[rows[0]]], rows, taken)


def _in_parts(name: str, rows: Any, taken: set[str]) -> Iterator[tuple[str, Any]]:
    """A park's rows in files of at most `SHEETS`: X-1.pdf, X-2.pdf; X+1.pdf where X-1 is a park."""
    if len(rows) <= SHEETS:
        yield f"{name}.pdf", rows
        return
    pieces = np.array_split(rows, range(SHEETS, len(rows), SHEETS))
    numbered = {f"{name}-{part}".casefold() for part in range(1, len(pieces) + 1)}
    join = "-" if numbered.isdisjoint(taken) else JOIN
    for part, piece in enumerate(pieces, 1):
        yield f"{name}{join}{part}.pdf", piece


_COPY = re.escape(Message("cited.copy", url="")("zh"))
_ADDRESS = re.compile(rf"\s*(?:{_COPY})?https?://\S+")


def without_address(citation: str) -> str:
    """A citation as a sheet to be signed bears it: issuer, number, title and date.

    Where a copy was read stands in `mujun packs`, `explain` and the workbook.
    """
    return _ADDRESS.sub("", citation).strip()


def _common(scene: Scene) -> dict[str, Any]:
    settings = scene.settings
    return {
        "lang": settings.lang,
        "words": words_of("paper", settings.lang),
        "title": settings.title,
        "year": settings.year,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "maker": scene.options.maker,
        "side": SIDE,
        "plane": plane_text(scene.plane)(settings.lang),
        "date": today(),
    }


class _Sheets:
    """What is printed of each parcel: its record, laid out beside its map."""

    def __init__(self, scene: Scene, parcels: list[str] | None) -> None:
        self.ids = scene.parcels["parcel_id"].to_numpy()
        self.outlines = _Outlines(scene.within(scene.plane)[0])
        self.records = ParcelRecords(scene.run, scene.settings, parcels)
        self.photos = Photos(scene.run)

    def cards(self, rows: Any) -> list[dict[str, Any]]:
        """What is printed of the parcels in these rows."""
        maps = _maps(self.outlines, rows)
        return [
            card(self.records.record(key), drawn) | {"photos": self.photos.names(key)}
            for key, drawn in zip(self.ids[rows], maps, strict=True)
        ]


def card(record: ParcelRecord, drawn: dict[str, Any]) -> dict[str, Any]:
    """A parcel's record as `card.typ` lays it out; `drawn` is its map in mm."""
    return {
        "id": record.parcel_id,
        "park": record.park,
        "mu": number(record.area_mu, 4),
        "basis": record.area_basis,
        "judged": record.judged,
        "verdict": record.word,
        "color": verdict_color(record.compliance),
        "map": drawn,
        "land": record.land,
        "enterprises": [
            {
                "name": one.name,
                "id": one.enterprise_id,
                "share": percent(one.share),
                "grade": one.grade,
                "revenue": number(one.money.get("revenue")),
                "tax": number(one.money.get("tax")),
            }
            for one in record.occupiers
        ],
        "figures": {"years": record.figures.years, "rows": record.figures.rows},
        "rules": [_rule(line) for line in record.rules],
        "zones": [_zone(line) for line in record.zones],
        "notes": [_note(line) for line in record.notes],
    }


def _note(line: NoteLine) -> dict[str, str]:
    extras = (line.standing_word, line.changed)
    said = f"{line.author} {line.date}"
    return {
        "state": line.state,
        "by": said,
        "words": " ".join(line.words.split()),
        "beside": " · ".join(filter(None, extras)),
    }


def _rule(line: RuleLine) -> dict[str, str]:
    return {
        "title": line.title,
        "verdict": line.word,
        "color": verdict_color(line.verdict),
        "arithmetic": line.arithmetic or line.reason,
        "reason": line.reason if line.arithmetic else "",
        "mend": line.option.text if line.option else "",
        "row": line.row,
        "clause": line.clause,
        "citation": without_address(line.citation),
    }


def _zone(line: ZoneLine) -> dict[str, str]:
    return {
        "kind": line.kind,
        "control": line.word,
        "name": line.name,
        "share": percent(line.share),
        "area": number(line.overlap_m2),
        "consequence": line.consequence,
        "clause": line.clause,
        "citation": without_address(line.citation),
        "requirement": line.requirement,
    }


class _Outlines:
    """All parcels in metres, ready to be looked up around any of them."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes, self.bounds = shapes, shapely.bounds(shapes)
        self.middles = (self.bounds[:, :2] + self.bounds[:, 2:]) / 2
        self.tree = shapely.STRtree(shapes)


def _maps(outlines: _Outlines, rows: Any) -> list[dict[str, Any]]:
    """Of each parcel, its scale and the outlines around it in mm of the map's square."""
    shapes, own, middle = outlines.shapes, outlines.bounds[rows], outlines.middles[rows]
    long = np.fmax(own[:, 2] - own[:, 0], own[:, 3] - own[:, 1])
    scale = np.array([round_scale(max(v, 1.0) * 1.7 * 1000 / SIDE) for v in long])
    half = SIDE * scale / 2000
    frames = shapely.box(
        middle[:, 0] - half, middle[:, 1] - half, middle[:, 0] + half, middle[:, 1] + half
    )
    pairs = outlines.tree.query(frames, "intersects")
    gap = np.hypot(*(middle[pairs[0]] - outlines.middles[pairs[1]]).T)
    order = np.lexsort((gap, pairs[0]))
    card, other = pairs[0][order], pairs[1][order]
    nth = np.arange(len(card)) - np.searchsorted(card, card)
    card, other = card[nth < NEAREST], other[nth < NEAREST]
    drawn = _rings(shapely.intersection(shapes[other], frames[card]), middle[card], scale[card])
    out: list[dict[str, Any]] = [{"scale": float(s), "others": [], "own": []} for s in scale]
    for at, thing, rings in zip(card, other, drawn, strict=True):  # rows-ok: outlines on sheets
        out[at]["own" if thing == rows[at] else "others"].extend(rings)
    return out


def _rings(shapes: Shapes, middle: Any, scale: Any) -> list[list[list[list[float]]]]:
    """Rings of each polygon as points in mm from the square's upper left corner."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    of = owner[part]
    metre = (1000 / scale)[of[ring]]
    flat = points - middle[of[ring]]
    mm = np.round(np.c_[SIDE / 2 + flat[:, 0] * metre, SIDE / 2 - flat[:, 1] * metre], 3)
    ends = np.searchsorted(ring, np.arange(1, len(rings) + 1))
    out: list[list[list[list[float]]]] = [[] for _ in shapes]
    for at, piece in zip(of, np.split(mm, ends)[:-1], strict=True):  # rows-ok: rings on sheets
        out[at].append(piece[:-1].tolist())
    return out
