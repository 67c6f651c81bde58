"""Briefing: steps of views, written in `mujun.toml` or on the map, presented and printed."""

from __future__ import annotations

import base64
import json

import pypdfium2
import pytest
from typer.testing import CliRunner

from geo import findings
from geo.cli import app
from geo.errors import ProjectError
from geo.project import Settings, read_project
from geo.publish.webmap.briefing import steps
from geo.run import Run
from tests.browser import Page
from tests.builders import PROJECT
from tests.waiting import page_until

STEPS = """
[[briefing]]
title = "四宗土地 <b>"
text = "共四公顷"

[[briefing]]
title = "2021年亩均税收"
title_en = "Tax per mu in 2021"
theme = "tax_per_mu"
year = 2021
park = "P"
hide = ["no_data"]
filter = [{ theme = "land_use", only = ["100101", "100102"] }]
place = { west = 105.28, south = 29.33, east = 105.30, north = 29.34 }

[[briefing]]
title = "没有的"
theme = "gone"
park = "NO"
year = 2019
parcel = "Z"
"""


def written(folder, text):
    file = folder / "mujun.toml"
    file.write_text(PROJECT + text, "utf-8")
    return file


def link(view):
    packed = base64.urlsafe_b64encode(json.dumps(view).encode()).decode().rstrip("=")
    return f"file:///C:/map.html#v1={packed}"


@pytest.mark.parametrize(
    ("step", "key", "why"),
    [
        ("titel = 'x'", "briefing.1.title", "必须填写"),
        ("title = 'x'\nthem = 'y'", "briefing.1.them", "theme"),
        ("title = 'x'\nyear = 1200", "briefing.1.year", "1949"),
        ("title = 'x'\nmethod = 'jenks'", "briefing.1.method", "natural"),
        ("title = 'x'\nfilter = [{ theme = 'a', only = [] }]", "briefing.1.filter.1.only", ""),
        ("title = 'x'\nplace = { west = 2, south = 1, east = 1, north = 2 }", "place", "west"),
        ("title = 'x'\nlink = 'http://a/b#v1=%%'", "briefing", "#v1="),
        (f"title = 'x'\npark = 'P'\nlink = '{link({})}'", "briefing", "link"),
    ],
)
def test_a_step_that_is_odd_is_refused_by_its_key(tmp_path, step, key, why):
    with pytest.raises(ProjectError) as refused:
        read_project(written(tmp_path, f"[[briefing]]\n{step}\n"))
    for text in (refused.value.text.zh, refused.value.text.en):
        assert key in text, text
    assert why in refused.value.text.zh


def test_a_link_is_a_step_too(tmp_path):
    view = {"theme": {"id": "land_use"}, "trial": {"subject": "x"}}
    file = written(tmp_path, f"[[briefing]]\ntitle = 'x'\nlink = '{link(view)}'\n")
    assert steps(read_project(file).settings) == [
        {"title": ["x", "x"], "text": ["", ""], "view": view, "box": None}
    ]
    settings = read_project(file).settings  # as a run keeps them
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.products("map")
@pytest.mark.parametrize("engine", ["", "[engine]\npart = 1\nwhole = 1\n"])
def test_a_slip_in_a_step_is_found_and_the_nearest_name_offered(project, engine):
    """Of a step's settings and of its link alike, in one piece and in parts; what is right is none.

    Of steps that were changed since, the command that makes the map says so.
    """
    slips = link({"theme": {"id": "land_us"}, "park": "PP", "hide": ["x"], "filters": [7]})
    written(
        project,
        f"""
[[briefing]]
title = "一"
theme = "land_use"
park = "PP"
filter = [{{ theme = "complianc", only = ["fail"] }}, {{ theme = "land_use", only = ["100I01"] }}]

[[briefing]]
title = "二"
theme = "tax"
link = ""

[[briefing]]
title = "三"
parcel = "Z"
link = ""

[[briefing]]
title = "四"
link = "{slips}"
{engine}""",
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    found = Run.load(project / "outputs").findings
    found = found[found["code"] == "unknown_in_project"]
    message, mend = (found[c].map(json.loads) for c in ("message", "mend"))
    offered = {
        said["arguments"]["where"]: how.get("arguments", {}).get("like")
        for said, how in zip(message, mend, strict=True)
    }
    assert offered == {
        "briefing.1.park": "P",
        "briefing.1.filter.1.theme": "compliance",
        "briefing.1.filter.2.only": "100101",
        "briefing.2.theme": None,
        "briefing.3.parcel": None,
        "briefing.4.theme": "land_use",
        "briefing.4.link": "P",
    }
    spoken = findings.in_language(found, "en")
    assert "did you mean `compliance`" in "".join(spoken["mend"])
    assert "there are" in "".join(spoken["mend"])
    again = CliRunner().invoke(app, ["map", "-q", "-p", str(project)]).output
    assert "briefing" not in again
    step = (
        '[[briefing]]\ntitle = "五"\ntheme = "complianc"\nyear = 1999\npark = "P"\nparcel = "Y"\n'
    )
    with (project / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write(step)
    lines = CliRunner().invoke(app, ["map", "-q", "-p", str(project)]).output.splitlines()
    fifth = [line for line in lines if "briefing.5." in line]
    assert len(fifth) == 3
    assert sum("briefing.5.theme" in line and "“compliance”" in line for line in fifth) == 1
    assert {key for key in ("year", "parcel") for line in fifth if f"briefing.5.{key}" in line} == {
        "year",
        "parcel",
    }


def heading(page):
    return page.inner_text(".mujun-show header").replace("\n\n", "\n")


def test_a_briefing_of_a_project_is_shown_changed_kept_and_printed(browser, project, tmp_path):
    written(project, STEPS)
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    found = Run.load(project / "outputs").findings
    messages = found[found["code"] == "unknown_in_project"]["message"].map(json.loads)
    said = {(m["arguments"]["where"], m["arguments"]["name"]) for m in messages}
    wrong = {"park": "NO", "parcel": "Z", "year": "2019"}
    wrong |= {"theme": "gone"}
    assert said == {(f"briefing.3.{key}", name) for key, name in wrong.items()}
    opened = Page(browser, project / "outputs/map.html", viewport={"width": 1366, "height": 596})
    present(opened.page)
    titles = change(opened.page, tmp_path / "steps.json")
    opened.page.reload()  # kept in the browser
    page_until(opened.page, "'mujunReady' in window")
    assert opened.page.evaluate("mujunReady.state.briefing.steps[2].text[0]") == "都是"
    opened.page.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'briefing'}})")
    print_steps(opened.page, titles)
    hand_over(opened.page, tmp_path)
    assert opened.complaints == []
    opened.context.close()


