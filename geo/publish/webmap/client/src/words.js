// What the map says of itself, in both languages; data brings its own labels.

export const WORDS = {
  zh: {
    colon: "：", comma: "、", theme: "专题", search: "搜索宗地编号、企业名称或代码", none: "没有结果", parcels: "宗", mu: "亩",
    total: "合计", synthetic: "合成数据", sources: "来源", close: "关闭", park: "园区",
    enterprises: "企业", verdicts: "规则判定", targets: "规划目标", value: "实际", threshold: "要求", short: "差",
    over: "余", mend: "达标需", or: "，或退出土地", grade: "等级", score: "得分", rank: "位次",
    sure: "稳定性", better: "距上一等级（分）", beside: "对照", keep: "加为筛选", drop: "点击取消该筛选", everyPark: "全部园区", list: "列表", save: "导出 CSV", firstOnly: "只列前300宗，CSV 含全部", zones: "管控线", facilities: "承载与可达", nearest: "最近", covered: "服务半径内", clause: "条款", source: "文件", rowOf: "表中行业", figures: "指标",
    basis: { contract: "面积依据：合同（证载）面积", ellipsoidal: "面积依据：椭球面积",
             plane: "面积依据：三度带平面面积" },
    language: "English", year: "年", legendHint: "点击图例可隐藏或显示该类", fit: "全部范围",
  },
  en: {
    colon: ": ", comma: ", ", theme: "Theme", search: "Search parcel id, enterprise name or code", none: "No match",
    parcels: "parcels", mu: "mu", total: "Total", synthetic: "Synthetic data", sources: "Sources",
    close: "Close", park: "Park", enterprises: "Enterprises", verdicts: "Verdicts", targets: "Targets of the plan", value: "Value",
    threshold: "Required", short: "short by", over: "margin", clause: "Clause", source: "Document",
    rowOf: "Row of the table", keep: "Keep as filter", drop: "Click to drop this filter", everyPark: "All parks", list: "List", save: "Save CSV", firstOnly: "First 300 only; the CSV has all", zones: "Control lines", facilities: "Facilities", nearest: "nearest", covered: "covered", figures: "Figures",
    basis: { contract: "Area: contract", ellipsoidal: "Area: ellipsoidal",
             plane: "Area: plane, 3-degree zone" },
    language: "中文", year: "", legendHint: "Click a class to hide or show it", fit: "Whole extent",
  },
};

/** An element with text and children; text is never parsed as HTML. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

/** A value of a column, or null where it is missing. */
export function at(values, i) {
  const value = values?.[i];
  return value === undefined || Number.isNaN(value) ? null : value;
}

export function number(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
