// Prisms over parcels in parallel projection: heights compare wherever they stand. No page is
// needed here. Ground is in metres: x to the east, y to the north, z up.

import { subset } from "../map/subset.js";

/**
 * Print i has rings ringStart[i]..ringStart[i+1], ring r has vertices vertexStart[r]..; `facing` is
 * 1 for a ring that has its land on its left, −1 for one that has it on its right.
 * @typedef {object} Prints
 * @property {number} n
 * @property {Uint32Array} ringStart
 * @property {Uint32Array} vertexStart
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Int8Array} facing
 */
/**
 * Prints as they lie once turned: u to the right, v away from the eye; box holds least and most u,
 * least and most v of each.
 * @typedef {{ u: Float64Array, v: Float64Array, box: Float64Array }} Turned
 */
/**
 * `k` px a metre, around a place on the screen; `tilt` degrees above the ground.
 * @typedef {{ k: number, x: number, y: number, tilt: number }} Camera
 */

export const LEAST_TILT = 15;
export const MOST_TILT = 80; // steeper, no height is seen
const PAIRED = 4000; // prints that are ordered pair by pair; more are ordered by their middles
const RAD = Math.PI / 180;

/**
 * Footprints of chosen features of a shape in Web Mercator, around a place of it.
 * @param {import("../map/decode.js").Shape} shape
 * @param {ArrayLike<number>} chosen
 * @param {{ x: number, y: number, metres: number }} origin metres that the world's width stands for
 * @returns {Prints}
 */
export function prints(shape, chosen, origin) {
  const { n, ringStart, vertexStart, x, y } = subset(shape, chosen);
  for (let v = 0; v < x.length; v++) {
    x[v] = (x[v] - origin.x) * origin.metres;
    y[v] = (origin.y - y[v]) * origin.metres;
  }
  const out = { n, ringStart, vertexStart, x, y };
  return { ...out, facing: facing(out) };
}

/**
 * On which side of each ring its land lies: by its direction, and by how many rings it lies in.
 * @param {Omit<Prints, "facing">} shape
 */
function facing({ n, ringStart, vertexStart, x, y }) {
  const out = new Int8Array(vertexStart.length - 1);
  for (let i = 0; i < n; i++) {
    for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
      let depth = 0;
      for (let other = ringStart[i]; other < ringStart[i + 1]; other++) {
        const [first, end] = [vertexStart[other], vertexStart[other + 1]];
        const start = vertexStart[r];
        if (other !== r && within(x, y, first, end, x[start], y[start])) depth++;
      }
      const left = signedArea(x, y, vertexStart[r], vertexStart[r + 1]) > 0;
      out[r] = left === (depth % 2 === 0) ? 1 : -1;
    }
  }
  return out;
}

/**
 * Twice the area of a ring, positive where it runs counter-clockwise.
 * @param {Float64Array} x
 * @param {Float64Array} y
 * @param {number} first
 * @param {number} end
 */
function signedArea(x, y, first, end) {
  let sum = 0;
  for (let v = first, w = end - 1; v < end; w = v++) sum += x[w] * y[v] - x[v] * y[w];
  return sum;
}

/**
 * m² of all prints.
 * @param {Prints} prints
 */
export function landOf({ vertexStart, x, y, facing: side }) {
  let twice = 0;
  for (let r = 0; r < side.length; r++) {
    twice += side[r] * signedArea(x, y, vertexStart[r], vertexStart[r + 1]);
  }
  return twice / 2;
}

/**
 * Whether a point lies in a ring.
 * @param {Float64Array} x
 * @param {Float64Array} y
 * @param {number} first
 * @param {number} end
 * @param {number} px
 * @param {number} py
 */
function within(x, y, first, end, px, py) {
  let inside = false;
  for (let v = first, w = end - 1; v < end; w = v++) {
    if (y[v] > py !== y[w] > py && px < ((x[w] - x[v]) * (py - y[v])) / (y[w] - y[v]) + x[v])
      inside = !inside;
  }
  return inside;
}

/**
 * A point of the ground as the eye sees it that has walked around by so many degrees.
 * @param {number} x
 * @param {number} y
 * @param {number} turn
 * @returns {[u: number, v: number]}
 */
