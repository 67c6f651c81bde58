// The card of a parcel: every figure, every verdict with its clause and source.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { el } from "../lib/dom.js";
import { at, coded, inMillions, number, signOf, withUnit } from "../lib/format.js";
import { WORDS } from "../lib/words.js";
import { figuresIn } from "../map/classes.js";
import { trends } from "./charts.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Grade} Grade */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/** @typedef {"zh" | "en"} Lang */

/**
 * Place of a language in pairs of texts.
 * @param {Lang} lang
 */
export function place(lang) {
  return lang === "en" ? 1 : 0;
}

/**
 * A line of a card: a word, a colon, a text.
 * @param {Lang} lang
 * @param {string} word
 * @param {string} text
 */
export function told(lang, word, text) {
  return el("p", {}, `${word}${WORDS[lang].colon}${text}`);
}

/**
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
export function parcelCard(data, i, lang) {
  const words = WORDS[lang];
  const park = data.parks.find((p) => p.id === data.park_of?.[i]);
  const grade = data.grades?.[i];
  const rules = data.rules.filter((rule) => rule.reason[i] !== SPEC.reasons.other_place);
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, data.ids[i]),
    data.compliance ? badge(data, data.compliance[i], lang) : null,
    park ? told(lang, words.park, park.name) : null,
    enterprises(data, i, lang),
    grade ? gradeRow(data, grade, lang) : null,
    data.rules.length ? el("h3", {}, words.verdicts) : null,
    ...rules.map((rule) => ruleRow(data, rule, i, lang)),
    ...zoneRows(data, i, lang),
    el("h3", {}, `${words.figures}${data.year ? `（${data.year}）` : ""}`),
    el("table", {}, ...ofCard(data).map((column) => fact(column, i, lang))),
    ...trends(data, overYears(data, i), lang),
    judged(data, lang),
  );
}

/**
 * What areas the figures stand on.
 * @param {Page} data
 * @param {Lang} lang
 */
export function basis(data, lang) {
  return WORDS[lang].basis[/** @type {keyof typeof WORDS.zh.basis} */ (data.basis)] ?? "";
}

/**
 * As of which days the run judged.
 * @param {Page} data
 * @param {Lang} lang
 */
export function judged({ outcome }, lang) {
  if (!outcome.length) return null;
  return el("p", { class: "mujun-note mujun-judged" }, outcome[1][place(lang)]);
}

/**
 * The figures per mu of a parcel over the years, by name.
 * @param {Page} data
 * @param {number} i
 */
function overYears(data, i) {
  const { years, figures } = data.history;
  const names = [...new Set(figures.map(({ name }) => name))].filter((n) => n.endsWith("_per_mu"));
  return Object.fromEntries(
    names.map((name) => [name, years.map((year) => figuresIn(data, name, year)?.[i] ?? NaN)]),
  );
}

/**
 * The main enterprise's grade: score, place, how sure, what the next grade would take.
 * @param {Page} data
 * @param {Grade} grade
 * @param {Lang} lang
 */
function gradeRow(data, grade, lang) {
  const words = WORDS[lang];
  const name = data.grade_words[grade.grade][place(lang)];
  const facts = [
    grade.score === null ? null : `${words.score} ${number(grade.score)}`,
    grade.rank === null ? null : `${words.rank} ${number(grade.rank)}/${number(grade.of)}`,
    grade.sure === null ? null : `${words.sure} ${number(grade.sure * 100, 0)}%`,
  ];
  const mark = el(
    "span",
    { class: `mujun-badge mujun-grade-${grade.grade}` },
    `${words.grade} ${name}`,
  );
  const reason = grade.reason[place(lang)];
  return el(
    "details",
    { class: "mujun-rule" },
    el("summary", {}, mark, " ", el("span", {}, facts.filter(Boolean).join(" · "))),
    reason ? el("p", {}, reason) : null,
    grade.better === null ? null : el("p", {}, `${words.better} ${number(grade.better)}`),
    told(lang, words.source, grade.source),
  );
}

/**
 * Rows of pairs that are of a parcel.
 * @param {Int32Array} parcels
 * @param {number} i
 */
function pairsOf(parcels, i) {
  const rows = [];
  for (let row = 0; row < parcels.length; row++) if (parcels[row] === i) rows.push(row);
  return rows;
}

/**
 * What control lines say of a parcel: kind, share and m², consequence, clause, document.
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
function zoneRows({ zones }, i, lang) {
  const own = pairsOf(zones.parcel, i);
  if (!own.length) return [];
  return [el("h3", {}, WORDS[lang].zones), ...own.map((row) => zoneRow(zones, row, lang))];
}

/**
 * @param {Page["zones"]} zones
 * @param {number} row
 * @param {Lang} lang
 */
function zoneRow(zones, row, lang) {
  const words = WORDS[lang];
  const kind = zones.kinds[zones.kind[row]];
  const [name, zh, en] = zones.words[zones.control[row]];
  const share = zones.share[row];
  const size = `${number(share)}% · ${number(zones.area[row])} m²`;
  const lines = [zones.name[row], kind.consequence[place(lang)], zones.requirement[row]];
  return el(
    "details",
    { class: "mujun-rule", "data-zone": zones.kind[row] },
    el(
      "summary",
      {},
      el("span", { class: `mujun-badge mujun-control-${name}` }, { zh, en }[lang]),
      ` ${kind.names[place(lang)]} `,
      share === null ? null : el("span", {}, size),
    ),
    ...lines.filter(Boolean).map((text) => el("p", {}, text)),
    kind.clause ? told(lang, words.clause, kind.clause) : null,
    kind.source ? told(lang, words.source, kind.source) : null,
  );
}

