// How the columns are turned, tilted, moved and zoomed: by pointer, wheel and keys.

import { LEAST_TILT, MOST_TILT } from "./prisms.js";

/** @typedef {import("./view.js").SolidView} SolidView */
/** @typedef {import("../state.js").Solid} Solid */
/** @typedef {{ x: number, y: number }} Point */

const TURN = 0.4; // degrees a px
const TILT = 0.25;
const STEP = 5; // degrees a key
const MOVE = 0.05; // of the ground's width a key
const CLICK = 4; // px that a click may move
const ZOOM = { least: 0.4, most: 30 };

/** @param {SolidView} view */
export function gestures(view) {
  const { app, canvas } = view;
  /** @type {Map<number, Point>} */
  const held = new Map();
  let moved = 0;
  /** @param {Partial<Solid>} solid */
  const change = (solid) => app.dispatch({ type: "solid", solid });
  /** @param {PointerEvent | WheelEvent | MouseEvent} event @returns {Point} */
  const place = (event) => ({ x: event.offsetX, y: event.offsetY });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, place(event));
    if (held.size === 1) moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = held.get(event.pointerId);
    const next = place(event);
    if (!last) {
      view.point(next.x, next.y);
      return;
    }
    const [dx, dy] = [next.x - last.x, next.y - last.y];
    moved += Math.hypot(dx, dy);
    if (held.size > 1) {
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1] ?? last;
      change(zoomed(app.state.solid, apart(next, other) / Math.max(apart(last, other), 1)));
    } else if (moved > CLICK) {
      view.tip.hidden = true;
      change(event.shiftKey || event.buttons & 2 ? panned(view, dx, dy) : swung(view, dx, dy));
    }
    held.set(event.pointerId, next);
  });
  canvas.addEventListener("pointerup", (event) => {
    const { x, y } = place(event);
    held.delete(event.pointerId);
    if (moved <= CLICK && event.button === 0) view.open(x, y);
  });
  canvas.addEventListener("pointercancel", (event) => held.delete(event.pointerId));
  canvas.addEventListener("pointerleave", () => view.point(-1, -1));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      change(zoomed(app.state.solid, 2 ** (-Math.sign(event.deltaY) / 4)));
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    const solid = keyed(view, event);
    if (!solid) return;
    event.preventDefault();
    event.stopPropagation(); // the map's own keys
    change(solid);
  });
}

/** @param {Point} a @param {Point} b */
function apart(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @param {number} degrees */
function around(degrees) {
  return ((degrees % 360) + 360) % 360;
}

/** @param {number} tilt */
function tilted(tilt) {
  return Math.min(MOST_TILT, Math.max(LEAST_TILT, tilt));
}

/**
 * @param {SolidView} view
 * @param {number} dx
 * @param {number} dy
 */
function swung({ app }, dx, dy) {
  const { turn, tilt } = app.state.solid;
  return { turn: around(turn + TURN * dx), tilt: tilted(tilt + TILT * dy) };
}

/**
 * The ground drawn along by so many px.
 * @param {SolidView} view
 * @param {number} dx
 * @param {number} dy
 */
function panned({ app, picture }, dx, dy) {
  const { turn, tilt, shift } = app.state.solid;
  if (!picture) return {};
  const rad = Math.PI / 180;
  const u = dx / picture.camera.k;
  const v = -dy / picture.camera.k / Math.sin(tilt * rad);
  const [c, s] = [Math.cos(turn * rad), Math.sin(turn * rad)];
  const { across } = picture.scene;
  /** @type {[number, number]} */
  const moved = [shift[0] + (u * c + v * s) / across, shift[1] + (v * c - u * s) / across];
  return { shift: moved };
}

/**
 * @param {Solid} solid
 * @param {number} factor
 */
function zoomed({ zoom }, factor) {
  return { zoom: Math.min(ZOOM.most, Math.max(ZOOM.least, zoom * factor)) };
}

/**
 * What a key changes, or null.
 * @param {SolidView} view
 * @param {KeyboardEvent} event
 * @returns {Partial<Solid> | null}
 */
function keyed({ app }, { key, shiftKey }) {
  const { solid } = app.state;
  const { turn, tilt, shift, lift } = solid;
  if (shiftKey && key.startsWith("Arrow")) {
    const [x, y] = shift;
    const steps = {
      ArrowLeft: [x - MOVE, y],
      ArrowRight: [x + MOVE, y],
      ArrowUp: [x, y + MOVE],
      ArrowDown: [x, y - MOVE],
    };
    const [east, north] = steps[/** @type {keyof typeof steps} */ (key)];
    return { shift: [east, north] };
  }
  switch (key) {
    case "ArrowLeft":
      return { turn: around(turn - STEP) };
    case "ArrowRight":
      return { turn: around(turn + STEP) };
    case "ArrowUp":
      return { tilt: tilted(tilt + STEP) };
    case "ArrowDown":
      return { tilt: tilted(tilt - STEP) };
    case "+":
    case "=":
      return zoomed(solid, 1.25);
    case "-":
      return zoomed(solid, 0.8);
    case "PageUp":
      return { lift: Math.min(4, lift * 1.25) };
    case "PageDown":
      return { lift: Math.max(0.1, lift * 0.8) };
    case "Home":
      return { turn: 30, tilt: 40, zoom: 1, shift: [0, 0], lift: 1 };
    default:
      return null;
  }
}
