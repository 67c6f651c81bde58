"""Folders of further trades: surveyors' text, two states of the land, reports by park, a UK county."""

from __future__ import annotations

import geopandas as gpd
import shapely

from tests.intake_corpus.ledger_folders import base_layers
from tests.intake_corpus.office import Office, ledger
from tests.intake_corpus.world import GK105, Town, town

_SURVEY_HEAD = """[属性描述]
格式版本号=1.01
数据产生单位=隆昌市测绘队
数据产生日期=2023-06-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=35
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""


def survey_text(office: Office) -> None:
    """Parcels as surveyors hand them over: 界址点 in text of GBK, a file a park; land by plot number."""
    made = town(31)
    for park, part in made.parcels.groupby("park_name"):
        office.junk(f"勘测定界/{park}.txt", _survey(part).encode("gbk"))
        office.knows(
            f"勘测定界/{park}.txt",
            crs="EPSG:4523",
            parcels={},
            also={
                "parcels": {
                    "parcel_id": ("parcel_id", "plot_id"),
                    "name": ("name", "plot_name"),
                    "land_use": "land_use",
                    "contract_area_m2": "contract_area_m2",
                },
            },
        )
    parks = made.parks[["park", "name", "geometry"]].set_axis(
        ["园区编号", "园区名称", "geometry"], axis=1
    )
    office.shapes("园区边界.kml", parks.set_geometry("geometry").to_crs(4326))
    office.knows("园区边界.kml", crs="EPSG:4326", parks={"park_id": "园区编号", "name": "园区名称"})
    rows = made.ledger(2023)
    office.book(
        "项目用地清单.xlsx",
        清单=ledger(
            {
                "地块编号": rows["plot"],
                "项目单位": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "2023年营业收入（万元）": rows["revenue"],
                "2023年纳税额（万元）": rows["tax"],
                "备注": [""] * len(rows),
            },
            title="工业项目用地清单",
        ),
    )
    office.knows(
        "项目用地清单.xlsx",
        "清单",
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "地块编号"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "2023年营业收入（万元） | 万元",
            "tax": "2023年纳税额（万元） | 万元",
        },
        also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "项目单位"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(2023, revenue=rows["revenue"].sum(), tax=rows["tax"].sum())


def _survey(part: gpd.GeoDataFrame) -> str:
    out = [_SURVEY_HEAD]
    for row in part.itertuples():
        ring = list(row.geometry.exterior.coords)
        out.append(f"{len(ring)},{row.area / 1e4:.4f},{row.plot},{row.place},面,,工业用地,0601,@\n")
        out += [
            f"J{k % (len(ring) - 1) + 1},1,{y:.3f},{x + 35e6:.3f}\n"
            for k, (x, y) in enumerate(ring)
        ]
    return "".join(out)


def two_states(office: Office) -> None:
    """Parcels of 2021 and of 2023 in two files; buildings with storeys; a plan's zones of 三线一单."""
    made = town(32, years=(2021, 2023))
    now = made.parcels[["code", "area", "use", "geometry"]].set_axis(
        ["宗地代码", "宗地面积", "地类编码", "geometry"], axis=1
    )
    office.shapes("宗地/宗地2023.gpkg", now.set_geometry("geometry"), "宗地2023")
    office.shapes("宗地/宗地2021.gpkg", now.set_geometry("geometry")[:26], "宗地2021")
    parks = made.parks[["name", "geometry"]].set_axis(["园区名称", "geometry"], axis=1)
    office.shapes("园区/园区边界.geojson", parks.set_geometry("geometry").to_crs(4490))
    houses = gpd.GeoDataFrame(
        {
            "建筑编号": [f"JZ{i + 1:03d}" for i in range(len(made.parcels))],
            "层数": [1 + i % 4 for i in range(len(made.parcels))],
            "建筑面积": made.parcels["floor"],
        },
        geometry=made.parcels.geometry.buffer(-25, join_style="mitre"),
        crs=GK105,
    )
    office.shapes("建筑物轮廓.geojson", houses.to_crs(4490))
    x0, y0, x1, y1 = made.parks.total_bounds
    units = gpd.GeoDataFrame(
        {
            "HJZHGKDYBM": ["ZH51108320001", "ZH51108330001"],
            "HJZHGKDYMC": ["隆昌市城镇重点管控单元", "隆昌市一般管控单元"],
            "ZHGKDYFL": ["重点管控单元", "一般管控单元"],
            "KJBJYS": ["禁止新建化工项目", "执行准入清单"],
            "WWPFGK": ["新建项目倍量替代", "达标排放"],
        },
        geometry=[
            shapely.box(x0 - 500, y0 - 500, (x0 + x1) / 2, y1 + 500),
            shapely.box((x0 + x1) / 2, y0 - 500, x1 + 500, y1 + 500),
        ],
        crs=GK105,
    )
    office.gdal(
        "管控/环境综合管控单元.shp", units, "ESRI Shapefile", layerCreationOptions=["ENCODING=GBK"]
    )
    old, new = made.ledger(2021), made.ledger(2023)
    columns = ("统一社会信用代码", "企业名称", "行业代码", "宗地代码", "营业收入", "税收合计")
    sheets = {
        str(year): ledger(
            dict(
                zip(
                    columns,
                    (r["code_x"], r["firm"], r["industry"], r["code_y"], r["revenue"], r["tax"]),
                    strict=True,
                )
            ),
            title=f"{year}年度企业效益台账（单位：万元）",
            total="合计",
        )
        for year, r in ((2021, old), (2023, new))
    }
    office.book("效益台账.xlsx", **sheets)
    office.knows(
        "宗地/宗地2023.gpkg",
        crs=GK105,
        parcels={
            "parcel_id": "宗地代码",
            "contract_area_m2": "宗地面积 | m²",
            "land_use": "地类编码",
        },
    )
    office.knows(
        "宗地/宗地2021.gpkg",
        crs=GK105,
        parcels_before={"parcel_id": "宗地代码"},
    )
    office.knows(
        "园区/园区边界.geojson",
        crs="EPSG:4490",
        parks={"name": "园区名称"},
        also={"parks": {"park_id": "园区名称"}},
    )
    office.knows(
        "建筑物轮廓.geojson",
        crs="EPSG:4490",
        buildings={"building_id": "建筑编号", "storeys": "层数", "floor_area_m2": "建筑面积 | m²"},
    )
    office.knows(
        "管控/环境综合管控单元.shp",
        crs=GK105,
        zones={"zone_id": "HJZHGKDYBM", "name": "HJZHGKDYMC", "kind": "ZHGKDYFL"},
        also={"zones": {"layout_limit": "KJBJYS", "emission_limit": "WWPFGK"}},
    )
    for year in ("2021", "2023"):
        office.knows(
            "效益台账.xlsx",
            year,
            enterprises={
                "enterprise_id": "统一社会信用代码",
                "name": "企业名称",
                "industry_code": "行业代码",
            },
            occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
            indicators={
                "enterprise_id": "统一社会信用代码",
                "revenue": "营业收入 | 万元",
                "tax": "税收合计 | 万元",
            },
        )
    office.sums(
        2023,
        revenue=new["revenue"].sum(),
        tax=new["tax"].sum(),
        contract_area_m2=made.parcels["area"].sum(),
    )


