// The map of a sheet of paper, at a round scale: parcels, marks of the theme, parks.

import { view as themeOf } from "../derived.js";
import { contextOf } from "../map/canvas.js";
import { mercator } from "../map/decode.js";
import { worldMetres } from "../map/ground.js";
import { painting } from "../map/paint.js";
import { covered } from "./swipe.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Photo} Photo */
/** @typedef {{ x: number, y: number, w: number, h: number }} Frame mm */
/** @typedef {readonly [lat: number, lng: number, ...rest: unknown[]]} Point */
/** @typedef {(point: Point) => [number, number]} Placing */
/** @typedef {CanvasRenderingContext2D} Context */
/**
 * @typedef {object} Drawn
 * @property {HTMLCanvasElement} canvas
 * @property {number} scale its denominator
 * @property {number} metres on the ground, a millimetre of paper
 * @property {Placing} place of a point in the frame, mm
 */

export const DPI = 200;
export const INCH = 25.4;
const CSS_DPI = 96;
const PX = CSS_DPI / INCH; // a millimetre
export const FONT =
  '"Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", sans-serif';
const NAVY = "#1d3557";

/**
 * The view's middle at a round scale that shows all of it.
 * @param {App} app
 * @param {HTMLElement} panel which covers a part of the view
 * @param {Frame} frame
 * @returns {Drawn}
 */
export function drawMap(app, panel, { w, h }) {
  const { layer, state } = app;
  const { world, cx, cy, scale } = extent(app, panel, w, h);
  const [width, height] = [w * PX, h * PX];
  const view = { world, x: cx * world - width / 2, y: cy * world - height / 2, width, height };
  const ratio = DPI / CSS_DPI;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = contextOf(canvas, { willReadFrequently: true });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const _ of painting(ctx, layer.shape, layer.index, view, layer, ratio));
  /** @type {Placing} */
  const place = ([lat, lng]) => {
    const [x, y] = mercator(lng, lat);
    return [x * world - view.x, y * world - view.y];
  };
  const theme = themeOf(state);
  for (const kind of (theme && state.data.overlays[theme.id]) ?? []) marks(ctx, kind, place);
  parks(ctx, state.data.parks, place);
  /** @type {Placing} */
  const inFrame = (point) => {
    const [x, y] = place(point);
    return [x / PX, y / PX];
  };
  return { canvas, scale, metres: scale / 1000, place: inFrame };
}

/**
 * The middle of the view that the panel leaves free, and the world's width in px at a round scale.
 * @param {App} app
 * @param {HTMLElement} panel
 * @param {number} w
 * @param {number} h
 */
function extent(app, panel, w, h) {
  const { map } = app;
  const size = map.getSize();
  const corner = map.containerPointToLatLng([covered(app, panel), 0]);
  const end = map.containerPointToLatLng([size.x, size.y]);
  const [x0, y0] = mercator(corner.lng, corner.lat);
  const [x1, y1] = mercator(end.lng, end.lat);
  const metres = worldMetres((corner.lat + end.lat) / 2);
  const least = Math.max(((x1 - x0) * metres) / (w / 1000), ((y1 - y0) * metres) / (h / 1000));
  const step = 10 ** (Math.floor(Math.log10(least)) - 1);
  const scale = Math.ceil(least / step) * step;
  return { cx: (x0 + x1) / 2, cy: (y0 + y1) / 2, scale, world: (metres * 1000 * PX) / scale };
}

/**
 * The office's own picture of the ground, under the parcels.
 * @param {Context} ctx
 * @param {Photo} picture
 * @param {Drawn} drawn
 * @param {Frame} frame
 */
export async function photo(ctx, { image, bounds }, { place }, { x, y, w, h }) {
  const picture = new Image();
  picture.src = image;
  await picture.decode();
  const [[south, west], [north, east]] = bounds;
  const [x0, y0] = place([north, west]);
  const [x1, y1] = place([south, east]);
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.drawImage(picture, x + x0, y + y0, x1 - x0, y1 - y0);
  ctx.restore();
}

/**
 * @param {Context} ctx
 * @param {Overlay} kind
 * @param {Placing} place
 */
function marks(ctx, { lines, points, color, dash }, place) {
  trace(ctx, lines, place, { color, width: 2, dash: dash ? dash.split(" ").map(Number) : [] });
  for (const point of points) {
    ctx.beginPath();
    ctx.arc(...place(point), 5, 0, 2 * Math.PI);
    Object.assign(ctx, { fillStyle: color, strokeStyle: "#ffffff", lineWidth: 1.5 });
    ctx.fill();
    ctx.stroke();
  }
}

/**
 * Outlines, and names in the middle of the top edge where they do not cross another.
 * @param {Context} ctx
 * @param {Park[]} all
 * @param {Placing} place
 */
function parks(ctx, all, place) {
  const rings = all.flatMap((park) => park.rings);
  trace(ctx, rings, place, { color: NAVY, width: 1.6, dash: [8, 4] });
  ctx.font = `600 12px ${FONT}`;
  ctx.textAlign = "center";
  /** @type {{ x: number, y: number, half: number }[]} */
  const taken = [];
  for (const park of all) {
    const points = park.rings.flat().map(place);
    const xs = points.map(([px]) => px);
    const x = (Math.min(...xs) + Math.max(...xs)) / 2;
    const y = Math.min(...points.map(([, py]) => py)) - 6;
    const half = ctx.measureText(park.name).width / 2 + 5;
    if (taken.some((t) => Math.abs(t.x - x) < t.half + half && Math.abs(t.y - y) < 18)) continue;
    taken.push({ x, y, half });
    ctx.fillStyle = NAVY;
    ctx.fillRect(x - half, y - 13, 2 * half, 18);
    ctx.fillStyle = "#ffffff";
    ctx.fillText(park.name, x, y);
  }
}

/**
 * @param {Context} ctx
 * @param {[number, number][][]} lines
 * @param {Placing} place
 * @param {{ color: string, width: number, dash: number[] }} look
 */
function trace(ctx, lines, place, { color, width, dash }) {
  ctx.save();
  Object.assign(ctx, { strokeStyle: color, lineWidth: width });
  ctx.setLineDash(dash);
  for (const line of lines) {
    ctx.beginPath();
    line.forEach((point, k) => (k ? ctx.lineTo(...place(point)) : ctx.moveTo(...place(point))));
    ctx.stroke();
  }
  ctx.restore();
}
