"""PDF set by Typst from templates (`templates/*.typ`) and a JSON of data beside them.

Typst embeds the font's subset as the PDF standard wants it, which Matplotlib does not for the
OpenType outlines of Chinese fonts. Data reaches a template as JSON, so no text of it is markup.
An office's own template of the same name, in `[publish] templates`, goes first.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from geo.errors import OutputError
from geo.publish.paper.fonts import font_folder


def typeset(
    name: str, data: Any, file: Path, pictures: Callable[[Path], None] = lambda _: None,
    own: Path | None = None,
) -> None:
    """Write `file` (.pdf) from the template `name` and `data`.

    `pictures` writes into the folder that the template reads from; `own` is the office's folder
    of templates. OutputError with the place where a template of theirs fails.
    """
    shipped = files("geo.publish.paper") / "templates" / f"{name}.typ"
    mine = own / f"{name}.typ" if own else None
    changed = mine is not None and mine.is_file()
    text = mine.read_text(encoding="utf-8") if mine is not None and changed else (
        shipped.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pictures(folder)
        (folder / f"{name}.typ").write_text(text, encoding="utf-8")
        (folder / "data.json").write_text(
            json.dumps(data, ensure_ascii=False, allow_nan=False), encoding="utf-8")
        try:
            typst.compile(folder / f"{name}.typ", output=file, root=folder,
                          font_paths=[font_folder()], ignore_system_fonts=True)
        except typst.TypstError as error:
            if not changed:
                raise
            where = error.diagnostic.strip().replace("\n", " ")
            raise OutputError(f"模板 {mine} 有误：{where}", f"template {mine}: {where}") from error
