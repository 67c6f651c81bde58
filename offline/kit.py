"""Kits for PCs without internet: `make offline`, or `python offline/kit.py [PLATFORM …]`.

A kit is one zip for one kind of PC: the wheels of mujun and of all it needs, by the lock file and
with its hashes, what installs them, and check sums. It is the same to the byte whenever it is made
of the same tree. What each wheel asks for is read from that wheel itself, seen from the kit's own
kind of PC: so a kit that is made lacks nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

SOURCES = Path(__file__).parent
ROOT = SOURCES.parent
PACKED_AT = (2020, 2, 2, 0, 0, 0)
"""The one date of every file in a kit, as hatchling's of a wheel: a zip holds dates."""
CACHED_CODE = len("__pycache__/.cpython-311")
"""Letters by which a compiled module's path is longer than the module's."""
MB = 1_000_000


@dataclass(frozen=True)
class Platform:
    """A kind of PC: its name, what platforms.toml says of it, and the one Python of all kits."""

    name: str
    facts: dict[str, Any]
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What markers of requirements see there."""
        cpython = {
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
        }
        return {**self.facts["environment"], **cpython}

    def needs(self, wheel: Path, extras: Iterable[str]) -> list[Requirement]:
        """What this wheel with these extras asks for on such a PC."""
        with zipfile.ZipFile(wheel) as held:
            name = next(n for n in held.namelist() if n.endswith(".dist-info/METADATA"))
            metadata = Metadata.from_email(held.read(name), validate=False)
        environments = [self.environment | {"extra": extra} for extra in ("", *extras)]
        return [
            one
            for one in metadata.requires_dist or []
            if one.marker is None or any(one.marker.evaluate(seen) for seen in environments)
        ]


def main() -> None:
    """Make the kits asked for, and say what they hold and weigh."""
    declared = tomllib.loads((SOURCES / "platforms.toml").read_text(encoding="utf-8"))
    known = [name for name, value in declared.items() if isinstance(value, dict)]
    asked = argparse.ArgumentParser(description="Kits for PCs without internet.")
    asked.add_argument("platforms", nargs="*", metavar="PLATFORM", help=", ".join(known))
    asked.add_argument("--to", type=Path, default=ROOT / "build" / "offline")
    options = asked.parse_args()
    unknown = set(options.platforms) - set(known)
    if unknown:
        asked.error(f"no such platform: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    options.to.mkdir(parents=True, exist_ok=True)
    locked = lock(ROOT / "constraints.txt")
    for name in options.platforms or declared["default"]:
        platform = Platform(name, declared[name], declared["python"])
        with tempfile.TemporaryDirectory(dir=options.to, prefix=".making-") as scratch:
            make(platform, declared["extras"], locked, Path(scratch), options.to)


def make(
    platform: Platform, extras: list[str], locked: dict[str, str], scratch: Path, to: Path
) -> None:
    """One kit, from the wheels to the zip."""
    wheels = scratch / "wheels"
    mujun = build_mujun(wheels)
    collect(platform, mujun, extras, locked, wheels)
    _, version, _, _ = parse_wheel_filename(mujun.name)
    folder = f"mujun-{version}-{platform.name}"
    describe(platform, str(version), scratch)
    file = to / f"mujun-{version}-offline-{platform.name}.zip"
    pack(scratch, folder, file)
    count, size = len(list(wheels.iterdir())), file.stat().st_size
    print(f"{file}\n  {count} wheels, {size / MB:,.1f} MB, sha256 {digest(file)}")


def build_mujun(wheels: Path) -> Path:
    """The wheel of this tree, with the map's built client in it."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    run([*build, "--directory", str(wheels)])
    return next(wheels.glob("mujun-*.whl"))


def collect(
    platform: Platform, mujun: Path, extras: list[str], locked: dict[str, str], wheels: Path
) -> None:
    """Every wheel that mujun needs, asked for round by round until none asks for another.

    A requirement that the lock file lacks, as one that only another system has, ends it here.
    """
    held: dict[str, Path] = {"mujun": mujun}
    extras_of: dict[str, set[str]] = {"mujun": set(extras)}
    changed = ["mujun"]
    while changed:
        asked = [one for name in changed for one in platform.needs(held[name], extras_of[name])]
        changed = []
        for one in asked:
            name = canonicalize_name(one.name)
            if name not in locked:
                raise SystemExit(f"{name} is not in constraints.txt, and {platform.name} needs it")
            if not one.extras <= extras_of.get(name, set()) or name not in extras_of:
                extras_of[name] = extras_of.get(name, set()) | one.extras
                changed.append(name)
        new = [name for name in changed if name not in held]
        if new:
            download(platform, [locked[name] for name in new], wheels)
            held = {name_of(file): file for file in wheels.iterdir()}


