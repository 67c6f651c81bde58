"""What is said of an enterprise itself: its grade, and the rules that judge enterprises."""

from __future__ import annotations

from dataclasses import dataclass

from geo.project import Settings
from geo.publish.records.grades import GradeLine, grade_line
from geo.publish.records.numbers import text
from geo.publish.records.parcel import enterprise_names
from geo.publish.records.rules import RuleLine, judged_rules, rule_line
from geo.run import Run


@dataclass(frozen=True)
class EnterpriseRecord:
    """An enterprise in the reader's language; no grade where it was not evaluated."""

    enterprise_id: str
    name: str
    grade: GradeLine | None
    rules: tuple[RuleLine, ...]


def enterprise_record(run: Run, enterprise_id: str, settings: Settings) -> EnterpriseRecord:
    """The record of one enterprise of a run."""
    verdicts = run.verdicts
    rules = judged_rules(
        verdicts[verdicts["subject_id"] == enterprise_id], "enterprise", settings.rule_figures
    )
    return EnterpriseRecord(
        enterprise_id,
        text(enterprise_names(run).get(enterprise_id)) or enterprise_id,
        grade_line(run.grades, run.score_items, "enterprise", enterprise_id, settings),
        tuple(
            rule_line(row, settings)
            for row in rules.to_dict("records")  # rows-ok: rules on one enterprise
        ),
    )
