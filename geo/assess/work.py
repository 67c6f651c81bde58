"""What can be said of a part of the land by itself: checks, areas, money, rules, control lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import CRS, Frames
from geo.assess.claims import about_claims, claims_of
from geo.assess.declared import read_declared
from geo.assess.edition_findings import check_editions
from geo.assess.part_scope import PartScope, owned_findings, owned_rows
from geo.assess.rows import rows_used
from geo.assess.sums import Sums, all_figures
from geo.checks.buildings import check_coverage
from geo.checks.control import check_control
from geo.checks.ledger import check_areas, check_per_mu
from geo.checks.occupancy import check_occupied, check_shares
from geo.checks.run import CUT, check_cut, check_shared, check_year
from geo.checks.stacked import SHARE
from geo.economy.allocate import CONSERVED, Allocation, allocate, allocation_check
from geo.economy.industry_fields import parks_by_field, with_field
from geo.economy.intensity import industrial_use, ratios, wide, with_buildings
from geo.economy.occupiers import unmatched, with_occupiers
from geo.economy.production import parcels_in_production, with_production
from geo.economy.subject_tables import enterprise_table, park_table
from geo.evaluate.chain import chains
from geo.evaluate.compliance_options import compliance_options
from geo.evaluate.idle_land import idle_land
from geo.evaluate.land_actions import absent_columns, state_of_land
from geo.evaluate.land_supply import land_supply
from geo.evaluate.low_efficiency import with_low_efficiency
from geo.evaluate.plan import NO_PLAN, Plan, with_clauses
from geo.evaluate.plan_services import services
from geo.evaluate.plan_targets import park_years, target_inputs, targets_of
from geo.geometry.area import counted_before, ellipsoidal_area, plane_area
from geo.geometry.keys import isin_text
from geo.geometry.overlay import plane_of
from geo.land.facts import LandFacts, land_facts
from geo.land.own_land_use import with_national
from geo.land.place import check_place, check_shift
from geo.land.roads import RoadLines, check_roads, road_lines
from geo.land.zone_kinds import absent_families
from geo.land.zones import ZoneIndex, cut_zones
from geo.model import LAYERS, MU_M2
from geo.project import Settings
from geo.sources.load import Layers
from geo.sources.parcel_figures import MARK
from geo.sources.places import RowPlaces
from geo.standards.area_sensitivity import BASES, flips, judge_enterprises, judge_parcels
from geo.standards.asof import with_days
from geo.standards.model import Pack
from geo.standards.precedence import compliance
from geo.standards.table import verdict_table
from geo.text import Message, Wording

Progress = Callable[[str], None]


@dataclass(frozen=True)
class RulePacks:
    """What parts judge by: packs, those whose failing parcels are low-efficiency land, the plan."""

    packs: list[Pack]
    low_efficiency: list[Pack] = field(default_factory=list)
    plan: Plan = NO_PLAN


@dataclass(frozen=True)
class RunFrame:
    """What every part of a run shares: the plane that is measured in, zones cut and roads joined.

    `years` are those of the whole table of indicators; `shared` are the usable layers that are not
    cut: parks, facilities and the like. `rows` says what became of theirs; `read` and `places` are
    those of the `Layers`; `before` the m² of each park that parks before it cover too.
    """

    plane: CRS
    zones: ZoneIndex | None
    years: tuple[int, ...]
    shared: dict[str, Any]
    roads: RoadLines | None = None
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    read: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, RowPlaces] = field(default_factory=dict)
    before: pd.Series[float] | None = None


@dataclass(frozen=True)
class PartResult:
    """Tables of a part, by the names of the contract, and what only the whole can conclude from.

    `sums` are figures of industries and the project before they are added up.
    """

    tables: Frames
    sums: Sums
    findings: pd.DataFrame
    missing: list[Wording]
    cut_off: dict[str, int] | None
    covered: dict[str, bool]


def check_places(frames: Frames, settings: Settings) -> None:
    """Raise CrsError at a layer that lands where it cannot be; a sample of each is enough."""
    for name in ("parks", "parcels", "parcels_before", "buildings"):
        if isinstance(frames.get(name), gpd.GeoDataFrame):
            check_place(frames[name], name, settings.place)
    check_shift(frames["parcels"], frames["parks"])


def prepare(
    layers: Layers, settings: Settings, progress: Progress = lambda _: None
) -> tuple[RunFrame, pd.DataFrame]:
    """What all parts share, and the findings about it; parcels are not looked at.

    Raises DataError if nothing is reported for the year, or shares of land are over 100 %.
    """
    check_year(layers.frames, settings.year)
    occupancy = layers.get("occupancy")
    shares = findings.no_findings() if occupancy is None else check_shares(occupancy)
    plane = plane_of(layers["parks"].geometry)
    shared, found = check_shared(layers.frames, settings, progress, plane)
    absent = absent_families(settings.zones_absent)
    zones = cut_zones(shared["zones"], plane, absent) if "zones" in shared else None
    reported = layers.get("indicators")
    years = () if reported is None else tuple(sorted(reported["year"].dropna().unique()))
    roads = None
    if "roads" in shared:
        progress("roads")
        roads = road_lines(shared["roads"], plane, settings.road_join_m)
        found = findings.gather_findings([found, check_roads(shared["roads"], roads)])
    rows = rows_used(layers.frames, shared, found, shared)
    parks = shared["parks"]
    before = counted_before(parks.geometry, plane).set_axis(parks["park_id"])
    return (
        RunFrame(plane, zones, years, shared, roads, rows, layers.rows, layers.places, before),
        findings.gather_findings([shares, found]),
    )


def work_out(
    layers: Layers,
    settings: Settings,
    rules: RulePacks,
    place: RunFrame,
    own: PartScope | None = None,
    progress: Progress = lambda _: None,
) -> PartResult:
    """Everything of the parcels, parks and enterprises that are the part's own.

    Own parcels are whole parks; the layers hold what these touch: neighbours, and whatever shares
    an enterprise or a parcel with them.
    """
    usable, checked = examine_part(layers, settings, place, progress)
    everywhere = usable["parcels"]
    progress("allocate")
    claims = usable | {"occupancy": claims_of(layers, usable)} if "occupancy" in usable else usable
    allocation = _allocate(claims, everywhere, place.years)
    parcels = everywhere[owned_rows(own, "parcels", everywhere)].reset_index(drop=True)
    parks = usable["parks"][owned_rows(own, "parks", usable["parks"])].reset_index(drop=True)
    local = usable | {"parcels": parcels, "parks": parks}
    here = allocation.only(isin_text(allocation.rows["parcel_id"], parcels["parcel_id"]))
    ids = allocation.rows["enterprise_id"]
    ours = allocation if own is None else allocation.only(isin_text(ids, own.enterprises))
    declared = [*rules.packs, *rules.low_efficiency]
    parcels, unread = read_declared(parcels, declared, "parcels", "parcel_id")
    progress("figures")
    table, sums = all_figures(allocation, here, ours, local, settings, place.before)
    parcels = with_days(_parcel_indicators(parcels, here, table, usable, settings), settings)
    parcels = with_field(parcels, settings)
    parcels = parcels_in_production(parcels, here, usable, table, settings.year, declared)
    progress("rules")
    judged = judge_parcels(parcels, rules.packs, settings.rule_figures)
    unsure = flips(_of_units(parcels), judged, rules.packs, settings.rule_figures)
    parcels["compliance"] = compliance(judged).to_numpy()
    parcels, criteria = with_low_efficiency(parcels, rules.low_efficiency, settings)
    listed = with_field(enterprise_table(usable, table, settings), settings)
    if _of_parcels(usable):
        listed = listed.iloc[:0]
    firms = (
        listed
        if own is None
        else listed[isin_text(listed["enterprise_id"], own.enterprises)].reset_index(drop=True)
    )
    firms = with_production(firms, None, table, settings.year, declared)
    # An enterprise has no supply date: a day counts for it only where it counts for all.
    day = {"judged_as_of": pd.Timestamp(settings.judge_day)}
    asked = firms if settings.judge_as == "supplied" else firms.assign(**day)
    both = [judged, judge_enterprises(asked, rules.packs, settings.rule_figures)]
    parks = park_table(parks, parcels, table, here, settings)
    parks, of_fields, by_field = parks_by_field(parks, local, here, firms, settings)
    land = land_facts(
        local, parcels, layers.rasters, place.zones, place.roads, settings, place.plane, progress
    )
    parcels = parcels.join(land.parcels)
    facilities = with_clauses(land.access.table, rules.plan)
    progress("targets")
    verdicts = verdict_table(both)
    years = park_years(
        local | {"parcels": parcels},
        here,
        table,
        settings.year,
        settings.compare_to,
        place.years,
        settings.catalogue,
        verdicts,
        allocation,
    )
    targets = targets_of(years, rules.plan)
    linked = chains(
        local, here, listed, targets, facilities, settings.year, rules.plan, settings.fields
    )
    written = {str(state): listed for state, listed in rules.plan.land_supply.states.items()}
    idle = idle_land(parcels, settings.idle_day, written, settings.idle_warning_days)
    notes = owned_findings(
        own,
        findings.gather_findings(
            [
                checked,
                unread,
                check_editions(parcels, judged),
                about_claims(allocation.findings, usable, parcels, own),
                land.findings,
                check_control(parcels),
                check_coverage(parcels),
                unmatched(ours, local, settings.year),
                linked.findings,
                of_fields,
            ]
        ),
    )
    if _of_parcels(usable):
        table = table[table["subject"] != "enterprise"].reset_index(drop=True)
    elif own is not None:
        table = table[
            (table["subject"] != "enterprise") | isin_text(table["subject_id"], own.enterprises)
        ].reset_index(drop=True)
    return PartResult(
        {
            "parcels": parcels,
            "parks": parks,
            "enterprises": firms,
            "figures": table,
            "verdicts": verdicts,
            "allocation": ours.rows,
            "flips": unsure,
            "ways": compliance_options(both),
            "land_supply": land_supply(
                parks, with_national(parcels, settings), idle, settings.land_use_scheme, written
            ),
            **state_of_land(parcels, idle, criteria, settings.idle_warning_days),
            "park_targets": targets,
            "target_inputs": target_inputs(years, rules.plan),
            "services": services(parks, usable.get("services"), rules.plan),
            "zones": land.control.table,
            "zone_conflicts": land.control.conflicts,
            "access": facilities,
            "chain_links": linked.links,
            "chain_path": linked.path,
            "chain_members": _members(linked.members, here, ours, own, settings.year),
            "rows_read": rows_used(layers.frames, usable, checked, CUT, own),
            "conserved": _conserved(layers, usable, ours, table, own),
            "facilities": land.access.places,
            **by_field,
        },
        sums,
        notes,
        _missing(usable, rules, land) + absent_columns(parcels, settings.low_efficiency_rules),
        land.access.cut_off,
        land.covered,
    )


def examine_part(
    layers: Layers, settings: Settings, place: RunFrame, progress: Progress = lambda _: None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Every check of what is cut: the usable frames (parcels with areas), and findings."""
    usable, found = check_cut(layers.frames, place.shared, settings, progress, place.plane)
    progress("area")
    parcels = _areas(usable["parcels"], settings)
    if "land_use" in parcels:
        parcels = parcels.join(
            industrial_use(parcels["land_use"], settings.land_use_scheme, settings.land_use)
        )
    notes = check_areas(_of_units(parcels), settings.area_tolerance)
    slipped = parcels["source_row"].isin(notes.loc[notes["code"] == "area_unit", "row"])
    if slipped.any():  # an area in another unit is no area: the map's stands in
        paper = parcels["contract_area_m2"].mask(slipped)
        parcels = _areas(parcels.assign(contract_area_m2=paper), settings)
    aside = notes.loc[notes["code"] == "zero_area", "row"]
    usable["parcels"] = parcels[~parcels["source_row"].isin(aside)].reset_index(drop=True)
    parts = [found, notes]
    if "occupancy" in usable:
        usable["occupancy"], slips = check_occupied(usable["occupancy"], parcels)
        parts.append(slips)
    if "indicators" in usable:
        parts.append(check_per_mu(usable["indicators"], usable.get("occupancy"), parcels))
    return usable, findings.gather_findings(parts)


