"""Histories of parcels (宗地沿革) of a project in parts: those of one piece, each told once.

The earlier parcels lie in one file. A part lays its own parcels over those that it meets (`meet`)
and keeps the pairs. An earlier parcel that several parts meet crosses their lines: each part says
what it has of it and of the groups that it belongs to (`group`), the whole joins these (`_join`),
and each part writes its rows, knowing what they are a piece of (`tell`). What is gone of a crossing
parcel the whole tells; of those that no part meets each part tells a stretch of the file.
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

from geo.arrays import CRS, Ints, Mask
from geo.geometry.overlay import as_metres
from geo.land.lineage import (
    Histories,
    Lineage,
    Meeting,
    as_layer,
    change_of,
    changes_of,
    gone_of,
    land_of,
    main_relation,
    rows_of,
)
from geo.partition.spill import LINEAGE, RELATIONS
from geo.partition.worker import PartJob
from geo.pickles import read_pickle, write_pickle
from geo.run.files import write_table

ROWS = 5_000
"""Rows of a row group of the file: what a reader can leave out."""
_EARLIER, _MEETING, _JOINED = "earlier.parquet", "meeting.pickle", "joined.pickle"
_AT = "at"
"""The place of an earlier parcel in its layer, by which all parts know it."""
_READ = ["parcel_id", "park_id", "source_row", "geometry"]

Each = Callable[[str, Callable[[PartJob], Any], list[PartJob]], list[Any]]


@dataclass(frozen=True)
class Grouped:
    """What a part has of crossing parcels, by their places.

    `parcels` are these, with `parcel_id`, `park_id` and `old`; `pieces` what parcels of the part
    share with them, with the row of each; `groups` a row a group with any: how many parcels of both
    years it has beside them, and its number; `members` which are in which.
    """

    parcels: pd.DataFrame
    pieces: pd.DataFrame
    groups: pd.DataFrame
    members: pd.DataFrame


@dataclass(frozen=True)
class Joined:
    """What the whole knows of a part's crossing parcels.

    `open_old`, by place, says which have land beyond the largest of their pieces; `groups`, by
    label, has the number of each history and whether several parcels of a year are in it. Of the
    places `unmet` the part tells those in its stretch of the file.
    """

    open_old: pd.Series[bool]
    groups: pd.DataFrame
    unmet: Ints


@dataclass(frozen=True)
class Told:
    """Land by park and relation, and in all; rows of crossing parcels apart (`at`, `relation`)."""

    changes: pd.DataFrame
    totals: list[pd.DataFrame]
    crossing: pd.DataFrame


def keep_earlier(before: gpd.GeoDataFrame, plane: CRS, folder: Path) -> None:
    """The usable earlier parcels into a file for all parts, in the plane, neighbours together."""
    flat = before[["parcel_id", "park_id"]].assign(**{_AT: np.arange(len(before))})
    frame = gpd.GeoDataFrame(flat, geometry=before.geometry).to_crs(plane)
    order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
    frame.iloc[order].to_parquet(
        folder / _EARLIER,
        index=False,
        compression="zstd",
        schema_version="1.1.0",
        write_covering_bbox=True,
        row_group_size=ROWS,
    )


def are_kept(folder: Path) -> bool:
    """Whether there are earlier parcels."""
    return (folder / _EARLIER).is_file()


def histories(each: Each, jobs: list[PartJob], plane: CRS, band: float, crs: CRS) -> Lineage:
    """The histories of all parts: each writes its rows, and the relations of its parcels.

    `table` has what is gone of crossing parcels, `change` the land of all; `relation` is empty.
    """
    folder = jobs[0].folder
    met = each("lineage", partial(meet, plane=plane, band=band), jobs)
    count = pq.read_metadata(folder / _EARLIER).num_rows
    parts = np.bincount(np.concatenate(met), minlength=count)
    crossing = np.flatnonzero(parts > 1)
    grouped: list[Grouped] = each("lineage", partial(group, crossing=crossing), jobs)
    rest, joined = _join(grouped, np.flatnonzero(parts == 0), band)
    for job, one in zip(jobs, joined, strict=True):
        write_pickle(job.output / _JOINED, one)
    told: list[Told] = each("lineage", partial(tell, plane=plane, crs=crs, parts=len(jobs)), jobs)
    gone, outlines = gone_of(rest)
    of_rest = gone.assign(at=gone["_before"])[["at", "relation", "shared_m2"]]
    places = {place: at for at, place in enumerate(rest.before[_AT])}
    of_parts = [one.crossing.assign(at=one.crossing["at"].map(places)) for one in told]
    rows = pd.concat([of_rest, *of_parts], ignore_index=True).rename(columns={"at": "_before"})
    changes = changes_of(rest, rows.astype({"_before": "int64"}).assign(_after=-1))
    return Lineage(
        as_layer(gone, outlines, plane, crs),
        change_of(
            [changes, *(one.changes for one in told)],
            [land_of(rest.before, rest.old, "before"), *(t for one in told for t in one.totals)],
        ),
        pd.Series(dtype="str"),
    )


def meet(job: PartJob, plane: CRS, band: float) -> Ints:
    """Lay the part's parcels over the earlier ones; the places of those that share land."""
    after = gpd.read_parquet(job.output / "parcels.parquet", columns=_READ)
    new, _ = as_metres(after.geometry, plane)
    box = gpd.GeoSeries(new, crs=plane).total_bounds
    around = tuple(box) if len(after) else (0.0, 0.0, 0.0, 0.0)
    before = gpd.read_parquet(job.folder / _EARLIER, bbox=around)
    before = before.sort_values(_AT, ignore_index=True)
    meeting = Meeting.of(before, after, band, plane).met()
    write_pickle(job.output / _MEETING, meeting)
    places: Ints = meeting.before[_AT].to_numpy(np.int64)
    return places


