"""`assessment.xlsx` and `findings.xlsx`: headings with units, filters, frozen panes.

Text is written as text: a cell that begins with = + - or @ is data, never a formula.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from geo import findings
from geo.assess import Assessment
from geo.errors import Text
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.parks import plan
from geo.evaluate.ways import mends
from geo.project import Settings
from geo.publish.headings import columns, heading
from geo.publish.style import palette
from geo.publish.words import BASES, LAND, code_words
from geo.standards.words import VERDICTS

MAX_ROWS = 1_048_575
_WIDE = ("message", "mend", "citation", "clause", "lacks", "requirement", "consequence_zh",
         "consequence_en")


def write_workbook(result: Assessment, settings: Settings, file: Path) -> None:
    """All sheets of an assessment."""
    lang = settings.lang
    sheets = {
        Text("园区", "Parks"): result.parks,
        Text("园区目标", "Park targets"): result.park_targets,
        Text("评估名单", "Yearly list"): _listed(result.ranking, lang),
        Text("运营服务清单", "Services"): result.services,
        Text("行业", "Industries"): result.industries,
        Text("企业", "Enterprises"): result.enterprises, Text("宗地", "Parcels"): result.parcels,
        Text("评价分等", "Grades"): _named(result.grades, result),
        Text("得分明细", "Score items"): _named(result.score_items, result),
        Text("对照全省均值", "Beside the province"): _in_language(result.benchmarks, lang),
        Text("判定", "Verdicts"): pd.concat(
            [result.verdicts, mends(result.verdicts, settings.catalogue)], axis=1),
        Text("达标办法", "Ways to comply"): result.ways,
        Text("土地供应", "Land supply"): result.land_supply,
        Text("闲置土地", "Idle land"): result.idle,
        Text("管控线", "Control lines"): _in_language(result.zones, lang),
        Text("承载与可达", "Facilities"): result.access,
        Text("宗地沿革", "Lineage"): result.lineage,
        Text("用地变化", "Land change"): result.land_change,
        Text("增长分解", "Growth in parts"): result.growth_parts,
        Text("面积口径敏感", "Area flips"): result.flips,
        Text("收支核对", "Sums in and out"): result.conserved,
        Text("未分配", "Not allocated"): result.allocation[result.allocation["reason"].notna()],
        Text("问题清单", "Findings"): findings.in_language(result.findings, lang)}
    book = _Book(file, settings)
    book.summary(_summary(result, settings))
    for title, table in sheets.items():
        book.table(title(lang), table)
    book.close()


def write_findings(table: pd.DataFrame, settings: Settings, file: Path) -> None:
    """The findings alone."""
    book = _Book(file, settings)
    book.table(Text("问题清单", "Findings")(settings.lang),
               findings.in_language(table, settings.lang))
    book.close()


def write_tables(tables: dict[str, pd.DataFrame], settings: Settings, file: Path) -> None:
    """A workbook of these tables, by the names of their sheets."""
    book = _Book(file, settings)
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


class _Book:
    def __init__(self, file: Path, settings: Settings) -> None:
        self.lang, self.currency = settings.lang, settings.currency
        self.synthetic, self.catalogue = settings.synthetic, settings.catalogue
        self.words = code_words(settings)
        self.book = xlsxwriter.Workbook(file, {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "nan_inf_to_errors": False})
        add = self.book.add_format
        self.head = add({"bold": True, "bg_color": "#1d3557", "font_color": "#ffffff",
                         "text_wrap": True, "valign": "vcenter", "border": 1})
        self.number, self.integer = add({"num_format": "#,##0.00"}), add({"num_format": "#,##0"})
        self.plain = add({"num_format": "0"})
        self.left = {int: add({"num_format": "#,##0", "align": "left"}),
                     float: add({"num_format": "#,##0.00", "align": "left"})}
        self.share, self.date = add({"num_format": "0.00%"}), add({"num_format": "yyyy-mm-dd"})
        self.bold, self.wrap = add({"bold": True, "font_size": 14}), add({"text_wrap": True})
        self.fills = {VERDICTS[v](self.lang): add({"bg_color": color, "font_color": "#ffffff"
                                                   if v in ("pass", "fail", "conflict") else
                                                   "#222222"})
                      for v, color in palette()["verdict"].items()}

    def summary(self, rows: list[tuple[str, Any]]) -> None:
        sheet = self.book.add_worksheet(Text("汇总", "Summary")(self.lang))
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 70)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for at, (name, value) in enumerate(rows):
            sheet.write_string(at, 0, name, self.bold if at == 0 else None)
            if isinstance(value, str):
                sheet.write_string(at, 1, value, self.wrap)
            else:
                sheet.write_number(at, 1, value, self.left[type(value)])

    def table(self, title: str, table: pd.DataFrame) -> None:
        """One sheet, or several where the rows pass Excel's limit."""
        plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
        if "source_row" in plain:
            plain["source_row"] = plain.pop("source_row")  # ids stand first, and stay in view
        for part, start in enumerate(range(0, max(len(plain), 1), MAX_ROWS)):
            name = title if part == 0 else f"{title} {part + 1}"
            self._sheet(name, plain.iloc[start : start + MAX_ROWS])

    def _sheet(self, title: str, plain: pd.DataFrame) -> None:
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, 32)
        names = [str(c) for c in plain.columns]
        writers, values = [], []
        for at, name in enumerate(names):
            style, width, cells = self._column(name, plain.iloc[:, at])
            sheet.set_column(at, at, width, style)
            sheet.write_string(0, at, heading(name, self.lang, self.currency, self.catalogue),
                               self.head)
            writers.append((at, name in ("verdict", "compliance"), style))
            values.append(cells)
        for row, line in enumerate(zip(*values, strict=True), start=1):
            for (at, verdict, style), cell in zip(writers, line, strict=True):
                if cell is None:
                    continue
                if isinstance(cell, str):
                    sheet.write_string(row, at, cell, self.fills.get(cell) if verdict else None)
                else:
                    sheet.write(row, at, cell, style)
        if names:
            sheet.autofilter(0, 0, max(len(plain), 1), len(names) - 1)

    def _column(self, name: str, values: pd.Series[Any]) -> tuple[Any, int, list[Any]]:
        """Cell format, width and cells of one column."""
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return self.date, 12, _cells(values)
        if pd.api.types.is_bool_dtype(values.dtype):
            yes, no = ("yes", "no") if self.lang == "en" else ("是", "否")
            return None, 10, _cells(values.map({True: yes, False: no}))
        if pd.api.types.is_numeric_dtype(values.dtype):
            known = columns().get(name)
            whole = pd.api.types.is_integer_dtype(values.dtype) or (
                known is not None and known.kind == "integer")
            style = self.integer if whole else self.number
            if name.endswith("_growth") or name in (
                    "stability", "passing_share", "quantile", "share", "kind_share", "share_before",
                    "share_after", "land_covered_share", "value_change", "land_change",
                    "per_mu_change"):
                style = self.share
            elif name.endswith(("year", "row")):
                style = self.plain
            return style, 14, _cells(values)
        if name in self.words:
            plain = values.astype("str")
            said = plain.map({key: text(self.lang) for key, text in self.words[name].items()})
            return None, 16, _cells(said.where(said.notna(), plain))
        width = 44 if name in _WIDE else 20
        return None, width, _cells(values.astype("str").where(values.notna()))

    def close(self) -> None:
        self.book.set_properties({"comments": self.synthetic})
        self.book.close()


