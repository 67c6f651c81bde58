// How a theme of figures is cut into classes, and a theme as it looks under a method and a year.

import SPEC from "../../generated/spec.json" with { type: "json" };
import { barsOf } from "../judge/judge.js";
import { at } from "../lib/format.js";
import { WORDS } from "../lib/words.js";
import { breakKey } from "./breaks.js";
import { areWhole, spansOf } from "./spans.js";

/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../state.js").Look} Look */
/** @typedef {import("./breaks.js").Breaks} Breaks */
/** @typedef {import("../state.js").Method} Method */

const EXACT = 20_000; // distinct values up to which natural breaks are exact; beyond, of means
const MOST = 9; // classes by thresholds

/**
 * The values that are known, ascending.
 * @param {ArrayLike<number>} values
 */
export function known(values) {
  const out = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  return out.sort();
}

/**
 * Inner class edges of ascending values, distinct and ascending.
 * @param {Float64Array} ascending
 * @param {Method} method
 * @returns {number[]}
 */
export function edgesOf(ascending, method, count = SPEC.classes) {
  const n = ascending.length;
  if (!n) return [];
  if (method === "natural") return natural(ascending, count);
  const steps = Array.from({ length: count - 1 }, (_, k) => (k + 1) / count);
  const edges =
    method === "equal" ? equal(ascending, steps) : steps.map((s) => quantile(ascending, s));
  return [...new Set(edges)];
}

/**
 * `edgesOf` moved down to figures that can be read, by under a quarter of a class, as
 * `geo.publish.look.classify.readable_edges` has it; few whole numbers are a class each.
 * @param {Float64Array} ascending
 * @param {Method} method
 */
export function readableEdges(ascending, method, count = SPEC.classes) {
  const different = [...new Set(ascending)];
  const whole = areWhole(different);
  if (whole && different.length <= count) return different.slice(1);
  const exact = edgesOf(ascending, method, count);
  const edges = [...new Set(whole ? exact.map(Math.ceil) : exact)];
  const ends = [ascending[0], ...edges, ascending[ascending.length - 1]];
  const gaps = ends.slice(1).map((end, k) => (end > ends[k] ? end - ends[k] : Infinity));
  const moved = edges.map((edge, k) => down(edge, Math.min(gaps[k], gaps[k + 1]) / 4, whole));
  return [...new Set(moved)];
}

/**
 * The next multiple of a round step below an edge; the step is no more than `room`.
 * @param {number} edge
 * @param {number} room
 * @param {boolean} whole
 */
function down(edge, room, whole) {
  if (!Number.isFinite(room)) return edge;
  const power = Math.floor(Math.log10(room));
  if (whole && power < 0) return edge;
  const lead = [5, 2].find((one) => one * 10 ** power <= room * (1 + 1e-9)) ?? 1;
  const step = lead * 10 ** power;
  return Number((Math.floor(edge / step + 1e-9) * step).toFixed(Math.max(0, -power)));
}

/**
 * @param {Float64Array} ascending
 * @param {number[]} steps
 */
function equal(ascending, steps) {
  const low = ascending[0];
  const high = ascending[ascending.length - 1];
  return high > low ? steps.map((s) => low + s * (high - low)) : [low];
}

/**
 * The value at a share of the way, between two neighbours as NumPy's quantile has it: from the
 * nearer of them.
 * @param {Float64Array} ascending
 * @param {number} share
 */
function quantile(ascending, share) {
  const place = share * (ascending.length - 1);
  const first = Math.floor(place);
  const rest = place - first;
  const low = ascending[first];
  const high = ascending[Math.min(first + 1, ascending.length - 1)];
  return rest < 0.5 ? low + rest * (high - low) : high - (1 - rest) * (high - low);
}

/**
 * Fisher's natural breaks: the classes with the least sum of squared distances from their means, by
 * dynamic programming; the best last break moves right with the end, which halves the search.
 * @param {Float64Array} ascending
 */
export function natural(ascending, count = SPEC.classes) {
  const { value, weight } = distinct(ascending);
  const m = value.length;
  const cost = costs(value, weight);
  let best = Float64Array.from({ length: m + 1 }, (_, j) => (j ? cost(0, j) : 0));
  /** @type {Int32Array[]} */
  const from = [];
  for (let k = 1; k < Math.min(count, m); k++) {
    const step = oneMore(best, cost, k, m);
    from.push(step.from);
    best = step.best;
  }
  /** @type {number[]} */
  const breaks = [];
  for (let k = from.length - 1, end = m; k >= 0; k--) {
    end = from[k][end];
    breaks.unshift(value[end]);
  }
  return breaks;
}

/** @typedef {(first: number, end: number) => number} Cost of values first … end − 1 as one class */

