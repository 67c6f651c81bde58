"""Another datum stops the run in every format; a single parcel elsewhere is set aside."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
import shapely

from geo.checks.place import check_positions
from geo.errors import CrsError
from geo.project import read_project
from geo.project_parts import Place
from geo.sources.datum import datum_name, one_datum, published_accuracy, same_datum
from geo.sources.load import load
from tests.builders import square
from tests.saying import spoken
from tests.test_reserved import assessed

PLACE = Place(lon=105.29, lat=29.34, radius_km=30)
TOWGS = (
    "+proj=tmerc +lat_0=0 +lon_0=105 +k=1 +x_0=500000 +y_0=0 +a=6378140 +rf=298.257"
    " +towgs84={} +units=m +no_defs"
)


def on(datum, meridian=105):
    """The 3-degree zone of a meridian on a datum (an EPSG code of its degrees)."""
    conversion = pyproj.crs.coordinate_operation.TransverseMercatorConversion(
        0, meridian, 500_000, 0, 1
    )
    return pyproj.crs.ProjectedCRS(
        conversion, geodetic_crs=pyproj.CRS(datum), name=f"GK {meridian} of {datum}"
    )


def edit(folder, old, new):
    file = folder / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return read_project(folder)


DATUMS = {
    "Xian 1980": 4610,
    "Beijing 1954": 4214,
    "New Beijing": 4555,
    "Tokyo": 4301,
    "North American Datum 1983": 4269,
}


@pytest.mark.parametrize("name", DATUMS)
@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "parquet", "tab"])
def test_another_datum_stops_with_its_name_in_every_format(project, parcels, name, suffix):
    layer = parcels.set_crs(on(DATUMS[name]), allow_override=True)
    crs = ""
    if suffix in ("geojson", "tab"):  # its reference system is the project's word
        layer, crs = layer.to_crs(DATUMS[name]), f'\ncrs = "EPSG:{DATUMS[name]}"'
    file = project / f"p.{suffix}"
    layer.to_parquet(file) if suffix == "parquet" else layer.to_file(file)
    changed = edit(project, 'path = "parcels.gpkg"', f'path = "p.{suffix}"{crs}')
    with pytest.raises(CrsError, match=name) as caught:
        load(changed)
    assert "towgs84" in caught.value.text.zh


def test_another_datum_of_a_raster_stops_too(project):
    with rasterio.open(
        project / "r.tif",
        "w",
        driver="GTiff",
        width=2,
        height=2,
        count=1,
        dtype="float32",
        crs="EPSG:4610",
        transform=rasterio.transform.from_origin(105.2, 29.4, 0.1, 0.1),
    ) as out:
        out.write(np.ones((1, 2, 2), dtype="float32"))
    changed = edit(
        project, "[tables.enterprises]", '[rasters.r]\npath = "r.tif"\n[tables.enterprises]'
    )
    with pytest.raises(CrsError, match=r"`r` is on Xian 1980"):
        load(changed)


def test_local_parameters_are_followed(project, parcels):
    """Seven parameters by PROJ's own Helmert step, backwards: the parcels come back to where."""
    local = pyproj.CRS(TOWGS.format("24,-123,-94,0.1,-0.2,0.3,1.5"))
    steps = (
        "+proj=pipeline +step +inv +proj=tmerc +lon_0=105 +x_0=500000 +ellps=GRS80"
        " +step +proj=cart +ellps=GRS80 +step +inv +proj=helmert +x=24 +y=-123 +z=-94 +rx=0.1"
        " +ry=-0.2 +rz=0.3 +s=1.5 +convention=position_vector"
        " +step +inv +proj=cart +a=6378140 +rf=298.257"
        " +step +proj=tmerc +lon_0=105 +x_0=500000 +a=6378140 +rf=298.257"
    )
    to_local = pyproj.Transformer.from_pipeline(steps)
    there = parcels.set_geometry(
        shapely.transform(
            parcels.geometry.array, lambda c: np.column_stack(to_local.transform(c[:, 0], c[:, 1]))
        )
    )
    assert abs(there.total_bounds - parcels.total_bounds).max() > 20
    plain = there.assign(supplied_on="2023-02-01").set_crs(4544, allow_override=True)
    plain.to_file(project / "parcels.gpkg", layer="parcels")
    layers = load(
        edit(project, 'path = "parcels.gpkg"', f'path = "parcels.gpkg"\ncrs = "{local.srs}"')
    )
    assert layers["parcels"].crs.to_epsg() == 4544
    for back, was in zip(layers["parcels"].geometry, parcels.geometry, strict=True):
        assert shapely.equals_exact(back.normalize(), was.normalize(), 5e-3)
    assert "datum_transformed" in set(layers.findings["code"])


