"""`make bench`: the same answer by other means, side by side in one run; ratios are what counts.

Areas: 1,000,000 octagons. Map: 10,000 parcels with eight attributes by Folium's own GeoJson and by
ParcelLayer. Rules: 1,000,000 parcels under 12 packs, and a script that goes row by row over a part
of them. Grades: 100,000 enterprises with their stability. Run: 100,000 synthetic parcels,
all steps but writing.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo import OfflineMap, ParcelLayer, assess, ellipsoidal_area, read_pack
from geo.evaluate.grades import grade
from geo.evaluate.method import read_method
from geo.model import INDICATORS
from geo.project import Settings
from geo.publish.look.style import by_value
from geo.sources.load import Layers
from geo.standards.comply import judge
from geo.standards.model import shipped
from geo.standards.precedence import settle
from geo.standards.table import verdict_table
from geo.standards.vocabulary import VERDICTS
from geo.text import Text


def octagons(n: int) -> gpd.GeoSeries:
    rng = np.random.default_rng(0)
    middle = np.c_[rng.uniform(98, 108, n), rng.uniform(26, 34, n)]
    angle = np.linspace(0, 2 * np.pi, 9)[:-1]
    ring = np.stack([np.cos(angle), np.sin(angle)], -1) * 5e-4
    return gpd.GeoSeries(shapely.polygons(middle[:, None] + ring), crs=4490)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    out = work()
    return time.perf_counter() - start, out


def table(title: str, rows: list[tuple[str, float, str]]) -> None:
    best = min(seconds for _, seconds, _ in rows)
    print(f"\n{title}")
    for name, seconds, note in rows:
        print(f"  {name:44s} {seconds:8.2f} s   ×{seconds / best:6.1f}   {note}")


def areas(n: int) -> None:
    shapes = octagons(n)
    geod = pyproj.Geod(ellps="GRS80")
    ours, area = timed(lambda: ellipsoidal_area(shapes))
    row, slow = timed(lambda: np.array([abs(geod.geometry_area_perimeter(g)[0]) for g in shapes]))
    equal, flat = timed(lambda: shapes.to_crs(6933).area)
    assert np.abs(area - slow).max() < 1e-3
    apart = {"flat": np.abs(area - flat).max(), "slow": np.abs(area - slow).max()}
    table(
        f"ellipsoidal area, {n:,} octagons",
        [
            ("mujun ellipsoidal_area", ours, ""),
            ("to_crs(6933).area", equal, f"differs by at most {apart['flat']:.1e} m²"),
            ("pyproj Geod, a call a row", row, f"differs by at most {apart['slow']:.1e} m²"),
        ],
    )


def maps(n: int) -> None:
    rng = np.random.default_rng(1)
    frame = gpd.GeoDataFrame(
        {f"v{i}": rng.random(n).round(4) for i in range(7)}, geometry=octagons(n)
    )
    frame.insert(0, "id", [f"P{i}" for i in range(n)])

    def mujun_map() -> str:
        page = OfflineMap(location=[30, 103], zoom_start=7)
        columns = [
            {"name": c, "zh": c, "en": c, "unit": ["", ""], "values": frame[c].tolist()}
            for c in frame.columns[1:8]
        ]
        theme = by_value("v0", Text("v0", "v0"), frame["v0"], Text("", ""))
        page.add_child(
            ParcelLayer(frame, label="id", area_mu=frame["v1"], columns=columns, themes=[theme])
        )
        return page.get_root().render()

    def plain() -> str:
        page = folium.Map(location=[30, 103], zoom_start=7, tiles=None)
        folium.GeoJson(frame, tooltip=folium.GeoJsonTooltip(list(frame.columns[:8]))).add_to(page)
        return page.get_root().render()

    rows = [
        (name, *timed(work))
        for name, work in (
            ("mujun ParcelLayer, scripts inlined", mujun_map),
            ("folium GeoJson, scripts from CDNs", plain),
        )
    ]
    table(
        f"web map, {n:,} parcels, 8 attributes",
        [(name, seconds, f"{len(page) / 1e6:.1f} MB") for name, seconds, page in rows],
    )


def subjects(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    names = {
        *INDICATORS,
        *(i.numerator for i in INDICATORS.values()),
        *(i.denominator for i in INDICATORS.values()),
    }
    frame = pd.DataFrame({name: rng.lognormal(3, 1, n) for name in sorted(names)})
    frame["industry_code"] = pd.Series(
        rng.choice(["3054", "3484", "1353", "2614", "5990"], n)
    ).astype("str")
    frame["park_name"] = pd.Series(rng.choice(["高新区", "临空经济区"], n)).astype("str")
    frame["park_level"] = pd.Series(rng.choice(["国家级", "市管省级"], n)).astype("str")
    frame["supplied_on"] = pd.Timestamp("2025-03-01")
    frame["land_use_industrial"] = pd.array(np.ones(n, bool), dtype="boolean")
    frame["environment_attested"] = pd.array(rng.random(n) < 0.9, dtype="boolean")
    return frame.set_axis([f"P{i}" for i in range(n)])


def twelve() -> list[Any]:
    """The twelve shipped packs, all parcels in the scope of each."""
    return [read_pack(name).for_places([], []) for name in shipped()]


def row_by_row(frame: pd.DataFrame, packs: list[Any]) -> pd.DataFrame:
    """The same table as a plain script makes it: each parcel, each pack, each column in turn."""
    out = []
    parsed = [
        [(key, column, pack.cells(key)) for key, column in pack.columns.items()] for pack in packs
    ]
    for parcel, row in frame.iterrows():
        for pack, columns in zip(packs, parsed, strict=True):
            name = {"industry": "", "park_name": row["park_name"], "park_level": row["park_level"]}[
                pack.head.rows_by
            ]
            at = 0 if len(pack.rows) == 1 else pack._row(row["industry_code"], name)
            late = pack.head.in_force_to and row["supplied_on"].date() > pack.head.in_force_to
            for key, column, cells in columns:
                cell = cells[at] if at >= 0 else None
                verdict, value, limit, gap = one_verdict(row, column, cell, late=late)
                out.append(
                    {
                        "subject_id": parcel,
                        "rule_id": f"{pack.head.id}/{key}",
                        "verdict": verdict,
                        "value": value,
                        "threshold": limit,
                        "gap": gap,
                        "clause": column.clause,
                        "citation": pack.head.citation,
                    }
                )
    return pd.DataFrame(out)


def one_verdict(row: Any, column: Any, cell: Any, *, late: bool) -> tuple[Any, ...]:
    scale = 10**column.decimals
    value = row[column.indicator]
    if column.operator != "attested":
        value = math.floor(value * scale + 0.5 + 1e-9) / scale
    if late:
        return "exempt", value, None, None
    if cell is None or cell.kind == "reference":
        return "no_data", value, None, None
    if cell.kind in ("none", "case_by_case"):
        return "exempt", value, None, None
    if cell.kind == "requirement":
        return "pass" if value else "fail", value, None, None
    if cell.kind == "range":
        gap = round(min(value - cell.low, cell.high - value), 9)
        return "pass" if gap >= 0 else "fail", value, cell.low, gap
    limit = cell.low
    if column.divide_by != 1:
        limit = math.floor(limit / column.divide_by * scale + 0.5 + 1e-9) / scale
    gap = round(value - limit if column.operator == ">=" else limit - value, 9)
    return "pass" if gap >= 0 else "fail", value, limit, gap


def rules(n: int) -> None:
    frame, packs = subjects(n), twelve()
    judged, result = timed(lambda: judge(frame, packs))
    settled, _ = timed(lambda: settle(result))
    long, verdicts = timed(lambda: verdict_table([result]))
    part = frame.iloc[: max(n // 50, 100)]
    slow, said = timed(lambda: row_by_row(part, packs))
    again = judge(part, packs)
    assert [list(VERDICTS)[v] for v in again.verdict.T.ravel()] == said["verdict"].tolist()
    assert np.allclose(again.value.T.ravel(), said["value"].astype(float))
    whole_slow = slow * n / len(part)
    print(
        f"\nrules: {n:,} parcels × {len(packs)} packs, {len(result.rules)} rules,"
        f" {len(verdicts):,} verdicts"
    )
    ours = judged + long
    print(f"  {'judge':44s} {judged:8.2f} s   ×   1.0")
    print(f"  {'levels, alternatives, conflicts':44s} {settled:8.2f} s")
    print(f"  {'the long table of verdicts':44s} {long:8.2f} s")
    print(
        f"  {'row by row, to the same table':44s} {whole_slow:8.0f} s"
        f"   ×{whole_slow / judged:6.0f}   (×{whole_slow / ours:.0f} of judge and table),"
        f" measured on {len(part):,} parcels, equal"
    )


def grades(n: int) -> None:
    frame = subjects(n).assign(above_scale=True)
    method = read_method("sichuan-2020")
    plain, _ = timed(lambda: grade(frame, method, 2023))
    steady, sure = timed(lambda: grade(frame, method, 2023, 0.05))
    print(f"\ngrades: {n:,} enterprises")
    print(f"  {'scores, ranks, grades, distances':44s} {plain:8.2f} s")
    print(f"  {'with stability':44s} {steady:8.2f} s   {sure.grades['draws'].max()} draws")


def whole_run(n: int) -> None:
    side = int(n**0.5)
    x, y = np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0)
    x, y = 528_000 + x.ravel(), 3_246_000 + y.ravel()
    count = len(x)
    number = np.arange(count)
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": number.astype(str),
            "park_id": (number // 1000).astype(str),
            "land_use": "100101",
            "supplied_on": pd.Timestamp("2023-03-01"),
            "contract_area_m2": 9801.0,
        },
        geometry=shapely.box(x, y, x + 99, y + 99),
        crs=4544,
    )
    parks = parcels.dissolve("park_id", as_index=False)[["park_id", "geometry"]].assign(name="P")
    parks.geometry = parks.convex_hull
    rng = np.random.default_rng(2)
    who = pd.Series(number // 2).astype(str)
    enterprises = pd.DataFrame({"enterprise_id": who.unique()}).assign(
        name="E", industry_code=lambda t: rng.choice(["3054", "3484", "1353"], len(t))
    )
    years = pd.concat([enterprises[["enterprise_id"]].assign(year=y) for y in (2022, 2023)])
    for name in ("revenue", "output_value", "tax", "fixed_investment", "rd_expense"):
        years[name] = rng.lognormal(5, 1, len(years)).round(2)
    frames = {
        "parks": parks,
        "parcels": parcels,
        "enterprises": enterprises,
        "occupancy": pd.DataFrame(
            {"enterprise_id": who, "parcel_id": parcels["parcel_id"], "area_m2": 9801.0}
        ),
        "indicators": years.reset_index(drop=True),
    }
    layers = Layers({k: f.assign(source_row=range(1, len(f) + 1)) for k, f in frames.items()})
    settings = Settings(year=2023, compare_to=2022)
    steps: list[tuple[str, float]] = []
    seconds, result = timed(
        lambda: assess(
            layers,
            settings,
            [read_pack("longchang-neirong-2022")],
            lambda name: steps.append((name, time.perf_counter())),
        )
    )
    assert result.conserved["balanced"].all()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\nassessment, {count:,} parcels: {seconds:.2f} s, peak memory {peak:.1f} GB")
    for (name, start), (_, end) in zip(
        steps, [*steps[1:], ("", steps[0][1] + seconds)], strict=True
    ):
        print(f"  {name:20s} {end - start:7.2f} s")


if __name__ == "__main__":
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    areas(int(1_000_000 * scale))
    maps(int(10_000 * scale))
    whole_run(int(100_000 * scale))
    grades(int(100_000 * scale))
    rules(int(1_000_000 * scale))
