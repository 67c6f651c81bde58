// The box of trials: drag a threshold, a score weight or a grade's share, and see what it does.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { asked, now, regraded } from "../derived.js";
import { cutKey } from "../judge/grade.js";
import { barsOf } from "../judge/judge.js";
import { effect } from "../judge/tried.js";
import { el } from "../lib/dom.js";
import { fixed, muText, number, signOf, withUnit } from "../lib/format.js";
import { aside, parcelCount } from "../lib/words.js";
import { firstIn, limitsIn, trialTexts } from "../map/marks.js";
import { barKey, isTrying, ruleOf } from "../state.js";
import { choice, folding } from "./controls.js";
import { flipsLine } from "./flips.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Scores} Scores */
/** @typedef {import("../../generated/wire.js").ScoreGroup} ScoreGroup */
/** @typedef {import("../judge/judge.js").Rule} Rule */
/** @typedef {import("./controls.js").Option} Option */
/** @typedef {import("../judge/tried.js").Change} Change */
/** @typedef {import("../judge/tried.js").Effect} Effect */
/** @typedef {"low" | "high"} Side */

/** @type {Side[]} */
const SIDES = ["low", "high"];

/** @param {App} app */
export function trialBox(app) {
  const { state, words } = app;
  const { rules, scores } = state.data;
  /** @type {Option[]} */
  const options = [["", words.nothing]];
  rules.forEach((rule, r) => {
    const named = `${app.pick(rule)} · ${rule.pack_title[app.at]}`;
    if (hasNumbers(rule)) options.push([`rule:${r}`, named]);
  });
  if (scores) options.push(["grades", words.trial_grade]);
  if (options.length === 1) return null;
  const change = (/** @type {string} */ value) => app.dispatch({ type: "try", subject: value });
  const { subject: tried } = state.trial;
  const subject = choice("mujun-trial-subject", "", options, tried, change, words.trial);
  const said = el("div", { class: "mujun-said" });
  const kept = el("div", { class: "mujun-scenario" });
  return folding(app, "trial", "mujun-trial", words.trial, subject, ...controls(app), said, kept);
}

/** @param {Rule} rule */
function hasNumbers(rule) {
  const bars = barsOf(rule);
  return SIDES.some((side) => bars[side].some((v) => !Number.isNaN(v)));
}

/** @param {App} app */
function controls(app) {
  const { data, trial } = app.state;
  if (trial.subject === "grades") return data.scores ? gradeControls(app, data.scores) : [];
  const rule = ruleOf(trial);
  return rule < 0 ? [] : ruleControls(app, data.rules[rule]);
}

/**
 * @param {App} app
 * @param {Rule} rule
 */
function ruleControls(app, rule) {
  const { row } = app.state.trial;
  const rows = rowsOf(rule);
  const sliders = SIDES.flatMap((side) => barSlider(app, rule, side) ?? []);
  if (rows.length < 2) return sliders;
  /** @type {Option[]} */
  const options = [["", app.words.every_row], ...rows];
  const select = choice("mujun-trial-row", app.words.row_of, options, row ?? "", (value) =>
    app.dispatch({ type: "try-row", row: value === "" ? null : Number(value) }),
  );
  return [select, ...sliders];
}

/**
 * Rows of the rule's table that set a number for some parcel.
 * @param {Rule} rule
 */
function rowsOf(rule) {
  const { industry, low, high } = barsOf(rule);
  const known = new Set();
  industry.forEach((row, i) => {
    if (!Number.isNaN(low[i]) || !Number.isNaN(high[i])) known.add(row);
  });
  return rule.industries.flatMap((name, row) =>
    known.has(row) ? [/** @type {Option} */ ([row, name || "—"])] : [],
  );
}

/**
 * The slider of one end of what the rule's chosen rows admit, or nothing where they have no such.
 * Rows of several bars are moved by per cent of each one's own, so that nothing is levelled.
 * @param {App} app
 * @param {Rule} rule
 * @param {Side} side
 */
function barSlider(app, rule, side) {
  const { row } = app.state.trial;
  const limits = limitsIn(rule, row, side);
  if (!limits.length) return null;
  return limits.length > 1
    ? percentSlider(app, rule, side)
    : figureSlider(app, rule, side, limits[0]);
}

/**
 * @param {App} app
 * @param {Rule} rule
 * @param {Side} side
 */
