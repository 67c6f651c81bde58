"""What rule packs and grading methods share: a citation, and a file that is refused without one."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from geo.declaration import parse_toml, why_refused
from geo.errors import RuleError
from geo.text import Message, Wording, join


class Strict(BaseModel):
    """An unknown key is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, serialize_by_alias=True
    )


class Cited(Strict):
    """The head of a file: without its citation the file is not read."""

    id: str
    title_zh: str = Field(min_length=1)
    title_en: str
    issuer: str = Field(min_length=1)
    document: str = Field(min_length=4)
    date: dt.date | int = Field(description="as printed: the day, or only the year")
    url: str = Field(min_length=8)
    note_zh: str = ""
    note_en: str = ""

    @property
    def citation(self) -> str:
        """Document, number, date and address on one line."""
        return (
            f"{self.issuer} {self.document}（{self.date}）《{self.title_zh}》 {address(self.url)}"
        )


def address(url: str) -> str:
    """Where a document was read: an address that is no office's says that it holds a copy.

    >>> address("https://www.yaan.gov.cn/a.html"), address("https://e5.net/b")
    ('https://www.yaan.gov.cn/a.html', '转载：https://e5.net/b')
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    official = not host or host.endswith(".gov.cn") or host == "gov.cn"
    return url if official else Message("cited.copy", url=url)("zh")


def said_in(citation: str, lang: str) -> str:
    """A citation as a reader of a language has it: that an address holds a copy is said in it.

    >>> said_in("甲局《乙》 转载：https://e5.net/b", "en")
    '甲局《乙》 copy: https://e5.net/b'
    """
    mark = Message("cited.copy", url="")
    return citation.replace(mark.zh, mark.en) if lang == "en" else citation


class Shelf:
    """The files of one kind that come with mujun, in a folder of a package."""

    def __init__(self, package: str, folder: str, what: Wording) -> None:
        self.home, self.what = files(package) / folder, what

    def ids(self) -> list[str]:
        """Ids of the shipped files."""
        return sorted(
            p.name.removesuffix(".toml") for p in self.home.iterdir() if p.name.endswith("toml")
        )

    def read(self, name: str, folder: Path | str) -> dict[str, Any]:
        """A shipped file by id, or a `*.toml` beside the project; RuleError if there is none."""
        path: Any = Path(folder, name) if name.endswith(".toml") else self.home / f"{name}.toml"
        if not path.is_file():
            raise RuleError(
                "cited.use_path_toml_file", what=self.what, name=name, ids=join(self.ids())
            )
        try:
            return parse_toml(path.read_bytes())
        except ValueError as error:
            raise self.refused(name, error) from error

    def refused(
        self,
        name: str,
        error: ValueError,
        raw: dict[str, Any] | None = None,
        model: type[BaseModel] | None = None,
    ) -> RuleError:
        """The error of a file that is not whole (TOML, pydantic and our own are ValueErrors)."""
        key, why = why_refused(error, raw, model)
        if not key:
            return RuleError("cited.invalid_file", what=self.what, name=name, why=why)
        return RuleError("cited.invalid", what=self.what, name=name, key=key, why=why)
