"""What only the whole can say: grades, ranks, histories, sums over everything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas.api.types import union_categoricals

from geo import findings
from geo.arrays import Frames
from geo.assess.edition_findings import about_packs
from geo.assess.named import check_named
from geo.assess.part import PartResult, RunFrame
from geo.assess.rows import in_sheets, rows_read
from geo.assess.sums import added, all_conserved, like_for_like
from geo.assess.tallies import check_tallies
from geo.checks.heights import about_heights, without_heights
from geo.economy.growth import growth_parts
from geo.economy.industry_fields import counts_of_all, field_table
from geo.economy.subject_tables import industry_table
from geo.evaluate.graded import Graded
from geo.evaluate.hotspots import Found, hotspots
from geo.evaluate.land_actions import counted_once
from geo.evaluate.method import Method
from geo.evaluate.plan import Plan
from geo.evaluate.plan_checklist import checklist
from geo.evaluate.plan_project import project_targets
from geo.evaluate.plan_targets import growth_notes, ranking
from geo.evaluate.plan_trend import progress
from geo.evaluate.ranked_lists import lists
from geo.evaluate.run_grades import (
    benchmarks,
    evaluate,
    other_currency,
    ungraded_notes,
    with_grade,
)
from geo.land.access import road_notes
from geo.land.ground import ground_layers
from geo.land.lineage import Lineage, lineage, no_lineage
from geo.land.terrain import beside
from geo.land.zone_outlines import park_surroundings, zone_outlines
from geo.model.tables import TABLES, names, stored_tables
from geo.order import in_one_order
from geo.run import Basis, Run
from geo.run.declared import undeclared
from geo.sources.project_notes import check_notes
from geo.standards.codes import VerdictCodes
from geo.standards.codes import joined as joined_codes
from geo.text import Wording

Progress = Callable[[str], None]


def conclude(
    parts: list[PartResult],
    found: list[pd.DataFrame],
    basis: Basis,
    place: RunFrame,
    progress: Progress = lambda _: None,
    evaluation: Callable[[Frames], Graded] | None = None,
    history: Lineage | None = None,
    local: Found | None = None,
) -> Run:
    """The parts of a project put together; `found` is what was found before it was cut.

    `evaluation` gives what the tables are to have of the grades, where not all are made of the
    tables: enterprises of a large project lie in its parts' files. `history` is that of the
    parcels, and `local` are their hotspots, where the parts have told them.
    """
    settings, method, shared = basis.settings, basis.method, place.shared
    tables = combined(parts, place, basis.plan)
    tables["figures"] = pd.concat(
        [tables["figures"], added([p.sums for p in parts])], ignore_index=True
    )
    progress("grades")
    graded = (
        evaluate(tables["enterprises"], tables["parks"], method, settings)
        if evaluation is None
        else evaluation(tables)
    )
    parcels, parks = tables["parcels"], tables["parks"]
    history = history or no_lineage(parcels)
    if "parcels_before" in shared:
        progress("lineage")
        history = lineage(shared["parcels_before"], parcels, settings.overlap_band_m, place.plane)
        parcels = parcels.assign(lineage=history.relation)
    if local is None:
        if settings.hotspots.figures:
            progress("hotspots")
        local = hotspots(parcels, settings.hotspots, settings.catalogue, place.plane)
    parcels = parcels.assign(**local.columns)
    tables |= with_grades(tables | {"parcels": parcels}, graded)
    early, heights = without_heights(findings.gather_findings(found))
    notes = beside(
        findings.gather_findings(
            [
                early,
                *(p.findings for p in parts),
                about_heights([heights, *(p.tallies.heights for p in parts)]),
                check_tallies([p.tallies for p in parts], settings),
                check_named(tables, settings),
                *(
                    [check_notes(place.notes["notes"], parcels["parcel_id"])]
                    if len(parcels)
                    else []
                ),
                about_packs(basis.packs),
            ]
        ),
        any_covered(parts),
    )
    notes = in_sheets(notes, place.places)
    compared = like_for_like(
        [part.sums.compared for part in parts], tables["figures"], parks, settings
    )
    tables |= {
        "industries": industry_table(tables["figures"], settings),
        "fields": field_table(tables["fields"], tables["figures"], parks, settings),
        "grades": graded.grades,
        "score_items": graded.score_items,
        "benchmarks": benchmarks(parks, basis.plan, settings.currency),
        **of_plan(tables, basis, shared, compared),
        "zone_outlines": zone_outlines(
            shared.get("zones"), park_surroundings(parks, place.plane), place.plane, parks.crs
        ),
        **ground_layers(parks, shared, place.plane),
        "land_actions": counted_once(tables["land_actions"]),
        "lineage": history.table,
        "land_change": history.change,
        "growth_parts": growth_parts(
            tables["figures"], history.change, settings.compare_to, settings.year
        ),
        "comparable_growth": compared[compared["year"] == settings.year].reset_index(drop=True),
        "hotspots": local.table,
        "hotspot_counts": local.summary,
        **place.notes,
        "findings": notes,
        "defects": findings.located(notes, parcels.crs),
    }
    left_out = not_computed(parts, tables["enterprises"], method, "facilities" in shared)
    left_out += [*other_currency(basis.plan, settings.currency), *local.missing]
    left_out += growth_notes(tables["park_targets"], basis.plan, settings.year)
    ordered = {name: tables[name] for name in names(stored_tables()) if name in tables}
    return Run(ordered, replace(basis, not_computed=tuple(left_out)))


def of_plan(
    tables: Frames, basis: Basis, shared: Frames, compared: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What the plan asks of all parks together: targets, progress, checklist and lists.

    `compared` is growth like-for-like.
    """
    plan, settings, parks = basis.plan, basis.settings, tables["parks"]
    asked, year = tables["park_targets"], settings.year
    whole = project_targets(
        tables["target_inputs"],
        plan,
        settings.compare_to,
        settings.catalogue,
        compared[compared["subject"] == "project"].set_index("year"),
        judge_comparable=settings.growth_of == "comparable",
    )
    levels = parks.set_index(parks["park_id"].astype("str")).get("level", pd.Series(dtype="str"))
    counts = ranking(asked, tables["figures"], year)
    return {
        "ranking": counts,
        "project_targets": whole,
        "plan_progress": progress(asked, whole, levels, plan, year),
        "plan_checklist": checklist(parks, shared.get("services"), tables["access"], plan, year),
        "plan_lists": lists(parks, asked, counts, plan, year),
    }


