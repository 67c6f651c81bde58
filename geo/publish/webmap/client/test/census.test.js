import assert from "node:assert/strict";
import { test } from "node:test";
import { Census } from "../src/judge/census.js";
import { needed } from "../src/judge/needed.js";
import { ofParcels, regrade } from "../src/judge/grade.js";
import { effect, triedPage } from "../src/judge/tried.js";
import { counts, dressed } from "../src/map/classes.js";
import { mask, shown, sums } from "../src/map/filter.js";
import { tally, totals } from "../src/map/province.js";

// 300 parcels of three parks and of none in five tiles; figures from a small generator.
let seed = 7;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const N = 300;
const SIZES = [40, 60, 50, 50, 30, 30, 40];
const PARK = [0, 0, 1, 1, 1, 2, 3];
const TILES = [
  [[0, 40]],
  [
    [0, 60],
    [1, 50],
  ],
  [
    [1, 50],
    [1, 30],
  ],
  [[2, 30]],
  [[3, 40]],
];
const floats = (missing) =>
  Float32Array.from({ length: N }, () =>
    random() < missing ? NaN : Math.floor(random() * 4000) / 20,
  );
const codes = (classes) => Uint8Array.from({ length: N }, () => Math.floor(random() * classes));
const legend = (n) => Array.from({ length: n }, (_, k) => ({ zh: `${k}`, en: `${k}`, parcels: 1 }));
const theme = (id, own, classes, more = {}) => ({
  ...{ id, zh: id, en: id, note: ["", ""], group: ["", ""], column: id, edges: [], trial: "" },
  ...{ rule: "", filter: true, codes: own, legend: legend(classes), ...more },
});
const column = (name, values) => ({ name, zh: name, en: name, kind: "number", values });
const verdict = codes(4);
const rule = (id, indicator, value) => ({
  ...{ id, indicator, pack: "p", level: 0, stands: "beside", any_of: "", operator: ">=" },
  ...{ decimals: 2, mandatory: true, verdict, reason: new Uint8Array(N), value },
  low: Float64Array.from({ length: N }, (_, i) => 80 + 10 * (i % 3)),
  high: new Float64Array(N).fill(NaN),
  ends: new Uint8Array(N),
  industry: Int32Array.from({ length: N }, (_, i) => i % 3),
});
const tax = floats(0.2);
const figures = { tax, revenue: floats(0.1), old: floats(0.3) };
const page = /** @type {any} */ ({
  ...{ year: 2023, sums: ["revenue", "tax"], trial_sum: "tax", ramp: ["#ffffff", "#000000"] },
  ids: Array.from({ length: N }, (_, i) => `P${i}`),
  mu: floats(0.05),
  park_of: SIZES.flatMap((n, k) => Array(n).fill(["A", "B", "C", ""][PARK[k]])),
  parks: [{ id: "A" }, { id: "B" }, { id: "C" }],
  tiles: TILES.map((parks, k) => [`0-${k}`, 0, 0, 0, 0, parks]),
  compliance: verdict,
  columns: [column("revenue", figures.revenue), column("tax", tax), column("unused", floats(0))],
  history: { years: [2021, 2023], figures: [{ name: "tax", year: 2021, values: figures.old }] },
  themes: [
    theme("compliance", verdict, 5, { trial: "compliance" }),
    theme("industry", codes(6), 6),
    theme("tax", codes(4), 4, { edges: [50, 100] }),
    theme("grade", codes(3), 8, { trial: "grade" }),
  ],
  rules: [rule("p/tax", "tax", Float64Array.from(tax)), rule("p/far", "far", floats(0.1))],
  scores: null,
});

/** The census with just the files that the question needs. */
function census(ask) {
  const all = new Census(page);
  const fields = (name) => {
    const [kind, k] = name.split("-");
    if (kind === "theme") return { codes: page.themes[k].codes };
    if (kind === "column") return { values: page.columns[k].values };
    if (kind === "figure") return { values: page.history.figures[k].values };
    return ["verdict", "rule", "value"].includes(kind) ? page.rules[k] : { [kind]: page[kind] };
  };
  for (const name of needed(page, ask)) all.take(name, fields(name));
  return all;
}

const PLAIN = { method: "quantile", year: null };
const none = { subject: "", row: null, bars: new Map(), weights: {}, cuts: {}, resets: 0 };
const of = (more = {}) => ({
  ...{ theme: 0, look: PLAIN, filters: [], area: [null, null], trial: none },
  ...more,
});

/** The same of the page as one, by what paints it. */
function expected(ask, park = "") {
  const now = triedPage(page, ask.trial.bars, null);
  const view = dressed(now, now.themes[ask.theme], ask.look);
  const kept = ask.filters.map((f) => ({
    codes: dressed(now, now.themes[f.theme], f.look).codes,
    hidden: f.hidden,
  }));
  const inPlay = mask(page, kept, park, ask.area);
  return { view, inPlay, classes: counts(page, view, inPlay) };
}

const near = (found, wanted) =>
  found.forEach(({ parcels, mu }, k) => {
    assert.equal(parcels, wanted[k].parcels);
    assert.ok(Math.abs(mu - wanted[k].mu) < 1e-6);
  });
const EVERY = [0, 1, 2, 3];

