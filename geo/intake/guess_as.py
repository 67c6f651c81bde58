"""What a source is if it has a role that the office chose: its columns, found for that role."""

from __future__ import annotations

from geo.intake.columns import columns_of
from geo.intake.model import RoleGuess, SourceProfile
from geo.intake.roles import weigh
from geo.intake.view import View
from geo.model import LAYERS


def guess_as(profile: SourceProfile, role: str) -> RoleGuess:
    """The guess for one role, taken as sure; what is not sure of its columns stays so."""
    if role not in LAYERS:
        return RoleGuess(profile, role, sure=True)
    view = View(profile)
    for one in weigh(view):
        if one.role == role:
            lacking = tuple(name for name in one.lacking if name != "year")
            return RoleGuess(
                profile,
                role,
                sure=True,
                scores=((role, one.score),),
                reasons=one.reasons,
                columns=one.columns,
                constants=one.constants,
                lacking=lacking,
                row_id=one.row_id,
            )
    columns = columns_of(role, view)
    held = {column.column for column in columns}
    required = (c.name for c in LAYERS[role].columns if c.required and c.name != "year")
    lacking = tuple(name for name in required if name not in held)
    return RoleGuess(profile, role, sure=True, columns=columns, lacking=lacking)
