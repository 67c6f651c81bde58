"""What tests are made of: squares on the ground, layers, packs, projects; each named as the field does.

Coordinates are metres from a corner near 隆昌, in CGCS2000 / 3-degree zone 105E.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from geo.assess.part import RulePacks
from geo.cli import app
from geo.cli.job import Job
from geo.engine import engine
from geo.evaluate.method import Method
from geo.partition.coordinator import RunContext, assess_in_parts
from geo.publish import in_parts as in_parts_of_run
from geo.publish import outputs
from geo.run import Run
from geo.run.lock import LOCK
from geo.sources.load import load
from geo.standards.model import Pack, read_pack

GK = "EPSG:4544"
EAST, NORTH = 528_000.0, 3_246_000.0

TABLES = """[tables.enterprises]
path = "enterprises.csv"
[tables.occupancy]
path = "occupancy.csv"
[tables.indicators]
path = "indicators.csv"
"""

PROJECT = (
    """
[project]
title = "测试"
year = 2023
compare_to = 2021
standards = ["longchang-neirong-2022"]
plan = "sichuan-5plus1-2021"
place = { lon = 105.29, lat = 29.34, radius_km = 30 }
[layers.parks]
path = "parks.gpkg"
[layers.parcels]
path = "parcels.gpkg"
"""
    + TABLES
)
"""The `mujun.toml` of the fixture `project`."""


PAPERS = 'also = ["docx", "atlas", "chain"]'
"""What the demo's `mujun.toml` asks for beside the rest: half the time of its run."""


def square(column: int, row: int, side: float = 100.0) -> shapely.Polygon:
    """A square of a fabric of 100 m squares."""
    x, y = EAST + 100 * column, NORTH + 100 * row
    return shapely.box(x, y, x + side, y + side)


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """A rectangle by metres from the corner."""
    return shapely.box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)


def layer(shapes: Iterable[Any], crs: Any = GK, **columns: Any) -> gpd.GeoDataFrame:
    """A layer of these outlines with these columns."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def layer_as_read(shapes: Sequence[Any], **columns: Any) -> gpd.GeoDataFrame:
    """A layer as a reader hands it on, with the number of each row."""
    return layer(shapes, **columns, source_row=range(1, len(shapes) + 1))


def parcel_layer(
    shapes: Iterable[Any], parcel_ids: Sequence[str] | None = None, park_id: str | None = "P"
) -> gpd.GeoDataFrame:
    """Parcels of a park, named N0, N1, … where their names do not matter."""
    rows = list(shapes)
    ids = [f"N{i}" for i in range(len(rows))] if parcel_ids is None else list(parcel_ids)
    return layer_as_read(rows, parcel_id=ids, park_id=park_id)


def building_layer(shapes: Sequence[Any], **columns: Any) -> gpd.GeoDataFrame:
    """Buildings B0, B1, …"""
    ids = [f"B{i}" for i in range(len(shapes))]
    return layer_as_read(shapes, **{"building_id": ids, **columns})


def zone_layer(*zones: tuple[str, str, Any], crs: Any = GK) -> gpd.GeoDataFrame:
    """Control lines, each an id, a kind (永久基本农田) and an outline."""
    ids, kinds, shapes = zip(*zones, strict=True)
    return layer(shapes, crs, zone_id=ids, kind=kinds)


def toml_value(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def column_text(
    key: str,
    indicator: str,
    operator: str = ">=",
    unit: str = "",
    clause: str = "第一条",
    *,
    mandatory: bool = True,
    **options: Any,
) -> str:
    """`[columns.…]` of a pack."""
    values = {
        "indicator": indicator,
        "operator": operator,
        "unit": unit,
        "mandatory": mandatory,
        "clause": clause,
        **options,
    }
    return f"[columns.{key}]\n" + "".join(f"{k} = {toml_value(v)}\n" for k, v in values.items())


def row_text(cells: str, industry: str = "全部", keys: str = 'codes = ["*"]') -> str:
    """`[[rows]]` of a pack; `cells` as `tax = 8`."""
    return f'[[rows]]\nindustry = "{industry}"\n{keys}\ncells = {{ {cells} }}\n'


def pack_text(*parts: str, pack_id: str = "office", **head: Any) -> str:
    """A pack of an office of its own: `[pack]`, then its columns and rows."""
    values = {
        "id": pack_id,
        "title_zh": "自拟",
        "title_en": "an office's",
        "issuer": "某市",
        "document": "某发〔2023〕1号",
        "date": "2023-01-01",
        "url": "https://example.org/1",
        "in_force_from": "2023-01-01",
        **head,
    }
    dates = ("date", "in_force_from", "in_force_to")
    lines = [f"{k} = {v if k in dates else toml_value(v)}\n" for k, v in values.items()]
    return "[pack]\n" + "".join([*lines, *parts])


RATIO_PACK = pack_text(
    column_text("ratio", "floor_area_ratio", "{operator}", "{unit}"),
    row_text("ratio = {cell}").replace("{ ratio = {cell} }", "{{ ratio = {cell} }}"),
)
"""One rule on the floor area ratio, to be filled in: operator, unit, cell."""


SHARES = [
    {"grade": "A", "to": 25},
    {"grade": "B", "to": 70, "round": "up"},
    {"grade": "C", "to": 95, "round": "up"},
    {"grade": "D", "to": 100},
]
"""A city's scheme: A the first 25 %, B 26–70 %, C 71–95 %, D the last 5 %."""


