import assert from "node:assert/strict";
import { test } from "node:test";
import { counts } from "../src/map/classes.js";
import { csv, excelText } from "../src/lib/cells.js";
import { mask, shown, sums } from "../src/map/filter.js";

const legend = (n) => Array.from({ length: n }, () => ({}));
const data = {
  sums: ["revenue", "tax"],
  ids: ["A", "B", "C", "D"],
  mu: Float32Array.of(1, 2, 4, NaN),
  park_of: ["P", "P", "Q", ""],
  themes: [
    { codes: Uint8Array.of(0, 1, 1, 0), legend: legend(2) },
    { codes: Uint8Array.of(2, 0, 1, 1), legend: legend(3) },
  ],
  columns: [
    {
      name: "tax",
      zh: "税收",
      en: "Tax",
      unit: ["万元", "10,000 CNY"],
      values: Float32Array.of(5, NaN, 7.25, 1),
    },
  ],
};

test("filters of several themes and a park combine", () => {
  const filter = (theme, ...hidden) => ({
    codes: data.themes[theme].codes,
    hidden: new Set(hidden),
  });
  const kept = [filter(0, 0)];
  assert.deepEqual([...mask(data, kept)], [0, 1, 1, 0]);
  assert.deepEqual([...mask(data, [...kept, filter(1, 1)])], [0, 1, 0, 0]);
  assert.deepEqual([...mask(data, kept, "Q")], [0, 0, 1, 0]);
  assert.deepEqual([...mask(data, [], "P")], [1, 1, 0, 0]);
  // Both bounds belong to the span; an area that is not known lies in none.
  assert.deepEqual([...mask(data, [], "", [2, 4])], [0, 1, 1, 0]);
  assert.deepEqual([...mask(data, [], "", [null, 1])], [1, 0, 0, 0]);
});

test("counts and 亩 are of the parcels in play, and add up", () => {
  const all = counts(data, data.themes[1], mask(data, []));
  assert.deepEqual(all, [
    { parcels: 1, mu: 2 },
    { parcels: 2, mu: 4 },
    { parcels: 1, mu: 1 },
  ]);
  const some = counts(data, data.themes[1], mask(data, [], "P"));
  assert.deepEqual(
    some.map((c) => c.parcels),
    [1, 0, 1],
  );
});

test("sums leave out what is missing and say how many report", () => {
  const [tax] = sums(data, [0, 1, 2]);
  assert.deepEqual([tax.total, tax.known], [12.25, 2]);
  assert.deepEqual(sums(data, [1]), []);
});

test("a class that is hidden is not shown", () => {
  assert.deepEqual(shown(data.themes[0], mask(data, [], "P"), new Set([1])), [0]);
});

test("no text is a formula or breaks a file, whatever it begins with", () => {
  const hostile = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
  ];
  const cells = hostile.map(
    (text) =>
      csv([[text]])
        .slice(1, -2)
        .replace(/^"/, "")[0],
  );
  assert.deepEqual(new Set(cells), new Set(["'"]));
  assert.equal(csv([["a=b", 5, -5, null]]), "\ufeffa=b,5,-5,\r\n");
  assert.equal(excelText("a\u0000b\u0007\ud800c"), "a\ufffdb\ufffd\ufffdc");
  assert.equal(excelText("x".repeat(40000)).length, 32767);
  assert.equal(excelText("x".repeat(40000)).at(-1), "…");
  assert.equal(excelText("=1+1"), "=1+1");
});
