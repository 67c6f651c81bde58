// The list as a file, made beside the page: rows go to a worker piece by piece, with progress, and
// may be called off.

import { decimalsOf, taken } from "./sheet.js";

/** @typedef {import("./sheet.js").Listed} Listed */
/** @typedef {import("./job.js").Format} Format */
/** @typedef {import("../work/hand.js").Hand} Hand */

const CELLS = 50_000; // of a piece: a few milliseconds of the page
const PAUSE = 8; // ms of the page's work between two frames

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
    heads.push({
      title: column.title,
      decimals: column.figures ? decimalsOf(column.figures, rows) : 0,
      width: Math.min(30, Math.max(12, 2 * column.title.length)),
    });
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

/** What lets the page draw a frame once it has worked for a while. */
export function pauses() {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < PAUSE) return;
    await new Promise((done) => setTimeout(done));
    last = performance.now();
  };
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
