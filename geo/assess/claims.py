"""Who holds what land, the rows of occupancy that cannot be used among it."""

from __future__ import annotations

import pandas as pd

from geo.arrays import Frames
from geo.assess.part_scope import PartScope
from geo.checks.occupancy import no_land
from geo.geometry.keys import isin_text
from geo.sources.load import Layers

NO_PARCEL = "—"
"""Stands for the parcel of a row of occupancy that cannot be used: it names none."""


def claims_of(layers: Layers, usable: Frames) -> pd.DataFrame:
    """Who holds what land: the usable rows, and those set aside as land that is on no parcel.

    An enterprise with 1 ha on A and 1 ha on a row without its parcel has half of its money on A:
    without the second row A would seem twice as good.
    """
    held: pd.DataFrame = usable["occupancy"]
    read = layers["occupancy"]
    lost = read[
        ~read["source_row"].isin(held["source_row"])
        & read["enterprise_id"].notna()
        & ~no_land(read)
    ]
    if lost.empty:
        return held
    for name in lost.columns.intersection(["area_m2", "share"]):
        lost = lost.assign(**{name: lost[name].where(lost[name] > 0)})
    both: pd.DataFrame = pd.concat([held, lost.assign(parcel_id=NO_PARCEL)], ignore_index=True)
    return both


def about_claims(
    found: pd.DataFrame, usable: Frames, parcels: pd.DataFrame, own: PartScope | None
) -> pd.DataFrame:
    """What the allocation found of our parcels, and of unknown ones that our enterprises claim."""
    if own is None or found.empty:
        return found
    claims = usable["occupancy"]
    claimed = claims.loc[isin_text(claims["enterprise_id"], own.enterprises), "parcel_id"]
    unknown = ~isin_text(found["id"], usable["parcels"]["parcel_id"]) & isin_text(
        found["id"], claimed
    )
    return found[isin_text(found["id"], parcels["parcel_id"]) | unknown]
