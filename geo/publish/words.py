"""What the codes in mujun's tables say to a reader, by vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from geo.economy.allocate import REASONS as ALLOCATION_REASONS
from geo.economy.comparable import STANDINGS as COMPARABLE_STANDINGS
from geo.economy.industry_fields import EVIDENCE
from geo.evaluate.chain import LANES, LINK_STATES, SEATED
from geo.evaluate.compare_runs import CAUSES
from geo.evaluate.eligibility import REASONS as GRADE_REASONS
from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.hotspots import CLUSTER_WORDS, HOTSPOT_WORDS
from geo.evaluate.idle_land import (
    IDLE_CAUSES,
    IDLE_REASONS,
    IDLE_STATES,
    IDLE_WORDS,
    MISSING_INPUTS,
)
from geo.evaluate.land_actions import ACTION_WORDS
from geo.evaluate.land_supply import words as supply_words
from geo.evaluate.low_efficiency import LOW_WORDS
from geo.evaluate.method import Method, read_method, shipped_methods
from geo.evaluate.plan import Plan
from geo.evaluate.plan_project import REFERENCE
from geo.evaluate.plan_targets import RESULTS
from geo.evaluate.plan_trend import METHODS as TREND_METHODS
from geo.evaluate.plan_trend import STATES as TREND_STATES
from geo.evaluate.scoring import SHARED
from geo.land.facility_kinds import FAMILIES, STATES, title
from geo.land.facility_kinds import kinds as facility_kinds
from geo.land.lineage import RELATIONS
from geo.land.place_levels import LEVEL_WORDS
from geo.land.zone_kinds import CONTROL, kind_names
from geo.model import LAYERS, MEASURES, industry_words, show_unit
from geo.model.notes import STANDINGS
from geo.model.notes import STATES as NOTE_STATES
from geo.model.result_columns import RESULT_COLUMNS
from geo.model.tables import TABLES
from geo.project import Settings
from geo.publish.records.numbers import SIGNS
from geo.standards.asof import JUDGED_AS
from geo.standards.pack_diff import CHANGE_WORDS, EFFECTS, PARTS
from geo.standards.vocabulary import REASONS, VERDICTS
from geo.text import EMPTY, LANGUAGES, Message, Text, Wording, join

BASES: dict[str, Wording] = {
    "contract": Message("area_basis.contract"),
    "ellipsoidal": Message("area_basis.ellipsoidal"),
    "plane": Message("area_basis.plane"),
}
SEVERITIES: dict[str, Wording] = {
    "error": Message("severity.error"),
    "warning": Message("severity.warning"),
    "info": Message("severity.info"),
}
LAND: dict[str, Wording] = {
    "occupied": Message("land_basis.occupied"),
    "industrial": Message("land_basis.industrial"),
    "park": Message("land_basis.park"),
    "parcel": Message("land_basis.parcel"),
}
_METHODS: dict[str, Wording] = {
    "area": Message("allocation_method.area"),
    "share": Message("allocation_method.share"),
    "whole_parcel": Message("allocation_method.whole_parcel"),
    "assumed_equal": Message("allocation_method.assumed_equal"),
    "parcel_layer": Message("allocation_method.parcel_layer"),
    "none": Text("—", "—"),
}
_SUBJECTS: dict[str, Wording] = {
    "parcel": Message("subject.parcel"),
    "enterprise": Message("subject.enterprise"),
    "park": Message("subject.park"),
    "industry": Message("subject.industry"),
    "project": Message("subject.project"),
    "field": Message("subject.field"),
}
LONGEST_GROWTH = 60
"""Years before the assessed one that growth may begin at."""
_FAMILIES: dict[str, Wording] = {
    "ratio": Message("score_family.ratio"),
    "minmax": Message("score_family.minmax"),
    "rank": Message("score_family.rank"),
    "banded": Message("score_family.banded"),
    "inverse": Message("score_family.inverse"),
    "best": Message("score_family.best"),
}
OPEN_VOCABULARIES = (
    "unit",
    "item",
    "stage",
    "role",
    "supply_status",
    "supply_formula",
    "operator",
    "evaluation",
    "grade_group",
    "target_basis",
    "land_use",
    "note_state",
    "industry_name",
)
"""Those of columns that hold texts of the data, too."""
_WAY: dict[str, Wording] = {
    "figures": Message("way.figures"),
    "land": Message("way.land"),
}
_MEND_AT: dict[str, Wording] = {
    "here": Message("mend_at.here"),
    "source": Message("mend_at.source"),
}
DEFECTS: dict[str, Wording] = {
    "outside_parks": Message("defect.outside_parks"),
    "overlap": Message("defect.overlap"),
    "same_outline": Message("defect.same_outline"),
    "crosses_park": Message("defect.crosses_park"),
    "gap": Message("defect.gap"),
    "sliver": Message("defect.sliver"),
    "invalid_geometry": Message("defect.invalid_geometry"),
    "spike": Message("defect.spike"),
    "none": Message("defect.none"),
    "no_data": Message("defect.no_data"),
}
"""Defects of outlines by the code of their finding, the gravest first."""
_SIDES: dict[str, Wording] = {"before": Message("side.before"), "after": Message("side.after")}
_BARS: dict[str, Wording] = {
    "proposed": Message("bar.proposed"),
    "in_force": Message("bar.in_force"),
}
_KINDS: dict[str, Wording] = {
    "verdict": Message("changed_kind.verdict"),
    "grade": Message("changed_kind.grade"),
}
_OFFICE: dict[str, Wording] = {
    "land": Message("office_basis.land"),
    "floor_share": Message("office_basis.floor_share"),
}


def _as_written(*texts: Wording) -> dict[str, Wording]:
    """What offices write themselves: in English where it is known, else as it is written."""
    return {text.zh: text for text in texts}


_STATUS = _as_written(
    Message("supply_status.not_ready"),
    Message("supply_status.not_acquired"),
    Message("supply_status.not_levelled"),
    Message("supply_status.available"),
    Message("supply_status.pending"),
    Message("supply_status.reserve"),
    Message("supply_status.not_supplied"),
    Message("supply_status.supplied"),
    Message("supply_status.supplied_not_started"),
    Message("supply_status.supplied_not_built"),
    Message("supply_status.supplied_not_used"),
    Message("supply_status.supplied_not_begun"),
    Message("supply_status.not_started"),
    Message("supply_status.not_begun"),
    Message("supply_status.under_construction"),
    Message("supply_status.granted"),
    Message("supply_status.allocated"),
    Message("supply_status.built_up"),
    Message("supply_status.built"),
    Message("supply_status.in_production"),
    Message("supply_status.idle"),
)
_ROLES = _as_written(
    Message("role.leading"),
    Message("role.supporting"),
)
_STAGES = _as_written(
    Message("stage.upstream"),
    Message("stage.midstream"),
    Message("stage.downstream"),
)
_OPERATORS: dict[str, Wording] = {
    **{sign: Text(shown, shown) for sign, shown in SIGNS.items()},
    "attested": Message("operator.attested"),
}


@cache
def _shipped_methods() -> dict[str, Method]:
    """The methods that come with mujun, read once a process."""
    return {name: read_method(name) for name in shipped_methods()}


def _method_words(settings: Settings) -> tuple[dict[str, Wording], dict[str, Wording]]:
    """Titles of the shipped methods, and of the groups of the project's method if it is one."""
    shipped = _shipped_methods()
    heads: dict[str, Wording] = {
        name: Text(one.head.title_zh, one.head.title_en) for name, one in shipped.items()
    }
    groups: dict[str, Wording] = {}
    if settings.evaluation in shipped:
        groups = {g.id: Text(g.zh, g.en) for g in shipped[settings.evaluation].groups}
    return heads, groups | {"parks": Message("grade_group.parks")}


