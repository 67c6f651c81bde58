"""The sections of the page that say what the run found, each laid out from its record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.publish.look.style import palette, verdict_color
from geo.publish.page import Html, joined, tag
from geo.publish.records.numbers import number, percent, with_unit
from geo.publish.records.result_lines import ReasonLine, TargetResult, blank_rows
from geo.publish.records.run_result import NOT_CHECKED, RunResult
from geo.publish.start.contents import Files
from geo.publish.start.html import Speaker, block, coded, grid, link, paragraph
from geo.text import colon, join

MOST_NAMED = 6
"""Parks that are named behind a target."""
ALWAYS = ("pass", "fail", "no_data")
"""Verdicts that have a row without parcels too."""
FINDINGS = "findings.xlsx"

Rows = list[list[Html | str]]


def land(say: Speaker, result: RunResult) -> Html:
    """How much there is."""
    firms = result.enterprises
    counts = [
        (say("start_page.count_parks", count=result.parks), number(result.parks, 0)),
        (say("start_page.count_parcels", count=result.parcels), number(result.parcels, 0)),
        (say("start_page.land_mu"), number(result.mu, 0)),
        (say("start_page.count_enterprises", count=firms), number(firms, 0)),
        (say("headline.pass_share"), percent(result.pass_share, 1)),
        (say("common.idle_mu"), number(result.idle_land[1], 0)),
    ]
    return tag(
        "ul",
        *(tag("li", tag("b", figure), tag("span", name)) for name, figure in counts if figure),
        class_="counts",
    )


def verdicts(say: Speaker, result: RunResult) -> Html:
    """The overall verdicts: a bar of the land, and a row each."""
    if not result.rules:
        return block("verdicts", say("start_page.verdicts"), paragraph(say("start_page.no_rules")))
    shown = [line for line in result.verdicts if line.parcels or line.verdict in ALWAYS]
    rows: Rows = [
        [
            _coloured(line.word, _color(line.verdict)),
            number(line.parcels, 0),
            number(line.mu),
            percent(line.share, 1),
        ]
        for line in shown
    ]
    heads = ["", say("start_page.parcels"), say("start_page.land_mu"), say("start_page.share")]
    bar = _bar([(line.word, line.share, _color(line.verdict)) for line in result.verdicts])
    return block(
        "verdicts",
        say("start_page.verdicts"),
        bar,
        grid(heads, rows, right=(1, 2, 3)),
        *([paragraph(result.judged, "soft")] if result.judged else []),
        *_first_reasons(say, result),
    )


def _first_reasons(say: Speaker, result: RunResult) -> list[Html]:
    """The commonest reason for fail, and for no verdict, within the first screen."""
    return [
        paragraph(
            say("start_page.first_reason", word=line.word, text=line.text, parcels=line.parcels)
        )
        for line in (*result.fails[:1], *result.undetermined[:1])
    ]


def grades(say: Speaker, result: RunResult) -> Html:
    """Enterprises by grade."""
    if not result.grades:
        return joined()
    colors = palette()["grade"]
    every = sum(line.enterprises for line in result.grades) or 1
    rows: Rows = [
        [
            _coloured(line.word, colors[line.grade]),
            number(line.enterprises, 0),
            number(line.mu),
        ]
        for line in result.grades
    ]
    heads = ["", say("start_page.enterprises"), say("start_page.land_mu")]
    shares = [(line.word, line.enterprises / every, colors[line.grade]) for line in result.grades]
    return block("grades", say("start_page.grades"), _bar(shares), grid(heads, rows, right=(1, 2)))


def per_mu(say: Speaker, result: RunResult) -> Html:
    """Figures per mu beside the earlier year's and the published mean."""
    if not result.measures:
        return joined()
    published = any(number(line.published) for line in result.measures)
    heads = [say("start_page.figure"), say("common.year", year=result.year)]
    if result.earlier_year:
        heads.append(say("common.year", year=result.earlier_year))
    if published:
        heads.append(result.published_title)
    none = say("start_page.none")
    rows: Rows = []
    for line in result.measures:
        row: list[Html | str] = [
            tag("span", line.title, tag("small", line.unit)),
            tag("strong", number(line.value) or none),
        ]
        if result.earlier_year:
            row.append(number(line.earlier) or none)
        if published:
            row.append(number(line.published) or none)
        rows.append(row)
    notes = [say("start_page.per_land", land=result.denominator)]
    notes += [text(say.lang) for text in blank_rows(result.measures)]
    return block(
        "per-mu",
        say("start_page.per_mu"),
        grid(heads, rows, right=range(1, len(heads))),
        *(paragraph(text, "soft") for text in notes),
    )


