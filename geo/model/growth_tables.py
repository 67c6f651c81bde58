"""Result tables of growth between two years: of whole sums, and like-for-like (可比口径)."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.table import FIRM, Table, columns_named
from geo.text import Text


def _comparable(name: str, zh: str, en: str, form: str = "") -> Column:
    """A column of what is compared; its title says so wherever it stands."""
    return Column(
        f"comparable_{name}",
        f"可比口径{zh}",
        f"Like-for-like: {en}",
        "integer" if form == "count" else "number",
        form="share" if form == "share" else "",
    )


_COMPARABLE = (
    _comparable(
        "enterprises", "企业数（两年均填报）", "enterprises, reporting in both years", "count"
    ),
    _comparable("share_before", "占上期已报合计", "of the sum known before", "share"),
    _comparable("share", "占本期已报合计", "of the sum known now", "share"),
    _comparable("before", "上期合计", "sum before"),
    _comparable("after", "本期合计", "sum now"),
    _comparable("land_before_mu", "上期用地（亩）", "land before (mu)"),
    _comparable("land_after_mu", "本期用地（亩）", "land now (mu)"),
    _comparable("per_mu_before", "上期亩均", "per mu before"),
    _comparable("per_mu_after", "本期亩均", "per mu now"),
    _comparable("change", "总量变化", "change of the sum", "share"),
    _comparable("land_change", "用地变化", "change of the land", "share"),
    _comparable("per_mu_change", "亩均变化", "change per mu", "share"),
    _comparable("growth", "年均增长", "yearly growth of the sum", "share"),
    _comparable("per_mu_growth", "亩均年均增长", "yearly growth per mu", "share"),
    _comparable("contribution", "拉动全部增长（百分点）", "points of the whole change", "share"),
)
_COUNTS = (
    Column(
        "of_enterprises", "两年有用地的企业数", "Enterprises with land in either year", "integer"
    ),
    Column("entered_enterprises", "不可比：新增企业", "Not compared: new", "integer"),
    Column("left_enterprises", "不可比：退出企业", "Not compared: gone", "integer"),
    Column("blank_enterprises", "不可比：缺报企业", "Not compared: blank", "integer"),
    Column(
        "off_land_enterprises",
        "不可比：用地记录变动企业",
        "Not compared: land off record",
        "integer",
    ),
)

TARGET_GROWTH = (
    Column("comparable_value", "可比口径增长", "Growth like-for-like", "number"),
    _COMPARABLE[0],
    _COUNTS[0],
)
"""Beside a target of growth, in its unit."""

GROWTH_TABLES = (
    Table(
        "growth_parts",
        Text("增长分解", "Growth decomposition"),
        columns_named(
            "park_id measure year_before year value_before value_after land_before_mu"
            " land_after_mu per_mu_before per_mu_after value_change land_change per_mu_change"
            " missing_before missing_after",
            Column("value_before", "上期总量", "Sum before", "number", aliases=("之前数值",)),
            Column("value_after", "本期总量", "Sum now", "number", aliases=("之后数值",)),
        ),
        ("park_id", "measure"),
        sheet=27,
    ),
    Table(
        "comparable_growth",
        Text("可比口径增长", "Growth like-for-like"),
        columns_named(
            "subject subject_id name measure year_before year comparable_enterprises of_enterprises "
            + " ".join(one.name for one in (*_COMPARABLE[1:], *_COUNTS[1:])),
            *_COMPARABLE,
            *_COUNTS,
        ),
        ("subject", "subject_id", "measure"),
        sheet=28,
    ),
    Table(
        "not_comparable",
        Text("不可比企业", "Enterprises not compared"),
        columns_named(
            "park_id enterprise_id name measure standing year_before year known_before known_after",
            FIRM,
            Column("standing", "不可比原因", "Why not compared", vocabulary="comparable_standing"),
            Column("known_before", "上期已报", "Known before", "number"),
            Column("known_after", "本期已报", "Known now", "number"),
        ),
        ("park_id", "enterprise_id", "measure"),
        combine="rows",
        large=True,
        sheet=29,
    ),
)
