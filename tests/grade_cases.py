"""Golden cases of grading: `tests/data/grade_cases.json`, read by pytest and by the map's client.

`python -m tests.grade_cases` writes the file anew: the cases of `hand()`, whose scores and grades
are typed, and `DRAWN` random ones for each published method, whose outcomes the grader works out. A
case is a method, its subjects, a trial's `weights` and `cuts`, the table that the page holds
(`scores`), and each subject's score and grade under the trial.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from geo.evaluate.grades import grade
from geo.evaluate.method import Method, read_method
from geo.publish.webmap.scores import scores
from geo.run import Run

FILE = Path(__file__).parent / "data/grade_cases.json"
YEAR = 2023
PUBLISHED = ("sichuan-2020", "huangyan-2021", "huangyan-2022", "linhai-2014")
DRAWN = 8
HEAD = {
    "id": "own",
    "title_zh": "自拟",
    "title_en": "own",
    "issuer": "某市",
    "document": "某发1号",
    "date": 2023,
    "url": "https://example.org",
}
SHARES = [
    {"grade": "A", "to": 25},
    {"grade": "B", "to": 70, "round": "up"},
    {"grade": "C", "to": 95, "round": "up"},
    {"grade": "D", "to": 100},
]
POINTS = [
    {"grade": "A", "least": 80},
    {"grade": "B", "least": 60},
    {"grade": "C", "least": 40},
    {"grade": "D"},
]
TAX = {"indicator": "tax_per_mu", "weight": 1}


def method_data(family, items, grading, exempt=None):
    """A method of one group of everybody."""
    group = {"id": "all", "zh": "全部", "en": "all", "where": "all", "family": family}
    data = {"method": HEAD, "groups": [group | {"items": items}], "grading": grading}
    return data if exempt is None else data | {"exempt": exempt}


def hand():
    """(name, method, subjects, trial, scores, grades) worked out by hand."""
    share = {"by": "share", "cuts": SHARES, "least": 1}
    four = {"tax_per_mu": [40, 40, 30, 10]}
    # Of 4: A to 25 % = 1st, B to 70 % = 2.8, up to the 3rd, C to 95 % = 3.8, up to the 4th.
    yield (
        "ties to the better",
        method_data("rank", [TAX], share | {"ties": "better"}),
        four,
        {},
        [40, 40, 30, 10],
        "AABC",  # ranks 1, 1, 3, 4
    )
    yield (
        "ties to the worse",
        method_data("rank", [TAX], share | {"ties": "worse"}),
        four,
        {},
        [40, 40, 30, 10],
        "BBBC",  # ranks 2, 2, 3, 4
    )
    yield (
        "a group under the least is not graded",
        method_data("rank", [TAX], share | {"least": 5}),
        four,
        {},
        [40, 40, 30, 10],
        ["ungraded"] * 4,
    )
    # A to 50 % = 2nd.
    yield (
        "a share dragged up",
        method_data("rank", [TAX], share | {"ties": "worse"}),
        four,
        {"cuts": {"A": 50}},
        [40, 40, 30, 10],
        "AABC",
    )
    # 79.995 ÷ 10 × 10 is shown as 80.00 (half up), 79.994 as 79.99.
    ratio = method_data(
        "ratio", [TAX | {"weight": 10, "baseline": 10}], {"by": "score", "cuts": POINTS}
    )
    near = {"tax_per_mu": [79.995, 79.994, 60, 39.99]}
    yield "points are compared as shown", ratio, near, {}, [80, 79.99, 60, 39.99], "ABBD"
    yield (
        "a weight dragged",
        ratio,
        near,
        {"weights": {"all/tax_per_mu": 5}},
        [40, 40, 30, 20],
        ("CCDD"),
    )
    # 40 → 37.5 points are 40 − 2.5 short: the limit of C goes down to 30.
    yield (
        "a limit dragged",
        ratio,
        {"tax_per_mu": [30, 29.99]},
        {"cuts": {"C": 30}},
        [30, 29.99],
        ("CD"),
    )
    # 20 + 80 × (20 − 10) ÷ (30 − 10) = 60.
    minmax = method_data("minmax", [TAX | {"weight": 100}], {"by": "score", "cuts": POINTS})
    yield "the ends of a scale", minmax, {"tax_per_mu": [10, 20, 30]}, {}, [20, 60, 100], "DBA"
    yield "a scale without width", minmax, {"tax_per_mu": [7, 7]}, {}, [100, 100], "AA"
    # Caps: 30 × 2 = 60 → 45; the second item's missing one is (10 + 30) ÷ 2 = 20.
    items = [
        TAX | {"weight": 30, "baseline": 10, "cap": 45},
        {"indicator": "revenue_per_mu", "weight": 10, "baseline": 100, "missing": "mean"},
    ]
    filled = method_data("ratio", items, {"by": "score", "cuts": POINTS})
    figures = {"tax_per_mu": [20, 10, 10, None], "revenue_per_mu": [None, 100, 300, 100]}
    yield (
        "a cap, and a mean that stands in",
        filled,
        figures,
        {},
        [65, 40, 60, None],
        [
            "B",
            "C",
            "B",
            "no_data",
        ],
    )
    # 50 + 35 = 85 would be A, the veto holds it at C; 30 is D, lifted to B; 45 − 6 = 39 is D.
    more = {
        "tax_per_mu": [50, 30, 45],
        "bonus_points": [35, None, None],
        "penalty_points": [None, None, 6],
        "best_grade": ["C", None, None],
        "least_grade": [None, "B", None],
    }
    yield "bonus, penalty, veto, promotion", ratio, more, {}, [85, 30, 39], "CBD"
    # Of 4 who compete one lacks data: shares of all 4 give A to the 1st, C to the 4th; of the 3
    # graded A to 0.75 = nobody, B to 2.1 up to the 3rd.
    three = {"tax_per_mu": [40, 30, 10, None]}
    rank = method_data("rank", [TAX], share)
    yield "shares of all", rank, three, {}, [40, 30, 10, None], ["A", "B", "B", "no_data"]
    graded = method_data("rank", [TAX], share | {"shares_of": "graded"})
    yield (
        "shares of those graded",
        graded,
        three,
        {},
        [40, 30, 10, None],
        [
            "B",
            "B",
            "B",
            "no_data",
        ],
    )
    # Six, one of them exempt: 20 % of 6 are 1.2 → the 1st is A, 40 % are 2.4 → B down to the 3rd;
    # the last 20 %, 1.2 → 2 of the five with a place, are D.
    yield (
        "the base holds those exempt, the last share is counted from below",
        method_data(
            "rank",
            [TAX],
            {
                "by": "share",
                "shares_of": "group",
                "cuts": [
                    {"grade": "A", "to": 20},
                    {"grade": "B", "to": 40, "round": "up"},
                    {"grade": "C", "above_last": 20, "round": "up"},
                    {"grade": "D", "to": 100},
                ],
            },
            exempt={"industries": ["44"]},
        ),
        {
            "tax_per_mu": [50, 40, 30, 20, 10, 60],
            "industry_code": ["30", "30", "30", "30", "30", "44"],
        },
        {},
        [50, 40, 30, 20, 10, 60],
        ["A", "B", "B", "D", "D", "ungraded"],
    )
    # 20÷24.097×30 = 24.89936; 150÷136.16×20 = 22.03290; 3÷2.694×20 = 22.27171; 6000÷4929.81×10 =
    # 12.17085; 20÷18.14×10 = 11.02536; 0.02÷0.0302×10 = 6.62252: 99.0227. The other: 10÷24.097×30 =
    # 12.44968; 100÷136.16×20 = 14.68860; 2÷2.694×20 = 14.84781; the mean 12.17085;
    # 15÷18.14×10 = 8.26902; 0.01÷0.0302×10 = 3.31126: 65.73722.
    huangyan = {
        "above_scale": [True, True],
        "tax_per_mu": [20, 10],
        "value_added_per_mu": [150, 100],
        "value_added_per_tce": [3, 2],
        "value_added_per_emission": [6000, None],
        "labour_productivity": [20, 15],
        "rd_intensity": [2, 1],
        "tax_per_electricity": [None, None],
    }
    yield (
        "黄岩 2022, as docs/en/concepts/grading.md works it",
        "huangyan-2022",
        huangyan,
        {},
        ([99.02, 65.74]),
        None,
    )

    yield from more_families()
    yield from edges_of_grading()


GROWTH = [
    {"from": 20, "points": 3},
    {"from": 15, "points": 2.4},
    {"from": 10, "points": 1.8},
    {"from": 0, "points": 0.9},
    {"points": 0},
]
"""利润增长率 of 智慧园区综合评价表: >= 20 %, 15 to 20, 10 to 15, 0 to 10, else none."""
ENERGY = [
    {"to": 0.02, "points": 2},
    {"to": 0.08, "points": 1.6},
    {"to": 0.12, "points": 1.2},
    {"to": 2, "points": 0.6},
    {"points": 0},
]
"""单位产值能耗 there, tce a 万元: <= 0.02, to 0.08, to 0.12, to 2.00, above."""


def more_families():
    """(name, method, subjects, trial, scores, grades) of the other families, by hand."""
    by_score = {"by": "score", "cuts": POINTS}
    none = {"by": "none"}
    growth = {"indicator": "rd_intensity", "family": "banded", "bands": GROWTH}
    yield (
        "bands going down, their ends inside",
        method_data("ratio", [growth], none),
        {"rd_intensity": [20, 19.99, 15, 10, 0.1 + 0.2 - 0.3, -0.01, 0.3 * 50, None]},
        {},
        [3, 2.4, 2.4, 1.8, 0.9, 0, 2.4, None],
        [*["ungraded"] * 7, "no_data"],
    )
    energy = {"indicator": "energy_per_output", "family": "banded", "bands": ENERGY}
    yield (
        "bands going up, another weight: 1.6 of 2 at 10 is 8",
        method_data("ratio", [energy], none),
        {"energy_per_output": [0.02, 0.0201, 0.08, 0.12, 2, 2.01]},
        {"weights": {"all/energy_per_output": 10}},
        [10, 8, 8, 6, 3, 0],
        ["ungraded"] * 6,
    )
    profit = {
        "indicator": "revenue_per_mu",
        "family": "banded",
        "bands": [{"above": 80, "points": 3}, {"above": 20, "points": 2.4}, {"points": 1.8}],
    }
    yield (
        "bands whose lower ends are outside: 80 is not over 80",
        method_data("ratio", [profit], none),
        {"revenue_per_mu": [80.01, 80, 20.5, 20, -3]},
        {},
        [3, 2.4, 2.4, 1.8, 1.8],
        ["ungraded"] * 5,
    )
    # 开化: at most 1.5 × the weight: 40 × 30 ÷ 10 = 120 → 60; 40 × 14.9 ÷ 10 = 59.6. Dragged to 20:
    # 60 → 30, 29.8.
    capped = method_data(
        "ratio", [TAX | {"weight": 40, "baseline": 10, "cap_times": 1.5}], by_score
    )
    yield "a cap in weights", capped, {"tax_per_mu": [30, 14.9]}, {}, [60, 59.6], "BC"
    yield (
        "a cap in weights follows the weight",
        capped,
        {"tax_per_mu": [30, 14.9]},
        {"weights": {"all/tax_per_mu": 20}},
        [30, 29.8],
        "DD",
    )
    # COD, 4 points: mean (10 + 30 + 110) ÷ 3 = 50. (2 − 10 ÷ 50) × 2 = 3.6; (2 − 30 ÷ 50) × 2 = 2.8;
    # 110 is over twice the mean.
    cod = {"indicator": "energy_per_output", "family": "inverse", "weight": 4}
    yield (
        "less is better, by the mean",
        method_data("ratio", [cod], none),
        {"energy_per_output": [10, 30, 110]},
        {},
        [3.6, 2.8, 0],
        ["ungraded"] * 3,
    )
    yield (
        "less is better, by a baseline; nothing is best",
        method_data("ratio", [cod | {"baseline": 40}], none),
        {"energy_per_output": [0, 40, 50, 80, 81]},
        {},
        [4, 2, 1.5, 0, 0],
        ["ungraded"] * 5,
    )
    yield (
        "all have nothing of what is bad",
        method_data("ratio", [cod], none),
        {"energy_per_output": [0, 0]},
        {},
        [4, 4],
        ["ungraded"] * 2,
    )
    # 3.7 ÷ 5 × 12 = 8.88; who has no figure gets −3.
    best = {"indicator": "rd_intensity", "family": "best", "weight": 12, "missing": -3}
    yield (
        "against the best, a missing one by the text",
        method_data("ratio", [best], none),
        {"rd_intensity": [5, 3.7, None]},
        {},
        [12, 8.88, -3],
        ["ungraded"] * 3,
    )
    yield (
        "no best where none is above zero",
        method_data("ratio", [best], none),
        {"rd_intensity": [0, -1]},
        {},
        [None, None],
        ["no_data"] * 2,
    )


def edges_of_grading():
    """(name, method, subjects, trial, scores, grades) of ties, roundings, deductions, by hand."""
    cuts = [{"grade": "A", "to": 30}, {"grade": "B", "to": 100}]
    # 50 % of 5 are 2.5, 45 % are 2.25, 40 % are 2.
    for how, share, grades in (
        ("down", 50, "AABBB"),
        ("half_up", 50, "AAABB"),
        ("half_up", 45, "AABBB"),
        ("up", 45, "AAABB"),
        ("up", 40, "AABBB"),
    ):
        own = [{"grade": "A", "to": share, "round": how}, cuts[1]]
        yield (
            f"a quota of {share} % rounded {how}",
            method_data("rank", [TAX], {"by": "share", "cuts": own}),
            {"tax_per_mu": [5, 4, 3, 2, 1]},
            {},
            [5, 4, 3, 2, 1],
            grades,
        )
    # 环翠: four equal scores; 30 % of 10 are 3. By tax 9, 7, 7, 3; the sevens by revenue 5, 4.
    ordered = {"by": "share", "cuts": cuts, "order_ties_by": ["tax", "revenue"]}
    rank = method_data("rank", [TAX], ordered)
    figures = {
        "tax_per_mu": [50, 50, 50, 50, 60, 5, 4, 3, 2, 1],
        "tax": [7, 3, 9, 7, 1, 1, 1, 1, 1, 1],
        "revenue": [4, 9, 1, 5, 0, 0, 0, 0, 0, 0],
    }
    score = [50, 50, 50, 50, 60, 5, 4, 3, 2, 1]
    yield "equal scores by tax, then by revenue", rank, figures, {}, score, "BBAAABBBBB"
    # The second has no tax on record: nobody is put above it, and it above nobody.
    blank = figures | {"tax": [7, None, 9, 7, 1, 1, 1, 1, 1, 1]}
    yield "a blank is set apart by none", rank, blank, {}, score, "BAAAABBBBB"
    worse = method_data("rank", [TAX], ordered | {"ties": "worse"})
    # Under the 60 the tax 9 is above two for sure: 3rd. The seven with 5 is above one: 4th.
    yield "equal scores ordered from below", worse, blank, {}, score, "BBABABBBBB"
    # 温岭: none for the first lessee, 5 each for further ones; below scale 10, then 5 each.
    letting = {
        "method": HEAD,
        "groups": [
            {
                "id": scale,
                "zh": scale,
                "en": scale,
                "where": scale,
                "family": "ratio",
                "items": [TAX | {"weight": 100, "baseline": 10}],
                "deductions": [
                    {"zh": "出租", "en": "letting", "count": "lessees", "first": first, "each": 5}
                ],
                "cuts": [
                    {"grade": "A", "to": top},
                    {"grade": "D", "to": 100},
                ],
            }
            for scale, first, top in (("above_scale", 0, 50), ("below_scale", 10, 25))
        ],
        "grading": {"by": "share", "least": 1},
    }
    lessors = {
        "above_scale": [True, True, True, True, False, False, False, False],
        "tax_per_mu": [10, 10, 10, 10, 10, 10, 10, 10],
        "lessees": [0, 1, 4, None, 0, 1, 3, 0.5],
    }
    yield (
        "points off by lessees; a count that is not known is no data",
        letting,
        lessors,
        {},
        [100, 100, 85, None, 100, 90, 80, None],
        ["A", "A", "D", "no_data", "A", "D", "D", "no_data"],
    )
    yield (
        "a share of one group dragged",
        letting,
        lessors,
        {"cuts": {"below_scale/A": 50}, "weights": {"above_scale/tax_per_mu": 40}},
        [40, 40, 25, None, 100, 90, 80, None],
        ["A", "A", "D", "no_data", "A", "A", "D", "no_data"],
    )
    # 昌乐: a vetoed new one may be D; one that is only new may not.
    protected = {"by": "score", "cuts": POINTS, "promotion": "unless_vetoed"}
    yield (
        "no protection for the vetoed",
        method_data("rank", [TAX], protected),
        {
            "tax_per_mu": [90, 10, 10, 10],
            "best_grade": ["C", "C", None, None],
            "least_grade": [None, "C", "C", None],
        },
        {},
        [90, 10, 10, 10],
        "CDCD",
    )


def method_of(case):
    """The method of a case, under its trial."""
    given = case["method"]
    method = read_method(given) if isinstance(given, str) else Method.model_validate(given)
    weights, cuts = case["trial"].get("weights", {}), case["trial"].get("cuts", {})
    groups = [
        group.model_copy(
            update={
                "items": [
                    item.model_copy(
                        update={
                            "weight": weights.get(f"{group.whole.id}/{item.indicator}", item.weight)
                        }
                    )
                    for item in group.items
                ]
            }
        )
        for group in method.groups
    ]
    side = "to" if method.grading.by == "share" else "least"

    def tried(own, prefix=""):
        return [
            cut.model_copy(update={side: cuts.get(prefix + cut.grade, getattr(cut, side))})
            for cut in own
        ]

    groups = [
        group.model_copy(update={"cuts": tried(group.cuts, f"{group.whole.id}/")})
        for group in groups
    ]
    grading = method.grading.model_copy(update={"cuts": tried(method.grading.cuts)})
    return method.model_copy(update={"groups": groups, "grading": grading})


def subjects_of(case):
    """The enterprises of a case."""
    words = ("best_grade", "least_grade", "industry_code")
    columns = {
        name: pd.Series(values, dtype=object).fillna("")
        if name in words
        else pd.Series(values, dtype=bool if name == "above_scale" else float)
        for name, values in case["subjects"].items()
    }
    table = pd.DataFrame(columns)
    table.index = pd.Index([f"E{number}" for number in range(len(table))], name="enterprise_id")
    return table


def outcome(case):
    """Scores and grades by the grader."""
    table = grade(subjects_of(case), method_of(case), YEAR).grades
    points = [None if np.isnan(s) else float(s) for s in table["score"].astype(float)]
    return points, table["grade"].tolist()


def page_of(case):
    """What the page holds of the case, before the trial: arrays as lists, None where missing."""
    run_method = method_of(case | {"trial": {}})
    table = subjects_of(case)
    graded = grade(table, run_method, YEAR)
    run = Run(
        {
            "grades": graded.grades,
            "score_items": graded.score_items,
            "enterprises": table.reset_index(),
            "parcels": pd.DataFrame({"main_enterprise_id": [*table.index[::-1], "none"]}),
        },
        SimpleNamespace(method=run_method, settings=SimpleNamespace(catalogue={}, currency="CNY")),
    )
    return plain(scores(run))


def plain(value):
    """A table of the page as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and np.isnan(value) else value


