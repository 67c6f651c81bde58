"""Which font has a character that the Chinese font has not: Hangul, ř, Ć, rare Han.

DejaVu Sans comes with Matplotlib; after it the fonts of this machine are asked, in the order of
their files. They are looked at only when a text has such a character.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

SHIPPED = "fonts/ttf/DejaVuSans.ttf"
MOST_FONTS = 400
"""Of this machine, that are looked at."""


def covering(character: str) -> Path | None:
    """The file of the first font that has it; None where no font has."""
    return _covering(ord(character))


@cache
def _covering(code: int) -> Path | None:
    return next((file for file in _files() if code in _charmap(file)), None)


@cache
def _files() -> tuple[Path, ...]:
    found = font_manager.findSystemFonts()
    machine = sorted(found, key=lambda name: ("Bold" in name or "Italic" in name, name))[
        :MOST_FONTS
    ]
    return (Path(mpl.get_data_path()) / SHIPPED, *map(Path, machine))


@cache
def _charmap(file: Path) -> frozenset[int]:
    """Characters of a font; none of a file that is no font."""
    try:
        return frozenset(FT2Font(str(file)).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@cache
def face(file: Path) -> FT2Font:
    """The font, known to Matplotlib under its family, at 100 pixels an em."""
    font_manager.fontManager.addfont(str(file))
    font = FT2Font(str(file))
    font.set_size(100, 72)
    return font
