"""Histories of parcels between two years: planted, then found by geometry alone."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.geometry.overlay import plane_of
from geo.land.lineage import LINKS, lineage
from geo.partition.histories import histories, keep_earlier
from geo.partition.spill import LINEAGE, RELATIONS
from geo.partition.worker import PartJob
from tests.builders import EAST, NORTH, box, parcel_layer
from tests.lane import examples
from tests.same import assert_table_equal

_RELATION = {
    "line": "redrawn",
    "split": "split",
    "three": "split",
    "merge": "merged",
    "rearrange": "rearranged",
    "new": "new",
}


def planted(seed, side=24, noise=0.01):
    """Two layers of a fabric of 100 m cells, what became of each cell, and the true links."""
    rng = np.random.default_rng(seed)
    old, new, links, kinds = {}, {}, set(), {}

    def jitter(shape):
        return shapely.transform(shape, lambda p: p + rng.uniform(-noise, noise, 2))

    def put(where, name, shape):
        where[name] = jitter(shape)

    for c in range(0, side, 2):
        for r in range(side):
            x, y = 100 * c, 100 * r
            one, two = f"{c}-{r}", f"{c + 1}-{r}"
            a, b = box(x, y, x + 100, y + 100), box(x + 100, y, x + 200, y + 100)
            kind = rng.choice(
                ["same", "number", "line", "split", "merge", "rearrange", "gone", "new", "three"]
            )
            if kind != "new":
                put(old, one, a)
            put(old, two, b)
            made = {
                "same": {one: (a, [one]), two: (b, [two])},
                "number": {f"n{one}": (a, [one]), two: (b, [two])},
                "line": {
                    one: (box(x, y, x + 104, y + 100), [one]),
                    two: (box(x + 104, y, x + 200, y + 100), [two]),
                },
                "split": {
                    one: (box(x, y, x + 40, y + 100), [one]),
                    f"{one}b": (box(x + 40, y, x + 100, y + 100), [one]),
                    two: (b, [two]),
                },
                "three": {
                    f"{one}/{k}": (box(x + 100 * k / 3, y, x + 100 * (k + 1) / 3, y + 100), [one])
                    for k in range(3)
                }
                | {two: (b, [two])},
                "merge": {one: (box(x, y, x + 200, y + 100), [one, two])},
                "rearrange": {
                    one: (box(x, y, x + 200, y + 50), [one, two]),
                    two: (box(x, y + 50, x + 200, y + 100), [one, two]),
                },
                "gone": {two: (b, [two])},
                "new": {one: (a, []), two: (b, [two])},
            }[kind]
            for name, (shape, parents) in made.items():
                put(new, name, shape)
                links |= {(parent, name) for parent in parents}
                kinds[name] = _RELATION.get(kind, "unchanged")
            if kind in ("number", "split", "three", "new"):
                kinds[two] = "unchanged"
            if kind == "number":
                kinds[f"n{one}"] = "renumbered"
    return (
        parcel_layer(old.values(), list(old)),
        parcel_layer(new.values(), list(new)),
        links,
        kinds,
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("turn", [0, 17])
def test_planted_histories_are_found(seed, turn):
    before, after, links, kinds = planted(seed)
    for frame in (before, after):
        frame.geometry = frame.rotate(turn, origin=(EAST, NORTH))
    found = lineage(before, after, 0.1)
    table = found.table
    own = table[table["relation"].isin(LINKS)]
    said = set(zip(own["before_id"], own["after_id"], strict=True))
    hits = len(said & links)
    assert 2 * hits / (len(said) + len(links)) >= 0.99
    main = dict(zip(after["parcel_id"], found.relation, strict=True))
    assert main == kinds


def test_totals_are_conserved_on_both_sides():
    before, after, _, _ = planted(3)
    change = lineage(before, after, 0.1).change
    for side, frame in (("before", before), ("after", after)):
        own = change[change["side"] == side]
        assert own["land_m2"].sum() == pytest.approx(frame.area.sum(), rel=1e-12)
        assert abs(own.loc[own["relation"] == "noise", "land_m2"].sum()) < 1e-3 * frame.area.sum()
    kept = change[~change["relation"].isin(["new", "gone", "noise"])].groupby("side")["land_m2"]
    assert kept.sum()["before"] == pytest.approx(kept.sum()["after"], rel=1e-9)


def test_a_line_that_moved_is_no_link_and_its_land_is_told():
    before = parcel_layer([box(0, 0, 100, 100), box(100, 0, 200, 100)], ["A", "B"])
    after = parcel_layer([box(0, 0, 103, 100), box(103, 0, 200, 100)], ["A", "B"])
    table = lineage(before, after, 0.1).table.set_index(["before_id", "after_id"])
    assert table.loc[("A", "A"), "relation"] == "redrawn"
    assert table.loc[("B", "A"), "relation"] == "border"
    assert table.loc[("B", "A"), "shared_m2"] == pytest.approx(300)
    assert table.loc[("B", "A"), "share_before"] == pytest.approx(0.03)
    assert table.loc[("B", "A")].geometry.area == pytest.approx(300)


def test_new_land_and_land_that_is_gone_have_their_outlines():
    before = parcel_layer([box(0, 0, 100, 100), box(300, 0, 400, 100)], ["A", "G"])
    after = parcel_layer([box(0, 0, 150, 100)], ["A"])
    table = lineage(before, after, 0.1).table.set_index("relation")
    assert table.loc["new", "shared_m2"] == pytest.approx(5000)
    assert table.loc["gone", "before_id"] == "G"
    assert table.loc["gone", "shared_mu"] == pytest.approx(15)
    assert table.loc["redrawn", "share_after"] == pytest.approx(2 / 3)


@given(st.permutations(range(24)), st.integers(0, 3))
def test_the_order_of_rows_moves_nothing(order, seed):
    before, after, _, _ = planted(seed, side=4, noise=0)
    key = ["before_id", "after_id", "relation"]

    def rows(frame):
        table = lineage(before, frame, 0.1).table[[*key, "shared_m2"]].fillna("")
        return table.sort_values(key).round(6).to_numpy().tolist()

    shuffled = after.iloc[[i for i in order if i < len(after)]].reset_index(drop=True)
    if len(shuffled) == len(after):
        assert rows(shuffled) == rows(after)


def test_the_same_layer_twice_is_unchanged_throughout():
    before, _, _, _ = planted(1)
    found = lineage(before, before.copy(), 0.1)
    assert set(found.relation) == {"unchanged"}
    assert set(found.table["relation"]) == {"unchanged"}


def in_parts(before, after, part, folder, band=0.1):
    """What parts of `after` and the whole write, each parcel of it in the part of its number."""
    plane = plane_of(after.geometry)
    keep_earlier(before, plane, folder)
    jobs = [PartJob(folder, number) for number in range(part.max() + 1)]
    for job in jobs:
        job.output.mkdir()
        after[part == job.number].to_parquet(job.output / "parcels.parquet", index=False)
    found = histories(
        lambda _, work, tasks: [work(task) for task in tasks], jobs, plane, band, after.crs
    )
    told = [gpd.read_parquet(job.output / LINEAGE) for job in jobs]
    relation = pd.Series(index=after.index, dtype="str")
    for job in jobs:
        relation[part == job.number] = pd.read_pickle(job.output / RELATIONS).to_numpy()
    return replace(found, table=pd.concat([*told, found.table]), relation=relation)


def parked(frame, seed):
    """The layer with rows and parks, some parcels in none."""
    parks = np.random.default_rng(seed).choice(["P", "Q", None], len(frame))
    return frame.assign(
        source_row=np.arange(len(frame)) + 2,
        park_id=pd.Series(parks, dtype="str", index=frame.index),
    )


@examples(5)
@given(seed=st.integers(0, 10_000), parts=st.integers(1, 5), stripes=st.booleans())
def test_parts_tell_what_the_whole_does(tmp_path_factory, seed, parts, stripes):
    """Any parcel in any part: links and pieces across the lines, land that no part meets."""
    rng = np.random.default_rng(seed)
    before, after, _, _ = planted(seed, side=6, noise=0.4)
    before, after = parked(before, seed), parked(after, seed + 1)
    after = after[rng.random(len(after)) < 0.9].reset_index(drop=True)
    part = rng.integers(0, parts, len(after))
    if stripes:
        part = (after.bounds["minx"].rank(pct=True) * parts * 0.999).astype(int).to_numpy()
    one = lineage(before, after, 0.1)
    two = in_parts(before, after, part, tmp_path_factory.mktemp("parts"))
    assert_table_equal(one.table, two.table, "lineage")
    assert_table_equal(one.change, two.change, "land_change")
    assert one.relation.fillna("").tolist() == two.relation.fillna("").tolist()


def test_a_parcel_that_was_merged_and_split_across_three_parts_has_one_history(tmp_path):
    """A and B became three strips, each of a part: every strip of each, and one number."""
    before = parcel_layer([box(0, 0, 150, 100), box(150, 0, 300, 100), box(900, 0, 950, 50)], "ABZ")
    strips = [box(100 * i, 0, 100 * (i + 1), 80) for i in range(3)]
    after = parked(parcel_layer(strips, ["X", "Y", "W"]), 0)
    found = in_parts(parked(before, 0), after, np.arange(3), tmp_path)
    links = found.table[found.table["relation"].isin(LINKS)]
    assert set(zip(links["before_id"], links["after_id"], strict=True)) == {
        ("A", "X"), ("A", "Y"), ("B", "Y"), ("B", "W"),
    }  # fmt: skip
    assert set(links["relation"]) == {"rearranged"}
    assert set(links["history"]) == {2}
    gone = found.table[found.table["relation"] == "gone"].set_index("before_id")["shared_m2"]
    assert gone.to_dict() == pytest.approx({"A": 3000, "B": 3000, "Z": 2500})


def test_an_id_that_is_written_otherwise_is_no_new_number():
    """Full width, a blank, another dash; 7 and 8 are two numbers."""
    shapes = [box(100 * k, 0, 100 * k + 100, 100) for k in range(3)]
    before = parcel_layer(shapes, ["１－02", "A 5", "7"])
    table = lineage(before, parcel_layer(shapes, ["1-02", "A5", "8"]), 0.1).table
    relation = table.set_index("after_id")["relation"].to_dict()
    assert relation == {"1-02": "unchanged", "A5": "unchanged", "8": "renumbered"}
