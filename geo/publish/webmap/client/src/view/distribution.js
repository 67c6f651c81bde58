// The spread of the theme's figure under the legend, and where a parcel stands in it on its card.

import "../style/distribution.css";
import { asked, inPlay, now, view } from "../derived.js";
import { binds, gapAt, gapText, required } from "../judge/required.js";
import { gapOf } from "../judge/sets.js";
import { el, svg } from "../lib/dom.js";
import {
  decimalsOf,
  figureText,
  inMillions,
  number,
  percent,
  signOf,
  withUnit,
} from "../lib/format.js";
import { fill, parcelCount } from "../lib/words.js";
import { figuresOf, limitsOf } from "../map/classes.js";
import { barsInForce, barsOn, spreadOf, standingOf } from "../map/distribution.js";
import { yearOf } from "../map/year.js";
import { folding } from "./controls.js";
import { loadedPart } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {import("../map/distribution.js").InForce} InForce */
/** @typedef {import("../map/distribution.js").Spread} Spread */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/**
 * @typedef {object} Figure
 * @property {Theme} theme
 * @property {string} title with its year where it is not the map's own
 * @property {string} unit
 * @property {string} year in brackets; empty where it is the map's own
 * @property {ArrayLike<number>} values
 * @property {number} decimals of its figures
 * @property {InForce[]} bars of the rules in force, of whatever year the figures are
 */

const [WIDTH, HEIGHT, TOP, STRIP] = [300, 84, 12, 5];

/**
 * The figure of a theme in a year; null where it is one of words, or of a change.
 * @param {App} app
 * @param {Theme | null} theme
 * @param {number | null} year
 * @returns {Figure | null}
 */
function figureOf({ state, words, at: place }, theme, year) {
  const data = now(state);
  const { since = null } = state.look;
  const past = year === data.year ? null : year;
  const values = theme && since === null ? figuresOf(data, theme, past) : null;
  const column = data.columns.find(({ name }) => name === theme?.column);
  if (!theme || !values || !column) return null;
  const said = past === null ? "" : words.of_year.replace("{year}", String(past));
  const bars = barsInForce(data, theme.column, inPlay(state));
  const title = `${column[state.lang]}${said}`;
  const decimals = decimalsOf(/** @type {Float32Array} */ (column.values));
  return { theme, title, unit: column.unit[place], year: said, values, decimals, bars };
}

/** @param {State} state */
export const spreadUses = (state) => [
  ...[state.lang, now(state), view(state), inPlay(state), state.boxes.has("spread")],
  ...[state.whole, state.counted],
];

/**
 * The box of the panel: a histogram over the parcels in play, bars in force, and both in words.
 * @param {App} app
 * @returns {Child[]}
 */
export function spreadBox(app) {
  const { state, words } = app;
  const figure = figureOf(app, view(state), yearOf(state));
  if (!figure) return [];
  const content = state.boxes.has("spread") ? told(app, figure) : [];
  return [folding(app, "spread", "mujun-spread", words.distribution.title, ...content)];
}

/**
 * Of a folder all parcels, once they are counted; until then those that are loaded.
 * @param {App} app
 * @param {Figure} loaded
 * @returns {Child[]}
 */
function told(app, loaded) {
  const { words, state } = app;
  const said = words.distribution;
  const all =
    app.folder && state.counted?.ask === asked(state) ? state.counted.answer.spread : null;
  if (state.whole && !all) return [el("p", { class: "mujun-note" }, words.counting)];
  const bars = all?.bars.map((bar) => ({ ...bar, rule: now(state).rules[bar.rule] }));
  const figure = bars ? { ...loaded, bars } : loaded;
  const spread = all?.spread ?? spreadOf(figure.values, inPlay(state));
  const counted = fill(said.counted, {
    known: number(spread.known),
    missing: number(spread.missing),
  });
  const middle = `${said.median} ${shown(spread.median, figure)}`;
  const part = all ? "" : loadedPart(app);
  const first = spread.known ? `${counted}${words.comma}${middle}` : counted;
  const lines = [`${first}${figure.year}`, ...barTexts(app, figure)];
  return [
    spread.known ? histogram(app, figure, spread, null) : null,
    ...lines.map((text) => el("p", { class: "mujun-note" }, text)),
    part ? el("p", { class: "mujun-note" }, part) : null,
  ];
}

/**
 * @param {number} value
 * @param {Pick<Figure, "values" | "decimals" | "unit">} figure
 */
function shown(value, figure) {
  return withUnit(figureText(figure, value), figure.unit);
}

/**
 * A line a bar: what rule, which value, or from where to where where it differs by parcel.
 * @param {App} app
 * @param {Figure} figure
 */
