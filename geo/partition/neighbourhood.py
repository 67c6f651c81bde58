"""What each part of a project needs: its own rows, and the others that those touch.

Parts are ranges of parks along the curve. Parcels and enterprises that share land, however far
apart, form a group: every part with a parcel of a group holds the whole group, and one part answers
for its enterprises. Parcels of other parts that reach a part's parks or its strays come along too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Index, Ints
from geo.assess.part_scope import PartScope
from geo.geometry.keys import (
    factorize_text,
    isin_text,
    match_key,
    position_of,
    rows_by_group,
    spans,
)
from geo.partition.layout import ParcelIndex, Parks

SLICE = 500_000
"""Boxes that are made at once."""
_NEAR = 1e-5
"""How far boxes are widened, in units of the layer: more than anything that counts as touching."""

MONEY = ("enterprises", "occupancy", "indicators")


@dataclass(frozen=True)
class Share:
    """What one part reads: `span` of the parks' order in `batches`, positions in the tables.

    `neighbours` are positions of parcels of other parts, `parks` of parks that its parcels may belong
    to; `boxes` (n, 4) hold all that is its own, in the layer's units.
    """

    number: int
    span: tuple[int, int]
    batches: Ints
    neighbours: Ints
    tables: dict[str, Ints]
    parks: Ints
    boxes: Floats
    scope: PartScope


@dataclass(frozen=True)
class _Groups:
    """Groups of parcels and enterprises, by number: of each parcel, enterprise and row of a table.

    `rows` has −1 where a row names nothing known; `start` and `part` say which parts each touches,
    `owner` the one that answers for its enterprises.
    """

    parcel: Ints
    names: Index
    enterprise: Ints
    rows: dict[str, Ints]
    owner: Ints
    start: Ints
    part: Ints

    def parts_of(self, label: Ints) -> tuple[Ints, Ints]:
        """Position of each label and a part, for every part that its group touches."""
        at, offset = spans(self.start[label + 1] - self.start[label])
        return at, self.part[self.start[label][at] + offset]


def shares(
    parcel_index: ParcelIndex, parks: Parks, tables: dict[str, pd.DataFrame], size: int
) -> list[Share]:
    """The parts of about `size` parcels each, in order of the curve."""
    bounds = _bounds(parcel_index.order, len(parks.rank), size)
    count = len(bounds) - 1
    part = np.searchsorted(bounds, parcel_index.order, side="right") - 1
    groups = _groups(parcel_index, part, tables, count)
    outlying = _outlying(parcel_index, parks)
    regions = _regions(parcel_index, part, parks, bounds, outlying)
    met = _parks_met(parks, regions)
    outer = _outer(parcel_index, met, bounds, outlying)
    row, neighbour_of = _neighbours(parcel_index, part, outer, regions, groups)
    read: dict[str, list[Ints]] = {}
    answered: dict[str, list[Ints]] = {}
    for name, label in groups.rows.items():
        read[name], answered[name] = _dealt_out(tables[name], _rows_of(label, groups), count)
    if "buildings" in tables:
        buildings = _buildings(
            tables["buildings"], parcel_index, part, regions, (row, neighbour_of)
        )
        read["buildings"], answered["buildings"] = _dealt_out(tables["buildings"], buildings, count)
    rows_of_part = rows_by_group(part, count)
    neighbours = [row[at] for at in rows_by_group(neighbour_of, count)]
    enterprises = rows_by_group(groups.owner[groups.enterprise], count)
    strays = rows_by_group(part[outlying], count)
    parks_met = [met[0][at] for at in rows_by_group(met[1], count)]

    def share(n: int) -> Share:
        parcels = rows_of_part[n]
        scope = {"parks": _park_rows(parks, bounds, n), "parcels": parcel_index.row[parcels]}
        scope |= {name: rows[n] for name, rows in answered.items()}
        return Share(
            number=n,
            span=(int(bounds[n]), int(bounds[n + 1])),
            batches=np.unique(parcel_index.batch[parcels]),
            neighbours=neighbours[n],
            tables={name: rows[n] for name, rows in read.items()},
            parks=_parks_near(parks, parcel_index, bounds, n, neighbours[n], parks_met[n]),
            boxes=np.concatenate(
                [parks.box[bounds[n] : bounds[n + 1]], parcel_index.box[outlying[strays[n]]]]
            ),
            scope=PartScope(scope, groups.names[enterprises[n]], n == 0),
        )

    return [share(n) for n in range(count)]


def _dealt_out(
    table: pd.DataFrame, rows: tuple[Ints, Ints, Ints], count: int
) -> tuple[list[Ints], list[Ints]]:
    """Positions of the rows of a table that each part reads, and source rows that it answers for.

    Both in the table's order: a row is read by several parts, and told by one.
    """
    position, part, owner = rows
    source_row = table["source_row"].to_numpy()
    return (
        [np.sort(position[i]) for i in rows_by_group(part, count)],
        [source_row[position[i]] for i in rows_by_group(owner, count)],
    )


def _bounds(order: Ints, parks: int, size: int) -> Ints:
    """First rank of each part, and the end; every part has a parcel."""
    count = np.bincount(order, minlength=parks)
    raw = np.where(count > 0, (np.cumsum(count) - count) // size, -1)
    raw = np.maximum.accumulate(raw)
    first = np.flatnonzero(np.r_[True, np.diff(np.maximum(raw, 0)) > 0])
    out: Ints = np.r_[first, parks].astype(np.int64)
    return out


def _groups(
    parcel_index: ParcelIndex, part: Ints, tables: dict[str, pd.DataFrame], count: int
) -> _Groups:
    """Parcels and the enterprises on them, as far as one leads to the other.

    Money of an enterprise is spread over all its parcels, so a part needs the whole group. With
    parcels A, B in part 0 and C in part 1, and an enterprise E on B and C, the groups are {A} and
    {B, C, E}: the second touches parts 0 and 1, and part 0, the first, answers for E.
    """
    money = {name: tables[name] for name in MONEY if name in tables}
    no_texts = pd.Series(dtype="str")
    claimed = money["occupancy"]["parcel_id"] if "occupancy" in money else no_texts
    (parcel_code, held), plot_ids = factorize_text(parcel_index.id, claimed, ordered=False)
    ids = [table["enterprise_id"] for table in money.values()]
    (_, *codes), names = factorize_text(no_texts, *ids, ordered=False)
    firm, plots = dict(zip(money, codes, strict=True)), len(plot_ids)

    # Nodes of a graph: plots, then enterprises, then parcels without an id, each by itself.
    holder = firm.get("occupancy", held)
    edge = (held >= 0) & (holder >= 0)
    alone = np.flatnonzero(parcel_code < 0)
    nodes = plots + len(names) + len(alone)
    from scipy.sparse import coo_array  # noqa: PLC0415 -- slow to load, and not in every run
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    one, other = (
        np.concatenate(ends)
        for ends in zip(
            (held[edge], holder[edge] + plots),
            _alike(plot_ids, credit_codes=False),
            [ends + plots for ends in _alike(names, credit_codes=True)],
            strict=True,
        )
    )
    links = (np.ones(len(one), dtype=bool), (one, other))
    _, label = connected_components(coo_array(links, shape=(nodes, nodes)), directed=False)
    parcel_code[alone] = plots + len(names) + np.arange(len(alone))
    parcel = label[parcel_code].astype(np.int64)
    size = int(label.max(initial=0)) + 1

    # Pairs of a group and a part as one number each; the first part of a group answers for it,
    # and groups without a parcel are dealt out in turn.
    pairs = np.unique(parcel * count + part)
    first = np.full(size, -1, dtype=np.int64)
    first[pairs[::-1] // count] = pairs[::-1] % count
    owner = np.where(first >= 0, first, np.arange(size) % count)
    pairs = np.unique(np.r_[pairs, np.arange(size) * count + owner])
    start = np.searchsorted(pairs // count, np.arange(size + 1))

    rows = {
        name: np.where(who >= 0, label[who + plots], -1).astype(np.int64)
        for name, who in firm.items()
    }
    if "occupancy" in rows:
        by_parcel = (rows["occupancy"] < 0) & (held >= 0)
        rows["occupancy"][by_parcel] = label[held[by_parcel]]
    enterprise = label[plots : plots + len(names)].astype(np.int64)
    return _Groups(parcel, names, enterprise, rows, owner, start, pairs % count)


def _alike(ids: Index, *, credit_codes: bool) -> tuple[Ints, Ints]:
    """Pairs of different texts that are one id written otherwise, by their positions."""
    key = match_key(ids, credit_codes=credit_codes)
    written_otherwise = (key != pd.Series(ids, dtype="str")).to_numpy()
    asked = np.flatnonzero(isin_text(key, key[written_otherwise]))
    code, _ = pd.factorize(key[asked])
    asked = asked[np.argsort(code, kind="stable")]
    same = np.flatnonzero(np.diff(np.sort(code)) == 0)
    return asked[same], asked[same + 1]


def _rows_of(label: Ints, groups: _Groups) -> tuple[Ints, Ints, Ints]:
    """Position, part it goes to, and part that answers for it (−1: another entry says it)."""
    lost, known = np.flatnonzero(label < 0), np.flatnonzero(label >= 0)
    at, part = groups.parts_of(label[known])
    at = known[at]
    owner = np.where(groups.owner[label[at]] == part, part, -1)
    zero = np.zeros(len(lost), dtype=np.int64)
    return np.r_[at, lost], np.r_[part, zero], np.r_[owner, zero]


def _neighbours(
    parcel_index: ParcelIndex,
    part: Ints,
    asked: Ints,
    regions: tuple[shapely.STRtree, Ints],
    groups: _Groups,
) -> tuple[Ints, Ints]:
    """Positions of parcels, and the other parts that need them.

    `asked` are those that may lie where another part's region does.
    """
    at, to = groups.parts_of(groups.parcel)
    found = [(at[to != part[at]], to[to != part[at]])]
    tree, region = regions
    for start in range(0, len(asked), SLICE):
        some = asked[start : start + SLICE]
        one, other = tree.query(shapely.box(*parcel_index.box[some].T))
        one = some[one]
        foreign = region[other] != part[one]
        found.append((one[foreign], region[other[foreign]]))
    row, neighbour_of = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    pairs = np.unique(np.stack([row, neighbour_of]), axis=1) if len(row) else np.empty((2, 0), int)
    return pairs[0], pairs[1]


def _regions(
    parcel_index: ParcelIndex, part: Ints, parks: Parks, bounds: Ints, outlying: Ints
) -> tuple[shapely.STRtree, Ints]:
    """Boxes of the parks, and of parcels that reach out of theirs; the part of each."""
    boxes = np.concatenate([parks.box, parcel_index.box[outlying]])
    of_park = np.searchsorted(bounds, np.arange(len(parks.box)), side="right") - 1
    wide = boxes + np.array([-_NEAR, -_NEAR, _NEAR, _NEAR])
    return shapely.STRtree(shapely.box(*wide.T)), np.r_[of_park, part[outlying]]


def _outlying(parcel_index: ParcelIndex, parks: Parks) -> Ints:
    """Positions of the parcels that reach out of the box of their park."""
    home = parks.box[parcel_index.order]
    with np.errstate(invalid="ignore"):
        inside = (
            (parcel_index.box[:, :2] >= home[:, :2]) & (parcel_index.box[:, 2:] <= home[:, 2:])
        ).all(axis=1)
    return np.flatnonzero(~inside & ~np.isnan(parcel_index.box).any(axis=1))


def _outer(parcel_index: ParcelIndex, met: tuple[Ints, Ints], bounds: Ints, outlying: Ints) -> Ints:
    """Positions of outlying parcels, and of all parcels of parks that another part's region meets."""
    rank, part = met
    away = np.zeros(bounds[-1], dtype=bool)
    away[rank[part != np.searchsorted(bounds, rank, side="right") - 1]] = True
    asked = away[parcel_index.order]
    asked[outlying] = True
    return np.flatnonzero(asked)


