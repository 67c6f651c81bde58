"""The layers and tables that an office brings, column by column (图层与表).

The schemas, the workbook's headings, the map's card and the docs all read this module.
"""

from __future__ import annotations

from geo.model.columns import Column, LayerSpec
from geo.text import Text


def _num(
    name: str,
    zh: str,
    en: str,
    unit: str,
    *aliases: str,
    floor: float | None = 0.0,
    dimension: str = "",
) -> Column:
    return Column(name, zh, en, "number", unit, floor=floor, dimension=dimension, aliases=aliases)


def _key(name: str, zh: str, en: str, *aliases: str) -> Column:
    return Column(name, zh, en, required=True, aliases=aliases)


_EMPLOYEES = ("平均用工人数", "年平均用工人数", "从业人员平均人数", "全部从业人员平均人数")

MEASURES: tuple[Column, ...] = (
    _num("revenue", "营业收入", "Revenue", "万元", "营收"),
    _num("output_value", "总产值", "Output value", "万元", "工业总产值"),
    _num("value_added", "工业增加值", "Value added", "万元", floor=None),
    _num("tax", "税收", "Tax", "万元", floor=None),
    _num("fixed_investment", "固定资产投资", "Fixed-asset investment", "万元"),
    _num("rd_expense", "研发费用", "R&D expense", "万元"),
    # 综合能源消费量 and 平均用工人数 are what statistics of industry (国家统计局, 工业统计报表制度) call
    # them, 从业人员平均人数 is an earlier name; 综合能耗 is that of GB/T 2589.
    _num("energy_tce", "综合能耗", "Energy use", "吨标准煤", "综合能源消费量", "能源消费总量"),
    _num("emission_eq", "污染物排放当量", "Emission equivalent", "", dimension="emission"),
    _num("electricity", "用电量", "Electricity", "万千瓦时"),
    _num("water", "用水量", "Water use", "吨", dimension="water"),
    _num("cod", "化学需氧量排放量", "COD emission", "吨", "COD排放量"),
    _num("technical_upgrade", "技术改造投资", "Technical upgrade investment", "万元"),
    _num("employees", "年平均职工人数", "Employees", "人", "从业人员", "从业人数", *_EMPLOYEES),
    _num("leading_revenue", "主导产业营业收入", "Leading-industry revenue", "万元"),
    _num("high_tech_revenue", "高新技术产业营业收入", "High-tech revenue", "万元"),
)
"""What an enterprise or a park reports a year; each is allocated to land and conserved."""

PER_MU = ("revenue", "output_value", "value_added", "tax", "fixed_investment", "technical_upgrade")
"""Measures that are shown per mu (亩均)."""

HEADLINE = ("revenue", "tax")
"""Measures whose totals are said first: after a run, in the report, in the map's legend."""

_YEAR = Column("year", "年份", "Year", "integer", required=True)

