"""The workbook's first sheet: what there is, as formulas over the other sheets, and its charts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from geo.evaluate.grades import GRADE_WORDS
from geo.model import INDICATORS, LAYERS, MU_M2, PER_MU, show_unit
from geo.model.tables import TABLES
from geo.publish.excel.fast_sheet import range_of
from geo.publish.excel.front_writer import BESIDE, RIGHT, Front
from geo.publish.excel.listed import Listed
from geo.publish.excel.table_writer import Book
from geo.publish.headings import heading
from geo.publish.look.style import palette
from geo.publish.records.counts import run_counts
from geo.publish.records.numbers import known, percent
from geo.publish.records.run_result import RunResult, run_result
from geo.publish.totals import totals
from geo.publish.words import BASES, LAND
from geo.run import Run
from geo.standards.outcome import lines
from geo.standards.vocabulary import VERDICTS
from geo.text import Message

CHART_COLUMNS = 22
"""Columns that two charts beside each other cover."""

MOST_PARKS = 30
"""Parks in a chart."""


def write_dashboard(
    book: Book, sheet: Any, run: Run, listed: dict[str, Listed], rules: pd.DataFrame
) -> None:
    """Fill the first sheet; `listed` is what each other one lists, `rules` the one of rules."""
    front = Front(book, sheet, run, listed)
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 76)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, book.settings.title, front.bold)
    front.row = 1
    if book.settings.synthetic:
        front.line(front.say("front_sheet.synthetic_data"), book.settings.synthetic)
    _land(front)
    _verdicts(front)
    _money(front)
    _grades(front)
    _parks(front)
    _rules(front, rules)
    _rows(front)
    _cut(front)
    _words(front)
    sheet.print_area(0, 0, max(front.row, front.last_row), RIGHT + CHART_COLUMNS)


def _land(front: Front) -> None:
    run, settings, say = front.run, front.settings, front.say
    parcels, parks = TABLES["parcels"].title(front.lang), TABLES["parks"].title(front.lang)
    firms = TABLES["enterprises"].title(front.lang)
    front.line(say("front_sheet.year"), str(settings.year))
    for name, title, key, table in (
        (say("common.number_of_parcels"), parcels, "parcel_id", run.parcels),
        (say("common.number_of_parks"), parks, "park_id", run.parks),
        (say("common.number_of_enterprises"), firms, "enterprise_id", run.enterprises),
    ):
        cells = front.cells(title, key)
        front.line(name, len(table), "+".join(f"COUNTA({c})" for c in cells), title)
    cells = front.cells(parcels, "area_mu")
    front.line(
        say("front_sheet.parcel_land"),
        float(run.parcels["area_mu"].sum()),
        f"SUM({','.join(cells)})" if cells else "",
        parcels,
    )
    front.line(say("front_sheet.area_basis"), BASES[settings.area_basis](front.lang))
    front.line(
        say("front_sheet.denominator_parks_project"),
        LAND[settings.denominator](front.lang),
    )


def _rows(front: Front) -> None:
    """What became of every row that was read."""
    say, lang, title = front.say, front.lang, TABLES["rows_read"].title(front.lang)
    front.title(say("front_sheet.read_used_sums_repeats_set"))
    for one in front.run.rows_read.to_dict("records"):  # rows-ok: one a layer
        parts = say(
            "front_sheet.notes",
            used=one["used"],
            sums=one["sums"],
            repeats=one["repeats"],
            set_aside=one["set_aside"],
            notes=one["notes"],
        )
        front.line(
            say("front_sheet.rows") + LAYERS[str(one["layer"])].title(lang),
            f"{one['read']:,} = {parts}",
            "",
            title,
        )


def _verdicts(front: Front) -> None:
    """Parcels by verdict; the doughnut, and the parks' stacked bars."""
    say, lang, title = front.say, front.lang, TABLES["parcels"].title(front.lang)
    front.title(say("front_sheet.standard_land_overall"))
    counts = front.run.parcels["compliance"].value_counts()
    cells = front.cells(title, "compliance")
    first = front.row
    for name, text in VERDICTS.items():
        formula = "+".join(f'COUNTIF({c},"{text(lang)}")' for c in cells)
        front.word(text(lang))
        front.line(
            Message("front_sheet.parcels", text=text)(lang),
            int(counts.get(name, 0)),
            formula,
            title,
        )
    last = front.row
    counts = run_counts(front.run)
    result = run_result(front.run, front.settings, counts)
    for text in lines(counts.outcome, front.settings.rule_figures)[1:]:
        front.line(text(lang), "")
    _headlines(front, result)
    here = front.sheet.get_name()
    colors = palette()["verdict"]
    front.chart(
        {"type": "doughnut"},
        say("front_sheet.parcels_verdict"),
        [
            {
                "categories": [here, first, BESIDE, last - 1, BESIDE],
                "values": [here, first, 1, last - 1, 1],
                "points": [{"fill": {"color": colors[name]}} for name in VERDICTS],
                "data_labels": {"value": True, "font": {"size": 9}},
            }
        ],
    )
    front.line(
        say("front_sheet.verdicts_another_area_would_flip"),
        len(front.run.flips),
    )


