// The key of a scene of columns: a bar of a round figure, and what height, colour and volume mean.

import { roundFigure, upright } from "./prisms.js";

/** @typedef {import("./paint.js").Context} Context */
/** @typedef {import("./paint.js").Frame} Frame */
/** @typedef {import("./paint.js").Picture} Picture */
/** @typedef {{ rows: string[], width: number, bar: number, high: number }} Key px; `bar` at most */

const LONGEST = 84; // px of the key's bar
const KEY_GAP = 12; // px about the key

/**
 * How large the key of heights is: a bar of a round figure, and its lines.
 * @param {Context} ctx
 * @param {string[]} lines
 * @param {Frame} frame
 * @param {string} font
 * @returns {Key}
 */
export function keyOf(ctx, lines, frame, font) {
  const widest = Math.min(Math.max(0.4 * frame.w, 140), 300);
  ctx.font = `12px ${font}`;
  const rows = lines.flatMap((line) => wrapped(ctx, line, widest - 20));
  const width = 20 + rows.reduce((most, row) => Math.max(most, ctx.measureText(row).width), 120);
  const bar = Math.min(LONGEST, frame.h / 6);
  return { rows, width, bar, high: rows.length * 17 + 14 + bar + 18 };
}

/**
 * What the key leaves of a frame: beside it or above it.
 * @param {Frame} frame
 * @param {Key} key
 * @returns {[Frame, Frame]}
 */
export function besideKey(frame, key) {
  const [across, down] = [key.width + 2 * KEY_GAP, key.high + KEY_GAP];
  return [
    { ...frame, x: frame.x + across, w: Math.max(frame.w - across, 1) },
    { ...frame, h: Math.max(frame.h - down, 1) },
  ];
}

/**
 * The key in its corner: the bar, and what height, colour and volume stand for.
 * @param {Context} ctx
 * @param {Picture} picture
 */
export function drawKey(ctx, { camera, unit, texts, frame, key, inks, font }) {
  const each = upright(camera) * unit;
  const figure = roundFigure(key.bar, each);
  const long = figure * each;
  const bar = figure ? long + 18 : 0;
  const high = key.rows.length * 17 + 14 + bar;
  const x = frame.x + KEY_GAP;
  const y = frame.y + frame.h - high - KEY_GAP;
  ctx.globalAlpha = 0.88;
  ctx.fillStyle = inks.paper;
  ctx.beginPath();
  ctx.rect(x, y, key.width, high);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  if (figure) {
    const foot = y + bar;
    Object.assign(ctx, { strokeStyle: inks.ink, fillStyle: inks.ink, lineWidth: 1 });
    ctx.fillRect(x + 16, foot - long, 10, long);
    ctx.beginPath();
    for (const at of [foot, foot - long]) {
      ctx.moveTo(x + 10, at);
      ctx.lineTo(x + 34, at);
    }
    ctx.stroke();
    ctx.font = `600 13px ${font}`;
    ctx.fillText(texts.bar(figure), x + 40, foot - long);
    ctx.fillText("0", x + 40, foot);
  }
  ctx.font = `12px ${font}`;
  ctx.fillStyle = inks.soft;
  key.rows.forEach((row, k) => ctx.fillText(row, x + 10, y + bar + 16 + k * 17));
}

/**
 * @param {Context} ctx
 * @param {string} text
 * @param {number} width
 */
function wrapped(ctx, text, width) {
  /** @type {string[]} */
  const rows = [];
  let row = "";
  for (const part of text.match(/[\w.,/:%()×-]+\s*|./gu) ?? []) {
    if (row && ctx.measureText(row + part).width > width) {
      rows.push(row);
      row = part;
    } else row += part;
  }
  return row ? [...rows, row] : rows;
}
