// A trial as links hold it: rules by id, rows by name, weights and cuts by the method's names.

import { cutKey } from "../judge/grade.js";
import { figure, list, oneOf, record, text } from "../lib/json.js";
import { keyOf, ruleOf } from "../state.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Bar} Bar */
/** @typedef {import("../state.js").BarSide} BarSide */
/** @typedef {import("./address.js").Lose} Lose */

/** @type {readonly BarSide[]} */
const SIDES = ["low", "high", "lowBy", "highBy"];

/** @param {State} state */
export function trialJson({ data, trial }) {
  const rule = ruleOf(trial);
  /** @param {Bar} bar @returns {unknown[][]} */
  const ends = (bar) =>
    SIDES.filter((side) => bar[side] !== undefined).map((side) => [
      data.rules[bar.rule].id,
      rowName(data, bar.rule, bar.row),
      side,
      bar[side],
    ]);
  return {
    subject: rule < 0 ? trial.subject : data.rules[rule].id,
    row: rule < 0 ? null : rowName(data, rule, trial.row),
    bars: [...trial.bars.values()].flatMap(ends),
    weights: trial.weights,
    cuts: trial.cuts,
  };
}

/**
 * @param {State["data"]} data
 * @param {number} rule
 * @param {number | null} row
 */
function rowName(data, rule, row) {
  return row === null ? null : data.rules[rule].industries[row];
}

/**
 * @param {unknown} json
 * @param {State} state
 * @param {Lose} lose
 * @returns {State["trial"]}
 */
export function trialOf(json, { data, trial }, lose) {
  const { subject, row, bars, weights, cuts } = record(json);
  const graded = subject === "grades";
  const rule = graded || text(subject) === "" ? -1 : ruleAt(data, subject, lose);
  if (graded && !data.scores) lose("trial_grade", subject);
  const found = rowAt(data, rule, row, lose);
  return {
    ...trial,
    subject: rule >= 0 ? `rule:${rule}` : graded && data.scores ? subject : "",
    row: found ?? null,
    bars: new Map(list(bars).flatMap((bar) => barOf(bar, data, lose))),
    weights: figuresBy(weights, weightKeys(data), lose),
    cuts: figuresBy(cuts, cutKeys(data), lose),
  };
}

/**
 * The place of a rule, −1 where it is not there.
 * @param {State["data"]} data
 * @param {unknown} id
 * @param {Lose} lose
 */
function ruleAt(data, id, lose) {
  const place = data.rules.findIndex((rule) => rule.id === text(id));
  if (place < 0) lose("rule", id);
  return place;
}

/**
 * The place of a row in a rule's table; null: all rows, undefined: not there.
 * @param {State["data"]} data
 * @param {number} rule
 * @param {unknown} row
 * @param {Lose} lose
 */
function rowAt(data, rule, row, lose) {
  if (row === null || rule < 0) return null;
  const place = data.rules[rule].industries.indexOf(text(row));
  if (place >= 0) return place;
  lose("rule", `${data.rules[rule].id} · ${row}`);
  return undefined;
}

/**
 * @param {unknown} json
 * @param {State["data"]} data
 * @param {Lose} lose
 * @returns {[string, Bar][]}
 */
function barOf(json, data, lose) {
  const [id, name, side, value] = list(json, 4);
  const end = oneOf(SIDES, side);
  const least = end.endsWith("By") ? -100 : -Infinity;
  const limit = figure(value, least);
  const rule = ruleAt(data, id, lose);
  if (rule < 0) return [];
  const row = rowAt(data, rule, name, lose);
  if (row === undefined) return [];
  return [[keyOf({ rule, row }, end), { rule, row, [end]: limit }]];
}

/** @param {State["data"]} data */
function weightKeys({ scores }) {
  return (scores?.groups ?? []).flatMap(({ id, items }) =>
    items.map(({ indicator }) => `${id}/${indicator}`),
  );
}

/** @param {State["data"]} data */
function cutKeys({ scores }) {
  return (scores?.groups ?? []).flatMap((group) => group.cuts.map((cut) => cutKey(group, cut)));
}

/**
 * Figures by names that the page knows.
 * @param {unknown} json
 * @param {string[]} keys
 * @param {Lose} lose
 */
function figuresBy(json, keys, lose) {
  const entries = Object.entries(record(json)).map(([key, value]) => [key, figure(value)]);
  entries.filter(([key]) => !keys.includes(String(key))).forEach(([key]) => lose("class", key));
  return Object.fromEntries(entries.filter(([key]) => keys.includes(String(key))));
}
