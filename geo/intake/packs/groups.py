"""Rows of several classes of land or sections in one table: those of the office's are taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from geo.intake.packs.asked import ask_class
from geo.intake.packs.layout import Layout
from geo.intake.packs.words import words
from geo.intake.questions import Interview

OtherRows = tuple[tuple[str, tuple[str, ...]], ...]


def of_group(layout: Layout, land_class: str, talk: Interview) -> tuple[Layout, OtherRows]:
    """The rows of the office's class of land, and those of others with their cells.

    Sections for levels of parks (国家级, 省级) all stay, each row for its level and industry;
    sections that only order the industries stay, too.
    """
    groups = [group for group in layout.groups if group]
    if not groups:
        return replace_groups(layout, []), ()
    if all(any(level in group for level in words()["rows"]["level"]) for group in groups):
        return layout, ()
    repeated = max(Counter(layout.titles).values()) > 1
    alone = layout.titles == layout.groups
    if not (repeated or alone):
        layout.notes += list(dict.fromkeys(groups))
        return replace_groups(layout, []), ()
    chosen = land_class or ask_class(list(dict.fromkeys(groups)), talk)
    kept = [
        at
        for at, group in enumerate(layout.groups)
        if not group or (chosen and (group.startswith(chosen) or chosen.startswith(group)))
    ]
    others = tuple(
        (f"{group} {title}" if group != title else title, tuple(layout.cells[at]))
        for at, (group, title) in enumerate(zip(layout.groups, layout.titles, strict=True))
        if at not in kept
    )
    return replace_groups(_rows_of(layout, kept), []), others


def replace_groups(layout: Layout, groups: list[str]) -> Layout:
    """The layout with other groups of its rows."""
    return replace(layout, groups=groups)


def _rows_of(layout: Layout, kept: list[int]) -> Layout:
    return replace(
        layout,
        cells=[layout.cells[at] for at in kept],
        titles=[layout.titles[at] for at in kept],
        codes=[layout.codes[at] for at in kept],
        names=[layout.names[at] for at in kept],
        places=[layout.places[at] for at in kept],
        groups=[layout.groups[at] for at in kept],
        left={heading: tuple(cells[at] for at in kept) for heading, cells in layout.left.items()},
    )
