"""The steps of a project's briefing (`[[briefing]]`), as the map's client shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from geo import findings
from geo.declaration import nearest
from geo.model import LAYERS
from geo.project import Settings
from geo.project_parts import BriefingStep, view_of_link
from geo.publish.registry import Each, one_by_one
from geo.publish.webmap.theme_names import Classes, classes_of, theme_classes
from geo.run import Run
from geo.text import Message, join


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


def unknown_named(
    settings: Settings, parks: Iterable[str], classes: Callable[[set[str]], Classes]
) -> list[pd.DataFrame]:
    """A finding a theme or class that a step names and the map does not have, and a park of a link.

    What themes there are is known once a run is assessed; parks, parcels and years that a step
    names are looked for with the data (`geo.assess.named`), those of a link here.

    Parameters
    ----------
    parks
        Their ids.
    classes
        The themes of the map, and the keys of their classes, of at least these themes if they are.
    """
    named = [
        (f"briefing.{at}.{key}", kind, name, theme)
        for at, step in enumerate(steps(settings), 1)
        for key, kind, name, theme in _named(
            step["view"], link=bool(settings.briefing[at - 1].link)
        )
    ]
    if not named:
        return []
    themes = classes({name for _, kind, name, _ in named if kind == "theme"})
    known = {"park": [*parks], "theme": [*themes]}
    odd = []
    for where, kind, name, theme in named:
        there = [*themes.get(theme, ())] if kind == "class" else known[kind]
        if name not in there and (there or kind != "class"):
            odd.append(_unknown(where, kind, name, there))
    return odd


def with_unknown_named(run: Run) -> Run:
    """A run whose rows are at hand with these findings."""
    parks = run.parks["park_id"].astype("str")
    odd = unknown_named(run.settings, parks, lambda _: classes_of(run))
    return run.with_tables(findings=findings.gather_findings([run.findings, *odd])) if odd else run


def unknown_in_stored(run: Run, source: Path, each: Each = one_by_one) -> list[pd.DataFrame]:
    """The same findings of a run that is kept in `source`; its parts are looked through by `each`."""
    parks = run.parks["park_id"].astype("str")
    return unknown_named(run.settings, parks, lambda names: theme_classes(run, source, names, each))


def _named(view: dict[str, Any], *, link: bool) -> Iterator[tuple[str, str, str, str]]:
    """Setting, kind, name, and of a class its theme, of what a step's view names."""
    theme = _id(view.get("theme"))
    if theme:
        yield "theme", "theme", theme, ""
    for name in _texts(view.get("hide")):
        yield "hide", "class", name, theme
    filters = view.get("filters")
    for number, one in enumerate(filters if isinstance(filters, list) else [], 1):
        own = _id(one.get("theme")) if isinstance(one, dict) else ""
        if own:
            yield f"filter.{number}.theme", "theme", own, ""
            for name in _texts(one.get("only")):
                yield f"filter.{number}.only", "class", name, own
    park = view.get("park")
    if link and isinstance(park, str) and park:
        yield "link", "park", park, ""


def _id(theme: Any) -> str:
    """The id in a view's theme; a link may hold anything."""
    name = theme.get("id") if isinstance(theme, dict) else None
    return name if isinstance(name, str) else ""


def _texts(names: Any) -> list[str]:
    return [one for one in names if isinstance(one, str)] if isinstance(names, list) else []


def _unknown(where: str, kind: str, name: str, known: list[str]) -> pd.DataFrame:
    said = {
        "theme": Message("briefing.unknown_theme", where=where, name=name),
        "class": Message("briefing.unknown_class", where=where, name=name),
        "park": Message(
            "named.step_names", where=where, name=name, layers=LAYERS["parks"].title, layer="parks"
        ),
    }
    like = nearest(name, known)
    mend = (
        Message("named.did_you_mean", like=like)
        if like
        else Message("briefing.known", known=join(known))
    )
    layer = "parks" if kind == "park" else "parcels"
    return findings.about_layer(layer, "unknown_in_project", said[kind], mend)


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
