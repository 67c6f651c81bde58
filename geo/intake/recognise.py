"""`recognise`: an office's folder read, and what each of its sources is taken for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from geo.intake.areas import units_by_parcels
from geo.intake.columns import SURE
from geo.intake.ground import apart_or_asked
from geo.intake.model import ColumnGuess, ConstantGuess, Evidence, Intake, RoleGuess, SourceProfile
from geo.intake.names import spoken_roles, unused_word
from geo.intake.occupants import with_occupants
from geo.intake.pictures import raster_role
from geo.intake.reading import read_folder
from geo.intake.references import references
from geo.intake.roles import Weighed, weigh
from geo.intake.twins import without_sums, without_twins
from geo.intake.view import View
from geo.intake.weights import is_summary
from geo.intake.wide_years import stacked, years_apart
from geo.model import LAYERS
from geo.sources.columns import heading_years
from geo.sources.measure_rows import measures_in_rows
from geo.text import Message, Wording

TAKEN = 0.7
"""Score from which a role is sure, if no other comes near."""
ASKED = 0.35
"""Score from which a role is asked about."""
GAP = 0.12
_LEDGER = ("enterprises", "occupancy", "indicators")
"""Roles that one sheet may have together."""
_FIGURES = ("indicators", "park_indicators")


def recognise(folder: Path) -> Intake:
    """Read a folder and say what each of its sources is, column by column.

    Parameters
    ----------
    folder
        An office's folder, with whatever is in it.

    Returns
    -------
    Intake
        Profiles in the order of their paths; at least one guess each, several where one sheet
        holds enterprises, the land they occupy and their figures. What is not sure is marked so.
    """
    read = read_folder(folder)
    views = [View(profile) for profile in read.profiles]
    first = [guess for view in views for guess in guesses_of(view)]
    # Beside what parcels, parks and enterprises are called, columns are looked at once more.
    known = references(first)
    guesses = (
        [guess for view in views for guess in guesses_of(view.beside(known))] if known else first
    )
    guesses = without_twins(guesses)
    guesses = without_sums(guesses)
    guesses = apart_or_asked(_only_parcels(guesses))
    guesses = with_occupants(units_by_parcels(guesses))
    found = [
        Message("intake_finding.hidden_sheet", source=profile.name)
        for profile in read.profiles
        if profile.hidden
    ]
    texts: list[Wording] = [*found, *(_about(guess) for guess in guesses if guess.summary)]
    return Intake(str(folder), read.profiles, tuple(guesses), tuple(texts), read.not_read)


def _only_parcels(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """A survey's land-use polygons asked about as parcels, where the folder has no other parcels."""
    if any(g.role in ("parcels", "parcels_before") for g in guesses):
        return guesses
    return [_as_parcels(g) if _might_be(g, "parcels") else g for g in guesses]


def _might_be(guess: RoleGuess, role: str) -> bool:
    return guess.role is None and any(r == role and s >= TAKEN for r, s in guess.scores)


def _as_parcels(guess: RoleGuess) -> RoleGuess:
    best = next(w for w in weigh(View(guess.profile)) if w.role == "parcels")
    text = Message("intake_reason.only_polygons")
    reason = Evidence(text, speaks_for=True, weight=0.3)
    scores = (("parcels", 0.5), *(pair for pair in guess.scores if pair[0] != "parcels"))
    reasons = (reason, *guess.reasons, *best.reasons)
    return _guess(guess.profile, best, scores, sure=False, reasons=reasons)


def _about(guess: RoleGuess) -> Wording:
    return Message("intake_finding.summary", source=guess.profile.name)


def guesses_of(view: View) -> list[RoleGuess]:
    """What one source is taken for, by itself; where its figures are a column a year, year by year."""
    apart = [] if view.profile.kind != "table" else years_apart(view)
    if not apart:
        return _guesses(view)
    undated_roles = [g for g in _guesses(apart[-1].view) if g.role not in _FIGURES]
    out = [replace(g, profile=view.profile) for g in undated_roles if g.role is not None]
    for part in apart:
        text = Message("intake_reason.year_of_headings", year=part.year)
        reason = Evidence(text, speaks_for=True, weight=0.5)
        year = ConstantGuess("year", part.year, sure=True, reasons=(reason,))
        out += [
            replace(
                g,
                profile=view.profile,
                constants=(*g.constants, year),
                # Its reader sees the headings of the other years too: each must be written.
                columns=tuple(replace(c, known=c.known and not _dated(c)) for c in g.columns),
            )
            for g in _guesses(part.view)
            if g.role in _FIGURES
        ]
    return out or _guesses(view)


def _dated(column: ColumnGuess) -> bool:
    return len(heading_years([column.heading])) == 1


def _guesses(view: View) -> list[RoleGuess]:
    """What a source is taken for, its columns by the headings that a run will see."""
    return [_as_read(guess) for guess in _weighed_roles(view)]


def _as_read(guess: RoleGuess) -> RoleGuess:
    """Without the column of years that the reader makes of headings, and for figures alone."""
    held = set(guess.profile.headings)
    kept = tuple(
        c
        for c in guess.columns
        if c.heading in held or (guess.role in _FIGURES and c.column != "year")
    )
    return guess if len(kept) == len(guess.columns) else replace(guess, columns=kept)