def grading_method(
    family: str = "rank",
    items: list[dict[str, Any]] | None = None,
    grading: dict[str, Any] | None = None,
    exempt: dict[str, Any] | None = None,
    **group: Any,
) -> Method:
    """A method of one group for all enterprises, on tax per mu unless `items` says more."""
    tax = {"indicator": "tax_per_mu", "weight": 1, "baseline": 10}
    group = {
        "id": "all",
        "zh": "全部",
        "en": "all",
        "where": "all",
        "family": family,
        "items": items or [tax],
        **group,
    }
    return Method(
        method={
            "id": "office",
            "title_zh": "自拟",
            "title_en": "an office's",
            "issuer": "某市",
            "document": "某发1号",
            "date": 2023,
            "url": "https://example.org",
        },
        exempt=exempt or {},
        groups=[group],
        grading=grading or {"by": "share", "cuts": SHARES},
    )


def written_pack(folder: Path, text: str, file: str = "office.toml") -> Pack:
    """The pack, read from a file with this text."""
    (folder / file).write_text(text, encoding="utf-8")
    return read_pack(file, folder)


def workbook(file: Path, sheets: Mapping[str, Any], merged: Sequence[str] = ()) -> Path:
    """An Excel file of these rows a sheet, the areas `merged` in each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save(file)
    return file


def edit_project(project: Path, old: str, new: str) -> None:
    """Replace a text in `mujun.toml`; it must be there."""
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def parcel_row(**columns: Any) -> pd.DataFrame:
    """A parcel `x` of 20 亩 with all that the pack of 隆昌 asks for, on its thresholds."""
    row = {
        "industry_code": "3484",
        "industry_name": "机械",
        "land_use_industrial": True,
        "supplied_on": "2023-05-01",
        "fixed_investment": 3000.0,
        "tax": 160.0,
        "output_value": 7000.0,
        "rd_expense": 20.0,
        "revenue": 1000.0,
        "area_mu": 20.0,
        "area_m2": 20 * 2000 / 3,
        "floor_area_m2": 1.0,
        "fixed_investment_per_mu": 150.0,
        "tax_per_mu": 8.0,
        "output_value_per_mu": 350.0,
        "rd_intensity": 2.0,
        "floor_area_ratio": 1.0,
        "environment_attested": True,
    }
    return pd.DataFrame([row | columns], index=["x"])


def mujun(*words: Any, project: Path | None = None) -> Any:
    """What the command did, quietly, in a project; it must have succeeded."""
    where = [] if project is None else ["-q", "-p", str(project)]
    done = CliRunner().invoke(app, [*map(str, words), *where])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done


@contextmanager
def making_only(*names: str) -> Iterator[None]:
    """Runs make these products beside their tables, and no others: in half the time."""
    wanted = outputs.products_of
    with pytest.MonkeyPatch.context() as patch:
        for module in (outputs, in_parts_of_run):
            patch.setattr(
                module, "products_of", lambda p: [m for m in wanted(p) if m.name in names]
            )
        yield


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file that is a result: no lock, nothing that is being written."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != LOCK and ".writing-" not in str(file)
    }


def verdict_rows(rows: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """Verdicts on parcels as the long table has them; `rows` and `columns` say what matters."""
    blank = {"subject": "parcel", "rule_id": "r", "unit": "", "clause": "", "citation": ""}
    numbers = dict.fromkeys(("gap", "numerator", "denominator"), float("nan"))
    table = rows.assign(**{**blank, **numbers, **columns})
    return table.assign(subject_id=table["subject_id"].astype(str))


def in_one(folder: Path) -> Run:
    """A project's run in one piece, of which nothing is written."""
    job = Job(folder, None, None, quiet=True)
    return job.assessed(load(job.project))


def in_batches(
    folder: Path,
    scratch: Path,
    size: int,
    kind: str = "local",
    *,
    batch: int = 300,
    workers: int = 2,
) -> Run:
    """The same in parts of `size` parcels, read `batch` at a time; one worker is this process."""
    job = Job(folder, None, None, quiet=True)
    asked = job.project.engine.model_copy(update={"part": size, "batch": batch})
    scratch.mkdir(exist_ok=True)
    with engine(kind, workers=workers) as doing:
        run, _ = assess_in_parts(
            job.project.model_copy(update={"engine": asked}),
            RulePacks(job.packs(), job.low_efficiency(), job.plan()),
            job.method(),
            RunContext(doing, scratch),
        )
    return run


def in_parts(folder: Path, scratch: Path, size: int, kind: str = "local", **way: int) -> Run:
    """The same where the project is cut for certain."""
    run = in_batches(folder, scratch, size, kind, **way)
    assert len(list(scratch.glob("part-*.pickle"))) > 1
    return run
