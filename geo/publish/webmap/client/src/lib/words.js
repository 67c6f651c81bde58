// What the map says of itself, by language: the table `[client]` of geo/text/zh.toml and en.toml.
// Data brings its own labels.

import WORDS from "../../generated/words.json" with { type: "json" };

export { WORDS };

/** @typedef {"zh" | "en"} Lang */
/** @typedef {typeof WORDS.zh} Words */

/**
 * A text with its holes filled.
 * @param {string} text
 * @param {{ [hole: string]: string | number }} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}
