// What a worker does for the page, by name; the page does it itself where there is no worker.

import { Job } from "../export/job.js";
import { inView, listedColumns } from "../export/listing.js";
import { headOf, taken } from "../export/sheet.js";
import { Census } from "../judge/census.js";
import { pauses } from "../lib/pauses.js";
import { decodeTable } from "../map/decode.js";
import { joined, merged } from "../map/merge.js";
import { searchPieces } from "../map/search.js";

const STEP = 1000; // rows that are written at a time

/** @typedef {import("../state.js").State} State */
/** @typedef {{ census: Census | null }} Held of a folder */
/** @typedef {import("../export/job.js").Format} Format */
/** @typedef {{ format: Format, notes: string[], job: Job | null }} Open */
/** @typedef {{ [name: string]: (given: any) => any }} Tasks what they keep is theirs */

/** @returns {Tasks} */
export function tasks() {
  /** @type {Held} */
  const held = { census: null };
  return { ...files(held), ...census(held), ...names() };
}

/**
 * Files of lists: rows are handed over, or are read from the tables of a folder's tiles.
 * @param {Held} held
 * @returns {Tasks}
 */
function files(held) {
  /** @type {Map<number, Open>} */
  const open = new Map();
  let last = 0;
  /** @param {Open} file */
  const begun = (file) => {
    open.set(++last, file);
    return last;
  };
  return {
    open: ({ format, sheet }) => begun({ format, notes: [], job: new Job(format, sheet) }),
    start: ({ format, notes }) => begun({ format, notes, job: null }),
    add: ({ file, values }) => open.get(file)?.job?.add(values),
    append: async ({ file, table, view }) => {
      const own = open.get(file);
      if (!own || !held.census) return;
      const data = merged(held.census.index, [await decodeTable(table)]);
      await append(own, /** @type {State} */ ({ ...view, data }));
    },
    close: ({ file, keep }) => {
      const job = open.get(file)?.job;
      open.delete(file);
      return keep ? (job?.end() ?? null) : null;
    },
  };
}

/**
 * Write what a view lists of a tile, in its order.
 * @param {Open} file
 * @param {State} state
 */
async function append(file, state) {
  const rest = pauses();
  const columns = listedColumns(state).all;
  const rows = inView(state);
  const columnsSaid = columns.map(headOf);
  file.job ??= new Job(file.format, { columns: columnsSaid, notes: file.notes });
  for (let first = 0; first < rows.length; first += STEP) {
    const end = Math.min(first + STEP, rows.length);
    file.job.add(columns.map((column) => taken(column, rows, first, end)));
    await rest();
  }
}

/**
 * All parcels of a folder; a question ends the one before it.
 * @param {Held} held
 * @returns {Tasks}
 */
function census(held) {
  let last = 0;
  return {
    census: ({ index }) => {
      held.census = new Census(index);
    },
    column: async ({ name, pieces, keep }) => held.census?.take(name, await columnOf(pieces), keep),
    scores: ({ scores }) => {
      if (held.census) held.census.index.scores = scores;
    },
    count: async ({ ask }) => {
      const own = ++last;
      return held.census?.count(ask, { rest: pauses(), stopped: () => own !== last });
    },
  };
}

/**
 * The arrays of a file of columns, its pieces one behind the other.
 * @param {string[]} pieces
 * @returns {Promise<{ [field: string]: any }>}
 */
async function columnOf(pieces) {
  const tables = await Promise.all(pieces.map(decodeTable));
  const fields = Object.keys(tables[0]);
  return Object.fromEntries(
    fields.map((field) => [
      field,
      joined(
        tables.map((table) => table[field]),
        "f8",
      ),
    ]),
  );
}

/**
 * Names of all parcels of a folder.
 * @returns {Tasks}
 */
function names() {
  /** @type {Promise<any[]>} */
  let all = Promise.resolve([]);
  let last = 0;
  return {
    names: ({ pieces }) => {
      all = Promise.all(pieces.map(decodeTable));
      return all.then(() => null);
    },
    find: async ({ text, limits }) => {
      const own = ++last;
      const held = await all;
      await new Promise((done) => setTimeout(done)); // what is typed meanwhile ends this
      return own === last ? searchPieces(held, text, limits) : [];
    },
  };
}
