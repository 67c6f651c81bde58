// What stands in the view of columns: parcels of a park or parks of a province, with their figures.

import { inPlay, now, view } from "../derived.js";
import { memo } from "../lib/memo.js";
import { figuresOf, known } from "../map/classes.js";
import { mercator } from "../map/decode.js";
import { worldMetres } from "../map/ground.js";
import { tableOf } from "../map/province.js";
import { landOf, prints } from "./prisms.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../../generated/wire.js").Park} Park */
/** @typedef {import("../../generated/wire.js").Words} Words */
/** @typedef {import("../map/decode.js").Shape} Shape */
/** @typedef {import("./prisms.js").Prints} Prints */
/** @typedef {{ id: string, zh: string, en: string, unit: Words, years: number[] }} Figure */
/** @typedef {{ high: number, most: number }} Span */
/** @typedef {{ x: number, y: number, metres: number }} Origin */
/**
 * @typedef {object} Scene
 * @property {"parcel" | "park"} kind
 * @property {Prints} prints
 * @property {Int32Array} of the parcel or park of each print
 * @property {Float64Array} figures of the prints; NaN: none
 * @property {Span} span
 * @property {string[]} colors of the prints
 * @property {Prints} pale footprints that filters or the legend leave out
 * @property {[number, number][][]} outlines of parks, m
 * @property {number} across m, the longer side of the ground
 * @property {number} side m, of a square as large as the land that is there
 * @property {number} radius m, from its middle to the farthest vertex
 * @property {number} year of the figures
 * @property {{ known: number, blank: number, negative: number }} counts
 */

export const MOST_PARCELS = 3000; // in a frame; where more are in play, parks stand for them
const HIGH = 0.95; // share of the figures that a high one is above

/** Figures that can be heights: of themes whose classes are cut from numbers, or of the parks. */
export const heightsOf = memo(
  (/** @type {State} */ { data, whole }) => [data, whole],
  ({ data, whole }) => {
    /** @param {Theme} theme @returns {Figure[]} */
    const figure = (theme) => {
      const { column: id, zh, en } = theme;
      const column = data.columns.find((c) => c.name === id);
      const trend = data.parks.some((park) => park.trend[id]);
      if (whole ? !trend : column?.kind !== "number" || !figuresOf(data, theme)) return [];
      const past = data.history.years.filter((year) => whole || figuresOf(data, theme, year));
      return [{ id, zh, en, unit: column?.unit ?? ["", ""], years: past }];
    };
    const all = data.themes.flatMap(figure);
    return all.filter((one, k) => all.findIndex((other) => other.id === one.id) === k);
  },
);

/**
 * The figure that heights show: the one chosen, that of the theme, or a figure a 亩.
 * @param {State} state
 * @returns {Figure | undefined}
 */
export function heightOf(state) {
  const all = heightsOf(state);
  const column = state.data.themes[state.theme]?.column;
  return (
    all.find((one) => one.id === state.solid.figure) ??
    all.find((one) => one.id === column) ??
    all.find((one) => one.id === "tax_per_mu") ??
    all.find((one) => isPerMu(one)) ??
    all[0]
  );
}

/**
 * Whether a figure times the land it stands on is a sum.
 * @param {Figure} figure
 */
export function isPerMu({ unit }) {
  return unit[0].endsWith("/亩");
}

/** The scene of the state, or null where no figure can be a height. */
export const sceneOf = memo(
  (/** @type {State} */ s) => [
    ...[s.data, s.shape, s.whole, view(s), inPlay(s), s.hidden, s.park, s.counted],
    ...[s.look.year, heightOf(s)?.id],
  ],
  (state) => {
    const figure = heightOf(state);
    if (!figure || !view(state)) return null;
    const parcels = state.whole ? [] : parcelsOf(state);
    return state.whole || parcels.length > MOST_PARCELS
      ? parkScene(state, figure)
      : parcelScene(state, figure, parcels);
  },
);

/**
 * Parcels of the park that is chosen, or all.
 * @param {State} state
 */
function parcelsOf({ data, park }) {
  const out = [];
  for (let i = 0; i < data.ids.length; i++) if (!park || data.park_of[i] === park) out.push(i);
  return out;
}

/**
 * @param {State} state
 * @param {Figure} figure
 * @param {number[]} parcels
 * @returns {Scene | null}
 */
