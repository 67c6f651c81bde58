"""Packs by id or file, and the parcels and enterprises of a project's last run, as rules read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from geo.declaration import why_refused
from geo.errors import ProjectError
from geo.project import Project, Settings
from geo.run import Run
from geo.standards.asof import with_days
from geo.standards.model import Pack, read_pack


def read_pack_at(name: str, folder: Path | None, project: Project | None) -> Pack:
    """A shipped pack by id, or a file: beside the project, or without a folder where one stands.

    In a project it may name its own indicators, too: it is read as the run reads it.
    """
    if folder is None and name.endswith(".toml"):
        name, folder = Path(name).name, Path(name).parent
    if project is None:
        return read_pack(name, folder or Path())
    return read_pack(name, folder or Path(), project.settings.rule_figures)


@dataclass(frozen=True)
class Subjects:
    """The subjects of a run, indexed by their id, with all figures that rules are about."""

    parcels: pd.DataFrame
    enterprises: pd.DataFrame
    settings: Settings

    def of(self, subject: str) -> pd.DataFrame:
        """Parcels or enterprises."""
        return self.parcels if subject == "parcel" else self.enterprises


def subjects_of(project: Project, judge_as: str | None = None) -> Subjects:
    """Those of the last run in the project's `outputs`, as of the days that the run was judged by.

    `judge_as` is another day than the run's. Raises OutputError where there is no whole run,
    ProjectError for a day that is none.
    """
    run = Run.load(project.folder / "outputs")
    parcels, enterprises, settings = run.parcels, run.enterprises, run.settings
    if judge_as is not None:
        settings = with_day(settings, judge_as)
        parcels = with_days(parcels, settings)
    plain = pd.DataFrame(parcels.drop(columns="geometry", errors="ignore")).set_index("parcel_id")
    if settings.judge_as != "supplied":
        enterprises = enterprises.assign(judged_as_of=pd.Timestamp(settings.judge_day))
    return Subjects(plain, enterprises.set_index("enterprise_id"), settings)


def with_day(settings: Settings, judge_as: str) -> Settings:
    """The settings with another day whose rules count."""
    whole = settings.model_dump() | {"judge_as": judge_as}
    try:
        return Settings(**whole)
    except ValidationError as error:
        key, why = why_refused(error, whole, Settings)
        raise ProjectError("cli_job.refused_setting", key=key, why=why) from error
