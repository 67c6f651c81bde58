"""One palette, one set of classes and legends, used by every picture."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Series
from geo.geometry.keys import factorize_text, take_text
from geo.model import USE_SEPARATOR, industries, industry_title, land_use_classes
from geo.model.land_use import class_titles
from geo.project_parts import LandUseClass, classes_of
from geo.publish.look.classify import are_whole, readable_edges
from geo.publish.records.numbers import number
from geo.text import EMPTY, Message, Text, Wording

CLASSES = 5
OTHER, MIXED, NO_DATA = "*", "*mixed", "no_data"
"""Keys of the classes that no word of the data names."""
MOST_DECIMALS = 6
"""Of the edges of classes."""
_MOST_CLASSES = 200
"""Classes of a theme, whose numbers are bytes."""


HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "++++", "oooo")
"""Of classes that share a colour, the second and further ones are hatched, in matplotlib's words."""


@dataclass(frozen=True)
class Theme:
    """How parcels are coloured: a class number each, and what the classes mean.

    `codes` is uint8, one a parcel, an index into `labels` and `colors`; `edges` are the values
    between classes, where a class is a span of values; `group` is the heading it is listed under.
    `column` is the column of parcels that is classed, if it is one, and `words` what that column
    holds, class by class, if it holds words; `keys` name the classes in links, whatever the wording
    and order of a later run. `filter`, `trial` and `main` are declared
    (`geo.publish.look.themes`); `rule` is the rule's id of a theme that is one's verdict.
    """

    id: str
    title: Wording
    labels: tuple[Wording, ...]
    colors: tuple[str, ...]
    codes: Array
    note: Wording = field(default=EMPTY)
    edges: tuple[float, ...] = ()
    group: Wording = field(default=EMPTY)
    column: str = ""
    words: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    filter: bool = False
    trial: str = ""
    rule: str = ""
    main: bool = False
    hatches: tuple[str, ...] = ()


def hatches(theme: Theme) -> list[str]:
    """A hatch for each class: its palette's, or one where an earlier class has its colour."""
    if theme.hatches:
        return list(theme.hatches)
    seen: dict[str, int] = {}
    out = []
    for color in theme.colors:
        out.append(HATCHES[seen.get(color, 0) % len(HATCHES)])
        seen[color] = seen.get(color, 0) + 1
    return out


@cache
def palette() -> dict[str, Any]:
    """The colours of `style.toml`."""
    return tomllib.loads((files("geo.publish.look") / "style.toml").read_text(encoding="utf-8"))


_RESULTS = {"met": "pass", "not_met": "fail", "no_data": "no_data"}
"""How a target's result looks, as a verdict."""


def verdict_color(verdict: str) -> str:
    """The colour of a verdict, by its code."""
    return str(palette()["verdict"][verdict])


def result_color(result: str) -> str:
    """The colour of a target's result (met, not_met, no_data)."""
    return verdict_color(_RESULTS[result])


def by_words(
    name: str,
    title: Wording,
    values: Series,
    words: dict[str, Wording],
    colors: str,
) -> Theme:
    """Parcels by a word each; one without a word has no data. `colors` names the palette."""
    return of_codes(name, title, coded_as(values, words, "no_data")[:-1], words, colors)


def of_codes(
    name: str,
    title: Wording,
    codes: Array,
    words: dict[str, Wording],
    colors: str,
) -> Theme:
    """Parcels by the number of a word each."""
    hatch = palette()["hatch"].get(colors, {})
    return Theme(
        name,
        title,
        tuple(words.values()),
        tuple(palette()[colors][v] for v in words),
        codes,
        keys=tuple(words),
        hatches=tuple(hatch.get(v, "") for v in words) if hatch else (),
    )


def coded_as(values: Series, words: Iterable[str], other: str) -> NDArray[np.uint8]:
    """Each value's place among the words, and behind all that of `other`, for row −1."""
    order = list(words)
    code, texts = pd.factorize(values)
    place = np.array(
        [order.index(t) if t in order else order.index(other) for t in (*map(str, texts), other)],
        dtype=np.uint8,
    )
    return place[np.r_[code, len(texts)]]


