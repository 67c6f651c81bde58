"""Texts of data as files take them: what is no character of XML becomes �, so that it is seen."""

from __future__ import annotations

import re

_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters and halves of pairs, which XML 1.0 and UTF-8 do not take (XML 1.0, 2.2)."""


def writable(text: str) -> str:
    r"""The text with � for each control character and each lone surrogate.

    >>> writable("a\x00b\x1b")
    'a�b�'
    """
    return _NO_CHARACTER.sub("\ufffd", text)
