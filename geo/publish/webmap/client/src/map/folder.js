// A map that is a folder: parks with the sums of their parcels, and parcels loaded as one looks.

import L from "leaflet";
import { el } from "../lib/dom.js";
import { boundsOf } from "./canvas.js";
import { decodeGeometry, decodeTable } from "./decode.js";
import { joinedShapes, merged } from "./merge.js";
import { MANY } from "./parks.js";
import { Province, tableOf } from "./province.js";
import { inOrder, searchTerms } from "./search.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("./decode.js").Shape} Shape */
/** @typedef {{ [field: string]: any, ids: string[] }} Part */
/**
 * n parcels in a box, of file `file`.
 * @typedef {{ k: number, file: string, n: number, box: L.LatLngBounds }} Tile
 */
/** @typedef {{ part: Part, shape: Shape }} Loaded */

const MOST = 60_000; // parcels drawn at a time; where more are in view, their parks stand for them
const BARS = 60; // parks that have a bar of all classes: of more they cover each other
const KEPT = 600_000; // parcels of files kept for coming back
/** @type {Map<string, (handed: any) => void>} who waits for what a script hands over, by name */
const waiting = new Map();
/** @type {Map<string, Promise<any>>} scripts on their way */
const coming = new Map();

/**
 * Called by `tiles/NAME.js`.
 * @param {string} file
 * @param {[geometry: string, table: string]} texts
 */
export function tile(file, [geometry, table]) {
  waiting.get(`tiles/${file}.js`)?.({ geometry, table });
}

/**
 * Called by `search.js`.
 * @param {string[]} pieces
 */
export function names(pieces) {
  waiting.get("search.js")?.(pieces);
}

/**
 * Called by `columns/NAME.js`.
 * @param {string} name
 * @param {string[]} pieces
 */
export function column(name, pieces) {
  waiting.get(`columns/${name}.js`)?.(pieces);
}

/**
 * Run a file of the folder and take what it hands over.
 * @param {string} name
 * @returns {Promise<any>}
 */
function handed(name) {
  const known = coming.get(name);
  if (known) return known;
  const made = new Promise((done, fail) => {
    const script = document.createElement("script");
    /** @param {(handed: any) => void} work */
    const end = (work) => (/** @type {any} */ given) => {
      waiting.delete(name);
      script.remove();
      work(given);
    };
    waiting.set(name, end(done));
    script.src = name;
    script.onerror = end(() => fail(new Error(name)));
    document.head.append(script);
  });
  coming.set(name, made);
  const over = () => coming.delete(name);
  made.then(over, over);
  return made;
}

export class Folder {
  /** @param {Page} index the page without what parcels have */
  constructor(index) {
    this.index = index;
    /** @type {Tile[]} */
    this.tiles = (index.tiles ?? []).map(([file, west, south, east, north, parks], k) => ({
      k,
      file,
      n: parks.reduce((sum, [, n]) => sum + n, 0),
      box: L.latLngBounds([south, west], [north, east]),
    }));
    this.total = this.tiles.reduce((n, t) => n + t.n, 0);
    /** @type {Map<number, Promise<Loaded>>} by file, the last used last */
    this.loaded = new Map();
    /** @type {Tile[]} */
    this.shown = [];
    this.most = MOST;
    /** @type {string | null} */
    this.key = null;
    this.fills = L.layerGroup();
    /** @type {Promise<void>} */
    this.looking = Promise.resolve();
    /** @type {App | null} */
    this.app = null;
    this.handed = handed;
    this.province = new Province(index, handed);
    /** @type {Promise<void> | null} names of all parcels on their way to the worker, or there */
    this.names = null;
  }

  /** The page before any parcel is loaded. */
  get empty() {
    return { data: merged(this.index, []), shape: joinedShapes([]) };
  }

  /**
   * Load with the app's view from now on; resolves when the first parcels stand.
   * @param {App} app
   */
  attach(app) {
    this.app = app;
    this.fills.addTo(app.map);
    app.map.on("moveend", () => this.look());
    return this.look();
  }

  /**
   * Show the parcels in view, or, where they are too many, their parks; resolves when they stand.
   */
  look() {
    const view = this.attached.map.getBounds().pad(0.1);
    const seen = this.tiles.filter((t) => t.box.intersects(view));
    const wanted = seen.reduce((n, t) => n + t.n, 0) <= this.most ? seen : [];
    const key = wanted.map((t) => t.k).join();
    if (key !== this.key) {
      this.key = key;
      this.looking = this.bring(wanted, key);
    }
    return this.looking;
  }

  get attached() {
    if (!this.app) throw new Error("the folder is on no map");
    return this.app;
  }

