"""Verdicts: pass, fail, no_data, exempt or conflict, for each subject and rule.

A value is judged as it is shown: rounded half up to the rule's decimals. A missing input gives
no_data; a cell that is not a number gives exempt (not applicable, case by case) or no_data
(another document, an unattested requirement), each with its reason.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Text
from geo.model import INDICATORS
from geo.standards.model import Cell, Column, Pack

Floats = NDArray[np.float64]

VERDICTS = {
    "pass": Text("达标", "pass"), "fail": Text("不达标", "fail"),
    "no_data": Text("无数据", "no data"), "exempt": Text("不适用", "exempt"),
    "conflict": Text("规则冲突", "conflict"),
}

REASONS = {
    "": Text("", ""),
    "input_missing": Text("缺少计算所需数据", "an input is missing"),
    "industry_unknown": Text("行业未知，无法对应规则行", "the industry is not known"),
    "reference": Text("阈值见另一文件，本规则包未收", "the threshold is in another document"),
    "not_attested": Text("法定要求，尚未填报是否符合", "a legal requirement, not attested yet"),
    "not_applicable": Text("表中为“/”，不作要求", "“/” in the table: not required"),
    "case_by_case": Text("一事一议，未登记议定结果", "case by case; no decision on record"),
    "not_industrial": Text("非工业用地", "not industrial land"),
    "land_use_missing": Text("缺地类，无法确定是否工业用地",
                             "no land use, so whether it is industrial is unknown"),
    "other_park": Text("不在规则适用园区内", "outside the parks the rule is for"),
    "before_force": Text("供地早于规则施行日", "supplied before the rule was in force"),
    "after_force": Text("供地晚于规则失效日", "supplied after the rule lapsed"),
    "supply_date_missing": Text("缺供地日期，无法确定适用版本",
                                "no supply date, so the edition in force is unknown"),
}

COLUMNS = ("subject", "subject_id", "rule_id", "indicator", "value", "operator", "threshold",
           "threshold_high", "unit", "verdict", "gap", "reason", "mandatory", "industry_row",
           "numerator", "denominator", "clause", "citation", "cell_text")


def shown(value: Floats, decimals: int) -> Floats:
    """Rounded half up, as a table prints it (2.345 → 2.35 with two decimals)."""
    scale = 10.0**decimals
    # Half a unit in the ninth figure keeps 2.345, stored as 2.34499…, from rounding down.
    return np.floor(np.asarray(value, dtype=float) * scale + 0.5 + 1e-9) / scale


def judge(subjects: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """Verdicts of one pack on all subjects, one row a subject and rule.

    `subjects` is indexed by subject id and holds the indicators with their inputs and, where
    known, industry_code, industry_name, land_use_industrial, park_id, supplied_on.
    """
    missing = pd.Series(None, index=subjects.index, dtype="str")
    row = pack.match(subjects.get("industry_code", missing), subjects.get("industry_name", missing))
    outside = _outside(subjects, pack)
    tables = [_column(subjects, pack, key, column, row, outside)
              for key, column in pack.columns.items()]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _outside(subjects: pd.DataFrame, pack: Pack) -> NDArray[np.object_]:
    """Why the pack does not apply to a subject; empty where it does."""
    reason = np.full(len(subjects), "", dtype=object)
    if pack.pack.subject == "parcel":
        never = pd.Series(pd.NaT, index=subjects.index)
        supplied = pd.to_datetime(subjects.get("supplied_on", never))
        before = (supplied < pd.Timestamp(pack.pack.in_force_from)).to_numpy()
        reason[before] = "before_force"
        if pack.pack.in_force_to is not None:
            reason[(supplied > pd.Timestamp(pack.pack.in_force_to)).to_numpy()] = "after_force"
        reason[supplied.isna().to_numpy()] = "supply_date_missing"
    if pack.scope.parks and "park_id" in subjects:
        reason[~subjects["park_id"].isin(pack.scope.parks).to_numpy()] = "other_park"
    if pack.scope.industrial_land_only and pack.pack.subject == "parcel":
        unknown = pd.Series(pd.NA, index=subjects.index, dtype="boolean")
        industrial = subjects.get("land_use_industrial", unknown).astype("boolean")
        reason[industrial.isna().to_numpy()] = "land_use_missing"
        reason[(~industrial).fillna(False).to_numpy(dtype=bool)] = "not_industrial"
    return reason


def _column(
    subjects: pd.DataFrame, pack: Pack, key: str, column: Column, row: NDArray[np.int64],
    outside: NDArray[np.object_],
) -> pd.DataFrame:
    cells = [*pack.cells(key), Cell(kind="none", text="?")]  # the last stands for "no row"
    kind = np.array([c.kind for c in cells], dtype=object)[row]
    low = np.array([np.nan if c.low is None else c.low for c in cells])[row]
    high = np.array([np.nan if c.high is None else c.high for c in cells])[row]
    value, above, below = _inputs(subjects, column)
    verdict, gap, reason = _verdicts(value, kind, low, high, column)
    unknown = row < 0
    verdict[unknown], reason[unknown] = "no_data", "industry_unknown"
    scoped = outside != ""
    unsure = np.isin(outside, ("supply_date_missing", "land_use_missing"))
    verdict[scoped] = np.where(unsure[scoped], "no_data", "exempt")
    reason[scoped] = outside[scoped]
    gap[scoped | unknown] = np.nan
    names = np.array([*(r.industry for r in pack.rows), ""], dtype=object)
    return pd.DataFrame({
        "subject": pack.pack.subject, "subject_id": subjects.index.to_numpy(),
        "rule_id": f"{pack.pack.id}/{key}", "indicator": column.indicator, "value": value,
        "operator": column.operator, "threshold": low, "threshold_high": high,
        "unit": column.unit, "verdict": verdict, "gap": gap, "reason": reason,
        "mandatory": column.mandatory, "industry_row": names[row], "numerator": above,
        "denominator": below, "clause": column.clause, "citation": _citations(cells, pack)[row],
        "cell_text": np.array([c.text for c in cells], dtype=object)[row],
    })


def _citations(cells: list[Cell], pack: Pack) -> NDArray[np.object_]:
    own = pack.pack.citation
    return np.array([f"{own}；{c.citation}" if c.citation else own for c in cells], dtype=object)


def _inputs(subjects: pd.DataFrame, column: Column) -> tuple[Floats, Floats, Floats]:
    """The value as shown, and the numerator and denominator it came from."""
    void = pd.Series(np.nan, index=subjects.index)
    if column.operator == "attested":
        said = subjects.get(column.indicator, void)
        value = _floats(pd.to_numeric(said))
        return value, _floats(void), _floats(void)
    indicator = INDICATORS[column.indicator]
    value = _floats(subjects.get(column.indicator, void))
    return (shown(value, column.decimals), _floats(subjects.get(indicator.numerator, void)),
            _floats(subjects.get(indicator.denominator, void)))


def _floats(values: Any) -> Floats:
    return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)


def _verdicts(
    value: Floats, kind: NDArray[np.object_], low: Floats, high: Floats, column: Column
) -> tuple[NDArray[np.object_], Floats, NDArray[np.object_]]:
    """Verdict, gap (negative: short by so much) and reason of each cell."""
    n = len(value)
    verdict, reason = np.full(n, "no_data", dtype=object), np.full(n, "", dtype=object)
    gap = np.full(n, np.nan)
    is_range, is_number = kind == "range", kind == "number"
    with np.errstate(invalid="ignore"):
        if column.operator in (">=", ">"):
            gap[is_number] = (value - low)[is_number]
        else:
            gap[is_number] = (low - value)[is_number]
        gap[is_range] = np.fmin(value - low, high - value)[is_range]
        met = gap > 0 if column.operator in (">", "<") else gap >= 0
        met = np.where(is_range, gap >= 0, met)
    measured = (is_number | is_range) & ~np.isnan(value)
    verdict[measured] = np.where(met, "pass", "fail")[measured]
    reason[(is_number | is_range) & np.isnan(value)] = "input_missing"
    asked = kind == "requirement"
    verdict[asked & (value == 1)], verdict[asked & (value == 0)] = "pass", "fail"
    reason[asked & np.isnan(value)] = "not_attested"
    reason[kind == "reference"] = "reference"
    verdict[kind == "none"], reason[kind == "none"] = "exempt", "not_applicable"
    verdict[kind == "case_by_case"], reason[kind == "case_by_case"] = "exempt", "case_by_case"
    # Float noise of a difference is not a gap.
    return verdict, np.round(gap, 9), reason


def mark_conflicts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Where rules in force give one indicator of a subject both pass and fail: conflict."""
    decided = verdicts["verdict"].isin(["pass", "fail"])
    by: list[Any] = ["subject", "subject_id", "indicator"]
    sides = verdicts[decided].groupby(by)["verdict"].nunique()
    torn = pd.MultiIndex.from_frame(verdicts[by]).isin(sides[sides > 1].index)
    out = verdicts.copy()
    out.loc[decided & torn, "verdict"] = "conflict"
    return out


def compliance(verdicts: pd.DataFrame) -> pd.Series[Any]:
    """One verdict a subject over its mandatory rules, indexed by subject id.

    Any fail fails; then conflict; then no_data; then pass; exempt only if all are exempt.
    """
    rank = {"fail": 0, "conflict": 1, "no_data": 2, "pass": 3, "exempt": 4}
    mandatory = verdicts[verdicts["mandatory"].astype(bool)]
    worst = mandatory["verdict"].map(rank).groupby(mandatory["subject_id"]).min()
    return worst.map({n: name for name, n in rank.items()})
