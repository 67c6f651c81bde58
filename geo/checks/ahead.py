"""Years and days that lie far after the year that is judged: slips such as 2032 for 2023."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo import findings
from geo.model import LAYERS
from geo.text import Message

FAR_YEARS = 5
"""Years after the one judged from which a year, or the day of what has happened, is a question."""

_HAPPENED = {
    "indicators": ("year",),
    "park_indicators": ("year",),
    "occupancy": ("year",),
    "enterprises": ("founded_on",),
    "parcels": ("supplied_on", "started_on", "stopped_on", "resumed_on"),
}
"""Columns of what has happened, by layer; what is planned or agreed may lie ahead."""


def check_ahead(frame: pd.DataFrame, name: str, year: int) -> pd.DataFrame:
    """Cells that lie more than `FAR_YEARS` after the year judged; they are used as they stand."""
    spec, parts = LAYERS[name], []
    for column in _HAPPENED.get(name, ()):
        if column not in frame:
            continue
        is_year = column == "year"
        cells = frame[column] if is_year else pd.to_datetime(frame[column])
        when: Any = cells if is_year else cells.dt.year
        far = (when > year + FAR_YEARS).fillna(False).to_numpy(dtype=bool)
        parts.append(
            findings.about_rows(
                frame,
                far,
                layer=name,
                key=spec.id_column,
                code="far_ahead",
                severity="warning",
                message=Message(
                    "checks_ahead.after_year_judged", column=spec.by_name[column], year=year
                ),
                mend=Message("checks_ahead.check_year"),
                value=findings.quoted(cells, form="{:.0f}" if is_year else "{:%Y-%m-%d}"),
            )
        )
    return findings.gather_findings(parts)
