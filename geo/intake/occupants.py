"""Who uses each parcel, where the layer of parcels says so itself and no other source does.

One parcel, one enterprise, all of it: `[tables.occupancy]` reads the layer's attributes.
"""

from __future__ import annotations

from dataclasses import replace

from geo.intake.columns import SURE, columns_of
from geo.intake.model import ColumnGuess, Evidence, RoleGuess, SourceProfile
from geo.intake.plan import Part
from geo.intake.twins import cells_of, shared
from geo.intake.view import View
from geo.model.units import squashed
from geo.text import Message

_FOUND = 0.5
"""Share of a layer's enterprises that the register has, from which they are its occupants."""
_IDS = ("enterprise_id", "parcel_id")


def with_occupants(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """The guesses with occupancy by the parcels' own column of enterprises, if none has another.

    Codes of the register are sure; names, that may be of owners, are asked about.
    """
    if any(guess.role == "occupancy" for guess in guesses):
        return guesses
    registers = [guess for guess in guesses if guess.role == "enterprises"]
    codes = _cells(registers, "enterprise_id")
    names = _cells(registers, "name") | codes
    found = [
        _occupancy(guess, codes, names)
        for guess in guesses
        if guess.role == "parcels" and guess.profile.kind == "layer"
    ]
    return [*guesses, *(guess for guess in found if guess is not None)]


def one_parcel_id(parts: list[Part]) -> None:
    """Occupancy that is read from the parcels' layer names them as the parcels are named."""
    headings = {
        id(part.profile): _heading(part, "parcel_id")
        for part in parts
        if part.guess.role == "parcels"
    }
    for part in parts:
        heading = headings.get(id(part.profile))
        if part.guess.role == "occupancy" and heading:
            part.fields["parcel_id"] = (heading, None)


def _heading(part: Part, column: str) -> str:
    known = {c.column: c.heading for c in part.guess.columns}
    return part.fields[column][0] if column in part.fields else known.get(column, "")


def _cells(guesses: list[RoleGuess], column: str) -> frozenset[str]:
    return frozenset[str]().union(*(cells_of(guess, column) for guess in guesses))


def _occupancy(guess: RoleGuess, codes: frozenset[str], names: frozenset[str]) -> RoleGuess | None:
    """The occupancy of a layer of parcels; None where no column of it names the register's firms."""
    parcel = next((c for c in guess.columns if c.column == "parcel_id"), None)
    if parcel is None:
        return None
    columns = columns_of("enterprises", View(guess.profile))
    held = [c for name in ("enterprise_id", "name") for c in columns if c.column == name]
    for column in sorted(held, key=lambda c: -shared(_values(guess.profile, c), names)):
        values = _values(guess.profile, column)
        share = len(values & names) / max(len(values), 1)
        if column.heading == parcel.heading or share < _FOUND:
            continue
        sure = len(values & codes) / max(len(values), 1) >= SURE
        return _guess(guess, replace(column, column=_IDS[0], sure=True, known=False), parcel, sure)
    return None


def _values(profile: SourceProfile, column: ColumnGuess) -> frozenset[str]:
    cells = profile.sample[column.heading].dropna().astype("str").unique()
    return frozenset(squashed(cell) for cell in cells)


def _guess(guess: RoleGuess, firm: ColumnGuess, parcel: ColumnGuess, sure: bool) -> RoleGuess:
    text = Message("intake_reason.names_occupant", heading=firm.heading)
    return RoleGuess(
        guess.profile,
        "occupancy",
        sure=sure,
        scores=(("occupancy", 0.8), (None, 0.2)),
        reasons=(Evidence(text, speaks_for=True, weight=0.8),),
        columns=(firm, replace(parcel, sure=True, known=False)),
    )
