"""Words of Chinese text for the search, by the longest term that the glossary and the columns have.

The search looks up whole words and their beginnings. What is no term is cut into single letters,
which the search finds together; so every text can be found, and a term first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

CUT = "\u200b"
"""A blank without width: Material's search parts words at it, and no reader sees it."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST = 8


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The runs of Chinese letters in some terms, of two letters and more."""
    found = (run for text in texts for run in _HAN.findall(text))
    return frozenset(run for run in found if 2 <= len(run) <= _LONGEST)


def cut(text: str, words: frozenset[str]) -> str:
    """The text with marks between its words; 宗地面积 becomes 宗地|面积."""

    def parts(match: re.Match[str]) -> str:
        run, pieces, start = match.group(), [], 0
        while start < len(run):
            size = next((n for n in range(_LONGEST, 1, -1) if run[start : start + n] in words), 1)
            pieces.append(run[start : start + size])
            start += size
        return f"{CUT}{CUT.join(pieces)}{CUT}"

    return _HAN.sub(parts, text)


def segmented(index: str, words: frozenset[str]) -> str:
    """The search's index, as JSON, with the titles and texts of its entries cut into words."""
    content: dict[str, Any] = json.loads(index)
    for entry in content["docs"]:
        entry["title"] = cut(entry["title"], words)
        entry["text"] = cut(entry["text"], words)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
