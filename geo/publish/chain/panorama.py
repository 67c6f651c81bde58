"""产业链全景图: upstream to downstream of each chain of a park, who sits where, what is missing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import OutputError
from geo.evaluate.chain import LEADER, LINK_STATES
from geo.model import show_unit
from geo.model.currency import hundred_millions
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.chain.fields import by_field, field_looks
from geo.publish.letters import writable
from geo.publish.lookup import park_name
from geo.publish.paper.fonts import POINT, chinese, save_svg, shortened, wrap_into
from geo.publish.paper.sheet import INK, MARK, PAPERS, SOFT, Box, Sheet
from geo.publish.paper.typeset import typeset
from geo.publish.records.numbers import number, today, with_unit
from geo.run import Run
from geo.text import Message

MARGIN, HEAD, FOOT, LABEL, GAP = 12.0, 26.0, 14.0, 30.0, 4.0
BOX_HIGH = (20.0, 60.0)
"""Least and most of a link's box, mm."""

ACROSS = 2
"""Boxes beside each other in a stage."""

FILLS = {
    "have": ("#e8f0f8", MARK, "solid"),
    "lack": ("#fff5f3", "#d7301f", (0, (4, 2))),
    "no_data": ("#f6f6f6", "#8b93a0", (0, (4, 2))),
}


def write_panorama(
    run: Run, park: str, files: list[Path], options: Publish = DEFAULT_OPTIONS
) -> None:
    """Draw a park's chains into each file (.png .pdf .svg); OutputError if it has none."""
    links = run.chain_links
    own = links[links["park_id"].astype("str") == park]
    if own.empty:
        raise OutputError("panorama.park_no_chains", park=park)
    with chinese():
        sheet = _draw(run, park, own, options.maker)
        title = Message("panorama.chains")(run.settings.lang)
        save(sheet, f"{park_name(run, park)} {title}", files)


def save(sheet: Sheet, title: str, files: list[Path]) -> None:
    """A drawn sheet in every format asked for; call it inside `fonts.chinese`."""
    title = writable(shortened(title))
    for file in files:
        if file.suffix == ".pdf":
            typeset(
                "sheet",
                {"title": title, "width": sheet.width, "height": sheet.height},
                file,
                lambda folder: save_svg(sheet.figure, folder / "sheet.svg"),
            )
        elif file.suffix == ".svg":
            save_svg(sheet.figure, file)
        else:
            stamp = {"Software": None, "Title": title}
            quick = {"compress_level": 3}
            sheet.figure.savefig(file, dpi=200, metadata=stamp, pil_kwargs=quick)


def _draw(run: Run, park: str, links: pd.DataFrame, maker: str) -> Sheet:
    stages = sorted(dict.fromkeys(links["stage"].astype(str)), key=stage_rank)
    links = by_field(links, run.settings)
    bands = [(str(chain), own, _rows(own)) for chain, own in links.groupby("chain", sort=False)]
    long, short = max(PAPERS["A3"]), min(PAPERS["A3"])
    rows = sum(rows for _, _, rows in bands)
    around = HEAD + FOOT + 2 * MARGIN + sum(GAP * (n + 1) + 3 for _, _, n in bands)
    high = min(max((short - around) / rows, BOX_HIGH[0]), BOX_HIGH[1])
    sheet = Sheet(long, max(short, around + rows * high))
    sheet.size = 1.0
    heading(
        sheet,
        run,
        (Message("panorama.chains_park")(run.settings.lang), park_name(run, park)),
        maker,
    )
    wide = (long - 2 * MARGIN - LABEL) / len(stages)
    for at, stage in enumerate(stages):
        x = MARGIN + LABEL + at * wide
        sheet.polygon(
            (x, 27),
            (x + wide - 6, 27),
            (x + wide - 2, 31),
            (x + wide - 6, 35),
            (x, 35),
            (x + 4, 31),
            facecolor=MARK,
        )
        sheet.text(
            x + wide / 2,
            32.4,
            wrap_into(stage, 10, wide - 10, 1)[0],
            10,
            color="white",
            ha="center",
        )
    y = MARGIN + HEAD
    for chain, own, rows in bands:
        y = _band(sheet, run, y, (chain, own, rows), stages, (wide, high))
    _legend(sheet, run, links)
    return sheet


