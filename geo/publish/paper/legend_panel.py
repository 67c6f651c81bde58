"""The column beside the map: legend with counts and 亩, where it lies, scale, north, sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.patches import PathPatch

from geo.publish.headings import heading
from geo.publish.look.style import Theme
from geo.publish.look.style import legend as counted
from geo.publish.paper.fonts import POINT, width, wrap_into
from geo.publish.paper.ground import Frame, outline, plane_text
from geo.publish.paper.map_frame import PARK, label_texts, over
from geo.publish.paper.marks import draw_key
from geo.publish.paper.scene import Scene, Subject, View
from geo.publish.paper.sheet import INK, LINE, MARK, MOST_LINES, SOFT, Box, Sheet
from geo.publish.records.numbers import number, today
from geo.text import EMPTY, Message, join

WARN = "#b00020"
WHOLE_MU = 100.0
"""From so many 亩 in every class on, a legend counts them without decimals."""
ROW, SWATCH, LEADING = 5.0, 8.2, 1.3
"""Of the legend: height of a row and room for its colour, mm; line spacing of a long name."""


def draw_column(
    sheet: Sheet, box: Box, frame: Frame, scene: Scene, subject: Subject, theme: Theme, view: View
) -> None:
    """Everything beside the map, from the top down: legend, inset; from the foot up: the rest."""
    foot = _foot(sheet, box, frame, scene, subject, view)
    inset = _inset_size(sheet, box, frame, scene)
    room = Box(box.x, box.y, box.w, foot - box.y - (inset + 4 * sheet.size if inset else 0))
    _legend(sheet, room, frame, scene, subject, theme, view)
    if inset:
        _inset(sheet, Box(box.x, foot - inset, box.w, inset - 4 * sheet.size), frame, scene)


def classes(theme: Theme, subject: Subject, area_mu: pd.Series[float]) -> pd.DataFrame:
    """The legend's rows: classes that the subject has, with parcels, mu and hatch."""
    table = counted(replace(theme, codes=theme.codes[subject.own]), area_mu[subject.own])
    shown = table[table["parcels"] > 0]
    return shown.assign(decimals=0 if (shown["mu"] >= WHOLE_MU).all() else 1)


def _legend(
    sheet: Sheet,
    box: Box,
    frame: Frame,
    scene: Scene,
    subject: Subject,
    theme: Theme,
    view: View,
) -> None:
    lang, size = scene.settings.lang, sheet.size
    rows = classes(theme, subject, scene.parcels["area_mu"])
    y = sheet.paragraph(box, theme.title(lang), 9.5, color=MARK)
    note = theme.note(lang)
    if note:
        y = sheet.paragraph(Box(box.x, y, box.w, 0), note, 6, color=SOFT)
    y += 1.2 * size
    columns = (box.right - 17 * size, box.right)
    for x, head in zip(
        columns, (Message("legend_panel.parcels"), Message("common.mu")), strict=True
    ):
        sheet.text(x, y + 2.4 * size, head(lang), 6, color=SOFT, ha="right")
    y += 3.4 * size
    drawn = scene.marks(frame, theme)
    end = box.bottom - ROW * size * (1.6 + len(drawn))
    records = _fitting(sheet, box, rows, end - y, lang, columns[0])
    for row in records:
        y = _class_row(sheet, box, y, row, lang, columns)
    sheet.line((box.x, y + 0.4 * size), (box.right, y + 0.4 * size), color=LINE)
    total: dict[str, Any] = {
        "parcels": int(subject.own.sum()),
        "mu": float(scene.parcels["area_mu"][subject.own].sum()),
        "color": None,
        "decimals": rows["decimals"].max() if len(rows) else 0,
    }
    part = subject.parcel is not None or view.box is not None
    title = Message("legend_panel.total_on_map" if part else "legend_panel.total")
    total |= {"zh": title.zh, "en": title.en}
    y = _class_row(sheet, box, y + 0.6 * size, total, lang, columns)
    for mark in drawn:
        draw_key(sheet, Box(box.x, y, box.w, 0), mark, mark.overlay.title(lang), 7)
        y += ROW * size


def _fitting(
    sheet: Sheet, box: Box, rows: pd.DataFrame, most: float, lang: str, edge: float
) -> list[dict[str, Any]]:
    """As many rows as fit in `most` mm: those with most land in their order, the rest in one."""
    records: list[Any] = []
    for room in range(len(rows), 0, -1):
        records = _shortened(rows, room, lang)
        high = sum(
            ROW * sheet.size
            + (len(_said(sheet, box, row, lang, edge)) - 1) * 7 * sheet.size * POINT * LEADING
            for row in records
        )
        if high <= most:
            break
    return records


