"""`mujun serve` answers its own hosts, gives files under its folder only, and is held by nobody."""

from __future__ import annotations

import os
import re
import resource
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.errors import OutputError
from geo.publish.webmap import serve
from geo.publish.webmap.serve import server
from tests.waiting import until

pytestmark = pytest.mark.slow

TEXT = bytes(range(256)) * 40
SIZE = len(TEXT)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "outputs"
    (folder / "tiles").mkdir(parents=True)
    (folder / "map.html").write_text("<!DOCTYPE html><p>map", "utf-8")
    (folder / "data.bin").write_bytes(TEXT)
    (folder / "tiles/0.js").write_text("mujun.tile(0);", "utf-8")
    (folder / "甲 乙.txt").write_text("丙", "utf-8")
    (folder / ".hidden").write_text("no", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner.txt").symlink_to(folder / "data.bin")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture
def running(site):
    said = []
    with server(site, say=said.append) as own:
        thread = threading.Thread(target=own.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        own.said = said
        yield own
        own.shutdown()
        thread.join()


def asked(running, path, *, host=None, span="", verb="GET", raw=None):
    """Status, headers and body of a request written by hand."""
    host = f"127.0.0.1:{running.server_port}" if host is None else host
    with socket.create_connection(("127.0.0.1", running.server_port), timeout=30) as link:
        lines = [
            f"{verb} {path} HTTP/1.1",
            *([f"Host: {host}"] if host else []),
            *([f"Range: {span}"] if span else []),
        ]
        link.sendall(raw if raw is not None else ("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while piece := link.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    rows = head.decode("latin-1").split("\r\n")
    found = re.match(r"HTTP/1\.\d (\d+)", rows[0])
    headers = dict(row.split(": ", 1) for row in rows[1:] if ": " in row)
    return int(found[1]) if found else 0, headers, body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_its_own_hosts_are_answered(running, name):
    status, headers, body = asked(running, "/map.html", host=f"{name}:{running.server_port}")
    assert (status, body) == (200, b"<!DOCTYPE html><p>map")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:PORT",
        "127.0.0.1.evil.example:PORT",
        "localhost",
        "localhost:1",
        "127.0.0.1",
        "0.0.0.0:PORT",
        "localhost:PORT@evil",
        "localhost.:PORT",
        "[::2]:PORT",
        "127.1:PORT",
        "evil\tlocalhost:PORT",
        "",
        "2130706433:PORT",
    ],
)
def test_another_host_is_not(running, host):
    """A page of elsewhere whose name leads here says its own name."""
    status, _, body = asked(
        running, "/map.html", host=host.replace("PORT", str(running.server_port))
    )
    assert status == 421
    assert b"map" not in body
    twice = f"GET /map.html HTTP/1.1\r\nHost: localhost:{running.server_port}\r\nHost: evil\r\n\r\n"
    assert asked(running, "", raw=twice.encode())[0] == 421


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/tiles/../../secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%2e%2e%5csecret.txt",
        "/link.txt",
        "/inner.txt",
        "/up/secret.txt",
        "/up/",
        "/loop",
        "/pipe",
        "/.hidden",
        "/tiles",
        "/tiles/",
        "/%00",
        "/map.html%00.txt",
        "/map.html/",
        "/map.html/.",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/C:/x",
        "/c:map.html",
        "/map.html::$DATA",
        "/CON",
        "/nul.txt",
        "/com1",
        "/map.html.",
        "/map.html%20",
        "/%ff",
        "/%c0%ae%c0%ae/secret.txt",
        "/%252e%252e/secret.txt",
        "/./map.html",
        "/~root",
        "*",
        "map.html",
        "/" + "a" * 5000,
        "/%E2%80%AE",
        "/" + "a/" * 2000,
    ],
)
def test_what_is_no_file_of_the_folder_is_not_found(running, path):
    status, _, body = asked(running, path)
    assert status == 404
    assert b"secret" not in body
    assert b"root" not in body
    assert running.said == []


