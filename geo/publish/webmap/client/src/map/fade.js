// The ground is kept around the parks and cut there: lines fade towards the cut, none ends bluntly.

import { mercator } from "./decode.js";
import { worldMetres } from "./ground.js";
import SPEC from "../../generated/spec.json" with { type: "json" };

/** @typedef {import("./paint.js").View} View */
/** @typedef {import("./placenames.js").Rect & { metre: number }} Kept of the world, 0 … 1 */

const FADING = 1000; // m before the cut
const STEPS = 16;
const COARSE = 512; // px of a mask's longer side

/**
 * Where a page has its ground: the boxes of its parks and what is about them.
 * @param {readonly { rings: [number, number][][] }[]} parks
 * @returns {Kept[]}
 */
export function keptAround(parks) {
  return parks.flatMap(({ rings }) => {
    const points = rings.flat();
    if (!points.length) return [];
    const [lats, lngs] = [0, 1].map((k) => points.map((point) => point[k]));
    const span = (/** @type {number[]} */ all) => [
      all.reduce((a, b) => Math.min(a, b)),
      all.reduce((a, b) => Math.max(a, b)),
    ];
    const [[south, north], [west, east]] = [span(lats), span(lngs)];
    const [x0, y0] = mercator(west, north);
    const [x1, y1] = mercator(east, south);
    const metre = 1 / worldMetres((south + north) / 2);
    const far = SPEC.ground_around_m * metre;
    return [{ x0: x0 - far, y0: y0 - far, x1: x1 + far, y1: y1 + far, metre }];
  });
}

/**
 * Whether a view shows no cut: all of it is well within what one park keeps.
 * @param {readonly Kept[]} kept
 * @param {View} view
 */
export function isWhole(kept, { world, x, y, width, height }) {
  return kept.some(({ x0, y0, x1, y1, metre }) => {
    const in_ = FADING * metre;
    const [left, top] = [(x0 + in_) * world, (y0 + in_) * world];
    const [right, bottom] = [(x1 - in_) * world, (y1 - in_) * world];
    return x >= left && y >= top && x + width <= right && y + height <= bottom;
  });
}

/**
 * Take from a canvas of its own what lies at the cut and beyond, the more the nearer it is.
 * @param {CanvasRenderingContext2D} ctx
 * @param {readonly Kept[]} kept
 * @param {View} view
 */
export function fade(ctx, kept, view) {
  const scale = Math.min(1, COARSE / Math.max(view.width, view.height));
  const mask = document.createElement("canvas");
  mask.width = Math.ceil(view.width * scale);
  mask.height = Math.ceil(view.height * scale);
  const pen = /** @type {CanvasRenderingContext2D} */ (mask.getContext("2d"));
  pen.scale(mask.width / view.width, mask.height / view.height);
  for (const { x0, y0, x1, y1, metre } of kept) {
    for (let k = 0; k < STEPS; k++) {
      const within = (k / STEPS) * FADING * metre;
      const left = (x0 + within) * view.world - view.x;
      const top = (y0 + within) * view.world - view.y;
      const wide = (x1 - x0 - 2 * within) * view.world;
      const high = (y1 - y0 - 2 * within) * view.world;
      if (left > view.width || top > view.height || left + wide < 0 || top + high < 0) break;
      pen.globalAlpha = 1 / (STEPS - k); // the last one is whole, those before rise evenly
      pen.fillRect(left, top, wide, high);
    }
  }
  ctx.save();
  ctx.globalCompositeOperation = "destination-in";
  ctx.drawImage(mask, 0, 0, view.width, view.height);
  ctx.restore();
}

/**
 * An empty canvas that lies as another one does, to be drawn onto it.
 * @param {CanvasRenderingContext2D} ctx
 */
export function apart(ctx) {
  const canvas = document.createElement("canvas");
  canvas.width = ctx.canvas.width;
  canvas.height = ctx.canvas.height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(ctx.getTransform());
  return pen;
}
