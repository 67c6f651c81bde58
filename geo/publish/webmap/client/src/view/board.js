// The headline figures over the map: the first answer, each a way to what it counts.

import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { Slots } from "../lib/slots.js";
import { fill } from "../lib/words.js";
import { marksOf } from "../map/marks.js";
import { chosenHeadline } from "../shown.js";
import { onlyOf, themeCalled } from "../state.js";
import { foldButton, measured, placed } from "./layout.js";
import { swatch } from "./legend.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../../generated/wire.js").Headline} Headline */
/** @typedef {import("../../generated/wire.js").HeadlineFigure} HeadlineFigure */
/** @typedef {import("../../generated/wire.js").HeadlinePart} HeadlinePart */

/**
 * The board over the map; what it returns brings it up to date.
 * @param {App} app
 */
export function board(app) {
  const root = placed(app, el("header", { class: "mujun-board" }));
  const slots = new Slots(root, [
    { uses: (s) => [s.lang, s.data, unfollowed(s).join()], make: () => [heading(app)] },
    {
      uses: (s) => [s.lang, s.data.board, s.park, s.theme, s.figure, s.filters],
      make: () => [figures(app)],
    },
    { uses: (s) => [s.lang, s.boxes.has("board")], make: () => [buttons(app)] },
  ]);
  measured(app.map.getContainer(), "--mujun-top", root);
  return (/** @type {State} */ state) => {
    root.classList.toggle("mujun-folded", !state.boxes.has("board"));
    slots.update(state);
  };
}

/** What sets a map apart that the headline figures do not follow, in the order it is said. */
const UNFOLLOWED = /** @type {const} */ ([
  ["filters", ["filter", "area", "hidden"]],
  ["trial", ["trial"]],
  ["year", ["year", "change"]],
]);

/**
 * What the map follows and the headline figures do not: filters, a trial, another year.
 * @param {State} state
 */
function unfollowed(state) {
  const kinds = new Set(marksOf(state).map(({ kind }) => kind));
  return UNFOLLOWED.flatMap(([name, own]) => (own.some((kind) => kinds.has(kind)) ? [name] : []));
}

/**
 * Title, year and notice; what is said below the title has the same height whatever it says, so
 * that the board never grows over the map.
 * @param {App} app
 */
function heading({ state, words }) {
  const { title, year, synthetic, board: lines } = state.data;
  const own = year ? words.board_year.replace("{year}", String(year)) : "";
  const names = lines.length ? unfollowed(state).map((name) => words.board_unfollowed[name]) : [];
  const what = names.join(words.comma);
  const line = names.length ? fill(words.board_official, { year: own, what }).trim() : own;
  const notice = synthetic ? `${words.synthetic} · ${synthetic}` : "";
  const kind = names.length ? "mujun-year mujun-apart" : "mujun-year";
  const about = [
    line ? el("span", { class: kind, title: line }, line) : null,
    notice ? el("p", { class: "mujun-synthetic", role: "note", title: notice }, notice) : null,
  ];
  return el(
    "div",
    { class: "mujun-title" },
    title ? el("h1", { title }, title) : null,
    about.some(Boolean) ? el("div", { class: "mujun-about" }, ...about) : null,
  );
}

/** @param {App} app */
function buttons(app) {
  const language = {
    type: "button",
    class: "mujun-lang",
    onclick: () => app.dispatch({ type: "switch-language" }),
  };
  const open = app.state.boxes.has("board");
  const fold = app.state.data.board.length ? foldButton(app, "board", !open) : null;
  const tools = { class: "mujun-board-buttons" };
  return el("div", tools, el("button", language, app.words.language), fold);
}

/** @param {App} app */
function figures(app) {
  const { board: lines } = app.state.data;
  const list = { class: "mujun-figures", "aria-label": app.words.board };
  return el("ul", list, ...lines.map((line) => el("li", {}, figure(app, line))));
}

/**
 * The figure of a headline that the state is about: of the park that is chosen, else of all.
 * @param {State} state
 * @param {Headline} line
 * @returns {HeadlineFigure}
 */
export function figureOf({ data, park }, line) {
  return line.of[1 + data.parks.findIndex((p) => p.id === park)];
}

/**
 * @param {App} app
 * @param {Headline} line
 */
function figure(app, line) {
  const { state, words, at } = app;
  const shown = figureOf(state, line);
  const known = shown.shown[at];
  const value = known
    ? [el("b", {}, known), el("small", {}, shown.unit[at])]
    : [el("b", { class: "mujun-none" }, words.no_figure)];
  const mean = line.mean === null ? [] : [`${line.mean_title[at]} ${line.mean_shown[at]}`];
  const main = {
    type: "button",
    class: "mujun-headline-main",
    "aria-pressed": String(chosenHeadline(state) === line.id),
    title: [app.pick(line), line.note[at], ...shown.lines.map((text) => text[at]), ...mean]
      .filter(Boolean)
      .join("\n"),
    onclick: () => app.dispatch({ type: "headline", id: line.id }),
  };
  const lines = shown.lines.map((text) => el("span", { class: "mujun-under" }, text[at]));
  const name = el("span", { class: "mujun-name" }, app.pick(line));
  const button = el("button", main, name, el("span", { class: "mujun-value" }, ...value), ...lines);
  const few = shown.parts.length && shown.parts.length < 3 ? " mujun-few" : "";
  const box = { class: `mujun-headline${few}`, "data-figure": line.id };
  return el("div", box, button, parts(app, line, shown.parts));
}

/**
 * @param {App} app
 * @param {Headline} line
 * @param {HeadlinePart[]} all
 */
function parts(app, line, all) {
  if (!all.length) return null;
  return el("span", { class: "mujun-parts" }, ...all.map((part) => partOf(app, line, part)));
}

/**
 * A class of a figure: a click lets only it through, another click all again.
 * @param {App} app
 * @param {Headline} line
 * @param {HeadlinePart} part
 */
function partOf(app, line, { zh, en, count, color, theme, code }) {
  const { state } = app;
  const name = app.pick({ zh, en });
  const place = themeCalled(state, theme);
  const look = state.data.themes[place]?.legend[code];
  const mark = look ? swatch(look) : el("i", { style: `background:${color}` });
  const inside = [mark, name, " ", el("b", {}, number(count))];
  const pressed = place >= 0 && onlyOf(state, place) === code;
  const isNone = !count && !look?.parcels && !pressed; // nothing to be filtered
  if (place < 0 || isNone) return el("span", { class: "mujun-part" }, ...inside);
  const attributes = {
    type: "button",
    class: "mujun-part",
    "aria-pressed": String(pressed),
    onclick: () => app.dispatch({ type: "headline-part", id: line.id, theme, code }),
  };
  return el("button", attributes, ...inside);
}
