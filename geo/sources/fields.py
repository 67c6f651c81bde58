"""An office's own columns turned into canonical ones: names, units, types.

A cell that cannot be what its column holds becomes missing and is listed; it never becomes zero. A
column whose unit is not understood is not used at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Mask, Series
from geo.errors import ProjectError, SourceError
from geo.model import Column, Exchange, LayerSpec
from geo.model.currency import CURRENCIES
from geo.model.units import parse
from geo.project import Fields
from geo.sources.cells import Cells, Problem, Stated, as_text, typed
from geo.sources.columns import (
    Measured,
    columns_by_name,
    heading_years,
    is_money,
    measured,
    not_understood,
    undecided,
)
from geo.sources.copies import without_copies
from geo.sources.heading_findings import (
    alike_headings,
    figures_of_part_of_year,
    read_as_another,
    undecided_headings,
)
from geo.sources.measure_rows import refuse_measures_in_rows
from geo.sources.missing_words import no_figure
from geo.sources.row_units import with_row_units
from geo.text import EMPTY, Message, Wording, join, within

Constants = Mapping[str, str | int | float | bool | date]
_SHEET_STEP = 2**20
"""Rows of one sheet: what `source_row` is counted from in the next."""


@dataclass(frozen=True)
class _Table:
    """What one table is read by."""

    frame: pd.DataFrame
    spec: LayerSpec
    fields: Fields
    source: str
    currency: str
    exchange: Exchange

    @property
    def currencies(self) -> list[str]:
        """Currencies that its money may stand in: its own, or the project's and those with rates."""
        stated = self.exchange.currency
        return [stated] if stated else [self.currency, *self.exchange.rates]


