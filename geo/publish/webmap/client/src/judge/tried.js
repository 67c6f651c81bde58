// The page under a trial: verdicts, grades and the themes that show them.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { at } from "../lib/format.js";
import { rejudge } from "./judge.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../state.js").Trial} Trial */
/** @typedef {{ parcels: number, mu: number, sum: number | null }} Failing */
/** @typedef {{ was: Failing, is: Failing }} Change what fails in the run and under a trial */
/** @typedef {{ overall: Change, rule: Change | null }} Effect overall, and by the rule on trial */

/**
 * The page with verdicts as the bars make them and grades as they are given; the same without.
 * @param {Page} data
 * @param {Trial["bars"]} bars
 * @param {Uint8Array | null | undefined} grades of each parcel
 * @returns {Page}
 */
export function triedPage(data, bars, grades) {
  const judged = bars.size ? rejudge(data, [...bars.values()]) : null;
  if (!judged && !grades) return data;
  const rules = new Map(judged?.rules.map((rule) => [rule.id, rule.verdict]));
  /** @param {Theme} theme */
  const codes = ({ trial: kind, rule }) => {
    if (kind === "grade") return grades;
    return kind === "rule" ? rules.get(rule) : kind && judged?.[kind];
  };
  const themes = data.themes.map((theme) => ({ ...theme, codes: codes(theme) || theme.codes }));
  return { ...data, ...judged, themes };
}

/**
 * Parcels and 亩 of what fails, and the sum of the page's measure; null where no parcel reports it.
 * @param {Pick<Page, "columns" | "trial_sum" | "mu">} data
 * @param {Uint8Array} verdict
 */
export function failing(data, verdict) {
  const column = data.columns.find((c) => c.name === data.trial_sum);
  /** @type {Failing} */
  const out = { parcels: 0, mu: 0, sum: null };
  for (let i = 0; i < verdict.length; i++) {
    if (verdict[i] !== SPEC.verdicts.fail) continue;
    out.parcels++;
    out.mu += at(data.mu, i) ?? 0;
    const value = at(/** @type {Float32Array | undefined} */ (column?.values), i);
    if (value !== null) out.sum = (out.sum ?? 0) + value;
  }
  return out;
}

/**
 * What a trial of bars changes of what fails.
 * @param {Page} before
 * @param {Page} after
 * @param {number} rule that is on trial, −1 for none
 * @returns {Effect}
 */
export function effect(before, after, rule) {
  /** @param {Uint8Array} was @param {Uint8Array} is */
  const change = (was, is) => ({ was: failing(before, was), is: failing(before, is) });
  return {
    overall: change(before.compliance, after.compliance),
    rule: rule < 0 ? null : change(before.rules[rule].verdict, after.rules[rule].verdict),
  };
}

/**
 * Both effects as one.
 * @param {Effect | null} a
 * @param {Effect} b
 * @returns {Effect}
 */
export function joinedEffects(a, b) {
  if (!a) return b;
  const rule = a.rule && b.rule ? joinedChanges(a.rule, b.rule) : null;
  return { overall: joinedChanges(a.overall, b.overall), rule };
}

/**
 * @param {Change} a
 * @param {Change} b
 */
function joinedChanges(a, b) {
  return { was: added(a.was, b.was), is: added(a.is, b.is) };
}

/**
 * @param {Failing} a
 * @param {Failing} b
 * @returns {Failing}
 */
function added(a, b) {
  const sum = a.sum === null && b.sum === null ? null : (a.sum ?? 0) + (b.sum ?? 0);
  return { parcels: a.parcels + b.parcels, mu: a.mu + b.mu, sum };
}
