// Measuring on the map: click by click, a length or an area, on the ellipsoid.

import L from "leaflet";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { MU_M2, area, length } from "../map/ground.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {"length" | "area"} Kind */

export class Measure {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Kind | null} while points are taken */
    this.kind = null;
    /** @type {L.LatLng[]} */
    this.points = [];
    this.marks = L.layerGroup();
    /** @type {HTMLElement | null} */
    this.label = null;
  }

  /**
   * Begin anew; the same kind again ends it and takes the marks away.
   * @param {Kind} kind
   */
  start(kind) {
    const { map, words } = this.app;
    const again = this.kind === kind;
    this.clear();
    if (again) return;
    this.kind = kind;
    this.marks.addTo(map);
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("mujun-measuring");
    this.say(words.measure_hint);
  }

  clear() {
    this.end();
    this.points = [];
    this.marks.clearLayers().remove();
    this.label?.remove();
    this.label = null;
  }

  /** Keep the drawing, take no more points. */
  end() {
    if (!this.kind) return;
    this.kind = null;
    this.app.map.doubleClickZoom.enable();
    this.app.map.getContainer().classList.remove("mujun-measuring");
  }

  /**
   * Take a click; whether it was for us.
   * @param {L.LatLng} latlng
   */
  click(latlng) {
    if (!this.kind) return false;
    const last = this.points[this.points.length - 1];
    if (last?.equals(latlng)) this.end();
    else {
      // Not the second click of a double click.
      this.points.push(latlng);
      this.draw(this.kind);
    }
    return true;
  }

  /** @param {Kind} kind */
  draw(kind) {
    const { points, marks } = this;
    const look = { color: "#c51b7d", weight: 2.5, interactive: false };
    const spot = { ...look, radius: 3.5, fillColor: "#fff", fillOpacity: 1 };
    marks.clearLayers();
    marks.addLayer(
      kind === "area"
        ? L.polygon(points, { ...look, fillOpacity: 0.12 })
        : L.polyline(points, look),
    );
    for (const point of points) marks.addLayer(L.circleMarker(point, spot));
    if (points.length > 1) this.say(this.told(kind));
  }

  /** @param {Kind} kind */
  told(kind) {
    const { points } = this;
    const { words } = this.app;
    const closed = kind === "area" && points.length > 2;
    const metres = length(points, closed);
    const long = metres < 10_000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 2)} km`;
    if (!closed) return long;
    const square = area(points);
    return [
      `${number(square / MU_M2, 2)} ${words.mu}`,
      `${number(square, 1)} m²`,
      `${number(square / 1e4, 3)} ha`,
      `${words.perimeter} ${long}`,
    ].join(" · ");
  }

  /** @param {string} text */
  say(text) {
    this.label?.remove();
    this.label = el("output", { class: "mujun-measured", role: "status" }, text);
    this.app.map.getContainer().append(this.label);
  }
}
