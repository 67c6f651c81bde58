"""What is seen of a source before it is taken for anything: its place, its years."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from geo.intake.content import content_of
from geo.intake.lexicon import called, terms
from geo.intake.model import YearPlace
from geo.model.periods import years_named
from geo.sources.columns import heading_years

SAMPLE = 2_000
"""Rows of a source that are looked at."""


@dataclass(frozen=True)
class Sighting:
    """A file: its path for the user, and where it lies now."""

    path: str
    local: Path


def years_seen(
    path: str, part: str | None, titles: tuple[str, ...], frame: pd.DataFrame
) -> dict[YearPlace, tuple[int, ...]]:
    """The years that a source names, by where."""
    place = PurePosixPath(path)
    headings = [str(c) for c in frame.columns if c not in ("source_row", "geometry")]
    found: dict[YearPlace, list[int]] = {
        "column": _in_columns(frame, headings),
        "heading": heading_years(headings),
        "title": heading_years(list(titles)),
        "sheet": years_named(part or ""),
        "file": years_named(place.name),
        "folder": years_named(str(place.parent)),
    }
    return {where: tuple(sorted(set(years))) for where, years in found.items() if years}


def _in_columns(frame: pd.DataFrame, headings: list[str]) -> list[int]:
    """The years of the first column that is headed so and holds nothing else."""
    known = terms("indicators")
    for heading in headings:
        names = {term.column for name in called(heading) for term in known.get(name, ())}
        if "year" in names and content_of(frame[heading]).share("year") > 0.9:
            years = frame[heading].astype("str").str.extract(r"^\D*(\d{4})")[0].dropna()
            return sorted({int(year) for year in years.unique()})
    return []
