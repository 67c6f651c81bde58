// The legend: classes with counts and 亩 of what is in play, sums, and what is drawn over.

import { inPlay, now, view } from "../derived.js";
import { el, svg } from "../lib/dom.js";
import { number, withUnit } from "../lib/format.js";
import { contextOf } from "../map/canvas.js";
import { counts } from "../map/classes.js";
import { shown, sums } from "../map/filter.js";
import { fillBox } from "../map/hatch.js";
import { symbolNode } from "../map/symbol.js";
import { datedColumns, saidYear } from "../map/year.js";

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
  const tally =
    folder && state.whole
      ? folder.sums(theme, state.park)
      : counts(now(state), theme, inPlay(state));
  const open = tally.filter((_, code) => !state.hidden.has(code));
  /** @param {"parcels" | "mu"} name */
  const sum = (name) => open.reduce((total, item) => total + item[name], 0);
  const head = line("mujun-head", el("i"), theme.note[app.at], words.parcels, words.mu);
  const total = [number(sum("parcels")), number(sum("mu"), 0)];
  return [
    head,
    ...classes(app, theme, tally),
    line("mujun-total", el("i"), words.total, total[0], total[1]),
    ...money(app, theme),
    ...samples(app, theme),
    folder && el("p", { class: "mujun-note mujun-loaded" }, loaded(app)),
    state.whole ? null : listButton(app),
  ];
}

/**
 * A button a class: a click hides it or shows it again.
 * @param {App} app
 * @param {Theme} theme
 * @param {{ parcels: number, mu: number }[]} tally
 */
function classes(app, theme, tally) {
  return theme.legend.flatMap((item, code) => {
    const { parcels, mu } = tally[code];
    if (!item.parcels && !parcels) return [];
    const attributes = {
      type: "button",
      class: "mujun-class",
      "aria-pressed": String(!app.state.hidden.has(code)),
      onclick: () => app.dispatch({ type: "toggle-class", code }),
    };
    const cells = [el("b", {}, number(parcels)), el("b", {}, number(mu, 0))];
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
  const page = { columns: datedColumns(state), sums: state.data.sums };
  const parcels = shown(theme, inPlay(state), state.hidden);
  /** @param {number | null} year */
  const dated = (year) => {
    const said = saidYear(state, year);
    return said === null ? "" : `${words.in_year.replace("{year}", String(said))} `;
  };
  const added = sums(page, parcels).map(({ column, total, known }) =>
    el(
      "p",
      { class: "mujun-note mujun-sum" },
      `${app.pick(column)} ${dated(column.year)}` +
        `${withUnit(number(total, 0), column.unit[app.at])}（${number(known)} ${words.parcels}）`,
    ),
  );
  const reported = page.sums.flatMap((name) => {
    const text = state.data.totals[name]?.[app.at];
    return text ? [el("p", { class: "mujun-note mujun-input" }, `${dated(null)}${text}`)] : [];
  });
  return [...added, ...reported];
}

/**
 * How much of a folder is loaded.
 * @param {App} app
 */
function loaded({ folder, state, words }) {
  if (state.whole || !folder) return words.zoom_in;
  return `${words.loaded} ${number(folder.count)} / ${number(folder.total)} ${words.parcels}`;
}

/** @param {App} app */
function listButton(app) {
  const onclick = () => app.dispatch({ type: "open", card: { kind: "list" } });
  return el("button", { type: "button", class: "mujun-keep", onclick }, app.words.list);
}

/**
 * A legend that is only read: of the other side of the swipe.
 * @param {App} app
 * @param {Theme} theme
 */
export function plainLegend(app, theme) {
  const tally = counts(now(app.state), theme, inPlay(app.state));
  return theme.legend.flatMap((item, code) => {
    const { parcels, mu } = tally[code];
    const cells = [number(parcels), number(mu, 0)];
    return parcels ? [line("", swatch(item), app.pick(item), cells[0], cells[1])] : [];
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
function swatch(look) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [16, 13];
  const canvas = el("canvas", { width: Math.round(w * ratio), height: Math.round(h * ratio) });
  const ctx = contextOf(canvas);
  ctx.scale(ratio, ratio);
  fillBox(ctx, { x: 0, y: 0, w, h }, look, 6, ratio);
  return el("i", { style: `background:${look.color}`, class: "mujun-swatch" }, canvas);
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
