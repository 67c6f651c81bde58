// A sheet of paper with the map of the view, drawn on one canvas in millimetres; its scale is true.

import { counts } from "../map/classes.js";
import { mercator } from "../map/decode.js";
import { worldMetres } from "../map/ground.js";
import { painting } from "../map/paint.js";
import { number } from "../lib/format.js";

export const PAPERS = { A4: [210, 297], A3: [297, 420] }; // mm
const DPI = 200,
  CSS_DPI = 96,
  INCH = 25.4;
const MARGIN = 9,
  TITLE = 15,
  FOOT = 13,
  COLUMN = 62;
const FONT =
  '"Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", sans-serif';
const INK = "#1f2328",
  SOFT = "#5b6470",
  LINE = "#b5bac2";

/** The sheet as a canvas of 200 dpi; `canvas.dataset.scale` is its denominator. */
export async function sheet(panel, { paper = "A4", landscape = true } = {}) {
  const [short, long] = PAPERS[paper],
    [width, height] = landscape ? [long, short] : [short, long];
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((width * DPI) / INCH);
  canvas.height = Math.round((height * DPI) / INCH);
  const ctx = canvas.getContext("2d"),
    size = paper === "A3" ? 1.25 : 1; // of the letters
  ctx.scale(DPI / INCH, DPI / INCH);
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, width, height);
  const frame = {
    x: MARGIN,
    y: MARGIN + TITLE * size,
    w: width - 2 * MARGIN - COLUMN * size,
    h: height - 2 * MARGIN - (TITLE + FOOT) * size,
  };
  const drawn = drawMap(panel, frame);
  if (panel.data.photo) await photo(ctx, panel.data.photo, drawn, frame);
  ctx.drawImage(drawn.canvas, frame.x, frame.y, frame.w, frame.h);
  ctx.strokeStyle = INK;
  ctx.lineWidth = 0.3;
  ctx.strokeRect(frame.x, frame.y, frame.w, frame.h);
  canvas.dataset.scale = drawn.scale;
  const pen = writer(ctx, size);
  heading(pen, panel, width);
  column(pen, panel, {
    x: frame.x + frame.w + 4 * size,
    y: frame.y,
    w: COLUMN * size - 4 * size,
    h: frame.h,
  });
  foot(pen, panel, drawn, frame, size);
  return canvas;
}

/** The view's middle at a round scale that shows all of it: {canvas, scale, lat}. */
function drawMap(panel, { w, h }) {
  const { map, layer, data } = panel,
    size = map.getSize();
  const corner = map.containerPointToLatLng([panel.covers, 0]),
    end = map.containerPointToLatLng([size.x, size.y]);
  const [x0, y0] = mercator(corner.lng, corner.lat),
    [x1, y1] = mercator(end.lng, end.lat);
  const cx = (x0 + x1) / 2,
    cy = (y0 + y1) / 2,
    metres = worldMetres((corner.lat + end.lat) / 2);
  const least = Math.max(((x1 - x0) * metres) / (w / 1000), ((y1 - y0) * metres) / (h / 1000));
  const step = 10 ** (Math.floor(Math.log10(least)) - 1),
    scale = Math.ceil(least / step) * step;
  const px = CSS_DPI / INCH,
    world = (metres * 1000 * px) / scale; // CSS px of the world's width
  const view = {
    world,
    x: cx * world - (w * px) / 2,
    y: cy * world - (h * px) / 2,
    width: w * px,
    height: h * px,
  };
  const canvas = document.createElement("canvas"),
    ratio = DPI / CSS_DPI;
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const _ of painting(ctx, layer.shape, layer.index, view, layer, ratio));
  const place = ([lat, lng]) => {
    const [x, y] = mercator(lng, lat);
    return [x * world - view.x, y * world - view.y];
  };
  for (const kind of data.overlays?.[panel.view.id] ?? []) marks(ctx, kind, place);
  parks(ctx, data, place);
  return { canvas, scale, metres: scale / 1000, place: (p) => place(p).map((v) => v / px) };
}

/** The office's own picture of the ground, under the parcels; `place` gives mm in the frame. */
async function photo(ctx, { image, bounds }, { place }, { x, y, w, h }) {
  const picture = new Image();
  picture.src = image;
  await picture.decode();
  const [[south, west], [north, east]] = bounds,
    [x0, y0] = place([north, west]),
    [x1, y1] = place([south, east]);
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.drawImage(picture, x + x0, y + y0, x1 - x0, y1 - y0);
  ctx.restore();
}

