// A step as a slide: large title, sentence, marks, legend and figures beside the map; ← → go on.

import L from "leaflet";
import { inPlay, now, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { fill } from "../lib/words.js";
import { lostText, marks } from "../map/marks.js";
import { parcelsOf } from "../map/parks.js";
import { yearOf } from "../map/year.js";
import { isComparing } from "../shown.js";
import { sizeLegend } from "../view/circles.js";
import { counted, legendRows, sumTexts } from "../view/legend.js";
import { currentView, showView } from "../view/link.js";
import { loadedPart } from "../view/listmarks.js";
import { fit, showStep } from "./ground.js";
import { kept } from "./steps.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Step} Step */
/** @typedef {import("../map/address.js").View} View */

const GAP = 16; // px about the map
/** @type {{ [key: string]: (at: number, last: number) => number | null }} */
const KEYS = {
  ...{ ArrowRight: (at) => at + 1, PageDown: (at) => at + 1, " ": (at) => at + 1 },
  ...{ ArrowLeft: (at) => at - 1, PageUp: (at) => at - 1 },
  ...{ Home: () => 0, End: (_, last) => last, Escape: () => null },
};

/**
 * Present the steps of the state; what it returns follows the state.
 * @param {App} app
 */
export function presenter(app) {
  const { map } = app;
  const container = map.getContainer();
  const root = el("section", { class: "mujun-show", hidden: "" });
  container.append(root);
  L.DomEvent.disableClickPropagation(root);
  const steps = kept(app.state.data);
  if (steps) app.dispatch({ type: "steps", steps });
  /** @type {View | null} */
  let before = null;
  const step = () => app.state.briefing.steps[app.state.briefing.at ?? -1];
  const refit = () => step() && fit(app, step(), edges(app, root));
  const content = memo(contentUses, (/** @type {State} */ state) => {
    root.replaceChildren(...(state.briefing.at === null ? [] : slide(app)));
  });
  const turn = memo(
    (/** @type {State} */ s) => [s.briefing.at],
    ({ briefing: { at, steps: all } }) => {
      root.hidden = at === null;
      container.classList.toggle("mujun-presenting", at !== null);
      const last = before;
      before = at === null ? null : (before ?? enter(app));
      queueMicrotask(() => {
        // once this change is through: a view is a change of its own
        if (at === null) leave(app, last);
        else showStep(app, all[at], edges(app, root));
        refit(); // now that its title and legend are written
      });
    },
  );
  map.on("resize", refit);
  document.addEventListener("keydown", (event) => press(app, event), true);
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) app.dispatch({ type: "present", at: null });
  });
  return (/** @type {State} */ state) => {
    turn(state);
    content(state);
  };
}

/**
 * @param {State} s
 * @returns {readonly unknown[]}
 */
function contentUses(s) {
  if (s.briefing.at === null) return [null];
  return [s.briefing, s.lang, view(s), inPlay(s), s.hidden, now(s), s.look.year, s.lost];
}

/**
 * The whole screen for the slides; the view that was shown.
 * @param {App} app
 */
function enter(app) {
  const shown = currentView(app);
  app.map
    .getContainer()
    .requestFullscreen?.()
    .catch(() => {}); // a browser may not allow it
  return shown;
}

/**
 * @param {App} app
 * @param {View | null} before
 */
function leave(app, before) {
  if (document.fullscreenElement) document.exitFullscreen();
  if (before) showView(app, before);
}

/**
 * @param {App} app
 * @param {KeyboardEvent} event
 */
