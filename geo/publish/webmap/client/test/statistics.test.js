import assert from "node:assert/strict";
import { test } from "node:test";
import { kindAt, radiusOf, samplesOf, symbolsOf } from "../src/map/circles.js";
import { gapText } from "../src/judge/required.js";
import { barsInForce, spreadOf, standingOf } from "../src/map/distribution.js";

const NONE = NaN;

test("a histogram counts each known value in play once, the tail in the last bin", () => {
  const values = Float64Array.from([0, 1, 1, 2, 3, 4, 1000, NONE, 7]);
  const all = new Uint8Array(9).fill(1);
  const spread = spreadOf(values, all);
  // Ascending 0 1 1 2 3 4 7 1000: the middle lies between 2 and 3; the 97.5 % place is 7.
  assert.equal(spread.known, 8);
  assert.equal(spread.missing, 1);
  assert.equal(spread.median, 2.5);
  assert.equal(spread.width, 0.5); // 7 / 24 is 0.29
  assert.equal(spread.open, true);
  assert.equal(spread.counts.length, 15);
  assert.equal(spread.counts[14], 2); // 7 and 1000
  assert.equal(spread.counts[2], 2);
  assert.equal(spreadOf(values, Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 1, 0])).median, 0.5);
  assert.deepEqual(spreadOf(values, new Uint8Array(9)).counts, []);
  const equal = spreadOf(Float64Array.from([5, 5]), new Uint8Array(2).fill(1));
  assert.equal(
    equal.counts.reduce((a, b) => a + b),
    2,
  );
});

test("a parcel stands where those in play with data put it", () => {
  const values = Float32Array.from([1, 2, 2, 5, NONE]);
  const all = new Uint8Array(5).fill(1);
  const place = { value: 2, below: 1, above: 1, of: 4, among: true };
  assert.deepEqual(standingOf(values, all, 1), place);
  assert.equal(standingOf(values, all, 4), null);
  const some = Uint8Array.from([1, 0, 0, 1, 1]);
  assert.deepEqual(standingOf(values, some, 1), { ...place, of: 2, among: false });
});

test("shares in per cent differ by percentage points, other figures by their own unit", () => {
  const rule = { decimals: 2 };
  assert.equal(gapText(rule, 0.64, "%", "zh"), "0.64 个百分点");
  assert.equal(gapText(rule, -0.64, "%", "en"), "-0.64 percentage points");
  assert.equal(gapText(rule, 1.44, "万元/亩", "zh"), "1.44 万元/亩");
});

test("bars in force are one value, or from where to where they differ", () => {
  const rule = (indicator, low, high, ends) => ({
    indicator,
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    ends: Uint8Array.from(ends),
  });
  const rules = [
    rule("tax_per_mu", [8, 8, 20], [NONE, NONE, NONE], [0, 1, 0]),
    rule("other", [1, 1, 1], [2, 2, 2], [0, 0, 0]),
  ];
  const bars = (play) => barsInForce({ rules }, "tax_per_mu", Uint8Array.from(play));
  const facts = (play) => bars(play).map(({ side, from, to, open }) => [side, from, to, open]);
  assert.deepEqual(facts([1, 1, 1]), [["low", 8, 20, false]]);
  assert.deepEqual(facts([0, 1, 0]), [["low", 8, 8, true]]);
  assert.deepEqual(facts([0, 0, 0]), []);
});

test("the area of a circle is its total; nothing is drawn of what is no more than zero", () => {
  // Four parcels of a ten-thousandth of the world's width in two parks.
  const box = Float64Array.from([0, 1, 2, 3].flatMap((k) => [k, 0, k + 1, 1].map((v) => v / 1e4)));
  const shape = { n: 4, box };
  const figures = {
    totals: Float32Array.from([400, 100, -5, NONE]),
    codes: Uint8Array.from([1, 0, 0, 2]),
    edges: [10],
    colors: ["#a", "#b", "#c"],
    shown: () => true,
  };
  const page = { park_of: ["P", "P", "Q", "Q"], mu: Float32Array.from([10, 90, 4, 5]) };
  const symbols = symbolsOf(shape, page, figures);
  assert.deepEqual(symbols.left, { negative: 1, zero: 0, missing: 1 });
  assert.deepEqual([...symbols.parcels.total], [400, 100]);
  const near = 1e6; // a parcel is 100 px
  assert.equal(kindAt(symbols, near), "parcels");
  assert.equal(radiusOf(symbols, near, 400), 2 * radiusOf(symbols, near, 100));
  // The park: 500 on 100 亩 is 5, under 10; its place is where its land is.
  assert.equal(kindAt(symbols, 1e4), "parks");
  assert.deepEqual([...symbols.parks.total], [500]);
  assert.deepEqual([...symbols.parks.code], [0]);
  assert.ok(Math.abs(symbols.parks.x[0] - 1.4e-4) < 1e-9);
  assert.deepEqual(samplesOf(1234), [1000, 200, 50]);
  assert.deepEqual(samplesOf(0), []);
});
