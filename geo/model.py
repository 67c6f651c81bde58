"""The words of the field: every column's name, unit, label and meaning, said once.

The schemas, the workbook's headings, the map's card and the docs all read this module.
1 mu (亩) is 2000/3 m², exactly; money is in 万元 (10,000 yuan) throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Text

MU_M2 = 2000.0 / 3.0
"""Square metres in one mu (亩)."""

Kind = Literal["text", "number", "integer", "date", "bool"]
Geometry = Literal["polygon", "line", "any", "none"]


@dataclass(frozen=True)
class Column:
    """A canonical column: what it is called, what it holds, and in which unit."""

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    unit: str = ""
    required: bool = False
    floor: float | None = None
    dimension: str = ""
    """What a number without a unit measures (`geo.units`): shares, points, …; "" where its unit
    says it, "any" where another column does."""

    @property
    def is_code(self) -> bool:
        """Whether it is an id or a code: compared and looked up, never read."""
        return self.kind == "text" and (
            self.name.endswith(("_id", "_code", "_codes"))
            or self.name in ("land_use", "leading_industries")
        )

    def label(self, lang: str, currency: str) -> str:
        """Heading with its unit, such as 营业收入（万元） or Revenue (10k CNY)."""
        unit = show_unit(self.unit, lang, currency)
        if not unit:
            return self.en if lang == "en" else self.zh
        return f"{self.en} ({unit})" if lang == "en" else f"{self.zh}（{unit}）"


@dataclass(frozen=True)
class LayerSpec:
    """A layer or table of the contract."""

    name: str
    title: Text
    geometry: Geometry
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def id_column(self) -> str:
        """The column that names a row: the first of its key, else the first required one."""
        return self.key[0] if self.key else next(c.name for c in self.columns if c.required)

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by canonical name."""
        return {c.name: c for c in self.columns}


CURRENCY = {"CNY": Text("万元", "10k CNY"), "USD": Text("万美元", "10k USD")}
EN_UNITS = {
    "亩": "mu",
    "当量": "eq",
    "人": "person",
    "吨标准煤": "tce",
    "万千瓦时": "10 MWh",
    "公顷": "ha",
    "米": "m",
    "层": "storeys",
    "个": "",
}


def show_unit(unit: str, lang: str, currency: str) -> str:
    """A canonical unit as a reader of `lang` sees it, with the project's currency."""
    shown = unit.replace("万元", CURRENCY[currency](lang))
    if lang == "en":
        for zh, en in EN_UNITS.items():
            shown = shown.replace(zh, en)
    return shown


def _num(
    name: str, zh: str, en: str, unit: str, *, floor: float | None = 0.0, dimension: str = ""
) -> Column:
    return Column(name, zh, en, "number", unit, floor=floor, dimension=dimension)


def _key(name: str, zh: str, en: str) -> Column:
    return Column(name, zh, en, required=True)


MEASURES: tuple[Column, ...] = (
    _num("revenue", "营业收入", "Revenue", "万元"),
    _num("output_value", "总产值", "Output value", "万元"),
    _num("value_added", "工业增加值", "Value added", "万元", floor=None),
    _num("tax", "税收", "Tax", "万元", floor=None),
    _num("fixed_investment", "固定资产投资", "Fixed-asset investment", "万元"),
    _num("rd_expense", "研发费用", "R&D expense", "万元"),
    _num("energy_tce", "综合能耗", "Energy use", "吨标准煤"),
    _num("emission_eq", "污染物排放当量", "Emission equivalent", "", dimension="emission"),
    _num("electricity", "用电量", "Electricity", "万千瓦时"),
    _num("technical_upgrade", "技术改造投资", "Technical upgrade investment", "万元"),
    _num("employees", "年平均职工人数", "Employees", "人"),
    _num("leading_revenue", "主导产业营业收入", "Leading-industry revenue", "万元"),
    _num("high_tech_revenue", "高新技术产业营业收入", "High-tech revenue", "万元"),
)
"""What an enterprise or a park reports a year; each is allocated to land and conserved."""

