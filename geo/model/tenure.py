"""How an enterprise holds its land (权属), from an office's words."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from geo.arrays import Mask, Series

Tenure = Literal["owned", "leased", "let"]

_UNSURE = r"[非未无不没]|部分|其他|混合"
_WORDS = {
    "let": r"出租|租出|出借|转租给|\blet\b|leased?[ -]out|lessor|landlord",
    "leased": r"租|借用|\blease|\brent|tenant|lessee",
    "owned": r"自有|自用|自建|自持|自购|产权|购买|购置|^own|freehold|\bowner",
}


def tenure_of(words: Series) -> Series:
    """`owned`, `leased` (in), `let` (to others: the owner's row), or missing where not known.

    A word that speaks of two at once (自有+租赁), denies one (非自有), or says how land was had
    (出让) and not who holds it, is not known.

    >>> tenure_of(pd.Series(["租用", "自有", "出租", "自有/租"])).fillna("").tolist()
    ['leased', 'owned', 'let', '']
    """
    code, firsts = pd.factorize(words.astype("str").mask(words.isna()))
    text = pd.Series(firsts, dtype="str").str.normalize("NFKC").str.lower()
    has = {kind: _holds(text, word) for kind, word in _WORDS.items()}
    has["leased"] = has["leased"] & ~has["let"] | _holds(text, "承租|租赁|租用|租入")
    count = np.sum(list(has.values()), axis=0)
    sure = (count == 1) & ~_holds(text, _UNSURE)
    kinds = np.select([has[kind] & sure for kind in has], list(has), "")
    found = pd.Series(kinds, dtype="str").mask(kinds == "")
    blank = pd.concat([found, pd.Series([None], dtype="str")], ignore_index=True)
    return blank.take(np.where(code < 0, len(found), code)).set_axis(words.index)


def _holds(text: Series, words: str) -> Mask:
    held: Mask = text.str.contains(words, regex=True).fillna(False).to_numpy(bool)
    return held
