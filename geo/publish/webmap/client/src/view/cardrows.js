// Rows of a parcel's card: rules with their arithmetic, grade, control lines.

import { decimalsIn, gapAt, gapText, required } from "../judge/required.js";
import { el } from "../lib/dom.js";
import { at, fixed, inMillions, number, withUnit } from "../lib/format.js";
import { WORDS } from "../lib/words.js";
import { place, told } from "./lines.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Grade} Grade */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/** @typedef {import("../lib/cite.js").Cited} Cited */
/** @typedef {"zh" | "en"} Lang */

const UNIT = /^(.*?) ?[（(]([^（(]+)[）)]$/; // behind a column's title

/**
 * The main enterprise's grade: score, place, how sure, what the next grade would take.
 * @param {Page} data
 * @param {Grade} grade
 * @param {Lang} lang
 * @param {Cited} cited
 */
export function gradeRow(data, grade, lang, cited) {
  const words = WORDS[lang];
  const name = data.grade_words[grade.grade][place(lang)];
  const graded = grade.grade === "ungraded" ? name : `${words.grade} ${name}`;
  const facts = [
    grade.score === null ? null : `${words.score} ${number(grade.score)}`,
    grade.rank === null ? null : `${words.rank} ${number(grade.rank)}/${number(grade.of)}`,
    grade.sure === null ? null : `${words.sure} ${number(grade.sure * 100, 0)}%`,
  ];
  const mark = el("span", { class: `mujun-badge mujun-grade-${grade.grade}` }, graded);
  const reason = grade.reason[place(lang)];
  return el(
    "details",
    { class: "mujun-rule" },
    el("summary", {}, mark, " ", el("span", {}, facts.filter(Boolean).join(" · "))),
    reason ? el("p", {}, reason) : null,
    grade.better === null ? null : el("p", {}, `${words.better} ${number(grade.better)}`),
    told(lang, words.source, cited.mark(grade.source)),
  );
}

/**
 * What control lines say of a parcel: kind, share and m², consequence, clause, document.
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 * @param {Cited} cited
 */
export function zoneRows({ zones }, i, lang, cited) {
  const rows = pairsOf(zones.parcel, i);
  if (!rows.length) return [];
  const made = rows.map((row) => zoneRow(zones, row, lang, cited));
  return [el("h3", {}, WORDS[lang].zones), ...made];
}

/**
 * @param {Page["zones"]} zones
 * @param {number} row
 * @param {Lang} lang
 * @param {Cited} cited
 */
function zoneRow(zones, row, lang, cited) {
  const kind = zones.kinds[zones.kind[row]];
  const [name, zh, en] = zones.words[zones.control[row]];
  const share = zones.share[row];
  const size = `${fixed(share)}% · ${fixed(zones.area[row])} m²`;
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
    clause(lang, kind.clause, cited.mark(kind.source)),
  );
}

/**
 * @param {Page} data
 * @param {Rule} rule
 * @param {number} i
 * @param {Lang} lang
 * @param {Cited} cited
 */
export function ruleRow(data, rule, i, lang, cited) {
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
      el("span", { class: "mujun-arithmetic" }, ...arithmetic(rule, i, lang)),
    ),
    reason ? el("p", {}, reason) : null,
    rule.trial ? el("p", { class: "mujun-tried" }, words.tried) : mend(rule, i, lang),
    industry ? told(lang, words.row_of, industry) : null,
    clause(lang, rule.clause, cited.mark(rule.sources[rule.source[i]])),
  );
}

/**
 * A clause with the number of its document.
 * @param {Lang} lang
 * @param {string} text
 * @param {string} mark
 */
function clause(lang, text, mark) {
  return text || mark ? told(lang, WORDS[lang].clause, `${text}${mark}`) : null;
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
  const [, name, unit] = UNIT.exec(rule.mend[place(lang)]) ?? [null, rule.mend[place(lang)], ""];
  const figure = `${name} ${sign}${withUnit(number(Math.abs(change)), unit)}`;
  const back = land === null ? "" : `${words.or} ${number(land, 4)} ${words.mu}`;
  return el("p", { class: "mujun-mend" }, `${words.mend}${words.colon}${figure}${back}`);
}

/**
 * A figure, its limit and what is between them; no line breaks within one.
 * @param {Rule} rule
 * @param {number} i
 * @param {Lang} lang
 */
function arithmetic(rule, i, lang) {
  const words = WORDS[lang];
  const gap = gapAt(rule, i);
  const asked = required(rule, i, lang);
  if (!asked) return [];
  const digits = decimalsIn(rule); // a figure is judged as it is shown
  const unit = rule.unit[place(lang)];
  const limit = withUnit(asked, unit);
  const isShare = unit === "%"; // its sign stands by each figure, other units by the limit alone
  const found = fixed(at(rule.value, i), digits);
  const value = isShare && found !== "—" ? withUnit(found, unit) : inMillions(found, unit);
  const parts = [
    [words.value, value],
    [words.threshold, limit],
  ];
  if (gap !== null) {
    const far = Math.abs(gap);
    const apart = isShare ? gapText(rule, far, unit, lang) : inMillions(fixed(far, digits), unit);
    parts.push([gap < 0 ? words.short : words.over, apart]);
  }
  return parts.flatMap(([name, text], k) => [`${k ? " · " : ""}${name} `, el("span", {}, text)]);
}

/**
 * Rows of pairs that are of a parcel.
 * @param {Int32Array} parcels
 * @param {number} i
 */
export function pairsOf(parcels, i) {
  const rows = [];
  for (let row = 0; row < parcels.length; row++) if (parcels[row] === i) rows.push(row);
  return rows;
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
