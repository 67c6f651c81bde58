// The legend: classes with counts and 亩 of what is in play, sums, and what is drawn over.

import { inPlay, now, view } from "../derived.js";
import { el, svg } from "../lib/dom.js";
import { number, withUnit } from "../lib/format.js";
import { aside, fill, parcelCount } from "../lib/words.js";
import { contextOf } from "../map/canvas.js";
import { counts } from "../map/classes.js";
import { shown, sums } from "../map/filter.js";
import { fillBox } from "../map/hatch.js";
import { tableOf, tally, totals } from "../map/province.js";
import { symbolNode } from "../map/symbol.js";
import { datedColumns, saidYear } from "../map/year.js";
import { loadedPart } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../lib/dom.js").Child} Child */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

/**
 * What stands in the legend of the theme that is shown.
 * @param {App} app
 * @returns {Child[]}
 */
export function legend(app) {
  const { state, words, folder } = app;
  const theme = view(state);
  if (!theme) return [];
  const { classCounts, part } = counted(app, theme);
  const open = classCounts.filter((_, code) => !state.hidden.has(code));
  /** @param {"parcels" | "mu"} name */
  const sum = (name) => open.reduce((total, item) => total + item[name], 0);
  const head = line("mujun-head", el("i"), theme.note[app.at], words.parcels, words.mu);
  const total = part && state.whole ? ["…", "…"] : [number(sum("parcels")), number(sum("mu"), 0)];
  const empty = !part && !classCounts.some(({ parcels }) => parcels);
  return [
    empty ? nothing(app) : null,
    part ? el("p", { class: "mujun-partial", role: "status" }, partly(app)) : null,
    head,
    ...classes(app, theme, classCounts, part && state.whole),
    line("mujun-total", el("i"), part ? words.loaded : words.total, total[0], total[1]),
    ...money(app, theme),
    ...samples(app, theme),
    folder && el("p", { class: "mujun-note mujun-loaded" }, loaded(app)),
    listButton(app),
  ];
}

/**
 * Nothing passes the filters: a sentence, and the way back.
 * @param {App} app
 */
function nothing(app) {
  const { words } = app;
  const onclick = () => app.dispatch({ type: "clear" });
  const clear = el("button", { type: "button", class: "mujun-keep", onclick }, words.clear);
  return el("p", { class: "mujun-empty", role: "status" }, words.empty, " ", clear);
}

/**
 * Parcels and 亩 of each class in play; `part`: of a folder those that are loaded, as not all are
 * counted yet.
 * @param {App} app
 * @param {Theme} theme
 */
export function counted({ state, folder }, theme) {
  const table = folder ? tableOf(state) : null;
  const classCounts =
    folder && table
      ? tally(table, folder.parks(state.park), theme.legend.length)
      : counts(now(state), theme, inPlay(state));
  return { classCounts, part: Boolean(folder && !table) };
}

/**
 * A button a class: a click hides it or shows it again.
 * @param {App} app
 * @param {Theme} theme
 * @param {{ parcels: number, mu: number }[]} classCounts
 * @param {boolean} open none is counted yet
 */
function classes(app, theme, classCounts, open) {
  return theme.legend.flatMap((item, code) => {
    const { parcels, mu } = classCounts[code];
    if (!item.parcels && !parcels) return [];
    const attributes = {
      type: "button",
      class: "mujun-class",
      "aria-pressed": String(!app.state.hidden.has(code)),
      onclick: () => app.dispatch({ type: "toggle-class", code }),
    };
    const cells = [number(parcels), number(mu, 0)].map((text) => el("b", {}, open ? "…" : text));
    const name = el("span", {}, app.pick(item));
    return [el("button", attributes, swatch(item), name, ...cells)];
  });
}

/**
 * Sums of what is shown, and beside them what was reported: not all of it is on these parcels.
 * @param {App} app
 * @param {Theme} theme
 */
function money(app, theme) {
  const { state, words } = app;
  const added = sumTexts(app, theme).map((text) =>
    el("p", { class: "mujun-note mujun-sum" }, text),
  );
  const own = saidYear(state, null);
  const of = own === null ? "" : `${words.in_year.replace("{year}", String(own))} `;
  const reported = state.data.sums.flatMap((name) => {
    const text = state.data.totals[name]?.[app.at];
    return text ? [el("p", { class: "mujun-note mujun-input" }, `${of}${text}`)] : [];
  });
  if (!reported.length) return added;
  const parts = el("summary", { class: "mujun-note" }, words.parts_of_total);
  return [...added, el("details", { class: "mujun-reported" }, parts, ...reported)];
}

/**
 * The page's sums over all parcels of a folder; one that none of them reports is left out.
 * @param {App} app
 * @param {Theme} theme
 * @param {import("../judge/census.js").Table} table
 */
