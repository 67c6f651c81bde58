// What sets a view apart from the plain map, in words: filters, hidden classes, area, park, year,
// trial. Screen, lists, exports, sheets and slides have it from here.

import { filterViews, rightHidden, view } from "../derived.js";
import { cutKey } from "../judge/grade.js";
import { barsOf, moved } from "../judge/judge.js";
import { inMillions, number, signOf, withUnit } from "../lib/format.js";
import { WORDS, aside, fill } from "../lib/words.js";
import { heightOf } from "../solid/scene.js";
import { isGrading, isTrying } from "../state.js";
import { changeOf } from "./change.js";
import { yearOf } from "./year.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Action} Action */
/** @typedef {import("../state.js").Bar} Bar */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/** @typedef {"filter" | "hidden" | "area" | "park" | "year" | "trial" | "change"} Kind */
/** @typedef {{ kind: Kind, text: string, drop: Action }} Mark with the action that undoes it */

const MOST = 6; // names that a mark lists

/**
 * The marks of a view as lines of text: nothing where the map is as the run left it.
 * @param {State} state
 * @returns {string[]}
 */
export function marks(state) {
  const all = marksOf(state);
  const words = WORDS[state.lang];
  const filters = all.filter(({ kind }) => kind === "filter" || kind === "area");
  const rest = all.filter(({ kind }) => kind !== "filter" && kind !== "area");
  const joined = filters.map(({ text }) => text).join(words.semicolon);
  const line = joined ? [`${words.filters}${words.colon}${joined}`] : [];
  return [...line, ...rest.map(({ text }) => text)];
}

/**
 * The same one by one, each with what drops it.
 * @param {State} state
 * @returns {Mark[]}
 */
export function marksOf(state) {
  return [
    ...filterMarks(state),
    ...areaMark(state),
    ...parkMark(state),
    ...hiddenMark(state),
    ...yearMark(state),
    ...heightMark(state),
    ...changeMark(state),
    ...trialMark(state),
  ];
}

/** @param {State} state @returns {Mark[]} */
function filterMarks(state) {
  const words = WORDS[state.lang];
  return filterViews(state).map(({ theme, hidden, look, view: cut }) => {
    const there = cut.legend
      .map((item, code) => ({ item, code }))
      .filter(({ item }) => item.parcels);
    const open = there.filter(({ code }) => !hidden.has(code)).map(({ item }) => item[state.lang]);
    const shut = there.filter(({ code }) => hidden.has(code)).map(({ item }) => item[state.lang]);
    const most = shut.length < open.length && open.length > 2;
    const names = most ? `${words.without} ${several(shut, state)}` : several(open, state);
    const year = look.year === null || look.year === state.data.year ? "" : ` ${look.year}`;
    const counted = parcelsSaid(state, cut, hidden);
    const passed = `${names || words.nothing_passes}${counted}`;
    const text = `${cut[state.lang]}${year}${words.colon}${passed}`;
    return { kind: "filter", text, drop: { type: "drop-filter", theme } };
  });
}

/**
 * How many parcels a filter lets through, where the headline counts something else by its classes.
 * @param {State} state
 * @param {import("../../generated/wire.js").Theme} cut
 * @param {ReadonlySet<number>} hidden
 */
function parcelsSaid({ data, breaks, lang }, { id, codes }, hidden) {
  if (breaks) return ""; // of a folder only some parcels are here
  const parts = data.board
    .flatMap((line) => line.of?.[0].parts ?? [])
    .filter(({ theme, code }) => theme === id && !hidden.has(code));
  const parcels = codes.reduce((n, code) => n + Number(!hidden.has(code)), 0);
  const said = parts.reduce((n, { count }) => n + count, 0);
  return !parts.length || said === parcels
    ? ""
    : fill(WORDS[lang].of_parcels, { n: number(parcels) });
}

/**
 * Names in a row, so many as one reads.
 * @param {string[]} names
 * @param {State} state
 */
function several(names, { lang }) {
  const words = WORDS[lang];
  const first = names.slice(0, MOST).join(words.comma);
  const more = names.length - MOST;
  return more > 0 ? `${first}${words.and_more.replace("{count}", String(more))}` : first;
}

