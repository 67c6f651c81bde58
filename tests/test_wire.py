"""The map's data format: one declaration, and what follows from it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geo.publish.webmap import build, columns, nodes, packing, scripts, spec, tables, wire
from geo.publish.webmap.folder import write_folder
from geo.publish.webmap.map import map_table, park_map
from geo.run import Run
from tests.browser import Page
from tests.map_folders import handed, table_of


def test_a_field_that_is_declared_stands_in_page_and_folder(browser, demo, tmp_path, monkeypatch):
    """One line of declaration: a column of the run's parcels, cut into files and joined again."""
    declared = nodes.PerParcel("f4", source="floor_area_ratio")
    monkeypatch.setitem(wire.PAGE.fields, "ratio", declared)
    run = Run.load(demo / "outputs")
    park_map(run).save(str(tmp_path / "map.html"))
    write_folder(run, tmp_path / "folder", size=150)
    wanted = run.parcels.set_index("parcel_id")["floor_area_ratio"].astype(np.float32)
    for file in ("map.html", "folder/index.html"):
        page = Page(browser, tmp_path / file)
        ids, ratio = page.page.evaluate(
            "() => { const {ids, ratio} = mujunReady.data; return [ids, [...ratio]]; }"
        )
        assert len(ids) == len(wanted)
        assert np.array_equal(np.array(ratio, np.float32), wanted.loc[ids], equal_nan=True)
        page.context.close()
    assert "  ratio: Float32Array;" in spec.declarations()


def test_the_parts_of_a_folder_hold_what_the_page_holds(demo):
    """Every field per parcel and per pair, cut by rows in any order, once and nowhere else."""
    table = map_table(Run.load(demo / "outputs"))
    rows = np.random.default_rng(3).permutation(len(table["ids"]))
    cut = [tables.part(table, own, len(rows)) for own in np.array_split(rows, 7)]
    index = tables.index(table)
    assert [i for part in cut for i in part["ids"]] == [table["ids"][i] for i in rows]
    for name in ("verdict", "value", "source"):
        own = np.concatenate([part["rules"][1][name] for part in cut])
        assert np.array_equal(own, table["rules"][1][name][rows], equal_nan=True)
        assert name not in index["rules"][1]
    pairs = {
        (part["ids"][p], part["occupiers"]["names"][e])
        for part in cut
        for p, e in zip(part["occupiers"]["parcel"], part["occupiers"]["enterprise"], strict=True)
    }
    whole = table["occupiers"]
    assert pairs == {
        (table["ids"][p], whole["names"][e])
        for p, e in zip(whole["parcel"], whole["enterprise"], strict=True)
    }
    assert index["occupiers"] == {}


def test_what_repeats_is_sent_once():
    """Equal arrays share their bytes; entries that are few go as codes, alone or cut by rows."""
    uses = ["仓储", None, "工业", "仓储", "工业", "工业"]
    columns = pd.DataFrame({"use": uses, "id": [*"abcdef"]})
    use = packing.texts(columns["use"])
    assert isinstance(use, packing.Coded)
    assert list(use) == uses
    assert packing.texts(columns["id"]) == [*"abcdef"]
    cut = packing.Cut(np.array([3, 1])).of(use)
    assert (list(cut), cut.entries) == (["仓储", None], ["仓储", None])
    bars = packing.Coded(np.array([1, 0, 1]), np.array([0.7, 12.5]))
    assert np.asarray(bars).tolist() == [12.5, 0.7, 12.5]
    noise = np.random.default_rng(1).random(30_000)
    once, twice = (len(packing.table([noise] * n)) for n in (1, 2))
    assert twice < once + 100


def test_columns_that_are_equal_in_every_part_stand_in_one_file(tmp_path):
    """A part writes them once; a name has a file of its own where one part has it otherwise."""
    zeros, ones = np.zeros(900, np.uint8), np.ones(900, np.uint8)
    parts = [
        columns.write_pieces(
            ((name, {"codes": values}) for name, values in zip("abc", own, strict=True)),
            tmp_path / f"{at}.pieces",
        )
        for at, own in enumerate([(zeros, zeros.copy(), zeros), (ones, ones, zeros)])
    ]
    assert columns.equal(parts) == {"b": "a"}
    assert len(parts[0].file.read_bytes()) == parts[0].places["c"][1]
    file = tmp_path / "b.js"
    scripts.write(file, "mujun.column", ["b"], columns.texts(parts, "b"))
    name, pieces = handed(file)
    assert name == "b"
    assert [table_of(piece)["codes"].tolist() for piece in pieces] == [[0] * 900, [1] * 900]


def test_what_is_not_declared_is_no_field_of_the_page():
    with pytest.raises(TypeError, match="hight"):
        tables.checked({"hight": [1, 2]})
    with pytest.raises(TypeError, match=r"Page\.mu is float64, declared as float32"):
        tables.checked({"mu": np.zeros(2)})
    with pytest.raises(TypeError, match=r"Rule\.verdict is no array"):
        tables.checked({"rules": [{"verdict": [0]}]})


def test_a_page_of_which_little_is_said_has_every_field():
    """So that the client asks for none in vain."""
    page = json.loads(json.dumps(tables.checked({}), default=lambda array: array.tolist()))
    assert set(page) == {n for n, node in wire.PAGE.fields.items() if nodes.form(node) != "folder"}
    assert page["occupiers"]["enterprise"] == page["rules"] == page["outcome"] == []
    assert page["scores"] is page["compliance"] is None


def test_the_client_that_is_built_works_with_the_codes_of_today():
    """`make client` after a change of a vocabulary or of the format; otherwise this fails."""
    made = {"spec.json": json.loads, "wire.d.ts": str}
    now = {"spec.json": json.loads(json.dumps(spec.spec())), "wire.d.ts": spec.declarations()}
    for name, read in made.items():
        assert read((build.GENERATED / name).read_text("utf-8")) == now[name], name


def test_no_lock_of_the_client_names_a_registry():
    lock = json.loads((build.CLIENT / "package-lock.json").read_text("utf-8"))
    packages = {k: v for k, v in lock["packages"].items() if k}
    assert all("resolved" not in one and one["integrity"] for one in packages.values())
