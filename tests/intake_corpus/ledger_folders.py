"""Folders whose pain is in the ledgers: merged headings, units, towns, departments, years."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from tests.intake_corpus.office import Office, Sheet, ledger
from tests.intake_corpus.world import GK105, MU, Town, town

PARCELS = {"parcel_id": "宗地代码", "contract_area_m2": "宗地面积 | m²", "land_use": "土地用途"}
PARKS = {"park_id": "园区代码", "name": "园区名称"}


def base_layers(office: Office, made: Town, folder: str = "图形") -> None:
    """Plain layers, so that the ledgers alone are at stake."""
    parks = made.parks[["park", "name", "geometry"]].set_axis(
        ["园区代码", "园区名称", "geometry"], axis=1
    )
    parcels = made.parcels[["code", "area", "use", "geometry"]].set_axis(
        ["宗地代码", "宗地面积", "土地用途", "geometry"], axis=1
    )
    office.shapes(f"{folder}/园区.gpkg", parks.set_geometry("geometry"), "园区")
    office.shapes(f"{folder}/宗地.gpkg", parcels.set_geometry("geometry"), "宗地")
    office.knows(f"{folder}/园区.gpkg", crs=GK105, parks=PARKS)
    office.knows(f"{folder}/宗地.gpkg", crs=GK105, parcels=PARCELS)
    office.sums(contract_area_m2=made.parcels["area"].sum())


def three_ledgers(office: Office) -> None:
    """Three workbooks: a register, land, and figures under merged headings of two lines."""
    made = town(11)
    base_layers(office, made)
    rows = made.ledger(2023)
    n = range(1, len(rows) + 1)
    office.book(
        "企业名录.xlsx",
        Sheet1=ledger(
            {
                "序号": n,
                "单位详细名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "行业代码（GB/T4754-2017）": rows["industry"],
                "是否规上": rows["scale"],
                "是否高新技术企业": rows["high_tech"],
                "成立时间": rows["founded"],
                "法定代表人": rows["person"],
                "联系电话": rows["phone"],
            },
            title="隆昌市工业园区企业名录",
        ),
    )
    land = ledger(
        {
            "序号": n,
            "统一社会信用代码": rows["code_x"],
            "企业名称": rows["firm"],
            "宗地代码": rows["code_y"],
            "不动产权证号": [f"川（2019）隆昌市不动产权第{7000 + i:07d}号" for i in n],
            "自有用地": rows["mu"].round(2),
            "用地方式": ["出让" if i % 3 else "租赁" for i in n],
        },
        title="企业用地情况表",
        above="单位：亩",
        total="合  计",
    )
    office.book(
        "用地情况.xlsx",
        用地=land,
        填表说明=Sheet([["一、本表由自然资源局填报。"], ["二、面积保留两位小数。"]]),
    )
    office.book("2023年经济指标.xlsx", 指标=_two_line_figures(rows))
    office.knows(
        "企业名录.xlsx",
        "Sheet1",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "单位详细名称",
            "industry_code": "行业代码（GB/T4754-2017）",
            "above_scale": "是否规上",
            "high_tech": "是否高新技术企业",
            "founded_on": "成立时间",
        },
    )
    office.knows(
        "用地情况.xlsx",
        "用地",
        occupancy={
            "enterprise_id": "统一社会信用代码",
            "parcel_id": "宗地代码",
            "area_m2": "自有用地 | 亩",
        },
        also={"occupancy": {"tenure": "用地方式"}},
    )
    office.unused("用地情况.xlsx", "填表说明", "instructions")
    office.knows(
        "2023年经济指标.xlsx",
        "指标",
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "营业收入 | 万元",
            "output_value": "工业总产值 | 万元",
            "tax": "税收 | 万元",
            "energy_tce": "综合能源消费量 | 吨标准煤",
            "electricity": "用电量 | 万千瓦时",
            "employees": "年末从业人员 | 人",
        },
        also={"indicators": {"rd_expense": "研发费用 | 万元"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.key("occupancy", "enterprise_id", "enterprises", 24, 24)
    office.key("indicators", "enterprise_id", "enterprises", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        output_value=rows["output"].sum(),
        tax=rows["tax"].sum(),
        energy_tce=rows["energy"].sum(),
        electricity=rows["power"].sum(),
        area_m2=rows["mu"].sum() * MU,
    )


def _two_line_figures(rows: pd.DataFrame) -> Sheet:
    return ledger(
        {
            "统一社会信用代码": rows["code_x"],
            "企业名称": rows["firm"],
            "营业收入": rows["revenue"],
            "工业总产值": rows["output"],
            "税收": rows["tax"],
            "研发费用": rows["rd"],
            "综合能源消费量": rows["energy"],
            "用电量": rows["power"],
            "年末从业人员": rows["people"],
        },
        title="2023年度规模以上工业企业主要指标",
        groups=[
            ("", 1),
            ("", 1),
            ("经济指标（万元）", 4),
            ("能源（吨标准煤）", 1),
            ("电力（万千瓦时）", 1),
            ("人员（人）", 1),
        ],
        total="合计",
        notes=["填表人：王芳", "审核人：李强    填报日期：2024年2月5日"],
    )


def old_formats(office: Office) -> None:
    """.xls and .ods of LibreOffice; a register without codes of industry, money in 千元."""
    made = town(12)
    base_layers(office, made)
    rows = made.ledger(2023)
    office.book(
        "企业基本情况.ods",
        基本情况=ledger(
            {
                "企业代码": rows["code_x"],
                "企业名称": rows["firm"],
                "所属行业": rows["trade"],
                "宗地代码": rows["code_y"],
                "占地面积（亩）": rows["mu"],
            }
        ),
    )
    office.book(
        "统计年报2023.xls",
        年报=ledger(
            {
                "统一社会信用代码": rows["code_x"],
                "单位名称": rows["firm"],
                "营业收入": (rows["revenue"] * 10).round(1),
                "应交增值税": (rows["tax"] * 6).round(1),
                "平均用工人数": rows["people"],
                "研究开发费用": (rows["rd"] * 10).round(1),
            },
            title="工业企业财务状况",
            above="计量单位：千元、人",
            total="合计",
        ),
    )
    office.knows(
        "企业基本情况.ods",
        "基本情况",
        enterprises={"enterprise_id": "企业代码", "name": "企业名称", "industry_name": "所属行业"},
        occupancy={
            "enterprise_id": "企业代码",
            "parcel_id": "宗地代码",
            "area_m2": "占地面积（亩） | 亩",
        },
    )
    office.knows(
        "统计年报2023.xls",
        "年报",
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "营业收入 | 千元",
            "employees": "平均用工人数 | 人",
            "rd_expense": "研究开发费用 | 千元",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.key("indicators", "enterprise_id", "enterprises", 24, 24)
    office.sums(
        2023,
        revenue=(rows["revenue"] * 10).round(1).sum() / 10,
        rd_expense=(rows["rd"] * 10).round(1).sum() / 10,
        area_m2=rows["mu"].sum() * MU,
    )


def one_sheet(office: Office) -> None:
    """One ledger in one sheet for all roles; two firms have no parcel, two name one not drawn."""
    made = town(13)
    base_layers(office, made)
    rows = made.ledger(2023)
    land = rows["code_y"].tolist()
    land[3] = land[7] = None
    land[11], land[12] = "511083009009GB99901", "511083009009GB99902"
    office.book(
        "“亩均论英雄”台账.xlsx",
        台账=ledger(
            {
                "序号": range(1, len(rows) + 1),
                "所属园区": rows["park_name"],
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "行业代码": rows["industry"],
                "规上/规下": ["规上" if s == "是" else "规下" for s in rows["scale"]],
                "宗地代码": land,
                "用地面积（亩）": rows["mu"],
                "营业收入（万元）": rows["revenue"],
                "工业增加值（万元）": rows["added"],
                "实缴税收（万元）": rows["tax"],
                "R&D经费支出（万元）": rows["rd"],
                "综合能耗（吨标煤）": rows["energy"],
                "年平均职工人数": rows["people"],
                "亩均税收（万元/亩）": (rows["tax"] / rows["mu"]).round(2),
                "备注": ["停产" if i == 5 else "" for i in range(len(rows))],
            },
            title="隆昌市2023年工业企业亩均效益评价基础数据",
            total="合计",
        ),
    )
    office.knows(
        "“亩均论英雄”台账.xlsx",
        "台账",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
        },
        occupancy={
            "enterprise_id": "统一社会信用代码",
            "parcel_id": "宗地代码",
            "area_m2": "用地面积（亩） | 亩",
        },
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "营业收入（万元） | 万元",
            "value_added": "工业增加值（万元） | 万元",
            "tax": "实缴税收（万元） | 万元",
            "rd_expense": "R&D经费支出（万元） | 万元",
            "energy_tce": "综合能耗（吨标煤） | 吨标煤",
            "employees": "年平均职工人数",
        },
        also={"enterprises": {"above_scale": "规上/规下"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 22, 20)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        value_added=rows["added"].sum(),
        tax=rows["tax"].sum(),
        rd_expense=rows["rd"].sum(),
    )


def town_sheets(office: Office) -> None:
    """Three towns' sheets of one form, one of them in 元, and a register in CSV of GB18030."""
    made = town(14)
    base_layers(office, made)
    rows = made.ledger(2023)
    thirds = {"金鹅街道": rows[:8], "古湖街道": rows[8:16], "圣灯镇": rows[16:]}
    sheets = {}
    for name, part in thirds.items():
        times, unit = (1e4, "元") if name == "圣灯镇" else (1, "万元")
        sheets[name] = ledger(
            {
                "序号": range(1, len(part) + 1),
                "企业名称": part["firm"],
                "统一社会信用代码": part["code_x"],
                "宗地代码": part["code_y"],
                "销售收入": (part["revenue"] * times).round(2),
                "缴纳税金": (part["tax"] * times).round(2),
                "固定资产投资": (part["fixed"] * times).round(2),
            },
            title=f"{name}2023年企业效益情况表",
            above=f"单位：{unit}",
            total="小计",
        )
    office.book("各镇街上报/汇总上报表.xlsx", **sheets)
    office.text(
        "企业库.csv",
        {
            "社会信用代码": rows["code_x"],
            "企业名称": rows["firm"],
            "行业代码": rows["industry"],
            "行业名称": rows["trade"],
            "登记状态": ["存续"] * len(rows),
        },
        "gb18030",
    )
    for name in thirds:
        unit = "元" if name == "圣灯镇" else "万元"
        office.knows(
            "各镇街上报/汇总上报表.xlsx",
            name,
            occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
            indicators={
                "enterprise_id": "统一社会信用代码",
                "revenue": f"销售收入 | {unit}",
                "tax": f"缴纳税金 | {unit}",
                "fixed_investment": f"固定资产投资 | {unit}",
            },
            also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"}},
        )
    office.knows(
        "企业库.csv",
        enterprises={
            "enterprise_id": "社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
            "industry_name": "行业名称",
        },
        also={"enterprises": {"status": "登记状态"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.key("indicators", "enterprise_id", "enterprises", 24, 24)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        fixed_investment=rows["fixed"].sum(),
    )


def departments(office: Office) -> None:
    """Tax bureau by credit code in 元, statistics by name in 千元, power company by name."""
    made = town(15)
    base_layers(office, made)
    rows = made.ledger(2023)
    office.book(
        "01经信局/企业用地名册.xlsx",
        名册=ledger(
            {
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "行业代码": rows["industry"],
                "宗地代码": rows["code_y"],
            }
        ),
    )
    office.book(
        "02税务局/2023年入库税收.xlsx",
        查询结果=ledger(
            {
                "社会信用代码（纳税人识别号）": rows["code_x"],
                "纳税人名称": rows["firm"],
                "主管税务所": ["第一税务所"] * len(rows),
                "入库税额合计": (rows["tax"] * 1e4).round(2),
            },
            title="2023年企业入库税收明细",
            above="金额单位：元",
        ),
    )
    named = rows["firm"].tolist()
    named[2] = named[2].replace("有限责任公司", "有限公司")
    office.book(
        "03统计局/2023年规上企业.xlsx",
        Sheet1=ledger(
            {
                "单位详细名称": named[:20],
                "营业收入": (rows["revenue"] * 10).round(1)[:20],
                "工业总产值（当年价格）": (rows["output"] * 10).round(1)[:20],
            },
            title="2023年规模以上工业企业主要经济指标",
            above="单位：千元",
            total="总计",
        ),
    )
    office.knows(
        "01经信局/企业用地名册.xlsx",
        "名册",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
        },
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
    )
    office.knows(
        "02税务局/2023年入库税收.xlsx",
        "查询结果",
        indicators={
            "enterprise_id": "社会信用代码（纳税人识别号）",
            "tax": "入库税额合计 | 元",
        },
        also={
            "enterprises": {
                "enterprise_id": "社会信用代码（纳税人识别号）",
                "name": "纳税人名称",
            }
        },
    )
    office.knows(
        "03统计局/2023年规上企业.xlsx",
        "Sheet1",
        indicators={
            "enterprise_id": "单位详细名称",
            "revenue": "营业收入 | 千元",
            "output_value": "工业总产值（当年价格） | 千元",
        },
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        tax=(rows["tax"] * 1e4).round(2).sum() / 1e4,
        revenue=(rows["revenue"] * 10).round(1)[:20].sum() / 10,
    )


def two_years(office: Office) -> None:
    """Two years side by side under merged headings, and sheets of sums by park and by industry."""
    made = town(16, years=(2022, 2023))
    base_layers(office, made)
    old, new = made.ledger(2022), made.ledger(2023)
    side = ledger(
        {
            "企业名称": new["firm"],
            "统一社会信用代码": new["code_x"],
            "宗地代码": new["code_y"],
            "2022年": old["revenue"],
            "2023年": new["revenue"],
            "2022年 ": old["tax"],
            "2023年 ": new["tax"],
        },
        title="重点企业两年效益对比表",
        groups=[("", 1), ("", 1), ("", 1), ("营业收入（万元）", 2), ("税收（万元）", 2)],
        total="合计",
    )
    by_park = new.groupby("park_name").agg(
        n=("firm", "size"), r=("revenue", "sum"), t=("tax", "sum")
    )
    by_trade = new.groupby("trade").agg(n=("firm", "size"), r=("revenue", "sum"), t=("tax", "sum"))
    office.book(
        "效益对比.xlsx",
        明细=side,
        分园区汇总=ledger(
            {
                "园区名称": by_park.index,
                "企业户数": by_park["n"],
                "营业收入（万元）": by_park["r"].round(2),
                "税收（万元）": by_park["t"].round(2),
            },
            title="2023年分园区汇总",
            total="合计",
        ),
        分行业汇总=ledger(
            {
                "行业": by_trade.index,
                "企业户数": by_trade["n"],
                "营业收入（万元）": by_trade["r"].round(2),
                "税收（万元）": by_trade["t"].round(2),
            },
            title="2023年分行业汇总",
            total="合计",
        ),
    )
    office.knows(
        "效益对比.xlsx",
        "明细",
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "revenue": "营业收入（万元） | 万元",
            "tax": "税收（万元） | 万元",
        },
        also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"}},
    )
    office.unused("效益对比.xlsx", "分园区汇总", "sums of the same rows by park")
    office.unused("效益对比.xlsx", "分行业汇总", "sums of the same rows by industry")
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(2023, revenue=new["revenue"].sum(), tax=new["tax"].sum())


