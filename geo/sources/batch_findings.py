"""What is found of a layer's batches, as it would be found of the layer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable

import pandas as pd

from geo import findings
from geo.geometry.keys import without_hidden
from geo.sources.ids import KINDS, SHOWN
from geo.text import Joined, Message, Value, Wording, join, wording_from_json


def of_layer(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Findings of batches: what concerns the layer is said once, and its cells are counted together."""
    table = findings.once_per_layer(parts)
    for code, (told_apart, added) in _COUNTED.items():
        table = _together(table, code, told_apart, added)
    return table


def _together(
    table: pd.DataFrame,
    code: str,
    told_apart: Callable[[Message], Hashable],
    added: Callable[[list[Message]], Message],
) -> pd.DataFrame:
    rows = table.index[table["code"] == code]
    if len(rows) < 2:
        return table
    said: dict[Hashable, list[Message]] = {}
    first: dict[Hashable, int] = {}
    for row, layer, text in table.loc[rows, ["layer", "message"]].itertuples():  # rows-ok: few
        message = wording_from_json(json.loads(str(text)))
        assert isinstance(message, Message)
        key = layer, told_apart(message)
        first.setdefault(key, row)
        said.setdefault(key, []).append(message)
    texts = table["message"].copy()
    texts.loc[list(first.values())] = [findings.stored(added(said[key])) for key in first]
    again = rows.difference(pd.Index(first.values()))
    return table.assign(message=texts).drop(index=again).reset_index(drop=True)


def _by_heading(message: Message) -> Hashable:
    return str(message.arguments["heading"])


def _words(messages: list[Message]) -> Message:
    """Words for “no figure”, each with its cells; the commonest first."""
    total: Counter[str] = Counter()
    for message in messages:
        for item in _items(message, "shown"):
            word, _, cells = str(item).rpartition(" × ")
            total[word] += int(cells)
    return _filled(
        messages[0],
        count=total.total(),
        shown=join(f"{word} × {cells}" for word, cells in total.most_common()),
    )


def _by_difference(message: Message) -> Hashable:
    """The column of ids, and by what they were matched: what is hidden, a likeness, lost zeros."""
    was, _, now = str(_items(message, "pairs")[0]).partition(" → ")
    if without_hidden([was])[0] == now:
        return message.arguments["column"], "hidden"
    zeros = was.lstrip("0") == now.lstrip("0")
    return message.arguments["column"], "zeros" if zeros else "likeness"


def _ids(messages: list[Message]) -> Message:
    """Ids written otherwise: cells by kind, and the first pairs."""
    kinds: Counter[Wording] = Counter()
    pairs: dict[object, None] = {}
    for message in messages:
        for kind in _items(message, "kinds"):
            assert isinstance(kind, Message)
            name = kind.arguments["kinds"]
            assert isinstance(name, Message)
            kinds[name] += int(str(kind.arguments["count"]))
        pairs |= dict.fromkeys(_items(message, "pairs"))
    return _filled(
        messages[0],
        count=sum(int(str(message.arguments["count"])) for message in messages),
        kinds=join(
            Message("ids.kind_and_count", kinds=kind, count=kinds[kind])
            for kind in KINDS.values()
            if kinds[kind]
        ),
        pairs=join([str(pair) for pair in pairs][:SHOWN], "semicolon"),
    )


def _items(message: Message, name: str) -> tuple[object, ...]:
    row = message.arguments[name]
    return row.items if isinstance(row, Joined) else (row,)


def _filled(message: Message, **arguments: Value) -> Message:
    """The sentence with these of its holes filled anew."""
    return Message(message.code, **{**message.arguments, **arguments})


_COUNTED = {"missing_words": (_by_heading, _words), "ids_matched": (_by_difference, _ids)}
"""Findings that count cells of a layer, by code: what tells them apart, and how they add up."""
