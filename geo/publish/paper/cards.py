"""一地一卡: one A4 sheet a parcel, vector PDF, a file a park: `cards/<park>.pdf`.

A sheet has the parcel's map at a true scale, its land, enterprises, figures over the years,
verdicts with arithmetic, clause and source, and control lines. Tables are cut by parcel once, and
outlines clipped for all sheets together, so that a sheet costs a few milliseconds. The layout is
`templates/card.typ`, which an office may replace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.evaluate.compliance_options import target_changes
from geo.evaluate.grades import GRADE_WORDS
from geo.land.zone_kinds import CONTROL, kind_names
from geo.model import PER_MU
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.explain import arithmetic, mend_text
from geo.publish.headings import heading
from geo.publish.look.style import palette
from geo.publish.names import JOIN, file_stems
from geo.publish.paper.ground import Shapes, plane_text, round_scale
from geo.publish.paper.scene import Scene
from geo.publish.paper.typeset import typeset
from geo.publish.profile import number, text, today
from geo.publish.words import BASES, code_words
from geo.run import Run
from geo.runtime import threads
from geo.standards.asof import day_text
from geo.standards.vocabulary import REASONS, VERDICTS

SIDE = 92.0
"""Of a card's map, mm."""

SHEETS = 250
"""Of one PDF; a park with more is cut into several."""

NEAREST = 60
"""Other parcels drawn around one, the nearest by their bounds."""

LAND = (
    "land_use",
    "supply_status",
    "supplied_on",
    "area_contract_m2",
    "area_plane_m2",
    "area_ellipsoid_m2",
    "floor_area_m2",
    "footprint_area_m2",
    "office_area_m2",
    "green_area_m2",
    "floor_area_ratio",
    "building_coverage",
    "green_ratio",
    "lineage",
)

Records = dict[Any, list[dict[str, Any]]]


