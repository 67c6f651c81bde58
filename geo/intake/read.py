"""The sources of a plan read as a run reads them, one by one: what cannot be read stops none else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import MujunError
from geo.intake.plan import Entry, Part, source_keys
from geo.model import LAYERS
from geo.project import LayerSource, Project, Settings, TableSource
from geo.sources.fields import canonical
from geo.sources.registry import source_of
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
        Under the office's own headings.
    frame
        Canonical; None where a required column is missing or the source cannot be read.
    error
        Why there is no frame.
    """

    raw: Any = None
    frame: Any = None
    error: Wording | None = None
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)


def spec_of(entry: Entry, part: Part, path: str) -> Spec:
    """A source as the project file declares it."""
    kind = LayerSource if entry.group == "layers" else TableSource
    return kind(**source_keys(part, path))


def read_part(folder: Path, entry: Entry, part: Part, currency: str = "CNY") -> ReadPart:
    """A source of the office's folder, read and made canonical."""
    project = Project(project=Settings(year=_ANY_YEAR, currency=currency), folder=folder.resolve())
    out = ReadPart()
    path = part.profile.path
    try:
        spec = spec_of(entry, part, path)
        read = source_of(path, spec).read(project, entry.role, spec)
        out.raw = read.frame
        out.frame, out.findings = canonical(
            read.frame,
            LAYERS[entry.role],
            spec.fields,
            Path(path).name,
            project.settings.currency,
            spec.constants,
        )
    except MujunError as error:
        out.error = error.text
    return out
