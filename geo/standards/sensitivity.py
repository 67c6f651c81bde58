"""Verdicts of all packs, and those that hang on which of the three areas is used."""

from __future__ import annotations

import pandas as pd

from geo.economy.intensity import is_industrial, ratios
from geo.model import MU_M2
from geo.standards.comply import COLUMNS, judge, mark_conflicts
from geo.standards.model import Pack

BASES = {"contract": "area_contract_m2", "ellipsoidal": "area_ellipsoid_m2",
         "plane": "area_plane_m2"}

FLIPS = ("parcel_id", "rule_id", "verdict", "other_basis", "other_verdict", "value",
         "other_value", "threshold")
"""Columns of the table of verdicts that another area would change."""


def judge_enterprises(enterprises: pd.DataFrame, packs: list[Pack]) -> pd.DataFrame:
    """Verdicts of the packs whose subject is the enterprise; no such pack, no rows."""
    subjects = enterprises.set_index("enterprise_id")
    return _together([judge(subjects, p) for p in packs if p.pack.subject == "enterprise"])


def judge_all(parcels: pd.DataFrame, packs: list[Pack]) -> pd.DataFrame:
    """Verdicts of every pack for parcels on every parcel; no packs, no rows.

    `parcels` holds parcel_id and the columns that `judge` reads.
    """
    subjects = pd.DataFrame(parcels.drop(columns="geometry", errors="ignore"))
    subjects = subjects.set_index("parcel_id")
    if "land_use" in subjects:
        known = is_industrial(subjects["land_use"]).astype("boolean")
        subjects["land_use_industrial"] = known.mask(subjects["land_use"].isna())
    return _together([judge(subjects, p) for p in packs if p.pack.subject == "parcel"])


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    # A conflict takes two documents.
    return mark_conflicts(pd.concat(tables, ignore_index=True)) if len(tables) > 1 else tables[0]


def flips(
    parcels: pd.DataFrame, verdicts: pd.DataFrame, packs: list[Pack]
) -> pd.DataFrame:
    """Verdicts that would differ under another of the three areas."""
    parts = []
    for basis, column in BASES.items():
        area = parcels[column].where(parcels[column] > 0, parcels["area_m2"])
        if (area == parcels["area_m2"]).all():
            continue
        other = parcels.assign(area_m2=area, area_mu=area / MU_M2)
        other = other.assign(**{str(c): v for c, v in ratios(other).items()})
        again = judge_all(other, packs)
        changed = (again["verdict"] != verdicts["verdict"]).to_numpy()
        parts.append(pd.DataFrame({
            "parcel_id": verdicts["subject_id"], "rule_id": verdicts["rule_id"],
            "verdict": verdicts["verdict"], "other_basis": basis,
            "other_verdict": again["verdict"], "value": verdicts["value"],
            "other_value": again["value"], "threshold": verdicts["threshold"]})[changed])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FLIPS))
