"""Sources that hold the same rows: copies and earlier states, which must not be counted twice.

Also which of two layers of parcels is the earlier one, and which of several lists of enterprises
is the register.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.intake.lexicon import called, folded, terms, words
from geo.intake.model import ColumnGuess, Evidence, RoleGuess, SourceProfile
from geo.intake.names import part_of_year_named, spoken_roles
from geo.model import LAYERS, MEASURES
from geo.model.units import squashed
from geo.text import Message

SAME = 0.8
_SUMS = "汇总"
"""Share of ids in common from which two sources are of the same things."""

_MEASURES = {c.name for c in MEASURES}
_ATTRIBUTES = (
    "industry_code",
    "industry_name",
    "above_scale",
    "high_tech",
    "role",
    "status",
    "founded_on",
    "in_production_on",
    "chain_segment",
)


def without_twins(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """The guesses with copies left out, and rivals for one role asked about."""
    guesses = _without_copies(guesses)
    guesses = _earlier_parcels(guesses)
    return _once(_one_register(guesses))


def without_sums(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """Sums by park (分园区汇总) beside the list of enterprises that they are of are not used."""
    listed = {c.column for g in guesses if g.role == "indicators" for c in g.columns} & _MEASURES
    out = []
    for guess in guesses:
        held = {c.column for c in guess.columns} & _MEASURES
        named = folded(guess.profile.name + "".join(guess.profile.titles[:2]))
        sums = guess.role == "park_indicators" and held <= listed and _SUMS in named
        out.append(_as_sums(guess) if sums else guess)
    return out


def _as_sums(guess: RoleGuess) -> RoleGuess:
    reason = Evidence(Message("intake_reason.summary_of_list"), speaks_for=False, weight=0.8)
    return replace(
        guess,
        role=None,
        sure=True,
        summary=True,
        scores=((None, 0.8), *(pair for pair in guess.scores if pair[0] is not None)),
        reasons=(reason, *guess.reasons),
        columns=(),
        lacking=(),
    )


def _once(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """Of a source that is left out for one role, nothing where it has another, else one guess."""
    used = {id(g.profile) for g in guesses if g.role is not None}
    out: list[RoleGuess] = []
    for guess in guesses:
        profile = id(guess.profile)
        if guess.role is None and profile in used:
            continue
        used.add(profile)
        out.append(guess)
    return out


def ids_of(guess: RoleGuess) -> frozenset[str]:
    """The ids that a source's sample holds, as they are compared."""
    if guess.role is None or guess.role not in LAYERS:
        return frozenset()
    return cells_of(guess, LAYERS[guess.role].id_column)


