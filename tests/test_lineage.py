"""Histories of parcels between two years: planted, then found by geometry alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.land.lineage import LINKS, lineage
from tests.builders import EAST, NORTH, box, parcel_layer

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
