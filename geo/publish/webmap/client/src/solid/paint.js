// A scene of columns onto a canvas: ground, flat prints, columns from far to near, labels, key.

import { drawKey } from "./key.js";
import { project, turnedPoint, upright } from "./prisms.js";

/** @typedef {import("./prisms.js").Camera} Camera */
/** @typedef {import("./prisms.js").Prints} Prints */
/** @typedef {import("./prisms.js").Turned} Turned */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{ x: number, y: number, w: number, h: number }} Frame px */
/** @typedef {{ [ink in "back" | "land" | "paper" | "ink" | "soft" | "park"]: string }} Inks */
/** @typedef {import("./key.js").Key} Key */
/**
 * @typedef {object} Picture
 * @property {Scene} scene
 * @property {Float64Array} heights m
 * @property {number} unit m of height a unit of the figure
 * @property {number} turn degrees
 * @property {Turned} lie
 * @property {Int32Array} order
 * @property {Camera} camera
 * @property {Frame} frame what is free of the panel
 * @property {Frame} free what the key leaves of it, where the ground is fitted
 * @property {Frame} seen where the scene is painted: the frame, or on paper what the key leaves
 * @property {Key} key
 * @property {{ place: number, text: string }[]} labels
 * @property {number} marked print, or −1
 * @property {number} arrow px, where the arrow to the north is across
 * @property {{ bar: (figure: number) => string, lines: string[], north: string }} texts
 * @property {Inks} inks
 * @property {string} font
 */

export const LIGHT = {
  back: "#ffffff",
  land: "#f3f4f2",
  paper: "#ffffff",
  ink: "#1f2328",
  soft: "#5b6470",
  park: "#1d3557",
};
const SHADES = 6; // of a colour's walls
const BIN = 4; // px across that columns are looked up by
const FAR = 60; // px that a label rises to clear other columns
const EDGE = "rgba(20, 24, 28, 0.45)";

/**
 * @param {Context} ctx
 * @param {Picture} picture
 * @param {(() => void) | null} columns paints the columns where another canvas does it
 */
export function paintScene(ctx, picture, columns = null) {
  const { scene, order, heights, seen } = picture;
  ctx.save();
  if (seen !== picture.frame) cut(ctx, picture);
  ground(ctx, picture);
  for (const i of order) if (!(heights[i] > 0)) flat(ctx, picture, i);
  if (columns) columns();
  else for (const i of order) if (heights[i] > 0) column(ctx, picture, i);
  if (picture.marked >= 0 && picture.marked < scene.prints.n) mark(ctx, picture);
  labels(ctx, picture);
  ctx.restore();
  drawKey(ctx, picture);
  north(ctx, picture);
}

/**
 * Keep the scene to where it is seen, with a line about it: a key beside it covers no column.
 * @param {Context} ctx
 * @param {Picture} picture
 */
function cut(ctx, { seen, inks }) {
  ctx.beginPath();
  ctx.rect(seen.x, seen.y, seen.w, seen.h);
  ctx.strokeStyle = inks.soft;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.clip();
}

/**
 * Parks as ground with their outlines, and what is left out, pale.
 * @param {Context} ctx
 * @param {Picture} picture
 */