def year_in_name(office: Office) -> None:
    """A workbook a year of one form; the year stands in the names of the files only."""
    made = town(17, years=(2021, 2022, 2023))
    base_layers(office, made)
    for year in (2021, 2022, 2023):
        rows = made.ledger(year)
        office.book(
            f"年度台账/企业效益{year}.xlsx",
            Sheet1=ledger(
                {
                    "统一社会信用代码": rows["code_x"],
                    "企业名称": rows["firm"],
                    "营业收入(万元)": rows["revenue"],
                    "税收收入(万元)": rows["tax"],
                    "年用电量(万千瓦时)": rows["power"],
                }
            ),
        )
        office.knows(
            f"年度台账/企业效益{year}.xlsx",
            "Sheet1",
            indicators={
                "enterprise_id": "统一社会信用代码",
                "revenue": "营业收入(万元) | 万元",
                "tax": "税收收入(万元) | 万元",
                "electricity": "年用电量(万千瓦时) | 万千瓦时",
            },
            also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"}},
        )
    office.text(
        "企业用地.csv",
        {
            "企业名称": made.ledger(2023)["firm"],
            "统一社会信用代码": made.ledger(2023)["code_x"],
            "行业代码": made.ledger(2023)["industry"],
            "宗地代码": made.ledger(2023)["code_y"],
            "占用面积(平方米)": made.ledger(2023)["area"],
        },
        "gb18030",
    )
    office.knows(
        "企业用地.csv",
        enterprises={
            "enterprise_id": "统一社会信用代码",
            "name": "企业名称",
            "industry_code": "行业代码",
        },
        occupancy={
            "enterprise_id": "统一社会信用代码",
            "parcel_id": "宗地代码",
            "area_m2": "占用面积(平方米) | m²",
        },
    )
    rows = made.ledger(2023)
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.key("indicators", "enterprise_id", "enterprises", 72, 72)
    office.sums(
        2023,
        revenue=rows["revenue"].sum(),
        tax=rows["tax"].sum(),
        electricity=rows["power"].sum(),
        area_m2=rows["area"].sum(),
    )


