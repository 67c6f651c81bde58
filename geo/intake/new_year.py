"""Last year's project carried to this year's files: what is the same, what changed, what is asked.

Nothing of last year's is changed. The new file is last year's with its comments, its paths and
headings those of this year.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import tomlkit

from geo.arrays import Frames
from geo.errors import MujunError
from geo.intake.carry import Pairing, carried_columns, paired, year_now
from geo.intake.compare import (
    AreaChange,
    IdChange,
    ScaleChange,
    area_changes,
    id_changes,
    scale_changes,
)
from geo.intake.last_year import LastYear, Leaf, last_year, pairings, rebase, refuse_same
from geo.intake.model import Intake, SourceProfile
from geo.intake.part_year import part_of_figures, years_of_rows
from geo.intake.paths import relative_path, why_unwritable
from geo.intake.plan import SHEETS
from geo.intake.questions import Answer, Ask, Choice, Interview, Question
from geo.intake.settle import UNUSED, role_title
from geo.intake.years import FIGURES, years_with_figures
from geo.model import LAYERS
from geo.model.periods import month_named
from geo.model.units import heading_units
from geo.project import Project, read_project
from geo.sources.load import load
from geo.text import Message, Wording, join

_LEFT_OUT = (*FIGURES, "occupancy")
"""Tables of one year: last year's say nothing of this one."""


@dataclass(frozen=True)
class UnitChange:
    """A column whose heading or setting named one unit last year and names another now."""

    source: str
    column: str
    was: str
    now: str


@dataclass
class NewYear:
    """The new project, and everything that changed since last year's."""

    target: Path
    lang: str
    was: int
    year: int
    text: str = ""
    compare_to: int | None = None
    pairings: list[Pairing] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    units: list[UnitChange] = field(default_factory=list)
    ids: list[IdChange] = field(default_factory=list)
    areas: list[AreaChange] = field(default_factory=list)
    scales: list[ScaleChange] = field(default_factory=list)
    not_used: list[str] = field(default_factory=list)
    notes: list[Wording] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    error: Wording | None = None


def new_year(
    old: Path, target: Path, intake: Intake, folder: Path, ask: Ask, lang: str | None = None
) -> NewYear:
    """Last year's project `old` carried to the files of `folder`, to lie in `target`.

    Raises ProjectError where there is no project, or `target` is its folder.
    """
    refuse_same(old, target)
    last = last_year(old)
    settings, talk = last.project.settings, Interview(ask)
    out = NewYear(target, lang or settings.lang, settings.year, settings.year + 1)
    before = _loaded(last.project, out)
    out.pairings = pairings(last.leaves)
    usable = [p for p in intake.profiles if why_unwritable(p.path) is None]
    paired(out.pairings, usable, talk)
    used = {id(pairing.profile) for pairing in out.pairings}
    free = [profile for profile in usable if id(profile) not in used]
    document = last.document
    rebase(document, last.folder, target)
    for leaf in list(last.leaves):
        fitting = _of_pattern(leaf, free, out) if leaf.is_pattern else []
        if fitting:
            _carry_pattern(leaf, fitting, folder, out, talk)
            free = [profile for profile in free if profile not in fitting]
        else:
            _carry(leaf, last, folder, out, talk)
    out.not_used = [profile.name for profile in free]
    _carry_rasters(document, last, folder, usable, out)
    _drop_empty(document)
    _set_year(document, out.year, settings.title, out.was)
    after = _parsed(document, out)
    if after is not None:
        _compare(document, last, before, after, out, talk)
    out.answers = talk.answers
    out.text = _headed(tomlkit.dumps(document), last, out)
    return out


def _loaded(project: Project, out: NewYear) -> Frames:
    """Last year's frames; none, and a note, where its files cannot be read any more."""
    try:
        return load(project).frames
    except MujunError as error:
        out.notes.append(Message("new_year.last_unreadable", why=error.text))
        return {}


def _parsed(document: Any, out: NewYear) -> Frames | None:
    """The new project's frames as a run would read them; None, and the error, where it cannot."""
    text, file = tomlkit.dumps(document).encode(), out.target.resolve() / "mujun.toml"
    try:
        return load(read_project(file, text)).frames
    except MujunError as error:
        out.error = error.text
    return None


