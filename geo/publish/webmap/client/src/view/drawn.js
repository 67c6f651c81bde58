// What is drawn on the map beside the parcels: the office's photo, parks, marks of a theme.

import L from "leaflet";
import "../style/ground.css";
import { el } from "../lib/dom.js";
import { PADDING } from "../map/canvas.js";
import { MANY, shortNames } from "../map/parks.js";
import { symbolNode } from "../map/symbol.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */
/** @typedef {import("../../generated/wire.js").Photo} Photo */

/**
 * The office's own picture of the ground, under everything.
 * @param {App} app
 * @param {Photo} picture
 */
export function photo(app, { image, bounds }) {
  app.map.createPane("mujun-photo").style.zIndex = "210";
  L.imageOverlay(image, bounds, { pane: "mujun-photo" }).addTo(app.map);
  const picture = new Image();
  picture.src = image;
  picture.decode().then(() => {
    app.photo = picture;
  });
}

/**
 * What stands over the parcels with a theme; what it returns draws that of the theme shown.
 * @param {App} app
 */
export function overlays(app) {
  const over = L.layerGroup().addTo(app.map);
  return (/** @type {State} */ { data, theme }) => {
    over.clearLayers();
    const kinds = data.overlays[data.themes[theme]?.id] ?? [];
    kinds.flatMap((kind) => marks(app, kind)).forEach((mark) => over.addLayer(mark));
  };
}

/**
 * The marks of one kind: lines over a light or dark edge, and named points with the kind's sign.
 * @param {App} app
 * @param {Overlay} kind
 */
function marks(app, kind) {
  const { lines, points, color, dash } = kind;
  const look = { weight: 2.5, interactive: false };
  const edge = L.polyline(lines, { ...look, weight: 5, className: "mujun-casing" });
  const line = L.polyline(lines, { ...look, color, dashArray: dash || undefined });
  const spots = points.map(([lat, lon, name]) => {
    const html = symbolNode({ shape: kind.shape, color, text: kind.symbol[app.at] }, 8);
    const icon = L.divIcon({ className: "mujun-place", html, iconSize: [22, 22] });
    const title = `${app.pick(kind)}${app.words.colon}${name}`;
    const mark = L.marker([lat, lon], { icon, keyboard: false });
    return mark.bindTooltip(el("span", {}, title), { direction: "top", offset: [0, -8] });
  });
  return lines.length ? [edge, line, ...spots] : spots;
}

/**
 * Outlines of parks in a soft halo; many parks are one line.
 * @param {App} app
 */
export function parkOutlines(app) {
  const { map } = app;
  const { parks } = app.state.data;
  Object.assign(map.createPane("mujun-halo").style, { zIndex: 330, pointerEvents: "none" });
  const halo = { pane: "mujun-halo", interactive: false, weight: 14, className: "mujun-halo" };
  const look = { weight: 1.6, dashArray: "8 4", interactive: false, className: "mujun-outline" };
  for (const some of parks.length > MANY ? [parks] : parks.map((park) => [park])) {
    const rings = some.map((park) => park.rings);
    L.polygon(rings, halo).addTo(map);
    L.polyline(rings.flat(), look).addTo(map);
  }
}

/**
 * Names of parks, which open their cards: of many parks of those in view, once these are not many.
 * Of names that would lie on each other only the first is shown; what it returns looks which.
 * @param {App} app
 */
export function parkLabels(app) {
  const { map } = app;
  const { parks } = app.state.data;
  const names = shortNames(parks.map((park) => park.name));
  const places = parks.map(({ rings }) => {
    const bounds = L.latLngBounds(rings.flat());
    return L.latLng(bounds.getNorth(), bounds.getCenter().lng);
  });
  const label = (/** @type {number} */ k) => parkLabel(app, parks[k], names[k], places[k]);
  const many = parks.length > MANY;
  const all = parks.map((_, k) => k);
  let labels = many ? [] : all.map(label);
  const look = () => {
    if (many) {
      labels.forEach((one) => one.remove());
      const view = map.getBounds();
      const seen = all.filter((k) => view.contains(places[k]));
      labels = seen.length > MANY ? [] : seen.map(label);
    }
    tidy(labels);
  };
  map.on(many ? "moveend" : "zoomend", look);
  return look;
}

/**
 * @param {App} app
 * @param {State["data"]["parks"][number]} park
 * @param {string} name
 * @param {L.LatLng} place
 */
function parkLabel(app, park, name, place) {
  const icon = L.divIcon({ className: "mujun-park", html: el("span", {}, name), iconSize: [0, 0] });
  const label = L.marker(place, { icon, keyboard: true, title: park.name }).addTo(app.map);
  const open = () => app.dispatch({ type: "open", card: { kind: "park", id: park.id } });
  label.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    open();
  });
  label.on("keypress", (event) => {
    if (event.originalEvent.key === "Enter") open();
  });
  return label;
}

/**
 * Of labels that would lie on each other only the first is shown.
 * @param {L.Marker[]} labels
 */
function tidy(labels) {
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
}

/**
 * Where the names of parks stand that are shown, in px of a canvas that lies over the view and as
 * far about it as `PADDING` says.
 * @param {L.Map} map
 * @returns {import("../map/placenames.js").Rect[]}
 */
export function parkNames(map) {
  const { left, top } = map.getContainer().getBoundingClientRect();
  const pad = map.getSize().multiplyBy(PADDING).round();
  return [...map.getPanes().markerPane.querySelectorAll(".mujun-park span")].flatMap((span) => {
    const box = span.getBoundingClientRect();
    if (!box.width || getComputedStyle(span).visibility === "hidden") return [];
    const [x, y] = [pad.x - left, pad.y - top];
    return [{ x0: box.left + x, y0: box.top + y, x1: box.right + x, y1: box.bottom + y }];
  });
}

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
