"""Folders whose pain is in the layers: encodings, databases, drawings, stacked outlines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.transform import from_origin

from tests.intake_corpus.office import Office, ledger
from tests.intake_corpus.world import GK105, Town, town

GBK = {"layerCreationOptions": ["ENCODING=GBK"]}


def gbk_shapefiles(office: Office) -> None:
    """GBK shapefiles without .cpg, the parcels without .prj; one ledger with title, unit, sum, note."""
    made = town(1)
    office.gdal("矢量/园区范围.shp", _parks(made), "ESRI Shapefile", **GBK)
    parcels = made.parcels[["plot", "place", "mu", "use", "supplied", "geometry"]]
    parcels = parcels.set_axis(
        ["地块编号", "坐落", "面积亩", "用途代码", "供地时间", "geometry"], axis=1
    ).set_geometry("geometry")
    office.gdal("矢量/工业宗地.shp", parcels, "ESRI Shapefile", **GBK)
    office.lose("矢量/园区范围.cpg", "矢量/工业宗地.cpg", "矢量/工业宗地.prj")
    rows = made.ledger(2023)
    sheet = ledger(
        {
            "序号": range(1, len(rows) + 1),
            "企业名称": rows["firm"],
            "统一社会信用代码": rows["code_x"],
            "行业代码": rows["industry"],
            "地块编号": rows["plot"],
            "主营业务收入": rows["revenue"],
            "实缴税金": rows["tax"],
            "从业人员平均人数": rows["people"],
            "联系人": rows["person"],
            "联系电话": rows["phone"],
        },
        title="2023年工业园区企业经济指标统计表",
        above="单位：万元、人",
        total="合计",
        notes=["注：本表数据由企业填报，经信局汇总。"],
    )
    office.book("2023年企业指标.xlsx", 统计表=sheet)
    office.knows(
        "矢量/园区范围.shp",
        crs=GK105,
        parks={"park_id": "园区编号", "name": "园区名称", "approved_area_ha": "批准面积 | 公顷"},
        also={"parks": {"level": "级别"}},
    )
    office.knows(
        "矢量/工业宗地.shp",
        crs=GK105,
        parcels={
            "parcel_id": "地块编号",
            "contract_area_m2": "面积亩 | 亩",
            "land_use": "用途代码",
            "supplied_on": "供地时间",
        },
        also={"parcels": {"name": "坐落"}},
    )
    office.knows(
        "2023年企业指标.xlsx",
        "统计表",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
        },
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "地块编号"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "主营业务收入 | 万元",
            "tax": "实缴税金 | 万元",
            "employees": "从业人员平均人数",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        employees=rows["people"].sum(),
        contract_area_m2=made.parcels["mu"].sum() * 2000 / 3,
    )


def _parks(made: Town) -> gpd.GeoDataFrame:
    return made.parks.set_axis(
        ["园区编号", "geometry", "园区名称", "级别", "批准面积"], axis=1
    ).set_geometry("geometry")


def planning_gdb(office: Office) -> None:
    """A file geodatabase of 国土空间规划 with standard layer and field codes, and a ledger."""
    made = town(2)
    parks = made.parks[["park", "name", "hectares", "geometry"]].set_axis(
        ["YQDM", "YQMC", "PZMJ", "geometry"], axis=1
    )
    plots = made.parcels[["plot", "place", "area", "use", "use_name", "geometry"]]
    plots = plots.set_axis(["DKBH", "ZLWZ", "DKMJ", "YDYHFLDM", "YDYHFLMC", "geometry"], axis=1)
    county = gpd.GeoDataFrame(
        {"XZQDM": ["511083"], "XZQMC": ["隆昌市"], "DCMJ": [8.1e8], "MJDW": ["平方米"]},
        geometry=[shapely.box(515_000, 3_235_000, 545_000, 3_262_000)],
        crs=GK105,
    )
    x0, y0, x1, y1 = made.parcels.total_bounds
    fabric = [shapely.box(x0 + 400 * i, y0 - 600, x0 + 400 * i + 400, y0 - 200) for i in range(9)]
    survey = gpd.GeoDataFrame(
        {
            "BSM": [f"51108321000000{i:04d}" for i in range(9)],
            "YSDM": "2001010100",
            "TBBH": [str(i + 1) for i in range(9)],
            "DLBM": (["0101", "0301", "0702"] * 3),
            "DLMC": (["水田", "乔木林地", "农村宅基地"] * 3),
            "QSDWMC": "古湖街道",
            "TBMJ": [g.area for g in fabric],
            "SJNF": 2023,
        },
        geometry=fabric,
        crs=GK105,
    )
    red = _coded(["STBHHX01", "STBHHX02"], shapely.box(x0, y1 + 400, x0 + 600, y1 + 900), "MC")
    farm = _coded(["0001", "0002", "0003"], shapely.box(x1 + 300, y0, x1 + 700, y0 + 400), "QSDWMC")
    farm = farm.rename(columns={"BSM": "YJJBNTTBBH"}).assign(YJJBNTTBMJ=farm.area)
    edge = gpd.GeoDataFrame(
        {"BSM": ["CK01"], "XZQDM": ["511083"], "GHFQDM": ["010"], "GHFQMC": ["城镇集中建设区"]},
        geometry=[shapely.box(x0 - 300, y0 - 150, x1 + 150, y1 + 250)],
        crs=GK105,
    )
    layers = {
        "YQFW": parks,
        "GYYDDK": plots,
        "DLTB": survey,
        "XZQ": county,
        "STBHHX": red,
        "YJJBNTTB": farm,
        "CZKFBJ": edge,
    }
    for k, (name, frame) in enumerate(layers.items()):
        office.gdal(
            "国土空间规划.gdb",
            frame.set_geometry("geometry"),
            "OpenFileGDB",
            layerName=name,
            append=k > 0,
        )
    rows = made.ledger(2023)
    office.book(
        "园区企业.xlsx",
        Sheet1=ledger(
            {
                "年度": rows["year"],
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "所在地块": rows["plot"],
                "国民经济行业代码": rows["industry"],
                "工业总产值（万元）": rows["output"],
                "营业收入（万元）": rows["revenue"],
                "纳税总额（万元）": rows["tax"],
            }
        ),
    )
    gdb = "国土空间规划.gdb"
    office.knows(
        gdb,
        "YQFW",
        crs=GK105,
        parks={"park_id": "YQDM", "name": "YQMC"},
        also={"parks": {"approved_area_ha": "PZMJ | 公顷"}},
    )
    office.knows(
        gdb,
        "GYYDDK",
        crs=GK105,
        parcels={"parcel_id": "DKBH", "contract_area_m2": "DKMJ | m²", "land_use": "YDYHFLDM"},
        also={"parcels": {"name": "ZLWZ"}},
    )
    office.unused(gdb, "DLTB", "land cover of the whole county beside parcels of its own")
    office.unused(gdb, "XZQ", "the county")
    office.knows(gdb, "STBHHX", crs=GK105, zones={"zone_id": "BSM", "name": "MC"})
    office.knows(
        gdb,
        "YJJBNTTB",
        crs=GK105,
        zones={"zone_id": "YJJBNTTBBH"},
        also={"zones": {"name": "QSDWMC"}},
    )
    office.knows(
        gdb,
        "CZKFBJ",
        crs=GK105,
        zones={"zone_id": "BSM"},
        also={"zones": {"name": "GHFQMC", "kind": "GHFQMC"}},
    )
    office.knows(
        "园区企业.xlsx",
        "Sheet1",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "国民经济行业代码",
        },
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "所在地块"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "year": "年度",
            "output_value": "工业总产值（万元） | 万元",
            "revenue": "营业收入（万元） | 万元",
            "tax": "纳税总额（万元） | 万元",
        },
        also={"occupancy": {"year": "年度"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        tax=rows["tax"].sum(),
        output_value=rows["output"].sum(),
        contract_area_m2=made.parcels["area"].sum(),
    )


def _coded(codes: list[str], shape: shapely.Polygon, name: str) -> gpd.GeoDataFrame:
    x0, y0, x1, y1 = shape.bounds
    step = (x1 - x0) / len(codes)
    shapes = [shapely.box(x0 + step * i, y0, x0 + step * (i + 1), y1) for i in range(len(codes))]
    return gpd.GeoDataFrame(
        {"BSM": codes, "XZQDM": "511083", name: [f"{i + 1}号区" for i in range(len(codes))]},
        geometry=shapes,
        crs=GK105,
    )


def land_survey(office: Office) -> None:
    """A GeoPackage of 三调 where the land-use patches are all there is for parcels; no ledger."""
    made = town(3)
    patches = made.parcels[["place", "area", "geometry"]].copy()
    n = len(patches)
    patches = patches.assign(
        BSM=[f"5110832100000{i:05d}" for i in range(n)],
        YSDM="2001010100",
        TBBH=[f"{i + 1:04d}" for i in range(n)],
        DLBM="0601",
        DLMC="工业用地",
        QSXZ="10",
        QSDWDM="5110831002010000000",
        TBMJ=patches["area"],
        KCMJ=0.0,
        SJNF=2023,
    ).drop(columns=["place", "area"])
    office.shapes("三调/隆昌市2023变更调查.gpkg", patches, "DLTB")
    villages = made.parks[["geometry"]].buffer(900).to_frame("geometry")
    villages["XZQDM"], villages["XZQMC"] = ["511083100", "511083101"], ["金鹅街道", "古湖街道"]
    office.shapes("三调/隆昌市2023变更调查.gpkg", villages.set_geometry("geometry"), "XZQ")
    parks = made.parks.to_crs("EPSG:4490")
    parks = parks[["name", "level", "geometry"]].set_axis(["名称", "级别", "geometry"], axis=1)
    office.shapes("开发区四至范围.geojson", parks.set_geometry("geometry"))
    gpkg = "三调/隆昌市2023变更调查.gpkg"
    office.knows(
        gpkg,
        "DLTB",
        crs=GK105,
        parcels={"parcel_id": ("BSM", "TBBH"), "land_use": "DLBM", "contract_area_m2": "TBMJ | m²"},
    )
    office.unused(gpkg, "XZQ", "streets of the town, no parks")
    office.knows(
        "开发区四至范围.geojson",
        crs="EPSG:4490",
        parks={"name": "名称"},
        also={"parks": {"park_id": "名称", "level": "级别"}},
    )
    office.sums(2023, contract_area_m2=made.parcels["area"].sum())


def estate_registry(office: Office) -> None:
    """An export of 不动产登记: 宗地, 自然幢, 权利人 (GB18030 CSV), with tax by owner."""
    made = town(4)
    units = made.parcels["code"] + "W00000000"
    land = gpd.GeoDataFrame(
        {
            "YSDM": "6001010000",
            "ZDDM": made.parcels["code"],
            "BDCDYH": units,
            "ZL": made.parcels["place"],
            "ZDMJ": made.parcels["area"],
            "YT": "0601",
            "YTMC": "工业用地",
            "QLXZ": "102",
            "DJH": [f"1-{i + 1}" for i in range(len(made.parcels))],
            "ZT": 1,
        },
        geometry=made.parcels.geometry,
        crs=GK105,
    )
    shrunk = made.parcels.geometry.buffer(-22, join_style="mitre")
    houses = gpd.GeoDataFrame(
        {
            "BDCDYH": made.parcels["code"] + "F00010001",
            "ZRZH": made.parcels["code"] + "F0001",
            "ZDDM": made.parcels["code"],
            "ZCS": [2 + i % 3 for i in range(len(shrunk))],
            "SCJZMJ": made.parcels["floor"],
            "GHYT": "工业",
        },
        geometry=shrunk,
        crs=GK105,
    )
    office.shapes("不动产库.gpkg", land, "ZDJBXX")
    office.shapes("不动产库.gpkg", houses, "ZRZ")
    office.shapes(
        "范围/园区.geojson",
        made.parks[["park", "name", "geometry"]]
        .set_axis(["YQBH", "YQMC", "geometry"], axis=1)
        .set_geometry("geometry")
        .to_crs(4490),
    )
    held = made.firms.merge(made.parcels[["plot", "code"]], on="plot", suffixes=("", "_land"))
    office.text(
        "权利人.csv",
        {
            "BDCDYH": held["code_land"] + "W00000000",
            "ZDDM": held["code_land"],
            "QLRMC": held["firm"],
            "ZJZL": ["7"] * len(held),
            "ZJH": held["code"],
            "QLRLX": ["2"] * len(held),
        },
        "gb18030",
    )
    rows = made.ledger(2023)
    office.text(
        "2023税收.csv",
        {
            "纳税人识别号": rows["code_x"],
            "纳税人名称": rows["firm"],
            "实际入库税额(元)": (rows["tax"] * 1e4).round().astype(int),
        },
        "gb18030",
    )
    office.knows(
        "不动产库.gpkg",
        "ZDJBXX",
        crs=GK105,
        parcels={"parcel_id": "ZDDM", "contract_area_m2": "ZDMJ | m²", "land_use": "YT"},
        also={"parcels": {"name": "ZL"}},
    )
    office.knows(
        "不动产库.gpkg",
        "ZRZ",
        crs=GK105,
        buildings={
            "building_id": ("ZRZH", "BDCDYH"),
            "parcel_id": "ZDDM",
            "storeys": "ZCS",
            "floor_area_m2": "SCJZMJ | m²",
        },
        also={"buildings": {"use": "GHYT"}},
    )
    office.knows("范围/园区.geojson", crs="EPSG:4490", parks={"park_id": "YQBH", "name": "YQMC"})
    office.knows(
        "权利人.csv",
        occupancy={"enterprise_id": "ZJH", "parcel_id": "ZDDM"},
        also={"enterprises": {"enterprise_id": "ZJH", "name": "QLRMC"}},
    )
    office.knows(
        "2023税收.csv",
        indicators={"enterprise_id": "纳税人识别号", "tax": "实际入库税额(元) | 元"},
        also={"enterprises": {"enterprise_id": "纳税人识别号", "name": "纳税人名称"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.key("indicators", "enterprise_id", "occupancy", 24, 24)
    office.sums(
        2023,
        tax=(rows["tax"] * 1e4).round().sum() / 1e4,
        contract_area_m2=made.parcels["area"].sum(),
        floor_area_m2=made.parcels["floor"].sum(),
    )


def development_zone(office: Office) -> None:
    """A 开发区: outline as KML and DXF, MapInfo parcels, elevation, roads, facilities, platforms."""
    made = town(5)
    parks = made.parks[["name", "geometry"]].set_axis(["Name", "geometry"], axis=1)
    office.gdal("范围线/园区范围.kml", parks.to_crs(4326), "KML")
    lines = made.parks.geometry.boundary.to_frame("geometry").set_geometry("geometry")
    lines["Layer"] = "园区范围"
    office.gdal("范围线/园区范围.dxf", lines.set_crs(GK105, allow_override=True), "DXF")
    plots = made.parcels[["plot", "place", "area", "floor", "geometry"]]
    plots = plots.set_axis(["ZDH", "ZL", "YDMJ", "JZMJ", "geometry"], axis=1)
    office.gdal("MapInfo/宗地.tab", plots, "MapInfo File", layerCreationOptions=["ENCODING=CP936"])
    _elevation(office, made)
    _surroundings(office, made)
    rows = made.ledger(2023)
    office.book(
        "企业/企业用地及效益.xls",
        企业=ledger(
            {
                "企业名称": rows["firm"],
                "信用代码": rows["code_x"],
                "宗地号": rows["plot"],
                "2023年营业收入（亿元）": (rows["revenue"] / 1e4).round(4),
                "2023年税收（万元）": rows["tax"],
                "用电量（万度）": rows["power"],
            },
            title="开发区企业用地及效益情况",
        ),
    )
    office.knows(
        "范围线/园区范围.kml",
        crs="EPSG:4326",
        parks={"name": "Name"},
        also={"parks": {"park_id": "Name"}},
    )
    office.unused("范围线/园区范围.dxf", why="the same outlines as the KML, without names")
    office.knows(
        "MapInfo/宗地.tab",
        crs=GK105,
        parcels={
            "parcel_id": "ZDH",
            "contract_area_m2": "YDMJ | m²",
            "floor_area_m2": "JZMJ | m²",
        },
        also={"parcels": {"name": "ZL"}},
    )
    office.knows(
        "企业/企业用地及效益.xls",
        "企业",
        enterprises={"enterprise_id": "信用代码", "name": "企业名称"},
        occupancy={"enterprise_id": "信用代码", "parcel_id": "宗地号"},
        indicators={
            "enterprise_id": "信用代码",
            "revenue": "2023年营业收入（亿元） | 亿元",
            "tax": "2023年税收（万元） | 万元",
            "electricity": "用电量（万度） | 万度",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        revenue=(rows["revenue"] / 1e4).round(4).sum() * 1e4,
        tax=rows["tax"].sum(),
        electricity=rows["power"].sum(),
        contract_area_m2=made.parcels["area"].sum(),
    )


def _elevation(office: Office, made: Town) -> None:
    x0, _, _, y1 = made.parks.total_bounds
    high = np.fromfunction(lambda r, c: 320 + r * 0.2 + c * 0.1, (60, 120)).astype("float32")
    with rasterio.open(
        office.path("地形/DEM.tif"),
        "w",
        driver="GTiff",
        width=120,
        height=60,
        count=1,
        dtype="float32",
        crs=GK105,
        transform=from_origin(x0 - 100, y1 + 300, 30, 30),
    ) as raster:
        raster.write(high, 1)
    office.knows("地形/DEM.tif", crs=GK105, rasters={})


def _surroundings(office: Office, made: Town) -> None:
    x0, y0, x1, y1 = made.parks.total_bounds
    roads = gpd.GeoDataFrame(
        {
            "道路编号": ["R1", "R2", "R3"],
            "道路名称": ["工业大道", "创新路", "金鹅北路"],
            "等级": ["主", "次", "支"],
        },
        geometry=[
            shapely.LineString([(x0, y0 - 20), (x1, y0 - 20)]),
            shapely.LineString([(x0 - 20, y0), (x0 - 20, y1)]),
            shapely.LineString([(x1 + 20, y0), (x1 + 20, y1)]),
        ],
        crs=GK105,
    )
    office.shapes("基础设施/道路中心线.geojson", roads.to_crs(4490))
    kinds = ["污水处理厂", "变电站", "公交站", "学校", "医院"]
    places = gpd.GeoDataFrame(
        {"编号": [f"S{i}" for i in range(5)], "类别": kinds, "名称": [f"园区{k}" for k in kinds]},
        geometry=[shapely.Point(x0 + 300 * i, y0 + 80 * i) for i in range(5)],
        crs=GK105,
    )
    office.shapes("基础设施/配套设施.gpkg", places, "配套设施")
    office.book(
        "企业/创新平台.ods",
        平台=ledger(
            {
                "所属园区": ["城北工业园区", "城北工业园区", "城南经济开发区"],
                "平台名称": ["陶瓷工程技术研究中心", "机械检测公共平台", "食品重点实验室"],
                "平台级别": ["省级", "市级", "国家级"],
                "认定年份": [2019, 2021, 2022],
            }
        ),
    )
    _waters_and_places(office, x0, y0)
    office.knows(
        "基础设施/道路中心线.geojson",
        crs="EPSG:4490",
        roads={"road_id": "道路编号", "name": "道路名称"},
    )
    office.knows(
        "基础设施/配套设施.gpkg",
        crs=GK105,
        facilities={"facility_id": "编号", "category": "类别", "name": "名称"},
    )
    office.knows(
        "企业/创新平台.ods",
        "平台",
        platforms={"park_id": "所属园区", "name": "平台名称", "level": "平台级别"},
        also={"platforms": {"year": "认定年份"}},
    )


def _waters_and_places(office: Office, x0: float, y0: float) -> None:
    """A layer of rivers that is called so, a point layer that only its cells tell."""
    across = [shapely.LineString([(x0, y0 - d), (x0 + 2000, y0 - d)]) for d in (200, 400, 600)]
    rivers = gpd.GeoDataFrame({"HLMC": ["沱江", "隆昌河", None]}, geometry=across, crs=GK105)
    office.shapes("基础图/水系.shp", rivers)
    names = ["石燕桥镇", "高桥村", "龙市社区", "古宇湖"]
    points = [shapely.Point(x0 - 500, y0 + 100 * k) for k in range(4)]
    spots = gpd.GeoDataFrame({"地名": names}, geometry=points, crs=GK105)
    office.shapes("基础图/点位.gpkg", spots, "点位")
    office.knows("基础图/水系.shp", crs=GK105, waters={"name": "HLMC"})
    office.knows("基础图/点位.gpkg", crs=GK105, places={"name": "地名"})


def stacked_parcels(office: Office) -> None:
    """工业上楼: parcels of one outline on several floors, each with its share of the land."""
    made = town(6, count=12, firms=12)
    floors = pd.concat(
        [
            made.parcels.assign(
                unit=made.parcels["plot"] + f"-F{k}", level=f"{k}F", part=made.parcels["area"] / 3
            )
            for k in (1, 2, 3)
        ]
    ).reset_index(drop=True)
    floors["part"] = floors["part"].round(2)
    floors["storey"] = (floors["floor"] / 3).round(1)
    layer = floors[["unit", "plot", "level", "part", "storey", "geometry"]].set_axis(
        ["单元编号", "所在地块", "楼层", "分摊土地面积", "建筑面积", "geometry"], axis=1
    )
    office.shapes("工业上楼分层宗地.gpkg", layer.set_geometry("geometry"), "分层宗地")
    office.shapes("园区红线.geojson", _parks(made).to_crs(4490))
    rows = made.ledger(2023)
    both = pd.concat([rows.assign(unit=rows["plot"] + f"-F{k}") for k in (1, 2)])
    both = both.reset_index(drop=True)
    office.book(
        "入驻企业.xlsx",
        入驻企业=ledger(
            {
                "单元编号": both["unit"],
                "企业名称": both["firm"],
                "统一社会信用代码": both["code_x"],
                "租赁/购买": ["购买" if i % 2 else "租赁" for i in range(len(both))],
                "租用面积（㎡）": (both["floor"] / 3).round(1),
            },
            title="标准厂房入驻企业台账",
        ),
        经济指标=ledger(
            {
                "统一社会信用代码": rows["code_x"],
                "年份": rows["year"],
                "营业收入": rows["revenue"],
                "税收": rows["tax"],
            },
            title="入驻企业经济指标",
            above="单位：万元",
            total="总计",
        ),
    )
    office.knows(
        "工业上楼分层宗地.gpkg",
        crs=GK105,
        parcels={
            "parcel_id": "单元编号",
            "contract_area_m2": "分摊土地面积 | m²",
            "floor_area_m2": "建筑面积 | m²",
        },
    )
    office.knows(
        "园区红线.geojson",
        crs="EPSG:4490",
        parks={"park_id": "园区编号", "name": "园区名称", "approved_area_ha": "批准面积 | 公顷"},
        also={"parks": {"level": "级别"}},
    )
    office.knows(
        "入驻企业.xlsx",
        "入驻企业",
        occupancy={
            "enterprise_id": "统一社会信用代码",
            "parcel_id": "单元编号",
            "tenure": "租赁/购买",
        },
        also={
            "occupancy": {"area_m2": "租用面积（㎡） | m²"},
            "enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"},
        },
    )
    office.knows(
        "入驻企业.xlsx",
        "经济指标",
        indicators={
            "enterprise_id": "统一社会信用代码",
            "year": "年份",
            "revenue": "营业收入 | 万元",
            "tax": "税收 | 万元",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        contract_area_m2=floors["part"].sum(),
        floor_area_m2=floors["storey"].sum(),
    )