PER_MU = ("revenue", "output_value", "value_added", "tax", "fixed_investment", "technical_upgrade")
"""Measures that are shown per mu (亩均)."""

_YEAR = Column("year", "年份", "Year", "integer", required=True)

_PARCELS = (
    _key("parcel_id", "宗地编号", "Parcel id"),
    Column("park_id", "园区编号", "Park id"),
    Column("name", "宗地名称", "Parcel name"),
    Column("land_use", "地类编码", "Land-use code"),
    _num("contract_area_m2", "合同（证载）面积", "Contract area", "m²"),
    _num("floor_area_m2", "总建筑面积", "Floor area", "m²"),
    _num("footprint_area_m2", "建（构）筑物及堆场占地", "Footprint area", "m²"),
    _num("building_base_m2", "建筑基底面积", "Building base area", "m²"),
    _num("office_area_m2", "行政办公及生活服务设施用地", "Office and amenity land", "m²"),
    _num(
        "office_floor_area_m2",
        "行政办公及生活服务设施建筑面积",
        "Office and amenity floor area",
        "m²",
    ),
    _num("green_area_m2", "绿地面积", "Green area", "m²"),
    Column("supply_status", "供应状态", "Supply status"),
    Column("supplied_on", "供地日期", "Supplied on", "date"),
    _num("fixed_investment", "固定资产投资（宗地）", "Fixed-asset investment (parcel)", "万元"),
    _num("planned_investment", "约定总投资", "Agreed investment", "万元"),
    _num("developable_area_m2", "应动工开发面积", "Area to be developed", "m²"),
    _num("developed_area_m2", "已动工开发面积", "Area developed", "m²"),
    Column("start_due_on", "约定动工日期", "Start due on", "date"),
    Column("started_on", "实际动工日期", "Started on", "date"),
    Column("stopped_on", "中止开发日期", "Stopped on", "date"),
    Column(
        "environment_attested", "环境标准符合（填报）", "Environment law met (attested)", "bool"
    ),
)

