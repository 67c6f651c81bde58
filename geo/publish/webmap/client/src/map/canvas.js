// Parcels on one canvas, redrawn when the map comes to rest: at once while they are few, else in
// slices between frames onto a second canvas that takes the first one's place when it is done.

import L from "leaflet";
import { drawing } from "./circles.js";
import { hit, mercator } from "./decode.js";
import { patterns } from "./hatch.js";
import { naming } from "./names.js";
import { writePlaces } from "./placenames.js";
import { BLOCK, PALE_COLOR, blocks, painting, visible } from "./paint.js";

/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {import("./paint.js").Index} Index */
/** @typedef {import("./paint.js").Style} Style */
/** @typedef {import("./paint.js").View} View */
/** @typedef {import("./names.js").Names} Names */
/** @typedef {import("./placenames.js").Rect} Rect */
/**
 * @typedef {object} Placing
 * @property {import("./placenames.js").Places} places names
 * @property {import("./placenames.js").Inks} inks their colours
 * @property {() => Rect[]} taken what stands on the picture before them
 */

export const PADDING = 0.2; // of the view on each side, so that a short pan shows no edge
const AT_ONCE = 1500; // parcels in view that are painted without a pause
const SLICE = 7; // ms of painting between two frames while the map moves
const STILL = 24; // the same while it does not: other colours stand sooner

export class ParcelCanvas extends L.Layer {
  /**
   * `pane` is the map pane of the canvas; `index`, if another layer of the shape has it already.
   * @param {Shape} shape
   * @param {{ pane?: string, index?: Index | null }} options
   */
  constructor(shape, { pane = "mujun-parcels", index = null } = {}) {
    super();
    this.paneName = pane;
    /** @type {readonly string[]} */
    this.colors = ["#999999"];
    /** @type {readonly string[]} patterns over the colours */
    this.hatches = [];
    /** @type {Names | null} what parcels are called, or no names */
    this.names = null;
    /** @type {import("./circles.js").Symbols | null} over the parcels, which are then pale */
    this.symbols = null;
    /** @type {Placing | null} */
    this.placing = null;
    this.pale = PALE_COLOR;
    this.font = "sans-serif";
    /** @type {ReadonlySet<number>} */
    this.hidden = new Set();
    this.mark = L.layerGroup();
    /** @type {Promise<void>} */
    this.painted = Promise.resolve();
    this.settled = () => {};
    this.frame = 0;
    /** @type {HTMLCanvasElement | null} */
    this.spare = null; // the one that was in place before
    this.canvas = blank();
    this.corner = L.latLng(0, 0);
    this.zoom = 0;
    this.shape = shape;
    this.index = index ?? blocks(shape);
    this.codes = new Uint8Array(shape.n);
    this.inPlay = new Uint8Array(shape.n).fill(1);
  }

  /**
   * Other parcels; they are painted when they are next told how.
   * @param {Shape} shape
   * @param {Index | null} index
   */
  take(shape, index = null) {
    this.shape = shape;
    this.index = index ?? blocks(shape);
    this.codes = new Uint8Array(shape.n);
    this.inPlay = new Uint8Array(shape.n).fill(1);
  }

  /**
   * @param {L.Map} map
   * @returns {this}
   */
  onAdd(map) {
    this.canvas = blank();
    const pane = map.getPane(this.paneName) ?? map.createPane(this.paneName);
    Object.assign(pane.style, { zIndex: 350, pointerEvents: "none" }); // under every line
    pane.append(this.canvas);
    this.mark.addTo(map);
    map.on("moveend resize", this.moved, this); // every zoom ends in a moveend
    if (/** @type {any} */ (map)._zoomAnimated) map.on("zoomanim", this.animate, this);
    this.redraw();
    return this;
  }

  /**
   * @param {L.Map} map
   * @returns {this}
   */
  onRemove(map) {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
    this.mark.remove();
    map.off("moveend resize", this.moved, this).off("zoomanim", this.animate, this);
    return this;
  }

  /**
   * Paint as a theme has it; only what was hidden or shown again is painted in small slices.
   * @param {Style & { hatches?: readonly string[] }} style
   */
  show({ codes, colors, hidden, inPlay, hatches = [] }) {
    const onlyHidden = codes === this.codes && inPlay === this.inPlay && colors === this.colors;
    Object.assign(this, { codes, colors, hidden, inPlay, hatches });
    this.redraw(onlyHidden ? SLICE : STILL);
  }

  /**
   * Outline one parcel; −1 for none.
   * @param {number} parcel
   */
  select(parcel) {
    this.mark.clearLayers();
    if (parcel < 0) return;
    const rings = ringsOf(this.shape, parcel);
    for (const [weight, color] of /** @type {const} */ ([
      [5, "#ffffff"],
      [2.5, "#111111"],
    ])) {
      const look = { weight, color, interactive: false, className: "mujun-mark" };
      this.mark.addLayer(L.polyline(rings, look));
    }
  }

  /** @param {number} i */
  visible(i) {
    return this.inPlay[i] === 1 && !this.hidden.has(this.codes[i]);
  }

  /**
   * The parcel that shows at a place, or −1.
   * @param {{ lat: number, lng: number }} latlng
   */
  at({ lat, lng }) {
    const i = hit(this.shape, ...mercator(lng, lat));
    return i >= 0 && this.visible(i) ? i : -1;
  }

