// How a figure is spread over the parcels in play: histogram, bars in force, where a parcel stands.

import { at } from "../lib/format.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/**
 * @typedef {object} Spread
 * @property {number} known parcels in play with the figure
 * @property {number} missing those without it
 * @property {number} median NaN where none is known
 * @property {number} from where the first bin begins
 * @property {number} width of a bin
 * @property {number[]} counts by bin; the last one holds all that is higher
 * @property {boolean} open whether the last bin holds more than its width
 */
/**
 * @typedef {{ rule: Rule, side: "low" | "high", from: number, to: number, open: boolean }} InForce
 */

const BINS = 24;
const SHOWN = 0.975; // of the parcels, up to where bins are of one width: money has a long tail

/**
 * @param {ArrayLike<number>} values
 * @param {Uint8Array} inPlay
 * @returns {Spread}
 */
export function spreadOf(values, inPlay) {
  const some = [];
  let missing = 0;
  for (let i = 0; i < inPlay.length; i++) {
    if (!inPlay[i]) continue;
    if (Number.isNaN(values[i])) missing++;
    else some.push(values[i]);
  }
  const ascending = Float64Array.from(some).sort();
  const known = ascending.length;
  if (!known) return { known, missing, median: NaN, from: 0, width: 1, counts: [], open: false };
  const median = (ascending[(known - 1) >> 1] + ascending[known >> 1]) / 2;
  const high = ascending[Math.floor(SHOWN * (known - 1))];
  const low = Math.min(ascending[0], high);
  const width = round(high - low || Math.abs(high) || 1);
  const from = Math.floor(low / width) * width;
  const last = Math.floor((high - from) / width);
  const counts = new Array(last + 1).fill(0);
  for (const value of ascending) counts[Math.min(Math.floor((value - from) / width), last)]++;
  const open = ascending[known - 1] >= from + (last + 1) * width;
  return { known, missing, median, from, width, counts, open };
}

/**
 * The least of 1, 2, 5 × 10ⁿ that cuts a range into no more than `BINS`.
 * @param {number} range
 */
function round(range) {
  const power = 10 ** Math.floor(Math.log10(range / BINS));
  return ([1, 2, 5].find((step) => step * power * BINS >= range) ?? 10) * power;
}

/**
 * Where a parcel stands among those in play that have the figure: how many are lower, how many
 * higher; null where it has none itself.
 * @param {ArrayLike<number>} values
 * @param {Uint8Array} inPlay
 * @param {number} i
 */
export function standingOf(values, inPlay, i) {
  const own = at(values, i);
  if (own === null) return null;
  const out = { value: own, below: 0, above: 0, of: 0, among: inPlay[i] === 1 };
  for (let k = 0; k < inPlay.length; k++) {
    if (!inPlay[k] || Number.isNaN(values[k])) continue;
    out.of++;
    if (values[k] < own) out.below++;
    else if (values[k] > own) out.above++;
  }
  return out;
}

/**
 * The bars that rules set for a figure on parcels in play: the least and the highest of each.
 * `open`: a figure on the bar itself does not reach it, for every one of them.
 * @param {Pick<Page, "rules">} data
 * @param {string} name
 * @param {Uint8Array} inPlay
 * @returns {InForce[]}
 */
export function barsInForce({ rules }, name, inPlay) {
  /** @type {("low" | "high")[]} */
  const sides = ["low", "high"];
  return rules
    .filter((rule) => rule.indicator === name)
    .flatMap((rule) => sides.flatMap((side) => barOf(rule, side, inPlay) ?? []));
}

/**
 * @param {Rule} rule
 * @param {"low" | "high"} side
 * @param {Uint8Array} inPlay
 * @returns {InForce | null}
 */
function barOf(rule, side, inPlay) {
  let [from, to] = [Infinity, -Infinity];
  let open = true;
  for (let i = 0; i < inPlay.length; i++) {
    const value = inPlay[i] ? at(rule[side], i) : null;
    if (value === null) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
    open &&= (rule.ends[i] & (side === "low" ? 1 : 2)) > 0;
  }
  return from > to ? null : { rule, side, from, to, open };
}
