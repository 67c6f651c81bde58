"""A remark on a rule pack: how grave, what, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.findings import Severity
from geo.text import EMPTY, Message, Wording

_RANKS: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Remark:
    """One remark; its code is that of its sentence."""

    severity: Severity
    message: Wording
    mend: Wording = EMPTY

    @property
    def code(self) -> str:
        """The last part of the id of its sentence; empty of a text of data."""
        return self.message.code.rpartition(".")[2] if isinstance(self.message, Message) else ""

    @property
    def rank(self) -> int:
        """The gravest first."""
        return _RANKS[self.severity]
