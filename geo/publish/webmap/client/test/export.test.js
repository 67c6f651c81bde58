import assert from "node:assert/strict";
import { test } from "node:test";
import { strFromU8, unzipSync } from "fflate";
import { Job } from "../src/export/job.js";
import { ordered } from "../src/export/order.js";
import { fileOf } from "../src/export/save.js";
import { localTime, serial } from "../src/lib/moment.js";
import { columnsOf } from "../src/export/sheet.js";
import { decimalsOf, figureText } from "../src/lib/format.js";
import { tasks } from "../src/work/tasks.js";

const named = (name, zh) => ({ name, zh, en: name, unit: ["", ""], coded: {} });
const text = (name, zh, values) => ({ ...named(name, zh), kind: "text", values });
const numbers = (name, zh, unit, ...values) => ({
  ...named(name, zh),
  unit: [unit, unit],
  kind: "number",
  values: Float32Array.from(values),
});
const classes = (id, ...names) => ({
  id,
  zh: id,
  en: id,
  column: id,
  filter: true,
  codes: Uint8Array.of(1, 0, 1, 0),
  legend: names.map((zh) => ({ zh, en: zh, parcels: 1 })),
});
const page = /** @type {any} */ ({
  ids: ["A", "B", "C", "D"],
  mu: Float32Array.of(1.5, 2, 4, NaN),
  park_of: ["P", "P", "Q", ""],
  parks: [{ id: "P", name: "东区" }],
  year: 2023,
  history: { years: [2021, 2023], figures: [] },
  occupiers: {
    ids: ["E1", "E2"],
    names: ["=cmd|'/C calc'!A0", ""],
    enterprise: Int32Array.of(0, 1, 1),
    parcel: Int32Array.of(2, 2, 0),
  },
  themes: [
    classes("industry", "30 非金属", "34 设备"),
    classes("compliance", "达标", "不达标"),
    { ...classes("tax", "少", "多"), filter: false },
  ],
  columns: [
    numbers("area_mu", "计算面积", "亩", 1.5, 2, 4, NaN),
    numbers("plots", "宗数", "", 1, 2, 3, 1200),
    numbers("tax", "税收", "万元", 5, NaN, 7.25, -1),
    numbers("tax", "税收", "万元", 5, NaN, 7.25, -1),
    text("note", "注", ["=1+1", 'a,"b"', null, "_x0041_ <b>"]),
  ],
});
const columns = columnsOf(page, page.themes[2], "zh");

test("what one filters by stands first, then the figure shown, and no column twice", () => {
  assert.deepEqual(
    columns.map(({ title }) => title),
    "宗地 园区 企业 compliance industry 税收（万元） 面积（亩） 宗数 注".split(" "),
  );
  const [, park, enterprise, verdict] = columns.map((c) => [0, 1, 2, 3].map((i) => c.text(i)));
  assert.deepEqual(park, ["东区", "东区", "Q", null]);
  assert.deepEqual(enterprise, ["E2", null, "=cmd|'/C calc'!A0、E2", null]);
  assert.deepEqual(verdict, ["不达标", "达标", "不达标", "达标"]);
});

test("by a figure or a text, either way, what is missing comes last and is counted", () => {
  const all = Uint32Array.of(0, 1, 2, 3);
  const by = (key, down) => {
    const { rows, missing } = ordered(
      columns.find((c) => c.key === key),
      all,
      down,
    );
    return [[...rows], missing];
  };
  assert.deepEqual(by("tax", true), [[2, 0, 3, 1], 1]);
  assert.deepEqual(by("tax", false), [[3, 0, 2, 1], 1]);
  assert.deepEqual(by("enterprise", false), [[2, 0, 1, 3], 2]);
  assert.deepEqual(by("class:compliance", false), [[0, 2, 1, 3], 0]);
  assert.deepEqual(by("class:compliance", true), [[1, 3, 0, 2], 0]);
});

const hand = () => {
  const known = tasks();
  return /** @type {any} */ ({ ask: async (name, given) => known[name](given) });
};
const made = (format, watch = {}) =>
  fileOf(
    hand(),
    format,
    { columns, rows: Uint32Array.of(2, 0, 1, 3), notes: ["模拟数据", "=2+2"] },
    { progress: () => {}, stopped: () => false, ...watch },
  );

