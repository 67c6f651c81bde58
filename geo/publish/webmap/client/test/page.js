// A page of four parcels: themes of verdicts, figures and words, two rules, a method of grades.

const classes = (n) =>
  Array.from({ length: n }, (_, k) => ({
    key: `c${k}`,
    zh: `类${k}`,
    en: `class ${k}`,
    color: "#000000",
    parcels: 1,
  }));

function rule(id, indicator, more) {
  return {
    ...{ id, zh: id, en: id, indicator, operator: ">=", mandatory: true, decimals: 2 },
    ...{
      pack: "pack",
      level: 0,
      stands: "beside",
      any_of: "",
      unit: ["万元/亩", "10,000 CNY/mu"],
    },
    industries: [""],
    industry: Int32Array.of(0, 0, 0, 0),
    value: Float64Array.of(5, 9, 20, NaN),
    low: Float64Array.of(8, 8, 8, 8),
    high: Float64Array.of(NaN, NaN, NaN, NaN),
    ends: Uint8Array.of(0, 0, 0, 0),
    verdict: Uint8Array.of(1, 0, 0, 2),
    reason: Uint8Array.of(0, 0, 0, 1),
    ...more,
  };
}

function theme(id, codes, n, more) {
  return {
    ...{ id, zh: id, en: id, note: ["", ""], edges: [], column: "", trial: "", rule: "" },
    ...{ codes, legend: classes(n) },
    ...more,
  };
}

/** A fresh page, so that no test spoils another's. */
export function page() {
  const output = rule("pack/output", "output", {
    mandatory: false,
    industries: ["玻璃", "机械/一"],
    industry: Int32Array.of(0, 1, 1, 0),
    low: Float64Array.of(250, 350, 350, 250),
    value: Float64Array.of(260, 340, 360, 100),
    verdict: Uint8Array.of(0, 1, 0, 1),
    reason: Uint8Array.of(0, 0, 0, 0),
  });
  const item = (indicator) => ({ indicator, zh: indicator, en: indicator, weight: 60 });
  const cut = (name, to) => ({ name, to, least: null });
  const group = {
    ...{ id: "all", zh: "全部", en: "all", own_cuts: false },
    items: [item("tax"), item("energy")],
    cuts: [cut("A", 20), cut("B", 60)],
    member: new Int32Array(0),
  };
  return {
    ids: ["A", "B", "C", "D"],
    mu: Float32Array.of(1, 2, 4, NaN),
    park_of: ["P", "P", "Q", ""],
    parks: [
      { id: "P", name: "园区甲" },
      { id: "Q", name: "园区/乙" },
    ],
    compliance: Uint8Array.of(1, 0, 0, 2),
    rules: [rule("pack/tax", "tax"), output],
    scores: { groups: [group], grading: { by: "share" }, grade: new Uint8Array(0), main: [] },
    history: { years: [2021, 2023], figures: [tax2021()] },
    year: 2023,
    columns: [{ name: "tax", kind: "number", values: Float32Array.of(5, 9, 20, NaN) }],
    sums: [],
    ramp: ["#ffffff", "#000000"],
    themes: [
      theme("compliance", Uint8Array.of(1, 0, 0, 2), 5, { trial: "compliance" }),
      theme("tax", Uint8Array.of(0, 1, 2, 3), 4, { column: "tax", edges: [6, 10] }),
      theme("rule:pack/tax", Uint8Array.of(1, 0, 0, 2), 5, { trial: "rule", rule: "pack/tax" }),
    ],
    board: [
      { id: "tax", theme: "tax" },
      { id: "pass", theme: "compliance" },
      { id: "targets", theme: "" },
    ],
    lang: "zh",
    title: "示范",
  };
}

function tax2021() {
  return { name: "tax", year: 2021, values: Float32Array.of(4, 11, 30, NaN) };
}
