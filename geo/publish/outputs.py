"""Every product of a run, and the record of what was made from what."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geo.assess import Assessment
from geo.assess.tables import TABLES
from geo.errors import Text
from geo.evaluate.stability import DRAWS, SEED
from geo.project import Project
from geo.publish.basis import write_basis, write_messages
from geo.publish.excel.workbook import write_findings
from geo.publish.gis.postgis import write_postgis
from geo.publish.gis.vectors import write_findings_layer, write_parquet
from geo.publish.guard import inputs_by_hash, refuse_inputs
from geo.publish.paper.scene import Scene
from geo.publish.products import write_product
from geo.publish.record import RECORD, files_in, now
from geo.publish.staging import staged, to_json
from geo.publish.stored import assembled, read_file
from geo.publish.webmap.folder import write_map
from geo.sources.load import Layers
from geo.standards.outcome import Outcome, outcome, records

FILES = (
    "map.html",
    "assessment.xlsx",
    "assessment.gpkg",
    "assessment.qgs",
    "findings.xlsx",
    "findings.gpkg",
    *(f"{name}.parquet" for name in (*TABLES, "findings")),
)
"""What every run in one piece writes, beside surfaces and what `[publish] also` asks for."""
Progress = Callable[[str], None]
_LIBRARIES = ("mujun", "geopandas", "shapely", "pandas", "numpy", "pyproj", "pyogrio", "folium")


def publish(
    result: Assessment,
    layers: Layers,
    project: Project,
    folder: Path,
    timings: dict[str, float],
    progress: Progress = lambda _: None,
) -> list[str]:
    """Write every product of a run; return the files' names.

    They replace those of the last run all together; OutputError where that cannot be.
    """
    refuse_inputs(project, folder)
    with staged(folder) as stage:
        progress("layers")
        write_parquet(result, project.project, stage)
        write_basis(result, project.project, stage)
        write_messages(result, stage)
        found = result.findings  # with the places of defects
        # As it will be read back, so that what is made from it later is the same.
        result = assembled(stage, lambda name: read_file(stage / f"{name}.parquet", name))
        scene = Scene(result, project)
        progress("map")
        write_map(result, project, stage)
        progress("workbook")
        write_product("xlsx", scene, stage)
        progress("layers")
        write_product("gpkg", scene, stage)
        publish_findings(found, layers, project, stage)
        progress("surfaces")
        write_product("cog", scene, stage)
        write_product("qgis", scene, stage)
        for more in project.publish.also:
            progress(more)
            write_product(more, scene, stage)
        made = write_record(
            result,
            layers,
            project,
            stage,
            timings,
            counts(result),
            outcome(result.parcels, result.verdicts),
        )
    if project.publish.postgis:
        progress("postgis")
        made += write_postgis(result, project)
    return made


def publish_findings(table: Any, layers: Layers, project: Project, stage: Path) -> None:
    """`findings.xlsx` and `findings.gpkg` into a folder."""
    write_findings(table, project.project, stage / "findings.xlsx")
    write_findings_layer(table, layers.frames, project.project, stage / "findings.gpkg")


def counts(result: Assessment) -> dict[str, Any]:
    """What `run.json` says of the rows of a run whose tables are in memory."""
    return {
        "parcels": len(result.parcels),
        "enterprises": len(result.enterprises),
        "verdicts": len(result.verdicts),
        "compliance": result.parcels["compliance"].value_counts().to_dict(),
        "findings": result.findings["severity"].value_counts().to_dict(),
    }


def write_record(
    result: Assessment,
    layers: Layers,
    project: Project,
    stage: Path,
    timings: dict[str, float],
    counted: dict[str, Any],
    found: Outcome,
    left_out: list[Text] | None = None,
) -> list[str]:
    """`run.json`: versions, inputs, settings, counts, sums, timings; the names of all files.

    Their hashes come when they take their places.
    """
    settings = project.project
    record = {
        "made": now(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "inputs": layers.files | inputs_by_hash(project),
        "outputs": {},
        "settings": settings.model_dump(mode="json"),
        "counts": {**counted, "parks": len(result.parks)},
        "outcome": records(found, settings.catalogue, settings.lang),
        "sums": result.conserved.to_dict("records"),
        "rows": result.rows_read.to_dict("records"),
        "draws": {"seed": SEED, "most": DRAWS, "uncertainty": settings.uncertainty},
        "not_computed": [text(settings.lang) for text in result.not_computed],
        "not_made": [text(settings.lang) for text in left_out or []],
        "seconds": {name: round(value, 3) for name, value in timings.items()},
    }
    names = files_in(stage)
    (stage / RECORD).write_text(to_json(record), encoding="utf-8")
    return [*names, RECORD]