_SPECS = (
    LayerSpec(
        "parks",
        Text("园区", "Parks"),
        "polygon",
        ("park_id",),
        (
            _key("park_id", "园区编号", "Park id"),
            _key("name", "园区名称", "Park name"),
            Column("level", "级别", "Level"),
            _num("approved_area_ha", "批准面积", "Approved area", "公顷"),
            Column("leading_industries", "主导产业代码", "Leading industries"),
            Column("listed_year", "入列年份", "Listed year", "integer"),
        ),
    ),
    LayerSpec("parcels", Text("宗地", "Parcels"), "polygon", ("parcel_id",), _PARCELS),
    LayerSpec(
        "buildings",
        Text("建筑", "Buildings"),
        "polygon",
        ("building_id",),
        (
            _key("building_id", "建筑编号", "Building id"),
            Column("parcel_id", "宗地编号", "Parcel id"),
            _num("storeys", "层数", "Storeys", "层"),
            _num("storey_height_m", "层高", "Storey height", "米"),
            _num("floor_area_m2", "建筑面积", "Floor area", "m²"),
            Column("use", "用途", "Use"),
        ),
    ),
    LayerSpec(
        "enterprises",
        Text("企业", "Enterprises"),
        "none",
        ("enterprise_id",),
        (
            _key("enterprise_id", "统一社会信用代码", "Enterprise id"),
            _key("name", "企业名称", "Enterprise name"),
            Column("industry_code", "行业代码", "Industry code"),
            Column("industry_name", "行业名称", "Industry name"),
            Column("above_scale", "规上企业", "Above scale", "bool"),
            Column("high_tech", "高新技术企业", "High-tech", "bool"),
            Column("role", "龙头/配套", "Role"),
            Column("chain_segment", "产业链环节", "Chain segment"),
            Column("status", "经营状态", "Status"),
            Column("founded_on", "成立日期", "Founded on", "date"),
            Column("in_production_on", "投产日期", "In production since", "date"),
            _num("bonus_points", "加分", "Bonus points", "", dimension="points"),
            _num("penalty_points", "减分", "Penalty points", "", dimension="points"),
            Column("best_grade", "最高可评等级（降档、否决）", "Best grade allowed (veto)"),
            Column("least_grade", "最低可评等级（提档）", "Least grade (raised)"),
            Column("grade_note", "评级说明", "Grade note"),
        ),
    ),
    LayerSpec(
        "occupancy",
        Text("用地", "Occupancy"),
        "none",
        (),
        (
            _key("enterprise_id", "统一社会信用代码", "Enterprise id"),
            _key("parcel_id", "宗地编号", "Parcel id"),
            _num("area_m2", "占用面积", "Occupied area", "m²"),
            _num("share", "占比", "Share", "", dimension="share"),
            Column("tenure", "权属", "Tenure"),
            Column("year", "年份", "Year", "integer"),
        ),
    ),
    LayerSpec(
        "indicators",
        Text("指标", "Indicators"),
        "none",
        ("enterprise_id", "year"),
        (_key("enterprise_id", "统一社会信用代码", "Enterprise id"), _YEAR, *MEASURES),
    ),
    LayerSpec(
        "park_indicators",
        Text("园区指标", "Park indicators"),
        "none",
        ("park_id", "year"),
        (_key("park_id", "园区编号", "Park id"), _YEAR, *MEASURES),
    ),
    LayerSpec(
        "facilities",
        Text("设施", "Facilities"),
        "any",
        ("facility_id",),
        (
            _key("facility_id", "设施编号", "Facility id"),
            _key("category", "类别", "Category"),
            Column("name", "名称", "Name"),
            _num("capacity", "能力", "Capacity", "", dimension="any"),
            Column("unit", "单位", "Unit"),
            _num("service_radius_m", "服务半径", "Service radius", "米"),
            Column("status", "状态", "Status"),
        ),
    ),
    LayerSpec(
        "roads",
        Text("道路", "Roads"),
        "line",
        ("road_id",),
        (_key("road_id", "道路编号", "Road id"), Column("name", "名称", "Name")),
    ),
    LayerSpec(
        "parcels_before",
        Text("上期宗地", "Parcels, earlier"),
        "polygon",
        ("parcel_id",),
        (_key("parcel_id", "宗地编号", "Parcel id"), Column("park_id", "园区编号", "Park id")),
    ),
    LayerSpec(
        "zones",
        Text("管控", "Control zones"),
        "polygon",
        ("zone_id",),
        (
            _key("zone_id", "管控区编号", "Zone id"),
            _key("kind", "类型", "Kind"),
            Column("name", "名称", "Name"),
            Column("requirement", "管控要求", "Requirement"),
            Column("layout_limit", "空间布局约束", "Limits on layout"),
            Column("emission_limit", "污染物排放管控", "Limits on emissions"),
            Column("risk_limit", "环境风险防控", "Environmental risk"),
            Column("resource_limit", "资源开发效率要求", "Use of resources"),
        ),
    ),
    LayerSpec(
        "platforms",
        Text("创新平台", "Innovation platforms"),
        "none",
        (),
        (
            _key("park_id", "园区编号", "Park id"),
            _key("name", "名称", "Name"),
            _key("level", "级别", "Level"),
            Column("kind", "类型", "Kind"),
            Column("year", "年份", "Year", "integer"),
        ),
    ),
    LayerSpec(
        "chain",
        Text("产业链", "Chain"),
        "none",
        (),
        (
            _key("chain", "产业链", "Chain"),
            _key("segment", "环节", "Segment"),
            _key("stage", "位置", "Stage"),
            Column("industry_codes", "行业代码（环节）", "Industry codes"),
        ),
    ),
    LayerSpec(
        "services",
        Text("运营服务", "Services"),
        "none",
        (),
        (
            _key("park_id", "园区编号", "Park id"),
            _key("service", "服务项", "Service"),
            Column("status", "状态", "Status"),
            Column("name", "名称", "Name"),
            Column("year", "年份", "Year", "integer"),
        ),
    ),
)

LAYERS: dict[str, LayerSpec] = {spec.name: spec for spec in _SPECS}
"""The layers of the contract, by name."""


