// The card of a parcel: the verdict with its reason, figures per mu, rules, the land, sources.

import "../style/card.css";
import SPEC from "../../generated/spec.json" with { type: "json" };
import { Cited, documentOf } from "../lib/cite.js";
import { el } from "../lib/dom.js";
import { at, coded, figureText, muText, withUnit } from "../lib/format.js";
import { WORDS } from "../lib/words.js";
import { figuresIn } from "../map/classes.js";
import { actions } from "./cardactions.js";
import { badge, gradeRow, pairsOf, ruleRow, zoneRows } from "./cardrows.js";
import { trends } from "./charts.js";
import { place } from "./lines.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/** @typedef {"zh" | "en"} Lang */

const FIRST = [
  "tax_per_mu",
  "revenue_per_mu",
  "output_value_per_mu",
  "value_added_per_mu",
  "fixed_investment_per_mu",
]; // figures of the first rank, as many as a page has
const GRAVEST = ["fail", "conflict", "no_data", "pass", "exempt"]; // the order of rules
/** @type {{ [verdict: string]: number }} */
const CODES = SPEC.verdicts;

/**
 * @param {App} app
 * @param {Page} data
 * @param {number} i
 */
export function parcelCard(app, data, i) {
  const { lang } = app.state;
  const words = WORDS[lang];
  const cited = new Cited();
  const park = data.parks.find((p) => p.id === data.park_of?.[i]);
  const grade = data.grades?.[i];
  const where = [park?.name, landUse(data, i, lang), `${muText(at(data.mu, i))} ${words.mu}`];
  const first = FIRST.filter((name) => ofCard(data).some((column) => column.name === name));
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, data.ids[i]),
    el("p", { class: "mujun-note" }, where.filter(Boolean).join(" · ")),
    enterprises(data, i, lang),
    verdict(data, i, lang),
    actions(app, i),
    tiles(data, first, i, lang),
    el("section", { class: "mujun-standing", "aria-label": words.distribution.standing }),
    ...rules(data, i, lang, cited),
    grade ? el("h3", {}, words.grade) : null,
    grade ? gradeRow(data, grade, lang, cited) : null,
    ...zoneRows(data, i, lang, cited),
    ...trends(data, overYears(data, i), lang),
    ...tables(app, data, first, i),
    ...sources(cited, lang),
    judged(data, lang),
  );
}

/**
 * The verdict over all rules, and why.
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
function verdict(data, i, lang) {
  if (!data.compliance) return null;
  if (!data.rules.length) return el("p", { class: "mujun-verdict" }, WORDS[lang].not_checked);
  const code = data.compliance[i];
  const [name] = data.verdicts[code];
  const why = reasons(data, i, lang).join(WORDS[lang].comma);
  return el(
    "p",
    { class: `mujun-verdict mujun-verdict-${name}` },
    badge(data, code, lang),
    why ? el("span", {}, why) : null,
  );
}

/**
 * What gives a parcel its verdict: the rules that it fails, else why it is not judged.
 * @param {Pick<Page, "rules" | "compliance" | "reasons">} data
 * @param {number} i
 * @param {Lang} lang
 */
export function reasons({ rules: all, compliance, reasons: texts }, i, lang) {
  const code = compliance[i];
  if (code === CODES.pass) return [];
  const own = all.filter((rule) => rule.mandatory && rule.verdict[i] === code);
  const said = own
    .filter((rule) => rule.reason[i] !== SPEC.reasons.other_place)
    .map((rule) => (code === CODES.fail ? rule[lang] : texts[rule.reason[i]][place(lang)]));
  return [...new Set(said)].filter(Boolean);
}

/**
 * The land use with its name, as the map's legend has it.
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
function landUse(data, i, lang) {
  const column = data.columns.find(({ name }) => name === "land_use");
  const value = column && at(/** @type {ArrayLike<string | null>} */ (column.values), i);
  if (!column || value === null) return "";
  const theme = data.themes.find(({ id }) => id === "land_use");
  const label = theme?.legend[theme.codes[i]]?.[lang] ?? "";
  return label.startsWith(String(value)) ? label : String(coded(column, value ?? null, lang));
}

/**
 * Figures of the first rank, large.
 * @param {Page} data
 * @param {string[]} names
 * @param {number} i
 * @param {Lang} lang
 */
function tiles(data, names, i, lang) {
  if (!names.length) return null;
  const made = names.flatMap((name) => {
    const column = data.columns.find((c) => c.name === name);
    if (!column) return [];
    const shown = valueText(column, i, lang);
    const value = shown === null ? el("i", {}, WORDS[lang].no_figure) : el("b", {}, shown);
    return [el("div", { "data-name": name }, el("span", {}, column[lang]), value)];
  });
  return el("div", { class: "mujun-tiles" }, ...made);
}

