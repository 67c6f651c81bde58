// Figures and values as they are written.

/**
 * A value of a column, or null where it is missing.
 * @template {number | string | null} T
 * @param {ArrayLike<T> | null | undefined} values
 * @param {number} i
 * @returns {Exclude<T, null> | null}
 */
export function at(values, i) {
  const value = values?.[i];
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  return /** @type {Exclude<T, null>} */ (value);
}

/**
 * A figure with commas, a dash where it is missing.
 * @param {number | null | undefined} value
 */
export function number(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/**
 * A value of a column as a reader sees it: what its code says, or itself.
 * @param {{ coded: { [code: string]: [zh: string, en: string] } | null }} column
 * @param {string | number | null} value
 * @param {"zh" | "en"} lang
 */
export function coded(column, value, lang) {
  return column.coded?.[String(value)]?.[lang === "en" ? 1 : 0] ?? value;
}

/**
 * A figure and its unit; per cent stands by its figure.
 * @param {string} shown
 * @param {string} unit
 */
export function withUnit(shown, unit) {
  if (!unit) return shown;
  if (unit === "%") return `${shown}%`;
  // 10,000 yuan is a unit that begins with a figure of its own
  return /^\d/.test(unit) ? `${shown} × ${unit}` : `${shown} ${unit}`;
}

/**
 * How a comparison is written for people.
 * @param {"low" | "high"} side
 * @param {number} ends 1: the lower end is open, 2: the upper
 */
export function signOf(side, ends) {
  if (side === "low") return ends & 1 ? ">" : "≥";
  return ends & 2 ? "<" : "≤";
}
