"""A look at a map's folder: a static server on this machine only, with range requests."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from geo.errors import OutputError

HOST = "127.0.0.1"


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of the files under `folder` on loopback; port 0 takes a free one.

    Raises OutputError where the folder has no map or the port is taken.
    """
    if not any((folder / name).is_file() for name in ("index.html", "map.html")):
        raise OutputError(
            f"{folder} 中没有地图：请先运行 mujun run，或 mujun map --serve-dir。",
            f"there is no map in {folder}: run `mujun run` or `mujun map --serve-dir` first.")
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Files, directory=str(folder)))
    except OSError as error:
        raise OutputError(
            f"端口 {port} 不能使用（{error.strerror}）：请用 --port 另选一个。",
            f"port {port} is of no use ({error.strerror}): choose another with --port.") from error


class _Files(SimpleHTTPRequestHandler):
    """Files, whole or a range of bytes; no listing of folders, no log."""

    def log_message(self, *_: Any) -> None:
        """Nothing is said of a request."""

    def list_directory(self, _: Any) -> None:
        """No folder is listed."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def do_GET(self) -> None:
        """The file, or the range of it that is asked for."""
        said = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not said or not any(said.groups()) or not path.is_file():
            super().do_GET()
            return
        size = path.stat().st_size
        first, last = said.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.end_headers()
            return
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(start)
            self.wfile.write(file.read(end - start + 1))

    def end_headers(self) -> None:
        """What every answer says: ranges are served, and nothing is guessed."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()
