"""Verdicts of all packs, and those that hang on which of the three areas is used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.economy.intensity import ratios
from geo.guards import require_columns
from geo.model import MU_M2, RULE_FIGURES, TOTALS, Indicator
from geo.standards.comply import Judged, judge
from geo.standards.model import Pack
from geo.standards.precedence import settle
from geo.standards.vocabulary import VERDICTS

BASES = {
    "contract": "area_contract_m2",
    "ellipsoidal": "area_ellipsoid_m2",
    "plane": "area_plane_m2",
}

FLIPS = {
    "parcel_id": "str",
    "rule_id": "str",
    "verdict": "str",
    "other_basis": "str",
    "other_verdict": "str",
    "value": "float64",
    "other_value": "float64",
    "threshold": "float64",
}
"""Columns and types of the table of verdicts that another area would change."""


def judge_parcels(
    parcels: pd.DataFrame, packs: list[Pack], catalogue: dict[str, Indicator] = RULE_FIGURES
) -> Judged:
    """What the packs for parcels say of every parcel, taken together.

    `parcels` holds parcel_id and the columns that `judge` reads.
    """
    require_columns(parcels, ("parcel_id",), "parcels")
    subjects = pd.DataFrame(parcels).set_index("parcel_id")
    if "geometry" in subjects:  # `drop` would copy all other columns
        del subjects["geometry"]
    return settle(judge(subjects, packs, "parcel", catalogue))


def judge_enterprises(
    enterprises: pd.DataFrame, packs: list[Pack], catalogue: dict[str, Indicator] = RULE_FIGURES
) -> Judged:
    """What the packs whose subject is the enterprise say."""
    require_columns(enterprises, ("enterprise_id",), "enterprises")
    subjects = enterprises.set_index("enterprise_id")
    return settle(judge(subjects, packs, "enterprise", catalogue))


def flips(
    parcels: pd.DataFrame,
    judged: Judged,
    packs: list[Pack],
    catalogue: dict[str, Indicator] = RULE_FIGURES,
) -> pd.DataFrame:
    """Verdicts that would differ under another of the three areas."""
    parts = []
    names = np.array(list(VERDICTS), dtype=object)
    rules = np.array([rule.id for rule in judged.rules], dtype=object)
    for basis, column in BASES.items():
        area = parcels[column].where(parcels[column] > 0, parcels["area_m2"])
        if not judged.rules or (area == parcels["area_m2"]).all():
            continue
        other = parcels.assign(area_m2=area, area_mu=area / MU_M2)
        if "office_area_basis" in parcels:  # a share of floor area does not hang on the land
            stand_in = parcels["office_area_basis"] == "floor_share"
            moved = parcels["office_area_m2"] * area / parcels["area_m2"]
            other["office_area_m2"] = parcels["office_area_m2"].mask(stand_in, moved)
        made = {name: one for name, one in catalogue.items() if name not in TOTALS}
        other = other.assign(**{str(c): v for c, v in ratios(other, made).items()})
        again = judge_parcels(other, packs, catalogue)
        rule, who = np.nonzero(again.verdict != judged.verdict)
        limits = [
            one.limits(judged.row[at, who[rule == at]])[0] for at, one in enumerate(judged.rules)
        ]
        parts.append(
            pd.DataFrame(
                {
                    "parcel_id": judged.ids[who],
                    "rule_id": rules[rule],
                    "verdict": names[judged.verdict[rule, who]],
                    "other_basis": basis,
                    "other_verdict": names[again.verdict[rule, who]],
                    "value": judged.value[rule, who],
                    "other_value": again.value[rule, who],
                    "threshold": np.concatenate(limits),
                }
            )
        )
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FLIPS))
    # An area under which nothing differs has columns of no type, which would stand for all.
    return found.astype(FLIPS)
