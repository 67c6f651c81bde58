"""Shapefiles as offices have them: cut headings, stars, wide numbers, missing parts, zips."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from geo.errors import SourceError
from geo.project import LayerSource
from geo.sources.dbf import read_dbf
from geo.sources.vector import read_vector
from tests.builders import square
from tests.lane import examples
from tests.saying import spoken


def read(file, **more):
    return read_vector(file, LayerSource(path=file.name, crs="EPSG:4544", **more), "parcels")


def write_dbf(fields, rows, encoding="utf-8", *, deleted=(), language=0):
    """A table's bytes: fields (name, type, width, decimals), rows of text; names cut to 10."""
    head = [
        name.encode(encoding)[:10].ljust(11, b"\0")
        + kind.encode()
        + bytes(4)
        + bytes([width, decimals])
        + bytes(14)
        for name, kind, width, decimals in fields
    ]
    width = 1 + sum(f[2] for f in fields)
    body = b"".join(
        (b"*" if i in deleted else b" ")
        + b"".join(
            (cell if isinstance(cell, bytes) else cell.encode(encoding))[: f[2]].ljust(f[2])
            for cell, f in zip(row, fields, strict=True)
        )
        for i, row in enumerate(rows)
    )
    start = struct.pack("<B3BIHH", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), width)
    whole = start.ljust(29, b"\0") + bytes([language, 0, 0]) + b"".join(head)
    return whole + b"\r" + body + b"\x1a"


def shapefile(folder, fields, rows, encoding="utf-8", cpg=None, stem="p", **more):
    """Squares with this table; without a .cpg unless it is given."""
    shapes = gpd.GeoDataFrame(
        {"x": ["x"] * len(rows)}, geometry=[square(i, 0) for i in range(len(rows))], crs="EPSG:4544"
    )
    shapes.to_file(folder / f"{stem}.shp")
    (folder / f"{stem}.cpg").unlink()
    if cpg:
        (folder / f"{stem}.cpg").write_text(cpg)
    (folder / f"{stem}.dbf").write_bytes(write_dbf(fields, rows, encoding, **more))
    return folder / f"{stem}.shp"


LONG = [("宗地编号", "C", 20, 0), ("地类编码", "C", 20, 0), ("统一社会信用代码", "C", 20, 0)]


@pytest.mark.parametrize("cpg", ["UTF-8", "utf8", None, "GBK"])
@pytest.mark.parametrize("said", [None, "UTF-8"])
def test_utf8_headings_cut_in_a_character_are_read(tmp_path, cpg, said):
    file = shapefile(tmp_path, LONG, [["P1", "100101", "甲"], ["P2", "100102", "乙"]], cpg=cpg)
    frame, notes = read(file, encoding=said)
    assert list(frame)[:3] == ["宗地编", "地类编", "统一社"]
    assert frame["统一社"].tolist() == ["甲", "乙"]
    cut = notes[notes["code"] == "cut_headings"].iloc[0]
    assert "宗地编、地类编、统一社" in spoken(cut)["message_zh"]


def test_headings_of_another_writer_are_read_where_gdals_are(tmp_path, parcels):
    plain = parcels.assign(宗地=list("甲乙丙丁"), 用地性质="工业")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL says that it cuts a heading
        plain.to_file(tmp_path / "g.shp", encoding="UTF-8")
    frame, _ = read(tmp_path / "g.shp")
    assert frame["宗地"].tolist() == list("甲乙丙丁")
    assert set(frame["用地性"]) == {"工业"}


