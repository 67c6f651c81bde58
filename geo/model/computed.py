"""Names of columns that mujun works out: an office's column of such a name is not taken for one.

The indicators, measures and their growth are those of `geo.model`; what else computing adds to a
table of subjects stands here. A test holds the list to what a run of every layer adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from geo.model import LAYERS, MEASURES

_LAND = ("area_m2", "area_mu")
_GRADED = ("grade", "score")
_ADDED: dict[str, tuple[str, ...]] = {
    "parcels": (
        *_LAND,
        *_GRADED,
        "area_contract_m2",
        "area_plane_m2",
        "area_ellipsoid_m2",
        "area_basis",
        "office_area_basis",
        "land_use_industrial",
        "land_use_mixed",
        "park_name",
        "park_level",
        "main_enterprise_id",
        "main_enterprise",
        "industry_code",
        "industry_name",
        "enterprises",
        "judged_as",
        "judged_as_of",
        "compliance",
        "low_efficiency",
        "control",
        "amenities_15min",
        "lineage",
    ),
    "parks": (
        *_LAND,
        *_GRADED,
        "outline_mu",
        "parcels",
        "parcel_mu",
        "parcels_pass",
        "parcels_fail",
        "parcels_no_data",
        "parcels_exempt",
        "parcels_conflict",
    ),
    "enterprises": (*_LAND, *_GRADED, "industry_id"),
}
"""Columns that computing adds to the results of a layer, beside indicators and measures."""

_MADE = re.compile(r"in_[a-z]+|(to|road)_.+_m|raster_.+")
"""Columns of parcels named by a kind of control line or of facility, or by a raster."""

WRITERS = ("fid", "geom", "ogc_fid", "bbox", "geometry", "source_row", "_order")
"""Names that formats of the outputs, or mujun on its way to them, keep for themselves."""


def computed_names(layer: str, columns: Iterable[str], indicators: Iterable[str]) -> list[str]:
    """Those of a layer's columns that bear the name of something that is worked out for it.

    `indicators` are the names of the project's catalogue. Canonical columns of the layer are inputs
    and never among them.
    """
    if layer not in _ADDED:
        return []
    canonical = set(LAYERS[layer].by_name)
    ratios = {*indicators, *(f"{m.name}_per_mu" for m in MEASURES)}
    known = {
        *_ADDED[layer],
        *ratios,
        *(f"{n}_growth" for n in ratios),
        *(m.name for m in MEASURES),
    } - canonical
    return [
        c
        for c in columns
        if c not in canonical
        and (c.lower() in known or (layer == "parcels" and _MADE.fullmatch(c)))
    ]
