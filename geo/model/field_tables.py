"""Result tables of the fields of industry: the project's, and each park's."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.layers import MEASURES
from geo.model.table import GROWTH, Table, columns_named
from geo.text import Text

_MONEY = ("revenue", "value_added", "tax")
"""Measures that are shown by field of industry."""


def _by_field(
    ending: str, zh: str, en: str, *, share: bool = False, count: bool = False
) -> tuple[Column, ...]:
    """A column of each measure that is shown by field."""
    return tuple(
        Column(
            f"{one.name}_{ending}",
            zh.format(one.zh),
            en.format(one.en),
            "integer" if count else "number",
            "" if share or count else one.unit,
            form="share" if share else "",
        )
        for one in MEASURES
        if one.name in _MONEY
    )


FIELD_TABLES = (
    Table(
        "fields",
        Text("产业领域", "Fields of industry"),
        (
            *columns_named(
                "field_id title_zh title_en parks published_parks enterprises land_mu revenue"
                " value_added tax revenue_per_mu value_added_per_mu tax_per_mu",
                Column("title_zh", "领域名称", "Name of the field (Chinese)"),
                Column("title_en", "领域名称（英）", "Name of the field"),
            ),
            *_by_field("beside", "无用地企业{}（不入亩均）", "{} without land (beside)"),
            *_by_field("share", "占全部{}", "Share of all {}", share=True),
            *columns_named("land_share year_before"),
            *_by_field("before", "基期{}", "{} in the base year"),
            *_by_field("missing", "两年未报{}行数", "Rows of both years without {}", count=True),
            *_by_field("growth", "{}年均增长", "{}, yearly growth", share=True),
            *(one for one in GROWTH if one.name.removesuffix("_per_mu_growth") in _MONEY),
            *columns_named("field_table citation published_citation"),
        ),
        ("field_id",),
        combine="fields",
        sheet=38,
    ),
    Table(
        "park_fields",
        Text("园区分领域", "Parks by field"),
        columns_named(
            "park_id field_id enterprises land_mu revenue revenue_per_mu value_added"
            " value_added_per_mu tax tax_per_mu revenue_share missing",
            Column(
                "revenue_share",
                "占园区营业收入",
                "Share of the park's revenue",
                "number",
                form="share",
            ),
            Column("missing", "未报营业收入行数", "Rows without revenue", "integer"),
        ),
        ("park_id", "field_id"),
        combine="rows",
        sheet=39,
    ),
)
