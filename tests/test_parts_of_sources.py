"""Several files for one layer: appended, joined, sent twice, summed up; answers worked by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import assess, load, read_project
from geo.assess import examine
from geo.assess.rows import in_sheets, rows_by_file
from geo.errors import MujunError, ProjectError, SourceError
from geo.findings import in_language
from geo.project import Project, TableSource
from geo.publish.guard import changed_inputs
from geo.publish.outputs import with_inputs
from geo.sources.batches import streamed
from geo.sources.load import Layers
from geo.sources.locate import natural
from geo.sources.read import finished, read_rows
from tests.builders import GK, edit_project, square
from tests.lane import examples

HEAD = """
[project]
year = 2023
place = { lon = 105.29, lat = 29.34, radius_km = 30 }
"""
PARCELS = '[layers.parcels]\npath = "parcels.gpkg"\n'


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of four hectare squares of one park, as bytes: written once."""
    file = tmp_path_factory.mktemp("land") / "parcels.gpkg"
    frame = gpd.GeoDataFrame(
        {"parcel_id": list("ABCD"), "park_id": "P"},
        geometry=[square(i, 0) for i in range(4)],
        crs=GK,
    )
    frame.to_file(file, layer="parcels")
    return file.read_bytes()


def written(folder: Path, land: bytes, text: str, **files: pd.DataFrame) -> Path:
    """A project of these tables (`a_csv` is a.csv, in the folder t), and its land."""
    (folder / "t").mkdir(parents=True, exist_ok=True)
    (folder / "parcels.gpkg").write_bytes(land)
    for name, frame in files.items():
        frame.to_csv(folder / "t" / name.replace("_csv", ".csv"), index=False)
    parcels = "" if "[layers.parcels]" in text or "[[layers.parcels" in text else PARCELS
    (folder / "mujun.toml").write_text(HEAD + parcels + text, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Layers:
    return load(read_project(folder))


def messages_of(layers: Layers, code: str, lang: str = "en") -> list[str]:
    """The sentences of a code, as a user reads them."""
    found = in_sheets(layers.findings, layers.places)
    return in_language(found[found["code"] == code], lang)["message"].tolist()


def figures(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def by_id(layers: Layers, column: str, table: str = "indicators") -> dict[str, float]:
    frame = layers[table]
    return dict(zip(frame["enterprise_id"], frame[column], strict=True))


A = figures(enterprise_id=["E1", "E2"], year=2023, revenue=[100.0, 200.0])
B = figures(enterprise_id=["E3"], year=2023, revenue=[5_000_000.0])


def test_files_of_a_pattern_are_one_table_each_in_natural_order(
    tmp_path: Path, land: bytes
) -> None:
    text = '[tables.indicators]\npath = "t/镇*.csv"\n'
    folder = written(tmp_path, land, text)
    for name, frame in (("镇10", B), ("镇2", A)):
        frame.to_csv(folder / "t" / f"{name}.csv", index=False)
    (folder / "t" / "~$镇2.csv").write_text("x", encoding="utf-8")
    layers = loaded(folder)
    assert layers["indicators"]["enterprise_id"].tolist() == ["E1", "E2", "E3"]
    assert layers["indicators"]["revenue"].sum() == 5_000_300.0
    assert set(layers.files) == {"parcels.gpkg", "t/镇2.csv", "t/镇10.csv"}
    assert layers.by_file["indicators"] == {"t/镇2.csv": 2, "t/镇10.csv": 1}
    assert messages_of(layers, "files_read") == [
        "2 files are read as one table; rows: t/镇2.csv 2, t/镇10.csv 1"
    ]

    written(tmp_path, land, '[tables.indicators]\npath = "t/*镇*.csv"\n')
    assert messages_of(loaded(tmp_path), "lock_files") == [
        "left out, as lock files of files that are open: t/~$镇2.csv"
    ]


def test_natural_order() -> None:
    assert natural(["b1", "a10", "a9", "A1"]) == ["A1", "a9", "a10", "b1"]


def test_a_pattern_that_fits_nothing_stops_with_what_is_there(tmp_path: Path, land: bytes) -> None:
    folder = written(tmp_path, land, '[tables.indicators]\npath = "t/*.xlsx"\n', a_csv=A)
    with pytest.raises(SourceError, match=r'fits "t/\*\.xlsx".*: a\.csv'):
        loaded(folder)


def test_one_town_in_yuan_is_a_part_with_its_own_unit(tmp_path: Path, land: bytes) -> None:
    text = """
[[tables.indicators.parts]]
path = "t/a.csv"
[[tables.indicators.parts]]
path = "t/b.csv"
fields = { revenue = { column = "revenue", unit = "元" } }
"""
    layers = loaded(written(tmp_path, land, text, a_csv=A, b_csv=B))
    assert by_id(layers, "revenue") == {"E1": 100.0, "E2": 200.0, "E3": 500.0}


def test_a_finding_names_the_file_and_its_own_row(tmp_path: Path, land: bytes) -> None:
    odd = figures(enterprise_id=["E3", "E4"], year=2023, revenue=["7", "约80"])
    folder = written(
        tmp_path, land, '[tables.indicators]\npath = ["t/a.csv", "t/b.csv"]\n', a_csv=A, b_csv=odd
    )
    layers = loaded(folder)
    found = in_sheets(layers.findings, layers.places)
    hit = found[found["severity"] == "error"]
    assert hit["row"].tolist() == [3]
    message = in_language(hit, "en")["message"].iloc[0]
    assert message.startswith("t/b.csv: ")
    assert "约80" in message


TAX = figures(统一社会信用代码=["E1", "E2", "E3"], 年份=2023, 入库税额=[10_000, 25_000, 30_000])
REVENUE = figures(enterprise_id=["E2", "E1", "E4"], year=2023, revenue=[200.0, 100.0, 400.0])
JOIN = """
[tables.indicators]
combine = "join"
[[tables.indicators.parts]]
path = "t/tax.csv"
fields = { tax = { column = "入库税额", unit = "元" } }
[[tables.indicators.parts]]
path = "t/revenue.csv"
"""


def test_tax_from_one_department_and_revenue_from_another(tmp_path: Path, land: bytes) -> None:
    layers = loaded(written(tmp_path, land, JOIN, tax_csv=TAX, revenue_csv=REVENUE))
    frame = layers["indicators"].set_index("enterprise_id").sort_index()
    assert frame.index.tolist() == ["E1", "E2", "E3", "E4"]
    assert frame["tax"].fillna(-1).tolist() == [1.0, 2.5, 3.0, -1]
    assert frame["revenue"].fillna(-1).tolist() == [100.0, 200.0, -1, 400.0]
    (note,) = messages_of(layers, "parts_joined")
    assert note.startswith("tax.csv, revenue.csv joined by their key: 4 rows, 2 of them in more")
    assert note.endswith("; 1 only in tax.csv; 1 only in revenue.csv")
    assert layers.rows["indicators"]["read"] == 4


def test_joined_files_that_contradict_each_other_give_neither(tmp_path: Path, land: bytes) -> None:
    revenue = REVENUE.assign(tax=[2.5, 9.0, 4.0])
    layers = loaded(written(tmp_path, land, JOIN, tax_csv=TAX, revenue_csv=revenue))
    taxes = by_id(layers, "tax")
    assert pd.isna(taxes.pop("E1"))
    assert taxes == {"E2": 2.5, "E3": 3.0, "E4": 4.0}
    differ = layers.findings[layers.findings["code"] == "parts_differ"]
    assert differ[["severity", "id", "row"]].to_numpy().tolist() == [["error", "E1", 2]]
    assert messages_of(layers, "parts_differ") == [
        "t/tax.csv: the files give different values of Tax (tax.csv 1, revenue.csv 9); none is used"
    ]


def test_a_column_of_the_office_in_both_files_is_kept_twice(tmp_path: Path, land: bytes) -> None:
    tax, revenue = TAX.assign(序号=[1, 2, 3]), REVENUE.assign(序号=[7, 8, 9])
    frame = loaded(written(tmp_path, land, JOIN, tax_csv=tax, revenue_csv=revenue))["indicators"]
    one = frame.set_index("enterprise_id").loc["E2"]
    assert [int(one["序号"]), int(one["序号_2"])] == [2, 7]


def test_a_check_says_how_many_rows_of_each_file_are_used(tmp_path: Path, land: bytes) -> None:
    other = figures(enterprise_id=["E9", "E2"], year=2023, revenue=[1.0, 999.0])
    text = '[tables.indicators]\npath = ["t/a.csv", "t/b.csv"]\n'
    folder = written(tmp_path, land, text, a_csv=A, b_csv=other)
    layers = loaded(folder)
    usable, _ = examine(layers, read_project(folder).settings)
    assert rows_by_file(layers, usable).to_numpy().tolist() == [
        ["parcels", "parcels.gpkg", 4, 4],
        ["indicators", "t/a.csv", 2, 1],
        ["indicators", "t/b.csv", 2, 1],
    ]


def test_any_layer_of_a_map_is_a_table(tmp_path: Path, land: bytes) -> None:
    folder = written(tmp_path, land, "")
    points = gpd.GeoDataFrame(A, geometry=[square(i, 0).centroid for i in range(2)], crs=GK)
    kinds = {"a.geojson": "GeoJSON", "a.gpkg": "GPKG", "a.fgb": "FlatGeobuf", "a.kml": "KML"}
    for name, driver in kinds.items():
        points.to_crs(4326).to_file(folder / name, driver=driver)
        written(tmp_path, land, f'[tables.indicators]\npath = "{name}"\n')
        assert by_id(loaded(folder), "revenue") == {"E1": 100.0, "E2": 200.0}, name


def test_files_that_came_to_a_pattern_or_left_it_are_told(tmp_path: Path, land: bytes) -> None:
    text = '[tables.indicators]\npath = "t/*.csv"\n'
    folder = written(tmp_path, land, text, a_csv=A, b_csv=B)
    project = read_project(folder)
    run = with_inputs(assess(load(project), project.settings, []), project)
    assert changed_inputs(project, run) == []
    (folder / "t/a.csv").rename(folder / "t/c.csv")
    assert changed_inputs(project, run) == ["t/a.csv", "t/c.csv"]


def test_a_table_without_a_key_cannot_be_joined(tmp_path: Path, land: bytes) -> None:
    text = '[tables.occupancy]\ncombine = "join"\npath = ["t/a.csv", "t/b.csv"]\n'
    held = figures(enterprise_id=["E1"], parcel_id=["A"])
    folder = written(tmp_path, land, text, a_csv=held, b_csv=held)
    with pytest.raises(ProjectError, match="no key"):
        loaded(folder)


def test_a_required_column_may_be_in_either_of_joined_files(tmp_path: Path, land: bytes) -> None:
    text = '[tables.enterprises]\ncombine = "join"\npath = ["t/a.csv", "t/b.csv"]\n'
    ids = figures(enterprise_id=["E1"], industry_code=["3054"])
    folder = written(
        tmp_path, land, text, a_csv=ids, b_csv=figures(enterprise_id=["E1"], name=["玻璃"])
    )
    frame = loaded(folder)["enterprises"]
    assert frame[["enterprise_id", "industry_code", "name"]].to_numpy().tolist() == [
        ["E1", "3054", "玻璃"]
    ]
    ids.to_csv(folder / "t/b.csv", index=False)
    with pytest.raises(SourceError, match=r"a\.csv, b\.csv.*name"):
        loaded(folder)


def test_a_town_sent_twice_is_counted_once(tmp_path: Path, land: bytes) -> None:
    text = '[tables.indicators]\npath = ["t/a.csv", "t/again.csv", "t/b.csv"]\n'
    layers = loaded(written(tmp_path, land, text, a_csv=A, again_csv=A.iloc[::-1], b_csv=B))
    assert by_id(layers, "revenue") == {"E1": 100.0, "E2": 200.0, "E3": 5_000_000.0}
    assert len(layers["indicators"]) == 3
    assert layers.rows["indicators"] == {"read": 5, "sums": 0, "repeats": 2, "aside": 0, "notes": 0}
    again = messages_of(layers, "repeated_row")
    assert len(again) == 2
    assert again[0].startswith("t/again.csv: an earlier file")


def test_one_id_with_other_figures_in_two_files_is_used_from_neither(
    tmp_path: Path, land: bytes
) -> None:
    text = '[tables.indicators]\npath = ["t/a.csv", "t/b.csv"]\n'
    other = figures(enterprise_id=["E9", "E2"], year=2023, revenue=[1.0, 999.0])
    folder = written(tmp_path, land, text, a_csv=A, b_csv=other)
    layers = loaded(folder)
    usable, found = examine(layers, read_project(folder).settings)
    assert usable["indicators"]["enterprise_id"].tolist() == ["E1", "E9"]
    sentences = in_language(found[found["code"] == "duplicate_id"], "zh")["message"].tolist()
    assert sentences == [
        "“t/a.csv”：第t/a.csv 3, t/b.csv 3行enterprise_id+year重复。编号必须唯一，这些行暂不计入",
        "“t/b.csv”：第t/a.csv 3, t/b.csv 3行enterprise_id+year重复。编号必须唯一，这些行暂不计入",
    ]


C = figures(enterprise_id=["E3", "E4"], year=2023, revenue=[3.0, 4.0])


@pytest.mark.parametrize("extra", [[], ["E5"]])
def test_a_summary_of_the_files_is_not_counted(
    tmp_path: Path, land: bytes, extra: list[str]
) -> None:
    ids = ["E1", "E2", "E3", "E4", *extra]
    every = figures(enterprise_id=ids, year=2023, revenue=[100.0, 200.0, 3.0, 4.0, 5.0][: len(ids)])
    text = '[tables.indicators]\npath = "t/*.csv"\n'
    layers = loaded(written(tmp_path, land, text, a_csv=A, all_csv=every, c_csv=C))
    assert layers["indicators"]["revenue"].sum() == 307.0
    (note,) = messages_of(layers, "summary_among_parts")
    assert note.startswith('"t/all.csv" seems to be a summary')
    assert f"of its {len(ids)} ids, 4 are in t/a.csv, t/c.csv already" in note
    assert layers.rows["indicators"]["aside"] == len(ids)
    assert (layers.findings["severity"] == "error").sum() == 1


def test_a_summary_by_other_ids_is_known_by_its_sums(tmp_path: Path, land: bytes) -> None:
    a, c = A.assign(tax=[1.0, 2.0]), C.assign(tax=[0.3, 0.4])
    every = figures(enterprise_id=["甲镇", "乙镇"], year=2023, revenue=[300.0, 7.0], tax=[3.0, 0.7])
    text = '[tables.indicators]\npath = ["t/a.csv", "t/every.csv", "t/c.csv"]\n'
    layers = loaded(written(tmp_path, land, text, a_csv=a, every_csv=every, c_csv=c))
    assert sorted(layers["indicators"]["enterprise_id"]) == ["E1", "E2", "E3", "E4"]
    assert (
        "totals of Revenue, Tax are those of t/a.csv, t/c.csv together"
        in messages_of(layers, "summary_among_parts")[0]
    )


def test_sums_that_agree_in_one_figure_alone_are_chance(tmp_path: Path, land: bytes) -> None:
    c = figures(enterprise_id=["E3"], year=2023, revenue=[300.0])
    b = figures(enterprise_id=["E4"], year=2023, revenue=[600.0])
    text = '[tables.indicators]\npath = "t/*.csv"\n'
    layers = loaded(written(tmp_path, land, text, a_csv=A, b_csv=b, c_csv=c))
    assert layers["indicators"]["revenue"].sum() == 1200.0


@pytest.mark.parametrize("name", ["revenue", "汇总"])
def test_other_figures_of_the_same_enterprises_are_no_summary(
    tmp_path: Path, land: bytes, name: str
) -> None:
    ids = ["E1", "E2", "E3", "E4"]
    money = figures(enterprise_id=ids, year=2023, revenue=[10.0, 20.0, 30.0, 40.0])
    a, c = A.rename(columns={"revenue": "tax"}), C.rename(columns={"revenue": "tax"})
    text = f'[tables.indicators]\npath = ["t/a.csv", "t/{name}.csv", "t/c.csv"]\n'
    files = {"a_csv": a, f"{name}_csv": money, "c_csv": c}
    layers = loaded(written(tmp_path / "under", land, text, **files))
    assert not messages_of(layers, "summary_among_parts")
    assert layers["indicators"]["revenue"].sum() == 100.0
    assert layers["indicators"]["tax"].sum() == 307.0
    layers = loaded(written(tmp_path / "joined", land, f'{text}combine = "join"\n', **files))
    assert by_id(layers, "revenue") == dict(zip(ids, [10.0, 20.0, 30.0, 40.0], strict=True))
    assert by_id(layers, "tax") == {"E1": 100.0, "E2": 200.0, "E3": 3.0, "E4": 4.0}


def test_lists_of_three_years_are_no_summaries_of_each_other(tmp_path: Path, land: bytes) -> None:
    named = figures(enterprise_id=["E1", "E2"], name=["甲", "乙"])
    text = '[tables.enterprises]\npath = "t/*.csv"\n'
    layers = loaded(written(tmp_path, land, text, a_csv=named, b_csv=named, c_csv=named))
    assert layers["enterprises"]["enterprise_id"].tolist() == ["E1", "E2"]
    assert not messages_of(layers, "summary_among_parts")


LEDGER = figures(
    统一社会信用代码=["E1", "E1", "E2", "E3"],
    企业名称=["甲", "甲", "乙", "丙"],
    宗地编号=["A", "B", "C", None],
    用地面积=[10000, 10000, 10000, None],
    年份=2023,
    营业收入=[100.0, None, 200.0, 5.0],
)
ROLES = "".join(
    f'[tables.{n}]\npath = "t/ledger.csv"\n' for n in ("enterprises", "occupancy", "indicators")
)


def test_one_ledger_of_three_roles(tmp_path: Path, land: bytes) -> None:
    folder = written(tmp_path, land, ROLES, ledger_csv=LEDGER)
    project = read_project(folder)
    layers = load(project)
    assert layers["enterprises"]["enterprise_id"].tolist() == ["E1", "E2", "E3"]
    assert by_id(layers, "revenue") == {"E1": 100.0, "E2": 200.0, "E3": 5.0}
    assert layers["occupancy"]["parcel_id"].tolist() == ["A", "B", "C"]
    assert messages_of(layers, "no_land") == ["1 row names no parcel: it is taken to have no land"]
    result = assess(layers, project.settings, [])
    assert not (result.findings["severity"] == "error").any()
    assert not (result.findings["code"] == "duplicate_id").any()
    total = result.conserved[result.conserved["measure"] == "revenue"].iloc[0]
    assert [total["input"], total["allocated"], total["unallocated"]] == [305.0, 300.0, 5.0]
    assert result.rows_read["balanced"].all()


def test_rows_of_a_ledger_that_contradict_each_other_are_used_by_nobody(
    tmp_path: Path, land: bytes
) -> None:
    odd = LEDGER.assign(营业收入=[100.0, 150.0, 200.0, 5.0])
    folder = written(tmp_path, land, ROLES, ledger_csv=odd)
    layers = loaded(folder)
    usable, found = examine(layers, read_project(folder).settings)
    assert usable["indicators"]["enterprise_id"].tolist() == ["E2", "E3"]
    assert (found["code"] == "duplicate_id").sum() == 2


def test_figures_that_a_ledger_repeats_are_counted_once_and_said(
    tmp_path: Path, land: bytes
) -> None:
    twice = LEDGER.assign(营业收入=[100.0, 100.0, 200.0, 5.0])
    layers = loaded(written(tmp_path, land, ROLES, ledger_csv=twice))
    assert layers["indicators"]["revenue"].sum() == 305.0
    merged = layers.findings[(layers.findings["code"] == "rows_merged")]
    assert dict(zip(merged["layer"], merged["severity"], strict=True)) == {
        "enterprises": "info",
        "indicators": "warning",
    }


def test_a_workbook_of_several_roles_is_parsed_once(
    tmp_path: Path, land: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo.sources import xlsx

    folder = written(tmp_path, land, ROLES.replace("csv", "xlsx"))
    LEDGER.to_excel(folder / "t/ledger.xlsx", index=False)
    parsed: list[int] = []
    sheet = xlsx.Workbook.sheet
    monkeypatch.setattr(xlsx.Workbook, "sheet", lambda self, n: parsed.append(n) or sheet(self, n))
    layers = loaded(folder)
    assert parsed == [0]
    assert by_id(layers, "revenue") == {"E1": 100.0, "E2": 200.0, "E3": 5.0}


def test_layers_of_two_zones_are_laid_in_the_first(tmp_path: Path, land: bytes) -> None:
    text = '[layers.parcels]\npath = ["a.gpkg", "b.gpkg"]\ndrop = ["note"]\n'
    folder = written(tmp_path, land, text)
    frame = gpd.read_file(folder / "parcels.gpkg").assign(note="x")
    frame.iloc[:2].to_file(folder / "a.gpkg")
    frame.iloc[2:].to_crs(4544 + 1).to_file(folder / "b.gpkg")
    layers = loaded(folder)
    parcels = layers["parcels"]
    assert parcels["parcel_id"].tolist() == list("ABCD")
    assert parcels.crs == frame.crs
    assert parcels.area.round(3).tolist() == [10000.0] * 4
    assert "note" not in parcels
    assert len(messages_of(layers, "parts_crs")) == 1
    assert not streamed(read_project(folder))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('path = "a.csv"\n[[tables.indicators.parts]]\npath = "b.csv"', "path belongs in each"),
        ('drop = ["x"]\n[[tables.indicators.parts]]\npath = "b.csv"', "drop belongs in each"),
        ("path = []", "empty list"),
        ('path = "t\\table.csv"', r"t\\table\.csv"),
        ('combine = "merge"\npath = "a.csv"', "append, join"),
        ('path = ["a.csv"]\nfields = { turnover = "x" }', "turnover"),
    ],
)
def test_what_a_project_cannot_mean_of_parts(
    tmp_path: Path, land: bytes, text: str, why: str
) -> None:
    folder = written(tmp_path, land, f"[tables.indicators]\n{text}\n")
    with pytest.raises(ProjectError, match=why):
        read_project(folder)


def test_paths_as_windows_writes_them(tmp_path: Path, land: bytes) -> None:
    folder = written(tmp_path, land, "[tables.indicators]\npath = 't\\a.csv'\n", a_csv=A)
    assert by_id(loaded(folder), "revenue") == {"E1": 100.0, "E2": 200.0}


def test_a_column_is_left_out_and_one_that_is_not_there_is_refused(
    tmp_path: Path, land: bytes
) -> None:
    text = '[tables.indicators]\npath = "t/a.csv"\ndrop = ["备注"]\n'
    folder = written(tmp_path, land, text, a_csv=A.assign(备注="x"))
    assert "备注" not in loaded(folder)["indicators"]
    A.to_csv(folder / "t/a.csv", index=False)
    with pytest.raises(MujunError, match="备注"):
        loaded(folder)


def test_a_dropped_column_decides_between_two_that_may_be_meant(
    tmp_path: Path, land: bytes
) -> None:
    two = figures(统一社会信用代码=["E1"], 年份=[2023], 上年营业收入=[1.0], 营业收入=[2.0])
    both = two.rename(columns={"上年营业收入": "营业收入（调整前）"})
    text = '[tables.indicators]\npath = "t/a.csv"\ndrop = ["营业收入（调整前）"]\n'
    assert by_id(loaded(written(tmp_path, land, text, a_csv=both)), "revenue") == {"E1": 2.0}


def test_row_numbers_are_ids_that_three_roles_share(tmp_path: Path, land: bytes) -> None:
    rows = LEDGER.drop(columns="统一社会信用代码").iloc[[0, 2, 3]]
    text = ROLES.replace("\npath", '\nrow_id = "number"\npath')
    layers = loaded(written(tmp_path, land, text, ledger_csv=rows))
    assert layers["enterprises"]["enterprise_id"].tolist() == ["R2", "R3", "R4"]
    assert by_id(layers, "revenue") == {"R2": 100.0, "R3": 200.0, "R4": 5.0}
    assert layers["occupancy"]["enterprise_id"].tolist() == ["R2", "R3"]
    assert "They change when rows" in messages_of(layers, "row_numbers_as_ids")[0]


def test_row_numbers_of_several_files_bear_their_names(tmp_path: Path, land: bytes) -> None:
    text = '[tables.indicators]\npath = ["t/a.csv", "t/b.csv"]\nrow_id = "number"\n'
    bare = A.drop(columns="enterprise_id")
    layers = loaded(written(tmp_path, land, text, a_csv=bare, b_csv=bare))
    assert layers["indicators"]["enterprise_id"].tolist() == ["a-R2", "a-R3", "b-R2", "b-R3"]
    folder = written(tmp_path, land, text, a_csv=A, b_csv=A)
    with pytest.raises(ProjectError, match="row_id does not apply"):
        loaded(folder)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 60), st.sampled_from([2022, 2023]), st.floats(0, 1e6), st.floats(0, 1e4)
    ),
    min_size=2,
    max_size=12,
    unique_by=lambda row: row[:2],
)


