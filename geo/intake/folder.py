"""Every file of an office's folder, archives opened: what may be data, what is not, and why.

Files that are parts of another (.dbf of a shapefile, .tfw of an image) are not listed by
themselves. Members of an archive are unpacked to a folder that is removed again.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from geo.errors import SourceError
from geo.intake.model import NotRead
from geo.intake.seen import Sighting
from geo.sources.kinds import kind_of
from geo.sources.zipped import copy_member, is_junk, member_name
from geo.text import Message, Wording

MOST_BYTES = 4 << 30
"""Most that is unpacked of one archive."""
MOST_FILES = 20_000
"""Most files of one folder that are looked at."""

_SETS = {
    ".shp": (
        ".shx",
        ".dbf",
        ".prj",
        ".cpg",
        ".sbn",
        ".sbx",
        ".qix",
        ".qpj",
        ".qmd",
        ".fix",
        ".idm",
        ".ind",
        ".atx",
    ),
    ".tab": (".dat", ".map", ".id", ".ind", ".cpg"),
    ".mif": (".mid",),
    ".tif": (".tfw", ".ovr", ".aux", ".prj", ".rrd", ".tifw"),
    ".tiff": (".tfw", ".ovr", ".aux", ".prj", ".rrd", ".tifw"),
    ".asc": (".prj", ".aux"),
    ".jpg": (".jgw", ".aux"),
    ".png": (".pgw", ".aux"),
}
"""What lies beside a file of each suffix and belongs to it."""
_TAILS = (
    ".shp.xml",
    ".tif.xml",
    ".aux.xml",
    ".tif.ovr",
    ".tif.aux.xml",
    ".gdb.xml",
    ".gpkg-wal",
    ".gpkg-shm",
    ".gpkg-journal",
    ".qml",
    ".sld",
    ".lyr",
    ".lyrx",
    ".dbf.xml",
)
"""Ends of names of files that only describe or style another."""

_NO_DATA: dict[str, Wording] = {
    **dict.fromkeys(
        (".doc", ".docx", ".wps", ".rtf", ".odt", ".md"), Message("intake_file.document")
    ),
    **dict.fromkeys((".ppt", ".pptx", ".dps", ".odp"), Message("intake_file.slides")),
    **dict.fromkeys((".pdf", ".ofd", ".caj", ".ceb"), Message("intake_file.pdf")),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".heic", ".svg", ".psd", ".ai", ".eps"),
        Message("intake_file.picture"),
    ),
    **dict.fromkeys(
        (
            ".mxd",
            ".qgs",
            ".qgz",
            ".aprx",
            ".wor",
            ".mapx",
            ".style",
            ".stylx",
            ".sld",
            ".lyr",
            ".lyrx",
            ".qml",
            ".qpj",
        ),
        Message("intake_file.map_document"),
    ),
    **dict.fromkeys(
        (
            ".tmp",
            ".temp",
            ".bak",
            ".log",
            ".lock",
            ".lck",
            ".ldb",
            ".laccdb",
            ".swp",
            ".part",
            ".crdownload",
            ".ds_store",
            ".ini",
            ".lnk",
            ".url",
            ".sr.lock",
        ),
        Message("intake_file.temporary"),
    ),
    **dict.fromkeys(
        (
            ".exe",
            ".dll",
            ".bat",
            ".sh",
            ".py",
            ".ps1",
            ".vbs",
            ".msi",
            ".js",
            ".css",
            ".toml",
            ".yaml",
            ".yml",
        ),
        Message("intake_file.program"),
    ),
    **dict.fromkeys(
        (".mp4", ".avi", ".mov", ".mp3", ".wav", ".eml", ".msg", ".ttf", ".otf"),
        Message("intake_file.media"),
    ),
}
"""Why a file is no data, by its suffix."""
_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_NAMES = {"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", ".gitignore", ".gitattributes"}
_LAYER_FOLDERS = (".gdb", ".parquet", ".geoparquet")
_BAD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')


@dataclass
class Listing:
    """What a folder holds: files that may be data, and those that are none or cannot be read."""

    files: list[Sighting] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)

    def leave(self, path: str, why: Wording, *, is_data: bool = False) -> None:
        """Say of a file that it is not read."""
        self.not_read.append(NotRead(path, why, is_data))


@contextmanager
def listed(folder: Path) -> Iterator[Listing]:
    """The files of a folder and of the archives in it, in the order of their names.

    What archives hold lies in a temporary folder while the block runs. Links are not followed.
    """
    listing = Listing()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as unpacked:
        _walk(folder, "", listing)
        plain, listing.files = listing.files, []
        for number, file in enumerate(plain):
            if _is_archive(file):
                _open(file, Path(unpacked) / str(number), listing)
            else:
                listing.files.append(file)
        yield listing


def _walk(folder: Path, above: str, listing: Listing) -> None:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError:
        listing.leave(above.rstrip("/"), Message("intake_file.cannot_open"), is_data=True)
        return
    names = {entry.name.lower() for entry in entries}
    for entry in entries:
        path = above + entry.name
        if len(listing.files) >= MOST_FILES:
            listing.leave(path, Message("intake_file.too_many", most=MOST_FILES), is_data=True)
            return
        if entry.is_symlink():
            listing.leave(path, Message("intake_file.link"))
        elif entry.is_dir() and entry.suffix.lower() not in _LAYER_FOLDERS:
            if _is_output(entry):
                listing.leave(path + "/", Message("intake_file.outputs"))
            elif entry.name.startswith((".", "__MACOSX", "$RECYCLE", "System Volume")):
                listing.leave(path + "/", Message("intake_file.temporary"))
            else:
                _walk(entry, path + "/", listing)
        elif not _is_part(entry.name, names):
            _sort(entry, path, listing)


def _is_output(folder: Path) -> bool:
    """Whether a folder is one that mujun wrote: its record of the run lies in it."""
    record = folder / "run.json"
    try:
        return record.is_file() and b"mujun" in record.read_bytes()[:100_000]
    except OSError:
        return False


def _is_part(name: str, names: set[str]) -> bool:
    """Whether a file belongs to another of the same folder and is read with it."""
    low = name.lower()
    stem, dot, suffix = low.rpartition(".")
    for tail in _TAILS:
        if low.endswith(tail) and any(n != low and n.startswith(low[: -len(tail)]) for n in names):
            return True
    return any(dot + suffix in parts and stem + main in names for main, parts in _SETS.items())


def _sort(entry: Path, path: str, listing: Listing) -> None:
    """Take a file as one that may be data, or say why it is none."""
    low, suffix = entry.name.lower(), entry.suffix.lower()
    if low in _NAMES or low.startswith(("~$", "._", ".~")) or low.endswith(("~", ".lock")):
        why: Wording | None = Message("intake_file.temporary")
    elif low == "mujun.toml":
        why = Message("intake_file.project")
    elif suffix in (".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".tfw", ".mid", ".xml"):
        why = Message("intake_file.part_alone", suffix=suffix)
    else:
        why = _NO_DATA.get(suffix)
    if why is not None and not (suffix in (".jpg", ".jpeg", ".png") and _is_placed(entry)):
        listing.leave(path, why)
    elif suffix in _ARCHIVES:
        listing.leave(path, Message("intake_file.archive", suffix=suffix), is_data=True)
    else:
        listing.files.append(Sighting(path, entry))


def _is_placed(picture: Path) -> bool:
    """Whether a picture has a world file beside it, so that it is a raster."""
    return any(picture.with_suffix(tail).exists() for tail in (".jgw", ".pgw", ".jpgw", ".pngw"))


def _is_archive(file: Sighting) -> bool:
    """Whether a file is a zip that holds files of an office, not a workbook or a KMZ."""
    if file.local.suffix.lower() in (".kmz", ".ovkml") or not file.local.is_file():
        return False
    try:
        return zipfile.is_zipfile(file.local) and kind_of(file.local) in ("vector", "archive")
    except OSError:
        return False


def _open(file: Sighting, target: Path, listing: Listing) -> None:
    """List the members of an archive, unpacked."""
    try:
        paths = _unpack(file.local, target)
    except SourceError as error:
        listing.leave(file.path, error.text, is_data=True)
        return
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
        why = Message("zipped.archive_damaged_compressed_in_unknown", file=file.local.name)
        listing.leave(file.path, why, is_data=True)
        return
    inside = Listing()
    _walk(target, "", inside)
    for member in inside.files:
        original = f"{file.path}/{paths.get(member.path, member.path)}"
        if _is_archive(member):
            listing.leave(original, Message("intake_file.nested_archive"), is_data=True)
        else:
            listing.files.append(Sighting(original, member.local))
    for left in inside.not_read:
        original = f"{file.path}/{paths.get(left.path, left.path)}"
        listing.leave(original, left.why, is_data=left.is_data)


def _unpack(file: Path, target: Path) -> dict[str, str]:
    """The members of an archive below `target`; their own paths by those they were given."""
    paths: dict[str, str] = {}
    room = MOST_BYTES
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            name = member_name(member)
            if member.is_dir() or is_junk(name):
                continue
            if member.flag_bits & 0x1:
                raise SourceError("zipped.archive_password", file=file.name)
            plain = _plain_path(name)
            out = target / plain
            out.parent.mkdir(parents=True, exist_ok=True)
            room -= copy_member(archive, member, out, room)
            if room <= 0:
                raise SourceError("zipped.too_large_once_unpacked", file=file.name)
            path = PurePosixPath(plain)
            stated = PurePosixPath(name.lstrip("/"))
            paths[plain] = str(stated)
            if len(path.parents) == len(stated.parents):
                pairs = zip(path.parents, stated.parents, strict=True)
                paths.update({str(a): str(b) for a, b in pairs if str(a) != "."})
    return paths


def _plain_path(name: str) -> str:
    """A member's path without what no file may be called, and without steps upwards.

    >>> _plain_path("../../etc/企业*台账.xlsx")
    '_/_/etc/企业_台账.xlsx'
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    plain = ["_" if part == ".." else _short(_BAD.sub("_", part)) for part in parts]
    return "/".join(plain) or "_"


def _short(part: str) -> str:
    """A name that any file system takes, its suffix kept."""
    if len(part.encode()) <= 200:
        return part.strip(" ") or "_"
    stem, dot, suffix = part.rpartition(".")
    return stem.encode()[:180].decode(errors="ignore") + dot + suffix[:10]