def cells_of(guess: RoleGuess, column: str) -> frozenset[str]:
    """The different cells that a source's sample has in a column, as ids are compared."""
    ident = next((c for c in guess.columns if c.column == column), None)
    if ident is None or ident.heading not in guess.profile.sample:
        return frozenset()
    values = guess.profile.sample[ident.heading].dropna().astype("str").unique()
    return frozenset(squashed(value) for value in values)


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller of two sets that is in the other."""
    return len(one & other) / max(min(len(one), len(other)), 1)


def copy_word(profile: SourceProfile) -> str:
    """The word in its name by which a source is a copy of another; "" where there is none."""
    plain = folded(profile.path) + folded(profile.part or "")
    return next((w for w in sorted(words("copies", "words")) if w in plain), "")


def _without_copies(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """Of sources with the same headings, ids and years one is kept, the others are left.

    What calls itself a copy, is a hidden sheet, or holds the very same cells is left for sure;
    else the office is asked which one counts.
    """
    out = list(guesses)
    for group in _groups(guesses):
        kept = min(group, key=lambda g: (_is_copy(g), ".zip/" in g.profile.path.lower()))
        for guess in group:
            if guess is kept:
                continue
            sure = (_is_copy(guess) and not _is_copy(kept)) or _same_cells(guess, kept)
            out[out.index(guess)] = _left(guess, kept, sure=sure)
            if not sure:
                place = next(
                    i
                    for i, g in enumerate(out)
                    if g.profile is kept.profile and g.role == kept.role
                )
                out[place] = _doubted(out[place], guess)
    return out


def _groups(guesses: list[RoleGuess]) -> list[list[RoleGuess]]:
    """Guesses that are twins of one another, those without a twin left out."""
    groups: list[list[RoleGuess]] = []
    for guess in guesses:
        group = next((g for g in groups if _is_twin(guess, g[0])), None)
        if group is None:
            groups.append([guess])
        else:
            group.append(guess)
    return [group for group in groups if len(group) > 1]


def _is_copy(guess: RoleGuess) -> bool:
    return guess.profile.hidden or bool(copy_word(guess.profile))


def _same_cells(guess: RoleGuess, other: RoleGuess) -> bool:
    one, two = (
        pd.DataFrame(g.profile.sample).drop(columns="geometry", errors="ignore")
        for g in (guess, other)
    )
    return one.astype("str").reset_index(drop=True).equals(two.astype("str").reset_index(drop=True))


def _is_twin(guess: RoleGuess, other: RoleGuess) -> bool:
    if other is guess or guess.role is None or guess.role != other.role:
        return False
    if guess.profile is other.profile or guess.profile.shape != other.profile.shape:
        return False
    if _measures(guess) != _measures(other):
        return False
    if _period(guess) != _period(other) and not _same_cells(guess, other):
        return False
    held, others_held = set(guess.profile.headings), set(other.profile.headings)
    if len(held & others_held) < SAME * max(len(held | others_held), 1):
        return False
    ids, others = ids_of(guess), ids_of(other)
    return bool(ids) and shared(ids, others) >= SAME and len(ids) * 2 > len(others) > len(ids) / 2


def _measures(guess: RoleGuess) -> set[str]:
    return {c.column for c in guess.columns} & _MEASURES


def _period(guess: RoleGuess) -> tuple[tuple[int, ...], str]:
    """The years that a source names, and the part of a year."""
    return _years(guess), part_of_year_named(guess.profile)[1]


def _years(guess: RoleGuess) -> tuple[int, ...]:
    """Every year that a source names, in any place."""
    return tuple(sorted({year for years in guess.profile.years.values() for year in years}))


def _left(guess: RoleGuess, twin: RoleGuess, *, sure: bool) -> RoleGuess:
    text = Message("intake_reason.copy_of", source=twin.profile.name)
    reason = Evidence(text, speaks_for=False, weight=0.9)
    return replace(
        guess,
        role=None,
        sure=sure,
        scores=((None, 0.9), *(pair for pair in guess.scores if pair[0] is not None)),
        reasons=(reason, *guess.reasons),
        columns=(),
        constants=(),
        lacking=(),
        row_id=False,
    )


def _doubted(guess: RoleGuess, twin: RoleGuess) -> RoleGuess:
    text = Message("intake_reason.same_rows", source=twin.profile.name)
    reason = Evidence(text, speaks_for=False, weight=0.5)
    return replace(guess, sure=False, reasons=(*guess.reasons, reason))


def _earlier_parcels(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """Of two layers of the same parcels, the one of an earlier year, or called so, is the earlier.

    Only its name makes it sure; years alone are asked about.
    """
    layers = [g for g in guesses if g.role == "parcels"]
    out = []
    for guess in guesses:
        later = [
            g for g in layers if g is not guess and guess.role == "parcels" and _is_later(g, guess)
        ]
        out.append(_as_earlier(guess, later[0]) if later else guess)
    return out


def _is_later(other: RoleGuess, guess: RoleGuess) -> bool:
    named = _called_earlier(guess) and not _called_earlier(other)
    held, others_held = _years(guess), _years(other)
    newer = bool(held and others_held and max(others_held) > max(held))
    return (named or newer) and shared(ids_of(guess), ids_of(other)) > 0.3


def _same_form(guess: RoleGuess, later: RoleGuess) -> bool:
    """Whether two layers are one layer of two years: the same columns and nearly the same parcels."""
    one_year = all(len(_years(g)) == 1 for g in (guess, later))
    same = set(guess.profile.headings) == set(later.profile.headings)
    return one_year and same and shared(ids_of(guess), ids_of(later)) >= SAME


def _called_earlier(guess: RoleGuess) -> bool:
    return "parcels_before" in spoken_roles(guess.profile)


def _as_earlier(guess: RoleGuess, later: RoleGuess) -> RoleGuess:
    named = _called_earlier(guess)
    text = Message("intake_reason.earlier_than", source=later.profile.name)
    kept: tuple[ColumnGuess, ...] = tuple(
        c for c in guess.columns if c.column in LAYERS["parcels_before"].by_name
    )
    return replace(
        guess,
        role="parcels_before",
        sure=guess.sure and (named or _same_form(guess, later)),
        scores=(("parcels_before", 0.8), *guess.scores),
        reasons=(Evidence(text, speaks_for=True, weight=0.7), *guess.reasons),
        columns=kept,
    )


def _one_register(guesses: list[RoleGuess]) -> list[RoleGuess]:
    """Sheets of figures or land are no register of enterprises where another sheet is one."""
    lists = [g for g in guesses if g.role == "enterprises"]
    if len(lists) < 2:
        return guesses
    dropped = set()
    for guess in lists:
        others = [
            g
            for g in lists
            if g is not guess and id(g) not in dropped and _says_more(g, guess, guesses)
        ]
        same = any(shared(ids_of(guess), ids_of(other)) > 0.1 for other in others)
        if same or any(_names_of(guess, other) for other in lists):
            dropped.add(id(guess))
    kept = [g for g in guesses if id(g) not in dropped]
    profiles = {id(g.profile) for g in kept}
    # A list that is nothing else stays, as one that is not used.
    for guess in guesses:
        if id(guess) in dropped and id(guess.profile) not in profiles:
            twin = next(g for g in kept if g.role == "enterprises")
            kept.append(_left(guess, twin, sure=False))
    return kept


def _names_of(guess: RoleGuess, other: RoleGuess) -> bool:
    """Whether a list by names alone (汇总) says no more than a register of names and codes."""
    ids, names = ids_of(guess), cells_of(other, "name")
    told = {c.column for c in guess.columns} - {"enterprise_id", "name"}
    known = {c.column for c in other.columns}
    return bool(ids) and ids <= names and not ids & ids_of(other) and told <= known


def _says_more(other: RoleGuess, guess: RoleGuess, guesses: list[RoleGuess]) -> bool:
    """Whether another list is rather the register: more attributes, nothing but a register."""
    named = frozenset[str]().union(*(ids_of(g) for g in guesses if _by_name(g)))

    def rank(one: RoleGuess) -> tuple[int, int, int, int]:
        # Who stands in other lists by name alone is found by the names of the register.
        found = 0 if _by_name(one) else len(cells_of(one, "name") & named)
        attributes = sum(c.column in _ATTRIBUTES and c.certainty > 0.7 for c in one.columns)
        roles = sum(g.profile is one.profile for g in guesses)
        return found, attributes, -roles, one.profile.rows

    return rank(other) > rank(guess)


def _by_name(guess: RoleGuess) -> bool:
    """Whether a list gives names in place of ids."""
    ident = next((c.heading for c in guess.columns if c.column == "enterprise_id"), None)
    if ident is None:
        return False
    known = terms("enterprises")
    return any(term.column == "name" for name in called(ident) for term in known.get(name, ()))
