// The parcels in play as a table: sorted by a click on a head, zoomed to, saved as CSV or Excel.

import "../style/list.css";
import { view } from "../derived.js";
import { falls, listedColumns, listedRows } from "../export/listing.js";
import { fileOf, fileOfFolder, save } from "../export/save.js";
import { headOf } from "../export/sheet.js";
import { el } from "../lib/dom.js";
import { at, fixed, number } from "../lib/format.js";
import { fill, parcelCount } from "../lib/words.js";
import { fileName } from "../map/marks.js";
import { tableOf, tally } from "../map/province.js";
import { listMarks } from "./listmarks.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../export/sheet.js").Listed} Listed */
/** @typedef {import("../export/job.js").Format} Format */
/** @typedef {import("../../generated/wire.js").Theme} Theme */

const LISTED = 300; // rows shown; the files have all
const MOST = 1_048_576; // rows of a sheet of Excel

/**
 * What the list is made of, while it is open.
 * @param {State} state
 */
export function listUses(state) {
  return state.card?.kind === "list"
    ? [listedRows(state), state.filters, state.park, state.area, state.counted]
    : [];
}

/**
 * The list of the theme that is shown, the largest of its figures first.
 * @param {App} app
 */
export function listCard(app) {
  const { state, words } = app;
  const { rows, missing } = listedRows(state);
  const { listed, by } = listedColumns(state);
  const theme = /** @type {Theme} */ (view(state));
  const decimals = listed.map((column) => headOf(column).decimals);
  const ofRule = listed.some(({ rises }) => rises);
  const lines = [...rows.subarray(0, LISTED)].map((i) => line(app, listed, decimals, i));
  const note = (/** @type {string} */ text) => el("p", { class: "mujun-note" }, text);
  return el(
    "div",
    { class: `mujun-facts mujun-listing${ofRule ? " mujun-judged-list" : ""}` },
    el("h2", {}, `${app.pick(theme)} · ${parcelCount(words, listedCount(app))}`),
    ...listMarks(app).map(note),
    saving(app),
    ofRule ? note(theme.trial === "compliance" ? words.worst.note : words.gap_note) : null,
    el("p", { class: "mujun-note mujun-narrow" }, words.narrow_list),
    missing ? note(fill(words.missing_last, { n: number(missing) })) : null,
    el("table", { class: "mujun-list" }, head(app, listed, by), el("tbody", {}, ...lines)),
    rows.length > LISTED ? note(words.first_only) : null,
    rows.length || app.folder ? null : note(words.none),
  );
}

/**
 * Headings with their units; a click sorts by one, another turns the order.
 * @param {App} app
 * @param {Listed[]} listed
 * @param {Listed} by
 */
function head(app, listed, by) {
  const falling = app.state.order?.down ?? falls(by);
  const cells = listed.map((column) => {
    const here = column.key === by.key;
    const down = here ? !falling : falls(column);
    const onclick = () => app.dispatch({ type: "order", order: { column: column.key, down } });
    const sort = here ? (falling ? "descending" : "ascending") : "none";
    const arrow = here ? el("i", { "aria-hidden": "true" }, falling ? " ↓" : " ↑") : null;
    const { title, short } = column;
    const turn = el("button", { type: "button", title, onclick }, ...broken(short ?? title), arrow);
    return el("th", { scope: "col", "aria-sort": sort, class: kindOf(column) }, turn);
  });
  return el("thead", {}, el("tr", {}, ...cells));
}

/**
 * A heading that breaks before its unit, not within.
 * @param {string} title
 */
function broken(title) {
  const [, name, unit] = /^(.+?)( ?[（(][^（(]+[）)])$/.exec(title) ?? [null, title, ""];
  return [name, unit ? el("span", {}, unit) : null];
}

/** @param {Listed} column */
function kindOf({ key, figures }) {
  const isLesser = ["enterprise", "worst:share"].includes(key); // is on the parcel's card
  const names = [figures && "mujun-number", isLesser && "mujun-lesser"];
  return [...names, key === "worst:clause" && "mujun-words"].filter(Boolean).join(" ");
}

/**
 * @param {App} app
 * @param {Listed[]} listed
 * @param {number[]} decimals of each column
 * @param {number} i
 */
function line(app, listed, decimals, i) {
  const cells = listed.map((column, k) => {
    if (column.key === "parcel") {
      const onclick = () => app.goToParcel(i);
      const text = app.state.data.ids[i];
      const link = el(
        "button",
        { ...{ type: "button", class: "mujun-link", "data-parcel": text }, onclick },
        text,
      );
      return el("th", { scope: "row" }, link);
    }
    const { figures } = column;
    if (figures) return el("td", { class: kindOf(column) }, fixed(at(figures, i), decimals[k]));
    const text = column.text(i);
    return el("td", { title: text, class: kindOf(column) }, text ?? "—");
  });
  return el("tr", {}, ...cells);
}

/**
 * How many parcels a file of the list has: of a folder of all, loaded or not.
 * @param {App} app
 */
function listedCount({ state, folder }) {
  const table = tableOf(state);
  if (!folder) return listedRows(state).rows.length;
  if (!table) return folder.total;
  const classes = tally(table, folder.parks(state.park), view(state)?.legend.length ?? 0);
  return classes.reduce((n, own, code) => n + (state.hidden.has(code) ? 0 : own.parcels), 0);
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
    const { state, folder } = app;
    const content = {
      columns: listedColumns(state).all,
      rows: listedRows(state).rows,
      notes: listMarks(app, true),
    };
    if (format === "xlsx" && listedCount(app) + content.notes.length >= MOST) {
      failed(words.too_many);
      return;
    }
    const name = fileName(state, format);
    const watch = { progress, stopped: () => off };
    const blob = folder
      ? await fileOfFolder(app, folder, format, content.notes, watch)
      : await fileOf(app.hand, format, content, watch);
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
