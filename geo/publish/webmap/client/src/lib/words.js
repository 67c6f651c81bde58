// What the map says of itself, by language: the table `[client]` of geo/text/zh.toml and en.toml.
// Data brings its own labels.

import { fill } from "./fill.js";
import { number } from "./format.js";
import WORDS from "../../generated/words.json" with { type: "json" };

export { WORDS, fill };

/** @typedef {"zh" | "en"} Lang */
/** @typedef {typeof WORDS.zh} Words */

/**
 * A text in the brackets of a language, with what stands before them.
 * @param {Words} words
 * @param {string} text
 */
export function aside(words, text) {
  return words.aside.replace("{text}", () => text);
}

/**
 * So many parcels, in words.
 * @param {Words} words
 * @param {number | null | undefined} count
 */
export function parcelCount(words, count) {
  return fill(words.parcel_count, { n: number(count) });
}