function sumsOf({ state, folder }, theme, table) {
  const { sums: names } = state.data;
  const columns = datedColumns(state);
  const of = { sums: names.length, hidden: state.hidden };
  const all = totals(table, folder?.parks(state.park) ?? [], theme.legend.length, of);
  return names.flatMap((name, k) => {
    const column = columns.find((c) => c.name === name);
    return column && all[k].known ? [{ column, ...all[k] }] : [];
  });
}

/**
 * Sums of what is shown, each with its year where that is not the map's own.
 * @param {App} app
 * @param {Theme} theme
 */
export function sumTexts(app, theme) {
  const { state, words, folder } = app;
  const table = folder ? tableOf(state) : null;
  const page = { columns: datedColumns(state), sums: state.data.sums };
  const ofLoaded = () => sums(page, shown(theme, inPlay(state), state.hidden));
  return (table ? sumsOf(app, theme, table) : ofLoaded()).map(({ column, total, known }) => {
    const year = saidYear(state, column.year);
    const of = year === null ? "" : `${words.in_year.replace("{year}", String(year))} `;
    const figure = withUnit(number(total, 0), column.unit[app.at]);
    return `${app.pick(column)} ${of}${figure}${aside(words, parcelCount(words, known))}`;
  });
}

/**
 * That what stands here is not of all parcels yet, and how far they are counted.
 * @param {App} app
 */
function partly({ folder, state, words }) {
  return fill(words.only_loaded, {
    loaded: number(folder?.count),
    all: number(folder?.total),
    share: number(100 * state.counting, 0),
  });
}

/**
 * How much of a folder is loaded.
 * @param {App} app
 */
function loaded({ folder, state, words }) {
  if (state.whole || !folder) return words.zoom_in;
  return words.outlines_loaded
    .replace("{loaded}", number(folder.count))
    .replace("{all}", number(folder.total));
}

/** @param {App} app */
function listButton(app) {
  const onclick = () => app.dispatch({ type: "open", card: { kind: "list" } });
  return el("button", { type: "button", class: "mujun-keep", onclick }, app.words.list);
}

/**
 * A legend that is only read, of the other side of the swipe.
 * @param {App} app
 * @param {Theme} theme
 * @param {ReadonlySet<number>} hidden
 */
export function plainLegend(app, theme, hidden) {
  const lines = legendRows(app, theme, counts(now(app.state), theme, inPlay(app.state)), hidden);
  const part = loadedPart(app);
  return part ? [...lines, el("p", { class: "mujun-note" }, part)] : lines;
}

/**
 * Rows of the classes that hold parcels and are not hidden.
 * @param {App} app
 * @param {Theme} theme
 * @param {{ parcels: number, mu: number }[]} classCounts
 * @param {ReadonlySet<number>} hidden
 */
export function legendRows(app, theme, classCounts, hidden = new Set()) {
  return theme.legend.flatMap((item, code) => {
    const { parcels, mu } = classCounts[code];
    if (!parcels || hidden.has(code)) return [];
    return [line("", swatch(item), app.pick(item), number(parcels), number(mu, 0))];
  });
}

/**
 * @param {string} kind
 * @param {Child} mark
 * @param {string} text
 * @param {string} parcels
 * @param {string} mu
 */
function line(kind, mark, text, parcels, mu) {
  return el(
    "div",
    { class: `mujun-class ${kind}` },
    mark,
    el("span", {}, text),
    el("b", {}, parcels),
    el("b", {}, mu),
  );
}

/**
 * The colour of a class with its pattern, as the map has it.
 * @param {{ color: string, hatch: string }} look
 */
export function swatch(look) {
  const own = { style: `background:${look.color}`, class: "mujun-swatch" };
  if (!look.hatch) return el("i", own);
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [16, 13];
  const canvas = el("canvas", { width: Math.round(w * ratio), height: Math.round(h * ratio) });
  const ctx = contextOf(canvas);
  ctx.scale(ratio, ratio);
  fillBox(ctx, { x: 0, y: 0, w, h }, look, 6, ratio);
  return el("i", own, canvas);
}

/**
 * What is drawn over the parcels with the theme.
 * @param {App} app
 * @param {Theme} theme
 */
function samples(app, theme) {
  return (app.state.data.overlays[theme.id] ?? []).map((kind) =>
    el(
      "div",
      { class: "mujun-class mujun-line" },
      kind.points.length
        ? symbolNode({ shape: kind.shape, color: kind.color, text: kind.symbol[app.at] }, 7)
        : lineSample(kind),
      el("span", {}, app.pick(kind)),
    ),
  );
}

/**
 * A piece of a kind's line with its dashes.
 * @param {{ color: string, dash: string }} kind
 */
function lineSample({ color, dash }) {
  const look = { stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash || null };
  const stroke = svg("line", { x1: 0, y1: 4, x2: 20, y2: 4, ...look });
  return el("i", {}, svg("svg", { width: 20, height: 8, "aria-hidden": "true" }, stroke));
}
