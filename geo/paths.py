r"""Paths of a project file: written on one system, read on another."""

from __future__ import annotations

import os
from pathlib import PureWindowsPath

from geo.errors import ProjectError


def local_path(text: str, *, windows: bool = os.name == "nt") -> str:
    r"""A path of a project file as this system writes it.

    Windows takes `\` and `/`; elsewhere `\` would be a letter of a name. Raises ProjectError where
    a letter is none that a name can have (TOML reads `\t` and `\n` between double quotes as a tab
    and a new line), and where only Windows has the place: a drive or a server.

    >>> local_path("layers\\parcels.shp", windows=False)
    'layers/parcels.shp'
    >>> local_path("//server/share/parcels.shp", windows=True)
    '//server/share/parcels.shp'
    """
    if any(letter < " " for letter in text):
        raise ProjectError("paths.control_character", shown=text.encode("unicode_escape").decode())
    if windows:
        return text
    if PureWindowsPath(text).drive and not text.startswith("//"):
        raise ProjectError("paths.only_on_windows", shown=text)
    return text.replace("\\", "/")
