"""Texts of data say nothing to the terminal; what another program reads is sent as it is."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from geo.cli import terminal
from geo.cli.job import Job
from geo.cli.terminal import printable

SHOW = """
import typer
from geo.cli.terminal import guard
guard()
typer.echo("a\\x1b]0;title\\x07b\\rc\\u202ed\\x9be \\ud800 \\u732b\\x1b[31mred\\x1b[0m")
"""


@given(st.text(st.characters(), max_size=30))
def test_nothing_printed_is_an_order(text):
    shown = printable(text)
    assert not set(shown) & set("\x07\x08\r\x7f\x9b\u202e\u2066")
    assert printable(shown) == shown
    assert len(shown) == len(text)


def test_a_terminal_is_sent_what_is_printable():
    """On a terminal of its own, in an encoding that lacks the letter."""
    leader, follower = pty.openpty()
    environment = os.environ | {"PYTHONIOENCODING": "gbk", "NO_COLOR": "1"}
    subprocess.run([sys.executable, "-c", SHOW], stdout=follower, check=True, env=environment)
    os.close(follower)
    sent = os.read(leader, 4096).decode("gbk")
    os.close(leader)
    assert "\x1b]" not in sent
    assert "\x07" not in sent
    assert sent.startswith("a?]0;title?b?c?d?e")
    assert "猫" in sent


def test_another_program_is_sent_the_text_as_it_is(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.guard()
    assert sys.stdout is stream


def test_a_title_is_no_markup_of_the_progress_line(project, capfd):
    """A name such as [/b] ended the command: it was read as the end of a bold text."""
    job = Job(project, None, None, quiet=False)
    with job.progress():
        job._steps.step("x", "[/b] [link=x]a[bold")
        job.note("cli_build.cannot_write", folder="[/b] [red]甲", strerror="")
    assert "[/b] [red]甲" in capfd.readouterr().err
