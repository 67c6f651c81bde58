"""Rules: parcels × all packs, the time a rule takes, beside a pandas script and another checkout.

    python -m tests.bench_rules 1000000 [--beside FOLDER]

Every pack judges the same made-up parcels by itself; then all packs at once, settled. The pandas
script (`tests/bench_script.py`) judges what it can: a comparison a column, without reasons, gaps or
precedence; only rules on which it comes to the same counts are compared. `--beside` takes another
checkout (`git worktree add FOLDER COMMIT`): its code judges the same packs in the same run, each
in a process of its own, in turn, the best of three; the script has one turn.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.model import INDICATORS
from geo.standards.comply import judge
from geo.standards.model import read_pack, shipped
from geo.standards.precedence import settle

TURNS = 3
CODES = ("1310", "1712", "2641", "2710", "3042", "3484", "3670", "3812", "3985", "4411")


def subjects_of(count: int) -> pd.DataFrame:
    """Parcels with every indicator as a figure, industries, parks and days of supply."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "industry_code": rng.choice(CODES, count),
            "land_use": "100101",
            "land_use_industrial": True,
            "park_id": rng.choice([f"P{at}" for at in range(400)], count),
            "supplied_on": pd.Timestamp("2010-01-01")
            + pd.to_timedelta(rng.integers(0, 5_600, count), "D"),
            "area_mu": rng.uniform(5, 200, count),
        },
        index=pd.Index([f"L{at:07d}" for at in range(count)], name="parcel_id"),
    )
    level = {
        park: ("国家级", "省级", "市级")[at % 3]
        for at, park in enumerate(frame["park_id"].unique())
    }
    frame["park_level"] = frame["park_id"].map(level)
    frame["park_name"] = frame["park_id"].map("园区 {}".format)
    figures = {name: rng.lognormal(3, 1.2, count) for name in INDICATORS if name not in frame}
    return frame.join(pd.DataFrame(figures, index=frame.index))


def best(work: Callable[[], Any], turns: int = TURNS) -> tuple[float, Any]:
    """Seconds of the quickest of some turns, and what it gave."""
    seconds, out = np.inf, None
    for _ in range(turns):
        start = time.perf_counter()
        out = work()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds, out


def measured(count: int, names: list[str]) -> dict[str, Any]:
    """Seconds of each pack by itself, its rules, what passes; and of all of them settled."""
    frame = subjects_of(count)
    packs = [read_pack(name) for name in names]
    each = {}
    for pack in packs:
        seconds, judged = best(lambda pack=pack: judge(frame, [pack], pack.head.subject))
        told = {
            rule.id: [int((judged.verdict[at] == code).sum()) for code in (0, 1)]
            for at, rule in enumerate(judged.rules)
        }
        each[pack.head.id] = {"seconds": seconds, "rules": told}
    of_parcels = [pack for pack in packs if pack.head.subject == "parcel"]
    whole, _ = best(lambda: settle(judge(frame, of_parcels)))
    return {"packs": each, "settled": whole, "rules": sum(len(p.columns) for p in of_parcels)}


def scripted(count: int, names: list[str]) -> dict[str, Any]:
    """The same by the pandas script, a pack at a time; nothing of a pack that it cannot read."""
    from tests.bench_script import judged as by_script

    frame = subjects_of(count).reset_index()
    frame["enterprise_id"] = frame["parcel_id"]
    out = {}
    for name in names:
        try:
            seconds, table = best(lambda name=name: by_script(frame, frame, name), 1)
        except (KeyError, TypeError, ValueError):
            continue
        if len(table):
            met = table.groupby("rule_id")["met"].agg(["sum", "count"])
            told = {str(k): [int(a), int(b - a)] for k, a, b in met.itertuples()}
            out[name] = {"seconds": seconds, "rules": told}
    return out


