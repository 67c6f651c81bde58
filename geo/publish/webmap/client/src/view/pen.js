// A pen that writes on a canvas of paper in millimetres.

import { FONT } from "./sheetmap.js";

/** @typedef {"left" | "right" | "center"} Align */

/**
 * @typedef {object} Text
 * @property {number} [size] mm
 * @property {number} [weight]
 * @property {string} [color]
 * @property {Align} [align]
 * @property {number} [width] mm, where lines break
 * @property {number} [lines] at most
 */

export const INK = "#1f2328";
export const SOFT = "#5b6470";
export const LINE = "#b5bac2";
const LEAST = 0.6; // of its size to which a text of one line is made smaller

/** A pen that writes in millimetres. */
export class Pen {
  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} factor of the letters
   */
  constructor(ctx, factor) {
    this.ctx = ctx;
    this.factor = factor;
  }

  /**
   * Write; where the lines end.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {Text} look
   */
  say(text, x, y, look = {}) {
    const { size = 3, weight = 400, color = INK, align = "left" } = look;
    const { width = Infinity, lines = 3 } = look;
    const { ctx, factor } = this;
    ctx.font = `${weight} ${size * factor}px ${FONT}`;
    const share = lines === 1 ? width / ctx.measureText(text).width : 1;
    if (share < 1) ctx.font = `${weight} ${size * factor * Math.max(share, LEAST)}px ${FONT}`;
    ctx.fillStyle = color;
    ctx.textAlign = align;
    const height = size * factor * 1.35;
    const rows = cutTo(lines, wrapped(ctx, text, width));
    rows.forEach((row, k) => ctx.fillText(row, x, y + k * height));
    return y + rows.length * height;
  }
}

/**
 * So many rows at most, with a sign where there were more.
 * @param {number} lines
 * @param {string[]} rows
 */
function cutTo(lines, rows) {
  const last = `${rows[lines - 1]?.trimEnd()}…`;
  return rows.length > lines ? [...rows.slice(0, lines - 1), last] : rows;
}

/**
 * Lines of a text that fit a width, broken anywhere but inside Latin words and before a stop.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} width
 */
function wrapped(ctx, text, width) {
  /** @type {string[]} */
  const rows = [];
  let row = "";
  for (const part of text.match(/(?:[\w.,/:%()-]+\s*|[（“《〔]?.)[，。；：、）”》〕]*/gu) ?? []) {
    if (row && ctx.measureText(row + part).width > width) {
      rows.push(row);
      row = part;
    } else row += part;
  }
  return row ? [...rows, row] : rows;
}