def completed(run: Run) -> Run:
    """The run with the tables that packages and scripts add, each made of all others.

    With MUJUN_DEBUG set, AssertionError where a table is not as it is declared.
    """
    whole = run.with_tables(**{table.name: table.make(run) for table in TABLES if table.make})
    wrong = undeclared(whole) if os.environ.get("MUJUN_DEBUG") else []
    if wrong:
        raise AssertionError("\n".join(wrong))
    return whole


def combined(parts: list[PartResult], place: RunFrame, plan: Plan) -> dict[str, Any]:
    """The tables of all parts as one, each as its declaration says."""
    rules: dict[str, Callable[[list[Any]], Any]] = {
        "rows": joined,
        "first": lambda tables: tables[0],
        "measures": all_conserved,
        "layers": lambda tables: rows_read([place.rows, *tables], place.read),
        "fields": counts_of_all,
    }
    together = {
        name: rules[TABLES[name].combine]([part.tables[name] for part in parts])
        for name in parts[0].tables
    }
    return in_order(together, len(parts), plan)


def with_grades(tables: Frames, graded: Graded) -> dict[str, Any]:
    """The tables of subjects with the grade that each got, or that its main occupier got."""
    firm = graded.grades[graded.grades["subject"] == "enterprise"].set_index("subject_id")["grade"]
    members = tables["chain_members"]
    if len(firm):
        members = members.assign(grade=members["enterprise_id"].map(firm).astype("str"))
    return {
        "parcels": with_grade(tables["parcels"], graded.grades, "enterprise", "main_enterprise_id"),
        "parks": with_grade(tables["parks"], graded.grades, "park", "park_id"),
        "enterprises": with_grade(
            tables["enterprises"], graded.grades, "enterprise", "enterprise_id"
        ),
        "chain_members": members,
    }


