// How a theme of figures is cut into classes, and a theme as it looks under a method and a year.

import { WORDS } from "../view/words.js";
import { at } from "../lib/format.js";

export const CLASSES = 5;
const EXACT = 20_000; // distinct values up to which natural breaks are exact; beyond, on as many means
const MOST = 9; // classes by thresholds

/** The values that are known, ascending. */
export function known(values) {
  const out = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  return out.sort();
}

/** Inner class edges of ascending values, distinct and ascending: "quantile", "natural", "equal". */
export function edgesOf(ascending, method, count = CLASSES) {
  const n = ascending.length;
  if (!n) return [];
  const steps = Array.from({ length: count - 1 }, (_, k) => (k + 1) / count);
  if (method === "natural") return natural(ascending, count);
  const low = ascending[0],
    high = ascending[n - 1];
  const edges =
    method === "equal"
      ? high > low
        ? steps.map((s) => low + s * (high - low))
        : [low]
      : steps.map((s) => {
          const place = s * (n - 1),
            first = Math.floor(place),
            rest = place - first;
          return (
            ascending[first] + rest * (ascending[Math.min(first + 1, n - 1)] - ascending[first])
          );
        });
  return [...new Set(edges)];
}

/**
 * Fisher's natural breaks: the classes with the least sum of squared distances from their means, by
 * dynamic programming; the best last break moves right with the end, which halves the search.
 */
export function natural(ascending, count = CLASSES) {
  const { value, weight } = distinct(ascending);
  const m = value.length,
    classes = Math.min(count, m);
  const w = new Float64Array(m + 1),
    s = new Float64Array(m + 1),
    q = new Float64Array(m + 1);
  const middle = value[m >> 1]; // sums around it keep their digits
  for (let i = 0; i < m; i++) {
    const v = value[i] - middle;
    w[i + 1] = w[i] + weight[i];
    s[i + 1] = s[i] + weight[i] * v;
    q[i + 1] = q[i] + weight[i] * v * v;
  }
  const cost = (i, j) => q[j] - q[i] - (s[j] - s[i]) ** 2 / (w[j] - w[i]); // of values i … j − 1
  let best = Float64Array.from({ length: m + 1 }, (_, j) => (j ? cost(0, j) : 0));
  const from = [];
  for (let k = 1; k < classes; k++) {
    const next = new Float64Array(m + 1).fill(Infinity),
      at_ = new Int32Array(m + 1);
    const work = [[k + 1, m, k, m - 1]];
    while (work.length) {
      const [first, last, low, high] = work.pop();
      if (first > last) continue;
      const j = (first + last) >> 1;
      for (let i = low; i <= Math.min(high, j - 1); i++) {
        const sum = best[i] + cost(i, j);
        if (sum < next[j]) {
          next[j] = sum;
          at_[j] = i;
        }
      }
      work.push([first, j - 1, low, at_[j]], [j + 1, last, at_[j], high]);
    }
    from.push(at_);
    best = next;
  }
  const breaks = [];
  for (let k = from.length - 1, end = m; k >= 0; k--) breaks.unshift(value[(end = from[k][end])]);
  return breaks;
}

/** Ascending values once each with how often they stand; past `EXACT`, means of neighbours. */
function distinct(ascending) {
  const value = [],
    weight = [];
  for (const v of ascending) {
    if (v === value[value.length - 1]) weight[weight.length - 1]++;
    else {
      value.push(v);
      weight.push(1);
    }
  }
  if (value.length <= EXACT) return { value, weight };
  const width = Math.ceil(value.length / EXACT),
    out = { value: [], weight: [] };
  for (let first = 0; first < value.length; first += width) {
    let sum = 0,
      count = 0;
    for (let i = first; i < Math.min(first + width, value.length); i++) {
      sum += value[i] * weight[i];
      count += weight[i];
    }
    out.value.push(sum / count);
    out.weight.push(count);
  }
  return out;
}

