// Figures and values as they are written.

const TEN_THOUSANDS = /^10,000 ([A-Z]{3})(.*)$/;

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

/** @type {Map<number, Intl.NumberFormat>} */
const FORMATS = new Map();

/**
 * How figures of some decimals are written: made once, as making one takes longer than its use.
 * @param {number} least
 * @param {number} most
 */
function formatOf(least, most) {
  const key = 100 * least + most;
  const known =
    FORMATS.get(key) ??
    new Intl.NumberFormat("en-US", {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
  FORMATS.set(key, known);
  return known;
}

/**
 * A figure with commas, a dash where it is missing.
 * @param {number | null | undefined} value
 */
export function number(value, digits = 2) {
  if (value === null || value === undefined) return "—";
  return formatOf(0, digits).format(value);
}

/**
 * A figure with commas and just so many decimals, as tables on paper print it.
 * @param {number | null | undefined} value
 */
export function fixed(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  return formatOf(digits, digits).format(value);
}

/** @typedef {ArrayLike<number | string | null>} Values */

/** @type {WeakMap<object, number>} */
const DECIMALS = new WeakMap();

/**
 * The decimals that all figures of a column have, wherever one of them stands: none where all are
 * whole, four where all lie under 1, else two.
 * @param {Values} values
 * @returns {number}
 */
export function decimalsOf(values) {
  const known = DECIMALS.get(values);
  if (known !== undefined) return known;
  let [whole, most] = [true, 0];
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (typeof value !== "number" || Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) whole = false;
    most = Math.max(most, Math.abs(value));
  }
  const decimals = whole ? 0 : most < 1 ? 4 : 2;
  DECIMALS.set(values, decimals);
  return decimals;
}

/**
 * A figure of a column as list, card, tip, chart and file have it. A column of another year's
 * figures has the decimals of the page's own, which it names.
 * @param {{ values: Values, decimals?: number }} column
 * @param {number | null | undefined} value
 */
export function figureText({ values, decimals = decimalsOf(values) }, value) {
  const part = typeof value === "number" && !Number.isInteger(value); // a median of whole ones
  return fixed(value, decimals || (part ? 2 : 0));
}

/**
 * 亩 of a parcel or of some, as tables have them; a legend of many leaves out what is under one.
 * @param {number | null | undefined} mu
 */
export function muText(mu) {
  return fixed(mu, 2);
}

/**
 * A share of 1 in per cent, with one decimal.
 * @param {number} share
 */
export function percent(share) {
  return `${fixed(100 * share, 1)}%`;
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
  return TEN_THOUSANDS.test(unit) ? inMillions(shown, unit) : `${shown} ${unit}`;
}

/**
 * Figures of ten thousands of a currency as English writes money; those of other units as they are.
 * @param {string} shown
 * @param {string} unit
 */
export function inMillions(shown, unit) {
  const money = TEN_THOUSANDS.exec(unit);
  if (!money) return shown;
  /** @param {string} figure */
  const written = (figure) => {
    const sign = figure.startsWith("-") ? "−" : "";
    return `${sign}${money[1]} ${scaled(figure.replace("-", ""))}${money[2]}`;
  };
  return shown.replace(/-?\d[\d,]*(?:\.\d+)?/g, written);
}

/**
 * A figure of ten thousands as English writes money: the point is moved, and nothing is rounded
 * below a billion (447.80 is 4.478 m), as `geo.model.currency.in_millions` has it.
 * @param {string} figure
 */
function scaled(figure) {
  const amount = Number(figure.replaceAll(",", ""));
  const decimals = figure.split(".")[1]?.length ?? 0;
  if (Math.abs(amount) >= 100_000) {
    return `${fixed(amount / 100_000)} bn`;
  }
  if (Math.abs(amount) >= 100) return `${number(amount / 100, decimals + 2)} m`;
  return number(amount * 10_000, Math.max(0, decimals - 4));
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
