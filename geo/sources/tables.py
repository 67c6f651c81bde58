"""Tables: CSV (UTF-8 or GBK), Excel and Parquet, with headings on any row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.errors import SourceError
from geo.project import TableSource
from geo.sources.encoding import text_encoding

EXCEL = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


def missing(file: Path) -> SourceError:
    """The error for a file that is not there."""
    return SourceError(
        f"找不到文件 {file}：请检查 mujun.toml 中的 path。",
        f"no such file {file}: check its `path` in mujun.toml.",
    )


def read_table(file: Path, source: TableSource) -> pd.DataFrame:
    """Read one table as it stands; `source_row` is the row number that a user sees in the file."""
    if not file.exists():
        raise missing(file)
    suffix = file.suffix.lower()
    try:
        if suffix in EXCEL:
            frame = pd.read_excel(file, sheet_name=source.sheet or 0, header=source.header - 1,
                                  engine="calamine", dtype=object)
        elif suffix == ".parquet":
            frame = pd.read_parquet(file)
        else:
            encoding = source.encoding or text_encoding(file)
            frame = pd.read_csv(file, header=source.header - 1, encoding=encoding, dtype="str",
                                skip_blank_lines=False, sep="\t" if suffix == ".tsv" else ",")
    except SourceError:
        raise
    except Exception as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(
            f"{file.name}：读不出来（{why}）：文件是否损坏，或 sheet、header、encoding 写错？",
            f"{file.name}: cannot be read ({why}): is it damaged, or are sheet, header or"
            " encoding wrong?",
        ) from error
    frame.columns = [str(c).strip() for c in frame.columns]
    frame["source_row"] = range(source.header + 1, source.header + 1 + len(frame))
    empty = frame.drop(columns="source_row").isna().all(axis=1)
    return frame[~empty].reset_index(drop=True)
