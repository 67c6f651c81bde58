"""What a table of occupancy cannot mean: shares over the whole, unknown words, slips of unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import findings
from geo.checks.ledger import AREA_SLIPS, SLIP_WINDOW
from geo.errors import DataError, Text
from geo.model.tenure import tenure_of

SHARE_ROUNDING = 1e-3
"""What the shares of an enterprise may add up to beyond 1 through rounding."""
_PER_CENT = 0.01


def check_shares(occupancy: pd.DataFrame) -> pd.DataFrame:
    """Raise DataError for shares over 1, of a row or of an enterprise's year; findings on rounding.

    Nothing is scaled in silence: with three shares of 33.34 % the sum is 1.0002, within
    `SHARE_ROUNDING`, which is said.
    """
    if "share" not in occupancy:
        return findings.no_findings()
    share = occupancy["share"]
    occupancy = occupancy.assign(source_row=occupancy.get("source_row", np.nan))
    beyond = (share > 1 + SHARE_ROUNDING).to_numpy(dtype=bool)
    if beyond.any():
        raise _over(occupancy[beyond], "share", share[beyond])
    year = (
        occupancy["year"].fillna(-1)
        if "year" in occupancy
        else pd.Series(-1, index=occupancy.index)
    )
    total = share.groupby([occupancy["enterprise_id"], year]).transform("sum")
    beyond = (total > 1 + SHARE_ROUNDING).to_numpy(dtype=bool)
    if beyond.any():
        raise _over(occupancy[beyond], "sum", total[beyond])
    if (
        len(total) > 1
        and (total.dropna() <= _PER_CENT + SHARE_ROUNDING / 100).all()
        and (total > 0).any()
    ):
        raise DataError(
            "用地表：每家企业的占比合计都不超过 1%：小数（0.6）不要写在“（%）”的表头下，"
            "去掉表头的 %，或写成 60。",
            "occupancy: the shares of every enterprise add up to 1 % or less: fractions (0.6) do"
            " not belong under a heading in %: take the % out of it, or write 60.",
        )
    rounded = (total > 1 + 1e-9).to_numpy(dtype=bool)
    return findings.about_rows(
        occupancy,
        rounded,
        layer="occupancy",
        key="enterprise_id",
        code="shares_rounded",
        severity="info",
        value=(total * 100).map("{:.4f} %".format),
        message=Text(
            "该企业的占比合计 {value}：在取舍误差内，按 100% 折算",
            "the enterprise's shares add up to {value}: within rounding, scaled to 100 %",
        ),
        mend=Text("把占比改成合计 100%", "make the shares add up to 100 %"),
    )


def _over(rows: pd.DataFrame, what: str, value: pd.Series[float]) -> DataError:
    first = rows.iloc[0]
    firms = rows["enterprise_id"].astype("str").drop_duplicates()
    named = "、".join(firms.head(5)) + ("…" if len(firms) > 5 else "")
    at = f"{first['source_row'] % 2**20:.0f}"
    if what == "share":
        return DataError(
            f"用地表：占比 {value.iloc[0]:g} 大于 1（第 {at} 行；{named}）："
            '百分数请写 % 号（如 50%），或在表头写“占比（%）”，或在 fields 写 unit = "%"。',
            f"occupancy: the share {value.iloc[0]:g} is over 1 (row {at}; {named}): write per cent"
            ' with its sign (50%), or 占比（%） in the heading, or unit = "%" in fields.',
        )
    return DataError(
        f"用地表：企业 {named} 的占比合计 {value.iloc[0]:.2%}，超过 100%（第 {at} 行等）："
        "请改正占比。",
        f"occupancy: the shares of {named} add up to {value.iloc[0]:.2%}, over 100 % (row {at} and"
        " others): correct the shares.",
    )


def check_tenure(occupancy: pd.DataFrame) -> pd.DataFrame:
    """Words of tenure that are not known, and those of land that its owner lets."""
    if "tenure" not in occupancy:
        return findings.no_findings()
    words = occupancy["tenure"]
    kind = tenure_of(words)
    unknown = (words.notna() & kind.isna()).to_numpy(dtype=bool)
    let = (kind == "let").fillna(False).to_numpy(dtype=bool)
    return findings.gather_findings(
        [
            findings.about_rows(
                occupancy,
                unknown,
                layer="occupancy",
                key="enterprise_id",
                code="unknown_tenure",
                severity="warning",
                value=words,
                message=Text(
                    "权属“{value}”不认识：按自有计",
                    "tenure `{value}` is not known: counted as owned",
                ),
                mend=Text("填 自有 或 租赁", "write owned or leased"),
            ),
            findings.about_rows(
                occupancy,
                let,
                layer="occupancy",
                key="enterprise_id",
                code="let_land",
                severity="info",
                value=words,
                message=Text(
                    "“{value}”：出租的土地按产权方计，有承租方的行时归承租方",
                    "`{value}`: land that its owner lets counts as the owner's, less what its"
                    " tenants' rows claim",
                ),
                mend=Text("补上承租企业的用地行", "add the rows of its tenants"),
            ),
        ]
    )


def check_occupied(
    occupancy: pd.DataFrame, parcels: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Occupied areas that seem to be in another unit than m²; the table without those.

    Told by what a parcel's occupiers hold together over the parcel's own area (15 over 10,000 m² is
    a hectare in 亩). Where most parcels that have areas are so, the areas are missing from then on;
    else each is a question.
    """
    if "area_m2" not in occupancy:
        return occupancy, findings.no_findings()
    area = occupancy["area_m2"].where(occupancy["area_m2"] > 0)
    year = (
        occupancy["year"].fillna(-1)
        if "year" in occupancy
        else pd.Series(-1, index=occupancy.index)
    )
    held = area.groupby([occupancy["parcel_id"], year]).transform("sum").where(area.notna())
    size = occupancy["parcel_id"].map(_first_areas(parcels))
    ratio = (held / size).to_numpy(dtype=float)
    known = np.isfinite(ratio) & (ratio > 0)
    notes, taken = [], np.zeros(len(occupancy), dtype=bool)
    for factor, unit in AREA_SLIPS:
        near = known & (np.abs(np.log(np.where(known, ratio, 1) / factor)) < np.log(SLIP_WINDOW))
        if not near.any():
            continue
        most = bool(near.sum() * 2 > known.sum())
        taken |= near & most
        notes.append(_slip(occupancy, near, unit, held, size, most=most))
    kept = (
        occupancy if not taken.any() else occupancy.assign(area_m2=occupancy["area_m2"].mask(taken))
    )
    return kept, findings.gather_findings(notes)


