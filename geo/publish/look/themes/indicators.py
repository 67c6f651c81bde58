"""A theme an indicator that parcels have, mujun's and the office's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.model import PER_MU, show_unit
from geo.publish.look.style import Theme, by_value
from geo.publish.look.themes.declaration import INDICATORS, ThemeDeclaration
from geo.run import Run
from geo.text import Text

_MAIN = {f"{measure}_per_mu" for measure in PER_MU}


def _indicators(run: Run) -> Iterator[Theme]:
    parcels, currency = run.parcels, run.settings.currency
    for name, indicator in run.settings.catalogue.items():
        if name in parcels and parcels[name].notna().any():
            unit = Text(*(show_unit(indicator.unit, lang, currency) for lang in ("zh", "en")))
            theme = by_value(name, Text(indicator.zh, indicator.en), parcels[name], unit)
            yield replace(theme, column=name, main=name in _MAIN)


THEMES = (ThemeDeclaration("indicators", INDICATORS, _indicators),)
