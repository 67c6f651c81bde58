"""What is printed: texts of data say nothing to the terminal itself.

A name with an escape sequence would move the cursor, hide lines or retitle the window; one that the
terminal's own encoding lacks would end the command.
"""

from __future__ import annotations

import codecs
import re
import sys
from typing import Any

_ORDERS = re.compile(
    "\x1b(?!\\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]"
)
"""Control characters but for line ends and colours; the marks that turn the order of letters."""


_PLAIN = {"²": "2", "³": "3", "⚠": "!", "–": "-", "−": "-", "•": "*"}
"""What is printed for signs of ours that an encoding of Windows consoles may lack."""


def in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What an encoding lacks in letters that it has: m² as m2; `?` for what has no likeness.

    A handler of errors, for `codecs.register_error`.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in lacking), error.end


codecs.register_error("mujun.plain", in_plain_letters)


def printable(text: str) -> str:
    r"""The text with � for whatever a terminal would obey; colours stay.

    >>> printable("a\x1b]0;b\x07\r\x1b[1mc\u202e")
    'a�]0;b��\x1b[1mc�'
    """
    return _ORDERS.sub("\ufffd", text)


class _Printable:
    """A stream that prints text by `printable`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return int(self._stream.write(printable(text)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard() -> None:
    """From here on what a terminal is sent is printable, in any encoding.

    What goes into a file or another program is sent as it is; progress keeps its own stream.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="mujun.plain")
    if sys.stdout.isatty():
        sys.stdout = _Printable(sys.stdout)