function barTexts(app, figure) {
  const said = app.words.distribution;
  if (!figure.bars.length) return [isBarred(app, figure) ? said.none_asked : said.no_bar];
  return figure.bars.map((bar) => {
    const one = bar.from === bar.to;
    const span = one ? number(bar.from, 6) : `${number(bar.from, 6)} – ${number(bar.to, 6)}`;
    const text = (one ? said.bar : said.bars)
      .replace("{rule}", () => app.pick(bar.rule))
      .replace("{sign}", signOf(bar.side, bar.open ? 3 : 0))
      .replace("{value}", withUnit(span, figure.unit));
    return ruled(app, figure, bar.rule, text);
  });
}

/**
 * Whether a rule sets a bar for the figure at all, on whatever parcels.
 * @param {App} app
 * @param {Figure} figure
 */
function isBarred({ state }, { theme }) {
  return limitsOf(now(state), theme.column).length > 0;
}

/**
 * What a bar is where it is not the one that these figures were judged by: a trial's, or that of
 * the rules in force for figures of another year.
 * @param {App} app
 * @param {Figure} figure
 * @param {import("../judge/judge.js").Rule} rule
 * @param {string} text
 */
function ruled({ words }, { year }, rule, text) {
  if (rule.trial) return `${words.tried}${words.colon}${text}`;
  return year ? `${words.distribution.in_force}${words.colon}${text}` : text;
}

/**
 * Bars of counts over the classes' colours; the bars in force as dashed lines, or bands where they
 * differ by parcel; a parcel as a mark.
 * @param {App} app
 * @param {Figure} figure
 * @param {Spread} spread
 * @param {number | null} value of a parcel
 */
function histogram(app, figure, spread, value) {
  const said = app.words.distribution;
  const { from, width, counts, open } = spread;
  const most = Math.max(...counts);
  const end = from + counts.length * width;
  const x = (/** @type {number} */ v) =>
    (Math.min(Math.max((v - from) / (end - from), 0), 1) * WIDTH).toFixed(1);
  const floor = HEIGHT - 18;
  const tall = (/** @type {number} */ n) => (n / most) * (floor - STRIP - TOP);
  const step = WIDTH / counts.length;
  const digits = Math.max(0, -Math.floor(Math.log10(width)));
  const written = (/** @type {number} */ v) => inMillions(number(v, digits), figure.unit);
  const range = (/** @type {number} */ k) => {
    const low = number(from + k * width, digits);
    const last = open && k === counts.length - 1;
    const text = last ? `≥ ${low}` : `${low} – ${number(from + (k + 1) * width, digits)}`;
    return inMillions(text, figure.unit);
  };
  const columns = counts.map((n, k) => {
    const box = { x: (k * step + 0.5).toFixed(1), width: (step - 1).toFixed(1) };
    const height = n ? Math.max(tall(n), 1) : 0;
    const label = `${range(k)}${app.words.colon}${parcelCount(app.words, n)}`;
    const title = svg("title", {}, label);
    const place = { y: (floor - STRIP - height).toFixed(1), height: height.toFixed(1) };
    return svg("rect", { ...box, ...place, class: "mujun-bin" }, title);
  });
  const described = fill(said.described, {
    title: figure.title,
    known: number(spread.known),
    median: shown(spread.median, figure),
  });
  const parts = [
    ...columns,
    ...strip(figure, x, from, end, floor),
    ...figure.bars.map((bar) => barMark(bar, x, floor)),
    value === null ? null : parcelMark(x(value), floor),
    ...ends(spread, floor, written),
  ];
  const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "mujun-histogram" };
  return svg("svg", { ...size, role: "img", "aria-label": described }, ...parts);
}

/**
 * The classes of the theme along the axis.
 * @param {Figure} figure
 * @param {(v: number) => string} x
 * @param {number} from
 * @param {number} end
 * @param {number} floor
 */
function strip({ theme }, x, from, end, floor) {
  const cuts = [from, ...theme.edges.filter((edge) => edge > from && edge < end), end];
  return cuts.slice(1).map((cut, k) => {
    const code = theme.edges.filter((edge) => edge <= cuts[k]).length;
    const wide = (Number(x(cut)) - Number(x(cuts[k]))).toFixed(1);
    const place = { x: x(cuts[k]), y: floor - STRIP, width: wide, height: STRIP };
    return svg("rect", { ...place, fill: theme.legend[code]?.color ?? "#999" });
  });
}

/**
 * @param {InForce} bar
 * @param {(v: number) => string} x
 * @param {number} floor
 */
