"""The plans whose targets a project may name: `geo/evaluate/targets/`, a file a plan.

Nothing of a plan is judged, shown or cited unless the project names it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from geo.errors import ProjectError, Text

SICHUAN = "sichuan-5plus1-2021"
_HOME = files("geo.evaluate") / "targets"


def plans() -> list[str]:
    """Ids of the plans that come with mujun."""
    return sorted(p.name.removesuffix(".toml") for p in _HOME.iterdir() if p.name.endswith(".toml"))


@cache
def read_plan(name: str) -> dict[str, Any]:
    """A plan's file; ProjectError where there is no such plan."""
    if name not in plans():
        raise ProjectError(
            f"plan：没有计划“{name}”，可用 {'、'.join(plans())}；不需要计划目标时删去这一项。",
            f"plan: no plan `{name}`: use {', '.join(plans())}, or leave the key out.",
        )
    return tomllib.loads((_HOME / f"{name}.toml").read_text(encoding="utf-8"))


def plan_title(name: str) -> Text:
    """The plan's title, which cites it; empty without a plan."""
    head = read_plan(name)["plan"] if name else {"title_zh": "", "title_en": ""}
    return Text(head["title_zh"], head["title_en"])


@cache
def target_titles() -> dict[str, Text]:
    """What the targets of all plans are called, by id."""
    return {
        key: Text(target["zh"], target["en"])
        for name in plans()
        for key, target in read_plan(name)["targets"].items()
    }


def cited(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A table whose `clause` is the plan's with the plan's citation; without a plan, with none."""
    if not name:
        return table.assign(clause="", citation="")
    said = table["clause"].astype("str").fillna("") != ""
    title = pd.Series(plan_title(name).zh, index=table.index)
    return table.assign(citation=title.where(said, ""))