@given(
    rows=ROWS, cuts=st.lists(st.integers(0, 3), min_size=12, max_size=12), seed=st.integers(0, 99)
)
@examples(8)
def test_a_table_split_over_files_is_the_table(
    tmp_path_factory: pytest.TempPathFactory,
    land: bytes,
    rows: list[Any],
    cuts: list[int],
    seed: int,
) -> None:
    """Rows in any files in any order, and columns in two files, give what one file gives."""
    frame = pd.DataFrame(rows, columns=["enterprise_id", "year", "revenue", "tax"])
    frame["enterprise_id"] = "E" + frame["enterprise_id"].astype(str)
    frame["乡镇"] = ["城关" if n % 2 else 7 for n in range(len(frame))]
    shuffled = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    pieces = [p for _, p in shuffled.groupby(pd.Series(cuts[: len(frame)]))]
    random.Random(seed).shuffle(pieces)
    folder = tmp_path_factory.mktemp("split")
    project = read_project(written(folder, land, "", one_csv=frame))
    want = _plain(project, path="t/one.csv")
    for number, piece in enumerate(pieces):
        piece.to_csv(folder / f"t/piece{number}.csv", index=False)
    pd.testing.assert_frame_equal(_plain(project, path="t/piece*.csv"), want)
    shuffled.drop(columns="tax").to_csv(folder / "t/left.csv", index=False)
    frame[["enterprise_id", "year", "tax"]].to_csv(folder / "t/right.csv", index=False)
    joined = _plain(project, path=["t/left.csv", "t/right.csv"], combine="join")
    pd.testing.assert_frame_equal(joined, want)


