// Parks in the order of a headline figure, as bars beside the mean; a click goes to the park.

import "../style/ranking.css";
import { el } from "../lib/dom.js";
import { shortNames } from "../map/parks.js";
import { yearOf } from "../map/year.js";
import { chosenHeadline } from "../shown.js";
import { folding } from "./controls.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Headline} Headline */

const USUAL = "tax_per_mu";

/**
 * The headline that parks are ranked by: the one that is lit, else the one last clicked, else tax
 * per mu.
 * @param {State} state
 * @returns {Headline | undefined}
 */
export function ranked(state) {
  const { board } = state.data;
  const names = [chosenHeadline(state), state.figure, USUAL];
  return names.flatMap((name) => board.find(({ id }) => id === name) ?? [])[0];
}

/**
 * Places of parks by the figure, the largest first, those without one last.
 * @param {(number | null)[]} values
 */
export function order(values) {
  const missing = (/** @type {number} */ k) => Number(values[k] === null);
  return values
    .map((_, k) => k)
    .sort((a, b) => missing(a) - missing(b) || (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

/** @param {App} app */
export function rankingBox(app) {
  const { state, words } = app;
  const line = ranked(state);
  if (!line || state.data.parks.length < 2) return null;
  const { year } = state.data;
  const official = yearOf(state) === year ? "" : words.of_year.replace("{year}", String(year));
  const title = `${words.ranking}${words.colon}${line.rank[app.at]}${official}`;
  return folding(app, "ranking", "mujun-ranking", title, ...bars(app, line));
}

/**
 * @param {App} app
 * @param {Headline} line
 */
function bars(app, line) {
  const { state, words, at } = app;
  const { parks } = state.data;
  const figures = line.of.slice(1);
  const values = figures.map(({ value }) => value);
  const most = Math.max(...values.map((value) => value ?? 0), line.mean ?? 0) || 1;
  const width = (/** @type {number | null} */ value) =>
    `${(100 * Math.max(value ?? 0, 0)) / most}%`;
  const names = shortNames(parks.map(({ name }) => name));
  const rows = order(values).map((k) => {
    const chosen = state.park === parks[k].id;
    const attributes = {
      type: "button",
      class: "mujun-rank",
      title: parks[k].name,
      "aria-pressed": String(chosen),
      onclick: () =>
        chosen ? app.dispatch({ type: "park", park: "" }) : app.goToPark(parks[k].id),
    };
    const tick = line.mean === null ? null : el("u", { style: `left:${width(line.mean)}` });
    const bar = el(
      "i",
      { "aria-hidden": "true" },
      el("s", { style: `width:${width(values[k])}` }),
      tick,
    );
    const shown = figures[k].rank[at] || words.no_figure;
    return el(
      "li",
      {},
      el("button", attributes, el("span", {}, names[k]), bar, el("b", {}, shown)),
    );
  });
  const mean = line.mean === null ? "" : `${line.mean_title[at]} ${line.mean_shown[at]}`;
  return [
    el("ol", { class: "mujun-ranks" }, ...rows),
    mean ? el("p", { class: "mujun-note mujun-mean", title: line.source }, mean) : null,
  ];
}