def drawn(name, rng):
    """A case of a published method: ties, holes, vetoes, bonus; weights and cuts moved."""
    method = read_method(name)
    n = int(rng.integers(6, 16))
    subjects = {"above_scale": (rng.random(n) < 0.7).tolist()}
    if any(group.least_mu or group.under_mu for group in method.groups):
        subjects["area_mu"] = rng.choice([1.0, 2.99, 3.0, 8.0, None], n).tolist()
    for item in (item for group in method.groups for item in group.items):
        base = (item.baseline or 10) * item.divide_by
        values = (base * rng.choice([0.2, 0.5, 0.8, 1, 1, 1.5, 3], n)).round(3)
        subjects[item.indicator] = [v if rng.random() > 0.08 else None for v in values.tolist()]
    subjects["bonus_points"] = rng.choice([None, 1.0, 7.0], n, p=[0.8, 0.1, 0.1]).tolist()
    subjects["best_grade"] = rng.choice(["", "B", "D"], n, p=[0.8, 0.1, 0.1]).tolist()
    subjects["least_grade"] = rng.choice(["", "A", "C"], n, p=[0.8, 0.1, 0.1]).tolist()
    side = "to" if method.grading.by == "share" else "least"
    moved = [c for c in method.grading.cuts if getattr(c, side) is not None and c.to != 100]
    ends = sorted(rng.integers(5, 95, len(moved)).tolist(), reverse=side == "least")
    weights = {
        f"{group.id}/{item.indicator}": float(rng.integers(1, 400)) / 10
        for group in method.groups
        for item in group.items
        if rng.random() < 0.5
    }
    cuts = {c.grade: float(end) for c, end in zip(moved, ends, strict=True)}
    trial = {"weights": weights, "cuts": cuts if rng.random() < 0.7 else {}}
    return {"method": name, "subjects": subjects, "trial": trial if rng.random() < 0.8 else {}}


def cases():
    """All cases, in full."""
    out = []
    for name, method, subjects, trial, points, grades in hand():
        case = {"name": name, "method": method, "subjects": subjects, "trial": trial}
        out.append(case | {"points": points, "grades": grades and list(grades)})
    rng = np.random.default_rng(20261128)
    for name in PUBLISHED:
        out += [{"name": f"{name} {k}"} | drawn(name, rng) for k in range(DRAWN)]
    for case in out:
        points, grades = outcome(case)
        if case.get("points", points) != points or (case.get("grades") or grades) != grades:
            raise AssertionError((case["name"], points, grades))
        case |= {"points": points, "grades": grades, "scores": page_of(case)}
    return out


def main():
    """Write the file."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases())
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