def park_reports(office: Office) -> None:
    """Parks report for themselves, in 亿元, two years a sheet each; land ledger in 公顷 and a form."""
    made = town(33, years=(2022, 2023))
    base_layers(office, made)
    rows = {
        y: made.ledger(y).groupby("park", as_index=False).sum(numeric_only=True)
        for y in (2022, 2023)
    }
    office.book(
        "园区年报.xlsx",
        **{
            f"{year}年": ledger(
                {
                    "园区代码": part["park"],
                    "园区名称": ["城北工业园区", "城南经济开发区"],
                    "工业总产值": (part["output"] / 1e4).round(4),
                    "税收总额": (part["tax"] / 1e4).round(4),
                    "从业人员（人）": part["people"],
                },
                title="各园区主要经济指标",
                above="单位：亿元",
                total="全市合计",
            )
            for year, part in rows.items()
        },
    )
    land = made.ledger(2023)
    office.book(
        "企业用地.xlsx",
        用地=ledger(
            {
                "企业名称": land["firm"],
                "统一社会信用代码": land["code_x"],
                "宗地代码": land["code_y"],
                "实际用地（公顷）": (land["area"] / 1e4).round(4),
            },
            title="企业用地明细",
        ),
    )
    for year in ("2022年", "2023年"):
        office.knows(
            "园区年报.xlsx",
            year,
            park_indicators={
                "park_id": "园区代码",
                "output_value": "工业总产值 | 亿元",
                "tax": "税收总额 | 亿元",
                "employees": "从业人员（人） | 人",
            },
        )
    office.knows(
        "企业用地.xlsx",
        "用地",
        occupancy={
            "enterprise_id": "统一社会信用代码",
            "parcel_id": "宗地代码",
            "area_m2": "实际用地（公顷） | 公顷",
        },
        also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(2023, area_m2=(land["area"] / 1e4).round(4).sum() * 1e4)


def british_estates(office: Office) -> None:
    """A UK county: estates and plots in the National Grid, hectares, pounds in thousands, a .dbf."""
    made = _moved(town(34, count=20, firms=16))
    estates = made.parks[["park", "name", "geometry"]].assign(
        name=["Moor Lane Estate", "Canal Road Business Park"]
    )
    estates = estates.set_axis(["Estate_ID", "Estate_Name", "geometry"], axis=1)
    office.shapes("Employment sites/estates.gpkg", estates.set_geometry("geometry"), "estates")
    plots = made.parcels[["plot", "area", "floor", "geometry"]].set_axis(
        ["Plot_Ref", "Site_ha", "GIA_sqm", "geometry"], axis=1
    )
    plots["Site_ha"] = (plots["Site_ha"] / 1e4).round(4)
    office.gdal("Employment sites/plots.shp", plots.set_geometry("geometry"), "ESRI Shapefile")
    rows = made.ledger(2023)
    office.book(
        "Occupiers 2023.xlsx",
        Occupiers=ledger(
            {
                "Company Number": [f"0{4_100_000 + 37 * i}" for i in range(len(rows))],
                "Company Name": [f"Pennine Castings {i} Ltd" for i in range(len(rows))],
                "Plot Ref": rows["plot"],
                "Turnover (£k)": (rows["revenue"]).round(1),
                "Employees": rows["people"],
                "Contact": ["-"] * len(rows),
            },
            title="Occupier survey 2023",
        ),
    )
    office.place(-1.9, 53.7)
    office.knows(
        "Employment sites/estates.gpkg",
        crs="EPSG:27700",
        parks={"park_id": "Estate_ID", "name": "Estate_Name"},
    )
    office.knows(
        "Employment sites/plots.shp",
        crs="EPSG:27700",
        parcels={
            "parcel_id": "Plot_Ref",
            "contract_area_m2": "Site_ha | ha",
            "floor_area_m2": "GIA_sqm | m²",
        },
    )
    office.knows(
        "Occupiers 2023.xlsx",
        "Occupiers",
        enterprises={"enterprise_id": "Company Number", "name": "Company Name"},
        occupancy={"enterprise_id": "Company Number", "parcel_id": "Plot Ref"},
        indicators={
            "enterprise_id": "Company Number",
            "revenue": "Turnover (£k) | £k",
            "employees": "Employees",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 16, 16)
    office.sums(
        2023,
        revenue=rows["revenue"].round(1).sum() / 10,
        contract_area_m2=(made.parcels["area"] / 1e4).round(4).sum() * 1e4,
        floor_area_m2=made.parcels["floor"].sum(),
    )


def _moved(made: Town) -> Town:
    """The same town, laid on the British National Grid near Halifax."""
    for frame in (made.parks, made.parcels):
        frame["geometry"] = frame.geometry.set_crs(27700, allow_override=True).translate(
            -119_000, -2_821_000
        )
    return Town(
        made.parks.set_crs(27700, allow_override=True),
        made.parcels.set_crs(27700, allow_override=True),
        made.firms,
        made.reports,
    )
