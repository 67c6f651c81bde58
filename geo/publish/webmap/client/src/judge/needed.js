// Which files of columns a question about a whole folder needs.

import { related } from "./judge.js";
import { isPlain } from "../map/breaks.js";
import { isGrading } from "../state.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../state.js").Trial} Trial */
/** @typedef {import("./census.js").Ask} Ask */

/**
 * Files of columns that an answer needs.
 * @param {Page} index
 * @param {Ask} ask
 */
export function needed(index, { theme, look, filters, trial, spread }) {
  const out = new Set(["mu"]);
  const column = (/** @type {string} */ name) => {
    const place = index.columns.findIndex((c) => c.name === name && c.kind === "number");
    if (place >= 0) out.add(`column-${place}`);
  };
  const figure = (/** @type {string} */ name, /** @type {number | null} */ year) => {
    const { figures } = index.history;
    const place = figures.findIndex((f) => f.name === name && f.year === year);
    if (place >= 0) out.add(`figure-${place}`);
  };
  for (const own of [{ theme, look }, ...filters]) {
    out.add(`theme-${own.theme}`);
    if (isPlain(index, own.look)) continue;
    column(index.themes[own.theme].column);
    figure(index.themes[own.theme].column, own.look.year);
  }
  if (spread) {
    const own = index.themes[theme].column;
    column(own);
    figure(own, look.year);
    index.rules.forEach((rule, k) => {
      if (rule.indicator === own) [`rule-${k}`, `value-${k}`].forEach((name) => out.add(name));
    });
  }
  for (const name of index.sums) {
    column(name);
    figure(name, look.year);
  }
  if (trial.bars.size) {
    out.add("compliance");
    column(index.trial_sum);
    index.rules.forEach((_, k) => out.add(`verdict-${k}`));
    for (const k of related(index.rules, touched(trial))) {
      out.add(`rule-${k}`);
      out.add(`value-${k}`);
    }
  }
  if (isGrading(trial)) out.add("main");
  return [...new Set([...out].map((name) => fileOf(index, name)))];
}

/**
 * The file that has the columns of a name: what is equal stands in one.
 * @param {Page} index
 * @param {string} name
 */
export function fileOf(index, name) {
  return index.same?.[name] ?? name;
}

/** @param {Trial} trial */
function touched({ bars }) {
  return new Set([...bars.values()].map((bar) => bar.rule));
}
