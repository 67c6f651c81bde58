// Which parcels are in play: a park, an area, and classes of any themes that were kept as filters.

import { at } from "../lib/format.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {ReadonlySet<number>} Codes */

/**
 * 1 where a parcel passes every filter, lies in the park (any if empty) and has an area of
 * `area` = [from, to] 亩 (null: no such bound).
 * @param {Pick<Page, "ids" | "mu" | "park_of">} data
 * @param {{ codes: Uint8Array, hidden: Codes }[]} filters
 * @param {string} park
 * @param {readonly [number | null, number | null]} area
 */
export function mask(data, filters, park = "", area = [null, null]) {
  const out = new Uint8Array(data.ids.length).fill(1);
  const [from, to] = area;
  for (const { codes, hidden } of filters) {
    for (let i = 0; i < out.length; i++) if (hidden.has(codes[i])) out[i] = 0;
  }
  if (park) for (let i = 0; i < out.length; i++) if (data.park_of[i] !== park) out[i] = 0;
  if (from !== null) for (let i = 0; i < out.length; i++) if (!(data.mu[i] >= from)) out[i] = 0;
  if (to !== null) for (let i = 0; i < out.length; i++) if (!(data.mu[i] <= to)) out[i] = 0;
  return out;
}

/**
 * Numbers of the parcels in play whose class is not hidden.
 * @param {{ codes: Uint8Array }} theme
 * @param {Uint8Array} inPlay
 * @param {Codes} hidden
 */
export function shown(theme, inPlay, hidden) {
  const out = [];
  for (let i = 0; i < inPlay.length; i++) {
    if (inPlay[i] && !hidden.has(theme.codes[i])) out.push(i);
  }
  return out;
}

/**
 * Sum over parcels of each column that the page adds up; one that none of them reports is left out.
 * @template {Column} C
 * @param {{ columns: C[], sums: string[] }} data
 * @param {number[]} parcels
 */
export function sums({ columns, sums: names }, parcels) {
  return columns.flatMap((column) => {
    if (!names.includes(column.name)) return [];
    let total = 0;
    let known = 0;
    for (const i of parcels) {
      const value = at(/** @type {Float32Array} */ (column.values), i);
      if (value === null) continue;
      total += value;
      known++;
    }
    return known ? [{ column, total, known }] : [];
  });
}
