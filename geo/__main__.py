"""`python -m geo` is `mujun`: for a shell that does not find the command."""

from __future__ import annotations

from geo.cli import main

if __name__ == "__main__":
    main()