def _weighed_roles(view: View) -> list[RoleGuess]:
    profile = view.profile
    if profile.kind == "raster":
        return [raster_role(profile)]
    view = stacked(view)
    # The columns are those of a row a year; the source is the office's.
    weighed = [w for w in weigh(view) if w.score >= ASKED / 2]
    word = unused_word(profile)
    if word and not (weighed and _outspoken(weighed[0])):
        text = Message("intake_reason.unused_layer", word=word)
        return [_unused(profile, weighed, Evidence(text, speaks_for=True, weight=0.9))]
    if is_summary(view) and not any(
        w.role == "park_indicators" and w.score > TAKEN for w in weighed
    ):
        text = Message("intake_reason.summary")
        unused = _unused(profile, weighed, Evidence(text, speaks_for=True, weight=0.8))
        return [replace(unused, summary=True)]
    ledger = [w for w in weighed if w.role in _LEDGER and w.score >= ASKED]
    others = [w for w in weighed if w.role not in _LEDGER]
    if ledger and (not others or ledger[0].score >= others[0].score):
        return _of_ledger(profile, ledger, weighed)
    if not weighed or weighed[0].score < ASKED:
        heading, _ = measures_in_rows(profile.sample)
        text = Message("intake_reason.nothing_known")
        if heading:
            text = Message("intake_reason.measures_in_rows", heading=heading)
        return [_unused(profile, weighed, Evidence(text, speaks_for=True, weight=0.5))]
    return [_single(profile, weighed)]


def _outspoken(best: Weighed) -> bool:
    """Whether columns that are sure show a role, whatever a name says."""
    return best.score >= TAKEN and sum(c.sure and c.certainty > 0.9 for c in best.columns) >= 3


def _scores(weighed: list[Weighed]) -> tuple[tuple[str | None, float], ...]:
    best = max((w.score for w in weighed), default=0.0)
    scores: list[tuple[str | None, float]] = [(w.role, round(w.score, 3)) for w in weighed]
    scores.append((None, round(1 - best, 3)))
    return tuple(sorted(scores, key=lambda pair: -pair[1]))


def _unused(profile: SourceProfile, weighed: list[Weighed], reason: Evidence) -> RoleGuess:
    scores = _scores(weighed)
    return RoleGuess(
        profile,
        None,
        sure=not weighed or weighed[0].score < TAKEN or reason.weight >= 0.8,
        scores=((None, reason.weight), *(pair for pair in scores if pair[0] is not None)),
        reasons=(reason,),
    )


def _single(profile: SourceProfile, weighed: list[Weighed]) -> RoleGuess:
    """The likeliest of roles that exclude each other; sure where the next is far behind."""
    best = weighed[0]
    rival = weighed[1] if len(weighed) > 1 else None
    near = rival is not None and best.score - rival.score < GAP
    reasons = list(best.reasons)
    if near and rival is not None:
        text = Message("intake_reason.may_be_role", role=_title(rival.role))
        reasons.append(Evidence(text, speaks_for=False, weight=0.5))
    sure = best.score >= TAKEN and not near and not set(best.lacking) - {"year"}
    if profile.form == "dxf":
        return _of_drawing(profile, best, _scores(weighed))
    return _guess(profile, best, _scores(weighed), sure=sure, reasons=tuple(reasons))


def _of_drawing(
    profile: SourceProfile, best: Weighed, scores: tuple[tuple[str | None, float], ...]
) -> RoleGuess:
    """Closed lines of a drawing, that only an office knows: parcels if its name does not say else."""
    text = Message("intake_reason.drawing")
    reasons = (*best.reasons, Evidence(text, speaks_for=False, weight=1.0))
    named = max(spoken_roles(profile).items(), key=lambda pair: pair[1], default=("parcels", ()))
    guess = _guess(profile, best, scores, sure=False, reasons=reasons)
    if named[0] in ("parcels", best.role):
        return guess
    return replace(guess, role=None, scores=((None, 1.0), *scores))


def _of_ledger(
    profile: SourceProfile, ledger: list[Weighed], weighed: list[Weighed]
) -> list[RoleGuess]:
    """A guess for each role of a sheet of enterprises: register, land, figures."""
    out = []
    for one in ledger:
        ident = one.by_name.get("enterprise_id")
        known = ident is not None and ident.certainty >= SURE
        doubted = any(not e.speaks_for and e.weight >= 1 for e in one.reasons)
        sure = one.score >= TAKEN and known and not doubted and not set(one.lacking) - {"year"}
        out.append(_guess(profile, one, _scores(weighed), sure=sure, reasons=one.reasons))
    return out


def _guess(
    profile: SourceProfile,
    best: Weighed,
    scores: tuple[tuple[str | None, float], ...],
    *,
    sure: bool,
    reasons: tuple[Evidence, ...],
) -> RoleGuess:
    return RoleGuess(
        profile,
        best.role,
        sure=sure,
        scores=scores,
        reasons=reasons,
        columns=best.columns,
        constants=best.constants,
        lacking=best.lacking,
        row_id=best.row_id,
    )


def _title(role: str) -> Wording:
    return LAYERS[role].title
