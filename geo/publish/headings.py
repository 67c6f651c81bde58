"""Headings of every column that mujun writes, with units, in both languages."""

from __future__ import annotations

from functools import cache

from geo.land.facility_kinds import title
from geo.land.zone_kinds import kinds
from geo.model import INDICATORS, LAYERS, MEASURES, PER_MU, Column, Indicator
from geo.standards.vocabulary import VERDICTS

_OWN = (
    Column("area_m2", "采用面积", "Area used", "number", "m²"),
    Column("area_mu", "采用面积（亩）", "Area used (mu)", "number"),
    Column("area_contract_m2", "合同面积", "Contract area", "number", "m²"),
    Column("area_plane_m2", "平面面积", "Plane area", "number", "m²"),
    Column("area_ellipsoid_m2", "椭球面积", "Ellipsoidal area", "number", "m²"),
    Column("area_basis", "面积依据", "Area basis"),
    Column("main_enterprise", "主要企业", "Main enterprise"),
    Column("industry_code", "行业代码", "Industry code"),
    Column("industry_name", "行业名称", "Industry name"),
    Column("industry_id", "行业大类", "Industry division"),
    Column("enterprises", "企业数", "Enterprises", "integer"),
    Column("compliance", "标准地总体判定", "Standard land, overall"),
    Column("judged_as", "判定依据日期", "Judged as of"),
    Column("judged_as_of", "判定所依日期", "Day whose rules count", "date"),
    Column("source_row", "源文件行号", "Source row", "integer"),
    Column("outline_mu", "园区范围（亩）", "Outline (mu)", "number"),
    Column("parcels", "宗地数", "Parcels", "integer"),
    Column("parcel_mu", "宗地面积（亩）", "Parcel land (mu)", "number"),
    *(Column(name, text.zh, text.en, "integer") for name, text in VERDICTS.items()),
    Column("parcels_pass", "达标宗地", "Parcels: pass", "integer"),
    Column("parcels_fail", "不达标宗地", "Parcels: fail", "integer"),
    Column("parcels_no_data", "无数据宗地", "Parcels: no data", "integer"),
    Column("parcels_exempt", "不适用宗地", "Parcels: exempt", "integer"),
    Column("parcels_conflict", "规则冲突宗地", "Parcels: conflict", "integer"),
    Column("subject", "对象", "Subject"),
    Column("subject_id", "对象编号", "Subject id"),
    Column("rule_id", "规则", "Rule"),
    Column("indicator", "指标", "Indicator"),
    Column("value", "实际值", "Value", "number"),
    Column("operator", "比较", "Operator"),
    Column("threshold", "阈值（下限）", "Threshold (low)", "number"),
    Column("threshold_high", "阈值（上限）", "Threshold (high)", "number"),
    Column("unit", "单位", "Unit"),
    Column("verdict", "判定", "Verdict"),
    Column("gap", "差距（负为不足）", "Gap (negative: short)", "number"),
    Column("reason", "原因", "Reason"),
    Column("mandatory", "强制", "Mandatory", "bool"),
    Column("industry_row", "表中行业", "Row of the table"),
    Column("numerator", "分子", "Numerator", "number"),
    Column("denominator", "分母", "Denominator", "number"),
    Column("clause", "条款", "Clause"),
    Column("citation", "文件与出处", "Citation"),
    Column("cell_text", "表中原文", "Cell as printed"),
    Column("method", "分配方法", "Method"),
    Column("measure", "指标项", "Measure"),
    Column("land_m2", "对应土地", "Land", "number", "m²"),
    Column("land_basis", "分母口径", "Denominator basis"),
    Column("per_mu", "亩均", "Per mu", "number"),
    Column("reporting", "已报行数", "Reporting", "integer"),
    Column("missing", "缺报行数", "Missing", "integer"),
    Column("input", "输入合计", "Sum in", "number"),
    Column("set_aside", "剔除", "Set aside", "number"),
    Column("read", "读入行", "Rows read", "integer"),
    Column("used", "采用行", "Used", "integer"),
    Column("sums", "合计行", "Sums", "integer"),
    Column("repeats", "重复行", "Repeats", "integer"),
    Column("notes", "说明与续行", "Notes, continued", "integer"),
    Column("allocated", "已分配", "Allocated", "number"),
    Column("unallocated", "未分配", "Not allocated", "number"),
    Column("no_figure", "其中未入宗地数值", "Of it, in no parcel's figure", "number"),
    Column("beside", "另计企业数", "Enterprises beside", "integer"),
    Column("beside_value", "另计合计", "Sum beside", "number"),
    Column(
        "enterprises_beside",
        "无用地企业数（不入亩均）",
        "Enterprises without land (beside)",
        "integer",
    ),
    *(
        Column(
            f"{c.name}_beside",
            f"无用地企业{c.zh}（不入亩均）",
            f"{c.en} without land (beside)",
            "number",
            c.unit,
        )
        for c in MEASURES
        if c.name in PER_MU
    ),
    Column("balanced", "收支相符", "Balanced", "bool"),
    Column("other_basis", "另一面积依据", "Other basis"),
    Column("other_verdict", "另一判定", "Other verdict"),
    Column("other_value", "另一数值", "Other value", "number"),
    Column("target", "目标", "Target"),
    Column("result", "结论", "Result"),
    Column("value_high", "实际值（上限）", "Value (high)", "number"),
    Column("basis", "数据来源列", "From"),
    Column("rank", "位次", "Rank", "integer"),
    Column("met", "已达到", "Met", "integer"),
    Column("not_met", "未达到", "Not met", "integer"),
    Column("lacks", "尚缺", "Lacks"),
    Column("all_met", "全部达到", "All met", "bool"),
    Column("decimals", "判定小数位", "Decimals", "integer"),
    Column("mend_change", "达标需增减（分子）", "To pass: change of the numerator", "number"),
    Column("mend_land_mu", "或退出土地（亩）", "Or give back (mu)", "number"),
    Column("way", "办法", "Way"),
    Column("quantity", "数量", "Quantity"),
    Column("now", "现值", "Now", "number"),
    Column("needed", "需达到", "Needed", "number"),
    Column("change", "增减", "Change", "number"),
    Column("after", "之后判定", "Verdict after"),
    Column("main_enterprise_id", "主要企业代码", "Main enterprise id"),
    Column("park_level", "园区级别", "Park level"),
    Column("park_name", "园区名称", "Park name"),
    Column("trend", "较上年变化", "Change since the year before", "number"),
    Column("state", "有无", "State"),
    Column("land_use_industrial", "工业用地", "Industrial land", "bool"),
    Column("land_use_mixed", "混合产业用地", "Mixed industrial land", "bool"),
    Column("office_area_basis", "办公用地口径", "Basis of office land"),
    Column("evaluation", "评价办法", "Method"),
    Column("grade", "等级", "Grade"),
    Column("score", "得分", "Score", "number"),
    Column("group", "评价组", "Group"),
    Column("of", "参评数", "Of", "integer"),
    Column("to_better", "距上一等级（分）", "Points to the better grade", "number"),
    Column("to_worse", "可失分而不降等（分）", "Points to lose and keep the grade", "number"),
    Column("stability", "等级稳定性", "Stability", "number"),
    Column("draws", "抽样次数", "Draws", "integer"),
    Column("filled", "按均值补分", "Filled with the mean", "integer"),
    Column("bonus", "加分", "Bonus", "number"),
    Column("penalty", "减分", "Penalty", "number"),
    Column("note", "说明", "Note"),
    Column("baseline", "基准值", "Baseline", "number"),
    Column("least", "组内最小", "Least", "number"),
    Column("largest", "组内最大", "Largest", "number"),
    Column("weight", "权重", "Weight", "number"),
    Column("published", "公布均值", "Published mean", "number"),
    Column("ratio", "与均值之比", "Ratio to it", "number"),
    Column("title_zh", "均值出处", "Mean of"),
    Column("title_en", "均值出处（英）", "Mean of"),
    Column("formula", "公式", "Formula"),
    Column("idle", "闲置判定", "Idle"),
    Column("stated_idle", "填报是否闲置", "Idle as stated"),
    Column("low_efficiency", "低效用地", "Low-efficiency land"),
    Column("unknown_mu", "状态或数据未知（亩）", "State or figure unknown (mu)", "number"),
    Column("industry", "行业大类", "Industry division"),
    Column("land_mu", "土地（亩）", "Land (mu)", "number"),
    Column("bar_kind", "门槛", "Bar"),
    Column("quantile", "分位", "Quantile", "number"),
    Column("bar", "门槛值", "Bar", "number"),
    Column("bar_low", "下限（90%）", "Low (90 %)", "number"),
    Column("bar_high", "上限（90%）", "High (90 %)", "number"),
    Column("excluded", "被排除企业", "Excluded", "integer"),
    Column("excluded_mu", "被排除土地（亩）", "Excluded (mu)", "number"),
    Column("excluded_tax", "被排除税收", "Excluded tax", "number", "万元"),
    Column("small_sample", "样本少", "Small sample", "bool"),
    Column("source", "出处", "Source"),
    Column("kind", "类别", "Kind"),
    Column("control", "管控判定", "Control lines"),
    Column("overlap_m2", "涉及面积", "Area concerned", "number", "m²"),
    Column("overlap_mu", "涉及面积（亩）", "Area concerned (mu)", "number"),
    Column("zone_name", "管控区", "Zone"),
    Column("kind_share", "该类合计占比", "Share in the kind", "number"),
    Column("consequence_zh", "管控后果", "Consequence"),
    Column("consequence_en", "管控后果（英）", "Consequence"),
    *(
        Column(f"in_{name}", f"{kind['zh']}占比", f"In {kind['en']}", "number", "%")
        for name, kind in kinds().items()
    ),
    Column("before_id", "上期宗地", "Earlier parcel"),
    Column("after_id", "本期宗地", "Parcel now"),
    Column("relation", "沿革", "Relation"),
    Column("lineage", "沿革", "Lineage"),
    Column("history", "沿革组", "History", "integer"),
    Column("shared_m2", "共有面积", "Shared", "number", "m²"),
    Column("shared_mu", "共有面积（亩）", "Shared (mu)", "number"),
    Column("share_before", "占上期宗地", "Of the earlier parcel", "number"),
    Column("share_after", "占本期宗地", "Of the parcel now", "number"),
    Column("side", "年度", "Side"),
    Column("year_before", "基期", "Base year", "integer"),
    Column("land_before_mu", "上期土地（亩）", "Land before (mu)", "number"),
    Column("land_after_mu", "本期土地（亩）", "Land now (mu)", "number"),
    Column("per_mu_before", "上期亩均", "Per mu before", "number"),
    Column("per_mu_after", "本期亩均", "Per mu now", "number"),
    Column("missing_before", "上期缺报行数", "Missing before", "integer"),
    Column("missing_after", "本期缺报行数", "Missing now", "integer"),
    Column("value_change", "总量变化", "Change of the sum", "number"),
    Column("land_change", "土地变化", "Change of the land", "number"),
    Column("per_mu_change", "亩均变化", "Change per mu", "number"),
    Column("family", "大类", "Family"),
    Column("facilities", "已有设施数", "Built", "integer"),
    Column("facility_unit", "能力单位", "Unit of capacity"),
    Column("nearest_name", "最近设施", "Nearest"),
    Column("nearest_m", "最近设施距园区", "Nearest, from the park", "number", "米"),
    Column("parcels_covered", "服务半径内宗地", "Parcels covered", "integer"),
    Column("land_covered_share", "服务半径内土地占比", "Land covered", "number"),
    Column("workers", "职工人数", "Workers", "number"),
    Column("workers_covered", "服务半径内职工", "Workers covered", "number"),
    Column("amenities_15min", "15分钟内生活配套类数", "Amenities in 15 min", "integer"),
    Column("chain", "产业链", "Chain"),
    Column("stage", "位置", "Stage"),
    Column("segment", "环节", "Segment"),
    Column("link_state", "有无", "State"),
    Column("leaders", "龙头企业数", "Leaders", "integer"),
    Column("seated_by", "环节依据", "Seated by"),
    Column("since", "起始年", "Since", "integer"),
    Column("lane", "类别", "Lane"),
    Column("item", "事项", "Item"),
    Column("count", "数量", "Count", "integer"),
    Column("before", "之前", "Before"),
    Column("value_before", "之前数值", "Value before", "number"),
    Column("value_after", "之后数值", "Value after", "number"),
    Column("threshold_before", "之前阈值", "Threshold before", "number"),
    Column("threshold_after", "之后阈值", "Threshold after", "number"),
    Column("cause", "原因类别", "Cause"),
    Column("cost", "代价", "Cost", "number", "万元"),
    Column("running", "累计代价", "Running cost", "number", "万元"),
    Column("passing_share", "达标率", "Passing share", "number"),
    Column("severity", "级别", "Severity"),
    Column("layer", "图层", "Layer"),
    Column("row", "行", "Row", "integer"),
    Column("id", "编号", "Id"),
    Column("code", "代码", "Code"),
    Column("message", "问题", "Message"),
    Column("mend", "处理办法", "Mend"),
    Column("defect_m2", "问题面积", "Area of the defect", "number", "m²"),
    Column("mend_at", "在何处修正", "Where to mend"),
)


