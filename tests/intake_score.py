"""What the intake makes of the corpus: `python -m tests.intake_score [NAME …]`.

Recall and precision of roles and columns, then what `mujun init --from --yes` wrote: reference
systems, year, rows that match, and the sums of what the project reads, in canonical units.

A sure answer counts for precision; a question whose first candidate is right counts for recall
apart, and a wrong first candidate for nothing. What the answers list under `also` is right and not
required. A column counts only where its role was found.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from pyproj import Transformer
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import MujunError
from geo.intake.model import ColumnGuess, Intake, RoleGuess
from geo.intake.recognise import recognise
from geo.model import LAYERS
from geo.model.units import heading_units, note_units, parse, suffix_unit
from geo.project import read_project
from geo.sources.load import Layers, load
from tests.intake_corpus import make


@dataclass
class Score:
    """Counts by kind, and each thing that was not right, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Self:
        self.counts += other.counts
        self.misses += other.misses
        return self

    def share(self, kind: str, *found: str) -> float:
        """The part of what is required (`kind`) that was found."""
        return sum(self.counts[f"{kind} {f}"] for f in found) / max(self.counts[kind], 1)

    def precision(self, kind: str) -> float:
        """The part of the sure answers that is right."""
        sure = self.counts[f"{kind} sure"] + self.counts[f"{kind} also"]
        return sure / max(sure + self.counts[f"{kind} wrong"], 1)


def answers(folder: Path) -> dict[str, Any]:
    """What is known of a folder."""
    file = folder.with_name(f"{folder.name}.answers.json")
    return json.loads(file.read_text(encoding="utf-8"))


def score(folder: Path, intake: Intake) -> Score:
    """What was guessed of a folder against what is known."""
    out = Score()
    known = answers(folder)["sources"]
    taken: set[int] = set()
    for source in known:
        guesses = [g for g in intake.roles if _same_source(g, source, known)]
        taken |= {id(g) for g in guesses}
        _score_source(out, f"{folder.name}/{source['path']}", source, guesses)
    for guess in intake.roles:
        if id(guess) not in taken and guess.role is not None:
            _wrong(out, guess, f"{folder.name}/{guess.profile.name}")
    return out


def _same_source(guess: RoleGuess, source: dict[str, Any], known: list[dict[str, Any]]) -> bool:
    profile = guess.profile
    if profile.path != source["path"]:
        return False
    alone = sum(s["path"] == source["path"] for s in known) == 1
    return profile.part == source["part"] or (alone and None in (profile.part, source["part"]))


def _wrong(out: Score, guess: RoleGuess, name: str) -> None:
    kind = "wrong" if guess.sure else "asked wrong"
    out.counts[f"role {kind}"] += 1
    out.misses.append(f"{name}: {'taken' if guess.sure else 'asked'} as {guess.role}")


def _score_source(out: Score, name: str, source: dict[str, Any], guesses: list[RoleGuess]) -> None:
    by_role = {g.role: g for g in guesses if g.role is not None}
    if source["part"]:
        name += f" [{source['part']}]"
    for role, columns in source["roles"].items():
        out.counts["role"] += 1
        guess = by_role.get(role)
        if guess is None:
            out.counts["role missed"] += 1
            out.counts["column"] += len(columns)
            out.counts["column missed"] += len(columns)
            held = ", ".join(f"{g.role}{'' if g.sure else '?'}" for g in guesses) or "not seen"
            out.misses.append(f"{name}: {role} missed ({held})")
            continue
        out.counts["role sure" if guess.sure else "role asked"] += 1
    for role, guess in by_role.items():
        if role in source["roles"] or role in source["also"]:
            if role not in source["roles"] and guess.sure:
                out.counts["role also"] += 1
            _score_columns(out, f"{name} {role}", source, guess)
        else:
            _wrong(out, guess, name)
    if not source["roles"]:
        out.counts["role none"] += 1
        out.counts["role none right"] += not by_role