/**
 * @param {number[]} value
 * @param {number[]} weight
 * @returns {Cost}
 */
function costs(value, weight) {
  const m = value.length;
  const [w, s, q] = [new Float64Array(m + 1), new Float64Array(m + 1), new Float64Array(m + 1)];
  const middle = value[m >> 1]; // sums around it keep their digits
  for (let i = 0; i < m; i++) {
    const v = value[i] - middle;
    w[i + 1] = w[i] + weight[i];
    s[i + 1] = s[i] + weight[i] * v;
    q[i + 1] = q[i] + weight[i] * v * v;
  }
  return (i, j) => q[j] - q[i] - (s[j] - s[i]) ** 2 / (w[j] - w[i]);
}

/**
 * The best of one class more: the sums by end, and where the last class begins.
 * @param {Float64Array} before
 * @param {Cost} cost
 * @param {number} k
 * @param {number} m
 */
function oneMore(before, cost, k, m) {
  const best = new Float64Array(m + 1).fill(Infinity);
  const from = new Int32Array(m + 1);
  const work = [[k + 1, m, k, m - 1]];
  for (let next = work.pop(); next; next = work.pop()) {
    const [first, last, low, high] = next;
    if (first > last) continue;
    const j = (first + last) >> 1;
    for (let i = low; i <= Math.min(high, j - 1); i++) {
      const sum = before[i] + cost(i, j);
      if (sum < best[j]) {
        best[j] = sum;
        from[j] = i;
      }
    }
    work.push([first, j - 1, low, from[j]], [j + 1, last, from[j], high]);
  }
  return { best, from };
}

/**
 * Ascending values once each with how often they stand; past `EXACT`, means of neighbours.
 * @param {Float64Array} ascending
 */
function distinct(ascending) {
  /** @type {number[]} */
  const value = [];
  /** @type {number[]} */
  const weight = [];
  for (const v of ascending) {
    if (v === value[value.length - 1]) weight[weight.length - 1]++;
    else {
      value.push(v);
      weight.push(1);
    }
  }
  return value.length <= EXACT ? { value, weight } : means(value, weight);
}

/**
 * @param {number[]} value
 * @param {number[]} weight
 */
function means(value, weight) {
  const width = Math.ceil(value.length / EXACT);
  /** @type {{ value: number[], weight: number[] }} */
  const out = { value: [], weight: [] };
  for (let first = 0; first < value.length; first += width) {
    let sum = 0;
    let count = 0;
    for (let i = first; i < Math.min(first + width, value.length); i++) {
      sum += value[i] * weight[i];
      count += weight[i];
    }
    out.value.push(sum / count);
    out.weight.push(count);
  }
  return out;
}

/**
 * Class of each value: how many edges lie at or under it; what is missing comes after the last.
 * @param {ArrayLike<number>} values
 * @param {readonly number[]} edges
 */
export function codesOf(values, edges) {
  const out = new Uint8Array(values.length);
  const blank = edges.length + 1;
  const cuts = values instanceof Float32Array ? edges.map(Math.fround) : edges; // 0.7 is on 0.7
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let code = 0;
    if (Number.isNaN(value)) code = blank;
    else while (code < cuts.length && value >= cuts[code]) code++;
    out[i] = code;
  }
  return out;
}

/**
 * Thresholds that the rules in force set for an indicator, ascending.
 * @param {Page} data
 * @param {string} name
 */
export function limitsOf(data, name) {
  const found = new Set();
  for (const rule of data.rules) {
    if (rule.indicator !== name) continue;
    const { low, high } = barsOf(rule);
    for (const side of [low, high]) {
      for (const v of side) if (!Number.isNaN(v)) found.add(v);
    }
  }
  return [...found].sort((a, b) => a - b).slice(0, MOST - 1);
}

/**
 * The theme's figures of a year (null: the map's own), or null where it is a theme of words.
 * @param {Page} data
 * @param {Theme | undefined} theme
 * @param {number | null} [year]
 */
export function figuresOf(data, theme, year = null) {
  if (!theme) return null;
  const past = year !== null && data.history.years.includes(year);
  return past ? figuresIn(data, theme.column, year) : columnOf(data, theme.column);
}

/**
 * Figures of a year by their name; those of the map's own may be the column's.
 * @param {Pick<Page, "columns" | "history" | "year">} data
 * @param {string} name
 * @param {number} year
 */
export function figuresIn(data, name, year) {
  const own = data.history.figures.find((f) => f.name === name && f.year === year);
  return own?.values ?? (year === data.year ? columnOf(data, name) : null);
}

/**
 * @param {Pick<Page, "columns">} data
 * @param {string} name
 */
