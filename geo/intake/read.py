"""The sources of a plan read as a run reads them, one by one: what cannot be read stops none else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import MujunError
from geo.intake.plan import Entry, Part, source_keys
from geo.model import LAYERS
from geo.project import LayerSource, Project, Settings, TableSource
from geo.sources.columns import columns_by_name
from geo.sources.read import read_rows
from geo.sources.source import Spec
from geo.text import Wording

_ANY_YEAR = 2000
"""Reading asks a project for its currency; the year is not known yet."""


@dataclass
class ReadPart:
    """A source as it was read.

    Parameters
    ----------
    raw
        Under the office's own headings: all rows, or a sample where it cannot be read for its role.
    frame
        Canonical; None where a required column is missing or the source cannot be read.
    error
        Why there is no frame.
    by_name
        Rows that name their enterprise instead of its id.
    joins
        Whether any of its ids stands in a table of another role.
    """

    raw: pd.DataFrame
    frame: Any = None
    error: Wording | None = None
    by_name: int = 0
    joins: bool = True


def spec_of(entry: Entry, part: Part, path: str) -> Spec:
    """A source as the project file declares it."""
    kind = LayerSource if entry.group == "layers" else TableSource
    return kind(**source_keys(part, path))


def refusal(folder: Path, entry: Entry, currency: str = "CNY") -> Wording | None:
    """Why a run would refuse the sources of an entry together; None where it reads them."""
    project = Project(project=Settings(year=_ANY_YEAR, currency=currency), folder=folder.resolve())
    kind = LayerSource if entry.group == "layers" else TableSource
    parts = [source_keys(part, part.profile.path) for part in entry.parts]
    keys: dict[str, Any] = {"parts": parts, "combine": entry.combine}
    try:
        read_rows(project, entry.role, kind(**keys))
    except MujunError as error:
        return error.text
    return None


def read_part(folder: Path, entry: Entry, part: Part, currency: str = "CNY") -> ReadPart:
    """A source of the office's folder, read and made canonical."""
    project = Project(project=Settings(year=_ANY_YEAR, currency=currency), folder=folder.resolve())
    sample = pd.DataFrame(part.profile.sample)
    try:
        frame = read_rows(project, entry.role, spec_of(entry, part, part.profile.path)).frame
    except MujunError as error:
        return ReadPart(sample, error=error.text)
    headings = [str(c) for c in sample.columns if c not in ("geometry", "source_row")]
    spec = spec_of(entry, part, part.profile.path)
    named = columns_by_name(LAYERS[entry.role], spec.fields, headings)
    raw = pd.DataFrame(frame).rename(columns=named)
    # One heading may serve for two columns: an owner's name as id and as name.
    return ReadPart(raw.loc[:, ~raw.columns.duplicated()], frame)
