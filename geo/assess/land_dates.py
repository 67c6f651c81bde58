"""Dates of a parcel's land that cannot all be true, or that nothing can be counted from, as findings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Mask
from geo.evaluate.idle_land import day_numbers
from geo.text import Message, Wording

_ORDER: tuple[tuple[str, str, Wording], ...] = (
    ("started_on", "stopped_on", Message("land_dates.stopped_before_started")),
    ("started_on", "completed_on", Message("land_dates.completed_before_started")),
)


def check_land_dates(parcels: pd.DataFrame) -> pd.DataFrame:
    """One warning a parcel and pair of dates out of order; and an extension of no agreed start."""
    parts = []
    for first, second, message in _ORDER:
        wrong = day_numbers(parcels, second) < day_numbers(parcels, first)
        parts.append(_about(parcels, wrong, "dates_disordered", message))
    agreed, extended = (day_numbers(parcels, c) for c in ("start_due_on", "start_extended_to"))
    alone = np.isnat(agreed) & ~np.isnat(extended)
    parts.append(_about(parcels, alone, "no_agreed_start", Message("land_dates.no_agreed_start")))
    return findings.gather_findings(parts)


def _about(parcels: pd.DataFrame, mask: Mask, code: str, message: Wording) -> pd.DataFrame:
    return findings.about_rows(
        parcels,
        mask,
        layer="parcels",
        key="parcel_id",
        code=code,
        severity="warning",
        message=message,
        mend=Message("land_dates.correct_dates"),
    )
