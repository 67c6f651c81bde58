"""What can be said of a part of the land by itself: checks, areas, money, rules, control lines."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.assess.claims import about_claims, claims_of
from geo.assess.declared import read_declared
from geo.assess.edition_findings import check_editions
from geo.assess.examine import examine_part, of_units
from geo.assess.land_dates import check_land_dates
from geo.assess.part import PartResult, Progress, RulePacks, RunFrame
from geo.assess.part_scope import PartScope, owned_findings, owned_rows
from geo.assess.rows import rows_used
from geo.assess.sums import all_figures, compared_years, like_for_like
from geo.checks.buildings import check_coverage
from geo.checks.control import check_control
from geo.checks.heights import without_heights
from geo.checks.land_use import check_industrial_land
from geo.checks.run import CUT
from geo.economy.allocate import CONSERVED, Allocation, allocate, allocation_check
from geo.economy.comparable import comparable
from geo.economy.industry_fields import parks_by_field, with_field
from geo.economy.intensity import ratios, wide, with_buildings
from geo.economy.occupiers import tied_industries, unmatched, with_occupiers
from geo.economy.production import (
    parcels_in_production,
    with_first_production,
    with_production,
)
from geo.economy.subject_tables import enterprise_table, park_table
from geo.evaluate.chain import chains
from geo.evaluate.compliance_options import compliance_options
from geo.evaluate.idle_land import idle_land
from geo.evaluate.land_actions import absent_columns, state_of_land
from geo.evaluate.land_supply import land_supply
from geo.evaluate.low_efficiency import with_low_efficiency
from geo.evaluate.plan import with_clauses
from geo.evaluate.plan_services import services
from geo.evaluate.plan_targets import park_years, target_inputs, targets_of
from geo.geometry.area import ellipsoidal_area
from geo.geometry.keys import isin_text, map_text, rows_where
from geo.land.facts import LandFacts, land_facts
from geo.land.own_land_use import with_national
from geo.model import LAYERS
from geo.project import Settings
from geo.runtime import Later, second_thread
from geo.sources.load import Layers
from geo.sources.parcel_figures import MARK
from geo.standards.area_sensitivity import flips, judge_enterprises, judge_parcels
from geo.standards.asof import with_days
from geo.standards.codes import VerdictCodes
from geo.standards.precedence import compliance
from geo.text import Message, Wording


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
    with second_thread() as later:
        return _worked_out(layers, settings, rules, place, own, progress, later)


def _worked_out(
    layers: Layers,
    settings: Settings,
    rules: RulePacks,
    place: RunFrame,
    own: PartScope | None,
    progress: Progress,
    later: Later,
) -> PartResult:
    usable, checked, tallies = examine_part(layers, settings, place, progress, own)
    everywhere = usable["parcels"]
    progress("allocate")
    claims = usable | {"occupancy": claims_of(layers, usable)} if "occupancy" in usable else usable
    allocation = with_first_production(
        _allocate(claims, everywhere, place.years), usable.get("enterprises")
    )
    parcels = everywhere[owned_rows(own, "parcels", everywhere)].reset_index(drop=True)
    parks = usable["parks"][owned_rows(own, "parks", usable["parks"])].reset_index(drop=True)
    local = usable | {"parcels": parcels, "parks": parks}
    here = allocation.only(isin_text(allocation.rows["parcel_id"], parcels["parcel_id"]))
    ids = allocation.rows["enterprise_id"]
    ours = allocation if own is None else allocation.only(isin_text(ids, own.enterprises))
    declared = [*rules.packs, *rules.low_efficiency]
    parcels, unread = read_declared(parcels, declared, "parcels", "parcel_id")
    progress("figures")
    like = later(_compared, allocation, local, own, settings, place.years)
    table, sums = all_figures(allocation, here, ours, local, settings, place.before)
    parcels = with_days(_parcel_indicators(parcels, here, table, usable, settings), settings)
    parcels = with_field(parcels, settings)
    parcels = parcels_in_production(parcels, here, usable, table, settings.year, declared)
    progress("rules")
    judged = judge_parcels(parcels, rules.packs, settings.rule_figures)
    parcels["compliance"] = compliance(judged).to_numpy()
    unsure = later(flips, of_units(parcels), judged, rules.packs, settings.rule_figures)
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
    ways = later(compliance_options, both)
    parks = park_table(parks, parcels, table, here, settings)
    parks, of_fields, by_field = parks_by_field(parks, local, here, firms, settings)
    land = land_facts(
        local, parcels, layers.rasters, place.zones, place.roads, settings, place.plane, progress
    )
    parcels = parcels.join(land.parcels)
    facilities = with_clauses(land.access.table, rules.plan)
    progress("targets")
    compared, not_compared = like.result()
    verdicts = VerdictCodes.of(both)
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
        like_for_like([compared], table, parks, settings) if rules.plan.asks_growth else None,
        judge_comparable=settings.growth_of == "comparable",
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
                check_industrial_land(parcels, settings.denominator),
                check_land_dates(parcels),
                check_coverage(parcels),
                unmatched(ours, local, settings.year),
                tied_industries(parcels, here, usable.get("enterprises"), settings.year),
                linked.findings,
                of_fields,
            ]
        ),
    )
    notes, heights = without_heights(notes)
    table = _own_figures(table, usable, own)
    return PartResult(
        {
            "parcels": parcels,
            "parks": parks,
            "enterprises": firms,
            "figures": table,
            "verdicts": verdicts,
            "not_comparable": not_compared,
            "allocation": ours.rows,
            "flips": unsure.result(),
            "ways": ways.result(),
            "land_supply": land_supply(
                parks, with_national(parcels, settings), idle, settings.land_use_scheme, written
            ),
            **state_of_land(parcels, idle, criteria, settings.idle_warning_days, written),
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
        replace(sums, compared=compared),
        notes,
        _missing(usable, rules, land) + absent_columns(parcels, settings.low_efficiency_rules),
        land.access.cut_off,
        land.covered,
        replace(tallies, heights=heights),
    )


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


def _own_figures(table: pd.DataFrame, usable: Frames, own: PartScope | None) -> pd.DataFrame:
    """The figures without those of enterprises that are not the part's own."""
    if table.empty or (own is None and not _of_parcels(usable)):
        return table
    of_firms = (table["subject"] == "enterprise").to_numpy()
    first, end = int(of_firms.argmax()), len(table) - int(of_firms[::-1].argmax())
    firms, kept = table.iloc[first:end], ~of_firms[first:end]
    if own is not None and not _of_parcels(usable):
        kept |= isin_text(firms["subject_id"], own.enterprises)
    parts = [table.iloc[:first], rows_where(firms, kept), table.iloc[end:]]
    return pd.concat(parts, ignore_index=True)


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
        out[f"park_{name}"] = map_text(out["park_id"], places[name])
    now = wide(rows_where(table, table["subject"] == "parcel"), settings.year)
    measures = now[[c for c in now if not str(c).endswith("_per_mu")]].reindex(out["parcel_id"])
    measures.index = out.index
    if "fixed_investment" in out and "fixed_investment" not in measures:
        measures["fixed_investment"] = out["fixed_investment"]
    out = out.drop(columns=[c for c in measures if c in out]).join(measures)
    shares = ratios(out, settings.catalogue)
    out = out.join(shares[[c for c in shares if c not in out]])
    return with_occupiers(out, allocation, usable.get("enterprises"), settings.year)


def _compared(
    allocation: Allocation,
    local: Frames,
    own: PartScope | None,
    settings: Settings,
    reported: tuple[int, ...],
) -> tuple[dict[int, pd.DataFrame], pd.DataFrame]:
    """Sums like-for-like between `compare_to` and each year compared with it; who is not in the last."""
    ids = None if own is None else own.enterprises
    found = {
        year: comparable(allocation, local, ids, settings.compare_to, year, reported)
        for year in compared_years(settings, reported)
    }
    return {year: one.sums for year, one in found.items()}, found[settings.year].others


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
    given, kept = (
        one[[c for c in one if c in ("year", *ours.measures)]][owned_rows(own, "indicators", one)]
        for one in (layers["indicators"], usable["indicators"])
    )
    return allocation_check(
        given,
        kept,
        ours,
        rows_where(table, table["subject"] == "parcel"),
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
