"""What mujun says of bad input, found where the program says it: findings by code, and errors.

The sentences are the catalogues'. What the program fills in is shown as “…”.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from geo.text import Lang, catalogue

PACKAGE = Path(__file__).parents[2] / "geo"
_HOLE = re.compile(r"(?<!\{)\{[^{}]+\}(?!\})")
_TELLS = re.compile(r"\w*Error|about_layer|about_rows")
"""Names of what tells of bad input: an error, or a finding."""
_LAYER = ("layer", "code", "message", "mend", "severity")
"""What `findings.about_layer` takes, in its order."""


class Finding(NamedTuple):
    """A finding: its code, how serious it is, and the ids of its sentences ("" if none is plain)."""

    code: str
    severity: str
    message: str
    mend: str


def sentence(name: str, lang: Lang) -> str:
    """A sentence of the catalogue with “…” for what is filled in; "" of no name."""
    text = _HOLE.sub("…", catalogue(lang).get(name, ""))
    return text.replace("{{", "{").replace("}}", "}").replace("\n", " ")


@cache
def findings() -> list[Finding]:
    """Every finding that the program can write, by code."""
    found = {
        finding for function, call in _calls() if (finding := _finding(function, call)) is not None
    }
    return sorted(found)


@cache
def errors() -> list[tuple[str, str]]:
    """Every error that ends a command: its class, and the id of its sentence."""
    found = {
        (_name(call), name)
        for function, call in _calls()
        if _name(call).endswith("Error") and call.args
        for name in _sentences_of(function, call.args[0])
    }
    return sorted(found)


def _finding(function: ast.AST, call: ast.Call) -> Finding | None:
    if _name(call) not in ("about_layer", "about_rows"):
        return None
    given = dict(zip(_LAYER, call.args, strict=False)) if _name(call) == "about_layer" else {}
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    code, severity = given.get("code"), given.get("severity")
    if not isinstance(code, ast.Constant):
        return None
    usual = "warning" if _name(call) == "about_layer" else "error"
    texts = [(_ids(function, given[part]) or [""])[0] for part in ("message", "mend")]
    serious = severity.value if isinstance(severity, ast.Constant) else usual
    return Finding(str(code.value), str(serious), *texts)


def _sentences_of(function: ast.AST, what: ast.expr) -> list[str]:
    if isinstance(what, ast.Constant):
        return [str(what.value)]
    return _ids(function, what)[:1]


@cache
def _calls() -> list[tuple[ast.AST, ast.Call]]:
    """Every call that tells of bad input, with the function that it stands in; found once."""
    return [
        (function, call)
        for text in _sources()
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _TELLS.fullmatch(_name(call))
    ]


def _sources() -> Iterator[str]:
    """Texts of the package's modules that may tell of bad input; the client's folder holds none."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "node_modules" not in file.parts:
            text = file.read_text(encoding="utf-8")
            if _TELLS.search(text):
                yield text


def _ids(function: ast.AST, value: ast.expr) -> list[str]:
    """Ids of the sentences in an expression; a name is looked up where the function gives it."""
    if isinstance(value, ast.Name):
        given = (
            found
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == value.id for t in node.targets)
            for found in _ids(function, node.value)
        )
        return list(given)
    return [
        str(node.args[0].value)
        for node in ast.walk(value)
        if isinstance(node, ast.Call)
        and _name(node) == "Message"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
