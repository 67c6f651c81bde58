"""The headline figures (首屏指标) of all parks together and of each: the first answer of a run.

Land, money, tax per mu beside a published mean and an earlier year, the pass rate of the land that
the rules are about, grades, idle land, the plan's targets. Figures of all parks are those of
`run_result`, figures of a park those of its tables; nothing is worked out twice.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from geo.economy.growth import LAND_OF_ALL, changes
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.idle_land import IDLE_WORDS
from geo.evaluate.land_actions import NOT_LISTED
from geo.evaluate.method import GRADES
from geo.model import INDICATORS, show_unit
from geo.model.currency import hundred_millions
from geo.project import Settings
from geo.publish.records.by_park import ByPark, by_park
from geo.publish.records.comparable import NOT_COMPARED, ComparableLine, comparable_lines
from geo.publish.records.numbers import known, number, percent, with_unit
from geo.publish.records.result_lines import MoneyLine
from geo.publish.records.run_result import RunResult
from geo.publish.records.tables import Row, rows_by
from geo.run import Run
from geo.standards.scope import SCOPE, UNDER_THE_RULES
from geo.standards.vocabulary import VERDICTS
from geo.text import EMPTY, Message, Text, Wording

_COMPARED = ("pass", "fail")
"""The verdicts that a pass rate is of."""
_JUDGED = (*_COMPARED, "conflict")
ALL = ""
"""The subject of a figure that is all parks together."""


@dataclass(frozen=True)
class HeadlinePart:
    """So many parcels, enterprises or targets of one class: `word` of the theme `theme`, if any."""

    word: str
    title: Wording
    count: int
    theme: str = ""


@dataclass(frozen=True)
class HeadlineFigure:
    """A figure of one subject; NaN and an empty `shown` where there is no data.

    `value` ranks parks, `rank` is how it reads there; `unit` stands behind `shown`; `lines` say what
    it stands on.
    """

    value: float
    shown: Wording
    unit: Wording = EMPTY
    rank: Wording = EMPTY
    lines: tuple[Wording, ...] = ()
    parts: tuple[HeadlinePart, ...] = ()


@dataclass(frozen=True)
class Headline:
    """A headline: `theme` is the map's for it, `figures` by park with all of them under `ALL`.

    `mean` is what parks are ranked beside: the published one called `mean_title`, or that of all
    parks; NaN where a figure of all parks is a sum. `note` defines the figure where its title cannot.
    """

    id: str
    title: Wording
    theme: str
    figures: Mapping[str, HeadlineFigure]
    rank_title: Wording
    mean: float = math.nan
    mean_shown: Wording = EMPTY
    mean_title: Wording = EMPTY
    source: str = ""
    note: Wording = EMPTY


NO_FIGURE = HeadlineFigure(math.nan, EMPTY)


def headlines(run: Run, result: RunResult, counts: ByPark | None = None) -> Iterator[Headline]:
    """The headlines of a run, in the order in which they are read, one made after the other.

    Parameters
    ----------
    run
        The run.
    result
        Its result (`run_result`), whose figures stand for all parks together.
    counts
        Parcels and enterprises by park, where the parcels are not at hand.

    Examples
    --------
    ``{line.id: line.figures[ALL].shown.zh for line in headlines(run, run_result(run, run.settings))}``
    """
    counts = by_park(run) if counts is None else counts
    parks = pd.DataFrame(run.parks).drop(columns="geometry", errors="ignore")
    parks = parks.assign(park_id=parks["park_id"].astype("str")).set_index("park_id")
    yield _land(parks, result)
    yield _revenue(run, parks, result)
    yield _per_mu(run, parks, result)
    yield _pass_share(run, counts.judged, parks.index)
    yield _grades(counts.grades, parks.index, result)
    yield _idle(run, counts.idle, parks.index)
    yield _targets(parks.index, result)


def _plain(shown: str) -> Wording:
    """A figure that both languages write alike."""
    return Text(shown, shown)


def _in_mu(value: float, lines: Iterable[Wording] = ()) -> HeadlineFigure:
    if not known(value):
        return NO_FIGURE
    shown = _plain(number(value, 0))
    unit = Text(show_unit("亩", "zh", ""), show_unit("亩", "en", ""))
    rank = Text(*(with_unit(shown.zh, one) for one in (unit.zh, unit.en)))
    return HeadlineFigure(value, shown, unit, rank, tuple(lines))


def _land(parks: pd.DataFrame, result: RunResult) -> Headline:
    every = Message("headline.parcels", parks=result.parks, parcels=result.parcels)
    figures = {ALL: _in_mu(result.mu, [every])}
    for park, row in parks.iterrows():  # rows-ok: parks
        line = Message("headline.of_park", parcels=int(row["parcels"]))
        figures[str(park)] = _in_mu(row["parcel_mu"], [line])
    title = Message("headline.land")
    return Headline("land", title, "land_use", figures, title)


def money(amount: float, currency: str) -> tuple[Wording, Wording]:
    """An amount in 万元 as a figure and its unit: 亿元 from 1 亿 on, in English millions, billions.

    >>> [text.zh for text in money(5855329.6, "CNY")], [text.en for text in money(5855329.6, "CNY")]
    (['585.53', '亿元'], ['CNY 58.55 bn', ''])
    """
    # Of millions two decimals: 296.45, not 296.4478.
    figure = number(amount, 0 if abs(amount) >= 100 else 2)
    english = with_unit(figure, show_unit("万元", "en", currency))
    if abs(amount) < 10_000:
        return Text(number(amount), english), Text(show_unit("万元", "zh", currency), "")
    return Text(number(amount / 10_000), english), Text(hundred_millions(currency), "")


def _money_text(amount: float, currency: str) -> Wording:
    figure, unit = money(amount, currency)
    return Text(f"{figure.zh} {unit.zh}", figure.en)


def _in_money(amount: float, currency: str, lines: Iterable[Wording] = ()) -> HeadlineFigure:
    if not known(amount):
        return NO_FIGURE
    shown, unit = money(amount, currency)
    return HeadlineFigure(amount, shown, unit, _money_text(amount, currency), tuple(lines))


def _revenue_of(run: Run, subject: str) -> pd.DataFrame:
    sums = run.about("figures", subject)
    return sums[(sums["year"] == run.settings.year) & (sums["measure"] == "revenue")]


def _revenue(run: Run, parks: pd.DataFrame, result: RunResult) -> Headline:
    """What is on land; of all parks, beside what was reported."""
    currency = run.settings.currency
    total = next((line for line in result.money if line.measure == "revenue"), None)
    figures = {ALL: NO_FIGURE}
    every = int(_revenue_of(run, "project")["missing"].sum())
    by_park = _revenue_of(run, "park").set_index("subject_id")["missing"].to_dict()
    if total is not None:
        left = total.unallocated + total.set_aside
        lines = [_reported(total, every, currency)]
        lines.append(
            Message("headline.off_land", left=_money_text(left, currency))
            if left
            else Message("headline.all_on_land")
        )
        figures[ALL] = _in_money(total.allocated, currency, lines)
    for park, value in _column(parks, "revenue"):
        rows = int(by_park.get(park, 0))
        said = [Message("headline.blank", rows=rows)] if rows else []
        figures[park] = _in_money(value, currency, said)
    title = Message("headline.revenue")
    return Headline("revenue", title, "revenue_per_mu", figures, title)


def _reported(total: MoneyLine, blank: int, currency: str) -> Wording:
    """What was reported; short where rows are blank: the strip has room for so much."""
    if not blank:
        return Message("headline.reported", total=_money_text(total.input, currency))
    figure, unit = money(total.input, currency)
    if unit.zh != money(total.allocated, currency)[1].zh:
        figure = _money_text(total.input, currency)
    return Message("headline.reported_partly", total=figure, rows=blank)


def _column(parks: pd.DataFrame, name: str) -> Iterator[tuple[str, float]]:
    values = parks[name] if name in parks else pd.Series(math.nan, parks.index)
    for park, value in values.items():  # rows-ok: parks
        yield str(park), float(value)


def _per_mu(run: Run, parks: pd.DataFrame, result: RunResult) -> Headline:
    """Tax per mu of land beside the published mean and the earlier year."""
    settings = run.settings
    name, indicator = "tax_per_mu", INDICATORS["tax_per_mu"]
    line = next((one for one in result.measures if one.measure == "tax"), None)
    mean = line.published if line else math.nan
    figures = {ALL: NO_FIGURE}
    if line:
        every = _Since(
            line.earlier, line.growth, line.missing if line.short else 0, line.comparable
        )
        figures[ALL] = _tax(line.value, every, mean, result, settings)
    since = _since(run, result)
    for park, value in _column(parks, name):
        figures[park] = _tax(value, since.get(park, _Since()), mean, result, settings)
    title = Text(indicator.zh, indicator.en)
    whole = figures[ALL]
    beside = Headline(name, title, name, figures, title, whole.value, whole.rank, _every())
    if not known(mean):
        return beside
    shown = _with_units(number(mean), indicator.unit, settings)
    benchmark = next(iter(run.basis.plan.benchmarks.values())) if run.basis.plan else None
    published = Text(*([result.published_title] * 2))
    if benchmark:
        published = Text(benchmark.title_zh, benchmark.title_en or benchmark.title_zh)
    source = result.published_citation
    return replace(beside, mean=mean, mean_shown=shown, mean_title=published, source=source)


class _Since(NamedTuple):
    """The earlier year's figure, and the change since.

    `blank` are the rows for want of which the figure is too low; `comparable` is the change
    like-for-like, where not all enterprises report in both years.
    """

    earlier: float = math.nan
    growth: float = math.nan
    blank: int = 0
    comparable: ComparableLine = NOT_COMPARED


def _since(run: Run, result: RunResult) -> dict[str, _Since]:
    """What stands beside each park's tax per mu."""
    tax = run.about("figures", "park")
    tax = tax[tax["measure"] == "tax"]
    low = tax[(tax["year"] == result.year) & tax["land_basis"].isin(LAND_OF_ALL)]
    rows = changes(tax, result.earlier_year, result.year).set_index("subject_id")
    rows = rows.join(low.set_index("subject_id")["missing"].rename("blank"), how="outer")
    alike = comparable_lines(run, "park")
    return {
        str(park): _Since(
            row["per_mu_before"],
            row["per_mu_change"],
            int(row["blank"]),
            alike.get(str(park), {}).get("tax_per_mu", NOT_COMPARED),
        )
        for park, row in rows.fillna({"blank": 0}).iterrows()  # rows-ok: parks
    }