function percentSlider(app, rule, side) {
  const { trial } = app.state;
  const end = /** @type {"lowBy" | "highBy"} */ (`${side}By`);
  const sign = signOf(side, barsOf(rule).ends[firstIn(rule, trial.row, side)]);
  return slider({
    id: `mujun-trial-${side}`,
    label: `${sign} ${app.words.by_percent}`,
    value: trial.bars.get(barKey(trial, side))?.[end] ?? 0,
    ...{ least: -50, most: 100, step: 1, run: 0 },
    change: (value) => app.dispatch({ type: "try-bar", side: end, value: Math.max(-100, value) }),
  });
}

/**
 * @param {App} app
 * @param {Rule} rule
 * @param {Side} side
 * @param {number} run the bar in force
 */
function figureSlider(app, rule, side, run) {
  const { trial } = app.state;
  const value = trial.bars.get(barKey(trial, side))?.[side] ?? run;
  const step = stepOf(run, rule.decimals);
  const unit = rule.unit[app.at];
  const sign = signOf(side, barsOf(rule).ends[firstIn(rule, trial.row, side)]);
  return slider({
    id: `mujun-trial-${side}`,
    label: `${app.pick(rule)}${unit ? app.words.unit.replace("{unit}", () => unit) : ""} ${sign}`,
    value,
    least: Number((run % step).toFixed(6)), // the bar in force lies on a step
    most: Math.max(2 * value, 2 * run, step),
    ...{ step, run },
    change: (limit) => app.dispatch({ type: "try-bar", side, value: limit }),
  });
}

/**
 * About a hundredth of a bar: 1, 2 or 5 of a place, and no finer than it is printed.
 * @param {number} bar
 * @param {number} decimals
 */
function stepOf(bar, decimals) {
  const finest = 10 ** -decimals;
  const wanted = Math.abs(bar) / 100;
  if (!(wanted > finest)) return finest;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const times = [5, 2, 1].find((k) => k * power <= wanted * 1.001) ?? 1;
  return Number((times * power).toFixed(6));
}

/**
 * @param {App} app
 * @param {Scores} scores
 */
function gradeControls(app, { groups, grading }) {
  const { words } = app;
  const { cuts } = app.state.trial;
  // Divisions of a group share its id, its weights and its cuts.
  const named = groups.filter(({ id }, k) => groups.findIndex((one) => one.id === id) === k);
  const several = named.length > 1;
  const weights = named
    .filter(({ items }) => items.some(({ family }) => family !== "rank")) // the value orders
    .flatMap((group) => weightSliders(app, group, several));
  const byShare = grading.by === "share";
  const shared = named.find((group) => !group.own_cuts);
  const cutters = named.filter((group) => group.own_cuts || group === shared);
  const sliders = cutters.flatMap((group) =>
    group.cuts.flatMap((cut) => {
      const run = byShare ? cut.to : cut.least;
      if (grading.by === "none" || run === null || cut.to === 100) return [];
      const [key, most] = [cutKey(group, cut), Math.max(100, 2 * run)];
      const label = group.own_cuts ? `${cut.name} · ${app.pick(group)}` : cut.name;
      return slider({
        ...{ id: `mujun-cut-${key}`, label, value: cuts[key] ?? run, least: 0, most },
        ...{ step: 0.1, run },
        change: (value) => app.dispatch({ type: "try-cut", grade: key, value }),
      });
    }),
  );
  if (!sliders.length) return weights;
  const head = el("p", { class: "mujun-note" }, byShare ? words.shares : words.points);
  return [...weights, head, ...sliders];
}

/**
 * @param {App} app
 * @param {ScoreGroup} group
 * @param {boolean} several
 */
function weightSliders(app, group, several) {
  const name = several ? ` · ${app.pick(group)}` : "";
  const sliders = group.items.map((item) => {
    const key = `${group.id}/${item.indicator}`;
    const weight = app.state.trial.weights[key] ?? item.weight ?? 0;
    const most = Math.max(100, weight);
    return slider({
      ...{ id: `mujun-weight-${key}`, label: app.pick(item), value: weight, least: 0, most },
      ...{ step: 0.1, run: item.weight ?? 0 },
      change: (value) => app.dispatch({ type: "try-weight", item: key, value }),
    });
  });
  return [el("p", { class: "mujun-note" }, `${app.words.weights}${name}`), ...sliders];
}

/**
 * What the trial does: who fails, 亩 and what they pay, against the run.
 * @param {App} app
 */
