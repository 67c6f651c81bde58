"""The rule packs that a project chooses, with the references and the places that it gives."""

from __future__ import annotations

import math

from geo.declaration import LARGEST
from geo.errors import ProjectError
from geo.model import listed_industries
from geo.project import Project
from geo.project_parts import Reference
from geo.standards.cell import Cell
from geo.standards.editions import in_editions
from geo.standards.model import Decision, Pack, read_pack
from geo.standards.shown import decimals_of
from geo.text import join


def packs_of(project: Project) -> list[Pack]:
    """The packs of `standards`. RuleError as of `read_pack`; ProjectError for one id twice."""
    return _read(project, project.settings.standards)


def low_efficiency_packs(project: Project) -> list[Pack]:
    """The packs whose failing parcels the project counts as low-efficiency land."""
    packs = _read(project, project.settings.low_efficiency)
    by_id = {pack.head.id: pack for pack in packs}
    for name, rule in project.settings.low_efficiency_rules.items():
        if name not in by_id:
            raise ProjectError("selection.no_low_efficiency_pack", name=name, known=join(by_id))
        criteria = sum(column.mandatory for column in by_id[name].columns.values())
        if isinstance(rule.fails, int) and rule.fails > criteria:
            raise ProjectError(
                "selection.more_than_criteria", name=name, fails=rule.fails, criteria=criteria
            )
    return packs


def _read(project: Project, names: list[str]) -> list[Pack]:
    settings = project.settings
    values = {
        key: [_decision(one) for one in listed] for key, listed in settings.references.items()
    }
    out: list[Pack] = []
    for name in names:
        pack = read_pack(name, project.folder, settings.rule_figures).with_references(values)
        if any(pack.head.id == other.head.id for other in out):
            raise ProjectError("selection.rule_pack_id_another", name=name, pack=pack.head.id)
        if pack.counts_money and pack.head.currency != settings.currency:
            raise ProjectError(
                "selection.pack_currency",
                pack=pack.head.id,
                currency=pack.head.currency,
                project=settings.currency,
            )
        place = settings.applies.get(pack.head.id)
        if place and place.model_fields_set & {"parks", "parcels"}:
            pack = pack.for_places(place.parks, place.parcels)
        out.append(pack.with_choice(place.row) if place and place.row else pack)
    return in_editions(out, settings.judge_as, settings.today)


def _decision(reference: Reference) -> Decision:
    """A reference of the project as what stands in place of a cell."""
    if reference.exempt:
        cell = Cell(kind="exempted", text="豁免", citation=reference.citation)
    elif reference.requirement:
        cell = Cell(kind="requirement", text=reference.requirement, citation=reference.citation)
    elif reference.value is not None:
        cell = Cell(kind="number", low=reference.value, citation=reference.citation)
    else:
        cell = Cell(
            kind="range", low=reference.min, high=reference.max, citation=reference.citation
        )
    return Decision(
        cell=cell,
        row=reference.row,
        industries=listed_industries(reference.industries),
        subjects=[*reference.parcels, *reference.enterprises],
    )


def check_packs(project: Project) -> None:
    """ProjectError where a setting names a pack that the project does not use."""
    settings = project.settings
    used = {
        name
        if not name.endswith(".toml")
        else read_pack(name, project.folder, settings.rule_figures).head.id
        for name in (*settings.standards, *settings.low_efficiency)
    }
    for key, named in (
        ("applies", set(settings.applies)),
        ("references", {k.split("/")[0] for k in settings.references}),
    ):
        odd = sorted(named - used)
        if odd:
            raise ProjectError("selection.names_pack_not_among_standards", key=key, odd=odd[0])


def with_thresholds(packs: list[Pack], changes: list[str]) -> list[Pack]:
    """The packs with every number of these columns replaced: `pack/column=value` each.

    Also what another document sets for the column (`[project.references]`); what was agreed with
    named subjects stays. ProjectError for a column named twice, and for a figure that is finer than
    the column is judged.
    """
    taken: set[tuple[str, str]] = set()
    for text in changes:
        key, _, value = text.partition("=")
        name, _, column = key.strip().partition("/")
        at = next((i for i, pack in enumerate(packs) if pack.head.id == name), None)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if at is None or not _has_number(packs[at], column) or not abs(number) <= LARGEST:
            raise ProjectError("selection.not_pack_column_number_column", text=text)
        if (name, column) in taken:
            raise ProjectError("selection.threshold_twice", column=f"{name}/{column}")
        taken.add((name, column))
        of = packs[at].columns[column]
        if of.divide_by == 1 and decimals_of(number) > of.decimals:
            raise ProjectError("selection.threshold_finer", text=text, decimals=of.decimals)
        packs = [*packs[:at], _with_threshold(packs[at], column, number), *packs[at + 1 :]]
    return packs


def _has_number(pack: Pack, column: str) -> bool:
    return column in pack.columns and any(c.kind == "number" for c in pack.cells(column))


def _with_threshold(pack: Pack, column: str, number: float) -> Pack:
    """The pack with this number for every number of a column: its own, and those decided on."""
    rows = [
        row.model_copy(update={"cells": row.cells | {column: number}})
        if isinstance(row.cells[column], int | float)
        else row
        for row in pack.rows
    ]
    decided = [
        one.model_copy(update={"cell": one.cell.model_copy(update={"low": number})})
        if one.cell.kind == "number" and not one.subjects
        else one
        for one in pack.given.get(column, [])
    ]
    given = pack.given | {column: decided}
    return pack.model_copy(update={"rows": rows, "given": given}).with_content("")
