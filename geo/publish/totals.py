"""The total of each measure in the project's year, and its parts: one total in every product.

What went in = on parcels that show a figure + on parcels where another occupier does not report
+ on no parcel + set aside. A figure per mu stands over what is on parcels only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.model import MEASURES, show_unit
from geo.project import Settings
from geo.publish.headings import heading
from geo.run import Run
from geo.text import Message, Text, Wording, join


@dataclass(frozen=True)
class Total:
    """A measure's total and its parts, in the measure's unit."""

    measure: str
    unit: Wording
    input: float
    on_parcels: float
    no_figure: float
    unallocated: float
    set_aside: float

    @property
    def parts(self) -> Wording:
        """The parts as a sum, such as 5,854,004.77 ＋ 1,324.83 ＋ …; parts of nothing are left out.

        A total that is all on parcels is its own only part.
        """
        named = {
            "on_parcels": self.on_parcels,
            "no_figure": self.no_figure,
            "unallocated": self.unallocated,
            "set_aside": self.set_aside,
        }
        return join(
            (
                Message(f"totals.{name}", amount=amount)
                for name, amount in named.items()
                if amount or name == "on_parcels"
            ),
            "plus",
        )

    def line(self, settings: Settings) -> Wording:
        """Measure, unit, total and parts."""
        name = Text(*(heading(self.measure, lang, settings.currency) for lang in ("zh", "en")))
        return Message("totals.in", name=name, input=self.input, parts=self.parts)


def totals(run: Run) -> list[Total]:
    """The total of each measure that was reported for the year."""
    settings = run.settings
    now = run.conserved[run.conserved["year"] == settings.year]
    by: dict[Any, Any] = {row["measure"]: row for row in now.to_dict("records")}
    units = {
        c.name: Text(*(show_unit(c.unit, lang, settings.currency) for lang in ("zh", "en")))
        for c in MEASURES
    }
    return [
        Total(
            name,
            units[name],
            row["input"],
            row["allocated"] - row["no_figure"],
            row["no_figure"],
            row["unallocated"],
            row["set_aside"],
        )
        for name in units
        if (row := by.get(name)) is not None
    ]
