// The map of a sheet of paper, at a round scale: parcels, marks of the theme, parks.

import { paintGround } from "../map/backdrop.js";
import { contextOf } from "../map/canvas.js";
import { mercator } from "../map/decode.js";
import { worldMetres } from "../map/ground.js";
import { shortNames } from "../map/parks.js";
import { meet } from "../map/placenames.js";
import { drawSymbol } from "../map/symbol.js";
import { pinsOf } from "./pins.js";
import { covered } from "./swipe.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Photo} Photo */
/** @typedef {{ x: number, y: number, w: number, h: number }} Frame mm */
/** @typedef {import("./sheetsides.js").Side} Side */
/** @typedef {readonly [lat: number, lng: number, ...rest: unknown[]]} Point */
/** @typedef {(point: Point) => [number, number]} Placing */
/** @typedef {CanvasRenderingContext2D} Context */
/**
 * @typedef {object} Drawn
 * @property {HTMLCanvasElement} canvas
 * @property {number} scale its denominator
 * @property {number} metres on the ground, a millimetre of paper
 * @property {Placing} place of a point in the frame, mm
 * @property {number} world how wide it is, px
 */

export const DPI = 200;
export const INCH = 25.4;
const CSS_DPI = 96;
export const PX = CSS_DPI / INCH; // a millimetre
export const FONT =
  '"Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", sans-serif';
const NAVY = "#1d3557";
const PARK_NAME = `600 12px ${FONT}`;
const WHITE = "#ffffff";
const GROUND = {
  road: "#d3d7d5",
  name: "#7d8583",
  water: "#c9dde8",
  waterName: "#4f7f9b",
  halo: WHITE,
  font: FONT,
};
const PLACES = { place: "#5d6663", water: GROUND.waterName, halo: WHITE, font: FONT };

/**
 * A canvas in the dots of paper, drawn on in pixels of the screen.
 * @param {number} width px
 * @param {number} height px
 */
export function canvasOf(width, height) {
  const ratio = DPI / CSS_DPI;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = contextOf(canvas, { willReadFrequently: true });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { canvas, ctx, ratio };
}

/**
 * The ground that the sheet shows: what is in play, or the view.
 * @param {App} app
 * @param {HTMLElement} panel which covers a part of the view
 * @returns {Box}
 */
export function groundShown(app, panel) {
  const shown = app.state.sheet.extent === "content" ? content(app) : null;
  return shown ?? viewed(app, panel);
}

/**
 * Some ground at a round scale, with the parcels and marks of one side of the map.
 * @param {App} app
 * @param {Box} ground
 * @param {Pick<Frame, "w" | "h">} frame
 * @param {Pick<Side, "layer" | "theme">} side
 * @returns {Drawn}
 */
export function drawMap(app, ground, { w, h }, { layer, theme }) {
  const { state } = app;
  const { world, cx, cy, scale } = extent(ground, w, h);
  const [width, height] = [w * PX, h * PX];
  const view = { world, x: cx * world - width / 2, y: cy * world - height / 2, width, height };
  const { canvas, ctx, ratio } = canvasOf(width, height);
  /** @type {Placing} */
  const place = ([lat, lng]) => {
    const [x, y] = mercator(lng, lat);
    return [x * world - view.x, y * world - view.y];
  };
  const named = parkNames(ctx, state.data.parks, place);
  const taken = named.map((name) => name.rect);
  if (app.ground) paintGround(ctx, app.ground, view, GROUND, taken);
  const placing = app.places && { places: app.places, inks: PLACES, taken: () => [...taken] };
  for (const _ of layer.picture(ctx, view, ratio, true, placing));
  for (const kind of overlaysOf(state, theme)) marks(ctx, kind, place, app.at);
  for (const pin of pinsOf(app)) {
    ctx.beginPath();
    ctx.arc(...place([pin.lat, pin.lng]), pin.radius * 0.8, 0, 2 * Math.PI);
    Object.assign(ctx, { fillStyle: pin.color, strokeStyle: pin.stroke, lineWidth: 1.5 });
    ctx.fill();
    ctx.stroke();
  }
  parks(ctx, state.data.parks, named, place);
  /** @type {Placing} */
  const inFrame = (point) => {
    const [x, y] = place(point);
    return [x / PX, y / PX];
  };
  return { canvas, scale, metres: scale / 1000, place: inFrame, world };
}

/** @typedef {readonly [x0: number, y0: number, x1: number, y1: number]} Box of the world */

/**
 * The ground that the view shows beside the panel.
 * @param {App} app
 * @param {HTMLElement} panel
 * @returns {Box}
 */
function viewed(app, panel) {
  const { map } = app;
  const size = map.getSize();
  const corner = map.containerPointToLatLng([covered(app, panel), 0]);
  const end = map.containerPointToLatLng([size.x, size.y]);
  return [...mercator(corner.lng, corner.lat), ...mercator(end.lng, end.lat)];
}