def write_cards(
    run: Run,
    folder: Path,
    parcels: list[str] | None = None,
    options: Publish = DEFAULT_OPTIONS,
    workers: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write the sheets of all parcels, a file a park, or of these ids, a file each; their names.

    `workers` processes set them side by side (0: as many as `geo.runtime.threads`); `progress` is told of each file that is done.
    """
    scene = Scene(run, options)
    sheets, common = _Sheets(scene), _common(scene)

    def write(job: tuple[str, Any]) -> str:
        name, rows = job
        typeset(
            "card",
            common | {"cards": sheets.cards(rows)},
            folder / name,
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


def _common(scene: Scene) -> dict[str, Any]:
    settings = scene.settings
    return {
        "lang": settings.lang,
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
    """Tables cut by parcel, ready to be laid out."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.settings = scene, scene.settings
        self.outlines = _Outlines(scene.within(scene.plane)[0])
        result, year = scene.run, scene.settings.year
        judged = result.verdicts[result.verdicts["subject"] == "parcel"]
        judged = judged.join(target_changes(judged, self.settings.catalogue))
        held = result.allocation[
            (result.allocation["year"] == year) & result.allocation["parcel_id"].notna()
        ]
        zones = result.zones[
            (result.zones["subject"] == "parcel") & (result.zones["control"] != "clear")
        ]
        figures = result.figures[
            (result.figures["subject"] == "parcel") & result.figures["measure"].isin(PER_MU)
        ]
        self.verdicts, self.held = _by(judged, "subject_id"), _by(held, "parcel_id")
        self.zones, self.figures = _by(zones, "subject_id"), _by(figures, "subject_id")
        names = result.enterprises.set_index("enterprise_id")
        self.names = names["name"].to_dict() if "name" in names else {}
        grades = result.grades[result.grades["subject"] == "enterprise"]
        self.grades = grades.set_index("subject_id")["grade"].to_dict()

    def cards(self, rows: Any) -> list[dict[str, Any]]:
        """What is printed of each of these parcels."""
        maps = _maps(self.outlines, rows)
        records: list[Any] = (
            self.scene.parcels.iloc[rows].drop(columns="geometry").to_dict("records")
        )
        return [self._card(row, drawn) for row, drawn in zip(records, maps, strict=True)]

    def _card(self, row: dict[str, Any], drawn: dict[str, Any]) -> dict[str, Any]:
        lang, key = self.settings.lang, row["parcel_id"]
        return {
            "id": str(key),
            "park": text(row.get("park_name")) or text(row.get("park_id")),
            "mu": number(row["area_mu"], 4),
            "basis": BASES[row["area_basis"]](lang),
            "judged": day_text(row, lang),
            "verdict": VERDICTS[row["compliance"]](lang),
            "color": palette()["verdict"][row["compliance"]],
            "map": drawn,
            "land": self._land(row),
            "enterprises": self._enterprises(key),
            "figures": self._figures(key),
            "rules": [self._rule(r) for r in self.verdicts.get(key, [])],
            "zones": [self._zone(z) for z in self.zones.get(key, [])],
        }

    def _land(self, row: dict[str, Any]) -> list[list[str]]:
        settings, words = self.settings, code_words(self.settings, self.scene.run.basis.plan)
        out = []
        for name in (n for n in LAND if n in row):
            value = row[name]
            if isinstance(value, pd.Timestamp):
                value = value.strftime("%Y-%m-%d")
            shown = number(value) if isinstance(value, float) else text(value)
            out.append(
                [
                    heading(name, settings.lang, settings.currency, settings.catalogue),
                    words[name][value](settings.lang)
                    if name in words and value in words[name]
                    else shown,
                ]
            )
        return out

    def _enterprises(self, key: Any) -> list[dict[str, str]]:
        return [
            {
                "name": text(self.names.get(r["enterprise_id"])) or str(r["enterprise_id"]),
                "id": str(r["enterprise_id"]),
                "share": f"{r['share']:.2%}",
                "grade": GRADE_WORDS[self.grades[r["enterprise_id"]]](self.settings.lang)
                if r["enterprise_id"] in self.grades
                else "",
                "revenue": number(r.get("revenue")),
                "tax": number(r.get("tax")),
            }
            for r in self.held.get(key, [])
        ]

    def _figures(self, key: Any) -> dict[str, Any]:
        """Figures per mu, a row a measure and a column a year."""
        rows = self.figures.get(key, [])
        years = sorted({int(r["year"]) for r in rows})
        found = {(r["measure"], int(r["year"])): r["per_mu"] for r in rows}
        some = [m for m in PER_MU if any(m == name for name, _ in found)]
        return {
            "years": years,
            "rows": [
                [
                    heading(f"{m}_per_mu", self.settings.lang, self.settings.currency),
                    *(number(found.get((m, year))) for year in years),
                ]
                for m in some
            ],
        }

    def _rule(self, row: dict[str, Any]) -> dict[str, str]:
        lang = self.settings.lang
        return {
            "title": heading(
                row["indicator"], lang, self.settings.currency, self.settings.catalogue
            ),
            "verdict": VERDICTS[row["verdict"]](lang),
            "color": palette()["verdict"][row["verdict"]],
            "arithmetic": arithmetic(row, self.settings) or REASONS[row["reason"]](lang),
            "mend": mend_text(row, self.settings),
            "row": text(row["industry_row"]),
            "clause": text(row["clause"]),
            "citation": text(row["citation"]),
        }

    def _zone(self, row: dict[str, Any]) -> dict[str, str]:
        lang = self.settings.lang
        kind = kind_names()
        return {
            "kind": kind[row["kind"]](lang) if row["kind"] in kind else text(row["kind"]),
            "control": CONTROL[row["control"]](lang),
            "name": text(row["zone_name"]),
            "share": "" if pd.isna(row["share"]) else f"{row['share']:.2%}",
            "area": number(row["overlap_m2"]),
            "clause": text(row["clause"]),
            "citation": text(row["citation"]),
            "requirement": text(row["requirement"]),
        }


def _by(table: pd.DataFrame, key: str) -> Records:
    """Records of a table by a column."""
    out: Records = {}
    records: list[Any] = pd.DataFrame(table).to_dict("records")
    for row in records:  # rows-ok: every record is printed on its sheet
        out.setdefault(row[key], []).append(row)
    return out


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
