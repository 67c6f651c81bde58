"""`make bench`, start-up: processor seconds of fresh processes, beside an earlier edition's.

    python -m tests.bench_start [COMMIT]

The commit is checked out into a worktree of its own and measured in the same run, in turns, so that
what else the machine does weighs on both alike. Seconds are user and system of the child process;
a ratio is before / now.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEFORE = "e83417f"
ROUNDS = 2
LIMITS = {"mujun --help": 0.4, "mujun --version": 0.4, "mujun packs": 0.8, "mujun run": 2.5}
MAIN = "import sys; sys.argv = ['mujun', *sys.argv[1:]]; from geo.cli import main; main()"


def _cached():
    """This environment, in which Python keeps its bytecode, as it does for a user."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def processor(code, *arguments, source, folder):
    """Processor seconds of a process that runs code of one edition."""
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=_cached() | {"PYTHONPATH": str(source)},
        capture_output=True,
        check=False,  # an earlier edition has no --version
    )
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime


def measured(before, folder):
    """Median seconds of each use: before, now."""
    sources = {"before": before, "now": ROOT}
    for name, source in sources.items():
        processor(MAIN, "init", str(folder / name), source=source, folder=folder)
    uses = {"import geo": ("import geo",)} | {
        f"mujun {word}": (MAIN, word) for word in ("--help", "--version", "packs", "run")
    }
    out = {use: {name: [] for name in sources} for use in uses}
    for turn in range(ROUNDS + 1):
        for use, (code, *arguments) in uses.items():
            for name, source in sources.items():
                spent = processor(code, *arguments, source=source, folder=folder / name)
                if turn:  # the first fills the caches of bytecode and files
                    out[use][name].append(spent)
    return {
        use: {name: statistics.median(times) for name, times in both.items()}
        for use, both in out.items()
    }


def main():
    """Print the table."""
    commit = sys.argv[1] if len(sys.argv) > 1 else BEFORE
    with tempfile.TemporaryDirectory() as scratch:
        before = Path(scratch) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(before), commit], check=True)
        try:
            built = Path("geo/publish/webmap/client/build")  # not in the repository
            (before / built).parent.mkdir(parents=True, exist_ok=True)
            (before / built).symlink_to(ROOT / built)
            rows = measured(before, Path(scratch))
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)
    print("\nstart-up, processor seconds")
    print("use | before | now | ratio | aim")
    for use, both in rows.items():
        ratio = both["before"] / both["now"]
        aim = f"< {LIMITS[use]}" if use in LIMITS else ""
        print(f"{use} | {both['before']:.2f} | {both['now']:.2f} | {ratio:.1f} | {aim}")


if __name__ == "__main__":
    main()