def _headlines(front: Front, result: RunResult) -> None:
    """What else the map's headline and the start page have: pass share, idle land, targets."""
    say, (parcels, idle) = front.say, result.idle_land
    if known(result.pass_share):
        note = say("headline.of_judged")
        front.line(say("headline.pass_share"), percent(result.pass_share, 1), "", note)
    if known(idle):
        note = say("headline.idle_note", parcels=parcels, day=result.idle_as_of)
        front.line(say("common.idle_mu"), idle, "", note)
    if result.targets_judged:
        met = say("headline.count", met=result.targets_met, judged=result.targets_judged)
        front.line(say("headline.targets"), met)


def _money(front: Front) -> None:
    """Sums over land by year, and each year as a share of the first."""
    say, lang = front.say, front.lang
    own = front.run.about("figures", "project")
    own = own[own["measure"].isin(PER_MU)]
    if own.empty:
        return
    settings = front.settings
    front.title(say("front_sheet.sums_in_where", year=settings.year))
    for total in totals(front.run):
        front.line(
            heading(total.measure, lang, settings.currency), total.input, "", total.parts(lang)
        )
    front.title(say("front_sheet.all_parks_per_mu"))
    series = []
    for measure in (m for m in PER_MU if (own["measure"] == m).any()):
        rows: list[Any] = (
            own[(own["measure"] == measure) & np.isfinite(own["per_mu"])]
            .sort_values("year")
            .to_dict("records")
        )
        first = front.row
        for one in rows:
            land = one["land_m2"] / MU_M2
            front.line(
                f"{heading(f'{measure}_per_mu', lang, settings.currency)} {one['year']:.0f}",
                one["per_mu"],
                f"{one['value']!r}/{land!r}",
                f"{one['value']:,.2f} ÷ {land:,.4f} {say('common.mu')}" + _beside(one, front.lang),
            )
        if len(rows) < 2:
            continue
        if rows[0]["per_mu"] > 0:
            series.append(
                (
                    measure,
                    first,
                    [one["per_mu"] for one in rows],
                    [f"{one['year']:.0f}" for one in rows],
                )
            )
        else:
            front.line(say("front_sheet.no_index"), say("front_sheet.first_not_positive"))
    _trend(front, series)


def _beside(row: dict[str, Any], lang: str) -> str:
    """Enterprises that report and stand in no figure per mu, with what they report."""
    if not row["beside"]:
        return ""
    return Message(
        "front_sheet.more_no_parcel_not_in", beside=row["beside"], beside_value=row["beside_value"]
    )(lang)


def _trend(front: Front, series: list[tuple[str, int, list[float], list[str]]]) -> None:
    """A line a measure: each year over the first, so that all fit on one axis."""
    here, say = front.sheet.get_name(), front.say
    lines = []
    for measure, first, values, years in series:
        last = first + len(values) - 1
        for row, value in enumerate(values, first):
            front.sheet.write_formula(
                row,
                BESIDE,
                f"=B{row + 1}/B${first + 1}*100",
                front.formats[float],
                value / values[0] * 100,
            )
            front.sheet.write_string(row, BESIDE + 1, years[row - first])
        lines.append(
            {
                "name": INDICATORS[f"{measure}_per_mu"].column(front.lang),
                "categories": [here, first, BESIDE + 1, last, BESIDE + 1],
                "values": [here, first, BESIDE, last, BESIDE],
                "marker": {"type": "circle"},
            }
        )
    if series:
        front.sheet.write_string(series[0][1] - 1, BESIDE, say("front_sheet.first_100"), front.head)
    unit = say("front_sheet.first_100")
    front.chart({"type": "line"}, say("front_sheet.per_mu_first_year_100"), lines, None, unit)


def _grades(front: Front) -> None:
    own = front.run.grades[front.run.grades["subject"] == "enterprise"]
    if own.empty:
        return
    say, lang = front.say, front.lang
    front.title(say("common.enterprise_evaluation"))
    cells = front.cells(TABLES["enterprises"].title(front.lang), "grade")
    count, first = own["grade"].value_counts(), front.row
    for name, text in GRADE_WORDS.items():
        front.word(text(lang))
        front.line(
            Message("front_sheet.enterprises_grade", text=text)(lang),
            int(count.get(name, 0)),
            "+".join(f'COUNTIF({c},"{text(lang)}")' for c in cells),
            TABLES["enterprises"].title(front.lang),
        )
    here = front.sheet.get_name()
    front.chart(
        {"type": "column"},
        say("front_sheet.enterprises_by_grade"),
        [
            {
                "categories": [here, first, BESIDE, front.row - 1, BESIDE],
                "values": [here, first, 1, front.row - 1, 1],
                "points": [{"fill": {"color": palette()["grade"][name]}} for name in GRADE_WORDS],
                "gap": 60,
                "data_labels": {"value": True, "font": {"size": 9}},
            }
        ],
        unit=say("front_sheet.in_enterprises"),
    )
    front.line(
        say("front_sheet.enterprises_whose_grade_holds_in"),
        int((own["stability"] < 0.6).sum()),
    )