def misleading(office: Office) -> None:
    """Headings that are nearly the right ones: bases, growth, targets, ranks, planned and actual."""
    made = town(18)
    rows = made.ledger(2023)
    parks = made.parks.assign(real=(made.parks["hectares"] * 0.93).round(2))
    parks = parks[["park", "name", "hectares", "real", "geometry"]].set_axis(
        ["园区编号", "园区名称", "批准面积公顷", "实际面积公顷", "geometry"], axis=1
    )
    office.shapes("园区.gpkg", parks.set_geometry("geometry"), "园区")
    land = made.parcels
    planned = gpd.GeoDataFrame(
        {
            "宗地编号": land["plot"],
            "规划容积率": 1.2,
            "现状容积率": (land["floor"] / land["area"]).round(2),
            "规划建筑面积": (land["area"] * 1.2).round(1),
            "现状建筑面积": land["floor"],
            "批准用地面积": (land["area"] * 1.02).round(2),
            "证载面积": land["area"],
            "规划用途": "100102",
            "现状用途": land["use"],
        },
        geometry=land.geometry,
        crs=GK105,
    )
    office.shapes("宗地现状与规划.gpkg", planned, "宗地")
    rank = rows["tax"].rank(ascending=False).astype(int)
    office.book(
        "2023年度评价.xlsx",
        评价表=ledger(
            {
                "排名": rank,
                "企业名称": rows["firm"],
                "统一社会信用代码": rows["code_x"],
                "宗地编号": rows["plot"],
                "目标产值（万元）": (rows["output"] * 1.3).round(2),
                "产值（万元）": rows["output"],
                "产值同比（%）": [4.2] * len(rows),
                "计税依据（万元）": (rows["revenue"] * 0.8).round(2),
                "应纳税额（万元）": (rows["tax"] * 1.1).round(2),
                "实际入库税额（万元）": rows["tax"],
                "应纳税额同比": [0.061] * len(rows),
                "亩均税收（万元/亩）": (rows["tax"] / rows["mu"]).round(2),
                "亩均税收排名": rank,
                "上年税收（万元）": (rows["tax"] * 0.9).round(2),
                "得分": [80.5] * len(rows),
                "评价等级": ["ABCD"[i % 4] for i in range(len(rows))],
            },
            title="2023年度工业企业亩均效益评价结果",
        ),
    )
    office.knows(
        "园区.gpkg",
        crs=GK105,
        parks={
            "park_id": "园区编号",
            "name": "园区名称",
            "approved_area_ha": "批准面积公顷 | 公顷",
        },
    )
    office.knows(
        "宗地现状与规划.gpkg",
        crs=GK105,
        parcels={
            "parcel_id": "宗地编号",
            "contract_area_m2": "证载面积 | m²",
            "floor_area_m2": "现状建筑面积 | m²",
            "land_use": "现状用途",
        },
    )
    office.knows(
        "2023年度评价.xlsx",
        "评价表",
        occupancy={"enterprise_id": "统一社会信用代码", "parcel_id": "宗地编号"},
        indicators={
            "enterprise_id": "统一社会信用代码",
            "output_value": "产值（万元） | 万元",
            "tax": "实际入库税额（万元） | 万元",
        },
        also={"enterprises": {"enterprise_id": "统一社会信用代码", "name": "企业名称"}},
    )
    office.key("occupancy", "parcel_id", "parcels", 24, 24)
    office.sums(
        2023,
        output_value=rows["output"].sum(),
        tax=rows["tax"].sum(),
        floor_area_m2=land["floor"].sum(),
        contract_area_m2=land["area"].sum(),
    )
