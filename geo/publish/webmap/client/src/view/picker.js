// Which theme the map shows: the main ones at hand, all of them in a list that one searches.

import "../style/picker.css";
import { el } from "../lib/dom.js";
import { fill } from "../lib/words.js";
import { combobox } from "./combobox.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

/** @param {App} app */
export function picker(app) {
  const { state, words } = app;
  const { themes } = state.data;
  const atHand = themes.flatMap((theme, place) => (theme.first ? [button(app, theme, place)] : []));
  const shown = themes[state.theme];
  const all = combobox({
    id: "mujun-theme",
    label: fill(words.all_themes, { count: themes.length }),
    listClass: "mujun-themes-list",
    none: words.none,
    value: shown ? app.pick(shown) : "",
    all: true,
    groups: (text) => groups(app, text),
  });
  const group = { class: "mujun-themes", role: "group", "aria-label": words.theme };
  const first = el("div", { class: "mujun-at-hand" }, ...atHand);
  return el("div", group, themes.length > atHand.length ? all : null, first);
}

/**
 * @param {App} app
 * @param {Theme} theme
 * @param {number} place
 */
function button(app, theme, place) {
  const attributes = {
    type: "button",
    class: "mujun-theme",
    title: app.pick(theme),
    "aria-pressed": String(app.state.theme === place),
    onclick: () => app.dispatch({ type: "theme", theme: place }),
  };
  return el("button", attributes, app.pick(theme));
}

/**
 * The themes that a text names, under their headings; the one called just so comes first.
 * @param {App} app
 * @param {string} text
 */
function groups(app, text) {
  const wanted = text.trim().toLowerCase();
  /** @type {Map<string, import("./combobox.js").Choice[]>} */
  const found = new Map();
  app.state.data.themes.forEach((theme, place) => {
    const label = app.pick(theme);
    const heading = theme.group[app.at];
    if (![label.toLowerCase(), theme.searched, heading].some((one) => one.includes(wanted))) return;
    const run = () => app.dispatch({ type: "theme", theme: place });
    const title = label.toLowerCase() === wanted ? "" : heading;
    const choice = { label, on: app.state.theme === place, run };
    found.set(title, [...(found.get(title) ?? []), choice]);
  });
  return [...found]
    .sort(([a], [b]) => Number(a !== "") - Number(b !== ""))
    .map(([title, choices]) => ({ title, choices }));
}
