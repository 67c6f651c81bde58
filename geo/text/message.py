"""A sentence as its id and arguments, and a text of data in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Protocol, TypeAlias, runtime_checkable

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


Argument: TypeAlias = str | int | float | bool | Wording | None


@dataclass(frozen=True)
class Text:
    """A text that comes with data, in both languages: a title of a pack, a plan, a method."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        """Return the text in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


class Message:
    """A sentence by its id in the catalogues, and what fills its holes.

    Parameters
    ----------
    code
        The id: a table of the catalogues and a key in it.
    arguments
        A value a hole: text, a number, or a Wording. What is none of these (a path, a date, a
        number of numpy's) is taken as the plain value that it prints.

    Examples
    --------
    >>> Message("list.bracket", text="1,200 m²", note="10 %").en
    '1,200 m² (10 %)'
    """

    __slots__ = ("_arguments", "code")

    code: str
    _arguments: tuple[tuple[str, Argument], ...]

    def __init__(self, code: str, /, **arguments: object) -> None:
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


def message_of(code: str, arguments: Mapping[str, object]) -> Message:
    """A Message of arguments that are held together, as stored ones are."""
    return Message(code, **arguments)


def fill(sentence: str, arguments: Mapping[str, object], lang: str) -> str:
    """A sentence with its holes filled; a hole without an argument stays as it is written."""
    parts = []
    for literal, name, form, _ in Formatter().parse(sentence):
        parts.append(literal)
        if name is not None:
            parts.append(_filled(name, form or "", arguments, lang))
    return "".join(parts)


def _filled(name: str, form: str, arguments: Mapping[str, object], lang: str) -> str:
    if name not in arguments:
        return f"{{{name}:{form}}}" if form else f"{{{name}}}"
    value = arguments[name]
    return format(value(lang) if isinstance(value, Wording) else value, form)


def plain(value: object) -> Argument:
    """A value as a sentence keeps it, which can be stored and compared."""
    if value is None or isinstance(value, (str, bool, int, float, Wording)):
        return _python(value)
    item = getattr(value, "item", None)  # a number of numpy's
    return plain(item()) if callable(item) and not getattr(value, "shape", ()) else str(value)


def _python(value: Argument) -> Argument:
    """Numpy's own float and str are subclasses of Python's, and do not print alike."""
    for kind in (str, float):
        if isinstance(value, kind) and type(value) is not kind:
            return kind(value)
    return value