def _first_areas(parcels: pd.DataFrame) -> pd.Series[Any]:
    areas = parcels.drop_duplicates("parcel_id").set_index("parcel_id")["area_ellipsoid_m2"]
    return areas[areas.index.notna()]


def _slip(
    occupancy: pd.DataFrame,
    near: NDArray[np.bool_],
    unit: str,
    held: pd.Series[Any],
    size: pd.Series[Any],
    *,
    most: bool,
) -> pd.DataFrame:
    shown = held.map("{:,.2f}".format) + " / " + size.map("{:,.2f}".format)
    done = Text("；该面积按缺失处理", "; the area is taken as missing") if most else Text("", "")
    return findings.about_rows(
        occupancy,
        near,
        layer="occupancy",
        key="enterprise_id",
        code="area_unit",
        value=shown,
        severity="error" if most else "warning",
        set_aside=False,
        message=Text(
            f"占用面积像是以{unit}填写（占用/宗地 m²：{{value}}）{done.zh}",
            f"the occupied area seems to be in {unit} (occupied / parcel, m²: {{value}}){done.en}",
        ),
        mend=Text(
            f'换算成 m²，或在表头写（{unit}），或在 fields 写 unit = "{unit}"',
            f'convert to m², or write（{unit}）in the heading, or unit = "{unit}" in fields',
        ),
    )
