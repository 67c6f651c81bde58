"""Ids that a table lacks, or that match nothing, found by what the columns hold.

A table that names enterprises by their names only, or parcels by another number than the layer's
first, joins by that column: the one whose values stand on the other side.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.arrays import Series
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

_ENOUGH = 0.6
_BETTER = 0.3
"""Share of values that must be found, and by how much more than by the columns taken first."""
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
        defining = layers[0]
        for name in layers[1:]:
            changed |= _rejoined(column, entries[name], entries[defining], reads, talk)
    return changed


def _rejoined(
    column: str, table: Entry, defining: Entry, reads: Reads, talk: Interview
) -> set[str]:
    """Another pair of columns for one join, where it finds far more than the present one."""
    if len(defining.parts) != 1:
        return set()  # ids of several files are of one kind, or their parts would not be one layer
    base, raw_base = defining.parts[0], reads[defining.role, 0].raw
    changed: set[str] = set()
    for number, part in enumerate(table.parts):
        raw = reads[table.role, number].raw
        now = _present(column, part, base, raw, raw_base)
        least = max(_ENOUGH, (now.share if now else 0.0) + _BETTER)
        if least > 1:
            continue  # nothing can join so much better
        better = [pair for pair in _pairs(raw, raw_base) if pair.share >= least]
        if not better:
            continue
        pair = _asked(column, table, part, now, better[:3], talk)
        if pair is None:
            continue
        part.fields[column] = (pair.heading, None)
        changed.add(table.role)
        if now is None or pair.defining != now.defining:
            base.fields[column] = (pair.defining, None)
            changed.add(defining.role)
    return changed


def of_parcels(sample: pd.DataFrame, reads: Reads) -> Pair | None:
    """The column by which a table that is not known names parcels; None where none does."""
    base = reads.get(("parcels", 0))
    found = [] if base is None else _pairs(sample, base.raw)
    return found[0] if found else None


def _present(
    column: str, part: Part, base: Part, raw: pd.DataFrame, raw_base: pd.DataFrame
) -> Pair | None:
    """The pair of columns that was taken first; None where the table has none."""
    heading, defining = heading_of(column, part, raw), heading_of(column, base, raw_base)
    if heading not in raw or defining not in raw_base:
        return None
    share = shared_share(_texts(raw[heading]), _texts(raw_base[defining]))
    return Pair(heading, defining, share)


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
