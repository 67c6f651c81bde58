"""What MkDocs calls while it builds the site: tables from declarations, pictures, the search.

A page says `{{ table: layers }}` where the table of layers stands: `declared.py` makes it from the
program, so that no reference is written twice. `{{ file: CHANGELOG.md }}` takes a file in.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))
import declared  # a neighbour of this file, which is in no package
import recipes
import segments

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
LANGUAGES = {"zh": "中文", "en": "English"}
_MARK = re.compile(r"^\{\{ (table|file): (\S+) \}\}$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Both trees show the pictures of `docs/img`."""
    for picture in sorted((ROOT / "docs/img").iterdir()):
        name = f"img/{picture.name}"
        files.append(File.generated(config, name, abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Tables and files take the places of their marks; recipes are run, and show what they give."""
    lang = config.theme["language"]

    def filled(mark: re.Match[str]) -> str:
        kind, name = mark.groups()
        if kind == "file":
            return (ROOT / name).read_text(encoding="utf-8").partition("\n")[2]
        if name not in declared.TABLES:
            raise PluginError(f"{page.file.src_uri}: no table `{name}`")
        return declared.TABLES[name](lang)

    folder = "/".join([".."] * (len(PurePosixPath(page.file.src_uri).parts) - 1)) or "."
    text = _MARK.sub(filled, markdown)
    text = re.sub(r"\]\((?:\.\./)+img/", f"]({folder}/img/", text)
    return recipes.run(text, page.file.src_uri, Path(config.site_dir), folder)


def on_page_context(context: Any, page: Page, config: MkDocsConfig, nav: Any) -> Any:  # noqa: ARG001
    """The switch of languages leads to the same page of the other tree."""
    config.extra["alternate"] = [
        {"name": name, "lang": lang, "link": f"../{lang}/{page.url or 'index.html'}"}
        for lang, name in LANGUAGES.items()
    ]
    return context


def on_post_build(config: MkDocsConfig) -> None:
    """Chinese has no blanks between words: the index of the search gets marks there."""
    if config.theme["language"] == "zh":
        index = Path(config.site_dir) / "search/search_index.json"
        cut = segments.segmented(index.read_text(encoding="utf-8"), declared.words())
        index.write_text(cut, encoding="utf-8")
