"""A griffe extension: what a function returns may be said in plain sentences.

NumPy's form wants a type on a line of its own, and what it means indented below. Docstrings here
say it in a sentence, so the words before its first comma, colon or full stop are taken as the type.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_SECTION = re.compile(r"(?<=\nReturns\n-------\n)\S.*?(?=\n\n[A-Z][a-z]+\n---|\Z)", re.DOTALL)
_FIRST = re.compile(r"([^,.:;]+)[,.:;]?\s*(.*)", re.DOTALL)


def in_form(docstring: str) -> str:
    """The docstring with its plain sentences on what is returned in NumPy's form."""

    def formed(section: re.Match[str]) -> str:
        text = section.group()
        if re.search(r"^\s+\S", text, re.MULTILINE):
            return text  # it has the form already
        what, rest = _FIRST.fullmatch(" ".join(text.split())).groups()  # type: ignore[union-attr]
        return f"{what}\n    {rest[:1].upper()}{rest[1:]}" if rest else what

    return _SECTION.sub(formed, docstring)


class Returns(griffe.Extension):
    """Puts every docstring in form before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for each object that griffe finds."""
        if obj.docstring is not None:
            obj.docstring.value = in_form(obj.docstring.value)
