"""What both READMEs show is what happens: their Python, their walk, their figures, their commands."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pytest
import typer
from typer.testing import CliRunner

from geo.cli import app
from geo.cli.run_report import report
from geo.publish.records.run_result import run_result
from geo.run import Run
from tests.builders import GK, square
from tests.intake_corpus.build import make

ROOT = Path(__file__).parent.parent
READMES = {"zh": "README.zh.md", "en": "README.md"}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def readme(lang: str) -> str:
    return (ROOT / READMES[lang]).read_text(encoding="utf-8")


def blocks(lang: str, kind: str) -> list[str]:
    return [body for found, body in BLOCK.findall(readme(lang)) if found == kind]


def squeezed(line: str) -> str:
    return " ".join(line.split())


@pytest.mark.parametrize("lang", READMES)
def test_the_lines_of_python_run_on_anybodys_frame(lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = gpd.GeoDataFrame(
        {"tax": [90.0, 240.0]}, geometry=[square(i, 0) for i in range(2)], crs=GK
    )
    frame.to_file("parcels.gpkg")
    (code,) = blocks(lang, "python")
    names: dict[str, object] = {}
    exec(code, names)
    parcels = names["parcels"]
    assert isinstance(parcels, gpd.GeoDataFrame)
    assert parcels["tax_per_mu"].round(1).tolist() == [6.0, 16.0]  # a hectare is 15 亩
    assert (tmp_path / "map.html").stat().st_size > 10_000


@pytest.mark.parametrize("lang", READMES)
def test_the_lines_of_the_demos_result_are_the_demos(lang, demo):
    run = Run.load(demo / "outputs")
    settings = run.settings.model_copy(update={"lang": lang})
    lines = [squeezed(line) for line in report(run_result(run, settings), demo, lang)]
    (shown,) = blocks(lang, "text")
    assert len(shown.splitlines()) >= 7
    for line in shown.splitlines():
        assert any(told.startswith(squeezed(line)) for told in lines), line


def test_ten_minutes_with_ones_own_folder(tmp_path, monkeypatch):
    """The walk as it is written, over a folder as an office keeps it."""
    office = make(tmp_path / "offices", ("gbk-shapefiles",))["gbk-shapefiles"]
    monkeypatch.chdir(tmp_path)
    walk = [line for block in blocks("zh", "") for line in block.splitlines()]
    walk = [line.replace("D:\\园区资料", str(office)) for line in walk if "我的园区" in line]
    assert [line.split()[1] for line in walk] == ["init", "run"]
    for line in walk:
        words = line.split()[1:]
        done = CliRunner().invoke(app, words, input="\n" * 20)
        assert done.exit_code == 0, (line, done.output, done.exception)
    assert (tmp_path / "我的园区/outputs/index.html").is_file()
    file = tmp_path / "我的园区/mujun.toml"
    text = file.read_text(encoding="utf-8")
    pack = '# standards = ["longchang-neirong-2022"]'
    assert pack in text
    text = text.replace(pack, f'judge_as = "today"\n{pack[2:]}')
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", "-q", "-p", "我的园区"])
    assert done.exit_code == 0, done.output
    assert "不达标主因" in done.output or "无法判定主因" in done.output


@pytest.mark.parametrize("lang", READMES)
def test_every_command_that_is_named_is_one(lang):
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    text = readme(lang)
    lines = "\n".join(body for _, body in BLOCK.findall(text))
    named = {*re.findall(r"^mujun ([a-z-]+)", lines, re.MULTILINE)}
    named |= {*re.findall(r"`mujun ([a-z-]+)", text)}
    table = re.findall(
        r"^\| (?:准备|计算|解释|出图|prepare|compute|explain|publish) \|(.*)\|$", text, re.MULTILINE
    )
    assert len(table) == 4
    named |= {word for row in table for word in re.findall(r"`([a-z][a-z-]+)`", row)}
    assert named <= known
    assert {"init", "run", "explain", "packs", "new-year"} <= named
