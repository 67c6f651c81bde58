"""packs: those that come with mujun, one as its document prints it, one of an office's own table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from geo.cli.app import JsonOption, LangOption, app
from geo.cli.usage import a_path, spoken
from geo.standards.as_printed import as_printed, catalogue
from geo.standards.model import read_pack, shipped
from geo.text import Message

IMPORT = "import"
PathOption = Annotated[Path | None, typer.Option(parser=a_path)]
TextOption = Annotated[str, typer.Option()]
YesOption = Annotated[bool, typer.Option("--yes", "-y")]


@app.command("packs")
def packs_command(
    name: Annotated[str | None, typer.Argument()] = None,
    source: Annotated[Path | None, typer.Argument(parser=a_path)] = None,
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
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """The rule packs, one as its document prints it, or a draft of an office's own table."""
    language = lang or spoken()
    if name == IMPORT:
        from geo.cli import pack_import  # noqa: PLC0415 -- reads Word, Excel

        cited = pack_import.citation(issuer, document, date, url, clause)
        of = pack_import.Wanted(table, land_class, cited)
        ask = pack_import.ask_of(answers, language, yes=yes, quiet=as_json)
        pack_import.import_pack(source, out, of, ask, by, language, as_json=as_json)
    elif name is None:
        _show(catalogue([read_pack(n) for n in shipped()], language), as_json=as_json)
    else:
        pack = read_pack(name)
        if export is not None:
            from geo.publish.pack_tables import write_pack_table  # noqa: PLC0415 -- writes them

            write_pack_table(pack, export)
            typer.echo(Message("packs_import.exported", file=export)(language))
            return
        if not as_json:
            typer.echo(f"{pack.head.citation}\n")
        _show(as_printed(pack).reset_index(), as_json=as_json)


def _show(table: pd.DataFrame, *, as_json: bool) -> None:
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for row in table.to_dict("records"):
        typer.echo("\n".join(f"{key:10} {value}" for key, value in row.items() if value != ""))
        typer.echo("")
