"""What changed between two runs, years or settings, and why: data, rule, geometry or method.

Every changed verdict has exactly one cause. The old verdict is led to the new one in four steps:
the new rule on the old figures, then the new method (area basis) on the old outline, then the new
outline, then the new data. The cause is the last step that changed the verdict.
"""

from __future__ import annotations

from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask
from geo.model import INDICATORS, MU_M2, Indicator
from geo.standards.area_sensitivity import BASES
from geo.standards.sets import Intervals
from geo.standards.shown import shown
from geo.text import Message, Wording

CAUSES: dict[str, Wording] = {
    "rule": Message("cause.rule"),
    "method": Message("cause.method"),
    "geometry": Message("cause.geometry"),
    "data": Message("cause.data"),
}

CHANGES = (
    "kind",
    "subject",
    "subject_id",
    "rule_id",
    "before",
    "after",
    "value_before",
    "value_after",
    "threshold_before",
    "threshold_after",
    "cause",
)

_KEY = ["subject", "subject_id", "rule_id"]
_RULE = (
    "operator",
    "threshold",
    "threshold_high",
    "unit",
    "mandatory",
    "decimals",
    "citation",
    "cell_text",
)
_STATED = ("supplied_on", "land_use", "industry_code", "industry_name", "park_id")
"""What scope and row go by: where it is the same and the verdict is not, the rule has changed."""