/** @param {State} state @returns {Mark[]} */
function areaMark({ area: [from, to], lang }) {
  if (from === null && to === null) return [];
  const words = WORDS[lang];
  const text = `${words.area}${words.colon}${from ?? 0} – ${to ?? "∞"}`;
  return [{ kind: "area", text, drop: { type: "any-area" } }];
}

/** @param {State} state @returns {Mark[]} */
function parkMark({ data, park, lang }) {
  if (!park) return [];
  const name = data.parks.find(({ id }) => id === park)?.name || park;
  const text = `${WORDS[lang].park}${WORDS[lang].colon}${name}`;
  return [{ kind: "park", text, drop: { type: "park", park: "" } }];
}

/** @param {State} state @returns {Mark[]} */
function hiddenMark(state) {
  const { hidden, lang } = state;
  const legend = view(state)?.legend ?? [];
  const names = legend.filter((c, code) => c.parcels && hidden.has(code)).map((c) => c[lang]);
  if (!names.length) return [];
  const onlyLeft = state.swipe.on && rightHidden(state) !== hidden;
  const side = onlyLeft ? aside(WORDS[lang], WORDS[lang].left_only) : "";
  const text = `${WORDS[lang].hidden}${WORDS[lang].colon}${several(names, state)}${side}`;
  return [{ kind: "hidden", text, drop: { type: "show-all" } }];
}

/** @param {State} state @returns {Mark[]} */
function yearMark(state) {
  const year = yearOf(state);
  if (year === state.data.year) return [];
  const said = WORDS[state.lang].showing_year.replace("{year}", String(year));
  const text = said.replace("{own}", String(state.data.year ?? "—"));
  return [{ kind: "year", text, drop: { type: "look", look: { year: null } } }];
}

/**
 * Columns of another year than all else: the theme has no figures of the year that is chosen.
 * @param {State} state
 * @returns {Mark[]}
 */
function heightMark(state) {
  const { data, lang, look, solid } = state;
  const { year } = look;
  if (!solid.on || year === null || year === data.year || yearOf(state) === year) return [];
  if (!heightOf(state)?.years.includes(year)) return [];
  const text = fill(WORDS[lang].solid.another_year, { year, rest: data.year ?? "" });
  return [{ kind: "year", text, drop: { type: "look", look: { year: null } } }];
}

/** @param {State} state @returns {Mark[]} */
function changeMark(state) {
  const years = changeOf(state);
  if (!years) return [];
  const text = fill(WORDS[state.lang].change.mark, years);
  return [{ kind: "change", text, drop: { type: "look", look: { since: null } } }];
}

/** @param {State} state @returns {Mark[]} */
function trialMark(state) {
  if (!isTrying(state.trial)) return [];
  const words = WORDS[state.lang];
  const text = `${words.trying}${words.colon}${trialTexts(state).join(words.semicolon)}`;
  return [{ kind: "trial", text, drop: { type: "end-trial" } }];
}

/**
 * What a trial does to which rows, weights and cuts.
 * @param {State} state
 * @returns {string[]}
 */
export function trialTexts(state) {
  const bars = [...state.trial.bars.values()].map((bar) => barText(state, bar));
  return [...bars, ...(isGrading(state.trial) ? [gradingText(state)] : [])];
}

/**
 * @param {State} state
 * @param {Bar} bar
 */
function barText({ data, lang }, bar) {
  const words = WORDS[lang];
  const rule = data.rules[bar.rule];
  const side = bar.low !== undefined || bar.lowBy !== undefined ? "low" : "high";
  const percent = bar[`${side}By`];
  const before = limitsIn(rule, bar.row, side);
  const many = rule.industries.length > 1;
  const row = bar.row === null ? (many ? words.every_row : "") : rule.industries[bar.row];
  const name = `${rule[lang]}${row ? ` · ${row}` : ""}`;
  const unit = rule.unit[lang === "en" ? 1 : 0];
  const written = (/** @type {number} */ v) => `${number(v, 6)}${unit === "%" ? "%" : ""}`;
  if (percent !== undefined) {
    const sign = percent > 0 ? "+" : "−";
    const steps = before.map((v) => `${written(v)}→${written(moved(v, percent))}`);
    const shown = steps.length > 3 ? [...steps.slice(0, 3), "…"] : steps;
    const moves = aside(words, withUnit(shown.join(words.comma), unit === "%" ? "" : unit));
    return `${name} ${sign}${number(Math.abs(percent), 4)}%${moves}`;
  }
  const ends = barsOf(rule).ends[firstIn(rule, bar.row, side)] ?? 0;
  const limit = `${signOf(side, ends)} ${withUnit(number(bar[side], 6), unit)}`;
  const was = inMillions(before.map(written).join(words.comma), unit); // its unit stands before it
  return `${name} ${limit}${aside(words, `${words.was} ${was}`)}`;
}

