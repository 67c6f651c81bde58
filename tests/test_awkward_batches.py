"""Layers that nobody wishes for, in small batches: the same tables and words as in one piece.

What differs from batch to batch here: kinds of columns, words for missing, spellings of ids, units,
which columns repeat others, and what outlines are.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo import read_project
from geo.errors import MujunError
from geo.sources.batches import batches, streamed
from geo.sources.streams import ReadWholeError
from tests.builders import GK, TABLES, in_batches, in_one, square
from tests.same import assert_same
from tests.test_streams import HEAD

pytestmark = pytest.mark.slow

COUNT, BATCH = 23, 7
SHORT = {"contract_area_m2": "area", "supplied_on": "day"}
"""What a shapefile calls them, whose names have ten letters."""
BEIJING_54 = (
    "+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=500000 +y_0=0 +ellps=krass +towgs84=10,20,30"
    " +units=m +type=crs"
)


def outlines() -> list[shapely.Polygon]:
    return [square(2 * (i % 6), 2 * (i // 6)) for i in range(COUNT)]


def layer(**columns: Any) -> gpd.GeoDataFrame:
    """Parcels in two parks; `columns` besides, or instead of these."""
    held = {
        "parcel_id": [f"P{i}" for i in range(COUNT)],
        "park_id": [*["北", "南"] * (COUNT // 2), "北"],
        "land_use": ["100101"] * COUNT,
        "geometry": outlines(),
        **columns,
    }
    return gpd.GeoDataFrame(held, crs=GK)


def after(first: Any, rest: Any, count: int = BATCH) -> list[Any]:
    """One value in the first rows, another in the rest."""
    return [first] * count + [rest] * (COUNT - count)


def one_cell(row: int, value: Any, rest: Any) -> list[Any]:
    """One value in one row, another in all others."""
    return [value if i == row else rest for i in range(COUNT)]


def written(
    folder: Path, parcels: gpd.GeoDataFrame, suffix: str = "parquet", parks: Any = ("北", "南")
) -> Path:
    """A project of these parcels, in which a batch has seven rows."""
    folder.mkdir()
    file = folder / f"parcels.{suffix}"
    if suffix == "parquet":
        parcels.to_parquet(file)
    else:
        gdb = {"driver": "OpenFileGDB", "TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
        pyogrio.write_dataframe(parcels, file, layer="parcels", **(gdb if suffix == "gdb" else {}))
    west, east = shapely.box(*square(0, 0).bounds[:2], *square(5, 9).bounds[2:]), square(6, 0, 900)
    gpd.GeoDataFrame({"park_id": parks, "name": parks}, geometry=[west, east], crs=GK).to_file(
        folder / "parks.gpkg", layer="parks"
    )
    text = f'{HEAD}[layers.parcels]\npath = "{file.name}"\n'
    if suffix == "shp":
        text += "".join(f'fields.{name} = "{short}"\n' for name, short in SHORT.items())
    (folder / "mujun.toml").write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, extra: str) -> None:
    """Say more of the parcels in the project file."""
    with (folder / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write(extra)


in_sevens = partial(in_batches, size=4, batch=BATCH, workers=1)


def assert_same_in_batches(folder: Path) -> None:
    assert_same(in_one(folder), in_sevens(folder, folder.with_name("scratch")))


def is_read_whole(folder: Path) -> bool:
    """Whether the layer's own rows ask for it."""
    project = read_project(folder)
    stream = streamed(project)
    assert stream is not None
    try:
        list(batches(project, stream, BATCH))
    except ReadWholeError:
        return True
    return False


WORDS = [*"无/-—缺空?" * 2, "暂无", "未知", "不详", "1", "2", "3", "４", "5", "6"]


