"""Whether the tables of a run show the same number wherever they show the same figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SUBJECTS = {
    "parcel": "parcels",
    "enterprise": "enterprises",
    "park": "parks",
    "industry": "industries",
}


def assert_agree(outputs: Path, year: int) -> int:
    """Each value and figure per mu of `figures` is the one of the subject's table, both ways.

    Tells how many numbers were compared.
    """
    figures = pd.read_parquet(outputs / "tables/figures.parquet")
    now = figures[figures["year"] == year]
    compared = 0
    for subject, name in SUBJECTS.items():
        table = pd.read_parquet(outputs / f"tables/{name}.parquet").set_index(f"{subject}_id")
        rows = now[now["subject"] == subject]
        for measure, of in rows.groupby("measure"):
            keyed = of.set_index("subject_id")
            for column, side in ((measure, "value"), (f"{measure}_per_mu", "per_mu")):
                if column not in table:
                    assert keyed[side].isna().all(), (subject, column)
                    continue
                shown = table[column].astype(float)
                one = keyed[side].reindex(shown.index).to_numpy(float)
                np.testing.assert_allclose(
                    one, shown.to_numpy(), rtol=1e-12, err_msg=f"{subject} {column}"
                )
                compared += len(shown)
    return compared


def assert_one_total(outputs: Path, stated: bool = False) -> None:
    """Input = set aside + in the project's figure + beside it, for every measure and year.

    With `stated`, parcels show investments that are in no ledger.
    """
    figures = pd.read_parquet(outputs / "tables/figures.parquet")
    sums = pd.read_parquet(outputs / "tables/conserved.parquet").set_index(["measure", "year"])
    by = (
        figures.fillna({"value": 0})
        .groupby(["subject", "measure", "year"])[["value", "beside_value"]]
        .sum()
    )
    project, parcel = by.loc["project"], by.loc["parcel"]
    if stated:
        parcel = parcel.drop("fixed_investment")
    expected = sums["input"] - sums["set_aside"]
    for found, wanted in (
        (project["value"] + project["beside_value"], expected),
        (project["value"], sums["allocated"]),
        (parcel["value"], sums["allocated"] - sums["no_figure"]),
        (parcel["beside_value"], sums["no_figure"]),
    ):
        np.testing.assert_allclose(
            found.to_numpy(float), wanted.reindex(found.index).to_numpy(float), rtol=1e-9, atol=1e-6
        )
