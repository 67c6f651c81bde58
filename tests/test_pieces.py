"""Tables a piece after the other: those of a large run make the files that those of a small one do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely

from geo.errors import OutputError
from geo.publish.gis.survey_txt import write_survey
from geo.publish.gis.vectors import write_flatgeobuf
from geo.run import Run
from geo.run.files import table_file, write_table
from geo.run.pieces import pieces_of_files, pieces_of_frame
from geo.sources.digest import sha256


def in_two(outputs: Path, *names: str, **changed: gpd.GeoDataFrame) -> Run:
    """The results with these tables as folders of two files; `changed` tables instead of theirs."""
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    for name in names:
        file = table_file(outputs, name)
        table = changed[name] if name in changed else gpd.read_parquet(file)
        file.unlink()
        del record["outputs"][f"tables/{name}.parquet"]
        for part, rows in enumerate((table.iloc[:1], table.iloc[1:])):
            one = table_file(outputs, name, f"part-{part:05d}")
            write_table(rows.reset_index(drop=True), one)
            record["outputs"][one.relative_to(outputs).as_posix()] = sha256(one)
    (outputs / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return Run.load(outputs)


def test_files_of_parts_and_of_one_piece_are_alike(run_project: Path, tmp_path: Path) -> None:
    outputs = run_project / "outputs"
    both = {"one": Run.load(outputs)}
    for name, run in both.items():
        write_flatgeobuf(run, tmp_path / name)
        write_survey(run, tmp_path / f"{name}.txt")
    both["two"] = in_two(outputs, "parcels")
    write_flatgeobuf(both["two"], tmp_path / "two")
    write_survey(both["two"], tmp_path / "two.txt")
    assert (tmp_path / "one.txt").read_bytes() == (tmp_path / "two.txt").read_bytes()
    one, two = (
        gpd.read_file(tmp_path / name / "parcels.fgb").sort_values("parcel_id", ignore_index=True)
        for name in both
    )
    assert len(one) == 4
    assert set(one.geom_type) == {"MultiPolygon"}
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))
    pd.testing.assert_series_equal(
        one["area_mu"], both["two"].parcels.sort_values("parcel_id", ignore_index=True)["area_mu"]
    )


@pytest.mark.parametrize("outline", [None, shapely.Polygon()])
def test_a_row_without_an_outline_is_kept_in_a_layer_without_an_index(
    run_project: Path, tmp_path: Path, outline: shapely.Polygon | None
) -> None:
    parcels = Run.load(run_project / "outputs").parcels.copy()
    parcels.loc[2, "geometry"] = outline
    write_flatgeobuf(in_two(run_project / "outputs", "parcels", parcels=parcels), tmp_path / "out")
    back = gpd.read_file(tmp_path / "out/parcels.fgb")
    assert sorted(back["parcel_id"]) == list("ABCD")
    assert back["geometry"].isna().sum() + back["geometry"].is_empty.sum() == 1
    indexed = {
        name: pyogrio.read_info(tmp_path / f"out/{name}.fgb")["capabilities"]["fast_spatial_filter"]
        for name in ("parcels", "parks")
    }
    assert indexed == {"parcels": False, "parks": True}


def test_a_file_that_was_changed_is_not_read(run_project: Path, tmp_path: Path) -> None:
    outputs = run_project / "outputs"
    run = in_two(outputs, "parcels")
    pieces = run.pieces("parcels")
    later = table_file(outputs, "parcels", "part-00001")
    shutil.copyfile(table_file(outputs, "parcels", "part-00000"), later)
    with pytest.raises(OutputError):
        list(pieces.tables())
    later.write_bytes(b"PAR1")
    with pytest.raises(OutputError):
        run.pieces("parcels")


def test_types_of_all_parts_are_one(tmp_path: Path) -> None:
    """Whole numbers beside halves, nothing beside text, words by number, a column that is missing."""
    frames = [
        pd.DataFrame(
            {"n": [1, 2], "t": [None, None], "w": pd.Categorical(["a", "b"]), "x": [1, 2]}
        ),
        pd.DataFrame({"n": [0.5], "t": ["c"], "w": ["d"], "x": ["e"], "more": [True]}),
    ]
    files = [tmp_path / f"{at}.parquet" for at in range(len(frames))]
    for frame, file in zip(frames, files, strict=True):
        write_table(frame, file)
    pieces = pieces_of_files(files, lambda file, read: read(file))
    assert pieces.rows == 3
    assert pieces.crs is None
    whole = pa.concat_tables(pieces.tables())
    assert whole.to_pydict() == {
        "n": [1.0, 2.0, 0.5],
        "t": [None, None, "c"],
        "w": ["a", "b", "d"],
        "x": ["1", "2", "e"],
        "more": [None, None, True],
    }
    assert pa.concat_tables(pieces.tables(["w"])).to_pydict() == {"w": ["a", "b", "d"]}


def test_a_frame_is_one_piece(parcels: gpd.GeoDataFrame) -> None:
    pieces = pieces_of_frame(parcels)
    (back,) = pieces.frames()
    assert back.crs == parcels.crs
    assert back.geometry.geom_equals(parcels.geometry).all()
    assert back["parcel_id"].tolist() == list("ABCD")
