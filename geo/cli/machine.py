"""What of this computer works, what is missing, what that is for, and the mend."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from geo.cli.usage import declared_language
from geo.errors import MujunError, first_line, system_reason
from geo.publish.built import build
from geo.runtime import total_memory
from geo.text import EMPTY, Message, Wording, join

State = Literal["works", "note", "absent", "fault"]
GB = 1_000_000_000
LEAST_DISK, LEAST_MEMORY = 1 * GB, 4 * GB
FORMATS = ("GPKG", "ESRI Shapefile", "OpenFileGDB", "GeoJSON", "FlatGeobuf", "LIBKML", "DXF")
"""Drivers of GDAL for the files that offices have."""
LONGEST_WINDOWS, LONGEST_OUTPUT = 259, 150
"""Letters of a path that Windows takes by itself, and of the longest name below outputs/."""


@dataclass(frozen=True)
class Item:
    """One thing that was looked at."""

    group: str
    name: Wording | str
    state: State
    value: Wording | str
    used_for: Wording = EMPTY
    mend: Wording = EMPTY


def examine_machine(project: Path) -> Iterator[Item]:
    """Everything that mujun needs or can use, the required first.

    Parameters
    ----------
    project
        A project file or its folder; there may be none.
    """
    yield from _program()
    yield from _libraries()
    yield from _products()
    yield from _extras()
    yield from _computer()
    yield from _console(project)
    yield from _project(project)


def _program() -> Iterator[Item]:
    place = Path(str(files("geo"))).parent
    yield Item("program", "mujun", "works", f"{metadata.version('mujun')}  {place}")
    bits = 64 if sys.maxsize > 2**32 else 32
    value = Message("doctor.python", version=platform.python_version(), bits=bits)
    state: State = "works" if bits == 64 else "fault"
    yield Item("program", "Python", state, value, mend=_where(state, "doctor.mend_python"))
    missing = [n for n in ("mujun.js", "mujun.css") if not (build() / n).is_file()]
    yield Item(
        "program",
        Message("doctor.client"),
        "fault" if missing else "works",
        join(missing) if missing else Message("doctor.is_there"),
        Message("doctor.for_client"),
        Message("doctor.mend_client") if missing else EMPTY,
    )


_LIBRARIES: dict[str, Callable[[Any], str]] = {
    "numpy": lambda _: "",
    "pandas": lambda _: "",
    "shapely": lambda m: f"GEOS {m.geos_version_string}",
    "pyproj": lambda m: f"PROJ {m.proj_version_str}",
    "pyogrio": lambda m: f"GDAL {m.__gdal_version_string__}",
    "rasterio": lambda m: f"GDAL {m.__gdal_version__}",
    "geopandas": lambda _: "",
    "pyarrow": lambda _: "",
    "scipy": lambda _: "",
    "folium": lambda _: "",
    "matplotlib": lambda _: "",
    "typst": lambda _: "",
    "docx": lambda _: "",
    "xlsxwriter": lambda _: "",
    "isal": lambda _: "",
    "python_calamine": lambda _: "",
}
"""What mujun computes and draws with, and what each of them holds inside."""

_DISTRIBUTIONS = {"docx": "python-docx", "python_calamine": "python-calamine"}


def _libraries() -> Iterator[Item]:
    for name, inner in _LIBRARIES.items():
        title = _DISTRIBUTIONS.get(name, name)
        try:
            module = import_module(name)
            value = f"{metadata.version(title)}  {inner(module)}".strip()
        except Exception as error:  # noqa: BLE001 -- a library that is broken may raise anything
            why = first_line(error)
            mend = Message("doctor.mend_library", name=title)
            yield Item("libraries", title, "fault", why, mend=mend)
        else:
            yield Item("libraries", title, "works", value)
    yield from _reference_systems()


def _reference_systems() -> Iterator[Item]:
    """PROJ's own data, and the formats that this GDAL was built with."""
    try:
        from pyproj import CRS  # noqa: PLC0415 -- it may be broken: told above

        crs = CRS.from_epsg(4544).name
        yield Item("libraries", Message("doctor.crs"), "works", crs)
    except Exception as error:  # noqa: BLE001 -- as above
        mend = Message("doctor.mend_proj")
        yield Item("libraries", Message("doctor.crs"), "fault", first_line(error), mend=mend)
    try:
        from pyogrio import list_drivers  # noqa: PLC0415 -- as above

        missing = sorted(set(FORMATS) - set(list_drivers(read=True)))
    except Exception:  # noqa: BLE001 -- as above
        return
    yield Item(
        "libraries",
        Message("doctor.formats"),
        "note" if missing else "works",
        Message("doctor.formats_missing", names=join(missing))
        if missing
        else Message("doctor.is_there"),
    )


