"""Ids of one thing in several tables matched though they are written otherwise.

Width, blanks, hidden characters, kinds of dashes, the case of credit codes, and zeros in front that
a sheet has taken away make no other id. The spelling of the layer that defines the id is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Mask, Series
from geo.geometry.keys import HIDDEN, isin_text, match_key, without_hidden
from geo.model import LAYERS
from geo.text import Message, Wording, join

LAYERS_OF = {
    "enterprise_id": ("enterprises", "indicators", "occupancy"),
    "parcel_id": ("parcels", "occupancy", "buildings"),
    "park_id": ("parks", "parcels", "parcels_before", "park_indicators", "platforms", "services"),
}
"""Layers that bear each id, the one that defines it first."""
SHOWN = 3
"""Pairs of spellings that a finding names."""
KINDS: dict[str, Wording] = {
    "hidden": Message("id_kind.hidden"),
    "width": Message("id_kind.width"),
    "blanks": Message("id_kind.blanks"),
    "case": Message("id_kind.case"),
    "dashes": Message("id_kind.dashes"),
    "zeros": Message("id_kind.zeros"),
}


def match_ids(
    frames: Frames, columns: Iterable[str] = tuple(LAYERS_OF)
) -> tuple[Frames, pd.DataFrame]:
    """The layers with these ids as their defining layers write them, and a finding a table on how.

    Where a project has no such layer, the first that bears the id defines it.
    """
    out, notes = dict(frames), []
    for column in columns:
        layers = LAYERS_OF[column]
        held = [name for name in layers if column in out.get(name, ())]
        for name in held:
            values = out[name][column]
            seen = without_hidden(values).set_axis(values.index)
            notes.append(_replace(out, name, column, seen, "hidden"))
        if not held:
            continue
        spelling = cache(partial(_spellings_of, [out[name] for name in held], held[0], column))
        for name in held:
            if LAYERS[name].key == (column,):
                continue  # two spellings in the defining layer are a repeat: the checks tell it
            respelled = _respelled(out, name, held[0], column, spelling)
            notes.append(_replace(out, name, column, respelled, "likeness"))
        for name in held[1:]:
            padded = _zeros(out[name][column], out[held[0]][column])
            notes.append(_replace(out, name, column, padded, "zeros"))
    return out, findings.gather_findings(notes)


def _respelled(
    frames: Frames, name: str, first: str, column: str, spelling: Callable[[], Series]
) -> Series:
    """The ids of a layer as the first of their layers writes them."""
    values: Series = frames[name][column]
    known = (
        isin_text(values, frames[first][column]) if name != first else np.zeros(len(values), bool)
    )
    other = values.notna().to_numpy() & ~known
    if not other.any():
        return values
    key = match_key(values[other], credit_codes=column == "enterprise_id")
    shown = pd.Series(key.map(spelling()).to_numpy(), index=values.index[other], dtype="str")
    return values.mask(other, shown.reindex(values.index).fillna(values))


def _spellings_of(frames: list[Any], first: str, column: str) -> Series:
    """How each id is written, without those that the layer `first` writes in two ways."""
    spelling = _spellings([frame[column] for frame in frames], column)
    if LAYERS[first].key == (column,):
        spelling = spelling.drop(_ambiguous(frames[0][column], column), errors="ignore")
    return spelling


def _spellings(columns: list[Series], column: str) -> Series:
    """The first spelling of each id, by what it is compared by."""
    shown = pd.concat([c.dropna().drop_duplicates() for c in columns], ignore_index=True)
    key = match_key(shown, credit_codes=column == "enterprise_id")
    first = ~key.duplicated().to_numpy()
    return pd.Series(shown[first].to_numpy(), index=key[first], name=column)


def _ambiguous(defining: Series, column: str) -> list[str]:
    """What several ids of the defining layer are compared by alike: a likeness names none."""
    ids = defining.dropna().drop_duplicates()
    key = match_key(ids, credit_codes=column == "enterprise_id")
    return [str(name) for name in key[key.duplicated().to_numpy()].unique()]


def _zeros(values: Series, defining: Series) -> Series:
    """Ids that match nothing, with the zeros in front that one side has lost.

    Only where it is sure: whole numbers, of one length on the side that kept the zeros, of which
    no two are one number.
    """
    strange = values.notna().to_numpy() & ~isin_text(values, defining)
    numbers = values.str.fullmatch("[0-9]+").fillna(False).to_numpy(bool) & strange
    if not numbers.any():
        return values
    known = defining.dropna().drop_duplicates()
    known = known[known.str.fullmatch("[0-9]+").to_numpy(bool)]
    bare = known.str.lstrip("0")
    lost = values[numbers]
    fixed = any(len(ids.str.len().unique()) == 1 for ids in (known, lost))
    if not fixed or bare.duplicated().any():
        return values
    full_of_bare = pd.Series(known.to_numpy(), index=bare.to_numpy())
    found = pd.Series(
        lost.str.lstrip("0").map(full_of_bare).to_numpy(), index=lost.index, dtype="str"
    )
    return values.mask(numbers, found.reindex(values.index).fillna(values))


def _replace(frames: Frames, name: str, column: str, shown: Series, by: str) -> pd.DataFrame:
    """Put the spelling in place; the finding that says what differed, and what they were matched by."""
    values = frames[name][column]
    if shown is values:
        return findings.no_findings()
    changed = ((values != shown) & values.notna()).fillna(False).to_numpy(dtype=bool)
    if not changed.any():
        return findings.no_findings()
    frames[name] = frames[name].assign(**{column: shown})
    before, after = values[changed].astype("str"), shown[changed].astype("str")
    count = {kind: int(mask.sum()) for kind, mask in _differences(before, after).items()}
    kinds = [kind for kind, n in count.items() if n]
    pairs = [
        f"{was} → {now}"
        for was, now in list(dict.fromkeys(zip(before, after, strict=True)))[:SHOWN]
    ]
    return findings.about_layer(
        name,
        "ids_matched",
        Message(
            "ids.cells_written_otherwise_taken_same",
            column=column,
            count=len(before),
            kinds=join(
                Message("ids.kind_and_count", kinds=KINDS[k], count=count[k]) for k in kinds
            ),
            pairs=join(pairs, "semicolon"),
            by=by,
        ),
        Message("ids.write_ids_in_way"),
        "info",
    )


def _differences(before: Series, after: Series) -> dict[str, Mask]:
    """In what the spellings of an id differ."""

    def flags(mask: Mask | Series) -> Mask:
        return np.asarray(pd.Series(mask).fillna(False).to_numpy(dtype=bool))

    wide = before.str.normalize("NFKC")
    return {
        "hidden": flags(before.str.contains(HIDDEN, regex=True)),
        "width": flags(
            wide.str.replace(r"\s", "", regex=True) != before.str.replace(r"\s", "", regex=True)
        ),
        "blanks": flags(before.str.contains(r"\s", regex=True)),
        "case": flags((before.str.upper() == after.str.upper()) & (before != after)),
        "dashes": flags(before.str.contains("[\u2010-\u2015\u2212]", regex=True)),
        "zeros": flags(before.str.lstrip("0") == after.str.lstrip("0")),
    }
