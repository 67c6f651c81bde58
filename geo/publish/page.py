"""Pages: the one way by which text of a project or of data comes into HTML, scripts and XML.

`Html` and `Code` are made here alone, and only from names that stand in our own source, from text
that is escaped, and from values written as JSON: no text is ever parsed as a template, as HTML or
as a script. `tests/test_page.py` and ruff's list of banned imports keep everything else in `geo`
from making pages in another way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from branca.element import Element, MacroElement

from geo.publish.letters import writable

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_VOID = ("meta", "link", "img", "br")
_CODE_ENDS = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "'": "\\u0027",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
)
"""What could end a script or an attribute, or a line of JavaScript; in JSON only within texts."""


@dataclass(frozen=True)
class Html:
    """A piece of a page, ready to stand in it."""

    source: str


@dataclass(frozen=True)
class Code:
    """JavaScript, ready to stand in a script."""

    source: str


@dataclass(frozen=True)
class Variable:
    """A variable of the page's scripts, as an argument of `call`."""

    name: str


def tag(name: str, /, *inside: Html | str, **attributes: str) -> Html:
    """An element; texts and attributes are escaped, `http_equiv` is written http-equiv.

    >>> tag("title", "</title><script>").source
    '<title>&lt;/title&gt;&lt;script&gt;</title>'
    """
    if not _NAME.fullmatch(name) or name in ("script", "style"):
        raise ValueError(name)
    body = "".join(part.source if isinstance(part, Html) else _text(part) for part in inside)
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{said}>" + ("" if name in _VOID else f"{body}</{name}>"))


def joined(*pieces: Html) -> Html:
    """Pieces one after the other."""
    return Html("".join(piece.source for piece in pieces))


def stylesheet(css: str) -> Html:
    """A style sheet of ours."""
    own = css.replace("</", "<\\/")
    return Html(f"<style>{own}</style>")


def script(*code: Code | str) -> Html:
    """Scripts of ours, and calls made by `call`."""
    source = "\n".join(part.source if isinstance(part, Code) else part for part in code)
    own = source.replace("</script", "<\\/script")
    return Html(f"<script>{own}</script>")


def data(key: str, text: str, kind: str = "text/plain") -> Html:
    """A block that scripts read: base64, or JSON made by `json_text`; never run, never parsed."""
    own = text.translate(_CODE_ENDS) if re.search("[<>&'\u2028\u2029]", text) else text
    return Html(f'<script type="{_text(kind)}" id="{_text(key)}">{own}</script>')


def json_text(value: Any) -> str:
    """JSON that may stand in a script: nothing in it ends the script, an attribute or a line."""
    return writable(json.dumps(value, ensure_ascii=False, allow_nan=False)).translate(_CODE_ENDS)


def call(function: str, *arguments: Any) -> Code:
    """A call of one of our functions.

    >>> call("mujun.show", Variable("map_1"), "A").source
    'mujun.show(map_1, "A");'
    """
    return Code(f"{_dotted(function)}({', '.join(map(_literal, arguments))});")


def method(owner: Code, name: str, *arguments: Any) -> Code:
    """A call of a method of what `owner` gives."""
    return Code(
        f"{owner.source.removesuffix(';')}.{_dotted(name)}({', '.join(map(_literal, arguments))});"
    )


def policy(scripts: str = "", images: tuple[str, ...] = (), workers: str = "") -> Html:
    """The Content-Security-Policy of a page: nothing is loaded but from these sources."""
    rules = {
        "default-src": "'none'",
        "script-src": f"'unsafe-inline' {scripts}".strip(),
        "style-src": "'unsafe-inline'",
        "img-src": " ".join(("data:", *images)),
        "worker-src": workers,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    rule = "; ".join(f"{name} {sources}" for name, sources in rules.items() if sources)
    if re.search(r"[^\w '*:/.;\[\]-]", rule):
        raise ValueError(rule)
    # The quotes of 'none' stand as they are, for those who read the page.
    return Html(f'<meta http-equiv="Content-Security-Policy" content="{rule}">')


def document(head: list[Html], body: list[Html], lang: str = "zh") -> str:
    """A whole page."""
    first = [tag("meta", charset="utf-8"), *head]
    return (
        f'<!DOCTYPE html>\n<html lang="{_text(lang)}">'
        f"<head>{''.join(h.source for h in first)}</head>"
        f"<body>{''.join(b.source for b in body)}</body></html>\n"
    )


def xml_text(root: ET.Element, doctype: str = "") -> str:
    """A tree as XML; what is no character of XML is replaced by �."""
    for element in root.iter():
        element.text = writable(element.text) if element.text else element.text
        for name, value in element.items():
            element.set(name, writable(value))
    first = f"<!DOCTYPE {doctype}>\n" if doctype else ""
    return first + ET.tostring(root, encoding="unicode")


class Placed(Element):  # type: ignore[misc]
    """A piece of a page among Folium's elements; Folium would parse a text as a template."""

    def __init__(self, piece: Html | Code) -> None:
        super().__init__()
        self.piece = piece

    def render(self, **_kwargs: Any) -> str:
        """The piece as it is."""
        return self.piece.source


class PageElement(MacroElement):  # type: ignore[misc]
    """An element of a Folium map whose parts are `Html` and `Code`, not templates."""

    def body(self) -> Html | None:
        """What stands in the page."""
        return None

    def code(self) -> Code | None:
        """What is run once the page is there."""
        return None

    def render(self, **kwargs: Any) -> None:
        """Put both into the page."""
        page = self.get_root()
        for place, piece in ((page.html, self.body()), (page.script, self.code())):
            if piece is not None:
                place.add_child(Placed(piece), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)


def _text(text: str) -> str:
    return escape(writable(text), quote=True)


def _dotted(name: str) -> str:
    if not _DOTTED.fullmatch(name):
        raise ValueError(name)
    return name


def _literal(value: Any) -> str:
    return _dotted(value.name) if isinstance(value, Variable) else json_text(value)
