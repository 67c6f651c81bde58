// A sheet of paper with the map of the view, drawn on one canvas in millimetres; its scale is true.

import { view } from "../derived.js";
import { find } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { contextOf } from "../map/canvas.js";
import { marks } from "../map/marks.js";
import { commonPlace, shortNames } from "../map/parks.js";
import { yearOf } from "../map/year.js";
import { isComparing } from "../shown.js";
import { drawSolid } from "../solid/paper.js";
import { isTrying } from "../state.js";
import { basis } from "./card.js";
import { drawCompare } from "./comparepaper.js";
import { INK, Pen, SOFT } from "./pen.js";
import { column } from "./sheetlegend.js";
import { DPI, INCH, drawMap, drawPhoto, extent, groundShown } from "./sheetmap.js";
import { NAMED, bothTitled, halves, mapsOf } from "./sheetsides.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Sheet} Sheet */
/** @typedef {import("./pen.js").Text} Text */
/** @typedef {import("./sheetmap.js").Frame} Frame */
/** @typedef {import("./sheetmap.js").Drawn} Drawn */
/** @typedef {import("./sheetsides.js").Side} Side */

/** @type {{ [paper: string]: [short: number, long: number] }} mm */
export const PAPERS = { A4: [210, 297], A3: [297, 420] };
const MARGIN = 9;
const TITLE = 15;
const FOOT = 13;
const COLUMN = 62;
const WARNING = "#b42318";

/**
 * The sheet as a canvas of 200 dpi; `canvas.dataset.scale` is its denominator.
 * @param {App} app
 * @param {Sheet} chosen
 */
export function sheet(app, { paper, landscape }) {
  const [short, long] = PAPERS[paper];
  const [width, height] = landscape ? [long, short] : [short, long];
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((width * DPI) / INCH);
  canvas.height = Math.round((height * DPI) / INCH);
  const ctx = contextOf(canvas);
  const size = paper === "A3" ? 1.25 : 1; // of the letters
  ctx.scale(DPI / INCH, DPI / INCH);
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, width, height);
  const pen = new Pen(ctx, size);
  const top = MARGIN + TITLE * size;
  const marked = markLines(pen, app, top, width); // what is not the plain map, under the title
  const frame = {
    x: MARGIN,
    y: top + marked,
    w: width - 2 * MARGIN - COLUMN * size,
    h: height - 2 * MARGIN - (TITLE + FOOT) * size - marked,
  };
  const sides = mapsOf(app);
  const drawn = pictures(pen, app, sides, frame);
  canvas.dataset.scale = String(drawn.scale);
  heading(pen, app, width);
  const left = frame.x + frame.w + 4 * size;
  const beside = { ...frame, x: left, w: (COLUMN - 4) * size };
  if (sides[0].theme) column(pen, app, sides, beside, drawn.world);
  foot(pen, app, drawn, frame);
  return canvas;
}

/**
 * Each side of the map in its frame under its name, all of the same ground at the same scale.
 * @param {Pen} pen
 * @param {App} app
 * @param {Side[]} sides
 * @param {Frame} whole
 */
function pictures(pen, app, sides, whole) {
  const { state } = app;
  if (state.solid.on) return framed(pen, app, drawSolid(app, whole), whole);
  if (isComparing(state)) return framed(pen, app, drawCompare(app, whole), whole);
  const ground = groundShown(app, panelOf(app));
  const named = NAMED * pen.factor;
  const scaleIn = (/** @type {Frame} */ { w, h }) => extent(ground, w, h).scale;
  const frames = sides.length > 1 ? halves(whole, named, scaleIn) : [whole];
  const all = sides.map((side, k) => {
    const { x, y, w } = frames[k];
    const look = { size: 3.6, weight: 700, width: w, lines: 1 };
    if (side.name) pen.say(side.name, x, y - 1.6 * pen.factor, look);
    return framed(pen, app, drawMap(app, ground, frames[k], side), frames[k]);
  });
  return all[0];
}

/**
 * A drawn map put into its frame, over the office's picture of the ground.
 * @param {Pen} pen
 * @param {App} app
 * @param {Drawn} drawn
 * @param {Frame} frame
 */
function framed({ ctx }, app, drawn, frame) {
  const { photo } = app.state.data;
  if (photo && app.photo && drawn.scale) {
    drawPhoto(ctx, { ...photo, picture: app.photo }, drawn, frame);
  }
  ctx.drawImage(drawn.canvas, frame.x, frame.y, frame.w, frame.h);
  Object.assign(ctx, { strokeStyle: INK, lineWidth: 0.3 });
  ctx.strokeRect(frame.x, frame.y, frame.w, frame.h);
  return drawn;
}

/**
 * @param {Pen} pen
 * @param {App} app
 * @param {number} width
 */
