"""Text is laid out in bounded time and room, whatever its length."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from geo.publish.paper import fonts
from geo.publish.paper.fonts import LONGEST, drawable, width, wrap, wrap_into

TEXTS = st.text(alphabet="ab c（甲，乙）。12%… \n\0\u202e", max_size=60)


@given(TEXTS, st.sampled_from([1.0, 2.0, 5.0, 13.3, 40.0]), st.sampled_from([6.4, 10.0]))
def test_wrapped_lines_hold_every_letter_and_fit(text, most, points):
    lines = wrap(text, points, most)
    assert "".join("".join(lines).split()) == "".join(drawable(text).split())
    assert all(width(line, points) <= most + 1e-6 for line in lines if len(line) > 1)
    some = wrap_into(text, points, most, 2)
    assert len(some) <= 2
    assert some == lines or some[-1].endswith("…")


def test_a_text_of_any_length_is_laid_out_in_one_pass(monkeypatch):
    """Wrapping was cubic (5,000 letters took minutes): now each letter is measured once."""
    assert drawable("x" * 40_000) == "x" * (LONGEST - 1) + "…"
    monkeypatch.setattr(fonts, "LONGEST", 10**6)
    for text in ("x" * 40_000, "甲" * 40_000, "x y" * 13_000, "（" * 40_000):
        measured = Counter()
        monkeypatch.setattr(fonts, "_advance", lambda c, m=measured: (m.update(c), 0.5)[1])
        lines = wrap(text, 7, 30.0)
        assert len(lines) > 1000
        assert measured.total() == len(text)


def test_no_chinese_letter_stands_alone_on_the_last_line():
    """Of ten points a Chinese letter is 3.53 mm wide: five of them fit on 18 mm."""
    assert wrap("二类工业用地", 10.0, 18.0) == ["二类工业", "用地"]
    assert wrap("二类工业用地）", 10.0, 18.0) == ["二类工业", "用地）"]
    assert wrap("工业用地二类工业用地", 10.0, 18.0) == ["工业用地二", "类工业用地"]
    assert wrap("甲乙", 10.0, 4.0) == ["甲", "乙"]  # there is no room for two