def by_land_use(land_use: Series, edition: str, scheme: str = "yongdiyonghai") -> Theme:
    """Parcels in the official colours of 用地用海; the classes present, in code order.

    A code of another scheme is no class of 用地用海: it is shown with its title there, and has no
    official colour.
    """
    table = land_use_classes(edition)
    present = sorted(land_use.dropna().unique())
    if scheme != "yongdiyonghai":
        return _as_written(land_use, present, class_titles(scheme, edition))
    known = [code for code in present if code in table.index]
    mixed = [code for code in present if len(re.split(USE_SEPARATOR, code)) > 1]
    labels: list[Wording] = [
        Text(f"{c} {table.loc[c, 'name_zh']}", f"{c} {table.loc[c, 'name_en']}") for c in known
    ]
    colors = [str(table.loc[c, "hex"]) for c in known]
    place = {c: i for i, c in enumerate(known)}
    if mixed:
        place |= dict.fromkeys(mixed, len(labels))
        labels.append(Message("style.mixed_industrial_land"))
        colors.append(palette()["mixed_land_use"])
    codes = land_use.map(place).fillna(len(labels))
    keys = (*known, *([MIXED] if mixed else []), OTHER)
    labels.append(Message("style.unknown_class"))
    colors.append(palette()["unknown_land_use"])
    return Theme(
        "land_use",
        Message("style.land_use"),
        tuple(labels),
        tuple(colors),
        codes.to_numpy(np.uint8),
        Message("style.official_colours", edition=edition),
        keys=keys,
    )


def _as_written(land_use: Series, present: list[str], titles: dict[str, Text]) -> Theme:
    """A colour a code, in turn; the codes after the 200th together."""
    own, colors = present[:_MOST_CLASSES], palette()["industry"]
    labels: list[Wording] = [
        *(
            Text(f"{code} {titles[code].zh}", f"{code} {titles[code].en}")
            if code in titles
            else Text(code, code)
            for code in own
        ),
        Message("style.other_unknown_class"),
    ]
    place = {code: i for i, code in enumerate(own)}
    codes = land_use.map(place).fillna(len(own))
    return Theme(
        "land_use",
        Message("style.land_use"),
        tuple(labels),
        (*(colors[i % len(colors)] for i in range(len(own))), palette()["unknown_land_use"]),
        codes.to_numpy(np.uint8),
        Message("style.land_use_codes_written"),
        keys=(*own, OTHER),
    )


def by_own_land_use(land_use: Series, legend: Mapping[str, LandUseClass], edition: str) -> Theme:
    """Parcels by the office's own classes: those present, in the legend's order and colours.

    A class without a colour has that of its national code, else one of the palette in turn.
    """
    national, turn = land_use_classes(edition), palette()["industry"]
    present = set(land_use.dropna().astype("str"))
    codes = [code for code in legend if code in present][:_MOST_CLASSES]
    mixed = [c for c in present if c not in legend and classes_of(c, legend) is not None]
    colors = [
        legend[code].colour
        or (
            str(national.loc[legend[code].national, "hex"])
            if legend[code].national in national.index
            else turn[at % len(turn)]
        )
        for at, code in enumerate(codes)
    ]
    labels: list[Wording] = [
        Text(f"{code} {one.title}", f"{code} {one.en or one.title}")
        for code in codes
        for one in [legend[code]]
    ]
    place = {code: at for at, code in enumerate(codes)}
    if mixed:
        place |= dict.fromkeys(mixed, len(labels))
        labels.append(Message("style.mixed_land"))
        colors.append(palette()["mixed_land_use"])
    number = land_use.astype("str").map(place).fillna(len(labels))
    return Theme(
        "land_use",
        Message("style.land_use"),
        (*labels, Message("style.other_unknown_class")),
        (*colors, palette()["unknown_land_use"]),
        number.to_numpy(np.uint8),
        Message("style.own_classes"),
        words=tuple(codes),
        keys=(*codes, *([MIXED] if mixed else []), OTHER),
    )