def _carry(leaf: Leaf, last: LastYear, folder: Path, out: NewYear, talk: Interview) -> None:
    """One source of the file: this year's path, headings and units, or last year's kept."""
    pairing = leaf.pairing
    if pairing is None and not leaf.is_pattern:
        _keep(leaf, last, out)
        return
    if pairing is None or pairing.profile is None:
        _without_file(leaf, last, out, talk)
        return
    profile = pairing.profile
    if not _is_of_whole_year(leaf, profile, out, talk):
        _set_path(leaf, "")
        return
    _set_path(leaf, relative_path(folder / profile.path, out.target))
    _set_part(leaf, profile)
    fields = leaf.spec.fields
    columns = carried_columns(pairing, leaf.role, fields, talk)
    pairing.columns[leaf.role] = columns
    for one in columns:
        _set_field(leaf, one.column, one.now, one.how, profile, out)
    constants = leaf.table.get("constants", {})
    if "year" in constants:
        texts = [(f"{pairing.path} {pairing.part or ''}", profile.name)]
        texts = [*((one.was, one.now) for one in columns), *texts]
        constants["year"] = year_now(int(constants["year"]), texts, out.was, out.year)
    if "crs" in leaf.table and profile.crs is not None:
        out.notes.append(
            Message("new_year.crs_from_file", source=profile.name, crs=leaf.table["crs"])
        )
        del leaf.table["crs"]


def _is_of_whole_year(leaf: Leaf, profile: SourceProfile, out: NewYear, talk: Interview) -> bool:
    """Whether a file of figures is of a year; one of half a year leaves the file unless it is said."""
    if leaf.role not in FIGURES:
        return True
    # A file that last year's project took, named by a month as well, is taken again.
    dated = bool(profile.years.get("column") or month_named(leaf.path))
    text, period = part_of_figures(profile, years_of_rows(profile), dated=dated)
    if not period:
        return True
    role, source = role_title(leaf.role), profile.name
    choices = (
        Choice(UNUSED, Message("intake_plan.part_not_used")),
        Choice("year", Message("intake_plan.part_is_whole_of", year=str(out.year))),
    )
    question = Message("intake_question.part_of_year", source=source, text=text, part=period)
    answer = talk.put(Question("period", f"{source}:{leaf.role}.period", question, choices))
    if answer != UNUSED:
        return True
    out.left_out.append(profile.path if leaf.is_pattern else leaf.path)
    out.notes.append(Message("intake_plan.part_of_year", role=role, text=text, part=period))
    return False


def _tail(leaf: Leaf, out: NewYear) -> str:
    """What a pattern says of names, of this year: 2023年*.xlsx is 2024年*.xlsx."""
    return leaf.path.rpartition("/")[2].replace(str(out.was), str(out.was + 1))


def _of_pattern(leaf: Leaf, free: list[SourceProfile], out: NewYear) -> list[SourceProfile]:
    """This year's files of a pattern, all of one folder: of the one that holds most of them."""
    tail = _tail(leaf, out)
    fitting = [one for one in free if fnmatchcase(one.path.rpartition("/")[2], tail)]
    folders = Counter(one.path.rpartition("/")[0] for one in fitting)
    most = folders.most_common(1)[0][0] if folders else ""
    return [one for one in fitting if one.path.rpartition("/")[0] == most]


def _carry_pattern(
    leaf: Leaf, fitting: list[SourceProfile], folder: Path, out: NewYear, talk: Interview
) -> None:
    """A pattern of this year's names, or the files of whole years alone where others fit it too."""
    aside = {one.path for one in fitting if not _is_of_whole_year(leaf, one, out, talk)}
    whole = [path for path in dict.fromkeys(one.path for one in fitting) if path not in aside]
    inside = fitting[0].path.rpartition("/")[0]
    named = [f"{inside}/{_tail(leaf, out)}" if inside else _tail(leaf, out)]
    _set_paths(
        leaf, [relative_path(folder / one, out.target) for one in (whole if aside else named)]
    )


def _set_paths(leaf: Leaf, paths: list[str]) -> None:
    """The files in the place of one that the leaf names; more than one make a list of its path."""
    first, *others = paths or [""]
    if others and leaf.index is None:
        leaf.table["path"] = paths
        return
    _set_path(leaf, first)
    if others:
        leaf.table["path"].extend(others)  # behind all: places of other leaves stay


