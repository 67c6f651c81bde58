"""Industries in English: under the names that statistics publish, else as the table has them."""

from __future__ import annotations

import pandas as pd

from geo.model import industries, industry_title, industry_words
from geo.publish.look.style import by_industry
from geo.text import CJK

NAMED = [*"BCD", *(f"{n:02}" for n in (*range(6, 11), *range(13, 47)))]
"""Sections and divisions of industry, but for services to mines and other mines."""


def test_industrial_sections_and_divisions_have_an_english_name():
    english = {code: industry_title(code).en for code in NAMED}
    assert len(set(english.values())) == len(NAMED)
    assert not [name for name in english.values() if CJK.search(name)]
    assert {title.zh for title in industry_words().values()} == {industries()[c] for c in NAMED}
    assert english["15"] == "Manufacture of Liquor, Beverages and Refined Tea"


def test_what_has_no_published_english_name_keeps_its_own():
    for code in industries().index.difference(NAMED):
        title = industry_title(code)
        assert title.en == title.zh == industries()[code]


def test_the_map_names_divisions_in_both_languages_and_keeps_their_codes():
    codes = pd.Series(["1512", "1513", "C39", "51", "9Z"])
    theme = by_industry(codes, pd.Series([5.0, 4.0, 3.0, 2.0, 1.0]))
    named = dict(zip(theme.keys, theme.labels, strict=False))
    assert named["15"].en == "15 Manufacture of Liquor, Beverages and Refined Tea"
    assert named["15"].zh == "15 酒、饮料和精制茶制造业"
    assert named["51"].en == named["51"].zh == "51 批发业"
