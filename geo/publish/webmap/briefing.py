"""The steps of a project's briefing (`[[briefing]]`), as the map's client shows them."""

from __future__ import annotations

from typing import Any

from geo.project import Settings
from geo.project_parts import BriefingStep, view_of_link


def steps(settings: Settings) -> list[dict[str, Any]]:
    """The steps in order: title and sentence in both languages, a view as links hold it, a box.

    What a view names is looked for by the client, which says what the map does not have.
    """
    return [
        {
            "title": [step.title, step.title_en or step.title],
            "text": [step.text, step.text_en or step.text],
            "view": view_of_link(step.link) if step.link else _view(step),
            "box": _box(step),
        }
        for step in settings.briefing
    ]


def _view(step: BriefingStep) -> dict[str, Any]:
    """The JSON of `client/src/map/address.js`; what is not said is left out."""
    theme: dict[str, Any] = {"id": step.theme, "method": step.method, "year": step.year}
    area = [step.area_from, step.area_to]
    view = {
        "theme": theme if step.theme else None,
        "hide": step.hide,
        "filters": [{"theme": {"id": one.theme}, "only": one.only} for one in step.filter],
        "park": step.park,
        "area": area if area != [None, None] else None,
        "card": {"kind": "parcel", "id": step.parcel} if step.parcel else None,
    }
    return {name: value for name, value in view.items() if value}


def _box(step: BriefingStep) -> list[float] | None:
    place = step.place
    return [place.south, place.west, place.north, place.east] if place else None