def test_zeros_are_no_parameters(project, parcels):
    edit(
        project,
        'path = "parcels.gpkg"',
        f'path = "parcels.gpkg"\ncrs = "{TOWGS.format("0,0,0,0,0,0,0")}"',
    )
    with pytest.raises(CrsError, match="IAU 1976"):
        load(read_project(project))


def test_wgs84_beside_cgcs2000_is_said(project, parcels):
    parcels.assign(supplied_on="2023-02-01").to_crs(32648).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    layers = load(read_project(project))
    told = layers.findings.set_index("code").loc["like_datum"]
    assert "China 2000" in spoken(told)["message_en"]
    assert told["severity"] == "info"


def test_a_project_all_on_another_datum_is_said(project, parcels, parks):
    for name, layer in (("parcels", parcels.assign(supplied_on="2023-02-01")), ("parks", parks)):
        layer.set_crs(on(4610), allow_override=True).to_file(project / f"{name}.gpkg", layer=name)
    assert "other_datum" in set(load(read_project(project)).findings["code"])


def test_a_local_system_is_refused(project, parcels):
    local = pyproj.CRS('LOCAL_CS["工地",UNIT["metre",1]]')
    parcels.assign(supplied_on="2023-02-01").set_crs(local, allow_override=True).to_parquet(
        project / "p.parquet"
    )
    with pytest.raises(CrsError, match="a local one without a datum"):
        load(edit(project, "parcels.gpkg", "p.parquet"))


BOSTON = (-71.1, 42.3, -71.0, 42.4)
LONDON = (-0.2, 51.4, 0.0, 51.6)
NEIJIANG = (105.0, 29.3, 105.4, 29.6)


@pytest.mark.parametrize(
    ("code", "bounds", "accuracy"),
    [
        (4269, BOSTON, 4.0),
        (4277, LONDON, 2.0),
        (4269, NEIJIANG, None),
        (4610, NEIJIANG, None),
        (4214, NEIJIANG, None),
        (4269, (np.nan,) * 4, None),
    ],
)
def test_what_is_published_where_the_land_lies(code, bounds, accuracy):
    found = published_accuracy(pyproj.CRS(code), pyproj.CRS(4326), np.array(bounds))
    assert found == accuracy


def test_a_layer_is_laid_by_what_is_published_and_said():
    """Parcels in NAD 83 feet under parks in WGS 84: what American offices have."""
    box = shapely.box(-71.1, 42.3, -71.09, 42.31)
    parks = gpd.GeoDataFrame({"park_id": ["A"]}, geometry=[box], crs=4326)
    notes = spoken(one_datum({"parks": parks}, pyproj.CRS(2249)))
    said = notes.set_index("code").loc["like_datum"]
    assert said["severity"] == "warning"
    assert "4 m" in said["message_en"]
    assert "4 米" in said["message_zh"]


@pytest.mark.parametrize(
    ("code", "same"),
    [
        (4490, True),
        (4326, True),
        (32648, True),
        (4979, True),
        (7912, True),
        (4610, False),
        (4214, False),
        ("+proj=tmerc +lon_0=105.5 +ellps=GRS80", True),
        ("+proj=tmerc +lon_0=105.5 +ellps=krass", False),
        ("+proj=longlat +ellps=WGS84", True),
    ],
)
def test_which_datums_are_one(code, same):
    crs = pyproj.CRS(code)
    assert same_datum(crs, pyproj.CRS(4544)) == same
    assert datum_name(crs)


def spoilt(parcels, change):
    shapes = np.asarray(parcels.geometry.array).copy()
    shapes[1] = change(shapes[1])
    return parcels.set_geometry(gpd.GeoSeries(shapes, crs=parcels.crs))


def to_zone(shape, code):
    return gpd.GeoSeries([shape], crs=4544).to_crs(code).iloc[0]


