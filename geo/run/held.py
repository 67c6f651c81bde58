"""The result tables of a run by name; of verdicts that are held as codes the long table at first ask."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from geo.geometry.keys import rows_where
from geo.run.pieces import Pieces, pieces_of_frame
from geo.run.verdict_files import PARTS, pieces_of_codes
from geo.standards.codes import VerdictCodes
from geo.standards.codes_of_table import as_codes
from geo.standards.table import long_table

VERDICTS = "verdicts"


class RunTables(Mapping[str, Any]):
    """Frames by name, where verdicts may be held as codes."""

    @abstractmethod
    def given(self, name: str) -> Any:
        """A table as it is held: a frame, or codes of verdicts."""

    def __getitem__(self, name: str) -> Any:
        """A frame; KeyError where there is none."""
        held = self.given(name)
        return self._long if isinstance(held, VerdictCodes) else held

    def about(self, name: str, subjects: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
        """These columns, or all, of a table's rows on kinds of subjects; it need not be read whole."""
        table: pd.DataFrame = self[name]
        asked = table[list(columns)] if columns else table
        return rows_where(asked, table["subject"].isin(subjects))

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Those of these columns that a table has; it need not be read whole."""
        table = self[name]
        return pd.DataFrame(table[[c for c in columns if c in table]])

    def column_names(self, name: str) -> list[str]:
        """What the columns of a table are called; it need not be read."""
        return list(self[name].columns)

    def count(self, name: str) -> int:
        """Rows of a table; of one that lies in files they are counted there, and not read."""
        held = self.given(name)
        return held.count if isinstance(held, VerdictCodes) else len(held)

    def pieces(self, name: str) -> Pieces:
        """A table, or one of codes of verdicts, a piece after the other; KeyError where there is none."""
        if name in PARTS:
            return pieces_of_codes(self.codes, name)
        return pieces_of_frame(self[name])

    @cached_property
    def codes(self) -> VerdictCodes:
        """The verdicts as codes."""
        return as_codes(self.given(VERDICTS) if VERDICTS in self else pd.DataFrame())

    @cached_property
    def _long(self) -> pd.DataFrame:
        return long_table(self.codes)


class Held(RunTables):
    """Tables that are in memory."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._tables = tables

    def given(self, name: str) -> Any:
        """A table as it is held."""
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a table."""
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._tables)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._tables)
