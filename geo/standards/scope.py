"""Which land the rules are about (适用范围): judged by them, or the reason why a parcel is not.

不适用 and 无法判定 hold different things for a land officer: land that is no industrial land, land
supplied before the rule, land whose terms were agreed one by one (一事一议) and are not registered.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.arrays import Mask, Series
from geo.geometry.keys import position_of
from geo.standards.codes import VerdictCodes
from geo.standards.codes_of_table import as_codes
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES
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


def rule_scope(parcels: pd.DataFrame, verdicts: pd.DataFrame | VerdictCodes) -> Series:
    """For each parcel a word of `SCOPE`.

    Parameters
    ----------
    parcels
        With parcel_id and compliance (the verdict over all rules).
    verdicts
        As codes, or the long table: subject, subject_id, rule_id, mandatory, verdict, reason.

    Returns
    -------
    pandas.Series
        Texts with the index of `parcels`. The land that the rules are about is "judged" (it passes,
        fails or is in conflict) and "no_data" (data of its own are missing).

    Examples
    --------
    >>> parcels = pd.DataFrame({"parcel_id": ["a", "b"], "compliance": ["exempt", "fail"]})
    >>> verdicts = pd.DataFrame({"subject": "parcel", "subject_id": ["a", "b"],
    ...     "rule_id": "r", "mandatory": True, "verdict": ["exempt", "fail"], "reason": ["not_industrial", ""]})
    >>> rule_scope(parcels, verdicts).tolist()
    ['not_industrial', 'judged']
    """
    overall = parcels["compliance"].astype("str")
    about = [rule for rule in as_codes(verdicts).of_subject("parcel") if rule.mandatory]
    found = pd.Series("judged", parcels.index, dtype="str")
    found[overall == "no_data"] = "no_data"
    found[overall == "exempt"] = "exempt"
    if not about:
        return found.mask(found.notna(), "unchecked")
    place = position_of(parcels["parcel_id"], pd.Series(about[0].ids))
    known = place >= 0

    def among(rows: Mask) -> Mask:
        """Of each parcel, whether it is one of these subjects."""
        return known & rows[place]

    def has(verdict: str, reason: str) -> Mask:
        codes = VERDICT_CODES[verdict], REASON_CODES[reason]
        said = [
            rule.told & (rule.verdict == codes[0]) & (rule.reason == codes[1]) for rule in about
        ]
        return (overall == verdict).to_numpy() & among(np.logical_or.reduce(said))

    found[has("no_data", "case_by_case")] = "case_by_case"
    for reason in _EXEMPT:
        found[has("exempt", reason)] = reason
    found[~among(np.logical_or.reduce([rule.told for rule in about]))] = "unchecked"
    return found
