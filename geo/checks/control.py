"""Parcels that conflict with a control line, as findings."""

from __future__ import annotations

import pandas as pd

from geo import findings
from geo.errors import Text


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
        message=Text(
            "与管控线冲突：位置、面积和条款见“管控线”表",
            "conflicts with a control line: place, area and clause are in `zones`",
        ),
        mend=Text(
            "核对边界，或按条款报批、调整用地",
            "check both outlines, or follow the clause: seek approval or move the land",
        ),
    )
