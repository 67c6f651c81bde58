"""`assessment.xlsx` and `findings.xlsx`: which tables of a run, and how they hang together.

A parcel leads to its verdicts, a verdict to its parcel or enterprise and to its rule, a rule to
its document. Counts and sums of the first sheet are formulas over the other sheets, each beside
the value that mujun computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo import findings
from geo.evaluate.plan import NO_PLAN, Plan
from geo.geometry.keys import position_of
from geo.model.table import Table
from geo.model.tables import TABLES, sheets
from geo.project import Settings
from geo.publish.excel.fast_sheet import Link, TextSheet, link
from geo.publish.excel.front_sheet import write_dashboard
from geo.publish.excel.listed import listed
from geo.publish.excel.table_writer import Book
from geo.publish.excel.verdict_sheet import VerdictSheets, verdict_sheets
from geo.publish.headings import heading
from geo.run import Run
from geo.text import Message, Text

RULES, VERDICT_SHEET = TABLES["rules"].title, TABLES["verdicts"].title
PARCELS, ENTERPRISES = TABLES["parcels"].title, TABLES["enterprises"].title

OPTIONAL = ("project_targets", "plan_progress", "plan_checklist", "plan_lists", "notes")
"""Tables that have a sheet only where they have rows."""


def write_workbook(run: Run, file: Path) -> None:
    """All sheets of an assessment."""
    settings, plan = run.settings, run.basis.plan
    lang = settings.lang
    judged = verdict_sheets(run)
    made = {
        "rules": judged.rules,
        "unallocated": run.allocation[run.allocation["reason"].notna()],
        "findings": run.published("findings"),
    }
    if settings.fields:  # their names stand in `field_id`
        made["fields"] = run.fields.drop(columns=["title_zh", "title_en"])

    def table_of(name: str) -> pd.DataFrame:
        table: pd.DataFrame = made[name] if name in made else run.tables[name]
        return table

    shown = [t for t in sheets() if has_sheet(t, settings, plan, table_of)]
    cut = {
        t.name: judged.verdicts if t.name == "verdicts" else listed(run, t.name, table_of(t.name))
        for t in shown
    }
    noted = frozenset(t.title(lang) for t in shown if cut[t.name].note)
    links = _links(run, judged, noted, lang)
    book = Book(file, settings, plan)
    front = book.book.add_worksheet(Message("common.summary")(lang), TextSheet)
    for declared in shown:
        title, own = declared.title(lang), cut[declared.name]
        table = readable(declared.name, own.table, run)
        book.table(title, table, links.get(title), declared.name, own.note)
    write_dashboard(book, front, run, {t.title(lang): cut[t.name] for t in shown}, judged.rules)
    book.close()


def has_sheet(
    declared: Table, settings: Settings, plan: Plan, table_of: Callable[[str], pd.DataFrame]
) -> bool:
    """Whether a table has a sheet.

    Without a plan, lists in it, notes, or fields of industry, their sheets would only be headings.
    """
    if declared.of_plan and not plan:
        return False
    if declared.name in ("fields", "park_fields") and not settings.fields:
        return False
    return declared.name not in OPTIONAL or not table_of(declared.name).empty


def readable(name: str, table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """The rows of a sheet in the reader's language, with names where the table has ids."""
    if name in ("ranking", "plan_lists"):
        return _in_words(table, run)
    if name in ("grades", "score_items"):
        return _named(table, run)
    if name in ("benchmarks", "zones"):
        return _in_language(table, run.settings.lang)
    return table


def _links(
    run: Run, judged: VerdictSheets, noted: frozenset[str], lang: str
) -> dict[str, dict[str, Link]]:
    """By sheet and column, where its rows lead."""
    see = Text("→", "→")(lang)
    table = judged.verdicts.table
    subject, kind = table["subject_id"].astype("str"), table["subject"].astype("str")
    parcels = position_of(subject, run.parcels["parcel_id"])
    firms = position_of(subject, run.enterprises["enterprise_id"])
    first = position_of(run.parcels["parcel_id"], subject.where(kind == "parcel"))
    of_parcels = kind == "parcel"
    return {
        PARCELS(lang): {"parcel_id": link([(VERDICT_SHEET(lang), first)], see, noted)},
        VERDICT_SHEET(lang): {
            "subject_id": link(
                [
                    (PARCELS(lang), np.where(of_parcels, parcels, -1)),
                    (ENTERPRISES(lang), np.where(of_parcels, -1, firms)),
                ],
                see,
                noted,
            ),
            "rule_id": link([(RULES(lang), judged.rule)], see, noted),
        },
    }


def write_findings(table: pd.DataFrame, settings: Settings, file: Path) -> None:
    """The findings alone."""
    book = Book(file, settings)
    title = TABLES["findings"].title(settings.lang)
    book.table(title, findings.in_language(table, settings.lang), name="findings")
    book.close()


def write_tables(
    tables: dict[str, pd.DataFrame],
    settings: Settings,
    file: Path,
    names: Mapping[str, str] = MappingProxyType({}),
    plan: Plan = NO_PLAN,
) -> None:
    """A workbook of these tables, by their sheets; `names` are those of declared ones, by sheet."""
    book = Book(file, settings, plan)
    for title, table in tables.items():
        book.table(title, table, name=names.get(title, ""))
    book.close()


def _named(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """The table with the name of each enterprise or park after its id."""
    parks = run.parks.set_index("park_id")["name"]
    own = run.enterprises.set_index("enterprise_id")
    names = own["name"] if "name" in own else pd.Series(dtype="str")
    every = pd.concat([names, parks])
    said = table["subject_id"].map(every[~every.index.duplicated()])
    out = table.copy()
    out.insert(list(table.columns).index("subject_id") + 1, "name", said)
    return out


def _in_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table without the titles of the other language."""
    other = "en" if lang == "zh" else "zh"
    return table.drop(columns=[f"title_{other}", f"consequence_{other}"], errors="ignore")


def _in_words(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """A list with what each park lacks, and is ranked by, in the reader's words."""
    settings, plan = run.settings, run.basis.plan
    said = {name: title(settings.lang) for name, title in plan.target_titles.items()}
    keys = {order.key for one in plan.lists.values() for order in one.order}
    keys |= {"level", *(name for one in plan.lists.values() for name in one.where)}
    said = {name: heading(name, settings.lang, settings.currency) for name in keys} | said
    names = "|".join(re.escape(name) for name in sorted(said, key=len, reverse=True))
    whole = re.compile(rf"(?<![^;])({names})(?![^;=])")
    columns = [name for name in ("lacks", "keys") if name in table]
    return table.assign(
        **{
            name: table[name].astype("str").str.replace(whole, lambda m: said[m[1]], regex=True)
            for name in columns
        }
    )
