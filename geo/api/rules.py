"""Verdicts: parcels or enterprises judged by rules of one's own, and by published rule packs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from geo.api.edges import Column, column_of, ids_of, require_frame, with_yes_or_no
from geo.api.money import inputs_of, read_by
from geo.arrays import Index, Ints
from geo.economy.intensity import industrial_use, ratios
from geo.errors import DataError, RuleError
from geo.guards import require_columns, require_known, with_dates
from geo.model import INDICATORS, RULE_FIGURES, Indicator, normal_industry
from geo.standards.asof import days_of
from geo.standards.comply import Judged
from geo.standards.comply import judge as judged_by
from geo.standards.matching import Keys
from geo.standards.model import Pack, declared_columns, read_pack
from geo.standards.precedence import compliance, settle
from geo.standards.rule import Rule
from geo.standards.table import verdict_table
from geo.standards.vocabulary import REASON_CODES, VERDICTS
from geo.text import join

Rules = Rule | Pack | str | Path

VERDICT_COLUMNS = (
    "rule",
    "indicator",
    "value",
    "operator",
    "threshold",
    "threshold_high",
    "unit",
    "verdict",
    "gap",
    "reason",
    "mandatory",
    "as_of",
    "clause",
    "citation",
)


@dataclass(frozen=True)
class Judgement:
    """What rules say of the rows of a frame.

    `verdicts` has one row a subject and rule, on the labels of the frame's index: `rule`,
    `indicator`, `value` (as it is judged, rounded), `operator`, `threshold` and `threshold_high`,
    `unit`, `verdict` (pass, fail, no_data, exempt, conflict), `gap` (to the nearest end, below zero
    where short), `reason`, `mandatory`, `as_of` (the day whose rules count), `clause`, `citation`.

    `summary` has one row a subject, on the frame's own index: `verdict` over the mandatory rules,
    how many rules it passes, fails, has no data for (`passed`, `failed`, `no_data`), and the rules
    that it fails (`fails`).
    """

    verdicts: pd.DataFrame
    summary: pd.DataFrame


def judge(
    frame: pd.DataFrame,
    rules: Rules | Sequence[Rules],
    *,
    id: str | None = None,  # noqa: A002 -- the column's plain name
    area: Column | None = None,
    industry: str | None = None,
    land_use: str | None = None,
    supplied_on: str | None = None,
    industrial: bool | Column | None = None,
    as_of: dt.date | None = None,
    scheme: Literal["yongdiyonghai", "gbt21010", "third_survey"] = "yongdiyonghai",
    subject: Literal["parcel", "enterprise"] = "parcel",
    missing: Literal["error", "no_data"] = "error",
    columns: dict[str, str] | None = None,
) -> Judgement:
    """Judge every row by rules of one's own, published packs, or both together.

    Parameters
    ----------
    frame
        One row a parcel (or enterprise): the figures that rules name, or what they are made of
        (`tax` and the land for `tax_per_mu`).
    rules
        `geo.Rule`s, packs (`geo.read_pack`), ids of shipped packs or files; one or several.
    id
        The column of ids, which a pack may name; the index without it.
    area
        The land in m², as of `geo.per_mu`; else the column `area_m2`, or the frame's polygons.
    industry
        The column of GB/T 4754 codes, by which packs pick the row of their table
        (`industry_code`).
    land_use
        The column of land-use codes of `scheme`, which tell what is industrial (`land_use`).
    supplied_on
        The column of the days of supply, by which the edition in force is told (`supplied_on`). A
        row without a day is judged as of today, and says so in `as_of`.
    industrial
        True: all rows are industrial land; or a column of true and false, in place of `land_use`.
    as_of
        One day whose rules count for all rows.
    missing
        What to do where a rule needs a column that is not there: `"error"`, or `"no_data"` as the
        verdict of all rows.
    columns
        Which of the frame's columns stands for a canonical one: `{"tax": "税收"}`.

    Returns
    -------
    A `Judgement`: the verdicts, and a summary on the frame's index. The frame is not changed.

    Raises
    ------
    DataError
        Where a column is named that is not there, or a rule needs one (see `missing`); where a
        figure is no number or a date no date.
    RuleError
        At a pack that is not there, is for another kind of subject, or is given twice.

    Notes
    -----
    A value is judged as it is shown: rounded half up to the rule's decimals. A missing value is
    no_data, never a pass or a fail. Two mandatory rules that no value meets are a conflict. A run
    judges by the same code.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> plots = pd.DataFrame({"tax": [90.0, 150.0, None], "m2": 1e4}, index=["A", "B", "C"])
    >>> said = geo.judge(plots, geo.Rule("tax_per_mu", ">=", 8, "园区办法"), area="m2")
    >>> said.verdicts[["value", "threshold", "verdict", "gap", "citation"]]
       value  threshold  verdict  gap citation
    A    6.0        8.0     fail -2.0     园区办法
    B   10.0        8.0     pass  2.0     园区办法
    C    NaN        8.0  no_data  NaN     园区办法
    >>> said.summary["verdict"].tolist()
    ['fail', 'pass', 'no_data']
    """
    require_frame(frame, "judge")
    listed = _listed(rules)
    require_known((missing,), ("error", "no_data"), "judge: missing")
    require_known((subject,), ("parcel", "enterprise"), "judge: subject")
    if as_of is not None and not isinstance(as_of, dt.date):
        raise DataError("rules.as_of_no_day", value=repr(as_of)[:40])
    own = {one.indicator for one in listed if isinstance(one, Rule)}
    catalogue = RULE_FIGURES
    packs = [_pack(one, catalogue, subject) for one in listed]
    _check_packs(packs, subject)
    judged_by_name = {name for p in packs for name in (*p.columns, *p.figures)}
    inputs = inputs_of(frame, RULE_FIGURES, area, columns, "judge", judged_by_name)
    inputs = inputs.reset_index(drop=True)
    facts = _facts(frame, id, industry, land_use, supplied_on, industrial, scheme)
    subjects = _figures(inputs.assign(**facts), packs, own, missing)
    read = ("land_use_industrial", *declared_columns(packs))
    subjects = with_yes_or_no(subjects, read, "judge")
    subjects = subjects.assign(**_days(subjects, as_of))
    if missing == "error":
        _require_facts(subjects, packs)
    ids = pd.Index(frame[id]) if id is not None else frame.index.to_flat_index()
    judged = settle(judged_by(subjects.set_index(ids), packs, subject, catalogue))
    names = {
        f"{p.head.id}/{r.indicator}": p.head.id
        for p, r in zip(packs, listed, strict=True)
        if isinstance(r, Rule)
    }
    return Judgement(_table(judged, frame.index, subjects, names), _summary(judged, frame, names))


def _listed(rules: Any) -> list[Rules]:
    """One rule or several; RuleError at what is none."""
    several = isinstance(rules, Iterable) and not isinstance(rules, Rules)
    listed = list(rules) if several else [rules]
    other = next((one for one in listed if not isinstance(one, Rules)), None)
    if other is not None or rules is None:
        raise RuleError("rules.not_a_rule", kind=type(other).__name__)
    return listed


def _pack(one: Rules, catalogue: dict[str, Indicator], subject: str) -> Pack:
    if isinstance(one, Rule):
        return one.pack(catalogue, subject)
    return read_rule_pack(one, catalogue)


def read_rule_pack(one: Pack | str | Path, catalogue: dict[str, Indicator]) -> Pack:
    """A pack, or the one of an id or a file. RuleError for a `Rule`: a run cites its documents."""
    if isinstance(one, Pack):
        return one
    if not isinstance(one, str | Path):
        raise RuleError("rules.no_pack", kind=type(one).__name__, shown=str(one)[:80])
    file = Path(one)
    if file.suffix == ".toml":
        return read_pack(file.name, file.parent, catalogue)
    return read_pack(str(one), catalogue=catalogue)


def _check_packs(packs: list[Pack], subject: str) -> None:
    """RuleError without a rule, for one that is given twice, and for those of other subjects."""
    if not packs:
        raise RuleError("rules.no_rules")
    ids = [pack.head.id for pack in packs]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise RuleError("rules.rule_given_twice", twice=twice)
    other = next((p for p in packs if p.head.subject != subject), None)
    if other is not None:
        raise RuleError("rules.pack_subjects_kind", other=other.head.id, subject=other.head.subject)


def _facts(
    frame: pd.DataFrame,
    id: str | None,  # noqa: A002
    industry: str | None,
    land_use: str | None,
    supplied_on: str | None,
    industrial: bool | Column | None,
    scheme: str,
) -> dict[str, Any]:
    """What packs go by beside figures, by canonical names and in the order of the rows."""
    asked = (id, industry, land_use, supplied_on)
    require_columns(frame, [name for name in asked if name is not None], "judge")
    require_known((scheme,), ("yongdiyonghai", "gbt21010", "third_survey"), "judge: scheme")
    out: dict[str, Any] = {}
    for canonical, column in (("industry_code", industry), ("supplied_on", supplied_on)):
        name = column or canonical
        if name in frame:
            dated = (name,) if canonical == "supplied_on" else ()
            out[canonical] = with_dates(frame[[name]], dated, "judge")[name].reset_index(drop=True)
    if "industry_code" in out:
        out["industry_code"] = normal_industry(ids_of(out["industry_code"]))
    use = land_use or "land_use"
    if isinstance(industrial, bool):
        out["land_use_industrial"] = industrial
    elif industrial is not None:
        out["land_use_industrial"] = column_of(frame, industrial, "judge").reset_index(drop=True)
    elif use in frame:
        codes = ids_of(frame[use]).reset_index(drop=True)
        out["land_use_industrial"] = industrial_use(codes, scheme)["land_use_industrial"]
    return out


def _figures(
    subjects: pd.DataFrame, packs: list[Pack], own: set[str], missing: str
) -> pd.DataFrame:
    """The subjects with every figure that rules name: as given, else made of its inputs."""
    named = list(dict.fromkeys(name for p in packs for name in p.figures))
    lacking = [name for name in named if name not in subjects]
    made = ratios(subjects, {name: INDICATORS[name] for name in lacking if name in INDICATORS})
    for name in lacking:
        if name in made or missing == "no_data":
            continue
        known = RULE_FIGURES.get(name)
        inputs = sorted(read_by(known) - set(subjects)) if known else []
        like = pd.DataFrame(columns=[*subjects.columns, *(INDICATORS if name in own else ())])
        if known is None:
            require_columns(like, (name,), "judge")
        raise DataError("rules.rule_asks_no_column_cannot", name=name, inputs=join(inputs))
    return subjects.join(made)


def _days(subjects: pd.DataFrame, as_of: dt.date | None) -> pd.DataFrame:
    """The day whose rules count, of each subject."""
    dated = with_dates(subjects, ("supplied_on",), "judge")
    never = pd.Series(pd.NaT, index=subjects.index)
    today = dt.datetime.now().astimezone().date()
    return days_of(dated.get("supplied_on", never), as_of or "supplied", today)


def _require_facts(subjects: pd.DataFrame, packs: list[Pack]) -> None:
    """DataError where a pack goes by what no column tells."""
    for pack in packs:
        several = not (len(pack.rows) == 1 and "*" in pack.rows[0].codes)
        names = Keys.COLUMNS[pack.head.rows_by]
        wanted = names[1] if pack.head.rows_by != "industry" else names[0]
        if several and not set(names) & set(subjects):
            raise DataError("rules.rows_pack_go_no_column", pack=pack.head.id, wanted=wanted)
        if pack.scope.industrial_land_only and "land_use_industrial" not in subjects:
            raise DataError("rules.pack_industrial_land_no_column", pack=pack.head.id)


def _rows(judged: Judged) -> Ints:
    """The subject of each row of `verdict_table`."""
    elsewhere = REASON_CODES["other_place"]
    rows = [np.flatnonzero(reason != elsewhere) for reason in judged.reason]
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


def _table(
    judged: Judged, index: Index, subjects: pd.DataFrame, names: dict[str, str]
) -> pd.DataFrame:
    at = _rows(judged)
    table = verdict_table([judged]).rename(columns={"rule_id": "rule"})
    table["rule"] = table["rule"].astype("str").replace(names)
    table["as_of"] = subjects["judged_as_of"].to_numpy()[at]
    return table[list(VERDICT_COLUMNS)].set_axis(index.take(at))


def _summary(judged: Judged, frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    codes = {name: at for at, name in enumerate(VERDICTS)}
    count = {
        name: (judged.verdict == codes[name]).sum(axis=0) for name in ("pass", "fail", "no_data")
    }
    fails = np.full(len(frame), "", dtype=object)
    for at, rule in enumerate(judged.rules):
        failed = judged.verdict[at] == codes["fail"]
        fails[failed] += "; " + names.get(rule.id, rule.id)
    return pd.DataFrame(
        {
            "verdict": compliance(judged).to_numpy(),
            "passed": count["pass"],
            "failed": count["fail"],
            "no_data": count["no_data"],
            "fails": pd.Series(fails, dtype="str").str.removeprefix("; ").to_numpy(),
        },
        index=frame.index,
    )
