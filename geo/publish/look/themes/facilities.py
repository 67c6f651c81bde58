"""What is near: amenities within a walk, and distances, by road where there are roads."""

from __future__ import annotations

from dataclasses import replace

from geo.land.facility_kinds import family, kinds, symbol, title
from geo.publish.look.style import Theme, by_value, palette
from geo.publish.look.themes.declaration import FACILITIES, Overlay, ThemeDeclaration
from geo.publish.look.themes.measured import measured
from geo.publish.look.themes.overlays import places
from geo.run import Run
from geo.text import Message

WITHIN_A_WALK = "amenities_15min"


def _amenities(run: Run) -> list[Theme]:
    if WITHIN_A_WALK not in run.parcels:
        return []
    name = Message("themes.amenities_within_15_minutes")
    theme = by_value(WITHIN_A_WALK, name, run.parcels[WITHIN_A_WALK], Message("themes.kinds"))
    return [replace(theme, column=WITHIN_A_WALK)]


def _distances(run: Run) -> list[Theme]:
    return measured(run.parcels, "road_") or measured(run.parcels, "to_")


def _spots(run: Run) -> dict[str, Overlay]:
    """The facilities of each kind, each with its sign in the shape and colour of its family."""
    layer, look = run.facilities, palette()["facility_mark"]
    out = {}
    for kind in map(str, layer["kind"].unique()):
        color, shape = look[family(kind)]
        spots = places(title(kind), color, layer[(layer["kind"] == kind).to_numpy()])
        out[kind] = replace(spots, symbol=symbol(kind), shape=shape)
    return out


def _all_amenities(run: Run) -> dict[str, list[Overlay]]:
    listed = kinds()
    return {
        WITHIN_A_WALK: [
            spots
            for kind, spots in _spots(run).items()
            if listed.get(kind, {}).get("family") == "amenity"
        ]
    }


def _one_kind(run: Run) -> dict[str, list[Overlay]]:
    return {
        f"{way}_{kind}_m": [spots] for kind, spots in _spots(run).items() for way in ("to", "road")
    }


THEMES = (
    ThemeDeclaration("amenities", FACILITIES, _amenities, over=_all_amenities),
    ThemeDeclaration("distances", FACILITIES, _distances, over=_one_kind),
)
