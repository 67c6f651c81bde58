"""PDF set by Typst from templates (`templates/*.typ`) and a JSON of data beside them.

Typst embeds the font's subset as the PDF standard wants it, which Matplotlib does not for the
OpenType outlines of Chinese fonts. Data reaches a template as JSON, so no text of it is markup.
An office's own template of the same name, in `[publish] templates`, goes first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from geo.errors import OutputError
from geo.publish.letters import writable
from geo.publish.paper.fonts import font_folder, lettered, other_fonts, shortened

FONTS = "fonts"
"""Folder beside a template with the fonts that the Chinese one needs beside it."""

_APART = """
import sys, typst
source, file, root, fonts, others = sys.argv[1:]
try:
    typst.compile(source, output=file, root=root, font_paths=[fonts, others], ignore_system_fonts=True,
                  pdf_tags=False)
except typst.TypstError as error:
    sys.exit(error.diagnostic or error.message)
"""


def typeset(
    name: str,
    data: Any,
    file: Path,
    pictures: Callable[[Path], None] = lambda _: None,
    own: Path | None = None,
    *,
    apart: bool = False,
) -> None:
    """Write `file` (.pdf) from the template `name` and `data`.

    `pictures` writes into the folder that the template reads from; `own` is the office's folder
    of templates; `apart` sets it in a process of its own, without the tags that readers aloud
    use, which makes thousands of sheets several times smaller. OutputError with the place where a
    template of the office's fails.
    """
    mine = own / f"{name}.typ" if own else None
    changed = mine is not None and mine.is_file()
    text = (
        mine
        if mine is not None and changed
        else files("geo.publish.paper") / "templates" / f"{name}.typ"
    ).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pictures(folder)
        source = folder / f"{name}.typ"
        source.write_text(text, encoding="utf-8")
        told = json.dumps(_settable(data), ensure_ascii=False, allow_nan=False)
        (folder / "data.json").write_text(told, encoding="utf-8")
        drawn = "".join(svg.read_text(encoding="utf-8") for svg in folder.glob("*.svg"))
        (folder / FONTS).mkdir()
        for font in other_fonts(told + drawn):
            shutil.copy(font, folder / FONTS)
        wrong = (_in_another if apart else _in_this)(source, file)
    if wrong:
        what = mine if changed else f"{name}.typ"
        raise OutputError("typeset.template", what=what, wrong=wrong)


def _settable(data: Any) -> Any:
    """The data with its texts as a sheet has room and letters for them."""
    if isinstance(data, dict):
        return {key: _settable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_settable(value) for value in data]
    return lettered(writable(shortened(data))) if isinstance(data, str) else data


def _in_this(source: Path, file: Path) -> str:
    """What Typst complains of; nothing when the file is written."""
    try:
        typst.compile(
            source,
            output=file,
            root=source.parent,
            font_paths=[font_folder(), source.parent / FONTS],
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        return " ".join((error.diagnostic or error.message).split())
    return ""


def _in_another(source: Path, file: Path) -> str:
    """The same in a process of its own: Typst holds Python's lock while it works."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [
            sys.executable,
            "-c",
            _APART,
            source,
            file,
            source.parent,
            font_folder(),
            source.parent / FONTS,
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else " ".join(done.stderr.split()) or str(done.returncode)
