"""What the codes in mujun's tables say to a reader, by column."""

from __future__ import annotations

from geo.economy.allocate import REASONS as ALLOCATION_REASONS
from geo.errors import Text
from geo.evaluate.chain import LANES, LINK_STATES, SEATED
from geo.evaluate.compare_runs import CAUSES
from geo.evaluate.eligibility import REASONS as GRADE_REASONS
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.land_supply import IDLE_REASONS, IDLE_WORDS, LOW_WORDS
from geo.evaluate.land_supply import words as supply_words
from geo.evaluate.plan import Plan
from geo.evaluate.plan_targets import RESULTS
from geo.land.facility_kinds import FAMILIES, STATES, title
from geo.land.facility_kinds import kinds as facility_kinds
from geo.land.lineage import RELATIONS
from geo.land.zone_kinds import CONTROL, kind_names
from geo.model import LAYERS, MEASURES
from geo.project import Settings
from geo.standards.asof import JUDGED_AS
from geo.standards.vocabulary import REASONS, VERDICTS

BASES = {
    "contract": Text("合同（证载）面积", "contract"),
    "ellipsoidal": Text("椭球面积", "ellipsoidal"),
    "plane": Text("三度带平面面积", "plane, 3-degree zone"),
}
_SEVERITY = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "info": Text("提示", "info"),
}
LAND = {
    "occupied": Text("企业用地", "occupied land"),
    "industrial": Text("工业用地", "industrial land"),
    "park": Text("园区范围", "park outline"),
    "parcel": Text("本宗地", "own area"),
}
_METHODS = {
    "area": Text("按占用面积", "by area"),
    "share": Text("按占比", "by share"),
    "whole_parcel": Text("独占整宗", "whole parcel"),
    "assumed_equal": Text("面积未填，等分", "assumed equal"),
    "none": Text("—", "—"),
}
_SUBJECTS = {
    "parcel": Text("宗地", "parcel"),
    "enterprise": Text("企业", "enterprise"),
    "park": Text("园区", "park"),
}
_WAY = {
    "figures": Text("补足指标", "raise the figures"),
    "land": Text("退出土地", "give back land"),
}
_MEND_AT = {
    "here": Text("可由 mujun repair 修正", "here: mujun repair"),
    "source": Text("退回源数据", "in the source"),
}
DEFECTS = {
    "outside_parks": Text("不在园区内", "in no park"),
    "overlap": Text("重叠", "overlap"),
    "same_outline": Text("图形相同", "same outline"),
    "crosses_park": Text("伸出园区", "out of its park"),
    "gap": Text("空隙", "gap"),
    "sliver": Text("狭缝", "sliver"),
    "invalid_geometry": Text("图形无效", "invalid outline"),
    "spike": Text("尖刺", "spike"),
    "none": Text("未发现问题", "no defect found"),
    "no_data": Text("无数据", "no data"),
}
"""Defects of outlines by the code of their finding, the gravest first."""
_SIDES = {"before": Text("上期", "before"), "after": Text("本期", "now")}
_BARS = {"proposed": Text("建议", "proposed"), "in_force": Text("现行", "in force")}
_KINDS = {"verdict": Text("判定", "verdict"), "grade": Text("等级", "grade")}
_OFFICE = {
    "land": Text("用地", "land"),
    "floor_share": Text("以建筑面积占比代", "share of floor area"),
}


TABLE_TITLES = {
    "parks": Text("园区", "Parks"),
    "parcels": Text("宗地", "Parcels"),
    "rules": Text("规则", "Rules"),
    "lineage": Text("宗地沿革", "Lineage"),
    "unallocated": Text("未分配", "Not allocated"),
    "industries": Text("行业", "Industries"),
    "enterprises": Text("企业", "Enterprises"),
    "verdicts": Text("判定", "Verdicts"),
    "allocation": Text("分配", "Allocation"),
    "figures": Text("指标汇总", "Figures"),
    "flips": Text("面积口径敏感", "Area flips"),
    "ways": Text("达标办法", "Ways to comply"),
    "land_supply": Text("土地供应", "Land supply"),
    "idle": Text("闲置土地", "Idle land"),
    "grades": Text("评价分等", "Grades"),
    "score_items": Text("得分明细", "Score items"),
    "benchmarks": Text("对照全省均值", "Beside the province"),
    "park_targets": Text("园区目标", "Park targets"),
    "ranking": Text("评估名单", "Yearly list"),
    "services": Text("运营服务清单", "Services"),
    "zones": Text("管控线", "Control lines"),
    "access": Text("承载与可达", "Facilities"),
    "land_change": Text("用地变化", "Land change"),
    "growth_parts": Text("增长分解", "Growth in parts"),
    "chain_links": Text("产业链", "Chains"),
    "chain_members": Text("企业名录", "Directory"),
    "chain_path": Text("发展路径", "Path"),
    "conserved": Text("收支核对", "Sums in and out"),
    "rows_read": Text("行数账", "Rows in and out"),
    "findings": Text("问题清单", "Findings"),
}
"""What the tables are called, in the workbook and in a GIS."""


def code_words(settings: Settings, plan: Plan) -> dict[str, dict[str, Text]]:
    """What the codes of each column say."""
    titles = {
        c.name: Text(c.zh, c.en)
        for c in (
            *LAYERS["parcels"].columns,
            *MEASURES,
            *(i.column for i in settings.catalogue.values()),
        )
    }
    supply = {
        name: Text(m["zh"], m["en"])
        for name, m in supply_words()["measures"].items()
        if name != "citation"
    }
    return {
        "subject": _SUBJECTS,
        "indicator": titles,
        "measure": titles | supply,
        "quantity": titles | {"area_mu": Text("用地（亩）", "land (mu)")},
        "land_basis": LAND,
        "method": _METHODS,
        "result": RESULTS,
        "target": plan.target_titles,
        "layer": {name: spec.title for name, spec in LAYERS.items()},
        "judged_as": JUDGED_AS,
        "verdict": VERDICTS,
        "other_verdict": VERDICTS,
        "compliance": VERDICTS,
        "before": VERDICTS | GRADE_WORDS,
        "after": VERDICTS | GRADE_WORDS,
        "grade": GRADE_WORDS,
        "state": STATES | RESULTS,
        "link_state": LINK_STATES,
        "seated_by": SEATED,
        "lane": LANES,
        "item": plan.target_titles,
        "service": plan.service_titles,
        "way": _WAY,
        "bar_kind": _BARS,
        "cause": CAUSES,
        "idle": IDLE_WORDS,
        "stated_idle": IDLE_WORDS,
        "low_efficiency": LOW_WORDS,
        "control": CONTROL,
        "relation": RELATIONS,
        "lineage": RELATIONS,
        "side": _SIDES,
        "kind": _KINDS | kind_names() | {name: title(name) for name in facility_kinds()},
        "family": FAMILIES,
        "reason": REASONS | ALLOCATION_REASONS | GRADE_REASONS | IDLE_REASONS,
        "area_basis": BASES,
        "other_basis": BASES,
        "office_area_basis": _OFFICE,
        "severity": _SEVERITY,
        "mend_at": _MEND_AT,
    }