def _every() -> Wording:
    return Message("headline.mean_all")


def _with_units(shown: str, unit: str, settings: Settings) -> Wording:
    units = (show_unit(unit, lang, settings.currency) for lang in ("zh", "en"))
    return Text(*(with_unit(shown, one) for one in units))


def _tax(
    value: float, since: _Since, mean: float, result: RunResult, settings: Settings
) -> HeadlineFigure:
    if not known(value):
        return NO_FIGURE
    unit = INDICATORS["tax_per_mu"].unit
    rank = _with_units(number(value), unit, settings)
    lines = []
    if known(mean) and mean > 0:
        change = percent(value / mean - 1, 1, signed=True)
        lines.append(
            Message("headline.beside", mean=_short_en(mean, unit, settings), change=change)
        )
    if known(since.earlier):
        shown, year = _short_en(since.earlier, unit, settings), str(result.earlier_year)
        # Of two sets of enterprises there is no change of all; the strip has no room for whose it is.
        change = "" if since.comparable.compared else percent(since.growth, 1, signed=True)
        before = Message("headline.earlier_alone", year=year, value=shown)
        lines.append(Message("headline.earlier", said=before, change=change) if change else before)
    if since.blank:
        lines.append(Message("headline.too_low", rows=since.blank))
    figure = Text(number(value), rank.en)
    unit_shown = Text(show_unit(unit, "zh", settings.currency), "")
    return HeadlineFigure(value, figure, unit_shown, rank, tuple(lines))


