"""Ids that a table lacks, or that match nothing, found by what the columns hold.

A table that names enterprises by their names only, or parcels by another number than the layer's
first, joins by that column: the one whose values stand on the other side.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.arrays import Series
from geo.geometry.keys import match_key
from geo.intake.keys import shared_share
from geo.intake.plan import Entry, Part
from geo.intake.questions import Choice, Interview, Question
from geo.intake.read import ReadPart
from geo.model import LAYERS
from geo.project import FieldSource
from geo.sources.columns import columns_by_name
from geo.sources.ids import LAYERS_OF
from geo.text import Message

JOINED = ("enterprise_id", "parcel_id")
"""Ids that money and land join by; a park is found by where a parcel lies."""

_MONEY = ("enterprises", "occupancy", "indicators")
_ENOUGH = 0.6
_BETTER, _NEARLY_ALL, _NEAR = 0.3, 0.95, 0.05
"""Share of values that must be found, by how much more than by the columns taken first (unless it
is nearly all), and what makes no difference."""
_OFFERED = 8
_DISTINCT = 0.98
_COMPARED = 1_000
_COLUMNS = 60

Reads = dict[tuple[str, int], ReadPart]
"""What was read, by role and number of the part."""


@dataclass(frozen=True)
class Pair:
    """A heading of a table and one of the layer that defines the id, and the share that is found."""

    heading: str
    defining: str
    share: float


def rejoined(entries: dict[str, Entry], reads: Reads, talk: Interview) -> set[str]:
    """Take for each id the columns that join best; the roles whose columns changed."""
    changed: set[str] = set()
    for column in JOINED:
        layers = [name for name in LAYERS_OF[column] if name in entries]
        if len(layers) < 2:
            continue
        if len(entries[layers[0]].parts) != 1:
            continue  # ids of several files are of one kind, or they would not be one layer
        for name in layers[1:]:
            changed |= _rejoined(_Join(column, layers, entries, reads), entries[name], talk)
    return changed


@dataclass(frozen=True)
class _Join:
    """Tables that bear an id, the one that defines it first."""

    column: str
    layers: list[str]
    entries: dict[str, Entry]
    reads: Reads

    @property
    def base(self) -> Part:
        return self.entries[self.layers[0]].parts[0]

    @property
    def named(self) -> str:
        """The heading of the register's names where it has ids beside them; "" where none."""
        if self.column != "enterprise_id" or self.layers[0] != "enterprises":
            return ""
        name, ident = (heading_of(c, self.base, self.raw_base) for c in ("name", self.column))
        return "" if name == ident else name

    @property
    def raw_base(self) -> pd.DataFrame:
        return self.reads[self.layers[0], 0].raw

    def present(self, part: Part, raw: pd.DataFrame) -> Pair | None:
        """The pair of columns that was taken first; None where the table has none."""
        heading = heading_of(self.column, part, raw)
        defining = heading_of(self.column, self.base, self.raw_base)
        if heading not in raw or defining not in self.raw_base:
            return None
        share = shared_share(_texts(raw[heading]), _texts(self.raw_base[defining]))
        return Pair(heading, defining, share)

    def others(self, role: str) -> list[tuple[str, Part, pd.DataFrame]]:
        """The parts of the other tables."""
        return [
            (name, part, self.reads[name, number].raw)
            for name in self.layers[1:]
            if name != role
            for number, part in enumerate(self.entries[name].parts)
        ]

    def followers(self, role: str, defining: str) -> list[tuple[str, Part, str]] | None:
        """The headings by which the other tables join another defining column as well.

        None where one of them joins by the present column and not by that: then it stays.
        """
        out = []
        for name, part, raw in self.others(role):
            now = self.present(part, raw)
            if now is None or now.share < _ENOUGH:
                continue
            best = next(iter(_pairs(raw, self.raw_base[[defining]])), None)
            if best is None or best.share < now.share - _NEAR:
                return None
            out.append((name, part, best.heading))
        return out


def _rejoined(join: _Join, table: Entry, talk: Interview) -> set[str]:
    """Another pair of columns for one join, where it finds far more than the present one."""
    changed: set[str] = set()
    for number, part in enumerate(table.parts):
        raw = join.reads[table.role, number].raw
        now = join.present(part, raw)
        share = 0.0 if now is None else now.share
        least = max(_ENOUGH, min(share + _BETTER, _NEARLY_ALL))
        if share + _NEAR > least:
            continue  # nothing can join so much better
        better = [pair for pair in _pairs(raw, join.raw_base) if pair.share >= least]
        if better and join.named == better[0].defining and share < _ENOUGH:
            # A run finds enterprises by their names: the register's ids stay what they are.
            if now is None or now.heading != better[0].heading:
                part.fields[join.column] = (better[0].heading, None)
                part.notes.append(_said(better[0]))
                changed.add(table.role)
            continue
        able = [p for p in better[:_OFFERED] if _defines(p, now, join, table.role)]
        pair = _asked(join.column, table, part, now, able[:3], talk) if able else None
        if pair is None:
            continue
        if now is None or pair.defining != now.defining:
            for name, other, heading in join.followers(table.role, pair.defining) or []:
                other.fields[join.column] = (heading, None)
                changed.add(name)
            join.base.fields[join.column] = (pair.defining, None)
            changed.add(join.layers[0])
        part.fields[join.column] = (pair.heading, None)
        changed.add(table.role)
    return changed


