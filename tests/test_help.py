"""Help in one language, that fits a terminal of 80 columns, with examples that are understood."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
import typer
from rich.cells import cell_len

from geo.cli import app
from geo.cli.app import COMMANDS, GROUPS, loaded
from geo.cli.completion import completion
from geo.cli.help import (
    about,
    choices,
    command_help,
    examples,
    group_help,
    is_option,
    option_text,
)
from geo.cli.usage import help_language, system_language
from geo.text import CJK, LANGUAGES, catalogue


def params(name):
    return typer.Context(loaded(name)).command.get_params(typer.Context(loaded(name)))


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def texts(lang):
    yield group_help(GROUPS, [], lang)
    yield from (command_help(name, params(name), lang) for name in COMMANDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_fits_a_terminal_and_is_in_one_language(lang):
    for text in texts(lang):
        assert [line for line in text.splitlines() if cell_len(line) > 80] == []
        assert " · " not in text
        assert bool(CJK.search(text)) == (lang == "zh")


def test_every_command_is_in_one_group():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_option_says_what_it_is_for_and_no_text_is_left_over(lang):
    known = catalogue(lang)
    used = set()
    for name in COMMANDS:
        assert about(name)(lang)
        for one in params(name):
            assert option_text(name, one, lang), (name, one.name)
            used |= {f"{name.replace('-', '_')}_{one.name}", one.name}
    left = {key for key in known if key.startswith("help_options.")}
    assert {key.partition(".")[2] for key in left} - used == {"version"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_is_a_command_line_that_is_understood(name, lang):
    assert examples(name, lang)
    for line in examples(name, lang):
        command = line.partition("#")[0].partition(">")[0]
        mujun, called, *arguments = shlex.split(command)
        assert (mujun, called) == ("mujun", name)
        loaded(name).make_context(name, arguments)


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({}, "zh"),
    ],
)
def test_the_language_of_the_pc(monkeypatch, tmp_path, variables, lang):
    for key in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert system_language() == lang
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mujun", "--help"])
    assert help_language() == lang
    (tmp_path / "mujun.toml").write_text('[project]\nlang = "en"\n')
    assert help_language() == "en"  # the project decides, whatever the PC speaks
    monkeypatch.setattr(sys, "argv", ["mujun", "run", "--help", "--lang", "zh"])
    assert help_language() == "zh"


def test_the_language_before_a_command_is_the_commands(project, capfd):
    with pytest.raises(SystemExit) as end:
        app(["--lang", "en", "check", "-p", str(project)])
    assert not end.value.code
    assert not CJK.search(capfd.readouterr().out.replace(str(project), ""))


def completed(script, *words):
    """What bash offers behind these words."""
    asked = f'COMP_WORDS=({shlex.join(words)}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _mujun; echo "${{COMPREPLY[*]}}"'
    done = subprocess.run(
        ["/bin/bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_bash_completes_commands_options_and_choices(capsys):
    completion("bash", "zh")
    script = capsys.readouterr().out
    assert completed(script, "mujun", "co") == ["comply", "compare", "completion"]
    assert completed(script, "mujun", "run", "--e") == ["--engine"]
    assert completed(script, "mujun", "run", "--engine", "") == ["local", "dask"]
    assert completed(script, "mujun", "--lang", "en", "snapshot", "--por") == ["--portrait"]
    assert completed(script, "mujun", "snapshot", "-p", "") == []  # files: bash's own


@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_other_shells_have_every_command_and_option(capsys, shell, lang):
    completion(shell, lang)
    script = capsys.readouterr().out
    for name in COMMANDS:
        assert about(name)(lang).replace("'", "’") in script
        for one in params(name):
            if is_option(one):
                assert all(option.lstrip("-") in script for option in one.opts)
                assert all(word in script for word in choices(one))
    assert script.count("{") == script.count("}")
    assert script.count("(") == script.count(")") or shell == "zsh"
