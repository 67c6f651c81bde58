"""Hotspots of a project in parts: those of one piece, to the last bit.

Ranks and p-values are of all parcels, and one figure of them after the other is in memory at once,
without outlines; what lies around a parcel its part finds out, across the lines of the parts too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.arrays import Floats, Ints
from geo.evaluate.hotspots import (
    HOTSPOTS,
    Found,
    LocalStatistics,
    Ranking,
    Spread,
    class_counts,
    classes_of,
    corrected,
    counted,
    gathered,
    pairs_within,
    summary_of,
    table_of,
    too_few,
    too_few_near,
)
from geo.geometry.overlay import prepare_large
from geo.partition.spill import CLASSES, LOCAL
from geo.partition.worker import PLACES, PartJob
from geo.pickles import read_pickle, write_pickle
from geo.project import Settings
from geo.project_parts import Hotspots
from geo.run.files import bounds_of_file, write_table
from geo.text import Text, Wording

Each = Callable[[str, Callable[[PartJob], Any], list[PartJob]], list[Any]]
_NEAR = "near.pickle"
_GI, _MORAN = "gi", "moran"


@dataclass(frozen=True)
class Near:
    """Neighbours of a part's parcels, by their places in its file.

    `first` and `second` are pairs of its own, `own` has those with one of another part: of which, and
    its place there.
    """

    first: Ints
    second: Ints
    own: Ints
    part: Ints
    place: Ints


def hotspots_of_parts(each: Each, jobs: list[PartJob], settings: Settings) -> Found:
    """Hotspots of all parcels; each part keeps its rows (`LOCAL`) and its parcels' classes.

    The table is without rows, and so are the columns of classes.
    """
    asked = settings.hotspots
    there, missing = [], []
    looked_for = False
    for name in asked.figures:
        title = Text(settings.catalogue[name].zh, settings.catalogue[name].en)
        ranking = _ranked(jobs, name)
        if ranking is None:
            continue
        few = too_few(ranking, title)
        if few is None and not looked_for:
            boxes = _boxes(jobs)
            each("hotspots", partial(find_near, boxes=boxes, within=asked.within_m), jobs)
            looked_for = True
        if few is None:
            few = _measured(each, jobs, name, ranking.spread, asked, title)
        if few is None:
            there.append(name)
        else:
            missing.append(few)
    counts: list[list[dict[str, object]]] = (
        each("hotspots", partial(tell, names=there, fdr=asked.fdr), jobs) if there else []
    )
    none = pd.DataFrame(columns=list(HOTSPOTS))
    classes = {
        column: values
        for name in there
        for column, values in classes_of(none.astype("str"), name, none.index).items()
    }
    flat = [figure for part in counts for figure in part]
    flat.sort(key=lambda figure: there.index(str(figure["measure"])))
    return Found(none, summary_of(flat, asked), classes, tuple(missing))


def _ranked(jobs: list[PartJob], name: str) -> Ranking | None:
    """Leave each part the ranks of its parcels' figures; None where no parcel has any."""
    values = [_figures(job, name) for job in jobs]
    known = np.concatenate([some[np.isfinite(some)] for some in values])
    if not len(known):
        return None
    ranking = Ranking.of(known)
    del known
    for job, some in zip(jobs, values, strict=True):
        ranks = np.full(len(some), np.nan)
        ranks[np.isfinite(some)] = ranking.ranks(some[np.isfinite(some)])
        np.save(_file(job, "rank", name), ranks)
    return ranking


def _figures(job: PartJob, name: str) -> Floats:
    """A figure of the part's parcels, NaN where it has none."""
    with pq.ParquetFile(job.output / "parcels.parquet") as file:
        if name not in file.schema_arrow.names:
            return np.full(file.metadata.num_rows, np.nan)
        column = file.read(columns=[name])[name].to_pandas()
    out: Floats = column.to_numpy("float64", na_value=np.nan)
    return out


def _measured(
    each: Each, jobs: list[PartJob], name: str, spread: Spread, asked: Hotspots, title: Wording
) -> Wording | None:
    """Both statistics of a figure in each part, held to one rate; why not, where it is left out."""
    settled = each("hotspots", partial(measure, name=name, spread=spread), jobs)
    few = too_few_near(sum(settled), asked, title)
    for statistic in () if few else (_GI, _MORAN):
        files = [_file(job, statistic, name) for job in jobs]
        p = [np.load(file) for file in files]
        rates = corrected(np.concatenate(p))
        ends = np.cumsum([len(some) for some in p])[:-1]
        for file, some in zip(files, np.split(rates, ends), strict=True):
            np.save(file, some)
    return few


def _file(job: PartJob, what: str, name: str) -> Path:
    return job.output / f"hotspots-{what}-{name}.npy"


