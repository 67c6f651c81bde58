// One of several small maps at a common scale: the parcels of a park, its outline, a scale bar.

import { inPlay, view } from "../derived.js";
import { el } from "../lib/dom.js";
import { muText, number } from "../lib/format.js";
import { styleColor } from "../lib/scheme.js";
import { contextOf } from "../map/canvas.js";
import { hit, mercator } from "../map/decode.js";
import { worldMetres } from "../map/ground.js";
import { patterns } from "../map/hatch.js";
import { blocks, painting } from "../map/paint.js";
import { subset } from "../map/subset.js";
import { roundFigure } from "../solid/prisms.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./compare.js").CompareView} CompareView */
/** @typedef {import("../../generated/wire.js").Park} Park */

/** @typedef {{ ink: string, park: string, pale: string }} Inks */

const CLICK = 4; // px that a click may move

export class SmallMap {
  /**
   * @param {App} app
   * @param {Park} park
   * @param {CompareView | null} owner none on paper
   */
  constructor(app, park, owner = null) {
    this.app = app;
    this.park = park;
    this.rings = park.rings.map((ring) => ring.map(([lat, lon]) => mercator(lon, lat)));
    const points = this.rings.flat();
    const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
    const [west, east] = [Math.min(...xs), Math.max(...xs)];
    const [top, foot] = [Math.min(...ys), Math.max(...ys)];
    this.x = (west + east) / 2;
    this.y = (top + foot) / 2;
    const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * this.y))) * 180) / Math.PI;
    this.metres = worldMetres(lat);
    this.wide = (east - west) * this.metres;
    this.high = (foot - top) * this.metres;
    const { data, shape } = app.state;
    this.parcels = [...data.ids.keys()].filter((i) => data.park_of[i] === park.id);
    this.shape = subset(shape, this.parcels);
    this.index = blocks(this.shape);
    this.canvas = el("canvas", { role: "img", "aria-label": park.name });
    /** The picture's corner in px, and px of the world's width. */
    this.seen = { world: 1, x: 0, y: 0, width: 0, height: 0 };
    if (owner) this.listen(owner);
  }

  /**
   * @param {number} k px a metre
   * @param {{ east: number, north: number }} shift m
   */
  paint(k, { east, north }) {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const ctx = contextOf(canvas, { willReadFrequently: true });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const world = k * this.metres;
    const x = this.x * world + k * east - width / 2;
    const y = this.y * world - k * north - height / 2;
    this.seen = { world, x, y, width, height };
    const style = getComputedStyle(canvas);
    const ink = (/** @type {string} */ name) => style.getPropertyValue(`--mujun-${name}`).trim();
    const inks = { ink: ink("ink"), park: ink("solid-park"), pale: styleColor("pale") };
    this.draw(ctx, k, ratio, inks);
  }

  /**
   * The picture of what is `seen` at k px a metre, its corner at the origin of the context.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} k
   * @param {number} ratio device pixels a px
   * @param {Inks} inks
   */
  draw(ctx, k, ratio, inks) {
    const { state } = this.app;
    const theme = view(state);
    if (theme) {
      const colors = theme.legend.map((item) => item.color);
      const hatches = theme.legend.map((item) => item.hatch);
      const play = inPlay(state);
      const style = {
        codes: Uint8Array.from(this.parcels, (i) => theme.codes[i]),
        inPlay: Uint8Array.from(this.parcels, (i) => play[i]),
        hidden: state.hidden,
        colors,
        patterns: patterns(ctx, hatches, colors, this.seen, ratio),
        pale: inks.pale,
      };
      for (const _ of painting(ctx, this.shape, this.index, this.seen, style, ratio));
    }
    this.outline(ctx, inks.park);
    this.scaleBar(ctx, k, inks.ink);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} color
   */
  outline(ctx, color) {
    const { world, x, y } = this.seen;
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.6;
    ctx.setLineDash([7, 4]);
    ctx.beginPath();
    for (const ring of this.rings) {
      ring.forEach(([px, py], k) => ctx[k ? "lineTo" : "moveTo"](px * world - x, py * world - y));
      ctx.closePath();
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} k
   * @param {string} ink
   */
  scaleBar(ctx, k, ink) {
    const metres = roundFigure(80, k);
    if (!metres) return;
    const { height } = this.seen;
    Object.assign(ctx, { strokeStyle: ink, fillStyle: ink, lineWidth: 1.5 });
    const [left, foot] = [8, height - 8];
    ctx.beginPath();
    ctx.moveTo(left, foot - 5);
    ctx.lineTo(left, foot);
    ctx.lineTo(left + metres * k, foot);
    ctx.lineTo(left + metres * k, foot - 5);
    ctx.stroke();
    ctx.font = "11px sans-serif";
    const text = metres >= 1000 ? `${number(metres / 1000)} km` : `${number(metres)} m`;
    ctx.fillText(text, left + 4, foot - 4);
  }

  /** @param {CompareView} owner */
  listen(owner) {
    const { app, canvas } = this;
    const { shared } = owner;
    /** @type {{ x: number, y: number } | null} */
    let held = null;
    let moved = 0;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      held = { x: event.offsetX, y: event.offsetY };
      moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held) {
        this.point(owner, event.offsetX, event.offsetY);
        return;
      }
      const k = this.seen.world / this.metres;
      const [dx, dy] = [event.offsetX - held.x, event.offsetY - held.y];
      moved += Math.hypot(dx, dy);
      held = { x: event.offsetX, y: event.offsetY };
      shared.east -= dx / k;
      shared.north += dy / k;
      owner.soon();
    });
    canvas.addEventListener("pointerup", (event) => {
      held = null;
      const i = this.at(event.offsetX, event.offsetY);
      if (moved <= CLICK && i >= 0) app.openParcel(app.state.data.ids[i]);
    });
    canvas.addEventListener("pointerleave", () => this.point(owner, -1, -1));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const zoom = shared.zoom * 2 ** (-Math.sign(event.deltaY) / 3);
        shared.zoom = Math.min(40, Math.max(1, zoom));
        if (shared.zoom === 1) Object.assign(shared, { east: 0, north: 0 });
        owner.soon();
      },
      { passive: false },
    );
  }

  /**
   * The parcel of the park at a place of the canvas, or −1.
   * @param {number} px
   * @param {number} py
   */
  at(px, py) {
    const { app } = this;
    const { world, x, y } = this.seen;
    const k = px < 0 ? -1 : hit(this.shape, (px + x) / world, (py + y) / world);
    const i = this.parcels[k] ?? -1;
    return i >= 0 && app.layer.visible(i) ? i : -1;
  }

  /**
   * The tip beside the pointer.
   * @param {CompareView} owner
   * @param {number} px
   * @param {number} py
   */
  point(owner, px, py) {
    const { app } = this;
    const { tip, root } = owner;
    const i = this.at(px, py);
    tip.hidden = i < 0;
    this.canvas.style.cursor = i < 0 ? "grab" : "pointer";
    if (i < 0) return;
    const theme = view(app.state);
    const { ids, mu } = app.state.data;
    const label = theme ? ` · ${app.pick(theme.legend[theme.codes[i]])}` : "";
    tip.textContent = `${ids[i]} · ${muText(mu[i])} ${app.words.mu}${label}`;
    const [box, page] = [this.canvas, root].map((node) => node.getBoundingClientRect());
    const left = Math.min(box.left - page.left + px + 12, page.width - tip.offsetWidth - 8);
    Object.assign(tip.style, { left: `${left}px`, top: `${box.top - page.top + py - 32}px` });
  }
}

/**
 * px a metre at which each park fits its map.
 * @param {SmallMap[]} maps
 */
export function commonScale(maps) {
  const each = maps.map(({ canvas, wide, high }) =>
    Math.min((canvas.clientWidth - 12) / wide, (canvas.clientHeight - 28) / high),
  );
  return Math.max(Math.min(...each), 1e-6);
}
