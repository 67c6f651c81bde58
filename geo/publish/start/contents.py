"""The files of a folder of results by what they are, from the declarations of products and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from geo.model.table import FOLDER, Table
from geo.model.tables import stored_tables
from geo.publish.products.index import PLACE as START
from geo.publish.registry import PRODUCTS, Making, Product
from geo.run.held import VERDICTS
from geo.run.record import RECORD, files_in, read_record
from geo.run.verdict_files import CODES, COUNT, PARTS, VIEW
from geo.text import EMPTY, Message, Wording

OF_MAP = "map/"
"""The folder that `map.html` leads into where there are very many parcels."""
OF_GIS = ("layers/", "surfaces/")
"""Folders that a GIS reads."""
_FIRST = (".html", ".xlsx", ".docx", ".pdf", ".png")
"""What of a folder is opened first."""

Files = Mapping[str, Path]
"""Where each file of the results lies now, by the name that it has among them."""


@dataclass(frozen=True)
class Made:
    """A product that is there: `files` by name with their sizes in bytes, the first to open first."""

    name: str
    title: Wording
    purpose: Wording
    files: tuple[tuple[str, int], ...]

    @property
    def opened(self) -> tuple[tuple[str, int], ...]:
        """The files that somebody opens: not those that a page reads."""
        return tuple(file for file in self.files if not file[0].startswith(OF_MAP))

    @property
    def of_gis(self) -> bool:
        """Whether all of it is for a GIS."""
        return all(name.startswith(OF_GIS) for name, _ in self.files)


@dataclass(frozen=True)
class Missing:
    """A product that could be there, and the command that makes it."""

    title: Wording
    purpose: Wording
    command: str


@dataclass(frozen=True)
class TableFile:
    """A result table: its file or the folder of its parts, rows, columns, size in bytes."""

    table: Table
    place: str
    rows: int
    columns: int
    size: int


def files_of(making: Making) -> dict[str, Path]:
    """All files of the results, the new ones of the stage among those of the last results.

    Without the record, this page, the second names at old paths, and what somebody deleted.
    """
    found: dict[str, Path] = {}
    if making.results is not None:
        record = read_record(making.results)
        moved = record.get("moved", {})
        names = [name for name in record.get("outputs", {}) if name not in moved]
        last = {name: making.results / name for name in names}
        found = {name: file for name, file in last.items() if file.is_file()}
    found |= {name: making.stage / name for name in files_in(making.stage)}
    return {name: file for name, file in found.items() if name not in (RECORD, START)}


def made(files: Files) -> list[Made]:
    """The products that are there, as they are declared; the tables have a list of their own."""
    out = []
    for product in PRODUCTS:
        names = [name for name in files if _is_of(name, product)]
        if names:
            out.append(Made(product.name, product.title, product.purpose, _sized(files, names)))
    return out


def others(files: Files) -> list[Made]:
    """Files that a command made beside the products: `thresholds.xlsx`, the report of one park."""
    known = [name for name in files if any(_is_of(name, product) for product in PRODUCTS)]
    left = sorted(set(files) - set(known) - {n for n in files if n.startswith(f"{FOLDER}/")})
    return [Made("", Message("start_page.further"), EMPTY, _sized(files, left))] if left else []


def missing(files: Files) -> list[Missing]:
    """The products of files that are not there and that a command makes of the last run."""
    return [
        Missing(product.title, product.purpose, f"mujun export --format {product.name}")
        for product in PRODUCTS
        if product.exported
        and not product.last
        and set(product.folders) != {FOLDER}
        and product.places
        and not any(_is_of(name, product) for name in files)
    ]


def tables(files: Files) -> list[TableFile]:
    """The result tables that are there, in the order of their declarations."""
    out = []
    for table in stored_tables():
        single = f"{table.place}.parquet"
        if table.name == VERDICTS and VIEW in files:
            out.append(_of_codes(table, files))
            continue
        parts = [name for name in files if name.startswith(f"{table.place}/")]
        names = [single] if single in files else parts
        if names:
            metadata = [pq.read_metadata(files[name]) for name in names]
            columns = [
                name for name in metadata[0].schema.to_arrow_schema().names if name != "bbox"
            ]
            out.append(
                TableFile(
                    table,
                    single if single in files else f"{table.place}/",
                    sum(part.num_rows for part in metadata),
                    len(columns),
                    sum(files[name].stat().st_size for name in names),
                )
            )
    return out


def _of_codes(table: Table, files: Files) -> TableFile:
    """The verdicts of a run that has very many: the view, and the files that it reads."""
    own = [name for name in files if name.startswith(tuple(f"{FOLDER}/{p}" for p in PARTS))]
    codes = [pq.read_metadata(files[name]) for name in own if f"/{CODES}" in name]
    return TableFile(
        table,
        VIEW,
        sum(int(part.metadata[COUNT]) for part in codes),
        len(table.columns),
        sum(files[name].stat().st_size for name in own),
    )


def _is_of(name: str, product: Product[Any]) -> bool:
    """Whether a file is a product's; tables, and this page, are nobody's here."""
    folders = [f"{folder}/" for folder in product.folders if folder != FOLDER]
    if "map.html" in product.files:
        folders.append(OF_MAP)
    return name != START and (name in product.files or name.startswith(tuple(folders)))


def _sized(files: Files, names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    def order(name: str) -> tuple[bool, int, str]:
        suffix = Path(name).suffix
        kind = _FIRST.index(suffix) if suffix in _FIRST else len(_FIRST)
        return name.startswith(OF_GIS), kind, name

    return tuple((name, files[name].stat().st_size) for name in sorted(names, key=order))
