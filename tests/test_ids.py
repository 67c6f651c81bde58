"""Ids and codes: text whatever held them, and one id however it is written."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from geo.checks.schema import check_codes, normal_land_use
from geo.errors import SourceError
from geo.geometry.keys import match_key
from geo.model import LAYERS, normal_industry
from geo.project import TableSource, read_project
from geo.sources.cells import as_text
from geo.sources.fields import canonical
from geo.sources.ids import match_ids
from geo.sources.load import load
from geo.sources.tables import read_table
from tests.lane import examples
from tests.saying import spoken

CODE = "91511083MA62A0001X"


def test_every_kind_of_number_gives_the_same_id():
    for values in (
        pd.Series([1001]),
        pd.Series([1001.0]),
        pd.Series([1001], dtype="Int64"),
        pd.Series([1001], dtype="uint16"),
        pd.Series([np.int64(1001)], dtype=object),
        pd.Series([Decimal(1001)], dtype=object),
        pd.Series(["1001"]),
        pd.Series(["1001.0"]),
        pd.Series([" 1001 "]),
        pd.Series([1001.0, None]),
    ):
        text, lost = as_text(values)
        assert text.iloc[0] == "1001"
        assert not lost.any()


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        (pd.Series([5110830010020000001, None], dtype="Int64"), [False, False]),
        (pd.Series([5110830010020000001, None], dtype=object), [False, False]),
        (pd.Series([5.11083001002e18, 7.0]), [True, False]),
        (pd.Series([1e15, 7.0]), [True, False]),
        (pd.Series(["5.10681E+18", "7"]), [True, False]),
        (pd.Series(["1E10", "7"]), [False, False]),
        (pd.Series([5.11083001002e18, "5110830010020000001"], dtype=object), [True, False]),
    ],
)
def test_digits_beyond_a_double_are_told_and_integers_are_exact(values, lost):
    text, found = as_text(values)
    assert found.tolist() == lost
    if not lost[0] and values.iloc[0] == 5110830010020000001:
        assert text.iloc[0] == "5110830010020000001"


def test_a_sheets_integers_of_16_digits_have_lost_their_end():
    # Excel keeps 15 digits whatever the file writes; text of as many is sound.
    values = pd.Series([5110830010020000001, "5110830010020000002"], dtype=object)
    assert as_text(values, excel=True)[1].tolist() == [True, False]


ids = st.one_of(st.integers(0, 10**14), st.from_regex(r"[A-Z][A-Z0-9-]{0,17}", fullmatch=True))


@pytest.mark.slow
@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ids, min_size=1, max_size=6))
def test_ids_come_back_from_every_file(tmp_path, held):
    want = [str(i) for i in held]
    book = openpyxl.Workbook()
    book.active.append(["统一社会信用代码", "宗地编号"])
    for i in held:
        book.active.append(["E", i])
    book.save(tmp_path / "t.xlsx")
    plain = pd.DataFrame({"enterprise_id": "E", "parcel_id": want})
    plain.to_csv(tmp_path / "t.csv", index=False)
    pq.write_table(
        pa.table({"enterprise_id": ["E"] * len(held), "parcel_id": want}), tmp_path / "t.parquet"
    )
    for name in ("t.xlsx", "t.csv", "t.parquet"):
        raw, _ = read_table(tmp_path / name, TableSource(path=name), "occupancy")
        frame, _ = canonical(raw, LAYERS["occupancy"], {}, name, "CNY")
        assert frame["parcel_id"].tolist() == want


def test_a_whole_column_of_lost_ids_stops_with_the_mend(tmp_path):
    book = openpyxl.Workbook()
    for row in (["统一社会信用代码", "宗地编号"], ["E1", 5.11083001002e18], ["E2", 5.1e18]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    raw, _ = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "occupancy")
    with pytest.raises(SourceError, match=r"`宗地编号` is a number of 16 digits .* column as text"):
        canonical(raw, LAYERS["occupancy"], {}, "t.xlsx", "CNY")


def test_some_lost_ids_are_named_by_cell():
    frame = pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2"],
            "source_row": [2, 3],
            "宗地编号": pd.Series([5.1e18, "P2"], dtype=object),
        }
    )
    frame.attrs["letters"] = {"宗地编号": "B"}
    out, notes = canonical(frame, LAYERS["occupancy"], {}, "t.xlsx", "CNY")
    assert out["parcel_id"].isna().tolist() == [True, False]
    told = notes[notes["code"] == "digits_lost"].iloc[0]
    assert (told["row"], told["severity"], "B2 = 5.1e+18" in spoken(told)["message_en"]) == (
        2,
        "error",
        True,
    )


def test_a_code_that_excel_made_a_date_is_told():
    frame = pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2"],
            "source_row": [2, 3],
            "parcel_id": [pd.Timestamp(2023, 3, 1), "2023-03-01"],
        }
    )
    out, notes = canonical(frame, LAYERS["occupancy"], {}, "t.xlsx", "CNY")
    assert out["parcel_id"].isna().tolist() == [True, False]
    assert notes["code"].tolist() == ["code_is_date"]


def test_whole_numbers_with_a_null_stay_exact_from_a_geopackage(project, parcels):
    known = parcels.assign(
        parcel_id=pd.array(
            [5110830010020000001, 5110830010020000002, 5110830010020000003, None], dtype="Int64"
        )
    )
    known.to_file(project / "parcels.gpkg", layer="parcels")
    frame = load(read_project(project))["parcels"]
    assert frame["parcel_id"].fillna("").tolist() == [
        "5110830010020000001",
        "5110830010020000002",
        "5110830010020000003",
        "",
    ]


def test_an_offices_own_whole_numbers_keep_their_digits(project, parcels):
    parcels.assign(
        own=pd.array([1, 2, 3, None], dtype="Int64"),
        long=pd.array([5110830010020000001, 2, 3, None], dtype="Int64"),
    ).to_file(project / "parcels.gpkg", layer="parcels")
    frame = load(read_project(project))["parcels"]
    assert frame["own"].tolist()[:3] == [1.0, 2.0, 3.0]
    assert frame["long"].iloc[0] == "5110830010020000001"


@pytest.mark.parametrize(
    "written",
    [
        CODE.lower(),
        f" {CODE}",
        f"{CODE}\u00a0",
        f"\u200b{CODE}",
        f"{CODE[:8]} {CODE[8:]}",
        f"\ufeff{CODE}",
        "９１５１１０８３ＭＡ６２Ａ０００１Ｘ",
        f"{CODE[:4]}\u00ad{CODE[4:]}",
        f"{CODE}\u3000",
        f"{CODE[:9]}\u2060{CODE[9:]}",
        f"\u202a{CODE}\u202c",
    ],
)
def test_one_enterprise_however_its_code_is_written(written):
    frames = {
        "enterprises": pd.DataFrame({"enterprise_id": [CODE, "X"], "source_row": [2, 3]}),
        "indicators": pd.DataFrame({"enterprise_id": [written, "X"], "source_row": [2, 3]}),
    }
    out, notes = match_ids(frames)
    assert out["indicators"]["enterprise_id"].tolist() == [CODE, "X"]
    assert out["enterprises"]["enterprise_id"].tolist() == [CODE, "X"]
    assert len(notes) == (written.strip() != CODE or written != CODE)
    assert set(notes["severity"]) <= {"info"}


def test_the_defining_layers_spelling_is_shown():
    frames = {
        "parcels": pd.DataFrame({"parcel_id": ["宗地（甲）—1"], "source_row": [1]}),
        "occupancy": pd.DataFrame(
            {"enterprise_id": ["E"], "parcel_id": ["宗地(甲)-1"], "source_row": [2]}
        ),
    }
    out, notes = match_ids(frames)
    assert out["occupancy"]["parcel_id"].tolist() == ["宗地（甲）—1"]
    assert "1 cell of parcel_id" in spoken(notes)["message_en"].iloc[0]
    assert "宗地(甲)-1 → 宗地（甲）—1" in spoken(notes)["message_en"].iloc[0]


def test_without_an_enterprise_table_the_ledgers_agree_among_themselves():
    frames = {
        "indicators": pd.DataFrame(
            {"enterprise_id": [CODE, CODE.lower()], "year": [2022, 2023], "source_row": [2, 3]}
        ),
        "occupancy": pd.DataFrame(
            {"enterprise_id": [f"{CODE} "], "parcel_id": ["P"], "source_row": [2]}
        ),
    }
    out, _ = match_ids(frames)
    assert set(out["indicators"]["enterprise_id"]) == {CODE}
    assert out["occupancy"]["enterprise_id"].tolist() == [CODE]


def test_case_tells_ids_apart_that_are_no_credit_codes():
    frames = {
        "parcels": pd.DataFrame({"parcel_id": ["a1", "A1"], "source_row": [1, 2]}),
        "occupancy": pd.DataFrame(
            {"enterprise_id": ["E", "E"], "parcel_id": ["A1", "a1"], "source_row": [2, 3]}
        ),
    }
    out, notes = match_ids(frames)
    assert out["occupancy"]["parcel_id"].tolist() == ["A1", "a1"]
    assert notes.empty


@pytest.mark.parametrize(
    ("known", "used", "want"),
    [
        (["0001", "0002", "0010"], ["1", "10", "0002"], ["0001", "0010", "0002"]),
        (["1", "2", "10"], ["0001", "0010"], ["1", "10"]),
        (["01", "1", "002"], ["2", "0001"], ["2", "0001"]),  # which one is not sure
        (["001", "02"], ["1", "20"], ["1", "20"]),
    ],
)  # of no fixed length on either side
def test_zeros_in_front_only_where_it_is_sure(known, used, want):
    frames = {
        "parcels": pd.DataFrame({"parcel_id": known, "source_row": range(len(known))}),
        "occupancy": pd.DataFrame(
            {"enterprise_id": "E", "parcel_id": used, "source_row": range(len(used))}
        ),
    }
    assert match_ids(frames)[0]["occupancy"]["parcel_id"].tolist() == want


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_a_key_is_its_own_key(text):
    key = match_key([text])
    assert match_key(key).tolist() == key.tolist()


def test_two_parcels_alike_are_two_and_told_and_a_reference_names_one_exactly(project, parcels):
    parcels.assign(parcel_id=["1号(甲)", "1号（甲）", "C", "D"]).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    pd.DataFrame(
        {"enterprise_id": ["E1", "E2", "E3"], "parcel_id": ["1号（甲）", "1号 (甲)", "Ｃ"]}
    ).to_csv(project / "occupancy.csv", index=False)
    from geo.assess import examine

    loaded = read_project(project)
    usable, found = examine(load(loaded), loaded.settings)
    assert usable["parcels"]["parcel_id"].tolist() == ["1号(甲)", "1号（甲）", "C", "D"]
    assert (found["code"] == "alike_ids").sum() == 2
    assert usable["occupancy"]["parcel_id"].tolist() == ["1号（甲）", "1号 (甲)", "C"]
    assert found.loc[found["code"] == "orphan_reference", "id"].tolist() == ["E2"]


def test_a_credit_code_twice_is_one_enterprise(project):
    pd.DataFrame(
        {
            "enterprise_id": ["91511083MA62A0001X", "91511083ma62a0001x", "E3"],
            "name": ["甲", "甲厂", "丙"],
        }
    ).to_csv(project / "enterprises.csv", index=False)
    from geo.assess import examine

    loaded = read_project(project)
    _, found = examine(load(loaded), loaded.settings)
    assert (found["code"] == "duplicate_id").sum() == 2


def test_codes_of_land_use_and_industry_get_their_zero_back():
    assert normal_land_use(pd.Series(["601", "0601", "901+100101", None, "7"])).fillna(
        ""
    ).tolist() == ["0601", "0601", "0901+100101", "", "07"]
    assert normal_land_use(pd.Series(["０６０１＋０９０１"])).tolist() == ["0601+0901"]
    assert normal_industry(pd.Series(["１３５３", "Ｃ 3054", "９１１"])).tolist() == [
        "1353",
        "3054",
        "0911",
    ]
    codes = normal_industry(pd.Series(["911", "3054", "131"]))
    assert codes.tolist() == ["0911", "3054", "131"]  # 131 is a code, as 0131 is
    frames = {
        "parcels": pd.DataFrame(
            {"parcel_id": ["a", "b"], "land_use": ["601", "100101"], "source_row": [1, 2]}
        )
    }
    found = check_codes(frames, "2023", "yongdiyonghai")
    assert found[["code", "row"]].to_numpy().tolist() == [["zero_in_front", 1]]
