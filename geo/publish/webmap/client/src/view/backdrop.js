// The layer of the quiet ground, under the parcels' canvas.

import L from "leaflet";
import { styleColor } from "../lib/scheme.js";
import { paintGround } from "../map/backdrop.js";
import { PADDING, contextOf } from "../map/canvas.js";

/** @typedef {import("../map/backdrop.js").Ground} Ground */

/**
 * The edges of the map on a canvas that is larger: no name is cut by one.
 * @param {L.Point} size
 * @param {L.Point} pad
 * @returns {import("../map/placenames.js").Rect[]}
 */
function edges({ x: width, y: height }, { x, y }) {
  const [right, bottom] = [x + width, y + height];
  return [
    { x0: x, y0: y, x1: x, y1: bottom },
    { x0: right, y0: y, x1: right, y1: bottom },
    { x0: x, y0: y, x1: right, y1: y },
    { x0: x, y0: bottom, x1: right, y1: bottom },
  ];
}

export class GroundLayer extends L.Layer {
  /**
   * @param {Ground} ground
   * @param {string} font
   * @param {() => import("../map/placenames.js").Rect[]} before what stands over it already
   */
  constructor(ground, font, before) {
    super();
    this.ground = ground;
    this.font = font;
    this.before = before;
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated");
    /** @type {import("../map/placenames.js").Rect[]} where names stand on the canvas */
    this.taken = [];
    this.corner = L.latLng(0, 0);
    this.zoom = 0;
  }

  /**
   * @param {L.Map} map
   * @returns {this}
   */
  onAdd(map) {
    const pane = map.getPane("mujun-ground") ?? map.createPane("mujun-ground");
    Object.assign(pane.style, { zIndex: 340, pointerEvents: "none" });
    pane.append(this.canvas);
    map.on("moveend resize", this.redraw, this);
    if (/** @type {any} */ (map)._zoomAnimated) map.on("zoomanim", this.animate, this);
    this.redraw();
    return this;
  }

  /** @param {any} event */
  animate(event) {
    const map = /** @type {any} */ (this._map);
    const scale = map.getZoomScale(event.zoom, this.zoom);
    const offset = map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, offset, scale);
  }

  redraw() {
    const map = this._map;
    if (!map) return;
    const ratio = window.devicePixelRatio || 1;
    const size = map.getSize();
    const pad = size.multiplyBy(PADDING).round();
    const full = size.add(pad.multiplyBy(2));
    const topLeft = map.containerPointToLayerPoint([0, 0]).subtract(pad);
    const { canvas } = this;
    canvas.width = Math.round(full.x * ratio);
    canvas.height = Math.round(full.y * ratio);
    Object.assign(canvas.style, { width: `${full.x}px`, height: `${full.y}px` });
    const ctx = contextOf(canvas);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { x, y } = map.getPixelOrigin().add(topLeft);
    const view = { world: 256 * 2 ** map.getZoom(), x, y, width: full.x, height: full.y };
    const look = {
      road: styleColor("road"),
      name: styleColor("road-name"),
      water: styleColor("water"),
      waterName: styleColor("water-name"),
      halo: styleColor("ground"),
      font: this.font,
    };
    this.taken = [...this.before(), ...edges(size, pad)];
    paintGround(ctx, this.ground, view, look, this.taken, true);
    this.corner = map.layerPointToLatLng(topLeft);
    this.zoom = map.getZoom();
    L.DomUtil.setTransform(canvas, topLeft, 1);
  }
}