def _score_columns(out: Score, name: str, source: dict[str, Any], guess: RoleGuess) -> None:
    required = source["roles"].get(guess.role, {})
    right = source["also"].get(guess.role, {}) | required
    by_column = {c.column: c for c in guess.columns}
    for column, answer in required.items():
        out.counts["column"] += 1
        found = by_column.get(column)
        if found is not None and _is_heading(found.heading, answer):
            out.counts["column sure" if found.sure else "column asked"] += 1
            _score_unit(out, name, found, answer, guess)
        elif found is not None and any(_is_heading(h, answer) for h in found.alternatives):
            out.counts["column second"] += 1
            out.misses.append(f"{name}.{column}: second, behind {found.heading}")
        else:
            out.counts["column missed"] += 1
            out.misses.append(f"{name}.{column}: missed {answer['headings']}")
    for column, found in by_column.items():
        correct = column in right and _is_heading(found.heading, right[column])
        if correct and column not in required and found.sure:
            out.counts["column also"] += 1
        if not correct:
            out.counts["column wrong" if found.sure else "column asked wrong"] += 1
            mark = "sure of" if found.sure else "asks first"
            out.misses.append(f"{name}.{column}: {mark} {found.heading}")


def _is_heading(heading: str, answer: dict[str, Any]) -> bool:
    """Whether it is one of the headings; of two lines either may have come along."""
    parts = {_bare(p) for p in (heading, *heading.split("_"))}
    return bool(parts & {_bare(h) for h in answer["headings"]})


def _bare(heading: str) -> str:
    return "".join(heading.split()).split("(")[0].split("（")[0].rstrip("_")


def _score_unit(
    out: Score, name: str, found: ColumnGuess, answer: dict[str, Any], guess: RoleGuess
) -> None:
    if not answer["unit"]:
        return
    out.counts["unit"] += 1
    spec = LAYERS[str(guess.role)].by_name[found.column]
    ending = suffix_unit(found.heading)
    stated = [u for u in heading_units(found.heading) if parse(u)]
    true = parse(answer["unit"])
    # DKMJ ends in a unit of heat by chance: only one of what the column measures is its unit.
    stated += [ending.text] if ending and true and ending.dimension == true.dimension else []
    noted = [u for t in guess.profile.titles for u in note_units(t) if parse(u)]
    unit = found.unit or next(iter([*stated, *_fitting(noted, answer["unit"])]), spec.unit)
    read = parse(unit)
    if read and true and (read.dimension, read.scale) == (true.dimension, true.scale):
        out.counts["unit sure" if found.unit_sure else "unit asked"] += 1
    else:
        out.counts["unit wrong" if found.unit_sure else "unit asked wrong"] += 1
        out.misses.append(f"{name}.{found.column}: unit {unit}, is {answer['unit']}")


def _fitting(units: list[str], of: str) -> list[str]:
    """The units of a title that measure the same thing."""
    true = parse(of)
    return [u for u in units if true and (p := parse(u)) and p.dimension == true.dimension]