def by_industry(codes: Series, area_mu: pd.Series[float]) -> Theme:
    """Parcels by GB/T 4754 division of their main enterprise: those with most land, the others."""
    (code,), known = factorize_text(codes, ordered=False)
    digits = known.astype("str").str.extract(r"^(\d\d)", expand=False)
    division = take_text(code, digits).set_axis(codes.index)
    colors = palette()["industry"]
    land = area_mu.groupby(division).sum().sort_values(ascending=False, kind="stable")
    first = list(land.index[: len(colors)])
    place = {name: i for i, name in enumerate(first)}
    other, none = len(first), len(first) + 1
    number = division.map(place).fillna(other).where(division.notna(), none)
    labels = [_coded_industry(str(code)) for code in first]
    return Theme(
        "industry",
        Message("style.industry_division"),
        (*labels, Message("style.other_industries"), Message("common.no_data")),
        (*colors[: len(first)], palette()["industry_other"], palette()["no_data"]),
        number.to_numpy(np.uint8),
        Message("style.gb_t_4754_division_main"),
        keys=(*first, OTHER, NO_DATA),
    )


def _coded_industry(code: str) -> Text:
    """A division by its code and name."""
    if code not in industries():
        return Text(code, code)
    title = industry_title(code)
    return Text(f"{code} {title.zh}", f"{code} {title.en}")


def by_value(name: str, title: Wording, values: pd.Series[float], unit: Wording) -> Theme:
    """Parcels in five classes of about equal count, with readable bounds; ties stay together."""
    edges = readable_edges(values, "quantiles", CLASSES)
    note = Message("style.quantile_classes", unit=unit)
    if are_whole(np.asarray(values.dropna(), dtype=np.float64)):
        note = Message("style.count_classes", unit=unit)
    elif not unit.zh:
        note = Message("style.quantile_classes_bare")
    return by_edges(name, title, values, edges, ramp(len(edges) + 1), note)


def by_edges(
    name: str,
    title: Wording,
    values: pd.Series[float],
    edges: Floats,
    colors: tuple[str, ...],
    note: Wording,
) -> Theme:
    """Rows by the span that their figure lies in; what is missing has no data."""
    known = np.asarray(values.dropna(), dtype=np.float64)
    codes = np.searchsorted(edges, values.to_numpy(float, na_value=np.nan), side="right")
    codes[values.isna().to_numpy()] = len(edges) + 1
    said = spans(edges, known)
    return Theme(
        name,
        title,
        (*(Text(s, s) for s in said), Message("common.no_data")),
        (*colors, palette()["no_data"]),
        codes.astype(np.uint8),
        note,
        tuple(float(e) for e in edges),
        keys=(*said, NO_DATA),
    )


def by_categories(name: str, title: Wording, words: Series, colors: Sequence[str] = ()) -> Theme:
    """Parcels by the words of a column: the most frequent in a colour each, the rest together.

    So many words have a colour of their own as the palette has (`distinct_colors`), or as `colors`
    are; the note says how many share the colour of the others.
    """
    count = words.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    most = len(colors) or len(palette()["categories"])
    first = sorted(map(str, count.index[:most]))
    rest = len(count) - len(first)
    place = {word: at for at, word in enumerate(first)}
    other, none = len(first), len(first) + bool(rest)
    number = words.map(place).fillna(other).where(words.notna(), none)
    grouped = [Message("style.other_words", count=rest)] if rest else []
    return Theme(
        name,
        title,
        (*(Text(word, word) for word in first), *grouped, Message("common.no_data")),
        (
            *distinct_colors(len(first), colors),
            *([palette()["industry_other"]] if rest else []),
            palette()["no_data"],
        ),
        number.to_numpy(np.uint8),
        Message("style.words_share_colour", count=rest, most=most) if rest else EMPTY,
        keys=(*first, *([OTHER] if rest else []), NO_DATA),
    )


