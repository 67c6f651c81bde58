"""What the growth path says of each of its steps: one wording for the sheet and for the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from geo.land.facility_kinds import kinds, title
from geo.publish.records.tables import Row
from geo.publish.records.targets import TargetLine, lines_by_park
from geo.run import Run
from geo.text import Message, Wording


def step_lines(run: Run) -> pd.Series:
    """The line of each row of `chain_path`, in the run's language and the table's order.

    A target says its figure as it was judged, with its unit and what it was before rounding where
    that decides, else why there is none; an enterprise's step is the stage of its chain.
    """
    path, lang = run.chain_path, run.settings.lang
    rows = path.to_dict("records")
    line: dict[str, Callable[[Row], str]] = {
        "target": _targets(run, path),
        "enterprise": lambda row: str(row["item"]) or Message("growth_path.outside")(lang),
        "facility": lambda row: _titled(row, lang) + _due(row),
    }
    said = [line.get(row["lane"], _plain)(row) for row in rows]  # rows-ok: steps of parks
    return pd.Series(said, index=path.index, dtype="str")


def _targets(run: Run, path: pd.DataFrame) -> Callable[[Row], str]:
    years = path[path["lane"] == "target"]["year"].astype(int).unique()
    lines: dict[tuple[str, int, str], TargetLine] = {
        (park, int(year), line.id): line
        for year in years
        for park, own in lines_by_park(
            run.park_targets, run.basis.plan, run.settings, int(year)
        ).items()
        for line in own
    }

    def said(row: Row) -> str:
        line = lines[str(row["park_id"]), int(row["year"]), str(row["item"])]
        return f"{line.title} {line.shown_exact or line.word}"

    return said


def _plain(row: Row) -> str:
    return str(row["item"]) + _due(row)


def _titled(row: Row, lang: str) -> str:
    item = _facilities().get(row["item"])
    return item(lang) if item else str(row["item"])


def _due(row: Row) -> str:
    """The year that something is planned for."""
    return f" {row['year']:.0f}" if row["state"] == "planned" and pd.notna(row["year"]) else ""


@cache
def _facilities() -> dict[str, Wording]:
    """What the kinds of facilities are called, by the title that the table `chain_path` holds."""
    return {title(kind).zh: title(kind) for kind in kinds()}
