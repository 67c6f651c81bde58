"""The map of a run that is kept in a folder: one file, a folder, or a folder by parts."""

from __future__ import annotations

from pathlib import Path

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.records.counts import RunCounts, stored_counts
from geo.publish.registry import Each, one_by_one
from geo.publish.webmap import by_parts, folder
from geo.run import Run
from geo.run.part import parts_in


def make_map(
    run: Run,
    into: Path,
    source: Path,
    options: Publish = DEFAULT_OPTIONS,
    each: Each = one_by_one,
    counts: RunCounts | None = None,
) -> None:
    """`map.html` in a folder; of a run in parts, or a large one, it leads into the folder `map`.

    Parameters
    ----------
    run
        As it is shown.
    source
        Where it is kept.
    each
        By whom parts are made (`registry.Making`).
    counts
        Counts over all rows, of a run whose rows are not in its tables.
    """
    if not parts_in(source):
        folder.write_map(run, into, options)
        return
    counts = stored_counts(run, source, each) if counts is None else counts
    by_parts.write_folder(source, run.settings, into / folder.FOLDER, options, each, counts)
    folder.lead_into(into, run.settings.lang)


def make_folder(
    run: Run,
    into: Path,
    source: Path,
    options: Publish = DEFAULT_OPTIONS,
    each: Each = one_by_one,
) -> None:
    """The files of the folder map, however many parcels there are; arguments as of `make_map`."""
    if parts_in(source):
        counts = stored_counts(run, source, each)
        by_parts.write_folder(source, run.settings, into, options, each, counts)
    else:
        folder.write_folder(run, into, options)
