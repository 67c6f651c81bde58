"""What a table is read as: which columns it may have, and in which units."""

from __future__ import annotations

from dataclasses import dataclass

from geo.model import LayerSpec
from geo.project import Fields
from geo.sources.columns import columns_by_name
from geo.sources.titles import plain

ERROR_VALUE = (
    r"^(?:#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!)"
    r"|Err:\d{3}|#{3,})$"
)
"""What Excel, WPS and LibreOffice leave in a cell in place of a value."""


@dataclass(frozen=True)
class Purpose:
    """What a table is read for: its layer, the project's columns for it, the layer's name.

    `dropped` are headings that the project leaves out; `of_one_year` where it gives the year itself.
    """

    spec: LayerSpec | None
    fields: Fields
    name: str
    dropped: frozenset[str] = frozenset()
    of_one_year: bool = False

    @property
    def words(self) -> set[str]:
        """Headings by which the table is known, without blanks and brackets."""
        if self.spec is None:
            return set()
        named = {plain(f.column) for f in self.fields.values()}
        return named | {c.zh for c in self.spec.columns} | set(self.spec.by_name)

    @property
    def spec_by_year(self) -> LayerSpec | None:
        """The layer of which headings with years are made rows; None where the year is given."""
        return None if self.of_one_year else self.spec

    @property
    def mapped(self) -> set[str]:
        """Headings that the project decides on itself: given to columns, or dropped."""
        return {f.column for f in self.fields.values()} | self.dropped

    def columns(self, names: list[str]) -> dict[str, str]:
        """Heading of each canonical column that is there."""
        if self.spec is None:
            return {}
        held = [name for name in names if name not in self.dropped]
        return columns_by_name(self.spec, self.fields, held)
