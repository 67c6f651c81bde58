"""Which themes the map of a run has, and which classes each: of a run in parts, a column or a part at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from geo.order import in_one_order
from geo.project import Settings
from geo.publish.look.themes import THEMES, in_groups, themes_by_id
from geo.publish.registry import Each, one_by_one
from geo.run import Run
from geo.run.part import PARCELS, flat_parcels, parts_in, run_of_part, with_columns

Classes = Mapping[str, Sequence[str]]
"""The keys of a theme's classes, by its id."""


def classes_of(run: Run) -> Classes:
    """The themes of a run whose rows are at hand."""
    return {name: theme.keys for name, theme in themes_by_id(run).items()}


def theme_classes(
    run: Run, source: Path, named: Collection[str], each: Each = one_by_one
) -> Classes:
    """The themes of a run; of one in parts all only where some of `named` is none of them.

    Parameters
    ----------
    run
        As it is kept in `source`.
    each
        By whom parts are looked through (`registry.Making`).
    """
    parts = parts_in(source)
    if not parts:
        return classes_of(run)
    found: list[dict[str, Classes]] = [{}]
    wanted, columns = {*named}, with_columns(run, source)
    for declared in THEMES:
        if declared.of_all and wanted:
            found[0][declared.name] = {t.id: t.keys for t in declared.themes(columns)}
            wanted -= found[0][declared.name].keys()
    if wanted:
        found += each(_of_part, [(source, part, run.settings) for part in parts])
    known: dict[str, Sequence[str]] = {}
    for declared in in_groups():
        held = [part[declared.name] for part in found if declared.name in part]
        for name in in_one_order([*part] for part in held):
            known[name] = in_one_order(part[name] for part in held if name in part)
    return known


def _of_part(job: tuple[Path, str, Settings]) -> dict[str, Classes]:
    """By declaration, the themes of a part that do not hang on all parcels; defects lie with the whole."""
    source, part, settings = job
    whole = Run.load(source).shown_as(settings)
    own = {PARCELS: flat_parcels(source, part), "defects": whole.defects}
    run = run_of_part(whole, source, part, own)
    return {
        declared.name: {theme.id: theme.keys for theme in declared.themes(run)}
        for declared in THEMES
        if not declared.of_all
    }
