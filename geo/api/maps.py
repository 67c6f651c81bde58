"""A map of any frame: one page that needs no network, fast at 100,000 outlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.api.edges import named, require_frame, shapes_of
from geo.api.land import area, to_mu
from geo.arrays import Index, Series
from geo.errors import DataError
from geo.guards import require_columns, require_crs, require_known, require_polygons, with_numbers
from geo.publish.look.classify import SCHEMES, class_edges
from geo.publish.look.style import Theme, by_categories, by_edges, palette, ramp
from geo.publish.page import Placed, stylesheet, tag
from geo.publish.webmap import encode
from geo.publish.webmap.map import OfflineMap, ParcelLayer
from geo.text import EMPTY, Message, Text, Wording

Scheme = Literal["quantiles", "natural_breaks", "equal_interval"]
MOST_WORDS = 200
"""Most words that a legend can tell apart."""


def explore(
    frame: gpd.GeoDataFrame | gpd.GeoSeries,
    column: str | None = None,
    *,
    scheme: Scheme | Sequence[float] = "quantiles",
    k: int = 5,
    cmap: str | Sequence[str] | None = None,
    legend: bool = True,
    label: str | None = None,
    tooltip: bool | str | Sequence[str] = True,
    popup: bool | str | Sequence[str] = True,
    title: str = "",
    lang: Literal["zh", "en"] = "zh",
) -> OfflineMap:
    """A Folium map of polygons, coloured by a column, that opens without a network.

    Parameters
    ----------
    frame
        Polygons in any CRS.
    column
        Coloured by: figures in classes, or words and true/false each in a colour. Missing values
        are drawn as no data and are a class of their own in the legend.
    scheme
        How figures are cut: `"quantiles"`, `"natural_breaks"` (Fisher), `"equal_interval"`; or the
        inner edges of the classes, ascending.
    k
        How many classes, from 2 to 20.
    cmap
        The name of a colour map of matplotlib, or colours `#rrggbb`, low to high; else mujun's
        own, which is safe for the common colour blindnesses.
    legend
        Whether the legend stands beside the map; a click on a class hides it.
    label
        The column that names a polygon, by which it is searched; the index without it.
    tooltip
        What is told under the pointer beside the name: True for the column that is coloured by,
        or columns; False for nothing.
    popup
        What a click opens: True for every column, or columns; False for the name alone.
    title
        Above the map.
    lang
        The language that the page begins in.

    Returns
    -------
    A `folium.Map`: add what Folium has, show it in a notebook, or `.save("map.html")`.

    Raises
    ------
    DataError
        At a column that is not there, points and lines, more than 200 words, or edges that do not
        ascend.
    CrsError
        Without a CRS.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> plots = gpd.GeoDataFrame(
    ...     {"tax": [1.0, 5.0, None]},
    ...     geometry=[box(500000 + 100 * k, 3400000, 500100 + 100 * k, 3400100) for k in range(3)],
    ...     crs=4544,
    ... )
    >>> page = geo.explore(plots, "tax", scheme=[3], tooltip=["tax"])
    >>> page.save("plots.html")  # doctest: +SKIP
    """
    require_known((lang,), ("zh", "en"), "explore: lang")
    outlines = shapes_of(frame, "explore")
    require_polygons(outlines, "explore")
    require_crs(outlines, "explore")
    data = (
        pd.DataFrame(frame)
        if isinstance(frame, gpd.GeoDataFrame)
        else pd.DataFrame(index=frame.index)
    )
    data = data.rename(columns=str)
    require_frame(data, "explore")
    shown = _listed(popup, [str(c) for c in data if c != outlines.name], data)
    told = _listed(tooltip, [column] if column else [], data)
    require_columns(data, [c for c in (column, label) if c is not None], "explore")
    themes = [] if column is None else [_theme(data[column], column, scheme, k, cmap)]
    names = _apart(_texts(data[label]) if label else _index_names(data.index))
    drawn = gpd.GeoDataFrame(
        {"name": names.to_numpy()}, geometry=outlines.to_numpy(), crs=outlines.crs
    )
    page = _page(_extent(outlines), title)
    if not legend:
        hidden = stylesheet(".mujun-legend { display: none; }")
        page.get_root().header.add_child(Placed(hidden), name="no_legend")
    mu = to_mu(area(outlines)).fillna(0.0).reset_index(drop=True)
    columns = [_column(data, name) for name in dict.fromkeys([*shown, *told])]
    extra = {
        "lang": lang,
        "title": title,
        "tooltip": told,
        "popup": shown,
        "extent": _extent(outlines),
    }
    page.add_child(
        ParcelLayer(drawn, label="name", area_mu=mu, columns=columns, themes=themes, extra=extra)
    )
    return page


def _listed(asked: bool | str | Sequence[str], every: list[str], data: pd.DataFrame) -> list[str]:
    """The columns that are asked for: all, none, or these."""
    if asked is None or isinstance(asked, bool):
        return every if asked else []
    require_columns(data, named(asked), "explore")
    return named(asked)


def _index_names(index: Index) -> Series:
    flat = index.to_flat_index()
    if isinstance(index, pd.MultiIndex):
        flat = pd.Index([" / ".join(map(str, key)) for key in flat])  # rows-ok: labels of a page
    return pd.Series(flat.astype("str"))


def _apart(names: Series) -> Series:
    """Names of polygons, by which their cards are found: x, x (2), x (3) where several are x.

    >>> _apart(pd.Series(["x", "y", "x"])).tolist()
    ['x', 'y', 'x (2)']
    """
    names = names.reset_index(drop=True)
    count = names.groupby(names).cumcount() + 1
    return names.where(count == 1, names + " (" + count.astype("str") + ")")


Extent = list[list[float]] | None


def _extent(outlines: gpd.GeoSeries) -> Extent:
    """South-west and north-east of the outlines, in degrees (lat, lon); None without one."""
    bounds = outlines.to_crs(4326).total_bounds
    if not np.isfinite(bounds).all():
        return None
    west, south, east, north = map(float, bounds)
    return [[south, west], [north, east]]


def _page(extent: Extent, title: str) -> OfflineMap:
    """An empty page over an extent."""
    (south, west), (north, east) = extent or [[0, 0], [0, 0]]
    page = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        control_scale=False,
        max_zoom=20,
        zoom_snap=0.25,
    )
    if title:
        page.get_root().title = None
        page.get_root().header.add_child(Placed(tag("title", title)), name="title")
    page.forbid_network()
    return page


def _column(data: pd.DataFrame, name: str) -> dict[str, Any]:
    """A column for the card and the tip: figures, all else as text."""
    values = data[name]
    figures = pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != "bool"
    if figures:
        shown: Any = _figures(values)
    else:
        shown = _texts(values).astype(object).tolist()
    return {"name": name, "zh": name, "en": name, "unit": ["", ""], "values": shown}


def _figures(values: Series) -> Any:
    """Figures as the page shows them to two decimals; exact, as text, where those would not do.

    A page keeps seven digits of a figure: 123,456,789 and 0.0004 are sent as they are written.
    """
    figures = values.to_numpy(float, na_value=np.nan)
    size = np.abs(figures[np.isfinite(figures)])
    if ((size < 1e5) & ((size >= 0.01) | (size == 0))).all():
        return encode.floats(figures)
    whole = bool((np.isnan(figures) | (np.floor(figures) == figures)).all())
    exact = values.astype("Int64") if whole and size.max(initial=0) < 2**63 else values
    return _texts(exact).astype(object).tolist()


def _texts(values: Series) -> Series:
    """Values as text, blank where they are missing."""
    return values.astype("str").where(values.notna(), "")


def _theme(
    values: Series,
    column: str,
    scheme: Scheme | Sequence[float],
    k: int,
    cmap: str | Sequence[str] | None,
) -> Theme:
    title = Text(column, column)
    if not pd.api.types.is_numeric_dtype(values.dtype) or values.dtype in ("bool", "boolean"):
        return _of_words(values, title, cmap)
    figures = with_numbers(values.to_frame(column), (column,), "explore")[column]
    edges = _edges(figures, scheme, k)
    note = Message(f"explore.{scheme}") if isinstance(scheme, str) else EMPTY
    return by_edges("explore", title, figures, edges, _colors(len(edges) + 1, cmap), note)


def _edges(figures: pd.Series[float], scheme: Scheme | Sequence[float], k: int) -> Any:
    """Inner edges: of the scheme, or as they are given."""
    if isinstance(scheme, str):
        require_known((scheme,), SCHEMES, "explore: scheme")
        if not (isinstance(k, int) and 2 <= k <= 20):
            raise DataError("explore.classes", k=repr(k)[:40])
        return class_edges(figures, scheme, k)
    try:
        edges = np.atleast_1d(np.asarray(scheme, dtype=float))
    except (TypeError, ValueError) as error:
        raise DataError("explore.edges_ascend") from error
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
        raise DataError("explore.edges_ascend")
    return edges


def _of_words(values: Series, title: Wording, cmap: str | Sequence[str] | None) -> Theme:
    code, words = pd.factorize(values.astype("str").where(values.notna()), sort=True)
    if len(words) > MOST_WORDS:
        raise DataError(
            "explore.too_many_words", column=title.zh, count=len(words), most=MOST_WORDS
        )
    if cmap is None:
        return by_categories("explore", title, values.astype("str").where(values.notna()))
    colors = _colors(len(words), cmap)
    return Theme(
        "explore",
        title,
        (*(Text(str(w), str(w)) for w in words), Message("common.no_data")),
        (*colors, palette()["no_data"]),
        np.where(code < 0, len(words), code).astype(np.uint8),
    )


def _colors(count: int, cmap: str | Sequence[str] | None) -> tuple[str, ...]:
    """So many colours, low to high."""
    if cmap is None:
        return ramp(count)
    if isinstance(cmap, str):
        import matplotlib as mpl  # noqa: PLC0415 -- slow to load, and only a named map needs it
        from matplotlib.colors import to_hex  # noqa: PLC0415

        require_known((cmap,), list(mpl.colormaps), "explore: cmap")
        found = mpl.colormaps[cmap]
        return tuple(to_hex(found(place)) for place in np.linspace(0, 1, max(count, 1)))
    listed = list(cmap) if isinstance(cmap, Iterable) else []
    if not (listed and all(isinstance(color, str) for color in listed)):
        raise DataError("explore.no_colors")
    pick = np.linspace(0, len(listed) - 1, count).round().astype(int)
    return tuple(listed[at] for at in pick)