def _plain(project: Project, **declared: Any) -> pd.DataFrame:
    """The table that is declared so, without what says where its rows stood."""
    source = TableSource(**declared)
    rows = read_rows(project, "indicators", source)
    rows = finished(rows, project, "indicators", source, ledger=False)
    frame = rows.frame.drop(columns="source_row")
    order = ["enterprise_id", "year"]
    return frame[sorted(frame.columns)].sort_values(order, ignore_index=True)


def test_tables_of_other_figures_that_were_only_appended_are_told(project: Path) -> None:
    """Every row repeats another's id: none is used, nothing stops, and the mend names `combine`."""
    table = pd.read_csv(project / "indicators.csv").drop_duplicates("enterprise_id")
    (project / "y").mkdir()
    table[["enterprise_id", "year", "tax"]].to_csv(project / "y/a.csv", index=False)
    table[["enterprise_id", "year", "revenue"]].to_csv(project / "y/b.csv", index=False)
    edit_project(project, 'path = "indicators.csv"', 'path = "y/*.csv"')
    read = read_project(project)
    usable, found = examine(load(read), read.settings)
    assert usable["indicators"].empty
    repeated = in_language(found[found["code"] == "duplicate_id"], "en")
    assert repeated["mend"].str.contains('combine = "join"').all()