/**
 * The rules, the gravest verdict first; those that are not applicable are folded together.
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 * @param {Cited} cited
 */
function rules(data, i, lang, cited) {
  const words = WORDS[lang];
  const own = data.rules.filter((rule) => rule.reason[i] !== SPEC.reasons.other_place);
  if (!own.length) return [];
  const rank = (/** @type {Rule} */ rule) => GRAVEST.indexOf(data.verdicts[rule.verdict[i]][0]);
  const sorted = [...own].sort((a, b) => rank(a) - rank(b));
  const exempt = sorted.filter((rule) => rule.verdict[i] === CODES.exempt);
  const rows = (/** @type {Rule[]} */ some) =>
    some.map((rule) => ruleRow(data, rule, i, lang, cited));
  const shown = rows(sorted.filter((rule) => !exempt.includes(rule)));
  const title = words.exempt_rules.replace("{count}", String(exempt.length));
  const folded = exempt.length ? [fold(title, ...rows(exempt))] : [];
  return [el("h3", {}, words.verdicts), ...shown, ...folded];
}

/**
 * @param {string} title
 * @param {...Child} children
 */
function fold(title, ...children) {
  return el("details", { class: "mujun-folded-part" }, el("summary", {}, title), ...children);
}

/**
 * All other figures: those of the year, then the land and the ways to facilities, folded.
 * @param {App} app
 * @param {Page} data
 * @param {string[]} first those that are shown already
 * @param {number} i
 */
function tables(app, data, first, i) {
  const { lang } = app.state;
  const words = WORDS[lang];
  const rest = ofCard(data).filter(({ name }) => !first.includes(name));
  /** @param {...Column["group"]} groups */
  const table = (...groups) => {
    const rows = rest.filter(({ group }) => groups.includes(group));
    const made = rows.map((column) => fact(data, column, i, lang)).filter((row) => row !== null);
    return made.length ? el("table", {}, ...made) : null;
  };
  const year = data.year ? words.unit.replace("{unit}", String(data.year)) : "";
  const open = table("");
  const figures = table("figures", "money");
  const land = table("land");
  const access = table("access");
  return [
    open || figures ? el("h3", {}, `${words.figures}${year}`) : null,
    open,
    figures && fold(words.further_figures, figures),
    land && fold(words.land, land),
    access && fold(words.access, access),
  ];
}

/**
 * The documents, each once by its number; a page that is a copy says so.
 * @param {Cited} cited
 * @param {Lang} lang
 */
function sources(cited, lang) {
  const words = WORDS[lang];
  if (!cited.citations.length) return [];
  const items = cited.citations.map((citation) => {
    const { text, host, copy } = documentOf(citation);
    const page = host ? (copy ? words.copy.replace("{host}", () => host) : host) : "";
    const shown = page ? el("span", {}, ` ${page}`) : null;
    return el("li", { title: citation.replace("转载：", "") }, text, shown);
  });
  return [el("h3", {}, words.sources), el("ol", { class: "mujun-sources" }, ...items)];
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
 * As of which days the run judged; on the card of one parcel it says that it is of all.
 * @param {Page} data
 * @param {Lang} lang
 */
export function judged({ outcome }, lang) {
  if (!outcome.length) return null;
  const of = `${WORDS[lang].every_park}${WORDS[lang].colon}`;
  return el("p", { class: "mujun-note mujun-judged" }, `${of}${outcome[1][place(lang)]}`);
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
 * @param {Page} data
 * @param {number} i
 * @param {Lang} lang
 */
function enterprises({ occupiers }, i, lang) {
  const words = WORDS[lang];
  const { parcel, enterprise, names, ids } = occupiers;
  const firms = pairsOf(parcel, i).map((row) => enterprise[row]);
  if (!firms.length) return null;
  const spans = firms.flatMap((e, k) => [
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
  const shown =
    typeof value === "number" ? figureText(column, value) : String(coded(column, value, lang));
  return withUnit(shown, column.unit[place(lang)]);
}

/**
 * @param {Page} data
 * @param {Column} column
 * @param {number} i
 * @param {Lang} lang
 */
function fact(data, column, i, lang) {
  const text = column.name === "land_use" ? landUse(data, i, lang) : valueText(column, i, lang);
  if (!text) return null;
  const cells = [el("th", {}, column[lang]), el("td", {}, text)];
  return el("tr", { "data-name": column.name }, ...cells);
}
