"""Golden cases whose outcomes were worked out by hand: name, rules, value, each verdict, overall.

A value is a parcel's floor area ratio unless the indicator is named; a verdict has its reason after
the colon where it is no plain comparison.
"""

from __future__ import annotations

from tests.judge_cases import FAR, GREEN, TAX, rule

S = {"stands": "stricter"}
L = {"stands": "local"}
WISH = {"mandatory": False}
LOW, CEILING = rule("national", 0.7), rule("city", 3, "<=", **S)
RANGE, FLOOR_1 = rule("national", {"min": 0.7, "max": 2}), rule("city", 1, **S)
CASE, REFER = {"case_by_case": "一事一议"}, {"reference": "另一文件"}
HELD, ALT, WAITS = "exempt:stricter_rule", "exempt:alternative_met", "no_data:alternative_open"
GONE, APART, UP = "exempt:local_rule", "conflict:apart", ":rounded"
MISSING = "no_data:input_missing"


def either(tax=30, far=1.5, pack="city", **more):
    """Two columns of which one is enough."""
    return [
        rule(pack, far, any_of="择一", **more),
        rule(pack, tax, key="tax", indicator=TAX, any_of="择一", **more),
    ]


HAND = [
    # A floor and a ceiling, whichever way they stand, both hold.
    (
        "C1: floor 0.7, city ceiling 3, stricter: above",
        [LOW, CEILING],
        "3.5",
        ["pass", "fail"],
        "fail",
    ),
    ("floor and ceiling, stricter: between", [LOW, CEILING], "1.2", ["pass", "pass"], "pass"),
    ("floor and ceiling, stricter: below", [LOW, CEILING], "0.5", ["fail", "pass"], "fail"),
    (
        "C1: range 0.7–2, city floor 1, stricter: above",
        [RANGE, FLOOR_1],
        "3.5",
        ["fail", "pass"],
        "fail",
    ),
    ("range and city floor: below the floor", [RANGE, FLOOR_1], "0.8", ["pass", "fail"], "fail"),
    ("range and city floor: within both", [RANGE, FLOOR_1], "1.5", ["pass", "pass"], "pass"),
    (
        "C1: floor and ceiling beside: within",
        [LOW, rule("city", 3, "<=")],
        "1.5",
        ["pass", "pass"],
        "pass",
    ),
    (
        "C1: floor and ceiling beside: above, no conflict",
        [LOW, rule("city", 3, "<=")],
        "3.5",
        ["pass", "fail"],
        "fail",
    ),
    (
        "floor and ceiling beside: below, no conflict",
        [LOW, rule("city", 3, "<=")],
        "0.5",
        ["fail", "pass"],
        "fail",
    ),
    (
        "ceiling first, floor after",
        [rule("national", 3, "<="), rule("city", 0.7, **S)],
        "3.5",
        ["fail", "pass"],
        "fail",
    ),
    # Where one holds the other, it alone is said.
    ("city floor holds the national: met", [LOW, FLOOR_1], "1.0", [HELD, "pass"], "pass"),
    ("city floor holds the national: between", [LOW, FLOOR_1], "0.8", [HELD, "fail"], "fail"),
    (
        "national floor holds the city's",
        [rule("national", 1), rule("city", 0.7, **S)],
        "0.8",
        ["fail", HELD],
        "fail",
    ),
    (
        "equal floors: the more general gives way",
        [LOW, rule("city", 0.7, **S)],
        "0.7",
        [HELD, "pass"],
        "pass",
    ),
    (
        "strict floor holds the plain one",
        [LOW, rule("city", 0.7, ">", **S)],
        "0.7",
        [HELD, "fail"],
        "fail",
    ),
    (
        "plain city floor is held by a strict national",
        [rule("national", 0.7, ">"), rule("city", 0.7, **S)],
        "0.7",
        ["fail", HELD],
        "fail",
    ),
    (
        "a smaller ceiling holds the larger",
        [rule("national", 3, "<="), rule("city", 2, "<=", **S)],
        "2.5",
        [HELD, "fail"],
        "fail",
    ),
    (
        "strict ceiling holds the plain one",
        [rule("national", 2, "<="), rule("city", 2, "<", **S)],
        "2",
        [HELD, "fail"],
        "fail",
    ),
    (
        "a range within a range",
        [rule("national", {"min": 0.7, "max": 3}), rule("city", {"min": 1, "max": 2}, **S)],
        "2.5",
        [HELD, "fail"],
        "fail",
    ),
    (
        "a range around a range",
        [rule("national", {"min": 1, "max": 2}), rule("city", {"min": 0.7, "max": 3}, **S)],
        "2.5",
        ["fail", HELD],
        "fail",
    ),
    (
        "ranges that overlap: in the first only",
        [rule("national", {"min": 0.7, "max": 2}), rule("city", {"min": 1, "max": 3}, **S)],
        "0.8",
        ["pass", "fail"],
        "fail",
    ),
    (
        "ranges that overlap: in both",
        [rule("national", {"min": 0.7, "max": 2}), rule("city", {"min": 1, "max": 3}, **S)],
        "1.5",
        ["pass", "pass"],
        "pass",
    ),
    (
        "ranges that overlap: in the second only",
        [rule("national", {"min": 0.7, "max": 2}), rule("city", {"min": 1, "max": 3}, **S)],
        "2.5",
        ["fail", "pass"],
        "fail",
    ),
    ("beside, nothing gives way", [LOW, rule("city", 1)], "0.8", ["pass", "fail"], "fail"),
    (
        "of one level, stricter is as beside",
        [rule("city", 0.7), rule("city-2", 1, **S)],
        "0.8",
        ["pass", "fail"],
        "fail",
    ),
    # Sets that do not meet.
    (
        "floor 3 and ceiling 2, stricter, between",
        [rule("national", 3), rule("city", 2, "<=", **S)],
        "2.5",
        [APART, APART],
        "conflict",
    ),
    (
        "floor 3 and ceiling 2, beside, meeting one",
        [rule("national", 3), rule("city", 2, "<=")],
        "1",
        [APART, APART],
        "conflict",
    ),
    (
        "floor 2 and ceiling 2 meet in 2",
        [rule("national", 2), rule("city", 2, "<=", **S)],
        "2",
        ["pass", "pass"],
        "pass",
    ),
    (
        "floor above 2 and ceiling 2 do not meet",
        [rule("national", 2, ">"), rule("city", 2, "<=", **S)],
        "2",
        [APART, APART],
        "conflict",
    ),
    (
        "ranges side by side do not meet",
        [rule("national", {"min": 0.7, "max": 1}), rule("city", {"above": 1, "max": 2})],
        "1",
        [APART, APART],
        "conflict",
    ),
    (
        "sets apart without a value: no data",
        [rule("national", 3), rule("city", 2, "<=")],
        None,
        [MISSING, MISSING],
        "no_data",
    ),
    (
        "a third that meets both keeps its verdict",
        [rule("national", 3), rule("city", 2, "<="), rule("park", {"min": 1, "max": 4})],
        "2.5",
        [APART, APART, "pass"],
        "conflict",
    ),
    (
        "a fail beside a conflict fails",
        [rule("national", 3), rule("city", 2, "<="), rule("park", {"min": 1, "max": 4})],
        "5",
        [APART, APART, "fail"],
        "fail",
    ),
    (
        "a wish apart from what is mandatory is no conflict",
        [rule("national", 3), rule("city", 2, "<=", **WISH)],
        "3.5",
        ["pass", "fail"],
        "pass",
    ),
    (
        "two wishes apart conflict among themselves",
        [rule("national", 3, **WISH), rule("city", 2, "<=", **WISH), rule("park", 0.5)],
        "2.5",
        [APART, APART, "pass"],
        "pass",
    ),
    # Local replaces, whatever both say.
    (
        "a local floor replaces a ceiling",
        [rule("national", 2, "<="), rule("city", 1, **L)],
        "3",
        [GONE, "pass"],
        "pass",
    ),
    (
        "local and lower",
        [rule("national", 1), rule("city", 0.7, **L)],
        "0.8",
        [GONE, "pass"],
        "pass",
    ),
    (
        "local without a number replaces nothing",
        [rule("national", 1), rule("city", "/", **L)],
        "0.8",
        ["fail", "exempt:not_applicable"],
        "fail",
    ),
    (
        "local and case by case replaces nothing",
        [rule("national", 1), rule("city", CASE, **L)],
        "1.8",
        ["pass", "no_data:case_by_case"],
        "no_data",
    ),
    (
        "the replaced holds nothing: nation 2, city 1 local, park 1.5 stricter",
        [rule("national", 2), rule("city", 1, **L), rule("park", 1.5, **S)],
        "1.2",
        [GONE, HELD, "fail"],
        "fail",
    ),
    (
        "the parcel's contract replaces all above",
        [rule("national", 2), rule("city", 1, **S), rule("parcel", {"min": 0.5, "max": 0.9}, **L)],
        "0.8",
        [GONE, GONE, "pass"],
        "pass",
    ),
    # What is recommended takes nothing from what is mandatory.
    (
        "a stricter wish leaves the mandatory floor",
        [LOW, rule("city", 1, **S, **WISH)],
        "0.5",
        ["fail", "fail"],
        "fail",
    ),
    (
        "a mandatory floor holds a wish",
        [rule("national", 0.7, **WISH), rule("city", 1, **S)],
        "0.8",
        [HELD, "fail"],
        "fail",
    ),
    (
        "an equal wish gives way to what is mandatory",
        [LOW, rule("city", 0.7, **S, **WISH)],
        "0.7",
        ["pass", HELD],
        "pass",
    ),
    # Rounding: a value is judged as each rule shows it.
    (
        "7.995 is shown as 8.00",
        [rule("city", 8, indicator=TAX)],
        {TAX: "7.995"},
        ["pass" + UP],
        "pass",
    ),
    ("7.994 is shown as 7.99", [rule("city", 8, indicator=TAX)], {TAX: "7.994"}, ["fail"], "fail"),
    ("2.004 is within a ceiling of 2", [rule("city", 2, "<=")], "2.004", ["pass" + UP], "pass"),
    ("2.004 is shown as 2.00, not above 2", [rule("city", 2, ">")], "2.004", ["fail" + UP], "fail"),
    (
        "decimals differ: 0.5 is shown as 1",
        [rule("national", 0.7, decimals=0), rule("city", 0.6, **S)],
        "0.5",
        [HELD, "fail"],
        "fail",
    ),
    (
        "decimals differ: 0.7 as a whole number asks less than 0.60",
        [rule("national", 0.6), rule("city", 0.7, decimals=0, **S)],
        "0.5",
        ["fail", HELD],
        "fail",
    ),
    (
        "decimals differ: neither holds the other",
        [rule("national", 0.75), rule("city", 0.7, "<=", decimals=1)],
        "0.747",
        ["pass" + UP, "pass" + UP],
        "pass",
    ),
    (
        "one decimal, 0.69 is shown as 0.7",
        [rule("national", 0.7, decimals=1)],
        "0.69",
        ["pass" + UP],
        "pass",
    ),
    # Printed in another unit: 6,000 万元/公顷 is 400 万元/亩; 300 is 20.
    (
        "divided by 15, met",
        [rule("city", 300, indicator=TAX, divide_by=15)],
        {TAX: "20"},
        ["pass"],
        "pass",
    ),
    (
        "divided by 15, short",
        [rule("city", 301, indicator=TAX, divide_by=15)],
        {TAX: "20.06"},
        ["fail"],
        "fail",
    ),
    (
        "divided by 15, held by the other unit",
        [
            rule("national", 300, indicator=TAX, divide_by=15),
            rule("city", 20.01, indicator=TAX, **S),
        ],
        {TAX: "20"},
        [HELD, "fail"],
        "fail",
    ),
    # Ranges with one end, and open ends.
    ("a range without a lower end", [rule("city", {"max": 2})], "0.1", ["pass"], "pass"),
    (
        "a range without an upper end, in a column of ceilings",
        [rule("city", {"min": 2}, "<=")],
        "1.9",
        ["fail"],
        "fail",
    ),
    (
        "an open lower end leaves its own figure out",
        [rule("city", {"above": 1, "max": 2})],
        "1",
        ["fail"],
        "fail",
    ),
    (
        "an open upper end leaves its own figure out",
        [rule("city", {"min": 1, "below": 2})],
        "2",
        ["fail"],
        "fail",
    ),
    ("both ends open, between", [rule("city", {"above": 1, "below": 2})], "1.01", ["pass"], "pass"),
    # One of several is enough; what the others of the pack ask is not asked.
    ("one of two met", either(), {FAR: "1", TAX: "31"}, [ALT, "pass"], "pass"),
    ("neither of two met", either(), {FAR: "1", TAX: "29"}, ["fail", "fail"], "fail"),
    ("one short, the other unknown", either(), {FAR: "1", TAX: None}, [WAITS, MISSING], "no_data"),
    (
        "an alternative is apart from nothing: tax can meet it",
        [rule("national", 1, "<="), *either(stands="beside")],
        {FAR: "0.8", TAX: "10"},
        ["pass", "fail", "fail"],
        "fail",
    ),
    (
        "an alternative that was met leaves the nation's floor",
        [LOW, *either(**S)],
        {FAR: "0.5", TAX: "31"},
        ["fail", ALT, "pass"],
        "fail",
    ),
    # Cells that are words, and what is missing.
    (
        "case by case waits for its decision",
        [rule("city", CASE)],
        "1",
        ["no_data:case_by_case"],
        "no_data",
    ),
    ("not required", [rule("city", "/")], "1", ["exempt:not_applicable"], "exempt"),
    ("in another document", [rule("city", REFER)], "1", ["no_data:reference"], "no_data"),
    ("a missing value", [LOW, CEILING], None, [MISSING, MISSING], "no_data"),
    (
        "lower is better: a ceiling holds the larger",
        [rule("national", 20, "<=", indicator=GREEN), rule("city", 15, "<=", indicator=GREEN, **S)],
        {GREEN: "18"},
        [HELD, "fail"],
        "fail",
    ),
    ("only wishes: nothing to judge by", [rule("city", 1, **WISH)], "2", ["pass"], "no_data"),
]
