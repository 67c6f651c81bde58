"""Local statistics of per-mu figures (统计): hotspots, and clusters beside outliers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from geo.evaluate.hotspots import CLUSTER_WORDS, HOTSPOT_WORDS
from geo.publish.look.style import Theme, by_words
from geo.publish.look.themes.declaration import STATISTICS, ThemeDeclaration
from geo.run import Run
from geo.text import Message, Text, Wording


def _figures(run: Run) -> Iterator[tuple[str, Wording, pd.Series]]:
    """The figures that hotspots were found for: what each is called, and its row of counts."""
    if "hotspot_counts" not in run.tables:  # a run of an earlier edition
        return
    for _, counts in run.hotspot_counts.iterrows():  # rows-ok: a row a figure
        indicator = run.settings.catalogue[str(counts["measure"])]
        yield indicator.name, Text(indicator.zh, indicator.en), counts


def _hotspots(run: Run) -> Iterator[Theme]:
    for name, figure, counts in _figures(run):
        title = Message("hotspot.theme_gi", figure=figure)
        yield _theme(run, f"{name}_hotspot", title, HOTSPOT_WORDS, "hotspot", counts)


def _clusters(run: Run) -> Iterator[Theme]:
    for name, figure, counts in _figures(run):
        title = Message("hotspot.theme_moran", figure=figure)
        yield _theme(run, f"{name}_cluster", title, CLUSTER_WORDS, "cluster", counts)


def _theme(
    run: Run,
    column: str,
    title: Wording,
    words: Mapping[str, Wording],
    colors: str,
    counts: pd.Series,
) -> Theme:
    """The theme with its rule of neighbours, its correction and what was left out in its note."""
    parcels: pd.DataFrame = run.parcels
    note = Message(
        "hotspot.note",
        metres=f"{counts['within_m']:g}",
        fdr=f"{100 * counts['fdr']:g}",
        left_out=int(counts["no_data_parcels"]),
    )
    theme = by_words(column, title, parcels[column], dict(words), colors)
    return replace(theme, column=column, words=tuple(words), note=note)


THEMES = (
    ThemeDeclaration("hotspots", STATISTICS, _hotspots, filter=True, of_all=False),
    ThemeDeclaration("clusters", STATISTICS, _clusters, filter=True, of_all=False),
)
