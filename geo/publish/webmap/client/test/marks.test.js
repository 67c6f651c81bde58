import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, marks, marksOf } from "../src/map/marks.js";
import { datedColumns, yearOf } from "../src/map/year.js";
import { opened, reduce } from "../src/state.js";
import { page } from "./page.js";

/** The state after actions. */
const after = (...actions) => actions.reduce(reduce, opened(page(), { n: 4 }));
const YEAR = { type: "look", look: { year: 2021 } };
const TAX = { type: "theme", theme: 1 };

test("a plain map has no marks", () => {
  assert.deepEqual(marks(after()), []);
  assert.deepEqual(marks(after(TAX, { type: "look", look: { year: 2023 } })), []);
});

test("filters stand in one line, then park, hidden classes, year and trial", () => {
  const state = after(
    { type: "only-class", theme: 0, code: 1 },
    { type: "area", side: 1, value: 3 },
    { type: "park", park: "Q" },
    ...[TAX, YEAR, { type: "toggle-class", code: 0 }],
    { type: "try", subject: "rule:1" },
    { type: "try-bar", side: "lowBy", value: -10 },
  );
  assert.deepEqual(marks(state), [
    "筛选：compliance：类1；面积（亩）：0 – 3",
    "园区：园区/乙",
    "隐藏：≤ 5",
    "年份：2021（未注年份的其余数值为2023年）",
    "试算中：pack/output · 表中各行业 −10%（250→225、350→315 万元/亩）",
  ]);
  const plain = marksOf(state).reduce((s, { drop }) => reduce(s, drop), state);
  assert.deepEqual(marks(plain), []);
  const row = [
    { type: "try", subject: "rule:1" },
    { type: "try-row", row: 1 },
    { type: "try-bar", side: "low", value: 400 },
    { type: "switch-language" },
  ];
  assert.deepEqual(marks(after(...row)), [
    "On trial: pack/output · 机械/一 ≥ CNY 4 m/mu (was CNY 3.5 m/mu)",
  ]);
});

test("all classes but a few are said by what is missing, none by that", () => {
  const hide = (...codes) => codes.map((code) => ({ type: "toggle-class", code }));
  const kept = after(...hide(2), { type: "keep-hidden" });
  assert.deepEqual(marks(kept), ["筛选：compliance：不含 类2"]);
  const none = after(...hide(0, 1, 2, 3, 4), { type: "keep-hidden" });
  assert.deepEqual(marks(none), ["筛选：compliance：（无）"]);
});

test("a year is said only of figures that are of it", () => {
  assert.equal(yearOf(after(YEAR)), 2023); // verdicts are of the map's year
  const state = after(TAX, YEAR);
  assert.equal(yearOf(state), 2021);
  const [column] = datedColumns(state);
  assert.deepEqual([column.year, column.values[0]], [2021, 4]);
  assert.equal(datedColumns(after(YEAR))[0].year, null);
});

test("a file's name says theme and marks, and is one on any system", () => {
  const state = after(TAX, { type: "park", park: "Q" }, { type: "area", side: 0, value: 5 });
  const name = fileName(state, "csv");
  assert.match(name, /^示范_tax_筛选：面积（亩）：5 – ∞_园区：园区 乙_\d{4}-\d\d-\d\d\.csv$/u);
  const data = { ...page(), title: "a/..\\b<script>\u202e\ud83c".repeat(40) };
  const other = fileName(opened(data, { n: 4 }), "xlsx");
  assert.doesNotMatch(other, /[<>:"/\\|?*\u202e]/u);
  assert.ok(other.length < 100);
});
