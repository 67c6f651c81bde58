"""Errors that a user can act on: what is wrong, where, and the mend, in Chinese and English."""

from __future__ import annotations

import errno

from geo.text import Argument, Message, Text, Value, Wording
from geo.text.message import first_line as first_line  # noqa: PLC0414 - handed on


class MujunError(Exception):
    """Base of every error that mujun raises on purpose.

    Parameters
    ----------
    what
        The id of a sentence in the catalogues, or a Wording that was made elsewhere.
    arguments
        What fills the sentence's holes.

    Attributes
    ----------
    text : Wording
        What a user reads: `error.text("zh")`. `str(error)` is English.

    Examples
    --------
    >>> raise DataError("list.colon", head="parcels.shp", tail="no rows")
    Traceback (most recent call last):
    geo.errors.DataError: parcels.shp: no rows
    """

    def __init__(self, what: str | Wording, /, **arguments: Value) -> None:
        self.text: Wording = Message(what, **arguments) if isinstance(what, str) else what
        super().__init__(self.text)

    @property
    def code(self) -> str:
        """The id of its sentence; "" where the sentence is a text of data."""
        return self.text.code if isinstance(self.text, Message) else ""

    @property
    def arguments(self) -> dict[str, Argument]:
        """What fills the sentence's holes."""
        return self.text.arguments if isinstance(self.text, Message) else {}

    def __str__(self) -> str:
        """The sentence in English."""
        return self.text.en

    def __reduce__(self) -> tuple[type[MujunError], tuple[Wording]]:
        """The error in both languages, from one process to another."""
        return type(self), (self.text,)


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


class PluginError(MujunError, RuntimeError):
    """What an installed package adds to mujun cannot be used."""


_REASONS = {
    errno.ENOENT: Message("os_reason.not_there"),
    errno.EACCES: Message("os_reason.denied"),
    errno.EPERM: Message("os_reason.not_permitted"),
    errno.EEXIST: Message("os_reason.exists"),
    errno.EISDIR: Message("os_reason.folder"),
    errno.ENOTDIR: Message("os_reason.no_folder"),
    errno.ENOTEMPTY: Message("os_reason.not_empty"),
    errno.ENOSPC: Message("os_reason.full"),
    errno.EROFS: Message("os_reason.read_only"),
    errno.EBUSY: Message("os_reason.busy"),
    errno.ENAMETOOLONG: Message("os_reason.long_name"),
    errno.ELOOP: Message("os_reason.link_loop"),
    errno.EIO: Message("os_reason.failing"),
    errno.EADDRINUSE: Message("os_reason.port_taken"),
}


def system_reason(error: BaseException) -> Wording:
    """Why the system refused, in the reader's language; a rare reason in the system's own words.

    >>> system_reason(OSError(errno.ENOSPC, "No space left on device")).zh
    '磁盘已满'
    """
    number = getattr(error, "errno", None)
    if number in _REASONS:
        return _REASONS[number]
    said = getattr(error, "strerror", None) or first_line(error)
    return Text(said, said)
