"""Words that say in a cell that there is no figure (无、—、/ …)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geo.arrays import Mask, Series
from geo.geometry.keys import HIDDEN
from geo.text import Message, join

WORDS_SHOWN = 5
"""Words for “no figure” that a finding names."""

WORDS = frozenset(
    {
        "无",
        "暂无",
        "没有",
        "暂缺",
        "未提供",
        "未填",
        "未填报",
        "未填写",
        "未报",
        "未上报",
        "未统计",
        "未知",
        "未公开",
        "不详",
        "不明",
        "不适用",
        "不公开",
        "保密",
        "涉密",
        "缺",
        "缺失",
        "空",
        "空白",
        "待定",
        "待补",
        "待补充",
        "待核实",
        "无数据",
        "无资料",
        "无此项",
        "数据缺失",
        "n/a",
        "na",
        "n.a.",
        "nan",
        "null",
        "none",
        "nil",
        "<na>",
        "nat",
        "unknown",
        "missing",
        "?",
        "x",
    }
)


STROKES = r"^[-−—–―－_/／\\.…·。~～]+$"


IN_TEXT = frozenset({"", "—", "——", "-", "--", "None", "nan", "<NA>", "NaT"})


def missing_words(text: Series) -> Mask:
    """Which texts say that there is no figure: 无, /, ——, N/A, 未提供, (暂无)."""
    plain = text.str.normalize("NFKC").str.replace(r"[\s()]|" + HIDDEN, "", regex=True)
    plain = plain.str.lower()
    out: Mask = (
        plain.isin(WORDS)
        | plain.str.match(STROKES).fillna(False).astype(bool)
        | plain.eq("").fillna(False)
    ).to_numpy(dtype=bool)
    return out


def odd_words(text: Series) -> Mask:
    """Missing words among codes; looked for where a code has no digit or capital.

    A lone X stands for no figure among numbers, and is an id among ids.
    """
    out: Mask = np.zeros(len(text), dtype=bool)
    rest = np.flatnonzero(
        ~text.str.contains(r"[0-9A-Z]", regex=True).fillna(True).to_numpy(bool)
        | text.str.len().le(4).fillna(False).to_numpy(bool)
    )
    if len(rest):
        some = text.iloc[rest]
        may_be_id = some.isin(IN_TEXT) | some.str.strip().str.lower().eq("x").fillna(False)
        out[rest] = missing_words(some) & ~may_be_id.to_numpy(bool)
    return out


def no_figure(heading: str, cells: Mapping[str, int]) -> Message:
    """How many cells of a column say that there is no figure, by word; the commonest are shown.

    All are in `words`, in the order in which they stand: those of batches are added up.
    """
    words = [Message("fields.word_and_count", word=word, count=n) for word, n in cells.items()]
    commonest = sorted(words, key=lambda one: -cells[str(one.arguments["word"])])
    return Message(
        "fields.cells_column_say_no_figure",
        heading=heading,
        count=sum(cells.values()),
        shown=join(commonest, most=WORDS_SHOWN),
        words=join(words),
    )