def _parks(front: Front) -> None:
    """Charts over the sheet of parks."""
    say, title = front.say, TABLES["parks"].title(front.lang)
    names = front.book.columns.get(title, [])
    last = min(front.counts.get(title, 0), MOST_PARKS)
    if not last or "name" not in names:
        return

    def series(column: str, color: str, name: str = "") -> list[dict[str, Any]]:
        if column not in names:
            return []
        at = names.index(column)
        return [
            {
                "name": name or [title, 0, at],
                "categories": [title, 1, names.index("name"), last, names.index("name")],
                "values": [title, 1, at, last, at],
                "fill": {"color": color},
                "gap": 60,
            }
        ]

    for column in ("revenue_per_mu", "tax_per_mu"):
        indicator = INDICATORS[column]
        labelled = [
            one | {"data_labels": {"value": True, "num_format": "#,##0.00"}}
            for one in series(column, "#1d3557")
        ]
        unit = show_unit(indicator.unit, front.lang, front.settings.currency)
        front.chart({"type": "bar"}, indicator.column(front.lang), labelled, unit=unit)
    stacked = [
        one
        for name, text in VERDICTS.items()
        for one in series(f"parcels_{name}", palette()["verdict"][name], text(front.lang))
    ]
    front.chart(
        {"type": "bar", "subtype": "stacked"},
        say("front_sheet.verdicts_park"),
        stacked,
        unit=say("front_sheet.in_parcels"),
    )


def _rules(front: Front, listed: pd.DataFrame) -> None:
    """Rules by how many parcels and enterprises pass and fail them: an indicator stands once.

    Rules on one indicator, of several documents, are summed from the sheet of rules.
    """
    say, lang, title = front.say, front.lang, TABLES["rules"].title(front.lang)
    names, count = front.book.columns.get(title, []), front.counts.get(title, 0)
    if not count:
        return
    sums = listed.groupby("indicator", sort=False)[list(VERDICTS)].sum().head(MOST_PARKS)
    shown = ["pass", "fail", *(["conflict"] if sums["conflict"].any() else []), "no_data"]
    where = range_of(title, names.index("indicator"), count)
    front.title(say("front_sheet.rules_by_indicator"))
    first, here = front.row, front.sheet.get_name()
    for indicator, row in sums.iterrows():  # rows-ok: indicators
        name = heading(str(indicator), lang, front.settings.currency, front.settings.rule_figures)
        front.word(name)
        # The cell that holds the name, not its text: an office's own may hold quotation marks.
        cell = xl_rowcol_to_cell(front.row, BESIDE)
        for at, verdict in enumerate(shown):
            cells = zip(where, range_of(title, names.index(verdict), count), strict=True)
            formula = "+".join(f"SUMIF({k},{cell},{v})" for k, v in cells)
            value = int(row[verdict])
            front.sheet.write_formula(
                front.row, BESIDE + 1 + at, f"={formula}", front.formats[int], value
            )
        said = " · ".join(f"{VERDICTS[v](lang)} {int(row[v]):,}" for v in shown)
        front.line(name, said, "", title)
    front.chart(
        {"type": "bar", "subtype": "stacked"},
        say("common.rule_by_rule"),
        [
            {
                "name": VERDICTS[verdict](lang),
                "categories": [here, first, BESIDE, front.row - 1, BESIDE],
                "values": [here, first, BESIDE + 1 + at, front.row - 1, BESIDE + 1 + at],
                "fill": {"color": palette()["verdict"][verdict]},
                "gap": 60,
            }
            for at, verdict in enumerate(shown)
        ],
        unit=say("front_sheet.in_parcels"),
    )


def _cut(front: Front) -> None:
    """What other sheets leave out, and where it is."""
    say = front.say
    cut = {title: one for title, one in front.listed.items() if one.note}
    if not cut:
        return
    front.title(say("front_sheet.not_all_listed"))
    for title, one in cut.items():
        front.line(title, f"{len(one.table):,} / {one.every:,}", "", one.note)
    file = next((one.file for one in cut.values() if one.file.endswith(".parquet")), "")
    if file:
        front.line(say("front_sheet.ask_the_rest"), f"duckdb -c \"FROM '{file}'\"")


def _words(front: Front) -> None:
    say, settings = front.say, front.settings
    front.title(say("front_sheet.notes_3"))
    for at, text in enumerate(front.run.basis.not_computed):
        front.line("" if at else say("front_sheet.not_computed"), text(front.lang))
    front.line(say("front_sheet.sources"), settings.sources)
