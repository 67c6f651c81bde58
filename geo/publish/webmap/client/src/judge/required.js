// What a rule asks of a parcel, in words, and which rule a theme is about.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { at, fixed, number, signOf, withUnit } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { WORDS } from "../lib/words.js";
import { barsOf } from "./judge.js";
import { gapOf } from "./sets.js";

/** @typedef {import("./judge.js").Rule} Rule */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

const FAIL = SPEC.verdicts.fail;

/** Reasons by which a rule is not for a parcel at all: it is not measured there. */
const OUTSIDE = new Set(
  SPEC.outside.map((name) => SPEC.reasons[/** @type {keyof typeof SPEC.reasons} */ (name)]),
);

/**
 * Whether a rule is for a parcel and sets a figure there.
 * @param {Rule} rule
 * @param {number} i
 */
export function binds(rule, i) {
  const isSet = at(rule.low, i) !== null || at(rule.high, i) !== null;
  return isSet && !OUTSIDE.has(rule.reason[i]);
}

/**
 * The decimals of a rule's figures and gaps, two or as many as it is judged with.
 * @param {Pick<Rule, "decimals">} rule
 */
export function decimalsIn({ decimals }) {
  return Math.max(2, decimals);
}

/**
 * How far a parcel's figure lies within what the rule asks, below zero outside; null where there is
 * no figure, no bar, or the rule is not for it.
 * @param {Rule} rule
 * @param {number} i
 */
export function gapAt(rule, i) {
  if (OUTSIDE.has(rule.reason[i])) return null;
  const gap = gapOf(rule.value[i], rule.low[i], rule.high[i]);
  return Number.isNaN(gap) ? null : gap;
}

/**
 * The unit of what is between two figures: shares in per cent differ by percentage points.
 * @param {string} unit
 * @param {"zh" | "en"} lang
 */
export function gapUnit(unit, lang) {
  return unit === "%" ? WORDS[lang].percentage_points : unit;
}

/**
 * What is between a figure and what a rule asks, with its unit.
 * @param {Pick<Rule, "decimals">} rule
 * @param {number} gap
 * @param {string} unit of the figure
 * @param {"zh" | "en"} lang
 */
export function gapText(rule, gap, unit, lang) {
  return withUnit(fixed(gap, decimalsIn(rule)), gapUnit(unit, lang));
}

/**
 * The limits of a rule for a parcel with their signs, without a unit; empty where there is none.
 * @param {Rule} rule
 * @param {number} i
 * @param {"zh" | "en"} lang
 */
export function required(rule, i, lang) {
  const [low, high] = [at(rule.low, i), at(rule.high, i)];
  return [
    low === null ? null : `${signOf("low", rule.ends[i])} ${number(low, 6)}`,
    high === null ? null : `${signOf("high", rule.ends[i])} ${number(high, 6)}`,
  ]
    .filter((limit) => limit !== null)
    .join(WORDS[lang].and);
}

/**
 * What a figure lacks of what is asked, as a share of it; NaN where nothing can be reckoned so.
 * @param {Rule} rule
 * @param {number} i
 */
function shortage(rule, i) {
  const gap = gapAt(rule, i);
  const bar = rule.value[i] < rule.low[i] ? rule.low[i] : rule.high[i];
  return gap === null || !bar ? NaN : gap / Math.abs(bar);
}

/**
 * Of each parcel that fails, the mandatory rule that it fails by the largest share of what is
 * asked: the place among the rules, −1 where none fails, and the share, below zero, NaN where the
 * rule has no figures.
 */
export const worstRules = memo(
  (/** @type {{ rules: Rule[], compliance: ArrayLike<number> }} */ page) => [
    page.rules,
    page.compliance,
  ],
  ({ rules, compliance }) => {
    const rule = new Int16Array(compliance.length).fill(-1);
    const share = new Float64Array(compliance.length).fill(NaN);
    rules.forEach((one, r) => {
      if (!one.mandatory) return;
      for (let i = 0; i < rule.length; i++) {
        if (one.verdict[i] !== FAIL || compliance[i] !== FAIL) continue;
        const lacks = shortage(one, i);
        const isFirst = rule[i] < 0 || (Number.isNaN(share[i]) && lacks < 0);
        if (!isFirst && !(lacks < share[i])) continue;
        rule[i] = r;
        share[i] = lacks;
      }
    });
    return { rule, share };
  },
);

/**
 * The rule whose verdicts a theme shows, where it sets figures.
 * @param {{ rules: Rule[] }} page
 * @param {Pick<Theme, "trial" | "rule">} theme
 */
export function measuredRule({ rules }, theme) {
  const rule = theme.trial === "rule" ? rules.find(({ id }) => id === theme.rule) : undefined;
  if (!rule) return undefined;
  const { low, high } = barsOf(rule);
  return [low, high].some((ends) => ends.some((v) => !Number.isNaN(v))) ? rule : undefined;
}
