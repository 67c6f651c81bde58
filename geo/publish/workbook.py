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
from geo.assess import Assessment
from geo.errors import Text
from geo.evaluate.parks import plan
from geo.evaluate.ways import mends
from geo.project import Settings
from geo.publish.book import Book
from geo.publish.dashboard import write_dashboard
from geo.publish.sheets import Link, link
from geo.standards.words import VERDICTS

RULES, VERDICT_SHEET = Text("规则", "Rules"), Text("判定", "Verdicts")
PARCELS, ENTERPRISES = Text("宗地", "Parcels"), Text("企业", "Enterprises")


def write_workbook(result: Assessment, settings: Settings, file: Path) -> None:
    """All sheets of an assessment."""
    lang = settings.lang
    judged = _judged(result, settings)
    listed = rules_table(judged)
    sheets = {
        Text("园区", "Parks"): result.parks,
        Text("园区目标", "Park targets"): result.park_targets,
        Text("评估名单", "Yearly list"): _listed(result.ranking, lang),
        Text("运营服务清单", "Services"): result.services,
        Text("行业", "Industries"): result.industries,
        ENTERPRISES: result.enterprises, PARCELS: result.parcels,
        Text("评价分等", "Grades"): _named(result.grades, result),
        Text("得分明细", "Score items"): _named(result.score_items, result),
        Text("对照全省均值", "Beside the province"): _in_language(result.benchmarks, lang),
        RULES: listed, VERDICT_SHEET: judged,
        Text("达标办法", "Ways to comply"): result.ways,
        Text("土地供应", "Land supply"): result.land_supply,
        Text("闲置土地", "Idle land"): result.idle,
        Text("管控线", "Control lines"): _in_language(result.zones, lang),
        Text("承载与可达", "Facilities"): result.access,
        Text("宗地沿革", "Lineage"): result.lineage,
        Text("用地变化", "Land change"): result.land_change,
        Text("增长分解", "Growth in parts"): result.growth_parts,
        Text("产业链", "Chains"): result.chain_links,
        Text("企业名录", "Directory"): result.chain_members,
        Text("发展路径", "Path"): result.chain_path,
        Text("面积口径敏感", "Area flips"): result.flips,
        Text("收支核对", "Sums in and out"): result.conserved,
        Text("未分配", "Not allocated"): result.allocation[result.allocation["reason"].notna()],
        Text("问题清单", "Findings"): findings.in_language(result.findings, lang)}
    links = _links(result, judged, listed, lang)
    book = Book(file, settings)
    front = book.book.add_worksheet(Text("汇总", "Summary")(lang))
    for title, table in sheets.items():
        book.table(title(lang), table, links.get(title(lang)))
    write_dashboard(book, front, result, {t(lang): len(table) for t, table in sheets.items()})
    book.close()


def _judged(result: Assessment, settings: Settings) -> pd.DataFrame:
    """Verdicts with what would mend them; those of a parcel or enterprise stand together."""
    table = pd.concat([result.verdicts, mends(result.verdicts, settings.catalogue)], axis=1)
    place = pd.concat([
        pd.Series(range(len(frame)), index=frame[key].astype("str"))
        for frame, key in ((result.parcels, "parcel_id"), (result.enterprises, "enterprise_id"))])
    order = table["subject_id"].astype("str").map(place[~place.index.duplicated()])
    rank = np.lexsort((order.to_numpy(float), (table["subject"] != "parcel").to_numpy()))
    return table.iloc[rank].reset_index(drop=True)


def rules_table(judged: pd.DataFrame) -> pd.DataFrame:
    """One row a rule and source: how many pass, fail and so on, its clause and its document."""
    keys = ["rule_id", "indicator", "clause", "citation"]
    if judged.empty:
        return pd.DataFrame(columns=[*keys, *VERDICTS])
    text = judged[[*keys, "verdict"]].astype("str").fillna("")
    out = text.groupby([*keys, "verdict"], sort=False).size().unstack(fill_value=0)
    return out.reindex(columns=list(VERDICTS), fill_value=0).reset_index().rename_axis(
        columns=None)


def _links(
    result: Assessment, judged: pd.DataFrame, listed: pd.DataFrame, lang: str
) -> dict[str, dict[str, Link]]:
    """By sheet and column, where its rows lead."""
    see = Text("→", "→")(lang)
    subject, kind = judged["subject_id"].astype("str"), judged["subject"].astype("str")
    parcels = _where(result.parcels["parcel_id"].astype("str"), subject)
    firms = _where(result.enterprises["enterprise_id"].astype("str"), subject)
    rule = [a + "\0" + b for a, b in zip(
        *(listed[c].astype("str") for c in ("rule_id", "citation")), strict=True)]
    own = judged["rule_id"].astype("str") + "\0" + judged["citation"].astype("str").fillna("")
    first = _where(subject[kind == "parcel"], result.parcels["parcel_id"].astype("str"))
    return {
        PARCELS(lang): {"parcel_id": link([(VERDICT_SHEET(lang), first)], see)},
        VERDICT_SHEET(lang): {
            "subject_id": link([(PARCELS(lang), np.where(kind == "parcel", parcels, -1)),
                                (ENTERPRISES(lang), np.where(kind == "parcel", -1, firms))], see),
            "rule_id": link([(RULES(lang), _where(pd.Series(rule, dtype="str"), own))], see)}}


def _where(keys: pd.Series[Any], wanted: pd.Series[Any]) -> NDArray[np.int64]:
    """Position of the first of each wanted key; −1 where there is none."""
    first = keys.reset_index(drop=True).drop_duplicates()
    place = pd.Series(first.index, index=first.to_numpy())
    return wanted.map(place).fillna(-1).to_numpy(np.int64)


def write_findings(table: pd.DataFrame, settings: Settings, file: Path) -> None:
    """The findings alone."""
    book = Book(file, settings)
    book.table(Text("问题清单", "Findings")(settings.lang),
               findings.in_language(table, settings.lang))
    book.close()


def write_tables(tables: dict[str, pd.DataFrame], settings: Settings, file: Path) -> None:
    """A workbook of these tables, by the names of their sheets."""
    book = Book(file, settings)
    for title, table in tables.items():
        book.table(title, table)
    book.close()


def _named(table: pd.DataFrame, result: Assessment) -> pd.DataFrame:
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


def _listed(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The ranking with what each park lacks in the reader's words."""
    said = table["lacks"].astype("str")
    for target in plan()[1]:
        said = said.str.replace(target.id, target.title(lang), regex=False)
    return table.assign(lacks=said)
