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
from geo.text import Message, Text, Wording


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
        named = [
            (self.on_parcels, "落到宗地", "on parcels"),
            (
                self.no_figure,
                "落到宗地而同宗另有企业未报",
                "on parcels where another occupier does not report",
            ),
            (
                self.unallocated,
                "未落到宗地（无用地等，不入亩均）",
                "on no parcel (no land and the like; in no figure per mu)",
            ),
            (self.set_aside, "剔除", "set aside"),
        ]
        some = [one for at, one in enumerate(named) if at == 0 or one[0]]
        return Text(
            "＋".join(f"{zh} {value:,.2f}" for value, zh, _ in some),
            " + ".join(f"{en} {value:,.2f}" for value, _, en in some),
        )

    def line(self, settings: Settings) -> Wording:
        """Measure, unit, total and parts."""
        name = Text(*(heading(self.measure, lang, settings.currency) for lang in ("zh", "en")))
        return Message("totals.in", name=name, input=self.input, parts=self.parts)


def totals(result: Run, settings: Settings) -> list[Total]:
    """The total of each measure that was reported for the year."""
    now = result.conserved[result.conserved["year"] == settings.year]
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
