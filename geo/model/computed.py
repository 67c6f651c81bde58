"""Names of columns that mujun works out: an office's column of such a name is not taken for one.

They are what the result tables declare beside the layers' own columns. A test holds them to what a
run of every layer adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from geo.model import LAYERS, MEASURES
from geo.model.tables import TABLES

_MADE = re.compile(r"in_[a-z]+|(to|road)_.+_m|raster_.+")
"""Columns of parcels named by a kind of control line or of facility, or by a raster."""

WRITERS = ("fid", "geom", "ogc_fid", "bbox", "geometry", "source_row", "_order")
"""Names that formats of the outputs, or mujun on its way to them, keep for themselves."""


def computed_names(layer: str, columns: Iterable[str], indicators: Iterable[str]) -> list[str]:
    """Those of a layer's columns that bear the name of something that is worked out for it.

    `indicators` are the names of the project's catalogue. Canonical columns of the layer are inputs
    and never among them.
    """
    if layer not in ("parcels", "parks", "enterprises"):
        return []
    canonical = set(LAYERS[layer].by_name)
    ratios = {*indicators, *(f"{measure.name}_per_mu" for measure in MEASURES)}
    grown = {f"{name}_growth" for name in ratios}
    classed = {f"{name}_{kind}" for name in ratios for kind in ("hotspot", "cluster")}
    known = {*TABLES[layer].by_name, *ratios, *grown, *classed} - canonical - {"source_row"}
    return [
        c
        for c in columns
        if c not in canonical
        and (c.lower() in known or (layer == "parcels" and _MADE.fullmatch(c)))
    ]
