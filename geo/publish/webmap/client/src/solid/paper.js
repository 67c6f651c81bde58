// The columns in the frame of a sheet of paper.

import { contextOf } from "../map/canvas.js";
import { DPI, FONT, INCH } from "../view/sheetmap.js";
import { LIGHT, paintScene } from "./paint.js";
import { pictureOf } from "./picture.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../view/sheetmap.js").Frame} Frame */
/** @typedef {import("../view/sheetmap.js").Drawn} Drawn */

const CSS_DPI = 96;

/**
 * As the screen shows them, without a scale: what is far is as large as what is near, but the
 * ground is foreshortened.
 * @param {App} app
 * @param {Frame} frame mm
 * @returns {Drawn}
 */
export function drawSolid(app, { w, h }) {
  const px = CSS_DPI / INCH;
  const ratio = DPI / CSS_DPI;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(w * px * ratio);
  canvas.height = Math.round(h * px * ratio);
  const ctx = contextOf(canvas, { willReadFrequently: true });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = LIGHT.back;
  ctx.fillRect(0, 0, w * px, h * px);
  const picture = pictureOf(app, { x: 0, y: 0, w: w * px, h: h * px }, { inks: LIGHT, font: FONT });
  if (picture) paintScene(ctx, picture);
  return { canvas, scale: 0, metres: 0, place: () => [NaN, NaN], world: 0 };
}
