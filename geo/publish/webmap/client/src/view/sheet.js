// A sheet of paper with the map of the view, drawn on one canvas in millimetres; its scale is true.

import { inPlay, now, view } from "../derived.js";
import { find } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { contextOf } from "../map/canvas.js";
import { counts } from "../map/classes.js";
import { fillBox } from "../map/hatch.js";
import { commonPlace, parcelsOf, shortNames } from "../map/parks.js";
import { drawSymbol } from "../map/symbol.js";
import { marks } from "../map/marks.js";
import { yearOf } from "../map/year.js";
import { isComparing } from "../shown.js";
import { isTrying } from "../state.js";
import { drawSolid } from "../solid/paper.js";
import { fill } from "../lib/words.js";
import { basis } from "./card.js";
import { circleRows } from "./circlepaper.js";
import { drawCompare } from "./comparepaper.js";
import { pinKinds } from "./pins.js";
import { sidesOf } from "./swipe.js";
import { DPI, FONT, INCH, drawMap, drawPhoto } from "./sheetmap.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").Sheet} Sheet */
/** @typedef {import("./sheetmap.js").Frame} Frame */
/** @typedef {import("./sheetmap.js").Drawn} Drawn */
/** @typedef {import("../../generated/wire.js").Class} Class */
/** @typedef {import("../../generated/wire.js").Overlay} Overlay */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
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

/** @type {{ [paper: string]: [short: number, long: number] }} mm */
export const PAPERS = { A4: [210, 297], A3: [297, 420] };
const MARGIN = 9;
const TITLE = 15;
const FOOT = 13;
const COLUMN = 62;
const INK = "#1f2328";
const SOFT = "#5b6470";
const LINE = "#b5bac2";
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
  const solid = app.state.solid.on;
  const compared = isComparing(app.state);
  const drawn = solid
    ? drawSolid(app, frame)
    : compared
      ? drawCompare(app, frame)
      : drawMap(app, panelOf(app), frame);
  const { photo } = app.state.data;
  if (photo && app.photo && drawn.scale) {
    drawPhoto(ctx, { ...photo, picture: app.photo }, drawn, frame);
  }
  ctx.drawImage(drawn.canvas, frame.x, frame.y, frame.w, frame.h);
  ctx.strokeStyle = INK;
  ctx.lineWidth = 0.3;
  ctx.strokeRect(frame.x, frame.y, frame.w, frame.h);
  canvas.dataset.scale = String(drawn.scale);
  const theme = view(app.state);
  const side = { x: frame.x + frame.w + 4 * size, y: frame.y, w: (COLUMN - 4) * size, h: frame.h };
  heading(pen, app, theme, width);
  if (theme) column(pen, app, theme, side, drawn.world);
  foot(pen, app, drawn, frame);
  return canvas;
}

/** A pen that writes in millimetres. */
class Pen {
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
    ctx.fillStyle = color;
    ctx.textAlign = align;
    const height = size * factor * 1.35;
    const rows = wrapped(ctx, text, width).slice(0, lines);
    rows.forEach((row, k) => ctx.fillText(row, x, y + k * height));
    return y + rows.length * height;
  }
}

/**
 * Lines of a text that fit a width, broken anywhere but inside Latin words.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} width
 */
function wrapped(ctx, text, width) {
  /** @type {string[]} */
  const rows = [];
  let row = "";
  for (const part of text.match(/[\w.,/:%()-]+\s*|[（“《〔]?./gu) ?? []) {
    if (row && ctx.measureText(row + part).width > width) {
      rows.push(row);
      row = part;
    } else row += part;
  }
  return row ? [...rows, row] : rows;
}

/**
 * @param {Pen} pen
 * @param {App} app
 * @param {Theme | null} theme
 * @param {number} width
 */
function heading(pen, app, theme, width) {
  const { state, words } = app;
  const middle = width / 2;
  /** @type {Text} */
  const centred = { align: "center", lines: 1 };
  const title = { ...centred, size: 6, weight: 700 };
  const solid = state.solid.on ? `${words.solid.title} · ` : "";
  const side = isComparing(state) ? `${words.compare.enter} · ` : "";
  pen.say(solid + side + titleOf(app, theme), middle, MARGIN + 6 * pen.factor, title);
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
  const all = [...oneSide(app), ...(trying ? [words.tried] : []), ...marks(state)];
  if (!all.length) return 0;
  const size = 2.9;
  const warned = trying || oneSide(app).length > 0;
  /** @type {Text} */
  const look = { size, weight: 600, width: width - 2 * MARGIN, color: warned ? WARNING : INK };
  const first = top + (size - 2) * pen.factor;
  return pen.say(all.join("  ·  "), MARGIN, first, look) - first + pen.factor;
}

