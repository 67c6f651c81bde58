"""Texts that no product can show as they are: said, before they are cut or replaced there."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo import findings
from geo.errors import Text
from geo.model import LAYERS

LONGEST_ON_PAPER = 2_000
"""Letters of one text that are drawn or set on paper; no sheet has room for more."""

LONGEST_IN_CELL = 32_767
"""Letters of one cell of Excel, which takes no more."""

_CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{9f}\\x{fffe}\\x{ffff}]"
"""What is no character of XML 1.0, or is a control: no letter, and never meant."""


def check_text(frame: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Findings about each text of a layer, the office's other columns too, that is cut or replaced.

    A text longer than `LONGEST_ON_PAPER` is cut on paper, one longer than `LONGEST_IN_CELL` in
    Excel as well; a control character is a blank on paper and a mark elsewhere.
    """
    key = LAYERS[layer].id_column
    parts = []
    for column in (c for c in frame if c not in ("geometry", "source_row")):
        values = frame[column]
        if not (pd.api.types.is_string_dtype(values.dtype) or values.dtype == object):
            continue
        said = pa.array(values.astype("string"), from_pandas=True)
        letters = pc.fill_null(pc.utf8_length(said), 0).to_numpy(zero_copy_only=False)
        name = str(column)[:80]
        for most, least, code, where in (
            (
                None,
                LONGEST_IN_CELL,
                "text_cut_in_excel",
                Text(
                    f"Excel 一格最多 {LONGEST_IN_CELL:,} 字，纸面最多 {LONGEST_ON_PAPER:,} 字",
                    f"a cell of Excel takes {LONGEST_IN_CELL:,}, paper {LONGEST_ON_PAPER:,}",
                ),
            ),
            (
                LONGEST_IN_CELL,
                LONGEST_ON_PAPER,
                "text_cut_on_paper",
                Text(f"纸面最多印 {LONGEST_ON_PAPER:,} 字", f"paper takes {LONGEST_ON_PAPER:,}"),
            ),
        ):
            cut = (letters > least) & (most is None or letters <= most)
            parts.append(
                findings.about_rows(
                    frame,
                    cut,
                    layer=layer,
                    key=key,
                    code=code,
                    severity="warning",
                    message=Text(
                        f"“{name}”列的文字过长（{where.zh}）：只印出、写出开头，以“…”结尾",
                        f"the text of column `{name}` is long ({where.en} letters): its beginning is"
                        " shown there, and ends in …",
                    ),
                    mend=Text(
                        "核对该格：是否误贴了整段文字",
                        "check the cell: was a whole document pasted into it?",
                    ),
                )
            )
        odd = pc.fill_null(pc.match_substring_regex(said, _CONTROLS), fill_value=False)
        parts.append(
            findings.about_rows(
                frame,
                odd.to_numpy(zero_copy_only=False),
                layer=layer,
                key=key,
                code="control_characters",
                severity="warning",
                message=Text(
                    f"“{name}”列的文字含控制字符：成果中以“�”、空格或 _x0007_ 之类代替",
                    f"the text of column `{name}` has control characters: products show � or a blank"
                    " for them, Excel a code such as _x0007_",
                ),
                mend=Text(
                    "删去看不见的字符后再导出", "delete what cannot be seen, and export again"
                ),
            )
        )
    return findings.gather_findings(parts)
