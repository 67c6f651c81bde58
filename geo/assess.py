"""The one pipeline: Layers → Assessment. Pure: it reads and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.checks.control import check_control
from geo.checks.ledger import check_areas
from geo.checks.run import check
from geo.economy.allocate import Allocation, allocate, conserved
from geo.economy.growth import growth_parts
from geo.economy.intensity import figures, industrial_use, ratios, wide, with_buildings
from geo.economy.occupiers import unmatched, with_occupiers
from geo.economy.subjects import enterprise_table, industry_table, park_table
from geo.errors import Text
from geo.evaluate.chain import chains
from geo.evaluate.judgement import benchmarks, evaluate, ungraded_notes, with_grade
from geo.evaluate.land_supply import idle_land, land_supply
from geo.evaluate.method import Method
from geo.evaluate.parks import park_targets, ranking
from geo.evaluate.services import services
from geo.evaluate.ways import ways
from geo.land.area import ellipsoidal_area, plane_area
from geo.land.facts import land_facts
from geo.land.place import check_place, check_shift
from geo.model import LAYERS, MU_M2
from geo.project import Settings
from geo.sources.load import Layers
from geo.standards.model import Pack
from geo.standards.sensitivity import BASES, flips, judge_enterprises, judge_parcels
from geo.standards.table import verdict_table
from geo.standards.together import compliance

Progress = Callable[[str], None]

@dataclass(frozen=True)
class Assessment:
    """Everything a run found; tables carry the names of the contract.

    `parcels` and `parks` are GeoDataFrames in the input's CRS. `figures` is the long table of
    sums with their land; `flips` the parcels whose verdict depends on the area basis; `ways` what
    would make each failing parcel pass; `land_supply` and `idle` the state of the land; `grades`
    and `score_items` the evaluation of enterprises and parks; `benchmarks` parks beside published
    means; `park_targets` the plan's targets by park and year, `ranking` the yearly list,
    `services` the plan's checklist; `zones` what control lines say of each parcel and park,
    `zone_conflicts` the conflicting pieces and `zone_outlines` the lines around the parks;
    `access` what each park has of the plan's facilities; `lineage` which earlier parcels are which
    of this year's, `land_change` the land of each park by what became of it, and `growth_parts`
    growth told apart into that of money and of land; `chain_links`, `chain_members` and
    `chain_path` the plan's “两图一表”; `conserved` sums in and out; `defects` the
    findings that are about a place, with it, and `facilities` where the facilities are;
    `not_computed` what was left out and the layer that would feed it.
    """

    parcels: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    industries: pd.DataFrame
    enterprises: pd.DataFrame
    verdicts: pd.DataFrame
    allocation: pd.DataFrame
    figures: pd.DataFrame
    flips: pd.DataFrame
    ways: pd.DataFrame
    land_supply: pd.DataFrame
    idle: pd.DataFrame
    grades: pd.DataFrame
    score_items: pd.DataFrame
    benchmarks: pd.DataFrame
    park_targets: pd.DataFrame
    ranking: pd.DataFrame
    services: pd.DataFrame
    zones: pd.DataFrame
    zone_conflicts: gpd.GeoDataFrame
    zone_outlines: gpd.GeoDataFrame
    access: pd.DataFrame
    lineage: gpd.GeoDataFrame
    land_change: pd.DataFrame
    growth_parts: pd.DataFrame
    chain_links: pd.DataFrame
    chain_members: pd.DataFrame
    chain_path: pd.DataFrame
    conserved: pd.DataFrame
    findings: pd.DataFrame
    defects: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    not_computed: list[Text] = field(default_factory=list)


def assess(
    layers: Layers, settings: Settings, packs: list[Pack], progress: Progress = lambda _: None,
    method: Method | None = None, low_efficiency: list[Pack] | None = None,
) -> Assessment:
    """Run checks, areas, allocation, figures, rules and grades over all layers.

    Parcels that fail a pack of `low_efficiency` are low-efficiency land (低效用地).
    """
    usable, notes = examine(layers, settings, progress)
    parcels = usable["parcels"]
    progress("allocate")
    allocation = _allocate(usable, parcels)
    progress("figures")
    table = _figures(allocation, parcels, usable, settings)
    parcels = _parcel_indicators(parcels, allocation, table, usable, settings)
    progress("rules")
    judged = judge_parcels(parcels, packs, settings.catalogue)
    unsure = flips(parcels, judged, packs, settings.catalogue)
    parcels["compliance"] = compliance(judged).to_numpy()
    if low_efficiency:
        low = judge_parcels(parcels, low_efficiency, settings.catalogue)
        parcels["low_efficiency"] = compliance(low).to_numpy()
    enterprises = enterprise_table(usable, table, settings)
    both = [judged, judge_enterprises(enterprises, packs, settings.catalogue)]
    parks = park_table(usable["parks"], parcels, table, allocation, settings)
    land = land_facts(usable, parcels, layers.rasters, settings, progress)
    parcels = parcels.join(land.parcels)
    progress("grades")
    graded = evaluate(enterprises, parks, method, settings)
    notes = findings.gather([
        notes, allocation.findings, unmatched(allocation, usable, settings.year), land.findings,
        check_control(parcels)])
    progress("targets")
    targets = park_targets(usable, allocation, table, settings.year, settings.compare_to)
    listed = with_grade(enterprises, graded.grades, "enterprise", "enterprise_id")
    linked = chains(usable, allocation, listed, targets, land.access.table, settings.year)
    notes = findings.gather([notes, linked.findings])
    return Assessment(
        parcels=with_grade(parcels, graded.grades, "enterprise", "main_enterprise_id"),
        parks=with_grade(parks, graded.grades, "park", "park_id"),
        industries=industry_table(table, settings),
        enterprises=listed, chain_links=linked.links, chain_members=linked.members,
        chain_path=linked.path,
        grades=graded.grades, score_items=graded.items, benchmarks=benchmarks(parks),
        verdicts=verdict_table(both), allocation=allocation.rows, figures=table, flips=unsure,
        ways=ways(both), land_supply=land_supply(usable["parks"], parcels),
        idle=idle_land(parcels, settings.year),
        park_targets=targets, ranking=ranking(targets, table, settings.year),
        services=services(usable["parks"], usable.get("services")),
        zones=land.control.table, zone_conflicts=land.control.conflicts,
        zone_outlines=land.control.outlines, access=land.access.table,
        lineage=land.lineage.table, land_change=land.lineage.change,
        growth_parts=growth_parts(table, land.lineage.change, settings.compare_to, settings.year),
        conserved=_conserved(layers, usable, allocation), findings=notes,
        defects=findings.places(notes, parcels.crs), facilities=land.access.places,
        not_computed=[*_not_computed(usable, packs), *land.missing,
                      *ungraded_notes(enterprises, method)])


def examine(
    layers: Layers, settings: Settings, progress: Progress = lambda _: None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Every check: the usable frames (parcels with their areas) and all findings.

    Raises CrsError at a layer that lands where it cannot be.
    """
    for name in ("parks", "parcels", "parcels_before", "buildings"):
        if isinstance(layers.get(name), gpd.GeoDataFrame):
            check_place(layers[name], name, settings.place)
    check_shift(layers["parcels"], layers["parks"])
    usable, found = check(layers.frames, settings, progress)
    progress("area")
    parcels = _areas(usable["parcels"], settings)
    if "land_use" in parcels:
        parcels = parcels.join(industrial_use(parcels["land_use"], settings.land_use_scheme))
    notes = check_areas(parcels, settings.area_tolerance)
    aside = notes.loc[notes["code"] == "zero_area", "row"]
    usable["parcels"] = parcels[~parcels["source_row"].isin(aside)].reset_index(drop=True)
    return usable, findings.gather([layers.findings, found, notes])


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
    out["area_mu"] = out["area_m2"] / MU_M2
    return out