/**
 * The ground of the parcels in play and of their parks: of all parks where nothing is filtered.
 * @param {App} app
 * @returns {Box | null}
 */
function content({ layer, state }) {
  const { shape, inPlay } = layer;
  const out = [Infinity, Infinity, -Infinity, -Infinity];
  /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
  const add = (x0, y0, x1, y1) => {
    out[0] = Math.min(out[0], x0);
    out[1] = Math.min(out[1], y0);
    out[2] = Math.max(out[2], x1);
    out[3] = Math.max(out[3], y1);
  };
  let every = true;
  for (let i = 0; i < shape.n; i++) {
    if (!inPlay[i]) every = false;
    else add(shape.box[4 * i], shape.box[4 * i + 1], shape.box[4 * i + 2], shape.box[4 * i + 3]);
  }
  const around = state.data.parks.filter((p) => every || p.id === state.park);
  for (const [lat, lng] of around.flatMap((p) => p.rings.flat())) {
    const [x, y] = mercator(lng, lat);
    add(x, y, x, y);
  }
  return out[0] < out[2] ? [out[0], out[1], out[2], out[3]] : null;
}

const ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10]; // as snapshots have them
const AROUND = 1.06; // how much more ground than asked for a sheet shows
const LEAST = 500; // the largest scale, 1:500

/**
 * The middle of a box, and the world's width in px at the next round scale that shows all of it.
 * @param {Box} box
 * @param {number} w
 * @param {number} h
 */
export function extent([x0, y0, x1, y1], w, h) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (y0 + y1)))) * 180) / Math.PI;
  const metres = worldMetres(lat);
  const asked = AROUND * Math.max((x1 - x0) / w, (y1 - y0) / h) * metres * 1000;
  const least = Math.max(asked, LEAST);
  const power = 10 ** Math.floor(Math.log10(least));
  const scale = (ROUND.find((lead) => lead * power >= least) ?? 10) * power;
  return { cx: (x0 + x1) / 2, cy: (y0 + y1) / 2, scale, world: (metres * 1000 * PX) / scale };
}

/**
 * The office's own picture of the ground, under the parcels.
 * @param {Context} ctx
 * @param {Photo & { picture: HTMLImageElement }} photo
 * @param {Drawn} drawn
 * @param {Frame} frame
 */
export function drawPhoto(ctx, { picture, bounds }, { place }, { x, y, w, h }) {
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
 * @param {number} at the place of the language
 */
function marks(ctx, { lines, points, color, dash, shape, symbol }, place, at) {
  trace(ctx, lines, place, { color: "rgba(255,255,255,0.8)", width: 4, dash: [] });
  trace(ctx, lines, place, { color, width: 2, dash: dash ? dash.split(" ").map(Number) : [] });
  const look = { color, shape, text: symbol[at] };
  for (const point of points) drawSymbol(ctx, ...place(point), 6.5, look, FONT);
}

/**
 * The marks that lie over the parcels where a theme is shown.
 * @param {import("../state.js").State} state
 * @param {Side["theme"]} theme
 */
export function overlaysOf({ data }, theme) {
  return (theme && data.overlays[theme.id]) ?? [];
}

/**
 * Names of parks in the middle of their top edges, where they do not cross another.
 * @param {Context} ctx
 * @param {Park[]} all
 * @param {Placing} place
 */
function parkNames(ctx, all, place) {
  ctx.font = PARK_NAME;
  const names = shortNames(all.map((park) => park.name));
  /** @type {{ text: string, x: number, y: number, rect: import("../map/placenames.js").Rect }[]} */
  const named = [];
  for (const [k, park] of all.entries()) {
    const points = park.rings.flat().map(place);
    const xs = points.map(([px]) => px);
    const x = (Math.min(...xs) + Math.max(...xs)) / 2;
    const y = Math.min(...points.map(([, py]) => py)) - 6;
    const half = ctx.measureText(names[k]).width / 2 + 5;
    const rect = { x0: x - half, y0: y - 14, x1: x + half, y1: y + 4 };
    if (!named.some((other) => meet(other.rect, rect))) named.push({ text: names[k], x, y, rect });
  }
  return named;
}

/**
 * Outlines of parks, and their names.
 * @param {Context} ctx
 * @param {Park[]} all
 * @param {ReturnType<typeof parkNames>} named
 * @param {Placing} place
 */
function parks(ctx, all, named, place) {
  const rings = all.flatMap((park) => park.rings);
  trace(ctx, rings, place, { color: NAVY, width: 1.6, dash: [8, 4] });
  Object.assign(ctx, { font: PARK_NAME, textAlign: "center" });
  Object.assign(ctx, { textBaseline: "alphabetic", lineJoin: "round", lineWidth: 4 });
  Object.assign(ctx, { fillStyle: NAVY, strokeStyle: WHITE });
  for (const { text, x, y } of named) {
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
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
