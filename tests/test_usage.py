"""Wrong usage and errors: one sentence, in the language asked for or the project's, exit 2 or 1."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

import geo
from geo import cli
from geo.text import CJK

PACKAGE = Path(geo.__file__).parent

USES = [
    (["nothing"], "没有命令“nothing”", "no command `nothing`"),
    (["check", "--nope"], "没有选项 --nope", "no option --nope"),
    (["run", "--proect", "x"], "是否为 --project？", "did you mean --project?"),
    (
        ["explain"],
        "缺少 SUBJECT（宗地编号、企业代码或名称、园区编号）：见 mujun explain --help",
        "SUBJECT (a parcel, an enterprise or a park, by ID or name) is missing: see",
    ),
    (["check", "--project"], "--project 后面缺少值", "--project needs a value"),
    (["run", "more"], "多出“more”", "`more` is one too many"),
    (["run", "--engine", "spark"], "只能写 local、dask", "must be one of local, dask"),
    (["serve", "--port", "70000"], "--port 不应大于 65535", "--port must be at most 65535"),
    (["serve", "--port", "-1"], "--port 不应小于 0", "--port must be at least 0"),
    (["serve", "--port", "x"], "--port 应为整数", "--port must be a whole number"),
    (["snapshot", "--scale", "1e18"], "--scale 不应大于", "--scale must be at most"),
    (["snapshot", "--scale", "nan"], "--scale", "--scale"),
    (["snapshot", "--paper", "A9"], "只能写 A4、A3、A2、A1、A0", "one of A4, A3, A2, A1, A0"),
    (["check", "--project", ""], "--project 不能为空", "--project must not be empty"),
    (["run", "--output", " "], "--output 不能为空", "--output must not be empty"),
    (["init", ""], "FOLDER 不能为空", "FOLDER must not be empty"),
]


def _main(monkeypatch, capfd, *arguments):
    monkeypatch.setattr(sys, "argv", ["mujun", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code, capfd.readouterr().err.strip()


@pytest.mark.parametrize(("arguments", "zh", "en"), USES, ids=range(len(USES)))
def test_wrong_usage_is_one_sentence_in_either_language(monkeypatch, capfd, arguments, zh, en):
    code, said = _main(monkeypatch, capfd, *arguments)
    assert code == 2
    assert zh in said
    assert len(said.splitlines()) == 1
    command, *rest = arguments
    code, said = _main(monkeypatch, capfd, command, "--lang", "en", *rest)
    assert code == 2
    if command != "nothing":
        assert en in said


def test_help_is_in_one_language(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for arguments in (["--help"], ["run", "--help"], ["init", "--help"]):
        said = {}
        for lang in ("zh_CN.UTF-8", "en_US.UTF-8"):
            monkeypatch.setenv("LC_ALL", lang)
            monkeypatch.setattr(sys, "argv", ["mujun", *arguments])
            with pytest.raises(SystemExit):
                cli.main()
            said[lang[:2]] = capfd.readouterr().out
        assert not any(" · " in text for text in said.values())
        assert not CJK.search(said["en"])
        assert "显示帮助并退出" in said["zh"]


def test_a_new_project_in_english(monkeypatch, capfd, tmp_path):
    monkeypatch.setattr(sys, "argv", ["mujun", "init", str(tmp_path / "new"), "--lang", "en"])
    with pytest.raises(SystemExit):
        cli.main()
    zh, en = (
        tomllib.loads(file.read_text("utf-8"))
        for file in (PACKAGE / "data/template/mujun.toml", tmp_path / "new/mujun.toml")
    )
    assert en["project"].pop("lang") == "en"
    for text in ("lang", "title", "synthetic"):
        zh["project"].pop(text)
        en["project"].pop(text, None)
    assert en == zh


def test_a_language_that_is_none_is_wrong_usage(monkeypatch, capfd):
    assert _main(monkeypatch, capfd, "check", "--lang", "fr") == (
        2,
        "--lang 只能写 zh、en：见 mujun check --help。",
    )


@pytest.mark.parametrize(
    "text", ['lang = "en"\nyear = "x"', "lang = 'en'\nyear = 2023\nodd = 1", '  lang="en"\nyear =']
)
def test_errors_speak_the_projects_language_even_where_it_cannot_be_read(
    monkeypatch,
    capfd,
    tmp_path,
    text,
):
    (tmp_path / "mujun.toml").write_text(f"[project]\n{text}\n", encoding="utf-8")
    code, said = _main(monkeypatch, capfd, "check", "-p", str(tmp_path))
    assert code == 1
    assert said.startswith("mujun.toml")
    assert said.isascii()
    code, said = _main(monkeypatch, capfd, "check", "-p", str(tmp_path), "--lang", "zh")
    assert not said.isascii()


@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "x", ""])
def test_a_threshold_that_is_no_number_is_refused(monkeypatch, capfd, project, value):
    code, said = _main(
        monkeypatch,
        capfd,
        "whatif",
        "-q",
        "-p",
        str(project),
        "--set",
        f"longchang-neirong-2022/tax_per_mu={value}",
    )
    assert code == 1
    assert "/" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("rest", [["-p", "FILE"], ["--project=FILE"], ["--project", "FILE"], []])
def test_wrong_usage_is_told_in_the_project_s_language(monkeypatch, capfd, tmp_path, rest):
    (tmp_path / "mujun.toml").write_text('[project]\nlang = "en"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    words = [w.replace("FILE", str(tmp_path)) for w in rest]
    code, said = _main(monkeypatch, capfd, "run", "--nope", *words)
    assert (code, said) == (2, "no option --nope: see `mujun run --help`.")
    assert "没有选项" in _main(monkeypatch, capfd, "run", "--nope", "--lang", "zh", *words)[1]


@pytest.mark.parametrize("name", ["x" * 300, "园" * 90, "x/" * 2500])
def test_a_path_that_no_disk_takes_is_one_sentence(monkeypatch, capfd, name):
    for option in ("--project", "--output"):
        code, said = _main(monkeypatch, capfd, "run", option, name)
        assert (code, said) == (2, f"{option} 是过长的路径：见 mujun run --help。")


def test_an_interrupted_command_says_so(monkeypatch, capfd):
    def stopped(**_):
        return 130  # as Typer ends at Ctrl+C

    monkeypatch.setattr(cli, "app", stopped)
    assert _main(monkeypatch, capfd, "run") == (130, "已中断。")


HANDED = [
    (["packs", "import", "none.xlsx"], "没有文件 none.xlsx。", "there is no file none.xlsx."),
    (["packs", "import", "cut.xlsx"], "无法打开 cut.xlsx", "cut.xlsx cannot be opened"),
    (["packs", "draft", "none.json"], "没有这个文件或文件夹", "No such file or directory"),
    (["packs", "draft", "deep.json"], "不是从地图保存的试算方案文件", "no file of scenarios"),
    (["notes", "list", "folder"], "打不开（这是文件夹，不是文件）", "(Is a directory)"),
    (["notes", "list"], "再写文件名：见 mujun", "files: see `mujun"),
]


@pytest.mark.parametrize(("words", "zh", "en"), HANDED)
def test_a_file_that_cannot_be_taken_is_told_in_the_readers_words(
    tmp_path, monkeypatch, capsys, words, zh, en
):
    """Neither the system's English in Chinese, nor an error of the program, nor two full stops."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for lang, said in (("zh", zh), ("en", en)):
        monkeypatch.setattr(sys, "argv", ["mujun", *words, "--lang", lang])
        with pytest.raises(SystemExit):
            cli.main()
        told = capsys.readouterr().err
        assert said in told
        assert not any(two in told for two in ("。：", "。。", ".:"))
