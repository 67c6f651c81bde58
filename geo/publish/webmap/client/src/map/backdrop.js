// The quiet ground under the parcels: the project's waters and roads, with their names along them
// where there is room.

import { mercator } from "./decode.js";
import { apart, fade, isWhole, keptAround } from "./fade.js";
import { shows } from "./paint.js";
import { meet, within } from "./placenames.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("./paint.js").View} View */
/** @typedef {import("./placenames.js").Rect} Rect */
/** @typedef {(x: number, y: number, angle: number) => boolean} Free whether a name may lie there */
/**
 * @typedef {object} Look colours and font
 * @property {string} road
 * @property {string} name of a road
 * @property {string} water
 * @property {string} waterName
 * @property {string} halo of a water's name
 * @property {string} font
 */
/**
 * @typedef {object} Ground
 * @property {Float64Array} x of the world, 0 … 1
 * @property {Float64Array} y
 * @property {Int32Array} start of each line, and the end of all
 * @property {Int32Array} kind of each line
 * @property {Int32Array} name of each line, a number into the names
 * @property {readonly string[]} names
 * @property {Float64Array} box of each line: x0, y0, x1, y1
 * @property {readonly import("./fade.js").Kept[]} kept around which parks there is ground
 */

const [ROAD, WATER, SHORE, ISLAND] = [0, 1, 2, 3]; // as `backdrop.py` has them
const NAMED = 16.5; // the zoom from which roads are wide enough for names
const WATER_NAMED = 11.5;
const GAP = 90; // px between the names on the ground
const AGAIN = 320; // px to the same name of a water
const NEAR = 0.5; // px; what is nearer is the shore itself
const STRAIGHT = 0.93; // of a name's length that the line under it has from end to end
const MIDDLE = 0.25; // of a name's length that a place at the view's edge, or a line's end, loses
const INWARD = 30; // px that a name stands off the shore, at most

/**
 * The lines of a page on the ground of the map, or null.
 * @param {Page["backdrop"]} packed
 * @param {readonly { rings: [number, number][][] }[]} parks
 * @returns {Ground | null}
 */
export function groundOf(packed, parks = []) {
  if (!packed) return null;
  const { lon, lat, start, kind, name, names } = packed;
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
  return { x, y, start, kind, name, names, box, kept: keptAround(parks) };
}

/**
 * How many waters and roads of a page's ground are not drawn, as it holds only so many.
 * @param {Page["backdrop"]} packed
 */
export function leftOut(packed) {
  const drawn = packed?.kind.reduce((n, kind) => n + Number(kind !== ISLAND), 0) ?? 0;
  return Math.max(0, (packed?.total ?? 0) - drawn);
}

/**
 * Draw what shows: waters, roads over them, then names along their straightest pieces, whose
 * places are added to what is `taken`.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {View} view
 * @param {Look} look
 * @param {Rect[]} taken
 * @param {boolean} own nothing else is on the canvas
 */
