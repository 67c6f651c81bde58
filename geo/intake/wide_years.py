"""Tables with a column a year: 2022年纳税总额, 2023年纳税总额.

Where mujun's own reader makes a row a year of them (its own names, `geo.sources.wide`), they are
looked at as it will read them. Other names it leaves as they stand: each year is then a part of
its own, with the year as a constant.
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
    """A source as it is in one year; `sure` where nothing of another year can come along."""

    view: View
    year: int
    sure: bool


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
    """The source year by year, where headings of figures differ in nothing but their year."""
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    for heading in view.profile.headings:
        years = heading_years([heading])
        if len(years) == 1 and _is_figure(heading):
            groups[undated(heading)][years[0]] = heading
    wide = {base: years for base, years in groups.items() if len(years) > 1}
    every = sorted({year for years in wide.values() for year in years})
    dated = {heading for years in wide.values() for heading in years.values()}
    # What the reader knows by itself it would stack beside a part of another year.
    native = columns_by_name(_SPEC, {}, [undated(h) for h in dated])
    sure = not native or len(every) < 3
    return [
        OfYear(_only(view, dated - {years[y] for years in wide.values() if y in years}), y, sure)
        for y in every
    ]


def _is_figure(heading: str) -> bool:
    known = terms("indicators")
    names = [n for name in called(heading) for n in (name, *less_qualified(name, measure=True))]
    return any(is_measure(term.column) for name in names for term in known.get(name, ()))


def _only(view: View, left_out: set[str]) -> View:
    headings = tuple(h for h in view.profile.headings if h not in left_out)
    return View(replace(view.profile, headings=headings), references=view.references)
