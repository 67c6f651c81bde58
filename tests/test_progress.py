"""How far a command is: counts, the time left, one line on a terminal and few in a log."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from geo.cli.job import Job
from geo.cli.progress import Log, Steps, shown, span
from geo.text import CJK, LANGUAGES


class Clock:
    """A clock that stands until it is told how late it is."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_the_time_left_is_what_the_last_run_took_at_the_pace_of_this_one(clock):
    steps = Steps("zh", {"parcels": 4, "rules": 6, "map": 10}, clock)
    assert steps.left() == 20
    steps.step("parcels", "读宗地")
    clock.now += 8
    steps.step("rules", "判定")  # twice as slow: 12 and 20 are to come
    assert steps.left() == 32
    clock.now += 5
    assert steps.left() == 27
    clock.now += 20  # later than expected: none of this step is left, never less
    assert steps.left() == 20
    steps.step("map", "地图")
    clock.now += 10
    assert steps.left() == pytest.approx(10 * (8 + 25) / 10 - 10)


def test_what_is_counted_goes_by_the_count(clock):
    steps = Steps("zh", {}, clock)
    steps.step("cards", "宗地卡")
    assert steps.left() is None
    assert steps.line() == "宗地卡"
    clock.now += 30
    steps.counted(320, 1050)
    assert steps.left() == pytest.approx(30 * 730 / 320)
    assert steps.line() == "宗地卡 320/1,050  已用 30 秒  约剩 2 分钟"


def test_products_made_at_once_stand_together_and_are_timed_by_who_makes_them(clock):
    steps = Steps("en", {"parquet": 1, "map": 8, "xlsx": 6, "gpkg": 4}, clock)
    steps.step("parquet", "tables")
    clock.now += 1
    steps.begin("map", "map")
    steps.begin("xlsx", "workbook")
    assert steps.line() == "map, workbook"
    assert steps.left() == 8 + 4  # the longer of both, and what is not begun
    clock.now += 5
    steps.over("xlsx", 5)
    assert steps.line().split("  ")[0] == "map"
    steps.begin("gpkg", "GeoPackage")
    clock.now += 4
    steps.over("map", 9)
    steps.over("gpkg", 4)
    steps.step("end", "")
    assert steps.seconds == {"start": 0, "parquet": 1, "map": 9, "xlsx": 5, "gpkg": 4}


@pytest.mark.parametrize(
    ("seconds", "said"), [(2.4, "2 s"), (11, "15 s"), (55, "55 s"), (56, "1 min"), (61, "2 min")]
)
def test_times_are_told_as_one_says_them(seconds, said):
    assert span(seconds).en == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_log_is_told_of_what_takes_long(clock, lang):
    told = []
    steps = Steps(lang, {}, clock)
    log = Log(steps, told.append)
    for name, takes in (("a", 1), ("b", 1.5), ("c", 60)):
        steps.step(name, name)
        log.changed(begins=True)
        for done in range(1, 7):
            clock.now += takes / 6
            steps.counted(done, 6)
            log.changed(begins=False)
    # b at 2 s; c when it begins, unless that is within 2 s, and every 10 s of its 60
    assert [line.split()[0] for line in told] == ["b", "c", "c", "c", "c", "c", "c"]
    assert bool(CJK.search("".join(told))) == (lang == "zh")


def test_a_short_command_says_nothing_in_a_log_and_a_quiet_one_never(clock):
    for quiet, seconds in ((False, 1), (True, 100)):
        told = []
        steps = Steps("zh", {}, clock)
        with shown(steps, told.append, quiet=quiet) as view:
            steps.step("a", "a")
            clock.now += seconds
            view.changed(begins=True)
        assert told == []


def test_a_job_times_its_steps(project):
    job = Job(project, None, None, quiet=True)
    with job.progress():
        job.step("parks")
        job.count(1, 2)
    assert list(job.seconds) == ["start", "parks"]


SHOW = """
from geo.cli.progress import Steps, shown
steps = Steps("zh")
with shown(steps, print, quiet=False) as view:
    steps.step("cards", "宗地卡 \\x1b]0;title\\x07")
    steps.counted(3, 10)
"""


def test_a_terminal_is_shown_one_line_that_goes_away():
    leader, follower = pty.openpty()
    environment = os.environ | {"PYTHONIOENCODING": "gbk", "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", SHOW], stderr=follower, check=True, env=environment)
    os.close(follower)
    sent = os.read(leader, 65536).decode("gbk")
    os.close(leader)
    assert re.search(r"宗地卡 .*3/10", sent)
    assert "\x1b]0" not in sent
    assert sent.rstrip().endswith("\x1b[2K")
