// Where the map looks: all of it, a park, and a word where there is nothing to be seen.

import L from "leaflet";
import { el } from "../lib/dom.js";
import { memo } from "../lib/memo.js";
import { BLOCK, shows, visible } from "../map/paint.js";
import { room } from "./layout.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */

const FINE = 0.02; // of a zoom that is fitted; buttons and the wheel go in larger steps
const NAMES = 16; // px of the names over parks
const FAR = 4; // how many times its size the map may be moved beyond the extent

/**
 * Bring bounds into the part of the map that the panel leaves free.
 * @param {App} app
 * @param {L.LatLngBoundsExpression} bounds
 */
export function fitTo({ map }, bounds) {
  const { zoomSnap } = map.options;
  map.options.zoomSnap = FINE; // as large as there is room for
  const { paddingTopLeft, paddingBottomRight } = room(map);
  const named = paddingTopLeft.add([0, NAMES]);
  map.fitBounds(bounds, { paddingTopLeft: named, paddingBottomRight, animate: false });
  map.options.zoomSnap = zoomSnap;
  fitted.set(map, { bounds, center: map.getCenter(), zoom: map.getZoom() });
}

/**
 * Where a map was last fitted to.
 * @type {WeakMap<L.Map, { bounds: L.LatLngBoundsExpression, center: L.LatLng, zoom: number }>}
 */
const fitted = new WeakMap();

/**
 * What was fitted stays so, while nobody has moved the map: it makes room for what comes to stand
 * over it.
 * @param {App} app
 */
export function keepFitted(app) {
  const { map } = app;
  const again = () => {
    const last = fitted.get(map);
    // A click on a parcel must not take the map away from under the pointer: see `reveal`.
    if (!last || map.getZoom() !== last.zoom || app.state.card?.kind === "parcel") return;
    const moved = map.latLngToContainerPoint(last.center).distanceTo(map.getSize().divideBy(2));
    if (moved < 2) fitTo(app, last.bounds); // half pixels are Leaflet's own
  };
  const sized = new ResizeObserver(again);
  const boxes = ".mujun-board, .mujun-marks, .mujun-card";
  for (const box of map.getContainer().querySelectorAll(boxes)) sized.observe(box);
  map.on("resize", again);
}

/**
 * Everything the map has: its extent, or its parks.
 * @param {App} app
 */
export function home(app) {
  const { extent, parks } = app.state.data;
  if (extent) fitTo(app, extent);
  else if (parks.length) fitTo(app, boundsOf(parks));
}

/**
 * A park that is chosen comes into view; none chosen, all of them.
 * @param {App} app
 * @param {() => boolean} settled whether the page stands
 */
export function parkView(app, settled) {
  return memo(
    (/** @type {State} */ s) => [s.park],
    ({ park, data }) => {
      if (!settled()) return;
      const chosen = data.parks.filter((one) => one.id === park && one.rings.length);
      if (chosen.length) fitTo(app, boundsOf(chosen));
      else if (!park) home(app);
    },
  );
}

/** @param {readonly { rings: [number, number][][] }[]} parks */
export function boundsOf(parks) {
  return L.latLngBounds(parks.flatMap((park) => park.rings.flat()));
}

/**
 * The map stays about its extent, and says so where nothing shows, with the way back.
 * @param {App} app
 */
export function keepSense(app) {
  const { map } = app;
  const { extent } = app.state.data;
  if (extent) {
    const all = L.latLngBounds(extent);
    map.setMaxBounds(all.pad(FAR));
    map.setMinZoom(Math.max(0, Math.floor(map.getBoundsZoom(all.pad(FAR), false)) - 1));
  }
  map.on("moveend", async () => {
    if (app.folder?.app) await app.folder.look(); // parcels on their way are not missing
    hint(app);
  });
}

/** @param {App} app */
function hint(app) {
  const { map, words } = app;
  const container = map.getContainer();
  container.querySelector(".mujun-void")?.remove();
  if (!isVoid(app)) return;
  const back = el("button", { type: "button", onclick: () => home(app) }, words.home);
  container.append(el("p", { class: "mujun-void", role: "status" }, words.nothing_here, back));
}

/** @param {App} app */
function isVoid({ map, layer, state, folder }) {
  if (!layer.shape.n || (folder && state.whole)) return false;
  const origin = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
  const { x: width, y: height } = map.getSize();
  const view = { world: 256 * 2 ** map.getZoom(), x: origin.x, y: origin.y, width, height };
  const { order } = layer.index;
  const parcels = (/** @type {number} */ k) => [...order.slice(k * BLOCK, (k + 1) * BLOCK)];
  return !visible(layer.index, view).some((k) =>
    parcels(k).some((i) => shows(layer.shape.box, i, view)),
  );
}
