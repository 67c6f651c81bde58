"""Which land the rules are about (适用范围): judged by them, or the reason why a parcel is not.

不适用 and 无法判定 hold different things for a land officer: land that is no industrial land, land
supplied before the rule, land whose terms were agreed one by one (一事一议) and are not registered.
"""

from __future__ import annotations

import pandas as pd

from geo.arrays import Series
from geo.text import Message, Wording

SCOPE: dict[str, Wording] = {
    "judged": Message("scope.judged"),
    "no_data": Message("scope.no_data"),
    "case_by_case": Message("scope.case_by_case"),
    "before_force": Message("scope.before_force"),
    "not_industrial": Message("scope.not_industrial"),
    "exempt": Message("scope.exempt"),
    "unchecked": Message("scope.unchecked"),
}
"""In this order: of several reasons of one parcel, the last that it has counts."""
UNDER_THE_RULES = ("judged", "no_data")
"""The land that the rules ask something of, with data of its own or without."""
_EXEMPT = ("before_force", "not_industrial")


def rule_scope(parcels: pd.DataFrame, verdicts: pd.DataFrame) -> Series:
    """For each parcel a word of `SCOPE`.

    Parameters
    ----------
    parcels
        With parcel_id and compliance (the verdict over all rules).
    verdicts
        The long table: subject, subject_id, mandatory, verdict, reason.

    Returns
    -------
    pandas.Series
        Texts with the index of `parcels`. The land that the rules are about is "judged" (it passes,
        fails or is in conflict) and "no_data" (data of its own are missing).

    Examples
    --------
    >>> parcels = pd.DataFrame({"parcel_id": ["a", "b"], "compliance": ["exempt", "fail"]})
    >>> verdicts = pd.DataFrame({"subject": "parcel", "subject_id": ["a", "b"],
    ...     "mandatory": True, "verdict": ["exempt", "fail"], "reason": ["not_industrial", ""]})
    >>> rule_scope(parcels, verdicts).tolist()
    ['not_industrial', 'judged']
    """
    ids = parcels["parcel_id"].astype("str")
    overall = parcels["compliance"].astype("str")
    about = verdicts[verdicts["mandatory"].astype(bool) & (verdicts["subject"] == "parcel")]
    subject = about["subject_id"]
    found = pd.Series("judged", parcels.index, dtype="str")

    def has(verdict: str, reason: str) -> Series:
        rows = (about["verdict"] == verdict) & (about["reason"] == reason)
        return (overall == verdict) & ids.isin(subject[rows].unique())

    found[overall == "no_data"] = "no_data"
    found[overall == "exempt"] = "exempt"
    found[has("no_data", "case_by_case")] = "case_by_case"
    for reason in _EXEMPT:
        found[has("exempt", reason)] = reason
    found[~ids.isin(subject.unique())] = "unchecked"
    return found
