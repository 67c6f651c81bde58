"""Members of archives as tables and layers: names in GBK, folders, archives that mean harm."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import SourceError
from geo.project import LayerSource, TableSource, read_project
from geo.publish.guard import inputs
from geo.sources import zipped
from geo.sources.combine import Rows
from geo.sources.digest import sha256
from geo.sources.read import read_rows
from geo.sources.source import Spec
from tests.builders import GK, square

TABLE = pd.DataFrame({"统一社会信用代码": ["E1", "E2"], "年份": 2023, "营业收入": [1.5, 2.5]})


def read(folder: Path, name: str, source: Spec) -> Rows:
    (folder / "mujun.toml").write_text(
        '[project]\nyear = 2023\n[layers.parcels]\npath = "p.gpkg"\n', encoding="utf-8"
    )
    return read_rows(read_project(folder), name, source)


class GbkName(zipfile.ZipInfo):
    """A member named as Chinese Windows names it: GBK bytes, without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 -- zipfile's own
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def gbk(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(GbkName(name), content)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """An archive of a ledger and a shapefile in folders."""
    book = tmp_path / "book.xlsx"
    TABLE.to_excel(book, index=False)
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["A", "B"]}, geometry=[square(i, 0) for i in range(2)], crs=GK
    )
    parcels.to_file(shapes / "宗地.shp", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        gbk(archive, "企业/2023年台账.xlsx", book.read_bytes())
        for file in sorted(shapes.iterdir()):
            gbk(archive, f"图形/{file.name}", file.read_bytes())
        archive.writestr("__MACOSX/._x.csv", b"x")
    book.unlink()
    return tmp_path


def test_a_table_in_a_folder_of_an_archive(sent: Path) -> None:
    rows = read(sent, "indicators", TableSource(path="报送.zip/企业/2023年台账.xlsx"))
    assert rows.frame["revenue"].tolist() == [1.5, 2.5]
    assert rows.files == {"报送.zip": sha256(sent / "报送.zip")}
    assert rows.places.files == ("报送.zip/企业/2023年台账.xlsx",)


def test_the_one_table_of_an_archive_and_the_year_in_its_name(sent: Path) -> None:
    only = read(sent, "indicators", TableSource(path="报送.zip"))
    assert only.frame["revenue"].tolist() == [1.5, 2.5]
    assert only.files == {"报送.zip": sha256(sent / "报送.zip")}
    source = TableSource(path="报送.zip/企业/*.xlsx", drop=["年份"], year_from="file")
    assert read(sent, "indicators", source).frame["year"].tolist() == [2023, 2023]


def test_a_shapefile_in_an_archive_with_what_goes_with_it(sent: Path) -> None:
    rows = read(sent, "parcels", LayerSource(path="报送.zip/图形/宗地.shp"))
    assert rows.frame["parcel_id"].tolist() == ["A", "B"]
    assert rows.frame.crs == GK
    assert rows.frame.area.round(3).tolist() == [10000.0, 10000.0]
    attributes = read(sent, "parcels", LayerSource(path="报送.zip"))
    assert attributes.frame["parcel_id"].tolist() == ["A", "B"]


def test_an_archive_is_an_input_under_its_name(sent: Path) -> None:
    (sent / "mujun.toml").write_text(
        "[project]\nyear = 2023\n[layers.parcels]\npath = '报送.zip\\图形\\宗地.shp'\n"
        '[tables.indicators]\npath = "报送.zip/企业/*.xlsx"\n',
        encoding="utf-8",
    )
    assert set(inputs(read_project(sent))) == {"mujun.toml", "报送.zip"}


def test_a_town_an_archive(tmp_path: Path) -> None:
    for town, first in (("镇2", "E1"), ("镇10", "E9")):
        frame = TABLE.assign(统一社会信用代码=[first, first + "b"])
        with zipfile.ZipFile(tmp_path / f"{town}.zip", "w") as archive:
            archive.writestr("台账.csv", frame.to_csv(index=False))
    rows = read(tmp_path, "indicators", TableSource(path="镇*.zip/台账.csv"))
    assert rows.frame["enterprise_id"].tolist() == ["E1", "E1b", "E9", "E9b"]
    assert set(rows.files) == {"镇2.zip", "镇10.zip"}


def test_members_that_are_not_there_or_several(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b/x.csv", TABLE.to_csv(index=False))
        archive.writestr("b/y.csv", TABLE.to_csv(index=False))
    with pytest.raises(SourceError, match=r'no "b/z\.csv"\. It holds: b/x\.csv, b/y\.csv'):
        read(tmp_path, "indicators", TableSource(path="a.zip/b/z.csv"))
    with pytest.raises(SourceError, match=r'path = "a\.zip/b/x\.csv"'):
        read(tmp_path, "indicators", TableSource(path="a.zip"))
    with pytest.raises(SourceError, match=r"missing\.zip"):
        read(tmp_path, "indicators", TableSource(path="missing.zip/b/x.csv"))


@pytest.mark.parametrize(
    "name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "C:/x.csv", "..\\x.csv"]
)
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, TABLE.to_csv(index=False))
        archive.writestr("ok.csv", TABLE.to_csv(index=False))
    with pytest.raises(SourceError, match="leads out"):
        read(tmp_path, "indicators", TableSource(path="a.zip/ok.csv"))
    assert not (tmp_path.parent / "x.csv").exists()


def test_what_unpacks_to_far_more_than_it_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped, "_BOMB_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", "a" * (8 << 20))
    with pytest.raises(SourceError, match="too large"):
        read(tmp_path, "indicators", TableSource(path="a.zip/x.csv"))


def test_a_folder_that_ends_as_an_archive_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.zip").mkdir()
    TABLE.to_csv(tmp_path / "x.zip/t.csv", index=False)
    rows = read(tmp_path, "indicators", TableSource(path="x.zip/t.csv"))
    assert rows.frame["revenue"].tolist() == [1.5, 2.5]
