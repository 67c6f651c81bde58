"""The Chinese font of everything on paper: found, measured, wrapped, never a box.

Noto Sans SC (OFL-1.1) comes with the package `pylopdf-fonts-zh-cn`, so that a sheet looks the same
on every machine; a character that it lacks is of the first font that has it (`glyphs`).
"""

from __future__ import annotations

from bisect import bisect_right
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
MISSING = "〓"
"""Stands for a character that the font has not, as printers have always set it."""

_OPENING, _CLOSING = "（《“‘「『【〈", " ，。、；：！？）》”’」』】〉…%"
LONGEST = LONGEST_ON_PAPER
"""Letters of one text that are drawn or set; a finding names longer ones."""

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
    """The text on one line, with `〓` for every character that the font cannot draw.

    A control character of the data is a blank: it would be drawn as a box.
    """
    known = _known()
    plain = "".join(c if c.isprintable() else " " for c in shortened(text))
    return "".join(c if ord(c) in known or _has_fallback(c) else MISSING for c in plain)


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

    One pass over the letters, whatever their number: widths are differences of one running sum.
    """
    shown = drawable(text)
    at = list(accumulate(map(_advance, shown), initial=0.0))
    room = most / (points * POINT)
    lines, start, end = [], 0, 0
    for piece, after in pairwise(_breaks(shown)):
        ink = piece + len(shown[piece:after].rstrip())
        if end > start and at[ink] - at[start] > room:
            lines.append(shown[start:end].rstrip())
            start = piece
        end = after
        while ink - start > 1 and at[ink] - at[start] > room:  # a word longer than a line
            fit = bisect_right(at, at[start] + room, start + 2, ink) - 1
            lines.append(shown[start:fit])
            start = fit
    return [*lines, shown[start:end].rstrip()]


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
