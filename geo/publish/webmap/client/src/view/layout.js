// Where boxes stand on the map: put there, folded away, and the room that they leave.

import L from "leaflet";
import { el } from "../lib/dom.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {"panel" | "board"} Folded */

const MARGINS = [10, 24]; // pixels between what is shown and the boxes, on narrow maps and others
const NARROW = 720;
const LEAST = 120; // of free map, in pixels; less is no room
/** What lies over the map, of a slide too. */
const BOXES = [
  ...[".mujun-board", ".mujun-panel", ".mujun-card", ".mujun-marks", ".mujun-tools"],
  ...["header", "aside", "nav"].map((name) => `.mujun-show > ${name}`),
].join();
/** @type {{ [key: string]: Folded }} */
const KEYS = { p: "panel", b: "board" };

/**
 * Put a box on the map; clicks and the wheel in it are its own.
 * @template {HTMLElement} N
 * @param {App} app
 * @param {N} node
 * @returns {N}
 */
export function placed({ map }, node) {
  map.getContainer().append(node);
  L.DomEvent.disableClickPropagation(node);
  // Leaflet walks up from the target, which a click on a search match has just removed.
  L.DomEvent.on(node, "click", L.DomEvent.stopPropagation);
  L.DomEvent.disableScrollPropagation(node);
  return node;
}

/**
 * Put what stands in the map's place where the keys come to it: behind the panel, before the card.
 * @param {App} app
 * @param {HTMLElement} node
 */
export function overMap({ map }, node) {
  map.getContainer().querySelector(".mujun-card")?.before(node);
}

/**
 * A button that folds a box away or brings it back, with its key in the name.
 * @param {App} app
 * @param {Folded} box
 * @param {boolean} open what a click does
 */
export function foldButton(app, box, open) {
  const { words } = app;
  const name = open ? words.unfold[box] : words.fold[box];
  const attributes = {
    type: "button",
    class: `mujun-fold mujun-fold-${box}`,
    title: name,
    "aria-label": name,
    "aria-expanded": String(!open),
    onclick: () => app.dispatch({ type: "unfold", box, open }),
  };
  return el("button", attributes, open ? "☰" : box === "panel" ? "‹" : "▴");
}

/**
 * Folding by key, but while one types.
 * @param {App} app
 */
export function foldKeys(app) {
  document.addEventListener("keydown", (event) => {
    const box = KEYS[event.key];
    if (!box || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    app.dispatch({ type: "unfold", box, open: !app.state.boxes.has(box) });
  });
}

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}

/**
 * Pixels between what is shown and the boxes.
 * @param {L.Map} map
 */
export function margin(map) {
  return MARGINS[Number(map.getSize().x > NARROW)];
}

/**
 * The part of the map that no box covers, as Leaflet takes paddings.
 * @param {L.Map} map
 * @returns {{ paddingTopLeft: L.Point, paddingBottomRight: L.Point }}
 */
export function room(map) {
  const container = map.getContainer();
  const page = container.getBoundingClientRect();
  const { x: width, y: height } = map.getSize();
  const free = { left: 0, top: 0, right: width, bottom: height };
  for (const node of container.querySelectorAll(BOXES)) {
    const box = node.getBoundingClientRect();
    if (!box.width || !box.height || getComputedStyle(node).visibility === "hidden") continue;
    const [left, top] = [box.left - page.left, box.top - page.top];
    const middle = [left + box.width / 2, top + box.height / 2];
    if (node.matches(".mujun-marks")) free.top = Math.max(free.top, top + box.height);
    else if (node.matches("nav")) free.bottom = Math.min(free.bottom, top);
    else if (box.width > 0.6 * width) {
      if (middle[1] < height / 2) free.top = Math.max(free.top, top + box.height);
      else free.bottom = Math.min(free.bottom, top);
    } else if (middle[0] < width / 2) free.left = Math.max(free.left, left + box.width);
    else free.right = Math.min(free.right, left);
  }
  const around = margin(map);
  const wide = free.right - free.left >= LEAST + 2 * around;
  const high = free.bottom - free.top >= LEAST + 2 * around;
  const [left, right] = wide ? [free.left, width - free.right] : [0, 0];
  const [top, bottom] = high ? [free.top, height - free.bottom] : [0, 0];
  return {
    paddingTopLeft: L.point(left + around, top + around),
    paddingBottomRight: L.point(right + around, bottom + around),
  };
}

/**
 * Move the map so that a place stands beside the boxes; zoom out only where it has no room.
 * @param {L.Map} map
 * @param {L.LatLngBounds} bounds
 */
export function reveal(map, bounds) {
  const { paddingTopLeft: first, paddingBottomRight: last } = room(map);
  const size = map.getSize();
  const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) =>
    map.latLngToContainerPoint(corner),
  );
  const [width, height] = [size.x - first.x - last.x, size.y - first.y - last.y];
  if (b.x - a.x > width || b.y - a.y > height) {
    const options = { paddingTopLeft: first, paddingBottomRight: last, animate: false };
    map.fitBounds(bounds, { ...options, maxZoom: map.getZoom() });
    return;
  }
  const by = [shift(a.x, b.x, first.x, size.x - last.x), shift(a.y, b.y, first.y, size.y - last.y)];
  if (by[0] || by[1]) map.panBy([by[0], by[1]], { animate: false });
}

/**
 * How far the map moves so that a … b lies between two bounds.
 * @param {number} a
 * @param {number} b
 * @param {number} from
 * @param {number} to
 */
export function shift(a, b, from, to) {
  if (a < from) return Math.floor(a - from);
  return b > to ? Math.ceil(b - to) : 0;
}

/**
 * The height of a box as a length that others stand below or above.
 * @param {HTMLElement} container
 * @param {string} name
 * @param {HTMLElement} node
 */
export function measured(container, name, node) {
  const write = () => container.style.setProperty(name, `${node.offsetHeight}px`);
  new ResizeObserver(write).observe(node);
  write();
}

/**
 * The handle of the panel where it is a sheet of a phone: dragged to any height, tapped to fold.
 * @param {App} app
 * @param {HTMLElement} sheet
 */
export function handle(app, sheet) {
  const container = app.map.getContainer();
  let moved = false;
  const move = (/** @type {PointerEvent} */ { clientY }) => {
    moved = true;
    const height = container.getBoundingClientRect().bottom - clientY;
    sheet.style.setProperty("--mujun-sheet", `${Math.max(height, 60)}px`);
    app.dispatch({ type: "unfold", box: "panel", open: true });
  };
  const node = el("button", {
    type: "button",
    class: "mujun-handle",
    "aria-label": app.words.handle,
    "aria-expanded": String(app.state.boxes.has("panel")),
    onpointerdown: (/** @type {PointerEvent} */ { pointerId }) => {
      moved = false;
      node.setPointerCapture(pointerId);
      node.addEventListener("pointermove", move);
    },
    onpointerup: () => node.removeEventListener("pointermove", move),
    onclick: () => {
      if (moved) return;
      app.dispatch({ type: "unfold", box: "panel", open: !app.state.boxes.has("panel") });
    },
  });
  return node;
}