export function paintGround(ctx, ground, view, look, taken, own = false) {
  const zoom = Math.log2(view.world / 256);
  const wide = Math.min(4, Math.max(1, 2 ** ((zoom - 13) / 2)));
  /** @type {number[][]} lines of each kind */
  const shown = [[], [], [], []];
  for (let k = 0; k < ground.kind.length; k++) {
    if (shows(ground.box, k, view)) shown[ground.kind[k]].push(k);
  }
  ctx.save();
  const whole = !ground.kept.length || isWhole(ground.kept, view);
  const pen = whole || own ? ctx : apart(ctx);
  Object.assign(pen, { lineJoin: "round", lineCap: "round", fillStyle: look.water });
  for (const k of shown[SHORE]) {
    pen.beginPath();
    trace(pen, ground, k, view);
    for (let h = k + 1; ground.kind[h] === ISLAND; h++) trace(pen, ground, h, view);
    pen.fill("evenodd");
  }
  stroke(pen, ground, shown[SHORE], view, look.water, 0.8); // a narrow river stays seen
  stroke(pen, ground, shown[WATER], view, look.water, wide + 0.4);
  pen.lineCap = "butt";
  stroke(pen, ground, shown[ROAD], view, look.road, wide);
  if (!whole) fade(pen, ground.kept, view);
  if (pen !== ctx) ctx.drawImage(pen.canvas, 0, 0, view.width, view.height);
  if (zoom >= WATER_NAMED) {
    const ink = { color: look.waterName, edge: look.halo, font: `italic 11.5px ${look.font}` };
    const lines = [...shown[SHORE], ...shown[WATER]];
    writeNames(ctx, ground, lines, view, { ...ink, again: AGAIN }, taken);
  }
  if (zoom >= NAMED) {
    const ink = { color: look.name, edge: look.road, font: `10px ${look.font}` };
    writeNames(ctx, ground, shown[ROAD], view, { ...ink, again: GAP }, taken);
  }
  ctx.restore();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {readonly number[]} lines
 * @param {View} view
 * @param {string} color
 * @param {number} width
 */
function stroke(ctx, ground, lines, view, color, width) {
  Object.assign(ctx, { strokeStyle: color, lineWidth: width });
  for (const k of lines) {
    ctx.beginPath();
    trace(ctx, ground, k, view);
    ctx.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {number} k
 * @param {View} view
 */
function trace(ctx, { x, y, start }, k, view) {
  for (let v = start[k]; v < start[k + 1]; v++) {
    const [px, py] = [x[v] * view.world - view.x, y[v] * view.world - view.y];
    if (v === start[k]) ctx.moveTo(px, py);
    else ctx.lineTo(px, py);
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ground} ground
 * @param {readonly number[]} lines
 * @param {View} view
 * @param {{ color: string, edge: string, font: string, again: number }} ink
 * @param {Rect[]} taken
 */
function writeNames(ctx, ground, lines, view, { color, edge, font, again }, taken) {
  const { kind, name, names } = ground;
  Object.assign(ctx, { font, textAlign: "center", textBaseline: "middle" });
  Object.assign(ctx, { fillStyle: color, strokeStyle: edge, lineWidth: 3, lineJoin: "round" });
  /** @type {{ x: number, y: number, text: string }[]} */
  const written = [];
  for (const k of lines) {
    const text = names[name[k]];
    if (!text) continue;
    const width = ctx.measureText(text).width + 10;
    /** @type {Free} */
    const free = (px, py, angle) => {
      const near = (/** @type {(typeof written)[number]} */ t) =>
        Math.hypot(t.x - px, t.y - py) < (t.text === text ? again : GAP);
      const rect = boxOf(px, py, width, angle);
      if (!within(rect, view) || written.some(near)) return false;
      return !taken.some((other) => meet(rect, other));
    };
    const place = straightest(ground, k, view, width, free);
    if (!place) continue;
    const off = kind[k] === SHORE ? Math.min(across(ground, k, view, place) / 2, INWARD) : 0;
    const [x, y] = [place.x + off * place.inward.x, place.y + off * place.inward.y];
    written.push({ x, y, text });
    taken.push(boxOf(x, y, width, place.angle));
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(place.angle);
    ctx.strokeText(text, 0, 0);
    ctx.fillText(text, 0, 0);
    ctx.restore();
  }
}

/**
 * The box around a name of a line's width that is turned about its middle.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} angle
 * @returns {Rect}
 */
function boxOf(x, y, width, angle) {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [half, high] = [(width * cos + 14 * sin) / 2, (width * sin + 14 * cos) / 2];
  return { x0: x - half, y0: y - high, x1: x + half, y1: y + high };
}

/**
 * How far it is across a water from a place on its shore, px.
 * @param {Ground} ground
 * @param {number} k
 * @param {View} view
 * @param {{ x: number, y: number, inward: { x: number, y: number } }} place
 */
export function across({ x, y, start }, k, view, { x: px, y: py, inward }) {
  let least = Infinity;
  for (let v = start[k] + 1; v < start[k + 1]; v++) {
    const [ax, ay] = [x[v - 1] * view.world - view.x - px, y[v - 1] * view.world - view.y - py];
    const [bx, by] = [x[v] * view.world - view.x - px, y[v] * view.world - view.y - py];
    const [one, other] = [ay * inward.x - ax * inward.y, by * inward.x - bx * inward.y];
    if (one > 0 === other > 0) continue;
    const share = one / (one - other);
    const far = (ax + share * (bx - ax)) * inward.x + (ay + share * (by - ay)) * inward.y;
    if (far > NEAR && far < least) least = far;
  }
  return least === Infinity ? 0 : least;
}

/**
 * Where a name of so many px lies best along a line: on the middle of a straight piece, else over
 * the straightest bend, rather near the view's middle and off the line's ends. `inward` is the way
 * to the left of the line, where the water of a shore is; null where the line shows no such place.
 * @param {Ground} ground
 * @param {number} k
 * @param {View} view
 * @param {number} width
 * @param {Free} free
 */
export function straightest({ x, y, start, kind }, k, view, width, free = () => true) {
  let best = null;
  const at = (/** @type {number} */ v) => ({
    x: x[v] * view.world - view.x,
    y: y[v] * view.world - view.y,
  });
  const end = start[k + 1];
  const ring = kind[k] === SHORE || kind[k] === ISLAND;
  const ends = ring ? [] : [at(start[k]), at(end - 1)];
  for (let v = start[k] + 1; v < end; v++) {
    const [one, next] = [at(v - 1), at(v)];
    const length = Math.hypot(next.x - one.x, next.y - one.y);
    const place = length >= width ? { one, other: next, chord: width } : bend(v, one);
    if (!place) continue;
    const { one: a, other: b } = place;
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const off = Math.max(
      Math.abs((2 * middle.x) / view.width - 1),
      Math.abs((2 * middle.y) / view.height - 1),
    );
    const near = Math.min(...ends.map((e) => Math.hypot(e.x - middle.x, e.y - middle.y)));
    const score = place.chord - MIDDLE * (off * width + Math.max(0, 1.5 * width - near));
    if (off > 1 || score <= (best?.score ?? 0)) continue;
    const turned = Math.atan2(b.y - a.y, b.x - a.x);
    const angle = Math.abs(turned) > Math.PI / 2 ? turned + Math.PI : turned;
    if (!free(middle.x, middle.y, angle)) continue;
    best = { ...middle, score, angle, inward: { x: Math.sin(turned), y: -Math.cos(turned) } };
  }
  return best;

  /** @param {number} first @param {{ x: number, y: number }} one */
  function bend(first, one) {
    let [left, before] = [width, one];
    for (let v = first; v < end; v++) {
      const next = at(v);
      const length = Math.hypot(next.x - before.x, next.y - before.y);
      if (length >= left) {
        const share = left / length;
        const other = {
          x: before.x + share * (next.x - before.x),
          y: before.y + share * (next.y - before.y),
        };
        const chord = Math.hypot(other.x - one.x, other.y - one.y);
        return chord >= STRAIGHT * width ? { one, other, chord } : null;
      }
      left -= length;
      before = next;
    }
    return null;
  }
}