function parcelScene(state, figure, parcels) {
  if (!parcels.length) return null;
  const { data, shape, hidden } = state;
  const theme = /** @type {Theme} */ (view(state));
  const play = inPlay(state);
  const column = { ...theme, column: figure.id };
  const year = heightYear(state, figure);
  const values = figuresOf(data, column, year) ?? new Float32Array(data.ids.length).fill(NaN);
  const stands = (/** @type {number} */ i) => play[i] === 1 && !hidden.has(theme.codes[i]);
  const of = Int32Array.from(parcels.filter(stands));
  const origin = middle(boxOf(shape, parcels));
  const years = figure.years.map((past) => figuresOf(data, column, past));
  return {
    ...{ kind: "parcel", of, year, across: origin.across },
    prints: prints(shape, of, origin),
    ...sizeOf(prints(shape, parcels, origin)),
    figures: Float64Array.from(of, (i) => values[i]),
    span: spanOf([values, figuresOf(data, column), ...years], parcels),
    colors: Array.from(of, (i) => theme.legend[theme.codes[i]].color),
    pale: prints(
      shape,
      parcels.filter((i) => !stands(i)),
      origin,
    ),
    outlines: outlines(data.parks, state.park, origin),
    counts: countsOf(of, (i) => values[i]),
  };
}

/**
 * @param {State} state
 * @param {Figure} figure
 * @returns {Scene | null}
 */
function parkScene(state, figure) {
  const { data, park: chosen } = state;
  const places = data.parks.flatMap((park, k) => (!chosen || park.id === chosen ? [k] : []));
  if (!places.length) return null;
  const shape = parkShape(data.parks);
  const of = Int32Array.from(places);
  const origin = middle(boxOf(shape, places));
  const year = heightYear(state, figure);
  const at = data.history.years.indexOf(year);
  /** @param {number} k @param {number} place */
  const value = (k, place) => data.parks[k].trend[figure.id]?.[place] ?? NaN;
  const all = data.history.years.map((_, place) => data.parks.map((_park, k) => value(k, place)));
  const colors = parkColors(state);
  const columns = prints(shape, of, origin);
  return {
    ...{ kind: "park", of, year, across: origin.across },
    ...{ prints: columns, ...sizeOf(columns) },
    figures: Float64Array.from(of, (k) => value(k, at)),
    span: spanOf(all, places),
    colors: places.map((k) => colors[k]),
    pale: prints(shape, [], origin),
    outlines: outlines(data.parks, chosen, origin),
    counts: countsOf(of, (k) => value(k, at)),
  };
}

/**
 * The year whose figures stand: the one that is chosen where the figure has it.
 * @param {State} state
 * @param {Figure} figure
 */
export function heightYear({ data, look }, { years }) {
  const own = data.year ?? NaN;
  return look.year !== null && years.includes(look.year) ? look.year : own;
}

/**
 * A high and the highest figure of all years, of the parcels that are there.
 * @param {(ArrayLike<number> | null)[]} years
 * @param {ArrayLike<number>} chosen
 * @returns {Span}
 */
function spanOf(years, chosen) {
  /** @type {number[]} */
  const all = [];
  for (const values of new Set(years)) {
    if (values) for (let k = 0; k < chosen.length; k++) all.push(values[chosen[k]]);
  }
  const above = known(all).filter((v) => v > 0);
  if (!above.length) return { high: 0, most: 0 };
  const place = Math.floor(HIGH * (above.length - 1));
  return { high: above[place], most: above[above.length - 1] };
}

/**
 * @param {Int32Array} of
 * @param {(i: number) => number} value
 */
function countsOf(of, value) {
  const out = { known: 0, blank: 0, negative: 0 };
  for (const i of of) {
    const figure = value(i);
    if (Number.isNaN(figure)) out.blank++;
    else out.known++;
    if (figure < 0) out.negative++;
  }
  return out;
}

/**
 * @param {Pick<Shape, "box">} shape
 * @param {ArrayLike<number>} chosen
 */
function boxOf({ box }, chosen) {
  const out = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < chosen.length; k++) {
    const b = 4 * chosen[k];
    out[0] = Math.min(out[0], box[b]);
    out[1] = Math.min(out[1], box[b + 1]);
    out[2] = Math.max(out[2], box[b + 2]);
    out[3] = Math.max(out[3], box[b + 3]);
  }
  return out;
}

/**
 * The middle of a box in Web Mercator, what its world measures there, and the longer side in m.
 * @param {number[]} box
 * @returns {Origin & { across: number }}
 */
