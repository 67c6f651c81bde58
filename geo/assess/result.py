"""Everything a run found."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.errors import Text
from geo.evaluate.method import Method
from geo.standards.model import Pack


@dataclass(frozen=True)
class Basis:
    """What a run was judged by: packs, those of low-efficiency land, the method of its grades."""

    packs: list[Pack] = field(default_factory=list)
    low_efficiency: list[Pack] = field(default_factory=list)
    method: Method | None = None


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
    `chain_path` the plan's “两图一表”; `conserved` sums in and out,
    `rows_read` what became of every row that was read; `defects` the
    findings that are about a place, with it, and `facilities` where the facilities are;
    `not_computed` what was left out and the layer that would feed it; `basis` what it was judged
    by.
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
    rows_read: pd.DataFrame
    findings: pd.DataFrame
    defects: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    not_computed: list[Text] = field(default_factory=list)
    basis: Basis = field(default_factory=Basis)
