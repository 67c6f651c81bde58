// The card of a briefing: its steps to be added, named, ordered, kept, presented and printed.

import "../style/briefing.css";
import { el } from "../lib/dom.js";
import { save } from "../export/save.js";
import { fileName } from "../map/marks.js";
import { freeGround, showStep } from "./ground.js";
import { printBriefing } from "./paper.js";
import {
  fileText,
  isOfProject,
  keep,
  reordered,
  stepOf,
  stepView,
  stepsIn,
  worded,
} from "./steps.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Step} Step */

const ROOM = { left: 340, top: 20, right: 380, bottom: 20 }; // px of panel and card

/**
 * @param {App} app
 */
export function briefingCard(app) {
  const { words, state } = app;
  const { briefing: said } = words;
  const open = el("input", { type: "file", accept: ".json", hidden: "", onchange: read(app) });
  return el(
    "div",
    { class: "mujun-facts mujun-briefing" },
    el("h2", {}, said.title),
    el(
      "p",
      { class: "mujun-briefing-tools" },
      button(said.add, () => add(app), "mujun-step-add"),
      button(said.start, () => app.dispatch({ type: "present", at: 0 }), "mujun-present"),
      button(said.print, () => printBriefing(app), "mujun-briefing-print"),
      button(said.save, () => saveFile(app)),
      button(said.load, () => open.click()),
      open,
    ),
    el("ol", { class: "mujun-steps" }),
    el(
      "p",
      { class: "mujun-note" },
      keep(state.data, state.briefing.steps) ? said.kept : said.not_kept,
    ),
    state.data.briefing?.length
      ? button(said.project, () => change(app, projectSteps(state)), "mujun-briefing-project")
      : null,
  );
}

/**
 * What the list of steps is made anew for: another order, not another wording.
 * @param {State} state
 */
export function stepsUse({ briefing, lang }) {
  return [lang, briefing.steps.map(({ id }) => id).join()];
}

/** @param {App} app */
export function stepRows(app) {
  const { state, words } = app;
  const { steps } = state.briefing;
  if (!steps.length) return [el("li", { class: "mujun-note" }, words.briefing.empty)];
  return steps.map((step, at) => row(app, step, at, steps.length));
}

/**
 * @param {App} app
 * @param {Step} step
 * @param {number} at
 * @param {number} count
 */
function row(app, step, at, count) {
  const { briefing: said } = app.words;
  const { lang } = app.state;
  const place = () => app.state.briefing.steps.findIndex(({ id }) => id === step.id);
  /** @param {"title" | "text"} part */
  const write =
    (part) =>
    (/** @type {{ target: HTMLInputElement }} */ { target }) =>
      change(
        app,
        app.state.briefing.steps.map((one) =>
          one.id === step.id ? { ...one, [part]: worded(one[part], target.value, lang) } : one,
        ),
      );
  /** @param {number} by */
  const move = (by) => () =>
    change(app, reordered(app.state.briefing.steps, place(), place() + by));
  const drop = () =>
    change(
      app,
      app.state.briefing.steps.filter(({ id }) => id !== step.id),
    );
  const renew = () => replaceView(app, step.id);
  const title = { type: "text", maxlength: 200, "aria-label": said.step_title };
  return el(
    "li",
    { "data-step": step.id },
    el("input", { ...title, value: step.title[app.at], onchange: write("title") }),
    el(
      "textarea",
      {
        ...{ rows: 2, maxlength: 500, "aria-label": said.step_text, placeholder: said.step_text },
        onchange: write("text"),
      },
      step.text[app.at],
    ),
    el(
      "span",
      {},
      button(said.show, () => showStep(app, app.state.briefing.steps[place()], ROOM)),
      button(said.update, renew),
      at > 0 ? button("↑", move(-1), "", said.up) : null,
      at < count - 1 ? button("↓", move(1), "", said.down) : null,
      button("×", drop, "", said.drop),
    ),
  );
}

/**
 * @param {string} text
 * @param {() => void} onclick
 */
function button(text, onclick, id = "", name = "") {
  const named = { ...(id ? { id } : {}), ...(name ? { title: name, "aria-label": name } : {}) };
  return el("button", { type: "button", class: "mujun-keep", onclick, ...named }, text);
}

/**
 * @param {App} app
 * @param {readonly Step[]} steps
 */
function change(app, steps) {
  app.dispatch({ type: "steps", steps });
  keep(app.state.data, app.state.briefing.steps);
}

/** @param {App} app */
function add(app) {
  const step = stepOf(app.state, freeGround(app, panelOf(app)));
  change(app, [...app.state.briefing.steps, step]);
}

/**
 * @param {App} app
 * @param {number} id
 */
function replaceView(app, id) {
  const [view, box] = [stepView(app.state), freeGround(app, panelOf(app))];
  change(
    app,
    app.state.briefing.steps.map((step) => (step.id === id ? { ...step, view, box } : step)),
  );
}

/** @param {App} app */
function panelOf({ map }) {
  const panel = map.getContainer().querySelector(".mujun-panel");
  if (!(panel instanceof HTMLElement)) throw new Error("no panel on the map");
  return panel;
}

/** @param {State} state */
function projectSteps({ data, briefing }) {
  if (isOfProject(data, briefing.steps)) return briefing.steps;
  const first = Math.max(-1, ...briefing.steps.map(({ id }) => id)) + 1;
  return data.briefing.map((step, k) => ({ ...step, id: first + k }));
}

/** @param {App} app */
function saveFile({ state, words }) {
  const blob = new Blob([fileText(state.briefing.steps)], { type: "application/json" });
  const { title } = state.data;
  save(
    blob,
    fileName(
      { ...state, data: { ...state.data, title: `${title} ${words.briefing.title}` } },
      "json",
    ),
  );
}

/** @param {App} app */
function read(app) {
  return async (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    const file = target.files?.[0];
    if (!file) return;
    const steps = stepsIn(await file.text());
    target.value = "";
    app.dispatch({ type: "error", text: steps ? "" : app.words.briefing.bad_file });
    if (!steps) return;
    const first = Math.max(-1, ...app.state.briefing.steps.map(({ id }) => id)) + 1;
    change(
      app,
      steps.map((step, k) => ({ ...step, id: first + k })),
    );
  };
}
