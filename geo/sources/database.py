"""Connections to PostgreSQL through ADBC: Arrow tables in and out, identifiers quoted.

A password never stands in the project file: PGPASSWORD or ~/.pgpass give it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from geo.errors import ProjectError, SourceError

SCHEMES = ("postgresql://", "postgres://")


def is_database(path: str) -> bool:
    """Whether a path of the project file names a database."""
    return path.startswith(SCHEMES)


def quoted(*names: str) -> str:
    """An identifier, or a dotted one, as SQL takes it whatever it holds."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


@contextmanager
def connected(uri: str) -> Iterator[Any]:
    """A DB-API connection in a transaction; rolled back unless the block commits.

    Raises ProjectError for a password in the address, SourceError with the server's own words.
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
        raise SourceError("database.database", shown=shown(uri), words=_words(error)) from error


def shown(uri: str) -> str:
    """The address without what is not for every eye."""
    parts = urlsplit(uri)
    return f"{parts.hostname or 'localhost'}{parts.path}"


def _words(error: Exception) -> str:
    """What the server said, in one line, without the driver's own address of the fault."""
    text = " ".join(str(error).split())
    for mark in ("ERROR:", "FATAL:", "failed:"):
        if mark in text:
            text = text.rsplit(mark, 1)[1]
    return text.split(" SQLSTATE")[0].strip(" .;") or type(error).__name__
