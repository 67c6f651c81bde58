"""What changed since last year, for a terminal and for other programs."""

from __future__ import annotations

from typing import Any

from geo.intake.as_json import answer_json
from geo.intake.carry import Pairing
from geo.intake.compare import AreaChange, IdChange, Renamed
from geo.intake.new_year import NewYear
from geo.model import LAYERS
from geo.text import Message, Wording, join

SHOWN = 10
"""Ids, parcels and headings that are listed."""


def changes(new: NewYear, tolerance: float) -> list[Wording]:
    """Everything that changed, a sentence each."""
    out: list[Wording] = [
        Message("new_year.source", was=old.name, now=old.profile.name, likeness=old.score)
        for old in new.pairings
        if old.profile is not None
    ]
    for old in new.pairings:
        out += _of_columns(old)
    out += [
        Message(
            "new_year.unit", source=u.source, column=_title(new, u.column), was=u.was, now=u.now
        )
        for u in new.units
    ]
    for one in new.ids:
        out += _of_ids(one)
    for layer in ("parks", "parcels"):
        areas = [one for one in new.areas if one.layer == layer]
        if areas:
            out.append(_of_areas(layer, areas, tolerance))
    out += [
        Message(
            "new_year.scale",
            table=LAYERS[s.table].title,
            column=LAYERS[s.table].by_name[s.column],
            times=s.times,
        )
        for s in new.scales
    ]
    return [*out, *_of_files(new), *new.notes, *_end(new)]


def _title(new: NewYear, column: str) -> Wording | str:
    """The title of a column in the first role that has it."""
    roles = (role for pairing in new.pairings for role in pairing.roles)
    found = (LAYERS[role].by_name.get(column) for role in roles)
    return next((spec for spec in found if spec is not None), column)


def _of_columns(pairing: Pairing) -> list[Wording]:
    out: list[Wording] = []
    for role, columns in pairing.columns.items():
        for one in columns:
            spec = LAYERS[role].by_name[one.column]
            if one.how == "gone":
                out.append(
                    Message(
                        "new_year.column_gone", source=pairing.name, heading=one.was, column=spec
                    )
                )
            elif one.how != "same":
                out.append(
                    Message(
                        "new_year.column_renamed",
                        source=pairing.name,
                        was=one.was,
                        now=one.now,
                        column=spec,
                    )
                )
    mapped_gone = {c.was for columns in pairing.columns.values() for c in columns if not c.now}
    left = [heading for heading in pairing.gone_headings if heading not in mapped_gone]
    for code, headings in (("columns_new", pairing.new_headings), ("columns_left", left)):
        if headings:
            shown = join(headings, most=SHOWN)
            out.append(Message(f"new_year.{code}", source=pairing.name, headings=shown))
    return out


def _of_ids(one: IdChange) -> list[Wording]:
    if not (one.new or one.gone):
        return []
    counts = Message(
        "new_year.ids",
        layer=LAYERS[one.layer].title,
        before=one.before,
        after=one.after,
        new=len(one.new),
        gone=len(one.gone),
        renamed=len(one.renamed),
    )
    out: list[Wording] = [counts]
    for code, ids in (("ids_new", one.new), ("ids_gone", one.gone)):
        if ids:
            out.append(Message(f"new_year.{code}", ids=join(ids, most=SHOWN)))
    return [*out, *map(_renamed, one.renamed[:SHOWN])]


def _renamed(one: Renamed) -> Wording:
    return Message("new_year.renamed", was=one.was, now=one.now, why=one.why)


def _of_areas(layer: str, areas: list[AreaChange], tolerance: float) -> Wording:
    shown = (Message("new_year.area", id=a.id, before=a.before, after=a.after) for a in areas)
    return Message(
        "new_year.areas",
        layer=LAYERS[layer].title,
        count=len(areas),
        tolerance=tolerance,
        shown=join(shown, "semicolon", most=SHOWN),
    )


def _of_files(new: NewYear) -> list[Wording]:
    out: list[Wording] = []
    if new.kept:
        out.append(Message("new_year.kept", paths=join(new.kept, most=SHOWN)))
    if new.left_out:
        out.append(Message("new_year.left_out", paths=join(new.left_out, most=SHOWN)))
    if new.not_used:
        out.append(Message("new_year.not_used", names=join(new.not_used, most=SHOWN)))
    return out


def _end(new: NewYear) -> list[Wording]:
    year = str(new.year)
    if new.compare_to is None:
        out: list[Wording] = [Message("new_year.year_line_alone", year=year)]
    else:
        out = [Message("new_year.year_line", year=year, before=str(new.compare_to))]
    if new.error is not None:
        out.append(Message("new_year.failed", why=new.error))
    return out


def new_year_json(new: NewYear) -> dict[str, Any]:
    """What changed as plain objects, sentences in the project's language."""
    lang = new.lang
    return {
        "year": new.year,
        "compare_to": new.compare_to,
        "sources": [
            {
                "was": pairing.name,
                "now": None if pairing.profile is None else pairing.profile.name,
                "roles": list(pairing.roles),
                "likeness": pairing.score,
                "columns": [
                    {"role": role, "column": c.column, "was": c.was, "now": c.now, "how": c.how}
                    for role, columns in pairing.columns.items()
                    for c in columns
                ],
                "new_headings": pairing.new_headings,
                "gone_headings": pairing.gone_headings,
            }
            for pairing in new.pairings
        ],
        "units": [
            {"source": u.source, "column": u.column, "was": u.was, "now": u.now} for u in new.units
        ],
        "ids": [
            {
                "layer": one.layer,
                "before": one.before,
                "after": one.after,
                "new": list(one.new),
                "gone": list(one.gone),
                "renamed": [{"was": r.was, "now": r.now, "why": r.why(lang)} for r in one.renamed],
            }
            for one in new.ids
        ],
        "areas": [
            {"layer": a.layer, "id": a.id, "before_m2": a.before, "after_m2": a.after}
            for a in new.areas
        ],
        "scales": [{"table": s.table, "column": s.column, "times": s.times} for s in new.scales],
        "kept": new.kept,
        "left_out": new.left_out,
        "not_used": new.not_used,
        "notes": [note(lang) for note in new.notes],
        "questions": [answer_json(answer, lang) for answer in new.answers],
        "error": None if new.error is None else new.error(lang),
    }