function heading(pen, app, width) {
  const { state, words } = app;
  const middle = width / 2;
  /** @type {Text} */
  const centred = { align: "center", lines: 1, width: width - 2 * MARGIN };
  const title = { ...centred, size: 6, weight: 700 };
  const solid = state.solid.on ? `${words.solid.title} · ` : "";
  const side = isComparing(state) ? `${words.compare.enter} · ` : "";
  pen.say(solid + side + titleOf(app), middle, MARGIN + 6 * pen.factor, title);
  const below = { ...centred, size: 3.4, color: SOFT };
  pen.say(state.data.title, middle, MARGIN + 11.5 * pen.factor, below);
}

/**
 * Filters, hidden classes, year and trial in words, across the sheet; the room they take, mm.
 * @param {Pen} pen
 * @param {App} app
 * @param {number} top
 * @param {number} width
 */
function markLines(pen, app, top, width) {
  const { state, words } = app;
  const trying = isTrying(state.trial);
  const all = [...(trying ? [words.tried] : []), ...marks(state)];
  if (!all.length) return 0;
  const size = 2.9;
  /** @type {Text} */
  const look = { size, weight: 600, width: width - 2 * MARGIN, color: trying ? WARNING : INK };
  const first = top + (size - 2) * pen.factor;
  return pen.say(all.join("  ·  "), MARGIN, first, look) - first + pen.factor;
}

/**
 * Place, theme and year: 南区地类（用途）图（2023 年）; of a swipe those of both sides.
 * @param {App} app
 */
export function titleOf(app) {
  const { state, words } = app;
  const { data, park, lang } = state;
  const theme = view(state);
  if (!theme) return data.title;
  const names = data.parks.map((one) => one.name);
  const chosen = data.parks.findIndex((one) => one.id === park);
  const place = chosen >= 0 ? shortNames(names)[chosen] : commonPlace(names) || lone(names);
  const single = { theme: theme[lang], year: String(yearOf(state) ?? "") };
  const { year, ...named } = mapsOf(app).length > 1 ? bothTitled(app) : single;
  /** @type {{ [name: string]: string }} */
  const parts = { place, year, ...named };
  const form = words.sheet_title[place ? (year ? "full" : "undated") : year ? "placeless" : "bare"];
  return form.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

/** @param {readonly string[]} names */
function lone(names) {
  return names.length === 1 ? names[0] : "";
}

/**
 * Scale bar and number, system, date, sources, and that data are synthetic.
 * @param {Pen} pen
 * @param {App} app
 * @param {Drawn} drawn
 * @param {Frame} frame
 */
function foot(pen, app, { scale, metres }, frame) {
  const { words, state } = app;
  const { data } = state;
  const size = pen.factor;
  const y = frame.y + frame.h + 5 * size;
  const bar = scale ? scaleBar(pen, frame, metres, y) : -9 * size;
  const left = frame.x + bar + 9 * size;
  const edge = frame.x + frame.w + COLUMN * size;
  const bars = isComparing(state) ? words.compare.scale : words.solid.no_scale;
  const proportion = scale ? `${words.scale} 1:${number(scale)}` : bars;
  const at = pen.say(proportion, left, y + 1.4 * size, { size: 3 });
  const text = [
    words.crs,
    basis(data, state.lang),
    `${words.made_on} ${new Date().toLocaleDateString("sv-SE")}`,
    data.outcome[1]?.[app.at],
    data.sources && `${words.sources}${words.colon}${data.sources}`,
  ];
  const look = { size: 2.4, color: SOFT, width: edge - left, lines: 2 };
  pen.say(text.filter(Boolean).join("  ·  "), left, at + 0.6 * size, look);
  if (data.synthetic) {
    /** @type {Text} */
    const notice = { size: 2.8, weight: 700, color: "#a15c00", align: "right", lines: 1 };
    pen.say(`${words.synthetic} · ${data.synthetic}`, edge, y + 1.4 * size, notice);
  }
}

/**
 * A bar of a round length, about a fifth of the frame; its length in mm.
 * @param {Pen} pen
 * @param {Frame} frame
 * @param {number} metres a millimetre stands for
 * @param {number} y
 */
function scaleBar(pen, frame, metres, y) {
  const { ctx, factor: size } = pen;
  const wanted = (frame.w * metres) / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const long = ([5, 2, 1].find((k) => k * power <= wanted) ?? 1) * power;
  const mm = long / metres;
  Object.assign(ctx, { strokeStyle: INK, fillStyle: INK, lineWidth: 0.25 });
  for (let k = 0; k < 4; k++) {
    const box = /** @type {const} */ ([frame.x + (k * mm) / 4, y, mm / 4, 1.4 * size]);
    if (k % 2) ctx.strokeRect(...box);
    else ctx.fillRect(...box);
  }
  const label = long >= 1000 ? `${long / 1000} km` : `${long} m`;
  pen.say("0", frame.x, y - size, { size: 2.5, align: "center" });
  pen.say(label, frame.x + mm, y - size, { size: 2.5, align: "center" });
  return mm;
}

/**
 * The panel as an element, for those that must leave it free.
 * @param {App} app
 */
function panelOf({ map }) {
  return find(map.getContainer(), ".mujun-panel");
}
