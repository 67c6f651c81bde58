"""Golden cases that Python and the map's client are both held to: grades and classes.

`node --test` runs the same files in `client/test/grade.test.js` and `classes.test.js`.
"""

from __future__ import annotations

import json

import numpy as np

from tests import class_cases, grade_cases


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def test_the_grader_gives_what_was_worked_out():
    found = read(grade_cases.FILE)
    assert len(found) > 35
    for case in found:
        assert grade_cases.outcome(case) == (case["points"], case["grades"]), case["name"]


def test_the_page_is_told_what_the_cases_hold():
    """The table from which the client grades is made of the method and the figures alone."""
    for case in read(grade_cases.FILE):
        assert grade_cases.page_of(case) == case["scores"], case["name"]


def test_classes_are_cut_as_the_cases_have_them():
    for case in read(class_cases.FILE):
        edges, codes = class_cases.outcome(case["values"])
        assert np.allclose(edges, case["edges"]["quantile"], rtol=1e-12), case["name"]
        assert codes == case["codes"], case["name"]
        for name, found in class_cases.edges_of(case["values"]).items():
            assert np.allclose(found, case["edges"][name], rtol=1e-12), (case["name"], name)


def test_the_files_hold_the_cases_of_their_modules():
    assert [c["name"] for c in read(grade_cases.FILE)] == [c["name"] for c in grade_cases.cases()]
    assert [c["name"] for c in read(class_cases.FILE)] == [c["name"] for c in class_cases.cases()]