@dataclass(frozen=True)
class Indicator:
    """A ratio that rules and scores judge: value = numerator / denominator × scale.

    Both sides are formulas over columns (`geo.formula`), most often a single column. `better` is
    the direction in which a higher or lower value is better; `source` is where the formula is
    published.
    """

    name: str
    zh: str
    en: str
    unit: str
    numerator: str
    denominator: str
    scale: float = 1.0
    source: str = ""
    better: Literal["higher", "lower"] = "higher"

    @property
    def column(self) -> Column:
        """The indicator as a column of the results."""
        return Column(self.name, self.zh, self.en, "number", self.unit)


_CONTROL = "工业项目建设用地控制指标（国土资发〔2008〕24号；自然资发〔2023〕72号）"
_PER_MU_SOURCE = "隆府办发〔2022〕58号 备注：指标 ÷ 土地面积"
_INTENSIVE = "开发区土地集约利用程度评价要点解读（安徽省土地勘测规划院）"
_GRADE = "黄岩区 2022 年度工业企业综合评价得分计算说明：分项计算公式"
_SICHUAN = "四川省“亩均论英雄”产业园区规上工业企业效益评价（2020年）：全省统一指标"
_JINGDE = "《旌德县亩均效益评价实施方案（试行）》政策解读（2022-04-23）"


def _ratio(
    name: str,
    zh: str,
    en: str,
    unit: str,
    over: tuple[str, str],
    source: str,
    scale: float = 1.0,
    better: Literal["higher", "lower"] = "higher",
) -> Indicator:
    return Indicator(name, zh, en, unit, *over, scale, source, better)


INDICATORS: dict[str, Indicator] = {
    i.name: i
    for i in (
        *(
            Indicator(
                f"{c.name}_per_mu",
                f"亩均{c.zh}",
                f"{c.en} per mu",
                "万元/亩",
                c.name,
                "area_mu",
                1.0,
                _PER_MU_SOURCE,
            )
            for c in MEASURES
            if c.name in PER_MU
        ),
        _ratio(
            "rd_intensity",
            "R&D投入强度",
            "R&D intensity",
            "%",
            ("rd_expense", "revenue"),
            _GRADE,
            100.0,
        ),
        _ratio(
            "floor_area_ratio",
            "容积率",
            "Floor area ratio",
            "",
            ("floor_area_m2", "area_m2"),
            _CONTROL,
        ),
        _ratio(
            "building_coverage",
            "建筑系数",
            "Building coverage",
            "%",
            ("footprint_area_m2", "area_m2"),
            _CONTROL,
            100.0,
        ),
        _ratio(
            "building_density",
            "建筑密度",
            "Building density",
            "%",
            ("building_base_m2", "area_m2"),
            _INTENSIVE,
            100.0,
        ),
        _ratio(
            "office_land_share",
            "行政办公及生活服务设施用地所占比重",
            "Office land share",
            "%",
            ("office_area_m2", "area_m2"),
            _CONTROL,
            100.0,
            "lower",
        ),
        _ratio(
            "office_floor_share",
            "行政办公及生活服务设施建筑面积占比",
            "Office floor share",
            "%",
            ("office_floor_area_m2", "floor_area_m2"),
            _CONTROL,
            100.0,
            "lower",
        ),
        _ratio(
            "green_ratio",
            "绿地率",
            "Green ratio",
            "%",
            ("green_area_m2", "area_m2"),
            _CONTROL,
            100.0,
            "lower",
        ),
        _ratio(
            "labour_productivity",
            "全员劳动生产率",
            "Labour productivity",
            "万元/人",
            ("value_added", "employees"),
            _GRADE,
        ),
        _ratio(
            "value_added_per_tce",
            "单位能耗增加值",
            "Value added per tce",
            "万元/吨标准煤",
            ("value_added", "energy_tce"),
            _GRADE,
        ),
        _ratio(
            "value_added_per_emission",
            "单位排放增加值",
            "Value added per emission",
            "万元/当量",
            ("value_added", "emission_eq"),
            _GRADE,
        ),
        _ratio(
            "tax_per_electricity",
            "单位用电税收",
            "Tax per electricity",
            "万元/万千瓦时",
            ("tax", "electricity"),
            _GRADE,
        ),
        _ratio(
            "revenue_per_employee",
            "人均营业收入",
            "Revenue per employee",
            "万元/人",
            ("revenue", "employees"),
            _SICHUAN,
        ),
        _ratio(
            "revenue_per_tce",
            "单位能耗营业收入",
            "Revenue per tce",
            "万元/吨标准煤",
            ("revenue", "energy_tce"),
            _SICHUAN,
        ),
        _ratio(
            "revenue_per_emission",
            "单位污染物排放营业收入",
            "Revenue per emission",
            "万元/当量",
            ("revenue", "emission_eq"),
            _JINGDE,
        ),
    )
}
"""Every ratio that a rule may name; computed in one place, geo.economy.intensity."""

