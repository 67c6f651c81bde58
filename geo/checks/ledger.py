"""Figures that cannot be true: unit slips between paper and map, and absurd magnitudes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Mask, Series
from geo.geometry.keys import map_text
from geo.model import LAYERS, MU_M2, Column
from geo.text import Message, Wording

AREA_SLIPS = ((1 / MU_M2, "亩"), (1e-4, "公顷"), (1e-6, "km²"))
"""Ratio paper/map by which a wrong unit shows, and the unit that the figure seems to be in."""
OTHER_SLIPS = (15.0, 1 / 15, 100.0, 1 / 100, MU_M2, 1500.0, 1 / 1500, 1e4, 1e6)
"""Ratios paper/map of figures under another unit's heading: 亩 under 公顷 (15), m² under 亩, …"""
SLIP_WINDOW = 1.5
_JUMP = 3000.0
"""How many times others' figures one is that seems to be in 元: 10,000, and what varies anyway."""
_PLENTY = {
    "revenue": 2e4,
    "output_value": 2e4,
    "value_added": 1e4,
    "tax": 2e3,
    "fixed_investment": 2e4,
    "rd_expense": 2e3,
    "technical_upgrade": 2e4,
}
"""万元/亩 that half of a ledger's enterprises do not have anywhere: 2 亿元 of revenue on a 亩."""
_TINY_M2 = 1.0
_SMALL_FLOOR_M2, _SMALL_RATIO = 100.0, 0.005
_MOST_FLOORS = 20.0
"""A floor area ratio beyond any industrial parcel's: a question about the unit, and no rule."""
_LEAST = 3
"""Enterprises of a ledger whose median says something."""


