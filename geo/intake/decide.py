"""From a folder that was read to a plan of the project: what is sure is taken, the rest is asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Frames
from geo.intake.combine import by_register, combined, one_alone, only_in, same_content
from geo.intake.crs import DEGREES_ALWAYS, Ground, box_of, judge_crs
from geo.intake.divisions import Division, division_in, full_name, named_divisions
from geo.intake.joins import Reads, mark_joins, of_parcels, rejoined
from geo.intake.keys import key_matches
from geo.intake.land_use import settle_land_use
from geo.intake.model import Intake, RoleGuess, SourceProfile
from geo.intake.money import settled_currency
from geo.intake.occupants import one_parcel_id
from geo.intake.part_year import whole_years
from geo.intake.paths import why_unwritable
from geo.intake.plan import Entry, Part, Plan, SetAside
from geo.intake.questions import Ask, Choice, Interview, Question
from geo.intake.read import ReadPart, read_part, refusal
from geo.intake.settle import (
    UNUSED,
    GuessAs,
    reasons,
    role_subject,
    role_title,
    settled_part,
    settled_roles,
)
from geo.intake.source_year import settle_year
from geo.intake.years import settled_years, years_with_figures
from geo.model import LAYERS
from geo.project_parts import Place
from geo.sources.ids import match_ids
from geo.standards.model import read_pack, shipped
from geo.text import Message, Text, Wording, join

ORDER = (
    *("parks", "parcels", "parcels_before", "buildings"),
    *("zones", "facilities", "roads", "waters", "places"),
)
"""Layers in the order of the file; tables follow as the model has them."""
_LEAST_RADIUS_KM = 20.0
_SHOWN = 5
"""Ids that a sentence names."""


@dataclass(frozen=True)
class Wish:
    """The folder that is read, where the project will lie, its language, the day."""

    folder: Path
    target: Path
    lang: str = "zh"
    today: dt.date = dt.date.max


def decide(intake: Intake, wish: Wish, ask: Ask, guess_as: GuessAs) -> Plan:
    """The plan of a project of a folder.

    Parameters
    ----------
    intake
        The folder as it was read (`geo.intake.folder`).
    wish
        The folder, where the project will lie, its language, the day.
    ask
        Puts questions; `geo.intake.questions.nobody` takes each first answer.
    guess_as
        Guesses the columns of a source for a role that was chosen.

    Returns
    -------
    Plan
        Without parcels it has no `entries["parcels"]`, and is no project.
    """
    talk = Interview(ask)
    plan = Plan(wish.folder, wish.target, intake, wish.lang)
    roles = settled_roles(intake.roles, talk, guess_as)
    _set_aside(plan, roles, talk)
    parts = [settled_part(guess, talk) for guess in roles if _usable(guess)]
    one_parcel_id(parts)
    _with_answers(parts, talk)
    parts, of_part_of_year = whole_years(parts, talk)
    plan.aside += of_part_of_year
    for part in parts:
        settle_year(part, wish.today, talk)
    division, why = _division(intake.profiles, wish.folder)
    _settle_crs(parts, _ground(parts, division, why), talk)
    plan.currency, notes = settled_currency(parts, _home(parts), talk)
    plan.notes += notes
    plan.rasters = [part for part in parts if part.guess.role == "rasters"]
    plan.entries = _entries(parts)
    frames = _read_all(plan, talk)
    plan.answers, plan.packs = talk.answers, _packs(division)
    if "parcels" not in plan.entries:
        return plan
    plan.year, plan.compare_to, why_year = settled_years(
        years_with_figures(frames), intake.profiles, wish.today, talk
    )
    plan.notes += why_year
    plan.title = _title(frames, plan)
    _one_park(plan, frames)
    plan.place = _place(plan)
    return plan


def _usable(guess: RoleGuess) -> bool:
    """Whether a source is used: it has a role, and a path that can be written."""
    if guess.role is None or why_unwritable(guess.profile.path) is not None:
        return False
    known = guess.role == "rasters" or guess.role in LAYERS
    drawn = guess.role in LAYERS and LAYERS[guess.role].geometry != "none"
    flat = guess.profile.kind == "table"
    return known and not (drawn and flat and guess.role != "buildings")


def _set_aside(plan: Plan, roles: Iterable[RoleGuess], talk: Interview) -> None:
    """What is not used, with the reason of each."""
    roles = list(roles)
    used = {id(guess.profile) for guess in roles if _usable(guess)}
    for guess in roles:
        if _usable(guess) or (guess.role is None and id(guess.profile) in used):
            continue
        why = why_unwritable(guess.profile.path) or _why_unused(guess, talk)
        plan.aside.append(SetAside(guess.profile.name, why))
    plan.aside += [SetAside(one.path, one.why, open=one.is_data) for one in plan.intake.not_read]


def _why_unused(guess: RoleGuess, talk: Interview) -> Wording:
    answers = (a for a in talk.answers if a.question.subject.startswith(f"{guess.profile.name}:"))
    if any(a.question.about == "role" and a.choice.value == UNUSED for a in answers):
        return Message("intake_plan.answered_unused")
    if guess.summary:
        return Message("intake_plan.summary")
    if guess.role is not None:
        return Message("intake_plan.no_outlines", role=role_title(guess.role))
    why = reasons(guess.reasons)
    return join(why[:3], "semicolon") if why else Message("intake_plan.no_role")


def _with_answers(parts: list[Part], talk: Interview) -> None:
    """The question about a source's role stands with the source."""
    for part in parts:
        answer = talk.of("role", role_subject(part.guess))
        if answer is not None:
            part.answers.insert(0, answer)