function barMark(bar, x, floor) {
  if (bar.from === bar.to) {
    const line = { x1: x(bar.from), x2: x(bar.from), y1: TOP - 6, y2: floor };
    return svg("line", { ...line, class: "mujun-bar" });
  }
  const wide = Math.max(Number(x(bar.to)) - Number(x(bar.from)), 1);
  const place = { x: x(bar.from), y: TOP - 6, width: wide, height: floor - TOP + 6 };
  return svg("rect", { ...place, class: "mujun-bars" });
}

/**
 * @param {string} x
 * @param {number} floor
 */
function parcelMark(x, floor) {
  const peak = Math.min(Math.max(Number(x), 5), WIDTH - 5);
  const points = `${peak - 5},0 ${peak + 5},0 ${x},8`;
  return svg(
    "g",
    { class: "mujun-standing-mark" },
    svg("line", { x1: x, x2: x, y1: 6, y2: floor }),
    svg("polygon", { points }),
  );
}

/**
 * @param {Spread} spread
 * @param {number} floor
 * @param {(value: number) => string} written
 */
function ends({ from, width, counts, open }, floor, written) {
  const last = from + (counts.length - (open ? 1 : 0)) * width;
  const y = floor + 12;
  const high = `${open ? "≥ " : ""}${written(last)}`;
  return [
    svg("text", { x: 0, y }, written(from)),
    svg("text", { x: WIDTH, y, "text-anchor": "end" }, high),
  ];
}

/** @param {State} state */
export const standingUses = (state) => [
  ...[state.card, state.lang, state.card ? now(state) : null],
  ...[view(state), inPlay(state)],
];

/**
 * On a parcel's card: where it stands among the parcels in play in the theme's figure, or in tax
 * per mu under a theme of words.
 * @param {App} app
 * @returns {Child[]}
 */
export function standing(app) {
  const { state, words } = app;
  if (state.card?.kind !== "parcel") return [];
  const i = state.data.ids.indexOf(state.card.id);
  const tax = now(state).themes.find(({ id }) => id === "tax_per_mu") ?? null;
  const themed = figureOf(app, view(state), yearOf(state));
  const shownOne = themed ?? figureOf(app, tax, state.data.year);
  if (!shownOne || i < 0) return [];
  const rules = rulesFor(app, shownOne, i);
  const ofFigure = rules.filter(({ indicator }) => indicator === shownOne.theme.column);
  const figure = { ...shownOne, bars: barsOn(ofFigure, [i]) };
  const said = words.distribution;
  const own = standingOf(figure.values, inPlay(state), i);
  const head = el("h3", {}, `${said.standing}${words.colon}${figure.title}`);
  if (!own) return [head, el("p", { class: "mujun-note" }, words.no_figure)];
  const spread = spreadOf(figure.values, inPlay(state));
  const place = own.among ? said.place : said.beside;
  const text = fill(place, {
    value: `${shown(own.value, figure)}${figure.year}`,
    rank: number(own.above + 1),
    of: number(own.of),
    share: percent(own.of ? own.below / own.of : 0),
  });
  const part = loadedPart(app);
  const none = isBarred(app, figure) ? said.not_asked : said.no_bar;
  const lines = rules.length ? rules.map((rule) => gap(app, figure, rule, i)) : [none];
  return [
    head,
    spread.known ? histogram(app, figure, spread, own.value) : null,
    el("p", { class: "mujun-place" }, text),
    ...lines.map((line) => el("p", { class: "mujun-note" }, line)),
    part ? el("p", { class: "mujun-note" }, part) : null,
  ];
}

/**
 * Rules that ask something of the figure on a parcel; of others its requirement is never theirs.
 * @param {App} app
 * @param {Figure} figure
 * @param {number} i
 */
function rulesFor({ state }, { theme }, i) {
  return now(state).rules.filter((rule) => rule.indicator === theme.column && binds(rule, i));
}

/**
 * How far a parcel's figure is from what a rule asks of it.
 * @param {App} app
 * @param {Figure} figure
 * @param {import("../judge/judge.js").Rule} rule
 * @param {number} i
 */
function gap(app, figure, rule, i) {
  const { words, state } = app;
  const [low, high] = [rule.low[i], rule.high[i]];
  const far = figure.year ? gapOf(figure.values[i], low, high) : gapAt(rule, i);
  const limits = withUnit(required(rule, i, state.lang), figure.unit);
  const wanted = `${app.pick(rule)} ${limits}`;
  if (far === null) return ruled(app, figure, rule, wanted);
  const apart = gapText(rule, Math.abs(far), figure.unit, state.lang);
  const way = far < 0 ? words.short : words.over;
  return ruled(app, figure, rule, `${wanted}${words.comma}${way} ${apart}${figure.year}`);
}
