"""The ratios that rules and scores may name (指标), each with the source of its formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geo.model.columns import Column
from geo.model.layers import LAYERS, MEASURES, PER_MU


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


_PER_MU_ZH = {
    "fixed_investment": "固定资产投资强度（亩均固定资产投资）",
    "output_value": "产出强度（亩均产值）",
}
"""As the documents call them, where that is not 亩均 and the measure."""
_CONTROL = "工业项目建设用地控制指标（国土资发〔2008〕24号；自然资发〔2023〕72号）"
_PER_MU_SOURCE = "隆府办发〔2022〕58号 备注：指标 ÷ 土地面积"
_INTENSIVE = "开发区土地集约利用程度评价要点解读（安徽省土地勘测规划院）"
_GRADE = "黄岩区 2022 年度工业企业综合评价得分计算说明：分项计算公式"
_SICHUAN = "四川省“亩均论英雄”产业园区规上工业企业效益评价（2020年）：全省统一指标"
_KAIZHOU = "开州规资公〔2024〕661号：万元产值能耗（吨标煤/万元）"
_HUAIAN = "《淮安市工业企业资源集约利用综合评价办法》政策解读（2024-05-31）：单位能（电）耗税收"
_LINHAI = "临海市工业企业“亩产效益”评价（2014—2016年）：规定指标（转述）"
_WENLING = "温岭市2021年度：温政发〔2021〕32号《关于进一步深化亩均效益综合评价的实施意见》规下指标"
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
                _PER_MU_ZH.get(c.name, f"亩均{c.zh}"),
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
            "Site coverage, with structures and yards",
            "%",
            ("footprint_area_m2", "area_m2"),
            _CONTROL,
            100.0,
        ),
        _ratio(
            "building_density",
            "建筑密度",
            "Building coverage",
            "%",
            ("building_base_m2", "area_m2"),
            _INTENSIVE,
            100.0,
        ),
        _ratio(
            "office_land_share",
            "行政办公及生活服务设施用地所占比重",
            "Share of office and amenity land",
            "%",
            ("office_area_m2", "area_m2"),
            _CONTROL,
            100.0,
            "lower",
        ),
        _ratio(
            "office_floor_share",
            "行政办公及生活服务设施建筑面积占比",
            "Share of office and amenity floor area",
            "%",
            ("office_floor_area_m2", "floor_area_m2"),
            _CONTROL,
            100.0,
            "lower",
        ),
        _ratio(
            "green_ratio",
            "绿地率",
            "Green space ratio",
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
            "value_added_per_cod",
            "单位COD排放增加值",
            "Value added per tonne of COD",
            "万元/吨",
            ("value_added", "cod"),
            _LINHAI,
        ),
        _ratio(
            "value_added_per_water",
            "单位用水增加值",
            "Value added per tonne of water",
            "万元/吨",
            ("value_added", "water"),
            _LINHAI,
        ),
        _ratio(
            "energy_per_output",
            "万元产值能耗",
            "Energy per output",
            "吨标准煤/万元",
            ("energy_tce", "output_value"),
            _KAIZHOU,
            better="lower",
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
            "revenue_per_electricity",
            "单位用电营业收入",
            "Revenue per electricity",
            "万元/万千瓦时",
            ("revenue", "electricity"),
            _WENLING,
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
            "tax_per_tce",
            "单位能耗税收",
            "Tax per tce",
            "万元/吨标准煤",
            ("tax", "energy_tce"),
            _HUAIAN,
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


FIVE_YEARS = ("revenue", "output_value", "value_added", "tax")
"""Measures that a parcel may owe over five years of production."""
_WHOLE = "公告所列整宗（整企业）总量，不除以土地"


def _total(name: str, zh: str, en: str, unit: str) -> Indicator:
    return Indicator(name, zh, en, unit, name, "1", source=_WHOLE)


TOTALS: dict[str, Indicator] = {
    i.name: i
    for i in (
        *(_total(c.name, c.zh, c.en, c.unit) for c in MEASURES),
        *(
            _total(c.name, c.zh, c.en, c.unit)
            for c in LAYERS["parcels"].columns
            if c.name in ("floor_area_m2", "planned_investment")
        ),
        _total("area_mu", "计算面积", "Area used", "亩"),
        _total("full_years_in_production", "投产满年数", "Full calendar years in production", "年"),
        *(
            _total(f"{c.name}_5y", f"投产后五年{c.zh}", f"{c.en}, five years of production", c.unit)
            for c in MEASURES
            if c.name in FIVE_YEARS
        ),
    )
}
"""Figures of a parcel or an enterprise as a whole, which rules may name beside the ratios."""


def total_title(total: Indicator) -> str:
    """A total as a table of rules heads it, told from the same measure per mu: 整宗税收."""
    return f"整宗{total.zh}"


YEARS_REPORTED = tuple(
    Column(
        f"{c.name}_5y_years", f"{c.zh}五年中已报年数", f"{c.en}: years of five reported", "number"
    )
    for c in MEASURES
    if c.name in FIVE_YEARS
)
"""How many of the five years that such a total is of are reported."""

RULE_FIGURES = INDICATORS | TOTALS
"""Every figure that a rule may name."""
