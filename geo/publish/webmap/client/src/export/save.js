// The list as a file, made beside the page: rows go to a worker piece by piece, with progress, and
// may be called off.

import { pauses } from "../lib/pauses.js";
import { headOf, taken } from "./sheet.js";

/** @typedef {import("./sheet.js").Listed} Listed */
/** @typedef {import("./job.js").Format} Format */
/** @typedef {import("../app.js").App} App */
/** @typedef {import("../map/folder.js").Folder} Folder */
/** @typedef {import("../work/hand.js").Hand} Hand */

const CELLS = 50_000; // of a piece: a few milliseconds of the page

/**
 * A file of these rows and columns, or null where it was called off.
 * @param {Hand} hand
 * @param {Format} format
 * @param {{ columns: Listed[], rows: ArrayLike<number>, notes: string[] }} list
 * @param {{ progress: (share: number) => void, stopped: () => boolean }} watch
 * @returns {Promise<Blob | null>}
 */
export async function fileOf(hand, format, { columns, rows, notes }, { progress, stopped }) {
  const rest = pauses();
  const heads = [];
  for (const column of columns) {
    heads.push(headOf(column));
    await rest();
  }
  const file = await hand.ask("open", { format, sheet: { columns: heads, notes } });
  const step = Math.max(100, Math.floor(CELLS / columns.length));
  for (let first = 0; first < rows.length && !stopped(); first += step) {
    const end = Math.min(first + step, rows.length);
    const values = columns.map((column) => taken(column, rows, first, end));
    await hand.ask("add", { file, values });
    progress(end / rows.length);
    await rest();
  }
  const blob = await hand.ask("close", { file, keep: !stopped() });
  return stopped() ? null : blob;
}

/**
 * A file of all parcels of a folder that the view lists, tile by tile and so park by park, or null
 * where it was called off. A tile is read and written in the worker.
 * @param {App} app
 * @param {Folder} folder
 * @param {Format} format
 * @param {string[]} notes
 * @param {{ progress: (share: number) => void, stopped: () => boolean }} watch
 * @returns {Promise<Blob | null>}
 */
export async function fileOfFolder({ hand, state }, folder, format, notes, watch) {
  const { lang, theme, look, filters, park, area, hidden, trial, breaks } = state;
  const found = { notes: state.notes }; // what people found on parcels
  const view = { lang, theme, look, filters, park, area, hidden, trial, breaks, ...found };
  await folder.province.open(hand);
  const file = await hand.ask("start", { format, notes });
  for (const tile of folder.tiles) {
    if (watch.stopped()) break;
    const { table } = await folder.handed(`tiles/${tile.file}.js`);
    await hand.ask("append", { file, table, view });
    watch.progress((tile.k + 1) / folder.tiles.length);
  }
  const blob = await hand.ask("close", { file, keep: !watch.stopped() });
  return watch.stopped() ? null : blob;
}

/**
 * Hand a blob to the browser's downloads.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
