"""Words of Chinese text for the search: the glossary's and columns' terms, and common pairs.

The search looks up whole words and their beginnings. What is no word is cut into single letters,
which the search finds together; so every text can be found, and a term first.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

CUT = "\u200b"
"""A blank without width: Material's search parts words at it, and no reader sees it."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST = 8


def vocabulary(terms: Iterable[str], texts: Iterable[str]) -> frozenset[str]:
    """Words: the runs of Chinese letters in some terms, and pairs that the texts have mostly joined.

    A pair is a word where it stands five times and makes up a third of what its rarer letter is
    in: 土地 is one, 地面 is not.
    """
    runs = [run for term in terms for run in _HAN.findall(term)]
    letters: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for run in (run for text in texts for run in _HAN.findall(text)):
        letters.update(run)
        pairs.update(map("".join, pairwise(run)))
    joined = (
        pair
        for pair, count in pairs.items()
        if count >= 5 and 3 * count >= min(letters[pair[0]], letters[pair[1]])
    )
    return frozenset(run for run in (*runs, *joined) if 2 <= len(run) <= _LONGEST)


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


def segmented(index: str, terms: Iterable[str]) -> str:
    """The search's index, as JSON, with the titles and texts of its entries cut into words."""
    content: dict[str, Any] = json.loads(index)
    words = vocabulary(terms, (entry["text"] for entry in content["docs"]))
    for entry in content["docs"]:
        entry["title"] = cut(entry["title"], words)
        entry["text"] = cut(entry["text"], words)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