test("CSV: marks, headings, rows; text that would be a formula is text", async () => {
  const lines = (await (await made("csv")).text()).split("\r\n");
  assert.equal(lines[0].replace("\ufeff", ""), "模拟数据");
  assert.equal(lines[1], "'=2+2");
  assert.match(lines[2], /^宗地,园区,企业,/);
  assert.equal(lines[3], "C,Q,'=cmd|'/C calc'!A0、E2,不达标,34 设备,7.25,4,3,");
  assert.equal(lines[5], 'B,东区,,达标,30 非金属,,2,2,"a,""b"""');
  assert.equal(lines.length, 8);
});

test("Excel: a frozen head with a filter, formats of figures, and no formula", async () => {
  const files = unzipSync(new Uint8Array(await (await made("xlsx")).arrayBuffer()));
  const sheet = strFromU8(files["xl/worksheets/sheet1.xml"]);
  const texts = strFromU8(files["xl/sharedStrings.xml"]);
  assert.match(sheet, /<pane xSplit="1" ySplit="3" topLeftCell="B4"/);
  assert.match(sheet, /<autoFilter ref="A3:I7"\/>/);
  assert.match(sheet, /<c s="5"><v>7.25<\/v><\/c><c s="5"><v>4<\/v><\/c><c s="3"><v>3</);
  assert.match(texts, /_x005F_x0041_ &lt;b&gt;/);
  assert.doesNotMatch(sheet, /<f[ >]/);
  assert.equal(sheet.match(/<row>/g).length, 7);
});

test("days and moments are such in a workbook, by the reader's clock", async () => {
  const at = (/** @type {string} */ iso) => localTime(iso);
  const moment = at("2026-11-28T07:04:59.000Z");
  assert.match(moment, /^2026-11-2[789] \d\d:04$/);
  assert.equal(new Date(moment.replace(" ", "T")).toISOString(), "2026-11-28T07:04:00.000Z");
  assert.equal(serial("2026-11-28"), 46354);
  assert.equal(serial("2026-11-28 12:00"), 46354.5);
  for (const odd of ["2026-11-28T07:04:59.000Z", "28.11.2026", "", "2026-13-01"])
    assert.ok(Number.isNaN(serial(odd)), odd);
  const job = new Job("xlsx", {
    columns: [{ title: "a", decimals: 0, width: 9, dated: true }],
    notes: [],
  });
  job.add([["2026-11-28 12:00", "2026-11-28", null, "odd"]]);
  const files = unzipSync(new Uint8Array(await job.end().arrayBuffer()));
  const sheet = strFromU8(files["xl/worksheets/sheet1.xml"]);
  assert.match(sheet, /<c s="11"><v>46354.5<\/v><\/c><\/row><row><c s="10"><v>46354<\/v>/);
  assert.match(sheet, /<c\/><\/row><row><c t="s">/);
});

test("called off there is no file, and nothing of it is kept", async () => {
  let asked = 0;
  assert.equal(await made("xlsx", { stopped: () => asked++ > 0 }), null);
  const job = new Job("csv", { columns: [{ title: "a", decimals: 0, width: 9 }], notes: [] });
  for (let k = 0; k < 200; k++) job.add([Float32Array.of(k)]);
  assert.ok(job.pieces.length < 70); // handed on to the browser
  assert.equal((await job.end().text()).split("\r\n").length, 202);
});

test("figures are whole, of two or of four decimals", () => {
  assert.equal(decimalsOf([1, NaN, 3]), 0);
  assert.equal(decimalsOf([0.25, 0.5]), 4);
  assert.equal(decimalsOf([0.25, null, 12.5]), 2);
  assert.equal(figureText({ values: [0.25, 12.5] }, 6.8), "6.80");
  assert.equal(figureText({ values: [0.25, 0.5], decimals: 2 }, 0.5), "0.50"); // of another year
  assert.equal(figureText({ values: [1200, NaN] }, NaN), "—");
  assert.equal(figureText({ values: [2, 3] }, 2.5), "2.50"); // the median of whole ones
});
