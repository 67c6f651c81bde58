// The legend beside the map of a sheet of paper, and the north arrow under it.

import { inPlay, now } from "../derived.js";
import { number } from "../lib/format.js";
import { fill } from "../lib/words.js";
import { counts } from "../map/classes.js";
import { fillBox } from "../map/hatch.js";
import { parcelsOf } from "../map/parks.js";
import { drawSymbol } from "../map/symbol.js";
import { isComparing } from "../shown.js";
import { circleRows } from "./circlepaper.js";
import { INK, LINE, SOFT } from "./pen.js";
import { pinKinds } from "./pins.js";
import { DPI, FONT, INCH, overlaysOf } from "./sheetmap.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").Text} Text */
/** @typedef {import("./sheetmap.js").Frame} Frame */
/** @typedef {import("./sheetsides.js").Side} Side */
/** @typedef {import("../../generated/wire.js").Class} Class */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */

/**
 * The legend beside the map, one under the other of two sides, and the north arrow under it.
 * @param {Pen} pen
 * @param {App} app
 * @param {Side[]} sides
 * @param {Frame} frame
 * @param {number} world how wide it is on the map, px
 */
export function column(pen, app, sides, { x, y, w, h }, world) {
  const { state, words } = app;
  const { factor } = pen;
  const row = 4.6 * factor;
  const last = y + h - 26 * factor;
  let at = pen.say(words.legend, x, y + 4 * factor, { size: 4, weight: 700 }) + 1;
  sides.forEach((side, k) => {
    const room = (last - at) / (sides.length - k);
    at = classRows(pen, app, side, { x, y: at, w, h: room }) + 1.5 * row;
  });
  if (state.solid.on || isComparing(state)) {
    if (!state.solid.on) northArrow(pen, x + w / 2, y + h - 20 * factor, words.north);
    return; // nothing lies over it; of columns an arrow of their own
  }
  at = circleRows(pen, app, world, { x, y: at, w });
  for (const kind of new Set(sides.flatMap(({ theme }) => overlaysOf(state, theme)))) {
    sample(pen, app, kind, x, at, w);
    at += row;
  }
  for (const { color, text } of pinKinds(app)) {
    pen.ctx.fillStyle = color;
    pen.ctx.beginPath();
    pen.ctx.arc(x + 2.5 * factor, at - factor, 1.2 * factor, 0, 2 * Math.PI);
    pen.ctx.fill();
    pen.say(text, x + 6.5 * factor, at, { size: 2.9, width: w - 7 * factor, lines: 1 });
    at += row;
  }
  northArrow(pen, x + w / 2, y + h - 20 * factor, words.north);
}

/**
 * The classes of a side with their parcels and land, and the total; where its lines end. Of more
 * classes than there is room for the last stand as one.
 * @param {Pen} pen
 * @param {App} app
 * @param {Side} side
 * @param {Frame} frame
 */
function classRows(pen, app, { theme, name, hidden }, { x, y, w, h }) {
  if (!theme) return y;
  const { state, words } = app;
  const { factor } = pen;
  const row = 4.6 * factor;
  const right = [x + w * 0.7, x + w];
  const soft = { size: 2.6, color: SOFT };
  const head = /** @type {Text} */ ({ ...soft, align: "right" });
  const bold = { size: 2.9, weight: 700 };
  let at = name ? pen.say(name, x, y, { ...bold, width: w }) + 0.6 * factor : y;
  at = pen.say(theme.note[app.at], x, at, { ...soft, width: w }) + 1;
  pen.say(words.parcels, right[0], at, head);
  at = pen.say(words.mu, right[1], at, head) + 1.2 * factor;
  const tally = counts(now(state), theme, inPlay(state));
  const shown = theme.legend
    .map((item, code) => ({ item, code, ...tally[code] }))
    .filter(({ parcels, code }) => parcels && !hidden.has(code));
  /** @param {{ parcels: number, mu: number }[]} rows */
  const sum = (rows) => ({
    parcels: rows.reduce((n, one) => n + one.parcels, 0),
    mu: rows.reduce((n, one) => n + one.mu, 0),
  });
  /** @param {{ parcels: number, mu: number }} figures @param {Text} look */
  const figures = ({ parcels, mu }, look, beside = "") => {
    pen.say(`${number(parcels)}${beside}`, right[0], at, { ...look, align: "right" });
    pen.say(number(mu, 0), right[1], at, { ...look, align: "right" });
  };
  for (const [k, { item, ...own }] of shown.entries()) {
    const rest = shown.slice(k);
    if (at + 2 * row > y + h && rest.length > 1) {
      pen.say(fill(words.more_classes, { n: rest.length }), x, at, { size: 2.9 });
      figures(sum(rest), { size: 2.9 });
      at += row;
      break;
    }
    const end = classRow(pen, app, item, x, at, w);
    figures(own, { size: 2.9 });
    at = Math.max(at + row, end + 0.7 * factor);
  }
  const all = parcelsOf(state, state.data.ids.length); // where not all of them are shown
  const total = sum(shown);
  pen.say(words.total, x, at, bold);
  figures(total, bold, total.parcels < all ? ` / ${number(all)}` : "");
  return at;
}

/**
 * The colour and name of a class; where its lines end.
 * @param {Pen} pen
 * @param {App} app
 * @param {Class} item
 * @param {number} x
 * @param {number} y
 * @param {number} w
 */
function classRow(pen, app, item, x, y, w) {
  const { ctx, factor } = pen;
  const box = { x, y: y - 2.6 * factor, w: 5 * factor, h: 3.2 * factor };
  fillBox(ctx, box, item, 1.7 * factor, DPI / INCH);
  Object.assign(ctx, { strokeStyle: LINE, lineWidth: 0.2 });
  ctx.strokeRect(x, y - 2.6 * factor, 5 * factor, 3.2 * factor);
  const width = w * 0.6 - 6.5 * factor;
  return pen.say(app.pick(item), x + 6.5 * factor, y, { width, size: 2.9 });
}

/**
 * What a kind of mark over the parcels looks like, and its name.
 * @param {Pen} pen
 * @param {App} app
 * @param {Overlay} kind
 * @param {number} x
 * @param {number} y
 * @param {number} w
 */
function sample(pen, app, kind, x, y, w) {
  const { ctx, factor } = pen;
  Object.assign(ctx, { strokeStyle: kind.color, fillStyle: kind.color, lineWidth: 0.7 });
  ctx.setLineDash(kind.dash ? kind.dash.split(" ").map((px) => Number(px) * 0.2) : []);
  ctx.beginPath();
  if (kind.points.length) {
    const mark = { color: kind.color, shape: kind.shape, text: kind.symbol[app.at] };
    drawSymbol(ctx, x + 2.5 * factor, y - factor, 1.6 * factor, mark, FONT);
  } else {
    ctx.moveTo(x, y - factor);
    ctx.lineTo(x + 5 * factor, y - factor);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  const look = { size: 2.9, width: w - 7 * factor, lines: 1 };
  pen.say(app.pick(kind), x + 6.5 * factor, y, look);
}

/**
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {string} text
 */
function northArrow(pen, x, y, text) {
  const { ctx, factor } = pen;
  pen.say(text, x, y, { size: 4, weight: 700, align: "center" });
  ctx.fillStyle = INK;
  ctx.beginPath();
  ctx.moveTo(x, y + 1.5 * factor);
  ctx.lineTo(x + 3.6 * factor, y + 15 * factor);
  ctx.lineTo(x, y + 12 * factor);
  ctx.lineTo(x - 3.6 * factor, y + 15 * factor);
  ctx.fill();
}
