"""What packages add by entry points is there; what is broken of it is one sentence, no traceback."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.errors import PluginError
from geo.registry import Registry
from geo.text import Message

GROUP = "mujun.tests"


@dataclass(frozen=True)
class Thing:
    name: str


def registry() -> Registry[Thing]:
    return Registry(
        GROUP, Message("registry.source"), Thing, lambda: [Thing("ours"), Thing("also")]
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that adds things: its module's text, and its entry points."""
    names = []

    def installed(text: str, **points: str) -> None:
        name = f"mujun_office_{tmp_path.name.replace('-', '_')}"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: office\nVersion: 1.0\n")
        lines = [f"{key} = {name}:{value}" for key, value in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]))
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        names.append(name)

    yield installed
    for name in names:
        sys.modules.pop(name, None)


def test_ours_come_first_and_a_packages_after_them(install) -> None:
    install("from tests.test_registry import Thing\nTHEIRS = Thing('theirs')", theirs="THEIRS")
    assert registry().names() == ["ours", "also", "theirs"]


def test_a_thing_is_there_as_long_as_it_is_registered() -> None:
    things = registry()
    with things.registered(Thing("mine")) as thing:
        assert things["mine"] is thing
        with pytest.raises(PluginError):
            things.register(Thing("mine"))
    assert "mine" not in things
    assert list(things) == [Thing("ours"), Thing("also")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise RuntimeError('boom\\nTraceback')", "不能加载（RuntimeError）"),
        ("raise SystemExit(3)", "不能加载（SystemExit）"),
        ("import no_such_module", "不能加载（ModuleNotFoundError）"),
        ("", "不能加载（AttributeError）"),
        ("def", "不能加载（SyntaxError）"),
        ("THING = 'a text'", "不是数据源"),
        ("from tests.test_registry import Thing\nTHING = Thing('')", "不是数据源"),
        ("from tests.test_registry import Thing\nTHING = Thing('ours')", "与已有的重名"),
        ("class THING:\n def __init__(self): 1 / 0", "不能加载（ZeroDivisionError）"),
    ],
)
def test_a_broken_one_is_one_sentence(install, text: str, why: str) -> None:
    install(text, thing="THING")
    with pytest.raises(PluginError) as refused:
        registry().names()
    told = refused.value.text.zh
    assert told.startswith("扩展包 office 的")
    assert why in told
    assert "boom" not in told
    assert "\n" not in told
