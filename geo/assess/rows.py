"""The ledger of rows (行数账): what became of every row of every table and layer.

read = used + sums + repeats + set aside. Notes, titles and blank rows hold no entry and are counted
apart. Money and land are conserved over the rows that are used; this says which those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from geo.arrays import Frames
from geo.assess.part_scope import PartScope, owned_rows
from geo.sources.load import Layers
from geo.sources.places import RowPlaces

REPEATED = "repeated_row"
"""Code of findings about rows that say again what another row of the table says."""

LISTING_ROWS = ("duplicate_id",)
"""Codes of findings whose `value` lists rows of the layer."""

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
    for name, used, repeats, unused in whole.itertuples():  # rows-ok: one a layer
        told = read.get(str(name), {})
        aside = unused + told.get("aside", 0)
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


def rows_by_file(layers: Layers, usable: Frames) -> pd.DataFrame:
    """How many rows of each file were read and are used: layer, file, read, used.

    `usable` are what the checks left. Of files that are joined by their key a row counts as used in
    the first that has it.
    """
    rows = []
    for name, read in layers.by_file.items():
        places = layers.places[name]
        used = pd.unique(usable[name]["source_row"]) if name in usable else []
        files = pd.Series(np.asarray(places.files, dtype=object)[places.number(used)], dtype="str")
        count = files.value_counts()
        rows += [(name, file, n, int(count.get(file, 0))) for file, n in read.items()]
    return pd.DataFrame(rows, columns=["layer", "file", "read", "used"])


def in_sheets(found: pd.DataFrame, places: Mapping[str, RowPlaces]) -> pd.DataFrame:
    """Findings with the rows as the file and sheet count them, and its name where there are several.

    While a project is worked out, rows of the k-th place of a table are counted from its start on.
    """
    several = {name: held for name, held in places.items() if held.several}
    numbered = found["layer"].isin(several) & found["row"].notna()
    if not numbered.any():
        return found
    out = found.copy()
    for layer, held in several.items():
        of_layer = numbered & (out["layer"] == layer)
        rows = pd.to_numeric(out.loc[of_layer, "row"]).to_numpy(dtype="int64")
        listed = of_layer & out["code"].isin(LISTING_ROWS)
        texts = out.loc[listed, "value"]
        shown = {
            text: _placed(text, held) for text in texts.unique()
        }  # rows-ok: an id that repeats
        out.loc[listed, "value"] = texts.map(shown)
        names = pd.Series(held.names(rows), index=out.index[of_layer], dtype=object)
        out.loc[of_layer, "sheet"] = names.where(names != "", None)
        out.loc[of_layer, "row"] = held.within(rows).astype(object)
    return out


def _placed(text: str, places: RowPlaces) -> str:
    """Rows listed in a text, each behind the name of its place: 3, 1048580 → A.csv 3, B.csv 4."""

    def shown(found: re.Match[str]) -> str:
        row = int(found[0])
        number = int(places.number([row])[0])
        name = places.label(number) if len(set(places.files)) > 1 else places.sheets[number]
        return f"{name} {places.within([row])[0]}".strip()

    return re.sub(r"\d+", shown, text)
