"""Whether the parcels' land-use codes are of the classification that the project states, and known."""

from __future__ import annotations

import pandas as pd

from geo import findings
from geo.model.land_use import (
    LandUseCounts,
    LandUseReading,
    contradicted,
    flipped,
    scheme_title,
)
from geo.text import Message, Text, Wording


def check_land_use_counts(counts: LandUseCounts, scheme: str, edition: str) -> pd.DataFrame:
    """Land-use codes that the names beside them, or what a park is, say are of another scheme.

    0601 beside 工业用地 is GB/T 21010's or the third survey's; by 用地用海 it would be a rural road,
    and no parcel would be judged as industrial land. Names that contradict are an error; parcels
    that would be industrial by another scheme only, a warning. No row is set aside.
    """
    column, found = counts.names(), counts.readings()
    stated = scheme_title(scheme, edition)
    other = contradicted(found, scheme, edition)
    if other is not None and column is not None:
        message = Message(
            "schema.land_use_names_contradict",
            column=column,
            stated=stated,
            scheme=other.title,
            share=other.agree or 0.0,
        )
        return _about(message, "land_use_scheme_contradicted", other, "error")
    other = flipped(found, scheme, edition)
    if other is None:
        return findings.no_findings()
    message = Message(
        "schema.land_use_industrial_elsewhere",
        stated=stated,
        scheme=other.title,
        share=other.industrial,
    )
    return _about(message, "land_use_scheme_doubtful", other, "warning")


def check_industrial_land(parcels: pd.DataFrame, denominator: str) -> pd.DataFrame:
    """Parcels of unknown use where industrial land divides the sums of parks and the project.

    The money on them counts and their land does not: 3,000 万元 over 30 亩 are 100, over 45 66.67.
    """
    if denominator != "industrial" or "land_use_industrial" not in parcels:
        return findings.no_findings()
    return findings.about_rows(
        parcels,
        parcels["land_use_industrial"].isna().to_numpy(dtype=bool),
        layer="parcels",
        key="parcel_id",
        code="industrial_land_unknown",
        severity="warning",
        message=Message("schema.industrial_land_unknown"),
        mend=Message("schema.give_land_use"),
    )


def _about(
    message: Wording, code: str, other: LandUseReading, severity: findings.Severity
) -> pd.DataFrame:
    setting = f'land_use_scheme = "{other.scheme}"'
    if other.scheme == "yongdiyonghai":
        setting += f'  land_use_edition = "{other.edition}"'
    mend = Message("schema.write_land_use_scheme", setting=Text(setting, setting))
    return findings.about_layer("parcels", code, message, mend, severity)
