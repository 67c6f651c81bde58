"""一地一卡: one A4 sheet a parcel, vector PDF, a file a park: `cards/<park>.pdf`.

A sheet has the parcel's map at a true scale, its place in the park, a code that opens it on the web
map, and its record (`geo.publish.records`): land, enterprises, figures over the years, verdicts with
arithmetic, clause and source, control lines; and a row to sign. The layout is `templates/card.typ`, which an office may replace.
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

from geo.geometry.keys import position_of
from geo.model import show_unit
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.look.style import palette, verdict_color
from geo.publish.lookup import parcel_row, ready
from geo.publish.names import JOIN, file_stems
from geo.publish.paper.card_maps import (
    INSET,
    SIDE,
    Ground,
    Outlines,
    beginning,
    card_maps,
    inset_of,
    park_insets,
)
from geo.publish.paper.ground import plane_text
from geo.publish.paper.links import qr_code, view_link
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
from geo.text import LANGUAGES, Message, words_of

THEME = "compliance"
"""Of the map that a link opens."""

SHEETS = 250
"""Of one PDF; a park with more is cut into several."""


def write_cards(
    run: Run,
    folder: Path | str,
    parcels: list[str] | None = None,
    options: Publish = DEFAULT_OPTIONS,
    workers: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write the sheets of all parcels, a file a park, or of these ids, a file each; their names.

    `workers` processes set them side by side (0: as many as `geo.runtime.threads`); `progress` is
    told of each file that is done.
    """
    folder = Path(folder)
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


_COPY = "|".join(re.escape(Message("cited.copy", url="")(lang)) for lang in LANGUAGES)
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
        "inset": INSET,
        "ground": palette()["ground"],
        "money": show_unit("万元", settings.lang, settings.currency),
        "address": scene.options.address,
        "plane": plane_text(scene.plane)(settings.lang),
        "date": today(),
    }


class _Sheets:
    """What is printed of each parcel: its record, laid out beside its map."""

    def __init__(self, scene: Scene, parcels: list[str] | None) -> None:
        self.scene, self.settings = scene, scene.settings
        self.ids = scene.parcels["parcel_id"].to_numpy()
        shapes, parks = scene.within(scene.plane)
        self.outlines = Outlines(shapes, [str(key) for key in self.ids])
        self.ground = Ground(scene.ground(scene.plane))
        self.insets = park_insets(parks)
        own = scene.parcels["park_id"].astype("str").fillna("")
        self.park = position_of(own, scene.parks["park_id"].astype("str"))
        middle = scene.parcels.geometry.representative_point().to_crs(4326)
        self.places = np.c_[middle.x, middle.y]
        self.records = ParcelRecords(scene.run, scene.settings, parcels)
        self.photos = Photos(scene.run)

    def cards(self, rows: Any) -> list[dict[str, Any]]:
        """What is printed of the parcels in these rows."""
        return [
            card(self.records.record(self.ids[row]), drawn) | self._about(row)
            for row, drawn in zip(rows, card_maps(self.outlines, rows, self.ground), strict=True)
        ]

    def _about(self, row: int) -> dict[str, Any]:
        """Where the parcel lies, its link and what its neighbours' names lack."""
        park, (x, y) = self.park[row], self.outlines.middles[row]
        key, address = str(self.ids[row]), self.scene.options.address
        link = view_link(address, tuple(self.places[row]), THEME, key) if address else key
        return {
            "inset": inset_of(self.insets[park], x, y) if park >= 0 else None,
            "qr": qr_code(link),
            "common": beginning(key),
            "photos": self.photos.names(key),
        }


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
