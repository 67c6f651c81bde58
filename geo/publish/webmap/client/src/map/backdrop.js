// The quiet ground under the parcels: the project's roads as thin lines, with their names where
// there is room.

import { mercator } from "./decode.js";
import { shows } from "./paint.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("./paint.js").View} View */
/** @typedef {{ road: string, name: string, font: string }} Look colours and font */
/**
 * @typedef {object} Ground
 * @property {Float64Array} x of the world, 0 … 1
 * @property {Float64Array} y
 * @property {Int32Array} start of each line, and the end of all
 * @property {Int32Array} name of each line, a number into the names
 * @property {string[]} names
 * @property {Float64Array} box of each line: x0, y0, x1, y1
 */

const NAMED = 16.5; // the zoom from which roads are wide enough for names
const GAP = 90; // px between the names on the ground

/**
 * The lines of a page on the ground of the map, or null.
 * @param {Page["backdrop"]} packed
 * @returns {Ground | null}
 */
export function groundOf(packed) {
  if (!packed) return null;
  const { lon, lat, start, name, names } = packed;
  const [x, y] = [new Float64Array(lon.length), new Float64Array(lon.length)];
  let [east, north] = [0, 0];
  for (let v = 0; v < lon.length; v++) {
    east += lon[v];
    north += lat[v];
    [x[v], y[v]] = mercator(east / 1e6, north / 1e6);
  }
  const box = new Float64Array(4 * name.length);
  for (let k = 0; k < name.length; k++) {
    const around = [Infinity, Infinity, -Infinity, -Infinity];
    for (let v = start[k]; v < start[k + 1]; v++) {
      around[0] = Math.min(around[0], x[v]);
      around[1] = Math.min(around[1], y[v]);
      around[2] = Math.max(around[2], x[v]);
      around[3] = Math.max(around[3], y[v]);
    }
    box.set(around, 4 * k);
  }
  return { x, y, start, name, names, box };
}

/**
 * Draw the lines that show, then names along their longest pieces.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {View} view
 * @param {Look} look
 */
export function paintGround(ctx, ground, view, look) {
  const { x, y, start, box } = ground;
  const shown = [];
  ctx.save();
  const wide = Math.min(4, Math.max(1, (view.world / 256 / 2 ** 13) ** 0.5));
  Object.assign(ctx, { strokeStyle: look.road, lineWidth: wide, lineJoin: "round" });
  for (let k = 0; 4 * k < box.length; k++) {
    if (!shows(box, k, view)) continue;
    shown.push(k);
    ctx.beginPath();
    for (let v = start[k]; v < start[k + 1]; v++) {
      const [px, py] = [x[v] * view.world - view.x, y[v] * view.world - view.y];
      if (v === start[k]) ctx.moveTo(px, py);
      else ctx.lineTo(px, py);
    }
    ctx.stroke();
  }
  if (view.world >= 256 * 2 ** NAMED) writeNames(ctx, ground, shown, view, look);
  ctx.restore();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {number[]} shown
 * @param {View} view
 * @param {Look} look
 */
function writeNames(ctx, ground, shown, view, { road, name: color, font }) {
  const { name, names } = ground;
  Object.assign(ctx, { font: `10px ${font}`, textAlign: "center", textBaseline: "middle" });
  Object.assign(ctx, { fillStyle: color, strokeStyle: road, lineWidth: 3, lineJoin: "round" });
  /** @type {{ x: number, y: number }[]} */
  const taken = [];
  for (const k of shown) {
    const text = names[name[k]];
    const place = text && longest(ground, k, view);
    if (!place || place.length < ctx.measureText(text).width + 10) continue;
    if (taken.some((t) => Math.hypot(t.x - place.x, t.y - place.y) < GAP)) continue;
    taken.push(place);
    ctx.save();
    ctx.translate(place.x, place.y);
    ctx.rotate(place.angle);
    ctx.strokeText(text, 0, 0);
    ctx.fillText(text, 0, 0);
    ctx.restore();
  }
}

/**
 * The longest straight piece of a line whose middle shows: its middle, px, length and angle.
 * @param {Ground} ground
 * @param {number} k
 * @param {View} view
 */
function longest({ x, y, start }, k, view) {
  let best = null;
  for (let v = start[k] + 1; v < start[k + 1]; v++) {
    const [x0, y0] = [x[v - 1] * view.world - view.x, y[v - 1] * view.world - view.y];
    const [x1, y1] = [x[v] * view.world - view.x, y[v] * view.world - view.y];
    const middle = { x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
    if (middle.x < 0 || middle.y < 0 || middle.x > view.width || middle.y > view.height) continue;
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (best && length <= best.length) continue;
    const turned = Math.atan2(y1 - y0, x1 - x0);
    const angle = Math.abs(turned) > Math.PI / 2 ? turned + Math.PI : turned;
    best = { ...middle, length, angle };
  }
  return best;
}
