"""What a raster is: elevations, a slope, or a picture, by its name and its cells."""

from __future__ import annotations

import re

from geo.intake.model import ConstantGuess, Evidence, RoleGuess, SourceProfile
from geo.text import Message

_SLOPE = re.compile("坡度|slope", re.IGNORECASE)
_HEIGHT = re.compile(r"dem|dsm|dtm|高程|高度|地形|elev|height|srtm|aster|alos", re.IGNORECASE)
_LOWEST, _HIGHEST = -500.0, 9000.0


def raster_role(profile: SourceProfile) -> RoleGuess:
    """The role of a raster: a surface of elevations or slopes, or another that is asked about."""
    values = profile.sample["value"]
    empty = values.empty
    low, high = (0.0, 0.0) if empty else (float(values.min()), float(values.max()))
    name = profile.path.rpartition("/")[2]
    kind = "slope" if _SLOPE.search(name) else "elevation" if _HEIGHT.search(name) else ""
    likely = not empty and _LOWEST <= low <= high <= _HIGHEST
    bytes_only = not empty and low >= 0 and high <= 255 and bool((values == values.round()).all())
    reasons = [
        Evidence(
            Message("intake_reason.cell_values", low=low, high=high), speaks_for=likely, weight=0.3
        )
    ]
    if kind:
        text = Message("intake_reason.name_says", word=kind)
        reasons.append(Evidence(text, speaks_for=True, weight=0.5))
    if bytes_only and not kind:
        text = Message("intake_reason.picture_cells")
        reasons.append(Evidence(text, speaks_for=False, weight=0.5))
        return RoleGuess(
            profile,
            None,
            sure=False,
            scores=((None, 0.6), ("rasters", 0.4)),
            reasons=tuple(reasons),
        )
    score = 0.9 if kind and likely else 0.5
    constants = (ConstantGuess("name", kind, sure=True),) if kind else ()
    return RoleGuess(
        profile,
        "rasters",
        sure=score > 0.8 and profile.crs is not None,
        scores=(("rasters", score), (None, round(1 - score, 3))),
        reasons=tuple(reasons),
        constants=constants,
    )
