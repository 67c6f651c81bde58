"""Pieces of the page: blocks, grids, links to files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from geo.publish.page import Html, tag
from geo.text import Message, Value


@dataclass(frozen=True)
class Speaker:
    """Sentences in the page's language."""

    lang: str

    def __call__(self, code: str, /, **arguments: Value) -> str:
        """A sentence by its id."""
        return Message(code, **arguments)(self.lang)


def link(inside: Html | str, name: str, **attributes: str) -> Html:
    """A link to a file beside the page, by its name with `/`; what follows a `#` stays as it is.

    A name is no address: `javascript:x` is a file of that name.

    >>> link("a", "javascript:x 1.pdf").source
    '<a href="./javascript%3Ax%201.pdf">a</a>'
    """
    place, mark, rest = name.partition("#") if name.startswith("map.html#") else (name, "", "")
    return tag("a", inside, href=f"./{quote(place)}{mark}{quote(rest, safe='/')}", **attributes)


def paragraph(text: str, kind: str = "") -> Html:
    """A paragraph."""
    return tag("p", text, **({"class_": kind} if kind else {}))


def coded(text: str, kind: str = "") -> Html:
    """A sentence whose parts between back-ticks are set as what is typed.

    >>> coded("see `mujun explain A`").source, coded("a ` b").source
    ('<span>see <code>mujun explain A</code></span>', '<span>a ` b</span>')
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a back-tick of the data
        parts = [text]
    pieces = [tag("code", part) if at % 2 else part for at, part in enumerate(parts)]
    return tag("span", *pieces, **({"class_": kind} if kind else {}))


def block(key: str, title: str, *pieces: Html) -> Html:
    """A part of the page under a heading."""
    return tag("section", tag("h2", title), *pieces, id=key)


def facts(lines: Iterable[tuple[str, str]]) -> Html:
    """Names with what is said of each."""
    pairs = [piece for name, text in lines for piece in (tag("dt", name), tag("dd", text))]
    return tag("dl", *pairs)


def grid(
    heads: Sequence[str], rows: Iterable[Sequence[Html | str]], right: Iterable[int] = ()
) -> Html:
    """A table; figures stand in the columns `right`."""
    figures = frozenset(right)

    def cell(name: str, at: int, inside: Html | str) -> Html:
        return tag(name, inside, **({"class_": "n"} if at in figures else {}))

    head = tag("tr", *(cell("th", at, text) for at, text in enumerate(heads)))
    body = [tag("tr", *(cell("td", at, inside) for at, inside in enumerate(row))) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="wide")
