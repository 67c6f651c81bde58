"""What the names of a source say: of its sheet or layer, its file, titles and folders."""

from __future__ import annotations

from pathlib import PurePosixPath

from geo.intake.lexicon import Named, folded, roles_named, without_role
from geo.intake.model import SourceProfile
from geo.land.zone_kinds import kinds as zone_kinds
from geo.model.periods import first_part_of_year


def names_of(profile: SourceProfile) -> list[tuple[str, float]]:
    """The names by which a source may be known, with how much each says."""
    place = PurePosixPath(profile.path)
    stem = place.name.removesuffix(place.suffix)
    out = [(stem, 1.0)] if profile.part is None else [(profile.part, 1.0), (stem, 0.7)]
    out += [(title, 0.6) for title in profile.titles[:3]]
    return [*out, (str(place.parent), 0.3)]


def spoken_roles(profile: SourceProfile) -> dict[str, tuple[float, str]]:
    """Roles that its names speak of: how much (0 to 1), and the word."""
    out: dict[str, tuple[float, str]] = {}
    for name, weight in names_of(profile):
        for place, named in enumerate(roles_named(name)):
            says = weight * (1.0 if place == 0 else 0.4)
            if says > out.get(named.role, (0.0, ""))[0]:
                out[named.role] = (says, named.word)
    return out


def unused_word(profile: SourceProfile) -> str:
    """The word by which a source is one that mujun has no use for; "" where there is none.

    The sheet's or layer's own name goes before the file's.
    """
    for name, weight in names_of(profile)[:2]:
        word = without_role(name)
        named: tuple[Named, ...] = roles_named(name)
        if word and not (named and len(named[0].word) >= len(word) and not word.isascii()):
            return word
        if named and weight >= 1:
            return ""
    return ""


def part_of_year_named(profile: SourceProfile) -> tuple[str, str]:
    """The title, sheet, file or folder of a source that speaks of a part of a year, and that part.

    Blanks where none does.
    """
    place = PurePosixPath(profile.path)
    places = (*profile.titles, place.name, *reversed(place.parent.parts))
    return first_part_of_year(places, [profile.part] if profile.part else [])


def control_line(profile: SourceProfile) -> str:
    """The kind of control line that a name speaks of: 永久基本农田 for YJJBNTTB."""
    for name, _ in names_of(profile)[:2]:
        plain = folded(name)
        for kind in zone_kinds().values():
            if any(folded(word) in plain for word in kind["words"] if not word.isdigit()):
                return str(kind["zh"])
    return ""
