"""Fields of industry (产业领域): a declared table from GB/T 4754 codes to an office's own few fields.

Sichuan's “5+1” is one such table (`geo/data/industry_fields/`); an office brings its own as a TOML
file. A table is a proposal until somebody confirms it by name and date, and is shown as one.

A row is the beginning of a code; the longest that fits counts. A code of an enterprise that is
shorter than the rows below it has a field only where all of them agree.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field, field_validator, model_validator

from geo.arrays import Series
from geo.declaration import RefusedValueError, nearest, parse_toml, why_refused
from geo.errors import ProjectError
from geo.model import USE_SEPARATOR, industries, normal_industry, within_industry
from geo.project_parts import Colour, Strict
from geo.text import Message, Text, Wording, join

OUTSIDE, UNLISTED, UNDECIDED, NO_CODE = "outside", "unlisted", "undecided", "no_code"
NO_DATA = "no_data"
"""Of parks whose field is not determined."""
WITHOUT_FIELD: dict[str, Wording] = {
    OUTSIDE: Message("industry_fields.outside"),
    UNLISTED: Message("industry_fields.unlisted"),
    UNDECIDED: Message("industry_fields.undecided"),
    NO_CODE: Message("industry_fields.no_code"),
}
"""What stands in place of a field: a row says so, no row, too short a code, no known code."""

SHIPPED = "data/industry_fields"
_MOST_FIELDS = 60
_BETWEEN = rf"(?:{USE_SEPARATOR}|\s)+"
"""Between the codes of a park's leading industries."""


def _as_codes(codes: list[str]) -> list[str]:
    """GB/T 4754 codes as the table writes them; ProjectError of one that is none."""
    plain = normal_industry(pd.Series(codes, dtype="str")).tolist()
    for written, code in zip(codes, plain, strict=True):
        if code not in industries().index:
            like = nearest(str(code), list(industries().index)) or "39"
            raise ProjectError("industry_fields.no_such_code", code=written, like=like)
    return plain


Codes = Annotated[list[str], AfterValidator(_as_codes)]


class IndustryField(Strict):
    """One field: its names, the words by which parks declare it, and the codes it holds."""

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(default="", max_length=60, description="its English name")
    colour: Colour = ""
    words: list[Annotated[str, Field(min_length=1)]] = Field(
        default=[], description="what parks call it beside its names"
    )
    codes: Codes = Field(min_length=1, description="beginnings of GB/T 4754 codes")

    @property
    def title(self) -> Wording:
        """Its name in both languages."""
        return Text(self.zh, self.en or self.zh)


class PublishedCounts(Strict):
    """Published numbers of parks by field: a reference beside a project's own, no target."""

    title_zh: str = Field(min_length=1)
    title_en: str = ""
    citation: str = Field(min_length=4)
    counts: dict[str, Annotated[int, Field(ge=0)]] = Field(min_length=1)

    @property
    def title(self) -> Wording:
        """What was counted, in both languages."""
        return Text(self.title_zh, self.title_en or self.title_zh)


