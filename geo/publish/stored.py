"""The last run read back from its outputs, so that one product can be made again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.assess import Assessment
from geo.assess.tables import OUTLINED, TABLES
from geo.errors import OutputError
from geo.publish.files import RECORD


def read_run(folder: Path) -> Assessment:
    """The Assessment that `mujun run` left in `folder`; OutputError if there is none.

    Findings were written in the language of the run, and stay in it.
    """
    said = read_table(folder, "findings")
    both = {f"{name}_{lang}": said[name] for name in ("message", "mend") for lang in ("zh", "en")}
    found = said.drop(columns=["message", "mend"]).assign(
        **both, set_aside=said["severity"] == "error")
    return Assessment(findings=found.reindex(columns=list(findings.COLUMNS)),
                      **{name: read_table(folder, name) for name in TABLES})


def read_table(folder: Path, name: str, columns: list[str] | None = None) -> Any:
    """One table of the last run, or some columns of it."""
    file = folder / f"{name}.parquet"
    if (folder / name).is_dir():  # a run in parts
        file = folder / name
    if not (file.exists() and (folder / RECORD).is_file()):
        raise OutputError(
            f"{folder} 中没有完整的运行结果：请先运行 mujun run。",
            f"there is no whole run in {folder}: run `mujun run` first.",
        )
    try:
        return (gpd.read_parquet if name in OUTLINED else pd.read_parquet)(file, columns=columns)
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{file} 已损坏：请重新运行 mujun run。", f"{file} is damaged: run `mujun run` again.",
        ) from error
