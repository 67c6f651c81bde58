// The columns of listed parcels: what one filters by, then the theme's figure, then all the rest.

import { decimalsIn, gapAt, gapText, gapUnit } from "../judge/required.js";
import { measuredRule, required, worstRules } from "../judge/required.js";
import { at, coded, decimalsOf, withUnit } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { WORDS } from "../lib/words.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../map/year.js").Dated} Dated */
/** @typedef {Omit<Page, "columns">} Plain */
/** @typedef {Plain & { columns: Dated[] }} Shown with the figures of the year shown */
/** @typedef {"zh" | "en"} Lang */

/**
 * @typedef {object} Head
 * @property {string} title
 * @property {number} decimals that its figures are shown with, 0 to 6
 * @property {number} width in letters
 * @property {boolean} [dated] its texts are days or moments, which a workbook has as such
 */
/** @typedef {{ columns: Head[], notes: string[] }} Sheet `notes` are lines above the headings */
/** @typedef {Float32Array | Float64Array | (string | null)[]} Values of one column; NaN: missing */

/**
 * Figures have `figures`, texts are asked for one by one.
 * @typedef {object} Listed
 * @property {string} key
 * @property {string} title with its unit
 * @property {ArrayLike<number> | null} figures
 * @property {(i: number) => string | null} text
 * @property {string} [short] the title on screen, where what stands above the list says the rest
 * @property {boolean} [rises] sorted by it, the smallest comes first unless one asks otherwise
 * @property {number} [decimals] of its figures, where its values do not say them
 * @property {boolean} [dated] its texts are days or moments
 */

/** Themes that stand before the others; what else has a filter follows them. */
const FIRST = ["compliance", "grade", "land_use", "control", "idle", "industry"];

/**
 * Columns of the list: none stands twice.
 * @param {Shown} page
 * @param {Theme} theme as it is shown
 * @param {Lang} lang
 * @returns {Listed[]}
 */
export function columnsOf(page, theme, lang) {
  const words = WORDS[lang];
  const first = [
    texts("parcel", words.parcel, (i) => page.ids[i]),
    parks(page, words.park),
    enterprises(page, words.enterprises, words.comma),
    ...filtered(page, lang),
    shownFigure(page, theme, lang),
    ...judged(page, theme, lang),
    { ...figures("area", words.area, page.mu), decimals: 2 },
  ].flatMap((column) => column ?? []);
  const rest = page.columns.map((column) => ofColumn(column, lang));
  const seen = new Set(["area_mu"]); // is the area that stands among the first
  return [...first, ...rest].filter(({ key }) => !seen.has(key) && seen.add(key));
}

/**
 * @param {string} key
 * @param {string} title
 * @param {(i: number) => string | null} text
 * @returns {Listed}
 */
function texts(key, title, text) {
  return { key, title, figures: null, text };
}

/**
 * @param {string} key
 * @param {string} title
 * @param {ArrayLike<number>} values
 * @returns {Listed}
 */
function figures(key, title, values) {
  return { key, title, figures: values, text: () => null };
}

/**
 * @param {Plain} page
 * @param {string} title
 */
function parks({ parks: all, park_of: own }, title) {
  if (!own || !all.length) return null;
  const names = new Map(all.map((park) => [park.id, park.name]));
  return texts("park", title, (i) => names.get(own[i]) ?? (own[i] || null));
}

/**
 * Names of the enterprises on each parcel.
 * @param {Plain} page
 * @param {string} title
 * @param {string} comma between them
 */
function enterprises(page, title, comma) {
  if (!page.occupiers.ids.length) return null;
  return texts("enterprise", title, (i) => occupants(page)(i)?.join(comma) ?? null);
}

/** What a parcel's enterprises are called, by its place. */
export const occupants = memo(
  (/** @type {Plain} */ page) => [page.occupiers, page.ids.length],
  ({ occupiers: { ids: codes, names, enterprise, parcel }, ids }) => {
    const start = new Uint32Array(ids.length + 1);
    for (let row = 0; row < parcel.length; row++) start[parcel[row] + 1]++;
    for (let i = 0; i < ids.length; i++) start[i + 1] += start[i];
    const next = start.slice();
    const own = new Uint32Array(parcel.length);
    for (let row = 0; row < parcel.length; row++) own[next[parcel[row]]++] = enterprise[row];
    return (/** @type {number} */ i) => {
      const all = [...own.subarray(start[i], start[i + 1])].map((e) => names[e] || codes[e]);
      return all.length ? all : null;
    };
  },
);

/**
 * The classes of every theme that one filters by.
 * @param {Plain} page
 * @param {Lang} lang
 */
function filtered({ themes }, lang) {
  const place = ({ id = "" }) => (FIRST.indexOf(id) + 1 || FIRST.length + 1) - 1;
  return themes
    .filter((theme) => theme.filter)
    .sort((a, b) => place(a) - place(b))
    .map((theme) => classOf(theme, lang));
}

