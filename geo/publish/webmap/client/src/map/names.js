// Names of parcels on the canvas: each lies within its parcel, so none lies on another's. What does
// not fit is not drawn.

import { BLOCK, shows, visible } from "./paint.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {import("./paint.js").Index} Index */
/** @typedef {import("./paint.js").View} View */
/** @typedef {import("./placenames.js").Rect} Rect */
/** @typedef {(i: number) => readonly string[]} Names the parcel's name, and its enterprise */

const LINE = 12; // px from one line to the next
const LEAST = { width: 24, height: 11 }; // px of a parcel that may have a name
const ROOM = 4; // px beside a name
const SEPARATOR = /[^\p{L}\p{N}]/u;

/**
 * What parcels are called: the project's name or the id without what all of its park begin with;
 * then the enterprise on it, or how many there are.
 * @param {Pick<Page, "ids" | "park_of" | "columns" | "occupiers">} data
 * @param {(count: number) => string} several
 * @returns {Names}
 */
export function namesOf({ ids, park_of: park, columns, occupiers }, several) {
  const named = columns.find((c) => c.name === "name" && c.kind === "text")?.values;
  /** @type {Map<string, string> | null} */
  let begin = null;
  /** @type {Map<number, number[]> | null} */
  let firms = null;
  return (i) => {
    begin ??= beginnings(ids, park);
    firms ??= byParcel(occupiers);
    const id = ids[i].slice(begin.get(park?.[i] ?? "")?.length ?? 0);
    const name = String(named?.[i] ?? "") || id;
    const on = firms.get(i) ?? [];
    if (!on.length) return [name];
    return [name, on.length > 1 ? several(on.length) : occupiers.names[on[0]]];
  };
}

/**
 * What the ids of each park begin with, up to a separator.
 * @param {readonly string[]} ids
 * @param {readonly (string | null)[] | null} park
 */
export function beginnings(ids, park) {
  /** @type {Map<string, string>} */
  const out = new Map();
  ids.forEach((id, i) => {
    const key = park?.[i] ?? "";
    const known = out.get(key) ?? id;
    let end = 0;
    while (end < known.length && known[end] === id[end]) end++;
    out.set(key, end === known.length ? known : known.slice(0, end));
  });
  for (const [key, text] of out) {
    let end = text.length;
    while (end && !SEPARATOR.test(text[end - 1])) end--;
    out.set(key, text.slice(0, end));
  }
  return out;
}

/** @param {Pick<Page["occupiers"], "parcel" | "enterprise">} occupiers */
function byParcel({ parcel, enterprise }) {
  /** @type {Map<number, number[]>} */
  const out = new Map();
  for (let k = 0; k < (parcel?.length ?? 0); k++) {
    const on = out.get(parcel[k]);
    if (on) on.push(enterprise[k]);
    else out.set(parcel[k], [enterprise[k]]);
  }
  return out;
}

/**
 * Write the names that fit, block by block, and add where they stand to `taken`; yields after each
 * block, so that a caller may pause.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Shape} shape
 * @param {Index} index
 * @param {View} view
 * @param {{ visible: (i: number) => boolean, names: Names, font: string }} style
 * @param {Rect[]} taken
 */
export function* naming(ctx, shape, index, view, { visible: shown, names, font }, taken = []) {
  const { box } = shape;
  const [wide, high] = [LEAST.width / view.world, LEAST.height / view.world];
  Object.assign(ctx, { font: `11px ${font}`, textAlign: "center", textBaseline: "middle" });
  Object.assign(ctx, { lineJoin: "round", lineWidth: 2.5, strokeStyle: "rgba(255,255,255,0.78)" });
  for (const k of visible(index, view)) {
    for (let at = k * BLOCK; at < Math.min(shape.n, (k + 1) * BLOCK); at++) {
      const i = index.order[at];
      const b = 4 * i;
      if (box[b + 2] - box[b] < wide || box[b + 3] - box[b + 1] < high) continue;
      if (shows(box, i, view) && shown(i)) write(ctx, shape, i, view, names(i), taken);
    }
    yield;
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Shape} shape
 * @param {number} i
 * @param {View} view
 * @param {readonly string[]} lines
 * @param {Rect[]} taken
 */
function write(ctx, shape, i, view, lines, taken) {
  for (let count = lines.length; count; count--) {
    const rows = lines.slice(0, count);
    const widest = Math.max(...rows.map((row) => ctx.measureText(row).width));
    const place = room(shape, i, view, count * LINE);
    if (!place || place.width < widest + ROOM) continue;
    rows.forEach((row, k) => {
      const y = place.y + (k - (count - 1) / 2) * LINE;
      ctx.fillStyle = k ? "#475467" : "#1f2328";
      ctx.strokeText(row, place.x, y);
      ctx.fillText(row, place.x, y);
    });
    const [half, high] = [widest / 2, (count * LINE) / 2];
    const { x, y } = place;
    taken.push({ x0: x - half, y0: y - high, x1: x + half, y1: y + high });
    return;
  }
}

/**
 * The widest place in a parcel for lines of so many px, near its middle; null where there is none.
 * @param {Shape} shape
 * @param {number} i
 * @param {View} view
 * @param {number} height
 */
export function room(shape, i, view, height) {
  const { box } = shape;
  const [top, bottom] = [box[4 * i + 1], box[4 * i + 3]].map((v) => v * view.world - view.y);
  if (bottom - top < height) return null;
  /** @type {{ x: number, y: number, width: number } | null} */
  let best = null;
  const slack = (bottom - top - height) / 2;
  for (const share of [0, -0.4, 0.4]) {
    const y = (top + bottom) / 2 + share * slack;
    let spans = inside(shape, i, view, y);
    for (const edge of [y - height / 2, y + height / 2]) {
      spans = meet(spans, inside(shape, i, view, edge));
    }
    for (const [from, to] of spans) {
      if (!best || to - from > best.width * 1.15) {
        best = { x: (from + to) / 2, y, width: to - from };
      }
    }
  }
  return best;
}

/**
 * Where a horizontal line runs inside a parcel: from and to, px.
 * @param {Shape} shape
 * @param {number} i
 * @param {View} view
 * @param {number} y
 */
function inside({ ringStart, vertexStart, x, y: ys }, i, view, y) {
  const at = (y + view.y) / view.world;
  const crossed = [];
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const [first, end] = [vertexStart[r], vertexStart[r + 1]];
    for (let v = first, before = end - 1; v < end; before = v++) {
      if (ys[v] > at === ys[before] > at) continue;
      const share = (at - ys[before]) / (ys[v] - ys[before]);
      crossed.push((x[before] + share * (x[v] - x[before])) * view.world - view.x);
    }
  }
  crossed.sort((a, b) => a - b);
  /** @type {[number, number][]} */
  const out = [];
  for (let k = 0; k + 1 < crossed.length; k += 2) out.push([crossed[k], crossed[k + 1]]);
  return out;
}

/**
 * What two lists of spans share.
 * @param {[number, number][]} a
 * @param {[number, number][]} b
 */
function meet(a, b) {
  return a.flatMap(([from, to]) =>
    b.flatMap(([low, high]) => {
      const span = /** @type {[number, number]} */ ([Math.max(from, low), Math.min(to, high)]);
      return span[0] < span[1] ? [span] : [];
    }),
  );
}
