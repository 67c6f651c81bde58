"""What the map's search finds beside parcels and enterprises: parks, industries, land uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from geo.publish.look.style import Theme
from geo.publish.webmap.occupiers import initials
from geo.run import Run
from geo.text import Wording

CLASSED = {"industry": "industry", "land_use": "land_use"}
"""Kinds of terms that are classes of a theme, by the theme's id."""


def terms(run: Run, shown: Iterable[Theme]) -> list[dict[str, Any]]:
    """Each term: its kind, title, the text that is searched, and the park or class it leads to.

    A class of industry is found by the names of the industries in it too: 白酒 by 酒、饮料.
    """
    return [*of_parks(run), *(term for theme in shown for term in of_classes(run, theme))]


def of_parks(run: Run) -> list[dict[str, Any]]:
    """A term a park."""
    names = run.parks["name"].astype("str").tolist()
    return [
        {"kind": "park", "zh": name, "en": name, "text": words, "park": str(key)}
        for key, name, words in zip(
            run.parks["park_id"], names, _searched(names, run.parks["park_id"]), strict=True
        )
    ]


def of_classes(run: Run, theme: Theme) -> list[dict[str, Any]]:
    """The classes of a theme that hold parcels, but for the last: what has none."""
    if theme.id not in CLASSED:
        return []
    present = sorted(set(theme.codes[theme.codes < len(theme.labels) - 1].tolist()))
    labels = [theme.labels[code] for code in present]
    further = _names_within(run, theme)
    texts = _searched((f"{label.zh} {label.en}" for label in labels), map(further, present))
    return [
        {
            "kind": CLASSED[theme.id],
            "zh": label.zh,
            "en": label.en,
            "text": text,
            "theme": theme.id,
            "code": code,
        }
        for code, label, text in zip(present, labels, texts, strict=True)
    ]


def _names_within(run: Run, theme: Theme) -> Callable[[int], str]:
    """The names of the industries in a class."""
    parcels = run.parcels
    if theme.id != "industry" or "industry_name" not in parcels:
        return lambda _: ""
    number, names = pd.factorize(parcels["industry_name"])
    pairs = pd.DataFrame({"code": theme.codes, "name": number}).drop_duplicates()
    pairs = pairs[pairs["name"] >= 0]
    pairs["name"] = np.asarray(names, object)[pairs["name"]]
    found = pairs.groupby("code")["name"].agg(" ".join).to_dict()
    return lambda code: str(found.get(code, ""))


def _searched(names: Iterable[str], further: Iterable[Any]) -> list[str]:
    """Small letters of names and of what else they are called, with the initials of their pinyin."""
    texts = [f"{name} {more}".strip() for name, more in zip(names, further, strict=True)]
    return [f"{text.lower()} {first}" for text, first in zip(texts, initials(texts), strict=True)]


def short_names(titles: Iterable[Wording]) -> list[str]:
    """What themes are found by: both titles and the initials of the Chinese one."""
    listed = list(titles)
    return _searched((title.zh for title in listed), (title.en for title in listed))