function marks(ctx, kind, place) {
  trace(ctx, kind.lines, place, kind.color, 2, kind.dash ? kind.dash.split(" ").map(Number) : []);
  for (const [lat, lng] of kind.points) {
    ctx.beginPath();
    ctx.arc(...place([lat, lng]), 5, 0, 2 * Math.PI);
    Object.assign(ctx, { fillStyle: kind.color, strokeStyle: "#ffffff", lineWidth: 1.5 });
    ctx.fill();
    ctx.stroke();
  }
}

/** Outlines, and names in the middle of the top edge where they do not cross another. */
function parks(ctx, data, place) {
  const taken = [];
  trace(
    ctx,
    (data.parks ?? []).flatMap((p) => p.rings),
    place,
    "#1d3557",
    1.6,
    [8, 4],
  );
  ctx.font = `600 12px ${FONT}`;
  ctx.textAlign = "center";
  for (const park of data.parks ?? []) {
    const points = park.rings.flat().map(place),
      xs = points.map(([x]) => x),
      ys = points.map(([, y]) => y);
    const x = (Math.min(...xs) + Math.max(...xs)) / 2,
      y = Math.min(...ys) - 6,
      half = ctx.measureText(park.name).width / 2 + 5;
    if (taken.some((t) => Math.abs(t.x - x) < t.half + half && Math.abs(t.y - y) < 18)) continue;
    taken.push({ x, y, half });
    ctx.fillStyle = "#1d3557";
    ctx.fillRect(x - half, y - 13, 2 * half, 18);
    ctx.fillStyle = "#ffffff";
    ctx.fillText(park.name, x, y);
  }
}

function trace(ctx, lines, place, color, width, dash) {
  ctx.save();
  Object.assign(ctx, { strokeStyle: color, lineWidth: width });
  ctx.setLineDash(dash);
  for (const line of lines) {
    ctx.beginPath();
    line.forEach((p, k) => (k ? ctx.lineTo(...place(p)) : ctx.moveTo(...place(p))));
    ctx.stroke();
  }
  ctx.restore();
}

/** A pen that writes in millimetres: `say(text, x, y, {size, weight, color, align, width})` → lines' end. */
function writer(ctx, factor) {
  const say = (
    text,
    x,
    y,
    { size = 3, weight = 400, color = INK, align = "left", width = Infinity, lines = 3 } = {},
  ) => {
    ctx.font = `${weight} ${size * factor}px ${FONT}`;
    ctx.fillStyle = color;
    ctx.textAlign = align;
    const rows = wrapped(ctx, text, width).slice(0, lines);
    rows.forEach((row, k) => ctx.fillText(row, x, y + k * size * factor * 1.35));
    return y + rows.length * size * factor * 1.35;
  };
  return { ctx, factor, say };
}

/** Lines of a text that fit a width, broken anywhere but inside Latin words. */
function wrapped(ctx, text, width) {
  const rows = [];
  let row = "";
  for (const part of text.match(/[\w.,/:%()-]+\s*|./gu) ?? []) {
    if (row && ctx.measureText(row + part).width > width) {
      rows.push(row);
      row = part;
    } else row += part;
  }
  return row ? [...rows, row] : rows;
}

function heading({ say, factor }, panel, width) {
  const { data, words, view } = panel;
  const park = data.parks?.find((p) => p.id === panel.park)?.name;
  const year = panel.look.year ?? data.year;
  say(data.title || "", width / 2, MARGIN + 6 * factor, {
    size: 6,
    weight: 700,
    align: "center",
    lines: 1,
  });
  say(
    [panel.pick(view), year, park].filter(Boolean).join(" · "),
    width / 2,
    MARGIN + 11.5 * factor,
    { size: 3.6, color: SOFT, align: "center", lines: 1 },
  );
  if (panel.trial.on)
    say(words.tried, width - MARGIN, MARGIN + 4 * factor, { color: "#b42318", align: "right" });
}

