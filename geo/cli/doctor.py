"""doctor: what of this computer works, what is missing, what for, and the mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import metadata
from itertools import groupby
from pathlib import Path

import typer
from rich.cells import cell_len, set_cell_size

from geo.cli.app import JsonOption, LangOption, ProjectOption, app
from geo.cli.help import columns, wrapped
from geo.cli.machine import Item, examine_machine
from geo.cli.usage import declared_language, speak
from geo.text import Lang, Message, Wording


@app.command("doctor")
def doctor(
    project: ProjectOption = Path("mujun.toml"),
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """What works here; exit 1 if something required does not."""
    language: Lang = lang or declared_language(project)
    speak(language)
    items = list(examine_machine(project))
    faults = sum(item.state == "fault" for item in items)
    if as_json:
        told = {
            "mujun": metadata.version("mujun"),
            "works": not faults,
            "items": [_record(item, language) for item in items],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(lines(items, language)))
    raise typer.Exit(1 if faults else 0)


def lines(items: Sequence[Item], lang: Lang) -> Iterator[str]:
    """A line an item below the heading of its group, and below it what it is for where it lacks."""
    states = {
        state: Message(f"doctor.{state}")(lang) for state in ("works", "note", "absent", "fault")
    }
    wide = max(map(cell_len, states.values()))
    names = max(cell_len(_said(item.name, lang)) for item in items)
    indent = " " * (2 + wide + 2)
    room = columns() - len(indent)
    for group, some in groupby(items, key=lambda item: item.group):
        yield Message(f"doctor.group_{group}")(lang)
        for item in some:
            state = set_cell_size(states[item.state], wide)
            name = set_cell_size(_said(item.name, lang), names)
            yield f"  {state}  {name}  {_said(item.value, lang)}".rstrip()
            if item.state != "works":
                more = (item.used_for(lang), item.mend(lang))
                rows = [row for text in more if text for row in wrapped(text, room)]
                yield from (f"{indent}{row}" for row in rows)
        yield ""
    count = {state: sum(item.state == state for item in items) for state in states}
    code = "doctor.sum_fault" if count["fault"] else "doctor.sum_works"
    yield Message(code, fault=count["fault"])(lang)
    rest = Message("doctor.sum_rest", absent=count["absent"], note=count["note"])
    if count["absent"] or count["note"]:
        yield rest(lang)


def _record(item: Item, lang: Lang) -> dict[str, str]:
    texts = {"name": item.name, "value": item.value, "for": item.used_for, "mend": item.mend}
    told = {key: _said(text, lang) for key, text in texts.items()}
    return {"group": item.group, "state": item.state, **told}


def _said(text: Wording | str, lang: Lang) -> str:
    return text if isinstance(text, str) else text(lang)