@pytest.mark.parametrize("length", range(1, 12))
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_heading_of_any_length_is_its_own_beginning(tmp_path, length, encoding):
    heading = "隆昌市内荣农业园宗地编号"[:length]
    file = shapefile(tmp_path, [(heading, "C", 9, 0)], [["甲乙"]], encoding)
    frame, _ = read(file)
    (column,) = [c for c in frame if c not in ("source_row", "geometry")]
    assert heading.startswith(column)
    assert len(column) == min(length, 10 // (3 if encoding == "UTF-8" else 2))
    assert frame[column].tolist() == ["甲乙"]


def test_one_broken_cell_does_not_outweigh_a_cpg_of_utf8(tmp_path):
    rows = [["P1", "玻璃"], ["P2", b"\xff\xfe\xfd\xfc\xfb\xfa"], ["P3", "陶瓷"]]
    file = shapefile(tmp_path, [("id", "C", 9, 0), ("名称", "C", 12, 0)], rows, cpg="UTF-8")
    frame, _ = read(file)
    assert frame["名称"].tolist()[::2] == ["玻璃", "陶瓷"]


def test_headings_that_repeat_once_cut_are_told(tmp_path):
    fields = [("企业名称甲", "C", 9, 0), ("企业名称乙", "C", 9, 0), ("企业名_2", "C", 9, 0)]
    file = shapefile(tmp_path, fields, [["a", "b", "c"]])
    frame, notes = read(file)
    columns = [c for c in frame if c not in ("source_row", "geometry")]
    assert len(set(columns)) == 3
    assert [frame[c].iloc[0] for c in columns] == ["a", "b", "c"]
    told = notes[notes["code"] == "repeated_headings"].iloc[0]
    assert f"企业名 → {columns[1]}" in spoken(told)["message_zh"]


@pytest.mark.parametrize(
    ("text", "cpg", "language"),
    [
        ("Périmètre élargi", "ISO-8859-1", 0),
        ("Größe", "1252", 0),
        ("Périmètre", None, 0x57),
        ("工業區", "BIG5", 0),
    ],
)
def test_other_encodings_are_read_as_declared(tmp_path, text, cpg, language):
    codec = "big5" if cpg == "BIG5" else "latin-1"
    file = shapefile(
        tmp_path,
        [("id", "C", 9, 0), ("name", "C", 30, 0)],
        [["P1", text]],
        codec,
        cpg=cpg,
        language=language,
    )
    assert read(file)[0]["name"].tolist() == [text]


def test_stars_are_a_finding_with_row_and_column(tmp_path):
    fields = [("id", "C", 9, 0), ("面积", "N", 8, 2), ("code", "N", 5, 0)]
    rows = [["P1", "   12.50", "00012"], ["P2", "********", "    7"], ["P3", "", "*****"]]
    frame, notes = read(shapefile(tmp_path, fields, rows))
    assert frame["面积"].isna().tolist() == [False, True, True]
    assert frame["面积"].iloc[0] == 12.5
    stars = notes[notes["code"] == "number_overflow"]
    assert sorted(
        zip(stars["row"], spoken(stars)["message_en"].str.extract("`(.+)`")[0], strict=True)
    ) == [
        (2, "面积"),
        (3, "code"),
    ]
    assert set(stars["severity"]) == {"error"}
    assert not stars["set_aside"].any()


def test_what_is_no_number_or_date_is_a_finding(tmp_path):
    fields = [("id", "C", 9, 0), ("v", "N", 8, 2), ("d", "D", 8, 0), ("l", "L", 1, 0)]
    rows = [
        ["P1", "1,5", "20230230", "T"],
        ["P2", "nan", "00000000", "?"],
        ["P3", "-2.5e1", "20230228", "x"],
    ]
    frame, notes = read(shapefile(tmp_path, fields, rows))
    assert frame["v"].tolist()[2] == -25
    assert frame["v"].isna().tolist() == [True, True, False]
    assert frame["d"].iloc[2] == pd.Timestamp("2023-02-28")
    assert frame["l"].iloc[0]
    told = notes[notes["code"] == "not_in_field"]
    assert sorted(told["row"]) == [1, 1, 2, 3]


@given(st.lists(st.integers(-(10**18) + 1, 10**19 - 1), min_size=1, max_size=6))
@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whole_numbers_keep_every_digit(tmp_path, numbers):
    file = tmp_path / "t.dbf"
    file.write_bytes(write_dbf([("n", "N", 19, 0)], [[str(n).rjust(19)] for n in numbers]))
    frame, notes = read_dbf(file, None, "parcels")
    assert [int(v) for v in frame["n"]] == numbers
    assert notes.empty


def test_gdals_own_wide_numbers_keep_every_digit(tmp_path, parcels):
    wide = parcels.assign(
        code=pd.array([5110830010020001234, 5110830010020001235, None, 7], dtype="Int64")
    )
    wide.to_file(tmp_path / "p.shp")
    frame, _ = read(tmp_path / "p.shp")
    assert frame["code"].tolist()[:2] == ["5110830010020001234", "5110830010020001235"]
    assert pd.isna(frame["code"].iloc[2])


def test_deleted_records_are_left_out_and_told(tmp_path):
    file = shapefile(tmp_path, [("id", "C", 9, 0)], [["P1"], ["P2"], ["P3"]], deleted=(1,))
    frame, notes = read(file)
    assert frame["id"].tolist() == ["P1", "P3"]
    assert [g.equals(square(i, 0)) for g, i in zip(frame.geometry, (0, 2), strict=True)] == [
        True,
        True,
    ]
    assert "1 record" in spoken(notes).set_index("code").loc["deleted_records", "message_en"]


def test_a_condition_sees_the_headings(tmp_path):
    rows = [["P1", "工业"], ["P2", "居住"]]
    file = shapefile(tmp_path, [("id", "C", 9, 0), ("用途", "C", 9, 0)], rows)
    frame, _ = read(file, where="\"用途\" = '居住'")
    assert frame["id"].tolist() == ["P2"]
    assert frame.geometry.iloc[0].equals(square(1, 0))


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path, parcels, suffix):
    parcels.to_file(tmp_path / "宗地.shp")
    (tmp_path / f"宗地{suffix}").unlink()
    with pytest.raises(SourceError, match=f"宗地{suffix} is missing"):
        read(tmp_path / "宗地.shp")


