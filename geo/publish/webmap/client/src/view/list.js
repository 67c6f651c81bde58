// The parcels in play as a table: sorted by a click on a head, zoomed to, saved as CSV or Excel.

import "../style/list.css";
import { inPlay, now, view } from "../derived.js";
import { ordered } from "../export/order.js";
import { fileOf, save } from "../export/save.js";
import { columnsOf, occupants, shownFigure } from "../export/sheet.js";
import { el } from "../lib/dom.js";
import { at, number } from "../lib/format.js";
import { memo } from "../lib/memo.js";
import { shown } from "../map/filter.js";
import { fileName } from "../map/marks.js";
import { datedColumns } from "../map/year.js";
import { listMarks } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../export/sheet.js").Listed} Listed */
/** @typedef {import("../export/job.js").Format} Format */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

const LISTED = 300; // rows shown; the files have all

/** The columns of files, the shown ones and the one that sorts. */
const columns = memo(
  (/** @type {State} */ s) => [now(s), view(s), datedColumns(s), s.lang, s.order],
  (state) => {
    const page = { ...now(state), columns: datedColumns(state) };
    const theme = /** @type {Theme} */ (view(state));
    const all = columnsOf(page, theme, state.lang);
    const figure = shownFigure(page, theme, state.lang);
    const keys = ["parcel", "enterprise", "area", figure.key];
    const listed = all.filter(({ key }) => keys.includes(key));
    const area = all.find(({ key }) => key === "area") ?? all[0];
    const by = listed.find(({ key }) => key === state.order?.column);
    return { all, listed, by: by ?? (figure.figures ? figure : area) };
  },
);

/** The rows in their order, and how many of them, the last, lack what they are sorted by. */
const list = memo(
  (/** @type {State} */ s) => [columns(s), view(s), inPlay(s), s.hidden, s.order?.down],
  (state) => {
    const rows = shown(/** @type {Theme} */ (view(state)), inPlay(state), state.hidden);
    const { by } = columns(state);
    return ordered(by, Uint32Array.from(rows), state.order?.down ?? by.figures !== null);
  },
);

/**
 * What the list is made of, while it is open.
 * @param {State} state
 */
export function listUses(state) {
  return state.card?.kind === "list" ? [list(state), state.filters, state.park, state.area] : [];
}

/**
 * The list of the theme that is shown, the largest of its figures first.
 * @param {App} app
 */
export function listCard(app) {
  const { state, words } = app;
  const { rows, missing } = list(state);
  const { listed, by } = columns(state);
  const theme = /** @type {Theme} */ (view(state));
  const lines = [...rows.subarray(0, LISTED)].map((i) => line(app, listed, i));
  const note = (/** @type {string} */ text) => el("p", { class: "mujun-note" }, text);
  return el(
    "div",
    { class: "mujun-facts mujun-listing" },
    el("h2", {}, `${app.pick(theme)} · ${number(rows.length)} ${words.parcels}`),
    ...listMarks(app).map(note),
    saving(app),
    missing ? note(words.missing_last.replace("{n}", number(missing))) : null,
    el("table", { class: "mujun-list" }, head(app, listed, by), el("tbody", {}, ...lines)),
    rows.length > LISTED ? note(words.first_only) : null,
    rows.length ? null : note(words.none),
  );
}

/**
 * Headings with their units; a click sorts by one, another turns the order.
 * @param {App} app
 * @param {Listed[]} listed
 * @param {Listed} by
 */
function head(app, listed, by) {
  const { order } = app.state;
  const cells = listed.map((column) => {
    const here = column.key === by.key;
    const falls = order?.down ?? by.figures !== null;
    const down = here ? !falls : column.figures !== null;
    const onclick = () => app.dispatch({ type: "order", order: { column: column.key, down } });
    const sort = here ? (falls ? "descending" : "ascending") : "none";
    const arrow = here ? el("i", { "aria-hidden": "true" }, falls ? " ↓" : " ↑") : null;
    const turn = el("button", { type: "button", onclick }, column.title, arrow);
    return el("th", { scope: "col", "aria-sort": sort, class: kindOf(column) }, turn);
  });
  return el("thead", {}, el("tr", {}, ...cells));
}

/** @param {Listed} column */
function kindOf({ figures }) {
  return figures ? "mujun-figure" : "";
}

/**
 * @param {App} app
 * @param {Listed[]} listed
 * @param {number} i
 */
function line(app, listed, i) {
  const cells = listed.map((column) => {
    if (column.key === "parcel") {
      const onclick = () => app.goToParcel(i);
      const text = app.state.data.ids[i];
      const link = el("button", { type: "button", class: "mujun-link", onclick }, text);
      return el("th", { scope: "row" }, link);
    }
    const { figures } = column;
    if (figures) return el("td", { class: "mujun-figure" }, number(at(figures, i)));
    const text = column.key === "enterprise" ? occupants(now(app.state))(i) : column.text(i);
    return el("td", { title: text }, text ?? "—");
  });
  return el("tr", {}, ...cells);
}

/**
 * Buttons that save the list; while a file is made, how far it is, and a button that calls it off.
 * @param {App} app
 */
function saving(app) {
  const { words } = app;
  const box = el("div", { class: "mujun-saving" });
  const saver = (/** @type {Format} */ format, /** @type {string} */ text) =>
    button(text, () => make(format).catch((error) => failed(String(error))));
  const idle = () =>
    box.replaceChildren(saver("csv", words.save_csv), saver("xlsx", words.save_xlsx));
  /** @param {string} text */
  const failed = (text) => {
    idle();
    box.append(el("p", { class: "mujun-note", role: "alert" }, `${words.not_saved} ${text}`));
  };
  /** @param {Format} format */
  const make = async (format) => {
    const bar = el("progress", { max: 1, value: 0, "aria-label": words.saving });
    const share = el("span", { role: "status" }, words.saving);
    let off = false;
    box.replaceChildren(
      bar,
      share,
      button(words.cancel, () => (off = true)),
    );
    /** @param {number} done */
    const progress = (done) => {
      bar.value = done;
      share.textContent = `${Math.floor(100 * done)}%`;
    };
    const { state } = app;
    const content = {
      columns: columns(state).all,
      rows: list(state).rows,
      notes: listMarks(app),
    };
    const name = fileName(state, format);
    const blob = await fileOf(app.hand, format, content, { progress, stopped: () => off });
    if (blob) save(blob, name);
    idle();
  };
  idle();
  return box;
}

/**
 * @param {string} text
 * @param {() => void} onclick
 */
function button(text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", onclick }, text);
}
