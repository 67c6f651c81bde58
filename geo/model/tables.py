"""The result tables (结果表), each declared once: columns, key, how parts combine, which sheet.

Whatever lists tables or columns is derived from here: the files of a run and their order, sheets
of the workbook, titles, headings, words of codes, what a large run leaves in parts, the docs' page
of tables. A table of an office's own is a `Table` with a `make` (`TABLES.register`, or an entry
point of `mujun.tables`): it is made at the end of each run, and stands in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from geo.model.columns import Column
from geo.model.further_tables import FURTHER_TABLES
from geo.model.subject_tables import SUBJECT_TABLES
from geo.model.table import Table, columns_named, reason
from geo.registry import Registry
from geo.text import Message, Text

_MADE_OF_OTHERS = (
    Table(
        "rules",
        Text("规则", "Rules"),
        columns_named(
            "rule_id indicator clause citation operator unit mandatory decimals cell_text"
            " pass fail no_data exempt conflict listed",
            Column("listed", "本簿列出", "Listed here", "integer"),
        ),
        ("rule_id", "citation"),
        sheet=15,
        stored=False,
    ),
    Table(
        "unallocated",
        Text("未分摊", "Unallocated"),
        next(table for table in SUBJECT_TABLES if table.name == "allocation").columns,
        large=True,
        sheet=36,
        stored=False,
    ),
    Table(
        "changes",
        Text("变化", "Changes"),
        columns_named(
            "kind subject subject_id rule_id before after value_before value_after"
            " threshold_before threshold_after cause",
            Column("kind", "类别", "Kind", vocabulary="changed_kind"),
            Column("after", "变更后", "After", vocabulary="verdict_or_grade"),
        ),
        stored=False,
        open=True,
    ),
    Table(
        "pack_differences",
        Text("规则包差异", "Differences of packs"),
        columns_named(
            "part change column row item old new effect",
            Column("part", "部分", "Part", vocabulary="pack_part"),
            Column("change", "变化", "Change", vocabulary="pack_change"),
            Column("column", "列", "Column"),
            Column("row", "行", "Row"),
            Column("item", "项", "Item"),
            Column("old", "旧", "Old"),
            Column("new", "新", "New"),
            Column("effect", "宽严", "Effect", vocabulary="pack_effect"),
        ),
        stored=False,
    ),
    Table(
        "pack_changes",
        Text("判定变化", "Changed verdicts"),
        columns_named(
            "subject_id park_id area_mu before after rule_id",
            Column("before", "旧版本判定", "Old edition", vocabulary="verdict"),
            Column("after", "新版本判定", "New edition", vocabulary="verdict"),
        ),
        stored=False,
    ),
    Table(
        "pack_rule_changes",
        Text("逐条变化", "Changed by rule"),
        columns_named(
            "subject_id park_id area_mu rule_id indicator unit before after value threshold_before"
            " threshold_after gap reason clause overall_changes",
            Column("before", "旧版本判定", "Old edition", vocabulary="verdict"),
            Column("after", "新版本判定", "New edition", vocabulary="verdict"),
            reason("verdict_reason"),
            Column("overall_changes", "总判定变化", "Overall verdict changes", "bool"),
        ),
        stored=False,
    ),
    Table(
        "thresholds",
        Text("准入门槛", "Entry thresholds"),
        columns_named(
            "industry industry_name indicator unit enterprises missing land_mu bar_kind quantile bar"
            " bar_low bar_high excluded excluded_mu excluded_tax small_sample source"
        ),
        stored=False,
    ),
)

SHIPPED = (*SUBJECT_TABLES, *FURTHER_TABLES, *_MADE_OF_OTHERS)
"""mujun's own."""

TABLES: Registry[Table] = Registry(
    "mujun.tables",
    Message("registry.table"),
    Table,
    lambda: SHIPPED,
)
"""All tables by name; an office's own after mujun's."""


_LAST = 1_000


def stored_tables() -> list[Table]:
    """Those that are files of a run, in the order of the files."""
    return [table for table in TABLES if table.stored]


def sheets() -> list[Table]:
    """Those that are sheets of the workbook, in order; an office's own come last."""
    shown = (table for table in TABLES if table.sheet or table.make)
    return sorted(shown, key=lambda table: table.sheet or _LAST)


def names(tables: Iterable[Table]) -> tuple[str, ...]:
    """The names of tables."""
    return tuple(table.name for table in tables)
