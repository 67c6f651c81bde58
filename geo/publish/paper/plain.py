"""Pictures for pages that have their own text: a map with grid, scale and north; small charts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.look.style import Theme
from geo.publish.paper.fonts import save_png, save_svg, width, wrap_into
from geo.publish.paper.ground import framed, plane_text
from geo.publish.paper.legend_panel import (
    classes,
    draw_north,
    draw_scale,
    label_notes,
    ratio_text,
)
from geo.publish.paper.map_frame import draw_map, over
from geo.publish.paper.marks import KEY, Mark, draw_key
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.sheet import INCH, LINE, MARK, SOFT, Box, Sheet
from geo.publish.paper.titles import map_title
from geo.publish.records.numbers import number
from geo.publish.records.park import TrendLine
from geo.run import Run
from geo.text import Message

MOST = 4
"""Charts side by side."""

CHART, GAP, TITLE = 34.0, 3.0, 6.4
"""Width of a chart and what is beside it, mm; points of its title."""

EDGE, FOOT, LEGEND = 5.0, 12.0, 6.0
"""Around the map, and under it for its scale and its legend, mm."""

ROOM, SCREEN_DPI = 1.18, 180
"""Of a sketch: its width over that of the land, and its resolution."""

LONGEST, HIGH = 34.0, 6.0
"""Of a sketch's scale, mm."""


class PlainMaps:
    """Plain maps of one run: its outlines are brought into a plane once for all of them."""

    def __init__(self, run: Run, options: Publish = DEFAULT_OPTIONS) -> None:
        self._scene = Scene(run, options)

    @property
    def themes(self) -> dict[str, Theme]:
        """All themes by their ids."""
        return self._scene.themes

    def theme(self, name: str) -> Theme:
        """A theme by its id, or the first."""
        return self._scene.theme(name)

    def draw(
        self, view: View, size: tuple[float, float], file: Path, *, legend: bool = False
    ) -> list[dict[str, Any]]:
        """`draw_plain` of the run."""
        return draw_plain(self._scene, view, size, file, legend=legend)

    def title(self, view: View) -> str:
        """What a map of this view is called."""
        scene = self._scene
        return map_title(scene, scene.subject(view), scene.theme(view.theme), view)

    def sketch(self, theme: str, size: tuple[float, float], file: Path) -> list[dict[str, Any]]:
        """A theme as a PNG of `size` mm for a screen, as large as fits; the rows of its legend."""
        scene = self._scene
        view = View(theme=theme, grid="none")
        subject, drawn = scene.subject(view), scene.theme(theme)
        sheet, box = Sheet(*size), Box(0, 0, *size)
        sheet.size = 1.0
        x0, y0, x1, y1 = subject.bounds
        scale = max((x1 - x0) / box.w, (y1 - y0) / box.h, 1e-3) * 1000 * ROOM
        frame = framed(box, subject.plane, subject.bounds, scale)
        metre, (left, low, _, _) = scale / 1000, frame.bounds
        bar = (left, low, left + (EDGE + LONGEST) * metre, low + (EDGE + HIGH) * metre)
        draw_map(sheet, frame, scene, subject, drawn, view, above=[bar])
        draw_scale(sheet, EDGE, box.bottom - EDGE - 3, frame, LONGEST)
        sheet.figure.savefig(file, dpi=SCREEN_DPI, metadata={"Software": None})
        rows = classes(drawn, subject, scene.parcels["area_mu"]).to_dict("records")
        return _counted(rows, scene.settings.lang)


def legend_lines(scene: Scene, view: View, wide: float) -> int:
    """On how many lines the legend of a map `wide` mm across stands."""
    rows = classes(scene.theme(view.theme), scene.subject(view), scene.parcels["area_mu"])
    return len(_rows_of(rows.to_dict("records"), wide - 2 * EDGE, scene.settings.lang))


