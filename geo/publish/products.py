"""Products that are made from a run on request, or with each run: `[publish] also`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.publish.chain import write_page, write_panorama, write_path
from geo.publish.excel.workbook import write_tables, write_workbook
from geo.publish.gis.qgis import write_project, write_styles
from geo.publish.gis.surfaces import write_surfaces
from geo.publish.gis.survey_txt import write_survey
from geo.publish.gis.vectors import write_flatgeobuf, write_geopackage, write_parquet
from geo.publish.names import file_stem, file_stems
from geo.publish.paper.atlas import write_atlas
from geo.publish.paper.scene import Scene
from geo.publish.word.report import write_report
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


def _geopackage(scene: Scene, file: Path) -> None:
    write_geopackage(scene.result, scene.settings, file)
    write_styles(scene.result, scene.settings, file)


def write_product(
    name: str, scene: Scene, stage: Path, *, park: str = "", surfaces: Path | None = None
) -> None:
    """Write one product of `PRODUCTS` into a folder; `park` narrows a report or the chains.

    `surfaces` is where the rasters lie that a QGIS project shows, if not in the folder itself.
    """
    result, settings = scene.result, scene.settings
    rasters = surfaces or stage / "surfaces"
    parks = scene.parks["park_id"].astype("str")
    report = f"report-{file_stem(scene.park_id(park), parks)}.docx" if park else "report.docx"
    write: dict[str, Callable[[], Any]] = {
        "xlsx": lambda: write_workbook(result, settings, stage / "assessment.xlsx"),
        "gpkg": lambda: _geopackage(scene, stage / "assessment.gpkg"),
        "fgb": lambda: write_flatgeobuf(result, settings, stage / "fgb"),
        "qgis": lambda: write_project(result, settings, stage / "assessment.qgs", rasters),
        "parquet": lambda: write_parquet(result, settings, stage),
        "cog": lambda: write_surfaces(result, scene.project, stage / "surfaces"),
        "txt": lambda: write_survey(result.parcels, settings, stage / "parcels.txt"),
        "chain": lambda: _chains(scene, stage / "chain", park),
        "atlas": lambda: write_atlas(scene, stage / "atlas.pdf"),
        "docx": lambda: write_report(scene, stage / report, park),
    }
    write[name]()


def _chains(scene: Scene, folder: Path, park: str) -> None:
    """chain/: the page, the directory in Excel, and both pictures of each park as PNG and PDF."""
    result = scene.result
    folder.mkdir()
    write_page(scene, folder / "chain.html")
    lang = scene.settings.lang
    write_tables(
        {
            Message("products.directory")(lang): result.chain_members,
            Message("products.links")(lang): result.chain_links,
            Message("products.path")(lang): result.chain_path,
        },
        scene.settings,
        folder / "chain.xlsx",
    )
    stems = file_stems(scene.parks["park_id"].astype("str"))
    for key in [scene.park_id(park)] if park else stems:  # rows-ok: parks
        for name, table, write in (
            ("panorama", result.chain_links, write_panorama),
            ("path", result.chain_path, write_path),
        ):
            if (table["park_id"].astype("str") == key).any():
                stem = folder / f"{name}-{stems[key]}"
                write(
                    scene, key, [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "pdf")]
                )
