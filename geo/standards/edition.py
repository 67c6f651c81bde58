"""An edition of a document (版本): when it is in force, which one it replaces, and who signed it off."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from geo.errors import RuleError
from geo.standards.cited import Cited
from geo.standards.signing import SignedOff


class Edition(Cited):
    """What the head of a pack says of its days, of the edition before it, and of its sign-off."""

    in_force_from: dt.date
    in_force_to: dt.date | None = None
    replaces: str = Field(default="", description="id of the edition before this one")
    transition: Literal["", "supplied"] | dt.date = Field(
        default="",
        description="parcels supplied before keep the old edition (`supplied`), or the day from"
        " which this one judges them too",
    )
    transition_clause: str = Field(default="", description="where the document says so")
    signed_off: SignedOff | None = None

    @model_validator(mode="after")
    def _transition(self) -> Edition:
        if self.replaces == self.id:
            raise RuleError("editions.replaces_itself", pack=self.id)
        if self.transition and not (self.replaces and self.transition_clause):
            raise RuleError("editions.transition_uncited")
        return self

    def comes_after(self, earlier: Edition) -> bool:
        """Whether it is in force later than the edition that it replaces: else one of them errs."""
        return self.in_force_from > earlier.in_force_from

    @property
    def citation(self) -> str:
        """The document on one line, and who signed the pack off."""
        signed = f"；{self.signed_off.text.zh}" if self.signed_off else ""
        return f"{super().citation}{signed}"
