"""Scenarios of the map (试算方案) as drafts of rule packs: values changed, the citation left to fill.

A scenario is a trial that was kept under a name. Its draft is the pack's own file with the tried
figures in its cells; document, date, address, days and clauses are taken out, and each change is
listed as open. Until an office has filled in and decided all of it, the file is refused as a pack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import tomlkit
from pydantic import Field, ValidationError
from tomlkit.items import Item

from geo.declaration import why_refused
from geo.errors import SourceError, system_reason
from geo.intake.packs.writing import commented, toml_value
from geo.standards.cited import Strict
from geo.text import Lang, Message, join

Side = Literal["low", "high", "lowBy", "highBy"]
DECIMALS = 6
"""To which a limit that was moved by per cent is written, as on the map."""
_LEADING = re.compile(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*")
"""Comments over a pack: they are of its document, which the draft is not of."""
_ENDS = {"low": ("min", "above"), "high": ("max", "below")}
_OF_SIDE = {"low": (">=", ">"), "high": ("<=", "<")}
_KEPT = ("region", "subject", "level", "stands", "rows_by", "choose_one", "currency")
"""Keys of a pack's head that its draft takes over: whom and what it is for."""
_BLANK = ("title_zh", "title_en", "issuer", "document", "url")
_UNSET = ("date", "in_force_from")


class Trial(Strict):
    """What a scenario tries: bars as (rule, row or None for all, side, figure); weights and cuts."""

    subject: str = ""
    row: str | None = None
    bars: list[tuple[str, str | None, Side, float]]
    weights: dict[str, float] = Field(default_factory=dict)
    cuts: dict[str, float] = Field(default_factory=dict)


class Scenario(Strict):
    """A trial under its name."""

    name: str = Field(min_length=1, max_length=60)
    made: str = ""
    trial: Trial


class ScenarioFile(Strict):
    """The file that the map saves."""

    kind: Literal["mujun-scenarios"]
    version: Literal[1]
    title: str = ""
    year: int | None = None
    scenarios: list[Scenario]


@dataclass
class ScenarioDraft:
    """A draft's text, the cells that were changed as sentences, and what was not taken over."""

    text: str = ""
    changed: list[Message] = field(default_factory=list)
    left: list[Message] = field(default_factory=list)


