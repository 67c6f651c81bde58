// The parcels in play as a table: sorted, zoomed to, saved as CSV or Excel.

import writeExcel from "write-excel-file/universal";
import { inPlay, now, view } from "../derived.js";
import { csv, excelText } from "../lib/cells.js";
import { el } from "../lib/dom.js";
import { at, coded, number } from "../lib/format.js";
import { WORDS } from "../lib/words.js";
import { shown, sorted } from "../map/filter.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../../generated/wire.js").Column} Column */
/** @typedef {import("../../generated/wire.js").Page} Page */
/** @typedef {import("../../generated/wire.js").Theme} Theme */
/** @typedef {import("../lib/cells.js").Cell} Cell */
/** @typedef {"zh" | "en"} Lang */

const LISTED = 300; // rows shown; the files have all

/**
 * The list of the theme that is shown, the largest of its own figures first.
 * @param {App} app
 */
export function listCard(app) {
  const { state, words } = app;
  const page = now(state);
  const theme = /** @type {Theme} */ (view(state));
  const column = page.columns.find((c) => c.name === theme.column && c.kind === "number");
  const figures = /** @type {Float32Array | undefined} */ (column?.values);
  const all = sorted(shown(theme, inPlay(state), state.hidden), figures ?? page.mu);
  const name = page.title || "mujun";
  const rows = () => rowsOf(page, all, state.lang);
  const saveCsv = () => save(new Blob([csv(rows())], { type: "text/csv" }), `${name}.csv`);
  const saveXlsx = async () => save(await workbook(rows(), page.synthetic), `${name}.xlsx`);
  const listed = all.slice(0, LISTED).map((i) => {
    const link = el(
      "button",
      { type: "button", class: "mujun-link", onclick: () => app.goToParcel(i) },
      page.ids[i],
    );
    const own = figures ? number(at(figures, i)) : app.pick(theme.legend[theme.codes[i]]);
    const area = `${number(page.mu[i])} ${words.mu}`;
    return el("tr", {}, el("th", {}, link), el("td", {}, area), el("td", {}, own));
  });
  return el(
    "div",
    { class: "mujun-facts" },
    el("h2", {}, `${app.pick(theme)} · ${number(all.length)}`),
    button(words.save_csv, saveCsv),
    " ",
    button(words.save_xlsx, saveXlsx),
    el("table", { class: "mujun-list" }, ...listed),
    all.length > LISTED ? el("p", { class: "mujun-note" }, words.first_only) : null,
  );
}

/**
 * @param {string} text
 * @param {() => void} onclick
 */
function button(text, onclick) {
  return el("button", { type: "button", class: "mujun-keep", onclick }, text);
}

/**
 * The parcels' table: headings, then a row each, of text, numbers and null.
 * @param {Pick<Page, "ids" | "mu" | "columns">} data
 * @param {number[]} parcels
 * @param {Lang} lang
 * @returns {Cell[][]}
 */
export function rowsOf(data, parcels, lang) {
  const words = WORDS[lang];
  const head = [words.parcel, words.area, ...data.columns.map((c) => title(c, lang))];
  const rows = parcels.map((i) => [
    data.ids[i],
    at(data.mu, i),
    ...data.columns.map((c) => coded(c, at(/** @type {ArrayLike<Cell>} */ (c.values), i), lang)),
  ]);
  return [head, ...rows];
}

/**
 * @param {Column} column
 * @param {Lang} lang
 */
function title(column, lang) {
  const unit = column.unit[lang === "en" ? 1 : 0];
  return `${column[lang]}${unit ? WORDS[lang].unit.replace("{unit}", () => unit) : ""}`;
}

/**
 * One sheet: headings bold and fixed, text as text (never a formula), numbers as numbers.
 * @param {Cell[][]} rows
 * @param {string} notice
 */
function workbook(rows, notice) {
  const cells = rows.map((row, k) => row.map((value) => cellOf(value, k === 0)));
  const head = notice ? [[{ value: excelText(notice), type: String, textColor: "#8a4b00" }]] : [];
  const columns = rows[0].map((text) => ({
    width: Math.min(30, Math.max(12, 2 * String(text).length)),
  }));
  const options = { sheet: "mujun", stickyRowsCount: head.length + 1, columns };
  return writeExcel(/** @type {any} */ ([...head, ...cells]), options).toBlob();
}

/**
 * @param {Cell} value
 * @param {boolean} heading
 */
function cellOf(value, heading) {
  if (value === null) return null;
  if (typeof value === "number") return { value: Number(value.toPrecision(7)), type: Number };
  return { value: excelText(value), type: String, ...(heading ? { fontWeight: "bold" } : {}) };
}

/**
 * Hand a blob to the browser's downloads.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
