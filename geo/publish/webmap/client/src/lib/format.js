// Figures and values as they are written.

/** A value of a column, or null where it is missing. */
export function at(values, i) {
  const value = values?.[i];
  return value === undefined || Number.isNaN(value) ? null : value;
}

export function number(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** How a comparison is written for people. */
export function signOf(side, ends) {
  return side === "low" ? (ends & 1 ? ">" : "≥") : ends & 2 ? "<" : "≤";
}
