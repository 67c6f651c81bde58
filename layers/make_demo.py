"""Draw the demo's layers from a seed: everything here is synthetic, only the place is real.

Parks lie around 隆昌市 (Longchang, Sichuan); outlines, parcels, enterprises and figures are
invented. Yearly figures are drawn around the province's published means of 2020 (亩均营业收入
427.4 万元, 亩均税收 14.3 万元, R&D 1.5 %). Run: `python layers/make_demo.py`.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from scipy.interpolate import make_interp_spline
from shapely import affinity

HERE = Path(__file__).parent
CRS = "EPSG:4544"
SEED = 20221225
MU = 2000 / 3
YEARS = (2021, 2022, 2023)

PARKS = (  # id, name, lon, lat, long half-axis m, short half-axis m, bearing, leading industries
    (
        "SYN-01",
        "隆昌示范园·东区（合成）",
        105.314,
        29.347,
        1500,
        950,
        18,
        "305;307;34;36;15;29;13;39",
    ),
    ("SYN-02", "隆昌示范园·南区（合成）", 105.287, 29.316, 1250, 800, -24, "34;35;36;30;13;14;15"),
    ("SYN-03", "隆昌示范园·西区（合成）", 105.258, 29.341, 1050, 760, 40, "13;14;15"),
    ("SYN-04", "隆昌示范园·北区（合成）", 105.285, 29.366, 900, 620, 5, "30;32"),
)
INDUSTRIES = (  # code, name, weight, revenue factor, R&D share %
    ("3054", "日用玻璃制品制造", 12, 0.8, 0.8),
    ("3071", "建筑陶瓷制品制造", 10, 0.7, 0.6),
    ("3484", "机械零部件加工", 16, 1.1, 2.4),
    ("3670", "汽车零部件及配件制造", 10, 1.3, 2.6),
    ("3512", "石油钻采专用设备制造", 5, 1.2, 3.0),
    ("1353", "肉制品及副产品加工", 9, 1.1, 0.9),
    ("1512", "白酒制造", 7, 1.6, 1.1),
    ("1422", "蜜饯制作", 5, 0.8, 0.8),
    ("3240", "有色金属合金制造", 5, 1.2, 2.1),
    ("1711", "棉纺纱加工", 6, 0.6, 0.7),
    ("2927", "日用塑料制品制造", 8, 0.7, 1.0),
    ("3985", "电子专用材料制造", 5, 1.5, 3.4),
    ("99XX", "未分类", 1, 0.7, 0.5),
)
USES = (
    ("100101", 0.40),
    ("100102", 0.34),
    ("100103", 0.04),
    ("110101", 0.06),
    ("0802", 0.02),
    ("1303", 0.01),
    ("1302", 0.01),
    ("1401", 0.05),
    ("090101", 0.03),
    ("16", 0.04),
)


def main() -> None:
    rng = np.random.default_rng(SEED)
    parks = draw_parks(rng)
    parcels, roads = draw_parcels(parks, rng)
    enterprises, occupancy, indicators = draw_ledgers(parcels, rng)
    enterprises = draw_seats(enterprises)
    for name, frame in (
        ("parks", parks),
        ("parcels", parcels),
        ("zones", draw_zones(parks)),
        ("roads", roads),
        ("waters", draw_waters()),
        ("places", draw_places()),
        ("facilities", draw_facilities(parks)),
        ("parcels_before", draw_earlier(parcels)),
    ):
        (HERE / f"{name}.gpkg").unlink(missing_ok=True)
        frame.to_file(HERE / f"{name}.gpkg", layer=name, driver="GPKG")
    for name, table in (
        ("enterprises", enterprises),
        ("occupancy", occupancy),
        ("indicators", indicators),
        ("platforms", draw_platforms()),
        ("services", draw_services()),
        ("chain", draw_chain()),
    ):
        table.to_csv(HERE / f"{name}.csv", index=False, encoding="utf-8-sig")
    draw_elevation(parks)
    print(f"{len(parks)} parks, {len(parcels)} parcels, {len(enterprises)} enterprises")


def draw_parks(rng: np.random.Generator) -> gpd.GeoDataFrame:
    rows = []
    for park_id, name, lon, lat, a, b, bearing, leading in PARKS:
        angle = np.linspace(0, 2 * np.pi, 22)[:-1]
        bulge = 1 + rng.normal(0, 0.05, angle.size)
        # A superellipse: straighter sides than an ellipse, as planned land has.
        x = a * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.55 * bulge
        y = b * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.55 * bulge
        middle = gpd.GeoSeries.from_xy([lon], [lat], crs=4490).to_crs(CRS).iloc[0]
        shape = affinity.rotate(shapely.Polygon(np.c_[x, y]).simplify(15), bearing, origin=(0, 0))
        rows.append(
            {
                "park_id": park_id,
                "name": name,
                "level": "省级（合成）",
                "leading_industries": leading,
                "listed_year": 2021,
                "geometry": affinity.translate(shape, middle.x, middle.y),
            }
        )
    parks = gpd.GeoDataFrame(rows, crs=CRS)
    parks["approved_area_ha"] = (parks.area / 1e4).round(2)
    return parks


def split(
    box: tuple[float, float, float, float], rng: np.random.Generator, largest: float
) -> list[tuple[float, float, float, float]]:
    """Cut a rectangle in two until its parts are parcel-sized."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    if width * height < largest * rng.lognormal(0, 0.5) or min(width, height) < 45:
        return [box]
    at = rng.uniform(0.36, 0.64)
    if width > height:
        cut = x0 + at * width
        halves = (x0, y0, cut, y1), (cut, y0, x1, y1)
    else:
        cut = y0 + at * height
        halves = (x0, y0, x1, cut), (x0, cut, x1, y1)
    return [part for half in halves for part in split(half, rng, largest)]