def _division(
    profiles: Iterable[SourceProfile], folder: Path
) -> tuple[Division | None, Wording | None]:
    """The division that codes name, or, where they name none, that names do; and why."""
    profiles = list(profiles)
    by_codes = division_in(profile.sample for profile in profiles if profile.kind != "raster")
    if by_codes is not None:
        return by_codes, Message("intake_crs.by_codes", code=by_codes.code)
    texts = [folder.resolve().name, *(text for p in profiles for text in (p.name, *p.titles))]
    named = named_divisions(texts)
    cities = [one for one in named if len(one.code) == 4]
    for found in (cities, named):
        if len({one.code for one in found}) == 1:
            return found[0], Message("intake_crs.by_names", name=found[0].name)
    return None, None


def _ground(parts: list[Part], division: Division | None, why: Wording | None) -> Ground:
    """Where the layers that state it lie; one apart from where all others lie tells nothing."""
    boxes = {}
    for part in parts:
        profile = part.profile
        if profile.crs is None or profile.bounds is None:
            continue
        box = box_of(profile.bounds, profile.crs)
        if box is None:
            continue
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if division is None or division.holds(*middle):
            boxes[profile.name] = box
    middles = np.array([((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in boxes.values()])
    if len(middles) > 2:
        centre = np.median(middles, axis=0)
        near = np.abs(middles - centre).max(axis=1) < 1.0
        boxes = {name: box for (name, box), keep in zip(boxes.items(), near, strict=True) if keep}
    stated = [part.profile for part in parts if part.profile.crs is not None]
    # A format that always says WGS 84 tells nothing of a datum where another file states one.
    stated = [one for one in stated if one.form not in DEGREES_ALWAYS] or stated
    systems = {one.crs.to_wkt(): one.crs for one in stated if one.crs is not None}
    common = Counter(one.crs.to_wkt() for one in stated if one.crs is not None)
    ordered = tuple(systems[wkt] for wkt, _ in common.most_common())
    return Ground(boxes, ordered, division, why)


def _settle_crs(parts: list[Part], ground: Ground, talk: Interview) -> None:
    """The reference system of each layer; what is not sure is asked once for each file."""
    for part in parts:
        profile = part.profile
        if profile.kind != "layer" or profile.bounds is None or part.guess.role not in LAYERS:
            continue
        if LAYERS[str(part.guess.role)].geometry == "none":
            continue
        part.crs = judge_crs(profile.name, profile.bounds, profile.crs, ground)
        if part.crs.sure or not part.crs.candidates:
            continue
        choices = tuple(
            Choice(one.crs, Message("intake_plan.crs", crs=one.crs, name=one.name), one.reasons)
            for one in part.crs.candidates
        )
        text = Message("intake_question.crs", source=profile.name)
        crs = talk.put(Question("crs", profile.name, text, choices))
        chosen = tuple(one for one in part.crs.candidates if one.crs == crs)
        part.crs = type(part.crs)(crs, part.crs.sure, chosen, part.crs.warnings)
        part.answers.append(talk.answers[-1])


def _entries(parts: list[Part]) -> dict[str, Entry]:
    """The parts by role, in the order of the file."""
    order = [*ORDER, *(name for name in LAYERS if name not in ORDER)]
    out = {}
    for role in order:
        found = [part for part in parts if part.guess.role == role]
        if found:
            out[role] = Entry(role, found)
    return out


def _read_all(plan: Plan, talk: Interview) -> Frames:
    """Every source read; what cannot be read is set aside; ids as a run matches them."""
    reads: Reads = {}
    for entry in plan.entries.values():
        for number, part in enumerate(entry.parts):
            reads[entry.role, number] = read_part(plan.folder, entry, part, plan.currency)
    for role in rejoined(plan.entries, reads, talk):
        entry = plan.entries[role]
        for number, part in enumerate(entry.parts):
            reads[role, number] = read_part(plan.folder, entry, part, plan.currency)
    _say_of_parcels(plan, reads)
    settle_land_use(plan, reads, talk)
    mark_joins(reads)
    frames: dict[str, Any] = {}
    named: dict[str, int] = {}
    for role in list(plan.entries):
        entry = plan.entries[role]
        good = _readable(plan, entry, [reads[role, k] for k in range(len(entry.parts))])
        if not good:
            del plan.entries[role]
            continue
        good = by_register(role, good, frames.get("enterprises"))
        used = _together(plan, entry, good, talk)
        named[role] = sum(read.by_name for read in used)
        frames[role] = _one_frame(used)
    frames = match_ids(frames)[0]
    plan.matches = key_matches(frames, named)
    return frames


def _say_of_parcels(plan: Plan, reads: Reads) -> None:
    """Say of a table that was not recognised that it names parcels: the office may want it."""
    samples = {p.name: p.sample for p in plan.intake.profiles if p.kind == "table"}
    for number, one in enumerate(plan.aside):
        pair = of_parcels(samples[one.name], reads) if one.name in samples else None
        if pair is not None:
            hint = Message(
                "intake_keys.of_parcels",
                heading=pair.heading,
                defining=pair.defining,
                share=pair.share,
            )
            why = join([one.why, hint], "semicolon")
            plan.aside[number] = SetAside(one.name, why, open=True)


def _readable(plan: Plan, entry: Entry, reads: list[ReadPart]) -> list[ReadPart]:
    """The sources that could be read; the others leave the entry and are set aside."""
    parts, good = [], []
    for part, read in zip(entry.parts, reads, strict=True):
        if read.frame is None or read.frame.empty:
            why = read.error or Message("intake_plan.empty")
            title = LAYERS[entry.role].title
            plan.aside.append(
                SetAside(
                    part.profile.name,
                    Message("intake_plan.cannot_be", role=title, why=why),
                    open=True,
                )
            )
        else:
            parts.append(part)
            good.append(read)
    entry.parts = parts
    return good


def _together(plan: Plan, entry: Entry, reads: list[ReadPart], talk: Interview) -> list[ReadPart]:
    """The sources of an entry that are used: those that a run reads together, or one that is asked."""
    used = combined(entry, reads, talk)
    for number, part in enumerate(entry.parts):
        if number not in used:
            others = [reads[k] for k in used]
            plan.aside.append(_other_chosen(entry.role, part, reads[number], others))
    entry.parts = [entry.parts[number] for number in used]
    good = [reads[number] for number in used]
    refused = refusal(plan.folder, entry, plan.currency) if len(good) > 1 else None
    if refused is None:
        return good
    chosen = one_alone(entry, good, refused, talk)
    plan.aside += [
        SetAside(part.profile.name, refused, open=True)
        for number, part in enumerate(entry.parts)
        if number != chosen
    ]
    entry.parts, entry.combine = [entry.parts[chosen]], "append"
    return [good[chosen]]


def _other_chosen(role: str, part: Part, read: ReadPart, others: list[ReadPart]) -> SetAside:
    """A source that others of its role stand for: all of it, or only some of its ids."""
    name, title = part.profile.name, LAYERS[role].title
    if any(same_content(role, read, other) for other in others):
        return SetAside(name, Message("intake_plan.other_chosen", role=title))
    lost = only_in(role, read, others)
    if not lost:
        return SetAside(name, Message("intake_plan.other_of_same_ids", role=title))
    ids = join(lost, most=_SHOWN)
    why = Message("intake_plan.other_of_some_ids", role=title, count=len(lost), ids=ids)
    return SetAside(name, why, open=True)


def _one_frame(reads: list[ReadPart]) -> Any:
    """Rows of all sources under one another, for counting ids."""
    if len(reads) == 1:
        return reads[0].frame
    plain = [pd.DataFrame(read.frame.drop(columns="geometry", errors="ignore")) for read in reads]
    return pd.concat(plain, ignore_index=True)


def _title(frames: Frames, plan: Plan) -> str:
    """The park's name where there is one, else the folder's."""
    parks = frames.get("parks")
    names = [] if parks is None else list(parks["name"].dropna().astype("str").unique())
    folder = plan.folder.resolve().name
    what = names[0] if len(names) == 1 else folder
    return Message("intake_plan.title", what=what[:80])(plan.lang)


def _one_park(plan: Plan, frames: Frames) -> None:
    """Parcels of no park, in a folder without parks, are one park of the folder's name."""
    if "parks" in plan.entries or "parcels" not in plan.entries or "park_id" in frames["parcels"]:
        return
    name = plan.folder.resolve().name[:80]
    for part in plan.entries["parcels"].parts:
        part.constants["park_id"] = name
        part.notes.append(Message("intake_plan.one_park", name=name))


def _place(plan: Plan) -> Place | None:
    """The middle of the parcels in degrees, with a radius that holds every layer of outlines."""
    boxes = []
    for role in ("parcels", "parks"):
        for part in plan.entries[role].parts if role in plan.entries else []:
            box = _box(part)
            if box is not None:
                boxes.append(box)
    if not boxes:
        return None
    every = np.array(boxes)
    west, south = every[:, 0].min(), every[:, 1].min()
    east, north = every[:, 2].max(), every[:, 3].max()
    lon, lat = (west + east) / 2, (south + north) / 2
    half = np.hypot((east - west) * 111.32 * np.cos(np.radians(lat)), (north - south) * 110.57) / 2
    radius = max(_LEAST_RADIUS_KM, float(np.ceil(2 * half / 10) * 10))
    return Place(lon=round(float(lon), 3), lat=round(float(lat), 3), radius_km=radius)


def _home(parts: list[Part]) -> tuple[float, float, float, float] | None:
    """Degrees of the parcels."""
    boxes = (_box(part) for part in parts if part.guess.role == "parcels")
    return next((box for box in boxes if box is not None), None)


def _box(part: Part) -> tuple[float, float, float, float] | None:
    profile = part.profile
    if profile.bounds is None:
        return None
    if part.crs is not None and part.crs.candidates:
        return part.crs.candidates[0].box
    return None if profile.crs is None else box_of(profile.bounds, profile.crs)


def _packs(division: Division | None) -> list[tuple[str, Wording]]:
    """Rule packs that may apply where the land lies: national ones, and those of the division."""
    out: list[tuple[str, Wording]] = []
    place = "" if division is None else full_name(division)
    for name in shipped():
        head = read_pack(name).head
        region = head.region
        if division is None or head.level == "parcel" or head.in_force_to is not None:
            continue
        if not region or place.startswith(region) or _within_region(region, division):
            out.append((name, Text(head.title_zh, head.title_en)))
    return out


def _within_region(region: str, division: Division) -> bool:
    """Whether a pack is of this division or of a county in it: 四川省内江市隆昌市 for 内江市."""
    named = named_divisions([region])
    return any(one.code == division.code for one in named) or (
        len(named) == 1 and division.code.startswith(named[0].code)
    )