/**
 * @param {Theme} theme
 * @param {Lang} lang
 */
function classOf(theme, lang) {
  const names = theme.legend.map((item) => item[lang]);
  return texts(`class:${theme.id}`, theme[lang], (i) => names[theme.codes[i]] ?? null);
}

/**
 * Of the verdict over all rules: the clause that a parcel fails by most, what is asked and the gap.
 * @param {Plain} page
 * @param {Lang} lang
 * @returns {Listed[]}
 */
function failed(page, lang) {
  const own = WORDS[lang].worst;
  const { rule: worst, share } = worstRules(page);
  /** @param {(rule: import("../judge/judge.js").Rule, unit: string, i: number) => string} say */
  const ofWorst = (say) => (/** @type {number} */ i) => {
    const rule = page.rules[worst[i]];
    return rule ? say(rule, rule.unit[lang === "en" ? 1 : 0], i) || null : null;
  };
  const clause = ofWorst((rule, unit, i) => {
    const asked = required(rule, i, lang);
    return asked ? `${rule[lang]} ${withUnit(asked, unit)}` : rule[lang];
  });
  const gap = ofWorst((rule, unit, i) => {
    const lacks = gapAt(rule, i);
    return lacks === null ? "" : gapText(rule, lacks, unit, lang);
  });
  const shares = Float64Array.from(share, (one) => 100 * one);
  return [
    texts("worst:clause", own.clause, clause),
    texts("worst:gap", own.gap, gap),
    { ...figures("worst:share", own.share, shares), rises: true, decimals: 1 },
  ];
}

/**
 * Of a theme of one rule's verdicts what was found, what is asked and the gap: below zero, short.
 * @param {Plain} page
 * @param {Theme} theme
 * @param {Lang} lang
 * @returns {Listed[]}
 */
export function judged(page, theme, lang) {
  if (theme.trial === "compliance") return failed(page, lang);
  const rule = measuredRule(page, theme);
  if (!rule) return [];
  const words = WORDS[lang];
  const own = rule.unit[lang === "en" ? 1 : 0];
  /** @param {string} name @param {string} unit */
  const titled = (name, unit) => {
    const short = `${name}${unit ? words.unit.replace("{unit}", () => unit) : ""}`;
    return { title: `${rule[lang]} ${short}`, short, decimals: decimalsIn(rule) };
  };
  const asked = (/** @type {number} */ i) => required(rule, i, lang) || null;
  const gaps = rule.value.map((_, i) => gapAt(rule, i) ?? NaN);
  return [
    { ...figures("rule:value", "", rule.value), ...titled(words.value, own) },
    { ...texts("rule:required", "", asked), ...titled(words.threshold, own) },
    { ...figures("rule:gap", "", gaps), ...titled(words.gap, gapUnit(own, lang)), rises: true },
  ];
}

/**
 * The figure that is shown; of a theme of words its class.
 * @param {Shown} page
 * @param {Theme} theme
 * @param {Lang} lang
 */
export function shownFigure({ columns }, theme, lang) {
  const column = columns.find((c) => c.name === theme.column && c.kind === "number");
  return column ? ofColumn(column, lang) : classOf(theme, lang);
}

/**
 * @param {Dated} column
 * @param {Lang} lang
 * @returns {Listed}
 */
function ofColumn(column, lang) {
  const { name, kind, values, decimals } = column;
  const title = titleOf(column, lang);
  if (kind === "number") {
    return { ...figures(name, title, /** @type {Float32Array} */ (values)), decimals };
  }
  return texts(name, title, (i) => {
    const value = coded(column, at(/** @type {(string | null)[]} */ (values), i), lang);
    return value === null ? null : String(value);
  });
}

/**
 * A column's heading: its unit, and its year where that is not the page's.
 * @param {Dated} column
 * @param {Lang} lang
 */
function titleOf({ unit: units, year, ...column }, lang) {
  const words = WORDS[lang];
  const unit = units[lang === "en" ? 1 : 0];
  const title = `${column[lang]}${unit ? words.unit.replace("{unit}", () => unit) : ""}`;
  return year ? `${title} ${words.in_year.replace("{year}", String(year))}` : title;
}

/**
 * @param {Listed} column
 * @returns {Head}
 */
export function headOf({ title, figures: values, decimals, dated = false }) {
  const width = Math.min(30, Math.max(dated ? 17 : 12, 2 * title.length));
  const places = decimals ?? (values ? decimalsOf(values) : 0);
  return { title, decimals: places, width, dated };
}

/**
 * The values of some rows.
 * @param {Listed} column
 * @param {ArrayLike<number>} rows
 * @param {number} first
 * @param {number} end
 * @returns {Values}
 */
export function taken({ figures: values, text }, rows, first, end) {
  const count = end - first;
  if (!values) return Array.from({ length: count }, (_, k) => text(rows[first + k]));
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) out[k] = values[rows[first + k]] ?? NaN;
  return out;
}
