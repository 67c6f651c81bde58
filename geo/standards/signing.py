"""Signed off (签核): who read a pack file, on which day, and over which content.

It is no cryptographic signature: anybody who can write the file can write one. It says which
content somebody stood for, and whether the file still says the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from pydantic import Field

from geo.standards.cited import Strict
from geo.text import Message

KEY = "signed_off"


class SignedOff(Strict):
    """`[pack.signed_off]` of an office's own pack file.

    `content` is the hash that was signed; `content_read` that of the file as it was read, made by
    the reader whatever the file says.
    """

    by: str = Field(min_length=1)
    date: dt.date
    content: str = Field(pattern="^[0-9a-f]{64}$")
    content_read: str = ""

    @property
    def holds(self) -> bool:
        """Whether the file says what was signed."""
        return self.content == self.content_read

    @property
    def text(self) -> Message:
        """Who signed and when; or that the signed edition differs from this file."""
        code = "pack_sign.signed" if self.holds else "pack_sign.differs"
        return Message(code, by=self.by, date=str(self.date))


def content_of(raw: Mapping[str, object]) -> str:
    """SHA-256 of what a pack file says: its citation, scope, columns and rows.

    Comments, spacing, the order of keys, and 8 beside 8.0 make no other content; the order of rows
    does, as the first of two rows may win. The sign-off itself is left out.

    >>> content_of({"pack": {"id": "a"}}) == content_of({"pack": {"id": "a", "signed_off": {}}})
    True
    """
    head = raw.get("pack")
    kept = dict(raw)
    if isinstance(head, Mapping):
        kept["pack"] = {key: value for key, value in head.items() if key != KEY}
    text = json.dumps(_plain(kept), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    """A value of TOML as JSON has it, each number written one way."""
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value
