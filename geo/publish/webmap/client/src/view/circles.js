// The switch of proportional symbols and their size legend, on screen and on the sheet.

import "../style/circles.css";
import { inPlay, now, view } from "../derived.js";
import { el, svg } from "../lib/dom.js";
import { number, withUnit } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { circlesOfParks, kindAt, radiusOf, samplesOf, symbolsOf } from "../map/circles.js";
import { tableOf } from "../map/province.js";
import { datedColumns, yearOf } from "../map/year.js";
import { loadedPart } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {import("../map/circles.js").Symbols} Symbols */

const PER_MU = "_per_mu";

/**
 * The column whose total circles stand for, with the figures of the year that is shown; null where
 * the theme is no figure per mu, or the page has no such total.
 * @param {State} state
 */
export function totalOf(state) {
  const name = state.data.themes[state.theme]?.column ?? "";
  const since = state.look.since ?? null;
  if (!name.endsWith(PER_MU) || since !== null) return null;
  const column = datedColumns(state).find((one) => one.name === name.slice(0, -PER_MU.length));
  if (!column || column.kind !== "number") return null;
  // Of a folder, whose parcels are not all there, only sums are known.
  if (isFolder(state) && !state.data.sums.includes(column.name)) return null;
  const year = column.year ?? state.data.year;
  return year === yearOf(state) ? column : null;
}

/** @param {State} state */
const isFolder = ({ breaks }) => breaks !== null;

/** The circles that are shown, null where they are not wanted or cannot be. */
export const symbolsNow = memo(
  (/** @type {State} */ s) => [
    ...[s.circles, s.shape, s.data, now(s), view(s), inPlay(s), s.hidden, s.look, s.theme],
    ...(isFolder(s) ? [s.counted, s.park] : []),
  ],
  (state) => {
    const column = state.circles ? totalOf(state) : null;
    const theme = view(state);
    if (!column || !theme) return null;
    const playing = inPlay(state);
    const loaded = symbolsOf(state.shape, state.data, {
      totals: /** @type {Float32Array} */ (column.values),
      codes: theme.codes,
      edges: theme.edges,
      colors: theme.legend.map(({ color }) => color),
      shown: (i) => playing[i] === 1 && !state.hidden.has(theme.codes[i]),
    });
    return isFolder(state) ? ofAll(state, loaded, theme, column.name) : loaded;
  },
);

/**
 * Of a folder, the circles of loaded parcels with those of all parks; null until all are counted.
 * @param {State} state
 * @param {Symbols} loaded
 * @param {import("../../generated/wire.js").Theme} theme
 * @param {string} name
 * @returns {Symbols | null}
 */
function ofAll(state, loaded, { legend, edges }, name) {
  const table = tableOf(state);
  if (!table) return null;
  const { data, park, hidden } = state;
  const every = Array.from({ length: data.parks.length + 1 }, (_, k) => k);
  const counted = park ? every.filter((k) => data.parks[k]?.id === park) : every;
  const of = { sum: data.sums.indexOf(name), classes: legend.length, edges, hidden, counted };
  const { circles, missing } = circlesOfParks(data, table, of);
  return { ...loaded, parks: circles, left: { negative: 0, zero: 0, missing } };
}

/** @param {State} state */
export const circleUses = (state) => [state.lang, totalOf(state)?.name, symbolsNow(state)];

/**
 * The switch, where the theme has totals; under it the sizes, which follow the zoom.
 * @param {App} app
 * @returns {Child[]}
 */
export function circlesBox(app) {
  const { state, words, map } = app;
  const column = totalOf(state);
  if (!column) return [];
  const symbols = symbolsNow(state);
  const title = words.circles.title.replace("{total}", () => app.pick(column));
  const onchange = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    app.dispatch({ type: "circles", on: target.checked });
  const checked = state.circles ? "" : null;
  const box = el("input", { type: "checkbox", id: "mujun-circles", checked, onchange });
  const label = el("label", { class: "mujun-row mujun-circles" }, box, el("span", {}, title));
  if (!symbols) return [label];
  const sizes = el("div", { class: "mujun-sizes" });
  const write = () => {
    const fresh = !sizes.childNodes.length;
    if (fresh || sizes.isConnected) sizes.replaceChildren(...sizeLegend(app));
    else map.off("zoomend", write); // another legend stands in its place
  };
  write();
  map.on("zoomend", write);
  return [label, sizes];
}

/**
 * Circles of round totals, what they stand for, and which parcels have none; nothing where the map
 * has no circles.
 * @param {App} app
 * @param {number} world how wide it is, px
 * @returns {HTMLElement[]}
 */
export function sizeLegend(app, world = 256 * 2 ** app.map.getZoom()) {
  const symbols = symbolsNow(app.state);
  if (!symbols) return [];
  const kind = kindAt(symbols, world);
  const lines = circleTexts(app, symbols, kind).map((text) =>
    el("p", { class: "mujun-note" }, text),
  );
  const samples = samplesOf(symbols[kind].most);
  const unit = totalOf(app.state)?.unit[app.at] ?? "";
  const marks = samples.map((total) => {
    const r = radiusOf(symbols, world, total);
    const size = Math.ceil(2 * r + 2);
    const ring = svg("circle", { cx: size / 2, cy: size / 2, r, class: "mujun-ring" });
    const picture = svg("svg", { width: size, height: size, "aria-hidden": "true" }, ring);
    return el("span", {}, picture, withUnit(number(total), unit));
  });
  const part = kind === "parcels" ? loadedPart(app) : "";
  if (part) lines.push(el("p", { class: "mujun-note" }, part));
  return [el("div", { class: "mujun-samples" }, ...marks), ...lines];
}

/**
 * What a circle is of, and parcels in play that have none, in words.
 * @param {App} app
 * @param {Symbols} symbols
 * @param {"parcels" | "parks"} kind
 */
export function circleTexts({ words }, { left }, kind) {
  const said = words.circles;
  const counts = /** @type {const} */ (["negative", "zero", "missing"]).flatMap((name) =>
    left[name] ? said[name].replace("{count}", number(left[name])) : [],
  );
  const none = counts.length ? [`${said.none}${words.colon}${counts.join(words.comma)}`] : [];
  return [said[kind], ...none];
}
