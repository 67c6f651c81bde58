// Lines of cards, in a language.

import { el } from "../lib/dom.js";
import { WORDS } from "../lib/words.js";

/** @typedef {"zh" | "en"} Lang */

/**
 * Place of a language in pairs of texts.
 * @param {Lang} lang
 */
export function place(lang) {
  return lang === "en" ? 1 : 0;
}

/**
 * A line of a card: a word, a colon, a text.
 * @param {Lang} lang
 * @param {string} word
 * @param {string} text
 */
export function told(lang, word, text) {
  return el("p", {}, `${word}${WORDS[lang].colon}${text}`);
}
