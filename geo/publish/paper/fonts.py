"""The Chinese font of everything on paper: found, measured, wrapped, never a box.

Noto Sans SC (OFL-1.1) comes with the package `pylopdf-fonts-zh-cn`, so that a sheet looks the same
on every machine; a character that it lacks is of the first font that has it (`glyphs`). Of one that
no font has the code is printed, so that it can be looked up and a font be installed.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from geo.checks.text import LONGEST_ON_PAPER
from geo.errors import OutputError
from geo.publish.paper.glyphs import covering, face

FAMILY = "Noto Sans SC"
_OPENING, _CLOSING = "（《“‘「『【〈", " ，。、；：！？）》”’」』】〉…%"
LONGEST = LONGEST_ON_PAPER
"""Letters of one text that are drawn or set; a finding names longer ones."""

STRAIGHT = str.maketrans("“”‘’", "\"\"''")

_ONE_AT_A_TIME = Lock()
"""A FreeType face is one thread's at a time, and cards are laid out by several."""

POINT = 25.4 / 72
"""Millimetres in one point."""


@cache
def font_folder() -> Path:
    """Where the font's files lie; OutputError if its package is not installed."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise OutputError("fonts.chinese_font_missing")
    return Path(spec.origin).parent


@cache
def _font() -> FT2Font:
    file = font_folder() / "NotoSansSC-Regular.otf"
    font_manager.fontManager.addfont(str(file))
    face = FT2Font(str(file))
    face.set_size(100, 72)
    return face


@contextmanager
def chinese() -> Iterator[None]:
    """Figures drawn inside use the font and are the same bytes each time."""
    _font()
    _fallback.clear()
    settings: dict[str, Any] = {
        "font.family": [FAMILY],
        "svg.fonttype": "path",
        "svg.hashsalt": "mujun",
        "axes.unicode_minus": True,
        "hatch.linewidth": 0.35,
        "path.simplify": False,
    }
    with mpl.rc_context(settings):
        yield


def save_svg(figure: Any, file: Path) -> None:
    """The figure as SVG whose text stays text, for Typst to set in the same font."""
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})


def save_png(figure: Any, file: Path, dpi: int = 180) -> None:
    """The figure as PNG for a page of text."""
    quick = {"compress_level": 3}
    figure.savefig(file, dpi=dpi, metadata={"Software": None}, pil_kwargs=quick)


@cache
def _known() -> frozenset[int]:
    """Characters that the font can draw."""
    with _ONE_AT_A_TIME:
        return frozenset(_font().get_charmap())


def shortened(text: str) -> str:
    """The text; of one of more than `LONGEST` letters its beginning, which ends in …."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def drawable(text: str) -> str:
    """The text on one line, with the code 〔U+E000〕 of every character that no font has.

    A control character of the data is a blank: it would be drawn as a box. Quotation marks of a
    text without Chinese are straight: the font has curved ones as wide as a Chinese letter.

    >>> drawable("ids without “P-”"), drawable("不含“P-”")
    ('ids without "P-"', '不含“P-”')
    """
    known = _known()
    plain = "".join(c if c.isprintable() else " " for c in lettered(shortened(text)))
    if max(plain, default="") < "\u2e80":
        plain = plain.translate(STRAIGHT)
    for character in set(plain):
        if ord(character) not in known:
            _has_fallback(character)
    return plain


def lettered(text: str) -> str:
    """The text with the code of every character that no font has, and no selectors of its variants.

    >>> lettered("玻璃\ue000厂"), lettered("葛\U000e0100"), lettered("Ćř 한글")
    ('玻璃〔U+E000〕厂', '葛', 'Ćř 한글')
    """
    strange = {c for c in text if ord(c) not in _known()}
    return text.translate({ord(c): _stand_in(c) for c in strange}) if strange else text


def _stand_in(character: str) -> str:
    """What is set for a character that the Chinese font has not: itself, its code, or nothing."""
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    if _is_unassigned(character):  # another font's sign at this code is not what the office means
        return f"〔U+{ord(character):04X}〕"
    drawn = not character.isprintable() or covering(character) is not None
    return character if drawn else f"〔U+{ord(character):04X}〕"


def _is_unassigned(character: str) -> bool:
    """Whether a code is for private use, or no character's."""
    return unicodedata.category(character) in ("Co", "Cn")


_fallback: set[str] = set()
"""Families that the figures being drawn need beside the Chinese one."""


def _has_fallback(character: str) -> bool:
    """Whether another font has the character; the figures drawn from now on use it."""
    file = covering(character)
    if file is None:
        return False
    family = face(file).family_name
    if family not in _fallback:
        _fallback.add(family)
        mpl.rcParams["font.family"] = [*mpl.rcParams["font.family"], family]
    return True


def other_fonts(text: str) -> set[Path]:
    """Files of the fonts that have what the Chinese font lacks of a text."""
    lacking = {c for c in set(text) if ord(c) not in _known() and c.isprintable()}
    return {file for c in lacking if (file := covering(c)) is not None}


@cache
def _advance(character: str) -> float:
    """Width of a character in em."""
    file = None if ord(character) in _known() else covering(character)
    with _ONE_AT_A_TIME:
        font = face(file) if file else _font()
        return float(font.load_char(ord(character)).horiAdvance) / 64 / 100


def width(text: str, points: float) -> float:
    """Width of one line in mm."""
    return sum(map(_advance, drawable(text))) * points * POINT


def wrap(text: str, points: float, most: float) -> list[str]:
    """Lines of at most `most` mm; Chinese breaks anywhere, Latin words and numbers stay whole.

    No Chinese letter stands alone on the last line.
    One pass over the letters, whatever their number: widths are differences of one running sum.
    """
    shown = drawable(text)
    at = list(accumulate(map(_advance, shown), initial=0.0))
    room = most / (points * POINT)
    lines, start, end, before = [], 0, 0, 0
    breaks = _breaks(shown)
    for piece, after in pairwise(breaks):
        ink = piece + len(shown[piece:after].rstrip())
        if end > start and at[ink] - at[start] > room:
            lines.append(shown[start:end].rstrip())
            before, start = start, piece
        end = after
        while ink - start > 1 and at[ink] - at[start] > room:  # a word longer than a line
            fit = bisect_right(at, at[start] + room, start + 2, ink) - 1
            lines.append(shown[start:fit])
            before, start = start, fit
    last = shown[start:end].rstrip()
    if lines and _is_orphan(last):  # it takes the sign before it along
        earlier = breaks[max(bisect_left(breaks, start) - 1, 0)]
        if earlier > before + 1 and at[start + len(last)] - at[earlier] <= room:
            lines[-1], last = shown[before:earlier].rstrip(), shown[earlier:end].rstrip()
    return [*lines, last]


def _is_orphan(line: str) -> bool:
    """Whether a line holds one Chinese letter, whatever marks stand behind it."""
    return line[:1] >= "\u2e80" and all(mark in _CLOSING for mark in line[1:])


def wrap_into(text: str, points: float, most: float, lines: int) -> list[str]:
    """`wrap` in at most so many lines; the last ends in … where there would be more."""
    every = wrap(text, points, most)
    return every if len(every) <= lines else [*every[: lines - 1], f"{every[lines - 1]}…"]


def _breaks(text: str) -> list[int]:
    """Where a line may begin: not within a Latin word, nor between a sign and its marks."""
    out = [0]
    for at, (last, character) in enumerate(pairwise(text), 1):
        word = character != " " and last != " " and max(character, last) < "\u2e80"
        if not (word or character in _CLOSING or last in _OPENING):
            out.append(at)
    return [*out, len(text)]
