"""勘测定界 coordinate text (报盘 TXT): the plots of one file, or of many, as a layer.

[属性描述] holds key=value lines; [地块坐标] a line a plot, ending in @, then a line a point:
number, ring, X (north), Y (east). Offices differ in all of it: order of the axes, zone number in
front of the easting or not, closed or not, points numbered from 1 or J1, rings that are holes or
parts. The numbers themselves decide; what they decided against the file's own word is a finding.
Source: shared facts on 报盘 TXT (国土资源报盘格式 1.01, with the variants found in use).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import Ints
from geo.errors import CrsError, SourceError
from geo.geometry.overlay import as_metres
from geo.model import MU_M2
from geo.sources.encoding import text_encoding
from geo.sources.survey_shape import axes, outlines, zone_crs
from geo.text import Message, Wording, join

PLOT = ("count", "stated", "parcel_id", "name", "kind", "图幅号", "地块用途", "land_use")
"""Fields of a plot's line; what follows is kept as `more`."""

FARTHEST = 1e8
"""More than any easting: 45 500 000 with the number of the last zone."""

_NARROW = {0xFEE0 + ord(c): c for c in "0123456789,.=@[]-J"}
"""Full-width digits and signs as an input method writes them."""


@dataclass
class _File:
    """One file taken apart: its header, plots (one row each) and points (one row each)."""

    name: str
    header: dict[str, str]
    plots: pd.DataFrame
    points: pd.DataFrame
    notes: list[pd.DataFrame] = field(default_factory=list)