def reasons(say: Speaker, result: RunResult) -> Html:
    """What keeps parcels from passing, and the mend."""
    pieces = [
        _reasons(say, say(code), lines)
        for code, lines in (
            ("start_page.fails", result.fails),
            ("start_page.undetermined", result.undetermined),
        )
        if lines
    ]
    if not pieces:
        return joined()
    return block("reasons", say("start_page.reasons"), tag("div", *pieces, class_="pair"))


def _reasons(say: Speaker, title: str, lines: Sequence[ReasonLine]) -> Html:
    items = []
    for line in lines:
        gap = with_unit(number(line.gap), line.unit)
        many = [say("start_page.reason_land", parcels=line.parcels, mu=line.mu)]
        many += [say("start_page.median_gap", gap=gap)] if gap else []
        items.append(
            tag(
                "li",
                tag("strong", line.text),
                tag("span", join(many)(say.lang), class_="soft"),
                coded(line.mend, "mend"),
            )
        )
    return tag("div", tag("h3", title), tag("ol", *items, class_="reasons"))


def targets(say: Speaker, result: RunResult) -> Html:
    """The plan's targets: how many parks meet each, and those that do not."""
    if not (result.targets or result.project_targets or result.overdue or result.due_no_data):
        return joined()
    rows = [_target(say, target) for target in result.targets]
    rows += [
        [
            line.title,
            line.limit,
            line.word,
            join(filter(None, (line.shown, *line.notes, line.trend)))(say.lang),
        ]
        for line in result.project_targets
    ]
    heads = [
        say("start_page.target"),
        say("start_page.limit"),
        say("start_page.met"),
        say("start_page.not_met"),
    ]
    title = say("start_page.targets", met=result.targets_met, judged=result.targets_judged)
    overdue = say("start_page.overdue", count=result.overdue) if result.overdue else ""
    unknown = (
        say("start_page.overdue_no_data", count=result.due_no_data) if result.due_no_data else ""
    )
    return block(
        "targets",
        title,
        paragraph(result.plan, "soft"),
        grid(heads, rows, right=(1, 2)),
        *(paragraph(said, "soft") for said in _comparable(say, result)),
        paragraph(overdue) if overdue else joined(),
        paragraph(unknown) if unknown else joined(),
    )


def _comparable(say: Speaker, result: RunResult) -> Iterator[str]:
    """Which targets of parks are evaluated like-for-like."""
    for target in result.targets:
        if target.comparable:
            yield say("start_page.comparable", title=target.title, parks=target.comparable)


def _target(say: Speaker, target: TargetResult) -> list[Html | str]:
    short = [
        " ".join(filter(None, (park.name, park.line.shown or park.line.word)))
        for park in target.parks
        if park.line.result != "met"
    ]
    left = len(short) - MOST_NAMED
    if left > 0:
        short = [*short[:MOST_NAMED], say("start_page.more_parks", count=left)]
    met = say("start_page.met_of", met=target.met, parks=len(target.parks))
    return [target.title, target.limit, met, join(short)(say.lang)]


