"""Result tables of parcels, parks, industries, enterprises: figures, verdicts, allocation."""

from __future__ import annotations

from geo.model.columns import Column
from geo.model.layers import MEASURES
from geo.model.table import (
    BESIDE,
    GROWTH,
    HOTSPOT_CLASSES,
    MEASURED,
    Table,
    columns_named,
    reason,
    subject_columns,
)
from geo.text import Text

VERDICT_COLUMNS = columns_named(
    "subject subject_id rule_id indicator value operator threshold threshold_high unit verdict gap"
    " reason mandatory industry_row numerator denominator decimals clause citation cell_text",
    reason("verdict_reason"),
)
"""Of a table of verdicts, whatever the packs are for."""

SUBJECT_TABLES = (
    Table(
        "parcels",
        Text("宗地", "Parcels"),
        (
            *subject_columns(
                "parcels",
                "area_contract_m2 area_plane_m2 area_ellipsoid_m2 stack_share area_basis area_m2 area_mu"
                " land_use_industrial land_use_mixed park_name park_level office_area_basis"
                " main_enterprise_id main_enterprise industry_code industry_name enterprises"
                " field_id judged_as judged_as_of compliance low_efficiency control amenities_15min"
                " lineage",
            ),
            *HOTSPOT_CLASSES.values(),
        ),
        ("parcel_id",),
        "polygon",
        "rows",
        large=True,
        graded=("main_enterprise_id", ("grade", "score")),
        sheet=11,
        open=True,
    ),
    Table(
        "parks",
        Text("园区", "Parks"),
        subject_columns(
            "parks",
            "area_m2 area_mu outline_mu parcels parcel_mu parcels_pass parcels_fail"
            " parcels_no_data parcels_exempt parcels_conflict field_id field_evidence"
            " field_declared field_of_leading field_of_revenue field_share",
        ),
        ("park_id",),
        "polygon",
        "rows",
        sheet=1,
        open=True,
    ),
    Table(
        "industries",
        Text("行业", "Industries"),
        (
            *columns_named("industry_id industry_name"),
            *MEASURED,
            *GROWTH,
            *columns_named("enterprises_beside"),
            *BESIDE,
        ),
        ("industry_id",),
        sheet=9,
        open=True,
    ),
    Table(
        "enterprises",
        Text("企业", "Enterprises"),
        subject_columns("enterprises", "area_m2 area_mu industry_id field_id"),
        ("enterprise_id",),
        combine="rows",
        large=True,
        graded=("enterprise_id", ("grade", "score")),
        sheet=10,
        open=True,
    ),
    Table(
        "verdicts",
        Text("判定", "Verdicts"),
        VERDICT_COLUMNS,
        ("subject", "subject_id", "rule_id", "citation"),
        combine="rows",
        large=True,
        sheet=16,
    ),
    Table(
        "allocation",
        Text("企业指标分摊", "Allocation"),
        (
            *columns_named(
                "enterprise_id parcel_id year share area_m2 method reason",
                Column("area_m2", "用地面积（本宗）", "Land on the parcel", "number", "m²"),
                reason("allocation_reason"),
            ),
            *MEASURES,
        ),
        combine="rows",
        large=True,
    ),
    Table(
        "figures",
        Text("指标汇总", "Figures"),
        columns_named(
            "subject subject_id year measure value land_m2 land_basis per_mu reporting missing"
            " beside beside_value"
        ),
        ("subject", "subject_id", "year", "measure"),
        combine="rows",
        large=True,
    ),
    Table(
        "flips",
        Text("面积口径影响", "Verdicts sensitive to area"),
        columns_named(
            "parcel_id rule_id verdict other_basis other_verdict value other_value threshold"
        ),
        combine="rows",
        large=True,
        sheet=33,
    ),
    Table(
        "ways",
        Text("达标途径", "Compliance options"),
        columns_named("subject subject_id way rule_id quantity now needed change after"),
        combine="rows",
        large=True,
        sheet=17,
    ),
)