def draw_parcels(
    parks: gpd.GeoDataFrame, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The parcels, and the streets between their blocks."""
    parts, streets = [], []
    for park, (*_, bearing, _leading) in zip(parks.itertuples(), PARKS, strict=True):
        middle = park.geometry.centroid
        xs, ys = np.cumsum(rng.uniform(230, 360, 16)), np.cumsum(rng.uniform(170, 270, 16))
        xs, ys = xs - xs[7], ys - ys[7]
        boxes = [
            piece
            for x0, x1 in pairwise(xs)
            for y0, y1 in pairwise(ys)
            for piece in split((x0 + 14, y0 + 14, x1 - 14, y1 - 14), rng, 16000)
        ]
        lines = [*([(x, ys[0]), (x, ys[-1])] for x in xs), *([(xs[0], y), (xs[-1], y)] for y in ys)]
        lines = gpd.GeoSeries(shapely.linestrings(lines)).rotate(bearing, origin=(0, 0))
        streets.append(lines.translate(middle.x, middle.y).intersection(park.geometry))
        cells = gpd.GeoSeries(shapely.box(*np.array(boxes).T)).rotate(bearing, origin=(0, 0))
        cells = cells.translate(middle.x, middle.y).intersection(park.geometry.buffer(-18))
        cells = cells[(cells.area > 1500) & (cells.geom_type == "Polygon")]
        parts.append(
            gpd.GeoDataFrame({"park_id": park.park_id}, geometry=cells, crs=CRS, index=cells.index)
        )
    parcels = pd.concat(parts, ignore_index=True)
    parcels.geometry = shapely.set_precision(parcels.geometry.array, 0.001)
    n = len(parcels)
    number = parcels.groupby("park_id").cumcount() + 1
    parcels.insert(0, "parcel_id", parcels["park_id"] + "-" + number.astype(str).str.zfill(4))
    parcels["land_use"] = rng.choice([u for u, _ in USES], n, p=[p for _, p in USES])
    area = parcels.area
    paper = area * rng.normal(1, 0.004, n)
    paper[rng.random(n) < 0.015] *= 1.12
    parcels["contract_area_m2"] = paper.round(2)
    works = parcels["land_use"].str.startswith(("1001", "1101"))
    far = rng.lognormal(np.log(1.05), 0.3, n)
    parcels["floor_area_m2"] = (area * far).where(works).round(1)
    parcels["footprint_area_m2"] = (area * rng.uniform(0.28, 0.62, n)).where(works).round(1)
    parcels["office_area_m2"] = (area * rng.uniform(0.02, 0.085, n)).where(works).round(1)
    parcels["green_area_m2"] = (area * rng.uniform(0.05, 0.2, n)).round(1)
    old = rng.random(n) < 0.18
    days = np.where(old, rng.integers(-1800, -10, n), rng.integers(2, 340, n))
    parcels["supplied_on"] = (pd.Timestamp("2022-12-25") + pd.to_timedelta(days, "D")).strftime(
        "%Y-%m-%d"
    )
    attested = rng.choice(["是", "否", ""], n, p=[0.9, 0.02, 0.08])
    parcels["environment_attested"] = attested
    return (
        draw_supply(parcels, np.random.default_rng(SEED + 1)),
        draw_roads(parks, pd.concat(streets, ignore_index=True)),
    )


def draw_roads(parks: gpd.GeoDataFrame, streets: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Streets, a road around each park, and roads that join the parks."""
    rings = parks.geometry.boundary
    links = [
        shapely.shortest_line(parks.geometry[a].boundary, parks.geometry[b].boundary)
        for a, b in ((0, 1), (1, 2), (2, 3), (3, 0))
    ]
    lines = pd.concat([streets[~streets.is_empty], rings, gpd.GeoSeries(links)], ignore_index=True)
    return gpd.GeoDataFrame(
        {"road_id": [f"SYN-R{i:03d}" for i in range(len(lines))], "name": "合成道路"},
        geometry=lines.to_numpy(),
        crs=CRS,
    )


def draw_waters() -> gpd.GeoDataFrame:
    """A river between the parks, two streams into it, a reservoir with an island."""
    river = smooth((524300, 3256000), (524700, 3252200), (525900, 3249500), (527300, 3248300),
                   (527000, 3246900), (528200, 3246000), (529900, 3245500), (531400, 3245700),
                   (533200, 3244300), (537500, 3243900))  # fmt: skip
    first = smooth((532500, 3253500), (531300, 3251200), (529600, 3249400), (528300, 3248800),
                   (527150, 3248450))  # fmt: skip
    second = smooth((525000, 3243900), (525900, 3245200), (526500, 3245900), (527100, 3246500))
    shore = shapely.Polygon([(523600, 3243300), (524100, 3242550), (524900, 3242600),
                             (525250, 3243400), (525100, 3244250), (524600, 3244700),
                             (524050, 3244400), (524150, 3243800)])  # fmt: skip
    lake = shore.buffer(-220).buffer(440).buffer(-220).simplify(2)
    island = shapely.Point(524620, 3243400).buffer(90)
    rows = [
        ("合成河", river.buffer(32)),
        ("合成一溪", first),
        ("合成二溪", second),
        ("合成水库", lake.difference(island)),
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=["name", "geometry"]), crs=CRS)


