"""Texts that no product can show as they are: said, before they are cut or replaced there."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from functools import partial

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo import findings
from geo.arrays import Series
from geo.model import LAYERS
from geo.text import Message

LONGEST_ON_PAPER = 2_000
"""Letters of one text that are drawn or set on paper; no sheet has room for more."""

LONGEST_IN_CELL = 32_767
"""Letters of one cell of Excel, which takes no more."""

_NO_LETTER = "[\\x{e000}-\\x{f8ff}\\x{f0000}-\\x{10fffd}]"
"""Codes for private use (造字): no font but the one that it was made with has them."""

_MOST_CODES = 5
"""Codes that a finding names."""

_CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{9f}\\x{fffe}\\x{ffff}]"
"""What is no character of XML 1.0, or is a control: no letter, and never meant."""


def check_text(frame: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Findings about each text of a layer, the office's other columns too, that is cut or replaced.

    A text longer than `LONGEST_ON_PAPER` is cut on paper, one longer than `LONGEST_IN_CELL` in
    Excel as well; a control character is a blank on paper and a mark elsewhere; of a code for private
    use paper prints the code.
    """
    key = LAYERS[layer].id_column
    parts = []
    for column in (c for c in frame if c not in ("geometry", "source_row")):
        values = frame[column]
        if not (pd.api.types.is_string_dtype(values.dtype) or values.dtype == object):
            continue
        texts = pa.array(values.astype("string"), from_pandas=True)
        letters = pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)
        name = str(column)[:80]
        for most, least, code, where in (
            (
                None,
                LONGEST_IN_CELL,
                "text_cut_in_excel",
                Message(
                    "checks_text.cell_excel_takes_paper",
                    longest_in_cell=LONGEST_IN_CELL,
                    longest_on_paper=LONGEST_ON_PAPER,
                ),
            ),
            (
                LONGEST_IN_CELL,
                LONGEST_ON_PAPER,
                "text_cut_on_paper",
                Message("checks_text.paper_takes", longest_on_paper=LONGEST_ON_PAPER),
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
                    message=Message("checks_text.text_column_long", name=name, where=where),
                    mend=Message("checks_text.check_cell"),
                )
            )
        odd = pc.fill_null(pc.match_substring_regex(texts, _CONTROLS), fill_value=False)
        parts.append(
            findings.about_rows(
                frame,
                odd.to_numpy(zero_copy_only=False),
                layer=layer,
                key=key,
                code="control_characters",
                severity="warning",
                message=Message("checks_text.text_column_control_characters", name=name),
                mend=Message("checks_text.delete_cannot_seen_export_again"),
            )
        )
        own = pc.fill_null(pc.match_substring_regex(texts, _NO_LETTER), fill_value=False)
        parts.append(
            findings.about_rows(
                frame,
                own.to_numpy(zero_copy_only=False),
                layer=layer,
                key=key,
                code="private_use_characters",
                severity="warning",
                message=Message("checks_text.text_column_private_use", name=name),
                mend=Message("checks_text.write_assigned_character"),
                value=partial(_codes, column=column),
            )
        )
    return findings.gather_findings(parts)


def _codes(rows: pd.DataFrame, column: Hashable) -> Series:
    """The codes for private use in a column's text of each row, each once."""
    return rows[column].astype("str").map(_codes_in)  # rows-ok: of rows that have some


def _codes_in(text: str) -> str:
    codes = [f"U+{ord(c):04X}" for c in sorted(set(text)) if unicodedata.category(c) == "Co"]
    more = "…" if len(codes) > _MOST_CODES else ""
    return f"{findings.ITEM.join(codes[:_MOST_CODES])}{more}"