INDUSTRIAL = {"yongdiyonghai": "1001", "gbt21010": "0601", "third_survey": "0601"}
"""Code of 工业用地 by land-use scheme: 用地用海, GB/T 21010, 三调. 用地用海 0601 is 农村道路."""

USE_SEPARATOR = r"[+/、,，;；]"
"""Between the codes of mixed land (混合产业用地), such as 100101+0901."""


@cache
def land_use_classes(edition: str = "2023") -> pd.DataFrame:
    """用地用海 classes: code, name_zh, name_en, hex colour, color_status, indexed by code.

    Colours: 附录B of 市级国土空间总体规划制图规范（试行）, 2021-03-29.
    """
    table = pd.read_csv(str(files("geo") / "data" / "land_use_classes.csv"), dtype=str)
    return table[table["edition"] == edition].set_index("code")


@cache
def industries() -> pd.Series[str]:
    """GB/T 4754-2017 names by code (sections, divisions, groups and classes)."""
    table = pd.read_csv(str(files("geo") / "data" / "gbt4754_2017.csv"), dtype=str)
    return table.set_index("code")["name_zh"]


def plain_industry(codes: pd.Series[Any]) -> pd.Series[Any]:
    """GB/T 4754 codes as the table writes them: `C39`, `C3900`, `3900` all become `39`.

    A section letter before digits goes; trailing zeros go only where the padded code is unknown.
    """
    digits = codes.str.upper().str.replace(r"^[A-T](?=\d)", "", regex=True)
    known = industries().index
    for _ in range(2):
        padded = digits.notna() & ~digits.isin(known) & digits.str.match(r"^\d{2,}0$").fillna(False)
        digits = digits.mask(padded, digits.str[:-1])
    return digits


@cache
def _divisions() -> dict[str, tuple[str, ...]]:
    """Divisions (two digits) of each section (a letter), in the table's order."""
    out: dict[str, tuple[str, ...]] = {}
    for code in industries().index:
        if code.isalpha():
            section, out[code] = code, ()
        elif len(code) == 2:
            out[section] += (code,)
    return out


def within_industry(code: str) -> tuple[str, ...]:
    """How the codes of an industry begin: as its own, and a section's as its divisions, too."""
    return code, *_divisions().get(code, ())


def listed_industries(codes: Sequence[str]) -> list[str]:
    """A list's codes, as an office may write them, in the table's way; unknown ones stay.

    >>> listed_industries(["C30", "3000", "３１", "B"])
    ['30', '31', 'B']
    """
    texts = pd.Series(codes, dtype="str")
    plain = plain_industry(texts.str.normalize("NFKC").str.replace(r"\s", "", regex=True))
    return [code for code in dict.fromkeys(plain) if code]


def industry_prefixes(codes: Sequence[str]) -> tuple[str, ...]:
    """How the codes of the industries on a list begin."""
    return tuple(part for code in listed_industries(codes) for part in within_industry(code))


def known_industry(codes: pd.Series[Any]) -> NDArray[np.bool_]:
    """Which industry codes GB/T 4754 knows; another might be any industry's."""
    return codes.astype("str").isin(industries().index).to_numpy(dtype=bool)
