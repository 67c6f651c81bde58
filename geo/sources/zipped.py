"""Zip archives as offices send them: a file of them unpacked to a folder that is then removed.

Unpacked, it is read as any other: the same encodings, the same checks. Names are read as Chinese
Windows writes them (GBK without a mark), and files lie under names of ours.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo.errors import SourceError
from geo.sources.gdal import DRIVERS
from geo.sources.kinds import missing
from geo.text import join

MOST_BYTES = 16 << 30
"""Most that is unpacked of one layer; an archive may claim any size."""
_BOMB_BYTES, _BOMB_RATIO = 256 << 20, 500
"""What unpacks to more than both is no data of an office: attribute tables reach a hundredfold."""

_LAYERS = {*DRIVERS, ".parquet", ".geoparquet"}
_BOXES = re.compile("[\u2500-\u259f]")
"""Frames and blocks of code page 437: a name in GBK that a program took for one, and marked UTF-8."""
TABLES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt", ".dbf", ".pq")
"""Endings of the tables that an archive may hold."""
_JUNK = ("__MACOSX/", "._", ".DS_Store", "Thumbs.db", "~$")
_ESCAPES = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")
_RESERVED = re.compile(r'[<>:"|?*\x00-\x1f]')
_SHOWN = 8

Members = dict[str, zipfile.ZipInfo]


@contextmanager
def unpacked(file: Path, layer: str | None) -> Iterator[tuple[Path, str | None]]:
    """The one layer of an archive as a file (or a .gdb folder), and what `layer` still names.

    With several, `layer` names one by its name without suffix. Raises SourceError.
    """
    with _opened(file) as (archive, members), _scratch() as folder:
        chosen, inner = _chosen(file, members, layer)
        yield _unpack(file, archive, members, chosen, folder), inner


@contextmanager
def unpacked_member(file: Path, member: str) -> Iterator[Path]:
    """A member of an archive, by its path there, with the files of its name beside it.

    Raises SourceError where it is not there.
    """
    with _opened(file) as (archive, members), _scratch() as folder:
        wanted = PurePosixPath(member)
        within = any(wanted in PurePosixPath(name).parents for name in members)
        if member not in members and not (within and wanted.suffix.lower() == ".gdb"):
            raise SourceError(
                "zipped.no_such_member",
                file=file.name,
                member=member,
                names=join(sorted(members), most=_SHOWN),
            )
        yield _unpack(file, archive, members, wanted, folder)


def only_table(file: Path) -> str:
    """The one table of an archive, or the one layer where it holds no table.

    Raises SourceError for none and for several.
    """
    with _opened(file) as (_, members):
        tables = [n for n in members if PurePosixPath(n).suffix.lower() in TABLES]
        layers = {str(p) for p in map(_layer_of, members) if p is not None}
        attributes = {str(PurePosixPath(name).with_suffix(".dbf")) for name in layers}
        tables = [name for name in tables if name not in attributes]
        fitting = sorted(tables or layers)
        if len(fitting) != 1:
            code = "archive_holds_tables" if fitting else "archive_holds_no_table"
            shown = join(fitting or sorted(members), most=_SHOWN)
            first = fitting[0] if fitting else ""
            raise SourceError(
                f"zipped.{code}", file=file.name, count=len(fitting), names=shown, first=first
            )
        return fitting[0]


def member_names(file: Path) -> list[str]:
    """Paths of the files in an archive. Raises SourceError."""
    with _opened(file) as (_, members):
        return list(members)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Members]]:
    """An archive and its files by path, without what systems leave in it. Raises SourceError."""
    if not file.is_file():
        raise missing(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = {member_name(m): m for m in archive.infolist() if not m.is_dir()}
            led_out = next((name for name in members if _ESCAPES.search(name)), None)
            if led_out is not None:
                raise SourceError("zipped.name_leads_out", file=file.name, name=led_out)
            yield archive, {n: m for n, m in members.items() if not is_junk(n)}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise SourceError("zipped.archive_damaged_compressed_in_unknown", file=file.name) from error


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the time of reading; on Windows a reader may hold a file of it a while longer."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's path; without the mark of UTF-8, Chinese Windows has written it in GBK."""
    if member.flag_bits & 0x800 and not _BOXES.search(member.filename):
        return member.filename.replace("\\", "/")
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename.replace("\\", "/")


def is_junk(name: str) -> bool:
    """Whether a member is what a system adds by itself."""
    return name.startswith(_JUNK) or PurePosixPath(name).name.startswith(_JUNK)


def _layer_of(name: str) -> PurePosixPath | None:
    """The layer that a member is or belongs to: itself, or the .gdb folder that it lies in."""
    path = PurePosixPath(name)
    for above in [*reversed(path.parents), path]:
        if above.suffix.lower() == ".gdb" and above != path:
            return above
    return path if path.suffix.lower() in _LAYERS else None


def _chosen(file: Path, members: Members, layer: str | None) -> tuple[PurePosixPath, str | None]:
    found = sorted({p for p in map(_layer_of, members) if p is not None})
    if not found:
        raise SourceError("zipped.archive_holds_no_layer_can", file=file.name)
    if len(found) == 1 and layer != found[0].stem:
        return found[0], layer
    named = [p for p in found if layer in (p.stem, p.name, str(p))]
    if len(named) != 1:
        # Names alone where they tell the layers apart, else their folders too.
        short = [p.stem for p in found]
        labels = short if len(set(short)) == len(short) else [str(p) for p in found]
        raise SourceError(
            "zipped.archive_holds_layers", file=file.name, count=len(found), labels=join(labels)
        )
    return named[0], None


def _unpack(
    file: Path,
    archive: zipfile.ZipFile,
    members: Members,
    chosen: PurePosixPath,
    folder: Path,
) -> Path:
    """A member and the files of its name beside it, in `folder`, without reserved characters."""
    stem = _RESERVED.sub("_", chosen.stem)[:60].strip(". ") or "_"
    target = folder / (stem + chosen.suffix.lower())
    room = MOST_BYTES
    for name, member in members.items():
        path = PurePosixPath(name)
        if chosen in path.parents:
            target.mkdir(exist_ok=True)
            out = target / path.name
        elif path.parent == chosen.parent and _of_name(path, chosen):
            out = folder / (stem + path.suffix.lower())
        else:
            continue
        if member.flag_bits & 0x1:
            raise SourceError("zipped.archive_password", file=file.name)
        most = min(room, max(_BOMB_BYTES, _BOMB_RATIO * member.compress_size))
        written = copy_member(archive, member, out, most)
        room -= written
        if written > most:
            raise SourceError("zipped.too_large_once_unpacked", file=file.name)
    return target


def _of_name(path: PurePosixPath, chosen: PurePosixPath) -> bool:
    """Whether a file is the chosen one or, of a layer, goes with it: .dbf and .prj with .shp."""
    if chosen.suffix.lower() not in _LAYERS:
        return path == chosen
    return path.stem.lower() == chosen.stem.lower()


def copy_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, out: Path, room: int) -> int:
    """Bytes written of a member, at most a little more than there is room for."""
    done = 0
    with archive.open(member) as packed, out.open("wb") as plain:
        while done <= room and (block := packed.read(1 << 20)):
            done += plain.write(block)
    return done
