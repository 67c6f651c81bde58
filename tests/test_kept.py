"""What is worked out of a run once: by whom, for whom, and what another run has of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.publish.gis.attributes import opened
from geo.publish.gis.coded import write_coded
from geo.run import Run
from geo.run.kept import kept
from geo.sources.repeats import _numbers_rows
from tests.builders import square


def test_a_run_is_worked_out_once_and_what_is_taken_first_stays():
    asked: list[Run] = []

    @kept
    def count(run: Run) -> int:
        """How many were asked before."""
        asked.append(run)
        return len(asked)

    one, other = (Run({}, None) for _ in range(2))  # type: ignore[arg-type]
    assert [count(one), count(one), count(other), count(one)] == [1, 1, 2, 1]
    count.take(one, 9)
    assert (count(one), asked) == (1, [one, other])
    third = Run({}, None)  # type: ignore[arg-type]
    count.take(third, 9)
    assert (count(third), asked, count.__doc__) == (9, [one, other], "How many were asked before.")


def test_words_of_a_second_table_have_the_numbers_of_the_first(tmp_path: Path):
    """No word stands twice."""
    first = pd.DataFrame({"name": pd.Series([f"宗地{n % 5}" for n in range(9)], dtype="str")})
    second = pd.DataFrame({"name": pd.Series([f"宗地{n % 4 + 3}" for n in range(9)], dtype="str")})
    both = [pd.concat([table] * 300, ignore_index=True) for table in (first, second)]
    both = [t.assign(value=np.arange(len(t)) / 7, id=[f"{i}" for i in t.index]) for t in both]
    known: dict[str, int] = {}
    file = tmp_path / "own.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[square(0, 0)], crs=4490).to_file(file, layer="a")
    with closing(opened(file)) as base:
        for at, table in enumerate(both):
            write_coded(table, f"long{at}", base, "", known)
        words = dict(base.execute("SELECT word, fid FROM words"))
        told = base.execute("SELECT name, id FROM long1 ORDER BY fid").fetchall()
    assert told == list(both[1][["name", "id"]].itertuples(index=False, name=None))
    assert known == words == {f"{n}": n + 1 for n in range(2_700)}


def test_a_column_numbers_the_rows_only_if_all_of_it_does():
    """The slip may stand in the last row; two rows tell nothing."""
    count = pd.Series([str(n) for n in range(5, 505)])
    assert _numbers_rows(count, "x")
    assert not _numbers_rows(pd.concat([count, pd.Series(["505.5"])]), "x")
    assert not _numbers_rows(pd.concat([count, pd.Series([None])]), "x")
    assert not _numbers_rows(count.iloc[:2], "x")
    assert not _numbers_rows(count.astype(int), "x")  # figures are compared
    assert _numbers_rows(count.iloc[:2], "序号")
