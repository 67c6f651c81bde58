"""What an office declares in TOML: the project, rule packs, methods. Read whole or refused.

Every number is finite and of a size that land and money have. What pydantic or the TOML parser
found wrong is told by key, in the words of this product and never in theirs.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from geo.errors import MujunError
from geo.text import Message, Text, Wording, join

LARGEST = 1e15
"""万元, m² or anything else: no figure of a province is larger."""
LONGEST = 10_000
"""Letters of one text."""
MOST_BYTES = 20_000_000
"""A rule pack of thousands of rows is a hundredth of this."""


QUOTES = "“”＂‘’＇"
"""Quotes as a Chinese input method types them."""
HALF_WIDTH = dict(
    zip(f"{QUOTES}＝［］【】｛｝，、．＃\u3000", "\"\"\"'''=[][]{},,.# ", strict=True)
)
"""What TOML knows in place of each letter."""


class RefusedValueError(ValueError):
    """What no declaration may hold; `key` is where it stands, `text` why it is refused."""

    def __init__(self, key: str, text: Wording) -> None:
        self.key, self.text = key, text
        super().__init__(text.en)


def parse_toml(raw: bytes) -> dict[str, Any]:
    """The tables of a TOML file (UTF-8, with or without a BOM).

    Raises RefusedValueError: no TOML, not UTF-8, a number that is not finite or beyond `LARGEST`,
    a text beyond `LONGEST`, nested too deeply.
    """
    if len(raw) > MOST_BYTES:
        raise RefusedValueError("", Message("declaration.larger_20_mb"))
    try:
        written = raw.decode("utf-8-sig")
        tables = tomllib.loads(written)
        for key, value in _values(tables, ""):
            _check_value(key, value)
    except UnicodeDecodeError as error:
        raise RefusedValueError("", Message("declaration.not_valid_utf_8")) from error
    except tomllib.TOMLDecodeError as error:
        raise RefusedValueError("", _slip(written, str(error))) from error
    except RecursionError as error:
        raise RefusedValueError("", Message("declaration.nested_too_deeply")) from error
    except ValueError as error:
        if isinstance(error, RefusedValueError):
            raise
        # A whole number of thousands of digits, or a date that is none.
        raise RefusedValueError("", Message("declaration.value_no_number_date")) from error
    return tables


def why_refused(
    error: ValueError, raw: dict[str, Any] | None = None, model: type[BaseModel] | None = None
) -> tuple[str, Wording]:
    """The key and the reason of the first thing wrong, whoever found it.

    `raw` is what was checked, so that the key is one that stands in the file; `model` what it was
    checked against, so that a misspelt key is answered with the nearest known one.
    """
    if isinstance(error, RefusedValueError):
        return error.key, error.text
    if isinstance(error, MujunError):
        return "", error.text
    if not isinstance(error, ValidationError):
        return "", Text(str(error), str(error))
    first = error.errors()[0]
    key = _key_in(raw, first["loc"])
    return key, _reason(dict(first), _known_keys(model, first["loc"]))


def nearest(name: str, known: list[str]) -> str:
    """The known name that is most like this one; empty where none is."""
    found = difflib.get_close_matches(name, known, n=1)
    return found[0] if found else ""


def _values(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Every number and text below, the names of keys too, with its dotted key."""
    entries: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value, 1)
    else:
        yield key, value
    for name, below in entries:
        inner = f"{key}.{str(name)[:80]}".lstrip(".")
        yield inner, name
        yield from _values(below, inner)


def _check_value(key: str, value: Any) -> None:
    why = None
    if isinstance(value, str) and len(value) > LONGEST:
        why = Message("declaration.text_over_letters", longest=LONGEST)
    elif isinstance(value, str) and "\0" in value:
        why = Message("declaration.text_with_nul")
    elif isinstance(value, float) and not math.isfinite(value):
        why = Message("declaration.not_finite_number", value=value)
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        why = Message("declaration.number_over", largest=LARGEST)
    if why is not None:
        raise RefusedValueError(key, why)