def smooth(*points: tuple[float, float]) -> shapely.LineString:
    """A bent line through points."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    bend = make_interp_spline(along, np.array(points), k=3)
    return shapely.LineString(bend(np.arange(0, along[-1] + 1, 60))).simplify(2)


def draw_places() -> gpd.GeoDataFrame:
    """A town, villages around it, a hill: all invented."""
    rows = [
        ("合成镇", "乡镇", 528050, 3247350),
        ("合成一村", "村", 525500, 3250300),
        ("合成二村", "村", 529800, 3250500),
        ("合成三村", "村", 533100, 3246600),
        ("合成四村", "村", 530900, 3244200),
        ("合成五村", "村", 526000, 3242300),
        ("合成六村", "村", 522800, 3245700),
        ("合成七村", "村", 523000, 3248600),
        ("合成八村", "村", 530300, 3247700),
        ("合成山", None, 533900, 3249900),
    ]
    frame = pd.DataFrame(rows, columns=["name", "level", "x", "y"])
    points = gpd.GeoSeries.from_xy(frame.pop("x"), frame.pop("y"), crs=CRS)
    return gpd.GeoDataFrame(frame, geometry=points)


def draw_facilities(parks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What the plan asks a park to have: more in some parks than in others."""
    rng = np.random.default_rng(SEED + 3)
    listed = [
        ("变电站", 3000, 120, "MVA"),
        ("天然气调压站", 2500, None, None),
        ("自来水厂", 4000, 3, "万吨/日"),
        ("5G基站", 800, None, None),
        ("高速公路出入口", None, None, None),
        ("消防站", 2500, None, None),
        ("污水处理厂", 4000, 2, "万吨/日"),
        ("标准厂房", None, 8, "万㎡"),
        ("孵化器", None, None, None),
        ("物流园", None, None, None),
        ("检验检测中心", None, None, None),
        ("充电站", 1000, 12, "桩"),
        ("小学", 1000, 900, "学位"),
        ("医院", 2000, 120, "床"),
        ("文化活动中心", 1000, None, None),
        ("超市", 800, None, None),
    ]
    rows = []
    for at, park in enumerate(parks.itertuples()):
        near = park.geometry.buffer(250)
        for number, (category, radius, capacity, unit) in enumerate(listed):
            if rng.random() > (0.95, 0.75, 0.55, 0.5)[at]:
                continue
            x0, y0, x1, y1 = near.bounds
            spots = shapely.points(rng.uniform((x0, y0), (x1, y1), (40, 2)))
            rows.append(
                (
                    f"SYN-K{at + 1}{number:02d}",
                    category,
                    f"{category}（合成）",
                    capacity,
                    unit,
                    radius,
                    "规划" if rng.random() < 0.15 else "已建",
                    spots[shapely.contains(near, spots)][0],
                )
            )
    columns = [
        "facility_id",
        "category",
        "name",
        "capacity",
        "unit",
        "service_radius_m",
        "status",
        "geometry",
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=CRS)


