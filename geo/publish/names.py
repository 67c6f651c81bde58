"""Names of files from texts of the data: readable, the same in every run, never shared.

A text that every file system takes as it is names its file itself. Any other text (a bracket, a
wide letter, a name that Windows keeps for a device, one that is too long) gives what can be read of
it and a mark, a few letters worked out from the whole text. The mark hangs on the text alone, so
that no name changes because another park is added. Letters that differ by case alone are one name
for Windows and macOS: where two such texts stand beside each other, both carry their marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import pandas as pd

MOST_BYTES = 120
"""Of the readable part, in UTF-8: with what stands before and after it a name has at most 255."""

JOIN = "+"
"""Stands in no name made here, so that what a tool adds after it makes no other text's name."""

_TAKEN = re.compile(r"^(CON|PRN|AUX|NUL|(COM|LPT)\d)(\.|$)|[-_][0-9a-f]{10}$", re.IGNORECASE)
"""What Windows opens as a device, whatever follows its first dot; what ends like a mark."""


def file_stem(text: str, beside: Iterable[str] = ()) -> str:
    """The name, without its suffix, of the file about `text`; two texts never share one.

    `beside` are the texts that have a file in the same folder (`text` may be among them).

    >>> file_stem("SYN-01"), file_stem("SYN-01", ["SYN-01", "SYN-02"])
    ('SYN-01', 'SYN-01')
    >>> file_stem("A/B"), file_stem("A?B")
    ('A-B-91f5db56b4', 'A-B-007a3fdafe')
    """
    return file_stems([text], beside)[text]


def file_stems(texts: Iterable[str], beside: Iterable[str] = ()) -> dict[str, str]:
    """`file_stem` of each of these texts, which all have a file in the same folder."""
    names = {text: _readable(text) for text in texts}
    every = pd.Series([*dict.fromkeys([*names, *beside])], dtype=object)
    folded = every.str.upper().str.casefold()
    alike = set(every[folded.duplicated(keep=False)])
    return {
        text: name
        if name == text and text not in alike and not _TAKEN.search(text)
        else f"{name}-{_mark(text)}"
        for text, name in names.items()
    }


def _readable(text: str) -> str:
    """Letters and digits of a text, as every file system takes them."""
    plain = re.sub(r"[^\w.\-]+", "-", unicodedata.normalize("NFKC", text))
    short = plain.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore").strip("-.")
    return (short.replace(".", "-", 1) if _TAKEN.search(short) else short) or "unnamed"


def _mark(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