def download(platform: Platform, pins: list[str], wheels: Path) -> None:
    """These pinned releases as wheels for the platform, each by a hash of the lock file."""
    kind = ["--implementation", "cp", "--python-version", platform.python]
    kind += ["--abi", f"cp{platform.python.replace('.', '')}", "--abi", "abi3", "--abi", "none"]
    for tag in platform.facts["tags"]:
        kind += ["--platform", tag]
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text("\n".join(pins), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        run([*pip, "--only-binary", ":all:", *kind, "-r", str(pinned), "-d", str(wheels)])


def describe(platform: Platform, version: str, kit: Path) -> None:
    """What installs, what is read first, what pip and the installer read, and the check sums."""
    wheels = sorted((kit / "wheels").iterdir())
    pins = [f"{name_of(f)}=={release_of(f)} --hash=sha256:{digest(f)}" for f in wheels]
    (kit / "requirements.txt").write_text("\n".join(pins) + "\n", encoding="utf-8")
    facts = {
        "platform": platform.name,
        "python": platform.python,
        "sys_platform": platform.facts["environment"]["sys_platform"],
        "machine": platform.facts["environment"]["platform_machine"],
        "longest_name": len("/Lib/site-packages/") + CACHED_CODE + longest_name(wheels),
    }
    (kit / "kit.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    shutil.copy(SOURCES / "install.py", kit)
    windows = facts["sys_platform"] == "win32"
    starter = "install.bat" if windows else "install.sh"
    end = "\r\n" if windows else "\n"
    starts = (SOURCES / starter).read_text(encoding="utf-8")
    (kit / starter).write_bytes(starts.replace("\n", end).encode())
    # Notepad of older Windows knows UTF-8 by its mark alone.
    readme = read_first(platform, version, wheels).replace("\n", end)
    (kit / "README.txt").write_bytes(readme.encode("utf-8-sig" if windows else "utf-8"))
    files = sorted(f for f in kit.rglob("*") if f.is_file())
    sums = [f"{digest(file)}  {file.relative_to(kit).as_posix()}\n" for file in files]
    (kit / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


def read_first(platform: Platform, version: str, wheels: list[Path]) -> str:
    """The text of README.txt for this platform."""
    told = {
        f"{key}_{lang}": platform.facts[key][n]
        for key in ("system", "start", "getting_python")
        for n, lang in enumerate(("zh", "en"))
    }
    told |= {key: platform.facts[key] for key in ("command", "first", "second", "folder")}
    size = sum(file.stat().st_size for file in wheels)
    return (
        (SOURCES / "README.txt")
        .read_text(encoding="utf-8")
        .format(
            version=version,
            platform=platform.name,
            python=platform.python,
            count=len(wheels),
            size=f"{size / MB:,.0f} MB",
            installed=f"{sum(map(installed, wheels)) / MB:,.0f} MB",
            **told,
        )
    )


def pack(kit: Path, folder: str, to: Path) -> None:
    """The kit as a zip that is the same to the byte each time; wheels are compressed already."""
    with zipfile.ZipFile(to, "w") as packed:
        for file in sorted(f for f in kit.rglob("*") if f.is_file()):
            name = f"{folder}/{file.relative_to(kit).as_posix()}"
            entry = zipfile.ZipInfo(name, PACKED_AT)
            entry.external_attr = (0o100755 if file.suffix == ".sh" else 0o100644) << 16
            entry.create_system = 3
            with file.open("rb") as source, packed.open(entry, "w") as sink:
                shutil.copyfileobj(source, sink)


def lock(file: Path) -> dict[str, str]:
    """Each release of the lock file by its name: its lines with the pin and the hashes."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", file.read_text(encoding="utf-8"))
    named = ((re.match(r"[A-Za-z0-9._-]+", block), block) for block in blocks)
    return {canonicalize_name(name.group()): block.strip() for name, block in named if name}


def name_of(wheel: Path) -> str:
    """The distribution that a wheel is of."""
    return parse_wheel_filename(wheel.name)[0]


def release_of(wheel: Path) -> str:
    """The release that a wheel is of."""
    return str(parse_wheel_filename(wheel.name)[1])


def installed(wheel: Path) -> int:
    """Bytes that a wheel takes once installed; a compiled module is about as large as its source."""
    with zipfile.ZipFile(wheel) as held:
        return sum(e.file_size * (1 + e.filename.endswith(".py")) for e in held.infolist())


def longest_name(wheels: list[Path]) -> int:
    """Letters of the longest path that these wheels install."""
    lengths: list[int] = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as held:
            lengths += map(len, held.namelist())
    return max(lengths)


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def run(command: list[str]) -> None:
    """A command in the tree; its failure ends this one."""
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stderr)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
