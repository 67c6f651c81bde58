import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import SPEC from "../generated/spec.json" with { type: "json" };
import { regrade } from "../src/judge/grade.js";

// The cases that pytest holds the grader to (tests/test_client_cases.py).
const FILE = new URL("../../../../../tests/data/grade_cases.json", import.meta.url);
const CASES = JSON.parse(readFileSync(FILE, "utf8"));
const NAMES = Object.keys(SPEC.grades);

const floats = (values) => Float64Array.from(values, (v) => v ?? NaN);

/** The table of a case as the page has it once it is decoded. */
function decoded({ groups, ...scores }) {
  const bytes = Object.fromEntries(
    ["state", "best", "least", "grade"].map((name) => [name, Uint8Array.from(scores[name])]),
  );
  return {
    ...scores,
    ...bytes,
    bonus: floats(scores.bonus),
    penalty: floats(scores.penalty),
    main: Int32Array.from(scores.main),
    groups: groups.map((group) => ({
      ...group,
      member: Int32Array.from(group.member),
      scale: Uint8Array.from(group.scale),
      mean: Uint8Array.from(group.mean),
      further: group.further.map(({ values }) => ({ values: floats(values) })),
      items: group.items.map((item) => ({ ...item, values: floats(item.values) })),
    })),
  };
}

test("the golden cases, graded anew under their trials", () => {
  assert.ok(CASES.length > 35);
  for (const one of CASES) {
    const { grade, score, parcels } = regrade(decoded(one.scores), one.trial);
    const points = [...score].map((v) => (Number.isNaN(v) ? null : v));
    assert.deepEqual(points, one.points, one.name);
    const grades = [...grade].map((code) => NAMES[code]);
    assert.deepEqual(grades, one.grades, one.name);
    // Each parcel has its main enterprise's grade, the last parcel no enterprise.
    const own = [...grade].reverse();
    assert.deepEqual([...parcels], [...own, SPEC.grades.no_data], one.name);
  }
});

test("a trial leaves the run's grades as they are", () => {
  for (const one of CASES) {
    const scores = decoded(one.scores);
    const before = [...scores.grade];
    regrade(scores, { weights: { "all/tax_per_mu": 3 }, cuts: { A: 90 } });
    assert.deepEqual([...scores.grade], before);
  }
});
