"""Figures that cannot be true: unit slips between paper and map, and absurd magnitudes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo import findings
from geo.errors import Text
from geo.model import LAYERS, MU_M2

# Ratio paper/map by which a wrong unit shows, and the unit that the figure seems to be in.
_AREA_SLIPS = ((1 / MU_M2, "亩"), (1e-4, "公顷"), (1e-6, "km²"))
_SLIP_WINDOW = 1.5
_MEDIAN_JUMP = 3000.0


def check_areas(parcels: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Contract area against the map's: zero, a slip of unit, or more apart than `tolerance`."""
    zero = parcels["area_ellipsoid_m2"].to_numpy() <= 0
    parts = [_parcel_rows(parcels, zero, "zero_area", Text("面积为零", "its area is zero"),
                          Text("重新绘制该宗地", "draw the parcel again"), severity="error")]
    if "contract_area_m2" not in parcels:
        return findings.gather(parts)
    paper = parcels["contract_area_m2"]
    ratio = (paper / parcels["area_ellipsoid_m2"]).to_numpy(dtype=float)
    shown = paper.map("{:,.2f}".format) + " / " + parcels["area_ellipsoid_m2"].map("{:,.2f}".format)
    slipped = np.zeros(len(parcels), dtype=bool)
    for factor, unit in _AREA_SLIPS:
        with np.errstate(divide="ignore", invalid="ignore"):
            near = np.abs(np.log(ratio / factor)) < np.log(_SLIP_WINDOW)
        slipped |= near
        parts.append(_parcel_rows(
            parcels, near, "area_unit", Text(
                f"合同面积像是以{unit}填写（合同/图上 m²：{{value}}）",
                f"the contract area seems to be in {unit} (paper / map, m²: {{value}})"),
            Text(f'换算成 m²，或在 fields 写 unit = "{unit}"',
                 f'convert to m², or write unit = "{unit}" in fields'), shown, "error"))
    apart = (np.abs(ratio - 1) > tolerance) & ~slipped & ~zero & np.isfinite(ratio)
    parts.append(_parcel_rows(
        parcels, apart, "areas_differ",
        Text(f"合同面积与图上面积相差超过 {tolerance:.0%}（m²：{{value}}）",
             f"contract and map areas differ by more than {tolerance:.0%} (m²: {{value}})"),
        Text("核对合同、证书与宗地图形", "check the contract, the certificate and the outline"),
        shown))
    return findings.gather(parts)


def check_magnitudes(frames: dict[str, Any]) -> pd.DataFrame:
    """Yearly money thousands of times an enterprise's other years: 元 written for 万元."""
    frame = frames.get("indicators")
    if frame is None:
        return findings.none()
    parts = []
    for column in LAYERS["indicators"].columns:
        if column.unit != "万元" or column.name not in frame:
            continue
        values = frame[column.name]
        by = frame["enterprise_id"]
        positive = values.where(values > 0)
        other = positive.groupby(by).transform("min")
        jump = (positive / other > _MEDIAN_JUMP).fillna(False)
        parts.append(findings.about_rows(
            frame, jump, layer="indicators", key="enterprise_id", code="money_unit",
            message=Text(f"{column.zh} {{value}} 是同一企业其他年份的数千倍：像是以“元”填写",
                         f"{column.name} {{value}} is thousands of times the enterprise's other"
                         " years: it seems to be in 元, not 万元"),
            mend=Text("换算成万元", "convert it to 万元"), severity="error", value=values))
    return findings.gather(parts)


def _parcel_rows(
    parcels: pd.DataFrame, mask: Any, code: str, message: Text, mend: Text, value: Any = None,
    severity: findings.Severity = "warning",
) -> pd.DataFrame:
    return findings.about_rows(parcels, mask, layer="parcels", key="parcel_id", code=code,
                               message=message, mend=mend, value=value, severity=severity,
                               set_aside=code == "zero_area")