def test_files_of_one_name_give_ids_of_their_own(tmp_path: Path, land: bytes) -> None:
    text = '[tables.enterprises]\nrow_id = "number"\npath = "*/l.csv"\n'
    folder = written(tmp_path, land, text)
    for town in ("甲", "乙"):
        (folder / town).mkdir()
        figures(name=[f"{town}厂"]).to_csv(folder / town / "l.csv", index=False)
    frame = loaded(folder)["enterprises"]
    assert sorted(frame["enterprise_id"]) == ["乙-l-R2", "甲-l-R2"]


def test_a_pattern_never_takes_the_results_of_a_run(tmp_path: Path, land: bytes) -> None:
    text = '[tables.indicators]\npath = "**/*.csv"\n'
    folder = written(tmp_path, land, text, a_csv=A)
    (folder / "outputs").mkdir()
    (folder / "outputs/run.json").write_text("{}", encoding="utf-8")
    B.to_csv(folder / "outputs/b.csv", index=False)
    assert by_id(loaded(folder), "revenue") == {"E1": 100.0, "E2": 200.0}


def test_a_column_to_drop_need_not_be_in_each_file(tmp_path: Path, land: bytes) -> None:
    text = '[tables.indicators]\ndrop = ["备注"]\npath = ["t/a.csv", "t/b.csv"]\n'
    frame = loaded(written(tmp_path, land, text, a_csv=A.assign(备注="x"), b_csv=B))["indicators"]
    assert "备注" not in frame
    assert len(frame) == 3
