"""The words of a judgement: verdicts, and the reason where a verdict is not a plain comparison."""

from __future__ import annotations

from geo.errors import Text

VERDICTS = {
    "pass": Text("达标", "pass"),
    "fail": Text("不达标", "fail"),
    "no_data": Text("无数据", "no data"),
    "exempt": Text("不适用", "exempt"),
    "conflict": Text("规则冲突", "conflict"),
}

REASONS = {
    "": Text("", ""),
    "input_missing": Text("缺少计算所需数据", "an input is missing"),
    "industry_unknown": Text("行业未知，无法对应规则行", "the industry is not known"),
    "reference": Text("阈值见另一文件，本规则包未收", "the threshold is in another document"),
    "not_attested": Text("法定要求，尚未填报是否符合", "a legal requirement, not attested yet"),
    "not_applicable": Text("表中为“/”，不作要求", "“/” in the table: not required"),
    "case_by_case": Text(
        "一事一议，议定结果待登记", "case by case: judged once the decision is on record"
    ),
    "exempted": Text("经议定豁免", "exempted by a decision"),
    "not_industrial": Text("非工业用地", "not industrial land"),
    "land_use_missing": Text(
        "缺地类，或地类编码无法确定是否工业用地",
        "no land use, or its code does not tell if it is industrial",
    ),
    "other_place": Text("不在规则适用园区或宗地内", "outside the parks or parcels the rule is for"),
    "before_force": Text(
        "供地（判定所依日期）早于规则施行日",
        "supplied (or judged as of a day) before the rule was in force",
    ),
    "after_force": Text(
        "供地（判定所依日期）晚于规则失效日",
        "supplied (or judged as of a day) after the rule lapsed",
    ),
    "supply_date_missing": Text(
        "缺供地日期，无法确定适用版本", "no supply date, so the edition in force is unknown"
    ),
    "local_rule": Text("以更具体一级的规则为准", "the more local rule stands"),
    "stricter_rule": Text("已含于另一级更严的规则", "the stricter rule of another level holds it"),
    "apart": Text(
        "与另一规则允许的范围不相交，无法同时满足",
        "no value meets both this rule and another in force",
    ),
    "rounded": Text(
        "按保留的小数位四舍五入后判定，未舍入的数值结论相反",
        "decided by rounding: the figure before rounding would be judged otherwise",
    ),
    "alternative_met": Text("择一达标：另一指标已达标", "one of several is enough, and one is met"),
    "alternative_open": Text(
        "择一达标：另一指标无数据", "one of several is enough, and one has no data"
    ),
}

MENDS = {
    "": Text("见 mujun explain 宗地编号", "see `mujun explain PARCEL`"),
    "fail": Text(
        "需增减多少见“达标办法”表，或 mujun explain 宗地编号",
        "what would pass it: table `ways`, or `mujun explain PARCEL`",
    ),
    "conflict": Text(
        "两条规则都已列明出处，请定以何者为准（规则包的 stands）",
        "both rules are cited: settle which stands (`stands` of the pack)",
    ),
    "input_missing": Text(
        "补齐该指标所需的宗地或企业数据",
        "fill in what the figure needs, of the parcel or its enterprises",
    ),
    "industry_unknown": Text(
        "补填或改正占用企业的行业代码（GB/T 4754）",
        "fill in or correct the industry code (GB/T 4754) of its enterprise",
    ),
    "reference": Text(
        "在 [project.references] 写入该文件的阈值和出处",
        "give that document's threshold and its source in [project.references]",
    ),
    "not_attested": Text(
        "在宗地数据中填报是否符合", "state in the parcels' data whether it is met"
    ),
    "case_by_case": Text(
        "在 [project.references] 登记议定值或豁免，并写明出处",
        "register what was agreed, or the exemption, in [project.references] with its source",
    ),
    "land_use_missing": Text(
        "补填或改正宗地的地类编码", "fill in or correct the land-use code of the parcel"
    ),
    "supply_date_missing": Text(
        "补填供地日期，或写 judge_as", "fill in the supply date, or write `judge_as`"
    ),
    "alternative_open": Text("补齐另一指标的数据", "fill in the data of the other figure"),
}
"""What mends a verdict without data, by its reason; and a fail or a conflict."""

VERDICT_CODES = {name: code for code, name in enumerate(VERDICTS)}
REASON_CODES = {name: code for code, name in enumerate(REASONS)}
"""Codes of verdicts and reasons (uint8) inside a computation."""
