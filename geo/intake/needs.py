"""What a source has to have to be a role, and what makes it more likely, role by role."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Need:
    """What speaks for a role.

    Parameters
    ----------
    shapes
        Outlines that it may have; "none" for tables.
    all_of
        Columns without which it is not the role.
    marks
        Columns that hardly any other role has, with how much each says (0 to 1, added up).
    named
        What the name of its file, sheet or layer adds.
    base
        What remains when all that it needs is there.
    """

    shapes: frozenset[str]
    all_of: tuple[str, ...] = ()
    marks: dict[str, float] = field(default_factory=dict)
    named: float = 0.4
    base: float = 0.2


_TABLE = frozenset({"none"})
_AREA = frozenset({"polygon", "mixed"})

NEEDS: dict[str, Need] = {
    "parks": Need(
        _AREA,
        marks={
            "level": 0.2,
            "approved_area_ha": 0.25,
            "leading_industries": 0.25,
            "listed_year": 0.15,
            "park_id": 0.25,
            "name": 0.15,
        },
    ),
    "parcels": Need(
        _AREA,
        marks={
            "parcel_id": 0.45,
            "land_use": 0.2,
            "contract_area_m2": 0.25,
            "floor_area_m2": 0.1,
            "supplied_on": 0.2,
            "supply_status": 0.15,
            "park_id": 0.05,
            "footprint_area_m2": 0.1,
            "planned_investment": 0.1,
            "start_due_on": 0.1,
        },
    ),
    "buildings": Need(
        _AREA | _TABLE,
        marks={
            "building_id": 0.4,
            "storeys": 0.35,
            "storey_height_m": 0.3,
            "floor_area_m2": 0.15,
            "use": 0.1,
        },
    ),
    "zones": Need(
        _AREA,
        marks={
            "kind": 0.3,
            "zone_id": 0.15,
            "requirement": 0.2,
            "layout_limit": 0.4,
            "emission_limit": 0.3,
            "risk_limit": 0.3,
            "resource_limit": 0.3,
        },
        named=0.5,
    ),
    "facilities": Need(
        frozenset({"point", "polygon", "mixed", "line"}),
        marks={
            "category": 0.35,
            "facility_id": 0.2,
            "capacity": 0.15,
            "service_radius_m": 0.3,
            "status": 0.05,
            "name": 0.1,
        },
    ),
    "roads": Need(frozenset({"line"}), marks={"road_id": 0.25, "name": 0.2}, named=0.5),
    "waters": Need(frozenset({"line", "polygon", "mixed"}), marks={"name": 0.2}, named=0.5),
    "places": Need(
        frozenset({"point", "polygon"}),
        all_of=("name",),
        marks={"name": 0.2, "level": 0.1},
        named=0.5,
    ),
    "enterprises": Need(
        _TABLE,
        all_of=("name",),
        marks={
            "enterprise_id": 0.35,
            "industry_code": 0.2,
            "industry_name": 0.15,
            "above_scale": 0.2,
            "high_tech": 0.15,
            "role": 0.2,
            "chain_segment": 0.15,
            "status": 0.1,
            "founded_on": 0.15,
            "in_production_on": 0.15,
        },
        named=0.2,
        base=0.3,
    ),
    "occupancy": Need(
        _TABLE,
        all_of=("parcel_id", "enterprise_id"),
        marks={"area_m2": 0.3, "share": 0.3, "tenure": 0.25},
        named=0.2,
        base=0.45,
    ),
    "indicators": Need(
        _TABLE, all_of=("enterprise_id",), marks={"year": 0.15}, named=0.15, base=0.25
    ),
    "park_indicators": Need(
        _TABLE, all_of=("park_id",), marks={"year": 0.15}, named=0.25, base=0.25
    ),
    "platforms": Need(
        _TABLE,
        all_of=("name", "level"),
        marks={"park_id": 0.2, "kind": 0.15, "year": 0.1},
        named=0.35,
        base=0.1,
    ),
    "services": Need(
        _TABLE, all_of=("service",), marks={"park_id": 0.2, "status": 0.25}, named=0.3, base=0.2
    ),
    "chain": Need(
        _TABLE,
        all_of=("chain", "segment", "stage"),
        marks={"industry_codes": 0.2},
        named=0.2,
        base=0.5,
    ),
}
