"""Hotspots of a per-mu figure (亩均热点): where high or low parcels lie together more than by chance.

Two local statistics of each parcel, on the ranks of the figure:

- Gi* (Getis & Ord 1992; Ord & Getis 1995): whether a parcel and its neighbours together are high
  or low among all parcels. On ranks it is the rank-sum test (Wilcoxon) of them against all others.
- local Moran's I (Anselin 1995), its mean and variance by conditional randomisation (Sokal, Oden &
  Thomson 1998): whether the neighbours of a high or low parcel are high or low.

Money per mu is so skewed that one parcel of a hundred times the median would make a hotspot of all
its neighbours, and some of it is zero or negative, which has no logarithm: ranks are used, ties at
their mean, so that units and currency change nothing either. Neighbours are parcels whose outlines
lie within a distance: a road between two blocks does not cut them apart, and of large parcels no
centres are compared. As every parcel is a test, p-values of a statistic are held to one false
discovery rate (Benjamini & Hochberg 1995; of local statistics Caldas de Castro & Singer 2006).

A parcel without the figure is in no sum and nobody's neighbour. What is significant is where to
look, not a verdict: no rule and no grade hangs on it, and neighbours that share an enterprise share
its figure too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import CRS, Array, Floats, Ints, Mask, Shapes
from geo.geometry.overlay import as_metres, in_slices, prepare_large
from geo.model import Indicator
from geo.project_parts import Hotspots
from geo.text import Message, Text, Wording

LEAST = 30
"""Fewest parcels with the figure, and fewest that have neighbours, that classes are made of."""
HOTSPOT_WORDS: dict[str, Wording] = {
    "hot": Message("hotspot.hot"),
    "cold": Message("hotspot.cold"),
    "not_significant": Message("hotspot.not_significant"),
    "alone": Message("hotspot.alone"),
    "no_data": Message("common.no_data"),
}
"""Of Gi*."""
CLUSTER_WORDS: dict[str, Wording] = {
    "high_high": Message("hotspot.high_high"),
    "low_low": Message("hotspot.low_low"),
    "high_low": Message("hotspot.high_low"),
    "low_high": Message("hotspot.low_high"),
    "not_significant": Message("hotspot.not_significant"),
    "alone": Message("hotspot.alone"),
    "no_data": Message("common.no_data"),
}
"""Of local Moran: the parcel first, then its neighbours."""
HOTSPOTS = (
    "parcel_id",
    "measure",
    "value",
    "neighbours",
    "hotspot",
    "gi_z",
    "gi_p",
    "gi_q",
    "cluster",
    "moran_i",
    "moran_z",
    "moran_p",
    "moran_q",
)
"""A row a parcel and figure; `q` are p-values with the correction for many tests."""
SUMMARY = (
    "measure",
    "parcels",
    "no_data_parcels",
    "alone_parcels",
    "neighbours_mean",
    "within_m",
    "fdr",
    *(f"{word}_parcels" for word in ("hot", "cold", *list(CLUSTER_WORDS)[:4])),
)
"""A row a figure; `parcels` are those with it."""


@dataclass(frozen=True)
class Found:
    """Both tables, a column of classes a statistic and figure, and what was not computed."""

    table: pd.DataFrame
    summary: pd.DataFrame
    columns: dict[str, pd.Series[str]]
    missing: tuple[Wording, ...]


@dataclass(frozen=True)
class Ranking:
    """The ranks of a figure among all subjects: its different values in order, and the rank of each."""

    values: Floats
    rank: Floats
    spread: Spread

    @classmethod
    def of(cls, values: Floats) -> Ranking:
        """Of all subjects' values, in any order."""
        distinct, ties = np.unique(values, return_counts=True)
        size, times = np.unique(ties, return_counts=True)
        tied = sum(n * (t**3 - t) for t, n in zip(size.tolist(), times.tolist(), strict=True))
        n = len(values)
        spread = Spread(n, (n + 1) / 2, (n**3 - n - tied) / 12)
        return cls(distinct, np.cumsum(ties) - (ties - 1) / 2, spread)

    def ranks(self, values: Floats) -> Floats:
        """The ranks, from 1, of some of these values; those of equal values are their mean."""
        out: Floats = self.rank[np.searchsorted(self.values, values)]
        return out


@dataclass(frozen=True)
class Spread:
    """All subjects' values: how many, their mean, and what squared deviations from it add up to."""

    count: int
    mean: float
    total: float


