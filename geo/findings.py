"""Findings: what is wrong with which row, and the mend. Nothing is dropped without one.

Shared by the readers and the checks, so it stands beside `model`, left of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import CRS, Mask, Series
from geo.text import (
    LANGUAGES,
    Lang,
    Message,
    Text,
    Wording,
    catalogue,
    fill,
    to_json,
    wording_from_json,
)

Severity = Literal["error", "warning", "info"]

COLUMNS = (
    "severity",
    "layer",
    "row",
    "id",
    "code",
    "sheet",
    "message",
    "mend",
    "value",
    "set_aside",
    "defect_m2",
    "mend_at",
    "geometry",
)
"""`message` and `mend` are Wordings as JSON (`geo.text.to_json`), alike in all rows that one check
finds; `value` is what stands for `{value}` in a row's message; `sheet` names the sheet (behind
`OF_FILE` the file) that `row` counts in, where a table has several. `defect_m2`, `mend_at` ("here": by `mujun repair`; "source")
and `geometry` (the defect's own, in the layer's CRS) are missing where a finding is not about a
place."""

SAYING = ("sheet", "message", "mend", "value")
"""What `in_language` makes the sentences of."""

OF_FILE = "\x1c"
"""Before what `sheet` names where that is a file."""

ITEM, OPEN, CLOSE = "\x1f", "\x0e", "\x0f"
"""In a `value`: between its items, and around what stands in brackets; each language puts its own
punctuation there."""

LONGEST = 120
"""Letters of a value that a message quotes."""

_NONE = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})


def no_findings() -> pd.DataFrame:
    """An empty table of findings."""
    return _NONE.copy()


def about_rows(
    frame: pd.DataFrame,
    mask: Mask | Series,
    *,
    layer: str,
    key: str,
    code: str,
    message: Wording,
    mend: Wording,
    severity: Severity = "error",
    value: Any = None,
    set_aside: bool | None = None,
    area: Any = None,
    shapes: Any = None,
    mend_at: Literal["here", "source"] | None = None,
) -> pd.DataFrame:
    """One finding a row of `frame` where `mask` holds.

    `{value}` in the message is filled from `value`, which may be made of the rows that are hit
    (`quoted`); `area` (m²) and `shapes` are the defect's own (all aligned with `frame`). An error
    sets its row aside unless told otherwise.
    """
    if not mask.any():
        return no_findings()
    hit = frame.loc[mask]
    shown = None
    if value is not None:
        given = value(hit) if callable(value) else pd.Series(value, index=frame.index)
        shown = given.loc[hit.index].astype(str)
        shown = shown.where(shown.str.len() <= LONGEST, shown.str.slice(0, LONGEST - 1) + "…")
    return pd.DataFrame(
        {
            "severity": severity,
            "layer": layer,
            "row": hit["source_row"].to_numpy(),
            "id": hit[key].astype("string").to_numpy() if key in hit else pd.NA,
            "code": code,
            "sheet": None,
            "message": stored(message),
            "mend": stored(mend),
            "value": None if shown is None else shown.to_numpy(),
            "set_aside": (severity == "error") if set_aside is None else set_aside,
            "defect_m2": _at(area, frame, hit),
            "mend_at": mend_at,
            "geometry": _at(shapes, frame, hit),
        }
    )


def about_layer(
    layer: str, code: str, message: Wording, mend: Wording, severity: Severity = "warning"
) -> pd.DataFrame:
    """One finding about a layer as a whole."""
    known = {
        "severity": severity,
        "layer": layer,
        "row": pd.NA,
        "id": pd.NA,
        "code": code,
        "message": stored(message),
        "mend": stored(mend),
        "set_aside": False,
    }
    return pd.DataFrame([{name: known.get(name) for name in COLUMNS}])


def sayings(table: pd.DataFrame) -> pd.DataFrame:
    """What the findings say, as files keep it: the columns of `SAYING`, and `set_aside`."""
    kinds = dict.fromkeys(SAYING, "str") | {"set_aside": "bool"}
    return table[list(kinds)].astype(kinds)


def with_sayings(published: pd.DataFrame, listed: pd.DataFrame | None) -> pd.DataFrame:
    """Published findings as they were found; in the one language of the file without `sayings`."""
    if listed is None:
        texts = {name: published[name].map(as_published) for name in ("message", "mend")}
        listed = pd.DataFrame(texts).assign(set_aside=published["severity"] == "error")
    columns = {str(name): listed[name].to_numpy() for name in listed}
    return published.assign(**columns).reindex(columns=list(COLUMNS))


def stored(wording: Wording) -> str:
    """A Wording as the columns `message` and `mend` hold it."""
    return json.dumps(to_json(wording), ensure_ascii=False)


def argument(table: pd.DataFrame, name: str) -> Series:
    """What fills a hole of each row's message; missing where the message has no such hole."""
    numbers, distinct = pd.factorize(table["message"])
    wordings = [wording_from_json(json.loads(text)) for text in distinct]
    filled = [w.arguments.get(name) if isinstance(w, Message) else None for w in wordings]
    return pd.Series(np.array([*filled, None], dtype=object)[numbers], index=table.index)


