"""What is found of a layer's batches, as it would be found of the layer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable

import pandas as pd

from geo import findings
from geo.sources.ids import KINDS, SHOWN
from geo.sources.missing_words import no_figure
from geo.text import Argument, Joined, Message, Value, join, wording_from_json


def of_layer(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Findings of batches: what concerns the layer is said once, and its cells are counted together.

    The batches are in order: of spellings the first are shown.
    """
    held = list(parts)
    counted = [part[part["code"].isin(list(_COUNTED))] for part in held]
    rest = [part[~part["code"].isin(list(_COUNTED))] for part in held]
    return findings.gather_findings([findings.once_per_layer(rest), _together(counted)])


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Findings of one thing as one, with what all of them count."""
    if not any(len(part) for part in parts):
        return findings.no_findings()
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    said: dict[Hashable, list[Message]] = {}
    first: dict[Hashable, int] = {}
    for row, layer, code, text in table[["layer", "code", "message"]].itertuples():  # rows-ok: few
        message = wording_from_json(json.loads(str(text)))
        assert isinstance(message, Message)
        told_apart, _ = _COUNTED[str(code)]
        key = layer, code, message.code, told_apart(message)
        first.setdefault(key, row)
        said.setdefault(key, []).append(message)
    out = table.loc[list(first.values())]
    texts = [
        findings.stored(_COUNTED[str(code)][1](messages) if len(messages) > 1 else messages[0])
        for code, messages in zip(out["code"], said.values(), strict=True)
    ]
    return out.assign(message=texts)


def _by_heading(message: Message) -> Hashable:
    return str(message.arguments["heading"])


def _words(messages: list[Message]) -> Message:
    """Words for “no figure”, each with its cells."""
    total: Counter[str] = Counter()
    for message in messages:
        for one in _messages(message, "words"):
            total[str(one.arguments["word"])] += _count(one)
    return no_figure(str(messages[0].arguments["heading"]), total)


def _by_match(message: Message) -> Hashable:
    return message.arguments["column"], message.arguments["by"]


def _ids(messages: list[Message]) -> Message:
    """Ids written otherwise: cells by kind, and the first pairs."""
    kinds: Counter[Argument] = Counter()
    pairs: dict[Argument, None] = {}
    for message in messages:
        for one in _messages(message, "kinds"):
            kinds[one.arguments["kinds"]] += _count(one)
        pairs |= dict.fromkeys(_items(message, "pairs"))
    return _filled(
        messages[0],
        count=sum(map(_count, messages)),
        kinds=join(
            Message("ids.kind_and_count", kinds=kind, count=kinds[kind])
            for kind in KINDS.values()
            if kinds[kind]
        ),
        pairs=join(list(pairs)[:SHOWN], "semicolon"),
    )


def _by_text(message: Message) -> Hashable:
    return repr(message.arguments.get("text"))


def _columns(messages: list[Message]) -> Message:
    """Columns in the order of the file; the same sentence where it lists none by place."""
    places: dict[Argument, Argument] = {}
    for message in messages:
        if "places" in message.arguments:
            places |= dict(zip(_items(message, "columns"), _items(message, "places"), strict=True))
    if not places:
        return messages[0]
    columns = sorted(places, key=lambda column: int(str(places[column])))
    return _filled(
        messages[0], columns=join(columns), places=join(places[column] for column in columns)
    )


def _count(message: Message) -> int:
    return int(str(message.arguments["count"]))


def _messages(message: Message, name: str) -> list[Message]:
    return [one for one in _items(message, name) if isinstance(one, Message)]


def _items(message: Message, name: str) -> tuple[Argument, ...]:
    row = message.arguments[name]
    return row.items if isinstance(row, Joined) else (row,)


def _filled(message: Message, **arguments: Value) -> Message:
    """The sentence with these of its holes filled anew."""
    return Message(message.code, **{**message.arguments, **arguments})


_COUNTED: dict[str, tuple[Callable[[Message], Hashable], Callable[[list[Message]], Message]]] = {
    "missing_words": (_by_heading, _words),
    "ids_matched": (_by_match, _ids),
    **dict.fromkeys(
        ("nested_values", "columns_not_read", "time_zones", "nul_in_text"), (_by_text, _columns)
    ),
}
"""Findings on columns or cells of a layer, by code: what tells them apart, and how they add up."""