def _shortened(rows: pd.DataFrame, room: int, lang: str) -> list[Any]:
    if len(rows) <= room:
        return list(rows.to_dict("records"))
    most = rows["mu"].nlargest(room - 1).index
    rest = rows.drop(most)
    said = Message("legend_panel.other_classes", count=len(rest))(lang)
    other = pd.DataFrame(
        [
            {
                "zh": said,
                "en": said,
                "color": None,
                "hatch": "",
                "parcels": rest["parcels"].sum(),
                "mu": rest["mu"].sum(),
                "decimals": rest["decimals"].max(),
            }
        ]
    )
    kept = rows.loc[rows.index.isin(most)]
    return list(pd.concat([kept, other], ignore_index=True).to_dict("records"))


def _said(sheet: Sheet, box: Box, row: dict[str, Any], lang: str, edge: float) -> list[str]:
    """The lines of a class's name, up to its number of parcels (right-aligned at `edge`)."""
    indent = SWATCH if row["color"] else 0.0
    most = edge - width(f"{row['parcels']:,}", 7 * sheet.size) - box.x - (2.5 + indent) * sheet.size
    return wrap_into(row[lang], 7 * sheet.size, most, 4)


def _class_row(
    sheet: Sheet, box: Box, y: float, row: dict[str, Any], lang: str, columns: tuple[float, float]
) -> float:
    size = sheet.size
    indent = SWATCH * size if row["color"] else 0.0
    if row["color"]:
        sheet.rectangle(
            Box(box.x, y + 0.6 * size, 6.4 * size, 3.6 * size),
            edgecolor="#4a4f57",
            facecolor=row["color"],
            linewidth=0.3,
            hatch=row["hatch"] or None,
            hatchcolor=over(row["color"]),
        )
    numbers = (
        f"{row['parcels']:,}",
        number(row["mu"], int(row["decimals"])),
    )
    said = _said(sheet, box, row, lang, columns[0])
    step = 7 * size * POINT * LEADING
    for at, line in enumerate(said):
        sheet.text(box.x + indent, y + 3.4 * size + at * step, line, 7)
    for x, figure in zip(columns, numbers, strict=True):
        sheet.text(x, y + 3.4 * size, figure, 7, ha="right")
    return y + ROW * size + (len(said) - 1) * step


def _inset_size(sheet: Sheet, box: Box, frame: Frame, scene: Scene) -> float:
    """Height of the inset; nothing where the frame shows every park."""
    _, parks = scene.within(frame.plane)
    x0, y0, x1, y1 = shapely.total_bounds(parks)
    left, low, right, top = frame.bounds
    if left <= x0 and low <= y0 and right >= x1 and top >= y1:
        return 0.0
    ratio = (max(y1, top) - min(y0, low)) / (max(x1, right) - min(x0, left))
    return float(min(max(box.w * ratio, 18 * sheet.size), 46 * sheet.size)) + 5 * sheet.size


def _inset(sheet: Sheet, box: Box, frame: Frame, scene: Scene) -> None:
    """All parks of the project in small, with the frame marked."""
    sheet.text(
        box.x,
        box.y + 2.6 * sheet.size,
        Message("legend_panel.where_lies")(scene.settings.lang),
        6.5,
        color=SOFT,
    )
    box = Box(box.x, box.y + 4 * sheet.size, box.w, box.h - 4 * sheet.size)
    _, parks = scene.within(frame.plane)
    x0, y0, x1, y1 = shapely.total_bounds([*parks, shapely.box(*frame.bounds)])
    scale = max((x1 - x0) / box.w, (y1 - y0) / box.h) * 1.08
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    axes = sheet.axes(box, PARK)
    axes.set(
        xlim=(x - box.w * scale / 2, x + box.w * scale / 2),
        ylim=(y - box.h * scale / 2, y + box.h * scale / 2),
    )
    axes.add_artist(PathPatch(outline(parks), facecolor="#cfd8e3", edgecolor=MARK, linewidth=0.5))
    axes.add_artist(
        PathPatch(
            outline(np.array([shapely.box(*frame.bounds)])),
            facecolor="none",
            edgecolor="#d7191c",
            linewidth=1.2,
        )
    )
    sheet.rectangle(box, edgecolor=LINE, facecolor="none", linewidth=0.5)