def _graded(result: Assessment) -> list[tuple[Text, Any]]:
    """How many enterprises have each grade, and how many are close calls."""
    own = result.grades[result.grades["subject"] == "enterprise"]
    if own.empty:
        return []
    count = own["grade"].value_counts()
    rows: list[tuple[Text, Any]] = [
        (Text(f"企业等级：{text.zh}", f"Enterprises: grade {text.en}"), int(count.get(name, 0)))
        for name, text in GRADE_WORDS.items()]
    unsure = int((own["stability"] < 0.6).sum())
    return [*rows, (Text("等级稳定性低于60%的企业", "Enterprises whose grade holds in under 60 %"),
                    unsure)]


def _cells(values: pd.Series[Any]) -> list[Any]:
    plain = values.astype(object).where(values.notna(), None)
    return [c.to_pydatetime() if isinstance(c, pd.Timestamp) else c for c in plain.tolist()]


def _summary(result: Assessment, settings: Settings) -> list[tuple[str, Any]]:
    lang = settings.lang
    rows: list[tuple[Text, Any]] = [
        (Text("年份", "Year"), str(settings.year)),
        (Text("宗地数", "Parcels"), len(result.parcels)),
        (Text("宗地面积（亩）", "Parcel land (mu)"), float(result.parcels["area_mu"].sum())),
        (Text("园区数", "Parks"), len(result.parks)),
        (Text("企业数", "Enterprises"), len(result.enterprises)),
        (Text("面积依据", "Area basis"), BASES[settings.area_basis](lang)),
        (Text("园区与项目的分母口径", "Denominator of parks and project"),
         LAND[settings.denominator](lang))]
    counts = result.parcels["compliance"].value_counts()
    rows += [(Text(f"宗地：{text.zh}", f"Parcels: {text.en}"), int(counts.get(name, 0)))
             for name, text in VERDICTS.items()]
    now = result.figures[(result.figures["subject"] == "project")
                         & (result.figures["year"] == settings.year)]
    rows += [(Text(heading(f"{m}_per_mu", "zh", settings.currency),
                   heading(f"{m}_per_mu", "en", settings.currency)), float(v))
             for m, v in zip(now["measure"], now["per_mu"], strict=True) if np.isfinite(v)]
    rows += _graded(result)
    rows += [(Text("换一种面积依据会改变的判定数", "Verdicts that another area would flip"),
              len(result.flips))]
    rows += [(Text("未计算", "Not computed"), text(lang)) for text in result.not_computed]
    if settings.synthetic:
        rows.append((Text("合成数据声明", "Synthetic data"), settings.synthetic))
    rows.append((Text("来源", "Sources"), settings.sources))
    return [(settings.title, ""), *((name(lang), value) for name, value in rows)]
