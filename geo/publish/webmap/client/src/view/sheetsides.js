// What a sheet of paper has maps of: the map as it is, or both sides of a swipe, a frame for each.

import { rightHidden, view } from "../derived.js";
import { isComparing } from "../shown.js";
import { sideName, sidesOf } from "./swipe.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./sheetmap.js").Frame} Frame */
/**
 * @typedef {object} Side
 * @property {import("../map/canvas.js").ParcelCanvas} layer
 * @property {import("../../generated/wire.js").Theme | null} theme
 * @property {string} name theme and year; empty where the sheet has one map
 * @property {ReadonlySet<number>} hidden classes
 */

export const NAMED = 6; // mm over a frame that has a name
const GAP = 4;

/**
 * The map that is shown; of a swipe left and right.
 * @param {App} app
 * @returns {Side[]}
 */
export function mapsOf(app) {
  const { state, layer, right } = app;
  const { hidden } = state;
  if (!right || state.solid.on || isComparing(state)) {
    return [{ layer, theme: view(state), name: "", hidden }];
  }
  const shown = sidesOf(state);
  const [leftName, rightName] = shown.map((side) => sideName(app, side));
  return [
    { layer, theme: shown[0].theme, name: leftName, hidden },
    { layer: right, theme: shown[1].theme, name: rightName, hidden: rightHidden(state) },
  ];
}

/**
 * Themes and years of both sides as one title has them: what both share stands once.
 * @param {App} app
 */
export function bothTitled(app) {
  const sides = sidesOf(app.state);
  const years = new Set(sides.map(({ year }) => year));
  const themes = new Set(sides.map(({ theme }) => (theme ? app.pick(theme) : "")));
  if (years.size > 1 && themes.size > 1) {
    return { theme: sides.map((side) => sideName(app, side)).join(" | "), year: "" };
  }
  const year = [...years].filter((one) => one !== null);
  return { theme: [...themes].join(" | "), year: year.join(" | ") };
}

/**
 * A frame cut in two, beside or under each other, whichever shows the ground larger; each has its
 * name over it.
 * @param {Frame} frame mm
 * @param {number} named mm that a name takes
 * @param {(half: Frame) => number} scaleIn the denominator of the scale that fits into a frame
 */
export function halves({ x, y, w, h }, named, scaleIn) {
  const wide = (w - GAP) / 2;
  const high = (h - GAP) / 2;
  /** @type {(k: number) => Frame} */
  const beside = (k) => ({ x: x + k * (wide + GAP), y: y + named, w: wide, h: h - named });
  /** @type {(k: number) => Frame} */
  const under = (k) => ({ x, y: y + k * (high + GAP) + named, w, h: high - named });
  const place = scaleIn(under(0)) < scaleIn(beside(0)) ? under : beside;
  return [0, 1].map(place);
}
