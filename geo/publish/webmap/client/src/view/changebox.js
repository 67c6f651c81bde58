// Two years of a figure: their difference as classes, or one beside the other with a click.

import { el } from "../lib/dom.js";
import { fill } from "../lib/words.js";
import { figuresOf } from "../map/classes.js";
import { choice } from "./controls.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./controls.js").Option} Option */

/**
 * The year that the figures are compared with, and the way to see both.
 * @param {App} app
 */
export function changeBox(app) {
  const { state, words } = app;
  const { data, look } = state;
  const theme = data.themes[state.theme];
  const years = data.history.years.filter((year) => figuresOf(data, theme, year));
  if (years.length < 2 || state.breaks) return []; // a folder has only some of its parcels
  /** @type {Option[]} */
  const options = [
    ["", words.change.none],
    ...years.map((year) => /** @type {Option} */ ([year, fill(words.change.since, { year })])),
  ];
  const select = choice("mujun-since", words.change.label, options, look.since ?? "", (year) =>
    app.dispatch({ type: "look", look: { since: year === "" ? null : Number(year) } }),
  );
  const sides = () => {
    const { look: now, data: page } = app.state;
    const right = now.year ?? page.year ?? years[years.length - 1];
    const earlier = years.filter((year) => year < right);
    const left = now.since ?? earlier[0] ?? years[0];
    app.dispatch({ type: "look", look: { year: left, since: null } });
    app.dispatch({ type: "swipe", on: true });
    app.dispatch({ type: "swipe-year", year: right });
  };
  const attributes = { type: "button", class: "mujun-keep", id: "mujun-two-years", onclick: sides };
  return [el("div", { class: "mujun-row" }, select, el("button", attributes, words.change.sides))];
}