  /**
   * @param {Tile[]} wanted
   * @param {string} key
   */
  async bring(wanted, key) {
    const { store, words, layer } = this.attached;
    let parts;
    try {
      parts = await Promise.all(wanted.map((t) => this.load(t.k)));
    } catch (error) {
      this.key = null;
      const file = error instanceof Error ? error.message : String(error);
      store.dispatch({ type: "error", text: `${words.missing} ${file}` });
      return;
    }
    if (key !== this.key) return; // moved on meanwhile
    this.shown = wanted;
    store.dispatch({ type: "error", text: "" });
    const data = merged(
      this.index,
      parts.map((p) => p.part),
    );
    const shape = joinedShapes(parts.map((p) => p.shape));
    store.dispatch({ type: "take", data, shape, whole: !wanted.length });
    await layer.painted;
  }

  /**
   * A file's parcels; those last used are kept.
   * @param {number} k
   */
  load(k) {
    const kept = this.loaded.get(k) ?? this.fetched(k);
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

  /**
   * @param {number} k
   * @returns {Promise<Loaded>}
   */
  async fetched(k) {
    const { geometry, table } = await handed(`tiles/${this.tiles[k].file}.js`);
    const part = await decodeTable(table);
    return { part, shape: await decodeGeometry(geometry, part.ids.length) };
  }

  /**
   * Numbers of the parks that are counted: all, and what lies in none, or the one that is chosen.
   * @param {string} chosen
   */
  parks(chosen) {
    const all = this.index.parks.map((park, k) => ({ id: park.id, k }));
    if (chosen) return all.filter(({ id }) => id === chosen).map(({ k }) => k);
    return [...all.map(({ k }) => k), all.length];
  }

  /**
   * Parks in the colour of the class that most of their land is in, with a bar of all classes where
   * they are few and have no circles; none where parcels are drawn, or while all are counted anew.
   * @param {Theme} theme
   * @param {State} state
   */
  fill(theme, state) {
    const { park: chosen, whole } = state;
    const table = tableOf(state);
    this.fills.clearLayers();
    if (!whole || !table) return;
    const { parks, blank } = this.index;
    const classes = theme.legend.length;
    const bars = !state.circles && (Boolean(chosen) || parks.length <= BARS);
    /** @type {Map<string | number, { color: string, rings: (typeof parks)[0]["rings"][] }>} */
    const shapes = new Map();
    parks.forEach((park, k) => {
      if (chosen && park.id !== chosen) return;
      const land = [...table.land.subarray(k * classes, (k + 1) * classes)];
      const most = land.indexOf(Math.max(...land));
      const color = land[most] > 0 ? theme.legend[most].color : blank;
      const key = parks.length > MANY ? color : k;
      const shape = shapes.get(key) ?? { color, rings: [] };
      shape.rings.push(park.rings);
      shapes.set(key, shape);
      if (bars) this.fills.addLayer(classBar(park.rings, theme, land));
    });
    for (const { color, rings } of shapes.values()) {
      const look = { stroke: false, fillOpacity: 0.45, interactive: false, fillColor: color };
      this.fills.addLayer(L.polygon(rings, { ...look, className: "mujun-park-fill" }));
    }
  }

  /** How many parcels are loaded. */
  get count() {
    return this.shown.reduce((sum, t) => sum + t.n, 0);
  }

  /**
   * Matches among all parcels, enterprises and terms of the folder.
   * @param {string} text
   * @param {import("./search.js").Limits} limits
   * @returns {Promise<import("./search.js").Group[]>}
   */
  async find(text, limits) {
    const { hand } = this.attached;
    this.names ??= handed("search.js").then((pieces) => hand.ask("names", { pieces }));
    this.names.catch(() => (this.names = null));
    await this.names;
    return inOrder([
      ...(await hand.ask("find", { text, limits })),
      ...searchTerms(this.index.terms, text, limits),
    ]);
  }

  /**
   * Go to a parcel by its place among all and open it.
   * @param {number} place
   */
  async open(place) {
    let first = 0;
    let k = 0;
    while (place >= first + this.tiles[k].n) first += this.tiles[k++].n;
    const { shape, part } = await this.load(k);
    const { map, store } = this.attached;
    map.fitBounds(boundsOf(shape, place - first), { animate: false, maxZoom: 17 });
    await this.look();
    if (!this.shown.some((t) => t.k === k)) return;
    store.dispatch({ type: "open", card: { kind: "parcel", id: part.ids[place - first] } });
  }
}

/**
 * A park's land by class, as a bar in its middle.
 * @param {Page["parks"][number]["rings"]} rings
 * @param {Theme} theme
 * @param {number[]} land
 */
function classBar(rings, theme, land) {
  const parts = theme.legend.map(({ color }, code) =>
    el("i", { style: `background:${color};flex:${land[code]}` }),
  );
  const icon = L.divIcon({
    className: "mujun-park-bar",
    html: el("div", {}, ...parts),
    iconSize: [84, 12],
  });
  const middle = L.latLngBounds(rings.flat()).getCenter();
  return L.marker(middle, { interactive: false, icon });
}
