// How a folder's themes are cut over all its parcels, whatever is loaded.

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../state.js").Look} Look */
/** @typedef {import("../state.js").Method} Method */

/**
 * Whether a theme is looked at as the run cut it.
 * @param {Pick<Page, "year">} data
 * @param {Look} look
 */
export function isPlain({ year: own }, { method, year }) {
  return method === "quantile" && (year === null || year === own);
}

/**
 * Of a folder, how all parcels are cut, by theme and method: `ends` are the least and the largest
 * figure, and between them one that is not whole, if any.
 * @typedef {{ edges: number[], ends: Float64Array }} Cut
 * @typedef {{ [key: string]: Cut }} Breaks
 */

/**
 * What a theme's cut is kept by.
 * @param {Pick<Theme, "id">} theme
 * @param {Method} method
 */
export function breakKey({ id }, method) {
  return `${id} ${method}`;
}

/**
 * What is known of cuts; the same object where nothing is new.
 * @param {Breaks | null} known
 * @param {Breaks} found
 */
export function grown(known, found) {
  const added = Object.keys(found).some((key) => !known?.[key]);
  return added ? { ...known, ...found } : known;
}
