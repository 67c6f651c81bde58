"""Result tables are what they are declared to be, and all that lists them follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest

from geo import assess, load, packs_of, read_project
from geo.model import LAYERS
from geo.model.table import Table, columns_named
from geo.model.tables import SHIPPED, TABLES, names, sheets, stored_tables
from geo.publish.excel.workbook import write_workbook
from geo.publish.gis.vectors import write_geopackage
from geo.publish.headings import heading
from geo.publish.words import OPEN_VOCABULARIES, vocabularies, words_of
from geo.run import ResultTables, Run
from geo.run.declared import differences, undeclared
from geo.sources.columns import columns_by_name
from geo.text import Text

LAYER_COLUMNS = [(spec, column) for spec in LAYERS.values() for column in spec.columns]


def assessed(folder: Path) -> Run:
    """The sample of `mujun init`, run."""
    shutil.copytree(Path(__file__).parents[1] / "geo" / "data" / "template", folder)
    project = read_project(folder)
    return assess(load(project), project.settings, packs_of(project))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return assessed(tmp_path_factory.mktemp("sample") / "project")


def unsaid(run: Run) -> list[str]:
    """Codes that the vocabulary of their column does not have."""
    out = []
    for name in run.tables:
        frame, said = run.published(name), words_of(name, run.settings, run.basis.plan)
        told = TABLES[name].by_name
        for column in set(said) & set(frame):
            if told[column].vocabulary in OPEN_VOCABULARIES:
                continue
            codes = set(frame[column].dropna().astype("str")) - {""}
            out += [f"{name}.{column}: {code}" for code in sorted(codes - set(said[column]))]
    return out


def test_each_frame_is_as_it_is_declared(sample: Run, demo: Path) -> None:
    """Columns, kinds, keys, outlines, and the words of all codes."""
    for run in (sample, Run.load(demo / "outputs")):
        assert undeclared(run) == []
        assert unsaid(run) == []


def test_a_frame_that_is_otherwise_is_found(sample: Run) -> None:
    flips = TABLES["conserved"]
    frame = sample.conserved.assign(input="12", more=1)
    assert differences(pd.concat([frame, frame]), flips) == [
        "conserved.input: str is no number",
        "conserved.more: is not declared",
        "conserved: rows share a key (measure, year)",
    ]


def test_declarations_hold_together(sample: Run) -> None:
    assert set(ResultTables.__annotations__) == {t.name for t in SHIPPED if t.stored}
    known = set(vocabularies(sample.settings, sample.basis.plan))
    for table in SHIPPED:
        assert len(table.by_name) == len(table.columns), table.name
        assert set(table.key) <= set(table.by_name), table.name
        assert {c.vocabulary for c in table.columns} - {""} <= known, table.name
    places = [table.sheet for table in SHIPPED if table.sheet]
    assert sorted(places) == list(range(1, len(places) + 1))
    titles = [(table.title.zh, table.title.en) for table in sheets()]
    assert len({zh for zh, _ in titles}) == len({en for _, en in titles}) == len(titles)


def test_a_heading_is_its_table_s() -> None:
    assert heading("name", "zh", "CNY", table="enterprises") == "企业名称"
    assert heading("name", "zh", "CNY", table="parks") == "园区名称"
    assert heading("floor_area_m2", "zh", "CNY", table="parcels") == "总建筑面积（m²）"
    assert heading("area_m2", "zh", "CNY", table="unallocated") == "用地面积（本宗）（m²）"
    assert heading("revenue", "en", "USD", table="parcels") == "Revenue (10,000 USD)"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_a_heading_that_is_printed_is_known(lang: str, currency: str) -> None:
    """All of a layer side by side, with and without their units."""
    for spec in LAYERS.values():
        printed = {column.name: column.label(lang, currency) for column in spec.columns}
        assert columns_by_name(spec, {}, list(printed.values())) == printed
        plain = {column.name: column(lang) for column in spec.columns}
        assert columns_by_name(spec, {}, list(plain.values())) == plain


def test_every_other_name_is_known() -> None:
    for spec, column in LAYER_COLUMNS:
        for called in column.names:
            assert columns_by_name(spec, {}, [called]) == {column.name: called}
    everyday = {"parcels": ("宗地代码", "用途", "合同面积"), "indicators": ("营收", "从业人员")}
    for layer, headings in everyday.items():
        assert set(columns_by_name(LAYERS[layer], {}, list(headings)).values()) == set(headings)


def test_a_table_of_an_office_is_in_all_outputs(tmp_path: Path) -> None:
    """By its declaration and one function."""
    table = Table(
        "land_by_park",
        Text("各园区土地", "Land by park"),
        columns_named("park_id parcels area_mu"),
        ("park_id",),
        make=lambda run: run.parcels.groupby("park_id", as_index=False).agg(
            parcels=("parcel_id", "size"), area_mu=("area_mu", "sum")
        ),
    )
    with TABLES.registered(table):
        run = assessed(tmp_path / "project")
        assert undeclared(run) == []
        assert "land_by_park" in names(stored_tables())
        run.save(tmp_path / "saved")
        again = Run.load(tmp_path / "saved")
        land = again.tables["land_by_park"]
        assert land["area_mu"].sum() == pytest.approx(run.parcels["area_mu"].sum())
        write_workbook(again, tmp_path / "a.xlsx")
        write_geopackage(again, tmp_path / "a.gpkg")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["各园区土地"]
    assert [cell.value for cell in sheet[1]] == ["园区编号", "宗地数", "计算面积（亩）"]
    assert "land_by_park" in pyogrio.list_layers(tmp_path / "a.gpkg")[:, 0]
