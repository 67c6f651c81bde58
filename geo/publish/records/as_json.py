"""Records as JSON: what `mujun explain --json` prints. A figure that is missing is null."""

from __future__ import annotations

from geo.publish.records.enterprise import EnterpriseRecord
from geo.publish.records.grades import GradeLine
from geo.publish.records.numbers import known
from geo.publish.records.parcel import ParcelRecord
from geo.publish.records.park import ParkRecord
from geo.publish.records.rules import RuleLine
from geo.publish.records.subjects import SubjectRecord
from geo.publish.records.zones import ZoneLine
from geo.text.as_json import Json


def as_json(record: SubjectRecord) -> dict[str, Json]:
    """A record as JSON.

    Examples
    --------
    ``json.dumps([as_json(record) for record in explain(run, "SYN-01")])``
    """
    if isinstance(record, ParcelRecord):
        return _parcel(record)
    if isinstance(record, ParkRecord):
        return _park(record)
    return _enterprise(record)


def _parcel(record: ParcelRecord) -> dict[str, Json]:
    return {
        "parcel_id": record.parcel_id,
        "name": record.name or None,
        "park_id": record.park_id,
        "compliance": record.word,
        "area_m2": _figure(record.area_m2),
        "area_mu": _figure(record.area_mu),
        "area_basis": record.area_basis,
        "year": record.year,
        "judged": record.judged,
        "enterprises": [
            {
                "enterprise_id": one.enterprise_id,
                "name": one.name,
                "share": _figure(one.share),
                "area_m2": _figure(one.area_m2),
                **{name: _figure(value) for name, value in one.money.items()},
            }
            for one in record.occupiers
        ],
        "rules": [_rule(line) for line in record.rules],
        "notes": [
            {
                "state": note.state,
                "author": note.author,
                "date": note.date,
                "words": note.words,
                "standing": note.standing,
                "photos": note.photos,
                "changed": note.changed,
            }
            for note in record.notes
        ],
        "idle": None
        if record.idle is None
        else {
            "state": record.idle.state,
            "word": record.idle.word,
            "reason": record.idle.reason,
            "as_of": record.idle.as_of,
            "sums": list(record.idle.sums),
            "missing": record.idle.missing,
            "source": record.idle.citation,
        },
        "low_efficiency": record.low_efficiency or None,
        "low_efficiency_criteria": [_rule(line) for line in record.criteria],
        "control_lines": [_zone(line) for line in record.zones],
        "history": [
            {
                "relation": past.relation,
                "before": past.before or None,
                "shared_m2": _figure(past.shared_m2),
            }
            for past in record.history
        ],
        "defects": [
            {"defect": one.word, "area_m2": _figure(one.area_m2)} for one in record.defects
        ],
        "per_mu": list(record.per_mu),
        "land": [{"name": fact.title, "value": _figure(fact.value)} for fact in record.facts],
    }


def _enterprise(record: EnterpriseRecord) -> dict[str, Json]:
    return {
        "enterprise_id": record.enterprise_id,
        "grade": _grade(record.grade),
        "rules": [_rule(line) for line in record.rules],
    }


def _park(record: ParkRecord) -> dict[str, Json]:
    return {
        "park": record.park_id,
        "name": record.name,
        "industry_field": record.field or None,
        "parcels": {count.word: count.parcels for count in record.verdicts},
        "grade": _grade(record.grade),
        "targets": [
            {
                "target": line.title,
                "result": line.word,
                "value": _figure(line.value),
                "value_high": _figure(line.value_high),
                "shown": line.shown,
                "limit": line.limit,
                "gap": line.gap,
                "rounding": line.rounding,
                "reporting": line.reporting,
                "numerator": _figure(line.numerator),
                "denominator": _figure(line.denominator),
                "mend": line.need_text,
                "due": line.due,
                "trend": line.trend,
                "clause": line.clause,
                "source": line.citation,
            }
            for line in record.targets
        ],
        "land_supply": [
            {
                "park_id": record.park_id,
                "measure": line.measure,
                "title": line.title,
                "value": _figure(line.value),
                "unit": line.unit,
                "shown": line.shown,
                "numerator": _figure(line.numerator),
                "denominator": _figure(line.denominator),
                "unknown_mu": _figure(line.unknown_mu),
                "formula": line.formula,
                "citation": line.citation,
            }
            for line in record.supply
        ],
        "facilities": [
            {
                "kind": line.title,
                "state": line.word,
                "built": line.built,
                "nearest": line.nearest,
                "nearest_m": _figure(line.nearest_m),
                "land_covered_share": _figure(line.land_covered_share),
                "workers_covered": _figure(line.workers_covered),
                "clause": line.clause,
                "source": line.citation,
            }
            for line in record.facilities
        ],
        "control_lines": [_zone(line) for line in record.zones],
    }


def _grade(line: GradeLine | None) -> dict[str, Json] | None:
    if line is None:
        return None
    return {
        "grade": line.word,
        "score": _figure(line.score),
        "rank": _figure(line.rank),
        "of": _figure(line.of),
        "evaluation": line.evaluation,
        "reason": line.reason,
        "to_better": _figure(line.to_better),
        "to_worse": _figure(line.to_worse),
        "stability": _figure(line.stability),
        "items": [f"{item.title}: {item.sum}" for item in line.items],
        "bonus": _figure(line.bonus),
        "penalty": _figure(line.penalty),
        "deduction": _figure(line.deduction),
        "tie": line.tie,
        "source": line.citation,
    }


def _rule(line: RuleLine) -> dict[str, Json]:
    return {
        "rule": line.id,
        "indicator": line.title,
        "verdict": line.word,
        "value": line.value,
        "limit": line.limit,
        "gap": _figure(line.gap),
        "reason": line.reason,
        "arithmetic": line.arithmetic,
        "mend": line.option.text if line.option else "",
        "industry_row": line.industry_row,
        "cell": line.cell,
        "clause": line.clause,
        "source": line.citation,
    }


def _zone(line: ZoneLine) -> dict[str, Json]:
    return {
        "control": line.word,
        "zone_id": line.zone_id,
        "kind": line.kind,
        "name": line.name,
        "share": _figure(line.share),
        "overlap_m2": _figure(line.overlap_m2),
        "consequence": line.consequence,
        "requirement": line.requirement,
        "clause": line.clause,
        "source": line.citation,
    }


def _figure(value: float | None) -> float | None:
    return float(value) if value is not None and known(value) else None
