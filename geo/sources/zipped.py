"""Zip archives as offices send them: one layer of them unpacked to a folder that is then removed.

Unpacked, a zipped layer is read as any other: the same encodings, the same checks.
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
from geo.text import join

MOST_BYTES = 16 << 30
"""Most that is unpacked of one layer; an archive may claim any size."""

_LAYERS = {*DRIVERS, ".parquet", ".geoparquet"}
_BOXES = re.compile("[\u2500-\u259f]")
"""Frames and blocks of code page 437: a name in GBK that a program took for one, and marked UTF-8."""
_JUNK = ("__MACOSX/", "._", ".DS_Store", "Thumbs.db")


@contextmanager
def unpacked(file: Path, layer: str | None) -> Iterator[tuple[Path, str | None]]:
    """The one layer of an archive as a file (or a .gdb folder), and what `layer` still names.

    With several, `layer` names one by its name without suffix. Raises SourceError.
    """
    try:
        with zipfile.ZipFile(file) as archive, tempfile.TemporaryDirectory() as folder:
            members = {member_name(m): m for m in archive.infolist() if not m.is_dir()}
            members = {n: m for n, m in members.items() if not is_junk(n)}
            chosen, inner = _chosen(file, members, layer)
            yield _unpack(file, archive, members, chosen, Path(folder)), inner
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise SourceError("zipped.archive_damaged_compressed_in_unknown", file=file.name) from error


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


def _chosen(
    file: Path, members: dict[str, zipfile.ZipInfo], layer: str | None
) -> tuple[PurePosixPath, str | None]:
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
    members: dict[str, zipfile.ZipInfo],
    chosen: PurePosixPath,
    folder: Path,
) -> Path:
    """The layer and the files of its name beside it, in `folder` under names of ours."""
    stem = re.sub(r"\W", "_", chosen.stem)[:60]
    target = folder / (stem + chosen.suffix.lower())
    room = MOST_BYTES
    for name, member in members.items():
        path = PurePosixPath(name)
        if chosen in path.parents:
            target.mkdir(exist_ok=True)
            out = target / path.name
        elif path.parent == chosen.parent and path.stem.lower() == chosen.stem.lower():
            out = folder / (stem + path.suffix.lower())
        else:
            continue
        if member.flag_bits & 0x1:
            raise SourceError("zipped.archive_password", file=file.name)
        room -= copy_member(archive, member, out, room)
        if room <= 0:
            raise SourceError("zipped.too_large_once_unpacked", file=file.name)
    return target


def copy_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, out: Path, room: int) -> int:
    """Bytes written of a member, at most a little more than there is room for."""
    done = 0
    with archive.open(member) as packed, out.open("wb") as plain:
        while done <= room and (block := packed.read(1 << 20)):
            done += plain.write(block)
    return done