def _areas(parcels: gpd.GeoDataFrame, settings: Settings) -> gpd.GeoDataFrame:
    """The three areas, and the one that figures use (its basis said on every row)."""
    out = parcels.copy()
    paper = out.get("contract_area_m2", np.nan)
    out["area_contract_m2"] = paper
    out["area_plane_m2"] = plane_area(out.geometry)
    out["area_ellipsoid_m2"] = ellipsoidal_area(out.geometry)
    chosen = out[BASES[settings.area_basis]]
    chosen = chosen.where(chosen > 0)
    out["area_basis"] = np.where(chosen.notna(), settings.area_basis, "ellipsoidal")
    out["area_m2"] = chosen.fillna(out["area_ellipsoid_m2"])
    if SHARE in out:  # a contract says a unit's own land, the map that of the whole outline
        drawn = out[SHARE].notna() & (out["area_basis"] != "contract")
        out["area_m2"] = out["area_m2"].mask(drawn, out["area_m2"] * out[SHARE])
    out["area_mu"] = out["area_m2"] / MU_M2
    return out


def _of_units(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The parcels with the areas of the map as those of stacked units: their share of the outline."""
    if SHARE not in parcels:
        return parcels
    share = parcels[SHARE].fillna(1.0)
    drawn = ("area_plane_m2", "area_ellipsoid_m2")
    return parcels.assign(**{name: parcels[name] * share for name in drawn})


def _allocate(usable: Frames, parcels: gpd.GeoDataFrame, years: tuple[int, ...]) -> Allocation:
    nothing = pd.DataFrame(
        {"enterprise_id": pd.Series(dtype="str"), "year": pd.Series(dtype="float64")}
    )
    indicators = usable.get("indicators", nothing)
    known = [c for c in indicators if c in LAYERS["indicators"].by_name]
    indicators = indicators[known]  # an office's column of its own is no measure
    occupancy = usable.get("occupancy", nothing.rename(columns={"year": "parcel_id"}))
    found = allocate(indicators, occupancy, parcels.set_index("parcel_id")["area_m2"], years)
    if _of_parcels(usable):
        own = found.rows["reason"].isna()
        return replace(
            found, rows=found.rows.assign(method=found.rows["method"].mask(own, "parcel_layer"))
        )
    return found


def _of_parcels(usable: Frames) -> bool:
    """Whether the figures are the parcels' own: then there are no enterprises to speak of."""
    return "occupancy" in usable and MARK in usable["occupancy"]


def _parcel_indicators(
    parcels: gpd.GeoDataFrame,
    allocation: Allocation,
    table: pd.DataFrame,
    usable: Frames,
    settings: Settings,
) -> gpd.GeoDataFrame:
    """The year's allocated measures, the land ratios and the main occupier, on each parcel."""
    buildings = usable.get("buildings")
    base = None
    if isinstance(buildings, gpd.GeoDataFrame):
        base = ellipsoidal_area(buildings.geometry)
    out = with_buildings(parcels, buildings, base)
    places = usable["parks"].set_index("park_id")
    for name in places.columns.intersection(["level", "name"]):
        out[f"park_{name}"] = out["park_id"].map(places[name])
    now = wide(table[table["subject"] == "parcel"], settings.year)
    measures = now[[c for c in now if not str(c).endswith("_per_mu")]].reindex(out["parcel_id"])
    measures.index = out.index
    if "fixed_investment" in out and "fixed_investment" not in measures:
        measures["fixed_investment"] = out["fixed_investment"]
    out = out.drop(columns=[c for c in measures if c in out]).join(measures)
    shares = ratios(out, settings.catalogue)
    out = out.join(shares[[c for c in shares if c not in out]])
    return with_occupiers(out, allocation, usable.get("enterprises"), settings.year)


def _members(
    members: pd.DataFrame, here: Allocation, ours: Allocation, own: PartScope | None, year: int
) -> pd.DataFrame:
    """Those with land here in the year, and the part's own enterprises that have none anywhere."""
    if own is None:
        return members
    ids = members["enterprise_id"]
    landed, anywhere = (
        isin_text(
            ids,
            one.rows.loc[
                (one.rows["year"] == year) & one.rows["parcel_id"].notna(), "enterprise_id"
            ],
        )
        for one in (here, ours)
    )
    homeless = isin_text(ids, own.enterprises) & ~anywhere
    return members[landed | homeless].reset_index(drop=True)


def _conserved(
    layers: Layers,
    usable: Frames,
    ours: Allocation,
    table: pd.DataFrame,
    own: PartScope | None,
) -> pd.DataFrame:
    if "indicators" not in usable:
        return pd.DataFrame(columns=list(CONSERVED))
    given, kept = layers["indicators"], usable["indicators"]
    return allocation_check(
        given[owned_rows(own, "indicators", given)],
        kept[owned_rows(own, "indicators", kept)],
        ours,
        table[table["subject"] == "parcel"],
    )


def _missing(usable: Frames, rules: RulePacks, land: LandFacts) -> list[Wording]:
    feeds: dict[str, Wording] = {
        "indicators": Message("work_feeds.indicators"),
        "occupancy": Message("work_feeds.occupancy"),
        "enterprises": Message("work_feeds.enterprises"),
        "chain": Message("work_feeds.chain"),
        "zones": Message("work_feeds.zones"),
        "facilities": Message("work_feeds.facilities"),
        "parcels_before": Message("work_feeds.parcels_before"),
    }
    asked = rules.plan.targets.values()
    counted = [t for t in asked if t.aggregate == "count" and t.indicator in LAYERS]
    feeds |= {t.indicator: Message("work.target", target=t.title) for t in counted}
    if rules.plan.services:
        feeds["services"] = Message("work.checklist_services")
    out = [
        Message("work.not_computed", what=what, layers=LAYERS[name].title, name=name)
        for name, what in feeds.items()
        if name not in usable
    ]
    if not rules.plan:
        out.append(Message("work.no_plan"))
    if not rules.packs:
        out.append(Message("work.no_verdicts"))
    return [*out, *land.control.missing]
