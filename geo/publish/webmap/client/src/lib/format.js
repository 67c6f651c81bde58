// Figures and values as they are written.

/** A value of a column, or null where it is missing. */
export function at(values, i) {
  const value = values?.[i];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** A value of a column as a reader sees it: what its code says, or itself. */
export function coded(column, value, lang) {
  return column.coded?.[value]?.[lang === "en" ? 1 : 0] ?? value;
}

export function number(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** A figure and its unit; per cent stands by its figure. */
export function withUnit(shown, unit) {
  return unit ? `${shown}${unit === "%" ? "" : " "}${unit}` : shown;
}

/** How a comparison is written for people. */
export function signOf(side, ends) {
  return side === "low" ? (ends & 1 ? ">" : "≥") : ends & 2 ? "<" : "≤";
}