def draw_earlier(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The parcels of two years before: some since split, merged, renumbered or new."""
    rng = np.random.default_rng(SEED + 4)
    old = parcels[["parcel_id", "park_id", "geometry"]].copy()
    kind = rng.choice(
        ["same", "new", "renumbered", "merged", "split", "line"],
        len(old),
        p=[0.86, 0.03, 0.03, 0.03, 0.03, 0.02],
    )
    renumbered = kind == "renumbered"
    old.loc[renumbered, "parcel_id"] = "旧-" + old.loc[renumbered, "parcel_id"]
    tree, gone, more = shapely.STRtree(old.geometry.array), set(np.flatnonzero(kind == "new")), []
    for at in np.flatnonzero(np.isin(kind, ["merged", "split", "line"])):
        shape = old.geometry[at]
        beside = [
            j
            for j in tree.query(shape, "touches")
            if kind[j] == "same"
            and j not in gone
            and shapely.length(shape.intersection(old.geometry[j])) > 30
        ]
        if kind[at] == "merged":  # one now, two before
            x0, y0, x1, y1 = shape.minimum_rotated_rectangle.bounds
            half = shape.intersection(shapely.box(x0, y0, (x0 + x1) / 2, y1))
            more.append((f"{old['parcel_id'][at]}-B", old["park_id"][at], half))
            old.loc[at, "geometry"] = shape.difference(half)
        elif beside and kind[at] == "split":  # two now, one before
            old.loc[at, "geometry"] = shapely.union_all(
                [shape, old.geometry[beside[0]]], grid_size=0.001
            )
            gone.add(beside[0])
        elif beside:
            strip = old.geometry[beside[0]].intersection(shape.buffer(6))
            old.loc[at, "geometry"] = shapely.union_all([shape, strip], grid_size=0.001)
            old.loc[beside[0], "geometry"] = old.geometry[beside[0]].difference(strip)
    extra = gpd.GeoDataFrame(
        pd.DataFrame(more, columns=["parcel_id", "park_id", "geometry"]), crs=CRS
    )
    return pd.concat([old.drop(index=list(gone)), extra], ignore_index=True)


def draw_elevation(parks: gpd.GeoDataFrame) -> None:
    """Hills of 30 m cells, whole decimetres, around the parks."""
    rng = np.random.default_rng(SEED + 5)
    x0, y0, x1, y1 = parks.buffer(600).total_bounds
    wide, high = int((x1 - x0) / 30) + 1, int((y1 - y0) / 30) + 1
    x, y = np.meshgrid(np.arange(wide) * 30.0, np.arange(high) * 30.0)
    z = np.full(x.shape, 340.0)
    for length, height in ((5200, 26), (2300, 11), (1100, 4), (480, 1.2)):
        bearing, phase = rng.uniform(0, 6.28, 2)
        z += height * np.sin((x * np.cos(bearing) + y * np.sin(bearing)) / length * 6.28 + phase)
        z += height * np.cos((x * np.sin(bearing) - y * np.cos(bearing)) / length * 5 + phase)
    profile = {
        "driver": "GTiff",
        "width": wide,
        "height": high,
        "count": 1,
        "dtype": "int16",
        "crs": CRS,
        "transform": Affine(30, 0, x0, 0, -30, y1),
        "nodata": -32768,
        "compress": "deflate",
        "predictor": 2,
    }
    with rasterio.open(HERE / "elevation.tif", "w", **profile) as file:
        file.write(z.round().astype("int16"), 1)
        file.update_tags(TIFFTAG_IMAGEDESCRIPTION="synthetic elevations of mujun's demo, m")


def draw_supply(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """The state of supply, and for parcels not built yet when they should have started."""
    n = len(parcels)
    state = rng.choice(["已建成", "在建", "已供未动工", "可供"], n, p=[0.84, 0.09, 0.04, 0.03])
    parcels["supply_status"] = state
    base = parcels["footprint_area_m2"] * rng.uniform(0.75, 0.98, n)
    parcels["building_base_m2"] = base.round(1)
    supplied = pd.to_datetime(parcels["supplied_on"])
    due = supplied + pd.to_timedelta(rng.integers(60, 300, n), "D")
    open_ = state != "可供"
    day = "%Y-%m-%d"
    parcels["start_due_on"] = due.dt.strftime(day).where(open_)
    started = (due + pd.to_timedelta(rng.integers(-60, 200, n), "D")).dt.strftime(day)
    parcels["started_on"] = started.where(np.isin(state, ["已建成", "在建"]))
    halted = (state == "在建") & (rng.random(n) < 0.3)
    stopped = (due + pd.to_timedelta(rng.integers(200, 500, n), "D")).dt.strftime(day)
    parcels["stopped_on"] = stopped.where(halted)
    parcels["developable_area_m2"] = (parcels.area * 0.8).round(1)
    done = parcels["developable_area_m2"] * rng.uniform(0.1, 0.9, n)
    parcels["developed_area_m2"] = done.round(1).where(halted)
    return parcels


def draw_ledgers(
    parcels: gpd.GeoDataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    works = parcels[parcels["land_use"].str.startswith(("1001", "1101"))].sample(
        frac=0.93, random_state=SEED
    )
    owner = np.arange(len(works))
    same = rng.random(len(works)) < 0.1  # one enterprise on two parcels
    owner[1:][same[1:]] = owner[:-1][same[1:]]
    tenants = works[rng.random(len(works)) < 0.07]
    names = pd.unique(owner)
    total = len(names) + len(tenants) + 6
    pick = rng.choice(
        len(INDUSTRIES),
        total,
        p=np.array([i[2] for i in INDUSTRIES]) / sum(i[2] for i in INDUSTRIES),
    )
    ids = [f"91510000SYN{n:07d}" for n in range(1, total + 1)]
    enterprises = pd.DataFrame(
        {
            "enterprise_id": ids,
            "name": [f"合成企业{n:04d}号" for n in range(1, total + 1)],
            "industry_code": [INDUSTRIES[i][0] for i in pick],
            "industry_name": [INDUSTRIES[i][1] for i in pick],
            "above_scale": np.where(rng.random(total) < 0.6, "是", "否"),
            "high_tech": np.where(rng.random(total) < 0.25, "是", "否"),
            "role": rng.choice(["龙头", "配套"], total, p=[0.08, 0.92]),
        }
    )
    number = pd.Series(range(len(names)), index=names)[owner].to_numpy()
    area = works.area.to_numpy().round(2)
    owned = pd.DataFrame(
        {
            "enterprise_id": np.array(ids)[number],
            "parcel_id": works["parcel_id"].to_numpy(),
            "area_m2": area,
            "tenure": "owned",
        }
    )
    let = pd.DataFrame(
        {
            "enterprise_id": ids[len(names) : len(names) + len(tenants)],
            "parcel_id": tenants["parcel_id"].to_numpy(),
            "area_m2": (tenants.area * rng.uniform(0.2, 0.5, len(tenants))).round(2),
            "tenure": "leased",
        }
    )
    occupancy = pd.concat([owned, let], ignore_index=True)
    return enterprises, occupancy, draw_years(enterprises, occupancy, pick, rng)


def draw_years(
    enterprises: pd.DataFrame, occupancy: pd.DataFrame, pick: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    n = len(enterprises)
    land = occupancy.groupby("enterprise_id")["area_m2"].sum() / MU
    mu = enterprises["enterprise_id"].map(land).fillna(12).to_numpy()
    factor = np.array([INDUSTRIES[i][3] for i in pick])
    research = np.array([INDUSTRIES[i][4] for i in pick])
    # exp(σ²/2) brings the mean of the lognormal back to the province's mean.
    per_mu = 427.4 * 0.93 * factor * rng.lognormal(-0.18, 0.6, n)
    tax_share = 14.3 / 427.4 * rng.lognormal(-0.08, 0.4, n)
    invested = rng.lognormal(np.log(215), 0.33, n) * mu
    tables = []
    for step, year in enumerate(YEARS):
        revenue = per_mu * mu * 1.065**step * rng.lognormal(0, 0.06, n)
        added = revenue * rng.uniform(0.2, 0.34, n)
        tables.append(
            pd.DataFrame(
                {
                    "enterprise_id": enterprises["enterprise_id"],
                    "year": year,
                    "revenue": revenue,
                    "output_value": revenue * rng.normal(1.02, 0.03, n),
                    "value_added": added,
                    "tax": revenue * tax_share,
                    "fixed_investment": invested * (1 + 0.04 * step),
                    "rd_expense": revenue * research / 100 * rng.lognormal(0, 0.35, n),
                    "energy_tce": revenue / 4.9 * rng.lognormal(0, 0.4, n),
                    "employees": np.maximum(3, revenue / 144.4 * rng.lognormal(0, 0.3, n)).round(),
                }
            )
        )
    out = pd.concat(tables, ignore_index=True)
    figures = out.columns[2:]
    out[figures] = out[figures].astype(float).round(2)
    for column in ("tax", "rd_expense", "output_value"):
        out.loc[rng.random(len(out)) < 0.02, column] = np.nan
    return out[rng.random(len(out)) > 0.012].sort_values(["enterprise_id", "year"])


def draw_zones(parks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Control lines of all kinds: some clear, some in conflict, one that only grazes a park."""
    rng = np.random.default_rng(SEED + 2)
    outline = dict(zip(parks["park_id"], parks.geometry, strict=True))
    x0, y0, x1, y1 = parks.buffer(1200).total_bounds
    angle = np.linspace(0, 2 * np.pi, 241)[:-1]

    def patch(x: float, y: float, radius: float) -> shapely.Polygon:
        wave = sum(
            rng.normal(0, 0.3 / f) * np.cos(f * angle + rng.uniform(0, 6.28))
            for f in (2, 3, 5, 8, 13)
        )
        reach = radius * np.maximum(0.3, 1 + wave)
        return shapely.Polygon(np.c_[x + reach * np.cos(angle), y + reach * np.sin(angle)])

    west, _, east, top = outline["SYN-03"].bounds
    edge = outline["SYN-02"].bounds
    growth = (
        parks[parks["park_id"] != "SYN-03"]
        .buffer(80)
        .union_all()
        .union(
            outline["SYN-03"].buffer(80).intersection(shapely.box(west + 260, y0, east + 99, y1))
        )
    )
    hill = patch((west + east) / 2, top + 420, 520)
    north = outline["SYN-04"]
    graze = shapely.difference(north.buffer(300), north.buffer(-0.4))
    graze = graze.intersection(shapely.box(north.centroid.x, north.centroid.y, x1, y1))
    middle = (x0 + x1) / 2
    rows = [
        ("SYN-E1", "生态保护红线", "北山水源涵养区（合成）", "", hill),
        (
            "SYN-F1",
            "永久基本农田",
            "永久基本农田图斑一（合成）",
            "",
            patch(edge[0] + 420, edge[1] + 520, 330),
        ),
        ("SYN-F2", "永久基本农田", "永久基本农田图斑二（合成）", "", graze),
        ("SYN-G1", "城镇开发边界", "城镇集中建设区（合成）", "", growth),
        (
            "SYN-U1",
            "重点管控单元",
            "工业重点管控单元（合成）",
            "合成示例：禁止新建不符合产业定位的项目",
            shapely.box(middle, y0, x1, y1),
        ),
        (
            "SYN-U2",
            "一般管控单元",
            "一般管控单元（合成）",
            "",
            shapely.box(x0 + 1500, y0, middle, y1),
        ),
    ]
    columns = ["zone_id", "kind", "name", "requirement", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=CRS)


def draw_platforms() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("SYN-01", "玻璃新材料工程技术研究中心（合成）", "省级", "工程技术研究中心", 2020),
            ("SYN-01", "企业技术中心（合成）", "市级", "企业技术中心", 2021),
            ("SYN-02", "装备制造创新中心（合成）", "国家级", "制造业创新中心", 2023),
            ("SYN-04", "中试基地（合成）", "市级", "中试基地", 2022),
        ],
        columns=["park_id", "name", "level", "kind", "year"],
    )