function columnOf(data, name) {
  const column = data.columns.find((c) => c.name === name);
  return column?.kind === "number" ? /** @type {Float32Array} */ (column.values) : null;
}

/**
 * Ways in which a theme can be cut.
 * @param {Page} data
 * @param {Theme} theme
 * @returns {Method[]}
 */
export function methodsOf(data, theme) {
  if (!figuresOf(data, theme)) return [];
  return ["quantile", "natural", "equal", ...(limitsOf(data, theme.column).length ? LIMITS : [])];
}

/** @type {Method[]} */
const LIMITS = ["limits"];

/**
 * @param {Page} data
 * @param {Theme} theme
 * @param {Method} method
 * @param {Float64Array} ascending the theme's figures of the map's own year
 */
export function edgesUnder(data, theme, method, ascending) {
  if (method === "quantile") return theme.edges;
  return method === "limits" ? limitsOf(data, theme.column) : readableEdges(ascending, method);
}

/**
 * The theme under a method and a year: {…theme, codes, legend}. The edges are always those of the
 * map's own year, so that years compare; of a folder (`breaks`) those of all its parcels, and the
 * theme is as the run cut it until they are known.
 * @param {Page} data
 * @param {Theme} theme
 * @param {Look} look
 * @param {Breaks | null} breaks
 * @returns {Theme}
 */
export function dressed(data, theme, { method, year }, breaks = null) {
  const own = figuresOf(data, theme);
  const values = figuresOf(data, theme, year) ?? own;
  if (!own || !values || (method === "quantile" && values === own)) return theme;
  const kept = breaks?.[breakKey(theme, method)];
  if (breaks && !kept && method !== "quantile") return theme;
  const edges = kept?.edges ?? edgesUnder(data, theme, method, known(own));
  const [zh, en] = theme.note;
  return {
    ...theme,
    note: [cutNote(zh, WORDS.zh.classed[method]), cutNote(en, WORDS.en.classed[method])],
    edges,
    codes: codesOf(values, edges),
    legend:
      breaks && method === "quantile"
        ? theme.legend
        : legendOf(
            data,
            theme,
            edges,
            kept?.ends ?? known(values === own ? own : [...own, ...values]),
          ),
  };
}

/**
 * The theme's note with its first part, how it is cut, said anew.
 * @param {string} note
 * @param {string} classed
 */
function cutNote(note, classed) {
  return note.replace(/^[^；;]*/, classed);
}

/**
 * Spans in the colours of the ramp, and behind them the theme's own class of what is missing.
 * @param {Page} data
 * @param {Theme} theme
 * @param {number[]} edges
 * @param {Float64Array} ascending the figures of the map's year and of the one shown
 * @returns {Theme["legend"]}
 */
function legendOf({ ramp }, theme, edges, ascending) {
  const labels = spansOf(edges, ascending);
  const spans = labels.length;
  const items = labels.map((label, k) => ({
    key: label,
    zh: label,
    en: label,
    hatch: "",
    color: between(ramp, spans > 1 ? k / (spans - 1) : 0),
    parcels: 1,
    mu: 0,
  }));
  return [...items, { ...theme.legend[theme.legend.length - 1], parcels: 1 }];
}

/**
 * What links call the classes of a theme: words of the run, spans by their exact ends; a name that
 * stands twice has its number behind it.
 * @param {Pick<Theme, "legend" | "edges">} theme
 */
export function keysOf({ legend, edges }) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return legend.map(({ key, zh }, k) => {
    const spans = edges.length > 0 && k <= edges.length;
    const name = spans ? `${edges[k - 1] ?? ""}..${edges[k] ?? ""}` : (key ?? zh);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times > 1 ? `${name}#${times}` : name;
  });
}

/**
 * The colour at a share of a ramp of #rrggbb.
 * @param {readonly string[]} ramp
 * @param {number} share
 */
export function between(ramp, share) {
  const place = share * (ramp.length - 1);
  const first = Math.min(Math.floor(place), ramp.length - 2);
  /** @param {string} color */
  const parts = (color) => [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
  const [a, b] = [parts(ramp[first]), parts(ramp[first + 1])];
  const mixed = a.map((v, k) => Math.round(v + (b[k] - v) * (place - first)));
  return `#${mixed.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Parcels and 亩 of each class of a theme, of those in play.
 * @param {Pick<Page, "mu">} data
 * @param {Theme} theme
 * @param {Uint8Array} inPlay
 */
export function counts(data, theme, inPlay) {
  const out = theme.legend.map(() => ({ parcels: 0, mu: 0 }));
  for (let i = 0; i < inPlay.length; i++) {
    if (!inPlay[i]) continue;
    out[theme.codes[i]].parcels++;
    out[theme.codes[i]].mu += at(data.mu, i) ?? 0;
  }
  return out;
}
