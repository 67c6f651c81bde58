"""What findings say, in both languages, beside them."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

from geo.findings import COLUMNS, in_language

Found = TypeVar("Found", pd.DataFrame, pd.Series)


def spoken(found: Found) -> Found:
    """Findings (or one of them) with message_zh, message_en, mend_zh, mend_en."""
    if isinstance(found, pd.Series):
        return spoken(found.to_frame().T).iloc[0]
    known = found.reindex(columns=list(COLUMNS))
    texts = {
        f"{name}_{lang}": in_language(known, lang)[name].to_numpy()
        for lang in ("zh", "en")
        for name in ("message", "mend")
    }
    return found.assign(**texts)