def _products() -> Iterator[Item]:
    font = find_spec("pylopdf_fonts_zh_cn")
    yield Item(
        "paper",
        Message("doctor.font"),
        "works" if font else "fault",
        "Noto Sans SC" if font else Message("doctor.not_installed"),
        Message("doctor.for_font"),
        EMPTY if font else Message("doctor.mend_library", name="pylopdf-fonts-zh-cn"),
    )
    from geo.publish.paper.browser import find_browser  # noqa: PLC0415 -- geo may be broken

    browser = find_browser()
    yield Item(
        "paper",
        Message("doctor.browser"),
        "works" if browser else "absent",
        browser or Message("doctor.not_found"),
        Message("doctor.for_browser"),
        EMPTY if browser else Message("doctor.mend_browser"),
    )


def _extras() -> Iterator[Item]:
    extras = (("postgis", "adbc_driver_postgresql"), ("dask", "distributed"))
    for extra, module in extras:
        there = find_spec(module) is not None
        title = module.replace("_", "-")
        yield Item(
            "extras",
            extra,
            "works" if there else "absent",
            f"{title} {metadata.version(title)}" if there else Message("doctor.not_installed"),
            Message(f"doctor.for_{extra}"),
            EMPTY if there else Message("doctor.mend_extra", extra=extra),
        )


def _computer() -> Iterator[Item]:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield Item("computer", Message("doctor.system"), "works", system)
    memory = total_memory()
    low = 0 < memory < LEAST_MEMORY
    value = Message("doctor.cores_memory", cores=os.cpu_count() or 1, memory=memory / GB)
    mend = Message("doctor.mend_memory") if low else EMPTY
    yield Item("computer", Message("doctor.cores"), "note" if low else "works", value, mend=mend)


def _console(project: Path) -> Iterator[Item]:
    declared = declared_language(project)
    yield Item("console", Message("doctor.language"), "works", Message(f"doctor.{declared}"))
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    lacking = [sign for sign in "园²" if not _prints(sign, encoding)]
    state: State = "note" if "园" in lacking else "works"
    value = encoding if not lacking else Message("doctor.encoding_lacks", encoding=encoding)
    mend = Message("doctor.mend_encoding") if state == "note" else EMPTY
    yield Item("console", Message("doctor.encoding"), state, value, mend=mend)


def _prints(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _project(file: Path) -> Iterator[Item]:
    """The project, if there is one, and the disk that its results go to."""
    folder = file if file.is_dir() else file.parent
    name = Message("doctor.project")
    if (folder / "mujun.toml").is_file() or file.is_file():
        from geo.project import read_project  # noqa: PLC0415 -- geo may be broken

        try:
            title = read_project(file).settings.title or str(file)
        except MujunError as error:
            yield Item("project", name, "fault", error.text)
        else:
            yield Item("project", name, "works", title)
    else:
        yield Item("project", name, "note", Message("doctor.no_project", folder=folder.resolve()))
    yield from _disk(folder)


def _disk(folder: Path) -> Iterator[Item]:
    title = Message("doctor.folder")
    try:
        free = shutil.disk_usage(folder).free
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = system_reason(error)
        yield Item("project", title, "fault", why, mend=Message("doctor.mend_folder"))
        return
    low = free < LEAST_DISK
    value = Message("doctor.disk", folder=folder.resolve(), free=free / GB)
    mend = Message("doctor.mend_disk") if low else EMPTY
    yield Item("project", title, "note" if low else "works", value, mend=mend)
    length = len(str(folder.resolve() / "outputs")) + LONGEST_OUTPUT
    if os.name == "nt" and length > LONGEST_WINDOWS and not _long_paths():
        value = Message("doctor.long_path", length=len(str(folder.resolve())))
        mend = Message("doctor.mend_long_path")
        yield Item("project", Message("doctor.path"), "note", value, mend=mend)


def _long_paths() -> bool:
    """Whether this Windows takes paths of any length."""
    if sys.platform != "win32":
        return True
    import winreg  # noqa: PLC0415 -- Windows alone has it

    place = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        return False


def _where(state: State, code: str) -> Wording:
    return Message(code) if state == "fault" else EMPTY