  /** @param {number} i */
  bounds(i) {
    return boundsOf(this.shape, i);
  }

  /** @param {any} event */
  animate(event) {
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const map = /** @type {any} */ (this._map);
    const offset = map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, offset, scale);
  }

  moved() {
    this.redraw();
  }

  /**
   * The parcels as they are shown and the names that fit; yields, so that a caller may pause.
   * @param {CanvasRenderingContext2D} ctx
   * @param {View} view
   * @param {number} ratio device pixels a CSS pixel
   * @param {boolean} paper white, whatever the screen is
   * @param {Placing | null} placing
   */
  *picture(ctx, view, ratio, paper = false, placing = this.placing) {
    const { shape, index, names, font, symbols } = this;
    const pale = paper ? PALE_COLOR : this.pale;
    const style = {
      ...this.style,
      ...(symbols ? { colors: [] } : {}),
      pale,
      patterns: symbols ? [] : patterns(ctx, this.hatches, this.colors, view, ratio),
    };
    yield* painting(ctx, shape, index, view, style, ratio);
    if (symbols) yield* drawing(ctx, symbols, view, parseInt(pale.slice(1, 3), 16) < 128);
    const taken = placing?.taken() ?? [];
    if (names) {
      const told = { visible: (/** @type {number} */ i) => this.visible(i), names, font };
      yield* naming(ctx, shape, index, view, told, taken);
    }
    if (placing) writePlaces(ctx, placing.places, view, placing.inks, taken);
  }

  get style() {
    const { codes, colors, hidden, inPlay } = this;
    return { codes, colors, hidden, inPlay };
  }

  /** Paint anew in slices of so many ms; `painted` is a promise that the picture stands. */
  redraw(slice = SLICE) {
    const map = this._map;
    if (!map) return;
    cancelAnimationFrame(this.frame);
    this.settled(); // a picture that was given up keeps nobody waiting
    const ratio = window.devicePixelRatio || 1;
    const size = map.getSize();
    const pad = size.multiplyBy(PADDING).round();
    const topLeft = map.containerPointToLayerPoint([0, 0]).subtract(pad);
    const full = size.add(pad.multiplyBy(2));
    const origin = map.getPixelOrigin().add(topLeft);
    const world = 256 * 2 ** map.getZoom();
    const view = { world, x: origin.x, y: origin.y, width: full.x, height: full.y };
    const few = visible(this.index, view).length * BLOCK <= AT_ONCE;
    const next = this.spare ?? blank();
    this.spare = null;
    const ctx = prepared(next, full, ratio);
    const job = this.picture(ctx, view, ratio);
    const corner = map.layerPointToLatLng(topLeft);
    const zoom = map.getZoom();
    this.painted = new Promise((done) => {
      this.settled = done;
      /** @param {number} budget */
      const work = (budget) => {
        const end = performance.now() + budget;
        do {
          if (job.next().done) {
            // What it shows may have moved while it was painted.
            const scale = map.getZoomScale(map.getZoom(), zoom);
            L.DomUtil.setTransform(next, map.latLngToLayerPoint(corner), scale);
            this.canvas.replaceWith(next);
            Object.assign(this, { spare: this.canvas, canvas: next, corner, zoom });
            done();
            return;
          }
        } while (performance.now() < end);
        this.frame = requestAnimationFrame(() => work(slice));
      };
      if (few) work(Infinity);
      else this.frame = requestAnimationFrame(() => work(slice));
    });
  }
}

function blank() {
  return L.DomUtil.create("canvas", "mujun-canvas leaflet-zoom-animated");
}

/**
 * The canvas empty and of the size; a size that it has already is not set, which would cost time.
 * @param {HTMLCanvasElement} canvas
 * @param {L.Point} full
 * @param {number} ratio
 */
function prepared(canvas, full, ratio) {
  const [width, height] = [Math.round(full.x * ratio), Math.round(full.y * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${full.x}px`, height: `${full.y}px` });
  }
  // Drawn by the CPU as it is told: else Chromium keeps all of it for one long frame at the end.
  const ctx = contextOf(canvas, { willReadFrequently: true });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, full.x, full.y);
  return ctx;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 */
export function contextOf(canvas, options) {
  const ctx = canvas.getContext("2d", options);
  if (!ctx) throw new Error("the browser gives no canvas");
  return ctx;
}

/**
 * The rings of a parcel, closed.
 * @param {Shape} shape
 * @param {number} i
 */
export function ringsOf({ ringStart, vertexStart, x, y }, i) {
  const rings = [];
  for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
    const ring = [];
    for (let v = vertexStart[r]; v < vertexStart[r + 1]; v++) ring.push(unproject(x[v], y[v]));
    rings.push([...ring, ring[0]]);
  }
  return rings;
}

/**
 * South-west to north-east of a parcel.
 * @param {Pick<Shape, "box">} shape
 * @param {number} i
 */
export function boundsOf({ box }, i) {
  const b = 4 * i;
  return L.latLngBounds(unproject(box[b], box[b + 3]), unproject(box[b + 2], box[b + 1]));
}

/**
 * @param {number} x
 * @param {number} y
 */
function unproject(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return L.latLng(lat, (x - 0.5) * 360);
}
