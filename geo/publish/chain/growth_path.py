"""产业生态发展路径图: what came to a park in which year, lane by lane, and what is planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import OutputError
from geo.evaluate.chain import LANES
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.chain.panorama import MARGIN, heading, save, stage_rank
from geo.publish.chain.steps import step_lines
from geo.publish.lookup import park_name
from geo.publish.paper.fonts import POINT, chinese, wrap_into
from geo.publish.paper.sheet import INK, MARK, PAPERS, SOFT, Box, Sheet
from geo.run import Run
from geo.text import Message

MOST_YEARS = 12
MOST_LINES = 4
"""Of one entry."""

TOP, LABEL, LINE = 26.0, 26.0, 6.4 * POINT * 1.5
RESULT_INK = {"met": "#1f6fa8", "not_met": "#c4281b", "no_data": SOFT}
"""Colours of a target's text by its result, dark enough to read."""
STAGE_COLORS = ("#1d3557", "#2c7fb8", "#7fb8d6", "#b5bac2", "#d5d9df")


def write_path(run: Run, park: str, files: list[Path], options: Publish = DEFAULT_OPTIONS) -> None:
    """Draw a park's path into each file (.png .pdf .svg); OutputError if it has none."""
    path = run.chain_path.assign(line=step_lines(run))
    own = path[path["park_id"].astype("str") == park]
    if own.empty:
        raise OutputError("growth_path.park_nothing_put_path", park=park)
    title = Message("growth_path.path_industrial_ecosystem")(run.settings.lang)
    name = park_name(run, park)
    with chinese():
        save(_draw(run, own, (title, name), options.maker), f"{name} {title}", files)


def columns_of(path: pd.DataFrame) -> list[int]:
    """The years shown: the last `MOST_YEARS` that have anything."""
    return sorted({int(y) for y in path["year"].dropna()})[-MOST_YEARS:]


def _draw(run: Run, path: pd.DataFrame, head: tuple[str, str], maker: str) -> Sheet:
    lang = run.settings.lang
    years = columns_of(path)
    undated = path[path["year"].isna()]
    heads = [
        Message("growth_path.undated")(lang),
        *map(str, years),
        Message("growth_path.planned")(lang),
    ]
    long, short = max(PAPERS["A3"]), min(PAPERS["A3"])
    wide = (long - 2 * MARGIN - LABEL) / len(heads)
    lanes = [(lane, path[path["lane"] == lane]) for lane in LANES if (path["lane"] == lane).any()]
    cells = {
        lane: _cells(own, undated[undated["lane"] == lane], years, lane, wide)
        for lane, own in lanes
    }
    highs = {
        lane: max(
            46.0 if lane == "enterprise" else 12.0,
            5 + max(len(lines) for lines in cells[lane]) * LINE,
        )
        for lane, _ in lanes
    }
    free = short - (TOP + 10 + sum(highs.values()) + 14)
    highs |= {lane: highs[lane] + max(free, 0) for lane in ("enterprise",) if lane in highs}
    sheet = Sheet(long, max(short, TOP + 10 + sum(highs.values()) + 14))
    sheet.size = 1.0
    heading(sheet, run, head, maker)
    for at, column in enumerate(heads):
        x = MARGIN + LABEL + at * wide
        sheet.rectangle(Box(x + 0.4, TOP, wide - 0.8, 8), facecolor=MARK, edgecolor="none")
        sheet.text(x + wide / 2, TOP + 5.4, column, 8, color="white", ha="center")
    y = TOP + 10
    for lane, own in lanes:
        _lane(
            sheet,
            Box(MARGIN, y, long - 2 * MARGIN, highs[lane]),
            LANES[lane](lang),
            wide,
            len(heads),
        )
        if lane == "enterprise":
            _bars(sheet, Box(MARGIN + LABEL, y, wide, highs[lane]), own, years, lang)
        else:
            _texts(sheet, MARGIN + LABEL, y, wide, cells[lane])
        y += highs[lane]
    return sheet


def _lane(sheet: Sheet, box: Box, title: str, wide: float, columns: int) -> None:
    sheet.rectangle(box, edgecolor="#d5d9df", linewidth=0.6)
    sheet.text(box.x + 2, box.y + box.h / 2 + 1.4, title, 9, color=MARK)
    for at in range(columns):
        x = box.x + LABEL + at * wide
        sheet.line((x, box.y), (x, box.bottom), color="#e6e8ec", linewidth=0.5)


def _cells(
    own: pd.DataFrame,
    undated: pd.DataFrame,
    years: list[int],
    lane: str,
    wide: float,
) -> list[list[tuple[str, str]]]:
    """Lines (text, colour) of each column of a lane."""
    if lane == "enterprise":
        return [[]]
    planned = own[own["state"] == "planned"]
    there = undated[undated["state"] == "have"]
    columns = [
        there,
        *(own[(own["year"] == y) & (own["state"] != "planned")] for y in years),
        planned,
    ]
    out: list[list[tuple[str, str]]] = []
    for table in columns:
        lines: list[tuple[str, str]] = []
        rows: list[Any] = table.to_dict("records")
        for row in rows:
            color = RESULT_INK.get(row["state"], INK) if lane == "target" else INK
            lines += [(one, color) for one in wrap_into(row["line"], 6.4, wide - 2.4, MOST_LINES)]
        out.append(lines)
    return out


def _texts(
    sheet: Sheet, x: float, y: float, wide: float, columns: list[list[tuple[str, str]]]
) -> None:
    for at, lines in enumerate(columns):
        for row, (line, color) in enumerate(lines):
            sheet.text(x + at * wide + 1.2, y + 4.4 + row * LINE, line, 6.4, color=color)


def _bars(sheet: Sheet, first: Box, own: pd.DataFrame, years: list[int], lang: str) -> None:
    """Enterprises that began in each year, stacked by stage, with their number.

    The colours stand in the column of what has no year, with the enterprises of none.
    """
    stages = [s for s in dict.fromkeys(own["item"].astype(str)) if s]
    stages = sorted(stages, key=stage_rank)
    rest = Message("growth_path.outside")(lang)
    own = own.assign(item=own["item"].replace("", rest))
    undated = own[own["year"].isna()].groupby("item")["count"].sum()
    table = own.pivot_table(index="year", columns="item", values="count", aggfunc="sum").reindex(
        index=years
    )
    order = [*stages, *([rest] if (own["item"] == rest).any() else [])]
    most = float(table.sum(axis=1).max()) or 1.0
    room = first.h - 14
    counts = table.reindex(columns=order).fillna(0).to_numpy(float)
    for at, row in enumerate(counts, 1):  # rows-ok: years on the sheet
        x, y = first.x + at * first.w, first.bottom - 2
        for count, color in zip(row, STAGE_COLORS, strict=False):
            if count:
                high = count / most * room
                y -= high
                sheet.rectangle(
                    Box(x + first.w * 0.28, y, first.w * 0.44, high),
                    facecolor=color,
                    edgecolor="white",
                    linewidth=0.3,
                )
        if row.sum():
            sheet.text(x + first.w / 2, y - 1, f"{row.sum():.0f}", 7, ha="center")
    for line, (stage, color) in enumerate(zip(order, STAGE_COLORS, strict=False)):
        top = first.y + 4 + line * 5
        sheet.rectangle(Box(first.x + 2, top, 3.4, 2.6), facecolor=color, edgecolor="none")
        count = f" {undated[stage]:,.0f}" if stage in undated else ""
        sheet.text(first.x + 6.4, top + 2.2, f"{stage}{count}", 6.4)