def group(job: PartJob, crossing: Ints) -> Grouped:
    """What a part has of the crossing parcels and their groups."""
    meeting: Meeting = read_pickle(job.output / _MEETING)
    cross = _is_crossing(meeting, crossing)
    at = meeting.before[_AT].to_numpy()
    old, new = meeting.groups()
    labels = np.unique(old[cross])
    size = len(meeting.old) + len(meeting.new)
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, new, meeting.number)
    counts = {
        "olds": np.bincount(old[~cross], minlength=size),
        "news": np.bincount(new, minlength=size),
        "first": first,
    }
    pairs = cross[meeting.zone]
    return Grouped(
        meeting.before[cross].assign(old=meeting.old[cross]),
        pd.DataFrame(
            {
                "at": at[meeting.zone[pairs]],
                "row": meeting.number[meeting.shape[pairs]],
                "part": meeting.part[pairs],
            }
        ),
        pd.DataFrame({name: of[labels] for name, of in counts.items()}, index=labels),
        pd.DataFrame({"label": old[cross], "at": at[cross]}),
    )


def tell(job: PartJob, plane: CRS, crs: CRS, parts: int) -> Told:
    """Write the part's rows of the table, and what became of each of its parcels."""
    meeting: Meeting = read_pickle(job.output / _MEETING)
    joined: Joined = read_pickle(job.output / _JOINED)
    cross = _is_crossing(meeting, joined.open_old.index.to_numpy())
    places = meeting.before[_AT].to_numpy()
    meeting.open_old[cross] = joined.open_old.loc[places[cross]].to_numpy()
    found = Histories.of(meeting, joined.groups)
    meeting = meeting.beside(_stretch(job, joined.unmet, parts))
    cross = np.append(cross, np.zeros(len(meeting.old) - len(cross), dtype=bool))
    table, outlines = rows_of(meeting, found, cross)
    write_table(as_layer(table, outlines, plane, crs), job.output / LINEAGE)
    write_pickle(job.output / RELATIONS, main_relation(table, meeting.after))
    apart = np.append(cross, False)[table["_before"].to_numpy()]  # -1 is the last
    crossing = table.loc[apart, ["_before", "relation", "shared_m2"]]
    return Told(
        changes_of(meeting, table.assign(_before=table["_before"].mask(apart, -1))),
        [
            land_of(meeting.before[~cross], meeting.old[~cross], "before"),
            land_of(meeting.after, meeting.new, "after"),
        ],
        crossing.assign(at=places[crossing["_before"]])[["at", "relation", "shared_m2"]],
    )


