"""What is found in an office's folder and what is taken of it, each guess with its reasons.

A guess that is not sure is a question to the office, never an answer: `sure` is False, and what
else it may be stands beside it, best first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from geo.arrays import CRS
from geo.text import Wording

Shape = Literal["polygon", "line", "point", "mixed", "none"]
"""What a source's outlines are; "none" for a table."""

YearPlace = Literal["column", "heading", "title", "sheet", "file", "folder"]
"""Where a year was seen: in a column of years, in headings (2022年_税收), in a text above the
headings, in the name of the sheet or layer, of the file, of the folders that it lies in."""


@dataclass(frozen=True)
class Evidence:
    """One reason: what was seen, whether it speaks for the guess, and how much (0 to 1)."""

    text: Wording
    speaks_for: bool
    weight: float


@dataclass(frozen=True)
class ColumnGuess:
    """A canonical column of a role and the heading that is taken for it.

    Parameters
    ----------
    column
        Canonical name (`geo.model.LAYERS`).
    heading
        The office's heading, as the readers of `geo.sources` call it.
    certainty
        0 to 1. `sure` where it needs no question.
    unit
        The unit that has to be written in `fields`; "" where the heading or the table states it,
        or the column has none. With `unit_sure` False it is a question: `units` are the answers,
        best first.
    known
        Whether mujun knows the heading without `fields` (a name or alias of the model).
    alternatives
        Other headings that may be this column, best first.
    """

    column: str
    heading: str
    certainty: float
    sure: bool
    unit: str = ""
    unit_sure: bool = True
    units: tuple[str, ...] = ()
    known: bool = False
    reasons: tuple[Evidence, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConstantGuess:
    """A column of one value that the file has not, but its name or title says (kind, category)."""

    column: str
    value: str | int
    sure: bool
    reasons: tuple[Evidence, ...] = ()


@dataclass(frozen=True, eq=False)
class SourceProfile:
    """One table or layer of the folder: a file, a sheet, a layer of a database.

    Parameters
    ----------
    path
        Relative to the folder, with `/`; a member of an archive is `报送.zip/子夹/宗地.shp`.
    part
        Sheet or layer within the file; None where the file is one table or layer.
    kind
        "table", "layer" (it has outlines) or "raster".
    form
        What the file is: "xlsx", "xls", "text", "dbf", "shp", "gdb", "gpkg", "survey", …
    rows
        All rows, not those of the sample; of a raster its cells.
    sample
        Up to `seen.SAMPLE` rows under the office's headings, spread over the table; a
        GeoDataFrame in the file's own reference system for a layer. `source_row` counts as the
        readers do. `attrs` are those of `geo.sources.ledger`.
    crs, bounds
        As the file says; None where it does not. Bounds are left, bottom, right, top.
    titles
        Texts above the headings.
    years
        The years seen, by where (`YearPlace`).
    hidden
        Whether it is a hidden sheet.
    header
        The row of the headings, from 1, where it is not the one that the readers find themselves.
    """

    path: str
    part: str | None
    kind: Literal["table", "layer", "raster"]
    form: str
    rows: int
    headings: tuple[str, ...]
    sample: pd.DataFrame
    encoding: str | None = None
    crs: CRS | None = None
    bounds: tuple[float, float, float, float] | None = None
    shape: Shape = "none"
    titles: tuple[str, ...] = ()
    years: dict[YearPlace, tuple[int, ...]] = field(default_factory=dict)
    hidden: bool = False
    header: int | None = None

    @property
    def name(self) -> str:
        """How it is called before a user: the path, and the sheet or layer behind it."""
        return self.path if self.part is None else f"{self.path} [{self.part}]"


@dataclass(frozen=True, eq=False)
class RoleGuess:
    """What a source is taken for; a ledger of one sheet has a guess for each of its roles.

    Parameters
    ----------
    role
        A layer of `geo.model.LAYERS`, "rasters", or None: it is not used.
    sure
        Whether no question is needed. Where it is not, `scores` gives the candidates, best first;
        the role named is the first of them.
    scores
        Every role that was weighed, with 0 to 1, highest first; None is "not used".
    summary
        Whether its rows repeat, summed, what another source holds (汇总): role is then None.
    lacking
        Required columns that nothing was found for.
    row_id
        Whether the row number has to serve as the id.
    """

    profile: SourceProfile
    role: str | None
    sure: bool
    scores: tuple[tuple[str | None, float], ...] = ()
    reasons: tuple[Evidence, ...] = ()
    columns: tuple[ColumnGuess, ...] = ()
    constants: tuple[ConstantGuess, ...] = ()
    lacking: tuple[str, ...] = ()
    summary: bool = False
    row_id: bool = False


@dataclass(frozen=True)
class NotRead:
    """A file that is no source: no data (a document, a lock file), or one that cannot be read."""

    path: str
    why: Wording
    is_data: bool


@dataclass(frozen=True, eq=False)
class Intake:
    """A folder read: what is in it, what each source is taken for, and what was not read.

    `findings` are what is to be said of the folder as a whole or of one source (hidden sheets,
    encodings, summaries): a sentence each, with the source's name where it is of one.
    """

    folder: str
    profiles: tuple[SourceProfile, ...]
    roles: tuple[RoleGuess, ...]
    findings: tuple[Wording, ...] = ()
    not_read: tuple[NotRead, ...] = ()