/**
 * The distinct limits in force of a rule's row (null: of all), ascending.
 * @param {Rule} rule
 * @param {number | null} row
 * @param {"low" | "high"} side
 */
export function limitsIn(rule, row, side) {
  const found = new Set();
  const { [side]: limits, industry } = barsOf(rule);
  limits.forEach((v, i) => {
    if (!Number.isNaN(v) && (row === null || industry[i] === row)) found.add(v);
  });
  return [...found].sort((a, b) => a - b);
}

/**
 * The place among a rule's bars of the first that a row sets.
 * @param {Rule} rule
 * @param {number | null} row
 * @param {"low" | "high"} side
 */
export function firstIn(rule, row, side) {
  const { [side]: limits, industry } = barsOf(rule);
  return limits.findIndex(
    (/** @type {number} */ v, /** @type {number} */ i) =>
      !Number.isNaN(v) && (row === null || industry[i] === row),
  );
}

/** @param {State} state */
function gradingText({ data, trial, lang }) {
  const words = WORDS[lang];
  const groups = data.scores?.groups ?? [];
  /** @type {Map<string, import("../../generated/wire.js").ScoreItem>} */
  const named = new Map();
  for (const { id, items } of groups) {
    for (const item of items) named.set(`${id}/${item.indicator}`, item);
  }
  const weights = Object.entries(trial.weights).map(([key, value]) => {
    const item = named.get(key);
    const was = number(item?.weight ?? 0);
    return `${item?.[lang] ?? key} ${number(value)}${aside(words, `${words.was} ${was}`)}`;
  });
  const all = new Map(
    groups.flatMap((group) =>
      group.cuts.map((cut) => /** @type {const} */ ([cutKey(group, cut), cut])),
    ),
  );
  const cuts = Object.entries(trial.cuts).map(([key, value]) => {
    const cut = all.get(key);
    const was = number(cut?.to ?? cut?.least);
    return `${key} ${number(value)}${aside(words, `${words.was} ${was}`)}`;
  });
  return `${words.trial_grade} ${[...weights, ...cuts].join(words.comma)}`;
}

/**
 * What a link or a step names and this page has not, or that the link cannot be read; else nothing.
 * @param {State} state
 * @returns {string}
 */
export function lostText({ lost, lang }) {
  if (!lost.length) return "";
  const words = WORDS[lang];
  const names = lost.flatMap(({ kind, name }) => {
    if (kind === "link") return [];
    return kind === "field" ? words.lost_field : `${words.lost_kinds[kind]} ${name}`.trim();
  });
  if (!names.length) return words.lost_link;
  return words.lost.replace("{what}", () => [...new Set(names)].join(words.comma));
}

/**
 * A name for a file of what is shown: title, theme, marks, day; without signs that names of files
 * must not have, and not too long.
 * @param {State} state
 * @param {string} ending
 */
export function fileName(state, ending) {
  const theme = view(state)?.[state.lang] ?? "";
  const day = new Date().toLocaleDateString("sv-SE");
  const parts = [state.data.title || "mujun", theme, ...marks(state)];
  const name = parts.filter(Boolean).map((part) => safe(part).slice(0, 30).join(""));
  return `${[...name.join("_")].slice(0, 70).join("")}_${day}.${ending}`;
}

/** @param {string} text */
function safe(text) {
  return [...text.replace(/[\p{C}<>:"/\\|?*]+/gu, " ").trim()];
}