export function trialEffect(app) {
  const { state, words } = app;
  const { data, trial } = state;
  if (!isTrying(trial)) return [];
  const what = trialTexts(state).map((text) => el("p", { class: "mujun-note" }, text));
  /** @type {HTMLElement[]} */
  const out = [el("p", { class: "mujun-tried", role: "status" }, words.tried), ...what];
  const found = trial.bars.size ? effectOf(app) : null;
  if (found) out.push(failRow(app, "", found.overall));
  if (found?.rule) {
    const rule = app.pick(data.rules[ruleOf(trial)]);
    out.push(failRow(app, rule, found.rule));
  }
  if (found && narrowed(state)) out.push(el("p", { class: "mujun-note" }, words.trial_of_all));
  if (trial.bars.size && !found && app.folder)
    out.push(el("p", { class: "mujun-partial" }, words.counting));
  const grades = regraded(state);
  if (grades && data.scores) out.push(gradeRow(app, data.scores.grade, grades.grade));
  out.push(...flipsLine(app));
  const onclick = () => app.dispatch({ type: "end-trial" });
  const attributes = { type: "button", class: "mujun-keep", id: "mujun-reset", onclick };
  return [...out, el("button", attributes, words.reset)];
}

/**
 * Whether the map shows a part of the parcels, whereas who fails is counted among all.
 * @param {App["state"]} state
 */
function narrowed({ park, filters, area, hidden }) {
  return Boolean(park) || filters.length + hidden.size > 0 || area.some((end) => end !== null);
}

/**
 * What fails before and under the trial: of a folder among all its parcels, once they are counted.
 * @param {App} app
 * @returns {Effect | null}
 */
function effectOf({ folder, state }) {
  const { data, trial } = state;
  if (folder) {
    return state.counted?.ask === asked(state) ? state.counted.answer.effect : null;
  }
  return data.compliance ? effect(data, now(state), ruleOf(trial)) : null;
}

/**
 * @param {App} app
 * @param {string} rule whose verdicts fail; nothing: the overall ones
 * @param {Change} change
 */
function failRow({ state, words, at }, rule, { was, is }) {
  const { columns, trial_sum } = state.data;
  const unit = columns.find(({ name }) => name === trial_sum)?.unit[at] ?? "";
  /** @param {Change["is"]} sums */
  const land = ({ mu, sum }) => {
    const paid = sum === null ? "" : ` · ${words.tax} ${withUnit(fixed(sum), unit)}`;
    return ` · ${muText(mu)} ${words.mu}${paid}`;
  };
  const run = `${words.was} ${parcelCount(words, was.parcels)}${land(was)}`;
  return el(
    "p",
    { class: "mujun-outcome", "data-of": rule || words.fails },
    `${rule ? `${rule}${words.colon}` : ""}${words.fails} `,
    el("b", {}, parcelCount(words, is.parcels)),
    `${land(is)}${aside(words, run)}`,
  );
}

/**
 * @param {App} app
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 */
function gradeRow({ words }, before, after) {
  /** @param {Uint8Array} grade @param {number} code */
  const tally = (grade, code) => grade.reduce((n, v) => n + Number(v === code), 0);
  const counts = SPEC.letters.map((letter, code) => {
    const [was, is] = [tally(before, code), tally(after, code)];
    return `${letter} ${number(is)}${aside(words, `${words.was} ${number(was)}`)}`;
  });
  const attributes = { class: "mujun-outcome", "data-of": "grades" };
  return el("p", attributes, `${words.graded} `, counts.join(" · "));
}

/**
 * A slider and a box of the same number, with a tick where the run has it.
 * @param {{ id: string, label: string, value: number, least: number, most: number, step: number,
 *   run: number, change: (value: number) => void }} look
 */
function slider({ id, label, value, least, most, step, run, change }) {
  const text = { type: "number", step: "any", value: Number(value.toFixed(6)) };
  const box = el("input", { ...text, id: `${id}-number`, "aria-label": label });
  const list = `${id}-run`;
  const bar = el("input", { type: "range", min: least, max: most, step, value, id, list });
  const tick = el("datalist", { id: list }, el("option", { value: run }));
  /** @param {HTMLInputElement} from @param {HTMLInputElement} other */
  const take = (from, other) => () => {
    const figure = Number(from.value);
    if (from.value === "" || Number.isNaN(figure)) return;
    other.value = from.value;
    change(figure);
  };
  bar.addEventListener("input", take(bar, box));
  box.addEventListener("change", take(box, bar));
  return el("label", { class: "mujun-slide" }, el("span", {}, label), bar, box, tick);
}