def columns(suffix: str) -> dict[str, Any]:
    """Columns whose batches differ in kind, as far as the format has the kind."""
    out: dict[str, Any] = {
        "contract_area_m2": WORDS,
        "supplied_on": [None] * 7
        + ["2020年3月1日"] * 8
        + ["43900", "—", "无", "x", "2020"]
        + [None] * 3,
        "small": np.arange(COUNT, dtype="int32"),
        "gaps": pd.array([None] * 8 + list(range(COUNT - 8)), dtype="Int64"),
        "some": pd.array([1] * 8 + [None] + [2] * (COUNT - 9), dtype="Int64"),
        "wide": pd.array([None] * 7 + [1] * 8 + [2**53 + 1] * 8, dtype="Int64"),
        "wide_full": pd.array([5] * 7 + [1] * 8 + [2**53 + 1] * 8, dtype="Int64"),
        "halves": after(1.0, 2.5),
        "later": after(np.nan, 3.0, 8),
        "text": after(None, "甲", 8),
        "digits": after("1", "x"),
        "since": after(None, dt.date(2020, 1, 1), 8),
        "hidden_id": one_cell(3, "a\u200bb", "ab"),
    }
    if suffix == "shp":
        return {SHORT.get(name, name): values for name, values in out.items()}
    out |= {
        "flag": pd.array([None] * 7 + [True] * 8 + [False] * 8, dtype="boolean"),
        "seen": pd.to_datetime(after(None, "2023-05-01 08:00")),
    }
    if suffix in ("parquet", "gpkg"):
        out["photo"] = after(None, b"x", 9)
    if suffix == "parquet":
        out |= {
            "second": one_cell(20, ["y"], None),
            "first": one_cell(3, ["x"], None),
            "nul": one_cell(3, " a\0b", " x "),
            "nul_2": one_cell(20, "c\0d", " y"),
            "unsigned": pd.array([None] * 7 + [1] * 8 + [2**63 + 1] * 8, dtype="UInt64"),
            "kind": pd.Categorical(after("甲", "乙")),
        }
    return out


@pytest.mark.parametrize("suffix", ["parquet", "gpkg", "fgb", "gdb", "shp"])
def test_columns_of_other_kinds_in_other_batches(tmp_path, suffix):
    folder = written(tmp_path / "project", layer(**columns(suffix)), suffix)
    assert not is_read_whole(folder)
    assert_same_in_batches(folder)


def test_columns_that_pandas_did_not_write(tmp_path):
    """Whole numbers with nulls are doubles or digits then, and no Int64."""
    import pyarrow.parquet as pq

    folder = written(tmp_path / "project", layer(**columns("parquet")))
    table = pq.read_table(folder / "parcels.parquet")
    kept = {key: value for key, value in table.schema.metadata.items() if key != b"pandas"}
    pq.write_table(table.replace_schema_metadata(kept), folder / "parcels.parquet")
    assert not is_read_whole(folder)
    assert_same_in_batches(folder)


DECIDED_BY_ALL = {
    "a unit alone in a cell": {"contract_area_m2": one_cell(9, "亩", "10000")},
    "a unit alone in the last cell": {"contract_area_m2": one_cell(22, "亩", "10000")},
    "units of rows that others are not": {
        "contract_area_m2": ["1.5"] * COUNT,
        "单位": after("亩", "某局"),
    },
    "a column repeated at first": {
        "contract_area_m2": [1000.0] * COUNT,
        "contract_area_m2.1": after(1000.0, 2.0, 9),
    },
    "ids that are lost in one batch": {
        "parcel_id": [1e16 + 4 * i if i < BATCH else i + 1.0 for i in range(COUNT)]
    },
}


@pytest.mark.parametrize("case", DECIDED_BY_ALL)
def test_what_all_rows_decide(tmp_path, case):
    folder = written(tmp_path / "project", layer(**DECIDED_BY_ALL[case]))
    assert is_read_whole(folder)
    assert_same_in_batches(folder)


PARK_IDS = {
    "zeros of one length in one batch": ([*["7"] * 7, *["12"] * 8, *["007"] * 8], ("007", "0012")),
    "zeros of two spellings": (
        ["1" if i < 7 else "01" if i % 2 else "2" for i in range(COUNT)],
        ("0001", "0002"),
    ),
    "doubles": ([None if i < 8 else 1.0 + i % 2 for i in range(COUNT)], ("01", "02")),
    "full width": ([*["１", "２"] * 4, *["1", "2"] * 7, "1"], ("1", "2")),
    "full width, of no park": ([*["９", "9"] * 4, *["9", "９"] * 7, "1"], ("1", "2")),
    "dashes, of no park": ([*["k-9"] * 8, *["K—9"] * 8, *["K‑9"] * 7], ("1", "2")),
    "hidden": ([*["\u200b北"] * 8, *["北\ufeff"] * 8, *["北 "] * 7], ("北", "南")),
}


