"""How far failing parcels stand from their limits, of a run in parts: there is one a parcel.

They lie in a file a part, and what is kept of all are two of each indicator, whose median is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.run.files import QUICK, write_table
from geo.standards.outcome import Outcome, middle


def without_gaps(counted: Outcome, file: Path) -> Outcome:
    """The counts of a part without its gaps, which are written into a file."""
    write_table(counted.gaps, file, QUICK)
    return replace(counted, gaps=counted.gaps.iloc[:0])


def with_medians(counted: Outcome, files: Sequence[Path]) -> Outcome:
    """The counts of all parts, with the middle gaps of their files, an indicator after the other."""
    named = (pq.read_table(file, columns=["indicator"])["indicator"].unique() for file in files)
    indicators = dict.fromkeys(name for column in named for name in column.to_pylist())
    medians = [_middle_of(name, files) for name in indicators]
    return replace(counted, gaps=pd.concat(medians or [counted.gaps], ignore_index=True))


def _middle_of(indicator: str, files: Sequence[Path]) -> pd.DataFrame:
    which = [("indicator", "==", indicator)]
    asked = ["unit", "gap", "parcels"]
    rows = pa.concat_tables(pq.read_table(file, columns=asked, filters=which) for file in files)
    unit = rows["unit"][0].as_py()
    low, high = middle(rows["gap"].to_numpy(), rows["parcels"].to_numpy().astype(np.int64))
    two = {"indicator": indicator, "unit": unit, "gap": [low, high], "parcels": 1}
    return pd.DataFrame(two)
