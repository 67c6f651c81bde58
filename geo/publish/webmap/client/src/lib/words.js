// What the map says of itself, by language: the table `[client]` of geo/text/zh.toml and en.toml.
// Data brings its own labels.

import WORDS from "../../generated/words.json" with { type: "json" };

export { WORDS };

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
 * A text with its holes filled.
 * @param {string} text
 * @param {{ [hole: string]: string | number }} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}
