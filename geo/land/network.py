"""Distances along the user's roads (路网): scipy's Dijkstra, from all facilities of a kind at once.

Lines meet where they cross, so a road that passes over another is taken to meet it, and where one
comes within a stated distance of another (`geo.land.roads`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.arrays import Floats, Ints, Shapes
from geo.geometry.overlay import threaded
from geo.land.roads import RoadLines, places_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Spots:
    """Where shapes meet the network: two nodes (n, 2), and the metres to each from the shape."""

    node: Ints
    metres: Floats


@dataclass(frozen=True)
class Network:
    """Edges as straight pieces of road: `graph` (nodes × nodes, metres), `edge` (n, 2) nodes."""

    lines: Shapes
    edge: Ints
    graph: csr_array
    tree: shapely.STRtree

    def spots(self, shapes: Shapes) -> Spots:
        """Where each shape gets onto the road nearest its middle, and that road's two ends.

        The metres run from the shape's outline straight to that place, then along the road.
        """
        middle = shapely.centroid(shapes)
        at = _nearest(self.tree, middle)
        along = shapely.line_locate_point(self.lines[at], middle)
        foot = shapely.line_interpolate_point(self.lines[at], along)
        off, line_length = threaded(shapely.distance, shapes, foot), shapely.length(self.lines[at])
        off = off.astype(np.float64)
        return Spots(self.edge[at], np.stack([off + along, off + line_length - along], axis=1))

    def reach(self, sources: Spots, limit: float = np.inf) -> Floats:
        """Metres from every node to the nearest of the sources; inf where no road leads."""
        size = self.graph.shape[0]
        start = np.full(size, np.inf)
        np.minimum.at(start, sources.node.ravel(), sources.metres.ravel())
        held = np.flatnonzero(np.isfinite(start))
        # One node more, joined to each start by what it costs to get onto the road there.
        base = self.graph.tocoo()
        # An edge of length zero is no edge to scipy.
        cost = np.maximum(start[held], 1e-9)
        from scipy.sparse import csr_array  # noqa: PLC0415 -- slow to load, and not in every run
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

        joined = csr_array(
            (
                np.r_[base.data, cost],
                (np.r_[base.row, np.full(len(held), size)], np.r_[base.col, held]),
            ),
            shape=(size + 1, size + 1),
        )
        out: Floats = dijkstra(joined, directed=True, indices=size, limit=limit)[:size]
        return out

    @staticmethod
    def at(spots: Spots, reach: Floats) -> Floats:
        """Metres from each spot, given those from every node."""
        out: Floats = (reach[spots.node] + spots.metres).min(axis=1)
        return out


def network(roads: RoadLines, stops: Shapes) -> Network:
    """The network of roads, with a node where each of `stops` (in metres) meets it."""
    middle = shapely.centroid(stops)
    home = _nearest(roads.tree, middle)
    foot = shapely.get_coordinates(
        shapely.line_interpolate_point(
            roads.shapes[home], shapely.line_locate_point(roads.shapes[home], middle)
        )
    )
    # A street that was drawn twice has the stop on both its lines.
    point, beside, beside_foot = roads.feet(foot)
    pieces = _pieces(
        roads,
        np.concatenate([roads.cut_segment, home, beside]),
        np.concatenate([roads.cut_at, foot, beside_foot]),
    )
    links = np.concatenate([pieces, roads.link, np.stack([foot[point], beside_foot], axis=1)])
    nodes, number = places_of(links.reshape(-1, 2))
    edge = number.reshape(-1, 2)
    length = np.maximum(np.hypot(*(links[:, 1] - links[:, 0]).T), 1e-9)
    order = np.argsort(length)  # of parallel pieces the shortest comes first
    graph = _graph(edge[order], length[order], len(nodes))
    lines = np.asarray(shapely.linestrings(pieces))
    return Network(lines, edge[: len(lines)], graph, shapely.STRtree(lines))


def _graph(edge: Ints, length: Floats, size: int) -> csr_array:
    """Both ways along the edges; of those between the same nodes the first."""
    _, kept = np.unique(edge.min(axis=1) * size + edge.max(axis=1), return_index=True)
    one, other, metres = edge[kept, 0], edge[kept, 1], length[kept]
    from scipy.sparse import csr_array  # noqa: PLC0415

    return csr_array(
        (np.r_[metres, metres], (np.r_[one, other], np.r_[other, one])), shape=(size, size)
    )


def _pieces(roads: RoadLines, segment: Ints, place: Floats) -> Floats:
    """The segments (n, 2, 2), cut at the places on them, without pieces of no length."""
    count = len(roads.line)
    road = np.r_[np.arange(count), segment, np.arange(count)]
    points = np.concatenate([roads.start, place, roads.end])
    reach = np.hypot(*(points - roads.start[road]).T)
    order = np.lexsort((reach, road))
    road, points = road[order], points[order]
    same = (road[1:] == road[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    return np.asarray(np.stack([points[:-1], points[1:]], axis=1)[same])


def _nearest(tree: shapely.STRtree, shapes: Shapes) -> Ints:
    """Position of the nearest geometry of the tree for each shape."""

    def query(some: Shapes) -> Shapes:
        return np.asarray(tree.query_nearest(some, all_matches=False)[1], dtype=object)

    return threaded(query, shapes).astype(np.int64)
