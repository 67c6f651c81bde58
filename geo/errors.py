"""Errors that a user can act on: what is wrong, where, and the mend, in Chinese and English."""

from __future__ import annotations

from geo.text import Lang, Text

__all__ = ["Lang", "Text"]


def first_line(error: Exception) -> str:
    """The first line of what a library said, or what it called its fault."""
    said = str(error).splitlines()
    return said[0] if said else type(error).__name__


class MujunError(Exception):
    """Base of every error that mujun raises on purpose.

    `str(error)` is English; `error.text("zh")` is what a Chinese user reads.
    """

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(en)

    def __reduce__(self) -> tuple[type[MujunError], tuple[str, str]]:
        """The error in both languages, from one process to another."""
        return type(self), (self.text.zh, self.text.en)


class ProjectError(MujunError, ValueError):
    """The project file is missing, malformed, or asks for what does not exist."""


class SourceError(MujunError, OSError):
    """A file cannot be read: missing, corrupt, empty, or in an unknown encoding."""


class CrsError(MujunError, ValueError):
    """Coordinates have no reference system, or land where they cannot be."""


class DataError(MujunError, ValueError):
    """The data cannot support the computation that was asked for."""


class RuleError(MujunError, ValueError):
    """A rule pack is malformed, uncited, or unknown."""


class OutputError(MujunError, OSError):
    """Results cannot be written or read back."""


class EngineError(MujunError, RuntimeError):
    """The machines that were to do the work cannot be had, or failed."""
