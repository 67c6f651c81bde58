"""Folders as they lie about: an e-mail's archive, junk, pinyin initials, an English county."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from tests.intake_corpus.land_folders import GBK
from tests.intake_corpus.ledger_folders import base_layers
from tests.intake_corpus.office import Office, Sheet, ledger
from tests.intake_corpus.world import GK105, MU, town


def mail_archive(office: Office) -> None:
    """An archive from an e-mail: member names in GBK without the flag, shapefiles and a workbook."""
    made = town(21)
    rows = made.ledger(2023)
    parks = made.parks[["park", "name", "geometry"]].set_axis(
        ["园区编码", "园区名称", "geometry"], axis=1
    )
    parcels = made.parcels[["code", "mu", "floor", "geometry"]].set_axis(
        ["宗地代码", "土地面积", "总建面积", "geometry"], axis=1
    )
    office.gdal(
        "附件/报送数据/园区边界.shp", parks.set_geometry("geometry"), "ESRI Shapefile", **GBK
    )
    office.gdal("附件/报送数据/宗地.shp", parcels.set_geometry("geometry"), "ESRI Shapefile", **GBK)
    office.book(
        "附件/报送数据/企业台账（2023年）.xlsx",
        Sheet1=ledger(
            {
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "宗地代码": rows["code_y"],
                "行业代码": rows["industry"],
                "营收（万元）": rows["revenue"],
                "税收（万元）": rows["tax"],
            }
        ),
    )
    office.zipped("关于报送园区数据的附件.zip", "附件")
    inside = "关于报送园区数据的附件.zip/报送数据"
    office.knows(
        f"{inside}/园区边界.shp", crs=GK105, parks={"park_id": "园区编码", "name": "园区名称"}
    )
    office.knows(
        f"{inside}/宗地.shp",
        crs=GK105,
        parcels={
            "parcel_id": "宗地代码",
            "contract_area_m2": "土地面积 | 亩",
            "floor_area_m2": "总建面积 | m²",
        },
    )
    office.knows(
        f"{inside}/企业台账（2023年）.xlsx",
        "Sheet1",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
        },
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "营收（万元） | 万元",
            "tax": "税收（万元） | 万元",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        contract_area_m2=made.parcels["mu"].sum() * MU,
    )


def junk(office: Office) -> None:
    """Documents, lock files, drawings, pictures, a backup, old outputs among three good files."""
    made = town(22)
    base_layers(office, made, "数据")
    rows = made.ledger(2023)
    columns = {
        "年份": rows["year"],
        "企业名称": rows["firm"],
        "统一社会信用代码": rows["code_x"],
        "宗地代码": rows["code_y"],
        "营业收入（万元）": rows["revenue"],
        "税收（万元）": rows["tax"],
    }
    office.book(
        "数据/企业台账.xlsx", 台账=ledger(columns, total="合计"), Sheet2=Sheet([]), Sheet3=Sheet([])
    )
    older = {k: list(v)[:20] for k, v in columns.items()}
    office.book("数据/企业台账 - 副本.xlsx", 台账=ledger(older, total="合计"))
    office.book(
        "通讯录.xlsx",
        通讯录=ledger(
            {
                "姓名": rows["person"],
                "单位": rows["firm"],
                "职务": ["总经理"] * len(rows),
                "手机": rows["phone"],
            }
        ),
    )
    office.junk("数据/~$企业台账.xlsx", b"\x05admin" + b"\0" * 159)
    office.junk("数据/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    office.junk("数据/宗地.gpkg-journal")
    office.junk("图纸/总平面图.dwg", b"AC1027" + b"\0" * 250)
    office.junk("图纸/现场照片.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64)
    office.junk("文件/关于报送数据的通知.docx", b"PK\x03\x04" + b"\0" * 64)
    office.junk("文件/实施方案.pdf", b"%PDF-1.4\n%%EOF\n")
    office.junk("文件/会议纪要.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    office.junk("文件/说明.txt", "请各园区于2月底前报送。\n".encode("gb18030"))
    office.junk("工程.mxd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    office.junk(".DS_Store", b"\0\0\0\1Bud1")
    office.junk("desktop.ini", b"[.ShellClassInfo]\r\n")
    # What this tool wrote a year ago, kept in the same folder.
    office.junk("去年/outputs/run.json", b'{"tool": "mujun", "year": 2022}')
    office.junk("去年/outputs/map.html", b"<!doctype html><title>mujun</title>")
    office.book(
        "去年/outputs/assessment.xlsx",
        宗地=ledger({"宗地编号": made.parcels["code"], "面积（亩）": made.parcels["mu"]}),
    )
    parcels = made.parcels[["code", "area", "geometry"]].set_axis(
        ["parcel_id", "area_ellipsoid_m2", "geometry"], axis=1
    )
    office.shapes("去年/outputs/assessment.gpkg", parcels.set_geometry("geometry"), "parcels")
    office.knows(
        "数据/企业台账.xlsx",
        "台账",
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "year": "年份",
            "revenue": "营业收入（万元） | 万元",
            "tax": "税收（万元） | 万元",
        },
        also={
            "enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"},
            "occupancy": {"year": "年份"},
        },
    )
    office.unused("数据/企业台账 - 副本.xlsx", "台账", "an older copy")
    office.unused("通讯录.xlsx", "通讯录", "telephone list")
    office.unused("去年/outputs/assessment.xlsx", "宗地", "outputs of a run")
    office.unused("去年/outputs/assessment.gpkg", None, "outputs of a run")
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(2023, revenue=rows["revenue"].sum(), tax=rows["tax"].sum())


def pinyin(office: Office) -> None:
    """Headings of pinyin initials and names cut at ten letters by the shapefile."""
    made = town(23)
    rows = made.ledger(2023)
    parks = made.parks[["park", "name", "hectares", "geometry"]].set_axis(
        ["YQBH", "YQMC", "PZMJ_HA", "geometry"], axis=1
    )
    office.gdal("yuanqu.shp", parks.set_geometry("geometry"), "ESRI Shapefile", **GBK)
    parcels = made.parcels[["code", "area", "floor", "base", "green", "use", "geometry"]]
    parcels = parcels.set_axis(
        ["ZDDM", "contract_a", "floor_area", "footprint_", "green_area", "land_use", "geometry"],
        axis=1,
    )
    office.gdal("zongdi.shp", parcels.set_geometry("geometry"), "ESRI Shapefile", **GBK)
    office.book(
        "qiye2023.xlsx",
        Sheet1=ledger(
            {
                "NF": rows["year"],
                "QYMC": rows["firm"],
                "TYSHXYDM": rows["code_x"],
                "HYDM": rows["industry"],
                "ZDDM": rows["code_y"],
                "YYSR": rows["revenue"],
                "NSZE": rows["tax"],
                "LXDH": rows["phone"],
            }
        ),
    )
    office.knows(
        "yuanqu.shp",
        crs=GK105,
        parks={"park_id": "YQBH", "name": "YQMC"},
        also={"parks": {"approved_area_ha": "PZMJ_HA | 公顷"}},
    )
    office.knows(
        "zongdi.shp",
        crs=GK105,
        parcels={
            "parcel_id": "ZDDM",
            "contract_area_m2": "contract_a | m²",
            "floor_area_m2": "floor_area | m²",
            "footprint_area_m2": "footprint_ | m²",
            "green_area_m2": "green_area | m²",
            "land_use": "land_use",
        },
    )
    office.knows(
        "qiye2023.xlsx",
        "Sheet1",
        enterprises={"enterprise_id": "TYSHXYDM", "name": "QYMC", "industry_code": "HYDM"},
        occupancy={"enterprise_id": "TYSHXYDM", "parcel_id": "ZDDM"},
        indicators={
            "enterprise_id": "TYSHXYDM",
            "year": "NF",
            "revenue": "YYSR | 万元",
            "tax": "NSZE | 万元",
        },
        also={"occupancy": {"year": "NF"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        contract_area_m2=made.parcels["area"].sum(),
        floor_area_m2=made.parcels["floor"].sum(),
        footprint_area_m2=made.parcels["base"].sum(),
        green_area_m2=made.parcels["green"].sum(),
    )


def assessor(office: Office) -> None:
    """A county assessor in the US: parcels by APN in state plane feet, acreage, dollars."""
    rng = np.random.default_rng(24)
    state_plane = "EPSG:2249"
    x0, y0 = 680_000.0, 2_850_000.0
    shapes = [
        shapely.box(
            x0 + 420 * (i % 8),
            y0 + 520 * (i // 8),
            x0 + 420 * (i % 8) + 390,
            y0 + 520 * (i // 8) + 480 - 5 * (i % 7),
        )
        for i in range(40)
    ]
    acres = [round(s.area / 43560, 2) for s in shapes]
    apn = [f"{12 + i // 20:03d}-{100 + i:04d}-{i % 9:03d}" for i in range(40)]
    parcels = gpd.GeoDataFrame(
        {
            "APN": apn,
            "SITUS_ADDR": [f"{100 + i} Industrial Pkwy" for i in range(40)],
            "ACREAGE": acres,
            "LU_CODE": ["400", "401", "316", "402"] * 10,
            "SHAPE_Leng": [s.length for s in shapes],
            "SHAPE_Area": [s.area for s in shapes],
        },
        geometry=shapes,
        crs=state_plane,
    )
    office.gdal("gis/parcels.shp", parcels, "ESRI Shapefile")
    left = shapely.box(x0 - 30, y0 - 30, x0 + 1665, y0 + 2600)
    right = shapely.box(x0 + 1665, y0 - 30, x0 + 3400, y0 + 2600)
    zoning = gpd.GeoDataFrame(
        {
            "PARK_ID": ["IP-1", "IP-2"],
            "PARK_NAME": ["North Industrial Park", "Depot Industrial Park"],
        },
        geometry=[left, right],
        crs=state_plane,
    )
    office.shapes("gis/industrial_parks.geojson", zoning.to_crs(4326))
    floor = rng.integers(8_000, 60_000, 40)
    value = rng.integers(400_000, 9_000_000, 40)
    office.text(
        "assessor/building_records.csv",
        {
            "BLDG_ID": [f"B{i:04d}" for i in range(40)],
            "APN": apn,
            "STORIES": [1 + i % 3 for i in range(40)],
            "GROSS_SQFT": floor,
            "YEAR_BUILT": [1960 + i for i in range(40)],
        },
        "utf-8",
    )
    office.text(
        "assessor/businesses_2023.csv",
        {
            "BUSINESS_ID": [f"BL-{5000 + i}" for i in range(30)],
            "BUSINESS_NAME": [f"Acme {i} Manufacturing LLC" for i in range(30)],
            "APN": apn[:30],
            "TAX_YEAR": [2023] * 30,
            "GROSS_RECEIPTS_USD": value[:30],
            "TAX_PAID_USD": (value[:30] * 0.03).round(2),
            "EMPLOYEES": rng.integers(5, 200, 30),
        },
        "utf-8",
    )
    office.place(-71.3, 42.07)
    office.knows(
        "gis/parcels.shp",
        crs=state_plane,
        parcels={"parcel_id": "APN", "contract_area_m2": "ACREAGE | acre"},
        also={"parcels": {"name": "SITUS_ADDR", "land_use": "LU_CODE"}},
    )
    office.knows(
        "gis/industrial_parks.geojson",
        crs="EPSG:4326",
        parks={"park_id": "PARK_ID", "name": "PARK_NAME"},
    )
    office.knows(
        "assessor/building_records.csv",
        buildings={
            "building_id": "BLDG_ID",
            "parcel_id": "APN",
            "storeys": "STORIES",
            "floor_area_m2": "GROSS_SQFT | sqft",
        },
    )
    office.knows(
        "assessor/businesses_2023.csv",
        enterprises={"enterprise_id": "BUSINESS_ID", "name": "BUSINESS_NAME"},
        occupancy={"enterprise_id": "BUSINESS_ID", "parcel_id": "APN"},
        indicators={
            "enterprise_id": "BUSINESS_ID",
            "year": "TAX_YEAR",
            "revenue": "GROSS_RECEIPTS_USD | USD",
            "tax": "TAX_PAID_USD | USD",
            "employees": "EMPLOYEES",
        },
        also={"occupancy": {"year": "TAX_YEAR"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 30, 30)
    office.key("buildings", "parcel_id", "parcels", 40, 40)
    office.sums(
        2023,
        revenue=value[:30].sum() / 1e4,
        tax=(value[:30] * 0.03).round(2).sum() / 1e4,
        contract_area_m2=sum(acres) * 4046.8564224,
        floor_area_m2=floor.sum() * 0.3048**2,
    )


def without_parcels(office: Office) -> None:
    """An enterprise list without parcel ids: addresses and coordinates; the parcels name their holder."""
    made = town(25)
    rows = made.ledger(2023)
    middle = made.parcels.set_index("plot").geometry.centroid.to_crs(4326)[rows["plot"]]
    holder = made.firms.set_index("plot")["firm"].reindex(made.parcels["plot"])
    parcels = made.parcels[["code", "area", "use_name", "geometry"]].assign(
        holder=[h if isinstance(h, str) else "隆昌市土地储备中心" for h in holder]
    )
    parcels = parcels[["code", "holder", "area", "use_name", "geometry"]].set_axis(
        ["不动产单元号", "土地使用权人", "使用权面积", "土地用途", "geometry"], axis=1
    )
    office.shapes("供地宗地.geojson", parcels.set_geometry("geometry").to_crs(4490))
    parks = made.parks[["name", "hectares", "geometry"]].set_axis(
        ["园区名称", "规划面积_公顷", "geometry"], axis=1
    )
    office.shapes("产业园区.geojson", parks.set_geometry("geometry").to_crs(4490))
    office.book(
        "企业一览表.xlsx",
        Sheet1=ledger(
            {
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "地址": rows["place"],
                "经度": middle.x.round(6).tolist(),
                "纬度": middle.y.round(6).tolist(),
                "行业名称": rows["trade"],
                "2023年主营业务收入（万元）": rows["revenue"],
                "2023年上缴税金（万元）": rows["tax"],
            },
            title="园区企业一览表",
        ),
    )
    office.knows(
        "供地宗地.geojson",
        crs="EPSG:4490",
        parcels={
            "parcel_id": "不动产单元号",
            "contract_area_m2": "使用权面积 | m²",
            "land_use": "土地用途",
        },
        also={"occupancy": {"enterprise_id": "土地使用权人", "parcel_id": "不动产单元号"}},
    )
    office.knows(
        "产业园区.geojson",
        crs="EPSG:4490",
        parks={"name": "园区名称"},
        also={"parks": {"park_id": "园区名称"}},
    )
    office.knows(
        "企业一览表.xlsx",
        "Sheet1",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_name": "行业名称",
        },
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "2023年主营业务收入（万元） | 万元",
            "tax": "2023年上缴税金（万元） | 万元",
        },
    )
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        contract_area_m2=made.parcels["area"].sum(),
    )
