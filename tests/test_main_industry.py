"""The industry that a parcel is judged by: its largest occupier's, and said where there are two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builders import in_one
from tests.saying import spoken

BASE = Path(__file__).parent / "data/field_cases/00"


def said_of_p1(
    folder: Path, areas: tuple[str, str], codes: tuple[str, str] = ("3054", "1353")
) -> dict:
    """What is said of P1, on which E1 and E2 hold these areas and are of these industries."""
    shutil.copytree(BASE, folder)
    files = {
        "occupancy": f"enterprise_id,parcel_id,area_m2\nE2,P1,{areas[1]}\nE1,P1,{areas[0]}\nE3,P3,1\n",
        "enterprises": f"enterprise_id,name,industry_code\nE1,甲,{codes[0]}\nE2,乙,{codes[1]}\nE3,丙,30\n",
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    found = in_one(folder).findings
    return (
        spoken(found[found["code"] == "main_industry_tied"]).set_index("id")["message_en"].to_dict()
    )


def test_occupiers_of_equal_land_and_two_industries_are_told(tmp_path: Path) -> None:
    said = said_of_p1(tmp_path / "a", ("5000", "5000"))
    assert list(said) == ["P1"]
    assert "judged by the industry of E1" in said["P1"]
    assert list(said_of_p1(tmp_path / "b", ("", ""))) == ["P1"]


@pytest.mark.parametrize(
    ("areas", "codes"),
    [(("5000", "5000.5"), ("3054", "1353")), (("5000", "5000"), ("3054", "3054"))],
)
def test_one_largest_or_one_industry_is_no_question(tmp_path, areas, codes) -> None:
    assert said_of_p1(tmp_path / "a", areas, codes) == {}
