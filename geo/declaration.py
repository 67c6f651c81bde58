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

from geo.errors import MujunError, Text

LARGEST = 1e15
"""万元, m² or anything else: no figure of a province is larger."""
LONGEST = 10_000
"""Letters of one text."""
MOST_BYTES = 20_000_000
"""A rule pack of thousands of rows is a hundredth of this."""


class RefusedValueError(ValueError):
    """What no declaration may hold; `key` is where it stands, `text` why it is refused."""

    def __init__(self, key: str, text: Text) -> None:
        self.key, self.text = key, text
        super().__init__(text.en)


def parse_toml(raw: bytes) -> dict[str, Any]:
    """The tables of a TOML file (UTF-8, with or without a BOM).

    Raises RefusedValueError: no TOML, not UTF-8, a number that is not finite or beyond `LARGEST`,
    a text beyond `LONGEST`, nested too deeply.
    """
    if len(raw) > MOST_BYTES:
        raise RefusedValueError("", Text("文件过大（超过 20 MB）", "larger than 20 MB"))
    try:
        tables = tomllib.loads(raw.decode("utf-8-sig"))
        for key, value in _values(tables, ""):
            _check_value(key, value)
    except UnicodeDecodeError as error:
        raise RefusedValueError(
            "", Text("不是 UTF-8 编码：请另存为 UTF-8", "not valid UTF-8: save it as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        line, column = _place(str(error))
        where = (
            Text(f"第 {line} 行第 {column} 列", f"line {line}, column {column}")
            if line
            else (Text("文件末尾", "its end"))
        )
        raise RefusedValueError(
            "",
            Text(
                f"不是有效的 TOML：{where.zh}写法有误（文字加引号，每项一行，键不可重复）",
                f"not valid TOML at {where.en}: quote texts, one key a line, no key twice",
            ),
        ) from error
    except RecursionError as error:
        raise RefusedValueError("", Text("嵌套过深", "nested too deeply")) from error
    except ValueError as error:
        if isinstance(error, RefusedValueError):
            raise
        # A whole number of thousands of digits, or a date that is none.
        raise RefusedValueError(
            "", Text("有写不成数或日期的值", "a value is no number or date")
        ) from error
    return tables


def why_refused(
    error: ValueError, raw: dict[str, Any] | None = None, model: type[BaseModel] | None = None
) -> tuple[str, Text]:
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
        why = Text(f"文字超过 {LONGEST:,} 个字符", f"a text of over {LONGEST:,} letters")
    elif isinstance(value, str) and "\0" in value:
        why = Text("文字中有 NUL 字符", "a text with a NUL")
    elif isinstance(value, float) and not math.isfinite(value):
        why = Text(f"{value} 不是有限的数", f"{value} is not a finite number")
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        why = Text(f"数值大于 {LARGEST:.0e}", f"a number over {LARGEST:.0e}")
    if why is not None:
        raise RefusedValueError(key, why)


def _place(message: str) -> tuple[int, int]:
    found = re.search(r"line (\d+), column (\d+)", message)
    return (int(found[1]), int(found[2])) if found else (0, 0)


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


_KINDS = {
    "string": Text("应为文字（加引号）", "must be a text in quotes"),
    "int": Text("应为整数", "must be a whole number"),
    "float": Text("应为数字", "must be a number"),
    "bool": Text("应为 true 或 false", "must be true or false"),
    "list": Text("应为列表 [ … ]", "must be a list [ … ]"),
    "dict": Text("应为一组键 { … }", "must be a table { … }"),
    "model": Text("应为一组键 { … }", "must be a table { … }"),
    "date": Text("应为日期，如 2023-01-01", "must be a date such as 2023-01-01"),
    "finite": Text("应为有限的数", "must be a finite number"),
    "tuple": Text("应为列表 [ … ]", "must be a list [ … ]"),
    "path": Text("应为路径", "must be a path"),
}
_BOUNDS = {
    "greater_than": ("gt", "应大于 {}", "must be greater than {}"),
    "greater_than_equal": ("ge", "不应小于 {}", "must be at least {}"),
    "less_than": ("lt", "应小于 {}", "must be less than {}"),
    "less_than_equal": ("le", "不应大于 {}", "must be at most {}"),
    "string_too_short": ("min_length", "太短（至少 {} 字）", "is too short (at least {} letters)"),
    "too_short": ("min_length", "至少 {} 项", "needs at least {} entries"),
}


def _reason(error: dict[str, Any], known: list[str]) -> Text:
    """One error of pydantic in our words."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Text("必须填写", "is required")
    if kind == "extra_forbidden":
        like = nearest(str(error["loc"][-1]), known)
        return Text(
            f"没有这一项{f'：是否为 {like}？' if like else ''}",
            f"unknown key{f': did you mean `{like}`?' if like else ''}",
        )
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return Text(f"应为 {'、'.join(choices)} 之一", f"must be one of {', '.join(choices)}")
    if kind in _BOUNDS:
        name, zh, en = _BOUNDS[kind]
        return Text(zh.format(_bound(context[name])), en.format(_bound(context[name])))
    if kind == "value_error":
        cause = context["error"]
        text = getattr(cause, "text", None)
        return text if isinstance(text, Text) else Text(str(cause), str(cause))
    return _KINDS.get(kind.split("_")[0], Text("写法有误", "is not written as it must be"))


def _bound(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else f"{value:g}"
