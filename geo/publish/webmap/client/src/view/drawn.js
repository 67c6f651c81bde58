// What is drawn on the map beside the parcels: the office's photo, parks, marks of a theme.

import L from "leaflet";
import { el } from "../lib/dom.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */
/** @typedef {import("../../generated/wire.js").Photo} Photo */

/**
 * The office's own picture of the ground, under everything.
 * @param {L.Map} map
 * @param {Photo} picture
 */
export function photo(map, { image, bounds }) {
  map.createPane("mujun-photo").style.zIndex = "210";
  L.imageOverlay(image, bounds, { pane: "mujun-photo" }).addTo(map);
}

/**
 * What stands over the parcels with a theme; what it returns draws that of the theme shown.
 * @param {App} app
 */
export function overlays({ map }) {
  const over = L.layerGroup().addTo(map);
  return (/** @type {State} */ { data, theme }) => {
    over.clearLayers();
    const kinds = data.overlays[data.themes[theme]?.id] ?? [];
    kinds.flatMap(marks).forEach((mark) => over.addLayer(mark));
  };
}

/**
 * The marks of one kind: lines, and named points.
 * @param {Overlay} kind
 */
function marks({ lines, points, color, dash }) {
  const look = { color, weight: 2.5, dashArray: dash || undefined, interactive: false };
  const spots = points.map(([lat, lon, name]) => {
    const spot = { radius: 6, color: "#ffffff", weight: 1.5, fillColor: color, fillOpacity: 1 };
    return L.circleMarker([lat, lon], spot).bindTooltip(el("span", {}, name));
  });
  return [L.polyline(lines, look), ...spots];
}

/**
 * Outlines of parks with their names, which open their cards.
 * @param {App} app
 */
export function parkOutlines(app) {
  const { map } = app;
  return app.state.data.parks.map((park) => {
    const look = { color: "#1d3557", weight: 2, dashArray: "8 4", interactive: false };
    const bounds = L.polyline(park.rings, look).addTo(map).getBounds();
    const html = el("span", {}, park.name);
    const icon = L.divIcon({ className: "mujun-park", html, iconSize: undefined });
    const place = L.latLng(bounds.getNorth(), bounds.getCenter().lng);
    const label = L.marker(place, { icon, keyboard: true, title: park.name }).addTo(map);
    label.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      app.dispatch({ type: "open", card: { kind: "park", id: park.id } });
    });
    return label;
  });
}

/**
 * Of labels that would lie on each other only the first is shown.
 * @param {L.Map} map
 * @param {L.Marker[]} labels
 */
export function parkLabels(map, labels) {
  const tidy = () => {
    /** @type {DOMRect[]} */
    const taken = [];
    for (const label of labels) {
      const node = label.getElement();
      const box = node?.firstElementChild?.getBoundingClientRect();
      if (!node || !box) continue;
      const free = !taken.some((other) => meet(other, box));
      node.style.visibility = free ? "" : "hidden"; // its place is still measured
      if (free) taken.push(box);
    }
  };
  map.on("zoomend", tidy);
  tidy();
}

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