def _without_file(leaf: Leaf, last: LastYear, out: NewYear, talk: Interview) -> None:
    """A source that this year's folder does not have: last year's is kept, or it is left out."""
    keep = Choice("keep", Message("new_year.keep"))
    leave = Choice(UNUSED, Message("new_year.leave_out"))
    choices: tuple[Choice, ...] = (leave, keep) if leaf.role in _LEFT_OUT else (keep, leave)
    if leaf.role == "parcels":
        choices = (keep,)
    title = LAYERS[leaf.role].title
    text = Message("new_year.no_file", source=leaf.path, role=title)
    if talk.put(Question("source", f"{leaf.path}:{leaf.role}", text, choices)) == "keep":
        _keep(leaf, last, out)
        return
    out.left_out.append(leaf.path)
    _set_path(leaf, "")


def _keep(leaf: Leaf, last: LastYear, out: NewYear) -> None:
    if "://" not in leaf.path:
        _set_path(leaf, relative_path(last.folder / leaf.path, out.target))
    out.kept.append(leaf.path)


def _set_path(leaf: Leaf, path: str) -> None:
    if leaf.index is None:
        leaf.table["path"] = path
    else:
        leaf.table["path"][leaf.index] = path


def _set_part(leaf: Leaf, profile: SourceProfile) -> None:
    """The sheet or layer, where last year's named one or this year's file has several."""
    key = "sheet" if profile.form in SHEETS else "layer"
    stated = leaf.table.get("sheet", leaf.table.get("layer"))
    if stated is not None and not isinstance(stated, str):
        return
    for other in ("sheet", "layer", "header"):
        leaf.table.pop(other, None)
    if profile.part is not None:
        leaf.table[key] = profile.part
    if profile.header is not None:
        leaf.table["header"] = profile.header


def _set_field(
    leaf: Leaf, column: str, heading: str, how: str, profile: SourceProfile, out: NewYear
) -> None:
    """A column's heading in the file, its unit left out where the new heading states another."""
    fields = leaf.table.get("fields", {})
    stated = fields.get(column)
    unit = stated.get("unit") if hasattr(stated, "get") else None
    if how == "gone":
        if column in fields:
            del fields[column]
        return
    was = str(stated.get("column") if hasattr(stated, "get") else stated or "")
    old_units = heading_units(was or heading) or ([str(unit)] if unit else [])
    new_units = heading_units(heading)
    if new_units and old_units and new_units[-1] != old_units[-1]:
        out.units.append(
            UnitChange(profile.name, column, str(unit or old_units[-1]), new_units[-1])
        )
        unit = None
    if stated is None and how == "same":
        return
    if "fields" not in leaf.table:
        leaf.table["fields"] = tomlkit.inline_table()
        fields = leaf.table["fields"]
    if unit is None:
        fields[column] = heading
        return
    field_table = tomlkit.inline_table()
    field_table.update({"column": heading, "unit": str(unit)})
    fields[column] = field_table


def _carry_rasters(
    document: Any, last: LastYear, folder: Path, profiles: list[SourceProfile], out: NewYear
) -> None:
    """Rasters by the names of their files; those that are not there this year are last year's."""
    files = {p.path.rpartition("/")[2]: p for p in profiles if p.kind == "raster"}
    for table in document.get("rasters", {}).values():
        path = str(table["path"])
        name = path.rpartition("/")[2]
        if name in files:
            table["path"] = relative_path(folder / files[name].path, out.target)
        else:
            table["path"] = relative_path(last.folder / path, out.target)
            out.kept.append(path)


def _drop_empty(document: Any) -> None:
    """Sources that were left out leave the file, and so do tables that hold none any more."""
    for group in ("layers", "tables"):
        entries = document.get(group, {})
        for role in [name for name, table in entries.items() if not _still_there(table)]:
            del entries[role]


def _still_there(table: Any) -> bool:
    if "parts" in table:
        left = [part for part in table["parts"] if _still_there(part)]
        if left and len(left) < len(table["parts"]):
            table["parts"] = left
        return bool(left)
    path = table.get("path")
    if isinstance(path, list):
        left_paths = [one for one in path if one]
        if left_paths and len(left_paths) < len(path):
            table["path"] = left_paths
        return bool(left_paths)
    return bool(path)


def _set_year(document: Any, year: int, title: str, was: int) -> None:
    settings = document["project"]
    settings["year"] = year
    if str(was) in title:
        settings["title"] = title.replace(str(was), str(year))
    settings.pop("today", None)


