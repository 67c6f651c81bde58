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

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.geometry.overlay import as_metres
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
class Statistics:
    """A local statistic of each of n subjects: float64 (n), NaN where it is not defined."""

    z: Floats
    p: Floats
    q: Floats


@dataclass(frozen=True)
class Found:
    """Both tables, a column of classes a statistic and figure, and what was not computed."""

    table: pd.DataFrame
    summary: pd.DataFrame
    columns: dict[str, pd.Series[str]]
    missing: tuple[Wording, ...]


def pairs_within(shapes: Shapes, distance: float) -> tuple[Ints, Ints]:
    """Pairs (i < j) of polygons in metres whose outlines lie within so many metres, each once."""
    tree = shapely.STRtree(shapes)
    bounds = shapely.bounds(shapes) + np.array([-distance, -distance, distance, distance])
    first, second = tree.query(shapely.box(*bounds.T))
    once = first < second
    first, second = first[once], second[once]
    shapely.prepare(shapes)
    near = shapely.dwithin(shapes[first], shapes[second], distance)
    return first[near], second[near]


def ranks(values: Floats) -> Floats:
    """Ranks from 1, those of equal values their mean.

    >>> ranks(np.array([7.0, 1.0, 7.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    out: Floats = np.asarray(pd.Series(values).rank(), np.float64)
    return out


def gi_star(values: Floats, first: Ints, second: Ints) -> Statistics:
    """Getis and Ord's Gi* with binary weights, the subject itself among its neighbours.

    Not defined without variance, or where all subjects are neighbours of one.
    """
    n = len(values)
    held = 1.0 + counted(first, second, n)
    local = values + gathered(values, first, second)
    spread = n * held - held**2
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (local - values.mean() * held) / (values.std() * np.sqrt(spread / (n - 1)))
    return _statistics(np.where(np.isfinite(z), z, np.nan))


def local_moran(values: Floats, first: Ints, second: Ints) -> tuple[Statistics, Floats, Floats]:
    """Local Moran's I with row-standardised weights: its test, I itself, the neighbours' mean.

    z is that of the neighbours' mean: above zero where they are higher than chance would have
    them, given the subject's own value. The mean is of deviations from the mean of all.
    """
    n = len(values)
    held = counted(first, second, n).astype(np.float64)
    deviation = values - values.mean()
    total = float((deviation**2).sum())
    others = n - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        lag = gathered(deviation, first, second) / held
        expected = -deviation / others
        variance = (total - deviation**2) / others - expected**2
        z = (lag - expected) / np.sqrt(variance / held * (others - held) / (others - 1))
        index = deviation * lag / (total / n)
    return _statistics(np.where(np.isfinite(z), z, np.nan)), index, lag


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


def _statistics(z: Floats) -> Statistics:
    """With two-sided p-values of the normal distribution."""
    from scipy.special import ndtr  # noqa: PLC0415 -- it is slow to load

    p = 2 * ndtr(-np.abs(z))
    return Statistics(z, p, corrected(p))


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
    tables, rows, columns, missing = [], [], {}, []
    pairs = None
    for name in there:
        values = parcels[name].to_numpy("float64", na_value=np.nan)
        known = np.isfinite(values)
        title = Text(catalogue[name].zh, catalogue[name].en)
        few = _too_few(values[known], title)
        if few is None and pairs is None:
            pairs = pairs_within(as_metres(parcels.geometry, plane)[0], asked.within_m)
        first, second = (np.empty(0, np.int64),) * 2 if pairs is None else _among(pairs, known)
        settled = counted(first, second, int(known.sum()))
        if few is None and (settled > 0).sum() < LEAST:
            few = _alone(settled, asked, title)
        if few is not None:
            missing.append(few)
            continue
        table = _table(parcels["parcel_id"], values, known, first, second, asked.fdr)
        table.insert(1, "measure", name)
        tables.append(table)
        rows.append(_counts(table, name, asked))
        for kind in ("hotspot", "cluster"):
            columns[f"{name}_{kind}"] = table[kind].set_axis(parcels.index)
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(HOTSPOTS))
    summary = pd.DataFrame(rows, columns=list(SUMMARY))
    return Found(whole, summary, columns, tuple(missing))


def _too_few(values: Floats, title: Wording) -> Wording | None:
    if len(values) < LEAST:
        return Message("hotspot.too_few", figure=title, count=len(values), least=LEAST)
    if (values == values[0]).all():
        return Message("hotspot.all_equal", figure=title)
    return None


def _alone(neighbours: Ints, asked: Hotspots, title: Wording) -> Wording:
    count = int((neighbours > 0).sum())
    distance = f"{asked.within_m:g}"
    return Message("hotspot.too_few_near", figure=title, count=count, metres=distance, least=LEAST)


def _among(pairs: tuple[Ints, Ints], known: Mask) -> tuple[Ints, Ints]:
    """The pairs of which both have data, by their places among those that have."""
    place = np.cumsum(known) - 1
    both = known[pairs[0]] & known[pairs[1]]
    return place[pairs[0][both]], place[pairs[1][both]]


def _table(
    ids: pd.Series[str], values: Floats, known: Mask, first: Ints, second: Ints, fdr: float
) -> pd.DataFrame:
    """A row a parcel; NaN and `no_data` where it has no figure, `alone` where no neighbour."""
    ranked = ranks(values[known])
    near = counted(first, second, len(ranked))
    alone = near == 0
    gi = _without(gi_star(ranked, first, second), alone)
    moran, index, lag = local_moran(ranked, first, second)
    moran = _without(moran, alone)
    high = ranked > ranked.mean()
    with np.errstate(invalid="ignore"):
        quadrant = np.select(
            [high & (lag > 0), high, lag > 0], ["high_high", "high_low", "low_high"], "low_low"
        )
        hot = np.where(gi.q <= fdr, np.where(gi.z > 0, "hot", "cold"), "not_significant")
        cluster = np.where(moran.q <= fdr, quadrant, "not_significant")
    figures = {
        "neighbours": near.astype(np.float64),
        **{f"gi_{name}": getattr(gi, name) for name in ("z", "p", "q")},
        "moran_i": np.where(alone, np.nan, index),
        **{f"moran_{name}": getattr(moran, name) for name in ("z", "p", "q")},
    }
    out = pd.DataFrame({"parcel_id": ids.astype("str").to_numpy(), "value": values})
    for name, some in figures.items():
        out[name] = np.nan
        out.loc[known, name] = some
    for name, classes in (("hotspot", hot), ("cluster", cluster)):
        every = np.full(len(known), "no_data", dtype=object)
        every[known] = np.where(alone, "alone", classes)
        out[name] = pd.array(every, dtype="str")
    out["neighbours"] = out["neighbours"].astype("Int64")
    return out[[name for name in HOTSPOTS if name != "measure"]]


def _without(found: Statistics, alone: Mask) -> Statistics:
    """Parcels without a neighbour are no test, and not counted among the tests."""
    z, p = (np.where(alone, np.nan, some) for some in (found.z, found.p))
    return Statistics(z, p, corrected(p))


def _counts(table: pd.DataFrame, name: str, asked: Hotspots) -> dict[str, object]:
    by_word = {**table["hotspot"].value_counts(), **table["cluster"].value_counts()}
    known = table["neighbours"].dropna()
    return {
        "measure": name,
        "parcels": len(known),
        "no_data_parcels": len(table) - len(known),
        "alone_parcels": int((known == 0).sum()),
        "neighbours_mean": float(known.mean()),
        "within_m": asked.within_m,
        "fdr": asked.fdr,
    } | {
        column: int(by_word.get(column.removesuffix("_parcels"), 0))
        for column in SUMMARY[SUMMARY.index("fdr") + 1 :]
    }
