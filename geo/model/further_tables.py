"""Result tables of land, grades, plans, control lines, facilities, chains, and the accounts."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.field_tables import FIELD_TABLES
from geo.model.ground_tables import GROUND_TABLES
from geo.model.growth_tables import GROWTH_TABLES, TARGET_GROWTH
from geo.model.hotspot_tables import HOTSPOT_TABLES
from geo.model.subject_tables import VERDICT_COLUMNS
from geo.model.table import (
    CITED,
    FIRM,
    KIND_OF_FACILITY,
    KIND_OF_ZONE,
    PARK,
    Table,
    columns_named,
    reason,
)
from geo.text import Text

NOTE_COLUMNS = (
    Column("state", "核查情况", "Found", vocabulary="note_state"),
    Column("author", "核查人", "Checked by"),
    Column("date", "核查日期", "Checked on", "date"),
    Column("words", "核查说明", "Remarks", wide=True),
    Column("standing", "记录状态", "Standing", vocabulary="note_standing"),
    Column("seen_verdict", "核查时的判定", "Verdict when checked", vocabulary="verdict"),
    Column("photos", "照片数", "Photos", "integer"),
    Column("saved", "保存时刻（UTC）", "Saved at (UTC)"),
    Column("settles", "答复的记录", "Notes that it answers"),
    Column("file", "文件", "File"),
    Column("file_row", "文件中第几条", "Number in the file", "integer", form="plain"),
    Column("photo_id", "照片编号", "Photo ID"),
    Column("name", "照片文件名", "Photo's file"),
    Column("data", "照片（JPEG 数据地址）", "Photo (JPEG data address)"),
)

FURTHER_TABLES = (
    Table(
        "land_supply",
        Text("土地供应", "Land supply"),
        columns_named(
            "park_id measure value unit numerator denominator unknown_mu formula citation",
            Column("measure", "指标项", "Measure", vocabulary="supply_measure"),
        ),
        ("park_id", "measure"),
        combine="rows",
        things="measure",
        sheet=18,
    ),
    Table(
        "idle",
        Text("闲置土地", "Idle land"),
        columns_named(
            "parcel_id idle reason stated_idle area_mu citation as_of idle_state counted_from"
            " idle_on take_back_on days_left idle_cause land_price idle_fee missing_input",
            reason("idle_reason"),
            Column("idle_cause", "闲置原因", "Cause of idleness", vocabulary="idle_cause"),
            Column("land_price", "土地出让（划拨）价款", "Price of the land", "number", "万元"),
        ),
        ("parcel_id",),
        combine="rows",
        large=True,
        sheet=19,
    ),
    Table(
        "land_actions",
        Text("闲置低效处置清单", "Land to act on"),
        columns_named(
            "parcel_id park_id main_enterprise_id main_enterprise area_mu action clause due_on"
            " days_left amount missing_input counted_mu citation"
        ),
        ("parcel_id", "action"),
        combine="rows",
        large=True,
        sheet=20,
    ),
    Table(
        "land_states",
        Text("闲置低效土地汇总", "Idle land by park"),
        columns_named(
            "park_id idle_state parcels area_mu idle_fee low_efficiency_mu",
            Column("area_mu", "土地（亩）", "Land (mu)", "number"),
        ),
        ("park_id", "idle_state"),
        combine="rows",
        sheet=21,
    ),
    Table(
        "low_criteria",
        Text("低效认定明细", "Low-efficiency criteria"),
        VERDICT_COLUMNS,
        ("subject", "subject_id", "rule_id", "citation"),
        combine="rows",
        large=True,
        sheet=22,
    ),
    Table(
        "grades",
        Text("企业评价结果", "Grades"),
        columns_named(
            "subject subject_id evaluation group score rank of grade reason to_better to_worse"
            " stability draws filled bonus penalty deduction tie note citation",
            reason("grade_reason"),
        ),
        ("subject", "subject_id"),
        combine="grades",
        large=True,
        sheet=12,
    ),
    Table(
        "score_items",
        Text("得分明细", "Score items"),
        columns_named(
            "subject subject_id indicator family value baseline least largest mean band weight cap"
            " score filled",
            Column("filled", "按均值补分", "Filled with the mean", "bool"),
            Column("family", "计分方式", "Scored by", vocabulary="score_family"),
        ),
        ("subject", "subject_id", "indicator"),
        combine="grades",
        large=True,
        sheet=13,
    ),
    Table(
        "benchmarks",
        Text("对照公布均值", "Next to published means"),
        columns_named("park_id indicator value published ratio title_zh title_en citation"),
        sheet=14,
    ),
    Table(
        "park_targets",
        Text("行动计划目标", "Action-plan targets"),
        columns_named(
            "park_id name year target value value_high operator threshold unit result gap exact"
            " trend numerator denominator basis clause citation due missing comparable_value"
            " comparable_enterprises of_enterprises",
            PARK,
            *TARGET_GROWTH,
        ),
        ("park_id", "year", "target"),
        combine="rows",
        things="target",
        sheet=2,
        of_plan=True,
    ),
    Table(
        "ranking",
        Text("年度评估名单", "Annual ranking"),
        columns_named("rank park_id met not_met no_data revenue_per_mu lacks all_met"),
        ("park_id",),
        sheet=5,
        of_plan=True,
    ),
    Table(
        "project_targets",
        Text("全部园区目标", "Targets of all parks"),
        columns_named(
            "target year value value_high operator threshold unit result gap exact numerator"
            " denominator parks missing basis clause citation due comparable_value"
            " comparable_enterprises of_enterprises",
            *TARGET_GROWTH,
        ),
        ("target", "year"),
        sheet=3,
        of_plan=True,
    ),
    Table(
        "target_inputs",
        Text("全部园区目标的分园区数据", "Parks' figures behind the targets of all parks"),
        columns_named(
            "park_id year target level value value_high numerator numerator_high denominator"
            " missing basis",
            Column("level", "园区级别", "Park level"),
        ),
        ("park_id", "year", "target"),
        combine="rows",
        things="target",
    ),
    Table(
        "plan_progress",
        Text("目标进度", "Progress to targets"),
        columns_named(
            "subject subject_id name target year value value_high unit operator final due"
            " years_used trend_method projected projected_high needed_change needed_rate trend_state"
            " clause citation",
            PARK,
        ),
        ("subject", "subject_id", "target"),
        sheet=4,
        of_plan=True,
    ),
    Table(
        "plan_checklist",
        Text("任务清单", "Checklist"),
        columns_named(
            "subject subject_id name obligation state overdue due_by who evidence clause citation",
            PARK,
            Column("state", "现状", "State", vocabulary="facility_state"),
        ),
        ("subject", "subject_id", "obligation"),
        sheet=6,
        of_plan=True,
    ),
    Table(
        "plan_lists",
        Text("排序名单", "Ranked lists"),
        columns_named(
            "list group rank park_id name eligible chosen lacks keys clause citation",
            PARK,
            Column("group", "分组", "Group"),
            Column("lacks", "不符合的条件", "Conditions not met", wide=True),
        ),
        ("list", "park_id"),
        sheet=7,
        of_plan=True,
    ),
    Table(
        "services",
        Text("运营服务清单", "Services"),
        columns_named(
            f"park_id service state name {CITED}",
            Column("state", "现状", "State", vocabulary="facility_state"),
        ),
        combine="rows",
        sheet=8,
        of_plan=True,
    ),
    Table(
        "zones",
        Text("管控线", "Control lines"),
        columns_named(
            "subject subject_id kind zone_id zone_name control overlap_m2 overlap_mu share"
            f" kind_share consequence_zh consequence_en requirement {CITED}",
            KIND_OF_ZONE,
        ),
        combine="rows",
        large=True,
        sheet=23,
    ),
    Table(
        "zone_conflicts",
        Text("管控线冲突", "Conflicts with control lines"),
        columns_named(
            f"subject subject_id kind zone_id zone_name overlap_m2 share {CITED}", KIND_OF_ZONE
        ),
        geometry="polygon",
        combine="rows",
        large=True,
    ),
    Table(
        "zone_outlines",
        Text("管控线界线", "Boundaries of control lines"),
        columns_named("zone_id kind zone_name", KIND_OF_ZONE),
        geometry="line",
    ),
    *GROUND_TABLES,
    Table(
        "access",
        Text("设施承载与可达性", "Facilities and accessibility"),
        columns_named(
            "park_id kind family state facilities capacity facility_unit nearest_name nearest_m"
            f" parcels parcels_covered land_covered_share workers workers_covered {CITED}",
            KIND_OF_FACILITY,
            Column("state", "现状", "State", vocabulary="facility_state"),
        ),
        ("park_id", "kind"),
        combine="rows",
        sheet=24,
    ),
    Table(
        "lineage",
        Text("宗地沿革", "Parcel lineage"),
        columns_named(
            "before_id after_id relation history shared_m2 shared_mu share_before share_after"
        ),
        geometry="polygon",
        large=True,
        sheet=25,
    ),
    Table(
        "land_change",
        Text("用地变化", "Land change"),
        columns_named("side park_id relation parcels land_m2 land_mu"),
        sheet=26,
    ),
    *GROWTH_TABLES,
    Table(
        "defects",
        Text("图形问题", "Geometry problems"),
        columns_named("code layer id mend_at defect_m2"),
        geometry="any",
        combine="findings",
        large=True,
    ),
    Table(
        "facilities",
        Text("设施", "Facilities"),
        columns_named(
            "facility_id kind name state",
            KIND_OF_FACILITY,
            Column("name", "设施名称", "Name"),
            Column("state", "现状", "State", vocabulary="facility_state"),
        ),
        geometry="any",
        combine="first",
    ),
    Table(
        "chain_links",
        Text("产业链", "Chains"),
        columns_named(
            "park_id chain stage segment field_id link_state enterprises leaders revenue tax land_mu"
            f" {CITED}"
        ),
        combine="rows",
        sheet=30,
    ),
    Table(
        "chain_members",
        Text("企业名录", "Directory"),
        columns_named(
            "park_id chain stage segment enterprise_id name role seated_by industry_code field_id"
            " revenue tax land_mu revenue_per_mu grade since",
            FIRM,
        ),
        combine="rows",
        large=True,
        graded=("enterprise_id", ("grade",)),
        sheet=31,
    ),
    Table(
        "chain_path",
        Text("发展路径", "Timeline"),
        columns_named(
            "park_id year lane item count value state",
            Column("state", "现状", "State", vocabulary="path_state"),
        ),
        combine="rows",
        sheet=32,
    ),
    Table(
        "conserved",
        Text("分摊核对", "Allocation check"),
        columns_named("measure year input set_aside allocated no_figure unallocated balanced"),
        ("measure", "year"),
        combine="measures",
        sheet=34,
    ),
    Table(
        "rows_read",
        Text("行数账", "Rows in and out"),
        columns_named(
            "layer read used sums repeats set_aside notes balanced",
            Column("set_aside", "未采用", "Excluded", "integer", aliases=("剔除", "Set aside")),
        ),
        ("layer",),
        combine="layers",
        sheet=35,
    ),
    Table(
        "notes",
        Text("核查记录", "Check notes"),
        columns_named(
            "parcel_id state author date words standing seen_verdict photos saved settles file"
            " file_row",
            *NOTE_COLUMNS,
        ),
        ("parcel_id", "author", "saved", "state", "words", "date", "seen_verdict", "standing"),
        sheet=40,
    ),
    Table(
        "note_photos",
        Text("核查照片", "Photos of check notes"),
        columns_named("parcel_id author saved photo_id name data", *NOTE_COLUMNS),
    ),
    Table(
        "findings",
        Text("问题清单", "Findings"),
        columns_named("severity layer row id code message mend defect_m2 mend_at"),
        combine="findings",
        large=True,
        sheet=37,
    ),
    *FIELD_TABLES,
    *HOTSPOT_TABLES,
)
