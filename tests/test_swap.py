"""Files that change all together or not at all, a few of each fault of `make faults`."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from geo.errors import OutputError
from geo.publish.staging import staged
from geo.run.lock import LOCK, locked
from geo.run.record import RECORD, read_record
from geo.run.swap import JOURNAL
from tests import faults

pytestmark = pytest.mark.slow


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return faults.prepared(tmp_path / "outputs")


def made(folder: Path, command: str, files: dict[str, str], *, beside: bool = False) -> None:
    with staged(folder, command, beside=beside) as stage:
        for name, text in files.items():
            (stage / name).parent.mkdir(exist_ok=True)
            (stage / name).write_text(text)


def refused(folder: Path, files: dict[str, str]) -> OutputError:
    with pytest.raises(OutputError) as caught:
        made(folder, "export", files)
    return caught.value


def test_killed_at_any_moment_it_is_all_old_or_all_new(outputs: Path) -> None:
    found = faults.kill_at_random(outputs, 12)
    assert sum(found.values()) == 12


def test_killed_before_each_move_and_again_in_the_recovery(outputs: Path) -> None:
    assert faults.kill_at_every_move(outputs) == 2 * (len(faults.names(0)) + 1)


def test_a_file_that_refuses_is_named_and_everything_is_as_it_was(outputs: Path) -> None:
    assert faults.busy_at_every_file(outputs) == len(faults.names(0)) + 1


def test_two_at_once_never_mix(outputs: Path) -> None:
    assert sum(faults.race(outputs, 8).values()) == 8


def test_a_file_that_cannot_be_put_back_is_put_back_by_the_next_command(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = faults.swap._move

    def refusing(file: Path, to: Path) -> None:
        if file.name == "assessment.xlsx" and ".replaced-" in str(file):
            raise PermissionError(13, "in use", str(file))
        if file.name == "map.html" and file.parent == outputs:
            raise PermissionError(13, "in use", str(file))
        move(file, to)

    monkeypatch.setattr(faults.swap, "_move", refusing)
    with pytest.raises(OutputError, match=r"assessment.xlsx .* cannot be put back"):
        faults.write(outputs, 1)
    assert (outputs / JOURNAL).is_file()
    assert not (outputs / RECORD).exists()
    monkeypatch.undo()
    assert faults.generation(outputs) == 0


def test_the_lock_names_who_writes(outputs: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from geo.publish.staging import staged\n"
        "with staged(Path(sys.argv[1])): pass"
    )
    with locked(outputs, "map"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(outputs)], check=False, capture_output=True, text=True
        )
    said = done.stderr.strip().splitlines()[-1]
    assert f"@{platform.node()} (process {os.getpid()}, since 20" in said
    assert "mujun map" in said
    assert not (outputs / LOCK).exists()


def test_a_lock_of_another_machine_is_told_with_its_mend(outputs: Path) -> None:
    other = {"pid": 1, "host": "office-pc", "user": "li", "since": "x", "command": "run"}
    (outputs / LOCK).write_text(json.dumps(other))
    error = refused(outputs, {"a.txt": ""})
    assert "li@office-pc" in str(error)
    assert f"delete {outputs / LOCK}" in str(error)
    (outputs / LOCK).write_text(json.dumps(other | {"host": platform.node()}))
    made(outputs, "export", {"a.txt": ""})  # of this machine, and dead


def test_only_what_the_record_lists_is_replaced(outputs: Path) -> None:
    (outputs / "report.docx").write_text("the office's report")
    error = refused(outputs, {"report.docx": "ours", "map.html": "ours"})
    assert "contains report.docx, which run.json does not list" in str(error)
    assert "map.html" not in str(error)
    assert (outputs / "report.docx").read_text() == "the office's report"
    assert "移开或改名" in error.text("zh")


@pytest.mark.parametrize("kind", ["folder", "link", "file for a folder", "linked folder"])
def test_what_stands_in_the_way_stays(outputs: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "kept.txt").write_text("kept")
    {
        "folder": (outputs / "atlas.pdf").mkdir,
        "link": lambda: (outputs / "atlas.pdf").symlink_to(target / "kept.txt"),
        "file for a folder": lambda: (outputs / "cards").write_text("cards"),
        "linked folder": lambda: (outputs / "cards").symlink_to(target),
    }[kind]()
    name = "cards" if "for" in kind or "linked" in kind else "atlas.pdf"
    error = refused(outputs, {"cards/1.pdf": "", "atlas.pdf": ""})
    assert f"contains {name}, which" in str(error)
    assert [f.read_text() for f in target.iterdir()] == ["kept"]
    assert os.path.lexists(outputs / name)


def test_a_file_that_somebody_changed_is_kept_beside_the_new_one(outputs: Path) -> None:
    (outputs / "assessment.xlsx").write_text("with the office's remarks")
    faults.write(outputs, 1)
    kept = outputs / "assessment（已改）.xlsx"
    assert kept.read_text() == "with the office's remarks"
    assert read_record(outputs)["products"][0]["kept"] == [kept.name]
    (outputs / "assessment.xlsx").write_text("and again")
    faults.write(outputs, 2)
    assert (outputs / "assessment（已改-2）.xlsx").read_text() == "and again"
    assert kept.read_text() == "with the office's remarks"


def test_a_folder_made_anew_loses_its_old_files_and_no_others(outputs: Path) -> None:
    made(outputs, "export", {"surfaces/new.tif": "new"})
    assert sorted(f.name for f in (outputs / "surfaces").rglob("*")) == ["new.tif", "theirs.tif"]
    made(outputs, "snapshot", {"surfaces/second.tif": "2"}, beside=True)
    assert sorted(f.name for f in (outputs / "surfaces").iterdir()) == [
        "new.tif",
        "second.tif",
        "theirs.tif",
    ]
    record = read_record(outputs)
    assert [(entry["command"], entry["files"]) for entry in record["products"][:2]] == [
        ("snapshot", ["surfaces/second.tif"]),
        ("export", ["surfaces/new.tif"]),
    ]
    assert faults.sha256(outputs / "surfaces/new.tif") == record["outputs"]["surfaces/new.tif"]


def test_a_run_takes_away_what_was_made_from_the_last_one(outputs: Path) -> None:
    made(outputs, "export", {"atlas.pdf": "of the last run"})
    faults.write(outputs, 1)
    assert not (outputs / "atlas.pdf").exists()
    assert "atlas.pdf" in read_record(outputs)["products"][0]["removed"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"outputs": []}',
        '{"outputs": {"../../precious": "x"}}',
        '{"outputs": {"/etc/passwd": "x"}}',
        '{"outputs": {"C:\\\\x": "x"}}',
        '{"other": "tool"}',
    ],
)
def test_a_damaged_record_replaces_nothing(outputs: Path, text: str) -> None:
    before = {n: (outputs / n).read_bytes() for n in faults.names(0)}
    (outputs / RECORD).write_text(text)
    error = refused(outputs, {"map.html": "new"})
    assert f"{RECORD} is damaged" in str(error)
    assert {n: (outputs / n).read_bytes() for n in faults.names(0)} == before
    assert (outputs / RECORD).read_text() == text


def test_a_record_of_an_older_version_is_taken(outputs: Path) -> None:
    record = read_record(outputs)
    (outputs / RECORD).write_text(json.dumps({"outputs": record["outputs"]}))
    faults.write(outputs, 1)
    assert faults.generation(outputs) == 1


def test_a_journal_that_cannot_be_read_is_told(outputs: Path) -> None:
    (outputs / JOURNAL).write_text("{")
    assert "stopped half-way" in str(refused(outputs, {"map.html": ""}))
