"""packs draft: a scenario that was kept on the map made into a draft of a rule pack."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from geo.cli.usage import BadValue
from geo.errors import OutputError, SourceError, system_reason
from geo.intake.packs.scenario import draft_of_scenario, packs_in, read_scenario
from geo.project import Project
from geo.standards.model import SHELF, read_pack
from geo.text import Lang, Message, join


def draft_scenario(
    file: Path,
    name: str,
    out: Path | None,
    project: Project | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Write a draft for each pack that the scenario changes; `name` may be "" where it is the only one.

    Raises SourceError for a file that is none, BadValue where `out` is to name several drafts,
    OutputError for a file that is there already or cannot be written.
    """
    scenario = read_scenario(file, name)
    packs = packs_in(scenario)
    if not packs:
        raise SourceError("packs_draft.nothing", name=scenario.name)
    if out is not None and len(packs) > 1:
        raise BadValue(Message("packs_draft.one_out", packs=join(packs)))
    drafts = {}
    for pack in packs:
        target = out or Path(f"{pack}-draft.toml")
        if target.exists():
            raise OutputError("packs_import.exists", file=target)
        text = _file_of(pack, project).read_text(encoding="utf-8")
        drafts[target] = draft_of_scenario(scenario, pack, text, lang)
    for target, draft in drafts.items():
        try:
            target.write_text(draft.text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(
                "cli_build.cannot_write", folder=target, strerror=system_reason(error)
            ) from error
    if as_json:
        facts = [
            {
                "file": str(target),
                "changed": [one(lang) for one in draft.changed],
                "left": [one(lang) for one in draft.left],
            }
            for target, draft in drafts.items()
        ]
        typer.echo(json.dumps({"scenario": scenario.name, "drafts": facts}, ensure_ascii=False))
        return
    for target, draft in drafts.items():
        typer.echo("\n".join(one(lang) for one in draft.changed))
        for one in draft.left:
            typer.echo(f"－ {one(lang)}")
        saved = Message("packs_draft.saved", file=target, cells=len(draft.changed))
        typer.echo(saved(lang))


def _file_of(pack: str, project: Project | None) -> Path:
    """The file of a pack by its id: the project's own, else the one that comes with mujun."""
    own = project.settings.standards if project else []
    for name in own:
        if project and name.endswith(".toml"):
            read = read_pack(name, project.folder, project.settings.rule_figures)
            if read.head.id == pack:
                return project.folder / name
    if pack in SHELF.ids():
        return Path(str(SHELF.home / f"{pack}.toml"))
    raise SourceError("packs_draft.no_pack", pack=pack)