/**
 * @param {Page} data
 * @param {number} code
 * @param {Lang} lang
 */
export function badge(data, code, lang) {
  const [name, zh, en] = data.verdicts[code];
  return el("span", { class: `mujun-badge mujun-${name}` }, { zh, en }[lang]);
}

/**
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
function enterprises({ occupiers }, i, lang) {
  const words = WORDS[lang];
  const { parcel, enterprise, names, ids } = occupiers;
  const own = pairsOf(parcel, i).map((row) => enterprise[row]);
  if (!own.length) return null;
  const spans = own.flatMap((e, k) => [
    k ? words.comma : "",
    el("span", { title: ids[e] }, names[e] || ids[e]),
  ]);
  return el("p", {}, `${words.enterprises}${words.colon}`, ...spans);
}

/**
 * The columns of a card: all, or those that the page names.
 * @param {Page} data
 */
function ofCard(data) {
  return data.columns.filter((column) => data.popup?.includes(column.name) ?? true);
}

/**
 * Named columns of a parcel in a line each: `tax 12.5`; — where one is missing.
 * @param {Page} data
 * @param {string[]} names
 * @param {number} i
 * @param {Lang} lang
 */
export function columnTexts(data, names, i, lang) {
  return names
    .flatMap((name) => data.columns.filter((column) => column.name === name))
    .map((column) => `${column[lang]} ${valueText(column, i, lang) ?? "—"}`);
}

/**
 * @param {Column} column
 * @param {number} i
 * @param {Lang} lang
 */
function valueText(column, i, lang) {
  const value = at(/** @type {ArrayLike<number | string | null>} */ (column.values), i);
  if (value === null) return null;
  const shown = typeof value === "number" ? number(value) : String(coded(column, value, lang));
  return withUnit(shown, column.unit[place(lang)]);
}

/**
 * @param {Column} column
 * @param {number} i
 * @param {Lang} lang
 */
function fact(column, i, lang) {
  const text = valueText(column, i, lang);
  if (text === null) return null;
  const cells = [el("th", {}, column[lang]), el("td", {}, text)];
  return el("tr", { "data-name": column.name }, ...cells);
}

/**
 * @param {Page} data
 * @param {Rule} rule
 * @param {number} i
 * @param {Lang} lang
 */
function ruleRow(data, rule, i, lang) {
  const words = WORDS[lang];
  const reason = data.reasons[rule.reason[i]][place(lang)];
  const industry = rule.industries[rule.industry[i]];
  return el(
    "details",
    { class: "mujun-rule", "data-rule": rule.id },
    el(
      "summary",
      {},
      badge(data, rule.verdict[i], lang),
      ` ${rule[lang]} `,
      el("span", {}, arithmetic(rule, i, lang)),
    ),
    reason ? el("p", {}, reason) : null,
    rule.trial ? el("p", { class: "mujun-tried" }, words.tried) : mend(rule, i, lang),
    industry ? told(lang, words.row_of, industry) : null,
    told(lang, words.clause, rule.clause),
    told(lang, words.source, rule.sources[rule.source[i]]),
  );
}

/**
 * What would mend a failing rule by itself: more or less of a figure, or land given back.
 * @param {Rule} rule
 * @param {number} i
 * @param {Lang} lang
 */
function mend(rule, i, lang) {
  const words = WORDS[lang];
  const change = at(rule.change, i);
  const land = at(rule.land, i);
  if (change === null) return null;
  const sign = change < 0 ? "−" : "+";
  const figure = `${rule.mend[place(lang)]} ${sign}${number(Math.abs(change))}`;
  const back = land === null ? "" : `${words.or} ${number(land, 4)} ${words.mu}`;
  return el("p", { class: "mujun-mend" }, `${words.mend}${words.colon}${figure}${back}`);
}

/**
 * @param {Rule} rule
 * @param {number} i
 * @param {Lang} lang
 */
function arithmetic(rule, i, lang) {
  const words = WORDS[lang];
  const [low, high, gap] = [at(rule.low, i), at(rule.high, i), at(rule.gap, i)];
  const limits = [
    low === null ? null : `${signOf("low", rule.ends[i])} ${number(low, 6)}`,
    high === null ? null : `${signOf("high", rule.ends[i])} ${number(high, 6)}`,
  ].filter((limit) => limit !== null);
  if (!limits.length) return "";
  const digits = Math.max(2, rule.decimals); // a figure is judged as it is shown
  const unit = rule.unit[place(lang)];
  const limit = withUnit(limits.join(words.and), unit);
  const value = inMillions(number(at(rule.value, i), digits), unit);
  const shown = `${words.value} ${value} · ${words.threshold} ${limit}`;
  if (gap === null) return shown;
  const apart = inMillions(number(Math.abs(gap), digits), unit);
  return `${shown} · ${gap < 0 ? words.short : words.over} ${apart}`;
}