def as_published(text: str) -> str:
    """The column's text for a sentence that is known in one language only."""
    return stored(Text(text, text))


def sentence(finding: Series, column: Literal["message", "mend"]) -> Wording:
    """What one finding (a row of the table) says, to be told within another sentence."""
    wording = wording_from_json(json.loads(finding[column]))
    if isinstance(wording, Message) and pd.notna(finding["value"]):
        values = pd.Series([finding["value"]])
        shown = (str(_punctuated(values, lang).iloc[0]) for lang in LANGUAGES)
        return wording.filled(value=Text(*shown))
    return wording


def of_group(group: Series) -> Wording:
    """What the findings of a kind say (a row of `grouped`): of several with values the first's."""
    said = sentence(group, "message")
    several = group["count"] > 1 and pd.notna(group["value"])
    return Message("findings.one_of_several", said=said) if several else said


GROUP = ("severity", "layer", "code", "message", "mend")
"""What findings of one kind share."""


def grouped(table: pd.DataFrame) -> pd.DataFrame:
    """Findings by kind: the columns of `GROUP`, `count`, and `row` and `value` of the first row.

    Errors first, of as grave ones the commonest. Those of parts are put together by `add_groups`.
    """
    known = table[[*GROUP, "row", "value"]].astype(object)
    return add_groups([known.assign(row=pd.to_numeric(known["row"]).astype("float64"), count=1)])


