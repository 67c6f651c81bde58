"""What a source is: something that can read a layer or table of the project file.

A new one is one class, registered (`geo.sources.SOURCES`) or named by an entry point of the group
`mujun.sources`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from geo import findings
from geo.project import LayerSource, Project, TableSource

Spec = LayerSource | TableSource
"""`[layers.NAME]` or `[tables.NAME]`."""


@dataclass(frozen=True)
class Read:
    """What a source gives.

    Parameters
    ----------
    frame
        Rows as they stand, under the office's own headings, with `source_row` (int64): the row
        that a user finds in the source. A GeoDataFrame with `geometry` and a CRS for a layer.
    findings
        What was found while reading (`geo.findings.COLUMNS`).
    files
        SHA-256 of what was read, by what the record of the run calls it.
    """

    frame: Any
    findings: pd.DataFrame = field(default_factory=findings.no_findings)
    files: dict[str, str] = field(default_factory=dict)


@runtime_checkable
class Source(Protocol):
    """One kind of source."""

    @property
    def name(self) -> str:
        """Its name, that no other source has."""

    def accepts(self, path: str, spec: Spec) -> bool:
        """Whether it reads what `path` of the project file names; nothing is opened for it."""

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        """The layer or table `layer`; raises SourceError, CrsError or ProjectError."""
