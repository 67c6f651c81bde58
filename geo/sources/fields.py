"""An office's own columns turned into canonical ones: names, units, types.

A cell that cannot be what its column holds becomes missing and is listed; it never becomes zero.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.errors import ProjectError, SourceError, Text
from geo.model import Column, LayerSpec
from geo.project import Fields

_FACTORS: dict[str, dict[str, float]] = {
    "万元": {"元": 1e-4, "千元": 0.1, "万元": 1.0, "亿元": 1e4},
    "万美元": {"USD": 1e-4, "美元": 1e-4, "万美元": 1.0},
    "m²": {"m²": 1.0, "㎡": 1.0, "m2": 1.0, "平方米": 1.0, "亩": 2000 / 3, "mu": 2000 / 3,
           "公顷": 1e4, "ha": 1e4, "km²": 1e6, "平方公里": 1e6, "ft²": 0.3048**2,
           "sqft": 0.3048**2, "acre": 4046.8564224, "英亩": 4046.8564224},
    "公顷": {"公顷": 1.0, "ha": 1.0, "亩": 1 / 15, "m²": 1e-4, "km²": 100.0},
    "米": {"米": 1.0, "m": 1.0, "ft": 0.3048},
    "吨标准煤": {"tce": 1.0, "吨标准煤": 1.0, "万吨标准煤": 1e4, "kgce": 1e-3},
    "": {"%": 0.01, "": 1.0},
}
_BRACKET = r"\s*[（(\[【][^）)\]】]*[）)\]】]\s*|\s*\*"
_LIKE_A_UNIT = r"元$|亩$|公顷$|[㎡²]|平方|吨|千瓦"
"""What reads like a unit, and has to be known."""

_TRUE = {"true", "1", "1.0", "是", "y", "yes", "规上", "√"}
_FALSE = {"false", "0", "0.0", "否", "n", "no", "规下", "×"}


def canonical(
    frame: pd.DataFrame, spec: LayerSpec, fields: Fields, source: str, currency: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rename, convert and type the columns of one layer.

    Returns the frame (canonical columns, then the office's own, `source_row`, geometry) and the
    findings. Raises SourceError for a mapped or required column that is not there.
    """
    own = [c for c in frame.columns if c not in ("geometry", "source_row")]
    # A column the file already names canonically needs no mapping.
    found = _found(spec, fields, own)
    _require(spec, fields, own, found, source)
    problems = [_read_as(spec, fields, found)]
    sheet_units = list(frame.attrs.get("units", []))
    columns: dict[str, Any] = {"source_row": frame["source_row"]}
    for name, column in found.items():
        factor, unit = _factor(spec.by_name[name], fields, column, sheet_units, source, currency)
        values, bad = _typed(frame[column], spec.by_name[name], unit)
        columns[name] = values * factor if factor != 1.0 else values
        problems.append(_not_typed(frame, bad, spec, spec.by_name[name], column))
    used = set(found.values()) | set(found)
    columns.update({c: frame[c] for c in own if c not in used})
    out = pd.DataFrame(columns, index=frame.index)
    listed = findings.gather(problems)
    if not listed.empty:
        ids = out.set_index("source_row")[spec.id_column]
        listed["id"] = listed["row"].map(ids[~ids.index.duplicated()])
    if isinstance(frame, gpd.GeoDataFrame):
        out = gpd.GeoDataFrame(out, geometry=frame.geometry, crs=frame.crs)
    return out, listed


def _found(spec: LayerSpec, fields: Fields, own: list[str]) -> dict[str, str]:
    """The office's column of each canonical one: mapped, named canonically, or by its Chinese name.

    A heading such as 经济指标_营业收入（亿元） is called 营业收入; two of the same name
    (2022年_营业收入, 2023年_营业收入) are for the office to tell apart.
    """
    plain = [re.sub(_BRACKET, "", column).split("_")[-1] for column in own]
    named = {name: column for name, column in zip(plain, own, strict=True)
             if plain.count(name) == 1}
    out = {}
    for name, column in spec.by_name.items():
        if name in fields:
            out[name] = fields[name].column
        elif name in own:
            out[name] = name
        elif column.zh in named:
            out[name] = named[column.zh]
    taken = {column for name, column in out.items() if name in fields}
    return {name: column for name, column in out.items()
            if column in own and (name in fields or column not in taken)}


def _read_as(spec: LayerSpec, fields: Fields, found: dict[str, str]) -> pd.DataFrame:
    """A finding on the columns that were known by their Chinese headings."""
    known = [f"{column} → {name}" for name, column in found.items()
             if name not in fields and column != name]
    if not known:
        return findings.none()
    said = "；".join(known)
    return findings.about_layer(
        spec.name, "columns_by_heading",
        Text(f"按中文表头识别的列：{said}", f"columns known by their Chinese headings: {said}"),
        Text("有误时在 fields 中写明", "if one is wrong, say it in fields"), "info")