def _compare(
    document: Any,
    last: LastYear,
    before: Frames,
    after: Frames,
    out: NewYear,
    talk: Interview,
) -> None:
    """What changed between the frames; the year, the one compared with, last year's parcels."""
    figures = sorted({y for years in years_with_figures(after).values() for y in years})
    if figures:
        out.year = _year(figures, out, talk)
        _set_year(document, out.year, last.project.settings.title, out.was)
    settings = document["project"]
    if out.was in figures or _with_last_figures(document, last, before, out):
        settings["compare_to"] = out.was
        out.compare_to = out.was
    else:
        settings.pop("compare_to", None)
        out.notes.append(Message("new_year.no_figures_of", year=str(out.was)))
    out.ids = id_changes(before, after)
    out.areas = area_changes(before, after, last.project.settings.area_tolerance)
    out.scales = scale_changes(before, after)
    gone = {name for one in out.ids for name in one.gone} & _named_ids(last.project)
    if gone:
        out.notes.append(Message("new_year.references_gone", ids=join(sorted(gone), most=10)))
    changed = any(one.layer == "parcels" and (one.new or one.gone) for one in out.ids)
    if changed or any(one.layer == "parcels" for one in out.areas):
        _set_parcels_before(document, last, out)


def _named_ids(project: Project) -> set[str]:
    """Parcels, enterprises and parks that settings name: their rules would be for nothing."""
    references = [one for listed in project.settings.references.values() for one in listed]
    ids = {name for one in references for name in (*one.parcels, *one.enterprises)}
    places = project.settings.applies.values()
    return ids | {name for one in places for name in (*one.parks, *one.parcels)}


def _year(figures: list[int], out: NewYear, talk: Interview) -> int:
    """The newest year with figures; asked where it is none after last year's."""
    newest = figures[-1]
    if newest > out.was:
        return newest
    choices = tuple(
        Choice(str(year), Message("intake_plan.year", year=str(year)))
        for year in (out.was + 1, newest)
    )
    text = Message("new_year.no_newer", year=str(newest))
    return int(talk.put(Question("year", "project", text, choices)))


def _with_last_figures(document: Any, last: LastYear, before: Frames, out: NewYear) -> bool:
    """Append last year's figures where this year's files hold this year's alone."""
    reported = years_with_figures(before)
    found = False
    for role in FIGURES:
        leaves = [one for one in last.leaves if one.role == role and one.raw is not None]
        table = document.get("tables", {}).get(role)
        if table is None or out.was not in reported.get(role, ()) or len(leaves) != 1:
            continue
        if "parts" in table or isinstance(table.get("path"), list):
            continue
        document["tables"][role] = _both_years(table, leaves[0], last, out)
        out.notes.append(Message("new_year.last_figures_appended", source=leaves[0].path))
        found = True
    return found


def _both_years(table: Any, leaf: Leaf, last: LastYear, out: NewYear) -> Any:
    """This year's source and last year's as parts of one table."""
    source = last.project.tables[leaf.role].model_dump(exclude_defaults=True)
    path = source["path"]
    source["path"] = path if "://" in path else relative_path(last.folder / path, out.target)
    parts = tomlkit.aot()
    for keys in (table.unwrap(), source):
        part = tomlkit.table()
        part.update(keys)
        parts.append(part)
    both = tomlkit.table()
    both.append("parts", parts)
    return both


def _set_parcels_before(document: Any, last: LastYear, out: NewYear) -> None:
    """Last year's parcels as `parcels_before`."""
    source = last.project.layers["parcels"].model_dump(exclude_defaults=True)
    known = LAYERS["parcels_before"].by_name
    table = tomlkit.table()
    for key in ("path", "layer", "encoding", "crs", "where", "dissolve"):
        if key in source:
            table[key] = source[key]
    if not isinstance(source.get("path"), str) or not source["path"]:
        return
    table["path"] = relative_path(last.folder / source["path"], out.target)
    fields = {c: f for c, f in source.get("fields", {}).items() if c in known}
    if fields:
        table["fields"] = {c: f["column"] for c, f in fields.items()}
    document["layers"]["parcels_before"] = table
    out.notes.append(Message("new_year.parcels_before", source=source["path"]))


def _headed(text: str, last: LastYear, out: NewYear) -> str:
    """The file with a line on where it comes from."""
    line = Message("new_year.made", folder=last.folder.name, year=str(out.was))(out.lang)
    return f"# {' '.join(line.split())}\n{text}"