def joined(tables: list[Any]) -> Any:
    """Tables of all parts in one, categories kept; parcels and parks in order of their rows."""
    if len(tables) == 1:
        return tables[0]
    if isinstance(tables[0], VerdictCodes):
        return joined_codes(tables)
    columns = column_order([list(t) for t in tables])
    filled = [t for t in tables if len(t)] or [tables[0].reindex(columns=columns)]
    out = with_categories(filled)
    if "source_row" in out:
        out = out.sort_values("source_row", kind="stable", ignore_index=True)
    return out


def in_order(tables: Frames, parts: int, plan: Plan) -> dict[str, Any]:
    """The tables of several parts in the order that they have in one piece.

    Those about parks stand in the order of the parks, those about several things of each (`Table.things`)
    by these first: targets as the plan has them, others as they come.
    """
    if parts == 1:
        return tables
    ids = tables["parks"]["park_id"]
    parks = pd.Series(range(len(ids)), index=ids)

    def place(values: pd.Series[Any]) -> Any:
        if values.name == "park_id":
            return values.map(parks)
        first = [*plan.targets] if values.name == "target" else []
        return pd.Index([*first, *values]).unique().get_indexer(pd.Index(values))

    return {
        name: table.sort_values(
            [*filter(None, [TABLES[name].things]), "park_id"],
            key=place,
            kind="stable",
            ignore_index=True,
        )
        if name != "verdicts" and "park_id" in table and "source_row" not in table
        else table
        for name, table in tables.items()
    }


def with_categories(tables: list[Any]) -> Any:
    """The tables one below the other; a column of categories is one again."""
    own = [c for c, kind in tables[0].dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    for name in own:
        union = union_categoricals([t[name].array for t in tables if name in t]).categories
        tables = [t.assign(**{name: t[name].cat.set_categories(union)}) for t in tables]
    out = pd.concat(tables, ignore_index=True)[column_order([list(t) for t in tables])]
    return (
        gpd.GeoDataFrame(out, crs=tables[0].crs) if isinstance(tables[0], gpd.GeoDataFrame) else out
    )


def column_order(parts: list[list[str]]) -> list[str]:
    """The columns of parts of a table in the order that the table has in one piece.

    A part without enterprises lacks the figures that others have: its columns stand among theirs.
    Columns of growth are there where something grew, and stand by the alphabet: one part has
    `revenue_per_mu_growth`, another `tax_per_mu_growth` too, a third the latter alone.
    """
    names = in_one_order(parts)
    growth = sorted(name for name in names if name.endswith("_per_mu_growth"))
    if not growth:
        return names
    first = next(i for i, name in enumerate(names) if name in growth)
    others = [name for name in names if name not in growth]
    return [*others[:first], *growth, *others[first:]]


def any_covered(parts: Iterable[PartResult]) -> dict[str, bool]:
    """Of each raster, whether it has data on any parcel."""
    out: dict[str, bool] = {}
    for part in parts:
        for name, some in part.covered.items():
            out[name] = out.get(name, False) or some
    return out


def not_computed(
    parts: list[PartResult], enterprises: pd.DataFrame, method: Method | None, facilities: bool
) -> list[Wording]:
    """What was left out, and what would feed it."""
    out = list(parts[0].missing)
    if facilities:
        total: dict[str, int] = {}
        for part in parts:
            for kind, count in (part.cut_off or {}).items():
                total[kind] = total.get(kind, 0) + count
        out += road_notes(total if parts[0].cut_off is not None else None)
    return [*out, *ungraded_notes(enterprises, method)]
