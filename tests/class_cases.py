"""Golden cases of classes: `tests/data/class_cases.json`, read by pytest and by the map's client.

`python -m tests.class_cases` writes the file anew: the readable edges by quantiles, natural breaks
and equal steps, and the class by quantiles of each value, as Python has them; of hand-worked values and of
random ones with ties and holes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from geo.publish.look.classify import readable_edges
from geo.publish.look.style import CLASSES, by_value
from geo.text import Text

FILE = Path(__file__).parent / "data/class_cases.json"
DRAWN = 40
SCHEMES = {"quantile": "quantiles", "natural": "natural_breaks", "equal": "equal_interval"}
"""Methods by their names in the client."""
HAND = [
    # Five classes of 0 … 10: a fifth of the way is 2. A value on an edge is of the class above;
    # what is missing comes after the last.
    ("even", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 4, 6, 8], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4]),
    # Few whole numbers are a class each.
    ("two whole numbers", [0, 10], [10], [0, 1]),
    ("counts with ties", [1, 1, 1, 1, 9], [9], [0, 0, 0, 0, 1]),
    ("one value", [7, None, 7], [], [0, 1, 0]),
    # A quarter of the narrower class beside 6.262 is 0.87, so the step is 0.5; beside 14.11 it is
    # 1.09 (step 1), beside 23 2.2 (step 2).
    (
        "bounds to read",
        [1.5, 6.262, 9.732, 14.11, 23, 40.5],
        [6, 9.5, 14, 22],
        [0, 1, 2, 3, 4, 4],
    ),
    ("none known", [None, None], [], [1, 1]),
]


def edges_of(values):
    """Edges by each method."""
    series = pd.Series(values, dtype=float)
    return {
        name: readable_edges(series, scheme, CLASSES).tolist() for name, scheme in SCHEMES.items()
    }


def outcome(values):
    """Quantile edges and codes of the legend."""
    theme = by_value("x", Text("x", "x"), pd.Series(values, dtype=float), Text("", ""))
    return list(theme.edges), theme.codes.tolist()


def cases():
    """All cases, in full."""
    out = []
    for name, values, edges, codes in HAND:
        got = outcome(values)
        if not np.allclose(got[0], edges, rtol=1e-12) or got[1] != codes:
            raise AssertionError((name, got))
        out.append({"name": name, "values": values, "codes": codes})
    rng = np.random.default_rng(7)
    for number in range(DRAWN):
        figures = rng.lognormal(2, 1.5, int(rng.integers(1, 40))).round(int(rng.integers(0, 4)))
        values = [v if rng.random() > 0.1 else None for v in figures.tolist()]
        out.append({"name": f"drawn {number}", "values": values, "codes": outcome(values)[1]})
    return [case | {"edges": edges_of(case["values"])} for case in out]


def main():
    """Write the file."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases())
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