def _is_crossing(meeting: Meeting, crossing: Ints) -> Mask:
    mask: Mask = np.isin(meeting.before[_AT].to_numpy(), crossing)
    return mask


def _stretch(job: PartJob, unmet: Ints, parts: int) -> gpd.GeoDataFrame:
    """The unmet parcels in the part's stretch of the file."""
    file = job.folder / _EARLIER
    with pq.ParquetFile(file) as source:
        groups = np.array_split(np.arange(source.num_row_groups), parts)[job.number]
        at = source.read_row_groups([*map(int, groups)], columns=[_AT])[_AT].to_numpy()
    own = np.intersect1d(at, unmet)
    told = gpd.read_parquet(file, filters=[(_AT, "in", own) if len(own) else (_AT, "<", 0)])
    return told.sort_values(_AT, ignore_index=True)


def _join(grouped: list[Grouped], unmet: Ints, band: float) -> tuple[Meeting, list[Joined]]:
    """The crossing parcels with all their pieces, and what each part is to know of them."""
    parcels = pd.concat([one.parcels for one in grouped]).drop_duplicates(_AT)
    parcels = parcels.sort_values(_AT, ignore_index=True)
    places = pd.Index(parcels[_AT])
    pieces = pd.concat([one.pieces for one in grouped]).sort_values(["at", "row"], kind="stable")
    old = parcels["old"].to_numpy(object)
    zone = places.get_indexer(pd.Index(pieces["at"]))
    rest = Meeting.of_old(
        parcels.drop(columns="old"), old, zone, pieces["part"].to_numpy(object), band
    )
    open_old = pd.Series(rest.open_old, index=places)
    starts = np.cumsum([0, *(len(one.groups) for one in grouped)])
    groups = _whole_groups(grouped, starts, places)
    return rest, [
        Joined(
            open_old,
            groups.iloc[start : start + len(one.groups)].set_axis(one.groups.index),
            unmet,
        )
        for start, one in zip(starts[:-1], grouped, strict=True)
    ]


def _whole_groups(grouped: list[Grouped], starts: Ints, places: pd.Index) -> pd.DataFrame:
    """Of each part's groups, one after the other: number, and whether several are in the whole."""
    from scipy.sparse import coo_array  # noqa: PLC0415 -- slow to load, and not in every run
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    count = int(starts[-1])
    one = np.concatenate(
        [
            start + part.groups.index.get_indexer(pd.Index(part.members["label"]))
            for start, part in zip(starts[:-1], grouped, strict=True)
        ]
    )
    crossing = np.concatenate([part.members["at"] for part in grouped])
    other = count + places.get_indexer(pd.Index(crossing))
    size = count + len(places)
    links = (np.ones(len(one), dtype=bool), (one, other))
    _, label = connected_components(coo_array(links, shape=(size, size)), directed=False)
    own = pd.concat([part.groups for part in grouped], ignore_index=True)
    of_group, of_place = label[:count], label[count:]
    olds = np.bincount(of_place, minlength=size)
    np.add.at(olds, of_group, own["olds"].to_numpy(np.int64))
    news = np.zeros(size, dtype=np.int64)
    np.add.at(news, of_group, own["news"].to_numpy(np.int64))
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, of_group, own["first"].to_numpy(np.int64))
    return pd.DataFrame(
        {
            "history": first[of_group],
            "several_old": olds[of_group] > 1,
            "several_new": news[of_group] > 1,
        }
    )
