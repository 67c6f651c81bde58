"""What a layer's columns may hold: presence, uniqueness, range. All findings at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Series
from geo.declaration import nearest
from geo.geometry.keys import isin_text, match_key
from geo.model import (
    LAYERS,
    USE_SEPARATOR,
    Column,
    LayerSpec,
    industries,
    land_use_classes,
    normal_industry,
    with_lost_zero,
)
from geo.model.land_use import coded
from geo.project_parts import LandUseClass, classes_of
from geo.text import Message, Wording, within

_MENDS: dict[str, Wording] = {
    "missing": Message("schema_mend.missing"),
    "negative": Message("schema_mend.negative"),
}


_REPEATS = Message("schema.correct_id_or_dissolve")


def check_cells(frame: pd.DataFrame, spec: LayerSpec) -> pd.DataFrame:
    """Missing required cells and negative values of one layer, or of some of its rows."""
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).reset_index(drop=True)
    parts = []
    for column in sorted(spec.columns, key=lambda one: one.name):
        if column.name not in plain:
            continue
        values = plain[column.name]
        if column.floor is not None:
            below = (pd.to_numeric(values, errors="coerce") < column.floor).fillna(False)
            parts.append(_odd_cells(plain, spec, column, "negative", below))
        if column.required:
            parts.append(_odd_cells(plain, spec, column, "missing", values.isna()))
    return findings.gather_findings(parts)


def check_keys(frame: pd.DataFrame, spec: LayerSpec) -> pd.DataFrame:
    """Keys that stand twice in one layer: of all its rows, though of no more than `key_columns`."""
    if not spec.key:
        return findings.no_findings()
    plain = pd.DataFrame(frame[[c for c in key_columns(spec) if c in frame]])
    return _duplicates(plain.reset_index(drop=True), spec)


def key_columns(spec: LayerSpec) -> list[str]:
    """The columns that tell the rows of a layer apart."""
    return list(dict.fromkeys(("source_row", spec.id_column, *spec.key)))


def _odd_cells(
    plain: pd.DataFrame, spec: LayerSpec, column: Column, code: str, odd: Series
) -> pd.DataFrame:
    if not odd.any():
        return findings.no_findings()
    return findings.about_rows(
        plain,
        odd,
        layer=spec.name,
        key=spec.id_column,
        code=code,
        message=Message(f"schema.{code}", column=column, name=column.name),
        mend=_MENDS[code],
        value=plain[column.name],
    )


def _duplicates(plain: pd.DataFrame, spec: LayerSpec) -> pd.DataFrame:
    key = list(spec.key)
    complete = plain[key].notna().all(axis=1)
    # A credit code names one enterprise however it is written. 1号(甲) and 1号（甲） may be two
    # parcels: both are used, each by its own spelling.
    compared = pd.DataFrame(
        {
            name: match_key(plain[name], credit_codes=True)
            if name == "enterprise_id"
            else plain[name]
            for name in key
        }
    )
    repeated = compared.duplicated(keep=False) & complete
    alike = _alike(plain, spec, repeated)
    if not repeated.any():
        return alike
    rows = (
        plain.loc[repeated, "source_row"]
        .groupby([compared.loc[repeated, name] for name in key])
        .agg(lambda r: ", ".join(map(str, r.head(8))) + ("…" if len(r) > 8 else ""))
    )
    shown = compared.join(rows.rename("rows"), on=key)["rows"]
    label = "+".join(key)
    return findings.gather_findings(
        [
            alike,
            findings.about_rows(
                plain,
                repeated,
                layer=spec.name,
                key=spec.id_column,
                code="duplicate_id",
                message=Message("schema.repeated_in_rows", label=label),
                mend=_REPEATS
                if spec.geometry == "polygon"
                else Message("schema.correct_id_or_dissolve_2"),
                value=shown,
            ),
        ]
    )


def _alike(plain: pd.DataFrame, spec: LayerSpec, repeated: pd.Series[bool]) -> pd.DataFrame:
    """Ids that differ only in width, blanks or dashes: two things, or one written twice."""
    name = spec.id_column
    if spec.key != (name,) or name == "enterprise_id":
        return findings.no_findings()
    if pd.api.types.is_numeric_dtype(plain[name].dtype):
        return findings.no_findings()
    same = match_key(plain[name], credit_codes=False).duplicated(keep=False)
    alike = same & plain[name].notna() & ~repeated
    return findings.about_rows(
        plain,
        alike,
        layer=spec.name,
        key=name,
        code="alike_ids",
        severity="warning",
        message=Message("schema.differs_another_row_in_width", name=name),
        mend=Message("schema.check_whether"),
    )


def check_references(
    frames: Frames, layers: tuple[str, ...], read: Frames | None = None
) -> pd.DataFrame:
    """Ids in these layers that name nothing in another: orphan references.

    `frames` are the usable rows. An id whose row is in `read` and was set aside is told as such.
    """
    links = (
        ("parcels", "park_id", "parks"),
        ("buildings", "parcel_id", "parcels"),
        ("occupancy", "parcel_id", "parcels"),
        ("occupancy", "enterprise_id", "enterprises"),
        ("indicators", "enterprise_id", "enterprises"),
        ("park_indicators", "park_id", "parks"),
        ("platforms", "park_id", "parks"),
        ("services", "park_id", "parks"),
    )
    parts = []
    for layer, column, target in links:
        frame, other = frames.get(layer), frames.get(target)
        if layer not in layers or frame is None or other is None or column not in frame:
            continue
        known = pd.concat([other[column], pd.Series(LAYERS[layer].whole, dtype="str")])
        orphan = frame[column].notna() & ~isin_text(frame[column], known)
        title = LAYERS[target].title
        held = (read or {}).get(target, other)
        aside = orphan & isin_text(frame[column], held[column])
        for rows, word, mend in (
            (orphan & ~aside, "not_among", "add_correct_id"),
            (aside, "set_aside", "mend_that_row"),
        ):
            parts.append(
                findings.about_rows(
                    frame,
                    rows,
                    layer=layer,
                    key=LAYERS[layer].id_column,
                    code="orphan_reference",
                    message=Message(f"schema.{word}", column=column, title=within(title)),
                    mend=Message(f"schema.{mend}", title=title),
                    severity="warning",
                    value=frame[column],
                )
            )
    return findings.gather_findings(parts)


def check_codes(
    frames: Frames,
    edition: str,
    scheme: str,
    legend: Mapping[str, LandUseClass] | None = None,
) -> pd.DataFrame:
    """Industry codes not in GB/T 4754-2017, and land-use codes not in 用地用海 or in the legend."""
    parts = []
    enterprises = frames.get("enterprises")
    if enterprises is not None and "industry_code" in enterprises:
        codes = enterprises["industry_code"]
        parts.append(
            _zeros_lost(enterprises, with_lost_zero(codes), "enterprises", "industry_code")
        )
        unknown = codes.notna() & ~normal_industry(codes).isin(industries().index)
        parts.append(
            findings.about_rows(
                enterprises,
                unknown,
                layer="enterprises",
                key="enterprise_id",
                code="unknown_industry",
                message=Message("schema.industry_code_not_in_gb"),
                mend=Message("schema.use_gb_t_4754_2017"),
                severity="warning",
                value=codes,
            )
        )
    parts += [
        _grade_words(enterprises, name)
        for name in ("best_grade", "least_grade")
        if enterprises is not None and name in enterprises
    ]
    parcels = frames["parcels"]
    if "land_use" in parcels and legend:
        parts += _not_in_legend(parcels, legend)
    elif "land_use" in parcels:
        codes = normal_land_use(parcels["land_use"])
        parts.append(_zeros_lost(parcels, codes, "parcels", "land_use"))
        by_title, codes = codes, coded(codes, scheme, edition)
        parts.append(_land_use_by_name(parcels, by_title, codes))
        distinct, known = codes.dropna().unique(), land_use_classes(edition).index
        odd = [c for c in distinct if not set(re.split(USE_SEPARATOR, str(c))) <= set(known)]
        unknown = codes.isin(odd) & (scheme == "yongdiyonghai")
        parts.append(
            findings.about_rows(
                parcels,
                unknown,
                layer="parcels",
                key="parcel_id",
                code="unknown_land_use",
                message=Message("schema.land_use_code_not_in", edition=edition),
                mend=Message("schema.correct_code_land_use_edition"),
                severity="warning",
                value=codes,
            )
        )
    return findings.gather_findings(parts)


def _land_use_by_name(parcels: pd.DataFrame, cells: Series, codes: Series) -> pd.DataFrame:
    """Cells that name a land-use class (工业用地): read as its code, and said."""
    return findings.about_rows(
        parcels,
        (cells.notna() & (cells != codes)).fillna(False),
        layer="parcels",
        key="parcel_id",
        code="land_use_by_name",
        message=Message("schema.land_use_by_name"),
        mend=Message("schema.land_use_by_name_mend"),
        severity="info",
        value=cells.astype("str") + " → " + codes.astype("str"),
    )


def _not_in_legend(parcels: pd.DataFrame, legend: Mapping[str, LandUseClass]) -> list[pd.DataFrame]:
    """Codes that the project's own legend does not hold, each with the nearest that it does."""
    codes = parcels["land_use"].astype("str")
    odd = [str(c) for c in codes.dropna().unique() if classes_of(str(c), legend) is None]
    return [
        findings.about_rows(
            parcels,
            (codes == code).fillna(False),
            layer="parcels",
            key="parcel_id",
            code="unknown_land_use",
            message=Message("schema.land_use_code_not_own", like=f"{like} {legend[like].title}")
            if (like := nearest(code, list(legend)))
            else Message("schema.land_use_code_not_own_no_like"),
            mend=Message("schema.correct_code_or_add_class"),
            severity="warning",
            value=codes,
        )
        for code in odd
    ]


