// What the map says of itself, in both languages; data brings its own labels.

export const WORDS = {
  zh: {
    colon: "：", comma: "、", theme: "专题", search: "搜索宗地、企业、代码或拼音首字母", none: "没有结果",
    parcels: "宗", mu: "亩", total: "合计", synthetic: "合成数据", sources: "来源", close: "关闭", park: "园区",
    enterprises: "企业", verdicts: "规则判定", targets: "规划目标", value: "实际", threshold: "要求", short: "差",
    over: "余", mend: "达标需", or: "，或退出土地", grade: "等级", score: "得分", rank: "位次",
    sure: "稳定性", better: "距上一等级（分）", beside: "对照", keep: "加为筛选", drop: "点击取消该筛选",
    everyPark: "全部园区", list: "列表", saveCsv: "导出 CSV", saveXlsx: "导出 Excel",
    firstOnly: "只列前300宗，导出含全部", zones: "管控线",
    facilities: "承载与可达", nearest: "最近", covered: "服务半径内", clause: "条款", source: "文件",
    rowOf: "表中行业", figures: "指标", trend: "历年亩均（万元/亩）",
    basis: { contract: "面积依据：合同（证载）面积", ellipsoidal: "面积依据：椭球面积",
             plane: "面积依据：三度带平面面积" },
    language: "English", year: "年份", legendHint: "点击图例可隐藏或显示该类",
    method: "分级", methods: { quantile: "等量", natural: "自然断点", equal: "等距", limits: "现行阈值" },
    classed: { quantile: "等量分级", natural: "自然断点分级", equal: "等距分级", limits: "按现行阈值分级" }, filters: "筛选", every: "全部", area: "面积（亩）", from: "自", to: "至",
    clear: "清除筛选", swipe: "卷帘对比", right: "右侧", divider: "卷帘分隔线",
    trial: "阈值试算", trialGrade: "评价", everyRow: "全部行", weights: "权重", shares: "等级比例（累计 %）",
    points: "等级分数线", reset: "恢复运行结果", tried: "试算中：所示判定不是运行结果", fails: "不达标",
    graded: "各等级企业", was: "原", and: "且", outcome: "判定结果与主要原因", tax: "税收", nothing: "请选择规则或评价",
    distance: "测距", measureArea: "测面积", fullscreen: "全屏", print: "打印", picture: "存为图片",
    measureHint: "单击加点，双击或回车结束，Esc 取消", perimeter: "周长", paper: "纸张", landscape: "横向", portrait: "纵向",
    printNow: "打印…", north: "北", zone: "3度带", madeOn: "制图日期", legend: "图例", scale: "比例尺",
    crs: "坐标系：CGCS2000", baseless: "不含在线底图",
    zoomIn: "图例为全部宗地；放大后载入宗地，可筛选、试算、列表", loaded: "已载入", missing: "缺少文件，请重新生成地图文件夹：",
  },
  en: {
    colon: ": ", comma: ", ", theme: "Theme", search: "Search parcel id, enterprise name, code or initials",
    none: "No match", parcels: "parcels", mu: "mu", total: "Total", synthetic: "Synthetic data", sources: "Sources",
    close: "Close", park: "Park", enterprises: "Enterprises", verdicts: "Verdicts", targets: "Targets of the plan",
    value: "Value", threshold: "Required", short: "short by", over: "margin", mend: "To comply", or: ", or give back",
    grade: "Grade", score: "score", rank: "rank", sure: "stability", better: "Points to the next grade",
    beside: "Beside", clause: "Clause", source: "Document", rowOf: "Row of the table", keep: "Keep as filter",
    drop: "Click to drop this filter", everyPark: "All parks", list: "List", saveCsv: "Save CSV",
    saveXlsx: "Save Excel", firstOnly: "First 300 only; the files have all",
    zones: "Control lines", facilities: "Facilities", nearest: "nearest", covered: "covered", figures: "Figures",
    trend: "Over the years (10⁴ yuan per mu)",
    basis: { contract: "Area: contract", ellipsoidal: "Area: ellipsoidal",
             plane: "Area: plane, 3-degree zone" },
    language: "中文", year: "Year", legendHint: "Click a class to hide or show it",
    method: "Classes", methods: { quantile: "quantiles", natural: "natural breaks", equal: "equal steps", limits: "thresholds in force" },
    classed: { quantile: "quantile classes", natural: "classes by natural breaks", equal: "classes of equal steps", limits: "classes by thresholds in force" },
    filters: "Filters", every: "all", area: "Area (mu)", from: "from", to: "to",
    clear: "Clear filters", swipe: "Swipe", right: "Right side", divider: "Divider",
    trial: "Try thresholds", trialGrade: "Evaluation", everyRow: "all rows", weights: "Weights",
    shares: "Shares of grades (cumulative %)", points: "Score limits", reset: "Back to the run",
    tried: "On trial: what is shown is not the run's result", fails: "fail", graded: "Enterprises by grade", was: "was",
    and: " and ", outcome: "Verdicts and their first reasons", tax: "tax", nothing: "Choose a rule or the evaluation",
    distance: "Distance", measureArea: "Area", fullscreen: "Full screen", print: "Print", picture: "Save picture",
    measureHint: "Click to add points, double-click or Enter ends, Esc drops", perimeter: "perimeter", paper: "Paper",
    landscape: "landscape", portrait: "portrait", printNow: "Print…", north: "N", zone: "3° zone", madeOn: "Made on",
    legend: "Legend", scale: "Scale", crs: "CGCS2000", baseless: "without the online basemap",
    zoomIn: "The legend is of all parcels; zoom in to load them, to filter, try and list", loaded: "Loaded",
    missing: "A file is missing, make the folder again:",
  },
};

/** How a comparison is written for people. */
export function signOf(side, ends) {
  return side === "low" ? (ends & 1 ? ">" : "≥") : ends & 2 ? "<" : "≤";
}

/** An element with text and children; text is never parsed as HTML. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
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