def draw_plain(
    scene: Scene,
    view: View,
    size: tuple[float, float],
    file: Path,
    *,
    legend: bool = False,
    room: int = 0,
) -> list[dict[str, Any]]:
    """A map as SVG or PNG of `size` mm at a true scale; the rows of its legend.

    With `legend` the rows are drawn under it as well; what lies over the parcels always.
    `room` lines are kept for them at least. Call it inside `fonts.chinese`.
    """
    theme, subject, lang = scene.theme(view.theme), scene.subject(view), scene.settings.lang
    sheet = Sheet(*size)
    sheet.size = 1.0
    rows: list[Any] = classes(theme, subject, scene.parcels["area_mu"]).to_dict("records")
    wide, drawn = size[0] - 2 * EDGE, len(scene.overlays(theme))
    lines = _rows_of(rows, wide, lang) if legend else []
    high = FOOT + LEGEND * (max(len(lines), room) + bool(drawn))
    box = Box(EDGE, EDGE, wide, size[1] - 2 * EDGE - high)
    frame = framed(box, subject.plane, subject.bounds)
    metre, (_, _, right, top) = frame.scale / 1000, frame.bounds
    north = (right - 12 * metre, top - 20 * metre, right - 4 * metre, top)
    draw_map(sheet, frame, scene, subject, theme, view, above=[north])
    sheet.rectangle(box, linewidth=0.8, zorder=10)
    y = box.bottom + 8
    sheet.text(EDGE, y + 2, ratio_text(frame, view, lang), 8)
    draw_scale(sheet, EDGE + 38, y - 1, frame, 44)
    notes = [plane_text(frame.plane)(lang), *(t for t, _ in label_notes(scene, subject, view))]
    notes += [theme.note(lang)] if legend and theme.note.zh else []
    for at, note in enumerate(notes):
        sheet.text(EDGE + 84, y + 2 * at, note, 5.2, color=SOFT)
    draw_north(sheet, box.right - 8, box.y + 14, 10, frame, lang)
    for at, line in enumerate(lines):
        _legend(sheet, EDGE, box.bottom + FOOT + LEGEND * (at + 0.3), line, lang)
    if drawn:
        _keys(
            sheet, box.bottom + FOOT + LEGEND * (len(lines) + 0.2), scene.marks(frame, theme), lang
        )
    if file.suffix == ".svg":
        save_svg(sheet.figure, file)
    else:
        save_png(sheet.figure, file)
    return _counted(rows, lang)


def _keys(sheet: Sheet, y: float, marks: list[Mark], lang: str) -> None:
    """What is drawn over the parcels, on one line."""
    most = (sheet.width - 2 * EDGE) / max(len(marks), 1)
    x = EDGE
    for mark in marks:
        title = mark.overlay.title(lang)
        wide = min(width(title, 7) + KEY + 4, most)
        draw_key(sheet, Box(x, y, wide, 0), mark, title, 7)
        x += wide


def _counted(rows: list[Any], lang: str) -> list[dict[str, Any]]:
    """Rows of a legend as a page takes them."""
    return [
        {
            "word": row[lang],
            "color": row["color"],
            "parcels": int(row["parcels"]),
            "mu": float(row["mu"]),
        }
        for row in rows
    ]


def _entry(row: dict[str, Any], lang: str) -> str:
    return Message("plain.class_count", word=row[lang], parcels=row["parcels"])(lang)


def _rows_of(rows: list[Any], most: float, lang: str) -> list[list[Any]]:
    """Entries in lines of at most `most` mm."""
    lines: list[list[Any]] = [[]]
    used = 0.0
    for row in rows:
        wide = width(_entry(row, lang), 7) + 12
        if used + wide > most and lines[-1]:
            lines.append([])
            used = 0.0
        lines[-1].append(row)
        used += wide
    return lines


def _legend(sheet: Sheet, x: float, y: float, rows: list[Any], lang: str) -> None:
    for row in rows:
        sheet.rectangle(
            Box(x, y, 5.6, 3.2),
            edgecolor="#4a4f57",
            facecolor=row["color"],
            linewidth=0.3,
            hatch=row["hatch"] or None,
            hatchcolor=over(row["color"]),
        )
        said = _entry(row, lang)
        sheet.text(x + 7, y + 2.6, said, 7)
        x += width(said, 7) + 12


def draw_trends(series: Sequence[TrendLine], file: Path) -> None:
    """Small charts side by side, each from zero, with the value of every year."""
    figure = Figure(figsize=(MOST * (CHART + GAP) / INCH, 32 / INCH))
    shown = series[:MOST]
    for at, one in enumerate(shown):
        axes = figure.add_axes((at / MOST + 0.012, 0.14, 1 / MOST - 0.024, 0.62))
        years, values = one.years, one.per_mu
        known = [v for v in values if v is not None]
        axes.bar([str(y) for y in years], [v or 0 for v in values], color=MARK, width=0.56)
        for place, value in enumerate(values):
            if value is not None:
                axes.annotate(
                    number(value),
                    (place, max(value, 0)),
                    (0, 1.5),
                    textcoords="offset points",
                    fontsize=5.6,
                    ha="center",
                    va="bottom",
                )
        top = max(known, default=1.0)
        axes.set_ylim(min(0.0, *known, 0.0), max(top, 0.0) * 1.3 or 1.0)
        title = "\n".join(wrap_into(one.title, TITLE, CHART, 2))
        axes.set_title(title, fontsize=TITLE, loc="left", color=SOFT, pad=3, parse_math=False)
        axes.set_yticks([])
        axes.tick_params(axis="x", labelsize=5.8, length=0, colors=SOFT)
        for side in ("top", "left", "right"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(LINE)
    if file.suffix == ".svg":
        save_svg(figure, file)
    else:
        save_png(figure, file)
