"""KML from the tools that offices use: fields under their own names, none lost in another."""

from __future__ import annotations

import zipfile

import pytest

from geo.errors import SourceError
from geo.project import LayerSource
from geo.sources.vector import read_vector


def placemark(number, data):
    ring = " ".join(f"{x},{y}" for x, y in [(105, 29), (105.1, 29), (105.1, 29.1), (105, 29)])
    return (
        f"<Placemark><name>图斑{number}</name><ExtendedData>{data}</ExtendedData><Polygon>"
        f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark>"
    )


def data(**fields):
    return "".join(f'<Data name="{n}"><value>{v}</value></Data>' for n, v in fields.items())


def document(
    *placemarks, schema="", encoding="UTF-8", head=' xmlns="http://www.opengis.net/kml/2.2"'
):
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><kml{head}><Document>{schema}<Folder>'
        f"<name>宗地</name>{''.join(placemarks)}</Folder></Document></kml>"
    )


def read(file, **more):
    frame, _ = read_vector(file, LayerSource(path=file.name, **more), "parcels")
    return frame


PLAIN = document(
    placemark(1, data(宗地编号="P1", 地类编码="100101", 土地面积="12.5", name="x")),
    placemark(2, data(宗地编号="P2", 地类编码="100102", 土地面积="7")),
)


@pytest.mark.parametrize("suffix", ["kml", "ovkml", "kmz", "gbk.kml", "bare.kml"])
def test_names_survive_and_no_two_fields_fall_into_one(tmp_path, suffix):
    file = tmp_path / f"p.{suffix}"
    if suffix == "kmz":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("doc.kml", PLAIN)
    elif suffix == "gbk.kml":
        file.write_bytes(PLAIN.replace("UTF-8", "GBK").encode("gbk"))
    elif suffix == "bare.kml":
        file.write_text(PLAIN.replace(' xmlns="http://www.opengis.net/kml/2.2"', ""), "utf-8")
    else:
        file.write_text(PLAIN, encoding="utf-8")
    frame = read(file)
    assert frame["宗地编号"].tolist() == ["P1", "P2"]
    assert frame["地类编码"].tolist() == ["100101", "100102"]
    assert frame["土地面积"].tolist() == ["12.5", "7"]
    assert frame["Name"].tolist() == ["图斑1", "图斑2"]
    assert frame["name"].iloc[0] == "x"
    assert not any(set(c) == {"_"} for c in frame)


def test_a_schema_with_chinese_names(tmp_path):
    schema = (
        '<Schema name="s" id="s"><SimpleField type="string" name="宗地编号"/>'
        '<SimpleField type="double" name="土地面积"/></Schema>'
    )
    held = (
        '<SchemaData schemaUrl="#s"><SimpleData name="宗地编号">P1</SimpleData>'
        '<SimpleData name="土地面积">12.5</SimpleData></SchemaData>'
    )
    file = tmp_path / "p.kml"
    file.write_text(document(placemark(1, held), schema=schema), encoding="utf-8")
    assert read(file)[["宗地编号", "土地面积"]].to_numpy().tolist() == [["P1", 12.5]]


def test_a_name_twice_in_one_placemark_keeps_both_values(tmp_path):
    file = tmp_path / "p.kml"
    file.write_text(
        document(placemark(1, data(备注="a") + data(备注="b") + data(Name="c"))), encoding="utf-8"
    )
    frame = read(file)
    assert frame["备注"].tolist() + frame["备注_2"].tolist() == ["a", "b"]
    assert frame["Name"].tolist() + frame["Name_2"].tolist() == ["图斑1", "c"]


@pytest.mark.parametrize("where", ["宗地编号 = 'P2'", "\"宗地编号\" = 'P2' AND 土地面积 = '7'"])
def test_a_condition_on_the_names_of_the_file(tmp_path, where):
    (tmp_path / "p.kml").write_text(PLAIN, encoding="utf-8")
    assert read(tmp_path / "p.kml", where=where)["宗地编号"].tolist() == ["P2"]


def test_entities_that_grow_end_in_a_sentence(tmp_path):
    lines = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
    text = f'<!DOCTYPE kml [<!ENTITY a "lol">{lines}]>'
    body = document(placemark(1, data(宗地编号="&m;"))).replace("<kml", f"{text}<kml", 1)
    (tmp_path / "p.kml").write_text(body, encoding="utf-8")
    with pytest.raises(SourceError):
        read(tmp_path / "p.kml")
