"""What a map on paper is called: place, theme, year."""

from __future__ import annotations

from geo.publish.look.style import Theme
from geo.publish.paper.scene import Scene, Subject, View
from geo.text import Message, Wording

PLAINLY: dict[str, Wording] = {"land_use": Message("snapshot.land_use")}
"""Themes whose maps have another name than their column."""


def map_title(scene: Scene, subject: Subject, theme: Theme, view: View) -> str:
    """The title of a map: 南区土地用途图（2023年）."""
    settings = scene.settings
    title = Message(
        "snapshot.title",
        place=place_of(scene, subject, view),
        theme=theme_name(theme),
        year=settings.year,
    )
    return title(settings.lang)


def place_of(scene: Scene, subject: Subject, view: View) -> Wording | str:
    """The park, the parcel, or all parks; a project of one park is called by it."""
    if view.parcel:
        return Message("snapshot.parcel", parcel=subject.name)
    if view.box is not None:
        return Message("snapshot.box")
    if not subject.name and len(scene.parks) == 1:
        return str(scene.parks["name"].iloc[0])
    return subject.name or Message("snapshot.whole")


def theme_name(theme: Theme) -> Wording:
    """A theme as it stands before the word for a map."""
    title = theme.title
    if theme.rule and isinstance(title, Message):
        return Message("snapshot.rule", indicator=title.arguments["said"])
    return PLAINLY.get(theme.id, title)
