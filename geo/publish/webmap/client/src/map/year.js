// Of which year the figures on the page are, and the columns that another year has figures for.

import { memo } from "../lib/memo.js";
import { changeColumn, changeOf, changeTheme, differences } from "./change.js";
import { figuresIn } from "./classes.js";
import { decimalsOf } from "../lib/format.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {Column & { year: number | null, decimals?: number }} Dated `year` where it is not the
 *   map's own, which the decimals are of */

/**
 * The year of what is shown: the one chosen, where the theme has figures of it, else the map's own.
 * @param {Pick<State, "data" | "theme" | "look">} state
 */
export function yearOf({ data, theme, look: { year } }) {
  if (year === null || year === data.year || !data.history.years.includes(year)) return data.year;
  return figuresIn(data, data.themes[theme]?.column ?? "", year) ? year : data.year;
}

/**
 * The page's columns with the figures of the year that is shown, where it has them.
 * @type {(state: State) => Dated[]}
 */
export const datedColumns = memo(
  (/** @type {State} */ state) => [state.data, yearOf(state), state.theme, state.look],
  (state) => [...datedAs(state.data, state.data.columns, yearOf(state)), ...changed(state)],
);

/**
 * Columns with a year's figures, where the page has them.
 * @param {Page} data
 * @param {Column[]} columns
 * @param {number | null} year
 * @returns {Dated[]}
 */
export function datedAs(data, columns, year) {
  return columns.map((column) => {
    const past = year === null || year === data.year ? null : figuresIn(data, column.name, year);
    if (!past) return { ...column, year: null };
    return { ...column, values: past, year, decimals: decimalsOf(column.values) };
  });
}

/**
 * The column of what the theme's figure changed by, where the map shows that.
 * @param {State} state
 * @returns {Dated[]}
 */
function changed(state) {
  const { data, theme } = state;
  const shown = data.themes[theme];
  const years = changeOf(state);
  const column = data.columns.find((c) => c.name === shown?.column);
  if (!years || !column) return [];
  const { zh, en } = changeTheme(data, shown, years);
  const name = changeColumn(shown.column);
  return [{ ...column, name, zh, en, values: differences(data, shown, years), year: null }];
}

/**
 * A year where it must be said: one that is not the map's own, and the map's own beside it.
 * @param {State} state
 * @param {number | null} year of a figure; null: the map's own
 */
export function saidYear(state, year) {
  const shown = year ?? state.data.year;
  return shown === null || yearOf(state) === state.data.year ? null : shown;
}
