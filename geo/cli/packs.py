"""packs: those that come with mujun, one as its document prints it, and the life of an office's own.

An office imports its table or a scenario of the map as a draft, checks it, signs it off, and
compares two editions of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.cells import cell_len, set_cell_size

from geo.cli.app import JsonOption, LangOption, app
from geo.cli.usage import BadValue, a_path, spoken
from geo.project import Project, read_project
from geo.standards.as_printed import as_printed, catalogue, heading
from geo.standards.model import Pack, read_pack, shipped
from geo.text import Lang, Message

IMPORT, CHECK, DIFF, SIGN, DRAFT = "import", "check", "diff", "sign", "draft"
PROJECT_FILE = "mujun.toml"
_HEADS = {
    "id": Message("packs_list.id"),
    "title": Message("packs_list.title"),
    "level": Message("pack_table.level"),
    "document": Message("pack_table.document"),
    "date": Message("pack_table.date"),
    "rows": Message("packs_list.rows"),
    "held": Message("packs_list.held"),
    "refer": Message("packs_list.refer"),
    "found": Message("packs_list.found"),
    "url": Message("pack_table.url"),
    "note": Message("packs_list.note"),
}
"""Headings of the list of packs (`catalogue`)."""
PathOption = Annotated[Path | None, typer.Option(parser=a_path)]
TextOption = Annotated[str, typer.Option()]
YesOption = Annotated[bool, typer.Option("--yes", "-y")]


@app.command("packs")
def packs_command(
    name: Annotated[str | None, typer.Argument()] = None,
    source: Annotated[list[str] | None, typer.Argument()] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", parser=a_path)] = None,
    export: PathOption = None,
    table: TextOption = "",
    land_class: TextOption = "",
    document: TextOption = "",
    date: TextOption = "",
    issuer: TextOption = "",
    url: TextOption = "",
    clause: TextOption = "",
    answers: PathOption = None,
    by: TextOption = "",
    yes: YesOption = False,
    judge_as: Annotated[str | None, typer.Option()] = None,
    project: Annotated[Path | None, typer.Option("--project", "-p", parser=a_path)] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """The rule packs, one as its document prints it, or what an office does with its own."""
    language, sources = lang or spoken(), source or []
    if judge_as is not None and (name != DIFF or project is None):
        raise BadValue(Message("pack_diff.judge_as"))
    if name == IMPORT:
        from geo.cli import pack_import  # noqa: PLC0415 -- reads Word, Excel

        cited = pack_import.citation(issuer, document, date, url, clause)
        of = pack_import.Wanted(table, land_class, cited)
        ask = pack_import.ask_of(answers, language, yes=yes, quiet=as_json)
        table_file = a_path(sources[0]) if sources else None
        pack_import.import_pack(table_file, out, of, ask, by, language, as_json=as_json)
    elif name == CHECK:
        from geo.cli.pack_check import check_packs  # noqa: PLC0415 -- reads runs

        asked = project or (None if sources else Path(PROJECT_FILE))
        check_packs(sources, _project(asked), language, as_json=as_json)
    elif name == SIGN:
        from geo.cli.pack_sign import sign_pack  # noqa: PLC0415 -- reads Word, Excel

        _exactly(sources, "FILE")
        sign_pack(sources[0], by, date, _project(project), language, as_json=as_json)
    elif name == DRAFT:
        from geo.cli.pack_draft import draft_scenario  # noqa: PLC0415 -- writes TOML

        if len(sources) != 2:
            _exactly(sources, "FILE")
        file, chosen = a_path(sources[0]), "".join(sources[1:])
        draft_scenario(file, chosen, out, _project(project), language, as_json=as_json)
    elif name == DIFF:
        from geo.cli.pack_diff import diff_packs  # noqa: PLC0415 -- reads runs

        _exactly(sources, "A", "B")
        editions, judged = (sources[0], sources[1]), (project is not None, judge_as)
        diff_packs(editions, _project(project), judged, out, language, as_json=as_json)
    elif name is None:
        listed = catalogue([read_pack(n) for n in shipped()], language)
        if not as_json:
            listed["level"] = [
                Message(f"packs_cite.{level}")(language) for level in listed["level"]
            ]
        _show(listed, {name: text(language) for name, text in _HEADS.items()}, as_json=as_json)
    else:
        _show_one(read_pack(name), export, language, as_json=as_json)


def _project(file: Path | None) -> Project | None:
    """The project that is named, else the one of the folder where one stands, if there is one."""
    if file is None and not Path(PROJECT_FILE).is_file():
        return None
    return read_project(file or Path(PROJECT_FILE))


def _exactly(sources: list[str], *names: str) -> None:
    """BadValue for one argument too few or too many behind a word such as `diff`."""
    if len(sources) < len(names):
        raise BadValue(Message("usage.missing", name=names[len(sources)]))
    if len(sources) > len(names):
        raise BadValue(Message("usage.too_much", extra=sources[len(names)]))


def _show_one(pack: Pack, export: Path | None, language: Lang, *, as_json: bool) -> None:
    if export is not None:
        from geo.publish.pack_tables import write_pack_table  # noqa: PLC0415 -- writes them

        write_pack_table(pack, export)
        typer.echo(Message("packs_import.exported", file=export)(language))
        return
    if not as_json:
        typer.echo(f"{pack.head.citation}\n")
    heads = {key: heading(column, language) for key, column in pack.columns.items()}
    row = {"row": Message("pack_table.industry")(language)}
    _show(as_printed(pack).reset_index(), row | heads, as_json=as_json)


def _show(table: pd.DataFrame, heads: Mapping[str, str], *, as_json: bool) -> None:
    """A block of lines a row, behind the headings of its columns; in JSON by their names."""
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    width = max(map(cell_len, heads.values()))
    for row in table.to_dict("records"):
        for name, value in row.items():
            if value != "":
                typer.echo(f"{set_cell_size(heads[str(name)], width)}  {value}")
        typer.echo("")
