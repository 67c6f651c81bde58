// The sizes of circles in the legend of the printed sheet.

import { number, withUnit } from "../lib/format.js";
import { kindAt, radiusOf, samplesOf } from "../map/circles.js";
import { circleTexts, symbolsNow, totalOf } from "./circles.js";
import { INK, SOFT } from "./pen.js";
import { PX } from "./sheetmap.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./pen.js").Pen} Pen */

/**
 * Sizes of circles and what they are of, where the map has them; where the lines end.
 * @param {Pen} pen
 * @param {App} app
 * @param {number} world
 * @param {{ x: number, y: number, w: number }} frame
 */
export function circleRows(pen, app, world, { x, y, w }) {
  const symbols = symbolsNow(app.state);
  const sum = totalOf(app.state);
  if (!symbols || !sum) return y;
  const { ctx, factor } = pen;
  const kind = kindAt(symbols, world);
  const title = app.words.circles.title.replace("{total}", () => app.pick(sum));
  let at = pen.say(title, x, y, { size: 2.9, weight: 700, width: w });
  for (const total of samplesOf(symbols[kind].most)) {
    const r = radiusOf(symbols, world, total) / PX;
    Object.assign(ctx, { strokeStyle: INK, lineWidth: 0.2 });
    ctx.beginPath();
    ctx.arc(x + 10.5, at + r, r, 0, 2 * Math.PI);
    ctx.stroke();
    const text = withUnit(number(total), sum.unit[app.at]);
    pen.say(text, x + 23, at + r + factor, { size: 2.9 });
    at += Math.max(2 * r + 1, 4.2 * factor);
  }
  for (const text of circleTexts(app, symbols, kind)) {
    at = pen.say(text, x, at + 2.2 * factor, { size: 2.6, color: SOFT, width: w, lines: 5 });
  }
  return at + 2 * factor;
}
