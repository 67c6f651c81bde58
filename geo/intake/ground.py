"""Two layers of parcels on the same ground: plots of a plan beside the cadastre's parcels.

Land would be counted twice, so neither is sure: the office says which one counts. The one whose
ids the ledgers name goes first; of drawings none does before a layer.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.intake.model import Evidence, RoleGuess
from geo.intake.twins import cells_of, ids_of
from geo.text import Message

_LONLAT = "EPSG:4490"
_SAME = 0.2
"""Share of the outlines of one layer that lie in those of another, from which both are of one ground."""


def apart_or_asked(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """The guesses; of layers of parcels that lie upon each other each is asked about."""
    layers = [g for g in guesses if g.role == "parcels" and g.profile.shape in ("polygon", "mixed")]
    drawn = {id(g): _outlines(g) for g in layers} if len(layers) > 1 else {}
    named = _named_ids(guesses)
    upon: dict[int, RoleGuess] = {}
    for one, other in combinations(sorted(layers, key=lambda g: _rank(g, named)), 2):
        if _share(drawn[id(one)], drawn[id(other)]) >= _SAME:
            upon[id(one)] = other
            upon.setdefault(id(other), one)
    return [_asked(g, upon[id(g)], named) if id(g) in upon else g for g in guesses]


def _named_ids(guesses: list[RoleGuess]) -> frozenset[str]:
    """The parcels that tables name: of the land of enterprises, of buildings."""
    out: frozenset[str] = frozenset()
    for guess in guesses:
        if guess.role in ("occupancy", "buildings"):
            out |= cells_of(guess, "parcel_id")
    return out


def _rank(guess: RoleGuess, named: frozenset[str]) -> tuple[float, bool, float, int]:
    """What a layer of parcels has for it: ids that are named, no drawing, columns, rows."""
    ids = ids_of(guess)
    drawing = guess.profile.form == "dxf"
    certain = sum(c.certainty for c in guess.columns)
    return len(ids & named) / max(len(ids), 1), not drawing, certain, guess.profile.rows


def _outlines(guess: RoleGuess) -> NDArray[np.object_]:
    """The outlines of a sample in degrees; as they are where no system is known."""
    sample = guess.profile.sample
    if not isinstance(sample, gpd.GeoDataFrame):
        return np.empty(0, dtype=object)
    shapes = sample.geometry
    if shapes.crs is not None:
        shapes = shapes.to_crs(_LONLAT)
    held: NDArray[np.object_] = np.asarray(shapes.array)
    sound: NDArray[np.object_] = held[
        np.isin(shapely.get_type_id(held), (3, 6)) & shapely.is_valid(held)
    ]
    return sound


def _share(one: NDArray[np.object_], other: NDArray[np.object_]) -> float:
    """The share of the fewer outlines whose inner point lies in one of the others."""
    if not len(one) or not len(other):
        return 0.0
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    points = shapely.point_on_surface(few)
    inside = shapely.STRtree(many).query(points, predicate="within")[0]
    return len(np.unique(inside)) / len(few)


def _asked(guess: RoleGuess, other: RoleGuess, named: frozenset[str]) -> RoleGuess:
    """The better of two as it is, but asked; the other as one that is not used, and asked too."""
    text = Message("intake_reason.same_ground", source=other.profile.name)
    reason = Evidence(text, speaks_for=False, weight=1.0)
    doubted = replace(guess, sure=False, reasons=(*guess.reasons, reason))
    if _rank(guess, named) >= _rank(other, named):
        return doubted
    return replace(doubted, role=None, scores=((None, 1.0), *guess.scores))
