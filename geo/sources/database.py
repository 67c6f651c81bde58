"""Connections to PostgreSQL through ADBC: Arrow tables in and out, identifiers quoted.

A password never stands in the project file: PGPASSWORD or ~/.pgpass give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from geo.errors import ProjectError, SourceError

SCHEMES = ("postgresql://", "postgres://")
_NO_RIGHT = "42501"
_OF_A_STATEMENT = ("22", "42")
"""Classes of SQLSTATE: values and words of a statement that the server cannot take."""
_CONNECTING = "Failed to connect:"
"""Begins what the driver says where no connection was made."""
_NOT_LET_IN = {
    "database.wrong_password": re.compile(
        "authentication failed|no password|role .* does not exist"
    ),
    "database.no_such_database": re.compile("database .* does not exist"),
    "database.not_reached": re.compile(""),
}
"""Sentences on a server that lets nobody in, by the words of its own that they are for."""
_BEHIND = re.compile(r" (LINE \d+:|HINT:|Query was:|SQLSTATE)")
"""What follows on what a server says: the statement, and where in it."""


def is_database(path: str) -> bool:
    """Whether a path of the project file names a database."""
    return path.startswith(SCHEMES)


def quoted(*names: str) -> str:
    """An identifier, or a dotted one, as SQL takes it whatever it holds."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


@contextmanager
def connected(uri: str, condition: str | None = None) -> Iterator[Any]:
    """A DB-API connection in a transaction; rolled back unless the block commits.

    `condition` is a user's, of the statements in the block. Raises ProjectError for a password in
    the address, SourceError with the server's own words.
    """
    if urlsplit(uri).password:
        raise ProjectError("database.database_password_does_not_belong")
    try:
        from adbc_driver_manager import Error  # noqa: PLC0415 -- an optional part
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415
    except ImportError as error:
        raise SourceError("database.postgis_needs_more_package") from error
    try:
        with dbapi.connect(uri) as connection:
            yield connection
    except Error as error:
        raise SourceError(
            _reason(error, error.sqlstate or "", condition), shown=shown(uri), words=_words(error)
        ) from error


def shown(uri: str) -> str:
    """The address without what is not for every eye."""
    parts = urlsplit(uri)
    return f"{parts.hostname or 'localhost'}{parts.path}"


def source_name(path: str, table: str | None) -> str:
    """What a user calls the source of rows: a file by its name, a table with its database."""
    if is_database(path):
        return f"{shown(path)} {table or ''}".strip()
    return PurePosixPath(path).name


def _reason(error: Exception, state: str, condition: str | None) -> str:
    """The sentence that says why, by the server's SQLSTATE or, where it let nobody in, its words."""
    if state == _NO_RIGHT:
        return "database.no_right"
    if condition and state.startswith(_OF_A_STATEMENT):
        return "database.condition"
    if _CONNECTING not in str(error):
        return "database.database"
    return next(key for key, said in _NOT_LET_IN.items() if said.search(str(error)))


def _words(error: Exception) -> str:
    """What the server said, in one line, without the statement and the driver's own words."""
    text = " ".join(str(error).split())
    for mark in ("ERROR:", "FATAL:", "failed:", _CONNECTING):
        if mark in text:
            text = text.rsplit(mark, 1)[1]
    return _BEHIND.split(text)[0].strip(" .;") or type(error).__name__