export function turnedPoint(x, y, turn) {
  const [c, s] = [Math.cos(turn * RAD), Math.sin(turn * RAD)];
  return [x * c - y * s, x * s + y * c];
}

/**
 * @param {Prints} shape
 * @param {number} turn degrees
 * @returns {Turned}
 */
export function turned({ n, ringStart, vertexStart, x, y }, turn) {
  const [c, s] = [Math.cos(turn * RAD), Math.sin(turn * RAD)];
  const u = new Float64Array(x.length);
  const v = new Float64Array(x.length);
  const box = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let k = vertexStart[ringStart[i]]; k < vertexStart[ringStart[i + 1]]; k++) {
      const pu = (u[k] = x[k] * c - y[k] * s);
      const pv = (v[k] = x[k] * s + y[k] * c);
      if (pu < u0) u0 = pu;
      if (pu > u1) u1 = pu;
      if (pv < v0) v0 = pv;
      if (pv > v1) v1 = pv;
    }
    box.set([u0, u1, v0, v1], 4 * i);
  }
  return { u, v, box };
}

/**
 * Where a point shows.
 * @param {Camera} camera
 * @param {number} u
 * @param {number} v
 * @param {number} z
 * @returns {[x: number, y: number]} px
 */
export function project({ k, x, y, tilt }, u, v, z) {
  return [x + k * u, y - k * (v * Math.sin(tilt * RAD) + z * Math.cos(tilt * RAD))];
}

/**
 * px that a metre of height takes.
 * @param {Camera} camera
 */
export function upright({ k, tilt }) {
  return k * Math.cos(tilt * RAD);
}

/**
 * Prints from the farthest to the nearest, so that each may be painted over those before it: of two
 * that lie behind each other, the one that is farther where both are. What hides itself in a circle
 * goes by its middles.
 * @param {Prints} shape
 * @param {Turned} lie
 * @returns {Int32Array}
 */
export function order(shape, lie) {
  const { n } = shape;
  const { box } = lie;
  /** @param {number} i */
  const middle = (i) => box[4 * i + 2] + box[4 * i + 3];
  const byMiddle = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => middle(b) - middle(a) || a - b,
  );
  return n > PAIRED ? byMiddle : sortedBehind(byMiddle, hiders(shape, lie));
}

/**
 * For each print those that must be painted before it.
 * @param {Prints} shape
 * @param {Turned} lie
 */
function hiders(shape, lie) {
  const { n } = shape;
  const { box } = lie;
  /** @type {number[][]} */
  const out = Array.from({ length: n }, () => []);
  const byLeft = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => box[4 * a] - box[4 * b],
  );
  /** @type {number[]} */
  let open = [];
  for (const i of byLeft) {
    const left = box[4 * i];
    open = open.filter((j) => box[4 * j + 1] > left);
    for (const j of open) {
      const side = farther(shape, lie, i, j);
      if (side > 0) out[j].push(i);
      else if (side < 0) out[i].push(j);
    }
    open.push(i);
  }
  return out;
}

/**
 * 1 where print i is farther than j, −1 where it is nearer, 0 where neither hides the other.
 * @param {Prints} shape
 * @param {Turned} lie
 * @param {number} i
 * @param {number} j
 */
function farther(shape, lie, i, j) {
  const { box } = lie;
  const [a, b] = [4 * i, 4 * j];
  if (box[a + 2] >= box[b + 3]) return 1;
  if (box[b + 2] >= box[a + 3]) return -1;
  const at = (Math.max(box[a], box[b]) + Math.min(box[a + 1], box[b + 1])) / 2;
  const [one, other] = [middleAt(shape, lie, i, at), middleAt(shape, lie, j, at)];
  return Number.isNaN(one) || Number.isNaN(other) ? 0 : Math.sign(one - other);
}

/**
 * How far the middle of a print is where it is cut along the line of sight; NaN where it is not.
 * @param {Prints} shape
 * @param {Turned} lie
 * @param {number} i
 * @param {number} at
 */
