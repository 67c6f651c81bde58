"""What a project's own parcels or enterprises say of a pack: who falls through it, what feeds it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.arrays import Mask
from geo.model import Indicator, industries, industry_title
from geo.standards.comply import Judged, judge
from geo.standards.matching import Keys
from geo.standards.model import Pack
from geo.standards.remark import Remark
from geo.standards.vocabulary import REASON_CODES
from geo.text import Message, Text, bracket, join

_SHOWN = 12
"""Industries or parks that a remark names."""
_OUTSIDE = [
    REASON_CODES[name] for name in ("before_force", "after_force", "other_place", "not_industrial")
]


def check_in_project(
    pack: Pack, subjects: pd.DataFrame, catalogue: dict[str, Indicator]
) -> list[Remark]:
    """Remarks on a pack over the subjects of a run, as `judge` reads them, indexed by their id.

    Only subjects that the pack is for count: by its days, its parks, its land.
    """
    judged = judge(subjects, [pack], pack.head.subject, catalogue)
    asked = ~np.isin(judged.reason[0], _OUTSIDE)
    if not asked.any():
        return [Remark("warning", Message("pack_check.nobody", count=len(subjects)))]
    return [*_fallen_through(judged, pack, asked), *_unfed(judged, asked)]


def _fallen_through(judged: Judged, pack: Pack, asked: Mask) -> Iterator[Remark]:
    """Subjects without a row, by what the rows go by, with their count and 亩."""
    through = asked & (judged.row[0] < 0)
    if not through.any():
        return
    code, name = (
        judged.subjects.get(column, pd.Series("", index=judged.ids)).astype("str").fillna("")
        for column in Keys.COLUMNS[pack.head.rows_by]
    )
    by_industry = pack.head.rows_by == "industry"
    text = code.where(code != "", name) if by_industry else name
    mu = judged.subjects.get("area_mu", pd.Series(np.nan, index=judged.ids)).astype(float)
    rows = pd.DataFrame({"key": text, "mu": mu})[through]
    by = rows.groupby("key")["mu"].agg(["size", "sum"]).sort_values("size", ascending=False)
    shown = [
        Message(
            "pack_check.fallen_line",
            name=_called(str(key), by_industry=by_industry),
            count=int(line["size"]),
            mu=float(line["sum"]),
        )
        for key, line in by.head(_SHOWN).iterrows()  # rows-ok: those that are shown
    ]
    yield Remark(
        "warning",
        Message(
            "pack_check.fallen_through",
            count=int(through.sum()),
            mu=float(rows["mu"].sum()),
            names=join(shown),
            kinds=len(by),
        ),
        Message("pack_check.fallen_through_mend"),
    )


def _called(key: str, *, by_industry: bool) -> Text:
    """A code with the name of its industry."""
    if not by_industry or key not in industries():
        return Text(key or "—", key or "—")
    title = industry_title(key)
    return Text(f"{key} {title.zh}", f"{key} {title.en}")


def _unfed(judged: Judged, asked: Mask) -> Iterator[Remark]:
    """Columns that have no figure for any subject: no layer of the project feeds them."""
    empty = [
        bracket(rule.key, rule.column.indicator)
        for at, rule in enumerate(judged.rules)
        if np.isnan(judged.value[at][asked]).all()
    ]
    if empty:
        yield Remark(
            "warning",
            Message("pack_check.unfed", columns=join(empty), count=len(empty)),
            Message("pack_check.unfed_mend"),
        )
