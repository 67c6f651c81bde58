// What sets the view apart from the plain map, on the map itself: chips that a click drops, the red
// line of a trial, and what a link named in vain.

import "../style/marks.css";
import L from "leaflet";
import { filterViews, rightHidden, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { memo } from "../lib/memo.js";
import { lostText, marksOf } from "../map/marks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../map/marks.js").Mark} Mark */

const EDGE = 12; // px between the marks and what is beside them
const LEAST = 180; // px that they are wide

/**
 * The marks on the map, beside the panel or under it; what it returns brings them up to date.
 * @param {App} app
 * @param {HTMLElement} panel
 */
export function marksBox(app, panel) {
  const box = el("div", { class: "mujun-marks" });
  app.map.getContainer().append(box);
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.on(box, "click", L.DomEvent.stopPropagation);
  const card = app.map.getContainer().querySelector(".mujun-card");
  const sized = new ResizeObserver(() => place(app, box, panel));
  for (const node of [panel, card, app.map.getContainer()]) if (node) sized.observe(node);
  return memo(
    (/** @type {State} */ s) => [
      ...[s.lang, filterViews(s), view(s), s.hidden, s.park, s.area],
      ...[s.trial, s.lost, s.solid, s.look, s.swipe.on && rightHidden(s)],
    ],
    (state) => {
      const all = marksOf(state);
      const lines = [trialLine(app, all), chips(app, all), lostLine(app)];
      box.replaceChildren(...lines.filter((line) => line !== null));
      place(app, box, panel);
    },
  );
}

/**
 * Where the map is free: right of the panel and left of the card, or over them where they are
 * sheets.
 * @param {App} app
 * @param {HTMLElement} box
 * @param {HTMLElement} panel
 */
function place({ map }, box, { offsetLeft, offsetWidth }) {
  const { x } = map.getSize();
  const across = offsetWidth > x / 2;
  const tab = offsetWidth ? 0 : 44; // the button that brings the panel back
  const left = across ? EDGE : offsetLeft + offsetWidth + tab + EDGE;
  const card = map.getContainer().querySelector(".mujun-card");
  const beside = card instanceof HTMLElement && card.offsetWidth > 0 && !across;
  const right = beside ? card.offsetLeft : x;
  box.style.left = `${left}px`;
  box.style.maxWidth = `${Math.max(right - EDGE - left, LEAST)}px`;
  const rows = box.childElementCount ? box.offsetHeight + 6 : 0; // what lies below gives way
  map.getContainer().style.setProperty("--mujun-marks", `${rows}px`);
}

/**
 * @param {App} app
 * @param {Mark[]} all
 */
function trialLine(app, all) {
  const trial = all.find(({ kind }) => kind === "trial");
  if (!trial) return null;
  const onclick = () => app.dispatch(trial.drop);
  return el(
    "p",
    { class: "mujun-on-trial", role: "status" },
    el("span", {}, trial.text),
    el("button", { type: "button", onclick }, app.words.reset_short),
  );
}

/**
 * @param {App} app
 * @param {Mark[]} all
 */
function chips(app, all) {
  const others = all.filter(({ kind }) => kind !== "trial");
  if (!others.length) return null;
  const made = others.map(({ kind, text, drop }) => {
    const attributes = {
      type: "button",
      class: `mujun-chip mujun-mark-${kind}`,
      title: app.words.drop,
      onclick: () => app.dispatch(drop),
    };
    return el("button", attributes, `${text} ×`);
  });
  return el("div", { class: "mujun-mark-chips" }, ...made);
}

/** @param {App} app */
function lostLine(app) {
  const { words } = app;
  const text = lostText(app.state);
  if (!text) return null;
  const onclick = () => app.dispatch({ type: "drop-lost" });
  const close = { type: "button", "aria-label": words.close, onclick };
  return el(
    "p",
    { class: "mujun-lost", role: "alert" },
    el("span", {}, text),
    el("button", close, "×"),
  );
}