function column({ ctx, say, factor }, panel, { x, y, w, h }) {
  const { words, view, now } = panel,
    row = 4.6 * factor;
  let at = say(words.legend, x, y + 4 * factor, { size: 4, weight: 700 }) + 1;
  at = say(view.note[panel.at], x, at, { size: 2.6, color: SOFT, width: w }) + 1;
  const right = [x + w * 0.7, x + w];
  say(words.parcels, right[0], at, { size: 2.6, color: SOFT, align: "right" });
  at = say(words.mu, right[1], at, { size: 2.6, color: SOFT, align: "right" }) + 1.2 * factor;
  const tally = counts(now, view, panel.layer.inPlay),
    total = { parcels: 0, mu: 0 };
  const bottom = y + h - 26 * factor;
  view.legend.forEach((item, code) => {
    const { parcels, mu } = tally[code];
    if (!parcels || panel.layer.hidden.has(code) || at > bottom) return;
    total.parcels += parcels;
    total.mu += mu;
    Object.assign(ctx, { fillStyle: item.color, strokeStyle: LINE, lineWidth: 0.2 });
    ctx.fillRect(x, at - 2.6 * factor, 5 * factor, 3.2 * factor);
    ctx.strokeRect(x, at - 2.6 * factor, 5 * factor, 3.2 * factor);
    const end = say(panel.pick(item), x + 6.5 * factor, at, {
      width: w * 0.6 - 6.5 * factor,
      size: 2.9,
      lines: 2,
    });
    say(number(parcels), right[0], at, { size: 2.9, align: "right" });
    say(number(mu, 0), right[1], at, { size: 2.9, align: "right" });
    at = Math.max(at + row, end + 0.7 * factor);
  });
  say(words.total, x, at, { size: 2.9, weight: 700 });
  say(number(total.parcels), right[0], at, { size: 2.9, weight: 700, align: "right" });
  say(number(total.mu, 0), right[1], at, { size: 2.9, weight: 700, align: "right" });
  at += row;
  for (const kind of panel.data.overlays?.[view.id] ?? []) {
    Object.assign(ctx, { strokeStyle: kind.color, fillStyle: kind.color, lineWidth: 0.7 });
    ctx.setLineDash(kind.dash ? [1.6, 0.9] : []);
    ctx.beginPath();
    if (kind.points.length) ctx.arc(x + 2.5 * factor, at - factor, 1.2 * factor, 0, 2 * Math.PI);
    else {
      ctx.moveTo(x, at - factor);
      ctx.lineTo(x + 5 * factor, at - factor);
    }
    if (kind.points.length) ctx.fill();
    else ctx.stroke();
    ctx.setLineDash([]);
    say(panel.pick(kind), x + 6.5 * factor, at, { size: 2.9, width: w - 7 * factor, lines: 1 });
    at += row;
  }
  northArrow({ ctx, say, factor }, x + w / 2, y + h - 20 * factor, words.north);
}

function northArrow({ ctx, say, factor }, x, y, text) {
  say(text, x, y, { size: 4, weight: 700, align: "center" });
  ctx.fillStyle = INK;
  ctx.beginPath();
  [
    [0, 1.5],
    [3.6, 15],
    [0, 12],
    [-3.6, 15],
  ].forEach(([dx, dy], k) =>
    k ? ctx.lineTo(x + dx * factor, y + dy * factor) : ctx.moveTo(x + dx * factor, y + dy * factor),
  );
  ctx.fill();
}

/** Scale bar and number, system, date, sources, and that data are synthetic. */
function foot({ ctx, say, factor }, panel, { scale, metres }, frame, size) {
  const { words, data } = panel,
    y = frame.y + frame.h + 5 * size;
  const wanted = (frame.w * metres) / 5,
    power = 10 ** Math.floor(Math.log10(wanted));
  const long = [5, 2, 1].find((k) => k * power <= wanted) * power,
    mm = long / metres;
  Object.assign(ctx, { strokeStyle: INK, fillStyle: INK, lineWidth: 0.25 });
  for (let k = 0; k < 4; k++) {
    ctx[k % 2 ? "strokeRect" : "fillRect"](frame.x + (k * mm) / 4, y, mm / 4, 1.4 * size);
  }
  say("0", frame.x, y - size, { size: 2.5, align: "center" });
  say(long >= 1000 ? `${long / 1000} km` : `${long} m`, frame.x + mm, y - size, {
    size: 2.5,
    align: "center",
  });
  const at = say(`${words.scale} 1:${number(scale)}`, frame.x + mm + 9 * size, y + 1.4 * size, {
    size: 3,
  });
  const text = [
    words.crs,
    words.basis[data.basis],
    `${words.madeOn} ${new Date().toLocaleDateString("sv-SE")}`,
    data.outcome ? data.outcome[1][data.lang === "en" ? 1 : 0] : "",
    data.sources ? `${words.sources}${words.colon}${data.sources}` : "",
  ]
    .filter(Boolean)
    .join("  ·  ");
  const left = frame.x + mm + 9 * size;
  say(text, left, at + 0.6 * size, {
    size: 2.4,
    color: SOFT,
    width: frame.x + frame.w + COLUMN * size - left,
    lines: 2,
  });
  if (data.synthetic) {
    say(
      `${words.synthetic} · ${data.synthetic}`,
      frame.x + frame.w + COLUMN * size,
      y + 1.4 * size,
      { size: 2.8, weight: 700, color: "#a15c00", align: "right", lines: 1 },
    );
  }
}
