"""The last run read back from its outputs, so that one product can be made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.assess import Assessment
from geo.assess.tables import OUTLINED, TABLES
from geo.errors import OutputError
from geo.publish.basis import BASIS, findings_of, read_basis
from geo.publish.lock import awaited, locked
from geo.publish.record import RECORD, changed_since, read_record
from geo.publish.swap import recover, unfinished


def read_run(folder: Path) -> Assessment:
    """The Assessment that `mujun run` left in `folder`, with what it was judged by.

    Raises OutputError if there is none, or if one of its files was changed since. Findings of a run
    in parts stay in the language of the run.
    """
    with reading(folder):
        return _read_run(folder)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """A folder of results to be read, first made whole if a command was cut off.

    Raises OutputError where another one replaced the results while the block ran.
    """
    if unfinished(folder):
        settle(folder)
    before = _stamp(folder)
    try:
        yield
    except OutputError as error:
        raise _replaced(folder) if _stamp(folder) != before else error from error
    if _stamp(folder) != before:
        raise _replaced(folder)


def _replaced(folder: Path) -> OutputError:
    return OutputError(
        f"{folder} 中的结果刚刚被另一个 mujun 替换：请重试。",
        f"the results in {folder} were replaced just now by another mujun: try again.",
    )


def settle(folder: Path) -> None:
    """End what a killed command left half-way; wait a moment for one that is at it."""
    try:
        with locked(folder, "read"):
            recover(folder)
    except OutputError:
        if not awaited(lambda: not unfinished(folder)):
            raise
    except OSError as error:
        raise OutputError(
            f"{folder} 的上次写入在中途停止，而该文件夹不可写（{error.strerror}）：请在有写权限的"
            "计算机上运行任一 mujun 命令使其复原。",
            f"the last writing into {folder} stopped half-way, and the folder cannot be written"
            f" ({error.strerror}): run any mujun command where it can, which restores it.",
        ) from error


def _stamp(folder: Path) -> bytes:
    """The record as it stands; it is another one after every write."""
    try:
        return (folder / RECORD).read_bytes()
    except OSError:
        return b""


def _read_run(folder: Path) -> Assessment:
    record = read_record(folder)
    tables = {f"{name}.parquet" for name in (*TABLES, "findings", "messages")}
    listed = [n for n in record.get("outputs", {}) if n in tables or n == BASIS]
    changed = changed_since(folder, listed, record)
    if changed:
        raise OutputError(
            f"{folder} 中的 {changed[0]} 在运行之后被改动：请重新运行 mujun run。",
            f"{changed[0]} in {folder} was changed after the run: run `mujun run` again.",
        )
    return assembled(folder, lambda name: read_table(folder, name))


def assembled(folder: Path, read: Callable[[str], Any]) -> Assessment:
    """An Assessment from the tables that `read` gives by name, and the basis in a folder."""
    _, basis, untold = read_basis(folder)
    return Assessment(
        findings=findings_of(read("findings"), folder),
        basis=basis,
        not_computed=untold,
        **{name: read(name) for name in TABLES},
    )


def read_table(folder: Path, name: str, columns: list[str] | None = None) -> Any:
    """One table of the last run, or some columns of it."""
    if unfinished(folder):
        settle(folder)
    listed = read_record(folder).get("outputs", {})
    file = folder / f"{name}.parquet"
    if any(n.startswith(f"{name}/") for n in listed):  # a run in parts
        file = folder / name
    if not file.exists() or (file.is_file() and file.name not in listed):
        raise OutputError(
            f"{folder} 中没有完整的运行结果：请先运行 mujun run。",
            f"there is no whole run in {folder}: run `mujun run` first.",
        )
    return read_file(file, name, columns)


def read_file(file: Path, name: str, columns: list[str] | None = None) -> Any:
    """One table of this name from its file, or from a folder of its parts.

    A column of a table without rows holds no type: Parquet gives it back as text, which cannot be
    counted with, so it is any type again, as where it was made. Layers are only drawn, and stay.
    """
    try:
        if name in OUTLINED:
            return gpd.read_parquet(file, columns=columns)
        table = pd.read_parquet(file, columns=columns)
        return (
            table
            if len(table)
            else table.astype(dict.fromkeys(table.select_dtypes("str").columns, object))
        )
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{file} 已损坏：请重新运行 mujun run。",
            f"{file} is damaged: run `mujun run` again.",
        ) from error
