// A map that is a folder: parks with the sums of their parcels, and parcels loaded as one looks.

import L from "leaflet";
import { boundsOf } from "./canvas.js";
import { joinedShapes, merged } from "./merge.js";
import { decodeGeometry, decodeTable } from "./decode.js";
import { search } from "../view/search.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";

const MOST = 200_000; // parcels drawn at a time; where more are in view, their parks stand for them
const KEPT = 600_000; // parcels of files kept for coming back
const waiting = new Map(); // what a script that was asked for hands over, by its name

/** Called by `tiles/N.js` and `search.js`. */
export function tile(k, geometry, table) {
  waiting.get(`tiles/${k}.js`)?.({ geometry, table });
}
export function names(table) {
  waiting.get("search.js")?.(table);
}

/** Run a file of the folder and take what it hands over. */
function handed(name) {
  return new Promise((done, fail) => {
    const script = document.createElement("script");
    const end = (work) => (said) => {
      waiting.delete(name);
      script.remove();
      work(said);
    };
    waiting.set(name, end(done));
    script.src = name;
    script.onerror = end(() => fail(new Error(name)));
    document.head.append(script);
  });
}

export class Folder {
  constructor(index) {
    this.index = index;
    this.tiles = index.tiles.map(([n, west, south, east, north], k) => ({
      k,
      n,
      box: L.latLngBounds([south, west], [north, east]),
    }));
    this.total = this.tiles.reduce((n, t) => n + t.n, 0);
    this.loaded = new Map(); // k → promise of {shape, part}, the last used last
    this.shown = [];
    this.most = MOST;
    this.key = null;
  }

  /** Take over a panel: load with the view, find by all names. */
  attach(panel) {
    this.panel = panel;
    this.fills = L.layerGroup().addTo(panel.map);
    panel.folder = this;
    panel.map.on("moveend", () => this.look());
    return this.look();
  }

  get whole() {
    return this.shown.length === 0;
  }

  /** Show the parcels in view, or, where they are too many, their parks; resolves when they stand. */
  look() {
    const view = this.panel.map.getBounds().pad(0.1);
    const seen = this.tiles.filter((t) => t.box.intersects(view));
    const wanted = seen.reduce((n, t) => n + t.n, 0) <= this.most ? seen : [];
    const key = wanted.map((t) => t.k).join();
    if (key !== this.key) {
      this.key = key;
      this.looking = this.bring(wanted, key);
    }
    return this.looking;
  }

  async bring(wanted, key) {
    let parts;
    try {
      parts = await Promise.all(wanted.map((t) => this.load(t.k)));
    } catch (error) {
      this.key = null;
      this.panel.say(`${this.panel.words.missing} ${error.message}`);
      return;
    }
    if (key !== this.key) return; // moved on meanwhile
    this.shown = wanted;
    this.panel.say("");
    this.panel.take(
      merged(
        this.index,
        parts.map((p) => p.part),
      ),
      joinedShapes(parts.map((p) => p.shape)),
    );
    await this.panel.layer.painted;
  }

  load(k) {
    const kept =
      this.loaded.get(k) ??
      handed(`tiles/${k}.js`).then(async ({ geometry, table }) => {
        const part = await decodeTable(table);
        return { part, shape: await decodeGeometry(geometry, part.ids.length) };
      });
    this.loaded.delete(k);
    this.loaded.set(k, kept);
    let sum = 0;
    for (const other of [...this.loaded.keys()].reverse()) {
      sum += this.tiles[other].n;
      if (sum > KEPT && other !== k) this.loaded.delete(other);
    }
    kept.catch(() => this.loaded.delete(k));
    return kept;
  }

  /** Counts and 亩 of a theme's classes over all parcels, or over the park that is chosen. */
  sums(theme) {
    const classes = theme.legend.length,
      parks = this.index.parks.map((p) => p.id);
    const out = theme.legend.map(() => ({ parcels: 0, mu: 0 }));
    for (let park = 0; park <= parks.length; park++) {
      if (this.panel.park && parks[park] !== this.panel.park) continue;
      for (let code = 0; code < classes; code++) {
        out[code].parcels += theme.count[park * classes + code];
        out[code].mu += theme.land[park * classes + code];
      }
    }
    return out;
  }

  /**
   * Parks in the colour of the class that most of their land is in, with a bar of all classes; none
   * where parcels are drawn.
   */
  fill(theme) {
    this.fills.clearLayers();
    if (!this.whole) return;
    const classes = theme.legend.length;
    this.index.parks.forEach((park, at) => {
      const land = theme.land.subarray(at * classes, (at + 1) * classes),
        most = land.indexOf(Math.max(...land));
      if (this.panel.park && park.id !== this.panel.park) return;
      const shape = L.polygon(park.rings, {
        stroke: false,
        fillOpacity: 0.45,
        interactive: false,
        fillColor: land[most] > 0 ? theme.legend[most].color : this.index.blank,
        className: "mujun-park-fill",
      });
      const parts = theme.legend.map(({ color }, code) =>
        el("i", { style: `background:${color};flex:${land[code]}` }),
      );
      this.fills
        .addLayer(shape)
        .addLayer(
          L.marker(shape.getBounds().getCenter(), {
            interactive: false,
            icon: L.divIcon({
              className: "mujun-park-bar",
              html: el("div", {}, ...parts),
              iconSize: [84, 12],
            }),
          }),
        );
    });
  }

  /** How much is loaded, said under the legend. */
  told(words) {
    const n = this.shown.reduce((sum, t) => sum + t.n, 0);
    return this.whole
      ? words.zoomIn
      : `${words.loaded} ${number(n)} / ${number(this.total)} ${words.parcels}`;
  }

  /** Matches among all parcels and enterprises of the folder. */
  async find(text) {
    this.all ??= handed("search.js").then(decodeTable);
    return search(await this.all, text);
  }

  /** Go to a parcel by its place among all and open it. */
  async open(place) {
    let first = 0,
      k = 0;
    while (place >= first + this.tiles[k].n) first += this.tiles[k++].n;
    const { shape, part } = await this.load(k),
      id = part.ids[place - first],
      { panel } = this;
    panel.map.fitBounds(boundsOf(shape, place - first), { animate: false, maxZoom: 17 });
    await this.look();
    const at = this.shown.findIndex((t) => t.k === k);
    if (at < 0) return;
    const before = this.shown.slice(0, at).reduce((n, t) => n + t.n, 0);
    if (panel.now.ids[before + place - first] === id) panel.actions.open(before + place - first);
  }
}