def test_upper_case_suffixes(tmp_path, parcels):
    parcels.to_file(tmp_path / "P.shp")
    for file in list(tmp_path.iterdir()):
        file.rename(file.with_suffix(file.suffix.upper()))
    frame, _ = read(tmp_path / "P.SHP")
    assert frame["parcel_id"].tolist() == list("ABCD")


def spoiled(file, change):
    raw = bytearray(file.read_bytes())
    change(raw)
    file.write_bytes(raw)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.__setitem__(slice(10, 12), b"\0\0"),  # records of no width
        lambda raw: raw.__setitem__(slice(8, 10), b"\0\0"),  # no header
        lambda raw: raw.__setitem__(
            slice(4, 8), b"\xff\xff\xff\x00"
        ),  # more records than there are
        lambda raw: raw.__delitem__(slice(20, None)),
        lambda raw: raw.__delitem__(slice(len(raw) - 60, None)),
        lambda raw: raw.__setitem__(48, 255),
    ],
)  # a column wider than its record
def test_a_damaged_table_is_one_sentence(tmp_path, parcels, change):
    parcels.to_file(tmp_path / "p.shp")
    spoiled(tmp_path / "p.dbf", change)
    with pytest.raises(SourceError, match=r"p\.dbf: .*[Ee]xport it again"):
        read(tmp_path / "p.shp")


def test_parts_of_two_exports_are_told(tmp_path, parcels):
    parcels.to_file(tmp_path / "p.shp")
    parcels.iloc[:2].to_file(tmp_path / "q.shp")
    (tmp_path / "q.dbf").rename(tmp_path / "p.dbf")
    with pytest.raises(SourceError, match="do not belong together"):
        read(tmp_path / "p.shp")