@pytest.mark.parametrize(
    ("change", "code", "cause"),
    [
        (lambda s: to_zone(s, 4543), "elsewhere", "EPSG:4543"),
        (lambda s: to_zone(s, 4545), "elsewhere", "EPSG:4545"),
        (lambda s: to_zone(s, 4523), "elsewhere", "EPSG:4523"),
        (lambda s: shapely.transform(s, lambda c: c[:, ::-1]), "elsewhere", "X ↔ Y"),
        (lambda s: shapely.transform(s, lambda c: c * 0 + [[0, 0]] * 5), "elsewhere", ""),
        (lambda s: to_zone(s, 4490), "elsewhere", "lon, lat"),
        (
            lambda s: shapely.transform(s, lambda c: np.where(c == c.max(), np.inf, c)),
            "broken_coordinates",
            "",
        ),
        (
            lambda s: shapely.transform(s, lambda c: np.where(c == c.min(), np.nan, c)),
            "broken_coordinates",
            "",
        ),
    ],
)
@pytest.mark.parametrize("place", [PLACE, None])
def test_one_parcel_elsewhere_is_set_aside(project, parcels, parks, change, code, cause, place):
    layer = spoilt(parcels, change).assign(source_row=[1, 2, 3, 4])
    found = check_positions(layer, "parcels", place, parks)
    assert found["id"].tolist() == ["B"]
    assert found["code"].tolist() == [code]
    assert found["set_aside"].all()
    assert cause in spoken(found)["message_en"].iloc[0]


def test_parcels_in_their_place_are_not_named(parcels, parks):
    for place in (PLACE, None):
        assert check_positions(parcels, "parcels", place, parks).empty
    assert check_positions(parks, "parks", None).empty
    void = spoilt(parcels, lambda s: shapely.Polygon())
    assert check_positions(void, "parcels", PLACE, parks).empty  # told as without outline


def test_a_parcel_of_another_zone_is_in_no_sum(project, parcels):
    wrong = spoilt(parcels, lambda s: to_zone(s, 4543)).assign(supplied_on="2023-02-01")
    wrong.to_file(project / "parcels.gpkg", layer="parcels")
    result = assessed(project)
    assert result.parcels["parcel_id"].tolist() == ["A", "C", "D"]
    assert result.parks["parcel_mu"].iloc[0] == pytest.approx(45, rel=1e-3)
    told = result.findings.set_index("code").loc["elsewhere"]
    assert (told["id"], told["row"]) == ("B", 2)
    assert "EPSG:4543" in spoken(told)["message_zh"]


def test_a_park_and_a_building_elsewhere_are_named(parcels, parks):
    both = gpd.GeoDataFrame(
        {"building_id": ["1", "2"], "source_row": [1, 2]},
        geometry=[square(0, 0), to_zone(square(0, 0), 4545)],
        crs=4544,
    )
    assert check_positions(both, "buildings", PLACE)["id"].tolist() == ["2"]


BREAKS = {
    "infinite": lambda s: shapely.transform(s, lambda c: np.where(c == c.max(), np.inf, c)),
    "nan": lambda s: shapely.transform(s, lambda c: np.where(c == c.min(), np.nan, c)),
}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("spoilt_layer", ["parcels", "parks", "zones", "buildings"])
def test_broken_coordinates_in_any_layer_cost_only_their_row(
    project, parcels, parks, spoilt_layer, how
):
    second = parks.assign(park_id="Q", geometry=parks.translate(0, 2000))
    layers = {
        "parcels": parcels.assign(supplied_on="2023-02-01"),
        "parks": pd.concat([parks, second], ignore_index=True),
        "zones": parcels.rename(columns={"parcel_id": "zone_id"}).assign(kind="生态保护红线"),
        "buildings": parcels.assign(building_id=list("1234"), storeys=1.0).drop(
            columns="parcel_id"
        ),
    }
    layers[spoilt_layer] = spoilt(layers[spoilt_layer], BREAKS[how])
    more = ""
    for name, layer in layers.items():
        layer.to_parquet(project / f"{name}.parquet")
        if name in ("zones", "buildings"):
            more += f'[layers.{name}]\npath = "{name}.parquet"\n'
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace("parcels.gpkg", "parcels.parquet")
    file.write_text(text.replace("parks.gpkg", "parks.parquet") + more, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # GEOS, while geopandas reads them
        result = assessed(project)
    told = result.findings[result.findings["layer"] == spoilt_layer]
    assert {"broken_coordinates", "elsewhere"} & set(told["code"])
    assert told.loc[told["code"].isin(["broken_coordinates", "elsewhere"]), "row"].tolist() == [2]
    assert len(result.parcels) == (3 if spoilt_layer == "parcels" else 4)