def test_files_are_found(running):
    assert asked(running, "/tiles/0.js")[2] == b"mujun.tile(0);"
    assert asked(running, "/%E7%94%B2%20%E4%B9%99.txt?x=1#y")[2] == "丙".encode()
    assert asked(running, "/data.bin", verb="HEAD")[1]["Content-Length"] == str(SIZE)
    assert asked(running, "/data.bin", verb="HEAD")[2] == b""


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("bytes=10-19", 10, 19),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=7-", 7, SIZE - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=0-999999999999", 0, SIZE - 1),
        ("bytes=-999999", 0, SIZE - 1),
        ("Bytes = 3-4", 3, 4),
    ],
)
def test_a_range_is_given(running, span, first, last):
    status, headers, body = asked(running, "/data.bin", span=span)
    assert (status, body) == (206, TEXT[first : last + 1])
    assert headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "span",
    [
        f"bytes={SIZE}-",
        "bytes=5-2",
        "bytes=-0",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=1-2-3",
        "bytes=--5",
        "bytes=١-٢",
        "bytes=" + "9" * 400 + "-",
        f"bytes={SIZE}-,{SIZE + 5}-",
        "bytes=" + ",".join(f"{i}-{i}" for i in range(500)),
        "bytes=0-5,3-9",
    ],
)
def test_a_range_that_is_none_is_refused(running, span):
    status, headers, body = asked(running, "/data.bin", span=span)
    assert (status, body) == (416, b"")
    assert headers["Content-Range"] == f"bytes */{SIZE}"


def test_several_ranges_are_given_in_parts(running):
    status, headers, body = asked(running, "/data.bin", span="bytes=0-4, 300-301,-3")
    assert status == 206
    assert headers["Content-Length"] == str(len(body))
    mark = headers["Content-Type"].split("boundary=")[1].encode()
    parts = [part.split(b"\r\n\r\n", 1) for part in body.split(b"\r\n--" + mark)[1:-1]]
    assert [data for _, data in parts] == [TEXT[:5], TEXT[300:302], TEXT[-3:]]
    assert f"bytes 300-301/{SIZE}".encode() in parts[1][0]
    assert asked(running, "/data.bin", span="lines=1-2")[::2] == (200, TEXT)


def test_three_gigabytes_are_sent_piece_by_piece(running, site):
    big = 3 << 30
    with (site / "big.bin").open("wb") as file:
        file.truncate(big)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_connection(("127.0.0.1", running.server_port)) as link:
        link.sendall(
            f"GET /big.bin HTTP/1.1\r\nHost: localhost:{running.server_port}\r\n"
            f"Range: bytes=1-\r\n\r\n".encode()
        )
        head = link.recv(4096)
        assert f"bytes 1-{big - 1}/{big}".encode() in head
        got = sum(len(link.recv(1 << 20)) for _ in range(50))
    assert got > 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50_000  # kB
    until(lambda: running.said, "what broke off is noted")
    assert len(running.said) == 1
    assert "\n" not in running.said[0]


def test_half_sent_requests_hold_nothing(running, monkeypatch):
    """200 connections that never end their request are given up; the next is answered."""
    monkeypatch.setattr(serve._Files, "timeout", 0.4)
    monkeypatch.setattr(serve, "LONGEST_S", 0.8)
    host = f"Host: localhost:{running.server_port}\r\n"

    def half(number):
        with socket.create_connection(("127.0.0.1", running.server_port), timeout=30) as link:
            try:
                link.sendall(f"GET /map.html HTTP/1.1\r\n{host if number % 2 else ''}".encode())
                while number % 3 == 0:  # one letter at a time, for ever
                    link.sendall(b"x")
                    threading.Event().wait(0.1)
                return link.recv(100)
            except OSError:
                return b""

    threads = threading.active_count()
    with ThreadPoolExecutor(200) as pool:
        waiting = [pool.submit(half, number) for number in range(200)]

        def given_up() -> bool:
            # A connection has a thread and a clock; one that ended may not have gone yet.
            assert threading.active_count() <= threads + 200 + 3 * serve.MOST
            return all(one.done() for one in waiting)

        until(given_up, "every connection is given up")
    assert asked(running, "/map.html")[0] == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\xff\xfe\x00" * 50 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_no_request_is_no_traceback(running, capfd, raw):
    with socket.create_connection(("127.0.0.1", running.server_port)) as link:
        link.sendall(raw)
        link.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := link.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
    assert b"Traceback" not in answer
    assert asked(running, "/map.html")[0] == 200
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err
    assert all("\n" not in line for line in running.said)


@pytest.mark.parametrize("port", [-1, 65_536, 70_000])
def test_a_port_that_is_none_is_said(site, port):
    with pytest.raises(OutputError, match=str(port)):
        server(site, port)