def _boxes(jobs: list[PartJob]) -> Floats:
    """The bounds of each part's parcels, in metres; NaN of a part without any."""
    return np.array([bounds_of_file(job.output / PLACES) for job in jobs])


def find_near(job: PartJob, boxes: Floats, within: float) -> None:
    """Keep the neighbours of a part's parcels; `boxes` bound the parts."""
    own = _places(job.folder, job.number, None)
    shapes = np.asarray(own.geometry.array)
    first, second = pairs_within(shapes, within)
    pairs = [(first[:0], first[:0], first[:0])]
    wide = boxes + np.array([-within, -within, within, within])
    x0, y0, x1, y1 = wide[job.number]
    with np.errstate(invalid="ignore"):
        meets = (
            (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
        )
    for part in np.flatnonzero(meets):
        if part != job.number:
            others = _places(job.folder, int(part), (x0, y0, x1, y1))
            one, other = _pairs_between(own, others, within)
            place = others["place"].to_numpy(np.int64)[other]
            pairs.append((one, np.full(len(one), part), place))
    across = (np.concatenate(column) for column in zip(*pairs, strict=True))
    write_pickle(job.output / _NEAR, Near(first, second, *across))


def _places(
    folder: Path, part: int, box: tuple[float, float, float, float] | None
) -> gpd.GeoDataFrame:
    """Outlines of a part's parcels in metres, all or those in a box, with place and source row."""
    return gpd.read_parquet(PartJob(folder, part).output / PLACES, bbox=box)


def _pairs_between(
    own: gpd.GeoDataFrame, others: gpd.GeoDataFrame, within: float
) -> tuple[Ints, Ints]:
    """Pairs of one and of others that lie so near, told as both sides tell them: by source rows."""
    shapes, around = (np.asarray(one.geometry.array) for one in (own, others))
    bounds = shapely.bounds(around) + np.array([-within, -within, within, within])
    other, one = shapely.STRtree(shapes).query(shapely.box(*bounds.T))
    rows, other_rows = (
        side["source_row"].to_numpy()[at] for side, at in ((own, one), (others, other))
    )
    before = rows < other_rows
    prepare_large(shapes[np.unique(one[before])])
    prepare_large(around[np.unique(other[~before])])
    near = np.empty(len(one), dtype=bool)
    near[before] = shapely.dwithin(shapes[one[before]], around[other[before]], within)
    near[~before] = shapely.dwithin(around[other[~before]], shapes[one[~before]], within)
    return one[near], other[near]


def measure(job: PartJob, name: str, spread: Spread) -> int:
    """Keep both statistics of the part's parcels; how many have neighbours."""
    near: Near = read_pickle(job.output / _NEAR)
    ranks = np.load(_file(job, "rank", name))
    known = np.isfinite(ranks)
    first, second = (at[known[near.first] & known[near.second]] for at in (near.first, near.second))
    others = np.empty(len(near.own))
    for part in np.unique(near.part):
        of_part = near.part == part
        file = _file(PartJob(job.folder, int(part)), "rank", name)
        others[of_part] = np.load(file, mmap_mode="r")[near.place[of_part]]
    both = known[near.own] & np.isfinite(others)
    own, others, n = near.own[both], others[both], len(ranks)
    held = counted(first, second, n) + np.bincount(own, minlength=n)
    total = gathered(ranks, first, second) + np.bincount(own, others, n)
    some = LocalStatistics.of(ranks[known], held[known], total[known], spread)
    write_pickle(_file(job, "local", name).with_suffix(".pickle"), some)
    np.save(_file(job, _GI, name), some.gi_p)
    np.save(_file(job, _MORAN, name), some.moran_p)
    return int((some.neighbours > 0).sum())


def tell(job: PartJob, names: list[str], fdr: float) -> list[dict[str, object]]:
    """Write the part's rows and its parcels' classes; the counts of each figure's classes."""
    ids = pd.read_parquet(job.output / "parcels.parquet", columns=["parcel_id"])["parcel_id"]
    tables: list[pd.DataFrame] = []
    classes: dict[str, pd.Series[str]] = {}
    for name in names:
        some: LocalStatistics = read_pickle(_file(job, "local", name).with_suffix(".pickle"))
        rates = np.load(_file(job, _GI, name)), np.load(_file(job, _MORAN, name))
        tables.append(table_of(name, ids, _figures(job, name), some, rates, fdr))
        classes |= classes_of(tables[-1], name, ids.index)
    write_table(pd.concat(tables, ignore_index=True), job.output / LOCAL)
    write_pickle(job.output / CLASSES, pd.DataFrame(classes))
    return [class_counts(table) for table in tables if len(table)]