def read_scenario(file: Path, name: str) -> Scenario:
    """The scenario of a name, or the only one; SourceError where there is none or the file is none."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8-sig"))
        found = ScenarioFile.model_validate(raw)
    except OSError as error:
        raise SourceError("packs_draft.unread", file=file, why=system_reason(error)) from error
    except ValidationError as error:
        key, why = why_refused(error)
        raise SourceError("packs_draft.odd_key", file=file, key=key, why=why) from error
    except (ValueError, RecursionError) as error:
        raise SourceError("packs_draft.odd", file=file) from error
    names = join(one.name for one in found.scenarios)
    chosen = [one for one in found.scenarios if name in ("", one.name)]
    if not chosen:
        raise SourceError("packs_draft.no_scenario", file=file, name=name, names=names)
    if len(chosen) > 1:
        raise SourceError("packs_draft.several", file=file, names=names)
    return chosen[0]


def packs_in(scenario: Scenario) -> list[str]:
    """Ids of the packs that a scenario changes, each once."""
    return list(dict.fromkeys(rule.rpartition("/")[0] for rule, *_ in scenario.trial.bars))


def draft_of_scenario(scenario: Scenario, pack: str, source: str, lang: Lang) -> ScenarioDraft:
    """The draft of a pack: `source` is its file's text.

    A cell that holds no figure on the side that was tried stays as it is and is listed in `left`.
    """
    document = tomlkit.parse(source)
    out = ScenarioDraft()
    for rule, row, side, figure in scenario.trial.bars:
        of, _, key = rule.rpartition("/")
        if of == pack:
            _change(document, key, row, _Bar(side, figure), out)
    if scenario.trial.weights or scenario.trial.cuts:
        out.left.append(Message("packs_draft.grading"))
    document["pack"] = _head(document["pack"], pack, lang)
    for column in document["columns"].values():
        column["clause"] = _empty("", lang)
    for key in ("open", "answers", "given", "chosen"):
        document.pop(key, None)
    body = _LEADING.sub("", tomlkit.dumps(document))
    out.text = "\n".join(_top(scenario, pack, out, lang)) + "\n\n" + body
    return out


def _top(scenario: Scenario, pack: str, draft: ScenarioDraft, lang: Lang) -> Iterator[str]:
    """What stands over the draft: where it is from, what is not in it, and each change as open."""
    yield commented(Message("packs_draft.head", name=scenario.name, pack=pack)(lang))
    yield from (commented(one(lang)) for one in draft.left)
    yield commented(Message("packs_import.open_head")(lang))
    yield "open = ["
    for one in draft.changed or [Message("packs_draft.unchanged")]:
        yield f"  {toml_value(one(lang))},"
    yield "]"


def _empty(value: str, lang: Lang) -> Item:
    return tomlkit.item(value).comment(Message("packs_import.to_fill")(lang))


def _head(head: Any, pack: str, lang: Lang) -> Item:
    """The head with its citation taken out, as blanks to fill."""
    table = tomlkit.table()
    table["id"] = f"{pack}-draft"
    for key in _BLANK:
        table[key] = _empty("", lang)
    for key in _UNSET:
        blank = Message("packs_import.to_fill")(lang)
        table.add(tomlkit.comment(f"{key} =  # {blank}"))
    for key in _KEPT:
        if key in head:
            table[key] = head[key]
    table.add(tomlkit.nl())
    return table


@dataclass(frozen=True)
class _Bar:
    side: Side
    figure: float

    @property
    def end(self) -> str:
        return self.side.removesuffix("By")

    def applied(self, printed: float, divide_by: float) -> float | int:
        """The tried figure in the unit of the cell."""
        percent = self.side.endswith("By")
        tried = printed * (1 + self.figure / 100) if percent else self.figure * divide_by
        rounded = round(tried, DECIMALS)
        return int(rounded) if rounded.is_integer() else rounded


def _change(document: Any, key: str, row: str | None, bar: _Bar, out: ScenarioDraft) -> None:
    """Put a tried figure into the cells of a column; what changes and what does not goes to `out`."""
    column = document["columns"].get(key)
    rows = [one for one in document["rows"] if row in (None, one["industry"])]
    if column is None or not rows:
        out.left.append(Message("packs_draft.no_cell", row=row or "", column=key))
        return
    for one in rows:
        before = one["cells"][key]
        if (after := _tried(before, column, bar)) is None:
            if row is not None:
                out.left.append(
                    Message("packs_draft.not_taken", row=row, column=key, cell=toml_value(before))
                )
            continue
        changed = Message(
            "packs_draft.changed",
            row=one["industry"],
            column=key,
            before=toml_value(before),
            after=toml_value(after),
        )
        one["cells"][key] = after
        out.changed.append(changed)


def _tried(cell: Any, column: Any, bar: _Bar) -> Any:
    """The cell with the tried figure, None where it has none on that side.

    Bands keep their differences under per cent; one figure for all of them is nobody's wish.
    """
    divide_by = float(column.get("divide_by", 1))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        meant = column["operator"] in _OF_SIDE[bar.end]
        return bar.applied(float(cell), divide_by) if meant else None
    if not isinstance(cell, dict):
        return None
    end = next((key for key in _ENDS[bar.end] if key in cell), None)
    plain = cell.unwrap() if isinstance(cell, Item) else dict(cell)
    if end is not None and "bands" not in cell:
        return plain | {end: bar.applied(float(cell[end]), divide_by)}
    if "bands" in cell and bar.side.endswith("By"):
        bands = [
            one | {"cell": new}
            for one in plain["bands"]
            if (new := _tried(one["cell"], column, bar)) is not None
        ]
        return plain | {"bands": bands} if len(bands) == len(plain["bands"]) else None
    return None