@cache
def columns() -> dict[str, Column]:
    """Every known column by name; results go before layers."""
    known = {c.name: c for spec in LAYERS.values() for c in spec.columns}
    known |= {c.name: c for c in MEASURES}
    known |= {i.name: i.column for i in INDICATORS.values()}
    growth = {
        f"{n}_growth": Column(
            f"{n}_growth", f"{i.zh}年均增长", f"{i.en}, yearly growth", "number", "growth"
        )
        for n, i in INDICATORS.items()
    }
    return known | growth | {c.name: c for c in _OWN}


def heading(
    name: str, lang: str, currency: str, catalogue: dict[str, Indicator] = INDICATORS
) -> str:
    """A column's heading with its unit; an office's own column keeps its own name."""
    column = columns().get(name) or made_of(name)
    if column is None and name in catalogue:
        column = catalogue[name].column
    if column is None:
        return name
    if column.unit == "growth":
        return column.en if lang == "en" else column.zh
    return column.label(lang, currency)


_STATISTICS = {
    "mean": ("均值", "mean"),
    "sum": ("合计", "sum"),
    "min": ("最小", "least"),
    "max": ("最大", "largest"),
    "stdev": ("标准差", "standard deviation"),
    "count": ("像元数", "cells"),
    "majority": ("众数", "majority"),
    "variety": ("类数", "classes"),
    "share": ("占比", "share"),
    "covered": ("有数据占比", "with data"),
}


def made_of(name: str) -> Column | None:
    """The column whose name is made of a kind of facility, or of a raster and a statistic."""
    way, _, rest = name.partition("_")
    if way in ("to", "road") and rest.endswith("_m"):
        kind = title(rest.removesuffix("_m"))
        zh, en = ("直线", "straight") if way == "to" else ("路网", "by road")
        return Column(name, f"距{kind.zh}（{zh}）", f"To {kind.en} ({en})", "number", "米")
    raster, _, statistic = rest.rpartition("_")
    if way == "raster" and raster and statistic in _STATISTICS:
        zh, en = _STATISTICS[statistic]
        unit = "%" if statistic in ("share", "covered") else ""
        return Column(name, f"{raster} {zh}", f"{raster}, {en}", "number", unit)
    return None
