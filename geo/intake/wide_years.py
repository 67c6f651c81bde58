"""Tables with a column a year: 2022年纳税总额, 2023年纳税总额.

Where mujun's own reader makes a row a year of all of them (its own names, `geo.sources.wide`),
they are looked at as it will read them. Where it would leave one as it stands (2023年_销售收入
beside 2023年_税收), each year is a part of its own, with the year as a constant: its reader then
makes no rows of years.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from geo.errors import SourceError
from geo.intake.lexicon import called, is_measure, less_qualified, terms, undated
from geo.intake.view import View
from geo.model import LAYERS
from geo.sources.columns import columns_by_name, heading_years
from geo.sources.wide import by_year

_SPEC = LAYERS["indicators"]


@dataclass(frozen=True)
class OfYear:
    """A source as it is in one year."""

    view: View
    year: int


def stacked(view: View) -> View:
    """The source as mujun's reader gives it, a row a year; itself where there is no such thing."""
    profile = view.profile
    if profile.kind != "table" or len(profile.years.get("heading", ())) < 2:
        return view
    known = columns_by_name(_SPEC, {}, list(profile.headings))
    try:
        frame, _ = by_year(profile.sample, _SPEC, known, profile.path, set())
    except SourceError:
        return view
    if frame is profile.sample:
        return view
    headings = tuple(str(c) for c in frame.columns if c != "source_row")
    return View(replace(profile, sample=frame, headings=headings), references=view.references)


def years_apart(view: View) -> list[OfYear]:
    """The source year by year; empty where its reader makes rows of all its years itself."""
    if not _groups(stacked(view)):
        return []
    wide = _groups(view)
    every = sorted({year for years in wide.values() for year in years})
    dated = {heading for years in wide.values() for heading in years.values()}
    return [
        OfYear(_only(view, dated - {years[y] for years in wide.values() if y in years}), y)
        for y in every
    ]


def _groups(view: View) -> dict[str, dict[int, str]]:
    """Headings of figures that differ in nothing but their year, by year."""
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    for heading in view.profile.headings:
        years = heading_years([heading])
        if len(years) == 1 and _is_figure(heading):
            groups[undated(heading)][years[0]] = heading
    return {base: years for base, years in groups.items() if len(years) > 1}


def _is_figure(heading: str) -> bool:
    known = terms("indicators")
    names = [n for name in called(heading) for n in (name, *less_qualified(name, measure=True))]
    return any(is_measure(term.column) for name in names for term in known.get(name, ()))


def _only(view: View, left_out: set[str]) -> View:
    profile = view.profile
    headings = tuple(h for h in profile.headings if h not in left_out)
    one = replace(profile, headings=headings, years={**profile.years, "heading": ()})
    return View(one, references=view.references)