def _foot(
    sheet: Sheet, box: Box, frame: Frame, scene: Scene, subject: Subject, view: View
) -> float:
    """Scale, north and notes, from the foot up; the y where they begin."""
    lang, size = scene.settings.lang, sheet.size
    notes = label_notes(scene, subject, view) + _notes(frame, scene, view)
    step = 5.6 * size * POINT * 1.42
    high = sum(
        len(wrap_into(text, 5.6 * size, box.w, MOST_LINES)) * step + 0.8 * size for text, _ in notes
    )
    y = box.bottom - high
    top = y - 24 * size
    for text, color in notes:
        y = sheet.paragraph(Box(box.x, y, box.w, 0), text, 5.6, color=color) + 0.8 * size
    sheet.line((box.x, top), (box.right, top), color=LINE)
    draw_scale(sheet, box.x, top + 13 * size, frame, box.w - 18 * size)
    sheet.text(box.x, top + 8 * size, ratio_text(frame, view, lang), 9)
    draw_north(sheet, box.right - 8 * size, top + 11 * size, 9 * size, frame, lang)
    return top


def label_notes(scene: Scene, subject: Subject, view: View) -> list[tuple[str, str]]:
    """What the letters on the parcels are."""
    _, column, start = label_texts(scene, subject, view)
    if not column:
        return []
    settings = scene.settings
    name = heading(column, settings.lang, settings.currency, settings.catalogue)
    labels = Message("legend_panel.labels", column=name)
    if start:
        labels = Message("legend_panel.labels_without", column=name, start=start)
    return [(labels(settings.lang), SOFT)]


def _notes(frame: Frame, scene: Scene, view: View) -> list[tuple[str, str]]:
    settings, publish, lang = scene.settings, scene.options, scene.settings.lang
    turn = frame.convergence
    side = "legend_panel.true_north_west" if turn > 0 else "legend_panel.true_north_east"
    north = Message(side, turn=abs(turn))
    grid = {
        "km": Message("legend_panel.grid_in_km"),
        "degrees": Message("legend_panel.graticule"),
        "none": EMPTY,
    }[view.grid]
    # A map number is asked of maps that are shown in public (地图管理条例): none means inside only.
    number = (
        Message("legend_panel.map_number", number=publish.map_number)
        if publish.map_number
        else Message("legend_panel.not_reviewed_publication")
    )
    maker = Message("legend_panel.made_by", maker=publish.maker) if publish.maker else EMPTY
    made = [maker(lang), f"{Message('legend_panel.date', day=today())(lang)}  mujun"]
    ground = join((t for t in (plane_text(frame.plane), grid, north) if t.zh), "semicolon")
    sources = Message("legend_panel.sources", sources=settings.sources)
    rows = [
        (f"※ {settings.synthetic}" if settings.synthetic else "", WARN),
        (ground(lang), SOFT),
        (sources(lang) if settings.sources else "", SOFT),
        ("  ".join(t for t in made if t), SOFT),
        (number(lang), INK),
    ]
    return [row for row in rows if row[0]]


def ratio_text(frame: Frame, view: View, lang: str) -> str:
    """The numeric scale, and the paper on which it is true."""
    ratio = f"1:{frame.scale:,.0f}"
    return Message("legend_panel.scale_on_paper", ratio=ratio, paper=view.paper)(lang)


def draw_scale(sheet: Sheet, x: float, y: float, frame: Frame, most: float) -> float:
    """A bar of two dark and two light parts, as long as fits in `most` mm; its length in metres."""
    metre = 1000 / frame.scale
    length = next(
        float(lead * 10**power)
        for power in range(7, -2, -1)
        for lead in (8, 4, 2, 1)
        if lead * 10**power * metre <= most * 0.8
    )
    part = length * metre / 4
    high = 1.5 * sheet.size
    for at in range(4):
        sheet.rectangle(
            Box(x + at * part, y, part, high),
            linewidth=0.5,
            facecolor=INK if at % 2 == 0 else "white",
        )
    unit, over = ("km", 1000) if length >= 1000 else ("m", 1)
    for at in (0, 2, 4):
        said = f"{length * at / 4 / over:g}" + (f" {unit}" if at == 4 else "")
        sheet.text(x + at * part, y + high + 3 * sheet.size, said, 6, ha="center" if at else "left")
    return length


def draw_north(sheet: Sheet, x: float, y: float, high: float, frame: Frame, lang: str) -> None:
    """An arrow to true north."""
    turn = -np.radians(frame.convergence)

    def at(right: float, up: float) -> tuple[float, float]:
        a, b = right * high, up * high
        return (x + a * np.cos(turn) + b * np.sin(turn), y + a * np.sin(turn) - b * np.cos(turn))

    sheet.polygon(at(0, 0.62), at(-0.26, -0.5), at(0, -0.28), facecolor=INK)
    sheet.polygon(
        at(0, 0.62), at(0.26, -0.5), at(0, -0.28), facecolor="white", edgecolor=INK, linewidth=0.6
    )
    sheet.text(*at(0, 0.74), Message("legend_panel.n")(lang), 7.5, ha="center")
