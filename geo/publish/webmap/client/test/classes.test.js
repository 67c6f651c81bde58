import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { between, codesOf, edgesOf, known, natural, readableEdges } from "../src/map/classes.js";
import { edgeTexts, spansOf } from "../src/map/spans.js";

/** A small random source that always says the same. */
function random(seed) {
  let s = seed;
  return () => {
    s = (s * 1103515245 + 12345) % 2147483648;
    return s / 2147483648;
  };
}

const spread = (values) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
};
const cost = (values, edges) => {
  const codes = codesOf(values, edges);
  return [...new Set(codes)].reduce(
    (sum, c) => sum + spread([...values].filter((_, i) => codes[i] === c)),
    0,
  );
};

test("natural breaks are the best of all, by trying all", () => {
  const next = random(7);
  for (let trial = 0; trial < 40; trial++) {
    const values = Float64Array.from(
      { length: 9 + (trial % 5) },
      () => Math.round(next() * 12) + (next() > 0.7 ? 30 : 0),
    ).sort();
    const distinct = [...new Set(values)];
    let best = Infinity;
    for (let i = 1; i < distinct.length; i++) {
      for (let j = i + 1; j < distinct.length; j++)
        best = Math.min(best, cost(values, [distinct[i], distinct[j]]));
    }
    if (distinct.length > 3)
      assert.ok(Math.abs(cost(values, natural(values, 3)) - best) < 1e-9, `trial ${trial}`);
  }
});

test("natural breaks of many values part clusters where they part", () => {
  const next = random(3);
  const values = [];
  for (const centre of [0, 100, 300, 700, 1500])
    for (let i = 0; i < 9000; i++) values.push(centre + next() * 20);
  const edges = natural(Float64Array.from(values).sort());
  assert.equal(edges.length, 4);
  edges.forEach((edge, k) =>
    assert.ok(Math.abs(edge - [100, 300, 700, 1500][k]) < 0.1, String(edge)),
  );
});

test("classes of figures: edges belong to the class above, blanks come last", () => {
  const values = known(Float32Array.of(1, NaN, 2, 3, 4, 5));
  assert.deepEqual([...values], [1, 2, 3, 4, 5]);
  assert.deepEqual(edgesOf(values, "equal", 4), [2, 3, 4]);
  assert.deepEqual(edgesOf(values, "quantile", 4), [2, 3, 4]);
  assert.deepEqual([...codesOf(Float32Array.of(1, 2, 2.5, NaN, 5), [2, 3])], [0, 1, 1, 3, 2]);
  assert.deepEqual(edgesOf(known([]), "natural"), []);
  assert.deepEqual(edgesOf(Float64Array.of(7, 7), "natural"), []);
});

test("labels and colours", () => {
  assert.deepEqual(edgeTexts([6.262, 14.11, 23]), ["6.26", "14.11", "23.00"]);
  assert.deepEqual(edgeTexts([96.9, 114.25]), ["96.9", "114.3"]);
  assert.deepEqual(edgeTexts([1727, 4537.4, 5430]), ["1,727", "4,537", "5,430"]);
  assert.deepEqual(edgeTexts([6, 9.5, 14]), ["6.0", "9.5", "14.0"]);
  assert.deepEqual(edgeTexts([2, 4, 6]), ["2", "4", "6"]);
  assert.deepEqual(
    [0, 0.5, 1].map((s) => between(["#000000", "#ffffff"], s)),
    ["#000000", "#808080", "#ffffff"],
  );
});

// The cases that pytest holds the legend made in Python to (tests/test_client_cases.py).
const FILE = new URL("../../../../../tests/data/class_cases.json", import.meta.url);

test("the golden cases of classes, by each method", () => {
  for (const one of JSON.parse(readFileSync(FILE, "utf8"))) {
    const values = Float64Array.from(one.values, (v) => v ?? NaN);
    for (const [method, wanted] of Object.entries(one.edges)) {
      const edges = readableEdges(known(values), method);
      assert.equal(edges.length, wanted.length, `${one.name}: ${method}`);
      edges.forEach((edge, k) => assert.ok(near(edge, wanted[k]), `${one.name}: ${method}`));
    }
    assert.deepEqual([...codesOf(values, one.edges.quantile)], one.codes, one.name);
  }
});

test("each figure lies in the span of its class alone, as the label says it", () => {
  const holds = (label, v) => {
    const [a, b] = label.replace(/,/g, "").split(/ (?:– )?/);
    if (a === "<") return v < Number(b);
    if (a === "≤") return v <= Number(b);
    if (a === "≥") return v >= Number(b);
    if (b === undefined) return v === Number(a);
    return v >= Number(a) && (Number.isInteger(v) ? v <= Number(b) : v < Number(b));
  };
  const next = random(11);
  for (let trial = 0; trial < 60; trial++) {
    const whole = trial % 2;
    const size = 10 ** (trial % 5);
    const ascending = Float64Array.from({ length: 5 + trial }, () =>
      whole ? Math.round(next() * size) : Number((next() ** 3 * size).toFixed(2)) + 0.005,
    ).sort();
    for (const method of ["quantile", "natural", "equal"]) {
      const edges = readableEdges(ascending, method);
      const labels = spansOf(edges, ascending);
      assert.ok(labels.length <= 5 || whole);
      const codes = codesOf(ascending, edges);
      ascending.forEach((v, i) => {
        const found = labels.flatMap((label, k) => (holds(label, v) ? [k] : []));
        assert.deepEqual(found, [codes[i]], `${v} in ${labels.join(" | ")}`);
      });
    }
  }
});

/** Equal to the last digits: a fifth of the way is not the same float everywhere. */
function near(a, b) {
  return Math.abs(a - b) <= 1e-12 * Math.abs(b);
}
