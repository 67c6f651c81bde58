// The page by keyboard and read aloud: its parts in the order they are seen, a card that takes and
// gives back the focus, no movement where the reader wants none.

import "../style/reach.css";
import { el } from "../lib/dom.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */

/**
 * @param {App} app
 * @param {HTMLElement} side the panel
 * @param {HTMLElement} card
 */
export function reach(app, side, card) {
  const container = app.map.getContainer();
  container.setAttribute("role", "main");
  const stop = mapStop(app);
  const before = [".mujun-board", ".mujun-tab"].map((name) => container.querySelector(name));
  const chips = container.querySelector(".mujun-marks");
  container.prepend(...[...before, side, chips, stop].filter((node) => node !== null));
  still(app);
  card.setAttribute("role", "dialog");
  follow(app, card, stop);
}

/**
 * Where the map takes the keys, behind the panel; Leaflet has them at the container, before it.
 * @param {App} app
 */
function mapStop(app) {
  const { map, store } = app;
  map.getContainer().tabIndex = -1;
  const stop = el("div", { class: "mujun-keys", tabindex: 0, role: "group" });
  const name = () => stop.setAttribute("aria-label", app.words.map_keys);
  name();
  store.subscribe(name);
  stop.addEventListener("focus", () => map.fire("focus"));
  stop.addEventListener("blur", () => map.fire("blur"));
  return stop;
}

/**
 * Leaflet neither glides nor zooms by steps where the system asks for less movement.
 * @param {App} app
 */
function still({ map }) {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, inertia: false });
  Object.assign(map, { _zoomAnimated: false });
}

/**
 * A card that opens is named by its heading and takes the focus; once closed, it gives it back, and
 * a list that one comes back to has it at the parcel that one was at.
 * @param {App} app
 * @param {HTMLElement} card
 * @param {HTMLElement} stop
 */
function follow({ store }, card, stop) {
  /** @type {Element | null} */
  let before = null;
  /** @param {State} state @param {State} last */
  const turn = (state, last) => {
    const heading = card.querySelector("h2")?.textContent;
    if (heading) card.setAttribute("aria-label", heading);
    if (named(state.card) === named(last.card) || state.briefing.at !== null) return;
    if (state.card) {
      if (!last.card) before = document.activeElement;
      const left = state.card === last.before && last.card?.kind === "parcel" ? last.card.id : "";
      const link = left && card.querySelector(`[data-parcel="${CSS.escape(left)}"]`);
      (link instanceof HTMLElement ? link : card).focus({ preventScroll: true });
      return;
    }
    const lost = document.activeElement === document.body || card.contains(document.activeElement);
    if (lost) back(before, stop);
    before = null;
  };
  store.subscribe(turn);
}

/** @param {State["card"]} card */
function named(card) {
  return card ? `${card.kind} ${"id" in card ? card.id : ""}` : "";
}

/**
 * @param {Element | null} before what had the focus
 * @param {HTMLElement} stop what has it where that is gone
 */
function back(before, stop) {
  const there = before instanceof HTMLElement && before.isConnected && before !== document.body;
  (there ? before : stop).focus({ preventScroll: true });
}