_PARCELS = (
    _key("parcel_id", "宗地编号", "Parcel id", "宗地代码"),
    Column("park_id", "园区编号", "Park id"),
    Column("name", "宗地名称", "Parcel name"),
    Column(
        "land_use",
        "地类（用途）编码",
        "Land-use code",
        aliases=("地类编码", "用途", "土地用途"),
        vocabulary="land_use",
    ),
    _num(
        "contract_area_m2",
        "合同面积（证载面积）",
        "Contract area",
        "m²",
        "合同（证载）面积",
        "合同面积",
        "证载面积",
        "宗地面积",
    ),
    _num("floor_area_m2", "总建筑面积", "Gross floor area", "m²"),
    _num(
        "footprint_area_m2",
        "建筑物、构筑物及堆场占地面积",
        "Land under buildings, structures and yards",
        "m²",
        "建（构）筑物及堆场占地",
    ),
    _num("building_base_m2", "建筑基底面积", "Building base area", "m²"),
    _num("office_area_m2", "行政办公及生活服务设施用地", "Office and amenity land", "m²"),
    _num(
        "office_floor_area_m2",
        "行政办公及生活服务设施建筑面积",
        "Office and amenity floor area",
        "m²",
    ),
    _num("green_area_m2", "绿地面积", "Green area", "m²"),
    Column(
        "supply_status",
        "供地状态",
        "Supply status",
        aliases=("供应状态",),
        vocabulary="supply_status",
    ),
    Column("supplied_on", "供地日期", "Supplied on", "date"),
    _num("fixed_investment", "固定资产投资（宗地）", "Fixed-asset investment (parcel)", "万元"),
    _num("planned_investment", "约定总投资", "Agreed investment", "万元"),
    _num("developable_area_m2", "应动工开发面积", "Area to be developed", "m²"),
    _num("developed_area_m2", "已动工开发面积", "Area developed", "m²"),
    Column("start_due_on", "约定动工日期", "Start due on", "date"),
    Column("start_extended_to", "延期后动工日期", "Start extended to", "date"),
    Column("started_on", "实际动工日期", "Started on", "date"),
    Column("stopped_on", "中止开发日期", "Stopped on", "date"),
    Column("resumed_on", "恢复开发日期", "Resumed on", "date"),
    Column("completed_on", "竣工日期", "Completed on", "date"),
    Column("idle_cause", "闲置原因", "Cause of idleness"),
    _num("land_price", "土地出让（划拨）价款", "Price of the land", "万元"),
    Column("in_production_on", "投产日期", "In production since", "date"),
    Column(
        "environment_attested",
        "符合环境标准（填报）",
        "Environmental requirements met (declared)",
        "bool",
        aliases=("环境标准符合（填报）",),
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
            Column("field", "领域", "Field of industry", aliases=("产业领域", "所属领域")),
            Column(
                "listed_year", "列入培育名单年份", "Listed year", "integer", aliases=("入列年份",)
            ),
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
            Column("industry_name", "行业名称", "Industry name", vocabulary="industry_name"),
            Column("above_scale", "规上企业", "Above the statistical threshold", "bool"),
            Column("high_tech", "高新技术企业", "High-tech", "bool"),
            Column("role", "龙头/配套", "Role", vocabulary="role"),
            Column("chain_segment", "产业链环节", "Chain segment"),
            Column("status", "经营状态", "Status"),
            Column("founded_on", "成立日期", "Founded on", "date"),
            Column("in_production_on", "投产日期", "In production since", "date"),
            _num("bonus_points", "加分", "Bonus points", "", dimension="points"),
            _num("penalty_points", "减分", "Penalty points", "", dimension="points"),
            _num("lessees", "承租规下企业数", "Below-scale lessees", ""),
            Column("best_grade", "最高可评等级（降档、否决）", "Best grade allowed (veto)"),
            Column("least_grade", "最低可评等级（提档）", "Least grade (raised)"),
            Column("grade_note", "评级说明", "Grade note"),
        ),
    ),
    LayerSpec(
        "occupancy",
        Text("企业用地", "Occupancy"),
        "none",
        (),
        (
            _key("enterprise_id", "统一社会信用代码", "Enterprise id"),
            _key("parcel_id", "宗地编号", "Parcel id"),
            _num("area_m2", "用地面积", "Occupied area", "m²", "占用面积"),
            _num("share", "占比", "Share", "", dimension="share"),
            Column("tenure", "用地方式", "Tenure", aliases=("权属",)),
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
        "waters",
        Text("水系", "Waters"),
        "line or polygon",
        (),
        (Column("name", "名称", "Name", aliases=("水系名称", "河流名称")),),
    ),
    LayerSpec(
        "places",
        Text("地名", "Place names"),
        "point or polygon",
        (),
        (
            _key("name", "名称", "Name", "地名"),
            Column("level", "级别", "Level", aliases=("行政级别", "地名级别")),
        ),
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
        Text("管控区", "Control zones"),
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
        whole=("全部", "all"),
    ),
)

LAYERS: dict[str, LayerSpec] = {spec.name: spec for spec in _SPECS}
"""The layers of the contract, by name."""