class Compared(Protocol):
    """What is compared of a run: its parcels, enterprises, verdicts and grades."""

    @property
    def parcels(self) -> gpd.GeoDataFrame: ...  # noqa: D102
    @property
    def enterprises(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def verdicts(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def grades(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def score_items(self) -> pd.DataFrame: ...  # noqa: D102


def changes(
    before: Compared, after: Compared, catalogue: dict[str, Indicator] = INDICATORS
) -> pd.DataFrame:
    """Changed verdicts and grades between two runs (columns `CHANGES`)."""
    parts = [verdict_changes(before, after, catalogue), grade_changes(before, after)]
    kept = [p for p in parts if len(p)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(CHANGES))


def verdict_changes(
    before: Compared, after: Compared, catalogue: dict[str, Indicator]
) -> pd.DataFrame:
    """A row a subject and rule whose verdict differs; a rule or subject of one side only counts."""
    old, new = (_plain(side.verdicts) for side in (before, after))
    both = old.merge(new, on=_KEY, how="outer", suffixes=("_before", "_after"), indicator=True)
    moved = both[both["verdict_before"].fillna("—") != both["verdict_after"].fillna("—")]
    if moved.empty:
        return pd.DataFrame(columns=list(CHANGES))
    moved = moved.reset_index(drop=True)
    cause = _causes(moved, before.parcels, after.parcels, catalogue)
    cause = np.where(moved["_merge"] == "both", cause, _one_sided(moved, before, after))
    return pd.DataFrame(
        {
            "kind": "verdict",
            **{k: moved[k] for k in _KEY},
            "before": moved["verdict_before"],
            "after": moved["verdict_after"],
            "value_before": moved["value_before"],
            "value_after": moved["value_after"],
            "threshold_before": moved["threshold_before"],
            "threshold_after": moved["threshold_after"],
            "cause": cause,
        }
    )[list(CHANGES)]


def _plain(verdicts: pd.DataFrame) -> pd.DataFrame:
    out = verdicts.copy()
    for name in out.columns:
        if isinstance(out[name].dtype, pd.CategoricalDtype):
            out[name] = out[name].astype("str")
    return out


def _one_sided(moved: pd.DataFrame, before: Compared, after: Compared) -> NDArray[np.object_]:
    """A subject that only one side has is data; a rule that only one side has is the rule."""
    ids = [
        set(side.parcels["parcel_id"]) | set(side.enterprises.get("enterprise_id", []))
        for side in (before, after)
    ]
    shared = moved["subject_id"].isin(ids[0] & ids[1])
    return np.where(shared, "rule", "data").astype(object)


def _causes(
    moved: pd.DataFrame,
    old_parcels: pd.DataFrame,
    new_parcels: pd.DataFrame,
    catalogue: dict[str, Indicator],
) -> NDArray[np.object_]:
    """Cause of each row that both sides have."""
    ratio = {n: i for n, i in catalogue.items() if i.denominator in ("area_mu", "area_m2")}
    unit = (
        moved["indicator_after"]
        .map({n: MU_M2 if i.denominator == "area_mu" else 1.0 for n, i in ratio.items()})
        .to_numpy(float)
    )
    scale = moved["indicator_after"].map({n: i.scale for n, i in catalogue.items()}).to_numpy(float)
    above = [moved[f"numerator_{side}"].to_numpy(float) for side in ("before", "after")]
    below = [moved[f"denominator_{side}"].to_numpy(float) for side in ("before", "after")]
    # The old outline under the new area basis: the step between old and new method.
    middle = _area(moved, old_parcels, new_parcels) / unit
    middle = np.where(np.isnan(middle), below[0], middle)
    on_land = ~np.isnan(unit)
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = [
            _verdict(above[0] / below[0] * scale, moved, "before"),
            _verdict(above[0] / below[0] * scale, moved, "after"),
            _verdict(above[0] / np.where(on_land, middle, below[0]) * scale, moved, "after"),
            _verdict(above[0] / np.where(on_land, below[1], below[0]) * scale, moved, "after"),
            _verdict(above[1] / below[1] * scale, moved, "after"),
        ]
    cause = np.full(len(moved), "data", dtype=object)
    for name, one, other in zip(
        ("rule", "method", "geometry", "data"), steps, steps[1:], strict=False
    ):
        cause[one != other] = name
    return np.where(_numbers(moved), cause, _worded(moved, old_parcels, new_parcels))


def _area(moved: pd.DataFrame, old_parcels: pd.DataFrame, new_parcels: pd.DataFrame) -> Floats:
    """Area of the old outline on the basis that the new run uses, m²; NaN where unknown."""
    basis = moved["subject_id"].map(new_parcels.set_index("parcel_id")["area_basis"])
    out = np.full(len(moved), np.nan)
    old_areas = old_parcels.set_index("parcel_id")
    for name, column in BASES.items():
        if column in old_areas:
            on_basis = (basis == name).to_numpy()
            out[on_basis] = moved["subject_id"].map(old_areas[column]).to_numpy(float)[on_basis]
    return out


def _numbers(moved: pd.DataFrame) -> Mask:
    """Rows where both verdicts come from comparing a number, or from its absence."""
    compared = ["", "input_missing", "rounded"]
    plain = moved["reason_before"].isin(compared) & moved["reason_after"].isin(compared)
    limits = moved["threshold_before"].notna() | moved["threshold_high_before"].notna()
    limits &= moved["threshold_after"].notna() | moved["threshold_high_after"].notna()
    return (plain & limits).to_numpy(dtype=bool)


def _verdict(value: Floats, moved: pd.DataFrame, side: str) -> NDArray[np.int8]:
    """1 pass, 0 fail, −1 no data, of values under one side's rules."""
    low = moved[f"threshold_{side}"].to_numpy(float)
    high = moved[f"threshold_high_{side}"].to_numpy(float)
    decimals = moved[f"decimals_{side}"].fillna(2).to_numpy(int)
    rounded_value = np.full(len(value), np.nan)
    for places in np.unique(decimals):
        rounded_value[decimals == places] = shown(value[decimals == places], int(places))
    admits = Intervals.of_table(moved[f"operator_{side}"], low, high)
    return np.where(
        np.isnan(rounded_value), -1, admits.holds(rounded_value).astype(np.int8)
    ).astype(np.int8)


def _worded(
    moved: pd.DataFrame, old_parcels: pd.DataFrame, new_parcels: pd.DataFrame
) -> NDArray[np.object_]:
    """Cause where a verdict hangs on words: the rule if its text changed, else what was stated."""
    altered = np.zeros(len(moved), dtype=bool)
    for name in _RULE:
        one, other = moved[f"{name}_before"], moved[f"{name}_after"]
        altered |= ~((one == other) | (one.isna() & other.isna())).to_numpy(dtype=bool)
    restated = np.array(moved["industry_row_before"] != moved["industry_row_after"], dtype=bool)
    for name in _STATED:
        if name in old_parcels and name in new_parcels:
            sides = [
                moved["subject_id"].map(side.set_index("parcel_id")[name]).astype("str")
                for side in (old_parcels, new_parcels)
            ]
            restated |= (sides[0].fillna("") != sides[1].fillna("")).to_numpy(dtype=bool)
    cause = np.where(altered & ~restated, "rule", "data").astype(object)
    return np.where(
        _other_day(moved, old_parcels, new_parcels) & ~altered & ~restated, "method", cause
    ).astype(object)


def _other_day(moved: pd.DataFrame, old_parcels: pd.DataFrame, new_parcels: pd.DataFrame) -> Mask:
    """Whether a parcel is judged as of another day than before, by the project's setting."""
    if "judged_as_of" not in old_parcels or "judged_as_of" not in new_parcels:
        return np.zeros(len(moved), dtype=bool)
    days = [
        moved["subject_id"].map(side.set_index("parcel_id")["judged_as_of"])
        for side in (old_parcels, new_parcels)
    ]
    return np.asarray((days[0] != days[1]) & days[0].notna() & days[1].notna())


def grade_changes(before: Compared, after: Compared) -> pd.DataFrame:
    """A row a subject whose grade differs.

    Another method (or its weights) is the cause `method`; else changed land `geometry`; else `data`
    (its own figures, or the others').
    """
    key = ["subject", "subject_id"]
    both = before.grades.merge(after.grades, on=key, how="outer", suffixes=("_before", "_after"))
    moved = both[both["grade_before"].fillna("—") != both["grade_after"].fillna("—")]
    if moved.empty:
        return pd.DataFrame(columns=list(CHANGES))
    weights = [
        side.score_items.groupby("indicator")[["weight", "baseline"]].first()
        for side in (before, after)
    ]
    method = (moved["evaluation_before"].fillna("") != moved["evaluation_after"].fillna("")) | (
        not weights[0].equals(weights[1])
    )
    land = [
        moved["subject_id"]
        .map(side.enterprises.set_index("enterprise_id").get("area_mu", pd.Series(dtype=float)))
        .astype(float)
        for side in (before, after)
    ]
    redrawn = ((land[0] - land[1]).abs() > 1e-6) & _same_figures(moved, before, after)
    return pd.DataFrame(
        {
            "kind": "grade",
            **{k: moved[k] for k in key},
            "rule_id": moved["evaluation_after"].fillna(moved["evaluation_before"]),
            "before": moved["grade_before"],
            "after": moved["grade_after"],
            "value_before": moved["score_before"],
            "value_after": moved["score_after"],
            "threshold_before": np.nan,
            "threshold_after": np.nan,
            "cause": np.select([method, redrawn], ["method", "geometry"], "data"),
        }
    )[list(CHANGES)]


def _same_figures(moved: pd.DataFrame, before: Compared, after: Compared) -> pd.Series[bool]:
    """Whether a subject's reported figures are the same on both sides."""
    names = [
        n
        for n in (
            "revenue",
            "tax",
            "value_added",
            "output_value",
            "employees",
            "energy_tce",
            "rd_expense",
        )
        if n in before.enterprises and n in after.enterprises
    ]
    same = pd.Series(True, index=moved.index)
    for name in names:
        one, other = (
            moved["subject_id"].map(side.enterprises.set_index("enterprise_id")[name])
            for side in (before, after)
        )
        same &= (one == other) | (one.isna() & other.isna())
    return same