def _allocate(usable: dict[str, Any], parcels: gpd.GeoDataFrame) -> Allocation:
    nothing = pd.DataFrame({"enterprise_id": pd.Series(dtype="str"),
                            "year": pd.Series(dtype="float64")})
    indicators = usable.get("indicators", nothing)
    occupancy = usable.get("occupancy", nothing.rename(columns={"year": "parcel_id"}))
    return allocate(indicators, occupancy, parcels.set_index("parcel_id")["area_m2"])


def _figures(
    allocation: Allocation, parcels: gpd.GeoDataFrame, usable: dict[str, Any], settings: Settings
) -> pd.DataFrame:
    rows = allocation.rows
    keyed = parcels.set_index("parcel_id")
    park = rows["parcel_id"].map(keyed["park_id"])
    everything = pd.Series("project", index=rows.index)
    land, whole = _park_land(parcels, usable["parks"], settings)
    tables = [
        figures(allocation, "parcel", rows["parcel_id"], keyed["area_m2"], "parcel"),
        figures(allocation, "enterprise", rows["enterprise_id"], None, "occupied"),
        figures(allocation, "park", park, land, settings.denominator),
        figures(allocation, "project", everything, whole, settings.denominator),
    ]
    enterprises = usable.get("enterprises")
    if enterprises is not None and "industry_code" in enterprises:
        division = enterprises.set_index("enterprise_id")["industry_code"].str[:2]
        tables.append(figures(
            allocation, "industry", rows["enterprise_id"].map(division), None, "occupied"))
    return pd.concat([t for t in tables if not t.empty] or tables[:1], ignore_index=True)