def draw_services() -> pd.DataFrame:
    """The parks' services, as an office lists them."""
    there = (
        "运营公司",
        "产业投资基金",
        "园保贷",
        "研发设计",
        "人力服务",
        "财务服务",
        "法律服务",
        "学校",
        "医院",
        "商业设施",
    )
    rows = [("SYN-01", name, "已有") for name in there]
    rows += [
        ("SYN-01", "供应链金融", "规划"),
        ("SYN-02", "运营公司", "已有"),
        ("SYN-02", "学校", "在建"),
        ("SYN-02", "医院", "缺"),
        ("SYN-03", "商业设施", "已有"),
        ("SYN-04", "运营公司", "缺"),
    ]
    return pd.DataFrame(rows, columns=["park_id", "service", "status"])


def draw_seats(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Since when each produces, and the link of some whose code is no help."""
    rng = np.random.default_rng(SEED + 6)
    n = len(enterprises)
    year = rng.choice(
        np.arange(2012, 2024), n, p=np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 12]) / 100
    )
    month = rng.integers(1, 13, n)
    known = rng.random(n) > 0.06
    out = enterprises.assign(
        in_production_on=np.where(
            known, [f"{y}-{m:02d}-01" for y, m in zip(year, month, strict=True)], None
        )
    )
    odd = ~out["industry_code"].str.fullmatch(r"\d+")
    out["chain_segment"] = np.where(odd & (rng.random(n) < 0.8), "链外（合成）", None)
    return out


def draw_chain() -> pd.DataFrame:
    """Three chains around the demo's industries; some links have no enterprise."""
    rows = [
        ("玻陶新材料（合成）", "石英与陶土原料", "上游", "1019;3099"),
        ("玻陶新材料（合成）", "合金与助剂", "上游", "3240;2661"),
        ("玻陶新材料（合成）", "日用玻璃", "中游", "3054"),
        ("玻陶新材料（合成）", "建筑陶瓷", "中游", "3071"),
        ("玻陶新材料（合成）", "电子专用材料", "中游", "3985"),
        ("玻陶新材料（合成）", "包装与终端制品", "下游", "2927"),
        ("玻陶新材料（合成）", "检验检测", "下游", "7452"),
        ("食品饮料（合成）", "原料屠宰加工", "上游", "135"),
        ("食品饮料（合成）", "粮食原料", "上游", "131"),
        ("食品饮料（合成）", "白酒酿造", "中游", "1512"),
        ("食品饮料（合成）", "果蔬制品", "中游", "1422;1373"),
        ("食品饮料（合成）", "食品包装", "下游", "2927"),
        ("食品饮料（合成）", "冷链物流", "下游", "5930"),
        ("装备制造（合成）", "有色合金", "上游", "3240"),
        ("装备制造（合成）", "铸锻件", "上游", "339"),
        ("装备制造（合成）", "机械零部件", "中游", "3484"),
        ("装备制造（合成）", "汽车零部件", "中游", "3670"),
        ("装备制造（合成）", "石油钻采装备", "下游", "3512"),
        ("装备制造（合成）", "整车", "下游", "361"),
    ]
    return pd.DataFrame(rows, columns=["chain", "segment", "stage", "industry_codes"])


if __name__ == "__main__":
    main()
