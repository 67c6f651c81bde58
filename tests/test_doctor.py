"""`mujun doctor`: what is missing is told with what it is for and its mend, in either language."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from geo.cli import app, machine
from geo.cli.doctor import lines
from geo.cli.machine import GB, Item, examine_machine
from geo.publish.paper import browser
from geo.runtime import total_memory
from geo.text import CJK, LANGUAGES


def asked(*options):
    outcome = CliRunner().invoke(app, ["doctor", "--json", *options])
    told = json.loads(outcome.stdout)
    return outcome.exit_code, told, {item["name"]: item for item in told["items"]}


def test_a_whole_installation_works(project):
    code, told, items = asked("-p", str(project), "--lang", "en")
    assert (code, told["works"]) == (0, True)
    assert items["pyogrio"]["value"].count(".") == 4  # its own version, and GDAL's
    assert {item["group"] for item in told["items"]} >= {"program", "libraries", "project"}
    assert not any(item["state"] == "fault" for item in told["items"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_a_terminal_in_one_language(project, monkeypatch, lang):
    monkeypatch.setenv("COLUMNS", "80")
    items = [i for i in examine_machine(project) if i.group not in ("program", "project")]
    items.append(Item("extras", "dask", "absent", "", machine.Message("doctor.for_dask")))
    text = "\n".join(lines(items, lang))
    assert max(map(cell_len, text.splitlines())) <= 80
    assert bool(CJK.search(text)) == (lang == "zh")
    assert machine.Message("doctor.for_dask")(lang).split()[0][:12] in text


def test_a_broken_library_is_named_with_its_mend(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    code, told, items = asked("-p", str(project))
    assert (code, told["works"]) == (1, False)
    assert items["xlsxwriter"]["state"] == "fault"
    assert "pip install" in items["xlsxwriter"]["mend"]


def test_what_is_optional_and_not_there_is_no_fault(project, monkeypatch):
    there = machine.find_spec
    absent = ("distributed", "adbc_driver_postgresql")
    monkeypatch.setattr(machine, "find_spec", lambda name: None if name in absent else there(name))
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    code, _, items = asked("-p", str(project))
    assert code == 0
    assert [items[n]["state"] for n in ("postgis", "dask", "浏览器")] == ["absent"] * 3
    assert all(items[n]["for"] and items[n]["mend"] for n in ("postgis", "dask", "浏览器"))


def test_a_project_that_cannot_be_read_and_a_full_disk_are_told(project, monkeypatch):
    (project / "mujun.toml").write_text("[project", encoding="utf-8")
    full = SimpleNamespace(total=10 * GB, used=10 * GB, free=GB // 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    code, _, items = asked("-p", str(project))
    assert code == 1
    assert "mujun.toml" in items["项目文件"]["value"]
    assert items["项目文件夹"]["state"] == "note"


def test_a_folder_without_a_project_is_no_fault(tmp_path):
    code, _, items = asked("-p", str(tmp_path))
    assert (code, items["项目文件"]["state"]) == (0, "note")


def test_a_console_without_chinese_is_told(monkeypatch):
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(encoding="cp437"))
    found = {item.name.zh: item for item in machine._console(machine.Path())}
    monkeypatch.undo()
    assert found["文字编码"].state == "note"
    assert "chcp 65001" in found["文字编码"].mend.en


def test_memory_is_what_the_system_says():
    said = Path("/proc/meminfo").read_text(encoding="ascii")
    kilobytes = int(said.split()[1])
    assert total_memory() == kilobytes * 1024


def test_a_browser_of_windows_is_found_where_its_installer_puts_it(tmp_path, monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda _: None)
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert browser.find_browser("win32") is None
    edge = tmp_path / "Microsoft/Edge/Application/msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch()
    assert browser.find_browser("win32") == str(edge)
    assert browser.find_browser("linux") is None
