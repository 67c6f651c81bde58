// Parcels on one canvas, redrawn when the map comes to rest: at once while they are few, else in
// slices between frames onto a second canvas that takes the first one's place when it is done.

import L from "leaflet";
import { hit, mercator } from "./decode.js";
import { BLOCK, blocks, painting, visible } from "./paint.js";

const PADDING = 0.2; // of the view on each side, so that a short pan shows no edge
const AT_ONCE = 1500; // parcels in view that are painted without a pause
const SLICE = 7; // ms of painting between two frames while the map moves
const STILL = 24; // the same while it does not: other colours stand sooner

export const ParcelCanvas = L.Layer.extend({
  /** `pane` is the map pane of the canvas; `index`, if another layer of the shape has it already. */
  initialize(shape, { pane = "mujun-parcels", index = null } = {}) {
    this.paneName = pane;
    this.colors = ["#999999"];
    this.hidden = new Set();
    this.mark = L.layerGroup();
    this.take(shape, index);
  },

  /** Other parcels; they are painted with the next theme. */
  take(shape, index = null) {
    this.shape = shape;
    this.index = index ?? blocks(shape);
    this.codes = new Uint8Array(shape.n);
    this.inPlay = new Uint8Array(shape.n).fill(1);
  },

  onAdd(map) {
    this.canvas = this.blank();
    const pane = map.getPane(this.paneName) ?? map.createPane(this.paneName);
    Object.assign(pane.style, { zIndex: 350, pointerEvents: "none" }); // under every line
    pane.append(this.canvas);
    this.mark.addTo(map);
    map.on("moveend resize", this.moved, this); // every zoom ends in a moveend
    if (map._zoomAnimated) map.on("zoomanim", this.animate, this);
    this.redraw();
  },

  onRemove(map) {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
    this.mark.remove();
    map.off("moveend resize", this.moved, this).off("zoomanim", this.animate, this);
  },

  blank() {
    return L.DomUtil.create("canvas", "mujun-canvas leaflet-zoom-animated");
  },

  theme(codes, colors) {
    this.codes = codes;
    this.colors = colors;
    this.redraw(STILL);
  },

  /** Outline one parcel; −1 for none. */
  select(index) {
    this.mark.clearLayers();
    if (index < 0) return;
    const { ringStart, vertexStart, x, y } = this.shape,
      rings = [];
    for (let r = ringStart[index]; r < ringStart[index + 1]; r++) {
      const ring = [];
      for (let v = vertexStart[r]; v < vertexStart[r + 1]; v++) ring.push(unproject(x[v], y[v]));
      rings.push([...ring, ring[0]]);
    }
    for (const [weight, color] of [
      [5, "#ffffff"],
      [2.5, "#111111"],
    ]) {
      this.mark.addLayer(
        L.polyline(rings, { weight, color, interactive: false, className: "mujun-mark" }),
      );
    }
  },

  visible(i) {
    return this.inPlay[i] === 1 && !this.hidden.has(this.codes[i]);
  },

  at(latlng) {
    const i = hit(this.shape, ...mercator(latlng.lng, latlng.lat));
    return i >= 0 && this.visible(i) ? i : -1;
  },

  bounds(i) {
    return boundsOf(this.shape, i);
  },

  animate(event) {
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const offset = this._map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, offset, scale);
  },

  moved() {
    this.redraw();
  },

  /** Paint anew in slices of so many ms; `painted` is a promise that the picture stands. */
  redraw(slice = SLICE) {
    const map = this._map;
    if (!map) return;
    cancelAnimationFrame(this.frame);
    this.settled?.(); // a picture that was given up keeps nobody waiting
    const size = map.getSize(),
      ratio = window.devicePixelRatio || 1;
    const pad = size.multiplyBy(PADDING).round();
    const topLeft = map.containerPointToLayerPoint([0, 0]).subtract(pad);
    const full = size.add(pad.multiplyBy(2)),
      origin = map.getPixelOrigin().add(topLeft);
    const view = {
      world: 256 * 2 ** map.getZoom(),
      x: origin.x,
      y: origin.y,
      width: full.x,
      height: full.y,
    };
    const few = visible(this.index, view).length * BLOCK <= AT_ONCE;
    const next = this.spare ?? this.blank(); // the one that was in place before
    this.spare = null;
    if (next.width !== Math.round(full.x * ratio) || next.height !== Math.round(full.y * ratio)) {
      next.width = Math.round(full.x * ratio);
      next.height = Math.round(full.y * ratio);
      next.style.width = `${full.x}px`;
      next.style.height = `${full.y}px`;
    }
    // Drawn by the CPU as it is told: else Chromium keeps all of it for one long frame at the end.
    const ctx = next.getContext("2d", { willReadFrequently: true });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, full.x, full.y);
    const job = painting(ctx, this.shape, this.index, view, this, ratio);
    const corner = map.layerPointToLatLng(topLeft),
      zoom = map.getZoom();
    this.painted = new Promise((done) => {
      this.settled = done;
      const work = (budget) => {
        const end = performance.now() + budget;
        do
          if (job.next().done) {
            // What it shows may have moved while it was painted.
            L.DomUtil.setTransform(
              next,
              map.latLngToLayerPoint(corner),
              map.getZoomScale(map.getZoom(), zoom),
            );
            this.canvas.replaceWith(next);
            Object.assign(this, { spare: this.canvas, canvas: next, corner, zoom });
            done();
            return;
          }
        while (performance.now() < end);
        this.frame = requestAnimationFrame(() => work(slice));
      };
      if (few) work(Infinity);
      else this.frame = requestAnimationFrame(() => work(slice));
    });
  },
});

/** South-west to north-east of a parcel. */
export function boundsOf({ box }, i) {
  const b = 4 * i;
  return L.latLngBounds([unproject(box[b], box[b + 3]), unproject(box[b + 2], box[b + 1])]);
}

function unproject(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return L.latLng(lat, (x - 0.5) * 360);
}
