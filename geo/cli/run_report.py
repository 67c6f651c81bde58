"""The result of a run as a terminal shows it: short blocks, a label before each, columns aligned.

A Chinese letter is two columns wide. Nothing is coloured, so that a file or another program gets
the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from geo.model import HEADLINE
from geo.publish.records.comparable import of_enterprises
from geo.publish.records.numbers import known, number, percent, with_unit
from geo.publish.records.result_lines import (
    FindingKind,
    MeasureResult,
    ReasonLine,
    TargetResult,
    blank_rows,
)
from geo.publish.records.run_result import NOT_CHECKED, RunResult
from geo.text import Message, Value, join

PER_MU_FIRST = ("revenue", "tax", "value_added")
"""Figures per mu that a terminal shows, of those that there are; others only where these are not."""
MOST_UNMET = 2
"""Parks that are named behind a target."""
LONGEST = 48
"""Columns of a name or a sentence of the data."""
_LEFT = {"sums": "run_report.rows_sums", "repeats": "run_report.rows_repeats"}
"""What is said of rows that are neither used nor set aside."""
_GAP = "  "

Row = Sequence[str]


class _Report:
    """The lines of one result in one language."""

    def __init__(self, result: RunResult, folder: Path, lang: str) -> None:
        self.result, self.folder, self.lang = result, folder, lang
        self.lines: list[str] = []

    def say(self, code: str, /, **arguments: Value) -> str:
        return Message(code, **arguments)(self.lang)

    def listed(self, texts: Iterable[str]) -> str:
        return join(texts)(self.lang)

    @cached_property
    def width(self) -> int:
        """Columns of the widest label."""
        return max(cell_len(self.say(name)) for name in _LABELS)

    def block(self, code: str, rows: Sequence[Row], right: Iterable[int] = ()) -> None:
        """Rows in columns behind a label; those in `right` end flush, as figures do."""
        flush = frozenset(right)
        label = self.say(code)
        for row in _columns(rows, flush):
            self.lines.append(f"{set_cell_size(label, self.width)}{_GAP}{row}".rstrip())
            label = ""


_LABELS = (
    "run_report.verdicts",
    "run_report.fails",
    "run_report.undetermined",
    "run_report.grades",
    "run_report.idle",
    "run_report.per_mu",
    "run_report.targets",
    "run_report.fields",
    "run_report.money",
    "run_report.rows",
    "run_report.findings",
    "run_report.not_computed",
    "run_report.begin",
)


def report(result: RunResult, folder: Path, lang: str) -> list[str]:
    """The lines that `mujun run` ends with; of a run with all tables at most 30.

    Parameters
    ----------
    result
        The record of the run, in the same language.
    folder
        Where its files are.
    lang
        "zh" or "en".
    """
    out = _Report(result, folder, lang)
    _head(out)
    _verdicts(out)
    out.block("run_report.fails", _reasons(out, result.fails), (1, 2))
    out.block("run_report.undetermined", _reasons(out, result.undetermined), (1, 2))
    _grades(out)
    _idle(out)
    _per_mu(out)
    _targets(out)
    _fields(out)
    _money(out)
    _rows(out)
    _findings(out)
    out.block("run_report.not_computed", [[text] for text in result.not_computed])
    _begin(out)
    return out.lines


def _head(out: _Report) -> None:
    result = out.result
    if result.synthetic:
        out.lines.append(f"⚠ {_one_line(result.synthetic, LONGEST * 2)}")
    title = _one_line(result.title, LONGEST)
    out.lines.append(
        out.say("run_report.title", title=title, year=result.year) if title else str(result.year)
    )
    out.lines.append(
        out.say(
            "run_report.land",
            parks=result.parks,
            parcels=result.parcels,
            mu=result.mu,
            basis=result.area_basis,
            enterprises=result.enterprises,
        )
    )
    if result.judged:
        out.lines.append(result.judged)


def _verdicts(out: _Report) -> None:
    checked = any(line.parcels for line in out.result.verdicts if line.verdict != NOT_CHECKED)
    always = ("pass", "fail", "no_data") if checked else ()
    rows = [
        [
            line.word,
            out.say("run_report.parcels", count=line.parcels),
            out.say("run_report.mu", mu=line.mu),
            percent(line.share, 1),
        ]
        for line in out.result.verdicts
        if line.parcels or line.verdict in always
    ]
    out.block("run_report.verdicts", rows, (1, 2, 3))


def _reasons(out: _Report, reasons: Sequence[ReasonLine]) -> list[Row]:
    """What keeps parcels from passing; a mend that several share is said once."""
    rows: list[Row] = []
    before = ""
    for line in reasons:
        gap = with_unit(number(line.gap), line.unit)
        told = [out.say("run_report.median_gap", gap=gap)] if gap else []
        if line.mend != before:
            told.append(f"→ {line.mend}")
        before = line.mend
        rows.append(
            [
                _one_line(line.text, LONGEST * 2),
                out.say("run_report.parcels", count=line.parcels),
                out.say("run_report.mu", mu=line.mu),
                _GAP.join(told),
            ]
        )
    return rows


def _grades(out: _Report) -> None:
    grades = [
        out.say("run_report.grade", word=line.word, enterprises=line.enterprises, mu=line.mu)
        for line in out.result.grades
    ]
    if grades:
        out.block("run_report.grades", [[out.listed(grades)]])


def _idle(out: _Report) -> None:
    """Land to act on, in one line: land in use and land that was not supplied is none."""
    told = [
        out.say("run_report.idle_land", word=line.word, parcels=line.parcels, mu=line.mu)
        for line in out.result.idle
        if line.state not in ("not_idle", "not_listed")
    ]
    low = sum(line.low_efficiency_mu for line in out.result.idle)
    if low:
        told.append(out.say("run_report.low_efficiency", mu=low))
    if told:
        told = [out.say("run_report.idle_as_of", day=out.result.idle_as_of), *told]
        out.block("run_report.idle", [[out.listed(told)]])


def _per_mu(out: _Report) -> None:
    result = out.result
    first = [line for name in PER_MU_FIRST for line in result.measures if line.measure == name]
    lines: list[MeasureResult] = (first or list(result.measures))[: len(PER_MU_FIRST)]
    if not lines:
        return
    published = result.published_title if any(one.published > 0 for one in lines) else ""
    head = [
        out.say("run_report.per_mu_of", unit=lines[0].unit, denominator=result.denominator),
        out.say("run_report.year", year=result.year),
        out.say("run_report.year", year=result.earlier_year) if result.earlier_year else "",
        _change_head(out, lines),
        published,
    ]
    none = out.say("run_report.none")
    rows: list[Row] = [head]
    for line in lines:
        earlier = number(line.earlier) or none if result.earlier_year else ""
        mean = number(line.published) or none if published else ""
        rows.append([line.title, number(line.value) or none, earlier, _change(out, line), mean])
    out.block("run_report.per_mu", rows, (1, 2, 3, 4))
    for text in blank_rows(result.measures, short=True):
        out.lines.append(f"{' ' * out.width}{_GAP}{text(out.lang)}")


def _change_head(out: _Report, lines: list[MeasureResult]) -> str:
    """What the changes are of: like-for-like as soon as one is not of all enterprises."""
    if any(line.comparable.compared for line in lines):
        return out.say("run_report.comparable")
    return out.say("run_report.change") if any(known(line.growth) for line in lines) else ""


def _change(out: _Report, line: MeasureResult) -> str:
    """The change of those that report in both years with their number; of all where all report."""
    if line.comparable.compared:
        return of_enterprises(line.comparable.change, line.comparable)(out.lang)
    return percent(line.growth, 1, signed=True)


def _targets(out: _Report) -> None:
    result = out.result
    if not (result.targets or result.project_targets or result.overdue or result.due_no_data):
        return
    met, judged = result.targets_met, result.targets_judged
    first: list[str] = []
    if result.targets:
        first.append(out.say("run_report.targets_met", met=met, judged=judged))
    if result.overdue:
        first.append(out.say("run_report.overdue", count=result.overdue))
    if result.due_no_data:
        first.append(out.say("run_report.overdue_no_data", count=result.due_no_data))
    rows: list[Row] = [[out.listed(first)]] if first else []
    rows += [_target(out, target) for target in result.targets]
    rows += [
        [f"{line.title} {line.limit}".rstrip(), line.shown or line.word, line.word]
        for line in result.project_targets
    ]
    out.block("run_report.targets", rows)


def _target(out: _Report, target: TargetResult) -> Row:
    """How many parks meet a target, and the first that do not, or of which it is not known."""
    short, unknown = (_parks_of(out, target, result) for result in ("not_met", "no_data"))
    unmet = out.say("run_report.unmet", parks=short) if short else ""
    no_data = out.say("run_report.unmet_unknown", parks=unknown) if unknown else ""
    alike = target.comparable
    code = "run_report.parks_met_comparable" if alike else "run_report.parks_met"
    return [
        f"{target.title} {target.limit}".rstrip(),
        out.say(code, met=target.met, parks=len(target.parks), comparable=alike),
        unmet,
        no_data,
    ]


def _parks_of(out: _Report, target: TargetResult, result: str) -> str:
    """The first parks of a result with their figures, and how many more there are."""
    parks = [
        f"{_one_line(park.name, LONGEST)} {park.line.shown or park.line.word}"
        for park in target.parks
        if park.line.result == result
    ]
    rest = len(parks) - MOST_UNMET
    more = [out.say("run_report.more", count=rest)] if rest > 0 else []
    return out.listed([*parks[:MOST_UNMET], *more]) if parks else ""


def _fields(out: _Report) -> None:
    """Parks by field of industry, and what the table of fields is."""
    found = out.result.fields
    if found is None:
        return
    parks = [
        out.say("run_report.field_parks", field=_one_line(line.word, LONGEST), parks=line.parks)
        for line in found.lines
        if line.parks
    ]
    mark = _one_line(found.mark, LONGEST * 2)
    out.block("run_report.fields", [[out.listed(parks)] if parks else [], [mark]])


def _money(out: _Report) -> None:
    rows = [
        [
            out.say("run_report.measure", title=line.title, unit=line.unit),
            out.say("run_report.input"),
            number(line.input),
            ("= " if line.balanced else "≠ ") + out.say("run_report.allocated"),
            number(line.allocated),
            "+ " + out.say("run_report.unallocated"),
            number(line.unallocated),
            "+ " + out.say("run_report.set_aside"),
            number(line.set_aside),
        ]
        for line in out.result.money
        if line.measure in HEADLINE
    ]
    out.block("run_report.money", rows, (2, 4, 6, 8))


def _rows(out: _Report) -> None:
    rows = out.result.rows
    if not rows:
        return
    aside = [
        out.say("run_report.layer_rows", title=line.title, count=line.set_aside)
        for line in rows
        if line.set_aside
    ]
    counts = {
        name: sum(getattr(line, name) for line in rows)
        for name in ("read", "used", "sums", "repeats", "set_aside")
    }
    told = [out.say("run_report.rows_read", read=counts["read"], used=counts["used"])]
    told += [out.say(code, count=counts[name]) for name, code in _LEFT.items() if counts[name]]
    told.append(
        out.say("run_report.rows_set_aside", count=counts["set_aside"])
        + (out.say("run_report.in_brackets", text=out.listed(aside)) if aside else "")
    )
    out.block("run_report.rows", [[out.listed(told)]])


def _findings(out: _Report) -> None:
    result = out.result
    counts = result.findings
    told = [
        out.say(
            "run_report.findings_by_severity",
            errors=counts["error"],
            warnings=counts["warning"],
            notes=counts["info"],
        )
    ]
    if counts["error"]:
        told.append(out.say("run_report.errors_not_used"))
    rows: list[Row] = [[out.listed(told)]]
    grave = [line for line in result.first_findings if line.severity != "info"]
    if grave:
        rows.append([out.say("run_report.look_first", finding=_finding(out, grave[0]))])
    out.block("run_report.findings", rows)


def _finding(out: _Report, line: FindingKind) -> str:
    message = _one_line(line.message, LONGEST * 2)
    return out.say("run_report.finding", layer=line.layer_title, message=message, count=line.count)


def _begin(out: _Report) -> None:
    names = out.result.begin
    if not names:
        return
    told = [str(out.folder / names[0])]
    if names[1:]:
        told.append(out.say("run_report.then", files=out.listed(names[1:])))
    out.block("run_report.begin", [told])


def _columns(rows: Sequence[Row], flush: frozenset[int]) -> list[str]:
    """The rows with their cells padded to one width a column; the last cell of a row is free."""
    count = max((len(row) for row in rows), default=0)
    widths = [
        max((cell_len(row[at]) for row in rows if at < len(row) - 1 or at in flush), default=0)
        for at in range(count)
    ]
    return [
        _GAP.join(_padded(cell, widths[at], at in flush) for at, cell in enumerate(row))
        for row in rows
    ]


def _padded(cell: str, width: int, flush: bool) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if flush else cell + space


def _one_line(text: str, width: int) -> str:
    """A text of the data on one line, cut to so many columns."""
    line = " ".join(text.split())
    return line if cell_len(line) <= width else set_cell_size(line, width - 1).rstrip() + "…"