def fields(say: Speaker, result: RunResult) -> Html:
    """Fields of industry, with what their table is, and published numbers of parks beside."""
    found = result.fields
    if found is None:
        return joined()
    shown = ("field", "parks", "enterprises", "land_mu", "revenue_share")
    heads = [*(say(f"start_page.{name}") for name in shown), found.per_mu_heading]
    if found.published_title:
        heads.insert(2, found.published_title)
    rows: Rows = []
    for line in found.lines:
        row: list[Html | str] = [
            line.word,
            number(line.parks, 0),
            number(line.enterprises, 0),
            number(line.land_mu),
            percent(line.revenue_share, 1),
            number(line.revenue_per_mu),
        ]
        if found.published_title:
            row.insert(2, "" if line.published is None else number(line.published, 0))
        rows.append(row)
    notes = [
        found.note,
        *([say("start_page.published_reference")] if found.published_title else []),
    ]
    return block(
        "fields",
        say("start_page.fields"),
        paragraph(colon(found.title, found.mark)(say.lang), "soft"),
        grid(heads, rows, right=range(1, len(heads))),
        *(paragraph(note, "soft") for note in notes if note),
    )


def rows(say: Speaker, result: RunResult) -> Html:
    """What became of every row that was read, and of the money in them."""
    if not result.rows:
        return joined()
    kinds = ("read", "used", "sums", "repeats", "set_aside")
    shown = [
        [line.title, *(number(getattr(line, kind), 0) for kind in kinds)] for line in result.rows
    ]
    heads = [say("start_page.layer"), *(say(f"start_page.rows_{kind}") for kind in kinds)]
    sides = ("input", "allocated", "unallocated", "set_aside")
    money = [
        [
            say("start_page.measure_in", title=line.title, unit=line.unit),
            *(number(getattr(line, side)) for side in sides),
            "=" if line.balanced else "≠",
        ]
        for line in result.money
    ]
    money_heads = ["", *(say(f"start_page.money_{side}") for side in sides), ""]
    every = {kind: sum(getattr(line, kind) for line in result.rows) for kind in kinds}
    sentence = say(
        "start_page.rows_told",
        read=every["read"],
        used=every["used"],
        sums=every["sums"],
        repeats=every["repeats"],
        set_aside=every["set_aside"],
    )
    aside = any(line.set_aside for line in result.rows)
    pieces = [
        paragraph(sentence),
        tag(
            "details",
            tag("summary", say("start_page.rows_by_layer")),
            grid(heads, shown, right=range(1, 6)),
            **({"open": ""} if aside else {}),
        ),
    ]
    if money:
        pieces.append(
            tag(
                "details",
                tag("summary", say("start_page.money")),
                grid(money_heads, money, right=range(1, 5)),
            )
        )
    return block("rows", say("start_page.rows_read_title"), *pieces)


def findings(say: Speaker, result: RunResult, there: Files) -> Html:
    """Findings by severity, the kinds to look at first, and the way to all of them."""
    counts = result.findings
    sentence = say(
        "start_page.found",
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["info"],
    )
    pieces = [paragraph(sentence)]
    if counts["error"]:
        pieces.append(paragraph(say("start_page.errors_not_used"), "bad"))
    if result.first_findings:
        rows: Rows = [
            [
                line.word,
                line.layer_title,
                coded(line.message),
                number(line.count, 0),
                coded(line.mend),
            ]
            for line in result.first_findings
        ]
        names = ("severity", "layer", "message", "times", "mend")
        pieces.append(grid([say(f"start_page.{name}") for name in names], rows, right=(3,)))
    if FINDINGS in there:
        pieces.append(tag("p", link(say("start_page.all_findings"), FINDINGS)))
    return block("findings", say("start_page.findings"), *pieces)


def _color(verdict: str) -> str:
    return (
        str(palette()["control"]["unchecked"]) if verdict == NOT_CHECKED else verdict_color(verdict)
    )


def _coloured(word: str, color: str) -> Html:
    return tag("span", tag("i", style=f"background:{color}"), word, class_="word")


def _bar(shares: Sequence[tuple[str, float, str]]) -> Html:
    """Parts of a whole side by side; read out by the table below it."""
    parts = [
        tag("span", title=word, style=f"width:{100 * share:.2f}%;background:{color}")
        for word, share, color in shares
        if share > 0
    ]
    return tag("div", *parts, class_="bar", aria_hidden="true")