function middleAt({ ringStart, vertexStart }, { u, v }, i, at) {
  let [low, high] = [Infinity, -Infinity];
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const [first, end] = [vertexStart[r], vertexStart[r + 1]];
    for (let p = first, q = end - 1; p < end; q = p++) {
      if (u[p] > at === u[q] > at) continue;
      const cut = v[q] + ((at - u[q]) / (u[p] - u[q])) * (v[p] - v[q]);
      low = Math.min(low, cut);
      high = Math.max(high, cut);
    }
  }
  return low <= high ? (low + high) / 2 : NaN;
}

/**
 * The order with each after those that it must follow; a circle is cut where it is met.
 * @param {Int32Array} start
 * @param {number[][]} before
 */
function sortedBehind(start, before) {
  const out = new Int32Array(start.length);
  const met = new Uint8Array(start.length);
  let end = 0;
  for (const first of start) {
    if (met[first]) continue;
    met[first] = 1;
    const stack = [[first, 0]];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const [i, at] = top;
      if (at === before[i].length) {
        out[end++] = i;
        stack.pop();
        continue;
      }
      top[1]++;
      const next = before[i][at];
      if (met[next]) continue;
      met[next] = 1;
      stack.push([next, 0]);
    }
  }
  return out;
}

/**
 * The print whose prism shows at a place of the screen, or −1.
 * @param {Prints} shape
 * @param {Turned} lie
 * @param {Camera} camera
 * @param {Int32Array} from farthest to nearest
 * @param {ArrayLike<number>} heights m
 * @param {number} px
 * @param {number} py
 */
export function hitPrism(shape, lie, camera, from, heights, px, py) {
  const sin = Math.sin(camera.tilt * RAD);
  const cos = Math.cos(camera.tilt * RAD);
  const u = (px - camera.x) / camera.k;
  const rise = (camera.y - py) / camera.k; // v sin + z cos of what shows there
  const { box } = lie;
  for (let place = from.length - 1; place >= 0; place--) {
    const i = from[place];
    const b = 4 * i;
    const z = heights[i];
    if (u < box[b] || u > box[b + 1]) continue;
    if (rise < box[b + 2] * sin || rise > box[b + 3] * sin + z * cos) continue;
    if (onTop(shape, lie, i, u, (rise - z * cos) / sin)) return i;
    if (z > 0 && onWall(shape, lie, i, u, rise, sin, z * cos)) return i;
  }
  return -1;
}

/**
 * @param {Prints} shape
 * @param {Turned} lie
 * @param {number} i
 * @param {number} pu
 * @param {number} pv
 */
function onTop({ ringStart, vertexStart }, { u, v }, i, pu, pv) {
  let inside = false;
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    if (within(u, v, vertexStart[r], vertexStart[r + 1], pu, pv)) inside = !inside;
  }
  return inside;
}

/**
 * @param {Prints} shape
 * @param {Turned} lie
 * @param {number} i
 * @param {number} pu
 * @param {number} rise
 * @param {number} sin
 * @param {number} tall
 */
function onWall({ ringStart, vertexStart, facing: side }, { u, v }, i, pu, rise, sin, tall) {
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const [first, end] = [vertexStart[r], vertexStart[r + 1]];
    for (let p = first, q = end - 1; p < end; q = p++) {
      if ((u[p] - u[q]) * side[r] <= 0 || u[p] > pu === u[q] > pu) continue;
      const foot = (v[q] + ((pu - u[q]) / (u[p] - u[q])) * (v[p] - v[q])) * sin;
      if (rise >= foot && rise <= foot + tall) return true;
    }
  }
  return false;
}

/**
 * Metres of height a unit of a figure: a high figure stands a fifth as tall as the land would be
 * wide as a square, the highest nine tenths at most. Both are of all years, so that years compare;
 * no column is cut.
 * @param {{ high: number, most: number }} figures
 * @param {number} side m of the square
 * @param {number} lift as the slider has it, 1 to begin with
 */
export function metresAUnit({ high, most }, side, lift) {
  return most > 0 ? lift * Math.min((0.2 * side) / high, (0.9 * side) / most) : 0;
}

/**
 * A round figure (1, 2 or 5 times a power of ten) for a bar at most so long.
 * @param {number} longest px
 * @param {number} each px a unit
 */
export function roundFigure(longest, each) {
  if (!(each > 0 && longest > 0)) return 0;
  const most = longest / each;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((k) => k * power <= most) ?? 1) * power;
}
