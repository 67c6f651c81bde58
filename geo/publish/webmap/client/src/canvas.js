// Parcels on one canvas: one path a class, redrawn when the map comes to rest.

import L from "leaflet";
import { hit, mercator } from "./decode.js";

const PADDING = 0.2; // of the view on each side, so that a short pan shows no edge
const OUTLINE_FROM = 2.5; // px: smaller parcels are drawn without outline

export const ParcelCanvas = L.Layer.extend({
  initialize(shape) {
    this.shape = shape;
    this.codes = new Uint8Array(shape.n);
    this.colors = ["#999999"];
    this.hidden = new Set();
    this.selected = -1;
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "mujun-canvas leaflet-zoom-animated");
    map.getPanes().overlayPane.appendChild(this.canvas);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    if (map._zoomAnimated) map.on("zoomanim", this.animate, this);
    this.redraw();
  },

  onRemove(map) {
    this.canvas.remove();
    map.off("moveend zoomend resize viewreset", this.redraw, this).off("zoomanim", this.animate, this);
  },

  theme(codes, colors) {
    this.codes = codes;
    this.colors = colors;
    this.redraw();
  },

  select(index) {
    this.selected = index;
    this.redraw();
  },

  visible(i) {
    return !this.hidden.has(this.codes[i]);
  },

  at(latlng) {
    const i = hit(this.shape, ...mercator(latlng.lng, latlng.lat));
    return i >= 0 && this.visible(i) ? i : -1;
  },

  bounds(i) {
    const b = this.shape.box.subarray(4 * i, 4 * i + 4);
    return L.latLngBounds([unproject(b[0], b[3]), unproject(b[2], b[1])]);
  },

  animate(event) {
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const offset = this._map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, offset, scale);
  },

  redraw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize(), ratio = window.devicePixelRatio || 1;
    const pad = size.multiplyBy(PADDING).round();
    const topLeft = map.containerPointToLayerPoint([0, 0]).subtract(pad);
    const full = size.add(pad.multiplyBy(2));
    this.canvas.width = full.x * ratio;
    this.canvas.height = full.y * ratio;
    this.canvas.style.width = `${full.x}px`;
    this.canvas.style.height = `${full.y}px`;
    L.DomUtil.setTransform(this.canvas, topLeft, 1);
    this.corner = map.layerPointToLatLng(topLeft);
    this.zoom = map.getZoom();
    const world = 256 * 2 ** this.zoom;
    const origin = map.getPixelOrigin().add(topLeft);
    const ctx = this.canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    this.paint(ctx, world, origin, full);
  },

  paint(ctx, world, origin, full) {
    const { n, box } = this.shape;
    const paths = this.colors.map(() => new Path2D());
    const lines = new Path2D();
    for (let i = 0; i < n; i++) {
      const b = 4 * i;
      if (!this.visible(i) || box[b + 2] * world < origin.x || box[b] * world > origin.x + full.x ||
          box[b + 3] * world < origin.y || box[b + 1] * world > origin.y + full.y) continue;
      this.trace(paths[this.codes[i]], i, world, origin);
      if ((box[b + 2] - box[b]) * world > OUTLINE_FROM) this.trace(lines, i, world, origin);
    }
    paths.forEach((path, code) => {
      ctx.fillStyle = this.colors[code];
      ctx.fill(path, "evenodd");
    });
    ctx.lineWidth = 0.6;
    ctx.strokeStyle = "rgba(40, 40, 40, 0.55)";
    ctx.stroke(lines);
    if (this.selected >= 0) {
      const mark = new Path2D();
      this.trace(mark, this.selected, world, origin);
      for (const [width, color] of [[5, "#ffffff"], [2.5, "#111111"]]) {
        ctx.lineWidth = width;
        ctx.strokeStyle = color;
        ctx.stroke(mark);
      }
    }
  },

  trace(path, i, world, origin) {
    const { ringStart, vertexStart, x, y } = this.shape;
    for (let r = ringStart[i]; r < ringStart[i + 1]; r++) {
      for (let v = vertexStart[r]; v < vertexStart[r + 1]; v++) {
        const px = x[v] * world - origin.x, py = y[v] * world - origin.y;
        if (v === vertexStart[r]) path.moveTo(px, py); else path.lineTo(px, py);
      }
      path.closePath();
    }
  },
});

function unproject(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return L.latLng(lat, (x - 0.5) * 360);
}
