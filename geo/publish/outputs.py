"""Every product of a run, and the record of what was made from what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geo.evaluate.stability import DRAWS, SEED
from geo.model.tables import stored_tables
from geo.project import Project, Publish
from geo.publish.guard import inputs_by_hash, refuse_inputs
from geo.publish.old_paths import wanted
from geo.publish.products.index import PLACE as START
from geo.publish.records.counts import RunCounts, run_counts
from geo.publish.records.run_result import result_json, run_result
from geo.publish.registry import PRODUCTS, Making, files_of, products_of
from geo.publish.side_by_side import Unwatched, Watch, make, make_all
from geo.publish.staging import staged
from geo.run import Run
from geo.run.record import RECORD, files_in, now, read_record, to_json
from geo.run.verdict_files import PLACES as CODED
from geo.sources.load import Layers
from geo.standards.outcome import records
from geo.standards.vocabulary import VERDICTS
from geo.text import Text, Wording
from geo.workers import Crew


def files_of_run(project: Project) -> list[str]:
    """Names of the files that a run in one piece writes, whatever is in its folders."""
    tables = [f"{table.place}.parquet" for table in stored_tables()]
    names = [*files_of(products_of(project.publish)), *tables, *CODED]
    return [*names, *wanted(names, {}, project.publish.old_paths)]


def publish(
    run: Run,
    layers: Layers,
    project: Project,
    folder: Path,
    watch: Watch,
    counts: RunCounts | None = None,
    crew: Crew | None = None,
) -> list[str]:
    """Write every product of a run; return the files' names.

    They replace those of the last run all together; OutputError where that cannot be. What goes
    elsewhere (`Product.places` is empty) is written once they have taken their places. `counts`
    are the run's, where they were counted already; `crew` makes products beside this process.
    """
    refuse_inputs(project, folder)
    products = products_of(project.publish)
    here = [product for product in products if product.places]
    with staged(folder, old_paths=project.publish.old_paths) as stage:
        watch.step("parquet")
        run = with_inputs(run, project)
        run.save(stage)
        found = run.findings  # with the places of defects
        # As it will be read back, so that what is made from it later is the same.
        run = Run.load(stage)
        counts = counts or run_counts(run)
        run_counts.take(run, counts)
        making = Making(
            run,
            stage,
            project.options,
            layers=layers,
            findings=found,
            counts=counts,
            count=watch.count,
        )
        make_all(here, making, stage, watch, crew)
        made = write_record(run, stage, watch.seconds, counts)
    elsewhere = [product for product in products if not product.places]
    if elsewhere:
        making = Making(Run.load(folder), folder, project.options)
        made += [name for product in elsewhere for name in make(product, making, watch)]
    return made


def renew_start(run: Run, folder: Path, options: Publish, command: str) -> None:
    """The start page of the last results again, where a command changed what files there are.

    Results without one, of an earlier version, get none.
    """
    record = read_record(folder)
    last = record.get("products", [{"files": []}])[0]
    if START not in record.get("outputs", {}) or START in last["files"]:
        return
    since = {
        text
        for name, text in record.get("missing", {}).items()
        if name in PRODUCTS and any((folder / place).exists() for place in PRODUCTS[name].places)
    }
    left_out = tuple(Text(text, text) for text in record.get("not_made", []) if text not in since)
    with staged(folder, command) as stage:
        making = Making(run, stage, options, folder, left_out=left_out)
        make(PRODUCTS["index"], making, Unwatched())


def with_inputs(run: Run, project: Project) -> Run:
    """The run with the hashes of all that its project rests on: packs, methods, rasters too."""
    inputs = {**run.basis.inputs, **inputs_by_hash(project)}
    return replace(run, basis=replace(run.basis, inputs=inputs))


def write_record(
    run: Run,
    stage: Path,
    seconds: Mapping[str, float],
    counts: RunCounts,
    left_out: Iterable[Wording] = (),
    missing: Mapping[str, Wording] | None = None,
) -> list[str]:
    """`run.json`: versions, inputs, settings, counts, result, timings; the names of all files.

    `missing` are those of `left_out` that are about a product, by its name. Their hashes come when they take their places.
    """
    settings = run.settings
    names = [name for name in files_in(stage) if name != RECORD]
    record = {
        "made": now(),
        "versions": dict(run.basis.versions),
        "inputs": dict(run.basis.inputs),
        "outputs": {},
        "settings": settings.model_dump(mode="json"),
        "counts": {**_rows(counts), "parks": len(run.parks)},
        "outcome": records(counts.outcome, settings.rule_figures, settings.lang),
        "result": result_json(run_result(run, settings, counts, names, left_out)),
        "sums": run.conserved.to_dict("records"),
        "rows": run.rows_read.to_dict("records"),
        "draws": {"seed": SEED, "most": DRAWS, "uncertainty": settings.uncertainty},
        "not_computed": [text(settings.lang) for text in run.basis.not_computed],
        "not_made": [text(settings.lang) for text in left_out],
        "missing": {name: text(settings.lang) for name, text in (missing or {}).items()},
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }
    (stage / RECORD).write_text(to_json(record), encoding="utf-8")
    return [*names, RECORD]


def _rows(counts: RunCounts) -> dict[str, Any]:
    """How many rows the large tables have, and of which kinds."""
    verdicts, found = counts.outcome.verdicts, counts.found.groupby("severity")["count"].sum()
    some = verdicts[verdicts["parcels"] > 0]
    return {
        "parcels": int(verdicts["parcels"].sum()),
        "enterprises": counts.enterprises,
        "verdicts": int(counts.outcome.rules[list(VERDICTS)].to_numpy().sum()),
        "compliance": dict(zip(some["verdict"], some["parcels"].astype(int), strict=True)),
        "findings": {str(name): int(count) for name, count in found.items()},
    }
