"""What starting costs, told by the modules that are loaded: no clock is asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("matplotlib", "folium", "rasterio", "scipy", "pandera", "typst", "pypinyin", "docx")
FRAMES = ("pandas", "geopandas", "numpy", "shapely", "pyproj", "pyarrow")


def loaded(code):
    """Top-level modules of a fresh process that ran the code."""
    asked = f"{code}\nimport sys; print('\\n' + ' '.join({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("\n\n")[2].split() or done.stdout.split())


def command(*arguments):
    """A command of mujun, whose process goes on after it."""
    return f"""
import sys
sys.argv = ["mujun", *{list(arguments)!r}]
from geo.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print()"""


def test_import_geo_loads_no_frames_and_draws_nothing():
    assert not loaded("import geo") & {*HEAVY, *FRAMES}


@pytest.mark.parametrize(
    "code", ["import geo; geo.area", "import geo; geo.judge; geo.Rule", "import geo; geo.grade"]
)
def test_a_function_loads_what_it_needs(code):
    assert not loaded(code) & {"matplotlib", "folium", "rasterio", "typst", "pandera", "docx"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_frames(option):
    assert not loaded(command(option)) & {*HEAVY, *FRAMES}


def test_packs_loads_no_layers_of_land():
    assert not loaded(command("packs")) & {*HEAVY, "geopandas", "shapely", "pyproj", "pyogrio"}


def test_a_run_draws_nothing_before_it_is_assessed():
    """What makes the map is loaded by who makes it."""
    made = {"matplotlib", "folium", "pypinyin", "typst", "docx"}
    assert not loaded("import geo.cli.run") & {*made, "scipy"}


def test_nothing_is_freed_one_by_one_at_the_end():
    """What a command leaves in cycles ends with its process."""
    code = """
from geo.runtime import collect_seldom
collect_seldom()
class Left:
    def __del__(self):
        print("freed")
left = Left()
left.own = left
del left
print("end")"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["end"]


@pytest.mark.slow
def test_a_run_loads_no_report(tmp_path):
    """Matplotlib draws the pictures of the start page."""
    init = command("init", str(tmp_path / "s"))
    subprocess.run([sys.executable, "-c", init], check=True, capture_output=True)
    seen = loaded(command("run", "--quiet", "--project", str(tmp_path / "s")))
    assert not seen & {"docx", "hypothesis", "pandera"}
