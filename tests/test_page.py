"""Text of a project or of data never reaches a template, a page or a script as source."""

from __future__ import annotations

import ast
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.publish.page import (
    Code,
    Variable,
    call,
    data,
    document,
    json_text,
    policy,
    script,
    tag,
    xml_text,
)
from tests.conftest import ROOT

PAGES = "geo/publish/page.py"
ALLOWED = {
    PAGES: "the one way into a page",
    "geo/publish/excel/fast_sheet.py": "cells of a worksheet, escaped in `_inline`",
    "geo/publish/word/document.py": "the marks {{title}} of an office's own document",
}
"""Files that hold markup in their texts."""

NAMES = {
    "Element",
    "MacroElement",
    "JavascriptLink",
    "CssLink",
    "Html",
    "Div",
    "IFrame",
    "Template",
    "Environment",
    "Markup",
    "from_string",
    "render_template",
    "parse_xml",
}
"""Calls that parse a text as a template or as markup."""

READING = {"fromstring", "XML"}
"""Calls that parse markup: for the readers of an office's files, and nobody else."""

MODULES = {"branca", "jinja2", "markupsafe", "mako", "chevron"}
FOLIUM = {"Map"}
"""What of Folium is used: every other element of it is a template over its arguments."""

MARKUP = re.compile(
    r"(?<!\?P)<\s*[/!]?\s*(?!NA>|na>)[A-Za-z][\w:-]*(\s[^<>]*)?/?>|<!--|<!\[CDATA"
    r"|(?<!\?P)<[a-z]+(\s[^<>]*)?$|\{%|\{\{"
)
TREES = ("ET.Element", "ElementTree.Element")
TYPST_ONLY = "geo/publish/paper/typeset.py"


def documented(tree):
    """Docstrings and texts that stand alone, which say something and go nowhere."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def imported(name, node):
    modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for module in modules:
        if (
            module.split(".")[0] in MODULES
            or module.startswith("folium.")
            or (module == "string" and any(a.name == "Template" for a in node.names))
        ):
            yield f"import of {module}"
        if module.split(".")[0] == "typst" and name != TYPST_ONLY:
            yield "Typst is set by typeset.py, from files and JSON"


def called(name, node):
    """A call by a forbidden name; ElementTree builds trees, and escapes what it writes."""
    what = node.func
    names = NAMES if name.startswith("geo/sources/") else NAMES | READING
    if isinstance(what, ast.Name) and what.id in names:
        yield f"{what.id}("
    if isinstance(what, ast.Attribute) and what.attr in names and ast.unparse(what) not in TREES:
        yield f"{ast.unparse(what)}("


def found(name, text):
    """What in a file makes pages in another way than `geo.publish.page`: line and what."""
    tree = ast.parse(text)
    said = documented(tree)
    for node in ast.walk(tree):
        wrong = []
        if isinstance(node, ast.Import | ast.ImportFrom):
            wrong = imported(name, node)
        elif isinstance(node, ast.Call):
            wrong = called(name, node)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "folium":
            wrong = [] if node.attr in FOLIUM else [f"folium.{node.attr}"]
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and (id(node) not in said and name not in ALLOWED and MARKUP.search(node.value))
        ):
            wrong = [f"markup in a text: {node.value[:40]!r}"]
        yield from ((node.lineno, what) for what in wrong)


def test_pages_are_made_in_one_way_only():
    wrong = [
        f"{name}:{line}: {what}"
        for file in sorted((ROOT / "geo").rglob("*.py"))
        if "node_modules" not in file.parts
        for name in [file.relative_to(ROOT).as_posix()]
        if name != PAGES
        for line, what in found(name, file.read_text("utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "from branca.element import Element",
        "import jinja2",
        "from folium.template import Template",
        "from string import Template",
        "Element('<b>')",
        "x = branca.element.Element(t)",
        "Environment().from_string(title)",
        "page = f'<title>{title}</title>'",
        "page = '<p class=x>' + name",
        "x = '<script>'",
        "t = '{{ x }}'",
        "folium.Popup(name)",
        "folium.TileLayer(a, attr=b)",
        "import typst",
        "ET.fromstring(f'{x}')",
        "parse_xml(x)",
        "x = '<!-- ' + name",
        "y = '</div>'",
        "z = f'<img src={x}'",
    ],
)
def test_the_rule_finds_what_it_forbids(text):
    assert list(found("geo/publish/other.py", text))


def test_a_typst_template_runs_no_text():
    """Data comes as JSON; nothing of a template evaluates a text or reads a file it names."""
    for file in sorted((ROOT / "geo").rglob("*.typ")):
        text = file.read_text("utf-8")
        assert not re.search(r"\beval\s*\(|\braw\s*\(|#include|#import|sys\.inputs|plugin\(", text)
        assert set(re.findall(r"\b(?:json|read|csv|yaml|toml|xml)\(([^)]*)\)", text)) == {
            '"data.json"'
        }


class Seen(HTMLParser):
    """Elements, attributes and texts, as a browser would take them."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


ANY = st.text(st.characters() | st.sampled_from("<>&\"'{}%#`\\/\u2028\0\ud800]!-"), max_size=40)


@given(ANY, ANY)
def test_a_text_is_a_text_in_a_page(inside, value):
    shown = Seen()
    shown.feed(document([tag("title", inside)], [tag("p", inside, title=value)]))
    shown.close()
    assert shown.tags == ["html", "head", "meta", "title", "body", "p"]
    assert [name for name, _ in shown.attributes] == ["lang", "charset", "title"]
    plain = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", inside)
    assert "".join(shown.texts).replace("\r", "").count(plain.replace("\r", "")) >= 2


@given(
    st.recursive(
        ANY | st.integers(-9, 9) | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
        max_leaves=5,
    )
)
def test_a_value_is_a_value_in_a_script(value):
    text = json_text(value)
    assert not set(text) & set("<>&'\u2028\u2029\0")
    text.encode("utf-8")
    made = call("mujun.show", Variable("map_1"), value)
    assert made.source == f"mujun.show(map_1, {text});"
    shown = Seen()
    shown.feed(script(made).source + data("table", text).source)
    assert shown.tags == ["script", "script"]
    if not any(0xD800 <= ord(c) < 0xE000 for c in json.dumps(value, ensure_ascii=False)):
        assert json.loads(text) == value


@given(ANY)
def test_a_text_is_a_text_in_xml(text):
    root = ET.Element("qgis", name=text)
    ET.SubElement(root, "title").text = text
    back = ET.fromstring(xml_text(root))
    assert [e.tag for e in back.iter()] == ["qgis", "title"]
    plain = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    assert (back[0].text or "").replace("\r\n", "\n").replace("\r", "\n") == plain.replace(
        "\r\n", "\n"
    ).replace("\r", "\n")


@pytest.mark.parametrize("name", ["a b", "a>b", "script", "style", "A"])
def test_a_name_of_an_element_is_ours(name):
    with pytest.raises(ValueError, match=re.escape(name)):
        tag(name)


def test_a_name_in_a_script_is_ours():
    for wrong in ("a;b", "a(", "a.b-c"):
        with pytest.raises(ValueError, match=re.escape(wrong)):
            call(wrong)
    with pytest.raises(ValueError, match="x y"):
        call("a", Variable("x y"))
    with pytest.raises(ValueError, match="script"):
        policy(images=('http://x"><script>',))
    assert isinstance(call("a.b"), Code)
