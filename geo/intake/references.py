"""Ids that the layers of a folder hold: a column that names them refers to them, however headed."""

from __future__ import annotations

from geo.intake.model import RoleGuess
from geo.intake.twins import ids_of

_HOLDERS = {"parcels": "parcel_id", "parks": "park_id", "enterprises": "enterprise_id"}
_FEW = {"parcels": 3, "parks": 1, "enterprises": 3}
"""Ids from which a source can be referred to."""
_LIKELY = 0.5
"""Certainty from which an id may be referred to: that it is found elsewhere speaks for it too."""
_SHORT = 3
"""Letters below which ids are mere numbers (1, 2, 3), that any column may hold."""


def references(guesses: list[RoleGuess]) -> dict[str, frozenset[str]]:
    """The ids of parcels, parks and enterprises, by the column that holds them."""
    out: dict[str, frozenset[str]] = {}
    for guess in guesses:
        column = _HOLDERS.get(guess.role or "")
        ident = next((c for c in guess.columns if c.column == column), None)
        if column is None or ident is None or ident.certainty < _LIKELY:
            continue
        ids = frozenset(text for text in ids_of(guess) if len(text) >= _SHORT)
        if len(ids) >= _FEW[str(guess.role)]:
            out[column] = out.get(column, frozenset()) | ids
    return out
