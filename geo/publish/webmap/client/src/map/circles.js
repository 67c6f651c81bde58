// Proportional symbols: circles whose area is a total, in the colour of the class of the figure per
// mu; of parcels, and where these are small of their parks.

import { mercator } from "./decode.js";
import { shows } from "./paint.js";

/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {import("./paint.js").View} View */
/** @typedef {import("../../generated/wire.js").Page} Page */
/**
 * Circles of one kind, the largest first.
 * @typedef {object} Circles
 * @property {Float64Array} x of the world's width
 * @property {Float64Array} y
 * @property {Float64Array} total
 * @property {Uint8Array} code the class that colours each
 * @property {number} most the total of the largest circle
 * @property {number} apart how far they lie from each other, of the world's width
 */
/**
 * @typedef {object} Symbols
 * @property {Circles} parcels
 * @property {Circles} parks
 * @property {readonly string[]} colors of the classes
 * @property {number} size how wide a parcel is in the middle, of the world's width
 * @property {{ negative: number, zero: number, missing: number }} left parcels without a circle
 */

const NEAR = 16; // px: parcels of this width have circles of their own
const OF_PARKS = 38; // px, the radius of the largest
const FEW = 20; // parks whose circles may cover each other
const LEAST_OF_PARKS = 5; // px, the radius of the largest where many parks stand close
const OF_PARCELS = { least: 14, most: 44, times: 0.8 }; // of a parcel's width
const LINES = { dark: "rgba(40, 40, 40, 0.7)", light: "rgba(255, 255, 255, 0.75)" };
const BATCH = 400;

/**
 * The circles of a map: those of parcels that `shown` lets through, and of parks what these add up
 * to, in the class of that over their land.
 * @param {Shape} shape
 * @param {Pick<Page, "park_of" | "mu">} data
 * @param {{ totals: ArrayLike<number>, codes: Uint8Array, edges: readonly number[],
 *   colors: readonly string[], shown: (i: number) => boolean }} figures
 * @returns {Symbols}
 */
export function symbolsOf(shape, data, { totals, codes, edges, colors, shown }) {
  const left = { negative: 0, zero: 0, missing: 0 };
  const chosen = [];
  const parks = new Map();
  for (let i = 0; i < shape.n; i++) {
    if (!shown(i)) continue;
    const total = totals[i];
    if (Number.isNaN(total)) {
      left.missing++;
      continue;
    }
    if (total > 0) chosen.push(i);
    else left[total < 0 ? "negative" : "zero"]++;
    const name = data.park_of?.[i] ?? "";
    const park = parks.get(name) ?? { total: 0, mu: 0, x: 0, y: 0 };
    const [x, y] = middle(shape, i);
    const mu = data.mu[i];
    park.total += total;
    park.mu += mu;
    park.x += x * mu;
    park.y += y * mu;
    parks.set(name, park);
  }
  const ofParcels = chosen.map((i) => {
    const [x, y] = middle(shape, i);
    return { x, y, total: totals[i], code: codes[i] };
  });
  const ofParks = [...parks]
    .filter(([name, park]) => name && park.total > 0 && park.mu > 0)
    .map(([, { total, mu, x, y }]) => {
      const code = edges.filter((edge) => total / mu >= edge).length;
      return { x: x / mu, y: y / mu, total, code };
    });
  const size = middleSize(shape);
  return { parcels: listed(ofParcels), parks: listed(ofParks), colors, size, left };
}

/**
 * The circles of a folder's parks, of all their parcels, whatever is loaded: what the classes that
 * show add up to, in the middle of the park's outline. The class behind the spans has no figure,
 * and so no total.
 * @param {Pick<Page, "parks">} data
 * @param {import("../judge/census.js").Table} table
 * @param {{ sum: number, classes: number, edges: readonly number[], hidden: ReadonlySet<number>,
 *   counted: number[] }} of `sum` its place among the page's sums, `counted` parks that count
 * @returns {{ circles: Circles, missing: number }}
 */
export function circlesOfParks({ parks }, table, { sum, classes, edges, hidden, counted }) {
  const spans = edges.length + 1;
  const cells = table.count.length;
  const open = Array.from({ length: classes }, (_, code) => code).filter((c) => !hidden.has(c));
  const circles = [];
  let missing = 0;
  for (const k of counted) {
    let [total, mu] = [0, 0];
    for (const code of open) {
      const cell = k * classes + code;
      total += table.total[sum * cells + cell];
      missing += table.count[cell] - table.known[sum * cells + cell];
      if (code < spans) mu += table.land[cell];
    }
    const park = parks[k]; // the last number is of those in none
    if (!park || !(total > 0) || !(mu > 0)) continue;
    const [x, y] = middleOf(park.rings);
    const code = edges.filter((edge) => total / mu >= edge).length;
    circles.push({ x, y, total, code });
  }
  return { circles: listed(circles), missing };
}

