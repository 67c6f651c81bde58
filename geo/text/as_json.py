"""Wordings as JSON, by id and arguments, so that a stored run speaks both languages."""

from __future__ import annotations

from typing import TypeAlias, cast

from geo.text.message import Argument, Message, Text, Wording, message_of
from geo.text.punctuation import Between, Joined

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def to_json(value: Argument) -> Json:
    """A Wording, or an argument of one, as JSON keeps it."""
    if isinstance(value, Message):
        arguments = {name: to_json(one) for name, one in value.arguments.items()}
        return {"code": value.code, **({"arguments": arguments} if arguments else {})}
    if isinstance(value, Joined):
        more = {"more": True} if value.more else {}
        return {"join": [to_json(one) for one in value.items], "by": value.by, **more}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return {"zh": value.zh, "en": value.en}


def from_json(stored: Json) -> Argument:
    """The Wording or argument that `to_json` wrote."""
    if not isinstance(stored, dict):
        return cast("str | int | float | bool | None", stored)
    if "code" in stored:
        arguments = cast("dict[str, Json]", stored.get("arguments", {}))
        filled = {name: from_json(one) for name, one in arguments.items()}
        return message_of(str(stored["code"]), filled)
    if "join" in stored:
        items = cast("list[Json]", stored["join"])
        by, more = cast("Between", stored["by"]), bool(stored.get("more"))
        return Joined(tuple(from_json(one) for one in items), by, more)
    return Text(str(stored["zh"]), str(stored["en"]))


def wording_from_json(stored: Json) -> Wording:
    """The same where it must be a Wording; a plain text is one of data.

    Raises TypeError where a number or nothing was stored.
    """
    wording = from_json(stored)
    if isinstance(wording, str):
        return Text(wording, wording)
    if not isinstance(wording, Wording):
        raise TypeError(f"not a sentence: {stored!r}")
    return wording
