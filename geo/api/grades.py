"""Grades A to D of enterprises or parks by a published method (分等)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from geo.api.edges import Column, ids_of, require_number, with_yes_or_no
from geo.api.money import inputs_of
from geo.economy.intensity import ratios
from geo.errors import DataError
from geo.evaluate.eligibility import missing_columns, unapplied_columns
from geo.evaluate.grades import grade as graded_by
from geo.evaluate.method import Method, read_method
from geo.guards import require_columns, require_known
from geo.model import INDICATORS
from geo.text import join

GRADE_COLUMNS = (
    "grade",
    "score",
    "rank",
    "of",
    "group",
    "reason",
    "to_better",
    "to_worse",
    "stability",
)


def grade(
    frame: pd.DataFrame,
    method: Method | str | Path,
    year: int,
    *,
    area: Column | None = None,
    columns: dict[str, str] | None = None,
    weights: dict[str, float] | None = None,
    baselines: dict[str, float] | None = None,
    missing: Literal["error", "skip"] = "error",
    uncertainty: float = 0.0,
) -> pd.DataFrame:
    """Grade every row by a method: items scored, summed, ranked in their group, cut into grades.

    Parameters
    ----------
    frame
        One row an enterprise (or park): the method's items, or what they are made of (`tax` and
        the land for `tax_per_mu`); `above_scale` (规上) where its groups go by it.
    method
        A `geo.Method`, the id of a shipped one (`huangyan-2022`), or a file.
    year
        The year graded: what is new in it may be exempt.
    area
        The land in m², as of `geo.per_mu`; else the column `area_m2`, or the frame's polygons.
    columns
        Which of the frame's columns stands for a canonical one: `{"tax": "税收"}`.
    weights
        The weights of items, where the method's text prints none.
    baselines
        The baselines of items, likewise, in the indicators' units.
    missing
        `"error"` where a column is not there by which the method exempts (industry, status, dates),
        takes points off, or orders equal scores; `"skip"` grades without these.
    uncertainty
        Relative standard error of the figures, for `stability`.

    Returns
    -------
    DataFrame on the index of the frame: `grade` (A to D, `ungraded` or `no_data`), `score`, `rank`
    and `of` within its `group`, `reason` where there is no grade, `to_better` and `to_worse` (points
    to the next grades), `stability`, and `score_ITEM`, the points of each item.

    Raises
    ------
    DataError
        Where an item's column, or one that groups or exempts, is not there: a missing figure is
        no_data, a missing column is a mistake.
    RuleError
        Where there is no such method, or its weights or baselines are not known.

    Notes
    -----
    The method's document is cited by `geo.read_method(...).method.citation`. A run grades by the
    same code.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> method = geo.read_method("sichuan-2020")
    >>> items = [item.indicator for item in method.groups[0].items]
    >>> firms = pd.DataFrame({name: range(1, 21) for name in items}, dtype=float)
    >>> graded = geo.grade(firms.assign(above_scale=True), method, 2020, missing="skip")
    >>> graded["grade"].value_counts().sort_index().to_dict()
    {'A': 6, 'B': 12, 'C': 2}
    """
    require_known((missing,), ("error", "skip"), "grade: missing")
    require_number(uncertainty, "grade: uncertainty")
    by = read_method_of(method, weights, baselines)
    items = list(dict.fromkeys(i.indicator for g in by.groups for i in g.items))
    require_known(weights or (), items, "grade: weights")
    require_known(baselines or (), items, "grade: baselines")
    asked = (*missing_columns(pd.DataFrame(), by), *unapplied_columns(pd.DataFrame(), by))
    subjects = inputs_of(
        frame, INDICATORS, area, columns, "grade", ("above_scale", *items, *asked)
    ).reset_index(drop=True)
    lacking = [name for name in items if name not in subjects and name in INDICATORS]
    subjects = subjects.join(ratios(subjects, {name: INDICATORS[name] for name in lacking}))
    subjects = with_yes_or_no(subjects, ("above_scale",), "grade")
    if "industry_code" in subjects:
        subjects["industry_code"] = ids_of(subjects["industry_code"])
    _require(subjects, by, missing)
    done = graded_by(subjects, by, year, uncertainty)
    points = {f"score_{name}": np.full(len(subjects), np.nan) for name in items}
    for part in done.scored:
        for at, name in enumerate(part.of_item["indicator"]):
            points[f"score_{name}"][part.at] = part.score[at]
    out = done.grades[list(GRADE_COLUMNS)].assign(**points)
    return out.set_axis(frame.index)


def read_method_of(
    method: Method | str | Path,
    weights: dict[str, float] | None = None,
    baselines: dict[str, float] | None = None,
) -> Method:
    """A method, or the one of an id or a file, with the figures that its text leaves out."""
    if isinstance(method, Method):
        by = method
    else:
        file = Path(method)
        own = file.suffix == ".toml"
        by = read_method(file.name, file.parent) if own else read_method(str(method))
    return by.completed(weights or {}, baselines or {})


def _require(subjects: pd.DataFrame, method: Method, missing: str) -> None:
    """DataError where a column that groups or exempts is not there."""
    if any(group.where != "all" for group in method.groups):
        require_columns(subjects, ("above_scale",), "grade")
    if any(group.industries for group in method.groups):
        require_columns(subjects, ("industry_code",), "grade")
    if any(group.least_mu > 0 or group.under_mu for group in method.groups):
        require_columns(subjects, ("area_mu",), "grade")
    if missing == "error":
        require_columns(subjects, unapplied_columns(subjects, method), "grade")
    lacking = missing_columns(subjects, method) if missing == "error" else []
    if lacking:
        raise DataError(
            "api_grades.method_exempts_no_columns", method=method.head.id, lacking=join(lacking)
        )
