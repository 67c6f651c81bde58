"""Install mujun from this kit, without a network: into `mujun-env` beside this file.

It runs with the Python of the PC and needs nothing else. Every file is checked before anything is
installed; the system's Python stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

KIT = Path(__file__).resolve().parent
TARGET = KIT / "mujun-env"
WINDOWS = os.name == "nt"
LONGEST_PATH = 259
"""Letters of a path that Windows takes where long paths are not switched on."""


class CannotInstall(Exception):  # noqa: N818 -- a sentence for whoever installs
    """Why it stops, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")


def main() -> int:
    """Check, install, try; 0 when mujun answers."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        facts = json.loads((KIT / "kit.json").read_text(encoding="utf-8"))
        check_machine(facts)
        say("核对文件……", "Checking the files ...")
        check_files()
        say("安装，约需一至三分钟……", "Installing, one to three minutes ...")
        make_environment()
        python = TARGET / ("Scripts/python.exe" if WINDOWS else "bin/python")
        install(python)
        command = write_launcher()
        run(python, "-m", "geo", "--version")
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"无法写入 · cannot write: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    say(f"已装好。命令：{command}", f"Installed. The command: {command}")
    return 0


def say(zh: str, en: str) -> None:
    """One line in both languages."""
    print(f"{zh}  {en}", flush=True)


def check_machine(facts: dict[str, Any]) -> None:
    """CannotInstall where this PC or its Python is of another kind than the kit's."""
    python = ".".join(map(str, sys.version_info[:2]))
    if python != facts["python"] or sys.maxsize < 2**32:
        wanted = facts["python"]
        raise CannotInstall(
            f"需要 64 位的 Python {wanted}，现在运行的是 {platform.python_version()}"
            f"（{platform.architecture()[0]}）。见 README.txt。",
            f"This kit needs Python {wanted} of 64 bits; what runs is {platform.python_version()}"
            f" ({platform.architecture()[0]}). See README.txt.",
        )
    found = (sys.platform, platform.machine().lower())
    if found != (facts["sys_platform"], facts["machine"].lower()):
        raise CannotInstall(
            f"这个安装包用于 {facts['platform']}，本机是 {found[0]} {found[1]}。请换用相应的安装包。",
            f"This kit is for {facts['platform']}; this PC is {found[0]} {found[1]}. Take the kit for it.",
        )
    if WINDOWS and len(str(TARGET)) + facts["longest_name"] > LONGEST_PATH:
        raise CannotInstall(
            f"文件夹的路径太长（{len(str(KIT))} 个字符），Windows 存不下里面的文件。请移到较短的路径，例如 C:\\mujun。",
            f"The path of this folder is too long ({len(str(KIT))} letters) for Windows. Move it to a"
            " shorter one, such as C:\\mujun.",
        )


def check_files() -> None:
    """CannotInstall at the first file that is missing or not as it was packed."""
    for line in (KIT / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        wanted, name = line.split("  ", 1)
        file = KIT / name
        if not file.is_file():
            raise CannotInstall(
                f"缺少文件 {name}。请重新拷贝整个安装包。",
                f"The file {name} is missing. Copy the whole kit again.",
            )
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != wanted:
            raise CannotInstall(
                f"文件 {name} 与打包时不同（拷贝中损坏或被改动）。请重新拷贝整个安装包。",
                f"The file {name} is not as it was packed. Copy the whole kit again.",
            )


def make_environment() -> None:
    """A new environment; what an earlier installation left there goes, nothing else does."""
    if TARGET.exists() and not (TARGET / "pyvenv.cfg").is_file():
        raise CannotInstall(
            f"{TARGET} 已存在，但不是安装程序建立的。请改名或移走后再安装。",
            f"{TARGET} is there and was not made by an installation. Rename or move it first.",
        )
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=not WINDOWS).create(TARGET)
    except subprocess.CalledProcessError as error:
        raise CannotInstall(
            "这个 Python 不能建立环境：缺少 ensurepip（Debian：apt install python3.11-venv）。",
            "This Python cannot make an environment: it lacks ensurepip (Debian: apt install"
            " python3.11-venv).",
        ) from error


def install(python: Path) -> None:
    """The wheels beside this file, each by its digest, and what they need of each other checked."""
    pip = ("-m", "pip", "--disable-pip-version-check")
    quiet = ("--quiet", "--no-index", "--no-deps", "--no-cache-dir", "--no-warn-script-location")
    wheels = ("--require-hashes", "--find-links", str(KIT / "wheels"))
    run(python, *pip, "install", *quiet, *wheels, "-r", str(KIT / "requirements.txt"))
    run(python, *pip, "check")


def run(python: Path, *arguments: str) -> None:
    """A command of the new environment, without the PC's own settings of pip and Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    environment = {**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHONIOENCODING": ":replace"}
    done = subprocess.run([str(python), *arguments], env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise CannotInstall(
            "安装没有完成，原因见上面几行。请连同 README.txt 第一行一起反馈。",
            "It was not installed; the lines above say why. Report them with the first line of"
            " README.txt.",
        )


def write_launcher() -> Path:
    """A command beside this file, found without changing the PC's PATH."""
    if WINDOWS:
        command = KIT / "mujun.cmd"
        command.write_bytes(b'@"%~dp0mujun-env\\Scripts\\python.exe" -P -m geo %*\r\n')
    else:
        command = KIT / "mujun"
        folder = '$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)'
        command.write_text(
            f'#!/bin/sh\nexec "{folder}/mujun-env/bin/python" -P -m geo "$@"\n', encoding="utf-8"
        )
        command.chmod(0o755)
    return command


if __name__ == "__main__":
    sys.exit(main())