@dataclass
class Written:
    """What `init --from --yes` wrote of a folder against what is known; `wrong` says the rest."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def put(self, kind: str, name: str, *, right: bool) -> None:
        """One more of a kind."""
        self.counts[kind] += 1
        self.counts[f"{kind} right"] += right
        if not right:
            self.wrong.append(f"{kind}: {name}")


def written(folder: Path, target: Path, *, check: bool = True) -> Written:
    """The project that is made of a folder without a question answered, and what it reads."""
    known, out = answers(folder), Written()
    call = ["init", str(target), "--from", str(folder), "--yes", "--json"]
    done = CliRunner().invoke(app, call)
    if done.exit_code != 0:
        out.put(
            "project", f"{folder.name}: {(done.output + str(done.exception))[-400:]}", right=False
        )
        return out
    plan = json.loads(done.stdout)
    _check_plan(out, folder.name, known, plan)
    if check:
        checked = CliRunner().invoke(app, ["check", "-q", "-p", str(target)])
        said = checked.output.strip().splitlines()[-1:] if checked.exit_code else []
        out.put("check", f"{folder.name}: {checked.exit_code} {said}", right=checked.exit_code == 0)
    try:
        layers = load(read_project(target))
    except MujunError as why:
        out.put("project", f"{folder.name}: {why}", right=False)
        return out
    out.put("project", folder.name, right=True)
    for column, true in known["sums"].items():
        found = _sum(layers, column, known["year"])
        near = found is not None and abs(found - true) <= 1e-6 * max(abs(true), 1)
        out.put("sum", f"{folder.name} {column}: {found}, is {true}", right=near)
    return out


def _check_plan(out: Written, name: str, known: dict[str, Any], plan: dict[str, Any]) -> None:
    if known["year"]:
        year = plan["year"]
        out.put("year", f"{name}: {year}, is {known['year']}", right=year == known["year"])
    used = {f["path"]: f.get("crs") for f in plan["files"] if f["role"]}
    for source in known["sources"]:
        if source["crs"] and source["roles"] and source["path"] in used:
            crs = used[source["path"]]
            same = crs is not None and _one_place(crs, source["crs"], known["place"])
            out.put("crs", f"{name}/{source['path']}: {crs}, is {source['crs']}", right=same)
    for key in known["keys"]:
        there = [
            (k["rows"] - k["blank"], k["matched"])
            for k in plan["keys"]
            if (k["table"], k["column"], k["other"]) == (key["table"], key["column"], key["to"])
        ]
        right = (key["rows"], key["matched"]) in there
        out.put("key", f"{name} {key['table']}→{key['to']}: {there}, is {key}", right=right)


def _one_place(crs: str, true: str, place: list[float]) -> bool:
    """Whether two systems put a place at the same numbers: WGS 84 and CGCS2000 are one to an office."""
    x, y = (_to(system).transform(*place) for system in (crs, true))
    return math.dist(x, y) < 1


@cache
def _to(crs: str) -> Transformer:
    return Transformer.from_crs(4326, crs, always_xy=True)


def _sum(layers: Layers, column: str, year: int | None) -> float | None:
    """The sum of a column as the project reads it; of the year where its table has years."""
    for name in ("indicators", "occupancy", "parcels", "buildings"):
        frame = layers.get(name)
        if frame is None or column not in frame:
            continue
        if name == "indicators" and year and "year" in frame:
            frame = frame[frame["year"] == year]
        if frame[column].notna().any():
            return float(frame[column].sum())
    return None


def recognised(folders: dict[str, Path]) -> dict[str, Score]:
    """The scores of what each source is taken for."""
    return {name: score(folder, recognise(folder)) for name, folder in folders.items()}


def total(scores: dict[str, Score]) -> Score:
    """All of them together."""
    out = Score()
    for one in scores.values():
        out += one
    return out


def table(scores: dict[str, Score]) -> str:
    """Folders and their sum, one a line."""
    all_of_them = total(scores)
    head = ("", "role sure", "+asked", "prec", "col sure", "+asked", "prec", "unit", "unit wrong")
    lines = [head]
    for name, one in [*scores.items(), ("all", all_of_them)]:
        lines.append(
            (
                name,
                f"{one.share('role', 'sure'):.3f}",
                f"{one.share('role', 'sure', 'asked'):.3f}",
                f"{one.precision('role'):.3f}",
                f"{one.share('column', 'sure'):.3f}",
                f"{one.share('column', 'sure', 'asked'):.3f}",
                f"{one.precision('column'):.3f}",
                f"{one.share('unit', 'sure', 'asked'):.3f}",
                str(one.counts["unit wrong"]),
            )
        )
    wide = [max(len(row[k]) for row in lines) for k in range(len(head))]
    rows = ["  ".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True)) for row in lines]
    return "\n".join([*rows, "", str(dict(sorted(all_of_them.counts.items())))])


def main(names: list[str]) -> None:
    """The table, and what was not right."""
    with tempfile.TemporaryDirectory(prefix="intake-score-") as scratch:
        folders = make(Path(scratch), tuple(names)) if names else make(Path(scratch))
        scores = recognised(folders)
        projects = {n: written(f, Path(scratch) / f"{n}.project") for n, f in folders.items()}
    print(table(scores))
    for one in scores.values():
        print(*one.misses, sep="\n")
    counts: Counter[str] = Counter()
    for project in projects.values():
        counts += project.counts
        print(*project.wrong, sep="\n")
    for kind in ("project", "check", "year", "crs", "key", "sum"):
        print(f"{kind}: {counts[f'{kind} right']} of {counts[kind]}")


if __name__ == "__main__":
    main(sys.argv[1:])
