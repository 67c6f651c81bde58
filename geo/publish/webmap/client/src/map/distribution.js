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

/** @typedef {{ inPlay: Uint8Array, ascending: Float64Array, spread: Spread }} Ordered */

/** @type {WeakMap<object, Ordered>} by the figures; of the parcels last in play */
const ORDERED = new WeakMap();

/**
 * The known figures of parcels in play, ascending, and their spread: worked out once for the box
 * of the panel and all cards that are opened.
 * @param {ArrayLike<number>} values
 * @param {Uint8Array} inPlay
 * @returns {Ordered}
 */
function ordered(values, inPlay) {
  const last = ORDERED.get(values);
  if (last?.inPlay === inPlay) return last;
  const some = new Float64Array(inPlay.length);
  let [known, missing] = [0, 0];
  for (let i = 0; i < inPlay.length; i++) {
    if (!inPlay[i]) continue;
    if (Number.isNaN(values[i])) missing++;
    else some[known++] = values[i];
  }
  const ascending = some.slice(0, known).sort();
  const found = { inPlay, ascending, spread: spread(ascending, missing) };
  ORDERED.set(values, found);
  return found;
}

/**
 * @param {ArrayLike<number>} values
 * @param {Uint8Array} inPlay
 * @returns {Spread}
 */
export function spreadOf(values, inPlay) {
  return ordered(values, inPlay).spread;
}

/**
 * @param {Float64Array} ascending
 * @param {number} missing
 * @returns {Spread}
 */
function spread(ascending, missing) {
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
  const { ascending } = ordered(values, inPlay);
  const below = before(ascending, (value) => value < own);
  const above = ascending.length - before(ascending, (value) => value <= own);
  return { value: own, below, above, of: ascending.length, among: inPlay[i] === 1 };
}

/**
 * How many of ascending figures, the first ones, have a property.
 * @param {Float64Array} ascending
 * @param {(value: number) => boolean} has
 */
function before(ascending, has) {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (has(ascending[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
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
  const parcels = [];
  const own = rules.filter((rule) => rule.indicator === name);
  if (own.length) for (let i = 0; i < inPlay.length; i++) if (inPlay[i]) parcels.push(i);
  return barsOn(own, parcels);
}

/**
 * The same of rules that are of one figure, on parcels by their places.
 * @param {Rule[]} rules
 * @param {readonly number[]} parcels
 * @returns {InForce[]}
 */
export function barsOn(rules, parcels) {
  /** @type {("low" | "high")[]} */
  const sides = ["low", "high"];
  return rules.flatMap((rule) => sides.flatMap((side) => barOf(rule, side, parcels) ?? []));
}

/**
 * @param {Rule} rule
 * @param {"low" | "high"} side
 * @param {readonly number[]} parcels
 * @returns {InForce | null}
 */
function barOf(rule, side, parcels) {
  let [from, to] = [Infinity, -Infinity];
  let open = true;
  for (const i of parcels) {
    const value = at(rule[side], i);
    if (value === null) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
    open &&= (rule.ends[i] & (side === "low" ? 1 : 2)) > 0;
  }
  return from > to ? null : { rule, side, from, to, open };
}