def _defines(pair: Pair, now: Pair | None, join: _Join, role: str) -> bool:
    """Whether the other tables join by the pair's defining column too."""
    same = now is not None and now.defining == pair.defining
    return same or join.followers(role, pair.defining) is not None


def of_parcels(sample: pd.DataFrame, reads: Reads) -> Pair | None:
    """The column by which a table that is not known names parcels; None where none does."""
    base = reads.get(("parcels", 0))
    found = [] if base is None else _pairs(sample, base.raw)
    return found[0] if found else None


def mark_joins(reads: Reads) -> None:
    """Set of every source of enterprises, land and figures whether any id is in another role's.

    A register's names count as its ids do: a table may name its enterprises.
    """
    for column in JOINED:
        held: dict[tuple[str, int], set[str]] = {
            place: _keys_of(read.frame, column, place[0])
            for place, read in reads.items()
            if place[0] in LAYERS_OF[column] and read.frame is not None
        }
        for (role, number), keys in held.items():
            others = [found for (name, _), found in held.items() if name != role]
            if role in _MONEY and keys and any(others):
                reads[role, number].joins &= any(keys & found for found in others)


def _keys_of(frame: pd.DataFrame, column: str, role: str) -> set[str]:
    """What a table's ids, and a register's names, are compared by."""
    named = role == "enterprises" and column == "enterprise_id"
    columns = [c for c in (column, "name" if named else "") if c in frame]
    return {
        str(key)
        for c in columns
        for key in match_key(
            frame[c].dropna().astype("str").drop_duplicates(), credit_codes=c == "enterprise_id"
        )
    }


def heading_of(column: str, part: Part, raw: pd.DataFrame) -> str:
    """The heading that a canonical column is taken from; "" for none."""
    fields = {name: FieldSource(column=heading) for name, (heading, _) in part.fields.items()}
    spec = LAYERS[str(part.guess.role)]
    return columns_by_name(spec, fields, [str(c) for c in raw.columns]).get(column, "")


def _pairs(raw: pd.DataFrame, raw_base: pd.DataFrame) -> list[Pair]:
    """Pairs of columns of which enough values are found, the best first."""
    bases = {h: v for h, v in _candidates(raw_base).items() if _distinct(v)}
    out = []
    for heading, values in _candidates(raw).items():
        few = values.drop_duplicates().head(_COMPARED)
        shares = {name: shared_share(few, known) for name, known in bases.items()}
        out += [Pair(heading, name, share) for name, share in shares.items() if share >= _ENOUGH]
    return sorted(out, key=lambda pair: -pair.share)


def _candidates(raw: pd.DataFrame) -> dict[str, Series]:
    """Columns that may name things: texts and whole numbers of more than two letters."""
    out = {}
    for heading in list(raw.columns)[:_COLUMNS]:
        if heading in ("geometry", "source_row") or pd.api.types.is_float_dtype(raw[heading]):
            continue
        values = _texts(raw[heading])
        if len(values.drop_duplicates()) > 1 and float(values.str.len().median()) >= 3:
            out[str(heading)] = values
    return out


def _texts(values: Series) -> Series:
    """A column as texts; whole numbers of a sheet without their decimals."""
    texts = values.dropna().astype("str").str.strip()
    return texts.str.replace(r"\.0$", "", regex=True)


def _distinct(values: Series) -> bool:
    return values.nunique() >= _DISTINCT * len(values)


def _asked(
    column: str,
    table: Entry,
    part: Part,
    now: Pair | None,
    better: list[Pair],
    talk: Interview,
) -> Pair | None:
    """The pair that was chosen; the best of them where nothing speaks for another."""
    if now is None and (len(better) == 1 or better[0].share - better[1].share > _BETTER):
        part.notes.append(_said(better[0]))
        return better[0]
    offered: list[Pair] = [*better, *([now] if now is not None else [])]
    choices = tuple(Choice(str(k), _said(pair)) for k, pair in enumerate(offered))
    subject = f"{part.profile.name}:{table.role}.{column}"
    spec = LAYERS[table.role].by_name[column]
    text = Message("intake_question.key", source=part.profile.name, column=spec)
    chosen = offered[int(talk.put(Question("key", subject, text, choices)))]
    part.answers.append(talk.answers[-1])
    return None if chosen is now else chosen


def _said(pair: Pair) -> Message:
    return Message(
        "intake_keys.pair", heading=pair.heading, defining=pair.defining, share=pair.share
    )