def _short_en(value: float, unit: str, settings: Settings) -> Wording:
    """Without what the figure above says: its unit in Chinese, per what it is in English."""
    english = _with_units(number(value), unit, settings).en.partition("/")[0]
    return Text(number(value), english)


def _pass_share(run: Run, judged: pd.DataFrame, parks: pd.Index[Any]) -> Headline:
    """The land that passes, of the land that passes or fails."""
    title = Message("headline.pass_share")
    if not run.basis.packs and not run.verdict_codes.count:
        nothing = dict.fromkeys([ALL, *map(str, parks)], NO_FIGURE)
        return Headline("pass_share", title, "compliance", nothing, title)
    land = _of_parks(judged)
    figures = {park: _passed(land.get(park, [])) for park in [ALL, *map(str, parks)]}
    every = figures[ALL]
    shown = (every.value, every.rank, _every())
    note = Message("headline.of_judged")
    return Headline("pass_share", title, "compliance", figures, title, *shown, note=note)


def _of_parks(counted: pd.DataFrame) -> dict[str, list[Row]]:
    """The rows of each park, and of all (`ALL`)."""
    rows = rows_by(counted, "park")
    return rows | {ALL: [row for own in rows.values() for row in own]}


def _passed(land: Iterable[Row]) -> HeadlineFigure:
    """The share of the land that passes or fails, as the report has it; beside it what it leaves out."""
    kinds, count, mu = Counter[str](), Counter[str](), Counter[str]()
    for row in land:
        kinds[row["scope"]] += row["size"]
        if row["scope"] in UNDER_THE_RULES:
            count[row["verdict"]] += row["size"]
            mu[row["verdict"]] += row["sum"]
    parts = [
        HeadlinePart(word, VERDICTS[word], count[word], "compliance")
        for word in _JUDGED
        if count[word] or word in _COMPARED
    ]
    parts += [
        HeadlinePart(word, text, kinds[word], "scope")
        for word, text in SCOPE.items()
        if word != "judged" and kinds[word]
    ]
    compared = sum(mu[word] for word in _COMPARED)
    if not compared:
        return replace(NO_FIGURE, parts=tuple(parts))
    share = mu["pass"] / compared
    shown = _plain(percent(share, 1))
    judged = sum(count[word] for word in _COMPARED)
    lines: list[Wording] = [Message("headline.passed", passed=count["pass"], judged=judged)]
    if count["no_data"]:
        lines.append(Message("headline.lacking", parcels=count["no_data"]))
    return HeadlineFigure(share, shown, EMPTY, shown, tuple(lines), tuple(parts))