def _park_land(
    parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, settings: Settings
) -> tuple[pd.Series[float] | None, pd.Series[float] | None]:
    """Denominators of each park and of the project, m²; None for occupied land."""
    if settings.denominator == "occupied":
        return None, None
    if settings.denominator == "park":
        land = ellipsoidal_area(parks.geometry).set_axis(parks["park_id"])
        return land, pd.Series({"project": land.sum()})
    known = parcels.get("land_use_industrial", pd.Series(False, index=parcels.index))
    area = parcels["area_m2"].where(known.fillna(False).astype(bool), 0.0)
    return area.groupby(parcels["park_id"]).sum(), pd.Series({"project": area.sum()})


def _parcel_indicators(
    parcels: gpd.GeoDataFrame, allocation: Allocation, table: pd.DataFrame,
    usable: dict[str, Any], settings: Settings,
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
    now = wide(table[table["subject"] == "parcel"], settings.year, complete=True)
    measures = now[[c for c in now if not str(c).endswith("_per_mu")]].reindex(out["parcel_id"])
    measures.index = out.index
    if "fixed_investment" in out:
        # What the parcel's own contract says goes before what its enterprises report.
        own = out["fixed_investment"]
        measures["fixed_investment"] = own.fillna(measures.get("fixed_investment", own))
    out = out.drop(columns=[c for c in measures if c in out]).join(measures)
    shares = ratios(out, settings.catalogue)
    out = out.join(shares[[c for c in shares if c not in out]])
    return with_occupiers(out, allocation, usable.get("enterprises"), settings.year)


def _conserved(
    layers: Layers, usable: dict[str, Any], allocation: Allocation
) -> pd.DataFrame:
    if "indicators" not in usable:
        return pd.DataFrame(columns=["measure", "year", "input", "set_aside", "allocated",
                                     "unallocated", "balanced"])
    return conserved(layers["indicators"], usable["indicators"], allocation)


def _not_computed(usable: dict[str, Any], packs: list[Pack]) -> list[Text]:
    feeds = {
        "indicators": Text("亩均产出、税收、投资", "per-mu output, tax, investment"),
        "occupancy": Text("企业到宗地的分配", "allocation of enterprises to parcels"),
        "enterprises": Text("行业汇总与按行业判定的规则", "industries, and rules by industry"),
        "platforms": Text("省级以上创新平台目标", "the target of innovation platforms"),
        "services": Text("运营服务体系清单", "the checklist of services"),
        "chain": Text("产业链全景图", "the chains' panorama"),
        "zones": Text("管控线冲突与占比", "shares in control lines, and conflicts"),
        "facilities": Text("设施距离与承载清单", "distances to facilities, and the plan's list"),
        "parcels_before": Text("宗地沿革与用地变化", "lineage of parcels, and changed land"),
    }
    out = [Text(f"未计算：{what.zh}——需要“{LAYERS[name].title.zh}”层（{name}）",
                f"not computed: {what.en}; the layer `{name}` would feed it")
           for name, what in feeds.items() if name not in usable]
    if not packs:
        out.append(Text("未判定：项目没有写 standards",
                        "no verdicts: the project names no standards"))
    return out
