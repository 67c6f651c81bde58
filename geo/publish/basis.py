"""What a run was judged by, kept with its results: settings, packs, method, and its own messages.

A map or a report made later from the results cites and judges by these, whatever `mujun.toml`, the
packs and the method say by then.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from geo import findings
from geo.assess import Assessment
from geo.assess.result import Basis
from geo.assess.tables import write_table
from geo.errors import OutputError, Text
from geo.evaluate.method import Method
from geo.project import Project, Settings
from geo.publish.guard import inputs_by_hash, paths
from geo.publish.record import Record
from geo.publish.staging import to_json
from geo.standards.model import Pack

BASIS = "basis.json"
MESSAGES = "messages.parquet"
"""What findings say in both languages, in the order of `findings`."""
_TEXTS = ("message_zh", "message_en", "mend_zh", "mend_en", "set_aside")
OF_SHOWING = ("title", "lang", "synthetic", "sources", "costs")
"""Settings that no verdict rests on: those of today's `mujun.toml` are followed."""


def write_basis(result: Assessment, settings: Settings, folder: Path) -> None:
    """`basis.json`."""
    basis = result.basis
    (folder / BASIS).write_text(
        to_json(
            {
                "settings": settings.model_dump(mode="json"),
                "packs": [pack.model_dump(mode="json") for pack in basis.packs],
                "low_efficiency": [pack.model_dump(mode="json") for pack in basis.low_efficiency],
                "method": basis.method.model_dump(mode="json") if basis.method else None,
                "not_computed": [{"zh": text.zh, "en": text.en} for text in result.not_computed],
            }
        ),
        encoding="utf-8",
    )


def write_messages(result: Assessment, folder: Path) -> None:
    """`messages.parquet`: what the findings say in both languages."""
    said = pd.DataFrame({name: result.findings[name] for name in _TEXTS})
    write_table(
        said.astype(dict.fromkeys(_TEXTS[:-1], "str") | {"set_aside": "bool"}), folder / MESSAGES
    )


def read_basis(folder: Path) -> tuple[Settings | None, Basis, list[Text]]:
    """Settings, basis and what was not computed; nothing of a run before they were kept.

    Raises OutputError where the file is damaged, or of a version that this one cannot read.
    """
    file = folder / BASIS
    if not file.is_file():
        return None, Basis(), []
    try:
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        settings = Settings(**raw["settings"])
        known = settings.catalogue
        packs, low = (
            [Pack.model_validate(one, context=known) for one in raw[name]]
            for name in ("packs", "low_efficiency")
        )
        method = Method(**raw["method"]) if raw["method"] else None
        untold = [Text(one["zh"], one["en"]) for one in raw["not_computed"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise OutputError(
            f"{file} 无法读取（已损坏，或由其他版本写成）：请重新运行 mujun run。",
            f"{file} cannot be read (damaged, or of another version): run `mujun run` again.",
        ) from error
    return settings, Basis(packs, low, method), untold


def with_messages(said: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Published findings with what they say in both languages.

    Those of a run in parts, and of older ones, stay in the language of the run.
    """
    file = folder / MESSAGES
    if file.is_file():
        both = pd.read_parquet(file)
        if len(both) == len(said):
            return said.drop(columns=["message", "mend"]).assign(
                **{name: both[name] for name in _TEXTS}
            )
    texts = {f"{name}_{lang}": said[name] for name in ("message", "mend") for lang in ("zh", "en")}
    return said.drop(columns=["message", "mend"]).assign(
        **texts, set_aside=said["severity"] == "error"
    )


def as_judged(project: Project, judged: Settings | None) -> Project:
    """The project with the settings that a run was judged by, shown as today's file says."""
    if judged is None:
        return project
    today = {name: getattr(project.project, name) for name in OF_SHOWING}
    return project.model_copy(update={"project": judged.model_copy(update=today)})


def changed_inputs(project: Project, judged: Settings | None, record: Record) -> list[str]:
    """What a run rested on and is another today: settings by name, files by path."""
    if judged is None:
        return []
    today = project.project
    odd = [
        f"{project.file} [project] {name}"
        for name in type(today).model_fields
        if name not in OF_SHOWING and getattr(today, name) != getattr(judged, name)
    ]
    then = as_judged(project, judged)
    hashes, named = inputs_by_hash(then), set(paths(then))
    for name, digest in record.get("inputs", {}).items():
        if name == project.file:
            continue
        there = hashes.get(name)
        if (there is None and name in named) or (there is not None and there != digest):
            odd.append(name)
    return odd


def findings_of(said: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The findings of an Assessment from those that were published."""
    return with_messages(said, folder).reindex(columns=list(findings.COLUMNS))
