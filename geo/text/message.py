"""A sentence as its id and arguments, and a text of data in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from string import Formatter
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from geo.text.catalogue import Lang, catalogue


@runtime_checkable
class Wording(Protocol):
    """What can be said in either language."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""

    def __call__(self, lang: str) -> str:
        """Return the sentence in `lang` ("zh" or "en")."""


if TYPE_CHECKING:
    import numpy as np

Argument: TypeAlias = str | int | float | bool | Wording | None
"""What a hole is filled with, as a Message keeps it."""

Value: TypeAlias = "Argument | PurePath | dt.date | np.integer | np.floating"
"""What may be handed over for a hole."""


@dataclass(frozen=True)
class Text:
    """A text that comes with data, in both languages: a title of a pack, a plan, a method."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        """Return the text in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


EMPTY: Wording = Text("", "")


class Message:
    """A sentence by its id in the catalogues, and what fills its holes.

    Parameters
    ----------
    code
        The id: a table of the catalogues and a key in it.
    arguments
        A value a hole: text, a number, or a Wording. Paths and dates are taken as they print.

    Examples
    --------
    >>> Message("list.bracket", text="1,200 m²", note="10 %").en
    '1,200 m² (10 %)'
    """

    __slots__ = ("_arguments", "code")

    code: str
    _arguments: tuple[tuple[str, Argument], ...]

    def __init__(self, code: str, /, **arguments: Value) -> None:
        object.__setattr__(self, "code", code)
        pairs = tuple((name, plain(value)) for name, value in arguments.items())
        object.__setattr__(self, "_arguments", pairs)

    @property
    def arguments(self) -> dict[str, Argument]:
        """What fills the holes."""
        return dict(self._arguments)

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return self("zh")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self("en")

    def filled(self, **arguments: Value) -> Message:
        """The same sentence with these holes filled too."""
        return Message(self.code, **self.arguments, **arguments)

    def __call__(self, lang: str) -> str:
        """Return the sentence in `lang` ("zh" or "en")."""
        known: Lang = "en" if lang == "en" else "zh"
        return fill(catalogue(known)[self.code], self.arguments, known)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same sentence about the same."""
        if not isinstance(other, Message):
            return NotImplemented
        return (self.code, self._arguments) == (other.code, other._arguments)

    def __hash__(self) -> int:
        """By id and arguments."""
        return hash((self.code, self._arguments))

    def __repr__(self) -> str:
        """As it is written in the code."""
        arguments = "".join(f", {name}={value!r}" for name, value in self._arguments)
        return f"Message({self.code!r}{arguments})"

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a sentence stays what it is."""
        raise AttributeError(f"a Message is frozen: {name} = {value!r}")

    def __reduce__(self) -> tuple[Callable[..., Message], tuple[str, dict[str, Argument]]]:
        """The id and its arguments, from one process to another."""
        return message_of, (self.code, self.arguments)


def message_of(code: str, arguments: Mapping[str, Argument]) -> Message:
    """A Message of arguments that are held together, as stored ones are."""
    return Message(code, **arguments)


def fill(sentence: str, arguments: Mapping[str, object], lang: str) -> str:
    """A sentence with its holes filled; a hole without an argument stays as it is written.

    A hole with two forms is a word that goes with a number: the first with 1, the second else.

    Examples
    --------
    >>> sentence = "{n:,} {n:parcel lies|parcels lie} in no park"
    >>> fill(sentence, {"n": 1}, "en"), fill(sentence, {"n": 1200}, "en")
    ('1 parcel lies in no park', '1,200 parcels lie in no park')
    """
    parts = []
    for literal, name, form, _ in _pieces(sentence):
        parts.append(literal)
        if name is not None:
            parts.append(_filled(name, form or "", arguments, lang))
    return "".join(parts)


@lru_cache(maxsize=4096)
def _pieces(sentence: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    """Text and holes of a sentence, which is often filled more than once."""
    return tuple(Formatter().parse(sentence))


def _filled(name: str, form: str, arguments: Mapping[str, object], lang: str) -> str:
    if name not in arguments:
        return f"{{{name}:{form}}}" if form else f"{{{name}}}"
    value = arguments[name]
    if "|" in form:
        one, many = form.split("|")
        return one if value in (1, "1") else many
    return format(value(lang) if callable(value) else value, form)


def first_line(error: BaseException) -> str:
    """The first line of what a library said, or what it called its fault."""
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def plain(value: Value) -> Argument:
    """A value as a sentence keeps it: it can be stored, compared, and sent to another process."""
    if isinstance(value, (str, float)):
        # A number or text of numpy's is one of Python's too, and does not print alike.
        return str(value) if isinstance(value, str) else float(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Wording):  # a protocol: slower to ask than all before
        return value
    if isinstance(value, (PurePath, dt.date)):
        return str(value)
    if isinstance(value, BaseException):  # the first line of what a library said
        return first_line(value)
    if hasattr(value, "item"):
        return plain(value.item())
    raise TypeError(f"a sentence cannot be filled with {value!r}")
