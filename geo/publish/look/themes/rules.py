"""Verdicts rule by rule: a theme a rule, and which row of the verdicts each parcel has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.arrays import Ints, Series
from geo.geometry.keys import position_of, rows_by_group
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.look.style import Theme, coded_as, of_codes
from geo.publish.look.themes.declaration import RULES, ThemeDeclaration
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Text, Wording


def of_parcels(result: Run) -> pd.DataFrame:
    """The verdicts on parcels."""
    return result.verdicts[result.verdicts["subject"] == "parcel"].reset_index(drop=True)


def rows_by_rule(judged: pd.DataFrame, parcel_id: Series) -> Iterator[tuple[str, int, Ints]]:
    """Each rule, its first row in `judged`, and for each parcel the row that is about both.

    −1 where none is: the rule is for other parks or parcels.
    """
    subject, names = pd.factorize(judged["subject_id"])
    rule, ids = pd.factorize(judged["rule_id"])
    place = position_of(parcel_id, pd.Series(names, dtype="str"))
    for name, own in zip(ids, rows_by_group(rule, len(ids)), strict=True):
        about = np.full(len(names) + 1, -1)  # the last is of the parcels that nothing is about
        about[subject[own]] = own
        yield str(name), int(own[0]), about[place]


def indicator_title(name: str, settings: Settings, *, unit: bool = True) -> Wording:
    """What an indicator is called, with its unit if wanted."""
    return Text(
        *(
            heading(name, lang, settings.currency, settings.catalogue, unit=unit)
            for lang in ("zh", "en")
        )
    )


def _rule_themes(run: Run) -> Iterator[Theme]:
    judged = of_parcels(run)
    verdicts = coded_as(judged["verdict"], VERDICTS, "exempt")
    for rule, first, row in rows_by_rule(judged, run.parcels["parcel_id"]):
        indicator = indicator_title(str(judged["indicator"].iloc[first]), run.settings, unit=False)
        title = Message("themes.verdict", said=indicator)
        theme = of_codes(f"rule:{rule}", title, verdicts[row], VERDICTS, "verdict")
        yield replace(theme, rule=rule)


THEMES = (ThemeDeclaration("rules", RULES, _rule_themes, trial="rule"),)
