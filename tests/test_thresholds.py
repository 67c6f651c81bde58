"""Entry bars: land-weighted quantiles by hand, whom each excludes, small samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.evaluate.thresholds import thresholds, weighted_quantiles
from geo.standards.matching import Keys
from geo.standards.model import Pack, read_pack
from tests.lane import examples

PACK = read_pack("longchang-neirong-2022")


def bars(values, land, codes="3484", tax=None, quantiles=(0.25, 0.5), packs=()):
    frame = pd.DataFrame(
        {
            "tax_per_mu": values,
            "area_mu": land,
            "industry_code": codes,
            "tax": values if tax is None else tax,
        }
    )
    table = thresholds(frame, list(packs), quantiles)
    return table[table["indicator"] == "tax_per_mu"]


def test_a_land_weighted_quantile_by_hand():
    """Land 10, 30, 60 at 1, 2, 3: a quarter of the land lies within 2, half within 3."""
    value, land = np.array([1.0, 2, 3]), np.array([[10.0, 30, 60]])
    assert weighted_quantiles(value, land, (0.1, 0.25, 0.4, 0.5, 1.0)).tolist() == [[1, 2, 2, 3, 3]]


def test_whom_a_bar_excludes():
    table = bars([1.0, 2, 3, 4], [10.0, 30, 60, 100], tax=[5.0, 6, 7, np.nan])
    row = table[(table["industry"] == "34") & (table["quantile"] == 0.5)].iloc[0]
    assert (row["bar"], row["excluded"], row["excluded_mu"], row["excluded_tax"]) == (3, 2, 40, 11)
    assert row["bar_low"] <= row["bar"] <= row["bar_high"]
    assert bool(row["small_sample"])


def test_the_bars_in_force_stand_beside():
    table = bars(np.arange(1.0, 31), np.ones(30), codes=["3484"] * 15 + ["3054"] * 15, packs=[PACK])
    own = table[(table["industry"] == "34") & (table["bar_kind"] == "in_force")].iloc[0]
    assert (own["bar"], own["source"]) == (8, "longchang-neirong-2022 · 装备制造")
    assert own["excluded"] == 7
    assert table[table["industry"] == "*"]["bar_kind"].unique().tolist() == ["proposed"]
    assert table[table["industry"] == "34"]["industry_name"].iloc[0] == "通用设备制造业"


def test_a_bar_in_force_claims_the_enterprises_of_its_row_only():
    """One division, two rows: 39 of glass and 27 of ceramics, not 66 each."""
    codes = ["3054"] * 39 + ["3071"] * 27 + ["3011"] * 4
    values = np.r_[np.linspace(1, 20, 39), np.linspace(1, 14, 27), [1.0, 2, 3, 4]]
    table = bars(values, np.ones(70), codes=codes, packs=[PACK])
    own = table[(table["industry"] == "30") & (table["bar_kind"] == "in_force")]
    by = own.set_index("source")
    for name, rows in (("玻璃制品制造", values[:39]), ("陶瓷制品制造", values[39:66])):
        row = by.loc[f"longchang-neirong-2022 · {name}"]
        assert row["enterprises"] == row["land_mu"] == len(rows)
        assert row["excluded"] == (rows < row["bar"]).sum()
    assert table[table["bar_kind"] == "proposed"]["enterprises"].unique().tolist() == [70]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["3054", "3071", "3011", "3484", "1351", None]),
            st.floats(0.1, 50),
            st.floats(0.1, 9),
        ),
        min_size=1,
        max_size=30,
    )
)
@examples(30)
def test_the_rows_in_force_share_out_their_enterprises(rows):
    """No enterprise stands under two rows of a table, and none under a row that judges it not."""
    frame = pd.DataFrame(rows, columns=["industry_code", "tax_per_mu", "area_mu"])
    table = thresholds(frame.assign(tax=1.0), [PACK], (0.5,))
    own = table[(table["bar_kind"] == "in_force") & (table["industry"] != "*")]
    taken = PACK.match(Keys(frame, {"industry"}))
    cells = np.array([c.kind == "number" for c in PACK.cells("tax")] + [False])
    coded = frame["industry_code"].notna()
    assert own["enterprises"].sum() == (cells[taken] & coded).sum()


@pytest.mark.parametrize("n", [1, 2])
def test_too_small_a_sample_proposes_nothing(n):
    table = bars(np.arange(1.0, n + 1), np.ones(n), packs=[PACK])
    assert "proposed" not in set(table["bar_kind"])


def test_what_has_no_figure_is_missing_not_excluded():
    table = bars([1.0, 2, 3, np.nan, 5], [1.0, 1, 1, 1, np.nan])
    assert set(table["enterprises"]) == {3}
    assert set(table["missing"]) == {2}


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(0.1, 9)), min_size=3, max_size=30),
    st.randoms(),
)
@examples(40)
def test_row_order_moves_no_bar(rows, random):
    one = bars([r[0] for r in rows], [r[1] for r in rows])
    random.shuffle(rows)
    other = bars([r[0] for r in rows], [r[1] for r in rows])
    pd.testing.assert_frame_equal(one, other)


def own_pack(columns, cells):
    """A pack of one row for all industries."""
    head = {"id": "own", "title_zh": "某园区标准地指标", "title_en": "own", "issuer": "某管委会"}
    head |= {"document": "某文〔2024〕1号", "url": "https://example.org", "date": "2024-01-01"}
    rule = {"operator": ">=", "mandatory": True, "clause": "第一条"}
    return Pack.model_validate(
        {
            "pack": head | {"in_force_from": "2024-01-01"},
            "columns": {name: rule | {"indicator": name} | more for name, more in columns.items()},
            "rows": [{"industry": "各类", "codes": ["*"], "cells": cells}],
        }
    )


def in_force(frame, pack, indicator):
    table = thresholds(frame, [pack])
    kept = (table["indicator"] == indicator) & (table["bar_kind"] == "in_force")
    return table[kept & (table["industry"] == "*")].set_index("source")


def test_each_band_of_a_cell_is_a_bar_for_those_in_it():
    """Revenue up to 100 asks for 5 % of R&D (4.995 is shown as 5.00), above for 3 %."""
    bands = [{"max": 100, "cell": 5}, {"above": 100, "cell": 3}]
    pack = own_pack(
        {"rd_intensity": {"unit": "%"}}, {"rd_intensity": {"by": "revenue", "bands": bands}}
    )
    frame = pd.DataFrame(
        {
            "area_mu": 10.0,
            "revenue": [50.0, 100, 100, 101, 900, np.nan],
            "rd_intensity": [4.0, 4.995, 4.99, 4.0, 2.0, 1.0],
        }
    )
    table = in_force(frame, pack, "rd_intensity")
    told = table[["bar", "enterprises", "excluded"]].to_numpy().tolist()
    assert told == [[5, 3, 2], [3, 2, 1]]
    assert all("营业收入" in source for source in table.index)


def test_a_bar_of_several_of_which_one_is_enough_excludes_who_meets_none():
    """Tax ≥ 8 or revenue ≥ 200: of two below 8, the one with 199.995 of revenue comes in."""
    either = {"unit": "万元/亩", "any_of": "产出"}
    pack = own_pack(
        {"tax_per_mu": either, "revenue_per_mu": either}, {"tax_per_mu": 8, "revenue_per_mu": 200}
    )
    frame = pd.DataFrame(
        {"area_mu": 10.0, "tax_per_mu": [9.0, 7, 7], "revenue_per_mu": [1.0, 199.995, np.nan]}
    )
    assert in_force(frame, pack, "tax_per_mu")["excluded"].tolist() == [1]
    assert in_force(frame, pack, "revenue_per_mu")["excluded"].tolist() == [0]