test("counts, 亩 and sums over tiles are those of the page as one", async () => {
  const filter = { theme: 1, look: PLAIN, hidden: new Set([0, 3]) };
  const natural = { theme: 2, look: { method: "natural", year: null }, hidden: new Set([1]) };
  const asks = [
    of(),
    of({ filters: [filter], area: [20, 150] }),
    of({ theme: 2, look: { method: "natural", year: null }, filters: [filter] }),
    of({ theme: 2, look: { method: "equal", year: 2021 }, filters: [natural] }),
    of({ theme: 2, look: { method: "quantile", year: 2021 } }),
  ];
  for (const ask of asks) {
    const answer = await census(ask).count(ask);
    const { view, inPlay, classes } = expected(ask);
    near(tally(answer.table, EVERY, classes.length), classes);
    near(tally(answer.table, [1], classes.length), expected(ask, "B").classes);
    if (ask.look.year) continue;
    const hidden = new Set([2]);
    const wanted = sums(page, shown(view, inPlay, hidden));
    totals(answer.table, EVERY, classes.length, { sums: 2, hidden }).forEach((sum, k) => {
      assert.equal(sum.known, wanted[k].known);
      assert.ok(Math.abs(sum.total - wanted[k].total) < 1e-6);
    });
  }
});

test("a trial judges all parcels, and what fails is of all", async () => {
  const bars = new Map([["0//low", { rule: 0, row: null, low: 120 }]]);
  const ask = of({ trial: { ...none, subject: "rule:0", bars } });
  const answer = await census(ask).count(ask);
  near(tally(answer.table, EVERY, 5), expected(ask).classes);
  const whole = effect(page, triedPage(page, bars, null), 0);
  for (const [found, wanted] of [
    [answer.effect.overall, whole.overall],
    [answer.effect.rule, whole.rule],
  ]) {
    assert.equal(found.is.parcels, wanted.is.parcels);
    assert.equal(found.was.parcels, wanted.was.parcels);
    assert.ok(Math.abs(found.is.sum - wanted.is.sum) < 1e-6);
  }
  assert.notEqual(whole.rule.is.parcels, whole.rule.was.parcels);
  const names = needed(page, ask);
  assert.ok(names.includes("rule-0") && names.includes("value-0") && names.includes("verdict-1"));
  assert.ok(!names.includes("rule-1") && !names.includes("column-2")); // not asked for
});

test("columns that are equal stand in one file, taken once for all their names", async () => {
  const rules = [page.rules[0], { ...page.rules[0], id: "q/tax", pack: "q" }];
  const index = { ...page, rules, same: { "verdict-1": "verdict-0", "value-1": "value-0" } };
  const bars = new Map([["0//low", { rule: 0, row: null, low: 120 }]]);
  const ask = of({ trial: { ...none, subject: "rule:0", bars } });
  const names = needed(index, ask);
  assert.deepEqual(
    names.filter((name) => name.startsWith("verdict")),
    ["verdict-0"],
  );
  assert.equal(new Set(names).size, names.length);
  const all = new Census(index);
  all.take("verdict-0", { verdict: page.rules[0].verdict });
  all.take("value-0", { value: page.rules[0].value });
  const [one, other] = all.page(0, N).rules;
  assert.deepEqual([other.verdict, other.value], [one.verdict, one.value]);
  assert.equal(other.verdict.length, N);
});

test("grades under a trial are those of each parcel's main enterprise", async () => {
  const member = Int32Array.from({ length: 20 }, (_, e) => e);
  const item = { indicator: "tax", family: "value", weight: 1, bands: [], missing: null };
  const cuts = ["A", "B", "C"].map((name, grade) => ({ name, grade, to: [20, 50, 100][grade] }));
  const values = Float64Array.from(member, () => Math.floor(random() * 100));
  const byte = (value) => new Uint8Array(20).fill(value);
  const scores = /** @type {any} */ ({
    decimals: 2,
    grading: { by: "share", ties: "better", least: 1, shares_of: "graded", promotion: "" },
    groups: [
      {
        ...{ id: "g", own_cuts: false, cuts, further: [], member },
        ...{ scale: byte(1), mean: byte(1), items: [{ ...item, values }] },
      },
    ],
    ...{ state: byte(0), best: byte(255), least: byte(255), grade: byte(0) },
    ...{ bonus: new Float64Array(20), penalty: new Float64Array(20) },
  });
  const main = Int32Array.from({ length: N }, (_, i) => (i % 21) - 1);
  const trial = { ...none, subject: "grades", cuts: { A: 40 } };
  const ask = of({ theme: 3, trial });
  const all = census(of({ theme: 3 }));
  all.index = { ...page, scores };
  assert.ok(needed(all.index, ask).includes("main"));
  all.take("main", { main });
  const answer = await all.count(ask);
  const wanted = new Array(8).fill(0);
  for (const code of ofParcels({ main }, regrade({ ...scores, main }, trial).grade)) wanted[code]++;
  assert.deepEqual(
    tally(answer.table, EVERY, 8).map(({ parcels }) => parcels),
    wanted,
  );
});

test("a question ends the one before it", async () => {
  let tiles = 0;
  const stopped = () => ++tiles > 2;
  assert.equal(await census(of()).count(of(), { stopped }), null);
  assert.equal(tiles, 3);
});

test("columns used longest ago make room, those of the question at hand stay", () => {
  const all = new Census(page);
  const large = () => ({ values: { byteLength: 150e6 } });
  assert.deepEqual(all.take("a", large()), []);
  assert.deepEqual(all.take("b", large(), ["a", "b"]), []);
  all.use(["a"]);
  assert.deepEqual(all.take("c", large(), ["c"]), ["b"]);
  assert.deepEqual(all.take("d", large(), ["a", "c"]), []); // more than is kept, but needed
});
