"""Control lines and straight distances, outline by outline: docs/control-lines, docs/access."""

from __future__ import annotations

from typing import Any

import shapely

from tests.independent.inputs import Inputs

KINDS = {"生态保护红线": "ecology", "永久基本农田": "farmland", "城镇开发边界": "growth"}
OUTSIDE = ("growth",)
"""Kinds that a parcel conflicts with where it lies outside."""
NEAR, NOISE = 0.005, 1e-4
"""Half the gap (m) up to which zones are side by side; m² under which an overlap is noise."""
FACILITIES = {
    "学校": "school",
    "医院": "hospital",
    "文化": "culture",
    "商业": "commerce",
    "变电站": "power",
    "消防站": "fire",
}
Ground = dict[str, Any]


def zones_by_kind(inputs: Inputs) -> Ground:
    """One area a kind, however it is cut."""
    layer = inputs.layers["zones"].to_crs(inputs.parcels.crs)
    out = {}
    for word, kind in KINDS.items():
        shapes = [s for k, s in zip(layer["kind"], layer.geometry, strict=True) if word in k]
        if shapes:
            grown = shapely.union_all([s.buffer(NEAR, join_style="mitre") for s in shapes])
            out[kind] = grown.buffer(-NEAR, join_style="mitre")
    return out


def control(parcel: Any, kind: str, area: Any, band: float) -> tuple[str, float, float]:
    """The finding, the share that matters, and the share inside the kind."""
    inside = parcel.intersection(area)
    matter = parcel.difference(area) if kind in OUTSIDE else inside
    share, within = matter.area / parcel.area, inside.area / parcel.area
    if matter.area < NOISE:
        return "clear", share, within
    # A disc of the band's diameter fits where something is left of the overlap shrunk by half.
    fits = not matter.buffer(-band / 2, quad_segs=32).is_empty
    return "conflict" if fits else "sliver", share, within


def distances(inputs: Inputs, kind: str) -> dict[str, float]:
    """From each parcel's outline straight to the nearest facility of a kind, m."""
    layer = inputs.layers["facilities"].to_crs(inputs.parcels.crs)
    points = [
        s
        for c, s in zip(layer["category"], layer.geometry, strict=True)
        if FACILITIES.get(c) == kind
    ]
    return {
        key: min(shape.distance(p) for p in points)
        for key, shape in zip(inputs.parcels["parcel_id"], inputs.parcels.geometry, strict=True)
    }
