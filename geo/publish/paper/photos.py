"""Photos of 核查 notes for paper: shrunk, and only those that can be shown."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageOps

from geo.publish.records.tables import Row, rows_by
from geo.run import Run
from geo.sources.notes import JPEG

MOST = 3
"""Of one sheet."""
SIDE_PX = 900
LARGEST_PX = 60_000_000
"""A picture of more pixels than a camera makes is not unpacked."""


class Photos:
    """The photos of a run's notes, as files beside a template.

    Photos of notes that do not count, and what cannot be unpacked, are left out.
    """

    def __init__(self, run: Run) -> None:
        self._photos: dict[str, list[Row]] = {}
        notes, photos = run.tables.get("notes"), run.tables.get("note_photos")
        if notes is None or photos is None or photos.empty:
            return
        counting = notes[notes["standing"].isin(["counts", "conflict"])]
        keys = ["parcel_id", "author", "saved"]
        kept = photos.merge(counting[keys].drop_duplicates(), on=keys)
        self._photos = rows_by(kept[kept["data"] != ""], "parcel_id")

    def names(self, parcel_id: str) -> list[str]:
        """The files of a parcel's photos."""
        rows = self._photos.get(parcel_id, [])[:MOST]
        return [_name(row) for row in rows if _shrunk(row) is not None]

    def write(self, folder: Path, parcel_ids: Iterable[str]) -> None:
        """Write the photos of these parcels into a folder."""
        for parcel_id in parcel_ids:
            for row in self._photos.get(parcel_id, [])[:MOST]:
                picture = _shrunk(row)
                if picture is not None:
                    (folder / _name(row)).write_bytes(picture)


def _name(row: Row) -> str:
    """A file a photo, whatever its id is in another note."""
    of = "\n".join(str(row[key]) for key in ("parcel_id", "author", "saved", "photo_id"))
    return f"photo-{hashlib.sha256(of.encode()).hexdigest()[:24]}.jpg"


def _shrunk(row: Row) -> bytes | None:
    """The photo as a JPEG of `SIDE_PX` at most; None where it cannot be unpacked."""
    try:
        with Image.open(
            io.BytesIO(base64.b64decode(str(row["data"])[len(JPEG) :])), formats=("JPEG",)
        ) as opened:
            if opened.width * opened.height > LARGEST_PX:
                return None
            opened.draft("RGB", (SIDE_PX, SIDE_PX))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    upright.thumbnail((SIDE_PX, SIDE_PX))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()
