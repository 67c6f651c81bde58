// The view as a link: kept in the page's address, read from it, copied for a colleague.

import { el } from "../lib/dom.js";
import { isLink, read, shownBy, viewOf, written } from "../map/address.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../map/address.js").View} View */

const PAUSE = 250; // ms after the last change: browsers count how often an address changes
const SHOWN = 4000; // ms that a word about the copied link stands

/**
 * What is shown, with the place of the map.
 * @param {App} app
 * @returns {View}
 */
export function currentView({ map, state }) {
  const { lat, lng } = map.getCenter();
  return viewOf(state, { zoom: map.getZoom(), lat, lon: lng });
}

/**
 * Show a view; false where the JSON is none. Without a place in it the map stays where it is.
 * @param {App} app
 * @param {unknown} json
 */
export function showView(app, json) {
  const shown = shownBy(json, app.state);
  if (!shown) return false;
  app.dispatch({ type: "show-view", state: shown.state });
  if (shown.place) {
    const { zoom, lat, lon } = shown.place; // after its park, which the map goes to by itself
    app.map.setView([lat, lon], zoom, { animate: false });
  }
  return true;
}

/**
 * Show what the address names; false where it names no view. A link of a view that cannot be read
 * is said: the plain map would pass for what a colleague meant.
 * @param {App} app
 */
export function reopen(app) {
  const { hash } = location;
  const shown = showView(app, read(hash));
  if (!shown && isLink(hash)) app.dispatch({ type: "lost", lost: [{ kind: "link", name: "" }] });
  return shown;
}

/** In a notebook there is no address. */
export function hasAddress() {
  return location.protocol !== "about:";
}

/**
 * Keep the view in the address from now on; nothing is written until it changes.
 * @param {App} app
 */
export function keepAddress(app) {
  if (!hasAddress()) return;
  let last = written(currentView(app));
  let timer = 0;
  const write = () => {
    const next = written(currentView(app));
    if (next !== last) history.replaceState(null, "", next);
    last = next;
  };
  const later = () => {
    clearTimeout(timer);
    timer = window.setTimeout(write, PAUSE);
  };
  app.store.subscribe(later);
  app.map.on("moveend", later);
  window.addEventListener("hashchange", () => reopen(app)); // a link put into the open page
}

/**
 * A button that copies the link, where what stands over the map hides its tools; none without an
 * address.
 * @param {App} app
 * @param {string} id
 */
export function linkButton(app, id) {
  if (!hasAddress()) return [];
  const attributes = { type: "button", class: "mujun-keep", id, onclick: () => copyLink(app) };
  return [el("button", attributes, app.words.copy_link)];
}

/**
 * Put the link into the clipboard; where the browser forbids it, show it to be copied.
 * @param {App} app
 */
export async function copyLink(app) {
  const { words } = app;
  const link = location.href.split("#")[0] + written(currentView(app));
  try {
    await navigator.clipboard.writeText(link);
    say(app, words.copied);
  } catch {
    window.prompt(words.copy_this, link);
  }
}

/**
 * A word on the map for a while.
 * @param {App} app
 * @param {string} text
 */
function say({ map }, text) {
  const word = el("p", { class: "mujun-copied", role: "status" }, text);
  map.getContainer().append(word);
  setTimeout(() => word.remove(), SHOWN);
}