@pytest.mark.parametrize("case", PARK_IDS)
def test_ids_of_parks(tmp_path, case):
    ids, parks = PARK_IDS[case]
    assert_same_in_batches(written(tmp_path / "project", layer(park_id=ids), parks=parks))


def test_outlines_of_other_kinds_in_other_batches(tmp_path):
    """None, a point, a line, several polygons, heights; ids that repeat across batches."""
    shapes: list[Any] = outlines()
    shapes[:8] = [None] * 8
    shapes[9], shapes[16] = shapes[9].centroid, shapes[16].exterior
    shapes[17:19] = [shapely.MultiPolygon([shape]) for shape in shapes[17:19]]
    shapes[20] = shapely.force_3d(shapes[20], 5.0)
    ids = [f"P{i % 19}" if i < 12 else f"Ｐ{i % 19}" for i in range(COUNT)]
    assert_same_in_batches(written(tmp_path / "project", layer(geometry=shapes, parcel_id=ids)))


def test_a_batch_whose_rows_are_all_set_aside(tmp_path):
    ids = ["d"] * 8 + [f"P{i}" for i in range(COUNT - 8)]
    areas = after(-5.0, 10.0)
    folder = written(tmp_path / "project", layer(parcel_id=ids, contract_area_m2=areas))
    assert_same_in_batches(folder)


def test_a_layer_of_which_no_row_is_usable(tmp_path):
    """Every id stands in several batches: no part knows that the others have no usable row either."""
    folder = written(tmp_path / "project", layer(parcel_id=[f"P{i % 9}" for i in range(COUNT)]))
    said = []
    for run in (in_one, lambda at: in_sevens(at, tmp_path / "scratch")):
        with pytest.raises(MujunError) as caught:
            run(folder)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_reference_system_that_states_a_transformation(tmp_path):
    """The zone that the layer goes to is one, by where all of it lies, and the parks go to it too."""
    folder = written(tmp_path / "project", layer())
    edit(folder, f'crs = "{BEIJING_54}"\n')
    assert_same_in_batches(folder)


def wide(text: str) -> str:
    """Its digits in full width."""
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


IDS, BARE = [f"{i + 1:04d}" for i in range(COUNT)], [str(i + 1) for i in range(COUNT)]
BUILDINGS = '[layers.buildings]\npath = "buildings.gpkg"\n'
OCCUPIED = {
    "zeros lost in the tables": (IDS, BARE, IDS, ()),
    "zeros lost in the layer, ids as doubles": ([i + 1.0 for i in range(COUNT)], IDS, BARE, ()),
    "full width in some rows": (
        IDS,
        [wide(one) if i % 2 else one for i, one in enumerate(IDS)],
        [wide(one) for one in IDS],
        (),
    ),
    "a row repeated in other digits": (IDS, IDS, IDS, (wide(IDS[3]),)),
    "a share repeated in other digits": (IDS, IDS, IDS, (wide(IDS[3]),)),
    "a repeated row in other digits": (IDS, [wide(one) for one in IDS], IDS, (wide(IDS[3]),)),
}


@pytest.mark.parametrize("case", OCCUPIED)
def test_ids_of_parcels_in_tables(tmp_path, case):
    """What repeats only once the ids are those of the parcels holds no land twice."""
    ids, occupied, built, repeated = OCCUPIED[case]
    folder = written(tmp_path / "project", layer(parcel_id=ids))
    firms = [f"E{i}" for i in range(COUNT)]
    holds = {"enterprise_id": [*firms, *["E3"] * len(repeated)]}
    holds |= {"parcel_id": [*occupied, *repeated], "area_m2": 9000.0}
    if "share" in case:
        holds["share"] = 1.0
    reported = {"enterprise_id": firms, "year": 2023, "revenue": 1000.0, "tax": 100.0}
    pd.DataFrame({"enterprise_id": firms, "name": firms}).to_csv(folder / "enterprises.csv")
    pd.DataFrame(holds).to_csv(folder / "occupancy.csv", index=False)
    pd.DataFrame(reported).to_csv(folder / "indicators.csv")
    shapes = [shape.buffer(-40) for shape in outlines()]
    buildings = {"building_id": firms, "parcel_id": built, "floor_area_m2": 500.0}
    gpd.GeoDataFrame(buildings, geometry=shapes, crs=GK).to_file(folder / "buildings.gpkg")
    edit(folder, BUILDINGS + TABLES)
    assert_same_in_batches(folder)
