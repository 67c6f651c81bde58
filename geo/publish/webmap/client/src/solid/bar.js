// The controls under the columns: what is the height, how tall, which year, how many are named.

import { el } from "../lib/dom.js";
import { choice } from "../view/controls.js";
import { linkButton } from "../view/link.js";
import { heightOf, heightYear, heightsOf } from "./scene.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Solid} Solid */
/** @typedef {import("../view/controls.js").Option} Option */

const MOST_LABELS = 30;

/** @param {App} app */
export function solidBar(app) {
  const { state, words } = app;
  const figure = heightOf(state);
  if (!figure) return [el("p", {}, words.solid.none), leave(app)];
  const options = heightsOf(state).map((one) => {
    const unit = one.unit[app.at];
    return /** @type {Option} */ ([one.id, unit ? `${app.pick(one)} · ${unit}` : app.pick(one)]);
  });
  return [
    choice("mujun-solid-figure", words.solid.height, options, figure.id, (id) =>
      change(app, { figure: id }),
    ),
    lift(app),
    ...(figure.years.length > 1 ? [years(app, figure)] : []),
    named(app),
    button("mujun-solid-print", words.solid.print, () =>
      app.dispatch({ type: "open", card: { kind: "paper" } }),
    ),
    ...linkButton(app, "mujun-solid-link"),
    leave(app),
    el("p", { class: "mujun-note" }, words.solid.hint),
  ];
}

/**
 * @param {App} app
 * @param {Partial<Solid>} solid
 */
function change(app, solid) {
  app.dispatch({ type: "solid", solid });
}

/** @param {App} app */
function lift(app) {
  const slider = el("input", {
    ...{ type: "range", id: "mujun-solid-lift", min: -1, max: 2, step: 0.05 },
    value: Math.log2(app.state.solid.lift),
    oninput: ({ target }) => change(app, { lift: 2 ** Number(target.value) }),
  });
  return el("label", { class: "mujun-row" }, app.words.solid.lift, slider);
}

/**
 * The years that the figure has: columns grow.
 * @param {App} app
 * @param {import("./scene.js").Figure} figure
 */
function years(app, figure) {
  const all = figure.years;
  const year = heightYear(app.state, figure);
  const output = el("output", {}, String(year || ""));
  const slider = el("input", {
    ...{ type: "range", id: "mujun-solid-year", min: 0, max: all.length - 1, step: 1 },
    value: all.indexOf(year),
    oninput: ({ target }) => {
      const chosen = all[target.value];
      output.textContent = String(chosen);
      app.dispatch({ type: "look", look: { year: chosen } });
    },
  });
  return el("label", { class: "mujun-row" }, app.words.year, slider, output);
}

/**
 * Bring the slider of years to the year that is chosen elsewhere.
 * @param {App} app
 * @param {HTMLElement} bar
 */
export function syncYear({ state }, bar) {
  const slider = bar.querySelector("#mujun-solid-year");
  const figure = heightOf(state);
  if (!(slider instanceof HTMLInputElement) || !figure) return;
  const year = heightYear(state, figure);
  slider.value = String(figure.years.indexOf(year));
  const output = slider.parentElement?.querySelector("output");
  if (output) output.textContent = String(year);
}

/** @param {App} app */
function named(app) {
  const box = el("input", {
    ...{ type: "number", id: "mujun-solid-labels", min: 0, max: MOST_LABELS, step: 1 },
    value: app.state.solid.labels,
    oninput: ({ target }) => {
      const labels = Math.min(MOST_LABELS, Math.max(0, Math.round(Number(target.value) || 0)));
      change(app, { labels });
    },
  });
  return el("label", { class: "mujun-row" }, app.words.solid.labels, box);
}

/** @param {App} app */
function leave(app) {
  return button("mujun-solid-leave", app.words.solid.leave, () => change(app, { on: false }));
}

/**
 * @param {string} id
 * @param {string} text
 * @param {() => void} onclick
 */
function button(id, text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", id, onclick }, text);
}
