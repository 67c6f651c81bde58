"""What the project file will say: each role's sources with their columns, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from geo.intake.crs import CrsGuess
from geo.intake.keys import KeyMatch
from geo.intake.lexicon import folded, words
from geo.intake.model import Intake, RoleGuess, SourceProfile
from geo.intake.questions import Answer
from geo.model import LAYERS
from geo.model.land_use import LandUseEdition, LandUseScheme
from geo.project_parts import Place
from geo.text import Wording

Combine = Literal["append", "join"]


@dataclass
class Part:
    """One source of a role, as it is written.

    Parameters
    ----------
    guess
        What it was taken for, and why.
    fields
        Canonical column → (heading, unit or None), as `fields` has them.
    constants
        Canonical column → value.
    crs
        The reference system that is written; None where the file's own stands.
    notes
        Sentences that are put above it.
    answers
        The questions that were about it.
    """

    guess: RoleGuess
    fields: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    constants: dict[str, str | int] = field(default_factory=dict)
    crs: CrsGuess | None = None
    row_id: bool = False
    year_from: str = ""
    notes: list[Wording] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def profile(self) -> SourceProfile:
        """The source."""
        return self.guess.profile


@dataclass
class Entry:
    """`[layers.NAME]` or `[tables.NAME]`: its sources, and how they are one."""

    role: str
    parts: list[Part]
    combine: Combine = "append"
    answers: list[Answer] = field(default_factory=list)
    notes: list[Wording] = field(default_factory=list)

    @property
    def group(self) -> str:
        """The table of the project file: "layers" or "tables"."""
        table = self.role == "buildings" and self.parts[0].profile.kind == "table"
        return "tables" if table or LAYERS[self.role].geometry == "none" else "layers"


@dataclass(frozen=True)
class SetAside:
    """A source or file that is not used, and why; `open` where the office may want it."""

    name: str
    why: Wording
    open: bool = False


@dataclass
class Plan:
    """A project as it was decided."""

    folder: Path
    target: Path
    intake: Intake
    lang: str = "zh"
    currency: str = "CNY"
    title: str = ""
    year: int = 0
    compare_to: int | None = None
    land_use: tuple[LandUseScheme, LandUseEdition] | None = None
    place: Place | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    rasters: list[Part] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    matches: list[KeyMatch] = field(default_factory=list)
    packs: list[tuple[str, Wording]] = field(default_factory=list)
    notes: list[Wording] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """Every source that is used, in the order of the file."""
        return [part for entry in self.entries.values() for part in entry.parts] + self.rasters

    @property
    def unused(self) -> dict[str, list[str]]:
        """The headings of each source that is used, by its name, which none of its roles takes.

        Numbers of rows, ids that a program made, and a figure of another year than those that are
        taken are none of them.
        """
        taken: dict[str, set[str]] = {}
        for part in self.parts:
            known = [c.heading for c in part.guess.columns if c.known]
            named = [heading for heading, _ in part.fields.values()]
            taken.setdefault(part.profile.name, set()).update(map(_told, [*known, *named]))
        made = words("generic_ids", "headings") | words("generic_ids", "row_numbers")
        out: dict[str, list[str]] = {}
        for part in self.parts:
            held = taken[part.profile.name] | made
            rest = [h for h in part.profile.headings if _told(h) not in held]
            if rest and part.profile.kind != "raster":
                out[part.profile.name] = rest
        return out

    @property
    def open_answers(self) -> list[Answer]:
        """Questions that nobody answered: the first answer was taken."""
        return [answer for answer in self.answers if not answer.asked]


def _told(heading: str) -> str:
    """A heading as it is compared with those that are taken: without its year.

    >>> _told("2022年税收（元）") == _told("2023年税收（元）")
    True
    """
    return folded(re.sub(r"(19|20)\d{2}年?度?", "", heading) or heading)


def source_keys(part: Part, path: str) -> dict[str, Any]:
    """The keys of a source as the project file has them.

    `path` is how it is reached from the project file.
    """
    profile = part.profile
    keys: dict[str, Any] = {"path": path}
    if profile.part is not None:
        keys["sheet" if profile.form in SHEETS else "layer"] = profile.part
    if profile.header is not None:
        keys["header"] = profile.header
    if part.crs is not None and part.crs.crs is not None:
        keys["crs"] = part.crs.crs
    if part.row_id:
        keys["row_id"] = "number"
    if part.year_from:
        keys["year_from"] = part.year_from
    if part.fields:
        keys["fields"] = {
            column: heading if unit is None else {"column": heading, "unit": unit}
            for column, (heading, unit) in part.fields.items()
        }
    if part.constants:
        keys["constants"] = dict(part.constants)
    return keys


SHEETS = ("xlsx", "xlsm", "xls", "xlsb", "ods", "et", "html", "excel")
"""Forms of files whose parts are sheets; parts of others are layers."""