/** Class of each value: how many edges lie at or under it; what is missing comes after the last. */
export function codesOf(values, edges) {
  const out = new Uint8Array(values.length),
    blank = edges.length + 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let code = 0;
    if (Number.isNaN(value)) code = blank;
    else while (code < edges.length && value >= edges[code]) code++;
    out[i] = code;
  }
  return out;
}

/** Thresholds that the rules in force set for an indicator, ascending. */
export function limitsOf(data, name) {
  const found = new Set();
  for (const rule of data.rules ?? []) {
    if (rule.indicator !== name) continue;
    for (const side of [rule.low, rule.high])
      for (const v of side) if (!Number.isNaN(v)) found.add(v);
  }
  return [...found].sort((a, b) => a - b).slice(0, MOST - 1);
}

/** The theme's figures of a year (null: the map's own), or null where it is a theme of words. */
export function figuresOf(data, theme, year = null) {
  if (!theme) return null;
  if (data.history.years.includes(year)) {
    return data.history.figures.find((f) => f.name === theme.id && f.year === year)?.values ?? null;
  }
  const column = data.columns.find((c) => c.name === theme.id);
  return column && column.values instanceof Float32Array ? column.values : null;
}

/** Ways in which a theme can be cut. */
export function methodsOf(data, theme) {
  if (!figuresOf(data, theme)) return [];
  return ["quantile", "natural", "equal", ...(limitsOf(data, theme.id).length ? ["limits"] : [])];
}

/**
 * The theme under a method and a year: {…theme, codes, legend}. The edges are always those of the
 * map's own year, so that years compare.
 */
export function dressed(data, theme, { method = "quantile", year = null } = {}) {
  const own = figuresOf(data, theme);
  const values = figuresOf(data, theme, year) ?? own;
  if (!own || (method === "quantile" && values === own)) return theme;
  const edges =
    method === "quantile" && theme.edges
      ? theme.edges
      : method === "limits"
        ? limitsOf(data, theme.id)
        : edgesOf(known(own), method);
  const note = (theme.note ?? []).map((text, k) =>
    text.replace(/^[^；;]*/, [WORDS.zh, WORDS.en][k].classed[method]),
  );
  return { ...theme, note, edges, codes: codesOf(values, edges), legend: legendOf(data, edges) };
}

function legendOf(data, edges) {
  const said = edges.map(short),
    spans = edges.length + 1;
  const label = (k) =>
    !edges.length
      ? "—"
      : k === 0
        ? `< ${said[0]}`
        : k === spans - 1
          ? `≥ ${said[k - 1]}`
          : `${said[k - 1]} – ${said[k]}`;
  const items = Array.from({ length: spans }, (_, k) => ({
    zh: label(k),
    en: label(k),
    color: between(data.ramp, spans > 1 ? k / (spans - 1) : 0),
    parcels: 1,
  }));
  return [...items, { zh: "无数据", en: "no data", color: data.blank, parcels: 1 }];
}

/** Four digits, as the legend made in Python says them. */
export function short(value) {
  return Math.abs(value) < 1000
    ? String(Number(value.toPrecision(4)))
    : value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** The colour at a share of a ramp of #rrggbb. */
export function between(ramp, share) {
  const place = share * (ramp.length - 1),
    first = Math.min(Math.floor(place), ramp.length - 2);
  const parts = (color) => [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
  const [a, b] = [parts(ramp[first]), parts(ramp[first + 1])];
  return `#${a
    .map((v, k) =>
      Math.round(v + (b[k] - v) * (place - first))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** Parcels and 亩 of each class of a theme, of those in play. */
export function counts(data, theme, inPlay) {
  const out = theme.legend.map(() => ({ parcels: 0, mu: 0 }));
  for (let i = 0; i < inPlay.length; i++) {
    if (!inPlay[i]) continue;
    out[theme.codes[i]].parcels++;
    out[theme.codes[i]].mu += at(data.mu, i) ?? 0;
  }
  return out;
}