def _target_basis(settings: Settings) -> dict[str, Wording]:
    """The column or table that a figure of a target is worked out from, or its base year."""
    tables: dict[str, Wording] = {name: spec.title for name, spec in LAYERS.items()}
    years = [settings.year, *([settings.compare_to] if settings.compare_to else [])]
    since: dict[str, Wording] = {}
    for year in range(min(years) - LONGEST_GROWTH, max(years) + 1):
        since[f"compare_to {year}"] = Message("target_basis.compare_to", year=str(year))
        since[f"comparable {year}"] = Message("target_basis.comparable", year=str(year))
    columns: dict[str, Wording] = {c.name: c for spec in LAYERS.values() for c in spec.columns}
    return columns | tables | since


def words_of(table: str, settings: Settings, plan: Plan) -> dict[str, Mapping[str, Wording]]:
    """What the codes of a table's columns say, by column; of no table, what all tables say."""
    known = _known(settings, plan)
    columns = TABLES[table].by_name if table in TABLES else RESULT_COLUMNS
    return {name: known[c.vocabulary] for name, c in columns.items() if c.vocabulary}


_LATEST: list[tuple[Settings, Plan, dict[str, Mapping[str, Wording]]]] = []
"""The vocabularies of the run that is published: each of its tables asks for them."""


def _known(settings: Settings, plan: Plan) -> dict[str, Mapping[str, Wording]]:
    latest = next(iter(_LATEST), None)
    if latest is None or latest[0] is not settings or latest[1] is not plan:
        latest = settings, plan, vocabularies(settings, plan)
        _LATEST[:] = [latest]
    return latest[2]


def missing_inputs() -> dict[str, Wording]:
    """The columns of the parcels that a result lacks, by their titles."""
    titles = LAYERS["parcels"].by_name
    return {
        names: Message("idle_missing.fill_in", columns=join(titles[name] for name in names.split()))
        for names in MISSING_INPUTS
    } | {"": EMPTY}