def canonical(
    frame: pd.DataFrame,
    spec: LayerSpec,
    fields: Fields,
    source: str,
    currency: str,
    constants: Constants | None = None,
    exchange: Exchange | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`typed_rows` of a layer that is one file, with its other columns settled."""
    out, found = typed_rows(frame, spec, fields, source, currency, constants, exchange)
    return settled(out, spec), found


def typed_rows(
    frame: pd.DataFrame,
    spec: LayerSpec,
    fields: Fields,
    source: str,
    currency: str,
    constants: Constants | None = None,
    exchange: Exchange | None = None,
    *,
    key_only: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rename, convert and type the columns of one layer; the office's own stay as they stand.

    `frame` holds cells as they stand; its attrs may hold `units` (texts above the headings),
    `percent` (heading → source rows shown as per cent), `formats` (heading → number formats) and
    `letters` (heading → letters of the sheet's column). `constants` are columns of one value.
    `exchange` says what other currencies the money may stand in; each use of a rate is told. With
    `key_only` the columns of the layer's key are all that must be there: another file has the rest.
    Returns the frame (canonical columns, then the office's own, `source_row`, geometry) and the
    findings. Raises SourceError for a mapped or required column that is not there.
    """
    frame = without_copies(frame, spec, fields)
    table = _Table(frame, spec, fields, source, currency, exchange or Exchange())
    headings = [c for c in frame.columns if c not in ("geometry", "source_row")]
    # A column the file already names canonically needs no mapping.
    found = columns_by_name(spec, fields, headings)
    frame, by_row = with_row_units(frame, spec, found, currency)
    table = replace(table, frame=frame)
    added, notes = _constant(table, found, constants or {})
    _require_mapped(table, headings)
    present = [*found, *added]
    refuse_measures_in_rows(frame, spec, found, source)
    part = figures_of_part_of_year(spec, frame.attrs, source, dated="year" in present)
    require_columns(spec, present, source, headings, key_only=key_only)
    problems = [
        read_as_another(spec, fields, found),
        by_row,
        notes,
        part,
        undecided_headings(spec, fields, headings),
        alike_headings(spec, fields, headings, found),
    ]
    columns: dict[str, Any] = {"source_row": frame["source_row"]}
    for name, heading in found.items():
        cells, said = _column(table, spec.by_name[name], heading)
        problems += said
        if cells is not None:
            columns[name] = cells.series
    problems += _other_years(table, found, columns)
    columns.update({name: _one_value(table, name, value) for name, value in added.items()})
    # A canonical name that stands twice is no column at all: neither is known to be the one.
    used = set(found.values()) | set(found) | set(undecided(spec, fields, headings))
    columns.update({c: frame[c] for c in headings if c not in used})
    out = pd.DataFrame(columns, index=frame.index, copy=False)
    listed = findings.gather_findings(problems)
    if not listed.empty:
        ids = out.set_index("source_row")[spec.id_column]
        listed["id"] = listed["row"].map(ids[~ids.index.duplicated()])
    if isinstance(frame, gpd.GeoDataFrame):
        out = gpd.GeoDataFrame(out, geometry=frame.geometry, crs=frame.crs)
    return out, listed


def settled(frame: Any, spec: LayerSpec) -> Any:
    """The frame with the office's own columns in one kind each."""
    beside = [c for c in frame.columns if c not in spec.by_name]
    beside = [c for c in beside if c not in ("geometry", "source_row")]
    kinds = {c: _beside(frame[c]) for c in beside}
    changed = {c: values for c, values in kinds.items() if values is not frame[c]}
    return frame.assign(**changed) if changed else frame


def _other_years(
    table: _Table, found: dict[str, str], columns: dict[str, Any]
) -> list[pd.DataFrame]:
    """Figures under a heading of one year (2022年营业收入) in rows of another: not used."""
    out = []
    for name, heading in found.items():
        years = heading_years([heading])
        if (
            len(years) != 1
            or not {"year", name} <= set(columns)
            or (table.spec.by_name[name].kind != "number")
        ):
            continue
        other = (
            columns["year"].notna() & (columns["year"] != years[0]) & columns[name].notna()
        ).to_numpy(dtype=bool)
        columns[name] = columns[name].mask(other)
        out.append(
            findings.about_rows(
                table.frame,
                other,
                layer=table.spec.name,
                key=name,
                code="other_year",
                value=heading,
                message=Message("fields.column_names_year_not_row"),
                mend=Message("fields.leave_year_out_heading_give"),
                set_aside=False,
            )
        )
    return out


def _beside(values: Series) -> Series:
    """A column that is the office's alone; whole numbers with nulls as doubles, or as digits."""
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) != "integer":
        return values
    text, wide = as_text(values, excel=True)
    return text if wide.any() else values.astype("float64")


def _column(table: _Table, column: Column, heading: str) -> tuple[Cells | None, list[pd.DataFrame]]:
    """One column in its kind, and what was found; None where its unit is not understood."""
    frame = table.frame
    percent = _percent(frame, heading)
    excel = "letters" in frame.attrs
    if column.kind != "number":
        cells = typed(frame[heading], column, Stated(excel=excel))
        return cells, _found(table, column, heading, cells)
    unit, currency = _unit(table, column, heading)
    unit = _by_format(unit, frame.attrs.get("formats", {}).get(heading, []))
    if unit.problem:
        return None, [_unit_unknown(table, column, heading, unit)]
    stated = Stated(unit.unit, unit.stated, unit.multiple, unit.divisor, percent, excel)
    cells = typed(frame[heading], column, stated)
    alone = _unit_cells(frame[heading], cells, unit)
    if alone:
        return None, [_unit_unknown(table, column, heading, replace(unit, problem=alone))]
    said = _found(table, column, heading, cells)
    if currency != table.currency:
        cells = replace(cells, series=_exchanged(table, cells.series, currency))
        said.append(_rate_used(table, heading, currency))
    return cells, said


