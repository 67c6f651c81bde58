"""The words of a judgement: verdicts, and the reason where a verdict is not a plain comparison."""

from __future__ import annotations

from geo.text import EMPTY, Message, Wording

VERDICTS: dict[str, Wording] = {
    "pass": Message("verdict.pass"),
    "fail": Message("verdict.fail"),
    "no_data": Message("verdict.no_data"),
    "exempt": Message("verdict.exempt"),
    "conflict": Message("verdict.conflict"),
}

REASONS: dict[str, Wording] = {
    "": EMPTY,
    "input_missing": Message("verdict_reason.input_missing"),
    "industry_unknown": Message("verdict_reason.industry_unknown"),
    "reference": Message("verdict_reason.reference"),
    "not_attested": Message("verdict_reason.not_attested"),
    "not_applicable": Message("verdict_reason.not_applicable"),
    "case_by_case": Message("verdict_reason.case_by_case"),
    "exempted": Message("verdict_reason.exempted"),
    "not_industrial": Message("verdict_reason.not_industrial"),
    "land_use_missing": Message("verdict_reason.land_use_missing"),
    "other_place": Message("verdict_reason.other_place"),
    "before_force": Message("verdict_reason.before_force"),
    "after_force": Message("verdict_reason.after_force"),
    "supply_date_missing": Message("verdict_reason.supply_date_missing"),
    "local_rule": Message("verdict_reason.local_rule"),
    "stricter_rule": Message("verdict_reason.stricter_rule"),
    "apart": Message("verdict_reason.apart"),
    "rounded": Message("verdict_reason.rounded"),
    "alternative_met": Message("verdict_reason.alternative_met"),
    "alternative_open": Message("verdict_reason.alternative_open"),
    "band_missing": Message("verdict_reason.band_missing"),
    "outside_bands": Message("verdict_reason.outside_bands"),
    "not_chosen": Message("verdict_reason.not_chosen"),
}

MENDS: dict[str, Wording] = {
    "": Message("verdict_mend.none"),
    "fail": Message("verdict_mend.fail"),
    "conflict": Message("verdict_mend.conflict"),
    "input_missing": Message("verdict_mend.input_missing"),
    "industry_unknown": Message("verdict_mend.industry_unknown"),
    "reference": Message("verdict_mend.reference"),
    "not_attested": Message("verdict_mend.not_attested"),
    "case_by_case": Message("verdict_mend.case_by_case"),
    "land_use_missing": Message("verdict_mend.land_use_missing"),
    "supply_date_missing": Message("verdict_mend.supply_date_missing"),
    "alternative_open": Message("verdict_mend.alternative_open"),
    "band_missing": Message("verdict_mend.band_missing"),
    "outside_bands": Message("verdict_mend.outside_bands"),
    "not_chosen": Message("verdict_mend.not_chosen"),
}
"""What mends a verdict without data, by its reason; and a fail or a conflict."""

VERDICT_CODES = {name: code for code, name in enumerate(VERDICTS)}
REASON_CODES = {name: code for code, name in enumerate(REASONS)}
"""Codes of verdicts and reasons (uint8) inside a computation."""
