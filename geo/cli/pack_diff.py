"""packs diff: what differs between two editions of a pack, and whose verdict changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import typer
from xlsxwriter.exceptions import XlsxWriterException

from geo.cli.pack_subjects import Subjects, read_pack_at, subjects_of
from geo.cli.usage import BadValue
from geo.errors import OutputError, system_reason
from geo.model.tables import TABLES
from geo.project import Project, Settings
from geo.publish.excel.workbook import write_tables
from geo.standards.model import Pack
from geo.standards.pack_changes import Changes, changes_between, sides, with_decisions_of
from geo.standards.pack_diff import CHANGE_WORDS, EFFECTS, PARTS, differences
from geo.standards.selection import packs_of
from geo.standards.vocabulary import VERDICTS
from geo.text import Lang, Message
from geo.text.as_json import Json

_LISTED = 20
"""Subjects that the terminal lists; the workbook and `--json` have all."""


def diff_packs(
    names: tuple[str, str],
    project: Project | None,
    judged: tuple[bool, str | None],
    out: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Print, or write as a workbook, what differs between two packs.

    `judged` is whether the project's subjects are judged by both, and another day for it.
    """
    if out is not None:
        _refuse(out)
    old, new = (read_pack_at(name, None, project) for name in names)
    table = differences(old, new)
    changes = None
    if project is not None and judged[0]:
        changes = _changes(project, old, new, subjects_of(project, judged[1]))
    if out is not None:
        _write(table, changes, out, _settings(project, lang))
    if as_json:
        typer.echo(json.dumps(_facts(old, new, table, changes), ensure_ascii=False, indent=1))
        return
    for line in (*_lines(old, new, table, lang), *_changed_lines(changes, lang)):
        typer.echo(line)
    if out is not None:
        typer.echo(Message("pack_diff.written", file=out)(lang))


def _changes(project: Project, old: Pack, new: Pack, subjects: Subjects) -> Changes:
    """The project's subjects by both editions, each with what the project decides for it."""
    if old.head.subject != new.head.subject:
        raise BadValue(Message("pack_diff.other_subject", old=old.head.id, new=new.head.id))
    settings = subjects.settings
    packs = packs_of(project)
    used = {pack.head.id: pack for pack in packs}
    # As the project decides their open cells and places, in the days that their files state.
    one, two = (
        used.get(pack.head.id, pack).model_copy(update={"head": pack.head}) for pack in (old, new)
    )
    one, two = with_decisions_of(one, two), with_decisions_of(two, one)
    before, after = sides(packs, one, two, settings.judge_as, settings.today)
    frame = subjects.of(old.head.subject)
    return changes_between(frame, before, after, (one, two), settings.rule_figures)


def _settings(project: Project | None, lang: Lang) -> Settings:
    if project is None:
        return Settings(year=dt.datetime.now().astimezone().year, lang=lang)
    return project.settings.model_copy(update={"lang": lang})


def _refuse(file: Path) -> None:
    """OutputError for a workbook of another ending, or a file that is there."""
    if file.suffix.lower() != ".xlsx":
        raise BadValue(Message("pack_diff.kind", file=file))
    if file.exists():
        raise OutputError("packs_import.exists", file=file)


def _tables(table: pd.DataFrame, changes: Changes | None) -> dict[str, pd.DataFrame]:
    """The tables by their declared name."""
    if changes is None:
        return {"pack_differences": table}
    return {
        "pack_differences": table,
        "pack_changes": changes.subjects,
        "pack_rule_changes": changes.rules,
    }


def _write(table: pd.DataFrame, changes: Changes | None, file: Path, settings: Settings) -> None:
    titles = {name: TABLES[name].title(settings.lang) for name in _tables(table, changes)}
    tables = {titles[name]: one for name, one in _tables(table, changes).items()}
    try:
        write_tables(tables, settings, file, {title: name for name, title in titles.items()})
    except (OSError, XlsxWriterException) as error:
        why = system_reason(error)
        raise OutputError("cli_build.cannot_write", folder=file, strerror=why) from error


def _lines(old: Pack, new: Pack, table: pd.DataFrame, lang: Lang) -> Iterator[str]:
    yield f"{old.head.id}  →  {new.head.id}"
    for part, word in PARTS.items():
        rows = table[table["part"] == part]
        if rows.empty:
            continue
        yield f"\n{word(lang)}"
        for row in rows.to_dict("records"):  # rows-ok: cells of two tables
            where = " · ".join(row[key] for key in ("column", "row", "item") if row[key])
            effect = f"  [{EFFECTS[row['effect']](lang)}]" if row["effect"] else ""
            change = CHANGE_WORDS[row["change"]](lang)
            values = f"{row['old'] or '—'} → {row['new'] or '—'}"
            yield f"  {change}  {where}: {values}{effect}"
    cells = table[table["part"] == "cell"]
    count = cells["effect"].value_counts()
    yield ""
    yield Message(
        "pack_diff.total",
        count=len(table),
        cells=len(cells),
        stricter=int(count.get("stricter", 0)),
        looser=int(count.get("looser", 0)),
    )(lang)


def _changed_lines(changes: Changes | None, lang: Lang) -> Iterator[str]:
    """Verdicts from → to with their sums, then the first subjects with the rule and the figures."""
    if changes is None:
        return
    yield ""
    moved = changes.counts[changes.counts["before"] != changes.counts["after"]]
    total = Message(
        "pack_diff.subjects",
        count=int(moved["subjects"].sum()),
        mu=float(moved["mu"].sum()),
        every=int(changes.counts["subjects"].sum()),
    )
    yield total(lang)
    for row in moved.to_dict("records"):  # rows-ok: pairs of verdicts
        yield "  " + Message(
            "pack_diff.moved",
            before=VERDICTS[row["before"]],
            after=VERDICTS[row["after"]],
            count=row["subjects"],
            mu=row["mu"],
        )(lang)
    first = changes.rules[changes.rules["overall_changes"]].drop_duplicates("subject_id")
    for row in first.head(_LISTED).to_dict("records"):  # rows-ok: the first twenty
        yield "  " + Message(
            "pack_diff.by_rule",
            subject=row["subject_id"],
            rule=row["rule_id"],
            before=VERDICTS.get(row["before"], row["before"]),
            after=VERDICTS.get(row["after"], row["after"]),
            value=f"{_figure(row['value'])} {row['unit']}".rstrip(),
            limits=f"{_figure(row['threshold_before'])} → {_figure(row['threshold_after'])}",
            gap=_figure(row["gap"]),
        )(lang)


def _figure(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:,.6g}"


def _facts(old: Pack, new: Pack, table: pd.DataFrame, changes: Changes | None) -> dict[str, Json]:
    """What `--json` prints."""
    facts: dict[str, Json] = {
        "old": old.head.id,
        "new": new.head.id,
        "differences": _records(table),
    }
    if changes is not None:
        facts |= {
            "counts": _records(changes.counts),
            "changes": _records(changes.subjects),
            "rules": _records(changes.rules),
        }
    return facts


def _records(table: pd.DataFrame) -> Json:
    records: Json = json.loads(table.to_json(orient="records", force_ascii=False))
    return records