def present(page):
    page.click("#mujun-briefing")
    page.click("#mujun-present")
    page_until(page, "mujunReady.state.briefing.at === 0")
    assert heading(page) == "四宗土地 <b>\n共四公顷"
    covers = ".mujun-panel:visible, .mujun-card:visible, .mujun-board:visible"
    assert page.locator(covers).count() == 0
    page.keyboard.press("ArrowRight")
    shown = heading(page)
    assert shown.startswith("2021年亩均税收\n筛选：地类")
    assert "隐藏：无数据" in shown
    assert "年份：2021" in shown
    assert "1 / 4 宗" in page.inner_text(".mujun-show aside").replace("\n", "")
    west, east = page.evaluate(
        "(({_southWest: a, _northEast: b}) => [a.lng, b.lng])(mujunReady.map.getBounds())"
    )
    assert west < 105.28
    assert east > 105.30
    page.keyboard.press("End")
    assert "已略去：专题 gone、年份 2019、园区 NO、宗地 Z" in heading(page)
    page.keyboard.press("ArrowRight")  # there is none behind the last
    page.keyboard.press("Escape")
    assert page.evaluate("[mujunReady.state.briefing.at, mujunReady.state.theme]") == [None, 0]


def change(page, file):
    """Add, name, move and delete steps, and save them; their titles."""
    page.evaluate("mujunReady.dispatch({type: 'area', side: 0, value: 14})")
    page.click("#mujun-step-add")
    row = page.locator(".mujun-steps li").last
    row.locator("input").fill("大于14亩")
    row.locator("textarea").fill("都是")
    row.get_by_label("上移").click()
    page.locator(".mujun-steps li").last.get_by_label("删除").click()
    titles = page.locator(".mujun-steps input").evaluate_all("all => all.map((i) => i.value)")
    assert titles == ["四宗土地 <b>", "2021年亩均税收", "大于14亩"]
    with page.expect_download() as saved:
        page.click(".mujun-card button:text-is('存为文件')")
    saved.value.save_as(file)
    return titles


def print_steps(page, titles):
    """A page a step, with its title, its marks and its number as text."""
    page.evaluate("window.print = () => { window.printed = true; }")
    page.click("#mujun-briefing-print")
    page_until(page, "window.printed")
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    texts = [one.get_textpage().get_text_range() for one in paper]
    assert [round(v / 72 * 25.4) for v in paper[0].get_size()] == [297, 210]
    assert [t.splitlines()[0] for t in texts] == titles
    assert "年份：2021" in texts[1]
    assert "面积（亩）：14" in texts[2]
    assert "3 / 3" in texts[2]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".mujun-pages").count() == 0


def hand_over(page, folder):
    """Back to the project's steps, then those of the file; another file changes nothing."""
    page.click("#mujun-briefing-project")
    assert page.evaluate("mujunReady.state.briefing.steps.length") == 3
    assert page.locator(".mujun-steps input").last.input_value() == "没有的"
    page.set_input_files(".mujun-briefing input[type=file]", folder / "steps.json")
    page_until(page, "mujunReady.state.briefing.steps[2].title[0] === '大于14亩'")
    (folder / "odd.json").write_text('{"format": "mujun-briefing-1", "steps": [{"title": 1}]}')
    page.set_input_files(".mujun-briefing input[type=file]", folder / "odd.json")
    page.wait_for_selector("text=这不是汇报文件")