def add_groups(groups: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Groups of findings of several tables as one."""
    table = pd.concat(groups, ignore_index=True).sort_values(["row", "value"], kind="stable")
    by = table.groupby(list(GROUP), sort=False, dropna=False)
    out = by.agg(count=("count", "sum"), row=("row", "min")).reset_index()
    first = table.drop_duplicates(list(GROUP))[[*GROUP, "value"]]
    out = out.merge(first, on=list(GROUP), how="left")
    rank = out["severity"].map({"error": 0, "warning": 1, "info": 2}).astype("int64")
    order = np.lexsort(
        (out["message"].astype("str"), out["layer"].astype("str"), -out["count"], rank)
    )
    return out.iloc[order].reset_index(drop=True)


def gather_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings in one table, errors first, then by layer, kind, row, id and message."""
    kept = [p for p in parts if not p.empty]
    if not kept:
        return no_findings()
    return in_order(pd.concat([p.astype(object) for p in kept], ignore_index=True))


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Findings in the order of `gather_findings`."""
    rank = table["severity"].map({"error": 0, "warning": 1, "info": 2})
    order = table.assign(_rank=rank, _row=pd.to_numeric(table["row"]))
    return order.sort_values(["_rank", "layer", "code", "_row", "id", "message"], kind="stable")[
        list(COLUMNS)
    ].reset_index(drop=True)


def once_per_layer(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Findings of batches of one layer: what concerns the whole of it is said once."""
    table = gather_findings(parts)
    again = table["row"].isna() & table.duplicated(["layer", "code", "message", "value"])
    return table[~again].reset_index(drop=True)


def in_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The contract's columns: severity, layer, row, id, code, message, mend, and the defect's."""
    known: Lang = "en" if lang == "en" else "zh"
    out = table[["severity", "layer", "row", "id", "code"]].copy()
    out["message"] = _in_sheets(_sentences(table["message"], table["value"], known), table, known)
    out["mend"] = _sentences(table["mend"], None, known)
    out["defect_m2"] = pd.to_numeric(table["defect_m2"]).astype("float64")
    out["mend_at"] = table["mend_at"]
    return out


def published(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same as files keep it: of the same types whatever was found, rows as whole numbers."""
    out = in_language(table, lang)
    rows = pd.to_numeric(out["row"], errors="coerce").astype("Int64")
    texts = {c: "str" for c in out if c not in ("row", "defect_m2")}
    return out.assign(row=rows).astype(texts)


def located(table: pd.DataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """The findings that have a geometry of their own: code, layer, id, defect_m2, mend_at."""
    shapes = np.asarray(table["geometry"], dtype=object)
    drawn = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    with_place = table[drawn].reset_index(drop=True)
    plain = pd.DataFrame(
        {
            name: with_place[name].astype("str").where(with_place[name].notna())
            for name in ("code", "layer", "id", "mend_at")
        }
    )
    plain["defect_m2"] = pd.to_numeric(with_place["defect_m2"]).astype("float64")
    return gpd.GeoDataFrame(
        plain, geometry=gpd.GeoSeries(with_place["geometry"].to_list(), crs=crs), crs=crs
    )


def quoted(*figures: Series, form: str = "{:,.2f}") -> Callable[[pd.DataFrame], Series]:
    """What a finding quotes of its rows alone: their figures, a slash between.

    >>> rows = pd.DataFrame({"a": [1.0, 2000.0], "b": [3.0, 4.0]})
    >>> quoted(rows["a"], rows["b"])(rows.iloc[1:]).tolist()
    ['2,000.00 / 4.00']
    """

    def written(rows: pd.DataFrame) -> Series:
        texts = [one.loc[rows.index].map(form.format) for one in figures]
        return reduce(lambda before, after: before + " / " + after, texts)

    return written


def _at(values: Any, frame: pd.DataFrame, hit: pd.DataFrame) -> Any:
    return None if values is None else pd.Series(values, index=frame.index).loc[hit.index].to_list()


def _sentences(texts: pd.Series[str], values: pd.Series[str] | None, lang: Lang) -> Any:
    """Each row's sentence: one is made for each distinct Wording, and laid out over its rows."""
    numbers, distinct = pd.factorize(texts)
    around = [_around_value(wording_from_json(json.loads(text)), lang) for text in distinct]
    if not around:
        return np.empty(0, dtype=object)
    head, tail = (np.array(side, dtype=object)[numbers] for side in zip(*around, strict=True))
    holds = np.array([side is not None for side in tail])
    out = head
    if holds.any():
        value = np.full(len(head), "{value}", dtype=object)
        if values is not None:
            value = np.where(values.notna(), _punctuated(values, lang).astype(object), value)
        out = head.copy()
        out[holds] = head[holds] + value[holds] + tail[holds]
    return out


def _punctuated(values: pd.Series[str], lang: Lang) -> pd.Series[str]:
    """Values with the punctuation of a language."""
    opening, _, closing = catalogue(lang)["list.bracket"].removeprefix("{text}").partition("{note}")
    texts = values.astype("str")
    for mark, shown in (
        (ITEM, catalogue(lang)["list.comma"]),
        (OPEN, opening),
        (CLOSE, closing),
    ):
        if texts.str.contains(mark, regex=False).any():
            texts = texts.str.replace(mark, shown, regex=False)
    return texts


def _around_value(wording: Wording, lang: Lang) -> tuple[str, str | None]:
    """A sentence before and after its `{value}`; the whole and None where it has none."""
    if isinstance(wording, Message) and "value" not in wording.arguments:
        head, hole, tail = catalogue(lang)[wording.code].partition("{value}")
        if hole:
            head, tail = (fill(side, wording.arguments, lang) for side in (head, tail))
            return head, tail
    return wording(lang), None


def _in_sheets(sentences: Any, table: pd.DataFrame, lang: Lang) -> Any:
    """The sentences, each behind the name of the sheet that its row is of."""
    several = table["sheet"].notna().to_numpy()
    if not several.any():
        return sentences
    out = sentences.copy()
    places = table["sheet"].astype("str").str
    of_file = several & places.startswith(OF_FILE).fillna(False).to_numpy(dtype=bool)
    for rows, code in ((several & ~of_file, "in_sheet"), (of_file, "in_file")):
        before, _, rest = catalogue(lang)[f"findings.{code}"].partition("{sheet}")
        between, _, after = rest.partition("{sentence}")
        names = places.removeprefix(OF_FILE).to_numpy(dtype=object)[rows]
        out[rows] = before + names + between + out[rows] + after
    return out
