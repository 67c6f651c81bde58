// The ground that a step shows: what the panel leaves free of the map, and back again.

import L from "leaflet";
import { showView } from "../view/link.js";
import { covered } from "../view/swipe.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Step} Step */
/** @typedef {import("./steps.js").Box} Box */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Edges px */

const DIGITS = 6; // of a degree

/**
 * The part of the map beside the panel, in degrees.
 * @param {App} app
 * @param {HTMLElement} panel
 * @returns {Box}
 */
export function freeGround(app, panel) {
  const { map } = app;
  const size = map.getSize();
  const a = map.containerPointToLatLng([covered(app, panel), size.y]);
  const b = map.containerPointToLatLng([size.x, 0]);
  const round = (/** @type {number} */ v) => Number(v.toFixed(DIGITS));
  return [round(a.lat), round(a.lng), round(b.lat), round(b.lng)];
}

/**
 * Show a step: its view, and its ground within the edges that something covers. False where its
 * view is none.
 * @param {App} app
 * @param {Step} step
 * @param {Edges} edges
 */
export function showStep(app, step, edges) {
  const shown = showView(app, step.view);
  fit(app, step, edges);
  return shown;
}

/**
 * The step's ground, else its park, else the whole map; a link's own place stays.
 * @param {App} app
 * @param {Step} step
 * @param {Edges} edges
 */
export function fit({ map, state }, step, { left, top, right, bottom }) {
  const { data, park } = state;
  if (!step.box && step.view.at) return;
  const rings = data.parks.find(({ id }) => id === park)?.rings ?? [];
  const named = step.box ? boundsOf(step.box) : L.latLngBounds(rings.flat());
  const bounds = named.isValid() ? named : data.extent && L.latLngBounds(data.extent);
  if (!bounds) return;
  map.fitBounds(bounds, {
    paddingTopLeft: [left, top],
    paddingBottomRight: [right, bottom],
    animate: false,
  });
}

/** @param {Box} box */
function boundsOf([south, west, north, east]) {
  return L.latLngBounds([south, west], [north, east]);
}
