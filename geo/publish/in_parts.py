"""The products of a run whose large tables are folders of Parquet files, a file a part."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo import findings
from geo.assess.named import check_ids
from geo.engine import Engine
from geo.model.table import FOLDER
from geo.model.tables import sheets as sheets_of_tables
from geo.partition.spill import OF_GRADES, SPILLED, SpillSummary
from geo.project import Project
from geo.publish.alone import make_beside, named, too_large
from geo.publish.excel.verdict_sheet import rule_rows
from geo.publish.excel.workbook import has_sheet, readable, write_tables
from geo.publish.gis.qgis import write_styles
from geo.publish.gis.vectors import GeoPackage, tables
from geo.publish.guard import refuse_inputs
from geo.publish.outputs import with_inputs, write_record
from geo.publish.products.gpkg import PLACE as GEOPACKAGE
from geo.publish.products.xlsx import PLACE as WORKBOOK
from geo.publish.records.counts import RunCounts
from geo.publish.registry import Making, Product, products_of
from geo.publish.side_by_side import Watch, make
from geo.publish.staging import staged
from geo.publish.webmap.briefing import unknown_in_stored
from geo.run import Run
from geo.run.files import table_file, write_table
from geo.run.part import Columns
from geo.run.run import MESSAGES
from geo.run.verdict_files import CODES, write_dictionary
from geo.runtime import give_back_memory
from geo.sources.load import Layers
from geo.standards.outcome import lines as outcome_lines
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Wording, colon

MADE_HERE = ("xlsx", "gpkg", "parquet")
"""Products of which a run in parts makes something of its own."""
OF_ALL = "part-whole"
"""The file with figures of parks, industries and the project, and with grades of parks."""


def publish_in_parts(
    run: Run,
    layers: Layers,
    summary: SpillSummary,
    project: Project,
    folder: Path,
    published: Path,
    watch: Watch,
    engine: Engine,
) -> tuple[list[str], RunCounts, list[Wording]]:
    """Move the folder `published` of tables into `folder`, and write all others beside them.

    The workbook and the GeoPackage have the tables that people read whole: parks, industries,
    rules, sums. Other products that can be made in parts are made by themselves, over the tables in
    the stage, on the workers of `engine` (`Making.each`); those that need all rows by a process of
    their own, where memory allows (`alone`). Returns the names of the files, the counts of
    all parts, and what such a run has not made, and how to get it.
    """
    give_back_memory()
    run = with_inputs(run, project)
    settings = run.settings
    refuse_inputs(project, folder)
    with staged(folder, old_paths=project.publish.old_paths) as stage:
        watch.step("gpkg")
        published.rename(stage / FOLDER)
        in_parts = ("figures", "defects", *OF_GRADES)
        if (stage / FOLDER / "lineage").is_dir():
            in_parts = (*in_parts, "lineage")
        for name in in_parts:
            write_table(run.tables[name], table_file(stage, name, OF_ALL))
        write_dictionary(run.verdict_codes, stage, f"{CODES}/*.parquet")
        run.basis.save(stage)
        geopackage = stage / GEOPACKAGE
        geopackage.parent.mkdir()
        of_parts = {*SPILLED, *in_parts}
        if (stage / FOLDER / "hotspots").is_dir():
            of_parts.add("hotspots")
        light = {n: t for n, t in tables(run) if n not in of_parts}
        with GeoPackage(geopackage, settings) as written:
            for name, table in light.items():
                write_table(table, table_file(stage, name))
                if len(table.columns):
                    written.append(table, name)
        write_styles(run, geopackage)
        run = _with_unknown_named(run, stage, engine)
        write_table(
            findings.published(run.findings, settings.lang), table_file(stage, "findings", OF_ALL)
        )
        write_table(findings.sayings(run.findings), table_file(stage, MESSAGES, OF_ALL))
        run.record(stage)
        engine.rest()
        found = findings.gather_findings([run.findings, summary.listed])
        counts = counts_in_parts(run, summary)
        making = Making(
            run,
            stage,
            project.options,
            layers=layers,
            findings=found,
            counts=counts,
            count=watch.count,
            each=partial(engine.map, done=watch.count),
        )
        missing = _made(making, project, summary, engine, watch)
        not_made = [*_said_of_tables(project, summary), *missing.values()]
        watch.step("xlsx")
        sheets = light | {"rules": rule_rows(summary.outcome.rules, settings.lang)}
        write_tables(
            {
                Message("common.summary")(settings.lang): _summary(run, summary, not_made),
                **{
                    table.title(settings.lang): readable(table.name, sheets[table.name], run)
                    for table in sheets_of_tables()
                    if not table.large
                    and len(sheets[table.name].columns)
                    and has_sheet(table, settings, run.basis.plan, sheets.__getitem__)
                },
            },
            settings,
            making.file(WORKBOOK),
            {table.title(settings.lang): table.name for table in sheets_of_tables()},
            run.basis.plan,
        )
        making = replace(making, left_out=tuple(not_made))
        for product in (one for one in _in_parts(project) if one.places and one.last):
            own = replace(making, run=Run.load(stage)) if product.apart else making
            make(product, own, watch)
        names = write_record(run, stage, watch.seconds, counts, not_made, missing)
    for product in (one for one in _in_parts(project) if not one.places):
        names += make(product, Making(Run.load(folder), folder, project.options), watch)
    return names, counts, not_made


def _with_unknown_named(run: Run, stage: Path, engine: Engine) -> Run:
    """The run with findings about what its settings name, and its tables in the stage do not have."""
    layers = {name: Columns(stage / FOLDER / name) for name in ("parcels", "enterprises")}
    odd = check_ids(layers, run.settings)
    if run.settings.briefing:
        run.record(stage)
        odd += unknown_in_stored(Run.load(stage).shown_as(run.settings), stage, engine.map)
    return run.with_tables(findings=findings.gather_findings([run.findings, *odd])) if odd else run


def counts_in_parts(run: Run, summary: SpillSummary) -> RunCounts:
    """The counts of all parts; findings are those about the whole and those about their rows."""
    found = findings.add_groups([findings.grouped(run.findings), summary.found])
    return RunCounts(summary.outcome, summary.grades, found, summary.rows["enterprises"])


def _summary(run: Run, summary: SpillSummary, not_made: list[Wording]) -> pd.DataFrame:
    """What there is, how it was judged, and what is not in the workbook."""
    settings, lang = run.settings, run.settings.lang
    head = [colon(Message("front_sheet.year"), str(settings.year))]
    if settings.synthetic:
        head.insert(0, colon(Message("front_sheet.synthetic_data"), settings.synthetic))
    lines = [
        *((text, None) for text in head),
        (Message("common.number_of_parks"), len(run.parks)),
        (Message("common.number_of_parcels"), summary.rows["parcels"]),
        (Message("in_parts.land_mu"), round(summary.land_mu, 2)),
        (Message("common.number_of_enterprises"), summary.rows["enterprises"]),
        (Message("in_parts.verdicts"), summary.rows["verdicts"]),
    ]
    lines += [
        (
            Message("in_parts.standard_land_overall", verdicts=VERDICTS[name]),
            count,
        )
        for name, count in summary.compliance.items()
    ]
    found = outcome_lines(summary.outcome, settings.rule_figures)[1:]
    left_out = run.basis.not_computed
    head = [Message("in_parts.not_computed")] if left_out else []
    said = [(text, None) for text in [*found, *head, *left_out, *not_made]]
    return pd.DataFrame(
        {
            Message("in_parts.item")(lang): [text(lang) for text, _ in [*lines, *said]],
            Message("in_parts.count")(lang): [count for _, count in [*lines, *said]],
        }
    )


def _said_of_tables(project: Project, summary: SpillSummary) -> list[Wording]:
    """What the files do not have of the tables, and where it is."""
    found, shown = int(summary.found["count"].sum()), len(summary.listed)
    short = (
        [Message("in_parts.findings_about_rows_parcels_enterprises", found=found, shown=shown)]
        if found > shown
        else []
    )
    return [*short, Message("in_parts.more_parcels_whole", whole=project.engine.whole)]


def _in_parts(project: Project) -> list[Product[Any]]:
    """What is made of a run in parts whatever memory there is, beside what it makes of its own."""
    return [p for p in products_of(project.publish) if p.in_parts and p.name not in MADE_HERE]


def _made(
    making: Making, project: Project, summary: SpillSummary, engine: Engine, watch: Watch
) -> dict[str, Wording]:
    """Make all products of files but the last; which were not made, and why.

    What needs all rows is made where there is memory, what has a sheet a parcel for those asked for.
    """
    said: dict[str, Wording] = {}
    products = [one for one in _in_parts(project) if one.places and not one.last]
    parcels = summary.rows["parcels"]
    for product in (one for one in products_of(project.publish) if not one.in_parts):
        if product.memory:
            why = too_large(product, parcels)
        else:
            names, name, option = named(product), product.name, product.of_each
            why = (
                Message("in_parts.of_each", names=names, product=name, option=option)
                if option
                else Message("in_parts.not_made", names=names, product=name)
            )
        if why is None:
            products.append(product)
        else:
            said[product.name] = why
    return said | make_beside(products, making, parcels, project.engine, engine, watch)
