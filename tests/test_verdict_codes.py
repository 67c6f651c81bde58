"""Verdicts as codes: the long table of them is what the rules said, in memory, in files, in SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from geo.project import Settings
from geo.publish.gis import vectors
from geo.publish.gis.attributes import opened
from geo.publish.gis.coded import write_coded
from geo.publish.records.rules import rule_counts
from geo.run import Run
from geo.run import verdict_files as files
from geo.run.files import read_arrow
from geo.standards.codes import VerdictCodes, joined
from geo.standards.codes_of_table import as_codes
from geo.standards.comply import Judged, inputs, judge
from geo.standards.model import read_pack, shipped
from geo.standards.precedence import settle
from geo.standards.table import COLUMNS, long_table, rules_table, shortened
from geo.standards.vocabulary import REASONS, VERDICTS
from tests.builders import column_text, pack_text, parcel_row, row_text, square, written_pack

KEY = ["subject", "rule_id", "subject_id"]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """Parcels x and y by all shipped packs and one for another park; an enterprise named x, too."""
    folder = tmp_path_factory.mktemp("packs")
    ratio = column_text("ratio", "floor_area_ratio")
    elsewhere = written_pack(
        folder, pack_text(ratio, row_text("ratio = 0.5"), pack_id="there"), "there.toml"
    ).for_places(["Q"], [])
    firms = written_pack(
        folder,
        pack_text(
            column_text("tax", "tax_per_mu", unit="万元/亩"),
            row_text("tax = 8"),
            pack_id="firms",
            subject="enterprise",
        ),
        "firms.toml",
    )
    short = parcel_row(tax_per_mu=7.995, floor_area_ratio=0.654321, rd_intensity=np.nan)
    parcels = pd.concat([parcel_row(), short]).set_axis(["x", "y"]).assign(park_id=["Q", "P"])
    firm = pd.DataFrame({"tax_per_mu": [6.5], "tax": [13.0], "area_mu": [2.0]}, index=["x"])
    packs = [*(read_pack(name) for name in shipped()), elsewhere, firms]
    return [settle(judge(parcels, packs)), settle(judge(firm, packs, "enterprise"))]


@pytest.fixture(scope="module")
def codes(parts: list[Judged]) -> VerdictCodes:
    return VerdictCodes.of(parts)


def said_one_by_one(parts: list[Judged]) -> list[dict[str, object]]:
    """The rows of the long table out of the matrices of the judgement, entry by entry."""
    rows = []
    for part in parts:
        for at, rule in enumerate(part.rules):
            sides = inputs(part.subjects, rule.indicator)
            for who, subject_id in enumerate(part.ids):
                reason = list(REASONS)[part.reason[at, who]]
                if reason == "other_place":
                    continue
                place = part.row[at, who]
                cell, document = rule.cells[place], rule.pack.head.citation
                low, high = (end[0] for end in rule.limits(part.row[at, [who]]))
                rows.append(
                    {
                        "subject": part.subject,
                        "subject_id": subject_id,
                        "rule_id": rule.id,
                        "indicator": rule.column.indicator,
                        "value": part.value[at, who],
                        "operator": rule.printed[0][place],
                        "threshold": low,
                        "threshold_high": high,
                        "unit": rule.column.unit,
                        "verdict": list(VERDICTS)[part.verdict[at, who]],
                        "gap": part.gap[at, who],
                        "reason": reason,
                        "mandatory": rule.column.mandatory,
                        "industry_row": rule.row_names[place],
                        "numerator": sides[0][who],
                        "denominator": sides[1][who],
                        "decimals": rule.column.decimals,
                        "clause": rule.column.clause,
                        "citation": f"{document}；{cell.citation}" if cell.citation else document,
                    }
                )
    return rows


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Words as texts, whatever their categories."""
    words = [name for name in table if isinstance(table[name].dtype, pd.CategoricalDtype)]
    return table.astype(dict.fromkeys(words, "str")).astype({"decimals": "int64"})


