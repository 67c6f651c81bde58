"""Outlines as offices send them: folders of a KML, placemarks called by their codes, swapped degrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

from geo.cli import app
from geo.intake.crs import Ground, judge_crs
from tests.builders import GK, square
from tests.intake_corpus.world import cadastral_code

PLOTS = [cadastral_code(k) for k in range(1, 5)]
SHAPES = gpd.GeoSeries([square(k, 0) for k in range(4)], crs=GK).to_crs("EPSG:4326")


def begun(folder: Path) -> dict[str, Any]:
    """What `init --yes` says of an office's folder."""
    words = ["init", str(folder.parent / "项目"), "--from", str(folder), "--yes", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (done.output, done.exception)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def placemark(code: str, outline: shapely.Polygon) -> str:
    ring = " ".join(f"{x},{y},0" for x, y in outline.exterior.coords)
    return (
        f"<Placemark><name>{code}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def folder_of(name: str, *held: str) -> str:
    return f"<Folder><name>{name}</name>{''.join(held)}</Folder>"


def test_every_folder_of_a_kml_is_read(tmp_path: Path) -> None:
    """西片区 holds nothing but the folder 二期; its emptiness hid the two parcels of that."""
    marks = [placemark(*pair) for pair in zip(PLOTS, SHAPES, strict=True)]
    held = folder_of("东片区", *marks[:2]) + folder_of("西片区", folder_of("二期", *marks[2:]))
    (tmp_path / "资料").mkdir()
    (tmp_path / "资料/宗地.kml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{held}</Document></kml>",
        encoding="utf-8",
    )
    said = begun(tmp_path / "资料")
    parcels = [one for one in said["files"] if one["role"] == "parcels"]
    assert {one["part"] for one in parcels} == {"东片区", "二期"}
    ids = [c["heading"] for one in parcels for c in one["columns"] if c["column"] == "parcel_id"]
    assert ids == ["Name", "Name"]
    assert not any("损坏" in one["why"] for one in said["not_read"])


def test_degrees_with_the_latitude_first_are_called_so(tmp_path: Path) -> None:
    """Another layer's swapped degrees stop no reading, and are told by what they are."""
    (tmp_path / "资料").mkdir()
    park = {"园区编号": ["P1"], "园区名称": ["甲园区"]}
    gpd.GeoDataFrame(park, geometry=[square(0, 0, 500.0)], crs=GK).to_file(
        tmp_path / "资料/园区.gpkg"
    )
    outlines = [
        {
            "type": "Feature",
            "properties": {"宗地代码": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[(y, x) for x, y in outline.exterior.coords]],
            },
        }
        for code, outline in zip(PLOTS, SHAPES, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": outlines}, ensure_ascii=False)
    (tmp_path / "资料/宗地.geojson").write_text(text, encoding="utf-8")
    parcels = next(one for one in begun(tmp_path / "资料")["files"] if one["role"] == "parcels")
    assert any("经纬度写反" in why for why in parcels["crs_reasons"])


@pytest.mark.parametrize("bounds", [(29.31, 105.21, 29.33, 105.23), (52.0, 123.0, 52.1, 123.1)])
def test_swapped_degrees_of_china(bounds: tuple[float, float, float, float]) -> None:
    ground = Ground({"园区": (105.2, 29.3, 105.3, 29.4)}, (), None)
    found = judge_crs("宗地", bounds, None, ground)
    assert found.crs is None
    assert "latitude first" in found.warnings[0]("en")


def test_a_swapped_plane_is_called_so() -> None:
    ground = Ground({"园区": (105.2, 29.3, 105.3, 29.4)}, (), None)
    found = judge_crs("宗地", (3_246_000.0, 528_000.0, 3_246_400.0, 528_400.0), None, ground)
    assert found.crs is None
    assert "northing comes first" in found.warnings[0]("en")
