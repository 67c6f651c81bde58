// Measuring on the map: click by click, a length or an area, on the ellipsoid.

import L from "leaflet";
import { MU_M2, area, length } from "../map/ground.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";

export class Measure {
  constructor(panel) {
    this.panel = panel;
    this.kind = null; // "length" or "area" while points are taken
    this.points = [];
    this.marks = L.layerGroup();
  }

  /** Begin anew; the same kind again ends it and takes the marks away. */
  start(kind) {
    const { map } = this.panel,
      again = this.kind === kind;
    this.clear();
    if (again) return;
    this.kind = kind;
    this.marks.addTo(map);
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("mujun-measuring");
    this.say(this.panel.words.measureHint);
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
    this.panel.map.doubleClickZoom.enable();
    this.panel.map.getContainer().classList.remove("mujun-measuring");
  }

  /** Take a click; whether it was for us. */
  click(latlng) {
    if (!this.kind) return false;
    const last = this.points[this.points.length - 1];
    if (last?.equals(latlng))
      this.end(); // the second click of a double click
    else {
      this.points.push(latlng);
      this.draw();
    }
    return true;
  }

  draw() {
    const { points, kind } = this,
      look = { color: "#c51b7d", weight: 2.5, interactive: false };
    this.marks.clearLayers();
    this.marks.addLayer(
      kind === "area"
        ? L.polygon(points, { ...look, fillOpacity: 0.12 })
        : L.polyline(points, look),
    );
    for (const p of points)
      this.marks.addLayer(
        L.circleMarker(p, { ...look, radius: 3.5, fillColor: "#fff", fillOpacity: 1 }),
      );
    if (points.length > 1) this.say(this.told());
  }

  told() {
    const { points, kind } = this,
      { words } = this.panel;
    const metres = length(points, kind === "area" && points.length > 2);
    const long = metres < 10_000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 2)} km`;
    if (kind !== "area" || points.length < 3) return long;
    const square = area(points);
    return `${number(square / MU_M2, 2)} ${words.mu} · ${number(square, 1)} m² · ${number(square / 1e4, 3)} ha · ${words.perimeter} ${long}`;
  }

  say(text) {
    this.label?.remove();
    this.label = el("output", { class: "mujun-measured", role: "status" }, text);
    this.panel.map.getContainer().append(this.label);
  }
}