def shared(packs: list[str], folder: Path) -> list[str]:
    """Packs that the other checkout has too, unchanged."""
    where = "geo/standards/packs"
    here = Path(__file__).parents[1]
    return [
        name
        for name in packs
        if (folder / where / f"{name}.toml").is_file()
        and (folder / where / f"{name}.toml").read_bytes()
        == (here / where / f"{name}.toml").read_bytes()
    ]


def child(folder: Path, count: int, names: list[str]) -> dict[str, Any]:
    """`measured` by the code of a checkout, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(count), "--child", ",".join(names)],
        env=os.environ | {"PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def beside(folder: Path, count: int, names: list[str]) -> None:
    """Ours and another checkout's, in turn; the ratio of each rule's time."""
    here = Path(__file__).parents[1]
    both = shared(names, folder)
    turns = [(child(here, count, both), child(folder, count, both)) for _ in range(2)]
    ours, theirs = (
        {p: min(turn[at]["packs"][p]["seconds"] for turn in turns) for p in both} for at in (0, 1)
    )
    rules = {p: len(turns[0][0]["packs"][p]["rules"]) for p in both}
    ratios = pd.Series({p: ours[p] / theirs[p] for p in both})
    total = sum(rules.values())
    print(f"\nbeside {folder.name}: {len(both)} packs, {total} rules that both have")
    print(f"  ours    {sum(ours.values()) / total * 1e3:8.2f} ms a rule")
    print(
        f"  theirs  {sum(theirs.values()) / total * 1e3:8.2f} ms a rule   × {sum(ours.values()) / sum(theirs.values()):.2f}"
    )
    print(
        f"  a pack: median × {ratios.median():.2f}, worst × {ratios.max():.2f} ({ratios.idxmax()})"
    )
    settled = [min(turn[at]["settled"] for turn in turns) for at in (0, 1)]
    print(
        f"  all at once, settled: {settled[0]:.2f} s, theirs {settled[1]:.2f} s   × {settled[0] / settled[1]:.2f}"
    )
    same = all(turns[0][0]["packs"][p]["rules"] == turns[0][1]["packs"][p]["rules"] for p in both)
    print(f"  the same verdicts: {same}")


def against_script(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Time of packs whose every rule has the same counts of pass and fail by both."""
    equal = [
        p for p, told in theirs.items()
        if all(ours["packs"][p]["rules"][r] == counts for r, counts in told["rules"].items())
    ]  # fmt: skip
    rules = sum(len(theirs[p]["rules"]) for p in equal)
    mine = sum(ours["packs"][p]["seconds"] for p in equal)
    script = sum(theirs[p]["seconds"] for p in equal)
    print(f"\npandas script: {len(equal)} packs, {rules} rules with the same counts by both")
    print(
        f"  mujun   {mine / rules * 1e3:8.2f} ms a rule   × 1.0   with reasons, gaps, marks of rounding"
    )
    print(f"  script  {script / rules * 1e3:8.2f} ms a rule   × {script / mine:.1f}")


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--child", default="")
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measured(asked.count, asked.child.split(","))))
        return
    names = shipped()
    ours = measured(asked.count, names)
    rules = sum(len(p["rules"]) for p in ours["packs"].values())
    seconds = sum(p["seconds"] for p in ours["packs"].values())
    print(f"{asked.count:,} parcels × {len(names)} packs, {rules} rules")
    print(f"  each pack by itself    {seconds:8.2f} s   {seconds / rules * 1e3:.2f} ms a rule")
    print(
        f"  all at once, settled   {ours['settled']:8.2f} s   {ours['settled'] / ours['rules'] * 1e3:.2f} ms a rule"
    )
    slow = sorted(ours["packs"].items(), key=lambda p: -p[1]["seconds"] / len(p[1]["rules"]))[:3]
    for name, told in slow:
        print(f"    slowest: {name} {told['seconds'] / len(told['rules']) * 1e3:.2f} ms a rule")
    against_script(ours, scripted(asked.count, names))
    if asked.beside:
        beside(asked.beside.resolve(), asked.count, names)


if __name__ == "__main__":
    main()
