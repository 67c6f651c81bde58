// Parks side by side in the frame of a sheet of paper: each with its map, figures and shares.

import { view } from "../derived.js";
import { LIGHT } from "../solid/paint.js";
import { figureRows, shareRows } from "./compare.js";
import { canvasOf, FONT, PX } from "./sheetmap.js";
import { SmallMap } from "./smallmap.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("./sheetmap.js").Frame} Frame */
/** @typedef {import("./sheetmap.js").Drawn} Drawn */

const LINE = 17; // px of a row of text
const GAP = 12;
const TITLE = 24; // px of a park's name
const INKS = { ink: LIGHT.ink, park: LIGHT.park, pale: "#e4e4e0" };

/**
 * The parks that are compared, at one scale, which each map's bar says.
 * @param {App} app
 * @param {Frame} frame mm
 * @returns {Drawn}
 */
export function drawCompare(app, { w, h }) {
  const [across, down] = [w * PX, h * PX];
  const { canvas, ctx } = canvasOf(across, down);
  ctx.fillStyle = LIGHT.back;
  ctx.fillRect(0, 0, across, down);
  const theme = /** @type {Theme} */ (view(app.state));
  const { compare, data } = app.state;
  const parks = compare.flatMap((id) => data.parks.find((p) => p.id === id) ?? []);
  const maps = parks.map((park) => new SmallMap(app, park));
  const columns = w > h && parks.length !== 4 ? parks.length : Math.min(2, parks.length);
  const rows = Math.ceil(parks.length / columns);
  const [width, height] = [across / columns, down / rows];
  const texts = parks.map((park) => textRows(app, theme, park));
  const beside = rows > 1 && width > height; // or else under the map
  const lines = Math.max(...texts.map((own) => own.length)) * LINE + GAP;
  const wide = beside ? width * 0.55 : width;
  const high = Math.max(height - TITLE - (beside ? 0 : lines), 60);
  const k = Math.min(
    ...maps.map((map) => Math.min((wide - 3 * GAP) / map.wide, (high - 3 * GAP) / map.high)),
  );
  maps.forEach((map, n) => {
    ctx.save();
    ctx.translate((n % columns) * width, Math.floor(n / columns) * height);
    ctx.beginPath();
    ctx.rect(0, 0, width, height);
    ctx.clip();
    ctx.strokeStyle = "#b5bac2";
    ctx.lineWidth = 0.8;
    ctx.strokeRect(0, 0, width, height);
    Object.assign(ctx, { fillStyle: INKS.ink, font: `700 14px ${FONT}` });
    ctx.fillText(map.park.name, GAP, TITLE - 6, width - 2 * GAP);
    ctx.drawImage(picture(map, wide, high, k), 0, TITLE, wide, high);
    ctx.translate(beside ? wide : 0, beside ? TITLE : TITLE + high);
    write(ctx, texts[n], beside ? width - wide : width);
    ctx.restore();
  });
  return { canvas, scale: 0, metres: 0, place: () => [NaN, NaN], world: 0 };
}

/**
 * A map on a canvas of its own, its park in the middle.
 * @param {SmallMap} map
 * @param {number} width
 * @param {number} height
 * @param {number} k px a metre
 */
function picture(map, width, height, k) {
  const { canvas, ctx, ratio } = canvasOf(width, height);
  const world = k * map.metres;
  const corner = { x: map.x * world - width / 2, y: map.y * world - height / 2 };
  map.seen = { world, ...corner, width, height };
  map.draw(ctx, k, ratio, INKS);
  return canvas;
}

/**
 * What stands by a map: name and figure, or a class with its colour.
 * @param {App} app
 * @param {Theme} theme
 * @param {Park} park
 * @returns {{ color: string, text: string, figure: string }[]}
 */
function textRows(app, theme, park) {
  const found = shareRows(app, theme, park);
  const plain = { color: "" };
  return [
    ...figureRows(app, theme, park).map(({ name, text }) => ({
      ...plain,
      text: name,
      figure: text,
    })),
    { ...plain, text: found.all, figure: "" },
    ...found.rows.map(({ color, text }) => ({ color, text, figure: "" })),
  ];
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ color: string, text: string, figure: string }[]} texts
 * @param {number} width
 */
function write(ctx, texts, width) {
  texts.forEach(({ color, text, figure }, n) => {
    const y = (n + 0.8) * LINE;
    if (color) {
      ctx.fillStyle = color;
      ctx.fillRect(GAP, y - 9, 10, 10);
    }
    const left = GAP + (color ? 15 : 0);
    Object.assign(ctx, { fillStyle: INKS.ink, textAlign: "left" });
    ctx.font = `${color || figure ? 400 : 700} 12px ${FONT}`;
    ctx.fillText(text, left, y, figure ? width * 0.5 - left : width - GAP - left);
    if (!figure) return;
    Object.assign(ctx, { textAlign: "right", font: `700 12px ${FONT}` });
    ctx.fillText(figure, width - GAP, y, width * 0.5 - GAP);
  });
}