def _unit(table: _Table, column: Column, heading: str) -> tuple[Measured, str]:
    """The unit of a column, and the currency that it is in: the first that its unit fits."""
    field = table.fields.get(column.name)
    stated = field.unit if field else None
    attrs = table.frame.attrs
    notes = list(attrs.get("units_of", {}).get(heading, attrs.get("units", [])))
    currencies = table.currencies if is_money(column) else [table.currency]
    named = parse(stated) if stated else None
    if named is not None and named.dimension.removeprefix("money ") in currencies:
        currencies = [named.dimension.removeprefix("money ")]
    found = [
        (measured(column, heading, stated, notes, currency, table.source), currency)
        for currency in currencies
    ]
    return next((pair for pair in found if not pair[0].problem), found[0])


def _exchanged(table: _Table, values: Series, currency: str) -> Series:
    """Money of another currency in the project's: 20 万 USD at 7.1 are 142 万 CNY."""
    rate = table.exchange.factor(currency, table.currency)
    return values * rate.numerator / rate.denominator


def _rate_used(table: _Table, heading: str, currency: str) -> pd.DataFrame:
    rate = table.exchange.rates[currency]
    return findings.about_layer(
        table.spec.name,
        "currency_converted",
        Message(
            "fields.currency_converted",
            heading=heading,
            currency=currency,
            rate=rate.value,
            project=table.currency,
            citation=rate.citation,
            date=str(rate.date),
        ),
        Message("fields.if_wrong_correct_rate", currency=currency),
        "info",
    )


def _unit_unknown(table: _Table, column: Column, heading: str, unit: Measured) -> pd.DataFrame:
    message, mend = not_understood(column, heading, unit, table.currencies[0])
    foreign = parse(unit.problem)
    code = "" if foreign is None else foreign.dimension.removeprefix("money ")
    if is_money(column) and code in CURRENCIES and code != table.currencies[0]:
        mend = Message("fields.give_rate", code=code, currency=table.currency, mend=mend)
    return findings.about_layer(table.spec.name, "unit_unknown", message, mend, "error")


def _unit_cells(values: Series, cells: Cells, unit: Measured) -> str:
    """A unit that stands alone in a cell among the figures, and is not the one they are read in."""
    odd = values[cells.problems[0].mask]
    if unit.unit is None or odd.empty or odd.dtype not in (object, "str"):
        return ""
    words = odd.astype("str").str.strip(" （）()[]【】")
    for text in words[~words.str.contains(r"\d")].unique():
        found = parse(text)
        if (
            found is not None
            and found.dimension == unit.unit.dimension
            and (found.scale != unit.unit.scale)
        ):
            return str(text)
    return ""


def _by_format(unit: Measured, formats: list[str]) -> Measured:
    """A number format that shows another number than the cell holds leaves its unit open."""
    scaled = [f for f in formats if "!." in f or f.split(";")[0].rstrip('"万亿元千 ').endswith(",")]
    if not scaled or unit.problem or unit.unit is None:
        return unit
    return Measured(unit.unit, stated=True, problem=scaled[0])


def _percent(frame: pd.DataFrame, heading: str) -> Mask | None:
    rows = frame.attrs.get("percent", {}).get(heading)
    if rows is None or not len(rows):
        return None
    shown: Mask = np.isin(frame["source_row"].to_numpy(), np.asarray(rows))
    return shown


def _found(table: _Table, column: Column, heading: str, cells: Cells) -> list[pd.DataFrame]:
    """What is to be said of a column's cells: a row each, and its missing words once."""
    out = [_about_cells(table, column, heading, p) for p in cells.problems if p.mask.any()]
    lost = next((p for p in cells.problems if p.code == "digits_lost" and p.set_aside), None)
    if lost is not None and cells.series.isna().all():
        about = out[0].iloc[0]
        raise SourceError(
            "fields.column_stopped",
            source=table.source,
            message=findings.sentence(about, "message"),
            mend=findings.sentence(about, "mend"),
        )
    if cells.words is not None and cells.words.any():
        texts = table.frame.loc[cells.words, heading].astype("str").str.strip()
        out.append(
            findings.about_layer(
                table.spec.name,
                "missing_words",
                no_figure(heading, Counter(texts)),
                Message("fields.fill_in_where_figures"),
                "info",
            )
        )
    return out