@dataclass(frozen=True)
class LocalStatistics:
    """Both statistics of some subjects with the figure: z and p of each, NaN of those alone.

    `neighbours` are how many each has, `moran_i` is local Moran's I, `kind` the quadrant: the subject,
    then its neighbours, high or low.
    """

    neighbours: Ints
    gi_z: Floats
    gi_p: Floats
    moran_i: Floats
    moran_z: Floats
    moran_p: Floats
    kind: Array

    @classmethod
    def of(cls, ranked: Floats, held: Ints, near: Floats, spread: Spread) -> LocalStatistics:
        """Of subjects of these ranks, with `held` neighbours whose ranks add up to `near`."""
        alone = held == 0
        gi = gi_z(ranked, held, near, spread)
        moran, index, lag = moran_z(ranked, held, near, spread)
        high = ranked > spread.mean
        with np.errstate(invalid="ignore"):
            kind = np.select(
                [high & (lag > 0), high, lag > 0], ["high_high", "high_low", "low_high"], "low_low"
            )
        gi, moran, index = (np.where(alone, np.nan, some) for some in (gi, moran, index))
        return cls(held, gi, two_sided(gi), index, moran, two_sided(moran), kind)


def pairs_within(shapes: Shapes, distance: float) -> tuple[Ints, Ints]:
    """Pairs (i < j) of polygons in metres whose outlines lie within so many metres, each once."""
    tree = shapely.STRtree(shapes)

    def of_some(start: int, end: int) -> tuple[Ints, Ints]:
        some = shapes[start:end]
        bounds = shapely.bounds(some) + np.array([-distance, -distance, distance, distance])
        first, second = tree.query(shapely.box(*bounds.T))
        once = first + start < second
        first, second = first[once], second[once]
        prepare_large(some)
        near = shapely.dwithin(some[first], shapes[second], distance)
        return first[near] + start, second[near]

    first, second = in_slices(of_some, len(shapes))
    return first, second


def gi_z(values: Floats, held: Ints, near: Floats, every: Spread) -> Floats:
    """Z of Getis–Ord Gi* of subjects with `held` neighbours, whose values add up to `near`.

    The subject itself is among them. Not defined without variance, or where all subjects are
    neighbours of one.
    """
    n, size = every.count, 1.0 + held
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.sqrt(every.total / n) * np.sqrt((n * size - size**2) / (n - 1))
        z = (values + near - every.mean * size) / width
    return np.where(np.isfinite(z), z, np.nan)


def moran_z(
    values: Floats, held: Ints, near: Floats, every: Spread
) -> tuple[Floats, Floats, Floats]:
    """Local Moran of subjects as `gi_z` has them: z, I, and the neighbours' mean.

    z is that of the neighbours' mean: above zero where they are higher than chance would have
    them, given the subject's own value. The mean is of deviations from the mean of all.
    """
    deviation, others = values - every.mean, every.count - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        lag = (near - held * every.mean) / held
        expected = -deviation / others
        variance = (every.total - deviation**2) / others - expected**2
        z = (lag - expected) / np.sqrt(variance / held * (others - held) / (others - 1))
        index = deviation * lag / (every.total / every.count)
    return np.where(np.isfinite(z), z, np.nan), index, lag


def counted(first: Ints, second: Ints, n: int) -> Ints:
    """How many neighbours each of n subjects has."""
    out: Ints = np.bincount(np.r_[first, second], minlength=n)
    return out


def gathered(values: Floats, first: Ints, second: Ints) -> Floats:
    """What the neighbours of each subject add up to."""
    n = len(values)
    out = np.zeros(n)
    out += np.bincount(first, values[second], n)
    out += np.bincount(second, values[first], n)
    return out


