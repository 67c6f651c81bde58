import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, changeTheme, differences, steps, yearsOf } from "../src/map/change.js";
import { flipsOf, changes, rulesOf } from "../src/map/flips.js";
import { Odd } from "../src/lib/json.js";
import { fileOf, joined, scenariosIn } from "../src/map/scenarios.js";

const THEME = {
  ...{ id: "tax", zh: "税收", en: "Tax", column: "tax", note: ["", ""], edges: [] },
  legend: [{ zh: "无数据", en: "no data", color: "#ccc", key: "none", parcels: 1, mu: 0 }],
};
const DATA = {
  year: 2023,
  columns: [
    {
      ...{ name: "tax", kind: "number", unit: ["万元/亩", "10,000 CNY/mu"] },
      values: Float32Array.of(10, 10, 7, 20, NaN, 3),
    },
  ],
  history: {
    years: [2021, 2023],
    figures: [{ name: "tax", year: 2021, values: Float32Array.of(10, 9.5, 9, 5, 1, NaN) }],
  },
};

test("a change is the later less the earlier, and none where either year lacks", () => {
  const years = yearsOf(DATA, THEME, { method: "quantile", year: null, since: 2021 });
  assert.deepEqual(years, { from: 2021, to: 2023 });
  assert.deepEqual([...differences(DATA, THEME, years)], [0, 0.5, -2, 15, NaN, NaN]);
  const { codes, legend, zh, column } = changeTheme(DATA, THEME, years);
  assert.deepEqual([...codes], [3, 4, 1, 6, 7, 7]); // edges 2 and 10
  assert.match(zh, /税收.*2021.*2023/);
  assert.equal(column, "change:tax");
  assert.equal(legend.length, 8);
  assert.match(legend[7].zh, /2021.*2023/);
  for (const look of [{ year: 2021, since: 2021 }, { year: null }, { year: null, since: 1999 }]) {
    assert.equal(yearsOf(DATA, THEME, { method: "quantile", ...look }), null);
  }
});

test("classes lie around zero at round figures, the same above and below", () => {
  assert.deepEqual(steps(Float32Array.of(0, 0.9, -2.2, 4.8, NaN)), [2, 5]);
  assert.deepEqual(steps(Float32Array.of(3, 3, 3)), [2, 4]);
  assert.deepEqual(steps(Float32Array.of(0, NaN)), [1, 2]);
  const codes = [-5, -4.9, -2, -1.9, 0, 1.9, 2, 4.9, 5, NaN].map((v) => codeOf(v, 2, 5));
  assert.deepEqual(codes, [0, 1, 1, 2, 3, 4, 5, 5, 6, 7]);
});

test("what flips is counted by what it is from and to, of those in play", () => {
  const theme = { trial: "compliance", codes: Uint8Array.of(0, 1, 0, 2, 0) };
  const rule = (...verdict) => ({ verdict: Uint8Array.from(verdict) });
  const data = {
    mu: Float32Array.of(1, 2, 4, 8, 16),
    themes: [theme],
    rules: [rule(0, 1, 0, 2, 0), rule(0, 0, 0, 0, 0)],
  };
  const page = {
    themes: [{ ...theme, codes: Uint8Array.of(1, 0, 1, 2, 1) }],
    rules: [rule(1, 0, 0, 2, 1), rule(0, 0, 1, 0, 1)],
  };
  const [found] = flipsOf(data, page, Uint8Array.of(1, 1, 1, 1, 0));
  assert.deepEqual(found.parcels, [0, 1, 2]);
  assert.deepEqual(
    changes(data, found).map(({ from, to, parcels, mu }) => [from, to, parcels, mu]),
    [
      [0, 1, [0, 2], 5],
      [1, 0, [1], 2],
    ],
  );
  assert.deepEqual(rulesOf(data, page, 4), [0, 1]);
  assert.deepEqual(flipsOf(data, data, Uint8Array.of(1, 1, 1, 1, 1)), []);
});

test("a file of scenarios comes back as it went, and anything else is refused", () => {
  const trial = {
    subject: "",
    row: null,
    bars: [["p/tax", null, "lowBy", 5]],
    weights: {},
    cuts: {},
  };
  const one = { name: "甲", made: "2026-11-29", trial };
  const text = fileOf({ title: "t", year: 2023 }, [one]);
  assert.deepEqual(scenariosIn(text), [one]);
  assert.deepEqual(joined([one], [{ ...one, made: "x" }]), [{ ...one, made: "x" }]);
  for (const odd of [
    "",
    "[]",
    "{}",
    text.replace("mujun-scenarios", "x"),
    text.replace("甲", ""),
  ]) {
    assert.throws(() => scenariosIn(odd), Odd);
  }
});
