// A map that is a folder: parks with the sums of their parcels, and parcels loaded as one looks.

import L from "leaflet";
import { boundsOf } from "./canvas.js";
import { decodeGeometry, decodeTable } from "./decode.js";
import { search } from "./search.js";
import { el, number } from "./words.js";

const MOST = 200_000; // parcels drawn at a time; where more are in view, their parks stand for them
const KEPT = 600_000; // parcels of files kept for coming back
const waiting = new Map(); // what a script that was asked for hands over, by its name

/** Called by `tiles/N.js` and `search.js`. */
export function tile(k, geometry, table) { waiting.get(`tiles/${k}.js`)?.({ geometry, table }); }
export function names(table) { waiting.get("search.js")?.(table); }

/** Run a file of the folder and take what it hands over. */
function handed(name) {
  return new Promise((done, fail) => {
    const script = document.createElement("script");
    const end = (work) => (said) => { waiting.delete(name); script.remove(); work(said); };
    waiting.set(name, end(done));
    script.src = name;
    script.onerror = end(() => fail(new Error(name)));
    document.head.append(script);
  });
}

/** Arrays of one kind, or lists, one behind the other. */
function joined(parts) {
  if (!parts.length) return [];
  if (Array.isArray(parts[0])) return parts.flat();
  const out = new parts[0].constructor(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

/** The whole table with the parcels of the parts, in their order. */
export function merged(index, parts) {
  const all = (pick) => joined(parts.map(pick));
  const start = [];
  parts.reduce((n, part) => { start.push(n); return n + part.ids.length; }, 0);
  const pairs = (key) => Object.fromEntries(Object.keys(parts[0]?.[key] ?? { parcel: [] }).map((name) => [name,
    all((p) => (name === "parcel" ? p[key].parcel.map((v) => v + start[parts.indexOf(p)]) : p[key][name]))]));
  const columns = index.columns.map((c, k) => ({ ...c, values: parts.length ? all((p) => p.columns[k]) : new Float32Array(0) }));
  return { ...index, columns, ids: all((p) => p.ids), mu: all((p) => p.mu), park_of: all((p) => p.park_of),
    compliance: all((p) => p.compliance), grades: all((p) => p.grades),
    themes: index.themes.map((t, k) => ({ ...t, codes: parts.length ? all((p) => p.themes[k]) : new Uint8Array(0) })),
    rules: index.rules.map((rule, k) => ({ ...rule, low: [], high: [], ends: [], industry: [], verdict: [], reason: [],
      ...Object.fromEntries(Object.keys(parts[0]?.rules[k] ?? {}).map((key) => [key, all((p) => p.rules[k][key])])) })),
    history: { ...index.history, figures: Object.fromEntries(Object.keys(parts[0]?.history ?? {}).map((name) =>
      [name, index.history.years.map((_, y) => all((p) => p.history[name][y]))])) },
    scores: { ...index.scores, main: all((p) => p.main) },
    occupiers: { ...index.occupiers, enterprise: [], ...pairs("occupiers") },
    zones: { ...index.zones, ...pairs("zones") } };
}

/** Shapes one behind the other. */
export function joinedShapes(shapes) {
  const starts = (key) => {
    const out = new Uint32Array(1 + shapes.reduce((n, s) => n + s[key].length - 1, 0));
    let at = 1, last = 0;
    for (const shape of shapes) {
      for (let i = 1; i < shape[key].length; i++) out[at++] = last + shape[key][i];
      last = out[at - 1];
    }
    return out;
  };
  const all = (key) => (shapes.length ? joined(shapes.map((s) => s[key])) : new Float64Array(0));
  return { n: shapes.reduce((n, s) => n + s.n, 0), ringStart: starts("ringStart"), vertexStart: starts("vertexStart"),
    x: all("x"), y: all("y"), box: all("box") };
}

export class Folder {
  constructor(index) {
    this.index = index;
    this.tiles = index.tiles.map(([n, west, south, east, north], k) =>
      ({ k, n, box: L.latLngBounds([south, west], [north, east]) }));
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

  get whole() { return this.shown.length === 0; }

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
    this.panel.take(merged(this.index, parts.map((p) => p.part)), joinedShapes(parts.map((p) => p.shape)));
    await this.panel.layer.painted;
  }

  load(k) {
    const kept = this.loaded.get(k) ?? handed(`tiles/${k}.js`).then(async ({ geometry, table }) => {
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
    const classes = theme.legend.length, parks = this.index.parks.map((p) => p.id);
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
      const land = theme.land.subarray(at * classes, (at + 1) * classes), most = land.indexOf(Math.max(...land));
      if (this.panel.park && park.id !== this.panel.park) return;
      const shape = L.polygon(park.rings, { stroke: false, fillOpacity: 0.45, interactive: false,
        fillColor: land[most] > 0 ? theme.legend[most].color : this.index.blank, className: "mujun-park-fill" });
      const parts = theme.legend.map(({ color }, code) => el("i", { style: `background:${color};flex:${land[code]}` }));
      this.fills.addLayer(shape).addLayer(L.marker(shape.getBounds().getCenter(), { interactive: false,
        icon: L.divIcon({ className: "mujun-park-bar", html: el("div", {}, ...parts), iconSize: [84, 12] }) }));
    });
  }

  /** How much is loaded, said under the legend. */
  told(words) {
    const n = this.shown.reduce((sum, t) => sum + t.n, 0);
    return this.whole ? words.zoomIn : `${words.loaded} ${number(n)} / ${number(this.total)} ${words.parcels}`;
  }

  /** Matches among all parcels and enterprises of the folder. */
  async find(text) {
    this.all ??= handed("search.js").then(decodeTable);
    return search(await this.all, text);
  }

  /** Go to a parcel by its place among all and open it. */
  async open(place) {
    let first = 0, k = 0;
    while (place >= first + this.tiles[k].n) first += this.tiles[k++].n;
    const { shape, part } = await this.load(k), id = part.ids[place - first], { panel } = this;
    panel.map.fitBounds(boundsOf(shape, place - first), { animate: false, maxZoom: 17 });
    await this.look();
    const at = this.shown.findIndex((t) => t.k === k);
    if (at < 0) return;
    const before = this.shown.slice(0, at).reduce((n, t) => n + t.n, 0);
    if (panel.now.ids[before + place - first] === id) panel.actions.open(before + place - first);
  }
}