class IndustryFields(Strict):
    """`[project] fields`: a table of fields, as its file or the project declares it.

    Examples
    --------
    >>> table = read_fields("sichuan-5plus1")
    >>> table.status, list(table.field)[:2]
    ('proposal', ['electronics', 'equipment'])
    >>> field_of(table, pd.Series(["C3054", "39", "C", "27", "51", "7"])).tolist()
    ['materials', 'electronics', 'undecided', 'outside', 'unlisted', 'energy']
    """

    id: str = Field(min_length=1, max_length=60)
    title_zh: str = Field(min_length=1)
    title_en: str = ""
    citation: str = Field(min_length=4)
    status: Literal["proposal", "confirmed"] = "proposal"
    confirmed_by: str = Field(default="", max_length=60, description="who confirmed the table")
    confirmed_on: dt.date | None = Field(default=None, description="the day it was confirmed")
    note_zh: str = ""
    note_en: str = ""
    field: dict[str, IndustryField] = Field(min_length=1, max_length=_MOST_FIELDS)
    none: Codes = Field(default=[], description="codes that are of no field")
    published: PublishedCounts | None = None

    @field_validator("field")
    @classmethod
    def _named(cls, fields: dict[str, IndustryField]) -> dict[str, IndustryField]:
        for name in fields:
            if not re.fullmatch(r"[a-z0-9_-]{1,40}", name) or name in (*WITHOUT_FIELD, NO_DATA):
                raise ProjectError("industry_fields.id", name=name[:40])
        return fields

    @model_validator(mode="after")
    def _agrees(self) -> IndustryFields:
        """Each code and each word is of one field; who confirmed is said with the day."""
        seen: dict[str, str] = {}
        for name, code in self.rows():
            if code in seen:
                raise ProjectError(
                    "industry_fields.code_twice", code=code, first=seen[code], second=name
                )
            seen[code] = name
        if len(self.words) < len(set(self._words())):
            raise ProjectError("industry_fields.word_twice", word=self._shared_word())
        unknown = (
            [name for name in self.published.counts if name not in self.field]
            if (self.published)
            else []
        )
        if unknown:
            known = join(list(self.field))
            raise ProjectError("project.not_one_of", name=unknown[0], ordered=known)
        signed = {bool(self.confirmed_by.strip()), self.confirmed_on is not None}
        if signed != {self.is_confirmed}:
            raise ProjectError("industry_fields.confirmed_by_and_on")
        return self

    def rows(self) -> Iterator[tuple[str, str]]:
        """A field (or `OUTSIDE`) and a code of it."""
        for name, one in self.field.items():
            yield from ((name, code) for code in one.codes)
        yield from ((OUTSIDE, code) for code in self.none)

    def _words(self) -> Iterator[tuple[str, str]]:
        """A word, plainly written, and the field that it names."""
        for name, one in self.field.items():
            for word in (one.zh, one.en, *one.words):
                if _plain(word):
                    yield _plain(word), name

    def _shared_word(self) -> str:
        held: dict[str, str] = {}
        return next(word for word, name in self._words() if held.setdefault(word, name) != name)

    @property
    def words(self) -> dict[str, str]:
        """What parks may call each field, plainly written."""
        return dict(self._words())

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has confirmed the table; else it is a proposal."""
        return self.status == "confirmed"

    @property
    def title(self) -> Wording:
        """What the table is called, in both languages."""
        return Text(self.title_zh, self.title_en or self.title_zh)

    @property
    def mark(self) -> Wording:
        """What stands wherever the table is used: a proposal, or confirmed by whom and when."""
        if not self.is_confirmed:
            return Message("industry_fields.proposal")
        return Message("industry_fields.confirmed", by=self.confirmed_by, on=str(self.confirmed_on))

    @property
    def titles(self) -> dict[str, Wording]:
        """Names of the fields by id, and of what stands in the place of one."""
        own = {name: one.title for name, one in self.field.items()}
        return own | WITHOUT_FIELD | {NO_DATA: Message("industry_fields.no_data")}


def _plain(word: str) -> str:
    """A word as it is compared: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()


# Reading


def shipped_fields() -> list[str]:
    """Ids of the tables that come with mujun."""
    folder = files("geo") / SHIPPED
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name != "__init__.py")


def read_fields(name: str, folder: Path = Path()) -> IndustryFields:
    """A shipped table by id, or a file (`*.toml`) beside the project.

    Raises ProjectError where there is none, ValueError (of TOML or pydantic) where it is not whole.
    """
    return IndustryFields(**read_raw(name, folder))


def read_raw(name: str, folder: Path = Path()) -> dict[str, Any]:
    """What the file holds, unchecked; ProjectError where there is none."""
    shipped = files("geo") / SHIPPED / f"{name}.toml"
    path: Any = folder / name if name.endswith(".toml") else shipped
    if not path.is_file():
        raise ProjectError("industry_fields.no_file", name=name, ids=join(shipped_fields()))
    return parse_toml(path.read_bytes())


def declared_table(value: Any, folder: Path) -> tuple[str, Any]:
    """The file that `[project] fields` names, and the table as it is to be checked.

    `fields = "ID"` names a table; `fields = { file = "ID", confirmed_by, confirmed_on }` confirms it
    as well; else the table stands in the project file, and there is no file.
    """
    if isinstance(value, str):
        return value, read_raw(value, folder)
    if not isinstance(value, dict) or not isinstance(value.get("file"), str):
        return "", value
    beside = {name: given for name, given in value.items() if name != "file"}
    other = [name for name in beside if name not in ("confirmed_by", "confirmed_on")]
    if other:
        raise ProjectError("industry_fields.beside_file", key=other[0])
    signed = beside | {"status": "confirmed"} if beside else {}
    return value["file"], read_raw(value["file"], folder) | signed


