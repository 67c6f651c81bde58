"""Parks and parcels of a run by what a user calls them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import OutputError, system_reason
from geo.run import Run
from geo.text import Message


def park_row(run: Run, wanted: str) -> int:
    """The row of a park by its id or its name; OutputError if there is none."""
    return _row(run.parks, ("park_id", "name"), wanted, "park")


def park_id(run: Run, wanted: str) -> str:
    """The id of a park called so; OutputError if there is none."""
    return str(run.parks["park_id"].iloc[park_row(run, wanted)])


def park_name(run: Run, key: str) -> str:
    """The name of a park by its id; OutputError if there is none."""
    return str(run.parks["name"].iloc[_row(run.parks, ("park_id",), key, "park")])


def parcel_row(run: Run, wanted: str) -> int:
    """The row of a parcel by its id; OutputError if there is none."""
    return _row(run.parcels, ("parcel_id",), wanted, "parcel")


def ready(folder: Path) -> None:
    """Make a folder where there is none; OutputError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=folder, strerror=system_reason(error)
        ) from error


def _row(table: pd.DataFrame, columns: tuple[str, ...], wanted: str, subject: str) -> int:
    for column in columns:
        found = np.flatnonzero((table[column].astype("str") == wanted).to_numpy())
        if len(found):
            return int(found[0])
    raise OutputError("scene.no_such_subject", subject=Message(f"subject.{subject}"), wanted=wanted)