def _about_cells(table: _Table, column: Column, heading: str, problem: Problem) -> pd.DataFrame:
    """A finding for each cell, with its address in a sheet."""
    hit = table.frame.loc[problem.mask]
    text = hit[heading].astype("str").str.strip().str.replace(r"\s*[\r\n]+\s*", "⏎", regex=True)
    letters = table.frame.attrs.get("letters", {}).get(heading)
    if letters:
        text = letters + (hit["source_row"] % _SHEET_STEP).astype("str") + " = " + text
    return findings.about_rows(
        hit,
        np.ones(len(hit), dtype=bool),
        layer=table.spec.name,
        key=column.name,
        code=problem.code,
        message=problem.message.filled(name=heading),
        mend=problem.mend,
        value=text,
        severity=problem.severity,
        set_aside=problem.set_aside,
    )


def _constant(
    table: _Table, found: dict[str, str], constants: Constants
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Columns of one value: the project's constants, and the year that headings or titles name."""
    both = [name for name in constants if name in found]
    if both:
        raise ProjectError(
            "fields.constants_give_table_column",
            source=table.source,
            both=both[0],
            found=found[both[0]],
        )
    added = dict(constants)
    year = table.spec.by_name.get("year")
    if year is None or not year.required or "year" in found or "year" in added:
        return added, findings.no_findings()
    titles = table.frame.attrs.get("units", [])
    for place, texts in (
        ("heading", [*found.values()]),
        ("title", titles),
        ("file_name", [table.source]),
    ):
        years = heading_years([str(t) for t in texts])
        if len(years) == 1:
            return added | {"year": years[0]}, findings.about_layer(
                table.spec.name,
                "year_from_heading",
                Message("fields.no_column_years", place=_PLACES[place], years=years[0]),
                Message("fields.if_wrong_write_constants_year", years=years[0]),
                "info",
            )
    return added, findings.no_findings()


_PLACES = {
    "heading": Message("file_place.heading"),
    "title": Message("file_place.title"),
    "file_name": Message("file_place.file_name"),
}


def _one_value(table: _Table, name: str, value: Any) -> Series:
    """A constant as a column. Raises ProjectError where it is not of the column's kind."""
    column = table.spec.by_name[name]
    cells = typed(pd.Series([value], dtype=object), column, Stated())
    if cells.series.isna().any():
        raise ProjectError(
            "fields.constants_no",
            source=table.source,
            name=name,
            value=value,
            column=within(column),
        )
    series = cells.series
    if is_money(column) and table.exchange.currency not in ("", table.currency):
        series = _exchanged(table, series, table.exchange.currency)
    return series.take(np.zeros(len(table.frame), dtype=int)).set_axis(table.frame.index)


def _require_mapped(table: _Table, headings: list[str]) -> None:
    """Raise SourceError for a column that `fields` names and the file does not have."""
    for name, field in table.fields.items():
        if field.column not in headings:
            raise SourceError(
                "fields.no_column",
                source=table.source,
                column=field.column,
                name=name,
                headings=join(headings),
            )


def require_columns(
    spec: LayerSpec, present: list[str], source: str, headings: list[str], *, key_only: bool = False
) -> None:
    """Raise SourceError for a required column that is not among those present."""
    for column in spec.columns:
        needed = column.name in spec.key if key_only else column.required
        if needed and column.name not in present:
            several = undecided(spec, {}, headings).get(column.name)
            if several:
                raise SourceError(
                    "fields.required_column_undecided",
                    source=source,
                    column=column,
                    name=column.name,
                    several=join(several),
                )
            raise SourceError(
                "fields.required_column_missing",
                source=source,
                column=column,
                name=column.name,
                or_constant=_or_constant(column),
                headings=join(headings),
            )


def _or_constant(column: Column) -> Wording:
    return Message("fields.write_constants_year_2023") if column.name == "year" else EMPTY