def _require(
    spec: LayerSpec, fields: Fields, own: list[str], found: dict[str, str], source: str
) -> None:
    for name, field in fields.items():
        if field.column not in own:
            raise SourceError(
                f"{source}：没有“{field.column}”列（fields.{name} 所指）；现有：{'、'.join(own)}。",
                f"{source}: no column `{field.column}` (named by fields.{name}); it has:"
                f" {', '.join(own)}.",
            )
    for column in spec.columns:
        if column.required and column.name not in found:
            raise SourceError(
                f"{source}：缺少必填列“{column.zh}”（{column.name}）：请在 fields 中写"
                f' {column.name} = "你的列名"；现有：{"、".join(own)}。',
                f"{source}: the required column `{column.name}` is missing: add"
                f' {column.name} = "your column" to its fields; it has: {", ".join(own)}.',
            )


def _factor(
    column: Column, fields: Fields, own: str, sheet: list[str], source: str, currency: str
) -> tuple[float, str]:
    """What the figures are multiplied by, and their unit: mapped, in the heading, or the sheet's.

    Raises ProjectError for a unit that is not known.
    """
    canonical_unit = column.unit
    if canonical_unit == "万元" and currency == "USD":
        canonical_unit = "万美元"
    known = _FACTORS.get(canonical_unit, {canonical_unit: 1.0})
    unit = fields[column.name].unit if column.name in fields else None
    if unit is None and column.kind == "number":
        unit = _in_heading(own, known) or next((u for u in sheet if u in known and u), None)
    if unit is None:
        return 1.0, canonical_unit
    if unit not in known:
        raise ProjectError(
            f"{source}：{column.name} 的单位“{unit}”不认识：可用 {'、'.join(known)}。",
            f"{source}: unit `{unit}` of {column.name} is not known: use one of"
            f" {', '.join(known)}.",
        )
    return known[unit], unit


def _in_heading(own: str, known: dict[str, float]) -> str | None:
    """The unit in a heading's brackets, or after its slash; None if there is none.

    A unit that is not the column's is returned too: it has to be told.
    """
    said = re.findall(r"[（(\[【]\s*(?:单位\s*[:：]\s*)?([^）)\]】]+?)\s*[）)\]】]", own)
    said += re.findall(r"/([^/（(]+)$", own)
    for unit in said:
        if unit in known or re.search(_LIKE_A_UNIT, unit):
            return str(unit)
    return None


def _typed(
    values: pd.Series[Any], column: Column, unit: str
) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """The column in its own kind, and which cells held something else.

    A cell that repeats the column's own unit (3.2公顷 under 公顷) is a number; another's is not.
    """
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    text = values if numeric and column.kind in ("number", "integer") else _as_text(values)
    if column.kind == "text":
        return text, pd.Series(False, index=values.index)
    present = text.notna()
    if column.kind in ("number", "integer"):
        plain = values
        if not numeric:
            plain = text.str.normalize("NFKC").str.replace(r"[,\s]", "", regex=True)
            same = unicodedata.normalize("NFKC", unit)
            if same:
                plain = plain.str.replace(rf"(?<=\d){re.escape(same)}$", "", regex=True)
        numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
        bad = present & (numbers.isna() | numbers.isin([float("inf"), float("-inf")]))
        if column.kind == "integer":
            bad |= present & (numbers % 1 != 0)
        return numbers.mask(bad), bad
    if column.kind == "date":
        dates = pd.to_datetime(text, errors="coerce", format="mixed")
        return dates.astype("datetime64[us]"), present & dates.isna()
    lowered = text.str.lower()
    flags = lowered.isin(_TRUE).astype("boolean").mask(~lowered.isin(_TRUE | _FALSE))
    return flags, present & flags.isna()


def _as_text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text without edge blanks; whole numbers lose their `.0`; blanks are missing."""
    if pd.api.types.is_float_dtype(values.dtype):
        whole = values.notna() & (values % 1 == 0) & (values.abs() < 2**53)
        as_int = values.where(whole).astype("Int64").astype("str")
        text = as_int.where(whole, values.astype("str")).mask(values.isna())
    else:
        text = values.astype("str").mask(values.isna())
    text = text.astype("str").str.strip()
    return text.mask(text.isin(["", "—", "-", "None", "nan", "<NA>", "NaT"]))


def _not_typed(
    frame: pd.DataFrame, bad: pd.Series[bool], spec: LayerSpec, column: Column, own: str
) -> pd.DataFrame:
    kinds = {
        "number": Text("数字", "a number"), "integer": Text("整数", "a whole number"),
        "date": Text("日期", "a date"), "bool": Text("是/否", "yes or no"),
        "text": Text("文字", "text"),
    }
    kind = kinds[column.kind]
    return findings.about_rows(
        frame, bad.to_numpy(), layer=spec.name, key=column.name, code=f"not_{column.kind}",
        message=Text(f"“{own}”列的“{{value}}”不是{kind.zh}，按缺失处理",
                     f"`{{value}}` in column `{own}` is not {kind.en}: taken as missing"),
        mend=Text(f"在该单元格填入{kind.zh}",
                  f"write {kind.en} in that cell"),
        value=frame[own], set_aside=False,
    )