@given(st.data())
@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_shapefile_is_read_or_told(tmp_path, data):
    file = shapefile(tmp_path, LONG, [["P1", "100101", "甲"], ["P2", "100102", "乙"]])
    part = tmp_path / data.draw(st.sampled_from(["p.shp", "p.shx", "p.dbf", "p.prj"]))
    raw = bytearray(part.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    part.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        frame, _ = read(file)
    except SourceError as error:
        assert error.text.zh != error.text.en  # noqa: PT017 -- it may also be read
    else:
        assert len(frame) <= 2


def zipped(folder, members, name="宗地.zip", raw_names=None):
    """An archive of these files under these paths; `raw_names` encodes them as old tools do."""
    out = folder / name
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    if raw_names:
        packed = out.read_bytes()
        for path in members:
            packed = packed.replace(path.encode(), raw_names[path])
        out.write_bytes(packed)
    return out


def parts(folder, stem, encoding="GBK", under=""):
    rows = [["P1", "玻璃"], ["P2", "陶瓷"]]
    scratch = folder / f"scratch-{stem}"
    scratch.mkdir()
    shapefile(scratch, [("宗地编号", "C", 9, 0), ("名称", "C", 9, 0)], rows, encoding, stem=stem)
    return {f"{under}{f.name}": f.read_bytes() for f in sorted(scratch.iterdir())}


@pytest.mark.parametrize("under", ["", "数据/2023/"])
@pytest.mark.parametrize("junk", [False, True])
def test_a_zipped_shapefile_reads_as_unzipped(tmp_path, under, junk):
    members = parts(tmp_path, "宗地", under=under)
    if junk:
        members |= {
            f"__MACOSX/{under}._宗地.shp": b"x",
            f"{under}.DS_Store": b"x",
            f"{under}说明.txt": b"x",
        }
    frame, _ = read(zipped(tmp_path, members))
    assert frame["宗地编号"].tolist() == ["P1", "P2"]
    assert frame["名称"].tolist() == ["玻璃", "陶瓷"]


def test_names_in_a_zip_of_chinese_windows(tmp_path):
    members = parts(tmp_path, "AAAA") | parts(tmp_path, "BBBB")
    first, second = "宗地".encode("gbk"), "园区".encode("gbk")
    old = {p: p.encode().replace(b"AAAA", first).replace(b"BBBB", second) for p in members}
    file = zipped(tmp_path, members, raw_names=old)
    with pytest.raises(SourceError, match=r"contains 2 layers .*园区, 宗地"):
        read(file)
    assert len(read(file, layer="宗地")[0]) == 2


def test_layers_of_one_name_in_two_folders_are_told_apart(tmp_path):
    members = parts(tmp_path, "a", under="2022/")
    members |= {p.replace("2022", "2023"): c for p, c in members.items()}
    file = zipped(tmp_path, members)
    with pytest.raises(SourceError, match=r"2022/a\.shp, 2023/a\.shp"):
        read(file)
    assert len(read(file, layer="2023/a.shp")[0]) == 2


def test_a_zipped_geopackage_and_geodatabase(tmp_path, parcels):
    parcels.to_file(tmp_path / "p.gpkg", layer="宗地")
    pyogrio.write_dataframe(parcels, tmp_path / "q.gdb", driver="OpenFileGDB", layer="dk")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "p.gpkg", "包/p.gpkg")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for file in (tmp_path / "q.gdb").iterdir():
            archive.write(file, f"包/q.gdb/{file.name}")
    assert read(tmp_path / "a.zip", layer="宗地")[0]["parcel_id"].tolist() == list("ABCD")
    assert read(tmp_path / "b.zip", layer="dk")[0]["parcel_id"].tolist() == list("ABCD")


def test_archives_that_cannot_be_read_are_one_sentence(tmp_path):
    (tmp_path / "t.zip").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(SourceError, match="archive is damaged"):
        read(tmp_path / "t.zip")
    with pytest.raises(SourceError, match="no readable layer"):
        read(zipped(tmp_path, {"说明.docx": b"x", "a.zip": b"y"}))
    members = parts(tmp_path, "c")
    with pytest.raises(SourceError, match=r"c\.dbf is missing"):
        read(zipped(tmp_path, {p: c for p, c in members.items() if not p.endswith("dbf")}))
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("../../escaped.geojson", '{"type":"FeatureCollection","features":[]}')
    (tmp_path / "e.zip").write_bytes(inside.getvalue())
    with pytest.raises(SourceError, match="leads out of it"):
        read(tmp_path / "e.zip")
    assert not list(tmp_path.parent.glob("escaped*"))


def test_a_table_alone(tmp_path):
    file = tmp_path / "t.DBF"
    file.write_bytes(
        write_dbf(
            [("企业名称", "C", 12, 0), ("税收", "N", 9, 1)], [["川玻", "12.5"], ["", ""]], "gbk"
        )
    )
    frame, _ = read_dbf(file, None, "enterprises")
    assert frame["企业名称"].tolist()[0] == "川玻"
    assert frame.isna().to_numpy().tolist() == [[False, False, False], [True, True, False]]
    assert frame["source_row"].tolist() == [1, 2]


def test_outlines_without_shape_stay_rows(tmp_path):
    layer = gpd.GeoDataFrame({"id": ["P1", "P2"]}, geometry=[square(0, 0), None], crs="EPSG:4544")
    layer.to_file(tmp_path / "p.shp")
    frame, _ = read(tmp_path / "p.shp")
    assert frame["id"].tolist() == ["P1", "P2"]
    assert shapely.is_missing(frame.geometry.to_numpy()).tolist() == [False, True]