/**
 * The middle of a box around rings of (lat, lon), of the world's width.
 * @param {[number, number][][]} rings
 */
function middleOf(rings) {
  const points = rings.flat();
  /** @param {0 | 1} at */
  const half = (at) => {
    const least = points.reduce((low, point) => Math.min(low, point[at]), Infinity);
    const most = points.reduce((high, point) => Math.max(high, point[at]), -Infinity);
    return (least + most) / 2;
  };
  return mercator(half(1), half(0));
}

/**
 * @param {{ x: number, y: number, total: number, code: number }[]} circles
 * @returns {Circles}
 */
function listed(circles) {
  circles.sort((a, b) => b.total - a.total);
  return {
    x: Float64Array.from(circles, (one) => one.x),
    y: Float64Array.from(circles, (one) => one.y),
    total: Float64Array.from(circles, (one) => one.total),
    code: Uint8Array.from(circles, (one) => one.code),
    most: circles[0]?.total ?? 0,
    apart: apartOf(circles),
  };
}

/**
 * @param {Shape} shape
 * @param {number} i
 */
function middle({ box }, i) {
  return [(box[4 * i] + box[4 * i + 2]) / 2, (box[4 * i + 1] + box[4 * i + 3]) / 2];
}

/** @param {Shape} shape */
function middleSize({ n, box }) {
  const sizes = Float64Array.from({ length: n }, (_, i) => box[4 * i + 2] - box[4 * i]).sort();
  return sizes[n >> 1] ?? 0;
}

/**
 * Whether parcels or parks have the circles where the world is so many pixels wide.
 * @param {Symbols} symbols
 * @param {number} world
 * @returns {"parcels" | "parks"}
 */
export function kindAt({ size, parks }, world) {
  return size * world >= NEAR || !parks.total.length ? "parcels" : "parks";
}

/**
 * The radius of a total where the world is so many px wide: its area is to that of the largest
 * circle as the totals are.
 * @param {Symbols} symbols
 * @param {number} world
 * @param {number} total
 */
export function radiusOf(symbols, world, total) {
  const kind = kindAt(symbols, world);
  const { least, most, times } = OF_PARCELS;
  const wide = Math.min(Math.max(times * symbols.size * world, least), most);
  const share = Math.max(total, 0) / symbols[kind].most;
  return (kind === "parks" ? widestPark(symbols.parks, world) : wide) * Math.sqrt(share || 0);
}

/**
 * The radius of the largest circle of parks: of many no more than half of what lies between two.
 * @param {Circles} parks
 * @param {number} world
 */
function widestPark({ apart }, world) {
  return Math.min(OF_PARKS, Math.max((apart * world) / 2, LEAST_OF_PARKS));
}

/**
 * How far circles lie from each other, were they spread evenly over their box; of few, any way.
 * @param {{ x: number, y: number }[]} circles
 */
function apartOf(circles) {
  if (circles.length <= FEW) return Infinity;
  /** @param {"x" | "y"} of */
  const span = (of) => {
    const places = Float64Array.from(circles, (one) => one[of]).sort();
    return places[places.length - 1] - places[0];
  };
  return Math.sqrt((span("x") * span("y")) / circles.length);
}

/**
 * Draw the circles that show in a view; yields, so that a caller may pause.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Symbols} symbols
 * @param {View} view
 * @param {boolean} dark whether the ground is
 */
export function* drawing(ctx, symbols, view, dark) {
  const { x, y, total, code } = symbols[kindAt(symbols, view.world)];
  ctx.save();
  ctx.globalAlpha = 0.88;
  ctx.lineWidth = 0.8;
  ctx.strokeStyle = dark ? LINES.light : LINES.dark;
  const box = new Float64Array(4);
  for (let k = 0; k < total.length; k++) {
    const radius = radiusOf(symbols, view.world, total[k]);
    const around = radius / view.world;
    box.set([x[k] - around, y[k] - around, x[k] + around, y[k] + around]);
    if (shows(box, 0, view)) {
      ctx.beginPath();
      ctx.arc(x[k] * view.world - view.x, y[k] * view.world - view.y, radius, 0, 2 * Math.PI);
      ctx.fillStyle = symbols.colors[code[k]];
      ctx.fill();
      ctx.stroke();
    }
    if (k % BATCH === BATCH - 1) yield;
  }
  ctx.restore();
}

/**
 * Totals that a size legend shows: the largest round one, and about a quarter and a sixteenth.
 * @param {number} most
 */
export function samplesOf(most) {
  if (!(most > 0)) return [];
  return [...new Set([1, 1 / 4, 1 / 16].map((share) => roundDown(most * share)))];
}

/** @param {number} value */
function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = [5, 2, 1].find((one) => one * power <= value * (1 + 1e-9)) ?? 1;
  return Number((lead * power).toPrecision(1));
}