def put_fields(raw: dict[str, Any], folder: Path) -> str:
    """The table that `[project] fields` names, put in its place; its file, empty without one.

    Raises RefusedValueError with the key.
    """
    settings = raw.get("project")
    if not isinstance(settings, dict) or "fields" not in settings:
        return ""
    table: Any = None
    try:
        name, table = declared_table(settings["fields"], folder)
        settings["fields"] = IndustryFields.model_validate(table)
    except ValueError as error:
        known = table if isinstance(table, dict) else None
        key, why = why_refused(error, known, IndustryFields)
        raise RefusedValueError(f"project.fields.{key}".strip("."), why) from error
    return name


# Codes to fields


def field_by_code(table: IndustryFields) -> dict[str, str]:
    """The field of every code of GB/T 4754-2017, or what stands in its place (`WITHOUT_FIELD`).

    A row `26` and a row `261` of another field: 2613 is of the second, 262 of the first, and an
    enterprise with the bare code 26 may be of either, so it is undecided.
    """
    own = {code: name for name, code in table.rows()}
    # A row of a section, `C`, is one of each of its divisions that has none.
    rows = {part: own[code] for code in own for part in within_industry(code)[1:]} | own
    every = [code for code in industries().index if code.isdigit()]
    inner = {code[:n] for code in every for n in range(2, len(code))}
    below: dict[str, set[str]] = {}
    for code in (code for code in every if code not in inner):
        for n in range(2, len(code) + 1):
            below.setdefault(code[:n], set()).add(_longest(code, rows))
    out = {code: _agreed(found) for code, found in below.items()}
    for section in (code for code in industries().index if code.isalpha()):
        parts = within_industry(section)[1:]
        out[section] = _agreed({out[part] for part in parts})
    return out


def _longest(code: str, rows: dict[str, str]) -> str:
    begins = (code[:n] for n in range(len(code), 1, -1))
    return next((rows[begin] for begin in begins if begin in rows), UNLISTED)


def _agreed(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else UNDECIDED


def field_of(table: IndustryFields, codes: Series) -> Series:
    """The field of each industry code, or what stands in its place; aligned with `codes`."""
    number, texts = pd.factorize(codes)
    plain = normal_industry(pd.Series(texts, dtype="str"))
    known = plain.map(field_by_code(table)).fillna(NO_CODE)
    words = np.append(known.to_numpy(dtype=object), NO_CODE)
    return pd.Series(words[number], index=codes.index, dtype="str")


def field_of_all(table: IndustryFields, listed: Series) -> Series:
    """The one field that all codes of each list (`39;3911`) have; missing where they differ.

    An empty list, and one with a code of no field or an unknown one, has none.
    """
    number, texts = pd.factorize(listed)
    split = pd.Series(texts, dtype="str").str.strip().str.split(_BETWEEN, regex=True).explode()
    split = split[split.notna() & (split != "")]
    fields = field_of(table, split)
    by = fields.groupby(level=0)
    first = by.first().where((by.min() == by.max()) & by.first().isin(list(table.field)))
    words = pd.array([*first.reindex(range(len(texts))), None], dtype="str")
    return pd.Series(words[number], index=listed.index)


# What parks declare


def declared_field(table: IndustryFields, written: Series) -> tuple[Series, Series]:
    """The field that each text names, and whether a text names none, or several.

    The longest words are read first; what they cover is read no more. Missing where nothing is
    written.
    """
    number, texts = pd.factorize(written)
    known = sorted(table.words.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    named = [
        {text} if text in table.field else _named(_plain(text), known)
        for text in map(str, texts)  # rows-ok: distinct texts
    ]
    blank = [not _plain(str(text)) for text in texts]
    one = [next(iter(found)) if len(found) == 1 else None for found in named]
    odd = [not name and not empty for name, empty in zip(one, blank, strict=True)]
    fields = pd.Series(pd.array([*one, None], dtype="str")[number], index=written.index)
    return fields, pd.Series(np.array([*odd, False])[number], index=written.index)


def _named(text: str, known: list[tuple[str, str]]) -> set[str]:
    found = set()
    for word, name in known:
        if word in text:
            found.add(name)
            text = text.replace(word, "\0")
    return found