function middle([x0, y0, x1, y1]) {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const metres = worldMetres((Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI);
  return { x, y, metres, across: Math.max(x1 - x0, y1 - y0) * metres };
}

/** @param {Prints} all */
function sizeOf(all) {
  const { x, y } = all;
  const radius = x.reduce((most, px, v) => Math.max(most, Math.hypot(px, y[v])), 0);
  return { radius, side: Math.sqrt(landOf(all)) };
}

/**
 * Outlines of the parks that are there, in m.
 * @param {Park[]} parks
 * @param {string} chosen
 * @param {Origin} origin
 * @returns {[number, number][][]}
 */
function outlines(parks, chosen, { x, y, metres }) {
  return parks
    .filter((park) => !chosen || park.id === chosen)
    .flatMap((park) => park.rings)
    .map((ring) =>
      ring.map(([lat, lon]) => {
        const [mx, my] = mercator(lon, lat);
        return [(mx - x) * metres, (y - my) * metres];
      }),
    );
}

/**
 * Parks as a shape, a feature each.
 * @param {Park[]} parks
 * @returns {Shape}
 */
function parkShape(parks) {
  const n = parks.length;
  const rings = parks.flatMap((park) => park.rings);
  const ringStart = new Uint32Array(n + 1);
  parks.forEach((park, k) => (ringStart[k + 1] = ringStart[k] + park.rings.length));
  const vertexStart = new Uint32Array(rings.length + 1);
  rings.forEach((ring, r) => (vertexStart[r + 1] = vertexStart[r] + ring.length));
  const points = rings.flatMap((ring) => ring.map(([lat, lon]) => mercator(lon, lat)));
  const x = Float64Array.from(points, (p) => p[0]);
  const y = Float64Array.from(points, (p) => p[1]);
  const box = new Float64Array(4 * n);
  for (let k = 0; k < n; k++) {
    const [first, end] = [vertexStart[ringStart[k]], vertexStart[ringStart[k + 1]]];
    const [xs, ys] = [x.slice(first, end), y.slice(first, end)];
    box.set(
      [xs, ys].map((all) => all.reduce((a, b) => Math.min(a, b), Infinity)),
      4 * k,
    );
    box.set(
      [xs, ys].map((all) => all.reduce((a, b) => Math.max(a, b), -Infinity)),
      4 * k + 2,
    );
  }
  return { n, ringStart, vertexStart, x, y, box };
}

/**
 * The colour of the class that most of a park's land is in.
 * @param {State} state
 */
function parkColors(state) {
  const { data, whole } = state;
  const theme = /** @type {Theme} */ (view(state));
  const classes = theme.legend.length;
  const land = whole ? tableOf(state)?.land : new Float64Array(classes * data.parks.length);
  if (!whole && land) {
    const places = new Map(data.parks.map((park, k) => [park.id, k]));
    theme.codes.forEach((code, i) => {
      const k = places.get(data.park_of[i]);
      if (k !== undefined && data.mu[i] > 0) land[k * classes + code] += data.mu[i];
    });
  }
  return data.parks.map((_, k) => {
    const own = [...(land ?? []).slice(k * classes, (k + 1) * classes)];
    const most = own.indexOf(Math.max(...own));
    return own[most] > 0 ? theme.legend[most].color : data.blank;
  });
}

/**
 * The highest figures first, as places among the prints.
 * @param {Scene} scene
 * @param {number} count
 */
export function highest({ figures }, count) {
  const places = [...figures.keys()].filter((k) => figures[k] > 0);
  return places.sort((a, b) => figures[b] - figures[a] || a - b).slice(0, count);
}

/**
 * What a print is called: a parcel by its first enterprise or else its number, a park by its name.
 * @param {State} state
 * @param {Scene} scene
 * @param {number} place among the prints
 */
export function nameOf(state, { kind, of }, place) {
  if (kind === "park") return now(state).parks[of[place]].name;
  return tenants(state).get(of[place]) ?? state.data.ids[of[place]];
}

const tenants = memo(
  (/** @type {State} */ { data }) => [data],
  ({ data }) => {
    const { parcel, enterprise, names } = data.occupiers;
    /** @type {Map<number, string>} */
    const out = new Map();
    parcel.forEach((i, k) => out.has(i) || out.set(i, names[enterprise[k]]));
    return out;
  },
);