def _buildings(
    table: pd.DataFrame,
    parcel_index: ParcelIndex,
    part: Ints,
    regions: tuple[shapely.STRtree, Ints],
    neighbours: tuple[Ints, Ints],
) -> tuple[Ints, Ints, Ints]:
    """Buildings go with the parcel that they name, others to every part that they lie in.

    Those with one id (`twin`) go together, to be told from each other.
    """
    stated_parcel = table.get("parcel_id", pd.Series(None, index=table.index, dtype="str"))
    parcel = position_of(stated_parcel, parcel_index.id)
    at = np.flatnonzero(parcel >= 0)
    parts = part[parcel[at]]
    todo = np.flatnonzero((parcel < 0) & stated_parcel.isna().to_numpy())
    if len(todo) and "geometry" in table:
        tree, region = regions
        one, other = tree.query(np.asarray(table["geometry"].array)[todo])
        pairs = np.unique(np.stack([todo[one], region[other]]), axis=1)
        at, parts = np.r_[at, pairs[0]], np.r_[parts, pairs[1]]
    lost = np.setdiff1d(np.arange(len(table)), at)
    at, parts = np.r_[at, lost], np.r_[parts, np.zeros(len(lost), dtype=np.int64)]
    owned = len(at)
    for more in (_with_neighbours(parcel, neighbours), _with_twins(table, at, parts)):
        at, parts = np.r_[at, more[0]], np.r_[parts, more[1]]
    pairs, first = np.unique(np.stack([at, parts]), axis=1, return_index=True)
    owner = np.where(~pd.Series(at[:owned]).duplicated().to_numpy(), parts[:owned], -1)
    return pairs[0], pairs[1], np.append(owner, np.full(len(at) - owned, -1))[first]


