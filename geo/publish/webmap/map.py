"""Folium elements that need no network: `OfflineMap`, `ParcelLayer`, and the park map of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import pandas as pd

from geo.arrays import Ints, Series
from geo.evaluate.grades import GRADE_WORDS
from geo.model import HEADLINE
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.built import client
from geo.publish.look.style import Theme
from geo.publish.look.themes import first_themes, themes
from geo.publish.page import (
    Code,
    Html,
    PageElement,
    Placed,
    Variable,
    call,
    data,
    joined,
    policy,
    script,
    stylesheet,
    tag,
)
from geo.publish.records.counts import RunCounts, run_counts
from geo.publish.webmap import briefing, encode, packing, payload, scores, tables
from geo.publish.webmap.backdrop import backdrop
from geo.publish.webmap.basemap import add_tiles, picture
from geo.publish.webmap.board import board
from geo.publish.webmap.history import Figures, Reported, history
from geo.publish.webmap.notes import Hashes, notes
from geo.publish.webmap.occupiers import occupiers
from geo.publish.webmap.parks import parks
from geo.publish.webmap.rules import rules
from geo.publish.webmap.terms import short_names, terms
from geo.publish.words import land_use_titles
from geo.run import Run
from geo.standards.vocabulary import REASONS, VERDICTS
from geo.text import Message


def _floor_words() -> dict[str, dict[str, str]]:
    """What a page says that does not open, in both languages, as its reader's is not known."""
    lines = {
        "old": Message("webmap_map.old_browser"),
        "failed": Message("webmap_map.not_opened"),
        "slow": Message("webmap_map.not_opened_yet"),
        "browsers": Message("webmap_map.browsers"),
    }
    return {name: {"zh": line.zh, "en": line.en} for name, line in lines.items()}


def _scriptless() -> Html:
    """The same where scripts are forbidden."""
    line = Message("webmap_map.no_scripts")
    style = "position:fixed;top:20%;left:8%;right:8%;font:16px/1.7 sans-serif"
    lines = [tag("p", text, lang=lang) for text, lang in ((line.zh, "zh-CN"), (line.en, "en"))]
    return tag("noscript", tag("div", *lines, style=style))


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A `folium.Map` whose scripts and styles stand in the page: no request on opening.

    Takes the arguments of folium.Map; there is no basemap unless `tiles` asks for one.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own class attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        options.setdefault("tiles", None)
        options.setdefault("zoom_control", "bottomright")
        super().__init__(**options)
        head = self.get_root().header
        # An empty icon keeps the browser from asking for favicon.ico.
        head.add_child(Placed(tag("link", rel="icon", href="data:,")), name="icon")
        floor = script(client("floor.js"), call("mujunFloor", _floor_words()))
        head.add_child(Placed(floor), name="mujun_floor")
        head.add_child(Placed(stylesheet(client("mujun.css"))), name="mujun_css")
        head.add_child(Placed(script(client("mujun.js"))), name="mujun_js")
        self.get_root().html.add_child(Placed(_scriptless()), name="scriptless")

    def forbid_network(self, images: tuple[str, ...] = (), scripts: str = "") -> None:
        """Let the browser itself refuse every request but for images and scripts of these sources.

        `scripts` is a source list as the policy writes it, empty for none but the page's own.
        """
        meta = policy(scripts, ("blob:", *images), "blob:")
        self.get_root().header.add_child(Placed(meta), name="policy", index=0)


class _Layer(PageElement):
    """Outlines on a canvas, any CRS, and the whole table that tells of them (`wire.PAGE`)."""

    def __init__(self, outlines: gpd.GeoSeries, table: dict[str, Any]) -> None:
        super().__init__()
        self._name = "ParcelLayer"
        self.geometry = packing.base64_text(encode.geometry(outlines))
        self.table = packing.base64_text(packing.table(table))

    def body(self) -> Html:
        """Outlines and table, for the client to read."""
        name = self.get_name()
        return joined(data(f"{name}_geometry", self.geometry), data(f"{name}_table", self.table))

    def code(self) -> Code:
        """The client is told where they are."""
        return call("mujun.show", Variable(self._parent.get_name()), self.get_name())