def land_use_titles(settings: Settings) -> dict[str, Wording]:
    """What the project's own land-use codes say; nothing where it uses a national scheme."""
    return {
        code: Text(f"{code} {one.title}", f"{code} {one.en or one.title}")
        for code, one in settings.land_use.items()
    }


def _shown(unit: str, currency: str) -> Text:
    return Text(*(show_unit(unit, lang, currency) for lang in LANGUAGES))


def vocabularies(settings: Settings, plan: Plan) -> dict[str, Mapping[str, Wording]]:
    """What the codes of each vocabulary say (`Column.vocabulary`)."""
    titles: dict[str, Wording] = {
        c.name: c
        for c in (
            *LAYERS["parcels"].columns,
            *MEASURES,
            *(i.column for i in settings.rule_figures.values()),
        )
    }
    supply: dict[str, Wording] = {
        name: Text(m["zh"], m["en"])
        for name, m in supply_words()["measures"].items()
        if name != "citation"
    }
    units = {i.unit for i in settings.rule_figures.values()}
    units |= {m["unit"] for name, m in supply_words()["measures"].items() if name != "citation"}
    units |= {target.unit for target in plan.targets.values()}
    methods, groups = _method_words(settings)
    planned: dict[str, Wording] = {title(k).zh: title(k) for k in facility_kinds()}
    return {
        "subject": _SUBJECTS,
        "unit": {u: _shown(u, settings.currency) for u in units},
        "indicator": titles,
        "measure": titles | supply,
        "supply_measure": supply,
        "quantity": titles | {"area_mu": Message("publish_words.land_mu")},
        "land_basis": LAND,
        "land_use": land_use_titles(settings),
        "industry_name": industry_words(),
        "allocation_method": _METHODS,
        "comparable_standing": COMPARABLE_STANDINGS,
        "target_result": RESULTS | REFERENCE,
        "target": plan.target_titles,
        "item": plan.target_titles | _STAGES | planned,
        "stage": _STAGES,
        "role": _ROLES,
        "supply_status": _STATUS,
        "supply_formula": {
            m["formula"]: Text(m["formula"], m["formula_en"])
            for name, m in supply_words()["measures"].items()
            if name != "citation"
        },
        "operator": _OPERATORS,
        "evaluation": methods,
        "grade_group": groups,
        "score_family": _FAMILIES,
        "tie": titles | {SHARED: Message("records.tie_shared"), "": EMPTY},
        "target_basis": _target_basis(settings),
        "layer": {name: spec.title for name, spec in LAYERS.items()}
        | {"notes": Message("notes_layer.title")},
        "judged_as": JUDGED_AS,
        "verdict": VERDICTS,
        "verdict_or_grade": VERDICTS | GRADE_WORDS,
        "pack_part": PARTS,
        "pack_change": CHANGE_WORDS,
        "pack_effect": EFFECTS,
        "grade": GRADE_WORDS,
        "facility_state": STATES,
        "place_level": LEVEL_WORDS,
        "path_state": STATES | RESULTS,
        "link_state": LINK_STATES,
        "seated_by": SEATED,
        "lane": LANES,
        "service": plan.service_titles,
        "obligation": {key: one.title for key, one in plan.checklist.items()},
        "ranked_list": {key: one.title for key, one in plan.lists.items()},
        "trend_method": TREND_METHODS,
        "trend_state": TREND_STATES,
        "way": _WAY,
        "bar": _BARS,
        "cause": CAUSES,
        "idle": IDLE_WORDS,
        "idle_state": IDLE_STATES,
        "idle_cause": IDLE_CAUSES,
        "land_action": ACTION_WORDS,
        "missing_input": missing_inputs(),
        "low_efficiency": LOW_WORDS,
        "control": CONTROL,
        "hotspot": HOTSPOT_WORDS,
        "cluster": CLUSTER_WORDS,
        "relation": RELATIONS,
        "side": _SIDES,
        "changed_kind": _KINDS,
        "zone_kind": kind_names(),
        "facility_kind": {name: title(name) for name in facility_kinds()},
        "facility_family": FAMILIES,
        "verdict_reason": REASONS,
        "allocation_reason": ALLOCATION_REASONS,
        "grade_reason": GRADE_REASONS,
        "idle_reason": IDLE_REASONS,
        "area_basis": BASES,
        "industry_field": settings.fields.titles if settings.fields else {},
        "field_evidence": EVIDENCE,
        "field_table": {settings.fields.status: settings.fields.mark} if settings.fields else {},
        "office_basis": _OFFICE,
        "note_state": NOTE_STATES,
        "note_standing": STANDINGS,
        "severity": SEVERITIES,
        "mend_at": _MEND_AT,
    }
