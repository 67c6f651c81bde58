"""A PostgreSQL server with PostGIS of the tests' own: a new cluster, loopback, a password."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "only-for-tests"


@contextmanager
def server() -> Iterator[str]:
    """Address of its database, without the password: that is in PGPASSWORD while it runs."""
    tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="mujun-pg-"))
    user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, cwd=folder, **user)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data, log = str(folder / "data"), str(folder / "log")
    run(
        str(tools / "initdb"),
        "-D",
        data,
        "-U",
        "mujun",
        "-E",
        "UTF8",
        "--no-locale",
        "-A",
        "scram-sha-256",
        f"--pwfile={secret}",
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    run(str(tools / "pg_ctl"), "-D", data, "-l", log, "-w", "-o", options, "start")
    os.environ["PGPASSWORD"] = PASSWORD
    address = f"postgresql://mujun@127.0.0.1:{port}/postgres"
    try:
        subprocess.run(
            [str(tools / "psql"), "-q", address, "-c", "CREATE EXTENSION postgis"],
            check=True,
            capture_output=True,
        )
        yield address
    finally:
        run(str(tools / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        os.environ.pop("PGPASSWORD", None)
        shutil.rmtree(folder, ignore_errors=True)
