"""Branches covered in the rooms that decide, printed by room: `python -m tests.coverage_rooms`.

Reads what `coverage json` wrote; ends with 1 where fewer than `LEAST` % of the branches of all
rooms together were taken.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

LEAST = 90.0


def branches(files: dict[str, dict[str, dict[str, int]]]) -> tuple[Counter[str], Counter[str]]:
    """Branches that there are and that were taken, by room (`geo/land`)."""
    there, taken = Counter[str](), Counter[str]()
    for name, file in files.items():
        room = "/".join(Path(name).parts[:2])
        there[room] += file["summary"]["num_branches"]
        taken[room] += file["summary"]["covered_branches"]
    return there, taken


def report(file: Path) -> tuple[list[str], bool]:
    """A line a room and one for all, and whether enough is covered."""
    there, taken = branches(json.loads(file.read_text(encoding="utf-8"))["files"])
    lines = [
        f"{room:16}{taken[room]:6} of {n:5} branches{100 * taken[room] / n:7.1f} %"
        for room, n in sorted(there.items())
    ]
    share = 100 * taken.total() / there.total()
    last = f"{'together':16}{taken.total():6} of {there.total():5} branches{share:7.1f} %"
    return [*lines, f"{last} (at least {LEAST:.0f})"], share >= LEAST


if __name__ == "__main__":
    text, enough = report(Path(sys.argv[1]))
    print("\n".join(text))
    sys.exit(not enough)
