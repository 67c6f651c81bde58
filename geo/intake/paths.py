"""How a file of the office's folder is written in the project file: relative where it can be."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from geo.intake.plan import Part, Plan
from geo.text import Message, Wording

_PATTERN = "\\*?"
"""What is no letter of a name in a path of the project file."""


def path_from(plan: Plan, part: Part) -> str:
    """The path of a source, relative to the project file.

    Inside the project's folder without `..`; on another drive absolute.
    """
    return relative_path(plan.folder / part.profile.path, plan.target)


def relative_path(file: Path, target: Path) -> str:
    """A file's path from a folder, with `/`.

    >>> relative_path(Path("/data/2023/宗地.shp"), Path("/data/项目"))
    '../2023/宗地.shp'
    """
    try:
        relative = os.path.relpath(file.absolute(), target.absolute())
    except ValueError:  # two drives of Windows
        return file.absolute().as_posix()
    return Path(relative).as_posix()


def why_unwritable(path: str) -> Wording | None:
    """Why a path cannot stand in a project file; None where it can.

    >>> why_unwritable("宗地.shp") is None
    True
    """
    odd = any(unicodedata.category(letter) in ("Cc", "Cs") or letter in _PATTERN for letter in path)
    return Message("intake_plan.name_cannot_be_written") if odd else None
