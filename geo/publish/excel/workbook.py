"""`assessment.xlsx` and `findings.xlsx`: which tables of a run, and how they hang together.

A parcel leads to its verdicts, a verdict to its parcel or enterprise and to its rule, a rule to
its document. Counts and sums of the first sheet are formulas over the other sheets, each beside
the value that mujun computed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import findings
from geo.evaluate.compliance_options import target_changes
from geo.evaluate.plan import Plan
from geo.model import LAYERS
from geo.project import Settings
from geo.publish.excel.fast_sheet import Link, TextSheet, link
from geo.publish.excel.front_sheet import write_dashboard
from geo.publish.excel.table_writer import Book
from geo.publish.words import TABLE_TITLES
from geo.run import Run
from geo.standards.table import rules_table, shortened
from geo.text import Message, Text

RULES, VERDICT_SHEET = TABLE_TITLES["rules"], TABLE_TITLES["verdicts"]
OF_PLAN = ("park_targets", "ranking", "services", "benchmarks")
PARCELS, ENTERPRISES = TABLE_TITLES["parcels"], TABLE_TITLES["enterprises"]


def write_workbook(result: Run, settings: Settings, file: Path) -> None:
    """All sheets of an assessment."""
    lang, plan = settings.lang, result.basis.plan
    judged = _judged(result, settings)
    listed = rules_table(result.verdicts)
    tables = {
        "parks": result.parks,
        "park_targets": result.park_targets,
        "ranking": _listed(result.ranking, lang, plan),
        "services": result.services,
        "industries": result.industries,
        "enterprises": result.enterprises,
        "parcels": result.parcels,
        "grades": _named(result.grades, result),
        "score_items": _named(result.score_items, result),
        "benchmarks": _in_language(result.benchmarks, lang),
        "rules": listed,
        "verdicts": judged,
        "ways": result.ways,
        "land_supply": result.land_supply,
        "idle": result.idle,
        "zones": _in_language(result.zones, lang),
        "access": result.access,
        "lineage": result.lineage,
        "land_change": result.land_change,
        "growth_parts": result.growth_parts,
        "chain_links": result.chain_links,
        "chain_members": result.chain_members,
        "chain_path": result.chain_path,
        "flips": result.flips,
        "conserved": result.conserved,
        "rows_read": _layers_named(result.rows_read, lang),
        "unallocated": result.allocation[result.allocation["reason"].notna()],
        "findings": findings.in_language(result.findings, lang),
    }
    # Without a plan its sheets would only be headings.
    sheets = {
        TABLE_TITLES[name](lang): table
        for name, table in tables.items()
        if plan or name not in OF_PLAN
    }
    links = _links(result, judged, listed, lang)
    book = Book(file, settings, plan)
    front = book.book.add_worksheet(Message("common.summary")(lang), TextSheet)
    for title, table in sheets.items():
        book.table(title, table, links.get(title))
    write_dashboard(book, front, result, {title: len(table) for title, table in sheets.items()})
    book.close()


def _layers_named(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The ledger of rows with the titles of the layers."""
    titles = {name: spec.title(lang) for name, spec in LAYERS.items()}
    return rows.assign(layer=rows["layer"].map(titles))


def _judged(result: Run, settings: Settings) -> pd.DataFrame:
    """Verdicts with what would mend them; those of a parcel or enterprise stand together."""
    own = shortened(result.verdicts)
    table = pd.concat([own, target_changes(own, settings.catalogue)], axis=1)
    place = pd.concat(
        [
            pd.Series(range(len(frame)), index=frame[key].astype("str"))
            for frame, key in ((result.parcels, "parcel_id"), (result.enterprises, "enterprise_id"))
        ]
    )
    order = table["subject_id"].astype("str").map(place[~place.index.duplicated()])
    rank = np.lexsort((order.to_numpy(float), (table["subject"] != "parcel").to_numpy()))
    return table.iloc[rank].reset_index(drop=True)


def _links(
    result: Run, judged: pd.DataFrame, listed: pd.DataFrame, lang: str
) -> dict[str, dict[str, Link]]:
    """By sheet and column, where its rows lead."""
    see = Text("→", "→")(lang)
    subject, kind = judged["subject_id"].astype("str"), judged["subject"].astype("str")
    parcels = _where(result.parcels["parcel_id"].astype("str"), subject)
    firms = _where(result.enterprises["enterprise_id"].astype("str"), subject)
    rule = [
        a + "\0" + b
        for a, b in zip(*(listed[c].astype("str") for c in ("rule_id", "citation")), strict=True)
    ]
    own = judged["rule_id"].astype("str") + "\0" + judged["citation"].astype("str").fillna("")
    first = _where(subject[kind == "parcel"], result.parcels["parcel_id"].astype("str"))
    return {
        PARCELS(lang): {"parcel_id": link([(VERDICT_SHEET(lang), first)], see)},
        VERDICT_SHEET(lang): {
            "subject_id": link(
                [
                    (PARCELS(lang), np.where(kind == "parcel", parcels, -1)),
                    (ENTERPRISES(lang), np.where(kind == "parcel", -1, firms)),
                ],
                see,
            ),
            "rule_id": link([(RULES(lang), _where(pd.Series(rule, dtype="str"), own))], see),
        },
    }


def _where(keys: pd.Series[Any], wanted: pd.Series[Any]) -> NDArray[np.int64]:
    """Position of the first of each wanted key; −1 where there is none."""
    first = keys.reset_index(drop=True).drop_duplicates()
    place = pd.Series(first.index, index=first.to_numpy())
    return wanted.map(place).fillna(-1).to_numpy(np.int64)


def write_findings(table: pd.DataFrame, settings: Settings, file: Path) -> None:
    """The findings alone."""
    book = Book(file, settings)
    book.table(
        Message("workbook.findings")(settings.lang), findings.in_language(table, settings.lang)
    )
    book.close()


def write_tables(tables: dict[str, pd.DataFrame], settings: Settings, file: Path) -> None:
    """A workbook of these tables, by the names of their sheets."""
    book = Book(file, settings)
    for title, table in tables.items():
        book.table(title, table)
    book.close()


def _named(table: pd.DataFrame, result: Run) -> pd.DataFrame:
    """The table with the name of each enterprise or park after its id."""
    parks = result.parks.set_index("park_id")["name"]
    own = result.enterprises.set_index("enterprise_id")
    names = own["name"] if "name" in own else pd.Series(dtype="str")
    said = table["subject_id"].map(pd.concat([names, parks[~parks.index.isin(names.index)]]))
    out = table.copy()
    out.insert(list(table.columns).index("subject_id") + 1, "name", said)
    return out


def _in_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table without the titles of the other language."""
    other = "en" if lang == "zh" else "zh"
    return table.drop(columns=[f"title_{other}", f"consequence_{other}"], errors="ignore")


def _listed(table: pd.DataFrame, lang: str, plan: Plan) -> pd.DataFrame:
    """The ranking with what each park lacks in the reader's words."""
    said = table["lacks"].astype("str")
    for name, title in plan.target_titles.items():
        said = said.str.replace(name, title(lang), regex=False)
    return table.assign(lacks=said)
