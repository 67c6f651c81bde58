// Pins on parcels that people checked, in the colour of what they found.

import L from "leaflet";
import { inPlay } from "../derived.js";
import { memo } from "../lib/memo.js";
import { stateOf } from "../notes/merge.js";
import { parcelNotes, placesOf } from "../notes/theme.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */

const PANE = "mujun-pins";

/**
 * What returns brings the pins up to date.
 * @param {App} app
 */
export function pins(app) {
  const { map, layer } = app;
  const pane = map.createPane(PANE);
  pane.style.zIndex = "450";
  pane.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: PANE, padding: 0.2 });
  const group = L.layerGroup().addTo(map);
  return memo(
    (/** @type {State} */ s) => [s.shape, s.data, s.notes, s.notes.length ? inPlay(s) : null],
    (s) => {
      group.clearLayers();
      const places = s.notes.length ? placesOf(s.data) : new Map();
      for (const [id, notes] of parcelNotes(s)) {
        const i = places.get(id);
        const state = stateOf(notes);
        if (i === undefined || state === null || !inPlay(s)[i]) continue;
        const { color } = app.checks?.classOf(state) ?? { color: "#000000" };
        const look = { color: state ? "#ffffff" : "#1f2328", weight: 2, fillOpacity: 1 };
        const radius = state ? 5 : 6;
        const bounds = layer.bounds(i);
        const { lat, lng } = bounds.getCenter(); // the parcel's name stands there
        const centre = L.latLng(lat + (bounds.getNorth() - lat) * 0.45, lng);
        const options = { ...look, radius, fillColor: color, renderer, interactive: false };
        group.addLayer(L.circleMarker(centre, { ...options, pane: PANE }));
      }
    },
  );
}