def _rows(links: pd.DataFrame) -> int:
    return int(max(-(-len(own) // ACROSS) for _, own in links.groupby("stage")))


def heading(sheet: Sheet, run: Run, head: tuple[str, str], maker: str) -> None:
    """Title, park and year, and the foot's notes."""
    settings, (title, name) = run.settings, head
    wide = sheet.width - 2 * MARGIN - 30
    sheet.text(MARGIN, 17, wrap_into(f"{name} · {title}", 16, wide, 1)[0], 16, color=MARK)
    year = Message("common.year", year=settings.year)(settings.lang)
    sheet.text(sheet.width - MARGIN, 17, year, 10, color=SOFT, ha="right")
    foot = sheet.height - 7
    notes = [t for t in (settings.sources, maker, today(), "mujun") if t]
    half = sheet.width / 2 - MARGIN
    sheet.text(
        sheet.width - MARGIN,
        foot,
        wrap_into(" · ".join(notes), 6, half, 1)[0],
        6,
        color=SOFT,
        ha="right",
    )
    if settings.synthetic:
        sheet.text(
            MARGIN, foot, wrap_into(f"※ {settings.synthetic}", 6, half, 1)[0], 6, color="#b00020"
        )


def _band(
    sheet: Sheet,
    run: Run,
    y: float,
    band: tuple[str, pd.DataFrame, int],
    stages: list[str],
    size: tuple[float, float],
) -> float:
    """One chain: its name, and its links by stage; the y below it."""
    chain, links, rows = band
    wide, box_high = size
    high = rows * (box_high + GAP) + GAP
    sheet.rectangle(
        Box(MARGIN, y, sheet.width - 2 * MARGIN, high), edgecolor="#d5d9df", linewidth=0.6
    )
    lines = _label_lines(chain, max(int(high / 5), 1))
    for at, line in enumerate(lines):
        sheet.text(MARGIN + 3, y + high / 2 + (at - len(lines) / 2 + 0.8) * 5, line, 10, color=MARK)
    for column, stage in enumerate(stages):
        own: list[Any] = links[links["stage"].astype("str") == stage].to_dict("records")
        box_wide = (wide - GAP * (ACROSS + 1)) / ACROSS
        for at, link in enumerate(own):
            x = MARGIN + LABEL + column * wide + GAP + at % ACROSS * (box_wide + GAP)
            top = y + GAP + at // ACROSS * (box_high + GAP)
            _box(sheet, run, Box(x, top, box_wide, box_high), link)
    placed = links["stage"].astype("str")
    _arrows(sheet, y, high, wide, [bool((placed == name).any()) for name in stages])
    return y + high + 3


def _label_lines(chain: str, most: int) -> list[str]:
    """A chain's name in lines: what stands in brackets is not broken, if it fits on one."""
    head, bracket, rest = chain.partition("（")
    lines = wrap_into(head, 10, LABEL - 6, most)
    if bracket:
        lines += wrap_into(bracket + rest, 10, LABEL - 6, most)
    return lines[:most]


def stage_rank(stage: str) -> int:
    """Where a stage stands: 上游, 中游, 下游, then what an office calls otherwise."""
    order = ("上游", "中游", "下游")
    return order.index(stage) if stage in order else len(order)


def _arrows(sheet: Sheet, y: float, high: float, wide: float, filled: list[bool]) -> None:
    """From each stage to the next one, where both have links."""
    middle = y + high / 2
    for at, (here, there) in enumerate(pairwise(filled)):
        if here and there:
            x = MARGIN + LABEL + (at + 1) * wide
            sheet.line((x - 3, middle), (x + 2.2, middle), color=MARK, linewidth=1.2)
            tip = ((x + 1.4, middle - 1.3), (x + 3.6, middle), (x + 1.4, middle + 1.3))
            sheet.polygon(*tip, facecolor=MARK)


def _box(sheet: Sheet, run: Run, box: Box, link: dict[str, Any]) -> None:
    lang = run.settings.lang
    fill, edge, dash = FILLS[link["link_state"]]
    sheet.rectangle(box, facecolor=fill, edgecolor=edge, linewidth=0.8, linestyle=dash)
    look = field_looks(run.settings).get(str(link.get("field_id", "")))
    if look:
        sheet.rectangle(Box(box.x, box.y, 1.2, box.h), facecolor=look[1], edgecolor="none")
    inner = box.w - 4
    sheet.text(
        box.x + 2, box.y + 4.6, wrap_into(str(link["segment"]), 9, inner, 1)[0], 9, color=INK
    )
    if link["link_state"] != "have":
        said = LINK_STATES[link["link_state"]](lang)
        sheet.paragraph(Box(box.x + 2, box.y + 5.4, inner, 0), said, 7.5, color=edge)
        return
    money = _money(link["revenue"], lang, run.settings.currency)
    said = Message("panorama.enterprises", count=link["enterprises"])(lang)
    if link["leaders"]:
        count = link["leaders"]
        said += Message("panorama.leading", leader=LEADER, count=count)(lang)
    if money:
        said += f"  {money}"
    sheet.text(box.x + 2, box.y + 9, said, 7, color=SOFT)
    step = 6.4 * POINT * 1.55
    names = _leading(run, link, int((box.h - 11) // step))
    y = box.y + 10
    for name in names:
        y += step
        sheet.text(box.x + 2, y, wrap_into(name, 6.4, inner, 1)[0], 6.4, color=INK)


def _money(amount: float, lang: str, currency: str) -> str:
    """Hundreds of millions in Chinese, millions or billions in English."""
    if lang == "en":
        return with_unit(number(amount), show_unit("万元", lang, currency))
    return with_unit(number(amount / 10_000), hundred_millions(currency))


def _leading(run: Run, link: dict[str, Any], most: int) -> list[str]:
    """The leaders of a link, then its largest; the directory is in that order."""
    own = run.chain_members
    own = own[
        (own["park_id"] == link["park_id"])
        & (own["chain"] == link["chain"])
        & (own["segment"] == link["segment"])
    ]
    marks = own["role"].astype("str").str.contains(LEADER, na=False)
    names = own["name"].astype("str").where(own["name"].notna(), own["enterprise_id"])
    shown = most if len(own) <= most else most - 1
    listed = [
        ("★ " if mark else "") + name for name, mark in zip(names.head(shown), marks, strict=False)
    ]
    if len(own) > shown:  # the last line says how many there are
        listed.append(Message("panorama.and_others", count=len(own))(run.settings.lang))
    return listed


def _field_legend(sheet: Sheet, run: Run, links: pd.DataFrame) -> None:
    """Colours of the fields of industry that are drawn, and what their table is."""
    table, present = run.settings.fields, set(links.get("field_id", pd.Series()).dropna())
    looks = [look for name, look in field_looks(run.settings).items() if name in present]
    if table is None or not looks:
        return
    x, y = MARGIN, sheet.height - 19.5
    for name, color in looks:
        sheet.rectangle(Box(x, y, 1.2, 3.6), facecolor=color, edgecolor="none")
        shown = wrap_into(name, 7, 40, 1)[0]
        sheet.text(x + 3, y + 3, shown, 7)
        x += 8 + 3.2 * len(shown)
    sheet.text(x, y + 3, table.mark(run.settings.lang), 7, color=SOFT)


def _legend(sheet: Sheet, run: Run, links: pd.DataFrame) -> None:
    x, y = MARGIN, sheet.height - 14.5
    for state, text in LINK_STATES.items():
        fill, edge, dash = FILLS[state]
        sheet.rectangle(
            Box(x, y, 7, 3.6), facecolor=fill, edgecolor=edge, linestyle=dash, linewidth=0.8
        )
        said = text(run.settings.lang)
        sheet.text(x + 9, y + 3, said, 7)
        x += 16 + 3.2 * len(said)
    _field_legend(sheet, run, links)
    sheet.text(
        x,
        y + 3,
        Message("panorama.enterprise_may_sit_in_several")(run.settings.lang),
        7,
        color=SOFT,
    )
