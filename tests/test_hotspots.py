"""Hotspots: by hand on nine squares, beside esda, beside the rank-sum test, and what moves nothing."""

from __future__ import annotations

import warnings

import esda
import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from geo.evaluate.hotspots import (
    Ranking,
    Spread,
    corrected,
    counted,
    gathered,
    gi_z,
    hotspots,
    moran_z,
    pairs_within,
    two_sided,
)
from geo.model import INDICATORS
from geo.project_parts import Hotspots
from tests.builders import EAST, GK, NORTH

SIDE = 100.0
TAX = Hotspots(figures=["tax_per_mu"])


def grid(side: int, gap: float = 20.0) -> np.ndarray:
    """Squares of a hectare, a road of `gap` metres between them, row by row."""
    step = SIDE + gap
    return np.array(
        [
            shapely.box(x, y, x + SIDE, y + SIDE)
            for y in NORTH + step * np.arange(side)
            for x in EAST + step * np.arange(side)
        ]
    )


def layer(shapes: np.ndarray, values: np.ndarray) -> gpd.GeoDataFrame:
    ids = [f"P{at:05d}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"parcel_id": ids, "tax_per_mu": values}, geometry=shapes, crs=GK)


def found(parcels: gpd.GeoDataFrame, asked: Hotspots = TAX) -> pd.DataFrame:
    return hotspots(parcels, asked, INDICATORS).table.set_index("parcel_id")


def test_neighbours_across_a_road_and_not_across_a_wider_one() -> None:
    # A corner of 3 × 3 has three neighbours, a side five, the middle eight: diagonals are
    # 28.3 m apart across two roads of 20 m.
    first, second = pairs_within(grid(3), 30.0)
    assert np.bincount(np.r_[first, second]).tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    first, second = pairs_within(grid(3), 20.0)
    assert np.bincount(np.r_[first, second]).tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]
    assert not len(pairs_within(grid(3), 19.9)[0])


def test_gi_star_by_hand() -> None:
    # Values 1 … 9 on 3 × 3: mean 5, variance 60 / 9. The corner of 1 has 1 + 2 + 4 + 5 = 12 on four
    # squares: (12 − 5 · 4) / √(60/9 · (9·4 − 16)/8) = −8 / √(50/3) = −1.9596. The side of 2 has
    # 1 + 2 + 3 + 4 + 5 + 6 = 21 on six: (21 − 30) / √(60/9 · (54 − 36)/8) = −9 / √15 = −2.3238.
    # Everything is the middle's neighbour: it is not defined there.
    values, (first, second) = np.arange(1.0, 10), pairs_within(grid(3), 30.0)
    held, near = counted(first, second, 9), gathered(values, first, second)
    z = gi_z(values, held, near, Spread(9, 5.0, 60.0))
    corner, side = -8 / np.sqrt(50 / 3), -9 / np.sqrt(15)
    assert z[[0, 1, 7, 8]] == pytest.approx([corner, side, -side, -corner])
    assert np.isnan(z[4])
    assert two_sided(z)[0] == pytest.approx(0.0500, abs=5e-5)  # 2 Φ(−1.9596)


def test_local_moran_by_hand() -> None:
    # Three in a row with 1, 2, 6: deviations −2, −1, 3, mean square 14/3. The first has one
    # neighbour: I = −2 · −1 / (14/3) = 3/7. The others of the first are −1 and 3: mean 1,
    # variance 4, so z = (−1 − 1) / √(4 · (2 − 1)/(2 − 1)) = −1.
    values, first, second = np.array([1.0, 2, 6]), np.array([0, 1]), np.array([1, 2])
    held, near = counted(first, second, 3), gathered(values, first, second)
    z, index, lag = moran_z(values, held, near, Spread(3, 3.0, 14.0))
    assert index[0] == pytest.approx(3 / 7)
    assert lag.tolist() == [-1.0, 0.5, -1.0]
    assert z[0] == pytest.approx(-1.0)


@pytest.fixture(scope="module")
def skewed() -> gpd.GeoDataFrame:
    """Money that is skewed and tied, over 12 × 12 squares, a rich corner among them."""
    rng = np.random.default_rng(7)
    values = np.round(rng.lognormal(1, 1.2, (12, 12)), 1)
    values[:4, :4] += 30
    values[9, 9] = 500
    return layer(grid(12), values.ravel())


@pytest.fixture(scope="module")
def weights(skewed: gpd.GeoDataFrame) -> libpysal.weights.W:
    near = {at: [] for at in range(len(skewed))}
    for a, b in zip(*pairs_within(skewed.geometry.to_numpy(), 60.0), strict=True):
        near[a].append(b)
        near[b].append(a)
    return libpysal.weights.W(near, silence_warnings=True)


