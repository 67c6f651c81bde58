"""Products that are made from a run on request, or with each run: `[publish] also`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.chain import write_page, write_panorama, write_path
from geo.publish.excel.workbook import write_tables, write_workbook
from geo.publish.gis.qgis import write_project, write_styles
from geo.publish.gis.surfaces import write_surfaces
from geo.publish.gis.survey_txt import write_survey
from geo.publish.gis.vectors import write_flatgeobuf, write_geopackage, write_parquet
from geo.publish.lookup import park_id
from geo.publish.names import file_stem, file_stems
from geo.publish.paper.atlas import write_atlas
from geo.publish.word.report import write_report
from geo.run import Run
from geo.text import Message

PRODUCTS = ("xlsx", "gpkg", "parquet", "cog", "txt", "docx", "chain", "fgb", "qgis", "atlas")
PLACES = {
    "cog": "surfaces",
    "txt": "parcels.txt",
    "docx": "report.docx",
    "chain": "chain",
    "fgb": "fgb",
    "qgis": "assessment.qgs",
    "atlas": "atlas.pdf",
}
"""File or folder of the products that have one of their own."""


def _geopackage(run: Run, file: Path) -> None:
    write_geopackage(run, file)
    write_styles(run, file)


def write_product(
    name: str,
    run: Run,
    stage: Path,
    options: Publish = DEFAULT_OPTIONS,
    *,
    park: str = "",
    surfaces: Path | None = None,
) -> None:
    """Write one product of `PRODUCTS` into a folder; `park` narrows a report or the chains.

    `surfaces` is where the rasters lie that a QGIS project shows, if not in the folder itself.
    """
    rasters = surfaces or stage / "surfaces"
    parks = run.parks["park_id"].astype("str")
    report = f"report-{file_stem(park_id(run, park), parks)}.docx" if park else "report.docx"
    write: dict[str, Callable[[], Any]] = {
        "xlsx": lambda: write_workbook(run, stage / "assessment.xlsx"),
        "gpkg": lambda: _geopackage(run, stage / "assessment.gpkg"),
        "fgb": lambda: write_flatgeobuf(run, stage / "fgb"),
        "qgis": lambda: write_project(run, stage / "assessment.qgs", rasters),
        "parquet": lambda: write_parquet(run, stage),
        "cog": lambda: write_surfaces(run, stage / "surfaces", options),
        "txt": lambda: write_survey(run, stage / "parcels.txt"),
        "chain": lambda: _chains(run, stage / "chain", park, options),
        "atlas": lambda: write_atlas(run, stage / "atlas.pdf", options=options),
        "docx": lambda: write_report(run, stage / report, park, options),
    }
    write[name]()


def _chains(run: Run, folder: Path, park: str, options: Publish) -> None:
    """chain/: the page, the directory in Excel, and both pictures of each park as PNG and PDF."""
    folder.mkdir()
    write_page(run, folder / "chain.html", options)
    lang = run.settings.lang
    write_tables(
        {
            Message("products.directory")(lang): run.chain_members,
            Message("products.links")(lang): run.chain_links,
            Message("products.path")(lang): run.chain_path,
        },
        run.settings,
        folder / "chain.xlsx",
    )
    stems = file_stems(run.parks["park_id"].astype("str"))
    for key in [park_id(run, park)] if park else stems:  # rows-ok: parks
        for name, table, write in (
            ("panorama", run.chain_links, write_panorama),
            ("path", run.chain_path, write_path),
        ):
            if (table["park_id"].astype("str") == key).any():
                stem = folder / f"{name}-{stems[key]}"
                files = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "pdf")]
                write(run, key, files, options)
