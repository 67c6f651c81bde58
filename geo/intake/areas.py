"""Areas of a ledger beside the outlines of their parcels: the ratio says the unit (亩, m²)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.arrays import Series
from geo.intake.columns import with_unit
from geo.intake.model import ColumnGuess, RoleGuess
from geo.intake.units import area_by_ratio
from geo.intake.view import View
from geo.model import LAYERS
from geo.model.units import squashed


def units_by_parcels(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """The guesses, areas of occupancy without a unit measured by the parcels that they name."""
    drawn = _drawn(guesses)
    if drawn.empty:
        return guesses
    return [_measured(guess, drawn) if guess.role == "occupancy" else guess for guess in guesses]


def _drawn(guesses: list[RoleGuess]) -> Series:
    """The drawn area of each parcel of the samples, m², by id."""
    parts = []
    for guess in guesses:
        ident = _column(guess, "parcel_id")
        if guess.role == "parcels" and ident is not None:
            ids = _keys(guess.profile.sample[ident.heading])
            parts.append(pd.Series(View(guess.profile).areas, index=ids))
    if not parts:
        return pd.Series(dtype=float)
    every = pd.concat(parts)
    return every[~every.index.duplicated() & every.index.notna()]


def _keys(values: Series) -> pd.Index:
    texts = values.astype("str").mask(values.isna())
    return pd.Index(texts.map(squashed, na_action="ignore"))  # rows-ok: a sample


def _column(guess: RoleGuess, name: str) -> ColumnGuess | None:
    return next((c for c in guess.columns if c.column == name), None)


def _measured(guess: RoleGuess, drawn: Series) -> RoleGuess:
    area, ident = _column(guess, "area_m2"), _column(guess, "parcel_id")
    if area is None or ident is None or area.unit_sure:
        return guess
    sample = guess.profile.sample
    stated = View(guess.profile).numbers(area.heading)
    beside = drawn.reindex(_keys(sample[ident.heading])).to_numpy(dtype=float)
    # Of several firms on a parcel each has a part: only parcels that stand once are compared.
    alone = ~sample[ident.heading].duplicated(keep=False).to_numpy()
    column = LAYERS["occupancy"].by_name["area_m2"]
    unit = area_by_ratio(column, np.where(alone, stated, np.nan), beside)
    if unit is None:
        return guess
    columns = tuple(with_unit(c, unit) if c is area else c for c in guess.columns)
    return replace(guess, columns=columns)
