"""packs: the rule packs that come with mujun, or one as its document prints it."""

from __future__ import annotations

from typing import Annotated

import typer

from geo.cli.app import JsonOption, LangOption, app
from geo.cli.usage import spoken
from geo.standards.as_printed import as_printed, catalogue
from geo.standards.model import read_pack, shipped


@app.command("packs")
def packs_command(
    name: Annotated[str | None, typer.Argument()] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """The rule packs, or one as its document prints it."""
    said = lang or spoken()
    if name is None:
        table = catalogue([read_pack(n) for n in shipped()], said)
    else:
        pack = read_pack(name)
        table = as_printed(pack).reset_index()
        if not as_json:
            typer.echo(f"{pack.head.citation}\n")
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for row in table.to_dict("records"):
        typer.echo("\n".join(f"{key:10} {value}" for key, value in row.items() if value != ""))
        typer.echo("")
