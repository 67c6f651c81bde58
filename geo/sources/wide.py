"""Ledgers with a column a year (2022年_税收, 2023年_税收): a row a year made of each.

Only where the layer has a year and the table no column of it; both together contradict each other
and stop the run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from geo import findings
from geo.arrays import Series
from geo.errors import SourceError
from geo.model import LayerSpec
from geo.model.units import heading_units, parse
from geo.sources.places import BLOCK
from geo.sources.titles import plain
from geo.text import Message, join

YEAR_COLUMN = "年份"

_YEAR = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)(?!\d|年?(?:不变|可比|价))\s*(?:年度|年)?")


@dataclass(frozen=True)
class _YearColumn:
    """A column of one year: its heading, the heading without its year, the year.

    `unit` is what its figures bear in their cells, where the years of one figure differ in unit.
    """

    heading: str
    name: str
    year: int
    unit: str = ""


def by_year(
    frame: pd.DataFrame,
    spec: LayerSpec | None,
    known: dict[str, str],
    file: str,
    mapped: set[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with a row a year where its headings hold years over the layer's measures.

    `known` are the canonical columns found, `mapped` the headings that the project gives itself:
    those stay. `source_row` of the k-th year is k * BLOCK + its row.
    Raises SourceError where there is a column of years as well.
    """
    if "year" in known:
        mapped = mapped | set(known.values())
    columns = [] if spec is None else _in_own_units(_year_columns(frame, spec, mapped))
    years = sorted({c.year for c in columns})
    if spec is None or "year" not in spec.by_name or len(years) < 2:
        return frame, findings.no_findings()
    shown = join(c.heading for c in columns)
    if "year" in known:
        raise SourceError(
            "wide.column_years_years_in_headings", file=file, year=known["year"], shown=shown
        )
    out = _stacked(frame, columns, years)
    note = findings.about_layer(
        spec.name,
        "years_in_headings",
        Message(
            "wide.headings_hold_years",
            count=len(years),
            shown=shown,
            count_2=len(frame),
            count_3=len(out),
        ),
        Message("wide.if_wrong_say_in_fields"),
        "info",
    )
    return out, note


def _year_columns(frame: pd.DataFrame, spec: LayerSpec, kept: set[str]) -> list[_YearColumn]:
    """Columns that are a measure of the layer once the year is taken out of their heading."""
    measures = {plain(name) for c in spec.columns if c.kind == "number" for name in c.names}
    out = []
    for heading in map(str, frame.columns):
        years = set(_YEAR.findall(heading))
        name = re.sub(r"[（(]\s*[)）]|\.\d+$", "", _YEAR.sub("", heading)).strip("_- 的")
        name = re.sub(r"[_\s]+(?=[（(])", "", name)  # 营业收入_2022年（万元）
        words = [plain(part) for part in name.split("_")]
        if len(years) == 1 and heading not in kept and any(w in measures for w in words):
            out.append(_YearColumn(heading, name, int(next(iter(years)))))
    return out


def _in_own_units(columns: list[_YearColumn]) -> list[_YearColumn]:
    """Years of one figure that are headed in several units, under its name without any.

    2022年税收（亿元） and 2023年税收（万元） are 税收; a figure of 2022 is then 0.01亿元.
    """
    names: dict[str, set[str]] = {}
    for column in columns:
        names.setdefault(plain(column.name), set()).add(column.name)
    units = {c.name: [u for u in heading_units(c.name) if parse(u)] for c in columns}
    apart = {
        bare
        for bare, called in names.items()
        if len(called) > 1 and all(len(units[name]) == 1 for name in called)
    }
    return [
        replace(c, name=plain(c.name), unit=units[c.name][0]) if plain(c.name) in apart else c
        for c in columns
    ]


def _with_unit(values: Series, unit: str) -> Series:
    """Cells with a figure and no unit of their own, the unit behind them."""
    text = values.astype("str")
    return values.mask(text.str.fullmatch(r"\s*[-+(]?[\d.,]+\)?\s*").fillna(False), text + unit)


def _stacked(frame: pd.DataFrame, columns: list[_YearColumn], years: list[int]) -> pd.DataFrame:
    attrs = frame.attrs
    bare = frame.copy(deep=False)
    bare.attrs = {}
    others = [c for c in bare.columns if c not in {y.heading for y in columns}]
    parts, percent = [], {k: list(v) for k, v in attrs.get("percent", {}).items()}
    formats = {k: list(v) for k, v in attrs.get("formats", {}).items()}
    for block, year in enumerate(years):
        of_year = {c.heading: c.name for c in columns if c.year == year}
        part = bare[[*others, *of_year]].rename(columns=of_year)
        for column in columns:
            if column.unit and column.year == year:
                part[column.name] = _with_unit(part[column.name], column.unit)
        part = part[part[list(of_year.values())].notna().any(axis=1)]
        part = part.assign(source_row=part["source_row"] + block * BLOCK)
        part[YEAR_COLUMN] = pd.Series(year, index=part.index, dtype=object)
        parts.append(part)
        for heading, name in of_year.items():
            if heading in percent:
                percent.setdefault(name, []).extend(
                    row + block * BLOCK for row in percent.pop(heading)
                )
            if heading in formats:
                formats.setdefault(name, []).extend(formats.pop(heading))
    out = pd.concat(parts, ignore_index=True)
    out = out[[*out.columns.drop("source_row"), "source_row"]]
    rows = dict(attrs.get("rows", {}))
    if rows:
        rows["read"] += len(out) - rows["used"]
        rows["used"] = len(out)
    letters = {k: v for k, v in attrs.get("letters", {}).items() if k in out.columns}
    out.attrs.update(
        attrs
        | {
            "rows": rows,
            "percent": percent,
            "formats": formats,
            "letters": letters,
            "sheets": attrs.get("sheets", [""]) * len(years),
        }
    )
    return out
