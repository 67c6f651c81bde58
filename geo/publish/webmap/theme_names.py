"""Which themes the map of a run has, and which classes each: of a run in parts, a column or a part at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from geo.project import Settings
from geo.publish.look.themes import THEMES, themes, themes_by_id
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
    known: dict[str, Sequence[str]] = {}
    columns = with_columns(run, source)
    for declared in THEMES:
        if declared.of_all and not known.keys() >= {*named}:
            known |= {theme.id: theme.keys for theme in declared.themes(columns)}
    if not known.keys() >= {*named}:
        jobs = [(source, part, run.settings) for part in parts]
        for own in each(_of_part, jobs):
            known |= {name: list(dict.fromkeys([*known.get(name, ()), *own[name]])) for name in own}
    return known


def _of_part(job: tuple[Path, str, Settings]) -> Classes:
    """The themes of a part that do not hang on all parcels; defects lie with the whole."""
    source, part, settings = job
    whole = Run.load(source).shown_as(settings)
    own = {PARCELS: flat_parcels(source, part), "defects": whole.defects}
    return {t.id: t.keys for t in themes(run_of_part(whole, source, part, own), {})}
