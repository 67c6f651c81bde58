// What a list says of itself, on screen and in its files.

import { number } from "../lib/format.js";
import { fill, parcelCount } from "../lib/words.js";
import { marks } from "../map/marks.js";

/** @typedef {import("../app.js").App} App */

/**
 * Lines above the headings: synthetic data, filters, a trial, a year; on screen of a folder, that
 * it lists what is loaded.
 * @param {App} app
 * @param {boolean} file whether they stand in a file, which has all parcels
 */
export function listMarks({ state, words, folder }, file = false) {
  const { synthetic } = state.data;
  const notice = synthetic ? `${words.synthetic} · ${synthetic}` : "";
  const part = folder && !file ? partOf(words.list_loaded, folder.count, folder.total) : "";
  return [notice, part, ...marks(state)].filter(Boolean);
}

/**
 * @param {string} text
 * @param {number} loaded
 * @param {number} all
 */
function partOf(text, loaded, all) {
  return fill(text, { loaded: number(loaded), all: number(all) });
}

/**
 * Of a folder, of how many parcels what stands there is; nothing of a page.
 * @param {App} app
 */
export function loadedPart({ folder, words }) {
  if (!folder) return "";
  return `${words.loaded} ${number(folder.count)} / ${parcelCount(words, folder.total)}`;
}