def _grades(counted: pd.DataFrame, parks: pd.Index[Any], result: RunResult) -> Headline:
    """Enterprises by grade; of a park those that occupy land in it."""
    title = Message("headline.grades")
    figures = dict.fromkeys([ALL, *map(str, parks)], NO_FIGURE)
    if result.grades:
        figures[ALL] = _graded({line.grade: line.enterprises for line in result.grades})
        counts = {
            park: {row["grade"]: row["size"] for row in rows}
            for park, rows in rows_by(counted, "park").items()
        }
        figures |= {park: _graded(counts[park]) for park in map(str, parks) if park in counts}
    every = figures[ALL]
    share, note = Message("headline.share_a"), Message("headline.in_several_parks")
    beside = (every.value, every.rank, _every())
    return Headline("grades", title, "grade", figures, share, *beside, note=note)


def _graded(counts: Mapping[Any, int]) -> HeadlineFigure:
    parts = tuple(
        HeadlinePart(name, word, int(counts.get(name, 0)), "grade")
        for name, word in GRADE_WORDS.items()
        if name in GRADES or counts.get(name, 0)
    )
    graded = sum(int(counts.get(name, 0)) for name in GRADES)
    if not graded:
        return replace(NO_FIGURE, parts=parts)
    share = counts.get(GRADES[0], 0) / graded
    line = Message("headline.graded", count=graded)
    shown = _plain(percent(share, 1))
    return HeadlineFigure(share, shown, Message("headline.of_a"), shown, (line,), parts)


def _idle(run: Run, counted: pd.DataFrame, parks: pd.Index[Any]) -> Headline:
    title = Message("headline.idle")
    figures = dict.fromkeys([ALL, *map(str, parks)], NO_FIGURE)
    if (counted["idle"] != "").any():
        land = _of_parks(counted)
        day = run.settings.idle_day.isoformat()
        figures = {park: _idle_figure(land.get(park, []), day) for park in figures}
    return Headline("idle", title, "idle", figures, title)


def _idle_figure(rows: Iterable[Row], day: str) -> HeadlineFigure:
    parcels, land = Counter[str](), Counter[str]()
    for row in rows:
        parcels[row["idle"]] += row["size"]
        land[row["idle"]] += row["sum"]
    if not set(parcels) - {"no_data", NOT_LISTED}:
        return NO_FIGURE
    lines = [Message("headline.idle_note", parcels=parcels["idle"], day=day)]
    if NOT_LISTED in parcels:
        lines.append(Message("headline.idle_not_asked", parcels=parcels[NOT_LISTED]))
    parts = tuple(
        HeadlinePart(word, IDLE_WORDS[word], parcels[word], "idle")
        for word in ("idle", "no_data")
        if word in parcels
    )
    return replace(_in_mu(float(land["idle"]), lines), parts=parts)


def _targets(parks: pd.Index[Any], result: RunResult) -> Headline:
    """How many targets are met, of those that parks are judged by."""
    title = Message("headline.targets")
    figures = dict.fromkeys([ALL, *map(str, parks)], NO_FIGURE)
    by_park: dict[str, list[str]] = {ALL: []}
    for target in result.targets:
        for park in target.parks:
            by_park[ALL].append(park.line.result)
            by_park.setdefault(park.park_id, []).append(park.line.result)
    for subject, results in by_park.items():
        if results and subject in figures:
            figures[subject] = _met(
                {name: results.count(name) for name in ("met", "not_met", "no_data")}
            )
    return Headline("targets", title, "", figures, title)


def _met(counts: Mapping[str, int]) -> HeadlineFigure:
    judged = sum(counts.values())
    shown = _plain(f"{counts['met']} / {judged}")
    rank = Message("headline.count", met=counts["met"], judged=judged)
    met = Message("headline.met", met=counts["met"], not_met=counts["not_met"])
    lines = (met, Message("headline.met_unknown", no_data=counts["no_data"]))
    return HeadlineFigure(counts["met"], shown, EMPTY, rank, lines)
