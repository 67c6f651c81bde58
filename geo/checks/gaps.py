"""Land of a park that no parcel covers: gaps shut in by parcels, and slivers between them.

Roads and open land reach the park's line and are no gap. A void is told from digitising noise by
the stated band: parcels are grown by half of it first, so that what is narrower closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Mask, Shapes
from geo.geometry.area import ground_area
from geo.geometry.fabric import joined, misfits
from geo.geometry.overlay import as_metres, back, threaded, wider
from geo.runtime import threads
from geo.text import Message, Wording

_NEAR_M = 1e-6
_NAMED = 3


def check_gaps(
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    band: float,
    narrow: float,
    plane: CRS | None = None,
    misfit: Mask | None = None,
) -> pd.DataFrame:
    """One warning a void wider than `band` metres: a sliver if it is nowhere as wide as `narrow`.

    A wider one is a gap if parcels shut it in on all sides. `misfit` are the `misfits` of the
    parcels, if they are known.
    """
    shapes, plane = as_metres(parcels.geometry, plane)
    outlines: Shapes = np.asarray(parks.geometry.to_crs(plane).array)
    tree = shapely.STRtree(shapes)
    loose = misfits(shapes) if misfit is None else misfit

    def of_park(at: int) -> tuple[Shapes, Shapes]:
        near = np.sort(tree.query(outlines[at], predicate="dwithin", distance=band / 2))
        covered = joined(shapes[near], loose[near])
        grown = shapely.buffer(covered, band / 2, join_style="mitre")
        return _told_apart(shapely.difference(outlines[at], grown), outlines[at], band, narrow)

    with ThreadPoolExecutor(threads()) as pool:
        found = list(pool.map(of_park, range(len(parks))))
    parts = []
    for kind, code in enumerate(("gap", "sliver")):
        pieces = np.concatenate([f[kind] for f in found])
        park = np.repeat(np.arange(len(parks)), [len(f[kind]) for f in found])
        # Grown back by what the parcels were grown: the void up to their own lines.
        real = threaded(lambda p: shapely.buffer(p, band / 2, join_style="mitre"), pieces)
        real = threaded(shapely.intersection, real, outlines[park])
        named = pd.Series(list(_named(pieces, tree, parcels, band / 2 + _NEAR_M)), dtype="str")
        area = ground_area(real, plane)
        rows = parks.iloc[park].reset_index(drop=True)
        measured = pd.Series([f"{a:,.2f} m²" for a in area], dtype="str") + named
        parts.append(
            findings.about_rows(
                rows,
                area > 0,
                layer="parks",
                key="park_id",
                code=code,
                severity="warning",
                message=_MESSAGES[code],
                mend=_MEND,
                value=measured,
                area=area,
                shapes=back(real, plane, parcels.crs),
                mend_at="source",
            )
        )
    return findings.gather_findings(parts)


_MESSAGES: dict[str, Wording] = {
    "gap": Message("gaps.gap"),
    "sliver": Message("gaps.sliver"),
}
_MEND = Message("gaps.check_outlines_beside")


def _told_apart(
    void: shapely.Geometry, outline: shapely.Geometry, band: float, narrow: float
) -> tuple[Shapes, Shapes]:
    """Gaps and slivers of one park's void."""
    parts = shapely.get_parts(void)
    core = shapely.buffer(parts, -narrow / 2, join_style="mitre")
    thin = shapely.is_empty(core)
    line = shapely.boundary(outline)
    shapely.prepare(line)
    shut = ~thin & ~shapely.dwithin(line, parts, _NEAR_M)
    wide = ~thin & ~shut
    opened = shapely.buffer(core[wide], narrow / 2 + _NEAR_M, join_style="mitre", mitre_limit=5)
    # Most are covered whole, which is seen in a quarter of the time of a difference.
    torn = ~shapely.covers(opened, parts[wide])
    rest = shapely.get_parts(shapely.difference(parts[wide][torn], opened[torn]))
    rest = rest[wider(rest, band / 4)]
    return parts[shut], np.concatenate([parts[thin], rest])


def _named(
    pieces: Shapes, tree: shapely.STRtree, parcels: gpd.GeoDataFrame, within: float
) -> Iterator[str]:
    """In brackets, three at most: the parcels beside each piece."""
    piece, parcel = tree.query(pieces, predicate="dwithin", distance=within)
    order = np.lexsort((parcel, piece))
    ids = parcels["parcel_id"].astype("str").to_numpy()[parcel[order]]
    ends = np.searchsorted(piece[order], np.arange(len(pieces) + 1))
    for start, end in pairwise(ends):
        more = "…" if end - start > _NAMED else ""
        names = findings.ITEM.join(ids[start : min(end, start + _NAMED)])
        yield f"{findings.OPEN}{names}{more}{findings.CLOSE}" if names else ""