def distinct_colors(count: int, colors: Sequence[str] = ()) -> tuple[str, ...]:
    """So many colours that differ; of more than the palette has, the last is that of the others."""
    own = tuple(colors or palette()["categories"])
    return (*own[:count], *[palette()["industry_other"]] * max(0, count - len(own)))


def spread(colors: Sequence[str], count: int) -> tuple[str, ...]:
    """So many colours between those of a ramp, low to high."""
    rgb = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colors], dtype=float)
    place, stops = np.linspace(0, 1, count), np.linspace(0, 1, len(colors))
    mixed = [np.interp(place, stops, rgb[:, channel]).round().astype(int) for channel in range(3)]
    return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in zip(*mixed, strict=True))


def spans(edges: Floats, values: Floats) -> list[str]:
    """What the classes between edges are called, all with as many decimals.

    A bound belongs to the class above it; of counts both ends belong to the class.

    >>> spans(np.array([6.262, 14.11, 23]), np.array([0.5, 40]))
    ['< 6.26', '6.26 – 14.11', '14.11 – 23.00', '≥ 23.00']
    >>> spans(np.array([1, 3]), np.array([0, 1, 2, 3, 7]))
    ['0', '1 – 2', '≥ 3']
    """
    listed = [float(edge) for edge in edges]
    decimals = edge_decimals(listed)
    shown = [number(edge, decimals) for edge in listed]
    whole = are_whole(values) and are_whole(edges)
    if not shown:
        one = len(values) > 0 and values.min() == values.max()
        return [number(float(values[0]), edge_decimals([float(values[0])])) if one else "—"]
    if not whole:
        return [f"< {shown[0]}", *(f"{a} – {b}" for a, b in pairwise(shown)), f"≥ {shown[-1]}"]
    last = [number(edge - 1, 0) for edge in listed]
    alone = values.min() == edges[0] - 1
    top = values.max() == edges[-1]
    return [
        last[0] if alone else f"≤ {last[0]}",
        *(a if a == b else f"{a} – {b}" for a, b in zip(shown[:-1], last[1:], strict=True)),
        shown[-1] if top else f"≥ {shown[-1]}",
    ]


def edge_decimals(edges: Sequence[float]) -> int:
    """Decimals that show the largest edge with four digits, the smallest with two, and each apart.

    No more than show all of them exactly.

    >>> edge_decimals([96.9, 114.25]), edge_decimals([6, 9.5, 14]), edge_decimals([2, 4, 6])
    (1, 1, 0)
    """
    if all(edge == int(edge) for edge in edges):
        return 0
    sizes = [math.floor(math.log10(abs(edge))) for edge in edges if edge]
    least = min(max(3 - max(sizes), 1 - min(sizes), 0), MOST_DECIMALS)
    exact = (d for d in range(1, 4) if all(round(edge, d) == edge for edge in edges))
    least = min(least, next(exact, least))
    apart = (d for d in range(least, MOST_DECIMALS) if _differ(edges, d))
    return next(apart, MOST_DECIMALS)


def _differ(edges: Sequence[float], decimals: int) -> bool:
    return len({number(edge, decimals) for edge in edges}) == len(set(edges))


def ramp(count: int) -> tuple[str, ...]:
    """So many colours of the palette, low to high."""
    return spread(palette()["sequential"], count)


def legend(theme: Theme, area_mu: pd.Series[float]) -> pd.DataFrame:
    """Parcels and 亩 of each class: columns zh, en, color, hatch, parcels, mu."""
    return pd.DataFrame(counted_classes(theme, np.asarray(area_mu, np.float64)))


def counted_classes(theme: Theme, area_mu: Floats) -> dict[str, list[Any]]:
    """The columns of `legend`, without a frame, which takes longer than the counts of a part."""
    n = len(theme.labels)
    return {
        "zh": [t.zh for t in theme.labels],
        "en": [t.en for t in theme.labels],
        "color": list(theme.colors),
        "hatch": hatches(theme),
        "parcels": np.bincount(theme.codes, minlength=n).tolist(),
        "mu": np.bincount(theme.codes, weights=area_mu, minlength=n).tolist(),
    }
