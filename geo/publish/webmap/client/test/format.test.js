import assert from "node:assert/strict";
import { test } from "node:test";
import { inMillions, withUnit } from "../src/lib/format.js";

// The table of tests/test_currency.py: both write money alike.
const CASES = [
  ["≥ 447.80", "10,000 CNY/mu", "≥ CNY 4.478 m/mu"],
  ["5,854,004.77", "10,000 CNY", "CNY 58.54 bn"],
  ["35.12", "10,000 EUR", "EUR 351,200"],
  ["0", "10,000 USD", "USD 0"],
  ["-1,200.5", "10,000 USD", "−USD 12.005 m"],
  ["7", "mu", "7 mu"],
  ["7", "%", "7%"],
  ["7", "", "7"],
];

test("English writes money in millions and billions, with the point moved", () => {
  for (const [shown, unit, written] of CASES) assert.equal(withUnit(shown, unit), written);
  assert.equal(inMillions("7.25", "mu"), "7.25");
  assert.equal(inMillions("100", "10,000 CHF/mu"), "CHF 1 m/mu");
});
