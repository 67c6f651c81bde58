"""Workbooks that several layers of a project are read from, opened and parsed once.

An office's one ledger is enterprises, occupancy and indicators: without this it would be parsed
three times. Only while `books_kept` runs, and only files that more than one layer names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from geo.sources.digest import sha256
from geo.sources.sheets import Book


@dataclass(frozen=True)
class _Shelf:
    """Names of the files that are kept, and their books by content."""

    names: frozenset[str]
    books: dict[str, Book] = field(default_factory=dict)


_SHELF: ContextVar[_Shelf] = ContextVar("_SHELF")


@contextmanager
def books_kept(names: Collection[str]) -> Iterator[None]:
    """Workbooks of these file names are parsed once while the block runs."""
    token = _SHELF.set(_Shelf(frozenset(names)))
    try:
        yield
    finally:
        _SHELF.reset(token)


def book_of(file: Path, opened: Callable[[Path], Book]) -> Book:
    """The book of a file: the one that is kept, or `opened` anew. A sheet is parsed when read."""
    shelf = _SHELF.get(None)
    if shelf is None or file.name not in shelf.names:
        return opened(file)
    key = sha256(file)
    if key not in shelf.books:
        book = opened(file)
        shelf.books[key] = replace(book, read=cache(book.read))
    return shelf.books[key]