def corrected(p: Floats) -> Floats:
    """P-values by Benjamini and Hochberg: each the least rate at which it is a discovery.

    >>> corrected(np.array([0.01, np.nan, 0.04, 0.03])).round(3).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    out = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return out


def two_sided(z: Floats) -> Floats:
    """P-values of the normal distribution."""
    from scipy.special import ndtr  # noqa: PLC0415 -- it is slow to load

    p: Floats = 2 * ndtr(-np.abs(z))
    return p


def hotspots(
    parcels: gpd.GeoDataFrame,
    asked: Hotspots,
    catalogue: Mapping[str, Indicator],
    plane: CRS | None = None,
) -> Found:
    """Hotspots of the figures that are `asked`; of one that no parcel has nothing is said.

    Parameters
    ----------
    parcels
        Polygons of any CRS, with `parcel_id` and the figures as float64, NaN without data.
    asked
        The figures, the distance that makes neighbours, the false discovery rate.
    catalogue
        Indicators by name: what the figures are called.
    plane
        The CRS in metres that distances are measured in; else one is made for the parcels.

    Returns
    -------
    Found
        Tables as `HOTSPOTS` and `SUMMARY` have them; columns `<figure>_hotspot` of
        `HOTSPOT_WORDS` and `<figure>_cluster` of `CLUSTER_WORDS`, on the parcels' index.
    """
    there = [name for name in asked.figures if name in parcels and parcels[name].notna().any()]
    tables, rows, missing = [], [], []
    columns: dict[str, pd.Series[str]] = {}
    pairs = None
    for name in there:
        values = parcels[name].to_numpy("float64", na_value=np.nan)
        known = np.isfinite(values)
        title = Text(catalogue[name].zh, catalogue[name].en)
        ranking = Ranking.of(values[known])
        few = too_few(ranking, title)
        if few is None and pairs is None:
            pairs = pairs_within(as_metres(parcels.geometry, plane)[0], asked.within_m)
        first, second = (np.empty(0, np.int64),) * 2 if pairs is None else _among(pairs, known)
        settled = counted(first, second, int(known.sum()))
        few = few or too_few_near(int((settled > 0).sum()), asked, title)
        if few is not None:
            missing.append(few)
            continue
        ranked = ranking.ranks(values[known])
        near = gathered(ranked, first, second)
        some = LocalStatistics.of(ranked, settled, near, ranking.spread)
        rates = corrected(some.gi_p), corrected(some.moran_p)
        table = table_of(name, parcels["parcel_id"], values, some, rates, asked.fdr)
        tables.append(table)
        rows.append(class_counts(table))
        columns |= classes_of(table, name, parcels.index)
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(HOTSPOTS))
    return Found(whole, summary_of(rows, asked), columns, tuple(missing))


def too_few(ranking: Ranking, title: Wording) -> Wording | None:
    """Why a figure of so few parcels, or of one value, is left out; None where it is not."""
    count = ranking.spread.count
    if count < LEAST:
        return Message("hotspot.too_few", figure=title, count=count, least=LEAST)
    if len(ranking.values) == 1:
        return Message("hotspot.all_equal", figure=title)
    return None


def too_few_near(count: int, asked: Hotspots, title: Wording) -> Wording | None:
    """Why a figure of which so few parcels have neighbours is left out; None where it is not."""
    if count >= LEAST:
        return None
    distance = f"{asked.within_m:g}"
    return Message("hotspot.too_few_near", figure=title, count=count, metres=distance, least=LEAST)


def _among(pairs: tuple[Ints, Ints], known: Mask) -> tuple[Ints, Ints]:
    """The pairs of which both have data, by their places among those that have."""
    place = np.cumsum(known) - 1
    both = known[pairs[0]] & known[pairs[1]]
    return place[pairs[0][both]], place[pairs[1][both]]


def table_of(
    name: str,
    ids: pd.Series[str],
    values: Floats,
    some: LocalStatistics,
    rates: tuple[Floats, Floats],
    fdr: float,
) -> pd.DataFrame:
    """A row a parcel; NaN and `no_data` where it has no figure, `alone` where no neighbour.

    `some` are the statistics of those with the figure, `rates` their corrected p-values.
    """
    known, alone = np.isfinite(values), some.neighbours == 0
    gi_q, moran_q = rates
    with np.errstate(invalid="ignore"):
        hot = np.where(gi_q <= fdr, np.where(some.gi_z > 0, "hot", "cold"), "not_significant")
        cluster = np.where(moran_q <= fdr, some.kind, "not_significant")
    figures = {
        "neighbours": some.neighbours.astype(np.float64),
        "gi_z": some.gi_z,
        "gi_p": some.gi_p,
        "gi_q": gi_q,
        "moran_i": some.moran_i,
        "moran_z": some.moran_z,
        "moran_p": some.moran_p,
        "moran_q": moran_q,
    }
    out = pd.DataFrame(
        {"parcel_id": ids.astype("str").to_numpy(), "measure": name, "value": values}
    )
    for column, given in figures.items():
        out[column] = np.nan
        out.loc[known, column] = given
    for column, classes in (("hotspot", hot), ("cluster", cluster)):
        every = np.full(len(known), "no_data", dtype=object)
        every[known] = np.where(alone, "alone", classes)
        out[column] = pd.array(every, dtype="str")
    out["neighbours"] = out["neighbours"].astype("Int64")
    return out[list(HOTSPOTS)]


def classes_of(table: pd.DataFrame, name: str, index: pd.Index) -> dict[str, pd.Series[str]]:
    """The columns of parcels that a figure's table gives."""
    return {f"{name}_{kind}": table[kind].set_axis(index) for kind in ("hotspot", "cluster")}


def class_counts(table: pd.DataFrame) -> dict[str, object]:
    """What a figure's table, or that of some of its parcels, has of each class."""
    by_word = {**table["hotspot"].value_counts(), **table["cluster"].value_counts()}
    known = table["neighbours"].dropna()
    words = SUMMARY[SUMMARY.index("fdr") + 1 :]
    return {
        "measure": table["measure"].iloc[0],
        "parcels": len(known),
        "no_data_parcels": len(table) - len(known),
        "alone_parcels": int((known == 0).sum()),
        "neighbours": int(known.sum()),
    } | {word: int(by_word.get(word.removesuffix("_parcels"), 0)) for word in words}


def summary_of(counts: list[dict[str, object]], asked: Hotspots) -> pd.DataFrame:
    """A row a figure, of the counts of all its parcels, which may be in pieces."""
    table = pd.DataFrame(counts, columns=["measure", "neighbours", *SUMMARY[1:]])
    out = table.groupby("measure", sort=False).sum().reset_index()
    out["neighbours_mean"] = out["neighbours"] / out["parcels"]
    out = out.assign(within_m=asked.within_m, fdr=asked.fdr)
    return out[list(SUMMARY)]
