// What a list says of itself, on screen and in its files.

import { number } from "../lib/format.js";
import { marks } from "../map/marks.js";

/** @typedef {import("../app.js").App} App */

/**
 * Lines above the headings: synthetic data, filters, a trial, a year.
 * @param {App} app
 */
export function listMarks({ state, words, folder }) {
  const { synthetic } = state.data;
  const part = folder
    ? `${words.loaded} ${number(folder.count)} / ${number(folder.total)} ${words.parcels}`
    : "";
  const notice = synthetic ? `${words.synthetic} · ${synthetic}` : "";
  return [notice, part, ...marks(state)].filter(Boolean);
}
