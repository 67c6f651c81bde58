"""Ids where parcels are read in batches: what a likeness names, and what repeats, hangs on all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.sources.ids import LAYERS_OF, match_ids
from geo.sources.parked import ParkedTable
from geo.sources.streams import ReadWholeError

_PARKS = "park_id"


class BatchIds:
    """Matches the ids of parks batch by batch, and knows whether the whole would do the same.

    `layers` are those that were read at once.
    """

    def __init__(self, layers: Mapping[str, Any]) -> None:
        self._layers = {
            name: layers[name][[_PARKS]]
            for name in LAYERS_OF[_PARKS]
            if name in layers and _PARKS in layers[name]
        }
        self._shown: dict[str, str] = {}

    def matched(self, parcels: Any) -> tuple[Any, pd.DataFrame, dict[str, str]]:
        """A batch with its ids as the parks write them, findings, and how it writes each id."""
        parks = {name: ids for name, ids in self._layers.items() if name == "parks"}
        fitted, notes = match_ids({**parks, "parcels": parcels})
        if _PARKS not in parcels:
            return fitted["parcels"], notes, {}
        written, shown = parcels[_PARKS], fitted["parcels"][_PARKS]
        first = written.notna() & ~written.duplicated()
        return fitted["parcels"], notes, dict(zip(written[first], shown[first], strict=True))

    def see(self, of_batch: dict[str, str]) -> None:
        """How a batch writes each id. Raises ReadWholeError where another writes it otherwise."""
        if any(self._shown.get(text, now) != now for text, now in of_batch.items()):
            raise ReadWholeError
        self._shown |= of_batch

    def check(self) -> None:
        """Raise ReadWholeError where all batches together would have been matched otherwise."""
        if not self._shown:
            return
        written = pd.DataFrame({_PARKS: pd.Series(list(self._shown), dtype="str")})
        held = {**self._layers, "parcels": written}
        out, _ = match_ids(held)
        expected = self._layers | {
            "parcels": written.assign(**{_PARKS: list(self._shown.values())})
        }
        if any((out[name][_PARKS] != ids[_PARKS]).any() for name, ids in expected.items()):
            raise ReadWholeError


def check_repeats(occupancy: ParkedTable, shown: pd.DataFrame, repeats: int) -> None:
    """Raise ReadWholeError where a row of who holds land may repeat another only by its parcel's id.

    `shown` are the ids as the parcels write them; `repeats` rows that were left out already are not
    among them. Shares of land were added up by the ids of the table.
    """
    written = occupancy.ids
    other = (written["parcel_id"] != shown["parcel_id"]) & shown["parcel_id"].notna()
    if not other.any():
        return
    again = shown.duplicated(["enterprise_id", "parcel_id"], keep=False)
    if repeats or (other & again).any() or "share" in occupancy.whole(("share",)):
        raise ReadWholeError
