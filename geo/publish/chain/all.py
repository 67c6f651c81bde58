"""`chain/`: everything of the plan's “两图一表”."""

from __future__ import annotations

from pathlib import Path

from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.chain import write_page, write_panorama, write_path
from geo.publish.excel.workbook import write_tables
from geo.publish.lookup import park_id
from geo.publish.names import file_stems
from geo.run import Run
from geo.text import Message


def write_chains(
    run: Run, folder: Path, park: str = "", options: Publish = DEFAULT_OPTIONS
) -> None:
    """chain/: the page, the directory in Excel, and both pictures of each park as PNG and PDF."""
    folder.mkdir()
    write_page(run, folder / "chain.html", options)
    lang = run.settings.lang
    named = {"chain_members": "directory", "chain_links": "links", "chain_path": "path"}
    sheets = {Message(f"products.{word}")(lang): name for name, word in named.items()}
    tables = {title: run.tables[name] for title, name in sheets.items()}
    write_tables(tables, run.settings, folder / "chain.xlsx", sheets, run.basis.plan)
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