function ground(ctx, { scene, camera, turn, inks }) {
  ctx.fillStyle = inks.land;
  ctx.strokeStyle = inks.park;
  ctx.lineWidth = 1.6;
  ctx.setLineDash([7, 4]);
  for (const ring of scene.outlines) {
    ctx.beginPath();
    for (const [x, y] of ring) ctx.lineTo(...project(camera, ...turnedPoint(x, y, turn), 0));
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.lineWidth = 0.6;
  ctx.strokeStyle = inks.soft;
  ctx.globalAlpha = 0.5;
  const { pale } = scene;
  ctx.beginPath();
  for (let r = 0; r + 1 < pale.vertexStart.length; r++) {
    for (let v = pale.vertexStart[r]; v < pale.vertexStart[r + 1]; v++) {
      const place = project(camera, ...turnedPoint(pale.x[v], pale.y[v], turn), 0);
      if (v === pale.vertexStart[r]) ctx.moveTo(...place);
      else ctx.lineTo(...place);
    }
    ctx.closePath();
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/**
 * The rings of a print at a height, as the path.
 * @param {Context} ctx
 * @param {Picture} picture
 * @param {number} i
 * @param {number} z
 */
function face(ctx, { scene, lie, camera }, i, z) {
  const { ringStart, vertexStart } = scene.prints;
  ctx.beginPath();
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    for (let v = vertexStart[r]; v < vertexStart[r + 1]; v++) {
      const place = project(camera, lie.u[v], lie.v[v], z);
      if (v === vertexStart[r]) ctx.moveTo(...place);
      else ctx.lineTo(...place);
    }
    ctx.closePath();
  }
}

/**
 * A print without height: a figure of nothing plain, one below with a minus, none hatched.
 * @param {Context} ctx
 * @param {Picture} picture
 * @param {number} i
 */
function flat(ctx, picture, i) {
  const { scene, inks } = picture;
  const figure = scene.figures[i];
  face(ctx, picture, i, 0);
  ctx.globalAlpha = Number.isNaN(figure) ? 0.25 : 0.85;
  ctx.fillStyle = scene.colors[i];
  ctx.fill("evenodd");
  ctx.globalAlpha = 1;
  if (Number.isNaN(figure)) {
    ctx.fillStyle = hatch(ctx, inks.soft);
    ctx.fill("evenodd");
  }
  ctx.strokeStyle = figure < 0 ? "#c32a1a" : EDGE;
  ctx.lineWidth = figure < 0 ? 1.5 : 0.6;
  ctx.stroke();
  if (figure < 0) {
    const [x, y] = middle(picture, i, 0);
    ctx.fillStyle = "#c32a1a";
    ctx.fillRect(x - 4, y - 1, 8, 2);
  }
}

/** @type {Map<string, CanvasPattern | null>} */
const hatches = new Map();

/**
 * @param {Context} ctx
 * @param {string} color
 */
function hatch(ctx, color) {
  if (!hatches.has(color)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = /** @type {Context} */ (tile.getContext("2d"));
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const from of [-6, 0, 6]) {
      pen.moveTo(from, 6);
      pen.lineTo(from + 6, 0);
    }
    pen.stroke();
    hatches.set(color, ctx.createPattern(tile, "repeat"));
  }
  return hatches.get(color) ?? color;
}

/**
 * The walls that face the eye, the far ones first, then the top.
 * @param {Context} ctx
 * @param {Picture} picture
 * @param {number} i
 */
function column(ctx, picture, i) {
  const { scene, lie, camera, heights } = picture;
  const { ringStart, vertexStart, facing } = scene.prints;
  const { u, v } = lie;
  const dark = shades(scene.colors[i]);
  /** @type {[p: number, q: number, share: number][]} */
  const walls = [];
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const [first, end] = [vertexStart[r], vertexStart[r + 1]];
    for (let p = first, q = end - 1; p < end; q = p++) {
      const along = (u[p] - u[q]) * facing[r];
      if (along > 0)
        walls.push([p, q, ((v[p] - v[q]) * facing[r]) / Math.hypot(along, v[p] - v[q])]);
    }
  }
  if (walls.length > 1) walls.sort((a, b) => v[b[0]] + v[b[1]] - v[a[0]] - v[a[1]]);
  const tall = upright(camera) * heights[i];
  ctx.lineWidth = 0.5;
  for (const [p, q, slope] of walls) {
    const [x0, y0] = project(camera, u[q], v[q], 0);
    const [x1, y1] = project(camera, u[p], v[p], 0);
    ctx.fillStyle = ctx.strokeStyle = dark[Math.round(((slope + 1) / 2) * (SHADES - 1))];
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.lineTo(x1, y1 - tall);
    ctx.lineTo(x0, y0 - tall);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  face(ctx, picture, i, heights[i]);
  ctx.fillStyle = scene.colors[i];
  ctx.fill("evenodd");
  ctx.strokeStyle = EDGE;
  ctx.stroke();
}

/** @type {Map<string, string[]>} */
const shaded = new Map();

/**
 * The colours of walls, by the way they face: light comes from the left.
 * @param {string} color #rrggbb
 */
export function shades(color) {
  const kept = shaded.get(color);
  if (kept) return kept;
  const parts = [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
  const out = Array.from({ length: SHADES }, (_, k) => {
    const light = 0.84 - (0.34 * k) / (SHADES - 1);
    return `rgb(${parts.map((part) => Math.round(part * light)).join(",")})`;
  });
  shaded.set(color, out);
  return out;
}

/**
 * The middle of a print at a height, px.
 * @param {Picture} picture
 * @param {number} i
 * @param {number} z
 */
function middle({ lie, camera }, i, z) {
  const b = 4 * i;
  const { box } = lie;
  return project(camera, (box[b] + box[b + 1]) / 2, (box[b + 2] + box[b + 3]) / 2, z);
}

/**
 * The print under the pointer or open in the card: its edges, through whatever stands before.
 * @param {Context} ctx
 * @param {Picture} picture
 */
function mark(ctx, picture) {
  const { marked, heights } = picture;
  for (const [width, color] of /** @type {const} */ ([
    [4, "#ffffff"],
    [2, "#111111"],
  ])) {
    ctx.lineWidth = width;
    ctx.strokeStyle = color;
    face(ctx, picture, marked, Math.max(heights[marked], 0) || 0);
    ctx.stroke();
  }
}

/**
 * The free place nearest to the wanted one, from the least to the most; null: there is none.
 * @param {number} wanted
 * @param {number} least
 * @param {number} most
 * @param {(place: number) => boolean} isFree
 */
function nearest(wanted, least, most, isFree) {
  for (let apart = 0; apart <= most - least; apart += 2) {
    for (const place of [wanted - apart, wanted + apart]) {
      if (place >= least && place <= most && isFree(place)) return place;
    }
  }
  return null;
}

/**
 * The uppermost end of the columns between two places across, px; of none the lowest there is.
 * @param {Picture} picture
 * @returns {(left: number, right: number) => number}
 */
export function skyline({ lie: { box }, camera, heights, frame }) {
  const tops = new Float64Array(Math.ceil(frame.w / BIN) + 1).fill(Infinity);
  const bin = (/** @type {number} */ x) =>
    Math.min(Math.max(Math.floor((x - frame.x) / BIN), 0), tops.length - 1);
  for (let i = 0; i < heights.length; i++) {
    if (!(heights[i] > 0)) continue;
    const [u0, u1, v0, v1] = box.subarray(4 * i, 4 * i + 4);
    const [left, front] = project(camera, u0, v0, heights[i]);
    const [right, back] = project(camera, u1, v1, heights[i]);
    const top = Math.min(front, back);
    for (let k = bin(left); k <= bin(right); k++) tops[k] = Math.min(tops[k], top);
  }
  return (left, right) => tops.subarray(bin(left), bin(right) + 1).reduce((a, b) => Math.min(a, b));
}

/**
 * Labels over the highest, each moved until it lies on no other, nor on the arrow; over the columns
 * about it where these end near by.
 * @param {Context} ctx
 * @param {Picture} picture
 */
function labels(ctx, picture) {
  const { inks, font, frame, free, seen, heights } = picture;
  ctx.font = `600 12px ${font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  const arrow = { x: picture.arrow, half: 34 };
  const taken = [12, 30, 48, 66, 84, 96].map((y) => ({ ...arrow, y: frame.y + y }));
  const over = skyline(picture);
  /** @type {{ x: number, y: number, half: number, px: number, top: number, text: string }[]} */
  const written = [];
  for (const { place, text } of picture.labels) {
    const [px, top] = middle(picture, place, heights[place]);
    const half = ctx.measureText(text).width / 2 + 5;
    const left = px < free.x ? frame.x : free.x; // off the key, where the column is
    const x = Math.min(Math.max(px, left + half), frame.x + frame.w - half);
    if (px < seen.x || px > seen.x + seen.w || top > seen.y + seen.h) continue;
    const [least, most] = [frame.y + 16, frame.y + frame.h - 8];
    const isFree = (/** @type {number} */ at) =>
      taken.every((t) => Math.abs(t.x - x) >= t.half + half || Math.abs(t.y - at) >= 18);
    const clear = Math.min(top, over(x - half, x + half)) - 12;
    const wanted = Math.min(Math.max(top - 12, least), most);
    const above = top - clear > FAR ? null : nearest(clear, least, clear, isFree);
    const y = above ?? nearest(wanted, least, most, isFree);
    if (y === null) continue; // no room is left
    taken.push({ x, y, half });
    written.push({ x, y, half, px, top, text });
  }
  ctx.strokeStyle = inks.ink;
  ctx.lineWidth = 0.8;
  ctx.beginPath();
  for (const { px, top, y } of written) {
    ctx.moveTo(px, top);
    ctx.lineTo(px, y + 3);
  }
  ctx.stroke();
  for (const { x, y, half, text } of written) {
    ctx.globalAlpha = 0.9;
    ctx.fillStyle = inks.paper;
    ctx.fillRect(x - half, y - 12, 2 * half, 17);
    ctx.globalAlpha = 1;
    ctx.fillStyle = inks.ink;
    ctx.fillText(text, x, y);
  }
}

/**
 * An arrow on the ground that points to the north, wherever the eye has walked.
 * @param {Context} ctx
 * @param {Picture} picture
 */
function north(ctx, { turn, camera, frame, arrow, texts, inks, font }) {
  const flatCamera = { ...camera, k: 1, x: arrow, y: frame.y + 48 };
  /** @param {number} x @param {number} y */
  const at = (x, y) => project(flatCamera, ...turnedPoint(x, y, turn), 0);
  ctx.fillStyle = inks.ink;
  ctx.beginPath();
  for (const [x, y] of [
    [0, 24],
    [10, -14],
    [0, -7],
    [-10, -14],
  ])
    ctx.lineTo(...at(x, y));
  ctx.fill();
  ctx.font = `700 13px ${font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(texts.north, ...at(0, 36));
}
