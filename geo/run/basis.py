"""What a run was judged by, kept with its results.

A map or a report made later from the results cites and judges by these, whatever `mujun.toml`, the
packs and the method say by then.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geo.errors import OutputError
from geo.evaluate.method import Method
from geo.evaluate.plan import NO_PLAN, Plan, read_plan
from geo.model.table import FOLDER
from geo.project import Settings
from geo.run.record import Record, tables_folder, to_json
from geo.standards.model import Pack
from geo.text import Wording, from_json
from geo.text import to_json as wording_json

BASIS = f"{FOLDER}/basis.json"
OF_SHOWING = (
    *("title", "lang", "synthetic", "sources", "costs", "themes", "briefing"),
    "note_states",
)
"""Settings that no verdict rests on: those of today's `mujun.toml` are followed."""
_LIBRARIES = ("mujun", "geopandas", "shapely", "pandas", "numpy", "pyproj", "pyogrio", "folium")


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that figures rest on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}


@dataclass(frozen=True)
class Basis:
    """What a run was judged by.

    Parameters
    ----------
    settings
        `[project]` of the run.
    packs
        Rule packs (规则包), with what the project decides where they leave a cell open.
    low_efficiency
        Packs whose failing parcels are low-efficiency land (低效用地).
    method
        The grading method (评价办法), if enterprises are graded.
    plan
        The plan whose targets are judged and whose clauses are cited; `NO_PLAN` without one.
    not_computed
        What was left out, and the layer that would feed it.
    versions
        Of Python and the libraries, by name.
    inputs
        SHA-256 of every file that was read, by the path that the project gives it.
    """

    settings: Settings
    packs: tuple[Pack, ...] = ()
    low_efficiency: tuple[Pack, ...] = ()
    method: Method | None = None
    plan: Plan = NO_PLAN
    not_computed: tuple[Wording, ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)
    inputs: Mapping[str, str] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write `tables/basis.json`, for a run whose results lie in `folder`."""
        kept = {
            "settings": self.settings.model_dump(mode="json"),
            "packs": [pack.model_dump(mode="json") for pack in self.packs],
            "low_efficiency": [pack.model_dump(mode="json") for pack in self.low_efficiency],
            "method": self.method.model_dump(mode="json") if self.method else None,
            "plan": self.plan.model_dump(mode="json", by_alias=True) if self.plan else None,
            "not_computed": [wording_json(text) for text in self.not_computed],
            "versions": dict(self.versions),
            "inputs": dict(self.inputs),
        }
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / BASIS).write_text(to_json(kept), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, record: Record) -> Basis:
        """The basis that `save` wrote; of a run before it was kept, what its record says.

        Raises OutputError where the file is damaged, or of a version that this one cannot read.
        """
        file = folder / tables_folder(record) / Path(BASIS).name
        try:
            if not file.is_file():
                settings = Settings(**record["settings"])
                plan = read_plan(settings.plan)  # then only shipped ones could be named
                kept = {"versions": record["versions"], "inputs": record["inputs"]}
                return cls(settings, plan=plan, **kept)
            return cls._of(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise OutputError("run_basis.cannot_read", file=file) from error

    @classmethod
    def _of(cls, kept: dict[str, Any]) -> Basis:
        settings = Settings(**kept["settings"])
        known = settings.rule_figures
        packs, low_efficiency = (
            tuple(Pack.model_validate(pack, context=known) for pack in kept[name])
            for name in ("packs", "low_efficiency")
        )
        plan = kept.get("plan")
        texts = [from_json(text) for text in kept["not_computed"]]
        return cls(
            settings,
            packs,
            low_efficiency,
            Method(**kept["method"]) if kept["method"] else None,
            Plan.model_validate(plan, context=known) if plan else NO_PLAN,
            tuple(text for text in texts if isinstance(text, Wording)),
            kept["versions"],
            kept["inputs"],
        )