def _slip(written: str, fault: str) -> Wording:
    """What is wrong with a TOML text, and where, by what the parser said."""
    lines, where = written.rstrip().splitlines() or [""], Message("declaration.end")
    text, column = lines[-1], len(lines[-1])
    if found := re.search(r"line (\d+), column (\d+)", fault):
        line, column = int(found[1]), int(found[2])
        where = Message("declaration.line_column", line=line, column=column)
        text = written.replace("\r\n", "\n").split("\n")[line - 1]
    wide = [letter for letter in text[column - 1 : column] if letter in HALF_WIDTH]
    if column >= len(text):  # a quote is open at the end of its line
        wide = [letter for letter in text if letter in QUOTES]
    if wide:
        half = HALF_WIDTH[wide[0]]
        return Message("declaration.full_width", where=where, letter=wide[0], half=half)
    if any(map(fault.count, ("Cannot declare", "Cannot overwrite", "Duplicate"))):
        return Message("declaration.stands_twice", where=where)
    # `"C:\data"` and `"C:\Users"`: a path of Windows between double quotes.
    if any(map(fault.count, ("Unescaped", "hex value"))):
        return Message("declaration.backslash", where=where)
    return Message("declaration.not_valid_toml", where=where)


def _key_in(raw: dict[str, Any] | None, loc: tuple[int | str, ...]) -> str:
    """The path as it stands in the file: pydantic's names of alternatives are left out."""
    if raw is None:
        return ".".join(map(str, loc))
    parts: list[str] = []
    value: Any = raw
    for at, name in enumerate(loc):
        entry = isinstance(value, list) and isinstance(name, int)
        stands = name in value if isinstance(value, dict) else entry
        lacks = isinstance(value, dict) and at == len(loc) - 1  # the key that is missing there
        if stands:
            value = value[name]
        if stands or lacks:
            parts.append(str(name + 1) if isinstance(name, int) else name)
    return ".".join(parts)


def _known_keys(model: type[BaseModel] | None, loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand where the last part of `loc` stands."""
    for name in loc[:-1]:
        # What is no field is the name of an entry, or its place in a list.
        field = _fields(model).get(str(name))
        if field is not None:
            model = _model_in(field.annotation) or model
    return list(_fields(model))


def _fields(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """Fields by the key that a file gives them: `project` for `Project.settings`."""
    declared = model.model_fields.items() if model is not None else ()
    return {field.alias or name: field for name, field in declared}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model in `X | None`, `dict[str, X]`, `Annotated[X, …]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


_KINDS: dict[str, Wording] = {
    "string": Message("value_kind.string"),
    "int": Message("value_kind.int"),
    "float": Message("value_kind.float"),
    "bool": Message("value_kind.bool"),
    "list": Message("value_kind.list"),
    "dict": Message("value_kind.dict"),
    "model": Message("value_kind.model"),
    "date": Message("value_kind.date"),
    "finite": Message("value_kind.finite"),
    "tuple": Message("value_kind.tuple"),
    "path": Message("value_kind.path"),
}
_BOUNDS = {
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
    "string_too_short": "min_length",
    "too_short": "min_length",
}
"""Errors of pydantic about a bound, and what it calls the bound; they are ids in the catalogues."""


def _reason(error: dict[str, Any], known: list[str]) -> Wording:
    """One error of pydantic in our words."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Message("common.must_be_given")
    if kind == "extra_forbidden":
        like = nearest(str(error["loc"][-1]), known)
        return Message(
            "declaration.unknown_key",
            more=(Message("declaration.did_you_mean", like=like) if like else ""),
        )
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return Message("common.must_be_one_of", choices=join(choices))
    if kind in _BOUNDS:
        return Message(f"declaration.{kind}", bound=_bound(context[_BOUNDS[kind]]))
    if kind == "value_error":
        cause = context["error"]
        text = getattr(cause, "text", None)
        return text if isinstance(text, Wording) else Text(str(cause), str(cause))
    return _KINDS.get(kind.split("_")[0], Message("declaration.not_written_must"))


def _bound(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else f"{value:g}"
