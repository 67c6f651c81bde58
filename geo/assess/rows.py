"""The ledger of rows (行数账): what became of every row of every table and layer.

read = used + sums + repeats + set aside. Notes, titles and blank rows hold no entry and are counted
apart. Money and land are conserved over the rows that are used; this says which those are.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.arrays import Frames
from geo.assess.part_scope import PartScope, owned_rows
from geo.sources.places import BLOCK

REPEATED = "repeated_row"
"""Code of findings about rows that say again what another row of the table says."""

COLUMNS = ("layer", "read", "used", "sums", "repeats", "set_aside", "notes", "balanced")


def rows_used(
    frames: Frames,
    usable: Frames,
    found: pd.DataFrame,
    names: Iterable[str],
    own: PartScope | None = None,
) -> pd.DataFrame:
    """Rows of these layers that are the part's own: layer, used, repeats, set_aside.

    `frames` are as read, `usable` what the checks left of them, `found` the checks' findings.
    """
    rows = []
    for name in (n for n in names if n in frames):
        held = frames[name][owned_rows(own, name, frames[name])]
        kept = usable[name][owned_rows(own, name, usable[name])]
        repeated = found.loc[(found["layer"] == name) & (found["code"] == REPEATED), "row"]
        again = int(held["source_row"].isin(repeated).sum())
        used = int(kept["source_row"].nunique())  # a building over two parcels is two rows
        rows.append((name, used, again, len(held) - used - again))
    return pd.DataFrame(rows, columns=["layer", "used", "repeats", "set_aside"])


def rows_read(parts: list[pd.DataFrame], read: dict[str, dict[str, int]]) -> pd.DataFrame:
    """The ledger over all parts and layers, in the contract's columns.

    `read` counts what was read of a layer, and left out already (`geo.sources.load.Layers.rows`);
    one that was read in batches has as many rows as its parts used or set aside.
    """
    whole = pd.concat(parts, ignore_index=True).groupby("layer", sort=False).sum().astype("int64")
    rows = []
    for name, used, repeats, aside in whole.itertuples():  # rows-ok: one a layer
        told = read.get(str(name), {})
        again = repeats + told.get("repeats", 0)
        sums = told.get("sums", 0)
        count = told.get("read", used + again + aside + sums)
        rows.append(
            (
                name,
                count,
                used,
                sums,
                again,
                aside,
                told.get("notes", 0),
                count == used + sums + again + aside,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def in_sheets(found: pd.DataFrame, sheets: dict[str, list[str]]) -> pd.DataFrame:
    """Findings with the rows of the sheet that each is about, and its name where there are several.

    While a project is worked out, rows of the k-th sheet of a table are k * BLOCK and more.
    """
    several = [name for name, held in sheets.items() if len(held) > 1]
    here = found["layer"].isin(several) & found["row"].notna()
    if not here.any():
        return found
    out = found.copy()
    number = pd.to_numeric(out.loc[here, "row"]).astype("int64")
    names = pd.Series("", index=number.index, dtype="str")
    for layer in several:
        own = out.loc[number.index, "layer"] == layer
        names[own] = (number[own] // BLOCK).map(dict(enumerate(sheets[layer])))
    out.loc[number.index, "sheet"] = names.where(names != "").astype(object)
    out.loc[number.index, "row"] = (number % BLOCK).astype(object)
    return out
