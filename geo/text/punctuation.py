"""Wordings put together, each language by its own punctuation (the catalogues' table `[list]`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from geo.text.catalogue import Lang, catalogue
from geo.text.message import Argument, Message, Text, Value, Wording, plain

Between = Literal["comma", "semicolon", "and", "dot", "or", "plus", "slash"]


@dataclass(frozen=True)
class Joined:
    """Several in a row: `by` names what stands between them in the table `[list]`.

    `more` says that there are others, which are not listed.
    """

    items: tuple[Argument, ...]
    by: Between = "comma"
    more: bool = False

    @property
    def zh(self) -> str:
        """The row in Chinese."""
        return self("zh")

    @property
    def en(self) -> str:
        """The row in English."""
        return self("en")

    def __call__(self, lang: str) -> str:
        """Return the row in `lang` ("zh" or "en")."""
        known: Lang = "en" if lang == "en" else "zh"
        shown = (i(known) if isinstance(i, Wording) else str(i) for i in self.items)
        row = catalogue(known)[f"list.{self.by}"].join(shown)
        return f"{row}…" if self.more else row


def join(items: Iterable[Value], by: Between = "comma", *, most: int | None = None) -> Joined:
    """Several in a row: 甲、乙; a, b. Of more than `most` the first, and “…”.

    Examples
    --------
    >>> join(["P1", "P2"]).zh, join(["P1", "P2"]).en
    ('P1、P2', 'P1, P2')
    """
    known = tuple(plain(item) for item in items)
    return Joined(known[:most], by, more=most is not None and len(known) > most)


def within(title: Wording) -> Text:
    """A title inside a sentence: English does not begin it with a capital there."""
    return Text(title.zh, title.en.lower())


def bracket(text: Value, note: Value) -> Message:
    """A text and what stands behind it in brackets: 甲（乙）; a (b)."""
    return Message("list.bracket", text=text, note=note)


def colon(head: Value, tail: Value) -> Message:
    """What is told of something: 甲：乙; a: b."""
    return Message("list.colon", head=head, tail=tail)


def quote(text: Value) -> Message:
    """As it is written in the data: “甲”; `a`."""
    return Message("list.quote", text=text)