def check_areas(parcels: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Contract area against the map's: zero, a slip of unit, or more apart than `tolerance`."""
    zero = parcels["area_ellipsoid_m2"].to_numpy() <= 0
    parts = [
        _parcel_rows(
            parcels,
            zero,
            "zero_area",
            Message("checks_ledger.area_zero"),
            Message("checks_ledger.draw_parcel_again"),
            severity="error",
        )
    ]
    if "contract_area_m2" not in parcels:
        return findings.gather_findings(parts)
    paper = parcels["contract_area_m2"]
    ratio = (paper / parcels["area_ellipsoid_m2"]).to_numpy(dtype=float)
    shown = findings.quoted(paper, parcels["area_ellipsoid_m2"])
    slipped = np.zeros(len(parcels), dtype=bool)
    for factor, unit in AREA_SLIPS:
        with np.errstate(divide="ignore", invalid="ignore"):
            near = np.abs(np.log(ratio / factor)) < np.log(SLIP_WINDOW)
        slipped |= near
        parts.append(
            _parcel_rows(
                parcels,
                near,
                "area_unit",
                Message("checks_ledger.contract_area_seems_in", unit=unit),
                Message("checks_ledger.convert_m_write_unit_in", unit=unit),
                shown,
                "error",
            )
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        away = [np.abs(np.log(ratio / factor)) < np.log(SLIP_WINDOW) for factor in OTHER_SLIPS]
    other = np.logical_or.reduce(away) & ~slipped & ~zero
    slipped |= other
    parts.append(
        _parcel_rows(
            parcels,
            other,
            "area_unit",
            Message("checks_ledger.contract_area_in_another_unit"),
            Message("checks_ledger.check_area_unit"),
            shown,
            "error",
        )
    )
    apart = (np.abs(ratio - 1) > tolerance) & ~slipped & ~zero & np.isfinite(ratio)
    parts.append(
        _parcel_rows(
            parcels,
            apart,
            "areas_differ",
            Message("checks_ledger.contract_map_areas_differ_more", tolerance=tolerance),
            Message("checks_ledger.check_contract_certificate_outline"),
            shown,
        )
    )
    return findings.gather_findings(parts)


def check_magnitudes(frames: Frames) -> pd.DataFrame:
    """Yearly money thousands of times an enterprise's other years, as a question: is it in 元.

    A start-up's 0.3 and then 1,000 万元 are true: nothing is taken away.
    """
    frame = frames.get("indicators")
    columns = [] if frame is None else _money(frame)
    if frame is None or not columns:
        return findings.no_findings()
    money = frame[[column.name for column in columns]]
    positive = money.where(money > 0)
    least = positive.groupby(frame["enterprise_id"]).transform("min")
    jump = (positive / least > _JUMP).fillna(False)
    return findings.gather_findings(
        _question(
            frame,
            jump[column.name],
            money[column.name],
            Message(
                "checks_ledger.thousands_times_enterprise_other_years",
                column=column,
                column_name=column.name,
            ),
        )
        for column in columns
    )


def check_parcel_figures(parcels: pd.DataFrame) -> pd.DataFrame:
    """Figures of single parcels that another unit would explain, as questions.

    An outline below `_TINY_M2` is drawn in other coordinates, or by a slip; a floor below
    `_SMALL_FLOOR_M2` that is less than `_SMALL_RATIO` of its parcel is in 亩, 公顷 or
    万㎡, one of more than `_MOST_FLOORS` parcels has another unit, too; money of more than `_PLENTY`
    a 亩 is in 元. Parcels are told from themselves alone.
    """
    land = parcels["area_ellipsoid_m2"]
    tiny = (land > 0) & (land < _TINY_M2)
    parts = [
        _parcel_rows(
            parcels,
            tiny.fillna(False),
            "tiny_area",
            Message("checks_ledger.area_tiny"),
            Message("checks_ledger.draw_parcel_again"),
            findings.quoted(land, form="{:,.4f}"),
            severity="warning",
        )
    ]
    if "floor_area_m2" in parcels:
        floor = parcels["floor_area_m2"]
        small = (floor > 0) & (floor < _SMALL_FLOOR_M2) & (floor < _SMALL_RATIO * land)
        parts.append(
            _parcel_rows(
                parcels,
                small.fillna(False),
                "floor_unit",
                Message("checks_ledger.floor_small"),
                Message("checks_ledger.check_floor_unit"),
                findings.quoted(floor, land),
                severity="warning",
            )
        )
        parts.append(
            _parcel_rows(
                parcels,
                (floor > _MOST_FLOORS * land).fillna(False) & ~tiny,
                "floor_unit",
                Message("checks_ledger.floor_large", most=f"{_MOST_FLOORS:.0f}"),
                Message("checks_ledger.check_floor_unit"),
                findings.quoted(floor, land),
                severity="warning",
            )
        )
    for name in ("fixed_investment", "planned_investment"):
        if name not in parcels:
            continue
        much = (parcels[name] > _PLENTY["fixed_investment"] * land / MU_M2) & (land > 0)
        column = LAYERS["parcels"].by_name[name]
        parts.append(
            _parcel_rows(
                parcels,
                much.fillna(False),
                "money_unit",
                Message("checks_ledger.parcel_money_much", column=column),
                Message("checks_ledger.convert_if_in"),
                findings.quoted(parcels[name]),
                severity="warning",
            )
        )
    return findings.gather_findings(parts)


@dataclass(frozen=True)
class Typical:
    """What a ledger's money a 亩 is held against: the median, 万元, and of how many enterprises."""

    median: float
    firms: int


def money_on_land(
    indicators: pd.DataFrame, occupancy: pd.DataFrame | None, parcels: pd.DataFrame
) -> pd.DataFrame:
    """The rows of a ledger whose enterprises have land: id, source row, 亩 (`mu`), and all money."""
    names = ["source_row", "enterprise_id", *(c.name for c in _money(indicators))]
    land = _land_mu(occupancy, parcels)
    mu: Any = np.nan
    if land is not None:  # of no rows at all the map would be one of texts
        mu = map_text(indicators["enterprise_id"], land).astype("float64")
    out = indicators[names].assign(mu=mu)
    return out[out["mu"].notna()].reset_index(drop=True)


def per_mu(money: pd.DataFrame, name: str) -> Series:
    """A measure above zero on its land, 万元/亩, of rows of `money_on_land`."""
    return (money[name].where(money[name] > 0) / money["mu"]).astype("float64")


def typical_money(pieces: list[pd.DataFrame]) -> dict[str, Typical]:
    """What each measure of a ledger, in pieces of `money_on_land`, is held against."""
    return {column.name: typical_of(column.name, pieces) for column in _money(pieces[0])}


def typical_of(name: str, pieces: Iterable[pd.DataFrame]) -> Typical:
    """What one measure of a ledger is held against; no enterprise is in two pieces."""
    figures, firms = [np.empty(0)], 0
    for piece in pieces:
        values = per_mu(piece, name)
        known = values.notna()
        figures.append(values[known].to_numpy())
        firms += piece.loc[known, "enterprise_id"].nunique()
    every = np.concatenate(figures)
    return Typical(float(np.median(every)) if len(every) else np.nan, firms)


def check_money(money: pd.DataFrame, typical: dict[str, Typical]) -> pd.DataFrame:
    """Money a 亩 that is thousands of times the ledger's median, as questions.

    `money` are rows of the ledger, and `typical` is of all.
    """
    parts = []
    for column in _money(money):
        held = typical[column.name]
        if held.firms >= _LEAST:
            parts.append(
                _question(
                    money,
                    (per_mu(money, column.name) > _JUMP * held.median).fillna(False),
                    money[column.name],
                    Message(
                        "checks_ledger.per_mu_thousands_times_ledger",
                        column=column,
                        column_name=column.name,
                    ),
                )
            )
    return findings.gather_findings(parts)


def check_ledger(typical: dict[str, Typical]) -> pd.DataFrame:
    """Measures of a ledger that seems to be in 元 as a whole.

    It has no neighbour to tell it by, so its median is held against what no half of a park's
    enterprises has (`_PLENTY`, 万元/亩).
    """
    columns = LAYERS["indicators"].by_name
    return findings.gather_findings(
        _whole_ledger(columns[name], held.median)
        for name, held in typical.items()
        if held.median > _PLENTY.get(name, np.inf)
    )


def _whole_ledger(column: Column, median: float) -> pd.DataFrame:
    return findings.about_layer(
        "indicators",
        "money_unit_ledger",
        Message(
            "checks_ledger.whole_ledger_seems_in",
            column=column,
            median=median,
            column_name=column.name,
        ),
        Message("checks_ledger.check_unit"),
    )


def _land_mu(occupancy: pd.DataFrame | None, parcels: pd.DataFrame) -> Series | None:
    """About how much land each enterprise has, 亩: its areas, else its parcels'."""
    if occupancy is None:
        return None
    sizes = parcels.drop_duplicates("parcel_id").set_index("parcel_id")["area_m2"]
    size = map_text(occupancy["parcel_id"], sizes).astype("float64")
    area = occupancy["area_m2"].fillna(size) if "area_m2" in occupancy else size
    once = ~occupancy.duplicated(["enterprise_id", "parcel_id"])
    total = area[once].groupby(occupancy["enterprise_id"]).sum(min_count=1) / MU_M2
    return total.where(total > 0)


def _money(frame: pd.DataFrame) -> list[Column]:
    return [c for c in LAYERS["indicators"].columns if c.unit == "万元" and c.name in frame]


def _question(
    frame: pd.DataFrame, mask: Mask | Series, values: Series, message: Wording
) -> pd.DataFrame:
    return findings.about_rows(
        frame,
        mask,
        layer="indicators",
        key="enterprise_id",
        code="money_unit",
        message=message,
        mend=Message("checks_ledger.convert_if_in"),
        severity="warning",
        value=values,
    )


def _parcel_rows(
    parcels: pd.DataFrame,
    mask: Mask | Series,
    code: str,
    message: Wording,
    mend: Wording,
    value: Any = None,
    severity: findings.Severity = "warning",
) -> pd.DataFrame:
    return findings.about_rows(
        parcels,
        mask,
        layer="parcels",
        key="parcel_id",
        code=code,
        message=message,
        mend=mend,
        value=value,
        severity=severity,
        set_aside=code == "zero_area",
    )
