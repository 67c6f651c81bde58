// A briefing on paper: a page a step, text as text, the map as a picture at a round scale.

import { view } from "../derived.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { mercator } from "../map/decode.js";
import { drawSolid } from "../solid/paper.js";
import { putForPrint } from "../lib/print.js";
import { currentView, showView } from "../view/link.js";
import { isComparing } from "../shown.js";
import { drawCompare } from "../view/comparepaper.js";
import { drawMap, groundShown } from "../view/sheetmap.js";
import { mapsOf } from "../view/sheetsides.js";
import { showStep } from "./ground.js";
import { heading, slideLegend } from "./slide.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Step} Step */

const PAGE = { width: 297, height: 210 }; // mm, A4 on its side
const MAP = { x: 0, y: 0, w: 205, h: 138 };
const EDGES = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Print the steps, then show again what was shown.
 * @param {App} app
 */
export function printBriefing(app) {
  const { steps } = app.state.briefing;
  if (!steps.length) return;
  const container = app.map.getContainer();
  const before = currentView(app);
  container.classList.add("mujun-presenting");
  const pages = steps.map((step, at) => page(app, step, at, steps.length));
  container.classList.remove("mujun-presenting");
  showView(app, before);
  const box = el("div", { class: "mujun-sheet mujun-pages" }, ...pages);
  putForPrint(box, PAGE.width, PAGE.height);
  window.print();
}

/**
 * @param {App} app
 * @param {Step} step
 * @param {number} at
 * @param {number} count
 */
function page(app, step, at, count) {
  showStep(app, step, EDGES);
  const { words, state } = app;
  const { solid } = state;
  const { canvas, scale, world } = solid.on
    ? drawSolid(app, MAP)
    : isComparing(state)
      ? drawCompare(app, MAP)
      : drawMap(app, groundOf(step) ?? groundShown(app, nothing()), MAP, mapsOf(app)[0]);
  const day = new Date().toLocaleDateString("sv-SE");
  const foot = [
    state.data.title,
    scale && view(state) ? `${words.scale} 1:${number(scale)}` : "",
    words.crs,
    `${words.made_on} ${day}`,
  ];
  return el(
    "article",
    {},
    el("header", {}, ...heading(app, step)),
    el("div", {}, el("aside", {}, ...slideLegend(app, world)), canvas),
    el("footer", {}, foot.filter(Boolean).join(" · "), el("b", {}, `${at + 1} / ${count}`)),
  );
}

/**
 * The step's ground in the world; null: what is in play.
 * @param {Step} step
 * @returns {readonly [number, number, number, number] | null}
 */
function groundOf({ box }) {
  if (!box) return null;
  const [south, west, north, east] = box;
  return [...mercator(west, north), ...mercator(east, south)];
}

/** Nothing covers the map of a page. */
function nothing() {
  return el("div");
}
