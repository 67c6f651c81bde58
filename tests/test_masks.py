"""Values put by bits are those that NumPy's own assignment puts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.standards.masks import put, put_nan
from tests.lane import examples

SIZE = 40
CODES = arrays(np.uint8, SIZE)
MASKS = arrays(np.bool_, SIZE)
FIGURES = arrays(np.float64, SIZE, elements=st.floats())


@given(CODES, st.integers(0, 255) | CODES, MASKS)
@examples(50)
def test_codes_stand_where_the_mask_says_and_nowhere_else(codes, value, where):
    wanted = np.where(where, np.asarray(value, np.uint8), codes)
    put(codes, value, where)
    assert codes.tolist() == wanted.tolist()


@given(FIGURES, MASKS)
@examples(50)
def test_figures_are_missing_where_the_mask_says_and_all_others_as_they_were(figures, where):
    before = figures.copy()
    put_nan(figures, where)
    assert np.isnan(figures[where]).all()
    assert figures[~where].tobytes() == before[~where].tobytes()