def _with_neighbours(parcel: Ints, neighbours: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Buildings on parcels (n,) that other parts have too, and these parts."""
    row, part = neighbours
    order = np.argsort(row, kind="stable")
    start, end = (np.searchsorted(row[order], parcel, side=side) for side in ("left", "right"))
    at, offset = spans(end - start)
    return at, part[order][start[at] + offset]


def _with_twins(table: pd.DataFrame, at: Ints, parts: Ints) -> tuple[Ints, Ints]:
    """Rows that have twins, and every part that one of these goes to; (`at`, `parts`) where each does."""
    twin = table["twin"].to_numpy() if "twin" in table else np.full(len(table), -1)
    held = twin[at] >= 0
    groups = pd.DataFrame({"twin": twin[at[held]], "part": parts[held]}).drop_duplicates()
    rows = pd.DataFrame({"at": np.flatnonzero(twin >= 0), "twin": twin[twin >= 0]})
    both = rows.merge(groups, on="twin")
    return both["at"].to_numpy(np.int64), both["part"].to_numpy(np.int64)


def _park_rows(parks: Parks, bounds: Ints, number: int) -> Ints:
    in_part = (parks.rank >= bounds[number]) & (parks.rank < bounds[number + 1])
    rows: Ints = parks.frame["source_row"].to_numpy(np.int64)[in_part]
    return rows


def _parks_near(
    parks: Parks, parcel_index: ParcelIndex, bounds: Ints, number: int, neighbours: Ints, met: Ints
) -> Ints:
    """Positions of the part's own parks, those that its guests go with, those that it meets.

    In file order.
    """
    ranks = np.r_[
        np.arange(bounds[number], bounds[number + 1]), parcel_index.order[neighbours], met
    ]
    return np.flatnonzero(np.isin(parks.rank, ranks))


def _parks_met(parks: Parks, regions: tuple[shapely.STRtree, Ints]) -> tuple[Ints, Ints]:
    """Ranks of parks, and the parts whose region the box of each meets: its own, and others."""
    tree, region = regions
    park, other = tree.query(shapely.box(*parks.box.T))
    rank, part = np.unique(np.stack([park, region[other]]), axis=1)
    return rank, part
