"""A look at a map's folder: a static server on this machine only, with range requests.

What a browser of this machine asks for may have been written by a page from anywhere. So only the
server's own names are answered (a page of elsewhere that was given this address by its DNS says
another `Host`), files are opened part by part without following a link, an answer is sent piece by
piece, and a client that is slow, gone or many holds nothing for long.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import threading
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from mimetypes import guess_type
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

import typer

from geo.errors import OutputError, system_reason
from geo.text import Message

HOST = "127.0.0.1"
NAMES = (HOST, "localhost", "[::1]")
"""Names by which the server is asked for; of any other host nothing is answered."""

PATIENCE_S = 10.0
"""Longest wait for the next bytes of a request, and for room for those of an answer."""

LONGEST_S = 15.0
"""Longest that a request may take to arrive."""

MOST = 32
"""Connections at a time."""

PIECE = 1 << 18
"""Bytes sent at a time."""

MOST_RANGES = 16
"""Ranges in one answer; more, or such as meet, are refused (RFC 9110, 14.2)."""

BOUNDARY = "mujun-range"

Span = tuple[int, int]
"""The first byte, and the one after the last."""

_NO_PART = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]|[. ]$')
"""In a name: what no file of ours has, and what Windows reads as a drive, a stream or a parent."""


class Server(ThreadingHTTPServer):
    """The server; it has at most `MOST` connections, and tells of a lost one in a line."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, port: int, say: Callable[[str], None]) -> None:
        self.say = say
        self.room = threading.BoundedSemaphore(MOST)
        super().__init__((HOST, port), partial(_Files, folder=folder.resolve()))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own; a connection for which there is no room is closed."""
        if not self.room.acquire(timeout=1):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # the machine has no thread left
            self.room.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The same, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.room.release()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """One line for what went wrong with one connection: most often the client is gone."""
        lost = Message("serve.connection_lost")
        self.say(f"{lost.zh} · {lost.en}")


def server(folder: Path, port: int = 0, say: Callable[[str], None] = typer.echo) -> Server:
    """A server of the files under `folder` on loopback; port 0 takes a free one.

    Raises OutputError where the folder has no map or the port cannot be used.
    """
    if not any((folder / name).is_file() for name in ("index.html", "map.html")):
        raise OutputError("serve.no_map_in", folder=folder)
    if not 0 <= port <= 65_535:
        raise OutputError("serve.no_port", port=port)
    try:
        return Server(folder, port, say)
    except OSError as error:
        raise OutputError("serve.port_no_use", port=port, strerror=system_reason(error)) from error


class _Files(BaseHTTPRequestHandler):
    """Files, whole or a range of bytes; no listing of folders, no log."""

    server: Server
    timeout = PATIENCE_S
    protocol_version = "HTTP/1.0"  # a connection is one request: none stays open
    server_version, sys_version = "mujun", ""
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"

    def __init__(self, *arguments: Any, folder: Path) -> None:
        self.folder = folder
        self.pieces: list[tuple[int, int, bytes]] = []
        super().__init__(*arguments)

    def log_message(self, *_: Any) -> None:
        """Nothing is said of a request."""

    def handle(self) -> None:
        """One request; one that does not arrive in time is given up, a client that is gone too."""
        cut = threading.Timer(LONGEST_S, self._cut)
        cut.daemon = True
        cut.start()
        self.arriving = cut
        try:
            super().handle()
        except (ConnectionError, TimeoutError, BrokenPipeError):
            self.server.handle_error(self.request, self.client_address)
            self.close_connection = True
        finally:
            cut.cancel()

    def _cut(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already

    def do_HEAD(self) -> None:
        """What a file is."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """The file, or the range of it that is asked for."""
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        self.arriving.cancel()
        if not self._known_host():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "this is not the host that was asked")
            return
        parts = _parts(self.path)
        file = _opened(self.folder, parts) if parts is not None else None
        if file is None:
            self.send_error(HTTPStatus.NOT_FOUND, "no such file")
            return
        with file:
            size = os.fstat(file.fileno()).st_size
            spans = _spans(self.headers.get("Range", ""), size)
            self._head(spans, size, (parts or [""])[-1], os.fstat(file.fileno()).st_mtime)
            for start, end, before in self.pieces if body else ():
                self.wfile.write(before)
                self._send(file, start, end)

    def _known_host(self) -> bool:
        port = self.server.server_port
        hosts = self.headers.get_all("Host", [])
        known = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
        return len(hosts) == 1 and hosts[0].strip().lower() in known

    def _head(self, spans: list[Span] | None, size: int, name: str, changed: float) -> None:
        """The answer's head; `pieces` are then what its body is made of."""
        kind = guess_type(name)[0] or "application/octet-stream"
        if kind.startswith("text/") or "javascript" in kind:
            kind += "; charset=utf-8"
        self.pieces = [(*span, b"") for span in ([(0, size)] if spans is None else spans)]
        if spans is None:
            self.send_response(HTTPStatus.OK)
        elif not spans:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
        else:
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            if len(spans) == 1:
                self.send_header("Content-Range", f"bytes {spans[0][0]}-{spans[0][1] - 1}/{size}")
            else:
                self.pieces = _multipart(spans, size, kind)
                kind = f"multipart/byteranges; boundary={BOUNDARY}"
        self.send_header("Content-Type", kind)
        self.send_header(
            "Content-Length",
            str(sum(end - start + len(before) for start, end, before in self.pieces)),
        )
        self.send_header("Last-Modified", formatdate(changed, usegmt=True))
        self.end_headers()

    def _send(self, file: BinaryIO, start: int, end: int) -> None:
        """The bytes from `start` up to `end`, piece by piece."""
        file.seek(start)
        while start < end:
            piece = file.read(min(PIECE, end - start))
            if not piece:  # the file has become shorter
                break
            self.wfile.write(piece)
            start += len(piece)

    def end_headers(self) -> None:
        """What every answer says: ranges are served, nothing is guessed, nobody else may read."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()


def _multipart(spans: list[Span], size: int, kind: str) -> list[tuple[int, int, bytes]]:
    """Ranges of a file, and what stands before each of them (RFC 9110, 14.6)."""
    pieces = [
        (
            start,
            end,
            (
                f"\r\n--{BOUNDARY}\r\nContent-Type: {kind}\r\n"
                f"Content-Range: bytes {start}-{end - 1}/{size}\r\n\r\n"
            ).encode(),
        )
        for start, end in spans
    ]
    return [*pieces, (0, 0, f"\r\n--{BOUNDARY}--\r\n".encode())]


def _parts(path: str) -> list[str] | None:
    """The names of a request's path, from the folder down; None where one is no file's name."""
    plain = path.split("?", 1)[0].split("#", 1)[0]
    try:
        text = unquote_to_bytes(plain).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text.startswith("/"):
        return None
    names = text[1:].split("/")
    if names[-1] == "":
        names[-1] = "index.html"
    return (
        None
        if any(
            not name or _NO_PART.search(name) or _DEVICE.match(name) or name.startswith(".")
            for name in names
        )
        else names
    )


_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[\d¹²³])(\.|$)", re.IGNORECASE)
"""Names that Windows opens as a device."""


def _opened(folder: Path, parts: list[str]) -> BinaryIO | None:
    """The file of these names under a folder, open; None where there is none, or a link leads."""
    place = folder
    try:
        for name in parts:
            place /= name
            if _is_link(place):
                return None
        # Not to wait at a pipe, and no link in the moment between the look and the opening.
        number = os.open(
            place,
            os.O_RDONLY
            | getattr(os, "O_BINARY", 0)
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0),
        )
    except (OSError, ValueError):
        return None
    kind = os.fstat(number).st_mode
    if not stat.S_ISREG(kind) or not _within(folder, place):
        os.close(number)
        return None
    return os.fdopen(number, "rb")


def _within(folder: Path, place: Path) -> bool:
    """Whether a place, all links followed, lies in a folder."""
    try:
        return place.resolve(strict=True).is_relative_to(folder)
    except (OSError, RuntimeError, ValueError):
        return False


def _is_link(place: Path) -> bool:
    """Whether it is a link, or a junction, which Windows follows like one."""
    found = os.lstat(place)
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_reparse_tag", 0))


def _spans(asked: str, size: int) -> list[Span] | None:
    """What of a file is asked for (RFC 9110, 14.1.2).

    None is the whole file; an empty list says that no byte of it is meant.

    >>> _spans("bytes=2-4", 10), _spans("bytes=-3", 10), _spans("bytes=9-99,0-0", 10)
    ([(2, 5)], [(7, 10)], [(9, 10), (0, 1)])
    >>> _spans("bytes=10-", 10), _spans("bytes=4-2", 10), _spans("", 10), _spans("lines=1-2", 10)
    ([], [], None, None)
    """
    unit, equals, ranges = asked.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    out = []
    for one in ranges.split(","):
        found = re.fullmatch(r"\s*(\d{0,18})-(\d{0,18})\s*", one, re.ASCII)
        if not found or not any(found.groups()):
            return []
        first, last = found.groups()
        if first and last and int(last) < int(first):
            return []
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last) + 1, size) if first and last else size
        if start < end:
            out.append((start, end))
    apart = sorted(out)
    crossing = any(b[0] < a[1] for a, b in pairwise(apart))
    return [] if crossing or len(out) > MOST_RANGES else out