def test_esda_says_the_same(skewed: gpd.GeoDataFrame, weights: libpysal.weights.W) -> None:
    values = skewed["tax_per_mu"].to_numpy()
    table = found(skewed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gi = esda.G_Local(stats.rankdata(values), weights, "B", permutations=0, star=True)
        moran = esda.Moran_Local(stats.rankdata(values), weights, "R", permutations=0)
    assert table["gi_z"].to_numpy() == pytest.approx(gi.Zs)
    # Anselin divides by the mean square of n, esda by that of n − 1.
    index = moran.Is * len(values) / (len(values) - 1)
    assert table["moran_i"].to_numpy() == pytest.approx(index)
    apart = moran.z != 0  # of one at the mean esda's I, its mean and variance are zero
    z = ((index - moran.EIc) * np.sign(moran.z))[apart] / np.sqrt(moran.VIc[apart])
    assert table["moran_z"].to_numpy()[apart] == pytest.approx(z)
    words = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    clear = (table["cluster"] != "not_significant").to_numpy()
    assert clear.sum() > 5
    assert table["cluster"].to_numpy()[clear].tolist() == [words[q] for q in moran.q[clear]]
    assert table.loc["P00013", ["hotspot", "cluster"]].tolist() == ["hot", "high_high"]
    # One parcel of 500 among plain ones is no hotspot of all its neighbours.
    assert table.loc["P00117", "hotspot"] == "not_significant"


def test_gi_star_of_ranks_is_the_rank_sum_test(skewed: gpd.GeoDataFrame) -> None:
    values = skewed["tax_per_mu"].to_numpy()
    first, second = pairs_within(skewed.geometry.to_numpy(), 60.0)
    p = found(skewed)["gi_p"].to_numpy()
    for at in (0, 17, 70):
        near = np.r_[at, second[first == at], first[second == at]]
        rest = np.delete(values, near)
        plain = stats.mannwhitneyu(values[near], rest, use_continuity=False, method="asymptotic")
        assert p[at] == pytest.approx(plain.pvalue)


@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=30))
def test_the_correction_is_scipys(p: list[float]) -> None:
    assert corrected(np.array(p)) == pytest.approx(stats.false_discovery_control(p, method="bh"))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30))
def test_ranks_are_scipys(values: list[int]) -> None:
    ranked = Ranking.of(np.array(values, float)).ranks(np.array(values, float))
    assert ranked.tolist() == stats.rankdata(values).tolist()


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1e4))
def test_neither_order_nor_unit_nor_crs_moves_a_figure(
    skewed: gpd.GeoDataFrame, seed: int, unit: float
) -> None:
    order = np.random.default_rng(seed).permutation(len(skewed))
    other = skewed.iloc[order].to_crs(4490)
    other["tax_per_mu"] *= unit
    moved = found(other).loc[skewed["parcel_id"]].drop(columns="value")
    pd.testing.assert_frame_equal(moved, found(skewed).drop(columns="value"))


def test_without_data_a_parcel_is_nobodys_neighbour(skewed: gpd.GeoDataFrame) -> None:
    holes = skewed.copy()
    holes.loc[[1, 12, 13], "tax_per_mu"] = np.nan  # all that the first is near to
    table = found(holes)
    assert table.loc["P00001", ["hotspot", "cluster"]].tolist() == ["no_data"] * 2
    assert table.loc["P00000", ["hotspot", "cluster"]].tolist() == ["alone"] * 2
    assert table.loc["P00000", ["gi_z", "gi_q", "moran_i"]].isna().all()
    # The others are as if these parcels were not there.
    left = found(holes.dropna(subset="tax_per_mu"))
    pd.testing.assert_frame_equal(table.loc[left.index], left)
    counts = hotspots(holes, TAX, INDICATORS).summary.iloc[0]
    assert counts[["parcels", "no_data_parcels", "alone_parcels"]].tolist() == [141, 3, 1]


@pytest.mark.parametrize(
    ("values", "gap", "code"),
    [
        (np.r_[np.arange(29.0), [np.nan] * 7], 20, "too_few"),
        (np.full(36, 7.0), 20, "all_equal"),
        (np.arange(36.0), 61, "too_few_near"),
    ],
)
def test_where_nothing_can_be_said_a_sentence_says_so(
    values: np.ndarray, gap: float, code: str
) -> None:
    said = hotspots(layer(grid(6, gap), values), TAX, INDICATORS)
    assert not len(said.table)
    assert not said.columns
    assert [text.code for text in said.missing] == [f"hotspot.{code}"]
    assert "亩均税收" in said.missing[0]("zh")


def test_noise_is_seldom_a_hotspot() -> None:
    rng = np.random.default_rng(3)
    held = layer(grid(10), rng.lognormal(0, 2, 100))
    runs = [found(held.assign(tax_per_mu=rng.permutation(held["tax_per_mu"]))) for _ in range(40)]
    # A run has a discovery by chance in at most 5 of 100; of 40 seven would be one in a thousand.
    for kind in ("hotspot", "cluster"):
        assert sum((one[kind] != "not_significant").any() for one in runs) < 7


def test_a_figure_that_is_not_per_mu_is_refused() -> None:
    with pytest.raises(ValidationError, match="tax_per_mu"):
        Hotspots(figures=["tax"])
    assert not len(
        hotspots(layer(grid(6), np.arange(36.0)), Hotspots(figures=[]), INDICATORS).table
    )
