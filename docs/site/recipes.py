"""Recipes of the pages, run while the site is built: what they print and draw is what they give.

A block that begins with ```` ```python run ```` is run in one session a page. What it prints
stands below it. A file that it saves under `made/` goes into the site: a picture is shown, and a
map of its own is framed. A recipe that fails ends the build.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import traceback
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

_BLOCK = re.compile(r"^```python run\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def run(markdown: str, page: str, site: Path, up: str) -> str:
    """The page with the results of its recipes; `up` leads from the page to the site's root."""
    session: dict[str, Any] = {"__name__": "__main__"}

    def shown(block: re.Match[str]) -> str:
        source = block.group(1)
        made = site / "made"
        made.mkdir(parents=True, exist_ok=True)
        before = set(made.iterdir())
        printed = _printed(source, session, page, site)
        result = f"```python\n{source}```\n"
        if printed:
            result += f"\n```text\n{printed}```\n"
        for file in sorted(set(made.iterdir()) - before):
            result += _picture(file, f"{up}/made/{file.name}")
        return result

    return _BLOCK.sub(shown, markdown)


def _printed(source: str, session: dict[str, Any], page: str, site: Path) -> str:
    out, folder = io.StringIO(), Path.cwd()
    try:
        os.chdir(site)
        with contextlib.redirect_stdout(out):
            exec(compile(source, page, "exec"), session)  # noqa: S102  # the pages' own text
    except Exception as error:  # whatever a recipe may raise ends the build with its page
        raise PluginError(f"{page}: a recipe fails:\n{traceback.format_exc()}") from error
    finally:
        os.chdir(folder)
    return out.getvalue()


def _picture(file: Path, address: str) -> str:
    if file.suffix == ".html":
        return f'\n<iframe src="{address}" width="100%" height="420" loading="lazy"></iframe>\n'
    return f'\n<img src="{address}" alt="{file.stem}">\n'
