"""Tables: CSV (UTF-8 or GBK), Excel and Parquet, with headings on any row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from geo import findings
from geo.errors import SourceError, reason
from geo.project import TableSource
from geo.sources.encoding import text_encoding
from geo.sources.ledger import read_ledger

EXCEL = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


def missing(file: Path) -> SourceError:
    """The error for a file that is not there."""
    return SourceError(
        f"找不到文件 {file}：请检查 mujun.toml 中的 path。",
        f"no such file {file}: check its `path` in mujun.toml.",
    )


def read_table(
    file: Path, source: TableSource, name: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one table as it stands, with what was found while reading it as table `name`.

    `source_row` is the row number that a user sees in the file.
    """
    if not file.exists():
        raise missing(file)
    try:
        if file.suffix.lower() in EXCEL:
            return read_ledger(file, source, name)
        return _plain(file, source), findings.none()
    except SourceError:
        raise
    except Exception as error:
        why = reason(error)
        raise SourceError(
            f"{file.name}：读不出来（{why}）：文件是否损坏，或 sheet、header、encoding 写错？",
            f"{file.name}: cannot be read ({why}): is it damaged, or are sheet, header or"
            " encoding wrong?",
        ) from error


def _plain(file: Path, source: TableSource) -> pd.DataFrame:
    header = source.header or 1
    if file.suffix.lower() == ".parquet":
        frame: pd.DataFrame = pq.read_table(file).to_pandas(integer_object_nulls=True)
    else:
        encoding = source.encoding or text_encoding(file)
        frame = pd.read_csv(file, header=header - 1, encoding=encoding, dtype="str",
                            skip_blank_lines=False,
                            sep="\t" if file.suffix.lower() == ".tsv" else ",")
    frame.columns = [str(c).strip() for c in frame.columns]
    frame["source_row"] = range(header + 1, header + 1 + len(frame))
    empty = frame.drop(columns="source_row").isna().all(axis=1)
    return frame[~empty].reset_index(drop=True)
