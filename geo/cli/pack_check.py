"""packs check: what is wrong or doubtful in rule packs, alone and in a project."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from geo.cli.pack_subjects import Subjects, read_pack_at, subjects_of
from geo.errors import MujunError, OutputError
from geo.project import Project
from geo.standards.model import Head, Pack, read_pack, shipped
from geo.standards.pack_check import check_pack, open_cells
from geo.standards.pack_in_project import check_in_project
from geo.standards.remark import Remark
from geo.standards.selection import low_efficiency_packs, packs_of
from geo.text import Lang, Message
from geo.text.as_json import Json


@dataclass
class Checked:
    """One pack and what was remarked on it; `pack` is missing where the file cannot be read."""

    name: str
    pack: Pack | None = None
    remarks: list[Remark] = field(default_factory=list)

    def count(self, severity: str) -> int:
        """How many remarks are so grave."""
        return sum(remark.severity == severity for remark in self.remarks)


def check_packs(
    names: Sequence[str], project: Project | None, lang: Lang, *, as_json: bool
) -> None:
    """Print the remarks on these packs, by default the project's; exit code 1 with an error."""
    chosen = _chosen(project) if project else []
    checked = [_read(name, None, project) for name in names] or [
        _read(name, project.folder if project else None, project) for name in chosen
    ]
    subjects = _subjects(project)
    used = _as_used(project, checked)
    heads = {one.pack.head.id: one.pack.head for one in checked if one.pack}
    for one in checked:
        if one.pack is not None:
            _remark(one, one.pack, used, heads, subjects, project)
    if as_json:
        typer.echo(json.dumps([_facts(one, lang) for one in checked], ensure_ascii=False, indent=1))
    else:
        for line in _lines(checked, lang):
            typer.echo(line)
        if project is not None and subjects is None:
            typer.echo(Message("pack_check.no_run")(lang))
    if any(one.count("error") for one in checked):
        raise typer.Exit(1)


def _subjects(project: Project | None) -> Subjects | None:
    """Those of the project's last run; None where there is none."""
    try:
        return subjects_of(project) if project else None
    except OutputError:
        return None


def _chosen(project: Project) -> list[str]:
    settings = project.settings
    return list(dict.fromkeys([*settings.standards, *settings.low_efficiency]))


def _read(name: str, folder: Path | None, project: Project | None) -> Checked:
    """One pack; a file that is refused has the refusal as its only remark."""
    try:
        pack = read_pack_at(name, folder, project)
    except MujunError as error:
        return Checked(name, None, [Remark("error", error.text)])
    return Checked(name, pack)


def _as_used(project: Project | None, checked: list[Checked]) -> dict[str, Pack]:
    """The project's packs with its references and places; what they are refused for is a remark."""
    if project is None:
        return {}
    try:
        packs = [*packs_of(project), *low_efficiency_packs(project)]
    except MujunError as error:
        if not any(one.pack is None for one in checked):  # the packs together, or a setting
            checked.append(Checked(project.file, None, [Remark("error", error.text)]))
        return {}
    return {pack.head.id: pack for pack in packs}


def _remark(
    one: Checked,
    pack: Pack,
    used: dict[str, Pack],
    heads: dict[str, Head],
    subjects: Subjects | None,
    project: Project | None,
) -> None:
    """Add what is to be remarked: on the days that the file states, over the cells as decided."""
    in_use = used.get(pack.head.id, pack)
    today = project.settings.today if project else dt.datetime.now().astimezone().date()
    earlier = pack.head.replaces
    if earlier in shipped() and earlier not in heads:
        heads = heads | {earlier: read_pack(earlier).head}
    decided = in_use.model_copy(update={"head": pack.head})
    one.remarks += check_pack(decided, heads, today)
    if subjects is not None and project is not None:
        frame = subjects.of(pack.head.subject)
        if len(frame):
            one.remarks += check_in_project(in_use, frame, project.settings.rule_figures)
    one.remarks.sort(key=lambda remark: remark.rank)


def _lines(checked: list[Checked], lang: Lang) -> Iterator[str]:
    """A heading a pack, its remarks with their mend, and the sums."""
    for one in checked:
        facts = _size(one.pack)
        title = one.pack.head.title_en if one.pack and lang == "en" else ""
        title = title or (one.pack.head.title_zh if one.pack else "")
        yield f"{one.name}  {title}".rstrip()
        if facts:
            yield "  " + Message(
                "pack_check.size",
                rows=facts["rows"],
                columns=facts["columns"],
                cells=facts["cells"],
                open=facts["open"],
            )(lang)
        for remark in one.remarks:
            yield f"  [{Message(f'severity.{remark.severity}')(lang)}] {remark.message(lang)}"
            if mend := remark.mend(lang):
                yield f"      {mend}"
        yield ""
    errors, warnings = (sum(one.count(s) for one in checked) for s in ("error", "warning"))
    yield Message("pack_check.total", packs=len(checked), errors=errors, warnings=warnings)(lang)


def _size(pack: Pack | None) -> dict[str, int]:
    if pack is None:
        return {}
    return {
        "rows": len(pack.rows),
        "columns": len(pack.columns),
        "cells": sum(len(pack.cells(key)) for key in pack.columns),
        "open": sum(open_cells(pack, key) for key in pack.columns),
    }


def _facts(one: Checked, lang: Lang) -> dict[str, Json]:
    """What `--json` prints of a pack."""
    remarks: list[Json] = [
        {
            "severity": remark.severity,
            "code": remark.code,
            "message": remark.message(lang),
            "mend": remark.mend(lang),
        }
        for remark in one.remarks
    ]
    return {
        "name": one.name,
        "id": one.pack.head.id if one.pack else None,
        **_size(one.pack),
        "passes": not one.count("error"),
        "remarks": remarks,
    }