def read_survey(
    files: list[Path], crs: str | None, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """All plots of the files, in the reference system that their coordinates say.

    `contract_area_m2` is the stated area. A plot with a line that cannot be read, or a ring of
    fewer than three points, has no outline and a finding. Raises SourceError (no points), CrsError
    (no zone, several zones, or a datum that needs local parameters).
    """
    read = [_taken_apart(file, name) for file in files]
    frames, systems = [], {}
    for one in read:
        frame, system = _drawn(one, crs, name)
        systems[one.name] = system
        frames.append(frame)
    if len(set(systems.values())) > 1:
        said = join((f"{file}: {system}" for file, system in systems.items()), most=4)
        raise CrsError("sources_survey_txt.txt_files_in_different_zones", name=name, said=said)
    every_plot = pd.concat(frames, ignore_index=True)
    every_plot["source_row"] = range(1, len(every_plot) + 1)
    notes = [n for one in read for n in one.notes]
    notes.append(_about_plots(every_plot, name))
    kept_columns = [
        "parcel_id",
        "name",
        "land_use",
        "contract_area_m2",
        "图幅号",
        "地块用途",
        "more",
        "source_file",
        "source_row",
        "geometry",
    ]
    layer = gpd.GeoDataFrame(
        every_plot[kept_columns], geometry="geometry", crs=next(iter(systems.values()))
    )
    return layer, findings.gather_findings(notes)


def _taken_apart(file: Path, name: str) -> _File:
    raw = file.read_bytes().decode(text_encoding(file), errors="replace")
    # Not splitlines: an id may hold one of the other characters that it takes for ends of lines.
    lines = pd.Series(re.split(r"\r\n|\r|\n", raw.translate(_NARROW)), dtype="str").str.strip()
    section = lines.str.extract(r"^\[(.+)\]$")[0]
    within = section.ffill().fillna("")
    header = lines[(within == "属性描述") & lines.str.contains("=")].str.split("=", n=1)
    body = lines[(within == "地块坐标") & section.isna() & (lines != "")]
    if "地块坐标" not in set(within):
        body = lines[section.isna() & ~lines.str.contains("=") & (lines != "")]
    is_plot = body.str.contains("@")
    points = body[~is_plot]
    if not points.str.contains(r"\d\s*[,\t]\s*-?\d").any():
        raise _no_points(file.name)
    plot: Ints = np.asarray(is_plot.cumsum()[~is_plot], dtype=np.int64)
    heads = body[is_plot]
    if heads.empty:  # only coordinates: one plot
        heads, plot = pd.Series([f"0,,,{file.stem},面,,,,@"]), np.ones(len(points), dtype=np.int64)
    cells = points.str.rstrip(",").str.split(r"\s*[,\t]\s*", expand=True, regex=True)
    out = _File(
        file.name,
        {k.strip(): v.strip() for k, v in header},
        _plots(heads).assign(source_file=file.name),
        _points(cells, plot),
    )
    lost = out.points[out.points["plot"] == 0]
    if len(lost):
        out.notes.append(
            _about(
                name,
                "points_without_plot",
                out.name,
                Message(
                    "sources_survey_txt.points_line_stand_before_any",
                    iloc=lost["line"].iloc[0],
                    count=len(lost),
                ),
            )
        )
    return out


def _no_points(file: str) -> SourceError:
    return SourceError("sources_survey_txt.holds_no_point_can_read", file=file)


def _plots(lines: pd.Series[str]) -> pd.DataFrame:
    # As many commas again as there are fields, so that none is missing.
    cells = (lines.str.partition("@")[0] + "," * len(PLOT)).str.split(",", expand=True, n=len(PLOT))
    cells = cells.reindex(columns=range(len(PLOT) + 1)).astype("str")
    out = pd.DataFrame({name: cells[i].str.strip() for i, name in enumerate(PLOT)})
    out["more"], out["line"] = cells[len(PLOT)].str.strip(","), lines.index + 1
    for column in ("count", "stated"):
        number = pd.to_numeric(out[column], errors="coerce")
        out[column] = number.where(np.isfinite(number))
    text = [c for c in PLOT if c not in ("count", "stated")]
    out[text] = out[text].replace("", pd.NA)
    return out.reset_index(drop=True)


def _points(cells: pd.DataFrame, plot: Ints) -> pd.DataFrame:
    """One row a point: plot (from 1), ring, the two coordinates as they stand, line."""
    width = cells.notna().sum(axis=1).to_numpy()
    held = cells.reindex(columns=range(max(4, cells.shape[1])))
    last = np.maximum(width, 2)
    plain = held.to_numpy(dtype=object)
    row = np.arange(len(plain))
    first = np.where(width >= 4, 2, last - 2)
    ring = pd.to_numeric(pd.Series(np.where(width >= 4, plain[:, 1], "1")), errors="coerce")
    stray = ring.notna() & ~ring.abs().lt(1e6)
    out = pd.DataFrame(
        {
            "plot": plot,
            "ring": ring.mask(stray).fillna(1).astype(int),
            "a": pd.to_numeric(pd.Series(plain[row, first]), errors="coerce"),
            "b": pd.to_numeric(pd.Series(plain[row, first + 1]), errors="coerce"),
            "line": cells.index.to_numpy() + 1,
        }
    )
    # Infinite, or beyond any zone's easting: no coordinate either.
    readable = (out[["a", "b"]].abs() < FARTHEST).all(axis=1)
    return out.assign(bad=~readable | stray)


def _drawn(one: _File, crs: str | None, name: str) -> tuple[gpd.GeoDataFrame, Any]:
    points = one.points[one.points["plot"] > 0]
    good = points[~points["bad"]]
    if good.empty:
        raise _no_points(one.name)
    north, east, swapped = axes(good["a"].to_numpy(), good["b"].to_numpy())
    if swapped:
        one.notes.append(
            _about(
                name,
                "axes_swapped",
                one.name,
                Message("sources_survey_txt.x_y_swapped"),
            )
        )
    system, note = (crs, None) if crs else zone_crs(east, one.header, one.name, name)
    if note is not None:
        one.notes.append(_about(name, "zone_differs", one.name, note))
    plots = one.plots.reset_index(drop=True)
    drawn = outlines(
        good["plot"].to_numpy() - 1,
        good["ring"].to_numpy(),
        np.stack([east, north], axis=1),
        len(plots),
    )
    number = pd.Series(range(1, len(plots) + 1))
    plots["bad_line"] = number.map(points.loc[points["bad"]].groupby("plot")["line"].first())
    plots["short_ring"], plots["unclosed"] = drawn.short, drawn.open
    plots["points"] = number.map(points.groupby("plot").size()).fillna(0)
    plots["closings"] = drawn.closed
    drawn.shape[plots["bad_line"].notna() | plots["short_ring"]] = None
    fallback = Path(one.name).stem + "-" + number.astype("str")
    plots["parcel_id"] = plots["parcel_id"].fillna(plots["name"]).fillna(fallback)
    frame = gpd.GeoDataFrame(plots, geometry=gpd.GeoSeries(drawn.shape, crs=system), crs=system)
    frame["contract_area_m2"] = _stated(frame, one, name)
    return frame, system


def _stated(frame: gpd.GeoDataFrame, one: _File, name: str) -> pd.Series[float]:
    """The stated areas in m²: hectares by the rule, m² or 亩 where the drawn areas say so."""
    drawn = pd.Series(shapely.area(as_metres(frame.geometry)[0]), index=frame.index)
    ratio = float((frame["stated"] / drawn.where(drawn > 1)).median())
    for code, text, square_metres in (
        ("stated_in_m2", "areas_in_m", 1.0),
        ("stated_in_mu", "areas_in_mu", MU_M2),
    ):
        if 0.3 < ratio * square_metres < 3:
            said = Message(f"sources_survey_txt.{text}")
            one.notes.append(_about(name, code, one.name, said))
            return pd.Series(frame["stated"] * square_metres)
    return pd.Series(frame["stated"] * 1e4)


def _about(name: str, code: str, file: str, text: Wording) -> pd.DataFrame:
    return findings.about_layer(
        name,
        code,
        Message("sources_survey_txt.of_file", file=file, text=text),
        Message("sources_survey_txt.check_source"),
        "warning",
    )


def _about_plots(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Plots that cannot be drawn, and what was assumed of those that can."""
    lines = frame["bad_line"].map("{:.0f}".format)
    rows = frame["source_file"] + "：" + lines
    expected = frame["count"]
    odd = (
        (expected > 0)
        & (frame["points"] != expected)
        & (frame["points"] - frame["closings"] != expected)
    )
    return findings.gather_findings(
        [
            findings.about_rows(
                frame,
                frame["bad_line"].notna(),
                layer=name,
                key="parcel_id",
                code="bad_line",
                value=rows,
                message=Message("sources_survey_txt.line_points_cannot_read"),
                mend=Message("sources_survey_txt.write_number_ring_x_y"),
            ),
            findings.about_rows(
                frame,
                frame["short_ring"] & frame["bad_line"].isna(),
                layer=name,
                key="parcel_id",
                code="short_ring",
                message=Message("sources_survey_txt.ring_fewer_three_points"),
                mend=Message("sources_survey_txt.add_points"),
            ),
            findings.about_rows(
                frame,
                frame["unclosed"],
                layer=name,
                key="parcel_id",
                code="ring_not_closed",
                severity="info",
                message=Message("sources_survey_txt.points_do_not_return_first"),
                mend=Message("common.nothing_to_do"),
            ),
            findings.about_rows(
                frame,
                odd,
                layer=name,
                key="parcel_id",
                code="point_count",
                severity="warning",
                value=frame["points"].map("{:.0f}".format) + "/" + expected.map("{:.0f}".format),
                message=Message("sources_survey_txt.other_points_says"),
                mend=Message("sources_survey_txt.check_missing_points"),
            ),
        ]
    )