class ParcelLayer(_Layer):
    """Parcels on a canvas, drawn from compact inlined columns; works on any `OfflineMap`.

    Parameters: a GeoDataFrame of polygons with any CRS; `columns` its columns to show on click;
    `label` the column that names a parcel; `themes` how it may be coloured; `extra` further tables
    for the client (rules, parks, enterprises). Text is escaped by the client, never parsed as HTML.
    """

    def __init__(
        self,
        parcels: gpd.GeoDataFrame,
        *,
        label: str,
        area_mu: pd.Series[float],
        columns: list[dict[str, Any]] | None = None,
        themes: list[Theme] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        told = payload.layer_table(parcels[label], area_mu, columns or [], themes or [])
        super().__init__(parcels.geometry, tables.checked(told | (extra or {})))


def park_map(run: Run, options: Publish = DEFAULT_OPTIONS) -> OfflineMap:
    """The map of a run: parks, parcels, themes, verdicts, search, in the project's language."""
    page = empty_map(run, options)
    page.add_child(_Layer(run.parcels.geometry, map_table(run, options)))
    return page


def empty_map(run: Run, options: Publish = DEFAULT_OPTIONS, scripts: str = "") -> OfflineMap:
    """The page of a run's map without its parcels; `scripts` may be loaded beside its own."""
    settings = run.settings
    west, south, east, north = _extent(run)
    page = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        control_scale=False,
        max_zoom=20,
        zoom_snap=0.25,
    )
    page.get_root().title = None
    page.get_root().header.add_child(Placed(tag("title", settings.title)), name="title")
    page.forbid_network(add_tiles(page, options), scripts)
    return page


def _extent(run: Run) -> tuple[float, float, float, float]:
    """West, south, east, north of the parks, degrees."""
    west, south, east, north = map(float, run.parks.to_crs(4326).total_bounds)
    return west, south, east, north


def map_table(run: Run, options: Publish = DEFAULT_OPTIONS) -> dict[str, Any]:
    """All that the client is told of a run but the outlines of its parcels."""
    shown = themes(run)
    counts = run_counts(run)
    return tables.checked(
        of_parcels(run, shown)
        | of_run(run, terms(run, shown), counts, options)
        | {
            "parks": [*parks(run)],
            "board": [*board(run, shown, counts)],
            "overlays": payload.overlay_tables(run),
        }
    )


@dataclass(frozen=True)
class Decided:
    """What parts of a run must agree on, as all of it says; of a whole run nothing is decided.

    Attributes
    ----------
    figures
        Which of the project's own columns are figures, by the theme's name.
    used
        Cells of each rule (`rules.used_cells`).
    told
        Measures and years that parcels report.
    kinds
        Kinds of control lines (`payload.zone_kinds`).
    number
        Numbers of the part's main enterprises in the grading, by id; None without one.
    found
        The part's figures over the years, where they are laid out already.
    """

    figures: Mapping[str, bool] | None = None
    used: Mapping[str, Ints] | None = None
    told: Reported | None = None
    kinds: pd.DataFrame | None = None
    number: Series | None = None
    found: Figures | None = None


ALONE = Decided()


def of_parcels(run: Run, shown: list[Theme], decided: Decided = ALONE) -> dict[str, Any]:
    """What each parcel of a run, or of a part of one, has, with what names and numbers it.

    The themes' legends count these parcels.
    """
    settings, parcels = run.settings, run.parcels
    columns = payload.parcel_columns(
        parcels, settings.currency, settings.catalogue, land_use_titles(settings)
    )
    known = [one["name"] for one in columns]
    columns += payload.own_theme_columns(run, known, decided.figures)
    layer = payload.layer_table(parcels["parcel_id"], parcels["area_mu"], columns, shown)
    first = first_themes(shown)
    for theme, words in zip(layer["themes"], short_names(t.title for t in shown), strict=True):
        theme |= {"first": theme["id"] in first, "searched": words}
    return (
        layer
        | tables.of_columns(parcels)
        | {
            "sums": list(HEADLINE),
            "trial_sum": payload.TRIAL_SUM,
            "rules": rules(run, decided.used),
            "scores": scores.scores(run) if decided is ALONE else _main_alone(run, decided),
            "history": history(run, decided.told, decided.found),
            "grades": payload.grades(run),
            "zones": payload.zones(run, decided.kinds),
            "occupiers": occupiers(run),
        }
    )


def _main_alone(run: Run, decided: Decided) -> dict[str, Any] | None:
    """Of the grading only what parcels have each."""
    number = decided.number
    return None if number is None else {"main": scores.main_enterprises(run, number)}


def of_run(
    run: Run,
    words: list[dict[str, Any]],
    counts: RunCounts,
    options: Publish = DEFAULT_OPTIONS,
    rows: Hashes | None = None,
) -> dict[str, Any]:
    """What stands once on a page, but what there is of parks and lines: words, totals, notes."""
    settings = run.settings
    west, south, east, north = _extent(run)
    return {
        "photo": picture(options, (west, south, east, north)),
        "backdrop": backdrop(run),
        "title": settings.title,
        "extent": [[south, west], [north, east]],
        "lang": settings.lang,
        "year": settings.year,
        "synthetic": settings.synthetic,
        "sources": settings.sources,
        "basis": settings.area_basis,
        "totals": payload.totals(run),
        "outcome": payload.outcome_lines(run, counts.outcome),
        "terms": words,
        "briefing": briefing.steps(settings),
        "grade_words": {name: [text.zh, text.en] for name, text in GRADE_WORDS.items()},
        "notes": notes(run, rows),
        "verdicts": [[name, text.zh, text.en] for name, text in VERDICTS.items()],
        "reasons": [[text.zh, text.en] for text in REASONS.values()],
    }