function press(app, event) {
  const { at, steps } = app.state.briefing;
  const to = KEYS[event.key];
  if (at === null || !to || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  app.dispatch({ type: "present", at: to(at, steps.length - 1) });
}

/**
 * px that title, legend and a card cover.
 * @param {App} app
 * @param {HTMLElement} root
 */
function edges({ map, state }, root) {
  const size = map.getSize();
  const head = root.querySelector("header")?.offsetHeight ?? 0;
  map.getContainer().style.setProperty("--mujun-show", `${head}px`);
  const key = root.querySelector("aside");
  const narrow = size.x < 720;
  const card = state.card && !narrow ? 360 : 0;
  const left = narrow ? GAP : (key?.offsetWidth ?? 0) + 2 * GAP;
  const bottom = (narrow ? (key?.offsetHeight ?? 0) : 0) + 56;
  return { left, top: head + GAP, right: card + GAP, bottom };
}

/**
 * @param {App} app
 * @returns {Node[]}
 */
function slide(app) {
  const { words, state } = app;
  const { at, steps } = state.briefing;
  const place = at ?? 0;
  const spoken = words.briefing.of_all
    .replace("{at}", String(place + 1))
    .replace("{count}", String(steps.length));
  /** @param {string} text @param {string} name @param {number | null} to */
  const go = (text, name, to) => {
    const off = to !== null && (to < 0 || to >= steps.length) ? "" : null;
    const onclick = () => app.dispatch({ type: "present", at: to });
    return el("button", { type: "button", "aria-label": name, disabled: off, onclick }, text);
  };
  return [
    el("header", { "aria-live": "polite" }, ...heading(app, steps[place])),
    el("aside", {}, ...slideLegend(app)),
    el(
      "nav",
      {},
      go("←", words.briefing.previous, place - 1),
      el("span", { "aria-label": spoken }, `${place + 1} / ${steps.length}`),
      go("→", words.briefing.next, place + 1),
      go("×", words.briefing.leave, null),
    ),
  ];
}

/**
 * Title, sentence, marks, and what the step names in vain.
 * @param {App} app
 * @param {Step} step
 */
export function heading(app, step) {
  const { state } = app;
  const missing = lostText(state);
  const trying = state.trial.bars.size ? "mujun-show-marks mujun-show-trial" : "mujun-show-marks";
  const all = marks(state).join("　");
  return [
    el("h1", {}, step.title[app.at]),
    step.text[app.at] ? el("p", {}, step.text[app.at]) : null,
    all ? el("p", { class: trying }, all) : null,
    missing ? el("p", { class: "mujun-show-marks mujun-show-trial" }, missing) : null,
  ].filter((node) => node !== null);
}

/**
 * Theme, classes, how many of all, and the sums.
 * @param {App} app
 * @param {number} [world] how wide it is on the map, px; else as the screen shows it
 */
export function slideLegend(app, world) {
  const { state, words } = app;
  const theme = view(state);
  if (!theme) return [];
  const { classCounts, part } = counted(app, theme);
  const open = classCounts.filter((_, code) => !state.hidden.has(code));
  const parcels = open.reduce((n, item) => n + item.parcels, 0);
  const mu = open.reduce((n, item) => n + item.mu, 0);
  const all = parcelsOf(state, app.folder ? app.folder.total : state.data.ids.length);
  const shown = number(parcels);
  const of = parcels < all ? `${shown} / ${number(all)}` : shown;
  const told = fill(words.parcel_count, { n: of }).slice(shown.length);
  const year = yearOf(state);
  return [
    el("h2", {}, [app.pick(theme), year].filter(Boolean).join(" · ")),
    el("p", { class: "mujun-show-total" }, el("b", {}, shown), told),
    el("p", { class: "mujun-show-total" }, el("b", {}, number(mu, 0)), ` ${words.mu}`),
    part ? el("p", { class: "mujun-note" }, loadedPart(app)) : null,
    el("p", { class: "mujun-note" }, theme.note[app.at]),
    ...legendRows(app, theme, classCounts, state.hidden),
    ...(state.solid.on || isComparing(state) ? [] : sizeLegend(app, world)),
    ...sumTexts(app, theme).map((text) => el("p", { class: "mujun-note" }, text)),
    state.data.synthetic
      ? el("p", { class: "mujun-note" }, `${words.synthetic} · ${state.data.synthetic}`)
      : null,
  ].filter((node) => node !== null);
}
