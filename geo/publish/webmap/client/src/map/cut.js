// A theme as it looks: cut by a method, of a year, or as the change between two years.

import { changeTheme, yearsOf } from "./change.js";
import { dressed } from "./classes.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../state.js").Look} Look */

/**
 * Of a folder (`breaks`) no change: its classes would be of the parcels that are loaded.
 * @param {Page} data
 * @param {Theme} theme
 * @param {Look} look
 * @param {import("./breaks.js").Breaks | null} [breaks]
 * @returns {Theme}
 */
export function cut(data, theme, look, breaks = null) {
  const years = breaks ? null : yearsOf(data, theme, look);
  return years ? changeTheme(data, theme, years) : dressed(data, theme, look, breaks);
}