/**
 * That a sheet has only the left of two sides, and what the right one is.
 * @param {App} app
 */
function oneSide(app) {
  const { state, words } = app;
  if (!state.swipe.on || state.solid.on || isComparing(state)) return [];
  const [left, right] = sidesOf(app);
  return [fill(words.left_printed, { left, right })];
}

/**
 * Place, theme and year: 南区地类（用途）图（2023 年）.
 * @param {App} app
 * @param {Theme | null} theme
 */
export function titleOf({ state, words }, theme = view(state)) {
  const { data, park, lang } = state;
  if (!theme) return data.title;
  const names = data.parks.map((one) => one.name);
  const chosen = data.parks.findIndex((one) => one.id === park);
  const place = chosen >= 0 ? shortNames(names)[chosen] : commonPlace(names) || lone(names);
  const year = yearOf(state);
  /** @type {{ [name: string]: string }} */
  const parts = { place, theme: theme[lang], year: String(year ?? "") };
  const form = words.sheet_title[place ? (year ? "full" : "undated") : year ? "placeless" : "bare"];
  return form.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

/** @param {readonly string[]} names */
function lone(names) {
  return names.length === 1 ? names[0] : "";
}

/**
 * The legend beside the map, and the north arrow under it.
 * @param {Pen} pen
 * @param {App} app
 * @param {Theme} theme
 * @param {Frame} frame
 * @param {number} world how wide it is on the map, px
 */
function column(pen, app, theme, { x, y, w, h }, world) {
  const { state, words } = app;
  const { factor } = pen;
  const row = 4.6 * factor;
  const right = [x + w * 0.7, x + w];
  const soft = { size: 2.6, color: SOFT };
  const head = /** @type {Text} */ ({ ...soft, align: "right" });
  let at = pen.say(words.legend, x, y + 4 * factor, { size: 4, weight: 700 }) + 1;
  at = pen.say(theme.note[app.at], x, at, { ...soft, width: w }) + 1;
  pen.say(words.parcels, right[0], at, head);
  at = pen.say(words.mu, right[1], at, head) + 1.2 * factor;
  const tally = counts(now(state), theme, inPlay(state));
  const total = { parcels: 0, mu: 0 };
  const all = parcelsOf(state, state.data.ids.length); // where not all of them are shown
  /** @param {{ parcels: number, mu: number }} figures @param {Text} look */
  const figures = ({ parcels, mu }, look) => {
    pen.say(number(parcels), right[0], at, { ...look, align: "right" });
    pen.say(number(mu, 0), right[1], at, { ...look, align: "right" });
  };
  theme.legend.forEach((item, code) => {
    const { parcels, mu } = tally[code];
    if (!parcels || state.hidden.has(code) || at > y + h - 26 * factor) return;
    total.parcels += parcels;
    total.mu += mu;
    const end = classRow(pen, app, item, x, at, w);
    figures(tally[code], { size: 2.9 });
    at = Math.max(at + row, end + 0.7 * factor);
  });
  const bold = { size: 2.9, weight: 700 };
  pen.say(words.total, x, at, bold);
  const beside = total.parcels < all ? ` / ${number(all)}` : "";
  pen.say(`${number(total.parcels)}${beside}`, right[0], at, { ...bold, align: "right" });
  pen.say(number(total.mu, 0), right[1], at, { ...bold, align: "right" });
  at += row;
  if (state.solid.on || isComparing(state)) {
    if (!state.solid.on) northArrow(pen, x + w / 2, y + h - 20 * factor, words.north);
    return; // nothing lies over it; of columns an arrow of their own
  }
  at = circleRows(pen, app, world, { x, y: at, w });
  for (const kind of state.data.overlays[theme.id] ?? []) {
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
  return pen.say(app.pick(item), x + 6.5 * factor, y, { width, size: 2.9, lines: 2 });
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
