// Pins on parcels that people checked, in the colour of what they found.

import L from "leaflet";
import { inPlay } from "../derived.js";
import { memo } from "../lib/memo.js";
import { parcelCount } from "../lib/words.js";
import { stateOf } from "../notes/merge.js";
import { parcelNotes, placesOf } from "../notes/theme.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */

const PANE = "mujun-pins";

/**
 * @typedef {object} Pin
 * @property {number} lat
 * @property {number} lng
 * @property {number} radius px
 * @property {string} color
 * @property {string} stroke
 * @property {string} title of what was found
 */

/**
 * The pins of parcels in play.
 * @param {App} app
 * @returns {Pin[]}
 */
export function pinsOf({ state, checks, layer }) {
  const places = state.notes.length ? placesOf(state.data) : new Map();
  const playing = inPlay(state);
  return [...parcelNotes(state)].flatMap(([id, notes]) => {
    const i = places.get(id);
    const found = stateOf(notes);
    if (i === undefined || found === null || !playing[i]) return [];
    const { color, title } = checks?.classOf(found) ?? { color: "#000000", title: found };
    const bounds = layer.bounds(i);
    const { lat, lng } = bounds.getCenter(); // the parcel's name stands there
    const north = lat + (bounds.getNorth() - lat) * 0.45;
    const look = { color, title, stroke: found ? "#ffffff" : "#1f2328", radius: found ? 5 : 6 };
    return [{ lat: north, lng, ...look }];
  });
}

/**
 * What people found, by the colour of its pins, and on how many parcels.
 * @param {App} app
 */
export function pinKinds(app) {
  const { words } = app;
  /** @type {Map<string, { color: string, count: number }>} */
  const kinds = new Map();
  for (const { title, color } of pinsOf(app)) {
    kinds.set(title, { color, count: (kinds.get(title)?.count ?? 0) + 1 });
  }
  return [...kinds].map(([title, { color, count }]) => ({
    color,
    text: `${words.notes_short}${words.colon}${title} ${parcelCount(words, count)}`,
  }));
}

/**
 * What returns brings the pins up to date.
 * @param {App} app
 */
export function pins(app) {
  const { map } = app;
  const pane = map.createPane(PANE);
  pane.style.zIndex = "450";
  pane.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: PANE, padding: 0.2 });
  const group = L.layerGroup().addTo(map);
  return memo(
    (/** @type {State} */ s) => [s.shape, s.data, s.notes, s.notes.length ? inPlay(s) : null],
    () => {
      group.clearLayers();
      for (const { lat, lng, color, stroke, radius } of pinsOf(app)) {
        const look = { color: stroke, weight: 2, fillOpacity: 1, fillColor: color, radius };
        const options = { ...look, renderer, interactive: false, pane: PANE };
        group.addLayer(L.circleMarker([lat, lng], options));
      }
    },
  );
}
