import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import SPEC from "../generated/spec.json" with { type: "json" };
import { rejudge } from "../src/judge/judge.js";

// The table that pytest holds the engine to (tests/test_sets.py).
const CASES = JSON.parse(
  readFileSync(new URL("../../../../../tests/data/judge_cases.json", import.meta.url), "utf8"),
);
const VERDICTS = Object.keys(SPEC.verdicts);
const REASONS = Object.keys(SPEC.reasons);
const LEVELS = ["national", "province", "city", "park", "parcel"];

/** A case as the map has it: one parcel, each rule as it says alone, or as `said`. */
function page(one, said = one.alone) {
  const rules = one.rules.map((rule, r) => {
    const [low, high, ends] = rule.bounds ?? [null, null, 0];
    return {
      ...rule,
      level: LEVELS.indexOf(rule.level),
      low: Float64Array.of(low ?? NaN),
      high: Float64Array.of(high ?? NaN),
      ends: [ends],
      value: [one.shown[r] ?? NaN],
      industry: [0],
      verdict: Uint8Array.of(VERDICTS.indexOf(said[r][0])),
      reason: Uint8Array.of(REASONS.indexOf(said[r][1])),
    };
  });
  return { ids: ["x"], rules };
}

const told = ({ rules, compliance }) => ({
  verdicts: rules.map((r) => VERDICTS[r.verdict[0]]),
  reasons: rules.map((r) => REASONS[r.reason[0]]),
  overall: VERDICTS[compliance[0]],
});
const every = (one) => one.rules.map((_, rule) => ({ rule, row: null }));

test("the golden cases, each rule judged anew", () => {
  assert.ok(CASES.length >= 200);
  for (const one of CASES) {
    const { verdicts, reasons, overall } = one;
    assert.deepEqual(
      told(rejudge(page(one), every(one))),
      { verdicts, reasons, overall },
      one.name,
    );
  }
});

test("judged anew from what the run said, the verdicts stay", () => {
  for (const one of CASES) {
    const run = page(
      one,
      one.verdicts.map((verdict, r) => [verdict, one.reasons[r]]),
    );
    // A cell of words that an alternative stood in for has lost which words; it has no number yet.
    const { verdicts, overall } = told(rejudge(run, every(one)));
    assert.deepEqual(
      { verdicts, overall },
      { verdicts: one.verdicts, overall: one.overall },
      one.name,
    );
  }
});

test("a bar that is dragged judges as the rule with that bar", () => {
  const floor = CASES.find((one) => one.name.startsWith("C1: floor 0.7, city ceiling 3, stricter"));
  const at = (low, high) =>
    told(
      rejudge(page(floor), [
        { rule: 0, row: null, low },
        { rule: 1, row: null, high },
      ]),
    );
  assert.deepEqual(at(0.7, 4), { verdicts: ["pass", "pass"], reasons: ["", ""], overall: "pass" });
  assert.deepEqual(at(4, 4.5), { verdicts: ["fail", "pass"], reasons: ["", ""], overall: "fail" });
  assert.deepEqual(at(4, 3), {
    verdicts: ["conflict", "conflict"],
    reasons: ["apart", "apart"],
    overall: "conflict",
  });
});
