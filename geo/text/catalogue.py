"""The catalogues, read once a process and language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

Lang = Literal["zh", "en"]

LANGUAGES: tuple[Lang, ...] = get_args(Lang)

CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Characters and punctuation of Chinese."""

CLIENT = "client"
"""The table of the map page's words."""


def words_of(name: str, lang: Lang) -> dict[str, str]:
    """A table of the catalogue whole, for a template that names its words itself."""
    return dict(tables(lang)[name])


@cache
def tables(lang: Lang) -> dict[str, Any]:
    """The catalogue of a language as its file has it, table by table."""
    text = resources.files("geo.text").joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """Each id of the Python side (`table.key`) with its sentence."""
    return {
        f"{table}.{key}": sentence
        for table, sentences in tables(lang).items()
        if table != CLIENT
        for key, sentence in sentences.items()
    }


def client_words() -> dict[str, dict[str, Any]]:
    """What the map page says, by language: the table `[client]` and the tables in it."""
    return {lang: tables(lang)[CLIENT] for lang in LANGUAGES}
