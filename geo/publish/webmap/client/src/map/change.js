// A theme of what a figure changed by between two years: classes around zero.

import { number } from "../lib/format.js";
import { fill, WORDS } from "../lib/words.js";
import { figuresOf, known } from "./classes.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../state.js").Look} Look */

/** From a strong fall over no change to a strong rise; told apart by the colour-blind, too. */
const COLORS = ["#8c510a", "#d8b365", "#f6e8c3", "#f5f5f5", "#c7eae5", "#5ab4ac", "#01665e"];
const SAME = 1e-6; // of the figures: as 32 bits hold them

/**
 * The two years that a look compares, or null where it compares none.
 * @param {Page} data
 * @param {Theme | undefined} theme
 * @param {Look} look
 */
export function yearsOf(data, theme, { year, since = null }) {
  const to = year ?? data.year;
  const all = [...data.history.years, data.year];
  if (since === null || to === null || since === to || !all.includes(since)) return null;
  return figuresOf(data, theme, since) && figuresOf(data, theme, to) ? { from: since, to } : null;
}

/**
 * The years whose change the map shows; of a folder none.
 * @param {Pick<import("../state.js").State, "data" | "theme" | "look" | "breaks">} state
 */
export function changeOf({ data, theme, look, breaks }) {
  return breaks ? null : yearsOf(data, data.themes[theme], look);
}

/**
 * What each parcel's figure of a year is more than that of another; NaN where it lacks either.
 * @param {Page} data
 * @param {Theme} theme
 * @param {{ from: number, to: number }} years
 */
export function differences(data, theme, { from, to }) {
  const before = /** @type {Float32Array} */ (figuresOf(data, theme, from));
  const after = /** @type {Float32Array} */ (figuresOf(data, theme, to));
  return after.map((value, i) => {
    const more = value - before[i];
    const least = SAME * Math.max(Math.abs(value), Math.abs(before[i]));
    return Math.abs(more) <= least ? 0 : more;
  });
}

/** @param {string} column */
export function changeColumn(column) {
  return `change:${column}`;
}

/**
 * The theme of the change between two years.
 * @param {Page} data
 * @param {Theme} theme
 * @param {{ from: number, to: number }} years
 * @returns {Theme}
 */
export function changeTheme(data, theme, years) {
  const values = differences(data, theme, years);
  const [small, large] = steps(values);
  const unit = data.columns.find((c) => c.name === theme.column)?.unit ?? ["", ""];
  /** @param {"zh" | "en"} lang */
  const name = (lang) => fill(WORDS[lang].change.name, { figure: theme[lang], ...years });
  /** @param {"zh" | "en"} lang @param {string} of */
  const note = (lang, of) => fill(WORDS[lang].change.note, { ...years, unit: of || "—" });
  const blank = theme.legend[theme.legend.length - 1];
  /** @param {"zh" | "en"} lang */
  const missing = (lang) => fill(WORDS[lang].change.missing, years);
  return {
    ...theme,
    zh: name("zh"),
    en: name("en"),
    column: changeColumn(theme.column),
    note: [note("zh", unit[0]), note("en", unit[1])],
    edges: [],
    codes: Uint8Array.from(values, (value) => codeOf(value, small, large)),
    legend: [
      ...labels(small, large).map((label, k) => {
        const key = `change ${k - 3}`;
        return { ...label, key, color: COLORS[k], hatch: "", parcels: 1, mu: 0 };
      }),
      { ...blank, zh: missing("zh"), en: missing("en"), key: "change none", parcels: 1 },
    ],
  };
}

/**
 * Two round figures that cut what changed into thirds, about.
 * @param {Float32Array} values
 */
export function steps(values) {
  const sizes = known(values.map(Math.abs)).filter((size) => size > 0);
  if (!sizes.length) return [1, 2];
  const [a, b] = [1 / 3, 2 / 3].map((share) => round(sizes[Math.floor(share * sizes.length)]));
  return [a, b > a ? b : 2 * a];
}

/**
 * The nearest of 1, 2 or 5 times a power of ten.
 * @param {number} value
 */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const times = [1, 2, 5, 10].reduce((best, k) =>
    Math.abs(k * power - value) < Math.abs(best * power - value) ? k : best,
  );
  return Number((times * power).toPrecision(6));
}

/**
 * @param {number} value
 * @param {number} small
 * @param {number} large
 */
export function codeOf(value, small, large) {
  if (Number.isNaN(value)) return COLORS.length;
  const size = Math.abs(value);
  const far = size === 0 ? 0 : size < small ? 1 : size < large ? 2 : 3;
  return 3 + Math.sign(value) * far;
}

/**
 * @param {number} small
 * @param {number} large
 */
function labels(small, large) {
  const [a, b] = [small, large].map((edge) => number(edge, 6));
  const same = { zh: WORDS.zh.change.same, en: WORDS.en.change.same };
  /** @param {string} text */
  const plain = (text) => ({ zh: text, en: text });
  return [
    ...[`≤ −${b}`, `−${b} – −${a}`, `−${a} – 0`].map(plain),
    same,
    ...[`0 – +${a}`, `+${a} – +${b}`, `≥ +${b}`].map(plain),
  ];
}