def _zeros_lost(frame: pd.DataFrame, codes: Series, layer: str, column: str) -> pd.DataFrame:
    """Codes whose zero in front a sheet has taken away: read with it, and said."""
    longer = codes.str.len() > frame[column].astype("str").str.len()
    lost = (codes.notna() & longer.fillna(False)).to_numpy(dtype=bool)
    return findings.about_rows(
        frame,
        lost,
        layer=layer,
        key=LAYERS[layer].id_column,
        code="zero_in_front",
        severity="info",
        value=frame[column].astype("str") + " → " + codes.astype("str"),
        message=Message("schema.lost_zero_in_front", column=column),
        mend=Message("schema.format_column_text"),
    )


def normal_land_use(codes: Series) -> Series:
    """Land-use codes with the zero in front that a sheet took away: all have 2, 4 or 6 digits.

    >>> normal_land_use(pd.Series(["601", "0601", "100101+901"])).tolist()
    ['0601', '0601', '100101+0901']
    """
    kind, firsts = pd.factorize(codes.astype("str").mask(codes.isna()))
    labels = [
        re.sub(
            r"(?<![0-9A-Za-z])([1-9](?:\d\d)*)(?![0-9A-Za-z])",
            r"0\1",
            unicodedata.normalize("NFKC", str(c)),
        )
        for c in firsts
    ]
    return (
        pd.Series([*labels, None], dtype="str")
        .take(np.where(kind < 0, len(labels), kind))
        .set_axis(codes.index)
    )


def _grade_words(enterprises: pd.DataFrame, column: str) -> pd.DataFrame:
    """Bounds of a grade that are no grade: they bind nothing."""
    grades = enterprises[column]
    odd = grades.notna() & ~grades.astype("str").str.strip().str.upper().isin(list("ABCD"))
    return findings.about_rows(
        enterprises,
        odd,
        layer="enterprises",
        key="enterprise_id",
        code="unknown_grade",
        message=Message("schema.not_b_c_d", column=column),
        mend=Message("schema.write_b_c_d"),
        severity="warning",
        value=grades,
    )
