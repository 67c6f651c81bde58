"""Parcels that conflict with a control line, as findings."""

from __future__ import annotations

import pandas as pd

from geo import findings
from geo.text import Message


def check_control(parcels: pd.DataFrame) -> pd.DataFrame:
    """One warning a parcel whose `control` is conflict; none where there are no zones."""
    if "control" not in parcels:
        return findings.no_findings()
    return findings.about_rows(
        parcels,
        parcels["control"] == "conflict",
        layer="parcels",
        key="parcel_id",
        code="zone_conflict",
        severity="warning",
        message=Message("control.conflicts_with_control_line"),
        mend=Message("control.check_both_outlines_follow_clause"),
    )
