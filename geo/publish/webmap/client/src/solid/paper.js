// The columns in the frame of a sheet of paper.

import { canvasOf, FONT, PX } from "../view/sheetmap.js";
import { LIGHT, paintScene } from "./paint.js";
import { pictureOf } from "./picture.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../view/sheetmap.js").Frame} Frame */
/** @typedef {import("../view/sheetmap.js").Drawn} Drawn */

/**
 * As the screen shows them, without a scale: what is far is as large as what is near, but the
 * ground is foreshortened.
 * @param {App} app
 * @param {Frame} frame mm
 * @returns {Drawn}
 */
export function drawSolid(app, { w, h }) {
  const [across, down] = [w * PX, h * PX];
  const { canvas, ctx } = canvasOf(across, down);
  ctx.fillStyle = LIGHT.back;
  ctx.fillRect(0, 0, across, down);
  const frame = { x: 0, y: 0, w: across, h: down };
  const picture = pictureOf(app, ctx, frame, { inks: LIGHT, font: FONT, apart: true });
  if (picture) paintScene(ctx, picture);
  return { canvas, scale: 0, metres: 0, place: () => [NaN, NaN], world: 0 };
}
