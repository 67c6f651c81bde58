"""Verdicts rule by rule: a theme a rule, and what each says of the parcels in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.arrays import Ints, Objects, Series
from geo.geometry.keys import position_of
from geo.project import Settings
from geo.publish.headings import heading
from geo.publish.look.style import Theme, of_codes
from geo.publish.look.themes.declaration import RULES, ThemeDeclaration
from geo.run import Run
from geo.standards.codes import RuleCodes
from geo.standards.comply import Codes
from geo.standards.vocabulary import VERDICT_CODES, VERDICTS
from geo.text import Message, Text, Wording

T = TypeVar("T", bound=Any)


class ParcelRules:
    """The rules on a run's parcels: `rules`, those that say something of one, in their order."""

    def __init__(self, run: Run) -> None:
        self.rules: list[RuleCodes] = list(run.verdict_codes.speaking("parcel"))
        self._place = _places(self.rules[0].ids, run.parcels["parcel_id"]) if self.rules else None

    def is_whole(self, rule: RuleCodes) -> bool:
        """Whether a rule says something of every parcel, and its columns are in their order."""
        return self._place is None and bool(rule.told.all())

    def laid_out(self, rule: RuleCodes, values: NDArray[T], silent: float) -> NDArray[T]:
        """A rule's column in the order of the parcels; `silent` where it says nothing of one."""
        if self.is_whole(rule):
            return values
        nothing = np.array(silent, values.dtype)
        own = np.where(rule.told, values, nothing)
        return own if self._place is None else np.append(own, nothing)[self._place]

    def verdicts(self, rule: RuleCodes) -> Codes:
        """What a rule gives each parcel; it is not for those of which it says nothing."""
        return self.laid_out(rule, rule.verdict, VERDICT_CODES["exempt"])


def _places(ids: Objects, parcel_id: Series) -> Ints | None:
    """Where each parcel stands among the subjects of the codes, −1 nowhere; None: in order."""
    wanted = parcel_id.to_numpy(object)
    if len(ids) == len(wanted) and bool((ids == wanted).all()):
        return None
    return position_of(parcel_id, ids)


def indicator_title(name: str, settings: Settings, *, unit: bool = True) -> Wording:
    """What an indicator is called, with its unit if wanted."""
    return Text(
        *(
            heading(name, lang, settings.currency, settings.catalogue, unit=unit)
            for lang in ("zh", "en")
        )
    )


def _rule_themes(run: Run) -> Iterator[Theme]:
    judged = ParcelRules(run)
    for rule in judged.rules:
        indicator = indicator_title(rule.indicator, run.settings, unit=False)
        title = Message("themes.verdict", said=indicator)
        codes = judged.verdicts(rule)
        theme = of_codes(f"rule:{rule.id}", title, codes, VERDICTS, "verdict")
        yield replace(theme, rule=rule.id)


THEMES = (ThemeDeclaration("rules", RULES, _rule_themes, trial="rule", of_all=False),)
