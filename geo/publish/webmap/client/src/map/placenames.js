// Place names over the parcels: the largest places first, each where its letters meet no others.

import { mercator } from "./decode.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("./paint.js").View} View */
/** @typedef {{ x0: number, y0: number, x1: number, y1: number }} Rect px of the view */
/** @typedef {{ place: string, water: string, halo: string, font: string }} Inks colours, font */
/**
 * @typedef {object} Places
 * @property {Float64Array} x of the world, 0 … 1
 * @property {Float64Array} y
 * @property {Int32Array} name a number into the names
 * @property {readonly string[]} names
 * @property {Int32Array} level 0 city … 4 other, −1 a water area
 * @property {Float64Array} room of the world: the root of a water's area
 */

const LETTERS = [
  // from which zoom, px, weight
  { zoom: 5, size: 15, weight: 600 },
  { zoom: 8, size: 14, weight: 600 },
  { zoom: 10.5, size: 13, weight: 500 },
  { zoom: 12.5, size: 11.5, weight: 400 },
  { zoom: 13.5, size: 11, weight: 400 },
];
const OF_WATER = { zoom: 0, size: 11.5, weight: 400 };
const TIGHT = 0.6; // of a water's width that its name may need, at most
const BESIDE = [0, -1.2, 1.2]; // heights of a name that it may stand off its place
const GAP = 3; // px about a name

/**
 * The names of a page's ground, or null.
 * @param {Page["backdrop"]} packed
 * @returns {Places | null}
 */
export function placesOf(packed) {
  if (!packed?.place_name.length) return null;
  const { place_lon: lon, place_lat: lat, place_name: name, names, level, room } = packed;
  const [x, y] = [new Float64Array(lon.length), new Float64Array(lon.length)];
  let [east, north] = [0, 0];
  for (let k = 0; k < lon.length; k++) {
    east += lon[k];
    north += lat[k];
    [x[k], y[k]] = mercator(east / 1e6, north / 1e6);
  }
  return { x, y, name, names, level, room: Float64Array.from(room, (r) => r / 360e6) };
}

/**
 * Write the names that have room beside what is taken, and add their places to it.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Places} places
 * @param {View} view
 * @param {Inks} inks
 * @param {Rect[]} taken
 */
export function writePlaces(ctx, places, view, inks, taken) {
  const zoom = Math.log2(view.world / 256);
  const { x, y, name, names, level, room } = places;
  Object.assign(ctx, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
  Object.assign(ctx, { strokeStyle: inks.halo, lineWidth: 4 });
  for (let k = 0; k < name.length; k++) {
    const water = level[k] < 0;
    const { zoom: from, size, weight } = water ? OF_WATER : LETTERS[level[k]];
    const [px, py] = [x[k] * view.world - view.x, y[k] * view.world - view.y];
    if (zoom < from || px < 0 || py < 0 || px > view.width || py > view.height) continue;
    ctx.font = `${water ? "italic " : ""}${weight} ${size}px ${inks.font}`;
    const wide = ctx.measureText(names[name[k]]).width;
    if (wide > view.width / 2 || (water && wide * TIGHT > room[k] * view.world)) continue;
    const at = free(px, py, wide / 2 + GAP, size / 2 + GAP, view, taken);
    if (at === null) continue;
    ctx.fillStyle = water ? inks.water : inks.place;
    ctx.strokeText(names[name[k]], px, at);
    ctx.fillText(names[name[k]], px, at);
  }
}

/**
 * The height at which a name stands free, which is then taken; null where there is none.
 * @param {number} x
 * @param {number} y
 * @param {number} half of its width
 * @param {number} high half of its height
 * @param {View} view
 * @param {Rect[]} taken
 */
function free(x, y, half, high, view, taken) {
  for (const off of BESIDE) {
    const at = y + off * 2 * high;
    const rect = { x0: x - half, y0: at - high, x1: x + half, y1: at + high };
    if (!within(rect, view) || taken.some((other) => meet(rect, other))) continue;
    taken.push(rect);
    return at;
  }
  return null;
}

/**
 * Whether the view shows all of a rectangle: a name is not cut at the frame of a sheet.
 * @param {Rect} rect
 * @param {View} view
 */
export function within({ x0, y0, x1, y1 }, { width, height }) {
  return x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height;
}

/**
 * @param {Rect} a
 * @param {Rect} b
 */
export function meet(a, b) {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}