def test_the_long_table_of_the_codes_is_what_was_judged(
    parts: list[Judged], codes: VerdictCodes
) -> None:
    """Bit by bit, gaps too, which are not kept but worked out again."""
    asked = pd.DataFrame(said_one_by_one(parts))
    table = long_table(codes)
    assert list(table) == list(COLUMNS)
    assert len(table) == codes.count > 100
    pd.testing.assert_frame_equal(
        plain(table).drop(columns="cell_text"), asked, check_exact=True, check_dtype=False
    )
    there = table[table["rule_id"] == "there/ratio"]
    assert there["subject_id"].tolist() == ["x"]  # says nothing of y: no row
    firm = table[table["rule_id"] == "firms/tax"].iloc[0]
    assert (firm["subject"], firm["subject_id"], firm["verdict"], firm["gap"]) == (
        "enterprise",
        "x",
        "fail",
        -1.5,
    )
    fails = shortened(codes, most=10)
    wanted = table[table["verdict"].isin(["fail", "conflict"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(plain(fails), plain(wanted), check_exact=True)
    assert len(fails) > 5


def test_codes_come_back_from_the_table_and_from_parts(codes: VerdictCodes) -> None:
    table = long_table(codes)
    again = as_codes(table)
    pd.testing.assert_frame_equal(plain(long_table(again)), plain(table), check_exact=True)
    pd.testing.assert_frame_equal(rules_table(again), rules_table(codes))
    cut = [codes.take("parcel", [row]) for row in (0, 1)]
    cut[1] = cut[1].take("enterprise", slice(0))
    pd.testing.assert_frame_equal(long_table(joined(cut)), table, check_exact=True)
    assert rules_table(codes)[[*VERDICTS]].to_numpy().sum() == len(table)


def test_what_is_said_of_some_subjects_is_read_of_them_alone(codes: VerdictCodes) -> None:
    """In the order that is asked for; an id of nobody is passed over, an enterprise's is another's."""
    table = plain(long_table(codes))
    own = plain(long_table(codes.of_ids("parcel", pd.Series(["nobody", "y"]))))
    wanted = table[(table["subject"] == "parcel") & (table["subject_id"] == "y")]
    pd.testing.assert_frame_equal(own, wanted.reset_index(drop=True), check_exact=True)
    assert len(own) > 10
    assert codes.cited() == sorted(table["citation"].unique())


def test_rules_of_some_parcels_are_counted_as_their_rows_are(codes: VerdictCodes) -> None:
    """Row by row of the long table; a parcel whose land is not known is not counted."""
    parcels = pd.DataFrame({"parcel_id": ["y", "x"], "area_mu": [2.5, 4.0]})
    for some in (parcels, parcels.iloc[:1], parcels.assign(area_mu=[2.5, None])):
        land = some.dropna().set_index("parcel_id")["area_mu"]
        table = plain(long_table(codes))
        rows = table[(table["subject"] == "parcel") & table["subject_id"].isin(land.index)]
        counts = rule_counts(codes, some, Settings(year=2023))
        assert [one.id for one in counts] == list(dict.fromkeys(rows["rule_id"]))
        for one in counts:
            own = rows[rows["rule_id"] == one.id]
            failing = own["verdict"] == "fail"
            assert one.counts == {name: (own["verdict"] == name).sum() for name in VERDICTS}
            assert one.fail_mu == own["subject_id"].map(land)[failing].sum()
            assert one.citations == tuple(sorted(own["citation"].unique()))
            assert bool(one.gap) == bool(own["gap"][failing].notna().any())


def test_files_of_codes_and_their_view_are_the_table(codes: VerdictCodes, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    files.write_codes(codes, tmp_path / "tables/verdict_codes.parquet")
    files.write_dictionary(codes, tmp_path)
    read = {
        name: (read_arrow if name == files.CODES else pd.read_parquet)(
            tmp_path / f"tables/{name}.parquet"
        )
        for name in files.PARTS
    }
    table = plain(long_table(codes))
    pd.testing.assert_frame_equal(
        plain(long_table(files.read_codes(read))), table, check_exact=True
    )
    base = duckdb.connect()
    base.execute(f"SET file_search_path = '{tmp_path / 'tables'}'")
    base.execute((tmp_path / "tables/verdicts.sql").read_text(encoding="utf-8"))
    view = base.sql("SELECT * FROM verdicts").df()
    assert list(view) == list(COLUMNS)
    one, other = (t.sort_values(KEY, ignore_index=True) for t in (view, table))
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_dtype=False)


def test_a_run_of_many_verdicts_is_read_back_from_codes(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its GeoPackage says which tables it has not in full."""
    run = Run.load(demo / "outputs")
    monkeypatch.setattr(files, "LONG", 10)
    run.save(tmp_path / "own")
    names = {file.name for file in (tmp_path / "own/tables").iterdir()}
    assert {"verdict_codes.parquet", "verdict_rules.parquet", "verdicts.sql"} <= names
    assert "verdicts.parquet" not in names
    again = Run.load(tmp_path / "own")
    assert list(again.tables) == list(run.tables)
    assert again.verdict_codes.count == len(run.verdicts)
    pd.testing.assert_frame_equal(plain(again.verdicts), plain(run.verdicts), check_exact=True)
    monkeypatch.setattr(vectors, "MOST_ROWS", 100)
    monkeypatch.setattr(vectors, "CODED_FROM", 50)
    vectors.write_geopackage(again, tmp_path / "own.gpkg")
    told = pyogrio.read_dataframe(tmp_path / "own.gpkg", layer="not_listed").set_index("table")
    assert told.loc["ways", ["rows", "listed"]].tolist() == [len(run.ways), 0]
    assert told.loc["figures", "all_rows"] == "tables/figures.parquet"
    sums = pyogrio.read_dataframe(tmp_path / "own.gpkg", layer="figures")
    assert set(sums["subject"]) == {"park", "industry", "project"}
    assert "ways" not in pyogrio.list_layers(tmp_path / "own.gpkg")[:, 0]
    listed = pyogrio.read_dataframe(tmp_path / "own.gpkg", layer="verdicts")
    assert list(listed) == list(COLUMNS)
    assert (
        listed["verdict"].value_counts().to_dict()
        == run.verdicts["verdict"].astype("str").value_counts().to_dict()
    )


def test_a_coded_table_reads_as_it_was(tmp_path: Path) -> None:
    """Words of any kind, missing ones and numbers, in the order of the rows."""
    file = tmp_path / "own.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[square(0, 0)], crs=4490).to_file(file, layer="a")
    count = 2_500
    rows = np.arange(count)
    table = pd.DataFrame(
        {
            "name'); DROP TABLE words;--": pd.Series([f"宗地{n}\"'" for n in rows], dtype="str"),
            "kind": pd.Series(np.where(rows % 2, "甲", None), dtype="object").astype("category"),
            "year": 2023,
            "value": np.where(rows % 5, rows / 7, np.nan),
            "mandatory": rows % 3 == 0,
        }
    )
    with closing(opened(file)) as base:
        write_coded(table, "long", base, "示例", {})
    read = pyogrio.read_dataframe(file, layer="long")
    pd.testing.assert_frame_equal(
        read, table.astype({"kind": "str"}), check_exact=True, check_dtype=False
    )
    with closing(sqlite3.connect(file)) as base:
        kinds = base.execute("SELECT count(*) FROM long_kinds").fetchone()
        assert kinds == (4,)  # 甲 or none, mandatory or not
        said = base.execute("SELECT description FROM gpkg_contents WHERE table_name = 'long'")
        assert said.fetchone() == ("示例",)
